package socket

import (
	"sync"
	"time"
)

// The wheel turns once in slots*tick (25.6 s, about a ping interval). Whoever waits longer is passed over once a
// turn, which costs a comparison.
const (
	tick  = 50 * time.Millisecond
	slots = 512
)

// timer waits in the wheel. With f it is a Conn.After, without it is the heartbeat of its connection.
type timer struct {
	next, prev *timer // in its slot; nil: not in the wheel
	due        int64  // in ticks since the wheel was made
	c          *Conn
	f          func()
}

// wheel fires timers at most one tick late: one goroutine and one runtime timer for all connections. It stands still
// while nothing waits.
type wheel struct {
	mu     sync.Mutex
	began  time.Time
	done   int64 // the last tick that has fired
	n      int   // timers that wait
	heads  [slots]timer
	parked bool
	wake   chan struct{}
	quit   chan struct{}
}

func newWheel() *wheel {
	w := &wheel{began: time.Now(), wake: make(chan struct{}, 1), quit: make(chan struct{})}
	for i := range w.heads {
		w.heads[i].next, w.heads[i].prev = &w.heads[i], &w.heads[i]
	}
	return w
}

// add lets t fire after d.
func (w *wheel) add(t *timer, d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !t.c.gone {
		w.put(t, d)
	}
}

func (w *wheel) put(t *timer, d time.Duration) {
	if w.parked {
		w.parked, w.done = false, int64(time.Since(w.began)/tick)
		w.wake <- struct{}{}
	}
	t.due = max(int64((time.Since(w.began)+max(d, 0)+tick-1)/tick), w.done+1)
	head := &w.heads[t.due%slots]
	t.next, t.prev = head, head.prev
	t.prev.next, head.prev = t, t
	w.n++
}

func (w *wheel) remove(t *timer) {
	if t.next == nil {
		return
	}
	t.prev.next, t.next.prev = t.next, t.prev
	t.next, t.prev = nil, nil
	w.n--
}

// after is Conn.After: the connection remembers the timer, so that nothing of a closed one stays in the wheel.
func (w *wheel) after(c *Conn, d time.Duration, f func()) *timer {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := &timer{c: c}
	if !c.gone {
		t.f = f
		c.timers = append(c.timers, t)
		w.put(t, d)
	}
	return t
}

// take ends a timer of after: it gives what is to be called, or nil when it was stopped or taken before.
func (w *wheel) take(t *timer) func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.remove(t)
	for i, one := range t.c.timers {
		if one == t {
			last := len(t.c.timers) - 1
			t.c.timers[i], t.c.timers[last] = t.c.timers[last], nil
			t.c.timers = t.c.timers[:last]
			break
		}
	}
	f := t.f
	t.f = nil
	return f
}

// forget removes all timers of a connection, for good.
func (w *wheel) forget(c *Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.gone = true
	w.remove(&c.beat)
	for _, t := range c.timers {
		w.remove(t)
		t.f = nil
	}
	c.timers = nil
}

// run turns the wheel until quit. What fires must not wait for anything.
func (w *wheel) run(fire func(*timer)) {
	clock := time.NewTicker(tick)
	defer clock.Stop()
	var due []*timer
	for {
		if w.idle() {
			clock.Stop()
			select {
			case <-w.wake:
			case <-w.quit:
				return
			}
			clock.Reset(tick)
		}
		select {
		case <-clock.C:
		case <-w.quit:
			return
		}
		due = w.turn(due[:0])
		for i, t := range due {
			fire(t)
			due[i] = nil
		}
	}
}

func (w *wheel) idle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.parked = w.n == 0
	return w.parked
}

// turn takes out all timers that are due, slot by slot up to now.
func (w *wheel) turn(due []*timer) []*timer {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := int64(time.Since(w.began) / tick)
	from := max(w.done+1, now-slots+1) // after a long sleep one whole turn has seen everyone
	for at := from; at <= now; at++ {
		head := &w.heads[at%slots]
		for t := head.next; t != head; {
			next := t.next
			if t.due <= now {
				w.remove(t)
				due = append(due, t)
			}
			t = next
		}
	}
	w.done = now
	return due
}
