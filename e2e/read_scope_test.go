package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	"deskwire/graph"
)

// scopeSets are tokens of every kind; the first two may read.
var scopeSets = [][]desk.Scope{nil, {desk.ScopeRead, desk.ScopeChannel}, {desk.ScopeWrite}, {desk.ScopeChannel}, {desk.ScopeAdmin}}

// TestPayloadsOfEverybody calls every mutation of the schema as everybody, and asks for all of the
// payload: who may not do it is shown nothing but the refusal, also when the version is stale, and
// a token that may not read is shown nothing of what anybody has written.
func TestPayloadsOfEverybody(t *testing.T) {
	t.Parallel()
	fx := newFixtures(t)
	acc := fx.theirs
	schema := graph.Schema()
	crowd := acc.callersWith(t, scopeSets...)
	own := maps.Clone(fx.reachable[acc].ids)
	own["ApiToken"] = []string{crowd[0].foreignToken} // the others are in use
	cases := acc.mutationCases(t)
	for _, f := range schema.Mutation.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		for _, d := range callsOf(f, cases, own) {
			for _, by := range crowd {
				acc.checkPayload(t, by, f, d)
			}
		}
	}
}

// callsOf are calls of a mutation: those of which it is known who may do them, and one with no more
// than it needs. Where there is a version, each is made with a stale one too.
func callsOf(f *ast.FieldDefinition, cases []mutationCase, own map[string][]string) []mutationCase {
	b := inputBuilder{schema: graph.Schema(), own: own, key: "myTEXT", dryRun: true}
	input := graph.Schema().Types[f.Arguments.ForName("input").Type.Name()]
	calls := []mutationCase{{f.Name, nil, b.arguments(inputSlot{field: f, parent: graph.Schema().Mutation}, nil)["input"].(vars)}}
	for _, d := range cases {
		if d.mutation == f.Name {
			calls = append(calls, d)
		}
	}
	if input.Fields.ForName("expectedVersion") != nil {
		for _, d := range slices.Clone(calls) {
			calls = append(calls, mutationCase{d.mutation, d.may, withValue(d.input, "expectedVersion", 999)})
		}
	}
	return calls
}

func (acc *accountFixture) checkPayload(t *testing.T, by caller, f *ast.FieldDefinition, d mutationCase) {
	t.Helper()
	s := selectionBuilder{schema: graph.Schema(), first: 2}
	query := fmt.Sprintf("mutation($input: %s) { %s(input: $input) { %s } }", f.Arguments.ForName("input").Type, f.Name, s.allFields(f.Type.Name(), 1))
	a, err := by.tryQuery(query, vars{"input": d.input})
	if err != nil {
		t.Fatal(err)
	}
	if !hasScope(by.scopes, desk.ScopeRead) && strings.Contains(withoutInput(a.Raw, d.input), foreignMarker) {
		t.Errorf("%s %v by %s showed %s", f.Name, d.input, by, a.Raw)
	}
	if d.may == nil || d.may(by.role, by.scopes) {
		return
	}
	p, _ := a.Data[f.Name].(map[string]any)
	if code := errorCode(node{p}); code != "FORBIDDEN" && code != "NOT_FOUND" { // somebody before has deleted it
		t.Errorf("%s %v by %s was answered %s", f.Name, d.input, by, a.Raw)
	}
	for name, v := range p {
		if list, _ := v.([]any); name != "errors" && v != nil && len(list) > 0 {
			t.Errorf("%s %v by %s was refused, and shows %s: %v", f.Name, d.input, by, name, v)
		}
	}
}

// withoutInput takes the texts of a call out of its answer: a record that was made says what it was
// made of.
func withoutInput(raw string, in vars) string {
	for _, k := range slices.Sorted(maps.Keys(in)) {
		switch v := in[k].(type) {
		case string:
			raw = strings.ReplaceAll(raw, v, "")
		case vars:
			raw = withoutInput(raw, v)
		}
	}
	return raw
}

// TestLeavingIsWriting: a call that names nothing to change is refused to whom a change would be,
// and changes nothing to look at the record.
func TestLeavingIsWriting(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).theirs
	const selection = "conversation { subject preview } ticket { name }"
	for name, scopes := range map[string][]desk.Scope{"channel": {desk.ScopeChannel}, "admin": {desk.ScopeAdmin}, "reader": {desk.ScopeRead}} {
		p := acc.clientOf(t, "ada@"+acc.slug+".test", scopes...).mutate(t, "conversationAssign", selection, vars{"conversationId": acc.ticketed[0]})
		if errorCode(p) != "FORBIDDEN" || !p.isNull("conversation") || !p.isNull("ticket") {
			t.Errorf("the %s was answered %v", name, p.v)
		}
	}
	writer := acc.clientOf(t, "ada@"+acc.slug+".test", desk.ScopeWrite)
	for _, call := range []struct {
		mutation string
		input    vars
	}{
		{"conversationAssign", vars{"conversationId": acc.ticketed[0]}},
		{"conversationMarkRead", vars{"conversationId": acc.ticketed[0]}},
		{"conversationReopen", vars{"conversationId": acc.ticketed[0], "dryRun": true}},
		{"ticketUpdate", vars{"ticketId": acc.tickets[0], "properties": []vars{}}},
		{"ticketAssign", vars{"ticketId": acc.tickets[0]}},
	} {
		selection := "conversation { id number version subject }"
		if _, ticket := call.input["ticketId"]; ticket {
			selection = "ticket { id number version name }"
		}
		a, err := writer.tryMutate(call.mutation, selection, call.input)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(a.Raw, foreignMarker) || len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "FORBIDDEN" {
			t.Errorf("%s without READ showed %s", call.mutation, a.Raw)
		}
	}
	made := writer.must(t, "commentCreate", "comment { id text }", vars{"conversationId": acc.ticketed[0], "text": "My own words"})
	if made.str("comment.text") != "My own words" {
		t.Errorf("what the call has made is shown as %v", made.v)
	}
}
