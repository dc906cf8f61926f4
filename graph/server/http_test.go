package server

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/desk"
	"deskwire/graph"
	"deskwire/graph/guard"
)

const newer = "application/graphql-response+json"

func TestAcceptIsNegotiated(t *testing.T) {
	for accept, want := range map[string]string{
		"":                                 typeJSON,
		"*/*":                              typeJSON,
		"application/*":                    typeJSON,
		"application/json":                 typeJSON,
		"application/json; charset=utf-8":  typeJSON,
		"application/json; charset=utf-16": "",
		newer:                              newer,
		newer + "; charset=UTF-8":          newer,
		newer + ", application/json;q=0.9": newer, // Apollo
		newer + ", application/graphql+json, application/json, text/event-stream, multipart/mixed": newer, // urql
		"application/json, text/plain, */*":  typeJSON, // axios
		"text/html,*/*;q=0.8":                typeJSON, // a browser
		newer + ";q=0.5, application/json":   typeJSON,
		newer + ";q=0, */*":                  typeJSON,
		"application/json;q=0, */*":          "",
		"application/json;q=0, " + newer:     newer,
		"text/html":                          "",
		"application/json;q=2":               "",
		"garbage;;, application/json;q=0.1":  typeJSON,
		"multipart/mixed, application/json ": typeJSON,
	} {
		if got := negotiate([]string{accept}); got != want {
			t.Errorf("Accept %q: %q, want %q", accept, got, want)
		}
	}
}

// The table of GraphQL over HTTP: the status depends on the media type only where the request
// is well-formed and the document is at fault.
func TestStatusAndMediaType(t *testing.T) {
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	for _, c := range []struct {
		name         string
		req          func() *http.Request
		plain, newer int
		code         string
	}{
		{"fine", func() *http.Request { return post(`{"query":"{ viewer { id } }"}`) }, 200, 200, ""},
		{"empty members", func() *http.Request {
			return post(`{"query":"{ viewer { id } }","variables":null,"operationName":null,"extensions":null}`)
		}, 200, 200, ""},
		{"does not parse", func() *http.Request { return post(`{"query":"{"}`) }, 200, 400, codeParse},
		{"is not valid", func() *http.Request { return post(`{"query":"{ nonsense }"}`) }, 200, 400, codeValidation},
		{"unknown operation", func() *http.Request { return post(`{"query":"query a { viewer { id } }","operationName":"b"}`) }, 200, 400, codeValidation},
		{"missing variable", func() *http.Request { return post(`{"query":"query($id: ID!) { node(id: $id) { id } }"}`) }, 200, 400, codeValidation},
		{"document too large", func() *http.Request {
			return operation("{ viewer { id } } #"+strings.Repeat("x", guard.Default().Document), nil)
		}, 200, 400, codeTooLarge},
		{"too many tokens", func() *http.Request {
			return operation("{"+strings.Repeat(" a", guard.Default().Tokens)+"}", nil)
		}, 200, 400, codeTooLarge},
		{"half a character in the document", func() *http.Request {
			return operation(`{ conversations(where: {subject: {eq: "\ud800"}}) { nodes { id } } }`, nil)
		}, 200, 400, codeParse},

		{"no JSON", func() *http.Request { return post(`{`) }, 400, 400, codeBadRequest},
		{"no object", func() *http.Request { return post(`"x"`) }, 400, 400, codeBadRequest},
		{"null", func() *http.Request { return post(`null`) }, 400, 400, codeBadRequest},
		{"nothing", func() *http.Request { return post(``) }, 400, 400, codeBadRequest},
		{"a batch", func() *http.Request { return post(` [{"query":"{ viewer { id } }"}]`) }, 400, 400, codeBadRequest},
		{"no query", func() *http.Request { return post(`{"variables":{}}`) }, 400, 400, codeBadRequest},
		{"query is a number", func() *http.Request { return post(`{"query":1}`) }, 400, 400, codeBadRequest},
		{"variables are a list", func() *http.Request { return post(`{"query":"{ viewer { id } }","variables":[]}`) }, 400, 400, codeBadRequest},
		{"extensions are a text", func() *http.Request { return post(`{"query":"{ viewer { id } }","extensions":"x"}`) }, 400, 400, codeBadRequest},
		{"not UTF-8", func() *http.Request { return post("{\"query\":\"{ viewer { id } } # \xff\"}") }, 400, 400, codeBadRequest},
		{"half a character", func() *http.Request { return post(`{"query":"{ viewer { id } }","variables":{"x":"\ud83dx"}}`) }, 400, 400, codeBadRequest},
		{"nested deep", func() *http.Request { return post(`{"query":"{ viewer { id } }","variables":{"x":` + deep + `}}`) }, 400, 400, codeBadRequest},
		{"a megabyte of brackets", func() *http.Request { return post(strings.Repeat("[", 1<<20)) }, 400, 400, codeBadRequest},
		{"too large", func() *http.Request { return post(`{"query":"` + strings.Repeat("x", guard.Default().Body) + `"}`) }, 413, 413, codeBadRequest},
		{"a form", func() *http.Request {
			return post(`query={viewer{id}}`, "Content-Type", "application/x-www-form-urlencoded")
		}, 415, 415, codeBadRequest},
		{"another charset", func() *http.Request { return post(`{}`, "Content-Type", "application/json; charset=latin1") }, 415, 415, codeBadRequest},
		{"compressed", func() *http.Request { return post(`{}`, "Content-Encoding", "gzip") }, 415, 415, codeBadRequest},
		{"PUT", func() *http.Request {
			return httptest.NewRequest(http.MethodPut, "/graphql", strings.NewReader("{}"))
		}, 405, 405, codeBadRequest},

		{"GET", func() *http.Request { return get("query", "{ viewer { id } }") }, 200, 200, ""},
		{"GET with variables", func() *http.Request {
			return get("query", "query q($id: ID!) { node(id: $id) { id } }", "variables", `{"id":"x"}`, "operationName", "q")
		}, 200, 200, ""},
		{"GET without a query", func() *http.Request { return get("variables", "{}") }, 400, 400, codeBadRequest},
		{"GET with bad variables", func() *http.Request { return get("query", "{ viewer { id } }", "variables", `{}]`) }, 400, 400, codeBadRequest},
		{"GET, not UTF-8", func() *http.Request { return get("query", "{ viewer { id } } # \xff") }, 400, 400, codeBadRequest},
		{"GET with a bad address", func() *http.Request {
			r := get("query", "x")
			r.URL.RawQuery = "query=%zz"
			return r
		}, 400, 400, codeBadRequest},
		{"GET of a mutation", func() *http.Request {
			return get("query", `mutation { conversationClose(input: {conversationId: "x"}) { eventCursor } }`)
		}, 405, 405, codeBadRequest},
	} {
		for accept, want := range map[string]int{typeJSON: c.plain, newer: c.newer} {
			t.Run(c.name+", "+accept, func(t *testing.T) {
				req := c.req()
				req.Header.Set("Accept", accept)
				r := newRig()
				g := r.do(t, req)
				if g.status != want || g.code() != c.code {
					t.Errorf("status %d, code %q; want %d, %q\n%s", g.status, g.code(), want, c.code, g.body)
				}
				if m := g.header.Get("Content-Type"); m != accept+"; charset=utf-8" {
					t.Errorf("Content-Type is %q", m)
				}
				kept := map[bool]string{false: "no-store", true: "private, no-cache"}[req.Method == http.MethodGet && c.code == ""]
				if g.header.Get("X-Content-Type-Options") != "nosniff" || g.header.Get("Cache-Control") != kept {
					t.Error("nosniff or no-store is missing")
				}
				if c.code != "" && (g.json.Data != nil || r.ran.Load() != 0) {
					t.Error("a refused request has data, or was run")
				}
			})
		}
	}
}

func get(pairs ...string) *http.Request {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return httptest.NewRequest(http.MethodGet, "/graphql?"+v.Encode(), nil)
}

func TestAllowNamesWhatIsAllowed(t *testing.T) {
	r := newRig()
	if a := r.do(t, httptest.NewRequest(http.MethodDelete, "/graphql", nil)).header.Get("Allow"); a != "GET, POST" {
		t.Errorf("DELETE: Allow is %q", a)
	}
	mutation := get("query", `mutation { conversationClose(input: {conversationId: "x"}) { eventCursor } }`)
	if a := r.do(t, mutation).header.Get("Allow"); a != "POST" {
		t.Errorf("a mutation by GET: Allow is %q", a)
	}
}

func TestNothingAcceptable(t *testing.T) {
	g := newRig().do(t, post(`{"query":"{ viewer { id } }"}`, "Accept", "text/html"))
	if g.status != http.StatusNotAcceptable || !strings.HasPrefix(g.header.Get("Content-Type"), typeJSON) {
		t.Errorf("status %d, %q", g.status, g.header.Get("Content-Type"))
	}
}

// What was sent is never sent back, or a browser could be made to show it as something else.
func TestTheBodyIsNotEchoed(t *testing.T) {
	for _, body := range []string{`{"query": <script>`, `<script>`, `["<script>"]`, `{"query":["<script>"]}`} {
		if g := newRig().do(t, post(body)); strings.Contains(g.body, "script") {
			t.Errorf("%s: %s", body, g.body)
		}
	}
}

func TestDeferIsRefused(t *testing.T) {
	r := newRig()
	g := r.do(t, operation(`{ viewer { id ... @defer { agent { name } } } }`, nil))
	if g.code() != codeValidation || r.ran.Load() != 0 {
		t.Errorf("%s", g.body)
	}
}

func TestNoSuggestions(t *testing.T) {
	for _, q := range []string{`{ viewr { id } }`, `{ node(idd: "x") { id } }`, `query($x: Int, $y: Strin) { viewer { id } }`, `{ conversations(orderBy: {field: LAST_ACTIVITY_A}) { nodes { id } } }`} {
		if g := newRig().do(t, operation(q, nil)); g.code() != codeValidation || strings.Contains(g.body, "Did you mean") {
			t.Errorf("%s: %s", q, g.body)
		}
	}
}

func TestEveryAnswerHasTheCursorOfItsBeginning(t *testing.T) {
	n := 0
	r := newRig(func(r *rig) {
		r.cursor = func(context.Context) (string, error) { n++; return "cursor-" + string(rune('0'+n)), nil }
		r.answer = func(ctx context.Context) *graphql.Response {
			cursor, _ := graph.CursorOf(ctx)(ctx)
			return &graphql.Response{Data: []byte(`"` + cursor + `"`)}
		}
	})
	for i, q := range []string{`{ viewer { id } }`, `mutation { conversationClose(input: {conversationId: "x"}) { eventCursor } }`} {
		want := "cursor-" + string(rune('1'+i))
		g := r.do(t, operation(q, nil))
		if g.json.Extensions["eventCursor"] != want || string(g.json.Data) != `"`+want+`"` {
			t.Errorf("%s: %s", q, g.body)
		}
	}
	if g := r.do(t, operation(`{ nonsense }`, nil)); n != 2 || g.json.Extensions["eventCursor"] != nil {
		t.Errorf("a refused document asked for a cursor: %s", g.body)
	}
}

func TestNoCursorNoAnswer(t *testing.T) {
	r := newRig(func(r *rig) {
		r.cursor = func(context.Context) (string, error) { return "", errors.New("secret: no database") }
	})
	g := r.do(t, operation(`{ viewer { id } }`, nil))
	if g.status != 500 || g.code() != codeInternal || g.json.Data != nil || r.ran.Load() != 0 || strings.Contains(g.body, "secret") {
		t.Errorf("%d %s", g.status, g.body)
	}
}

func TestScopesAndQueries(t *testing.T) {
	r := newRig(func(r *rig) { r.by.Scopes = []desk.Scope{desk.ScopeChannel} })
	if g := r.do(t, operation(`{ viewer { id } }`, nil, "Accept", newer)); g.code() != "FORBIDDEN" || g.status != 400 || r.ran.Load() != 0 {
		t.Errorf("a token without READ reads: %d %s", g.status, g.body)
	}
	if g := r.do(t, operation(`mutation { conversationClose(input: {conversationId: "x"}) { eventCursor } }`, nil)); r.ran.Load() != 1 {
		t.Errorf("what mutations may do is not decided here: %s", g.body)
	}
}

func TestTimeout(t *testing.T) {
	r := newRig(func(r *rig) {
		r.timeout = 10 * time.Millisecond
		r.answer = func(ctx context.Context) *graphql.Response {
			<-ctx.Done()
			graphql.AddError(ctx, ctx.Err())
			return &graphql.Response{Data: []byte("null")}
		}
	})
	g := r.do(t, operation(`{ viewer { id } }`, nil))
	if g.code() != codeTimeout || g.status != 200 || string(g.json.Data) != "null" {
		t.Errorf("%d %s", g.status, g.body)
	}
}

func TestTheClientGoesAway(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	r := newRig(func(r *rig) {
		r.timeout = time.Minute
		r.answer = func(ctx context.Context) *graphql.Response {
			cancel()
			<-ctx.Done()
			stopped <- ctx.Err()
			return &graphql.Response{Data: []byte("null")}
		}
	})
	r.do(t, operation(`{ viewer { id } }`, nil).WithContext(ctx))
	if err := <-stopped; !errors.Is(err, context.Canceled) {
		t.Errorf("the operation ended with %v", err)
	}
}

func TestAtMostTenErrors(t *testing.T) {
	r := newRig(func(r *rig) {
		r.answer = func(ctx context.Context) *graphql.Response {
			for range 100 {
				graphql.AddError(ctx, errors.New("boom"))
			}
			return &graphql.Response{Data: []byte("null")}
		}
	})
	g := r.do(t, operation(`{ viewer { id } }`, nil))
	if n := strings.Count(r.log.String(), `"internal error"`); len(g.json.Errors) != maxErrors || n != maxErrors {
		t.Errorf("%d errors in the answer, %d in the log", len(g.json.Errors), n)
	}
	if last := g.json.Errors[maxErrors-1].Message; !strings.HasSuffix(last, "more errors.)") {
		t.Errorf("the last one does not say that there are more: %s", last)
	}
	g = newRig().do(t, operation("{"+strings.Repeat(" nonsense", 50)+"}", nil))
	if len(g.json.Errors) > maxErrors {
		t.Errorf("%d errors of validation", len(g.json.Errors))
	}
}

func TestEncode(t *testing.T) {
	for want, resp := range map[string]*graphql.Response{
		`{}`:                                     {},
		`{"data":null}`:                          {Data: []byte("null")},
		`{"errors":[{"message":"a"}]}`:           {Errors: gqlerror.List{{Message: "a"}}},
		`{"data":{},"extensions":{"x":1}}`:       {Data: []byte("{}"), Extensions: map[string]any{"x": 1}},
		`{"errors":[{"message":"a"}],"data":{}}`: {Data: []byte("{}"), Errors: gqlerror.List{{Message: "a"}}},
	} {
		if b, err := encodeResponse(resp); err != nil || string(b) != want {
			t.Errorf("%s, %v; want %s", b, err, want)
		}
	}
}

func TestLoneSurrogate(t *testing.T) {
	for s, want := range map[string]bool{
		``: false, `plain`: false, `\u0041`: false, `\\ud800`: false, `\\\ud800`: true, `\n\ud83d\ude00 \ud83d\ude00`: false,
		`\ud800`: true, `\uDBFFx`: true, `\udc00`: true, `\ude00\ud83d`: true, `\ud83d\ud83d\ude00`: true, `\ud83d\n`: true,
		`\`: false, `\u`: false, `\ud7ff`: false, `\ue000`: false, `\u{1F600}`: false, `\ud83d\ude00\ud83d`: true,
	} {
		if got := hasLoneSurrogate(s); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}
