package socket

import (
	"sync"
	"time"
)

// overdraft is what Force may put on top of MaxPending.
const overdraft = 16 << 10

// writeChunk is what must get through within WriteTimeout where progress can't be seen in finer
// steps (TLS, pipes).
const writeChunk = 16 << 10

// A connection is open until one side closes it, then closing until all is written and the other
// side agrees, or a second has passed; dead is when only the reader is left to clean up.
const (
	open = iota
	closing
	dead
)

// outbox is the writing half of a connection, with backpressure: what a slow consumer does not take
// waits here, up to MaxPending. All bytes go through it under its mutex, so frames never
// interleave.
type outbox struct {
	mu      sync.Mutex
	state   uint8
	blocked bool          // the socket is full: a goroutine waits to write the rest
	owed    bool          // the Handler is to be told with Drained that there is room again
	waiting int           // bytes taken and not written
	forced  int           // bytes that Force put over MaxPending since nothing waited
	sent    int           // bytes of buf that are written
	buf     *buffer       // nil: nothing waits
	held    Holding       // of what waits; nil: nothing ever did
	until   time.Time     // when closing ends
	code    int           // with which the server has closed; zero: it has not
	why     string        // the connection has ended, as far as the server knows
	room    chan struct{} // the reader waits for its closing; nil: the reader doesn't wait

	arg []byte // argument and results of put
	n   int
	err error
	put func(fd uintptr) // set once, for a closure a call would be an allocation
}

// buffer holds bytes that wait. Idle connections have none.
type buffer struct{ b []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// maxPooled keeps the buffer of a rare big answer from living on in the pool.
const maxPooled = 64 << 10

func (b *buffer) release() {
	if b != nil && cap(b.b) <= maxPooled {
		b.b = b.b[:0]
		buffers.Put(b)
	}
}

// Write sends ready-made frames, one or several, without blocking. What doesn't fit into the socket
// is kept and sent later. It answers false when frames would make more than MaxPending bytes wait,
// or the connection is closed: then nothing of them is sent, and Drained follows, or Closed. When
// nothing waits they are taken whatever their size, so that big messages pass. The frames may be
// used again as soon as Write has returned.
func (c *Conn) Write(frames []byte) bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if !c.hasCapacity(len(frames)) {
		return false
	}
	c.sendFrames(frames)
	return true
}

// Hold is Write, but the frames may wait until Flush (or the next Write), so that several messages
// go out at once.
func (c *Conn) Hold(frames []byte) bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if !c.hasCapacity(len(frames)) {
		return false
	}
	c.bufferFrames(frames)
	return true
}

// Flush sends what Hold has kept.
func (c *Conn) Flush() {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.out.state == open && c.out.waiting > 0 && !c.out.blocked {
		c.flushPending()
	}
}

// Force is Write for small messages that can't be left out (an error, a pong). They may exceed
// MaxPending by 16 KiB in all; a client that lets more than that wait is disconnected.
func (c *Conn) Force(frames []byte) {
	if !c.tryForce(frames) {
		c.disconnect("too much waits")
	}
}

func (c *Conn) tryForce(frames []byte) bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.out.state != open {
		return true
	}
	if c.out.waiting > 0 && c.out.waiting+len(frames) > c.server.cfg.MaxPending {
		if c.out.forced += len(frames); c.out.forced > overdraft {
			return false
		}
	}
	if c.mustHold(len(frames)) && !c.hold(len(frames)) {
		return false
	}
	c.sendFrames(frames)
	return true
}

// mustHold says whether room has to be found for frames before any of them are written: what is as
// large as this, or has to wait in any case.
func (c *Conn) mustHold(n int) bool {
	return c.out.waiting > 0 || n > c.server.cfg.MaxPending || c.raw == nil
}

// hold finds room for bytes that wait.
func (c *Conn) hold(n int) bool {
	if c.out.held == nil {
		c.out.held = c.server.cfg.HoldOutput()
	}
	return c.out.held.Grow(n)
}

// roomPause is how long after a write for which there was no room the Handler is told to try again.
const roomPause = 200 * time.Millisecond

// hasCapacity decides whether n more bytes are taken, and remembers that Drained is owed when they
// are not.
func (c *Conn) hasCapacity(n int) bool {
	if c.out.waiting > 0 && c.out.waiting+n > c.server.cfg.MaxPending && !c.out.blocked {
		c.flushPending() // what is only held makes room
	}
	if c.out.state != open {
		return false
	}
	if c.out.waiting > 0 && c.out.waiting+n > c.server.cfg.MaxPending {
		c.out.owed = true
		return false
	}
	if !c.mustHold(n) || c.hold(n) {
		return true
	}
	if c.out.waiting > 0 {
		c.out.owed = true
	} else {
		c.server.wheel.scheduleCallback(c, roomPause, func() { c.postEvent(inboxEvent{kind: drained}) })
	}
	return false
}

// sendFrames writes frames behind what waits; with nothing waiting, straight from the caller's
// bytes.
func (c *Conn) sendFrames(frames []byte) {
	if c.out.waiting > 0 {
		c.bufferFrames(frames)
		if !c.out.blocked {
			c.flushPending()
		}
		return
	}
	had := c.mustHold(len(frames))
	rest := frames[c.writeWithoutBlocking(frames):]
	if c.out.held != nil {
		c.out.held.Shrink(len(rest))
	}
	switch {
	case len(rest) == 0 || c.out.state == dead:
	case had || c.hold(len(rest)):
		c.bufferFrames(rest)
		c.startDraining()
	default: // half a frame is written, so nothing else can follow: whoever reads slowly has to go
		c.reset()
		c.markDead()
	}
}

// flushPending writes what waits.
func (c *Conn) flushPending() {
	c.countWritten(c.writeWithoutBlocking(c.out.buf.b[c.out.sent:]))
	if c.out.waiting > 0 {
		c.startDraining()
	}
}

// writeWithoutBlocking is one write(2) that doesn't wait. A broken connection takes nothing and is
// dead.
func (c *Conn) writeWithoutBlocking(b []byte) int {
	if c.raw == nil || len(b) == 0 {
		return 0
	}
	c.out.arg, c.out.n, c.out.err = b, 0, nil
	err := c.raw.Control(c.out.put)
	c.out.arg = nil
	if err != nil || c.out.err != nil {
		c.markDead()
		return 0
	}
	return c.out.n
}

// bufferFrames appends frames to those that wait.
func (c *Conn) bufferFrames(frames []byte) {
	if len(frames) == 0 {
		return
	}
	if c.out.buf == nil {
		c.out.buf, c.out.sent = buffers.Get().(*buffer), 0
	}
	buf := c.out.buf
	if c.out.sent > 0 && len(buf.b)+len(frames) > cap(buf.b) { // rather than growing for what is gone
		buf.b = buf.b[:copy(buf.b, buf.b[c.out.sent:])]
		c.out.sent = 0
	}
	buf.b = append(buf.b, frames...)
	c.out.waiting += len(frames)
}

// countWritten counts n bytes off what waits.
func (c *Conn) countWritten(n int) {
	if n == 0 || c.out.state == dead {
		return
	}
	c.out.sent += n
	if c.out.waiting -= n; c.out.waiting == 0 {
		c.afterFlush()
	}
	c.resumeAfterOutbox()
}

// answersPileUp says that a client asks faster than it reads the answers, so that it is not read
// on.
func (c *Conn) answersPileUp() bool {
	return c.out.state == open && c.out.blocked && c.out.waiting > c.server.cfg.MaxPending/2
}

// awaitOutbox holds the reader back while a client leaves too many answers unread. WriteTimeout
// ends that.
func (c *Conn) awaitOutbox() {
	c.out.mu.Lock()
	for c.answersPileUp() {
		room := make(chan struct{})
		c.out.room = room
		c.out.mu.Unlock()
		<-room
		c.out.mu.Lock()
	}
	c.out.mu.Unlock()
}

// resumeAfterOutbox wakes the reader when there is room for answers, or nobody left to have them.
func (c *Conn) resumeAfterOutbox() {
	if c.out.room != nil && !c.answersPileUp() {
		close(c.out.room)
		c.out.room = nil
	}
}

// afterFlush lets go of the buffer when nothing waits any more, and says so to who is owed it.
func (c *Conn) afterFlush() {
	c.out.buf.release()
	c.out.buf, c.out.sent, c.out.forced = nil, 0, 0
	if c.out.held != nil {
		c.out.held.Shrink(0)
	}
	if c.out.owed {
		c.out.owed = false
		c.postEvent(inboxEvent{kind: drained})
	}
	if c.out.state == closing {
		c.shutDownWriting()
	}
}

// markDead ends the writing half: what waits is dropped, and the reader wakes to clean up.
func (c *Conn) markDead() {
	if c.out.state == dead {
		return
	}
	c.out.state, c.out.waiting = dead, 0
	if c.out.held != nil {
		c.out.held.Shrink(0)
	}
	c.out.buf.release()
	c.out.buf = nil
	c.resumeAfterOutbox()
	_ = c.wire.Conn.SetDeadline(past) // wakes whoever waits; of a closed connection there is nobody
}

var past = time.Unix(1, 0)

// startDraining leaves what waits to a goroutine, which lives until nothing does.
func (c *Conn) startDraining() {
	if c.out.blocked || c.out.state == dead {
		return
	}
	c.out.blocked = true
	c.server.readers.Add(1)
	go c.drainPending()
}

func (c *Conn) drainPending() {
	defer c.server.readers.Done()
	for c.continueDraining() {
		var err error
		if c.raw != nil {
			err = c.raw.Write(c.drainSome)
		} else {
			err = c.drainChunk()
		}
		if err != nil {
			c.disconnect("reads too slowly")
		}
	}
}

// continueDraining tells whether something waits still, and if so, until when it may wait.
func (c *Conn) continueDraining() bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.out.state == dead || c.out.waiting == 0 {
		c.out.blocked = false
		return false
	}
	deadline := time.Now().Add(c.server.cfg.WriteTimeout)
	if c.out.state == closing && c.out.until.Before(deadline) {
		deadline = c.out.until
	}
	_ = c.wire.Conn.SetWriteDeadline(deadline) // of a closed connection: the write will tell
	return true
}

// drainSome is called by the runtime's poller when the socket may take more; false waits for that
// again.
func (c *Conn) drainSome(uintptr) bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.out.state == dead || c.out.waiting == 0 {
		return true
	}
	n := c.writeWithoutBlocking(c.out.buf.b[c.out.sent:])
	c.countWritten(n)
	if n > 0 { // the socket was full, so the client has read
		c.heard.Store(true)
	}
	return n > 0 || c.out.state == dead
}

// drainChunk writes where one can only write and wait.
func (c *Conn) drainChunk() error {
	chunk := buffers.Get().(*buffer)
	defer chunk.release()
	c.out.mu.Lock()
	if c.out.state != dead && c.out.waiting > 0 {
		rest := c.out.buf.b[c.out.sent:]
		chunk.b = append(chunk.b[:0], rest[:min(len(rest), writeChunk)]...)
	}
	c.out.mu.Unlock()
	n, err := c.wire.Conn.Write(chunk.b)
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.countWritten(n)
	return err
}

// Ready says whether Write would take something small now.
func (c *Conn) Ready() bool {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	return c.out.state == open && !c.out.blocked
}
