package read

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

// The filters of lists. Their structs are the inputs of the schema as well. What is absent is no
// condition. What makes no sense is refused, with the way to it.

// IDComparator compares an id.
type IDComparator struct {
	Eq       *desk.Ref
	In       []desk.Ref
	IsNull   *bool
	IsViewer *bool // of agents: who asks
}

// StringComparator compares a text without regard to case.
type StringComparator struct {
	Eq         *string
	In         []string
	StartsWith *string
	Contains   *string
	IsNull     *bool
}

// IntComparator compares a whole number.
type IntComparator struct {
	Eq               *int
	In               []int
	Gt, Gte, Lt, Lte *int
}

// TimeComparator compares a time.
type TimeComparator struct {
	Gt, Gte, Lt, Lte     *time.Time
	OlderThan, NewerThan *string // so long ago, such as 3d
	On                   *desk.Days
	IsNull               *bool
}

// The bounds of a filter: they keep a statement small enough to plan.
const (
	maxFilterDepth  = 3
	maxFilterValues = 100 // of one list
	maxFilterConds  = 500 // in all
	maxFilterHops   = 2   // from a record to another one
)

// FilterScope is what a filter is read in: who asks, when, and what the account's properties are.
type FilterScope struct {
	by  *desk.Actor
	now time.Time

	load        func() ([]*desk.PropertyDefinition, error)
	definitions map[string]*desk.PropertyDefinition

	Most  int           // how often the filter may go on to other records
	deps  FilterDeps    // what the filter depends on
	Named []namedRecord // the ids in the filter
}

// FilterScope begins to read a filter. Relative times count from the full minute, so that what is
// read within one minute fits together.
func (r *Reader) FilterScope(ctx context.Context) *FilterScope {
	return &FilterScope{by: r.actor, now: r.filterNow(), Most: maxFilterHops, load: func() ([]*desk.PropertyDefinition, error) { return r.PropertyDefinitions(ctx) }}
}

func (r *Reader) filterNow() time.Time {
	now := r.now
	if now.IsZero() {
		now = r.database.Clock()
	}
	return now.UTC().Truncate(time.Minute)
}

// definition is the property with a key. Most filters name none, and the properties are read by the
// first that does.
func (sc *FilterScope) definition(key string, path ...string) (*desk.PropertyDefinition, error) {
	if sc.definitions == nil {
		all, err := sc.load()
		if err != nil {
			return nil, err
		}
		sc.definitions = map[string]*desk.PropertyDefinition{}
		for _, d := range all {
			sc.definitions[d.Key] = d
		}
	}
	d := sc.definitions[key]
	switch {
	case d == nil:
		return nil, desk.Refuse(desk.CodePropertyUnknown, "There is no property with this key. Check its spelling.").At(path...)
	case d.BuiltIn:
		return nil, desk.Refuse(desk.CodeInvalidInput, "The property %q is built-in. Use its own field in the filter.", key).At(path...)
	}
	return d, nil
}

// whereInput is a where of the schema: its fields, and filters of its own kind below it.
type whereInput[W any] interface {
	comparable
	addConditions(*conditions)
	subFilters() (and, or []W, not W)
}

// namedRecord is an id in a filter, of what kind it should be, and the way to it.
type namedRecord struct {
	ref  desk.Ref
	kind desk.Kind
	path []string
}

func (c *conditions) nameRecord(ref desk.Ref, kind desk.Kind, path ...string) {
	c.Named = append(c.Named, namedRecord{ref, kind, c.pathTo(path...)})
}

// conditions gathers the conditions of one filter. The first mistake ends it.
type conditions struct {
	*FilterScope
	all   []pg.Fragment
	path  []string
	count *int // of the whole filter
	hops  int  // from the records of the list to these
	err   error
}

// FilterSQL gives the filter as SQL; a nil filter always holds.
func FilterSQL[W whereInput[W]](sc *FilterScope, w W) (pg.Fragment, error) {
	return nestedSQL(w, 0, &conditions{FilterScope: sc, path: []string{"where"}, count: new(int)})
}

func nestedSQL[W whereInput[W]](w W, depth int, c *conditions) (pg.Fragment, error) {
	var none W
	if w == none {
		return pg.Always, nil
	}
	if depth > maxFilterDepth {
		return pg.Never, desk.Refuse(desk.CodeInvalidInput, "Groups in a filter can be nested up to %d levels deep.", maxFilterDepth).At(c.path...)
	}
	w.addConditions(c)
	and, or, not := w.subFilters()
	c.addGroup("and", len(and), and != nil, pg.AllOf, func(i int, below *conditions) (pg.Fragment, error) { return nestedSQL(and[i], depth+1, below) })
	c.addGroup("or", len(or), or != nil, pg.AnyOf, func(i int, below *conditions) (pg.Fragment, error) { return nestedSQL(or[i], depth+1, below) })
	if not != none && c.err == nil {
		below, err := nestedSQL(not, depth+1, c.nested("not"))
		// What compares with nothing (null) does not hold, so its opposite does.
		c.addCondition(pg.SQL("(?) IS NOT TRUE", below))
		c.failWith(err)
	}
	return pg.AllOf(c.all...), c.err
}

func (c *conditions) nested(names ...string) *conditions {
	return &conditions{FilterScope: c.FilterScope, path: append(slices.Clone(c.path), names...), count: c.count, hops: c.hops}
}

func (c *conditions) addGroup(name string, n int, given bool, combine func(...pg.Fragment) pg.Fragment, member func(int, *conditions) (pg.Fragment, error)) {
	if !given || !c.checkLength(name, n) {
		return
	}
	members := make([]pg.Fragment, n)
	for i := range members {
		if !c.countCondition() {
			return
		}
		var err error
		if members[i], err = member(i, c.nested(name, strconv.Itoa(i))); err != nil {
			c.failWith(err)
			return
		}
	}
	c.addCondition(combine(members...))
}

func (c *conditions) addCondition(cond pg.Fragment) {
	c.all = append(c.all, cond)
	c.countCondition()
}

// countCondition counts a condition, or a member of a group: those that say nothing cost something,
// too.
func (c *conditions) countCondition() bool {
	if *c.count++; *c.count > maxFilterConds {
		c.failWith(desk.Refuse(desk.CodeInvalidInput, "A filter can have at most %d conditions.", maxFilterConds).At("where"))
	}
	return c.err == nil
}

func (c *conditions) failWith(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *conditions) pathTo(names ...string) []string { return append(slices.Clone(c.path), names...) }

// checkList refuses lists that are empty or too long, and says whether there is one.
func checkList[T any](c *conditions, name string, values []T) bool {
	if values != nil && len(values) == 0 {
		c.refuseWith("An empty list matches nothing. Leave it out, or give at least one value.", strings.Split(name, ".")...)
	}
	return values != nil && c.checkLength(name, len(values))
}

func (c *conditions) refuseWith(why string, at ...string) {
	c.failWith(desk.Refuse(desk.CodeInvalidInput, "%s", why).At(c.pathTo(at...)...))
}

// checkLength refuses lists that are too long.
func (c *conditions) checkLength(name string, n int) bool {
	if n > maxFilterValues {
		c.failWith(desk.Refuse(desk.CodeInvalidInput, "A list in a filter can have at most %d values.", maxFilterValues).At(c.pathTo(strings.Split(name, ".")...)...))
	}
	return c.err == nil
}

func (c *conditions) filterNull(column string, is *bool) {
	switch {
	case is == nil:
	case *is:
		c.addCondition(pg.SQL(column + " IS NULL"))
	default:
		c.addCondition(pg.SQL(column + " IS NOT NULL"))
	}
}

// filterID compares a column of ids. An id of another kind names nothing, and matches nothing.
func (c *conditions) filterID(name, column string, kind desk.Kind, v *IDComparator) {
	if v == nil {
		return
	}
	if v.Eq != nil {
		c.nameRecord(*v.Eq, kind, name, "eq")
		c.addCondition(pg.SQL(column+" = ?", v.Eq.As(kind)))
	}
	if v.IsViewer != nil {
		c.filterViewer(name, column, kind, *v.IsViewer)
	}
	if checkList(c, name+".in", v.In) {
		ids := make([]desk.ID, len(v.In))
		for i, ref := range v.In {
			c.nameRecord(ref, kind, name, "in", strconv.Itoa(i))
			ids[i] = ref.As(kind)
		}
		c.addCondition(pg.SQL(column+" = ?", pg.OneOf(ids)))
	}
	c.filterNull(column, v.IsNull)
}

func (c *conditions) filterViewer(name, column string, kind desk.Kind, is bool) {
	switch {
	case kind != desk.KindAgent:
		c.refuseWith("isViewer is only for ids of agents. Leave it out.", name, "isViewer")
	case c.by.Agent == nil:
		c.addCondition(pg.SQL("FALSE = ?", is))
	case is:
		c.addCondition(pg.SQL(column+" = ?", c.by.Agent.ID))
	default:
		c.addCondition(pg.SQL(column+" IS DISTINCT FROM ?", c.by.Agent.ID))
	}
}

// filterLinked compares the ids that a row is linked to: it has this one, one of these, or none at
// all.
func (c *conditions) filterLinked(name, links, column string, kind desk.Kind, v *IDComparator) {
	if v == nil {
		return
	}
	inside := c.nested()
	if inside.filterID(name, column, kind, &IDComparator{Eq: v.Eq, In: v.In, IsViewer: v.IsViewer}); len(inside.all) > 0 {
		for _, cond := range inside.all {
			c.addCondition(pg.SQL("EXISTS (SELECT FROM "+links+" AND ?)", cond))
		}
	}
	c.failWith(inside.err)
	if v.IsNull != nil {
		c.addCondition(pg.SQL("EXISTS (SELECT FROM "+links+") <> ?", *v.IsNull))
	}
}

// filterText compares a column of texts as people see them: without regard to case, accents and
// kinds of blanks. Both sides are folded by the database, so that they agree.
func (c *conditions) filterText(name, column string, v *StringComparator) {
	c.compareText(name, column, "filter_fold", v)
}

// filterCase compares keys of other systems, without regard to case alone.
func (c *conditions) filterCase(name, column string, v *StringComparator) {
	c.compareText(name, column, "lower", v)
}

// filterKey compares a column that has only what clean gives, so that its index serves. What clean
// refuses is in no row.
func (c *conditions) filterKey(name, column string, v *StringComparator, clean func(string, ...string) (string, error)) {
	if v == nil {
		return
	}
	w := *v
	if v.Eq != nil {
		w.Eq = new(cleanOrSame(*v.Eq, clean))
	}
	if v.In != nil {
		w.In = make([]string, len(v.In))
		for i, s := range v.In {
			w.In[i] = cleanOrSame(s, clean)
		}
	}
	c.compareText(name, column, "", &w)
}

func cleanOrSame(s string, clean func(string, ...string) (string, error)) string {
	if cleaned, err := clean(s); err == nil {
		return cleaned
	}
	return s
}

// compareText compares what a function of the database makes of a column with what it makes of a
// value. Without one the column is compared as it is, with parts of it in small letters.
func (c *conditions) compareText(name, column, fold string, v *StringComparator) {
	if v == nil {
		return
	}
	folded, value, part := column, "?::text", "lower(?::text)"
	if fold != "" {
		folded, value = fold+"("+column+")", fold+"(?::text)"
		part = value
	}
	// What is compared with is folded once, and not for each row.
	value, part = "(SELECT "+value+")", "(SELECT "+part+")"
	if v.Eq != nil && c.cleanText(*v.Eq, name, "eq") {
		c.addCondition(pg.SQL(folded+" = "+value, *v.Eq))
	}
	if checkList(c, name+".in", v.In) {
		for i, s := range v.In {
			c.cleanText(s, name, "in", strconv.Itoa(i))
		}
		each := "v"
		if fold != "" {
			each = fold + "(v)"
		}
		c.addCondition(pg.SQL(folded+" = ANY (ARRAY(SELECT "+each+" FROM unnest(?::text[]) AS v))", v.In))
	}
	if v.StartsWith != nil && c.cleanText(*v.StartsWith, name, "startsWith") {
		c.addCondition(pg.SQL("starts_with("+folded+", "+part+")", *v.StartsWith))
	}
	if v.Contains != nil && c.cleanText(*v.Contains, name, "contains") {
		c.addCondition(pg.SQL("strpos("+folded+", "+part+") > 0", *v.Contains))
	}
	c.filterNull(column, v.IsNull)
}

// cleanText refuses what the database can't hold, and so could only be compared after a silent
// change.
func (c *conditions) cleanText(s string, at ...string) bool {
	if _, err := desk.Text(s, desk.MaxText, c.pathTo(at...)...); err != nil {
		c.failWith(err)
	}
	return c.err == nil
}

func (c *conditions) filterNumber(name, column string, v *IntComparator) {
	if v == nil {
		return
	}
	filterCompare(c, column, " = ", v.Eq)
	if checkList(c, name+".in", v.In) {
		each := make([]pg.Fragment, len(v.In))
		for i, n := range v.In {
			each[i] = pg.SQL(column+" = ?", n)
		}
		c.addCondition(pg.AnyOf(each...))
	}
	filterCompare(c, column, " > ", v.Gt)
	filterCompare(c, column, " >= ", v.Gte)
	filterCompare(c, column, " < ", v.Lt)
	filterCompare(c, column, " <= ", v.Lte)
}

func (c *conditions) filterTime(name, column string, v *TimeComparator) {
	if v == nil {
		return
	}
	filterCompare(c, column, " > ", v.Gt)
	filterCompare(c, column, " >= ", v.Gte)
	filterCompare(c, column, " < ", v.Lt)
	filterCompare(c, column, " <= ", v.Lte)
	c.relativeTime(c.pathTo(name, "olderThan"), column+" < ?", v.OlderThan, func(at time.Time) any { return at })
	c.relativeTime(c.pathTo(name, "newerThan"), column+" >= ?", v.NewerThan, func(at time.Time) any { return at })
	c.filterDays(column, "?", v.On, func(day time.Time) any { return desk.DayBegins(day, c.by.Location()) })
	c.filterNull(column, v.IsNull)
}

// filterDays compares with days of the viewer's calendar. They change at the viewer's midnight, as
// other relative times do at every minute.
func (c *conditions) filterDays(column, placeholder string, v *desk.Days, as func(day time.Time) any) {
	if v == nil {
		return
	}
	c.deps.Days = true
	first, behind := v.Bounds(c.now, c.by.Location())
	c.addCondition(pg.SQL(column+" >= "+placeholder+" AND "+column+" < "+placeholder, as(first), as(behind)))
}

var span = regexp.MustCompile(`^([1-9][0-9]{0,6})([mhdw])$`)

// maxSpan bounds relative times.
const maxSpan = 3653 * 24 * time.Hour

// relativeTime compares with a moment so long ago.
func (c *conditions) relativeTime(path []string, compares string, v *string, as func(time.Time) any) {
	if v == nil {
		return
	}
	part := span.FindStringSubmatch(*v)
	if part == nil {
		c.failWith(desk.Refuse(desk.CodeInvalidInput, "Write the time span as a number and m, h, d or w for minutes, hours, days or weeks, such as 3d.").At(path...))
		return
	}
	c.deps.Ago = true
	n, _ := strconv.Atoi(part[1]) // seven digits
	unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[part[2]]
	if n > int(maxSpan/unit) {
		c.failWith(desk.Refuse(desk.CodeInvalidInput, "The time span is longer than 10 years. Choose a shorter one.").At(path...))
		return
	}
	c.addCondition(pg.SQL(compares, as(c.now.Add(-time.Duration(n)*unit))))
}

// filterRelated compares records that a row is related to: there is one that the filter holds for.
// Links are the tables and what binds them to the row; the names in them must not be those of the
// row.
func filterRelated[W whereInput[W]](c *conditions, name, links string, w W, and ...pg.Fragment) {
	var none W
	if w == none || c.err != nil {
		return
	}
	inside := c.nested(name)
	if inside.hops++; inside.hops > c.Most {
		c.failWith(desk.Refuse(desk.CodeInvalidInput, "This filter can lead to related records only up to %d deep.", c.Most).At(inside.path...))
		return
	}
	cond, err := nestedSQL(w, 0, inside)
	c.failWith(err)
	c.addCondition(pg.SQL("EXISTS (SELECT FROM "+links+" AND ? AND ?)", pg.AllOf(and...), cond))
}

func filterCompare[T any](c *conditions, column, operator string, v *T) {
	if v != nil {
		c.addCondition(pg.SQL(column+operator+"?", *v))
	}
}

// filterEnum compares a column of words, such as a status; placeholder is how a value stands in the
// statement, "?" where it is not given.
func filterEnum[T ~string](c *conditions, name, column string, values []T, placeholder ...string) {
	if !checkList(c, name, values) {
		return
	}
	each := make([]pg.Fragment, len(values))
	for i, v := range values {
		each[i] = pg.SQL(column+" = "+cmp.Or(append(placeholder, "?")...), string(v))
	}
	c.addCondition(pg.AnyOf(each...))
}
