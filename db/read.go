package db

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// Reads go to pgx as prepared statements: Bun would write the values into the text, and Postgres would have to parse and plan each
// one anew, which costs more than to run it. Bun's tables still say which column is which field.

// rows runs a statement that only reads, and gives its rows, as far as the budget of the context goes.
func rows[R any](ctx context.Context, s *Store, words string, values ...any) ([]*R, error) {
	text, args := rendered(sq(words, values...))
	return patiently(ctx, s, func() (out []*R, err error) {
		err = freshly(func() error {
			out, err = query[R](ctx, s.pool, s.bun, text, args)
			return err
		})
		if b := budgetOf(ctx); err != nil && b != nil && b.Spent() {
			return nil, ErrBudgetSpent
		}
		return out, err
	})
}

// rowsByID is rows by their ids, without those that are missing or not the actor's to see.
func rowsByID[R any](ctx context.Context, s *Store, id func(*R) desk.ID, words string, values ...any) (map[desk.ID]*R, error) {
	found, err := rows[R](ctx, s, words, values...)
	byID := make(map[desk.ID]*R, len(found))
	for _, r := range found {
		byID[id(r)] = r
	}
	return byID, err
}

// freshly asks once more when a statement was prepared before a migration changed what it gives. The driver has forgotten it then.
func freshly(ask func() error) error {
	err := ask()
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "0A000" || pg.Code == "26000") {
		err = ask()
	}
	return err
}

func query[R any](ctx context.Context, from querier, tables tables, text string, args []any) ([]*R, error) {
	found, err := from.Query(ctx, text, append([]any{pgx.QueryExecModeCacheStatement}, args...)...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	into, err := columnsOf(tables.Table(reflect.TypeFor[R]()), found.FieldDescriptions())
	if err != nil {
		return nil, err
	}
	var out []*R
	for types := found.Conn().TypeMap(); found.Next(); {
		r := new(R)
		v := reflect.ValueOf(r).Elem()
		for i, raw := range found.RawValues() {
			if raw == nil {
				continue // the field is zero already
			}
			if err := into[i].read(types, raw, v.FieldByIndex(into[i].index)); err != nil {
				return nil, fmt.Errorf("column %s: %w", into[i].name, err)
			}
		}
		out = append(out, r)
	}
	return out, found.Err()
}

// tables is Bun, who knows which column is which field.
type tables interface {
	Table(reflect.Type) *schema.Table
}

// column is a column of the rows, and its field.
type column struct {
	name   string
	index  []int
	oid    uint32
	format int16
}

func columnsOf(t *schema.Table, found []pgconn.FieldDescription) ([]column, error) {
	columns := make([]column, len(found))
	for i, f := range found {
		field := t.LookupField(f.Name)
		if field == nil {
			return nil, fmt.Errorf("%s has no field for column %s", t.Type, f.Name)
		}
		columns[i] = column{f.Name, field.Index, f.DataTypeOID, f.Format}
	}
	return columns, nil
}

// read puts a value into its field. What is in nearly every row is read by hand, the rest by pgx.
func (c *column) read(types *pgtype.Map, raw []byte, into reflect.Value) error {
	if c.format == pgx.BinaryFormatCode {
		switch to := into.Addr().Interface().(type) {
		case *desk.ID:
			copy(to[:], raw)
			return nil
		case **desk.ID:
			*to = new(desk.ID)
			copy((*to)[:], raw)
			return nil
		case *time.Time:
			*to = timeOf(raw)
			return nil
		case **time.Time:
			at := timeOf(raw)
			*to = &at
			return nil
		}
		if n, ok := wholeOf(c.oid, raw); ok && into.Kind() == reflect.Int {
			into.SetInt(n)
			return nil
		}
	}
	if to, ok := into.Addr().Interface().(*desk.Values); ok && c.format == pgx.TextFormatCode {
		return to.UnmarshalJSON(raw) // the database has made sure that it is JSON
	}
	if into.Kind() == reflect.String {
		into.SetString(string(raw)) // the same in both formats
		return nil
	}
	return types.Scan(c.oid, c.format, raw, into.Addr().Interface())
}

// epoch2000 is where Postgres begins to count microseconds.
var epoch2000 = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

func timeOf(raw []byte) time.Time {
	return time.UnixMicro(epoch2000 + int64(binary.BigEndian.Uint64(raw))).UTC() //nolint:gosec // two's complement
}

func wholeOf(oid uint32, raw []byte) (int64, bool) {
	switch oid {
	case pgtype.Int4OID:
		return int64(int32(binary.BigEndian.Uint32(raw))), true //nolint:gosec // two's complement
	case pgtype.Int8OID:
		return int64(binary.BigEndian.Uint64(raw)), true //nolint:gosec // two's complement
	}
	return 0, false
}

// rendered gives a statement the form that is prepared: its values are numbered, and pieces stand where they belong.
//
// Postgres plans a prepared statement once when the plan for values it does not know is as good as those for the values it was
// given. So limits stay in the text: of one that it does not know it expects a tenth of the table. It expects ten elements of an array:
// one alone is no array here, and some are made ten.
func rendered(q sqlText) (text string, args []any) {
	r := rendering{}
	r.add(q)
	return r.text.String(), r.args
}

type rendering struct {
	text strings.Builder
	args []any
}

func (r *rendering) add(q sqlText) {
	words := q.Query
	for _, v := range q.Args {
		before, after, ok := strings.Cut(words, "?")
		if !ok {
			panic("db: a piece of SQL has more values than places: " + q.Query)
		}
		words = after
		switch v := v.(type) {
		case sqlText:
			r.text.WriteString(before)
			r.add(v)
		case int:
			r.text.WriteString(before)
			if strings.HasSuffix(before, "LIMIT ") {
				r.text.WriteString(strconv.Itoa(v))
			} else {
				r.value(v)
			}
		case desk.ID:
			r.text.WriteString(before)
			r.value(pgtype.UUID{Bytes: v, Valid: !v.IsZero()})
		case uuids:
			words = r.among(before, v, after)
		default:
			r.text.WriteString(before)
			r.value(v)
		}
	}
	r.text.WriteString(words)
}

func (r *rendering) value(v any) {
	r.args = append(r.args, v)
	r.text.WriteByte('$')
	r.text.WriteString(strconv.Itoa(len(r.args)))
}

// among writes a comparison with ids, and gives the words behind it.
func (r *rendering) among(before string, ids uuids, after string) string {
	const opens, closes = "= ANY(", "::uuid[])"
	before, compares := strings.CutSuffix(before, opens)
	rest, closed := strings.CutPrefix(after, closes)
	switch {
	case !compares || !closed:
		r.text.WriteString(before)
		r.value(ids)
		return after
	case len(ids) == 1:
		r.text.WriteString(before + "= ")
		r.value(pgtype.UUID{Bytes: ids[0], Valid: true})
		return rest
	}
	r.text.WriteString(before + opens)
	for len(ids) > 0 && len(ids) < 10 {
		ids = append(ids[:len(ids):len(ids)], ids[0])
	}
	r.value(ids)
	return after
}
