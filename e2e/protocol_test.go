package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"deskwire/desk"
	graphserver "deskwire/graph/server"
)

// limitedServer is a server with limits so low that a test reaches them.
type limitedServer struct {
	*account
	handler *graphserver.Handler
	id      string // a conversation
	channel string
}

func newLimitedServer(t *testing.T) *limitedServer {
	t.Helper()
	s := start(t)
	log := slog.New(slog.NewTextHandler(s.faults, &slog.HandlerOptions{Level: slog.LevelError}))
	auth, err := graphserver.NewAuthenticator(s.store, graphserver.Identity{}, log)
	if err != nil {
		t.Fatal(err)
	}
	h := graphserver.NewHandler(graphserver.Config{Store: s.store, Auth: auth, BaseURL: "http://desk.test", Log: log, InitWait: 300 * time.Millisecond, Connections: 40})
	web := httptest.NewServer(h)
	t.Cleanup(func() { h.Close(); web.Close() })
	g := &limitedServer{account: s.newAccount(t, desk.PlanStarter, time.Now()), handler: h}
	g.admin.url = web.URL
	_, g.channel = g.createInbox(t, "Support", nil)
	g.id = g.receiveMessage(t, g.channel, "thread", "pia@contact.test", "Hello")
	return g
}

func (g *limitedServer) initMessage() string {
	return fmt.Sprintf(`{"type":"connection_init","payload":{"authorization":"Bearer %s"}}`, g.admin.token)
}

func (g *limitedServer) subscribeMessage(id string) string {
	return fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":"subscription($id: ID!) { conversationLive(id: $id) { reason conversation { id status } } }","variables":{"id":%q}}}`, id, g.id)
}

// readCloseCode reads up to the end, and gives the code that it came with.
func (ws *socketClient) readCloseCode() int {
	_ = ws.conn.SetReadDeadline(time.Now().Add(liveTimeout))
	for {
		_, _, err := ws.conn.ReadMessage()
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			return closed.Code
		}
		if err != nil {
			ws.t.Fatalf("it ended without a code: %v", err)
		}
	}
}

func (ws *socketClient) sendRaw(messages ...string) {
	for _, m := range messages {
		_ = ws.conn.WriteMessage(websocket.TextMessage, []byte(m)) // it may be closed already: the code tells
	}
}

// expectMessage reads one message, which must hold these.
func (ws *socketClient) expectMessage(parts ...string) string {
	ws.t.Helper()
	_ = ws.conn.SetReadDeadline(time.Now().Add(liveTimeout))
	_, m, err := ws.conn.ReadMessage()
	if err != nil {
		ws.t.Fatalf("no message with %q: %v", parts, err)
	}
	for _, p := range parts {
		if !strings.Contains(string(m), p) {
			ws.t.Fatalf("%s, want %q in it", m, p)
		}
	}
	return string(m)
}

// TestProtocol_closes: what breaks the protocol closes with the code that the protocol has for it.
func TestProtocol_closes(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	ready := g.initMessage()
	for _, c := range []struct {
		name     string
		code     int
		messages []string
	}{
		{"not JSON", 4400, []string{"hello"}},
		{"an array", 4400, []string{"[]"}},
		{"no object", 4400, []string{"null"}},
		{"no type", 4400, []string{"{}"}},
		{"an unknown type", 4400, []string{`{"type":"hello"}`}},
		{"a type of the older protocol", 4400, []string{ready, `{"id":"1","type":"start","payload":{"query":"{ viewer { id } }"}}`}},
		{"init with a text", 4400, []string{`{"type":"connection_init","payload":"Bearer"}`}},
		{"no id", 4400, []string{ready, `{"type":"subscribe","payload":{"query":"{ viewer { id } }"}}`}},
		{"an empty id", 4400, []string{ready, `{"id":"","type":"subscribe","payload":{"query":"{ viewer { id } }"}}`}},
		{"a long id", 4400, []string{ready, `{"id":"` + strings.Repeat("x", 129) + `","type":"subscribe","payload":{"query":"{ viewer { id } }"}}`}},
		{"no payload", 4400, []string{ready, `{"id":"1","type":"subscribe"}`}},
		{"no query", 4400, []string{ready, `{"id":"1","type":"subscribe","payload":{}}`}},
		{"variables in a list", 4400, []string{ready, `{"id":"1","type":"subscribe","payload":{"query":"{ viewer { id } }","variables":[]}}`}},
		{"complete of nothing", 4400, []string{ready, `{"type":"complete"}`}},
		{"deep JSON", 4400, []string{ready, `{"type":"ping","payload":` + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000) + `}`}},
		{"ping with a text", 4400, []string{`{"type":"ping","payload":"x"}`}},
		{"ping with a list", 4400, []string{ready, `{"type":"ping","payload":[{}]}`}},
		{"ping with a number", 4400, []string{ready, `{"type":"ping","payload": 1}`}},
		{"pong with a truth", 4400, []string{ready, `{"type":"pong","payload":true}`}},
		{"a query that is a number", 4400, []string{ready, `{"id":"1","type":"subscribe","payload":{"query":1}}`}},
		{"a query that is null", 4400, []string{ready, `{"id":"1","type":"subscribe","payload":{"query":null,"variables":{}}}`}},
		{"much before init", 1009, []string{`{"type":"ping","payload":{"x":"` + strings.Repeat("x", 9<<10) + `"}}`}},
		{"a token as long as a book", 1009, []string{`{"type":"connection_init","payload":{"authorization":"Bearer ` + strings.Repeat("x", 64<<10) + `"}}`}},
		{"subscribe first", 4401, []string{g.subscribeMessage("1")}},
		{"no token", 4401, []string{`{"type":"connection_init"}`}},
		{"a wrong token", 4403, []string{`{"type":"connection_init","payload":{"authorization":"Bearer dw_wrong"}}`}},
		{"nothing", 4408, nil},
		{"pings only", 4408, []string{`{"type":"ping"}`, `{"type":"pong"}`}},
		{"an id twice", 4409, []string{ready, g.subscribeMessage("1"), g.subscribeMessage("1")}},
		{"init twice", 4429, []string{ready, ready}},
		{"a large message", 1009, []string{ready, `{"type":"ping","payload":"` + strings.Repeat("x", 1<<20) + `"}`}},
		{"bad UTF-8", 1007, []string{"{\"type\":\"\xff\"}"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ws := dialRaw(t, g.admin.url, "graphql-transport-ws")
			ws.sendRaw(c.messages...)
			if got := ws.readCloseCode(); got != c.code {
				t.Errorf("closed with %d, want %d", got, c.code)
			}
		})
	}
	ws := dialRaw(t, g.admin.url, "graphql-transport-ws")
	_ = ws.conn.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"ping"}`))
	if got := ws.readCloseCode(); got != 1003 {
		t.Errorf("bytes: closed with %d", got)
	}
	for _, protocols := range [][]string{nil, {"mqtt"}} {
		if got := dialRaw(t, g.admin.url, protocols...).readCloseCode(); got != 4406 {
			t.Errorf("subprotocols %v: closed with %d", protocols, got)
		}
	}
}

// TestProtocol_manyConnections: an account has so many connections and no more, and those that end
// make room.
func TestProtocol_manyConnections(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	var all []*socketClient
	for range 40 {
		all = append(all, g.admin.dial(t))
	}
	ws := dialRaw(t, g.admin.url, "graphql-transport-ws")
	ws.sendRaw(g.initMessage())
	if got := ws.readCloseCode(); got != 1013 {
		t.Errorf("one too many: closed with %d", got)
	}
	_ = all[0].conn.Close()
	for end := time.Now().Add(liveTimeout); ; time.Sleep(10 * time.Millisecond) {
		ws := dialRaw(t, g.admin.url, "graphql-transport-ws")
		ws.sendRaw(g.initMessage())
		if _, m, err := ws.conn.ReadMessage(); err == nil && strings.Contains(string(m), "connection_ack") {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no room after one had ended")
		}
	}
	drained, cancel := context.WithTimeout(context.Background(), liveTimeout)
	defer cancel()
	go g.handler.Drain(drained, 100*time.Millisecond)
	for _, ws := range all[1:] {
		<-ws.ended
		var closed *websocket.CloseError
		if !errors.As(ws.err, &closed) || closed.Code != 1012 {
			t.Errorf("drained with %v", ws.err)
		}
	}
}

// TestProtocol_operations: queries and mutations go over the socket too, errors end their operation
// and not the connection.
func TestProtocol_operations(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	ws := g.admin.dial(t)
	done := func(f *subscription) {
		t.Helper()
		select {
		case <-f.done:
		case <-time.After(liveTimeout):
			t.Fatal("it was not completed")
		}
	}
	f := ws.subscribe("query($id: ID!) { conversation(id: $id) { id status } }", vars{"id": g.id})
	if p := f.next(); p.at("conversation").str("status") != "OPEN" {
		t.Errorf("a query answered %s", p.Raw)
	}
	done(f)
	f = ws.subscribe("mutation($in: ConversationCloseInput!) { conversationClose(input: $in) { conversation { status } } }", vars{"in": vars{"conversationId": g.id}})
	if p := f.next(); p.at("conversationClose.conversation").str("status") != "CLOSED" {
		t.Errorf("a mutation answered %s", p.Raw)
	}
	done(f)
	for _, query := range []string{"{", "{ nothing }", "subscription { viewerLive { cursor } events { cursor } }", "subscription { a: viewerLive { cursor } ... on Subscription { b: viewerLive { cursor } } }", "subscription { __typename }", "query A { viewer { id } } query B { viewer { id } }"} {
		f := ws.subscribe(query, nil)
		select {
		case <-f.errors:
		case <-time.After(liveTimeout):
			t.Errorf("%s: no error came", query)
		}
	}

	// A hundred are followed; the others are told that they are too many, each by its id.
	feeds := make([]*subscription, 1000)
	for i := range feeds {
		feeds[i] = ws.subscribe(conversationLive, vars{"id": g.id})
	}
	served, refused := 0, 0
	for _, f := range feeds {
		select {
		case <-f.payloads:
			served++
		case e := <-f.errors:
			refused++
			if !strings.Contains(e, "TOO_MANY_OPERATIONS") {
				t.Errorf("refused with %s", e)
			}
		case <-time.After(liveTimeout):
			t.Fatal("neither served nor refused")
		}
	}
	if served != 100 || refused != 900 {
		t.Errorf("%d served, %d refused", served, refused)
	}
	for _, f := range feeds[:100] {
		f.complete()
	}
	ws.subscribe(conversationLive, vars{"id": g.id}).next()
}

// TestProtocol_pings: what a ping says comes back, and what a pong says is heard.
func TestProtocol_pings(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	ws := dialRaw(t, g.admin.url, "graphql-transport-ws")
	for before, payload := range []string{"", "null", "{}", `{"at": 1.50, "a":{"b":[null,"ä",{}]}}`, `{"x":"` + strings.Repeat("x", 7<<10) + `"}`} {
		message, want := `{"type":"ping"}`, `{"type":"pong"}`
		if payload != "" {
			message = `{"type":"ping","payload":` + payload + `}`
		}
		if payload != "" && payload != "null" {
			want = `{"type":"pong","payload":` + payload + `}`
		}
		ws.sendRaw(`{"type":"pong"}`, `{"type":"pong","payload":null}`, `{"type":"pong","payload":{"a":1}}`, message)
		if got := ws.expectMessage(); got != want {
			t.Errorf("%s was answered %s", message, got)
		}
		if before == 2 { // before and after init
			ws.sendRaw(g.initMessage())
			ws.expectMessage("connection_ack")
		}
	}
	long := `{"x":"` + strings.Repeat("x", 100<<10) + `"}`
	ws.sendRaw(`{"type":"ping","payload":` + long + `}`)
	ws.expectMessage(long)
}

// TestProtocol_emptyQueries: what asks for nothing is refused by its id, and the connection goes
// on.
func TestProtocol_emptyQueries(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	ws := g.admin.dial(t)
	for _, query := range []string{"", " ", "\n\t", "# nothing", ",,,", "\ufeff", "{}", "fragment F on Query { __typename }"} {
		f := ws.subscribe(query, nil)
		select {
		case <-f.errors:
		case <-ws.ended:
			t.Fatalf("%q ended the connection: %v", query, ws.err)
		case <-time.After(liveTimeout):
			t.Errorf("%q: no error came", query)
		}
	}
	ws.subscribe("{ viewer { id } }", nil).next()
}

// TestProtocol_manyOperations: what is too much at once waits for its turn, of whatever kind it is,
// and what was completed before it began is never run.
func TestProtocol_manyOperations(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	for _, n := range []int{21, 50, 400} {
		ws := g.admin.dial(t)
		all := make([]*subscription, n)
		for i := range all {
			switch {
			case i%10 == 3:
				all[i] = ws.subscribe("mutation($in: CommentCreateInput!) { commentCreate(input: $in) { comment { id } } }", vars{"in": vars{"conversationId": g.id, "text": fmt.Sprint(n, " ", i)}})
			case i%10 == 5:
				all[i] = ws.subscribe("{ nothing }", nil)
			case i == 6:
				all[i] = ws.subscribe(conversationLive, vars{"id": g.id})
			default:
				all[i] = ws.subscribe("{ viewer { id } contacts { totalCount } }", nil)
			}
		}
		for i, f := range all {
			select {
			case p := <-f.payloads:
				if len(p.Errors) > 0 {
					t.Errorf("%d of %d answered %s", i, n, p.Raw)
				}
			case e := <-f.errors:
				if i%10 != 5 {
					t.Errorf("%d of %d was refused: %s", i, n, e)
				}
			case <-time.After(liveTimeout):
				t.Fatalf("%d of %d has no answer", i, n)
			}
		}
	}
}

// holdUpContacts has whoever reads contacts wait until it is released.
func (g *limitedServer) holdUpContacts(t *testing.T) (release func()) {
	t.Helper()
	conn := connectSQL(t, g.dsn)
	run := func(sql string) {
		if _, err := conn.Exec(context.Background(), sql); err != nil {
			t.Error(err)
		}
	}
	run("BEGIN; LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE")
	return func() { run("ROLLBACK") }
}

// TestProtocol_waiting: twenty operations run, the others wait within bounds. What is completed
// while it waits is never run.
func TestProtocol_waiting(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	ws := g.admin.dial(t)
	const slow = "{ contacts { totalCount } }"
	comment := func(text string) *subscription {
		return ws.subscribe("mutation($in: CommentCreateInput!) { commentCreate(input: $in) { comment { id } } }", vars{"in": vars{"conversationId": g.id, "text": text}})
	}
	release := g.holdUpContacts(t)
	var kept, dropped []*subscription
	for range 20 {
		kept = append(kept, ws.subscribe(slow, nil))
	}
	for range 60 {
		kept, dropped = append(kept, comment("kept")), append(dropped, comment("taken back"))
	}
	for _, f := range dropped {
		f.complete()
	}
	// What is too much even to wait is refused, each by its id: four megabytes may wait.
	padding := strings.Repeat("x", 200<<10)
	var long []*subscription
	for range 50 {
		long = append(long, ws.subscribe("query Long { viewer { id } }", vars{"unknown": padding}))
	}
	refused := 0
	for _, f := range long[30:] {
		select {
		case e := <-f.errors:
			if refused++; !strings.Contains(e, "TOO_MANY_OPERATIONS") {
				t.Errorf("refused with %s", e)
			}
		case <-time.After(liveTimeout):
			t.Fatal("one that is too many was not refused")
		}
	}
	release()
	for _, f := range append(kept, long[:10]...) {
		f.next()
	}
	ws.subscribe(slow, nil).next() // there is room again
	texts := g.admin.do(t, "query($id: ID!) { conversation(id: $id) { messages(last: 100) { nodes { text } totalCount } } }", vars{"id": g.id})
	if n := strings.Count(texts.Raw, "kept"); n != 60 || strings.Contains(texts.Raw, "taken back") {
		t.Errorf("%d of 60 mutations were run, or one that was taken back", n)
	}
}

// TestProtocol_idsAgain: an id that was completed is free, and what was asked for by it before says
// nothing more.
func TestProtocol_idsAgain(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	ws := dialRaw(t, g.admin.url, "graphql-transport-ws")
	ws.sendRaw(g.initMessage())
	ws.expectMessage("connection_ack")
	for n := range 200 {
		ws.sendRaw(`{"id":"a","type":"subscribe","payload":{"query":"{ pipelines { id } contacts { totalCount } }"}}`, `{"id":"a","type":"complete"}`)
		ws.sendRaw(fmt.Sprintf(`{"id":"a","type":"subscribe","payload":{"query":"{ again%d: viewer { id } }"}}`, n))
		// The first may have been answered before it was completed.
		m := ws.expectMessage(`"a"`)
		for ; !strings.Contains(m, fmt.Sprint("again", n)) && !strings.Contains(m, "TOO_MANY"); m = ws.expectMessage(`"a"`) {
			if strings.Contains(m, "again") {
				t.Fatalf("round %d was told %s", n, m)
			}
		}
		if !strings.Contains(m, "TOO_MANY") {
			ws.expectMessage(`"complete"`)
		}
	}
	for range 50 { // completed while a payload is on its way
		ws.sendRaw(g.subscribeMessage("a"))
		ws.expectMessage(`"next"`, `"SNAPSHOT"`)
		g.receiveMessage(t, g.channel, "thread", "pia@contact.test", "More")
		ws.sendRaw(`{"id":"a","type":"complete"}`, `{"id":"b","type":"subscribe","payload":{"query":"{ viewer { id } }"}}`)
		for m := ws.expectMessage(`"id"`); !strings.Contains(m, `"complete"`); m = ws.expectMessage(`"id"`) {
		}
	}
	ws.sendRaw(`{"id":"none","type":"complete"}`, `{"type":"ping"}`)
	ws.expectMessage(`"pong"`)
}

// TestProtocol_older: the older subprotocol, from the first message to the last.
func TestProtocol_older(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	ws := dialRaw(t, g.admin.url, "graphql-ws")
	ws.sendRaw(g.initMessage())
	ws.expectMessage(`"connection_ack"`)
	ws.expectMessage(`"ka"`)
	ws.sendRaw(strings.Replace(g.subscribeMessage("1"), `"subscribe"`, `"start"`, 1))
	ws.expectMessage(`"id":"1"`, `"data"`, `"SNAPSHOT"`)
	g.admin.must(t, "conversationClose", "", vars{"conversationId": g.id})
	for m := ws.expectMessage(`"id":"1"`, `"data"`); !strings.Contains(m, `"CLOSED"`); m = ws.expectMessage(`"id":"1"`, `"data"`) {
	}
	ws.sendRaw(`{"id":"1","type":"stop"}`)
	ws.expectMessage(`"id":"1"`, `"complete"`)
	ws.sendRaw(`{"id":"2","type":"start","payload":{"query":"{ viewer { id } }"}}`)
	ws.expectMessage(`"id":"2"`, `"data"`, `"viewer"`)
	ws.expectMessage(`"id":"2"`, `"complete"`)
	ws.sendRaw(`{"id":"3","type":"start","payload":{"query":"{ nothing }"}}`)
	ws.expectMessage(`"id":"3"`, `"error"`, `"payload":{`)
	ws.sendRaw(`{"type":"connection_terminate"}`)
	if got := ws.readCloseCode(); got != 1000 {
		t.Errorf("closed with %d", got)
	}
	ws = dialRaw(t, g.admin.url, "graphql-ws")
	ws.sendRaw(`{"type":"connection_init","payload":{"authorization":"Bearer dw_wrong"}}`)
	ws.expectMessage(`"connection_error"`)
	if got := ws.readCloseCode(); got != 4403 {
		t.Errorf("closed with %d", got)
	}
}
