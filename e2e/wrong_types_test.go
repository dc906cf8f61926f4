package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// wrongValues are values that are none of a type, as JSON has them.
func wrongValues(s *ast.Schema, t *ast.Type) []any {
	object, list := map[string]any{"nope": 1}, []any{}
	d := s.Types[t.Name()]
	var bad []any
	switch {
	case d.Kind == ast.InputObject && d.Directives.ForName("oneOf") != nil:
		bad = []any{map[string]any{}, object, map[string]any{"string": "x", "list": []any{"x"}}, map[string]any{"string": nil}, "x", 5}
	case d.Kind == ast.InputObject:
		bad = []any{object, "x", 5, true}
	case d.Kind == ast.Enum:
		bad = []any{"NOPE", strings.ToLower(d.EnumValues[0].Name), "", 5, true, object}
	case d.Name == "Int":
		bad = []any{"5", 1.5, 1e100, json.Number("2147483648"), json.Number("-2147483649"), json.Number("99999999999999999999"), true, object}
	case d.Name == "Boolean":
		bad = []any{"true", 1, 0, object}
	case d.Name == "ID":
		bad = []any{true, 1.5, object}
	case d.Name == "DateTime":
		bad = append([]any{5, true, object}, badTimes...)
	default:
		bad = []any{5, 1.5, true, object}
	}
	if t.Elem == nil {
		bad = append(bad, list, []any{validScalar(d)})
	} else {
		bad = append(bad, []any{[]any{validScalar(d)}}, make([]any, 501))
		if t.Elem.NonNull {
			bad = append(bad, []any{nil})
		}
	}
	if t.NonNull {
		bad = append(bad, nil)
	}
	return bad
}

// badTimes are no moments, or none that every database and client can hold.
var badTimes = []any{
	"", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z",
	"0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00", "10000-01-01T00:00:00Z", "2026-01-01T00:00:00+99:00",
	"2026-01-01T00:00:00Z\x00", "2026-01-01 00:00:00Z ",
}

// validScalar is a value of a type, to be put where none of it belongs.
func validScalar(d *ast.Definition) any {
	switch d.Name {
	case "Int":
		return 1
	case "Boolean":
		return true
	}
	if d.Kind == ast.InputObject {
		return map[string]any{}
	}
	return "x"
}

const leastWrongValues = 2000

// TestWrongTypes puts values of wrong types into every argument and every field of every input.
// Each is refused before anything of the document has run, also what stands before it.
func TestWrongTypes(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	all := slices.DeleteFunc(inputSlots(w.schema, func(*ast.Definition) bool { return true }), inFilterGroup)
	tried := 0
	w.rows.requireUnchanged(t, "", "sending values of wrong types", func() {
		for i, s := range all {
			b := &baseCall{inputBuilder: inputBuilder{schema: w.schema, own: w.own.ids, key: propertyKeyFor(s)}, at: w.firstNode(s)}
			for _, v := range sampleFrom(wrongValues(w.schema, s.lastStep().typ), i, 4) {
				tried++
				w.requireRefusedWhole(t, b.withValue(s, v), fmt.Sprintf("%s with %s", s, truncate(v)))
			}
			for _, doc := range w.literalDocuments(s, b) {
				tried++
				w.requireDocumentRefused(t, doc, vars{}, "")
			}
		}
	})
	t.Logf("%d wrong values in %d places", tried, len(all))
	if tried < leastWrongValues {
		t.Errorf("only %d wrong values were tried", tried)
	}
}

func truncate(v any) string {
	b, _ := json.Marshal(v)
	return string(b[:min(len(b), 80)])
}

// requireRefusedWhole sends a call behind a good mutation, which must not have happened, or alone
// when it is of a query.
func (w *textWriter) requireRefusedWhole(t *testing.T, c fieldCall, what string) {
	t.Helper()
	query, v := w.document([]fieldCall{c})
	if c.parent.Name == "Mutation" {
		query = strings.Replace(query, "{  a0:", fmt.Sprintf(`{ first: commentCreate(input: {conversationId: %q, text: "must not be"}) { errors { code } } a0:`, w.open[0]), 1)
		if !strings.Contains(query, "must not be") {
			t.Fatalf("%s has no place for a first mutation", query)
		}
	}
	w.requireDocumentRefused(t, query, v, what)
}

func (w *textWriter) requireDocumentRefused(t *testing.T, query string, v vars, what string) {
	t.Helper()
	a, err := w.client.tryQuery(query, v)
	if err != nil {
		t.Fatal(err)
	}
	if what == "" {
		what = query
	}
	codes := []string{"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
	if a.Status != 200 || len(a.Data) > 0 || len(a.Errors) == 0 || !slices.Contains(codes, fmt.Sprint(a.Errors[0].Extensions["code"])) {
		t.Errorf("%s was answered %d %.500s", what, a.Status, a.Raw)
	}
}

// literalDocuments are documents with the wrong values written into them. One value for each place:
// which ones differ from place to place.
func (w *textWriter) literalDocuments(s inputSlot, b *baseCall) []string {
	if s.parent.Name != "Mutation" {
		return nil
	}
	bad := wrongValues(w.schema, s.lastStep().typ)
	v := bad[len(s.String())%len(bad)]
	if _, ok := v.([]any); ok && len(v.([]any)) > 100 {
		return nil // longer than a document may be
	}
	c := b.withValue(s, v)
	return []string{fmt.Sprintf(`mutation { first: commentCreate(input: {conversationId: %q, text: "must not be"}) { errors { code } } %s(input: %s) { errors { code } } }`,
		w.open[0], s.field.Name, literal(w.schema, s.field.Arguments[0].Type, c.args["input"]))}
}

// literal writes a value into a document.
func literal(s *ast.Schema, t *ast.Type, v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case []any:
		parts := []string{}
		for _, x := range v {
			elem := t
			if t.Elem != nil {
				elem = t.Elem
			}
			parts = append(parts, literal(s, elem, x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case vars:
		return literal(s, t, map[string]any(v))
	case map[string]any:
		d, parts := s.Types[t.Name()], []string{}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			typ := ast.NamedType("String", nil)
			if f := d.Fields.ForName(k); f != nil {
				typ = f.Type
			}
			parts = append(parts, k+": "+literal(s, typ, v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case string:
		if d := s.Types[t.Name()]; d.Kind == ast.Enum && d.EnumValues.ForName(v) != nil {
			return v
		}
		return strings.ReplaceAll(strconv.QuoteToASCII(v), `\x00`, `\u0000`)
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// TestHalfDone: a document that is wrong anywhere is not begun.
func TestHalfDone(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	good := fmt.Sprintf(`first: commentCreate(input: {conversationId: %q, text: "must not be"}) { errors { code } }`, w.open[0])
	w.rows.requireUnchanged(t, "", "a document that is wrong somewhere", func() {
		for _, c := range []struct {
			query string
			vars  vars
		}{
			{"mutation { " + good + " nope }", nil},
			{"mutation { " + good + " second: commentCreate(input: {}) { errors { code } } }", nil},
			{"mutation { " + good + " second: commentCreate { errors { code } } }", nil},
			{"mutation { " + good + " second: commentCreate(input: {conversationId: 1, text: 5}) { errors { code } } }", nil},
			{"mutation { " + good + " second: commentCreate(input: {conversationId: \"x\", text: \"x\", nope: 1}) { errors { code } } }", nil},
			{"mutation { " + good + " second: commentCreate(input: {conversationId: \"x\", text: \"x\"}) }", nil},
			{"mutation { " + good + " second: commentCreate(input: {conversationId: \"x\", text: \"x\"}) { errors { nope } } }", nil},
			{"mutation { " + good + " first: commentCreate(input: {conversationId: \"x\", text: \"other\"}) { errors { code } } }", nil},
			{"mutation($i: CommentCreateInput!) { " + good + " second: commentCreate(input: $i) { errors { code } } }", nil},
			{"mutation($i: CommentCreateInput!) { " + good + " second: commentCreate(input: $i) { errors { code } } }", vars{"i": nil}},
			{"mutation($i: CommentCreateInput!) { " + good + " second: commentCreate(input: $i) { errors { code } } }", vars{"i": vars{"conversationId": "x"}}},
			{"mutation($i: String) { " + good + " second: commentCreate(input: {conversationId: \"x\", text: $i}) { errors { code } } }", vars{"i": "x"}},
			{"mutation($i: CommentCreateInput) { " + good + " second: commentCreate(input: $i) { errors { code } } }", vars{"i": nil}},
			{"mutation($unused: Int) { " + good + " }", nil},
			{"mutation { " + good + " ...F } fragment F on Query { viewer { id } }", nil},
			{"mutation { " + good + " } mutation { " + good + " }", nil},
			{"mutation { " + good, nil},
			{"mutation @nope { " + good + " }", nil},
			{"mutation { " + good + " @include(if: \"x\") }", nil},
			{"mutation { " + good + " @skip }", nil},
			{"mutation { " + good + " ticketUpdate(input: {ticketId: \"x\", properties: [{key: \"a\", value: {string: \"x\", list: []}}]}) { errors { code } } }", nil},
			{"mutation($v: PropertyValueInput) { " + good + " ticketUpdate(input: {ticketId: \"x\", properties: [{key: \"a\", value: $v}]}) { errors { code } } }", vars{"v": vars{}}},
		} {
			w.requireDocumentRefused(t, c.query, c.vars, "")
		}
	})
}
