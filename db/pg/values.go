package pg

import (
	"database/sql/driver"
	"strconv"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// UUIDs are ids as an array of Postgres, written as ?::uuid[].
type UUIDs []desk.ID

// Value is the array as text, for Bun.
func (ids UUIDs) Value() (driver.Value, error) {
	b := make([]byte, 0, 2+37*len(ids))
	for i, id := range ids {
		if b = append(b, ','); i == 0 {
			b[0] = '{'
		}
		b = append(b, id.String()...)
	}
	if len(ids) == 0 {
		b = append(b, '{')
	}
	return string(append(b, '}')), nil
}

// Dimensions is the size of the array, for pgx, which sends the bytes of the ids.
func (ids UUIDs) Dimensions() []pgtype.ArrayDimension {
	return []pgtype.ArrayDimension{{Length: int32(len(ids)), LowerBound: 1}} //nolint:gosec // a statement takes fewer
}

// Index is an id.
func (ids UUIDs) Index(i int) any { return pgtype.UUID{Bytes: ids[i], Valid: true} }

// IndexType is the type of an id.
func (ids UUIDs) IndexType() any { return pgtype.UUID{} }

// Limit is a number of rows, which stands in the text: of a limit that it does not know, Postgres
// expects a tenth of the table.
func Limit(rows int) any { return limit(rows) }

type limit int

// AppendQuery is the limit in a statement of Bun's.
func (n limit) AppendQuery(_ schema.QueryGen, b []byte) ([]byte, error) {
	return strconv.AppendInt(b, int64(n), 10), nil
}

// OneOf is what an id is compared with, as in "c.id = ?", to be one of these. It becomes ANY of an
// array, for which Postgres expects ten elements: one id alone is compared by itself, and fewer
// than ten are made ten.
func OneOf(ids []desk.ID) any { return oneOf(ids) }

type oneOf []desk.ID

// AppendQuery is the comparison in a statement of Bun's.
func (ids oneOf) AppendQuery(_ schema.QueryGen, b []byte) ([]byte, error) {
	array, err := UUIDs(ids).Value()
	return append(append(append(b, "ANY('"...), array.(string)...), "'::uuid[])"...), err
}
