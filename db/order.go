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

// order is what a list is ordered by: a column that is never null, then the id.
type order[R any] struct {
	code    string // names the order inside cursors
	column  string
	id      string // the column of the id, and
	outerID string // its name in the rows, if it is not id
	desc    bool
	key     func(*R) string // the column's value in a row, and
	idOf    func(*R) desk.ID
	value   func(key string) (any, bool) // back
	more    string                       // kept in every cursor
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
	return cursor{code: o.code, key: o.key(r), id: o.idOf(r), more: o.more}
}

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

// place is a cursor's values in SQL.
type place struct {
	key any
	id  desk.ID
}

// window checks what the client asks for.
func (o order[R]) window(p Paging) (w window, err error) {
	if p.First != nil && p.Last != nil {
		return w, desk.Refuse(desk.CodeInvalidInput, "Give first or last, not both.").At("last")
	}
	w.size = defaultPage
	for name, n := range map[string]*int{"first": p.First, "last": p.Last} {
		if n == nil {
			continue
		}
		if w.size = *n; w.size < 0 || w.size > maxPage {
			return w, desk.Refuse(desk.CodeInvalidInput, "A page has 0 to %d rows.", maxPage).At(name)
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
		if v, ok := o.value(c.key); ok {
			return &place{key: v, id: c.id}, nil
		}
	}
	return nil, desk.Refuse(desk.CodeInvalidInput, "This is not a cursor of this list in this order; take one from its pageInfo or edges.").At(name)
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
			parts = append(parts, sq("("+o.column+", "+o.id+end.operator+"(?, ?)", end.at.key, end.at.id))
		}
	}
	return allOf(parts...)
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
	return column + way + ", " + id + way
}
