package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"deskwire/graph/guard"
)

// Each document begins with a mutation that is fine. None may run when something behind it
// is wrong.
func TestWrongValuesAreFoundBeforeAnythingRuns(t *testing.T) {
	const first = `a: conversationClose(input: {conversationId: "x"}) { eventCursor } `
	long := `["` + strings.Repeat(`x","`, guard.Default().List) + `x"]`
	for _, c := range []struct{ name, params, second, variables, argument string }{
		{"Int literal too large", ``, `conversationClose(input: {conversationId: "x", expectedVersion: 2147483648}) { eventCursor }`, `{}`, "[input expectedVersion]"},
		{"Int literal far too large", ``, `conversationClose(input: {conversationId: "x", expectedVersion: 99999999999999999999}) { eventCursor }`, `{}`, ""},
		{"Int variable too large", `$n: Int`, `conversationClose(input: {conversationId: "x", expectedVersion: $n}) { eventCursor }`, `{"n": 2147483648}`, "[n]"},
		{"Int variable is a text", `$n: Int`, `conversationClose(input: {conversationId: "x", expectedVersion: $n}) { eventCursor }`, `{"n": "5"}`, "[n]"},
		{"Int in an input is a text", `$i: ConversationCloseInput!`, `conversationClose(input: $i) { eventCursor }`, `{"i": {"conversationId": "x", "expectedVersion": "5"}}`, "[i expectedVersion]"},
		{"Int in an input has a fraction", `$i: ConversationCloseInput!`, `conversationClose(input: $i) { eventCursor }`, `{"i": {"conversationId": "x", "expectedVersion": 1.5}}`, "[i expectedVersion]"},
		{"Int in an input is beyond all measure", `$i: ConversationCloseInput!`, `conversationClose(input: $i) { eventCursor }`, `{"i": {"conversationId": "x", "expectedVersion": 1e999}}`, "[i expectedVersion]"},
		{"DateTime literal", ``, `messageReceive(input: {channelId: "x", externalId: "x", contact: {email: "a@b"}, sentAt: "yesterday"}) { duplicate }`, `{}`, "[input sentAt]"},
		{"DateTime literal is a number", ``, `messageReceive(input: {channelId: "x", externalId: "x", contact: {email: "a@b"}, sentAt: 99999999999999999999}) { duplicate }`, `{}`, ""},
		{"DateTime literal is an object", ``, `messageReceive(input: {channelId: "x", externalId: "x", contact: {email: "a@b"}, sentAt: {}}) { duplicate }`, `{}`, "[input sentAt]"},
		{"DateTime in an input", `$i: MessageReceiveInput!`, `messageReceive(input: $i) { duplicate }`, `{"i": {"channelId": "x", "externalId": "x", "contact": {}, "sentAt": "1969-12-31T23:59:59Z"}}`, "[i sentAt]"},
		{"DateTime default", `$d: DateTime = "never"`, `messageReceive(input: {channelId: "x", externalId: "x", contact: {}, sentAt: $d}) { duplicate }`, `{}`, "[d]"},
		{"String is a number", `$s: String!`, `commentCreate(input: {conversationId: "x", text: $s}) { eventCursor }`, `{"s": 5}`, ""},
		{"String in an input is an object", `$i: CommentCreateInput!`, `commentCreate(input: $i) { eventCursor }`, `{"i": {"conversationId": "x", "text": {}}}`, ""},
		{"ID is a fraction", `$i: CommentCreateInput!`, `commentCreate(input: $i) { eventCursor }`, `{"i": {"conversationId": 1.5, "text": "x"}}`, "[i conversationId]"},
		{"ID is a list", `$i: ID!`, `commentCreate(input: {conversationId: $i, text: "x"}) { eventCursor }`, `{"i": ["x"]}`, ""},
		{"Boolean is a text", `$b: Boolean`, `ticketTrash(input: {ticketId: "x", confirmCascade: $b}) { eventCursor }`, `{"b": "true"}`, ""},
		{"enum in lower case", `$p: TicketPriority`, `ticketUpdate(input: {ticketId: "x", priority: $p}) { eventCursor }`, `{"p": "high"}`, "[p]"},
		{"enum is unknown", `$i: TicketUpdateInput!`, `ticketUpdate(input: $i) { eventCursor }`, `{"i": {"ticketId": "x", "priority": "VERY"}}`, ""},
		{"unknown field", `$i: TicketUpdateInput!`, `ticketUpdate(input: $i) { eventCursor }`, `{"i": {"ticketId": "x", "colour": "red"}}`, ""},
		{"__typename in an input", `$i: TicketUpdateInput!`, `ticketUpdate(input: $i) { eventCursor }`, `{"i": {"ticketId": "x", "__typename": "x"}}`, "[i __typename]"},
		{"missing field", `$i: TicketUpdateInput!`, `ticketUpdate(input: $i) { eventCursor }`, `{"i": {}}`, ""},
		{"null where none may be", `$i: TicketUpdateInput!`, `ticketUpdate(input: $i) { eventCursor }`, `{"i": {"ticketId": null}}`, ""},
		{"null for a variable with a default", `$s: String! = "x"`, `commentCreate(input: {conversationId: "x", text: $s}) { eventCursor }`, `{"s": null}`, ""},
		{"null for an optional variable with a default", `$s: String = "x"`, `commentCreate(input: {conversationId: "x", text: $s}) { eventCursor }`, `{"s": null}`, "[input text]"},
		{"null in @include", `$b: Boolean = true`, `commentCreate(input: {conversationId: "x", text: "x"}) { eventCursor @include(if: $b) }`, `{"b": null}`, "[if]"},
		{"a list too long", `$l: [String!]!`, `ticketDetailLayoutSet(input: {propertyKeys: $l}) { eventCursor }`, `{"l": ` + long + `}`, "[l]"},
		{"a literal list too long", ``, `ticketDetailLayoutSet(input: {propertyKeys: ` + long + `}) { eventCursor }`, `{}`, "[input propertyKeys]"},
		{"a wrong value in a list", `$l: [String!]!`, `ticketDetailLayoutSet(input: {propertyKeys: $l}) { eventCursor }`, `{"l": ["a", 1]}`, ""},
		{"below the mutation", ``, `conversationClose(input: {conversationId: "x"}) { conversation { contact { conversations(where: {createdAt: {gt: "x"}}) { nodes { id } } } } }`, `{}`, "[where createdAt gt]"},
		{"in an inline fragment", ``, `... on Mutation { conversationClose(input: {conversationId: "x", expectedVersion: 2147483648}) { eventCursor } }`, `{}`, "[input expectedVersion]"},
		{"@oneOf: two", `$v: PropertyValueInput!`, property(`$v`), `{"v": {"string": "a", "list": ["a"]}}`, "[v]"},
		{"@oneOf: none", `$v: PropertyValueInput!`, property(`$v`), `{"v": {}}`, "[v]"},
		{"@oneOf: null", `$v: PropertyValueInput!`, property(`$v`), `{"v": {"string": null}}`, "[v]"},
		{"@oneOf: null beside one", `$v: PropertyValueInput!`, property(`$v`), `{"v": {"string": "a", "list": null}}`, "[v]"},
		{"@oneOf literal: two", ``, property(`{string: "a", list: ["a"]}`), `{}`, ""},
		{"@oneOf literal: null", ``, property(`{string: null}`), `{}`, ""},
		{"@oneOf literal: a variable that may be null", `$s: String`, property(`{string: $s}`), `{"s": "a"}`, ""},
		{"@oneOf deep in an input", `$i: TicketUpdateInput!`, `ticketUpdate(input: $i) { eventCursor }`, `{"i": {"ticketId": "x", "properties": [{"key": "a", "value": {"string": "a"}}, {"key": "b", "value": {"string": "a", "list": []}}]}}`, "[i properties 1 value]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig()
			g := r.do(t, operation(mutation(c.params, first+c.second), parsed(t, c.variables), "Accept", newer))
			if g.status != 400 || g.code() != codeBadInput && g.code() != codeValidation || r.ran.Load() != 0 {
				t.Fatalf("status %d, ran %d times: %s", g.status, r.ran.Load(), g.body)
			}
			if path := g.json.Errors[0].Extensions["argumentPath"]; c.argument != "" && fmt.Sprint(path) != c.argument {
				t.Errorf("argumentPath is %v, want %s: %s", path, c.argument, g.body)
			}
			if len(g.json.Errors[0].Path) > 0 {
				t.Errorf("path is for fields of the answer, and there is none: %s", g.body)
			}
		})
	}
}

func property(value string) string {
	return `ticketUpdate(input: {ticketId: "x", properties: [{key: "k", value: ` + value + `}]}) { eventCursor }`
}

func mutation(params, body string) string {
	if params != "" {
		params = "(" + params + ")"
	}
	return "mutation m" + params + " { " + body + " }"
}

func parsed(t *testing.T, s string) (v map[string]any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGoodValuesPass(t *testing.T) {
	for _, c := range []struct{ name, params, body, variables string }{
		{"Int at its ends", `$n: Int`, `a: conversationClose(input: {conversationId: "x", expectedVersion: $n}) { eventCursor } b: conversationClose(input: {conversationId: "x", expectedVersion: -2147483648}) { eventCursor }`, `{"n": 2147483647}`},
		{"an ID that is a number", `$i: ID!`, `conversationClose(input: {conversationId: $i}) { eventCursor }`, `{"i": 5}`},
		{"a default", `$n: Int = 5`, `conversationClose(input: {conversationId: "x", expectedVersion: $n}) { eventCursor }`, `{}`},
		{"absent", `$n: Int`, `conversationClose(input: {conversationId: "x", expectedVersion: $n}) { eventCursor }`, `{}`},
		{"null", `$o: ID`, `conversationAssign(input: {conversationId: "x", ownerId: $o}) { eventCursor }`, `{"o": null}`},
		{"times", `$i: MessageReceiveInput!`, `messageReceive(input: $i) { duplicate }`, `{"i": {"channelId": "x", "externalId": "x", "contact": {}, "sentAt": "9999-12-31T23:59:59.999+00:00"}}`},
		{"one value for a list", `$l: [String!]!`, `ticketDetailLayoutSet(input: {propertyKeys: $l}) { eventCursor }`, `{"l": "a"}`},
		{"one value for a list in an input", `$i: TicketDetailLayoutSetInput!`, `ticketDetailLayoutSet(input: $i) { eventCursor }`, `{"i": {"propertyKeys": "a"}}`},
		{"one literal for a list", ``, `ticketDetailLayoutSet(input: {propertyKeys: "a"}) { eventCursor }`, `{}`},
		{"a field with a default", ``, `ticketDetailLayoutSet(input: {propertyKeys: []}) { eventCursor }`, `{}`},
		{"@oneOf", `$v: PropertyValueInput!`, property(`$v`), `{"v": {"list": []}}`},
		{"@oneOf, literal", `$s: String!`, property(`{string: $s}`), `{"s": "a"}`},
		{"a null property", `$v: PropertyValueInput`, property(`$v`), `{"v": null}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig()
			if g := r.do(t, operation(mutation(c.params, c.body), parsed(t, c.variables))); len(g.json.Errors) > 0 || r.ran.Load() != 1 {
				t.Errorf("%s", g.body)
			}
		})
	}
}

// A fragment that is used often is walked once, and a variable that is used often too. Such a
// document asks for too many rows; that it is told so at once shows that nothing has multiplied.
func TestCoercionDoesNotMultiply(t *testing.T) {
	var b strings.Builder
	b.WriteString(`query($w: ConversationWhere) { viewer { id } ...f0 }`)
	for i := range 40 {
		fmt.Fprintf(&b, ` fragment f%d on Query { a%d: conversations(where: $w) { nodes { id } } ...f%d ...f%d }`, i, i, i+1, i+1)
	}
	b.WriteString(` fragment f40 on Query { viewer { id } }`)
	in := make([]any, guard.Default().List)
	for i := range in {
		in[i] = strings.Repeat("x", 1000)
	}
	r := newRig(func(r *rig) { // nothing else refuses it
		r.limits.all.Fields, r.limits.all.Repeats, r.limits.all.Queries, r.limits.all.Aliases = 1<<40, 1<<40, 1<<40, 1<<40
	})
	g := r.do(t, operation(b.String(), map[string]any{"w": map[string]any{"subject": map[string]any{"in": in}}}))
	if len(g.json.Errors) != 1 || !strings.Contains(string(g.body), codeTooExpensive) || r.ran.Load() != 0 {
		t.Error(string(g.body))
	}
}
