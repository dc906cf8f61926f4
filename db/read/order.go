package read

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Direction is which way a list goes.
type Direction string

// The directions.
const (
	Ascending  Direction = "ASC"
	Descending Direction = "DESC"
)

// sortOrder is what a list is ordered by: a column, then the id. Where a column may be null, rows
// without a value come last, whichever way the list goes, and those by the id.
type sortOrder[R any] struct {
	code    string // names the order inside cursors
	column  string
	collate string // how texts of the column are compared, if not by their bytes
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

// optionally makes the column of an order one that may be null. The key of a row without a value is
// never asked for.
func optionally[R any](o sortOrder[R], isNull func(*R) bool) sortOrder[R] {
	o.nullable, o.isNull = true, isNull
	return o
}

func byOptionalTime[R any](code, column, id string, at func(*R) *time.Time, idOf func(*R) desk.ID) sortOrder[R] {
	return optionally(byTime(code, column, id, func(r *R) time.Time { return *at(r) }, idOf), func(r *R) bool { return at(r) == nil })
}

func byOptionalText[R any](code, column, id string, text func(*R) *string, idOf func(*R) desk.ID) sortOrder[R] {
	return optionally(byText(code, column, id, func(r *R) string { return *text(r) }, idOf), func(r *R) bool { return text(r) == nil })
}

func byTime[R any](code, column, id string, at func(*R) time.Time, idOf func(*R) desk.ID) sortOrder[R] {
	return sortOrder[R]{code: code, column: column, id: id, idOf: idOf, value: microseconds,
		key: func(r *R) string { return strconv.FormatInt(at(r).UnixMicro(), 10) }}
}

func byNumber[R any](code, column, id string, n func(*R) int, idOf func(*R) desk.ID) sortOrder[R] {
	return sortOrder[R]{code: code, column: column, id: id, idOf: idOf, value: wholeNumber,
		key: func(r *R) string { return strconv.Itoa(n(r)) }}
}

func byText[R any](code, column, id string, text func(*R) string, idOf func(*R) desk.ID) sortOrder[R] {
	return sortOrder[R]{code: code, column: column, id: id, idOf: idOf, value: cleanText, key: text}
}

// byName is byText for names, as a dictionary has them: adam, émile, Eva, Ödön, Otto. Names that
// the collation takes for equal are told apart by their bytes, so a cursor stands at one place.
func byName[R any](code, column, id string, name func(*R) string, idOf func(*R) desk.ID) sortOrder[R] {
	o := byText(code, column, id, name, idOf)
	o.collate = nameCollation
	return o
}

// nameCollation is the order of Unicode that belongs to no language: one index serves all accounts.
const nameCollation = ` COLLATE "und-x-icu"`

// withDirection gives the order a direction, which is part of its name: a cursor of one is none of
// the other.
func (o sortOrder[R]) withDirection(d Direction) sortOrder[R] {
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

// pageCursor is a position in a list: the row's values of the order. More is for the list's own
// use.
type pageCursor struct {
	code, key string
	id        desk.ID
	more      string
}

// newCursor is where a row stands.
func (o sortOrder[R]) newCursor(r *R) pageCursor {
	c := pageCursor{code: o.code, id: o.idOf(r), more: o.more}
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
func (c pageCursor) String() string {
	parts := []string{c.code, c.key, c.id.String()}
	if c.more != "" {
		parts = append(parts, c.more)
	}
	b, _ := json.Marshal(parts) // strings can always be written
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(s string) (c pageCursor, ok bool) {
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

// pageWindow is the part of a list that a Paging asks for.
type pageWindow struct {
	size          int
	backwards     bool
	after, before *cursorPosition
}

// cursorPosition is a cursor's values in SQL; without a key, one among the rows that have no value.
type cursorPosition struct {
	key any
	id  desk.ID
}

// windowOf checks what the client asks for.
func (o sortOrder[R]) windowOf(p Paging) (w pageWindow, err error) {
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
	if w.after, err = o.positionOf(p.After, "after"); err == nil {
		w.before, err = o.positionOf(p.Before, "before")
	}
	return w, err
}

func (o sortOrder[R]) positionOf(s, name string) (*cursorPosition, error) {
	if s == "" {
		return nil, nil
	}
	if c, ok := parseCursor(s); ok && c.code == o.code {
		key, valued := c.key, true
		if o.nullable {
			key, valued = strings.CutPrefix(c.key, aValue)
		}
		if !valued && c.key == noValue {
			return &cursorPosition{id: c.id}, nil
		}
		if v, ok := o.value(key); ok && valued {
			return &cursorPosition{key: v, id: c.id}, nil
		}
	}
	return nil, desk.Refuse(desk.CodeInvalidInput, "This is not a cursor of this list in this order. Use one from its pageInfo or edges.").At(name)
}

// betweenCursors is the condition of the rows after the one position and before the other.
func (o sortOrder[R]) betweenCursors(w pageWindow) pg.Fragment {
	further, nearer := ") > ", ") < "
	if o.desc {
		further, nearer = nearer, further
	}
	var parts []pg.Fragment
	for _, end := range []struct {
		at       *cursorPosition
		operator string
	}{{w.after, further}, {w.before, nearer}} {
		if end.at != nil {
			parts = append(parts, pg.SQL("("+o.column+o.collate+", "+o.id+end.operator+"("+end.at.keyPlaceholder()+", ?)", end.at.key, end.at.id))
		}
	}
	return pg.AllOf(parts...)
}

// keyPlaceholder is the placeholder of the key in a statement. Postgres does not know a time that a
// SELECT gives when it plans: it would find that few rows come after this one, and plan each page
// by itself, which takes longer than to read it.
func (p *cursorPosition) keyPlaceholder() string {
	if _, ok := p.key.(time.Time); ok {
		return "(SELECT ?::timestamptz)"
	}
	return "?"
}

// withValues is the condition of the rows that have a value, and withoutValues that of those behind
// them.
func (o sortOrder[R]) withValues(w pageWindow) pg.Fragment {
	if w.after != nil && w.after.key == nil {
		return pg.Never
	}
	if w.before != nil && w.before.key == nil {
		w.before = nil
	}
	return pg.AllOf(pg.SQL(o.column+" IS NOT NULL"), o.betweenCursors(w))
}

func (o sortOrder[R]) withoutValues(w pageWindow) pg.Fragment {
	if w.before != nil && w.before.key != nil {
		return pg.Never
	}
	id := o.idColumnWithoutValue()
	parts, further, nearer := []pg.Fragment{pg.SQL(o.column + " IS NULL")}, " > ?", " < ?"
	if o.desc {
		further, nearer = nearer, further
	}
	if w.after != nil && w.after.key == nil {
		parts = append(parts, pg.SQL(id+further, w.after.id))
	}
	if w.before != nil {
		parts = append(parts, pg.SQL(id+nearer, w.before.id))
	}
	return pg.AllOf(parts...)
}

// idColumnWithoutValue is the column of the id where rows have no value.
func (o sortOrder[R]) idColumnWithoutValue() string {
	if o.restID != "" {
		return o.restID
	}
	return o.id
}

// orderBy is the order as SQL; for a last page it runs backwards.
func (o sortOrder[R]) orderBy(w pageWindow) string { return o.orderTerms(w, o.column, o.id) }

// orderRowsBy is orderBy for a statement around, where the columns are those of the rows.
func (o sortOrder[R]) orderRowsBy(w pageWindow, table string) string {
	_, column, _ := strings.Cut(o.column, ".")
	if o.outerID == "" {
		o.outerID = "id"
	}
	return o.orderTerms(w, table+column, table+o.outerID)
}

func (o sortOrder[R]) orderTerms(w pageWindow, column, id string) string {
	way := " ASC"
	if o.desc != w.backwards {
		way = " DESC"
	}
	if column == "" {
		return id + way
	}
	return column + o.collate + way + ", " + id + way
}
