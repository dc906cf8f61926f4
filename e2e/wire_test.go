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

// wire is a connection that speaks graphql-transport-ws.
type wire struct {
	t    testing.TB
	conn *websocket.Conn

	mu    sync.Mutex
	next  int
	feeds map[string]*feed
	ended chan struct{}
	err   error // why it has ended
}

// feed is one subscription of it.
type feed struct {
	wire     *wire
	id       string
	payloads chan *answer
	errs     chan string
	done     chan struct{} // completed by the server
}

// dial connects and signs in.
func (c *client) dial(t testing.TB) *wire {
	t.Helper()
	w := dialRaw(t, c.url, "graphql-transport-ws")
	w.write(map[string]any{"type": "connection_init", "payload": map[string]any{"authorization": "Bearer " + c.token}})
	var ack struct{ Type string }
	if err := w.conn.ReadJSON(&ack); err != nil || ack.Type != "connection_ack" {
		t.Fatalf("connection_init was answered with %q, %v", ack.Type, err)
	}
	go w.read()
	return w
}

func dialRaw(t testing.TB, url string, protocols ...string) *wire {
	t.Helper()
	d := websocket.Dialer{Subprotocols: protocols, HandshakeTimeout: 10 * time.Second}
	conn, resp, err := d.Dial("ws"+strings.TrimPrefix(url, "http")+"/graphql", http.Header{})
	if err != nil {
		t.Fatalf("no websocket: %v (%v)", err, resp)
	}
	_ = resp.Body.Close()
	w := &wire{t: t, conn: conn, feeds: map[string]*feed{}, ended: make(chan struct{})}
	t.Cleanup(func() { _ = conn.Close() })
	return w
}

func (w *wire) write(m any) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.conn.WriteJSON(m); err != nil {
		w.t.Errorf("writing to the socket: %v", err)
	}
}

func (w *wire) read() {
	defer close(w.ended)
	for {
		var m struct {
			ID      string
			Type    string
			Payload json.RawMessage
		}
		if w.err = w.conn.ReadJSON(&m); w.err != nil {
			return
		}
		w.mu.Lock()
		f := w.feeds[m.ID]
		w.mu.Unlock()
		switch {
		case m.Type == "next" && f != nil:
			a := &answer{Raw: string(m.Payload)}
			if err := json.Unmarshal(m.Payload, a); err != nil {
				w.t.Errorf("payload %s: %v", m.Payload, err)
			}
			f.payloads <- a
		case m.Type == "error" && f != nil:
			f.errs <- string(m.Payload)
		case m.Type == "complete" && f != nil:
			close(f.done)
		}
	}
}

// subscribe begins an operation.
func (w *wire) subscribe(query string, v vars) *feed { return w.resume(query, v, "") }

// resume begins it after a cursor.
func (w *wire) resume(query string, v vars, after string) *feed {
	w.mu.Lock()
	w.next++
	f := &feed{wire: w, id: fmt.Sprint(w.next), payloads: make(chan *answer, 10_000), errs: make(chan string, 10), done: make(chan struct{})}
	w.feeds[f.id] = f
	w.mu.Unlock()
	payload := map[string]any{"query": query, "variables": v}
	if after != "" {
		payload["extensions"] = map[string]any{"resumeAfter": after}
	}
	w.write(map[string]any{"id": f.id, "type": "subscribe", "payload": payload})
	return f
}

// livePatience is how long a test waits for what must come.
const livePatience = 10 * time.Second

// get is the next payload.
func (f *feed) get() *answer {
	f.wire.t.Helper()
	select {
	case a := <-f.payloads:
		return a
	case e := <-f.errs:
		f.wire.t.Fatalf("error instead of a payload: %s", e)
	case <-f.wire.ended:
		f.wire.t.Fatalf("the connection ended: %v", f.wire.err)
	case <-time.After(livePatience):
		f.wire.t.Fatal("no payload came")
	}
	return nil
}

// until gives payloads until one is as wanted.
func (f *feed) until(what string, want func(*answer) bool) *answer {
	f.wire.t.Helper()
	for range 1000 {
		if a := f.get(); want(a) {
			return a
		}
	}
	f.wire.t.Fatalf("never: %s", what)
	return nil
}

// quiet says that nothing comes for a moment.
func (f *feed) quiet() {
	f.wire.t.Helper()
	select {
	case a := <-f.payloads:
		f.wire.t.Fatalf("something came: %s", a.Raw)
	case <-time.After(300 * time.Millisecond):
	}
}

// silence waits until nothing comes for a moment, and gives what has come.
func (f *feed) silence() (came []*answer) {
	for {
		select {
		case a := <-f.payloads:
			came = append(came, a)
		case <-time.After(300 * time.Millisecond):
			return came
		}
	}
}

func (f *feed) complete() {
	f.wire.write(map[string]any{"id": f.id, "type": "complete"})
}
