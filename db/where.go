package db

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"deskwire/desk"
)

// The filters of lists. Their structs are the inputs of the schema as well. What is absent is no condition. What
// makes no sense is refused, with the way to it.

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
	IsNull               *bool
}

// The bounds of a filter: they keep a statement small enough to plan.
const (
	maxFilterDepth  = 3
	maxFilterValues = 100 // of one list
	maxFilterConds  = 500 // in all
	maxFilterHops   = 2   // from a record to another one
)

// scope is what a filter is read in: who asks, when, and what the account's properties are.
type scope struct {
	by  *desk.Actor
	now time.Time

	load        func() ([]*desk.PropertyDefinition, error)
	definitions map[string]*desk.PropertyDefinition

	most  int      // how often the filter may go on to other records
	look  ViewLook // what the filter looks at
	named []named  // the ids in the filter
}

// scope begins to read a filter. Relative times count from the full minute, so that what is read within one minute fits together.
func (r *Reader) scope(ctx context.Context) *scope {
	return &scope{by: r.by, now: r.filterNow(), most: maxFilterHops, load: func() ([]*desk.PropertyDefinition, error) { return r.PropertyDefinitions(ctx) }}
}

func (r *Reader) filterNow() time.Time {
	now := r.now
	if now.IsZero() {
		now = r.store.clock()
	}
	return now.UTC().Truncate(time.Minute)
}

// definition is the property with a key. Most filters name none, and the properties are read by the first that does.
func (sc *scope) definition(key string, path ...string) (*desk.PropertyDefinition, error) {
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

// filter is a where of the schema: its fields, and filters of its own kind below it.
type filter[W any] interface {
	comparable
	fields(*conds)
	groups() (and, or []W, not W)
}

// named is an id in a filter, of what kind it should be, and the way to it.
type named struct {
	ref  desk.Ref
	kind desk.Kind
	path []string
}

func (c *conds) name(ref desk.Ref, kind desk.Kind, path ...string) {
	c.named = append(c.named, named{ref, kind, c.at(path...)})
}

// conds gathers the conditions of one filter. The first mistake ends it.
type conds struct {
	*scope
	all   []sqlText
	path  []string
	count *int // of the whole filter
	hops  int  // from the records of the list to these
	err   error
}

// filterSQL gives the filter as SQL; a nil filter always holds.
func filterSQL[W filter[W]](sc *scope, w W) (sqlText, error) {
	return nestedSQL(w, 0, &conds{scope: sc, path: []string{"where"}, count: new(int)})
}

func nestedSQL[W filter[W]](w W, depth int, c *conds) (sqlText, error) {
	var none W
	if w == none {
		return always, nil
	}
	if depth > maxFilterDepth {
		return never, desk.Refuse(desk.CodeInvalidInput, "Groups in a filter can be nested up to %d levels deep.", maxFilterDepth).At(c.path...)
	}
	w.fields(c)
	and, or, not := w.groups()
	c.group("and", len(and), and != nil, allOf, func(i int, below *conds) (sqlText, error) { return nestedSQL(and[i], depth+1, below) })
	c.group("or", len(or), or != nil, anyOf, func(i int, below *conds) (sqlText, error) { return nestedSQL(or[i], depth+1, below) })
	if not != none && c.err == nil {
		below, err := nestedSQL(not, depth+1, c.below("not"))
		// What compares with nothing (null) does not hold, so its opposite does.
		c.add(sq("(?) IS NOT TRUE", below))
		c.fail(err)
	}
	return allOf(c.all...), c.err
}

func (c *conds) below(names ...string) *conds {
	return &conds{scope: c.scope, path: append(slices.Clone(c.path), names...), count: c.count, hops: c.hops}
}

func (c *conds) group(name string, n int, given bool, combine func(...sqlText) sqlText, member func(int, *conds) (sqlText, error)) {
	if !given || !c.fits(name, n) {
		return
	}
	members := make([]sqlText, n)
	for i := range members {
		if !c.more() {
			return
		}
		var err error
		if members[i], err = member(i, c.below(name, strconv.Itoa(i))); err != nil {
			c.fail(err)
			return
		}
	}
	c.add(combine(members...))
}

func (c *conds) add(cond sqlText) {
	c.all = append(c.all, cond)
	c.more()
}

// more counts a condition, or a member of a group: those that say nothing cost something, too.
func (c *conds) more() bool {
	if *c.count++; *c.count > maxFilterConds {
		c.fail(desk.Refuse(desk.CodeInvalidInput, "A filter can have at most %d conditions.", maxFilterConds).At("where"))
	}
	return c.err == nil
}

func (c *conds) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *conds) at(names ...string) []string { return append(slices.Clone(c.path), names...) }

// listed refuses lists that are empty or too long, and says whether there is one.
func listed[T any](c *conds, name string, values []T) bool {
	if values != nil && len(values) == 0 {
		c.refuse("An empty list matches nothing. Leave it out, or give at least one value.", strings.Split(name, ".")...)
	}
	return values != nil && c.fits(name, len(values))
}

func (c *conds) refuse(why string, at ...string) {
	c.fail(desk.Refuse(desk.CodeInvalidInput, "%s", why).At(c.at(at...)...))
}

// fits refuses lists that are too long.
func (c *conds) fits(name string, n int) bool {
	if n > maxFilterValues {
		c.fail(desk.Refuse(desk.CodeInvalidInput, "A list in a filter can have at most %d values.", maxFilterValues).At(c.at(strings.Split(name, ".")...)...))
	}
	return c.err == nil
}

func (c *conds) isNull(column string, is *bool) {
	switch {
	case is == nil:
	case *is:
		c.add(sq(column + " IS NULL"))
	default:
		c.add(sq(column + " IS NOT NULL"))
	}
}

// id compares a column of ids. An id of another kind names nothing, and matches nothing.
func (c *conds) id(name, column string, kind desk.Kind, v *IDComparator) {
	if v == nil {
		return
	}
	if v.Eq != nil {
		c.name(*v.Eq, kind, name, "eq")
		c.add(sq(column+" = ?", v.Eq.As(kind)))
	}
	if v.IsViewer != nil {
		c.viewer(name, column, kind, *v.IsViewer)
	}
	if listed(c, name+".in", v.In) {
		ids := make([]desk.ID, len(v.In))
		for i, ref := range v.In {
			c.name(ref, kind, name, "in", strconv.Itoa(i))
			ids[i] = ref.As(kind)
		}
		c.add(sq(column+" = ANY(?::uuid[])", uuidArray(ids)))
	}
	c.isNull(column, v.IsNull)
}

func (c *conds) viewer(name, column string, kind desk.Kind, is bool) {
	switch {
	case kind != desk.KindAgent:
		c.refuse("isViewer is only for ids of agents. Leave it out.", name, "isViewer")
	case c.by.Agent == nil:
		c.add(sq("FALSE = ?", is))
	case is:
		c.add(sq(column+" = ?", c.by.Agent.ID))
	default:
		c.add(sq(column+" IS DISTINCT FROM ?", c.by.Agent.ID))
	}
}

// linked compares the ids that a row is linked to: it has this one, one of these, or none at all.
func (c *conds) linked(name, links, column string, kind desk.Kind, v *IDComparator) {
	if v == nil {
		return
	}
	inside := c.below()
	if inside.id(name, column, kind, &IDComparator{Eq: v.Eq, In: v.In, IsViewer: v.IsViewer}); len(inside.all) > 0 {
		for _, cond := range inside.all {
			c.add(sq("EXISTS (SELECT FROM "+links+" AND ?)", cond))
		}
	}
	c.fail(inside.err)
	if v.IsNull != nil {
		c.add(sq("EXISTS (SELECT FROM "+links+") <> ?", *v.IsNull))
	}
}

// text compares a column of texts. Both sides are lowered by the database, so that they agree.
func (c *conds) text(name, column string, v *StringComparator) {
	c.lowered(name, column, "lower("+column+")", v)
}

// lowText is text for a column that only has small letters, so that its index serves.
func (c *conds) lowText(name, column string, v *StringComparator) { c.lowered(name, column, column, v) }

func (c *conds) lowered(name, column, low string, v *StringComparator) {
	if v == nil {
		return
	}
	if v.Eq != nil && c.clean(*v.Eq, name, "eq") {
		c.add(sq(low+" = lower(?)", *v.Eq))
	}
	if listed(c, name+".in", v.In) {
		c.textIn(name, low, v.In)
	}
	if v.StartsWith != nil && c.clean(*v.StartsWith, name, "startsWith") {
		c.add(sq("starts_with("+low+", lower(?))", *v.StartsWith))
	}
	if v.Contains != nil && c.clean(*v.Contains, name, "contains") {
		c.add(sq("strpos("+low+", lower(?)) > 0", *v.Contains))
	}
	c.isNull(column, v.IsNull)
}

func (c *conds) textIn(name, low string, values []string) {
	each := make([]sqlText, len(values))
	for i, v := range values {
		if !c.clean(v, name, "in", strconv.Itoa(i)) {
			return
		}
		each[i] = sq(low+" = lower(?)", v)
	}
	c.add(anyOf(each...))
}

// clean refuses what the database can't hold, and so could only be compared after a silent change.
func (c *conds) clean(s string, at ...string) bool {
	if _, err := desk.Text(s, desk.MaxText, c.at(at...)...); err != nil {
		c.fail(err)
	}
	return c.err == nil
}

func (c *conds) number(name, column string, v *IntComparator) {
	if v == nil {
		return
	}
	compare(c, column, " = ", v.Eq)
	if listed(c, name+".in", v.In) {
		each := make([]sqlText, len(v.In))
		for i, n := range v.In {
			each[i] = sq(column+" = ?", n)
		}
		c.add(anyOf(each...))
	}
	compare(c, column, " > ", v.Gt)
	compare(c, column, " >= ", v.Gte)
	compare(c, column, " < ", v.Lt)
	compare(c, column, " <= ", v.Lte)
}

func (c *conds) time(name, column string, v *TimeComparator) {
	if v == nil {
		return
	}
	compare(c, column, " > ", v.Gt)
	compare(c, column, " >= ", v.Gte)
	compare(c, column, " < ", v.Lt)
	compare(c, column, " <= ", v.Lte)
	c.ago(c.at(name, "olderThan"), column+" < ?", v.OlderThan, func(at time.Time) any { return at })
	c.ago(c.at(name, "newerThan"), column+" >= ?", v.NewerThan, func(at time.Time) any { return at })
	c.isNull(column, v.IsNull)
}

var span = regexp.MustCompile(`^([1-9][0-9]{0,6})([mhdw])$`)

// maxSpan bounds relative times.
const maxSpan = 3653 * 24 * time.Hour

// ago compares with a moment so long ago.
func (c *conds) ago(path []string, compares string, v *string, as func(time.Time) any) {
	if v == nil {
		return
	}
	part := span.FindStringSubmatch(*v)
	if part == nil {
		c.fail(desk.Refuse(desk.CodeInvalidInput, "Write the time span as a number and m, h, d or w for minutes, hours, days or weeks, such as 3d.").At(path...))
		return
	}
	c.look.Ago = true
	n, _ := strconv.Atoi(part[1]) // seven digits
	unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[part[2]]
	if n > int(maxSpan/unit) {
		c.fail(desk.Refuse(desk.CodeInvalidInput, "The time span is longer than 10 years. Choose a shorter one.").At(path...))
		return
	}
	c.add(sq(compares, as(c.now.Add(-time.Duration(n)*unit))))
}

// related compares records that a row is related to: there is one that the filter holds for. Links are the tables
// and what binds them to the row; the names in them must not be those of the row.
func related[W filter[W]](c *conds, name, links string, w W, and ...sqlText) {
	var none W
	if w == none || c.err != nil {
		return
	}
	inside := c.below(name)
	if inside.hops++; inside.hops > c.most {
		c.fail(desk.Refuse(desk.CodeInvalidInput, "This filter can lead to related records only up to %d deep.", c.most).At(inside.path...))
		return
	}
	cond, err := nestedSQL(w, 0, inside)
	c.fail(err)
	c.add(sq("EXISTS (SELECT FROM "+links+" AND ? AND ?)", allOf(and...), cond))
}

func compare[T any](c *conds, column, operator string, v *T) {
	if v != nil {
		c.add(sq(column+operator+"?", *v))
	}
}

// oneOf compares a column of words, such as a status; place is how a value stands in the statement, "?" where it is not given.
func oneOf[T ~string](c *conds, name, column string, values []T, place ...string) {
	if !listed(c, name, values) {
		return
	}
	each := make([]sqlText, len(values))
	for i, v := range values {
		each[i] = sq(column+" = "+cmp.Or(append(place, "?")...), string(v))
	}
	c.add(anyOf(each...))
}
