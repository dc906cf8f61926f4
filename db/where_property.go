package db

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"deskwire/desk"
)

// PropertyWhere compares a ticket's value of one custom property. Values travel as strings, as its type writes them.
type PropertyWhere struct {
	Key                  string
	Eq                   *string
	In, HasAny, HasAll   []string
	StartsWith, Contains *string
	Gt, Gte, Lt, Lte     *string
	OlderThan, NewerThan *string
	IsNull               *bool
}

// comparators are those that make sense for a type, beside isNull, which does for all.
var comparators = map[desk.PropertyType]string{
	desk.TypeText:     "eq in startsWith contains",
	desk.TypeNumber:   "eq in gt gte lt lte",
	desk.TypeBoolean:  "eq",
	desk.TypeDate:     "eq in gt gte lt lte olderThan newerThan",
	desk.TypeDateTime: "eq in gt gte lt lte olderThan newerThan",
	desk.TypeOption:   "eq in",
	desk.TypeOptions:  "hasAny hasAll",
	desk.TypeAgent:    "eq in",
}

// given are the comparators that are there, by their names.
func (w *PropertyWhere) given() (names []string) {
	for _, g := range []struct {
		name string
		is   bool
	}{
		{"eq", w.Eq != nil}, {"in", w.In != nil}, {"hasAny", w.HasAny != nil}, {"hasAll", w.HasAll != nil}, {"startsWith", w.StartsWith != nil},
		{"contains", w.Contains != nil}, {"gt", w.Gt != nil}, {"gte", w.Gte != nil}, {"lt", w.Lt != nil}, {"lte", w.Lte != nil},
		{"olderThan", w.OlderThan != nil}, {"newerThan", w.NewerThan != nil},
	} {
		if g.is {
			names = append(names, g.name)
		}
	}
	return names
}

// properties compares values of a ticket's properties. All must hold.
func (c *conds) properties(all []*PropertyWhere) {
	if !listed(c, "properties", all) {
		return
	}
	for i, w := range all {
		below := c.below("properties", strconv.Itoa(i))
		below.property(w)
		c.fail(below.err)
		c.all = append(c.all, below.all...)
	}
}

func (c *conds) property(w *PropertyWhere) {
	if !c.fits("in", len(w.In)) || !c.fits("hasAny", len(w.HasAny)) || !c.fits("hasAll", len(w.HasAll)) {
		return
	}
	d, err := c.definition(w.Key, c.at("key")...)
	if err != nil {
		c.fail(err)
		return
	}
	given := w.given()
	if len(given) == 0 && w.IsNull == nil {
		c.refuse("This filter has a property but no condition. Add one, such as eq or isNull.")
	}
	for _, name := range given {
		if fit := strings.Fields(comparators[d.Type]); !slices.Contains(fit, name) {
			c.refuse(fmt.Sprintf("%s does not compare a property of type %s; isNull, %s do.", name, d.Type, strings.Join(fit, ", ")), name)
		}
	}
	switch {
	case c.err != nil:
	case d.Type == desk.TypeOptions:
		c.options(d, w)
	default:
		c.value(d, w)
	}
}

// options compares the values of OPTIONS. None at all counts as no value.
func (c *conds) options(d *desk.PropertyDefinition, w *PropertyWhere) {
	has := func(cond sqlText) sqlText {
		return sq("EXISTS (SELECT FROM ticket_options AS o WHERE o.account_id = t.account_id AND o.ticket_id = t.id AND o.property_id = ? AND ?)", d.ID, cond)
	}
	is := func(name string, values []string) (each []sqlText) {
		if listed(c, name, values) {
			for i, v := range values {
				if c.clean(v, name, strconv.Itoa(i)) {
					each = append(each, sq("o.value = ?", v))
				}
			}
		}
		return each
	}
	if any := is("hasAny", w.HasAny); any != nil {
		c.add(has(anyOf(any...)))
	}
	for _, one := range is("hasAll", w.HasAll) {
		c.add(has(one))
	}
	if w.IsNull != nil {
		c.add(sq("? <> ?", has(always), *w.IsNull))
	}
}

// maxSlotText is how many characters of a text stand in its column.
const maxSlotText = 250

// value compares a property of which a ticket has one value.
func (c *conds) value(d *desk.PropertyDefinition, w *PropertyWhere) {
	column := slotColumn(d)
	as := func(name string, v *string) *sqlText {
		if v == nil {
			return nil
		}
		given, err := d.Parse(*v)
		if err != nil {
			c.fail(refusedAt(err, c.at(strings.Split(name, ".")...)...))
			return nil
		}
		made := slotValue(d, given)
		return &made
	}
	equal := func(name string, v *string) sqlText {
		made := as(name, v)
		switch {
		case made == nil:
			return never
		case d.Type == desk.TypeText: // the column has only the beginning
			return sq(column+" = left(?, ?::int) AND lower(t.properties ->> ?::text) = ?", *made, maxSlotText, d.Key, *made)
		}
		return sq(column+" = ?", *made)
	}
	if w.Eq != nil {
		c.add(equal("eq", w.Eq))
	}
	if listed(c, "in", w.In) {
		each := make([]sqlText, len(w.In))
		for i := range w.In {
			each[i] = equal("in."+strconv.Itoa(i), &w.In[i])
		}
		c.add(anyOf(each...))
	}
	for _, o := range []struct {
		name, operator string
		v              *string
	}{{"gt", " > ?", w.Gt}, {"gte", " >= ?", w.Gte}, {"lt", " < ?", w.Lt}, {"lte", " <= ?", w.Lte}} {
		if made := as(o.name, o.v); made != nil {
			c.add(sq(column+o.operator, *made))
		}
	}
	c.textual(d, w)
	c.relative(d, column, w)
	c.isNull(column, w.IsNull)
}

func (c *conds) textual(d *desk.PropertyDefinition, w *PropertyWhere) {
	if w.StartsWith != nil && c.clean(*w.StartsWith, "startsWith") {
		c.add(sq("starts_with(lower(t.properties ->> ?::text), lower(?::text))", d.Key, *w.StartsWith))
	}
	if w.Contains != nil && c.clean(*w.Contains, "contains") {
		c.add(sq("strpos(lower(t.properties ->> ?::text), lower(?::text)) > 0", d.Key, *w.Contains))
	}
}

func (c *conds) relative(d *desk.PropertyDefinition, column string, w *PropertyWhere) {
	format := desk.TimeFormat
	if d.Type == desk.TypeDate {
		format = time.DateOnly
	}
	text := func(at time.Time) any { return at.Format(format) }
	c.ago(c.at("olderThan"), column+" < ?::text", w.OlderThan, text)
	c.ago(c.at("newerThan"), column+" >= ?::text", w.NewerThan, text)
}

// slotColumn is where the value of a property stands: in the column that it has, or, where an account has more properties than
// there are columns, in the ticket itself, which no index leads to.
func slotColumn(d *desk.PropertyDefinition) string {
	if d.Slot != nil {
		return "s." + *d.Slot
	}
	text := "(t.properties ->> '" + d.Key + "')" // keys are words
	switch d.Type {
	case desk.TypeNumber:
		return text + "::numeric"
	case desk.TypeText:
		return fmt.Sprintf("left(lower(%s), %d)", text, maxSlotText)
	}
	return text
}

func slotValue(d *desk.PropertyDefinition, v string) sqlText {
	switch d.Type {
	case desk.TypeNumber:
		return sq("?::text::numeric", v)
	case desk.TypeText:
		return sq("lower(?::text)", v)
	}
	return sq("?::text", v)
}
