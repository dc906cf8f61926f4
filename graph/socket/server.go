// Package socket keeps websocket connections that cost little while nothing happens: one goroutine
// with a small stack each, no buffers, no timers of their own. Writing never blocks: what a slow
// client doesn't take waits within bounds, and who takes nothing is disconnected. It knows nothing
// of what the messages say.
//
// gorilla/websocket shakes hands and reads. Frames are written here, straight to the descriptor.
package socket

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Config says how a Server treats its clients. Zero values are the defaults.
type Config struct {
	// Subprotocols that are spoken, the preferred ones first.
	Subprotocols []string
	// CheckOrigin decides whether a page may connect. By default only pages of the same host may.
	CheckOrigin func(*http.Request) bool
	// ReadLimit is the most bytes of one message; a longer one closes with 1009. Default 1 MiB.
	ReadLimit int64
	// GuestLimit is ReadLimit until Conn.Welcome is called: nobody knows yet who sends that. Until
	// then each message has to be handled before the next one is read. Default ReadLimit.
	GuestLimit int64
	// MessageWithin is how long a message of more than a few KiB may take from its first byte to
	// its last, before the connection is closed. Default 10 s.
	MessageWithin time.Duration
	// HoldInput and HoldOutput begin holdings of the bytes of unfinished and unhandled messages,
	// and of bytes that wait to be written. Default: these have no bounds in all.
	HoldInput, HoldOutput func() Holding
	// MaxPending is how many bytes may wait for a slow client, beside the socket's own buffer.
	// Default 48 KiB.
	MaxPending int
	// SendBuffer is the socket's own buffer (SO_SNDBUF) in bytes; Linux doubles it. With the
	// system's default the kernel would take up to 4 MB before a slow client is noticed. Default 32
	// KiB.
	SendBuffer int
	// WriteTimeout is how long bytes may wait without any of them being taken, before the client is
	// disconnected. Over TLS 16 KiB must get through within it. Default 10 s.
	WriteTimeout time.Duration
	// PingEvery is the time between pings. Default 25 s, below the 30 or 60 s after which proxies
	// drop what is idle.
	PingEvery time.Duration
	// PongWithin is how long after a ping a client may show no sign of life, before it is
	// disconnected. At most PingEvery. Default 15 s.
	PongWithin time.Duration
	// Workers is the number of goroutines that call Handlers. Default GOMAXPROCS, but at least 4.
	Workers int
	// Log gets panics of Handlers, and at level debug why a client was disconnected. Default
	// slog.Default().
	Log *slog.Logger
}

func (c Config) withDefaults() Config {
	c.ReadLimit = cmp.Or(c.ReadLimit, 1<<20)
	c.GuestLimit = cmp.Or(c.GuestLimit, c.ReadLimit)
	c.MessageWithin = cmp.Or(c.MessageWithin, 10*time.Second)
	if c.HoldInput == nil {
		c.HoldInput = unbounded
	}
	if c.HoldOutput == nil {
		c.HoldOutput = unbounded
	}
	c.MaxPending = cmp.Or(c.MaxPending, 48<<10)
	c.SendBuffer = cmp.Or(c.SendBuffer, 32<<10)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 10*time.Second)
	c.PingEvery = cmp.Or(c.PingEvery, 25*time.Second)
	c.PongWithin = min(cmp.Or(c.PongWithin, 15*time.Second), c.PingEvery)
	c.Workers = cmp.Or(c.Workers, max(4, runtime.GOMAXPROCS(0)))
	c.Log = cmp.Or(c.Log, slog.Default())
	return c
}

// Holding counts bytes that a connection makes the process hold, against a budget of all.
type Holding interface {
	// Grow takes bytes more. False: there is no room for them, and nothing was taken.
	Grow(bytes int) bool
	// Shrink gives back all but so many bytes.
	Shrink(bytes int)
}

type unboundedHolding struct{}

func (unboundedHolding) Grow(int) bool { return true }
func (unboundedHolding) Shrink(int)    {}

func unbounded() Holding { return unboundedHolding{} }

// Handler is told what happens on one connection: one call after another, on a worker, with a stack
// that may grow. It must not wait long, since Workers are few; what takes long gets a goroutine of
// its own. A panic closes the connection with 1011.
type Handler interface {
	// Message is called for each whole text message, which is valid UTF-8 and may be kept. A client
	// whose messages are not handled as fast as it sends them is not read on for so long: 16
	// messages or 64 KiB may wait.
	Message(text []byte)
	// Drained is called when everything that waited has been written, after Write or Hold answered
	// false. It may be called late or once too often.
	Drained()
	// Leave is called by Drain when the connection is to leave: the Handler calls now as soon as
	// nothing is under way that the client waits for. Not on a worker, and maybe beside another
	// call.
	Leave(now func())
	// Closed is called exactly once, at the very end.
	Closed()
}

// Server holds the connections of a process.
type Server struct {
	cfg      Config
	upgrader websocket.Upgrader
	wheel    *timingWheel
	ready    readyQueue
	readers  sync.WaitGroup // and those who write for a while
	others   sync.WaitGroup // workers and the wheel
	cut      atomic.Int64   // connections that were cut off

	mu      sync.Mutex
	refuses bool
	n       int
	first   *Conn
	empty   chan struct{} // closed when the last connection has gone; nil: nobody waits for that
}

// Sizes of gorilla's buffers: the least it allows for reading (bodies pass it by), and nothing kept
// for writing.
const (
	readBuffer  = 128
	writeBuffer = 512
)

// NewServer starts the workers. Close ends them.
func NewServer(cfg Config) *Server {
	s := &Server{cfg: cfg.withDefaults(), wheel: newTimingWheel()}
	s.ready.some.L = &s.ready.mu
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: s.cfg.WriteTimeout,
		ReadBufferSize:   readBuffer,
		WriteBufferSize:  writeBuffer,
		WriteBufferPool:  new(sync.Pool),
		Subprotocols:     s.cfg.Subprotocols,
		CheckOrigin:      s.cfg.CheckOrigin,
	}
	s.others.Go(func() { s.wheel.turnUntilStopped(fireTimer) })
	for range s.cfg.Workers {
		s.others.Go(s.runWorker)
	}
	return s
}

func (s *Server) runWorker() {
	for c := s.ready.dequeue(); c != nil; c = s.ready.dequeue() {
		c.dispatchNext()
	}
}

var errRefused = errors.New("socket: the server takes no more connections")

// Accept upgrades the request and calls open for its Handler, before anything is read. It returns
// when that is done, so that net/http can drop its buffers, and keeps neither w nor r. A bad
// handshake is answered here, with the status that fits, and returned as an error. open may use the
// connection already, and may give nil when it has closed it.
func (s *Server) Accept(w http.ResponseWriter, r *http.Request, open func(*Conn) Handler) error {
	if s.isRefusing() {
		w.Header().Set("Retry-After", strconv.Itoa(1+rand.N(5)))
		http.Error(w, "restarting", http.StatusServiceUnavailable)
		return errRefused
	}
	h := hijacker{ResponseWriter: w, server: s}
	ws, err := s.upgrader.Upgrade(&h, r, nil)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	c := h.conn
	if !s.register(c) { // the end has come since we looked
		_ = underlyingConn(c.wire.Conn).Close()
		return errRefused
	}
	c.prepareReading(ws)
	c.startDispatch(c.openHandler(open))
	go c.readMessages()
	return nil
}

func (c *Conn) openHandler(open func(*Conn) Handler) Handler {
	defer c.recoverPanic()
	return open(c)
}

// hijacker puts a hijackedConn between gorilla and the connection.
type hijacker struct {
	http.ResponseWriter
	server *Server
	conn   *Conn
}

// Hijack finds the connection below whatever wraps the writer.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	nc, buffers, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.conn = newConn(h.server, nc)
	return &h.conn.wire, buffers, nil
}

func (s *Server) isRefusing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuses
}

func (s *Server) register(c *Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuses {
		return false
	}
	s.readers.Add(1)
	if c.next = s.first; c.next != nil {
		c.next.prev = c
	}
	s.first = c
	s.n++
	return true
}

func (s *Server) unregister(c *Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.next != nil {
		c.next.prev = c.prev
	}
	if c.prev != nil {
		c.prev.next = c.next
	} else {
		s.first = c.next
	}
	c.next, c.prev = nil, nil
	if s.n--; s.n == 0 && s.empty != nil {
		close(s.empty)
		s.empty = nil
	}
}

// CutConns is how many connections were cut off because their clients took nothing any more.
func (s *Server) CutConns() int64 { return s.cut.Load() }

// OpenConns is the number of connections whose Closed has not been called.
func (s *Server) OpenConns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// stopAccepting lets nobody in any more; it gives those who are in, and a channel that closes when
// they have left.
func (s *Server) stopAccepting() (conns []*Conn, empty <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = true
	for c := s.first; c != nil; c = c.next {
		conns = append(conns, c)
	}
	if s.empty == nil {
		s.empty = make(chan struct{})
	}
	empty = s.empty
	if s.n == 0 {
		close(s.empty)
		s.empty = nil
	}
	return conns, empty
}

// Drain closes all connections with this code, one by one in random order over the spread, so that
// they don't come back all at once, and each when its Handler has done what it is at. New ones get
// 503, from now on. It returns when the last one has gone; when ctx ends before, the rest is closed
// at once.
func (s *Server) Drain(ctx context.Context, code int, reason string, spread time.Duration) {
	conns, empty := s.stopAccepting()
	Stagger(ctx, conns, spread, func(c *Conn) { c.requestLeave(code, reason) })
	select {
	case <-empty:
	case <-ctx.Done():
		for _, c := range conns {
			c.Close(code, reason)
		}
	}
}

// requestLeave closes the connection when its Handler says so.
func (c *Conn) requestLeave(code int, reason string) {
	c.in.mu.Lock()
	h := c.handler
	c.in.mu.Unlock()
	if h == nil {
		c.Close(code, reason)
		return
	}
	h.Leave(func() { c.Close(code, reason) })
}

// Close ends all connections now, with 1001 where that can be sent at once, and waits for their
// Handlers and for all goroutines. New ones get 503. Only call it once, and not from a Handler.
func (s *Server) Close() {
	conns, _ := s.stopAccepting()
	for _, c := range conns {
		c.Close(codeGoingAway, "")
		c.discardPending()
	}
	s.readers.Wait()
	s.ready.shutDown()
	close(s.wheel.quit)
	s.others.Wait()
}
