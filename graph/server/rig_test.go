package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph"
	"deskwire/heap"
)

// fakeSchema is the real schema with nothing behind it: what runs is counted.
type fakeSchema struct {
	schema *ast.Schema
	answer func(context.Context) *graphql.Response
	ran    *atomic.Int32
}

func (f fakeSchema) Schema() *ast.Schema { return f.schema }

func (fakeSchema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (f fakeSchema) Exec(within context.Context) graphql.ResponseHandler {
	return func(ctx context.Context) *graphql.Response {
		f.ran.Add(1)
		return f.answer(graph.WithExecution(ctx, graph.ExecutionOf(within)))
	}
}

// rig is the HTTP side of the server as NewHandler builds it, before a fake schema.
type rig struct {
	http.Handler
	ran atomic.Int32
	log *logBook
	by  *desk.Actor

	answer  func(context.Context) *graphql.Response
	cursor  func(context.Context) (string, error)
	timeout time.Duration
	limits  Limits
	rates   *rateLimiter
	trusted Trusted
	metrics *metrics
	slow    time.Duration
	gate    *limiter
	memory  *heap.Budget
}

func newRig(change ...func(*rig)) *rig {
	r := &rig{
		log: &logBook{}, timeout: time.Second,
		by:     &desk.Actor{Account: &desk.Account{Slug: "acme"}, Agent: &desk.Agent{Role: desk.RoleAdmin}},
		answer: func(context.Context) *graphql.Response { return &graphql.Response{Data: []byte(`{"ok":true}`)} },
		cursor: func(context.Context) (string, error) { return "cursor-1", nil },
	}
	r.limits, _ = NewLimits("", nil)
	r.metrics = newMetrics()
	for _, f := range change {
		f(r)
	}
	log := slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	api := newEngine(fakeSchema{withoutDefer(graph.Schema()), func(ctx context.Context) *graphql.Response { return r.answer(ctx) }, &r.ran}, engineConfig{
		begin: func(ctx context.Context) (*read.Reader, error) {
			cursor, err := r.cursor(ctx)
			return new(read.Database).ReaderFor(r.by).At(cursor).AsOf(time.Now()), err
		}, log: log, timeout: r.timeout, limits: r.limits, rates: r.rates, trusted: r.trusted, metrics: r.metrics, slow: r.slow, limiter: r.gate, memory: r.memory,
	})
	principal := func(_ context.Context, token string, _ bool) (*read.Principal, error) {
		if token == goodToken {
			return read.Authenticated(r.by), nil
		}
		return nil, &read.TokenRefusal{Reason: read.TokenUnknown}
	}
	r.Handler = observeRequests(log, "", r.metrics, nil, authenticated(principal, log, api))
	return r
}

const goodToken = "dw_good"

// logBook is a log that many may write to and a test reads.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// got is what came back.
type got struct {
	status int
	header http.Header
	body   string
	json   struct {
		Data       json.RawMessage
		Extensions map[string]any
		Errors     []struct {
			Message    string
			Path       []any
			Extensions map[string]any
		}
	}
}

func (g got) code() string {
	if len(g.json.Errors) == 0 {
		return ""
	}
	c, _ := g.json.Errors[0].Extensions["code"].(string)
	return c
}

func (r *rig) do(t *testing.T, req *http.Request) got {
	t.Helper()
	if req.Header.Get("Authorization") == "" {
		req.Header.Set("Authorization", "Bearer "+goodToken)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	body, _ := io.ReadAll(w.Result().Body)
	g := got{status: w.Code, header: w.Header(), body: string(body)}
	if err := json.Unmarshal(body, &g.json); err != nil {
		t.Fatalf("the answer is not JSON: %v\n%s", err, body)
	}
	return g
}

func post(body string, headers ...string) *http.Request {
	req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

// operation is a POST of a document with its variables.
func operation(query string, variables map[string]any, headers ...string) *http.Request {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return post(string(body), headers...)
}
