package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/graph"
	"deskwire/live"
)

// The same reads by plans and by gqlgen's executor, of 1,000 conversations. What is measured is the
// whole way, but for the door: go test ./graph/server -run '^$' -bench Reads -benchmem
func BenchmarkReads(b *testing.B) {
	o := newOffice(b)
	var last string
	for i := range 1000 {
		last = o.receive(i%2, fmt.Sprintf("c%d@x.test", i%300), fmt.Sprint("m", i))
		if i%3 == 0 {
			o.ticket(last, fmt.Sprint("Ticket ", i))
		}
	}
	for range 49 {
		o.do(o.admin, `mutation($c: ID!) { messageSend(input: {conversationId: $c, text: "Answer"}) { errors { message } } }`, vars{"c": last})
	}
	for _, q := range []struct {
		name, query string
		v           vars
	}{
		{"list", plainList, vars{"n": 50}}, {"sidebar", plainSidebar, vars{"id": last}}, {"thread", thread, vars{"id": last}},
	} {
		body, err := json.Marshal(map[string]any{"query": q.query, "variables": q.v})
		if err != nil {
			b.Fatal(err)
		}
		for name, api := range map[string]*engine{"plan": o.engine, "gqlgen": o.plain} {
			b.Run(q.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					w := httptest.NewRecorder()
					req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
					req.Header.Set("Content-Type", "application/json")
					if api.ServeHTTP(w, req.WithContext(graph.WithActor(b.Context(), o.admin))); w.Code != http.StatusOK || bytes.HasPrefix(w.Body.Bytes(), []byte(`{"errors`)) {
						b.Fatal(w.Body)
					}
				}
			})
		}
	}
}

const thread = `query($id: ID!) { conversation(id: $id) { id subject messages(last: 50) { pageInfo { hasPreviousPage startCursor } nodes {
	id text createdAt ... on IncomingMessage { contact { id name } } ... on OutgoingMessage { agent { id name } delivery { state } } ... on InternalComment { agent { id name } } } } } }`

const liveSidebar = `subscription($id: ID!) { conversationLive(id: $id) { cursor reason conversationId events { id kind }
	conversation { id number subject preview status unreadCount lastActivityAt owner { id name } contact { id name email } ticket { id name status { id name state } } } } }`

// One payload of a subscription, for a group of its own and for one that shares what was read.
func BenchmarkPayload(b *testing.B) {
	o := newOffice(b)
	c := o.receive(0, "c@x.test", "m")
	o.ticket(c, "Ticket")
	at, err := o.store.LogCursor(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for name, e := range map[string]*engine{"plan": o.engine, "gqlgen": o.plain} {
		f := &renderer{exec: e.exec, begin: o.resolver.Rendering}
		params := &graphql.RawParams{Query: liveSidebar, Variables: map[string]any{"id": c}}
		ctx := graph.WithActor(graphql.StartOperationTrace(b.Context()), o.admin)
		op, errs := e.exec.CreateOperationContext(ctx, params)
		if len(errs) > 0 {
			b.Fatal(errs)
		}
		s, refused := f.readSubscription(op, params)
		if refused != nil {
			b.Fatal(refused)
		}
		ask := f.queryFor(s, o.admin)
		for kind, step := range map[string]uint64{"alone": 1, "shared": 0} {
			b.Run(kind+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				tick := uint64(time.Now().UnixNano()) //nolint:gosec // a time is positive
				for b.Loop() {
					tick += step
					if r, err := ask.Render(ctx, live.RenderRequest{Cursor: at, Reason: live.Change, Tick: tick}); err != nil || r.Body == nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
