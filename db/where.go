package db

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"deskwire/desk"
)

// The filters of lists. Their structs are the inputs of the schema as well. What is absent is no
// condition; an empty list of values matches nothing.

// IDComparator compares an id.
type IDComparator struct {
	Eq     *desk.Ref
	In     []desk.Ref
	IsNull *bool
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
	Gt, Gte, Lt, Lte *time.Time
	IsNull           *bool
}

// The bounds of a filter: they keep a statement small enough to plan.
const (
	maxFilterDepth  = 3
	maxFilterValues = 100 // of one list
	maxFilterConds  = 500 // in all
)

// filter is a where of the schema: its fields, and filters of its own kind below it.
type filter[W any] interface {
	comparable
	fields(*conds)
	groups() (and, or []W, not W)
}

// conds gathers the conditions of one filter. The first mistake ends it.
type conds struct {
	all   []sqlText
	path  []string
	count *int // of the whole filter
	err   error
}

// filterSQL gives the filter as SQL; a nil filter always holds.
func filterSQL[W filter[W]](w W) (sqlText, error) {
	return nestedSQL(w, 0, &conds{path: []string{"where"}, count: new(int)})
}

func nestedSQL[W filter[W]](w W, depth int, c *conds) (sqlText, error) {
	var none W
	if w == none {
		return always, nil
	}
	if depth > maxFilterDepth {
		return never, desk.Refuse(desk.CodeInvalidInput, "Filters nest %d deep at most.", maxFilterDepth).At(c.path...)
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
	return &conds{path: append(slices.Clone(c.path), names...), count: c.count}
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
		c.fail(desk.Refuse(desk.CodeInvalidInput, "A filter has at most %d conditions.", maxFilterConds).At("where"))
	}
	return c.err == nil
}

func (c *conds) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *conds) at(names ...string) []string { return append(slices.Clone(c.path), names...) }

// fits refuses lists that are too long.
func (c *conds) fits(name string, n int) bool {
	if n > maxFilterValues {
		c.fail(desk.Refuse(desk.CodeInvalidInput, "A list in a filter has at most %d values.", maxFilterValues).At(c.at(strings.Split(name, ".")...)...))
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
	if v == nil || !c.fits(name+".in", len(v.In)) {
		return
	}
	if v.Eq != nil {
		c.add(sq(column+" = ?", v.Eq.As(kind)))
	}
	if v.In != nil {
		ids := make([]desk.ID, len(v.In))
		for i, ref := range v.In {
			ids[i] = ref.As(kind)
		}
		c.add(sq(column+" = ANY(?::uuid[])", uuidArray(ids)))
	}
	c.isNull(column, v.IsNull)
}

// linked compares the ids that a row is linked to: it has this one, one of these, or none at all.
func (c *conds) linked(name, links, column string, kind desk.Kind, v *IDComparator) {
	if v == nil {
		return
	}
	inside := &conds{path: c.path, count: c.count}
	if inside.id(name, column, kind, &IDComparator{Eq: v.Eq, In: v.In}); len(inside.all) > 0 {
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
	if v == nil || !c.fits(name+".in", len(v.In)) {
		return
	}
	if v.Eq != nil && c.clean(*v.Eq, name, "eq") {
		c.add(sq(low+" = lower(?)", *v.Eq))
	}
	if v.In != nil {
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
	if v == nil || !c.fits(name+".in", len(v.In)) {
		return
	}
	compare(c, column, " = ", v.Eq)
	if v.In != nil {
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

func (c *conds) time(column string, v *TimeComparator) {
	if v == nil {
		return
	}
	compare(c, column, " > ", v.Gt)
	compare(c, column, " >= ", v.Gte)
	compare(c, column, " < ", v.Lt)
	compare(c, column, " <= ", v.Lte)
	c.isNull(column, v.IsNull)
}

func compare[T any](c *conds, column, operator string, v *T) {
	if v != nil {
		c.add(sq(column+operator+"?", *v))
	}
}

// oneOf compares a column of words, such as a status.
func oneOf[T ~string](c *conds, name, column string, values []T) {
	if values == nil || !c.fits(name, len(values)) {
		return
	}
	each := make([]sqlText, len(values))
	for i, v := range values {
		each[i] = sq(column+" = ?", string(v))
	}
	c.add(anyOf(each...))
}
