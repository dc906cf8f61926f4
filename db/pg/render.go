package pg

import (
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/desk"
)

// Render gives a statement the form that is prepared: its values are numbered, and fragments stand
// where they belong.
//
// Postgres plans a prepared statement once when the plan for values it does not know is as good as
// those for the values it was given. So two kinds of values are spelled for the planner, see Limit
// and OneOf.
func Render(q Fragment) (text string, args []any) {
	r := statementBuilder{}
	r.appendFragment(q)
	return r.text.String(), r.args
}

type statementBuilder struct {
	text strings.Builder
	args []any
}

func (r *statementBuilder) appendFragment(q Fragment) {
	words := q.Query
	for _, v := range q.Args {
		before, after, ok := strings.Cut(words, "?")
		if !ok {
			panic("pg: a piece of SQL has more values than question marks: " + q.Query)
		}
		words = after
		switch v := v.(type) {
		case Fragment:
			r.text.WriteString(before)
			r.appendFragment(v)
		case limit:
			r.text.WriteString(before)
			r.text.WriteString(strconv.Itoa(int(v)))
		case desk.ID:
			r.text.WriteString(before)
			r.appendValue(pgtype.UUID{Bytes: v, Valid: !v.IsZero()})
		case oneOf:
			r.text.WriteString(before)
			r.appendOneOf(v)
		default:
			r.text.WriteString(before)
			r.appendValue(v)
		}
	}
	r.text.WriteString(words)
}

func (r *statementBuilder) appendValue(v any) {
	r.args = append(r.args, v)
	r.text.WriteByte('$')
	r.text.WriteString(strconv.Itoa(len(r.args)))
}

// appendOneOf writes what a column is compared with. One id alone is no array.
func (r *statementBuilder) appendOneOf(ids oneOf) {
	if len(ids) == 1 {
		r.appendValue(pgtype.UUID{Bytes: ids[0], Valid: true})
		return
	}
	for len(ids) > 0 && len(ids) < expectedElements {
		ids = append(ids[:len(ids):len(ids)], ids[0])
	}
	r.text.WriteString("ANY(")
	r.appendValue(UUIDs(ids))
	r.text.WriteString("::uuid[])")
}

// expectedElements is how many elements Postgres expects of an array that it does not know.
const expectedElements = 10
