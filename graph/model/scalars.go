// Package model holds the shapes that only GraphQL needs: scalars, inputs, payloads and
// connections. The nouns themselves are those of package desk.
package model

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/desk"
	"deskwire/graph/plan"
)

// MarshalID writes a public id.
func MarshalID(r desk.Ref) graphql.Marshaler { return graphql.MarshalString(r.String()) }

// AppendID writes what MarshalID writes.
func AppendID(b []byte, r desk.Ref) []byte {
	if r.Part != "" { // a key of the account's own
		return plan.AppendString(b, r.String())
	}
	return append(r.AppendTo(append(b, '"')), '"')
}

// UnmarshalID reads a public id. What is not one of this server becomes the zero Ref, which
// names nothing: a malformed id is answered like one that does not exist.
func UnmarshalID(v any) (desk.Ref, error) {
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case json.Number:
		s = v.String()
	case int64:
		s = strconv.FormatInt(v, 10)
	default:
		return desk.Ref{}, errors.New("ID cannot represent this value")
	}
	ref, err := desk.ParseRef(s)
	if err != nil {
		return desk.Ref{}, nil
	}
	return ref, nil
}

// MarshalInt writes a whole number.
func MarshalInt(i int) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.Itoa(i)) })
}

var errNotInt = errors.New("Int cannot represent this value: it takes whole numbers of 32 bits") //nolint:staticcheck // "Int" is the type's name

// UnmarshalInt reads a whole number of 32 bits as the GraphQL specification has it; strings are not
// numbers.
func UnmarshalInt(v any) (int, error) {
	var f float64
	switch v := v.(type) {
	case int64:
		f = float64(v)
	case int:
		f = float64(v)
	case json.Number:
		n, err := v.Float64()
		if err != nil {
			return 0, errNotInt
		}
		f = n
	default:
		return 0, errNotInt
	}
	if f != math.Trunc(f) || f > math.MaxInt32 || f < math.MinInt32 {
		return 0, errNotInt
	}
	return int(f), nil
}

// MarshalString writes text.
func MarshalString(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalString reads text; numbers are not text.
func UnmarshalString(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", errors.New("String cannot represent a value that is not a string")
	}
	return s, nil
}

// MarshalDateTime writes a time in UTC with milliseconds.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.MarshalString(t.UTC().Format(desk.TimeFormat))
}

// AppendDateTime writes what MarshalDateTime writes.
func AppendDateTime(b []byte, t time.Time) []byte {
	return append(t.UTC().AppendFormat(append(b, '"'), desk.TimeFormat), '"')
}

var errNotDateTime = errors.New("DateTime must be RFC 3339 such as 2026-03-31T15:04:05.000Z, of the years 1970 to 9999")

// UnmarshalDateTime reads RFC 3339, to the millisecond.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, errNotDateTime
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if t = t.UTC(); err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, errNotDateTime
	}
	return t.Truncate(time.Millisecond), nil
}

// RawJSON is a value as it was kept.
type RawJSON struct{ Text string }

// MarshalJSON writes a value as it is.
func MarshalJSON(v RawJSON) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, v.Text) })
}

// AppendJSON writes what MarshalJSON writes.
func AppendJSON(b []byte, v RawJSON) []byte { return append(b, v.Text...) }

// UnmarshalJSON is there for the generator: the scalar is for reading only.
func UnmarshalJSON(any) (RawJSON, error) { return RawJSON{}, errors.New("JSON is for reading only") }
