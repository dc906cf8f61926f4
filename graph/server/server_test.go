package server

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db/dbtest"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
	"deskwire/graph"
)

func newHandler(t *testing.T) http.Handler {
	t.Helper()
	store := dbtest.New(t)
	auth, err := NewAuthenticator(store, Identity{}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	page := staticText("text/html", []byte("the page"))
	h := NewHandler(Config{Store: store, Auth: auth, BaseURL: "http://desk.test", Page: page, Log: quiet})
	t.Cleanup(h.Close)
	return h
}

func visit(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestAddresses(t *testing.T) {
	h := newHandler(t)
	for _, c := range []struct {
		method, path string
		status       int
		mediaType    string
		has          string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8", "the page"},
		{"GET", "/tickets/tkt_1", 200, "text/html; charset=utf-8", "the page"},
		{"GET", "/healthz", 200, "text/plain; charset=utf-8", "ok"},
		{"GET", "/readyz", 200, "text/plain; charset=utf-8", "ready"},
		{"GET", "/schema.graphqls", 200, "text/plain; charset=utf-8", "type Conversation implements Node {"},
		{"GET", "/files/nothing", 404, "text/plain; charset=utf-8", ""},
		{"POST", "/graphql", 401, "application/json; charset=utf-8", codeUnauthenticated},
	} {
		w := visit(h, c.method, c.path)
		if w.Code != c.status || w.Header().Get("Content-Type") != c.mediaType || !strings.Contains(w.Body.String(), c.has) {
			t.Errorf("%s %s: %d %s\n%s", c.method, c.path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if w.Header().Get("X-Request-Id") == "" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s lacks a header: %v", c.method, c.path, w.Header())
		}
	}
}

func TestNotReadyWithoutDatabase(t *testing.T) {
	down := func(context.Context) error { return errors.New("secret") }
	if w := visit(&health{ping: down, log: newLogAge(func() {})}, "GET", "/readyz"); w.Code != 503 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// What is served as the schema is the schema: it parses, and nothing is missing.
func TestTheSchemaIsServedWhole(t *testing.T) {
	served, err := gqlparser.LoadSchema(&ast.Source{Name: "served", Input: string(schemaText(withoutDefer(graph.Schema())))})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range graph.Schema().Types {
		got := served.Types[name]
		if got == nil || got.Description != want.Description || len(got.Fields) != len(want.Fields) || len(got.EnumValues) != len(want.EnumValues) {
			t.Errorf("%s is not served as it is", name)
		}
	}
	if graph.Schema().Directives["defer"] == nil {
		t.Error("the shared schema was changed")
	}
}

func TestDocumentCache(t *testing.T) {
	c, ctx := newDocumentCache(10, newFollowedDocuments(nil)), t.Context()
	there := func(source string) bool { _, ok := c.Get(ctx, source); return ok }
	add := func(source string) { c.Add(ctx, source, &ast.QueryDocument{}) }
	add("aaaa")
	add("bbbb")
	add("aaaa")
	if !there("aaaa") || !there("bbbb") {
		t.Fatal("what fits is not kept")
	}
	there("aaaa")
	add("cccc")
	if there("bbbb") || !there("aaaa") || !there("cccc") {
		t.Error("the one that was not used for longest is not the one to go")
	}
	add(strings.Repeat("x", 11))
	if there(strings.Repeat("x", 11)) || len(c.used.items) != 0 || c.used.free != 10 {
		t.Errorf("one that is too large for the cache: %d documents, %d bytes free", len(c.used.items), c.used.free)
	}
}

// With the real resolvers: of two mutations, the first is fine and the second can't be.
func TestNothingRunsBeforeAWrongValue(t *testing.T) {
	store := dbtest.New(t)
	in := write.CreateAccount{Slug: "acme", Name: "Acme", Plan: desk.PlanStarter, AdminEmail: "ada@acme.test", AdminName: "Ada"}
	if _, err := store.CreateAccount(t.Context(), write.Write{Mutation: "test"}, in, nil); err != nil {
		t.Fatal(err)
	}
	ada, err := store.ActorByEmail(t.Context(), "acme", "ada@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	out, err := store.Write(t.Context(), write.Write{By: read.Authenticated(ada), Mutation: "test"}, func(ctx context.Context, tx *write.Tx) error {
		return tx.CreateToken(ctx, nil, "test", nil, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	auth, err := NewAuthenticator(store, Identity{}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	h := NewHandler(Config{Store: store, Auth: auth, Log: quiet})
	t.Cleanup(h.Close)
	r := &rig{Handler: h}
	ask := func(query string, variables map[string]any) got {
		t.Helper()
		return r.do(t, operation(query, variables, "Authorization", "Bearer "+*out.Secret))
	}
	const two = `mutation($keep: Int) {
		a: accountUpdate(input: {name: "Changed"}) { errors { message } }
		b: accountUpdate(input: {trashKeepDays: $keep}) { errors { message } }
	}`
	if g := ask(two, map[string]any{"keep": "5"}); g.code() != codeBadInput || g.json.Data != nil {
		t.Errorf("%s", g.body)
	}
	if g := ask(`{ account { name } }`, nil); string(g.json.Data) != `{"account":{"name":"Acme"}}` || g.json.Extensions["eventCursor"] == nil {
		t.Errorf("%s", g.body)
	}
	if g := ask(two, map[string]any{"keep": 5}); len(g.json.Errors) > 0 {
		t.Errorf("%s", g.body)
	}
	if g := ask(`{ account { name trashKeepDays } }`, nil); string(g.json.Data) != `{"account":{"name":"Changed","trashKeepDays":5}}` {
		t.Errorf("%s", g.body)
	}
}
