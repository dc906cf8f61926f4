package db

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// Reads are prepared statements: Bun would write the values into the text, and Postgres would have to parse and plan each
// one anew, which costs more than to run it. Bun's tables still say which column is which field.

// gather reads the rows that a statement gives.
func gather[R any](found pgx.Rows, types *pgtype.Map, tables tables, text string) (out []*R, err error) {
	defer found.Close()
	into, err := reading{tables.Table(reflect.TypeFor[R]()), text}.columns(found.FieldDescriptions())
	if err != nil {
		return nil, err
	}
	for found.Next() {
		r := new(R)
		if err := readRow(types, into, found.RawValues(), reflect.ValueOf(r).Elem()); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, found.Err()
}

func readRow(types *pgtype.Map, into []column, raw [][]byte, row reflect.Value) error {
	var texts strings.Builder // of all columns: a row has many, and each one alone would be an allocation
	n := 0
	for i := range into {
		if into[i].kind == aText || into[i].kind == anOptionalText {
			n += len(raw[i])
		}
	}
	texts.Grow(n)
	for i := range into {
		if raw[i] == nil {
			continue // the field is zero already
		}
		if err := into[i].read(types, raw[i], row.FieldByIndex(into[i].index), &texts); err != nil {
			return fmt.Errorf("column %s: %w", into[i].Name, err)
		}
	}
	return nil
}

// textIn puts a text behind the others, and gives it.
func textIn(texts *strings.Builder, raw []byte) string {
	texts.Write(raw)
	all := texts.String()
	return all[len(all)-len(raw):]
}

// tables is Bun, who knows which column is which field.
type tables interface {
	Table(reflect.Type) *schema.Table
}

// column is a column of the rows, and its field.
type column struct {
	pgconn.FieldDescription
	index []int
	kind  columnKind
}

// columnKind is how a column is read: what is in nearly every row by hand, the rest by pgx.
type columnKind byte

const (
	byDriver columnKind = iota
	anID
	anOptionalID
	aTime
	anOptionalTime
	aWhole
	aText
	anOptionalText
	someValues
)

// reading is a statement whose rows go into a type.
type reading struct {
	into *schema.Table
	text string
}

// readings are the columns of statements that were read lately.
var readings struct {
	sync.RWMutex
	of map[reading][]column
}

// maxReadings bounds them: each takes about 2 kB, and filters make ever new ones.
const maxReadings = 1000

// columns finds the fields of what the statement gives.
func (r reading) columns(found []pgconn.FieldDescription) ([]column, error) {
	readings.RLock()
	known := readings.of[r]
	readings.RUnlock()
	if slices.EqualFunc(known, found, func(c column, f pgconn.FieldDescription) bool {
		return c.DataTypeOID == f.DataTypeOID && c.Format == f.Format && c.Name == f.Name
	}) {
		return known, nil
	}
	columns := make([]column, len(found))
	for i, f := range found {
		field := r.into.LookupField(f.Name)
		if field == nil {
			return nil, fmt.Errorf("%s has no field for column %s", r.into.Type, f.Name)
		}
		columns[i] = column{f, field.Index, kindOf(f, r.into.Type.FieldByIndex(field.Index).Type)}
	}
	readings.Lock()
	defer readings.Unlock()
	if readings.of == nil || len(readings.of) >= maxReadings {
		readings.of = map[reading][]column{}
	}
	readings.of[r] = columns
	return columns, nil
}

func kindOf(f pgconn.FieldDescription, t reflect.Type) columnKind {
	binary := f.Format == pgx.BinaryFormatCode
	switch whole := f.DataTypeOID == pgtype.Int4OID || f.DataTypeOID == pgtype.Int8OID; {
	case binary && t == reflect.TypeFor[desk.ID]():
		return anID
	case binary && t == reflect.TypeFor[*desk.ID]():
		return anOptionalID
	case binary && t == reflect.TypeFor[time.Time]():
		return aTime
	case binary && t == reflect.TypeFor[*time.Time]():
		return anOptionalTime
	case binary && whole && t.Kind() == reflect.Int:
		return aWhole
	case !binary && t == reflect.TypeFor[desk.Values]():
		return someValues
	case t.Kind() == reflect.String: // the same in both formats
		return aText
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.String:
		return anOptionalText
	}
	return byDriver
}

// read puts a value into its field.
func (c *column) read(types *pgtype.Map, raw []byte, into reflect.Value, texts *strings.Builder) error {
	switch c.kind {
	case anID:
		copy(into.Addr().Interface().(*desk.ID)[:], raw)
	case anOptionalID:
		id := new(desk.ID)
		copy(id[:], raw)
		*into.Addr().Interface().(**desk.ID) = id
	case aTime:
		*into.Addr().Interface().(*time.Time) = timeOf(raw)
	case anOptionalTime:
		at := timeOf(raw)
		*into.Addr().Interface().(**time.Time) = &at
	case aWhole:
		into.SetInt(wholeOf(raw))
	case aText:
		into.SetString(textIn(texts, raw))
	case anOptionalText:
		if plain, ok := into.Addr().Interface().(**string); ok {
			*plain = new(textIn(texts, raw))
			break
		}
		text := reflect.New(into.Type().Elem())
		text.Elem().SetString(textIn(texts, raw))
		into.Set(text)
	case someValues:
		return into.Addr().Interface().(*desk.Values).UnmarshalJSON(raw) // the database has made sure that it is JSON
	case byDriver:
		return types.Scan(c.DataTypeOID, c.Format, raw, into.Addr().Interface())
	}
	return nil
}

// epoch2000 is where Postgres begins to count microseconds.
var epoch2000 = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

func timeOf(raw []byte) time.Time {
	return time.UnixMicro(epoch2000 + int64(binary.BigEndian.Uint64(raw))).UTC() //nolint:gosec // two's complement
}

func wholeOf(raw []byte) int64 {
	if len(raw) == 4 {
		return int64(int32(binary.BigEndian.Uint32(raw))) //nolint:gosec // two's complement
	}
	return int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // two's complement
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
