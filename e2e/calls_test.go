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

// fieldCall is one field with arguments, of the root or of a node.
type fieldCall struct {
	inputSlot
	at   string // the node; "" for the root
	args vars
}

// outcome is what one call was answered.
type outcome struct {
	value  any
	errors []gqlError
}

// code is the code of the first refusal, in the payload or at the top.
func (o outcome) code() string {
	if errs := (node{o.value}).list("errors"); len(errs) > 0 {
		return errs[0].str("code")
	}
	if len(o.errors) > 0 {
		c, _ := o.errors[0].Extensions["code"].(string)
		return c
	}
	return ""
}

// comparable is the answer as text, without what differs from call to call.
func (o outcome) comparable() string {
	errs := []any{}
	for _, e := range o.errors {
		errs = append(errs, e.Message, e.Extensions["code"], e.Extensions["argumentPath"])
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode([]any{o.value, errs})
	return b.String()
}

// callSender sends calls and looks at every raw answer.
type callSender struct {
	schema     *ast.Schema
	client     *client
	inspect    func(query, raw string)
	selections selectionBuilder // of the answers
	depth      int              // how deep they are selected
}

// selection is what is asked of a field, as a fragment and its use.
func (s *callSender) selection(f *ast.FieldDefinition) (use, fragment string) {
	typ := f.Type.Name()
	if s.schema.Types[typ].IsLeafType() {
		return "", ""
	}
	depth := s.depth
	if s.schema.Types[typ].IsAbstractType() || strings.HasSuffix(typ, "Connection") {
		depth = 0 // which rows they are says enough
	}
	return "{ ...F }", fmt.Sprintf(" fragment F on %s { %s }", typ, s.selections.allFields(typ, depth))
}

// sendBatch answers calls of one field, in one document.
func (s *callSender) sendBatch(t testing.TB, calls []fieldCall) []outcome {
	t.Helper()
	if len(calls) == 0 {
		return nil
	}
	if calls[0].parent.Name == "Subscription" {
		return s.firstPayloads(t, calls)
	}
	query, v := s.document(calls)
	a, err := s.client.tryQuery(query, v)
	if err != nil {
		t.Fatalf("%s: %v", calls[0], err)
	}
	s.checkAnswer(t, query, v, a)
	if len(a.Data) == 0 && len(calls) > 1 { // one call's error has taken the others' answers along
		var out []outcome
		for _, c := range calls {
			out = append(out, s.sendBatch(t, []fieldCall{c})...)
		}
		return out
	}
	return s.splitAnswer(calls, a)
}

// maxSubscriptions is how many subscriptions are open at once: those that get no payload are waited
// for.
const maxSubscriptions = 48

// firstPayloads gives the first payload of each of these subscriptions. A document can have only
// one root field of that kind.
func (s *callSender) firstPayloads(t testing.TB, calls []fieldCall) []outcome {
	t.Helper()
	answers, errs := make([]*answer, len(calls)), make([]error, len(calls))
	places := make(chan struct{}, maxSubscriptions)
	var all sync.WaitGroup
	for i, c := range calls {
		query, v := s.document([]fieldCall{c})
		places <- struct{}{}
		all.Go(func() {
			answers[i], errs[i] = s.client.tryQuery(query, v)
			<-places
		})
	}
	all.Wait()
	out := make([]outcome, len(calls))
	for i, c := range calls {
		if errs[i] != nil {
			t.Fatalf("%s: %v", c, errs[i])
		}
		query, v := s.document([]fieldCall{c})
		answers[i].Raw = withoutEcho(c, answers[i].Raw)
		s.checkAnswer(t, query, v, answers[i])
		out[i] = s.splitAnswer([]fieldCall{c}, answers[i])[0]
		if payload, ok := out[i].value.(map[string]any); ok {
			delete(payload, "cursor") // the log goes on from call to call
		}
	}
	return out
}

// withoutEcho leaves out the id that a payload says it is about, where it was sent: it shows
// nothing.
func withoutEcho(c fieldCall, raw string) string {
	for _, v := range c.args {
		if id, ok := v.(string); ok {
			raw = strings.Replace(raw, fmt.Sprintf(`Id":%q`, id), `Id":"<id>"`, 1)
		}
	}
	return raw
}

// checkAnswer wants an answer to be whole, and looks at it.
func (s *callSender) checkAnswer(t testing.TB, query string, v vars, a *answer) {
	t.Helper()
	if s.inspect != nil {
		s.inspect(query, a.Raw)
	}
	if a.Status >= 500 || strings.Contains(a.Raw, "INTERNAL_ERROR") {
		t.Errorf("%s\nvariables %v\nwas answered with %d %s", query, v, a.Status, a.Raw)
	}
	if strings.Contains(a.Raw, "GRAPHQL_PARSE_FAILED") || strings.Contains(a.Raw, "GRAPHQL_VALIDATION_FAILED") {
		t.Fatalf("%s\nvariables %v\nis no good document: %s", query, v, a.Raw)
	}
}

// logStart is an event cursor before all that is in the log.
func (s *callSender) logStart(t testing.TB) string {
	t.Helper()
	now, _ := s.client.do(t, "{ __typename }", nil).Extensions["eventCursor"].(string)
	c, ok := desk.ParseCursor(now)
	if !ok {
		t.Fatalf("%q is no event cursor", now)
	}
	return desk.Cursor{Epoch: c.Epoch, Max: 3}.String()
}

func (s *callSender) document(calls []fieldCall) (string, vars) {
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
	case slices.Contains(rootTypes, first.parent.Name):
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

// splitAnswer gives each call its part of the answer.
func (s *callSender) splitAnswer(calls []fieldCall, a *answer) []outcome {
	out := make([]outcome, len(calls))
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
func (s *callSender) sendAll(t testing.TB, calls []fieldCall) []outcome {
	t.Helper()
	size := 24
	switch {
	case len(calls) > 0 && calls[0].parent.Name == "Mutation":
		size = 10
	case len(calls) > 0 && calls[0].parent.Name == "Subscription":
		size = len(calls)
	}
	var out []outcome
	for some := range slices.Chunk(calls, size) {
		out = append(out, s.sendBatch(t, some)...)
	}
	return out
}
