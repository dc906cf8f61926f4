package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// socketClient is a connection that speaks graphql-transport-ws.
type socketClient struct {
	t    testing.TB
	conn *websocket.Conn

	mu            sync.Mutex
	lastID        int
	subscriptions map[string]*subscription
	ended         chan struct{}
	err           error // why it has ended
}

// subscription is one subscription of a socketClient.
type subscription struct {
	wire     *socketClient
	id       string
	payloads chan *answer
	errors   chan string
	done     chan struct{} // completed by the server
}

// dial connects and signs in.
func (c *client) dial(t testing.TB) *socketClient {
	t.Helper()
	ws := dialRaw(t, c.url, "graphql-transport-ws")
	ws.write(map[string]any{"type": "connection_init", "payload": map[string]any{"authorization": "Bearer " + c.token}})
	var ack struct{ Type string }
	if err := ws.conn.ReadJSON(&ack); err != nil || ack.Type != "connection_ack" {
		t.Fatalf("connection_init was answered with %q, %v", ack.Type, err)
	}
	go ws.read()
	return ws
}

func dialRaw(t testing.TB, url string, protocols ...string) *socketClient {
	t.Helper()
	d := websocket.Dialer{Subprotocols: protocols, HandshakeTimeout: 10 * time.Second}
	conn, resp, err := d.Dial("ws"+strings.TrimPrefix(url, "http")+"/graphql", http.Header{})
	if err != nil {
		t.Fatalf("no websocket: %v (%v)", err, resp)
	}
	_ = resp.Body.Close()
	ws := &socketClient{t: t, conn: conn, subscriptions: map[string]*subscription{}, ended: make(chan struct{})}
	t.Cleanup(func() { _ = conn.Close() })
	return ws
}

// write sends a message. The server may end the connection in this very moment: that is no fault,
// and who waits for an answer learns it from read.
func (ws *socketClient) write(m any) {
	ws.t.Helper()
	ws.mu.Lock()
	err := ws.conn.WriteJSON(m)
	ws.mu.Unlock()
	if err == nil {
		return
	}
	select {
	case <-ws.ended:
	case <-time.After(liveTimeout):
		ws.t.Errorf("writing to the socket: %v", err)
	}
}

func (ws *socketClient) read() {
	defer close(ws.ended)
	for {
		var m struct {
			ID      string
			Type    string
			Payload json.RawMessage
		}
		if ws.err = ws.conn.ReadJSON(&m); ws.err != nil {
			return
		}
		ws.mu.Lock()
		f := ws.subscriptions[m.ID]
		ws.mu.Unlock()
		switch {
		case m.Type == "next" && f != nil:
			a := &answer{Raw: string(m.Payload)}
			if err := json.Unmarshal(m.Payload, a); err != nil {
				ws.t.Errorf("payload %s: %v", m.Payload, err)
			}
			f.payloads <- a
		case m.Type == "error" && f != nil:
			f.errors <- string(m.Payload)
		case m.Type == "complete" && f != nil:
			close(f.done)
		}
	}
}

// subscribe begins an operation.
func (ws *socketClient) subscribe(query string, v vars) *subscription { return ws.resume(query, v, "") }

// resume begins it after a cursor.
func (ws *socketClient) resume(query string, v vars, after string) *subscription {
	ws.mu.Lock()
	ws.lastID++
	f := &subscription{wire: ws, id: fmt.Sprint(ws.lastID), payloads: make(chan *answer, 10_000), errors: make(chan string, 10), done: make(chan struct{})}
	ws.subscriptions[f.id] = f
	ws.mu.Unlock()
	payload := map[string]any{"query": query, "variables": v}
	if after != "" {
		payload["extensions"] = map[string]any{"resumeAfter": after}
	}
	ws.write(map[string]any{"id": f.id, "type": "subscribe", "payload": payload})
	return f
}

// liveTimeout is how long a test waits for what must come.
const liveTimeout = 10 * time.Second

// next is the next payload.
func (f *subscription) next() *answer {
	f.wire.t.Helper()
	select {
	case a := <-f.payloads:
		return a
	case e := <-f.errors:
		f.wire.t.Fatalf("error instead of a payload: %s", e)
	case <-f.wire.ended:
		f.wire.t.Fatalf("the connection ended: %v", f.wire.err)
	case <-time.After(liveTimeout):
		f.wire.t.Fatal("no payload came")
	}
	return nil
}

// until gives payloads until one is as wanted.
func (f *subscription) until(what string, want func(*answer) bool) *answer {
	f.wire.t.Helper()
	for range 1000 {
		if a := f.next(); want(a) {
			return a
		}
	}
	f.wire.t.Fatalf("never: %s", what)
	return nil
}

// requireSilence fails when something comes within a moment.
func (f *subscription) requireSilence() {
	f.wire.t.Helper()
	select {
	case a := <-f.payloads:
		f.wire.t.Fatalf("something came: %s", a.Raw)
	case <-time.After(300 * time.Millisecond):
	}
}

// drainUntilSilent waits until nothing comes for a moment, and gives what has come.
func (f *subscription) drainUntilSilent() (came []*answer) {
	for {
		select {
		case a := <-f.payloads:
			came = append(came, a)
		case <-time.After(300 * time.Millisecond):
			return came
		}
	}
}

func (f *subscription) complete() {
	f.wire.write(map[string]any{"id": f.id, "type": "complete"})
}
