package socket

import (
	"sync"
	"time"
)

// A timing wheel: timers stand in slots by when they expire. It turns once in slots*tick (25.6 s,
// about a ping interval). Whoever waits longer is passed over once a turn, which costs a
// comparison.
const (
	tick  = 50 * time.Millisecond
	slots = 512
)

// wheelTimer waits in the wheel. With f it is a Conn.After, without it is the heartbeat of its
// connection.
type wheelTimer struct {
	next, prev *wheelTimer // in its slot; nil: not in the wheel
	due        int64       // in ticks since the wheel was made
	c          *Conn
	f          func()
}

// timingWheel fires timers at most one tick late: one goroutine and one runtime timer for all
// connections. It stands still while nothing waits.
type timingWheel struct {
	mu     sync.Mutex
	began  time.Time
	done   int64 // the last tick that has fired
	n      int   // timers that wait
	heads  [slots]wheelTimer
	parked bool
	wake   chan struct{}
	quit   chan struct{}
}

func newTimingWheel() *timingWheel {
	w := &timingWheel{began: time.Now(), wake: make(chan struct{}, 1), quit: make(chan struct{})}
	for i := range w.heads {
		w.heads[i].next, w.heads[i].prev = &w.heads[i], &w.heads[i]
	}
	return w
}

// schedule lets t fire after d.
func (w *timingWheel) schedule(t *wheelTimer, d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !t.c.gone {
		w.link(t, d)
	}
}

func (w *timingWheel) link(t *wheelTimer, d time.Duration) {
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

func (w *timingWheel) unlink(t *wheelTimer) {
	if t.next == nil {
		return
	}
	t.prev.next, t.next.prev = t.next, t.prev
	t.next, t.prev = nil, nil
	w.n--
}

// cancel takes t out, if it waits.
func (w *timingWheel) cancel(t *wheelTimer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unlink(t)
}

// scheduleCallback is Conn.After: the connection remembers the timer, so that nothing of a closed
// one stays in the wheel.
func (w *timingWheel) scheduleCallback(c *Conn, d time.Duration, f func()) *wheelTimer {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := &wheelTimer{c: c}
	if !c.gone {
		t.f = f
		c.timers = append(c.timers, t)
		w.link(t, d)
	}
	return t
}

// takeCallback ends a timer of scheduleCallback: it gives what is to be called, or nil when it was
// stopped or taken before.
func (w *timingWheel) takeCallback(t *wheelTimer) func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unlink(t)
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

// cancelAll removes all timers of a connection, for good.
func (w *timingWheel) cancelAll(c *Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.gone = true
	w.unlink(&c.beat)
	w.unlink(&c.slow)
	for _, t := range c.timers {
		w.unlink(t)
		t.f = nil
	}
	c.timers = nil
}

// turnUntilStopped turns the wheel until quit. What fires must not wait for anything.
func (w *timingWheel) turnUntilStopped(fire func(*wheelTimer)) {
	clock := time.NewTicker(tick)
	defer clock.Stop()
	var due []*wheelTimer
	for {
		if w.parkIfEmpty() {
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
		due = w.takeExpired(due[:0])
		for i, t := range due {
			fire(t)
			due[i] = nil
		}
	}
}

func (w *timingWheel) parkIfEmpty() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.parked = w.n == 0
	return w.parked
}

// takeExpired takes out all timers that are due, slot by slot up to now.
func (w *timingWheel) takeExpired(due []*wheelTimer) []*wheelTimer {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := int64(time.Since(w.began) / tick)
	from := max(w.done+1, now-slots+1) // after a long sleep one whole turn has seen everyone
	for at := from; at <= now; at++ {
		head := &w.heads[at%slots]
		for t := head.next; t != head; {
			next := t.next
			if t.due <= now {
				w.unlink(t)
				due = append(due, t)
			}
			t = next
		}
	}
	w.done = now
	return due
}
