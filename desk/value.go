package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Values are the values of custom properties by key: string, json.Number, bool, or a list of
// strings as []any. A number is exact here and in the database, whose jsonb has decimals.
type Values map[string]any

// UnmarshalJSON keeps numbers as they are written: a float64 would round them.
func (vs *Values) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode((*map[string]any)(vs))
}

// Value gives the ticket's value of a property in the form it is written in: one string, or a list
// for OPTIONS. Ids are public ids.
func (t *Ticket) Value(d *PropertyDefinition) (one *string, many []string) {
	if !d.BuiltIn {
		return d.Format(t.Properties[d.Key])
	}
	created, active := timeField("createdAt", &t.CreatedAt), timeField("lastActivityAt", &t.LastActivityAt)
	for _, f := range append(t.fields(), created, active) {
		if f.name == d.Key {
			return f.value, nil
		}
	}
	return nil, nil
}

// Labels are the labels of the options that a value names, with commas. An option that is gone
// shows its value.
func (d *PropertyDefinition) Labels(one *string, many []string) *string {
	if one != nil {
		many = []string{*one}
	}
	if len(many) == 0 {
		return nil
	}
	labels := make([]string, len(many))
	for i, v := range many {
		labels[i] = v
		for _, o := range d.Options {
			if o.Value == v {
				labels[i] = o.Label
			}
		}
	}
	all := strings.Join(labels, ", ")
	return &all
}

// Parse reads a value that others are compared with, in the form in which values are kept. It may
// name an option that is gone, or an agent that never was: nothing is like them.
func (d *PropertyDefinition) Parse(s string) (string, error) {
	if d.Type == TypeOption || d.Type == TypeOptions {
		return Text(s, MaxName)
	}
	agents := map[string]*Agent{}
	if ref, err := ParseRef(s); err == nil && ref.Kind == KindAgent && ref.Part == "" {
		agents[s] = &Agent{}
	}
	v, err := d.parseString(s, agents)
	if err != nil {
		return "", err
	}
	one, _ := d.Format(v)
	return *one, nil
}

// parseValue reads a value that a ticket is to have; held are the options that it has.
func (d *PropertyDefinition) parseValue(in PropertyInput, held []any) (any, error) {
	if d.Type == TypeOptions {
		if in.List == nil {
			return nil, Refuse(CodePropertyInvalid, "%s needs a list of options. Send it as list, not as string.", d.Label)
		}
		return d.parseOptions(*in.List, held)
	}
	if in.String == nil {
		return nil, Refuse(CodePropertyInvalid, "%s needs a single value. Send it as string, not as list.", d.Label)
	}
	return d.parseString(*in.String, in.Agents)
}

// parseOptions reads a choice of options. One that is gone can stay where it is and can't be added.
func (d *PropertyDefinition) parseOptions(values []string, held []any) (any, error) {
	out := []any{}
	for _, v := range values {
		if !d.hasOption(v) && !slices.Contains(held, any(v)) {
			return nil, Refuse(CodePropertyInvalid, "%s has no option %q.", d.Label, clipText(v))
		}
		if !slices.Contains(out, any(v)) {
			out = append(out, v)
		}
	}
	return out, nil
}

func clipText(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func (d *PropertyDefinition) hasOption(v string) bool {
	return slices.ContainsFunc(d.Options, func(o PropertyOption) bool { return o.Value == v })
}

func (d *PropertyDefinition) parseString(s string, agents map[string]*Agent) (any, error) {
	bad := func(want string, args ...any) error {
		return Refuse(CodePropertyInvalid, "%s must be %s.", d.Label, fmt.Sprintf(want, args...))
	}
	if d.Type != TypeText {
		s = strings.TrimSpace(s)
	}
	switch d.Type {
	case TypeText:
		return Text(s, maxPropertyText)
	case TypeNumber:
		n, fits, ok := decimal(s)
		if !ok {
			return nil, bad("a number such as 12 or -3.5")
		}
		if !fits {
			return nil, bad("a number of at most %d digits, written out without an exponent", maxDigits)
		}
		return json.Number(n), nil
	case TypeBoolean:
		if s != "true" && s != "false" {
			return nil, bad("true or false")
		}
		return s == "true", nil
	case TypeDate:
		if t, err := time.Parse(time.DateOnly, s); err != nil || !sensible(t) {
			return nil, bad("a date such as 2026-03-31")
		}
		return s, nil
	case TypeDateTime:
		t, err := time.Parse(time.RFC3339, s)
		if t = t.UTC(); err != nil || !sensible(t) {
			return nil, bad("a time such as 2026-03-31T15:04:05Z")
		}
		return t.Format(TimeFormat), nil
	case TypeOption:
		if !d.hasOption(s) {
			return nil, bad("one of its options")
		}
		return s, nil
	case TypeAgent:
		if agents[s] == nil {
			return nil, bad("the id of an agent")
		}
		return s, nil
	}
	return nil, bad("of a type that can be written")
}

// sensible bounds dates to what every database and client can hold.
func sensible(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

// Format gives a stored value in the form it is written in: one string, or a list for OPTIONS.
func (d *PropertyDefinition) Format(v any) (one *string, many []string) {
	switch v := v.(type) {
	case string:
		return &v, nil
	case bool:
		s := strconv.FormatBool(v)
		return &s, nil
	case json.Number:
		s := v.String()
		return &s, nil
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				many = append(many, s)
			}
		}
	}
	return nil, many
}

func valueChanges(before, after Values) []Change {
	keys := map[string]bool{}
	for k := range before {
		keys[k] = true
	}
	for k := range after {
		keys[k] = true
	}
	var out []Change
	for k := range keys {
		if o, n := valueText(before, k), valueText(after, k); !sameValue(o, n) {
			out = append(out, Change{Field: "properties." + k, Old: o, New: n})
		}
	}
	slices.SortFunc(out, func(a, b Change) int { return strings.Compare(a.Field, b.Field) })
	return out
}

func valueText(vs Values, key string) *string {
	v, ok := vs[key]
	if !ok {
		return nil
	}
	if s, ok := v.(string); ok {
		return &s
	}
	b, _ := json.Marshal(v)
	s := string(b)
	return &s
}
