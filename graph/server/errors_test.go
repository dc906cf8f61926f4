package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	goast "go/ast"
	"go/parser"
	"go/token"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/jackc/pgx/v5/pgconn"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph"
)

// failing answers an operation with an error, as a resolver does.
func failing(err error) func(*rig) {
	return func(r *rig) {
		r.answer = func(ctx context.Context) *graphql.Response {
			graphql.AddError(ctx, err)
			return &graphql.Response{Data: []byte("null")}
		}
	}
}

func TestInternalErrorsStayInside(t *testing.T) {
	r := newRig(failing(fmt.Errorf("saving: %w", errors.New("password authentication failed for user postgres"))))
	g := r.do(t, operation(`query Sidebar { viewer { id } }`, nil, "X-Request-Id", "req-1"))
	e := g.json.Errors[0]
	if e.Message != sorry || e.Extensions["code"] != codeInternal || e.Extensions["requestId"] != "req-1" || strings.Contains(g.body, "postgres") {
		t.Errorf("%s", g.body)
	}
	for _, want := range []string{"password authentication failed", `"request":"req-1"`, `"account":"acme"`, `"operation":"Sidebar"`} {
		if !strings.Contains(r.log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, r.log)
		}
	}
}

// A database that is away is told as that: with nothing done, or with what nobody can know.
func TestADatabaseThatIsAway(t *testing.T) {
	down := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for _, c := range []struct {
		err           error
		message, code string
	}{
		{fmt.Errorf("reading: %w", down), away, codeUnavailable},
		{fmt.Errorf("%w: %w", db.ErrOutcomeUnknown, down), unknown, codeOutcomeUnknown},
	} {
		r := newRig(failing(c.err))
		if g := r.do(t, operation(`{ viewer { id } }`, nil)); g.status != 200 || g.code() != c.code || g.json.Errors[0].Message != c.message {
			t.Errorf("%d %s", g.status, g.body)
		}
		if l := r.log.String(); !strings.Contains(l, "refused") || !strings.Contains(l, `"level":"WARN"`) || strings.Contains(l, `"level":"ERROR"`) {
			t.Errorf("the log says:\n%s", l)
		}
		none := newRig(func(r *rig) {
			r.answer = func(ctx context.Context) *graphql.Response {
				graphql.AddError(ctx, c.err)
				return &graphql.Response{}
			}
		}).do(t, operation(`{ viewer { id } }`, nil))
		if c.code == codeUnavailable && (none.status != 503 || none.header.Get("Retry-After") == "") {
			t.Errorf("before anything was done: %d %v %s", none.status, none.header, none.body)
		}
	}
}

// TestSQLStates: what a retry may mend has a code that says so, whatever Postgres was not able to
// do.
func TestSQLStates(t *testing.T) {
	for state, want := range map[string]string{
		"08000": codeUnavailable, "08003": codeUnavailable, "08006": codeUnavailable,
		"25006": codeUnavailable, "25P03": codeUnavailable, "25P04": codeUnavailable,
		"40001": codeUnavailable, "40P01": codeUnavailable, "40000": codeUnavailable,
		"53000": codeUnavailable, "53100": codeUnavailable, "53200": codeUnavailable, "53300": codeUnavailable, "53400": codeUnavailable,
		"55006": codeUnavailable, "55P03": codeRecordBusy,
		"57000": codeUnavailable, "57014": codeUnavailable, "57P01": codeUnavailable, "57P02": codeUnavailable, "57P03": codeUnavailable, "57P04": codeUnavailable, "57P05": codeUnavailable,
		"58000": codeUnavailable, "58030": codeUnavailable,
		// Trying again does not help with these: the program or the database is broken.
		"22012": codeInternal, "23505": codeInternal, "25P02": codeInternal, "28P01": codeInternal, "42501": codeInternal, "42601": codeInternal, "42P01": codeInternal,
		"54001": codeInternal, "XX000": codeInternal, "XX001": codeInternal,
	} {
		r := newRig(failing(fmt.Errorf("reading: %w", &pgconn.PgError{Code: state})))
		if g := r.do(t, operation(`{ viewer { id } }`, nil)); g.code() != want {
			t.Errorf("%s: %s", state, g.body)
		}
		none := newRig(func(r *rig) {
			r.answer = func(ctx context.Context) *graphql.Response {
				graphql.AddError(ctx, &pgconn.PgError{Code: state})
				return &graphql.Response{}
			}
		}).do(t, operation(`{ viewer { id } }`, nil))
		if retry := none.header.Get("Retry-After") != ""; retry != (want != codeInternal) || retry != (none.status == 503) {
			t.Errorf("%s before anything was done: %d %v", state, none.status, none.header)
		}
	}
}

func TestPanicsStayInside(t *testing.T) {
	r := newRig(func(r *rig) { r.answer = func(context.Context) *graphql.Response { panic("secret") } })
	g := r.do(t, operation(`{ viewer { id } }`, nil))
	if g.status != 500 || g.code() != codeInternal || g.json.Errors[0].Message != sorry || strings.Contains(g.body, "secret") {
		t.Errorf("%d %s", g.status, g.body)
	}
	if l := r.log.String(); !strings.Contains(l, "secret") || !strings.Contains(l, "errors_test.go") || !strings.Contains(l, `"status":500`) {
		t.Errorf("the log lacks the panic or its stack:\n%s", l)
	}
}

func TestPanicsOfFieldsStayInside(t *testing.T) {
	r := newRig(func(r *rig) {
		r.answer = func(ctx context.Context) *graphql.Response {
			defer func() {
				if fault := recover(); fault != nil {
					graphql.AddError(ctx, graphql.Recover(ctx, fault)) // as the generated code does
				}
			}()
			panic("secret")
		}
	})
	r.answer = func(inner func(context.Context) *graphql.Response) func(context.Context) *graphql.Response {
		return func(ctx context.Context) *graphql.Response {
			inner(ctx)
			return &graphql.Response{Data: []byte("null")}
		}
	}(r.answer)
	g := r.do(t, operation(`{ viewer { id } }`, nil))
	if g.status != 200 || g.code() != codeInternal || strings.Contains(g.body, "secret") || strings.Count(r.log.String(), `"msg":"panic"`) != 1 {
		t.Errorf("%d %s\n%s", g.status, g.body, r.log)
	}
}

func TestRefusalsAreTold(t *testing.T) {
	refused := desk.NotFound("conversation", "input", "conversationId")
	g := newRig(failing(fmt.Errorf("reading: %w", refused))).do(t, operation(`{ viewer { id } }`, nil))
	e := g.json.Errors[0]
	if e.Message != refused.Message || e.Extensions["code"] != "NOT_FOUND" || fmt.Sprint(e.Extensions["argumentPath"]) != "[input conversationId]" {
		t.Errorf("%s", g.body)
	}
}

func TestMessagesAreCut(t *testing.T) {
	g := newRig().do(t, operation(`{ node(id: "x", big: "`+strings.Repeat("é", 20000)+`") { id } }`, nil))
	for _, e := range g.json.Errors {
		if len(e.Message) > maxMessage+len("…") {
			t.Errorf("a message of %d bytes", len(e.Message))
		}
	}
	if s := truncateText("aé", 2); s != "a…" {
		t.Errorf("%q is cut inside a character", s)
	}
}

func TestRequestIDs(t *testing.T) {
	for given, kept := range map[string]bool{
		"a-B_9.z": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "a b": false, "a\nb": false, "é": false, `"`: false,
	} {
		req := operation(`{ nonsense }`, nil)
		req.Header["X-Request-Id"] = []string{given}
		g := newRig().do(t, req)
		id := g.header.Get("X-Request-Id")
		if (id == given) != kept || id == "" || g.json.Errors[0].Extensions["requestId"] != id {
			t.Errorf("%q: header %q, body %s", given, id, g.body)
		}
	}
}

func TestAccessLog(t *testing.T) {
	r := newRig()
	r.do(t, operation(`query Sidebar { viewer { id } }`, map[string]any{"secret": "s3cret"}))
	l := r.log.String()
	for _, want := range []string{`"msg":"request"`, `"account":"acme"`, `"operation":"Sidebar"`, `"status":200`, `"ms":`} {
		if !strings.Contains(l, want) {
			t.Errorf("the log lacks %s:\n%s", want, l)
		}
	}
	if strings.Contains(l, goodToken) || strings.Contains(l, "s3cret") {
		t.Errorf("the log tells secrets:\n%s", l)
	}
}

func TestCrossOrigin(t *testing.T) {
	for _, c := range []struct {
		allowed []string
		origin  string
		want    string
	}{
		{nil, "https://app.example", ""},
		{[]string{"https://app.example"}, "https://app.example", "https://app.example"},
		{[]string{"https://app.example"}, "https://app.example.evil.example", ""},
		{[]string{"https://app.example"}, "null", ""},
		{[]string{"*"}, "https://any.example", "https://any.example"},
		{[]string{"*"}, "", ""},
	} {
		h := CrossOrigin(c.allowed, newRig())
		req := httptest.NewRequest(http.MethodOptions, "/graphql", nil)
		if c.origin != "" {
			req.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != c.want || w.Code != http.StatusNoContent || w.Header()["Vary"][0] != "Origin" {
			t.Errorf("%v, %s: %d, %q", c.allowed, c.origin, w.Code, got)
		}
		if w.Header().Get("Access-Control-Allow-Credentials") != "" {
			t.Error("there are no cookies, and none are to be sent")
		}
	}
}

// TestCrossOrigin_headers: a page may send what headers its libraries add, and sees what it needs
// of the answer.
func TestCrossOrigin_headers(t *testing.T) {
	h := CrossOrigin([]string{"https://app.example"}, newRig())
	var many []string
	for i := range 300 {
		many = append(many, fmt.Sprintf("x-header-%d", i))
	}
	huge := strings.Repeat("x", 8<<10)
	for _, c := range []struct{ asked, allowed, not []string }{
		{nil, []string{"authorization", "content-type", "last-event-id", "x-request-id"}, nil},
		{[]string{"authorization, content-type, apollographql-client-name"}, []string{"apollographql-client-name"}, nil},
		{[]string{"traceparent,tracestate,sentry-trace,baggage, x-requested-with ,apollo-require-preflight,cache-control"},
			[]string{"traceparent", "tracestate", "sentry-trace", "baggage", "x-requested-with", "apollo-require-preflight", "cache-control"}, nil},
		{[]string{"one", "two,three"}, []string{"one", "two", "three"}, nil},
		{[]string{"X-Odd!#$%&'*+.^_`|~9", "*"}, []string{"x-odd!#$%&'*+.^_`|~9", "*"}, nil},
		{[]string{"good, not good, ba\"d, (no), é, , ;, x:y, <script>"}, []string{"good"}, []string{"not good", "ba\"d", "(no)", "é", ";", "x:y", "<script>", ""}},
		{[]string{strings.Join(many, ", ")}, many, nil},
		{[]string{huge}, []string{huge}, nil},
	} {
		req := httptest.NewRequest(http.MethodOptions, "/graphql", nil)
		req.Header.Set("Origin", "https://app.example")
		req.Header.Set("Access-Control-Request-Method", "PUT")
		req.Header["Access-Control-Request-Headers"] = c.asked
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		allowed := strings.Split(strings.ToLower(w.Header().Get("Access-Control-Allow-Headers")), ", ")
		for _, name := range c.allowed {
			if !slices.Contains(allowed, name) {
				t.Errorf("%.100s is not allowed: %.300s", name, allowed)
			}
		}
		for _, name := range c.not {
			if slices.Contains(allowed, name) {
				t.Errorf("%s is allowed", name)
			}
		}
		if sorted := slices.Compact(slices.Sorted(slices.Values(allowed))); len(sorted) != len(allowed) {
			t.Errorf("%d of %d names come twice", len(allowed)-len(sorted), len(allowed))
		}
		if m := w.Header().Get("Access-Control-Allow-Methods"); w.Code != http.StatusNoContent || !strings.Contains(m, "PUT") || !strings.Contains(strings.Join(w.Header()["Vary"], ","), "Access-Control-Request-Headers") {
			t.Errorf("%d, methods %s, %v", w.Code, m, w.Header()["Vary"])
		}
	}
	w, req := httptest.NewRecorder(), operation("{ viewer { id } }", nil)
	req.Header.Set("Origin", "https://app.example")
	h.ServeHTTP(w, req)
	for _, name := range []string{"X-Request-Id", "Retry-After", "ETag", "WWW-Authenticate", "Content-Disposition"} {
		if !strings.Contains(w.Header().Get("Access-Control-Expose-Headers"), name) {
			t.Errorf("a page does not see %s", name)
		}
	}
	stranger := httptest.NewRequest(http.MethodOptions, "/graphql", nil)
	stranger.Header.Set("Origin", "https://other.example")
	stranger.Header.Set("Access-Control-Request-Headers", "traceparent")
	w = httptest.NewRecorder()
	if h.ServeHTTP(w, stranger); w.Header().Get("Access-Control-Allow-Headers") != "" {
		t.Error("a page of another origin may send headers")
	}
}

// TestCodesAreDocumented: the schema lists what this package says, and nothing else.
func TestCodesAreDocumented(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	said := []string{codeParse, codeValidation} // those of gqlgen
	goast.Inspect(file, func(n goast.Node) bool {
		if spec, ok := n.(*goast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "code") {
			if lit, ok := spec.Values[0].(*goast.BasicLit); ok {
				said = append(said, strings.Trim(lit.Value, `"`))
			}
		}
		return true
	})
	listed := []string{}
	for _, v := range graph.Schema().Types["RequestErrorCode"].EnumValues {
		listed = append(listed, v.Name)
	}
	slices.Sort(said)
	slices.Sort(listed)
	if !slices.Equal(said, listed) {
		t.Errorf("the schema has %v, and errors.go %v", listed, said)
	}
}

// TestARefusalIsWrittenAsAnyAnswer: by hand, and the same.
func TestARefusalIsWrittenAsAnyAnswer(t *testing.T) {
	ctx := context.WithValue(t.Context(), requestKey{}, &request{id: "a<b>\u2028"})
	r := refusal{http.StatusBadRequest, codeBadRequest, "So \"quoted\", <so> & so\n."}
	want, err := encodeResponse(r.response(ctx))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.encodeBody(ctx); !bytes.Equal(got, want) {
		t.Errorf("%s\n%s", got, want)
	}
}
