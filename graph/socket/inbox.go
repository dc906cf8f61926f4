package socket

import (
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
)

// Backpressure on the reading side: a connection whose messages are not handled as fast as they
// come is not read on. So many messages, or so many bytes of them, may wait. The bytes keep a
// client from parking sixteen times ReadLimit here.
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

type inboxEvent struct {
	kind int
	text []byte      // of a message
	held Holding     // of its bytes; nil: it has few
	t    *wheelTimer // of a timeout
}

// eventInbox is the queue of events for a connection's Handler, in order. It is empty, and a few
// words long, while nothing happens.
type eventInbox struct {
	mu      sync.Mutex
	events  []inboxEvent
	count   int           // messages not handled yet, the one at work included
	bytes   int           // of them
	started bool          // the Handler is known
	heard   bool          // a message has come
	guest   bool          // not welcome yet: one message at a time
	listed  bool          // a worker has the connection, or it waits in the ready queue for one
	deaf    bool          // closed from our side: nothing is dispatched any more but Closed
	room    chan struct{} // the reader waits for its closing; nil: the reader doesn't wait
	next    *Conn         // in the ready queue
}

// postEvent appends an event and sees to it that a worker comes.
func (c *Conn) postEvent(e inboxEvent) {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	if c.in.deaf && e.kind != closed {
		releaseInput(e.held)
		return
	}
	c.in.events = append(c.in.events, e)
	if e.kind == message {
		c.in.heard = true
		c.in.count++
		c.in.bytes += len(e.text)
	}
	c.queueForWorker()
}

// queueForWorker puts the connection into the ready queue, unless it is there already.
func (c *Conn) queueForWorker() {
	if c.in.started && !c.in.listed && len(c.in.events) > 0 {
		c.in.listed = true
		c.server.ready.enqueueConn(c)
	}
}

// startDispatch lets events reach the Handler, those posted before included.
func (c *Conn) startDispatch(h Handler) {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.handler, c.in.started = h, true
	c.queueForWorker()
}

// dropEvents drops what has not been dispatched yet, and lets the reader go on: it has to see the
// end.
func (c *Conn) dropEvents() {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.in.deaf = true
	c.in.events = slices.DeleteFunc(c.in.events, func(e inboxEvent) bool {
		if e.kind != closed {
			releaseInput(e.held)
		}
		return e.kind != closed
	})
	c.resumeAfterInbox()
}

func (in *eventInbox) isFull() bool {
	return !in.deaf && (in.count >= maxUnhandled || in.bytes >= maxUnhandledBytes || in.guest && in.count > 0)
}

func (c *Conn) resumeAfterInbox() {
	if c.in.room != nil && !c.in.isFull() {
		close(c.in.room)
		c.in.room = nil
	}
}

// awaitInbox holds the reader back while too much is not handled.
func (c *Conn) awaitInbox() {
	c.in.mu.Lock()
	for c.in.isFull() {
		room := make(chan struct{})
		c.in.room = room
		c.in.mu.Unlock()
		<-room
		c.in.mu.Lock()
	}
	c.in.mu.Unlock()
}

// Heard tells whether a whole message has come from the client. Its Handler may not know it yet.
func (c *Conn) Heard() bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return c.in.heard
}

// isThrottled tells whether it is us who keeps the reader from hearing the client.
func (c *Conn) isThrottled() bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return c.in.room != nil
}

// dispatchNext hands one event to the Handler; a connection with more goes to the end of the ready
// queue.
func (c *Conn) dispatchNext() {
	c.in.mu.Lock()
	var e inboxEvent
	none := len(c.in.events) == 0
	if !none {
		e, c.in.events[0] = c.in.events[0], inboxEvent{}
		if c.in.events = c.in.events[1:]; len(c.in.events) == 0 {
			c.in.events = nil
		}
	}
	c.in.mu.Unlock()

	if !none {
		c.dispatch(e)
		releaseInput(e.held)
	}

	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	if !none && e.kind == message {
		c.in.count--
		c.in.bytes -= len(e.text)
		c.resumeAfterInbox()
	}
	c.in.listed = false
	c.queueForWorker()
}

func (c *Conn) dispatch(e inboxEvent) {
	if e.kind == closed {
		defer c.server.unregister(c)
	}
	defer c.recoverPanic()
	switch {
	case e.kind == timeout:
		if f := c.server.wheel.takeCallback(e.t); f != nil {
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

// recoverPanic keeps a panic to the one connection it came from. Deferred.
func (c *Conn) recoverPanic() {
	if fault := recover(); fault != nil {
		c.server.cfg.Log.Error("panic in a websocket handler", "remote", c.Remote(),
			slog.Any("panic", fault), slog.String("stack", string(debug.Stack())))
		c.Close(codeInternal, "internal error")
	}
}

// readyQueue is the queue of connections that have events for a worker, each at most once.
type readyQueue struct {
	mu          sync.Mutex
	some        sync.Cond
	first, last *Conn
	ended       bool
}

func (l *readyQueue) enqueueConn(c *Conn) {
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

// dequeue waits for a connection; nil is the end.
func (l *readyQueue) dequeue() *Conn {
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

func (l *readyQueue) shutDown() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.some.Broadcast()
}
