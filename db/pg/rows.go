package pg

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// Rows are written by prepared statements, one text for each table however many rows there are: Bun
// knows which field is which column, and a few codecs encode all values.

// RowWriter is one way to write rows of a type.
type RowWriter struct {
	row        reflect.Type
	many       bool
	Insert     bool
	onConflict string // what follows an INSERT that is counted
	Returning  string // what follows one that is not
}

// writeStatements are the texts of those that were used.
var writeStatements sync.Map

// Insert queues new rows of one type, with what follows the INSERT; r is the row that is there.
// It fails with miss where not all are written.
func (t *Transaction) Insert(miss error, with string, rows ...any) error {
	return t.QueueWrite(RowWriter{Insert: true, onConflict: with}, miss, rows)
}

// Update queues rows of one type that have changed.
func (t *Transaction) Update(miss error, rows ...any) error {
	return t.QueueWrite(RowWriter{}, miss, rows)
}

// QueueWrite queues the prepared statement that writes rows of one type, and that fails with miss
// when it does not write all of them.
func (t *Transaction) QueueWrite(f RowWriter, miss error, rows []any) error {
	f.row, f.many = reflect.TypeOf(rows[0]).Elem(), len(rows) > 1
	table := t.Bun.Table(f.row)
	text, ok := writeStatements.Load(f)
	if !ok {
		text, _ = writeStatements.LoadOrStore(f, f.statementText(table))
	}
	args, err := f.arguments(table, rows)
	t.Queue(Statement{Text: text.(string), Args: args, Check: func(err error, _ int64) error {
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == divisionByZero {
			return miss
		}
		return err
	}})
	return err
}

// divisionByZero is how a statement fails that has not written all its rows: counting them
// afterwards would be too late, as the COMMIT comes with it.
const divisionByZero = "22012"

func (f RowWriter) statementText(table *schema.Table) string {
	var names, source, values []string
	for i, c := range table.Fields {
		name, parameter, by := `"`+c.Name+`"`, "$"+strconv.Itoa(i+1)+"::", codecOf(c)
		names, values = append(names, name), append(values, "u."+name+by.cast)
		switch {
		case f.many && i == 0: // read by a SELECT, Postgres does not know how many there are, and so plans it once and not each time
			source = append(source, "(SELECT "+parameter+by.name+"[])")
		case f.many:
			source = append(source, parameter+by.name+"[]")
		default:
			source = append(source, parameter+by.name+" AS "+name)
		}
	}
	from := "(SELECT " + strings.Join(source, ", ") + ") AS u"
	if f.many {
		from = "unnest(" + strings.Join(source, ", ") + ") AS u(" + strings.Join(names, ", ") + ")"
	}
	var write string
	if f.Insert {
		write = "INSERT INTO " + table.Name + " AS r (" + strings.Join(names, ", ") + ") SELECT " + strings.Join(values, ", ") + " FROM " + from + f.onConflict
	} else {
		var set, where []string
		for i, c := range table.Fields {
			if c.IsPK {
				where = append(where, "r."+names[i]+" = "+values[i])
			} else {
				set = append(set, names[i]+" = "+values[i])
			}
		}
		write = "UPDATE " + table.Name + " AS r SET " + strings.Join(set, ", ") + " FROM " + from + " WHERE " + strings.Join(where, " AND ")
	}
	if !f.countsRows() {
		return write + f.Returning
	}
	return "WITH written AS (" + write + " RETURNING 1) SELECT 1 / (count(*) = $" + strconv.Itoa(len(names)+1) + ")::int FROM written"
}

// countsRows says whether the statement counts what it has written: a plain INSERT writes all, or
// fails by itself.
func (f RowWriter) countsRows() bool { return !f.Insert || f.onConflict != "" }

// arguments are the values of the text's parameters.
func (f RowWriter) arguments(table *schema.Table, rows []any) (args []any, err error) {
	fields := make([]reflect.Value, len(rows))
	for _, c := range table.Fields {
		for i, r := range rows {
			fields[i] = reflect.ValueOf(r).Elem().FieldByIndex(c.Index)
			if c.IsPtr {
				fields[i] = fields[i].Elem() // of nil, the value that is none
			}
		}
		by := codecOf(c)
		var arg any
		if f.many {
			arg, err = by.many(fields)
		} else {
			arg, err = by.one(fields[0])
		}
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if f.countsRows() {
		args = append(args, len(rows))
	}
	return args, nil
}

// codec is a type of Postgres that values go in, and what makes the column's type of it.
type codec struct {
	name, cast string
	one        func(reflect.Value) (any, error)
	many       func([]reflect.Value) (any, error)
}

// newCodec makes a codec of the function that encodes one value; no value is encoded as the zero T.
func newCodec[T any](name, cast string, read func(reflect.Value) (T, error)) *codec {
	orNull := func(v reflect.Value) (out T, err error) {
		if v.IsValid() {
			out, err = read(v)
		}
		return out, err
	}
	return &codec{
		name: name, cast: cast,
		one: func(v reflect.Value) (any, error) { return orNull(v) },
		many: func(vs []reflect.Value) (any, error) {
			out := make(pgtype.FlatArray[T], len(vs))
			for i, v := range vs {
				var err error
				if out[i], err = orNull(v); err != nil {
					return nil, err
				}
			}
			return out, nil
		},
	}
}

var (
	idCodec = newCodec("uuid", "", func(v reflect.Value) (pgtype.UUID, error) {
		id := v.Addr().Interface().(*desk.ID)
		return pgtype.UUID{Bytes: *id, Valid: !id.IsZero()}, nil
	})
	timeCodec = newCodec("timestamptz", "", func(v reflect.Value) (pgtype.Timestamptz, error) {
		return pgtype.Timestamptz{Time: *v.Addr().Interface().(*time.Time), Valid: true}, nil
	})
	textCodec  = newCodec("text", "", func(v reflect.Value) (pgtype.Text, error) { return pgtype.Text{String: v.String(), Valid: true}, nil })
	intCodec   = newCodec("bigint", "", func(v reflect.Value) (pgtype.Int8, error) { return pgtype.Int8{Int64: v.Int(), Valid: true}, nil })
	boolCodec  = newCodec("boolean", "", func(v reflect.Value) (pgtype.Bool, error) { return pgtype.Bool{Bool: v.Bool(), Valid: true}, nil })
	bytesCodec = newCodec("bytea", "", func(v reflect.Value) ([]byte, error) { return v.Bytes(), nil })
	jsonCodec  = newCodec("text", "::jsonb", func(v reflect.Value) (pgtype.Text, error) {
		b, err := json.Marshal(v.Interface())
		return pgtype.Text{String: string(b), Valid: true}, err
	})
)

// codecOf is nil for what only Bun knows how to write.
func codecOf(c *schema.Field) *codec {
	switch kind := c.IndirectType.Kind(); {
	case c.UserSQLType == "jsonb":
		return jsonCodec
	case c.IndirectType == reflect.TypeFor[desk.ID]():
		return idCodec
	case c.IndirectType == reflect.TypeFor[time.Time]():
		return timeCodec
	case c.IndirectType == reflect.TypeFor[[]byte]():
		return bytesCodec
	case kind == reflect.String:
		return textCodec
	case kind == reflect.Int:
		return intCodec
	case kind == reflect.Bool:
		return boolCodec
	}
	return nil
}

// Encodable says whether all of a row can be written so.
func (t *Transaction) Encodable(row any) bool {
	for _, c := range t.Bun.Table(reflect.TypeOf(row).Elem()).Fields {
		if codecOf(c) == nil {
			return false
		}
	}
	return true
}
