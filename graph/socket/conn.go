package socket

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// linger is how long a closed connection is kept for the client to take its last bytes and to
// answer. Without it a client that is still sending would see a reset in place of the close frame.
const linger = time.Second

// maxUnread is how many bytes are read of a client that has been told that its connection ends:
// about what is on its way when it is told.
const maxUnread = 64 << 10

// Conn is one websocket connection. All methods may be called by anyone at any time, and none of
// them blocks.
type Conn struct {
	server  *Server
	ws      *websocket.Conn
	wire    hijackedConn
	raw     syscall.RawConn // nil: can't be written to by its descriptor
	handler Handler

	next, prev *Conn // in the server's list

	heard  atomic.Bool // any byte since the last ping
	pinged bool        // the heartbeat waits for a sign of life; only the wheel's goroutine looks
	seen   int64       // begun at the heartbeat before; only the wheel's goroutine looks
	beat   wheelTimer
	slow   wheelTimer    // a large message is under way
	timers []*wheelTimer // of After; under the wheel's lock
	gone   bool          // the wheel takes no more timers; under the wheel's lock

	answered atomic.Bool  // the client has sent its close frame
	most     atomic.Int64 // bytes of a message
	unread   int64        // bytes that came after the end; only the reader looks
	begun    atomic.Int64 // messages, each counted at its beginning and at its end: odd while one comes
	out      outbox
	in       eventInbox
}

// hijackedConn is the connection as gorilla sees it: after the handshake its writes (the close
// frames of protocol errors) go through the outbox.
type hijackedConn struct {
	net.Conn
	c        *Conn
	upgraded bool
	frames   frameWatch
}

// Read notes the sign of life.
func (w *hijackedConn) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	w.frames.watch(b[:n])
	if n > 0 && !w.c.heard.Load() {
		w.c.heard.Store(true)
	}
	return n, err
}

// Write gets the handshake's answer and, after it, only whole close frames.
func (w *hijackedConn) Write(b []byte) (int, error) {
	switch {
	case !w.upgraded:
		return w.Conn.Write(b)
	case len(b) >= 4 && b[0] == finClose:
		w.c.beginClose(int(binary.BigEndian.Uint16(b[2:])), string(b[4:]))
	}
	return len(b), nil
}

func newConn(s *Server, nc net.Conn) *Conn {
	c := &Conn{server: s}
	c.wire = hijackedConn{Conn: nc, c: c}
	c.beat.c, c.slow.c = c, c
	c.most.Store(s.cfg.GuestLimit)
	c.in.guest = s.cfg.GuestLimit < s.cfg.ReadLimit
	c.out.put = c.writeDescriptor
	if sc, ok := nc.(syscall.Conn); ok && direct {
		c.raw, _ = sc.SyscallConn()
	}
	if b, ok := underlyingConn(nc).(interface{ SetWriteBuffer(int) error }); ok {
		_ = b.SetWriteBuffer(s.cfg.SendBuffer) // a wish: without it slow clients are noticed later
	}
	return c
}

// underlyingConn is the connection below TLS: closing TLS itself may wait for a client that doesn't
// read.
func underlyingConn(nc net.Conn) net.Conn {
	if t, ok := nc.(interface{ NetConn() net.Conn }); ok {
		return t.NetConn()
	}
	return nc
}

func (c *Conn) writeDescriptor(fd uintptr) { c.out.n, c.out.err = writeFD(fd, c.out.arg) }

// prepareReading sets up reading: gorilla's own answers would pass the outbox by.
func (c *Conn) prepareReading(ws *websocket.Conn) {
	c.ws, c.wire.upgraded = ws, true
	ws.SetReadLimit(c.server.cfg.ReadLimit)
	ws.SetPingHandler(func(data string) error {
		c.Force(appendControl(nil, finPong, data))
		return nil
	})
	ws.SetCloseHandler(func(code int, _ string) error {
		c.answered.Store(true)
		if c.wire.frames.halfCode {
			code = codeProtocol
		}
		c.beginClose(code, "")
		return nil
	})
	every := c.server.cfg.PingEvery
	c.server.wheel.schedule(&c.beat, every/2+rand.N(every/2+1)) // connections that came together don't ping together
}

// Subprotocol is what was agreed on, "" for none.
func (c *Conn) Subprotocol() string { return c.ws.Subprotocol() }

// Welcome ends the bounds of guests: the Handler knows now who the client is.
func (c *Conn) Welcome() {
	c.most.Store(c.server.cfg.ReadLimit)
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.in.guest = false
	c.resumeAfterInbox()
}

// Remote is the address of the client, or of the proxy in front.
func (c *Conn) Remote() string { return c.wire.RemoteAddr().String() }

// Close sends what waits, then a close frame, then ends the connection; the Handler hears nothing
// more but Closed. It doesn't wait for any of that: a client gets a second to read its last bytes.
// The reason is cut to 123 bytes of valid UTF-8. The first Close counts.
func (c *Conn) Close(code int, reason string) {
	if c.beginClose(code, reason) {
		c.dropEvents()
	}
}

// Ending says why the connection has ended, in words for the log.
func (c *Conn) Ending() string {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	switch {
	case c.out.code != 0:
		return strings.TrimSpace(strconv.Itoa(c.out.code) + " " + c.out.why)
	case c.out.why != "":
		return "cut: " + c.out.why
	}
	return "the client left"
}

// beginClose is Close, but what the client has sent before is still handled: it was not wrong yet.
func (c *Conn) beginClose(code int, reason string) bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.out.state != open {
		return false
	}
	c.out.state, c.out.until = closing, time.Now().Add(linger)
	c.out.code, c.out.why = code, reason
	_ = c.wire.Conn.SetDeadline(c.out.until) // fails when closed, which is what we want
	c.resumeAfterOutbox()
	c.bufferFrames(appendClose(nil, code, reason))
	if !c.out.blocked {
		c.flushPending()
	}
	return true
}

// shutDownWriting tells the client that nothing more will come, once that is so.
func (c *Conn) shutDownWriting() {
	if half, ok := c.wire.Conn.(interface{ CloseWrite() error }); ok && c.raw != nil {
		_ = half.CloseWrite() // of a closed connection: as well
	}
}

// disconnect ends the connection of a slow or dead consumer without a close frame, since nobody
// would read it. Its unread bytes are thrown away, in the kernel too.
func (c *Conn) disconnect(why string) {
	c.out.mu.Lock()
	alive := c.out.state != dead
	if alive {
		if c.out.code == 0 {
			c.out.why = why
		}
		c.reset()
		c.markDead()
	}
	c.out.mu.Unlock()
	if alive {
		c.server.cut.Add(1)
		c.server.cfg.Log.Debug("websocket cut", "remote", c.Remote(), "reason", why)
		c.dropEvents()
	}
}

// reset has the kernel throw away what it holds for the client, once the connection is closed.
func (c *Conn) reset() {
	if tcp, ok := underlyingConn(c.wire.Conn).(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // of a closed connection: as well
	}
}

// discardPending drops what could not be written at once.
func (c *Conn) discardPending() {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.markDead()
}

// After calls f on a worker, d from now or up to 100 ms later, one after another with the calls of
// the Handler and late by what they take. Not after stop, which may be called from f too, and not
// after the connection has closed.
func (c *Conn) After(d time.Duration, f func()) (stop func()) {
	t := c.server.wheel.scheduleCallback(c, d, f)
	return func() { c.server.wheel.takeCallback(t) }
}

const slowMessage = "the message took too long"

// fireTimer is called by the wheel.
func fireTimer(t *wheelTimer) {
	switch t {
	case &t.c.beat:
		t.c.heartbeat()
	case &t.c.slow:
		t.c.Close(codeTryAgain, slowMessage)
	default:
		t.c.postEvent(inboxEvent{kind: timeout, t: t})
	}
}

// heartbeat sends a ping, and next time looks for a sign of life: a byte from the client, or room
// in a socket that was full. While it is us who doesn't read, there is nothing to hear; while the
// socket is full, WriteTimeout watches.
func (c *Conn) heartbeat() {
	cfg := &c.server.cfg
	begun := c.begun.Load()
	if begun%2 == 1 && begun == c.seen { // one that is short may take until the heartbeat after the next
		c.Close(codeTryAgain, slowMessage)
	}
	c.seen = begun
	if !c.pinged {
		c.pinged = true
		c.heard.Store(false)
		c.Force(pingFrame)
		c.server.wheel.schedule(&c.beat, cfg.PongWithin)
		return
	}
	if !c.heard.Load() && !c.isThrottled() && !c.isBlocked() {
		c.disconnect("no sign of life")
		return
	}
	c.pinged = false
	c.server.wheel.schedule(&c.beat, cfg.PingEvery-cfg.PongWithin)
}

var pingFrame = appendControl(nil, finPing, "")

func (c *Conn) isBlocked() bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	return c.out.blocked
}

// readMessages is the one goroutine of an idle connection. What it calls before it waits keeps its
// stack small: 2,000 bytes more in one of these frames would double the cost of a connection.
func (c *Conn) readMessages() {
	defer c.server.readers.Done()
	for c.receiveMessage() {
	}
	c.awaitClose()
	c.finishReading()
}

// receiveMessage waits for a message and hands it to the workers; false is the end.
func (c *Conn) receiveMessage() bool {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		c.closeAfterError(err)
		return false
	}
	if !c.isOpen() { // waiting for the client's close frame
		n, err := io.CopyN(io.Discard, r, maxUnread-c.unread)
		c.unread += n + 1 // one that is empty counts, too
		return errors.Is(err, io.EOF) && c.unread < maxUnread
	}
	if kind != websocket.TextMessage {
		c.beginClose(codeUnsupported, "text messages only")
		return true
	}
	return c.acceptMessage(r)
}

func (c *Conn) isOpen() bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	return c.out.state == open
}

func (c *Conn) acceptMessage(r io.Reader) bool {
	text, held, err := c.readMessage(r)
	switch {
	case err != nil:
		c.closeAfterError(err)
		return false
	case !utf8.Valid(text):
		releaseInput(held)
		c.beginClose(codeBadText, "not UTF-8")
		return true
	}
	c.postEvent(inboxEvent{text: text, held: held})
	c.awaitInbox()
	c.awaitOutbox()
	return true
}

// ownInput is how many bytes of a message each connection may have without asking for room: the
// many who send little are not kept out by the few who send much.
const ownInput = 8 << 10

var errNoRoom = errors.New("socket: there is no room for the message")

// readMessage reads a message as it comes. No more room is taken than bytes have come, about, and
// what is beyond the connection's own is held until the message has been handled.
func (c *Conn) readMessage(r io.Reader) (text []byte, held Holding, err error) {
	c.begun.Add(1)
	defer c.begun.Add(1)
	text = make([]byte, 0, 512)
	for {
		var n int
		n, err = r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if err == nil && int64(len(text)) > c.most.Load() {
			err = websocket.ErrReadLimit
		}
		if err == nil && len(text) == cap(text) {
			held, err = c.makeRoom(&text, held)
		}
		if err != nil {
			break
		}
	}
	if held != nil {
		c.server.wheel.cancel(&c.slow)
	}
	if !errors.Is(err, io.EOF) {
		releaseInput(held)
		return nil, nil, err
	}
	return text, held, nil
}

// makeRoom doubles the room of a message that is under way.
func (c *Conn) makeRoom(text *[]byte, held Holding) (Holding, error) {
	more := cap(*text)
	if 2*more > ownInput {
		if held == nil {
			held = c.server.cfg.HoldInput()
			c.server.wheel.schedule(&c.slow, c.server.cfg.MessageWithin)
		}
		if !held.Grow(more) {
			return held, errNoRoom
		}
	}
	larger := make([]byte, len(*text), 2*more)
	copy(larger, *text)
	*text = larger
	return held, nil
}

func releaseInput(held Holding) {
	if held != nil {
		held.Shrink(0)
	}
}

// closeAfterError answers what can be answered. Protocol errors have been: gorilla wrote a close
// frame before it told us.
func (c *Conn) closeAfterError(err error) {
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		c.beginClose(codeTooBig, "message too big")
	case errors.Is(err, errNoRoom):
		c.beginClose(codeTryAgain, "try again in a moment")
	}
}

// awaitClose waits until the client has read the close frame, at most for the linger. Without one
// there is nothing to wait for. A client that goes on sending is not read for long: a flood of
// large messages would keep the processors busy with what nobody looks at.
func (c *Conn) awaitClose() {
	c.out.mu.Lock()
	wait := c.out.state == closing && (c.out.waiting > 0 || !c.answered.Load())
	c.out.mu.Unlock()
	if wait {
		_, _ = io.CopyN(io.Discard, c.wire.Conn, maxUnread) // any end will do
	}
}

// finishReading is the reader's last act.
func (c *Conn) finishReading() {
	c.discardPending()
	_ = underlyingConn(c.wire.Conn).Close() // nobody is left to tell
	c.server.wheel.cancelAll(c)
	c.postEvent(inboxEvent{kind: closed})
}
