package read

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

// PropertyWhere compares a ticket's value of one custom property. Values travel as strings, as its
// type writes them.
type PropertyWhere struct {
	Key                  string
	Eq                   *string
	In, HasAny, HasAll   []string
	StartsWith, Contains *string
	Gt, Gte, Lt, Lte     *string
	OlderThan, NewerThan *string
	On                   *desk.Days
	IsNull               *bool
}

// comparators are those that make sense for a type, beside filterNull, which does for all.
var comparators = map[desk.PropertyType]string{
	desk.TypeText:     "eq in startsWith contains",
	desk.TypeNumber:   "eq in gt gte lt lte",
	desk.TypeBoolean:  "eq",
	desk.TypeDate:     "eq in gt gte lt lte olderThan newerThan on",
	desk.TypeDateTime: "eq in gt gte lt lte olderThan newerThan on",
	desk.TypeOption:   "eq in",
	desk.TypeOptions:  "hasAny hasAll",
	desk.TypeAgent:    "eq in",
}

// givenComparators are the comparators that are there, by their names.
func (w *PropertyWhere) givenComparators() (names []string) {
	for _, g := range []struct {
		name string
		is   bool
	}{
		{"eq", w.Eq != nil}, {"in", w.In != nil}, {"hasAny", w.HasAny != nil}, {"hasAll", w.HasAll != nil}, {"startsWith", w.StartsWith != nil},
		{"contains", w.Contains != nil}, {"gt", w.Gt != nil}, {"gte", w.Gte != nil}, {"lt", w.Lt != nil}, {"lte", w.Lte != nil},
		{"olderThan", w.OlderThan != nil}, {"newerThan", w.NewerThan != nil}, {"on", w.On != nil},
	} {
		if g.is {
			names = append(names, g.name)
		}
	}
	return names
}

// properties compares values of a ticket's properties. All must hold.
func (c *conditions) properties(all []*PropertyWhere) {
	if !checkList(c, "properties", all) {
		return
	}
	for i, w := range all {
		below := c.nested("properties", strconv.Itoa(i))
		below.filterProperty(w)
		c.failWith(below.err)
		c.all = append(c.all, below.all...)
	}
}

func (c *conditions) filterProperty(w *PropertyWhere) {
	if !c.checkLength("in", len(w.In)) || !c.checkLength("hasAny", len(w.HasAny)) || !c.checkLength("hasAll", len(w.HasAll)) {
		return
	}
	d, err := c.definition(w.Key, c.pathTo("key")...)
	if err != nil {
		c.failWith(err)
		return
	}
	given := w.givenComparators()
	if len(given) == 0 && w.IsNull == nil {
		c.refuseWith("This filter has a property but no condition. Add one, such as eq or isNull.")
	}
	for _, name := range given {
		if fit := strings.Fields(comparators[d.Type]); !slices.Contains(fit, name) {
			c.refuseWith(fmt.Sprintf("%s does not compare a property of type %s; isNull, %s do.", name, d.Type, strings.Join(fit, ", ")), name)
		}
	}
	switch {
	case c.err != nil:
	case d.Type == desk.TypeOptions:
		c.filterOptions(d, w)
	default:
		c.filterSingleValue(d, w)
	}
}

// filterOptions compares the values of OPTIONS. None at all counts as no value.
func (c *conditions) filterOptions(d *desk.PropertyDefinition, w *PropertyWhere) {
	has := func(cond pg.Fragment) pg.Fragment {
		return pg.SQL("EXISTS (SELECT FROM ticket_options AS o WHERE o.account_id = t.account_id AND o.ticket_id = t.id AND o.property_id = ? AND ?)", d.ID, cond)
	}
	is := func(name string, values []string) (each []pg.Fragment) {
		if checkList(c, name, values) {
			for i, v := range values {
				if c.cleanText(v, name, strconv.Itoa(i)) {
					each = append(each, pg.SQL("o.value = ?", v))
				}
			}
		}
		return each
	}
	if any := is("hasAny", w.HasAny); any != nil {
		c.addCondition(has(pg.AnyOf(any...)))
	}
	for _, one := range is("hasAll", w.HasAll) {
		c.addCondition(has(one))
	}
	if w.IsNull != nil {
		c.addCondition(pg.SQL("? <> ?", has(pg.Always), *w.IsNull))
	}
}

// maxSlotText is how many characters of a text stand in its column.
const maxSlotText = 250

// filterSingleValue compares a property of which a ticket has one value.
func (c *conditions) filterSingleValue(d *desk.PropertyDefinition, w *PropertyWhere) {
	column := slotColumn(d)
	as := func(name string, v *string) *pg.Fragment {
		if v == nil {
			return nil
		}
		given, err := d.Parse(*v)
		if err != nil {
			c.failWith(refusedAt(err, c.pathTo(strings.Split(name, ".")...)...))
			return nil
		}
		made := slotValue(d, given)
		return &made
	}
	equal := func(name string, v *string) pg.Fragment {
		made := as(name, v)
		switch {
		case made == nil:
			return pg.Never
		case d.Type == desk.TypeText: // the column has only the beginning
			return pg.SQL(column+" = left(?, ?::int) AND filter_fold(t.properties ->> ?::text) = ?", *made, maxSlotText, d.Key, *made)
		}
		return pg.SQL(column+" = ?", *made)
	}
	if w.Eq != nil {
		c.addCondition(equal("eq", w.Eq))
	}
	if checkList(c, "in", w.In) {
		each := make([]pg.Fragment, len(w.In))
		for i := range w.In {
			each[i] = equal("in."+strconv.Itoa(i), &w.In[i])
		}
		c.addCondition(pg.AnyOf(each...))
	}
	for _, o := range []struct {
		name, operator string
		v              *string
	}{{"gt", " > ?", w.Gt}, {"gte", " >= ?", w.Gte}, {"lt", " < ?", w.Lt}, {"lte", " <= ?", w.Lte}} {
		if made := as(o.name, o.v); made != nil {
			c.addCondition(pg.SQL(column+o.operator, *made))
		}
	}
	c.filterPropertyText(d, w)
	c.filterRelativeTime(d, column, w)
	c.filterNull(column, w.IsNull)
}

func (c *conditions) filterPropertyText(d *desk.PropertyDefinition, w *PropertyWhere) {
	if w.StartsWith != nil && c.cleanText(*w.StartsWith, "startsWith") {
		c.addCondition(pg.SQL("starts_with(filter_fold(t.properties ->> ?::text), filter_fold(?::text))", d.Key, *w.StartsWith))
	}
	if w.Contains != nil && c.cleanText(*w.Contains, "contains") {
		c.addCondition(pg.SQL("strpos(filter_fold(t.properties ->> ?::text), filter_fold(?::text)) > 0", d.Key, *w.Contains))
	}
}

func (c *conditions) filterRelativeTime(d *desk.PropertyDefinition, column string, w *PropertyWhere) {
	format := desk.TimeFormat
	if d.Type == desk.TypeDate {
		format = time.DateOnly
	}
	text := func(at time.Time) any { return at.Format(format) }
	c.relativeTime(c.pathTo("olderThan"), column+" < ?::text", w.OlderThan, text)
	c.relativeTime(c.pathTo("newerThan"), column+" >= ?::text", w.NewerThan, text)
	c.filterDays(column, "?::text", w.On, func(day time.Time) any {
		if d.Type == desk.TypeDate {
			return text(day) // a date is the same one everywhere
		}
		return text(desk.DayBegins(day, c.by.Location()).UTC())
	})
}

// slotColumn is where the value of a property stands: in the column that it has, or, where an
// account has more properties than there are columns, in the ticket itself, which no index leads
// to.
func slotColumn(d *desk.PropertyDefinition) string {
	if d.Slot != nil {
		return "s." + *d.Slot
	}
	text := "(t.properties ->> '" + d.Key + "')" // keys are words
	switch d.Type {
	case desk.TypeNumber:
		return text + "::numeric"
	case desk.TypeText:
		return fmt.Sprintf("left(filter_fold(%s), %d)", text, maxSlotText)
	}
	return text
}

func slotValue(d *desk.PropertyDefinition, v string) pg.Fragment {
	switch d.Type {
	case desk.TypeNumber:
		return pg.SQL("?::text::numeric", v)
	case desk.TypeText:
		return pg.SQL("(SELECT filter_fold(?::text))", v)
	}
	return pg.SQL("?::text", v)
}
