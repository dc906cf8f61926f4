package socket

import (
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
)

// A connection whose messages are not handled as fast as they come is not read on: so many messages, or so many
// bytes of them, may wait. The bytes keep a client from parking sixteen times ReadLimit here.
const (
	maxUnhandled      = 16
	maxUnhandledBytes = 64 << 10
)

// What a Handler is called for. The zero value is a message.
const (
	message = iota
	drained
	timeout
	closed
)

type event struct {
	kind int
	text []byte // of a message
	t    *timer // of a timeout
}

// inbox holds what is to be told to a connection's Handler, in order. It is empty, and a few words long, while
// nothing happens.
type inbox struct {
	mu      sync.Mutex
	events  []event
	count   int           // messages not handled yet, the one at work included
	bytes   int           // of them
	started bool          // the Handler is known
	listed  bool          // a worker has the connection, or it stands in the line for one
	deaf    bool          // closed from our side: nothing is told any more but Closed
	room    chan struct{} // the reader waits for its closing; nil: the reader doesn't wait
	next    *Conn         // in the line
}

// post appends an event and sees to it that a worker comes.
func (c *Conn) post(e event) {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	if c.in.deaf && e.kind != closed {
		return
	}
	c.in.events = append(c.in.events, e)
	if e.kind == message {
		c.in.count++
		c.in.bytes += len(e.text)
	}
	c.list()
}

func (c *Conn) list() {
	if c.in.started && !c.in.listed && len(c.in.events) > 0 {
		c.in.listed = true
		c.server.line.push(c)
	}
}

// start lets events be told, those posted before included.
func (c *Conn) start(h Handler) {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.handler, c.in.started = h, true
	c.list()
}

// silence drops what has not been told yet, and lets the reader go on: it has to see the end.
func (c *Conn) silence() {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.in.deaf = true
	c.in.events = slices.DeleteFunc(c.in.events, func(e event) bool { return e.kind != closed })
	c.wakeReader()
}

func (in *inbox) full() bool {
	return !in.deaf && (in.count >= maxUnhandled || in.bytes >= maxUnhandledBytes)
}

func (c *Conn) wakeReader() {
	if c.in.room != nil && !c.in.full() {
		close(c.in.room)
		c.in.room = nil
	}
}

// wait holds the reader back while too much is not handled.
func (c *Conn) wait() {
	c.in.mu.Lock()
	for c.in.full() {
		room := make(chan struct{})
		c.in.room = room
		c.in.mu.Unlock()
		<-room
		c.in.mu.Lock()
	}
	c.in.mu.Unlock()
}

// heldBack tells whether it is us who keeps the reader from hearing the client.
func (c *Conn) heldBack() bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return c.in.room != nil
}

// turn tells one event; a connection with more goes to the end of the line.
func (c *Conn) turn() {
	c.in.mu.Lock()
	var e event
	none := len(c.in.events) == 0
	if !none {
		e, c.in.events[0] = c.in.events[0], event{}
		if c.in.events = c.in.events[1:]; len(c.in.events) == 0 {
			c.in.events = nil
		}
	}
	c.in.mu.Unlock()

	if !none {
		c.tell(e)
	}

	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	if !none && e.kind == message {
		c.in.count--
		c.in.bytes -= len(e.text)
		c.wakeReader()
	}
	c.in.listed = false
	c.list()
}

func (c *Conn) tell(e event) {
	if e.kind == closed {
		defer c.server.remove(c)
	}
	defer c.guard()
	switch {
	case e.kind == timeout:
		if f := c.server.wheel.take(e.t); f != nil {
			f()
		}
	case c.handler == nil: // open gave none
	case e.kind == message:
		c.handler.Message(e.text)
	case e.kind == drained:
		c.handler.Drained()
	case e.kind == closed:
		c.handler.Closed()
	}
}

// guard keeps a panic to the one connection it came from. Deferred.
func (c *Conn) guard() {
	if fault := recover(); fault != nil {
		c.server.cfg.Log.Error("panic in a websocket handler", "remote", c.Remote(),
			slog.Any("panic", fault), slog.String("stack", string(debug.Stack())))
		c.Close(codeInternal, "internal error")
	}
}

// line is where connections wait for a worker, each at most once.
type line struct {
	mu          sync.Mutex
	some        sync.Cond
	first, last *Conn
	ended       bool
}

func (l *line) push(c *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first == nil {
		l.first = c
	} else {
		l.last.in.next = c
	}
	l.last = c
	l.some.Signal()
}

// pop waits for a connection; nil is the end.
func (l *line) pop() *Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.first == nil {
		if l.ended {
			return nil
		}
		l.some.Wait()
	}
	c := l.first
	l.first, c.in.next = c.in.next, nil
	return c
}

func (l *line) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.some.Broadcast()
}
