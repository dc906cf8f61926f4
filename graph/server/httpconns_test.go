package server

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// fakeConn is a connection from somewhere.
type fakeConn struct {
	net.Conn
	from net.Addr
}

func (c *fakeConn) RemoteAddr() net.Addr { return c.from }

func fakeConnFrom(ip string) net.Conn {
	return &fakeConn{from: &net.TCPAddr{IP: net.ParseIP(ip), Port: 1}}
}

// TestHTTPConns: the one that has been silent for longest goes, of a network that has too many or
// of all. One that is busy never does.
func TestHTTPConns(t *testing.T) {
	t.Parallel()
	b := newHTTPConns(5, 3)
	var gone []net.Conn
	is := func(c net.Conn, states ...http.ConnState) net.Conn {
		for _, s := range states {
			if surplus := b.note(c, s); surplus != nil {
				gone = append(gone, surplus)
			}
		}
		return c
	}
	first := is(fakeConnFrom("192.0.2.1"), http.StateNew)
	second := is(fakeConnFrom("192.0.2.1"), http.StateNew)
	third := is(fakeConnFrom("192.0.2.1"), http.StateNew, http.StateActive)
	is(first, http.StateActive, http.StateIdle)
	is(fakeConnFrom("192.0.2.1"), http.StateNew)                  // one too many of its network: the second goes
	mapped := is(fakeConnFrom("::ffff:192.0.2.1"), http.StateNew) // the same network: the first goes
	other := is(fakeConnFrom("2001:db8::1"), http.StateNew)       // there is room for two more
	same := is(fakeConnFrom("2001:db8::ffff:1"), http.StateNew)   // of one network
	another := is(fakeConnFrom("2001:db8:0:1::1"), http.StateNew) // one too many of all: the silent one of before goes
	busy := []net.Conn{mapped, other, same, another}              // nobody is silent any more
	for _, c := range busy {
		is(c, http.StateActive)
	}
	last := is(fakeConnFrom("192.0.2.9"), http.StateNew)
	if len(gone) != 4 || gone[0] != second || gone[1] != first || slices.Contains(busy, gone[2]) || gone[2] == third || gone[3] != last {
		t.Fatalf("%d went", len(gone))
	}
	is(gone[0], http.StateClosed)
	is(last, http.StateClosed)
	is(third, http.StateHijacked)
	is(third, http.StateClosed)
	if len(b.conns) != 4 || b.all.Len() != 4 || len(b.byNetwork) != 3 {
		t.Errorf("%d are there, of %d networks", len(b.conns), len(b.byNetwork))
	}
	is(third, http.StateIdle) // a stream has ended
	is(is(is(is(third, http.StateClosed), http.StateClosed), http.StateHijacked), http.StateClosed)
	for _, c := range busy {
		is(c, http.StateClosed)
	}
	if len(b.conns)+b.all.Len()+len(b.byNetwork) != 0 {
		t.Errorf("%d are there when all have gone", len(b.conns))
	}
}

// TestHTTPConns_flood: idle connections of one client are closed when there are too many, and
// everybody is still answered.
func TestHTTPConns_flood(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			leaveHTTPConns(r.Context())
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}
	}))
	const most = 10
	bounds := newHTTPConns(most, most)
	bounds.Bound(server.Config)
	server.Start()
	t.Cleanup(server.Close) // when its clients have gone
	ask := func(path string) net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: test\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 100)
		n, err := c.Read(answer)
		if err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 200") {
			t.Fatalf("answered %q, %v", answer[:n], err)
		}
		return c
	}
	stream := ask("/stream")
	var idle []net.Conn
	for range 3 * most {
		idle = append(idle, ask("/"))
	}
	for _, c := range idle[:most] { // their server's end is closed
		if rest, err := io.ReadAll(c); err != nil || len(rest) > 0 {
			t.Errorf("an idle one of long ago got %q, %v", rest, err)
		}
	}
	bounds.mu.Lock()
	n := len(bounds.conns)
	bounds.mu.Unlock()
	if n > most {
		t.Errorf("%d connections are open", n)
	}
	_ = stream.SetReadDeadline(time.Now())
	if _, err := stream.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "timeout") {
		t.Errorf("a stream was closed for idle connections: %v", err)
	}
}
