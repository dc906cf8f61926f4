package socket

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A handshake as a client writes it, and the answer to it.
const (
	handshake = "GET %s HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	welcome = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

func waitFor(t testing.TB, what string, yes func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !yes(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// echo answers each message with itself.
type echo struct{ c *Conn }

func (e echo) Message(text []byte) { e.c.Force(AppendFrame(nil, text)) }
func (e echo) Drained()            {}
func (e echo) Leave(now func())    { now() }
func (e echo) Closed()             {}

// scribe is a Handler that remembers, and does what the test wants.
type scribe struct {
	c         *Conn
	onMessage func(text string)
	onLeave   func(now func())
	onClosed  func()
	mu        sync.Mutex
	texts     []string
	drained   chan struct{}
	closed    chan struct{}
}

func (s *scribe) Message(text []byte) {
	s.mu.Lock()
	s.texts = append(s.texts, string(text))
	s.mu.Unlock()
	if s.onMessage != nil {
		s.onMessage(string(text))
	}
}

func (s *scribe) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.texts...)
}

func (s *scribe) Drained() {
	select {
	case s.drained <- struct{}{}:
	default: // once too often is allowed
	}
}

func (s *scribe) Leave(now func()) {
	if s.onLeave != nil {
		s.onLeave(now)
		return
	}
	now()
}

func (s *scribe) Closed() {
	if s.onClosed != nil {
		s.onClosed()
	}
	close(s.closed) // panics when it is called twice
}

// rig is a Server behind net/http whose connections come out of a channel.
type rig struct {
	*Server
	web   *httptest.Server
	conns chan *scribe
	setup func(*scribe)
}

func newRig(t testing.TB, cfg Config) *rig {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	r := &rig{Server: NewServer(cfg), conns: make(chan *scribe, 1<<14)}
	r.web = httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(func() {
		r.web.Close()
		r.Close()
	})
	return r
}

func (r *rig) serve(w http.ResponseWriter, req *http.Request) {
	_ = r.Accept(w, req, func(c *Conn) Handler {
		s := &scribe{c: c, drained: make(chan struct{}, 1), closed: make(chan struct{})}
		if r.setup != nil {
			r.setup(s)
		}
		r.conns <- s
		return s
	})
}

// client is the other end: frames by hand, so that it can do wrong.
type client struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

func (r *rig) dial(t testing.TB) (*client, *scribe) {
	t.Helper()
	nc, err := net.Dial("tcp", r.web.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return shake(t, nc), <-r.conns
}

// shake is the client's side of the handshake.
func shake(t testing.TB, nc net.Conn) *client {
	t.Helper()
	c := &client{Conn: nc, t: t, r: bufio.NewReader(nc)}
	_ = nc.SetDeadline(time.Now().Add(patience))
	c.write([]byte(fmt.Sprintf(handshake, "/")))
	answer, err := http.ReadResponse(c.r, nil)
	if err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v %v", answer, err)
	}
	return c
}

func (c *client) write(b []byte) {
	c.t.Helper()
	if _, err := c.Write(b); err != nil {
		c.t.Fatal(err)
	}
}

// send writes a masked frame with this first byte.
func (c *client) send(first byte, payload string) {
	c.t.Helper()
	c.write(masked(first, payload))
}

func masked(first byte, payload string) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n <= 125:
		b = append(b, 0x80|byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := [4]byte{1, 2, 3, 4}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i&3])
	}
	return b
}

// frame reads one frame of the server, which must be whole and unmasked.
func (c *client) frame() (first byte, payload string, err error) {
	var head [8]byte
	if _, err := io.ReadFull(c.r, head[:2]); err != nil {
		return 0, "", err
	}
	first = head[0]
	n := uint64(head[1])
	switch n {
	case 126:
		_, err = io.ReadFull(c.r, head[:2])
		n = uint64(binary.BigEndian.Uint16(head[:2]))
	case 127:
		_, err = io.ReadFull(c.r, head[:8])
		n = binary.BigEndian.Uint64(head[:8])
	}
	if err != nil || n > 1<<24 {
		return 0, "", fmt.Errorf("frame of %d bytes: %w", n, err)
	}
	body := make([]byte, n)
	_, err = io.ReadFull(c.r, body)
	return first, string(body), err
}

// want reads one frame and compares it.
func (c *client) want(first byte, payload string) {
	c.t.Helper()
	gotFirst, got, err := c.frame()
	if err != nil || gotFirst != first || got != payload {
		c.t.Fatalf("frame %#x %.80q (%v), want %#x %.80q", gotFirst, got, err, first, payload)
	}
}

// wantClose reads up to the close frame, and the end after it.
func (c *client) wantClose(code int) (reason string) {
	c.t.Helper()
	for {
		first, payload, err := c.frame()
		if err != nil {
			c.t.Fatalf("no close frame: %v", err)
		}
		if first != finClose {
			continue
		}
		if got := closeCode(payload); got != code {
			c.t.Fatalf("closed with %d, want %d", got, code)
		}
		if _, err := c.r.ReadByte(); err != io.EOF {
			c.t.Fatalf("after the close frame: %v, want the end", err)
		}
		return strings.TrimPrefix(payload, payload[:min(2, len(payload))])
	}
}

func closeCode(payload string) int {
	if len(payload) < 2 {
		return codeNoStatus
	}
	return int(binary.BigEndian.Uint16([]byte(payload)))
}

// wantEnd waits for the Handler's Closed.
func (s *scribe) wantEnd(t testing.TB) {
	t.Helper()
	select {
	case <-s.closed:
	case <-time.After(patience):
		t.Fatal("Closed was not called")
	}
}

// codePayload is the payload of a close frame.
func codePayload(code int) string { return string(binary.BigEndian.AppendUint16(nil, uint16(code))) }
