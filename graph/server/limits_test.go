package server

import (
	"strings"
	"testing"

	schemaquery "github.com/99designs/gqlgen/graphql/introspection"

	"deskwire/desk"
)

func limited(t *testing.T, all string, byRole map[desk.Role]string) func(*rig) {
	t.Helper()
	l, err := NewLimits(all, byRole)
	if err != nil {
		t.Fatal(err)
	}
	return func(r *rig) { r.limits = l }
}

func TestLimitsAreThoseOfTheRole(t *testing.T) {
	r := newRig(limited(t, "depth=2,body=2000", map[desk.Role]string{desk.RoleIntegration: "depth=4,body=4000,list=1", desk.RoleReadOnly: "depth=1"}))
	const deep = `query($x: [ID!]!) { viewer { agent { name } } nodes(ids: $x) { id } }`
	one := map[string]any{"x": []string{"a"}}
	send := func(role desk.Role, query string, variables map[string]any) got {
		r.by.Agent.Role = role
		return r.do(t, operation(query, variables))
	}
	for _, known := range []bool{false, true} { // a document that others have sent is known, and refused all the same
		for role, want := range map[desk.Role]string{desk.RoleAdmin: codeTooComplex, desk.RoleIntegration: "", desk.RoleReadOnly: codeTooComplex} {
			if g := send(role, deep, one); g.code() != want {
				t.Errorf("%s, known %v: %s", role, known, g.body)
			}
		}
	}
	g := send(desk.RoleReadOnly, deep, one)
	if e := g.json.Errors[0].Extensions; e["limit"] != "depth" || e["maximum"] != 1.0 || !strings.Contains(g.json.Errors[0].Message, "deeper than 1") {
		t.Errorf("the refusal does not say which limit: %s", g.body)
	}
	if g := send(desk.RoleIntegration, deep, map[string]any{"x": []string{"a", "b"}}); g.code() != codeBadInput {
		t.Errorf("a list beyond the role's limit: %s", g.body)
	}
	long := "{ viewer { id } } #" + strings.Repeat("x", 3000)
	if g := send(desk.RoleAdmin, long, nil); g.status != 413 {
		t.Errorf("a body beyond the limit: %d %s", g.status, g.body)
	}
	if g := send(desk.RoleIntegration, long, nil); g.status != 200 || g.code() != "" {
		t.Errorf("a body within the role's limit: %d %s", g.status, g.body)
	}
}

// TestToolsMayAskForTheSchema: the usual introspection query stays within the default limits.
func TestToolsMayAskForTheSchema(t *testing.T) {
	g := newRig().do(t, operation(schemaquery.Query, nil))
	if cost, _ := g.json.Extensions["cost"].(map[string]any); g.code() != "" || cost["requested"].(float64) > 5000 {
		t.Errorf("%.300s", g.body)
	}
}

func TestIntrospectionAndSuggestionsByRole(t *testing.T) {
	r := newRig(limited(t, "introspection=0", map[desk.Role]string{desk.RoleAdmin: "introspection=1,suggestions=1"}))
	for _, q := range []string{`{ __schema { queryType { name } } }`, `{ ...f } fragment f on Query { __type(name: "Query") { name } }`} {
		r.by.Agent.Role = desk.RoleAdmin
		if g := r.do(t, operation(q, nil)); g.code() != "" {
			t.Errorf("%s: %s", q, g.body)
		}
		r.by.Agent.Role = desk.RoleAgent
		if g := r.do(t, operation(q, nil)); g.code() != codeNoIntrospection {
			t.Errorf("%s: %s", q, g.body)
		}
	}
	if g := r.do(t, operation(`{ __typename }`, nil)); g.code() != "" {
		t.Errorf("__typename is no secret: %s", g.body)
	}
	for q, want := range map[string]string{
		`{ viewr { id } }`: `"viewer"`, `{ node(idd: "x") { id } }`: `"id"`, `{ viewer }`: "{ ... }",
		`{ conversations(orderBy: {field: NUMBR}) { nodes { id } } }`: `"NUMBER"`,
	} {
		r.by.Agent.Role = desk.RoleAgent
		if g := r.do(t, operation(q, nil)); g.code() != codeValidation || strings.Contains(g.body, "Did you mean") {
			t.Errorf("%s: %s", q, g.body)
		}
		r.by.Agent.Role = desk.RoleAdmin
		g := r.do(t, operation(q, nil))
		if g.code() != codeValidation || !strings.Contains(g.json.Errors[0].Message, "Did you mean") || !strings.Contains(g.json.Errors[0].Message, want) {
			t.Errorf("%s: nothing is suggested: %s", q, g.body)
		}
	}
}
