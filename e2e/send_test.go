package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
)

// call is one field with arguments, of the root or of a node.
type call struct {
	slot
	at   string // the node; "" for the root
	args vars
}

// told is what one call was answered.
type told struct {
	value  any
	errors []gqlError
}

// code is the code of the first refusal, in the payload or at the top.
func (a told) code() string {
	if errs := (node{a.value}).list("errors"); len(errs) > 0 {
		return errs[0].str("code")
	}
	if len(a.errors) > 0 {
		c, _ := a.errors[0].Extensions["code"].(string)
		return c
	}
	return ""
}

// plain is the answer without what differs from call to call.
func (a told) plain() string {
	errs := []any{}
	for _, e := range a.errors {
		errs = append(errs, e.Message, e.Extensions["code"], e.Extensions["argumentPath"])
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode([]any{a.value, errs})
	return b.String()
}

// sender sends calls and looks at every raw answer.
type sender struct {
	schema *ast.Schema
	as     *client
	look   func(query, raw string)
	shape  shape // of the answers
	depth  int   // how deep they are selected
}

// selection is what is asked of a field, as a fragment and its use.
func (s *sender) selection(f *ast.FieldDefinition) (use, fragment string) {
	typ := f.Type.Name()
	if s.schema.Types[typ].IsLeafType() {
		return "", ""
	}
	depth := s.depth
	if s.schema.Types[typ].IsAbstractType() || strings.HasSuffix(typ, "Connection") {
		depth = 0 // which rows they are says enough
	}
	return "{ ...F }", fmt.Sprintf(" fragment F on %s { %s }", typ, s.shape.all(typ, depth))
}

// send answers calls of one field, in one document.
func (s *sender) send(t testing.TB, calls []call) []told {
	t.Helper()
	if len(calls) == 0 {
		return nil
	}
	if calls[0].parent.Name == "Subscription" {
		return s.follow(t, calls)
	}
	query, v := s.document(calls)
	a, err := s.as.try(query, v)
	if err != nil {
		t.Fatalf("%s: %v", calls[0], err)
	}
	s.check(t, query, v, a)
	if len(a.Data) == 0 && len(calls) > 1 { // one call's error has taken the others' answers along
		var out []told
		for _, c := range calls {
			out = append(out, s.send(t, []call{c})...)
		}
		return out
	}
	return s.deal(calls, a)
}

// following is how many subscriptions are open at once: those that are told nothing are waited for.
const following = 48

// follow answers calls of a subscription, each of them its first payload. A document has only one.
func (s *sender) follow(t testing.TB, calls []call) []told {
	t.Helper()
	answers, errs := make([]*answer, len(calls)), make([]error, len(calls))
	places := make(chan struct{}, following)
	var all sync.WaitGroup
	for i, c := range calls {
		query, v := s.document([]call{c})
		places <- struct{}{}
		all.Go(func() {
			answers[i], errs[i] = s.as.try(query, v)
			<-places
		})
	}
	all.Wait()
	out := make([]told, len(calls))
	for i, c := range calls {
		if errs[i] != nil {
			t.Fatalf("%s: %v", c, errs[i])
		}
		query, v := s.document([]call{c})
		answers[i].Raw = withoutEcho(c, answers[i].Raw)
		s.check(t, query, v, answers[i])
		out[i] = s.deal([]call{c}, answers[i])[0]
		if payload, ok := out[i].value.(map[string]any); ok {
			delete(payload, "cursor") // the log goes on from call to call
		}
	}
	return out
}

// withoutEcho leaves out the id that a payload says it is about, where it was sent: it shows nothing.
func withoutEcho(c call, raw string) string {
	for _, v := range c.args {
		if id, ok := v.(string); ok {
			raw = strings.Replace(raw, fmt.Sprintf(`Id":%q`, id), `Id":"<id>"`, 1)
		}
	}
	return raw
}

// check wants an answer to be whole, and looks at it.
func (s *sender) check(t testing.TB, query string, v vars, a *answer) {
	t.Helper()
	if s.look != nil {
		s.look(query, a.Raw)
	}
	if a.Status >= 500 || strings.Contains(a.Raw, "INTERNAL_ERROR") {
		t.Errorf("%s\nvariables %v\nwas answered with %d %s", query, v, a.Status, a.Raw)
	}
	if strings.Contains(a.Raw, "GRAPHQL_PARSE_FAILED") || strings.Contains(a.Raw, "GRAPHQL_VALIDATION_FAILED") {
		t.Fatalf("%s\nvariables %v\nis no good document: %s", query, v, a.Raw)
	}
}

// beginning is a place before all that is in the log.
func (s *sender) beginning(t testing.TB) string {
	t.Helper()
	now, _ := s.as.do(t, "{ __typename }", nil).Extensions["eventCursor"].(string)
	c, ok := desk.ParseCursor(now)
	if !ok {
		t.Fatalf("%q is no place in the log", now)
	}
	return desk.Cursor{Epoch: c.Epoch, Max: 3}.String()
}

func (s *sender) document(calls []call) (string, vars) {
	first := calls[0]
	use, fragment := s.selection(first.field)
	var params, fields strings.Builder
	v := vars{}
	for i, c := range calls {
		var args []string
		for _, a := range c.field.Arguments {
			if value, ok := c.args[a.Name]; ok {
				name := fmt.Sprintf("v%d_%s", i, a.Name)
				fmt.Fprintf(&params, " $%s: %s", name, a.Type)
				args, v[name] = append(args, a.Name+": $"+name), value
			}
		}
		fmt.Fprintf(&fields, " a%d: %s", i, c.field.Name)
		if len(args) > 0 {
			fmt.Fprintf(&fields, "(%s)", strings.Join(args, ", "))
		}
		fields.WriteString(use)
	}
	kind, body := "query", fields.String()
	switch {
	case slices.Contains(roots, first.parent.Name):
		kind = strings.ToLower(first.parent.Name)
	case first.at != "":
		v["at"] = first.at
		params.WriteString(" $at: ID!")
		body = fmt.Sprintf("at: node(id: $at) { ... on %s { %s } }", first.parent.Name, body)
	}
	if params.Len() > 0 {
		kind += "(" + params.String() + ")"
	}
	return kind + " { " + body + " }" + fragment, v
}

// deal gives each call its part of the answer.
func (s *sender) deal(calls []call, a *answer) []told {
	out := make([]told, len(calls))
	data := node{a.Data}
	if calls[0].at != "" {
		data = data.at("at")
	}
	for i := range calls {
		alias := fmt.Sprintf("a%d", i)
		out[i].value = data.at(alias).v
		for _, e := range a.Errors {
			if len(calls) == 1 || slices.Contains(e.Path, any(alias)) {
				out[i].errors = append(out[i].errors, e)
			}
		}
	}
	return out
}

// sendAll is send for any number of calls.
func (s *sender) sendAll(t testing.TB, calls []call) []told {
	t.Helper()
	size := 24
	switch {
	case len(calls) > 0 && calls[0].parent.Name == "Mutation":
		size = 10
	case len(calls) > 0 && calls[0].parent.Name == "Subscription":
		size = len(calls)
	}
	var out []told
	for some := range slices.Chunk(calls, size) {
		out = append(out, s.send(t, some)...)
	}
	return out
}
