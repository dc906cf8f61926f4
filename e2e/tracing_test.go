package e2e

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	v1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"deskwire/db/dbtest"
	"deskwire/desk"
	"deskwire/tracing"
)

// spanReceiver takes spans as an OTLP collector does.
type spanReceiver struct {
	t     *testing.T
	mu    sync.Mutex
	spans []*v1.Span
}

func (r *spanReceiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var in collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &in); err != nil || req.URL.Path != "/v1/traces" {
		r.t.Errorf("to %s came what is no export: %v", req.URL.Path, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range in.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			r.spans = append(r.spans, scope.Spans...)
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// waitForSpan waits for a span of that name, in a trace if one is given.
func (r *spanReceiver) waitForSpan(name, within string) (found *v1.Span) {
	r.t.Helper()
	eventually(r.t, "the span "+name+" in the trace "+within, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		i := slices.IndexFunc(r.spans, func(s *v1.Span) bool {
			return s.Name == name && (within == "" || hex.EncodeToString(s.TraceId) == within)
		})
		if i >= 0 {
			found = r.spans[i]
		}
		return i >= 0
	})
	return found
}

// childNames are the names of all spans that a span is above of.
func (r *spanReceiver) childNames(of *v1.Span) (names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.spans {
		if !bytes.Equal(s.TraceId, of.TraceId) || bytes.Equal(s.SpanId, of.SpanId) {
			continue
		}
		names = append(names, s.Name)
	}
	return names
}

const (
	traceOne     = "4bf92f3577b34da6a3ce929d0e0e4736"
	traceTwo     = "00000000000000000000000000000abc"
	callerSpanID = "00f067aa0ba902b7"
)

// Not in parallel: the variables are those of the whole program.
func TestTracing(t *testing.T) {
	got := &spanReceiver{t: t}
	collect := httptest.NewServer(got)
	defer collect.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collect.URL)
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
	var lines bytes.Buffer
	log := slog.New(slog.NewTextHandler(&lines, nil))
	traces, err := tracing.OpenFromEnvironment(context.Background(), log)
	if err != nil || traces == nil {
		t.Fatalf("tracing is off, %v", err)
	}
	defer traces.Close(context.Background())
	s := startWith(t, dbtest.DSN(t), serverOptions{traces: traces})
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Support", nil)
	id := a.receiveMessage(t, channel, "t", "pia@example.test", "Something confidential")

	tracedQuery(t, a, got, id)
	tracedMutation(t, a, got, id)
	tracedSocket(t, a, got, id)
	got.mu.Lock()
	defer got.mu.Unlock()
	for _, s := range got.spans {
		if strings.Contains(s.String(), "confidential") {
			t.Errorf("a span tells what somebody wrote: %s", s)
		}
	}
}

func tracedQuery(t *testing.T, a *account, got *spanReceiver, id string) {
	req, _ := http.NewRequest(http.MethodPost, a.URL+"/graphql", strings.NewReader(`{"query": "query Sidebar { conversation(id: \"`+id+`\") { subject contact { name } } account { name } }"}`))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("traceparent", "00-"+traceOne+"-"+callerSpanID+"-01")
	if answer := a.admin.sendRequest(t, req); len(answer.Errors) > 0 {
		t.Fatal(answer.Raw)
	}
	op := got.waitForSpan("query Sidebar", traceOne)
	if hex.EncodeToString(op.ParentSpanId) != callerSpanID || op.Kind != v1.Span_SPAN_KIND_SERVER {
		t.Errorf("the operation is below %x, as %s", op.ParentSpanId, op.Kind)
	}
	field := got.waitForSpan("conversation", traceOne)
	if !bytes.Equal(field.ParentSpanId, op.SpanId) {
		t.Error("a root field is not below its operation")
	}
	names := strings.Join(got.childNames(op), " ")
	if !strings.Contains(names, "SELECT") || !strings.Contains(names, "account") || strings.Contains(names, "subject") || strings.Contains(names, "contact ") {
		t.Errorf("below the operation are %s", names)
	}
	got.mu.Lock()
	defer got.mu.Unlock()
	under := 0
	for _, s := range got.spans {
		if s.Name == "SELECT" && bytes.Equal(s.ParentSpanId, field.SpanId) {
			under++
		}
	}
	if under == 0 {
		t.Error("no statement is below the root field that needs it")
	}
}

func tracedMutation(t *testing.T, a *account, got *spanReceiver, id string) {
	a.admin.do(t, `mutation Note { commentCreate(input: {conversationId: "`+id+`", text: "A confidential note"}) { errors { code } } }`, nil)
	op := got.waitForSpan("mutation Note", "")
	within := hex.EncodeToString(op.TraceId)
	got.waitForSpan("commentCreate", within)
	if names := strings.Join(got.childNames(op), " "); !strings.Contains(names, "INSERT") && !strings.Contains(names, "UPDATE") {
		t.Errorf("below the mutation are %s", names)
	}
	if _, err := a.admin.tryQuery(`query Wrong { conversation(id: "nonsense") { subject } conversations(first: 5000) { nodes { id } } }`, nil); err != nil {
		t.Fatal(err)
	}
}

func tracedSocket(t *testing.T, a *account, got *spanReceiver, id string) {
	wire := a.admin.dial(t)
	wire.write(map[string]any{"id": "traced", "type": "subscribe", "payload": map[string]any{
		"query": `query Again { conversation(id: "` + id + `") { subject } }`, "extensions": map[string]any{"traceparent": "00-" + traceTwo + "-" + callerSpanID + "-01"},
	}})
	op := got.waitForSpan("query Again", traceTwo)
	if hex.EncodeToString(op.ParentSpanId) != callerSpanID {
		t.Errorf("over the websocket the operation is below %x", op.ParentSpanId)
	}
	got.waitForSpan("SELECT", traceTwo)
	wire.subscribe(`subscription Follow { conversationLive(id: "`+id+`") { reason } }`, nil).next()
	got.waitForSpan("subscription Follow", "")
}
