package db_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
)

var propertyTypes = []desk.PropertyType{
	desk.TypeText, desk.TypeNumber, desk.TypeBoolean, desk.TypeDate, desk.TypeDateTime, desk.TypeOption, desk.TypeOptions, desk.TypeAgent,
}

// addProperties gives the account two properties of each type: one with a column, and one that came
// when all were taken.
func (w *world) addProperties() {
	w.defs = nil
	for i, typ := range propertyTypes {
		for _, slotted := range []bool{true, false} {
			d := &desk.PropertyDefinition{AccountID: w.account.ID, ID: NewID(), Key: fmt.Sprintf("%s%v", strings.ToLower(string(typ)), slotted), Type: typ}
			if slotted && typ != desk.TypeOptions {
				d.Slot = new(fmt.Sprint(map[bool]string{true: "n", false: "t"}[typ == desk.TypeNumber], i+1))
			}
			w.exec("INSERT INTO property_definitions VALUES ($1, $2, $3, $3, '', $4, NULL, NULL, 1, $5, $6)", d.AccountID, d.ID, d.Key, d.Type, epoch, d.Slot)
			w.defs = append(w.defs, d)
		}
	}
}

// given is a value as clients write it; texts of one beginning differ behind what a column holds of
// them.
func (w *world) given(d *desk.PropertyDefinition) string {
	switch d.Type {
	case desk.TypeNumber:
		return pick(w, []string{"-3.5", "0", "7", "7.25", "12345678901234567890.5", "100"})
	case desk.TypeBoolean:
		return pick(w, []string{"true", "false"})
	case desk.TypeDate:
		return epoch.AddDate(0, 0, w.rnd.IntN(6)-3).Format(time.DateOnly)
	case desk.TypeDateTime:
		return w.moment().Format(desk.TimeFormat)
	case desk.TypeAgent:
		return pick(w, []*desk.Actor{w.admin, w.ann}).Agent.Ref().String()
	case desk.TypeText:
		if w.rnd.IntN(5) == 0 {
			return strings.Repeat("Ä", 250) + pick(w, []string{"a", "b", ""})
		}
		return pick(w, words)
	}
	return pick(w, []string{"red", "green", "blue"})
}

func (w *world) values() desk.Values {
	vs := desk.Values{}
	for _, d := range w.defs {
		if d.Type == desk.TypeAgent && w.ann == nil || w.rnd.IntN(3) == 0 {
			continue
		}
		v := w.given(d)
		switch d.Type {
		case desk.TypeNumber:
			vs[d.Key] = json.Number(v)
		case desk.TypeBoolean:
			vs[d.Key] = v == "true"
		case desk.TypeOptions:
			list := []any{}
			for range w.rnd.IntN(3) {
				if o := w.given(d); !slices.Contains(list, any(o)) {
					list = append(list, o)
				}
			}
			vs[d.Key] = list
		default:
			vs[d.Key] = v
		}
	}
	return vs
}

// The slow reference: values are compared as numbers, or as texts without regard to case and
// accents.

func foldText(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

func compareValues(typ desk.PropertyType, a, b string) int {
	if typ == desk.TypeNumber {
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		return x.Cmp(y)
	}
	if typ == desk.TypeText {
		a, b = foldText(a), foldText(b)
	}
	return cmp.Compare(a, b)
}

func (w *world) definition(key string) *desk.PropertyDefinition {
	return w.defs[slices.IndexFunc(w.defs, func(d *desk.PropertyDefinition) bool { return d.Key == key })]
}

func (w *world) propertyHolds(p *read.PropertyWhere, t *desk.Ticket) bool {
	d := w.definition(p.Key)
	one, many := d.Format(t.Properties[d.Key])
	if d.Type == desk.TypeOptions {
		has := func(v string) bool { return slices.Contains(many, v) }
		return (p.HasAny == nil || slices.ContainsFunc(p.HasAny, has)) && !slices.ContainsFunc(p.HasAll, func(v string) bool { return !has(v) }) &&
			(p.IsNull == nil || *p.IsNull == (len(many) == 0))
	}
	is := func(v *string, ok func(int) bool) bool {
		return v == nil || one != nil && ok(compareValues(d.Type, *one, *v))
	}
	low := func(v *string, holds func(s, part string) bool) bool {
		return v == nil || one != nil && holds(foldText(*one), foldText(*v))
	}
	same := func(n int) bool { return n == 0 }
	return is(p.Eq, same) && (p.In == nil || slices.ContainsFunc(p.In, func(v string) bool { return is(&v, same) })) &&
		is(p.Gt, func(n int) bool { return n > 0 }) && is(p.Gte, func(n int) bool { return n >= 0 }) && is(p.Lt, func(n int) bool { return n < 0 }) &&
		is(p.Lte, func(n int) bool { return n <= 0 }) && low(p.StartsWith, strings.HasPrefix) && low(p.Contains, strings.Contains) &&
		(p.IsNull == nil || *p.IsNull == (one == nil))
}

func (w *world) propertyWhere() *read.PropertyWhere {
	d := pick(w, w.defs)
	p := &read.PropertyWhere{Key: d.Key, IsNull: maybe(w, 4, w.bool)}
	v := func() string { return w.given(d) }
	some := func() []string {
		if w.bool() {
			return nil
		}
		return []string{v(), v()}
	}
	switch d.Type {
	case desk.TypeOptions:
		p.HasAny, p.HasAll = some(), some()
	case desk.TypeText:
		p.Eq, p.In, p.StartsWith, p.Contains = maybe(w, 3, v), some(), maybe(w, 4, w.text), maybe(w, 4, w.text)
	case desk.TypeNumber, desk.TypeDate, desk.TypeDateTime:
		p.Gt, p.Gte, p.Lt, p.Lte = maybe(w, 3, v), maybe(w, 3, v), maybe(w, 3, v), maybe(w, 3, v)
		p.Eq, p.In = maybe(w, 5, v), some()
	default:
		p.Eq = maybe(w, 2, v)
	}
	if len(dump(p)) == len(dump(&read.PropertyWhere{Key: d.Key})) {
		p.IsNull = new(w.bool())
	}
	return p
}

// TestPages_byProperty: lists are filtered by two properties and ordered by a third, in pages that
// fit together, whether the values have columns or not. Rows without a value come last, either way.
func TestPages_byProperty(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(10, 60, 0)
	found := 0
	for i := range 120 {
		d, way := w.defs[i%len(w.defs)], pick(w, []read.Direction{read.Ascending, read.Descending})
		if d.Type == desk.TypeOptions {
			continue
		}
		where := &read.TicketWhere{}
		for range w.rnd.IntN(3) {
			where.Properties = append(where.Properties, w.propertyWhere())
		}
		want := slices.DeleteFunc(w.visibleTickets(w.admin), func(t *desk.Ticket) bool { return !ticketHolds(w, where, t) })
		w.sortBy(want, d, way == read.Descending)
		load := func(p read.Paging) (*read.Page[*desk.Ticket], error) {
			m, err := w.store.ReaderFor(w.admin).TicketPages(ctx, read.WholeAccount(w.admin), where, &read.TicketOrder{Field: read.TicketsByProperty, PropertyKey: &d.Key, Direction: way}, p)
			return m[w.account.ID], err
		}
		for _, size := range []int{1 + w.rnd.IntN(4), 100} {
			for _, back := range []bool{false, true} {
				if got := refs(walk(t, size, back, load)); !slices.Equal(got, refs(want)) {
					t.Fatalf("%s by %s %s, %d a page, back %v:\n got %v\nwant %v", dump(where), d.Key, way, size, back, got, refs(want))
				}
			}
		}
		n, err := w.store.ReaderFor(w.admin).TicketCounts(ctx, read.WholeAccount(w.admin), where)
		must(t, err)
		if n[w.account.ID].N != len(want) {
			t.Fatalf("%s: counted %d of %d", dump(where), n[w.account.ID].N, len(want))
		}
		found += min(1, len(want))
	}
	if found < 50 {
		t.Errorf("only %d filters found something", found)
	}
}

func (w *world) sortBy(ts []*desk.Ticket, d *desk.PropertyDefinition, desc bool) {
	cut := func(v string) string {
		if r := []rune(v); d.Type == desk.TypeText && len(r) > 250 {
			return string(r[:250])
		}
		return v
	}
	slices.SortFunc(ts, func(x, y *desk.Ticket) int {
		a, _ := d.Format(x.Properties[d.Key])
		b, _ := d.Format(y.Properties[d.Key])
		by := bytes.Compare(x.ID[:], y.ID[:])
		switch {
		case a == nil && b != nil:
			return 1
		case a != nil && b == nil:
			return -1
		case a != nil:
			by = cmp.Or(compareValues(d.Type, cut(*a), cut(*b)), by)
		}
		if desc {
			return -by
		}
		return by
	})
}

// TestTicketSlots_follow: whoever writes a ticket, its columns say the same.
func TestTicketSlots_follow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(3, 10, 0)
	for range 30 {
		tk, vs := pick(w, w.tickets), w.values()
		w.exec("UPDATE tickets SET properties = $3 WHERE account_id = $1 AND id = $2", tk.AccountID, tk.ID, vs)
		tk.Properties = vs
		where := &read.TicketWhere{Properties: []*read.PropertyWhere{w.propertyWhere()}}
		m, err := w.store.ReaderFor(w.admin).TicketPages(ctx, read.WholeAccount(w.admin), where, nil, read.Paging{First: new(100)})
		must(t, err)
		want := slices.DeleteFunc(w.visibleTickets(w.admin), func(t *desk.Ticket) bool { return !ticketHolds(w, where, t) })
		got, wanted := refs(m[w.account.ID].Nodes), refs(want)
		slices.Sort(got)
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Fatalf("%s finds %v, not %v", dump(where), got, wanted)
		}
	}
}

// TestPropertyWhere_refused: what makes no sense is refused, with the way to it.
func TestPropertyWhere_refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	yes, v := true, "7"
	for name, c := range map[string]struct {
		where *read.PropertyWhere
		code  desk.ErrorCode
		path  string
	}{
		"no such property": {&read.PropertyWhere{Key: "nope", Eq: &v}, desk.CodePropertyUnknown, "key"},
		"a built-in one":   {&read.PropertyWhere{Key: "priority", Eq: &v}, desk.CodeInvalidInput, "key"},
		"no comparator":    {&read.PropertyWhere{Key: "texttrue"}, desk.CodeInvalidInput, ""},
		"text above":       {&read.PropertyWhere{Key: "texttrue", Gt: &v}, desk.CodeInvalidInput, "gt"},
		"number has":       {&read.PropertyWhere{Key: "numbertrue", Contains: &v}, desk.CodeInvalidInput, "contains"},
		"number ago":       {&read.PropertyWhere{Key: "numbertrue", OlderThan: new("3d")}, desk.CodeInvalidInput, "olderThan"},
		"boolean in":       {&read.PropertyWhere{Key: "booleantrue", In: []string{"true"}}, desk.CodeInvalidInput, "in"},
		"options eq":       {&read.PropertyWhere{Key: "optionstrue", Eq: &v}, desk.CodeInvalidInput, "eq"},
		"option any":       {&read.PropertyWhere{Key: "optiontrue", HasAny: []string{"a"}}, desk.CodeInvalidInput, "hasAny"},
		"agent above":      {&read.PropertyWhere{Key: "agenttrue", Lte: &v}, desk.CodeInvalidInput, "lte"},
		"no number":        {&read.PropertyWhere{Key: "numbertrue", In: []string{"7", "seven"}}, desk.CodePropertyInvalid, "in 1"},
		"no day":           {&read.PropertyWhere{Key: "datefalse", Gte: new("31.3.2026")}, desk.CodePropertyInvalid, "gte"},
		"no moment":        {&read.PropertyWhere{Key: "datetimetrue", Lt: new("2026-03-31")}, desk.CodePropertyInvalid, "lt"},
		"no agent":         {&read.PropertyWhere{Key: "agenttrue", Eq: new("ann")}, desk.CodePropertyInvalid, "eq"},
		"no truth":         {&read.PropertyWhere{Key: "booleantrue", Eq: new("yes")}, desk.CodePropertyInvalid, "eq"},
		"an empty list":    {&read.PropertyWhere{Key: "texttrue", In: []string{}}, desk.CodeInvalidInput, "in"},
		"no options":       {&read.PropertyWhere{Key: "optionstrue", HasAll: []string{}}, desk.CodeInvalidInput, "hasAll"},
		"how long ago":     {&read.PropertyWhere{Key: "datetrue", NewerThan: new("3 days")}, desk.CodeInvalidInput, "newerThan"},
		"too long ago":     {&read.PropertyWhere{Key: "datetrue", OlderThan: new("9999w")}, desk.CodeInvalidInput, "olderThan"},
		"NUL":              {&read.PropertyWhere{Key: "texttrue", Contains: new("a\x00")}, desk.CodeInvalidText, "contains"},
		"NUL in a text":    {&read.PropertyWhere{Key: "texttrue", IsNull: &yes, Eq: new("\x00")}, desk.CodeInvalidText, "eq"},
	} {
		_, err := w.store.ReaderFor(w.admin).TicketPages(ctx, read.WholeAccount(w.admin), &read.TicketWhere{Not: &read.TicketWhere{Properties: []*read.PropertyWhere{c.where}}}, nil, read.Paging{})
		w.refused(name, err, c.code, strings.TrimSpace("where not properties 0 "+c.path))
	}
	for name, c := range map[string]struct {
		order *read.TicketOrder
		code  desk.ErrorCode
	}{
		"no key":           {&read.TicketOrder{Field: read.TicketsByProperty}, desk.CodeInvalidInput},
		"no such property": {&read.TicketOrder{Field: read.TicketsByProperty, PropertyKey: new("nope")}, desk.CodePropertyUnknown},
		"a list":           {&read.TicketOrder{Field: read.TicketsByProperty, PropertyKey: new("optionstrue")}, desk.CodeInvalidInput},
		"another order":    {&read.TicketOrder{Field: read.TicketsByName, PropertyKey: new("texttrue")}, desk.CodeInvalidInput},
	} {
		_, err := w.store.ReaderFor(w.admin).TicketPages(ctx, read.WholeAccount(w.admin), nil, c.order, read.Paging{})
		w.refused(name, err, c.code, "orderBy propertyKey")
	}
}

func (w *world) refused(name string, err error, code desk.ErrorCode, path string) {
	w.t.Helper()
	if codeOf(err) != code || strings.Join(pathOf(err), " ") != path {
		w.t.Errorf("%s: %v at %v, not %s at %s", name, err, pathOf(err), code, path)
	}
}
