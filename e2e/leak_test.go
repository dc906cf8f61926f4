package e2e

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"deskwire/desk"
)

// TestCrowd_leavesNothing: ten thousand connect and go, two thousand at a time; each follows
// something. Nothing of them stays.
func TestCrowd_leavesNothing(t *testing.T) {
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	id := a.receiveMessage(t, channel, "thread", "pia@contact.test", "Hello")
	a.connectAndLeave(t, id, 200) // what is made once is made now
	goroutines, heap := waitForBaseline(0, 0)
	for range 5 {
		a.connectAndLeave(t, id, 2000)
	}
	after, grown := waitForBaseline(goroutines+10, heap+8<<20)
	if after > goroutines+10 {
		t.Errorf("%d goroutines, %d before", after, goroutines)
	}
	if grown > heap+8<<20 {
		t.Errorf("%d MB in use, %d before", grown>>20, heap>>20)
	}
}

// waitForBaseline counts goroutines and heap bytes once they are no more than these, or when time
// is up.
func waitForBaseline(goroutines int, heap uint64) (int, uint64) {
	var m runtime.MemStats
	for range 40 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		if runtime.NumGoroutine() <= goroutines && m.HeapAlloc <= heap {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return runtime.NumGoroutine(), m.HeapAlloc
}

// connectAndLeave lets so many clients connect, subscribe to a conversation, and leave: some with a
// close frame, some without.
func (a *account) connectAndLeave(t *testing.T, id string, n int) {
	t.Helper()
	var all sync.WaitGroup
	doors := make(chan struct{}, 200) // of the listener's queue
	conns := make([]*websocket.Conn, n)
	dialer := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: liveTimeout}
	for i := range conns {
		all.Go(func() {
			doors <- struct{}{}
			defer func() { <-doors }()
			c, resp, err := dialer.Dial("ws"+strings.TrimPrefix(a.admin.url, "http")+"/graphql", nil)
			if err != nil {
				t.Errorf("connection %d: %v", i, err)
				return
			}
			_ = resp.Body.Close()
			conns[i] = c
			ws := &socketClient{t: t, conn: c}
			ws.sendRaw(fmt.Sprintf(`{"type":"connection_init","payload":{"authorization":"Bearer %s"}}`, a.admin.token),
				fmt.Sprintf(`{"id":"1","type":"subscribe","payload":{"query":"subscription { conversationLive(id: \"%s\") { reason conversation { status } } }"}}`, id))
			for range 2 {
				if _, _, err := ws.conn.ReadMessage(); err != nil {
					t.Errorf("connection %d: %v", i, err)
					return
				}
			}
		})
	}
	all.Wait()
	for i, c := range conns {
		if c != nil && i%2 == 0 {
			_ = c.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
		}
		if c != nil {
			_ = c.Close()
		}
	}
}
