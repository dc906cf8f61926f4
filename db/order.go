package db

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"deskwire/desk"
)

// Direction is which way a list goes.
type Direction string

// The directions.
const (
	Ascending  Direction = "ASC"
	Descending Direction = "DESC"
)

// order is what a list is ordered by: a column, then the id. Where a column may be null, rows without a value come last,
// whichever way the list goes, and those by the id.
type order[R any] struct {
	code    string // names the order inside cursors
	column  string
	id      string // the column of the id, and
	outerID string // its name in the rows, if it is not id
	restID  string // of rows without a value, if it is another column
	desc    bool
	key     func(*R) string // the column's value in a row, and
	idOf    func(*R) desk.ID
	value   func(key string) (any, bool) // back
	more    string                       // kept in every cursor

	nullable bool
	isNull   func(*R) bool // whether a row has no value; nil where the key is selected
	selected bool          // the key comes with the rows: they do not have the value in them
}

// optionally makes the column of an order one that may be null. The key of a row without a value is never asked for.
func optionally[R any](o order[R], isNull func(*R) bool) order[R] {
	o.nullable, o.isNull = true, isNull
	return o
}

func byOptionalTime[R any](code, column, id string, at func(*R) *time.Time, idOf func(*R) desk.ID) order[R] {
	return optionally(byTime(code, column, id, func(r *R) time.Time { return *at(r) }, idOf), func(r *R) bool { return at(r) == nil })
}

func byOptionalText[R any](code, column, id string, text func(*R) *string, idOf func(*R) desk.ID) order[R] {
	return optionally(byText(code, column, id, func(r *R) string { return *text(r) }, idOf), func(r *R) bool { return text(r) == nil })
}

func byTime[R any](code, column, id string, at func(*R) time.Time, idOf func(*R) desk.ID) order[R] {
	return order[R]{code: code, column: column, id: id, idOf: idOf, value: microseconds,
		key: func(r *R) string { return strconv.FormatInt(at(r).UnixMicro(), 10) }}
}

func byNumber[R any](code, column, id string, n func(*R) int, idOf func(*R) desk.ID) order[R] {
	return order[R]{code: code, column: column, id: id, idOf: idOf, value: wholeNumber,
		key: func(r *R) string { return strconv.Itoa(n(r)) }}
}

func byText[R any](code, column, id string, text func(*R) string, idOf func(*R) desk.ID) order[R] {
	return order[R]{code: code, column: column, id: id, idOf: idOf, value: cleanText, key: text}
}

// going gives the order a direction, which is part of its name: a cursor of one is none of the other.
func (o order[R]) going(d Direction) order[R] {
	if o.desc = d == Descending; o.desc {
		o.code += "-"
	}
	return o
}

// The year 9999 is the last one that times are taken of.
var lastMoment = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

func microseconds(key string) (any, bool) {
	n, err := strconv.ParseInt(key, 10, 64)
	return time.UnixMicro(n).UTC(), err == nil && n > -lastMoment/5 && n < lastMoment
}

func wholeNumber(key string) (any, bool) {
	n, err := strconv.Atoi(key)
	return n, err == nil && n >= math.MinInt32 && n <= math.MaxInt32
}

func cleanText(key string) (any, bool) {
	_, err := desk.Text(key, desk.MaxText)
	return key, err == nil
}

// cursor is a place in a list: the row's values of the order. More is for the list's own use.
type cursor struct {
	code, key string
	id        desk.ID
	more      string
}

// cursor is where a row stands.
func (o order[R]) cursor(r *R) cursor {
	c := cursor{code: o.code, id: o.idOf(r), more: o.more}
	switch {
	case !o.nullable:
		c.key = o.key(r)
	case o.isNull(r):
		c.key = noValue
	default:
		c.key = aValue + o.key(r)
	}
	return c
}

// What the keys of cursors begin with where a column may be null.
const (
	noValue = "-"
	aValue  = "="
)

// String is the cursor as clients see it, opaque to them.
func (c cursor) String() string {
	parts := []string{c.code, c.key, c.id.String()}
	if c.more != "" {
		parts = append(parts, c.more)
	}
	b, _ := json.Marshal(parts) // strings can always be written
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(s string) (c cursor, ok bool) {
	var parts []string
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &parts) != nil || len(parts) < 3 || len(parts) > 4 {
		return c, false
	}
	c.code, c.key = parts[0], parts[1]
	if len(parts) == 4 {
		c.more = parts[3]
	}
	return c, c.id.Scan(parts[2]) == nil && !c.id.IsZero()
}

// window is the part of a list that a Paging asks for.
type window struct {
	size          int
	backwards     bool
	after, before *place
}

// place is a cursor's values in SQL; without a key, one among the rows that have no value.
type place struct {
	key any
	id  desk.ID
}

// window checks what the client asks for.
func (o order[R]) window(p Paging) (w window, err error) {
	if p.First != nil && p.Last != nil {
		return w, desk.Refuse(desk.CodeInvalidInput, "Give first or last, and not both.").At("last")
	}
	w.size = defaultPage
	for name, n := range map[string]*int{"first": p.First, "last": p.Last} {
		if n == nil {
			continue
		}
		if w.size = *n; w.size < 0 || w.size > maxPage {
			return w, desk.Refuse(desk.CodeInvalidInput, "A page can have 0 to %d rows.", maxPage).At(name)
		}
	}
	w.backwards = p.Last != nil
	if w.after, err = o.place(p.After, "after"); err == nil {
		w.before, err = o.place(p.Before, "before")
	}
	return w, err
}

func (o order[R]) place(s, name string) (*place, error) {
	if s == "" {
		return nil, nil
	}
	if c, ok := parseCursor(s); ok && c.code == o.code {
		key, valued := c.key, true
		if o.nullable {
			key, valued = strings.CutPrefix(c.key, aValue)
		}
		if !valued && c.key == noValue {
			return &place{id: c.id}, nil
		}
		if v, ok := o.value(key); ok && valued {
			return &place{key: v, id: c.id}, nil
		}
	}
	return nil, desk.Refuse(desk.CodeInvalidInput, "This is not a cursor of this list in this order. Use one from its pageInfo or edges.").At(name)
}

// between is the condition of the rows after the one place and before the other.
func (o order[R]) between(w window) sqlText {
	further, nearer := ") > ", ") < "
	if o.desc {
		further, nearer = nearer, further
	}
	var parts []sqlText
	for _, end := range []struct {
		at       *place
		operator string
	}{{w.after, further}, {w.before, nearer}} {
		if end.at != nil {
			parts = append(parts, sq("("+o.column+", "+o.id+end.operator+"("+end.at.unguessed()+", ?)", end.at.key, end.at.id))
		}
	}
	return allOf(parts...)
}

// unguessed is the place of the key in a statement. Postgres does not look at a time that a SELECT gives when it plans: it would find that few rows
// come after this one, and plan each page by itself, which takes longer than to read it.
func (p *place) unguessed() string {
	if _, ok := p.key.(time.Time); ok {
		return "(SELECT ?::timestamptz)"
	}
	return "?"
}

// valued is the condition of the rows that have a value, and unvalued that of those behind them.
func (o order[R]) valued(w window) sqlText {
	if w.after != nil && w.after.key == nil {
		return never
	}
	if w.before != nil && w.before.key == nil {
		w.before = nil
	}
	return allOf(sq(o.column+" IS NOT NULL"), o.between(w))
}

func (o order[R]) unvalued(w window) sqlText {
	if w.before != nil && w.before.key != nil {
		return never
	}
	id := o.rest()
	parts, further, nearer := []sqlText{sq(o.column + " IS NULL")}, " > ?", " < ?"
	if o.desc {
		further, nearer = nearer, further
	}
	if w.after != nil && w.after.key == nil {
		parts = append(parts, sq(id+further, w.after.id))
	}
	if w.before != nil {
		parts = append(parts, sq(id+nearer, w.before.id))
	}
	return allOf(parts...)
}

// rest is the column of the id where rows have no value.
func (o order[R]) rest() string {
	if o.restID != "" {
		return o.restID
	}
	return o.id
}

// sort is the order as SQL; for a last page it runs backwards.
func (o order[R]) sort(w window) string { return o.sortOf(w, o.column, o.id) }

// sortRows is sort for a statement around, where the columns are those of the rows.
func (o order[R]) sortRows(w window, table string) string {
	_, column, _ := strings.Cut(o.column, ".")
	if o.outerID == "" {
		o.outerID = "id"
	}
	return o.sortOf(w, table+column, table+o.outerID)
}

func (o order[R]) sortOf(w window, column, id string) string {
	way := " ASC"
	if o.desc != w.backwards {
		way = " DESC"
	}
	if column == "" {
		return id + way
	}
	return column + way + ", " + id + way
}
