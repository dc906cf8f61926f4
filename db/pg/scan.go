package pg

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// Reads are prepared statements: Bun would write the values into the text, and Postgres would have
// to parse and plan each one anew, which costs more than to run it. Bun's tables still say which
// column is which field.

// ScanRows reads the rows that a statement gives.
func ScanRows[R any](found pgx.Rows, types *pgtype.Map, tables Tables, text string) (out []*R, err error) {
	defer found.Close()
	into, err := scanTarget{tables.Table(reflect.TypeFor[R]()), text}.columns(found.FieldDescriptions())
	if err != nil {
		return nil, err
	}
	for found.Next() {
		r := new(R)
		if err := scanRow(types, into, found.RawValues(), reflect.ValueOf(r).Elem()); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, found.Err()
}

func scanRow(types *pgtype.Map, into []scanColumn, raw [][]byte, row reflect.Value) error {
	var texts strings.Builder // of all columns: a row has many, and each one alone would be an allocation
	n := 0
	for i := range into {
		if into[i].kind == scanText || into[i].kind == scanOptionalText {
			n += len(raw[i])
		}
	}
	texts.Grow(n)
	for i := range into {
		if raw[i] == nil {
			continue // the field is zero already
		}
		if err := into[i].scan(types, raw[i], row.FieldByIndex(into[i].index), &texts); err != nil {
			return fmt.Errorf("column %s: %w", into[i].Name, err)
		}
	}
	return nil
}

// appendText puts a text behind the others, and gives it.
func appendText(texts *strings.Builder, raw []byte) string {
	texts.Write(raw)
	all := texts.String()
	return all[len(all)-len(raw):]
}

// Tables is Bun, who knows which column is which field.
type Tables interface {
	Table(reflect.Type) *schema.Table
}

// scanColumn is a column of the rows, and its field.
type scanColumn struct {
	pgconn.FieldDescription
	index []int
	kind  scanKind
}

// scanKind is how a column is read: what is in nearly every row by hand, the rest by pgx.
type scanKind byte

const (
	scanByDriver scanKind = iota
	scanID
	scanOptionalID
	scanTime
	scanOptionalTime
	scanInteger
	scanText
	scanOptionalText
	scanValues
)

// scanTarget is a statement whose rows go into a type.
type scanTarget struct {
	into *schema.Table
	text string
}

// scanPlans are the columns of statements that were read lately.
var scanPlans struct {
	sync.RWMutex
	of map[scanTarget][]scanColumn
}

// maxScanPlans bounds them: each takes about 2 kB, and filters make ever new ones.
const maxScanPlans = 1000

// columns finds the fields of what the statement gives.
func (r scanTarget) columns(found []pgconn.FieldDescription) ([]scanColumn, error) {
	scanPlans.RLock()
	known := scanPlans.of[r]
	scanPlans.RUnlock()
	if slices.EqualFunc(known, found, func(c scanColumn, f pgconn.FieldDescription) bool {
		return c.DataTypeOID == f.DataTypeOID && c.Format == f.Format && c.Name == f.Name
	}) {
		return known, nil
	}
	columns := make([]scanColumn, len(found))
	for i, f := range found {
		field := r.into.LookupField(f.Name)
		if field == nil {
			return nil, fmt.Errorf("%s has no field for column %s", r.into.Type, f.Name)
		}
		columns[i] = scanColumn{f, field.Index, scanKindOf(f, r.into.Type.FieldByIndex(field.Index).Type)}
	}
	scanPlans.Lock()
	defer scanPlans.Unlock()
	if scanPlans.of == nil || len(scanPlans.of) >= maxScanPlans {
		scanPlans.of = map[scanTarget][]scanColumn{}
	}
	scanPlans.of[r] = columns
	return columns, nil
}

func scanKindOf(f pgconn.FieldDescription, t reflect.Type) scanKind {
	binary := f.Format == pgx.BinaryFormatCode
	switch whole := f.DataTypeOID == pgtype.Int4OID || f.DataTypeOID == pgtype.Int8OID; {
	case binary && t == reflect.TypeFor[desk.ID]():
		return scanID
	case binary && t == reflect.TypeFor[*desk.ID]():
		return scanOptionalID
	case binary && t == reflect.TypeFor[time.Time]():
		return scanTime
	case binary && t == reflect.TypeFor[*time.Time]():
		return scanOptionalTime
	case binary && whole && t.Kind() == reflect.Int:
		return scanInteger
	case !binary && t == reflect.TypeFor[desk.Values]():
		return scanValues
	case t.Kind() == reflect.String: // the same in both formats
		return scanText
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.String:
		return scanOptionalText
	}
	return scanByDriver
}

// scan puts a value into its field.
func (c *scanColumn) scan(types *pgtype.Map, raw []byte, into reflect.Value, texts *strings.Builder) error {
	switch c.kind {
	case scanID:
		copy(into.Addr().Interface().(*desk.ID)[:], raw)
	case scanOptionalID:
		id := new(desk.ID)
		copy(id[:], raw)
		*into.Addr().Interface().(**desk.ID) = id
	case scanTime:
		*into.Addr().Interface().(*time.Time) = decodeTime(raw)
	case scanOptionalTime:
		at := decodeTime(raw)
		*into.Addr().Interface().(**time.Time) = &at
	case scanInteger:
		into.SetInt(decodeInteger(raw))
	case scanText:
		into.SetString(appendText(texts, raw))
	case scanOptionalText:
		if plain, ok := into.Addr().Interface().(**string); ok {
			*plain = new(appendText(texts, raw))
			break
		}
		text := reflect.New(into.Type().Elem())
		text.Elem().SetString(appendText(texts, raw))
		into.Set(text)
	case scanValues:
		return into.Addr().Interface().(*desk.Values).UnmarshalJSON(raw) // the database has made sure that it is JSON
	case scanByDriver:
		return types.Scan(c.DataTypeOID, c.Format, raw, into.Addr().Interface())
	}
	return nil
}

// epoch2000 is where Postgres begins to count microseconds.
var epoch2000 = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

func decodeTime(raw []byte) time.Time {
	return time.UnixMicro(epoch2000 + int64(binary.BigEndian.Uint64(raw))).UTC() //nolint:gosec // two's complement
}

func decodeInteger(raw []byte) int64 {
	if len(raw) == 4 {
		return int64(int32(binary.BigEndian.Uint32(raw))) //nolint:gosec // two's complement
	}
	return int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // two's complement
}
