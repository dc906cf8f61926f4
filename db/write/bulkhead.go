package write

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// A mutation that waits for an advisory lock keeps a connection meanwhile, and a server that stands
// still may keep the lock for seconds. So only some of those who change one record wait in
// Postgres, and only some of one account work at once; the others wait here, where that costs
// nothing. Else 40 changes of one locked ticket would take all connections, and everybody waited
// for that ticket.

// ErrBusy says that others are changing the same record, for longer than the caller could wait.
// Nothing has happened.
var ErrBusy = errors.New("db: other changes of the same record are still running")

const (
	// atOncePerRecord are one that has the lock, the next one, and one that is on its way.
	atOncePerRecord = 3
	// When nobody has had a turn for stuckAfter, no more than stuckQueue stay in the queue: they
	// take what a server has of running operations, too. On a busy machine a turn may take a
	// second.
	stuckAfter, stuckQueue = 2 * time.Second, 16
)

// bulkheads bound how many are at one thing at once: what happens there drowns nobody elsewhere.
// The others come in turn.
type bulkheads struct {
	most int // at once

	mu sync.Mutex
	of map[string]*bulkhead
}

// bulkhead is those who are at one thing, and those who wait for that.
type bulkhead struct {
	inside  int
	waiting []*waiter
	moved   time.Time // when somebody last left
}

type waiter struct{ admitted chan struct{} }

func newBulkheads(most int) *bulkheads {
	return &bulkheads{most: max(1, most), of: map[string]*bulkhead{}}
}

// tryEnter goes in, unless there are too many.
func (b *bulkheads) tryEnter(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.bulkheadFor(name)
	if c.inside >= b.most {
		return false
	}
	c.inside++
	return true
}

func (b *bulkheads) bulkheadFor(name string) *bulkhead {
	c := b.of[name]
	if c == nil {
		c = &bulkhead{moved: time.Now()}
		b.of[name] = c
	}
	return c
}

// enter goes in when it is the caller's turn. ErrBusy: it has not come before the context ended, or
// nobody has had a turn for a while and too many wait. A job, which has no deadline, waits on.
func (b *bulkheads) enter(ctx context.Context, name string) error {
	b.mu.Lock()
	c := b.bulkheadFor(name)
	if c.inside < b.most {
		c.inside++
		b.mu.Unlock()
		return nil
	}
	me := &waiter{make(chan struct{})}
	c.waiting = append(c.waiting, me)
	b.mu.Unlock()
	_, answeredSoon := ctx.Deadline()
	look := time.NewTicker(stuckAfter)
	defer look.Stop()
	for {
		select {
		case <-me.admitted:
			return nil
		case <-ctx.Done():
			if b.giveUp(name, me, false) {
				if errors.Is(ctx.Err(), context.Canceled) {
					return ctx.Err() // the client has gone, and nobody is to be told of it
				}
				return ErrBusy
			}
		case <-look.C:
			if answeredSoon && b.giveUp(name, me, true) {
				return ErrBusy
			}
		}
	}
}

// giveUp takes a waiter out of the queue, if it stands there still; only when the queue is stuck
// and it stands far behind, if that is asked.
func (b *bulkheads) giveUp(name string, me *waiter, onlyStuck bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of[name]
	if c == nil {
		return false
	}
	i := slices.Index(c.waiting, me)
	if i < 0 || onlyStuck && (i < stuckQueue || time.Since(c.moved) < stuckAfter) {
		return false
	}
	c.waiting = slices.Delete(c.waiting, i, i+1)
	return true
}

// leave lets the next one in.
func (b *bulkheads) leave(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of[name]
	c.moved = time.Now()
	switch {
	case len(c.waiting) > 0:
		close(c.waiting[0].admitted)
		c.waiting = slices.Delete(c.waiting, 0, 1)
	case c.inside == 1:
		delete(b.of, name)
	default:
		c.inside--
	}
}

// errContended ends an attempt that would be one too many at a record: it gives its connection
// back, and begins anew when it is its turn.
type errContended struct{ record string }

func (e errContended) Error() string { return "db: others wait for " + e.record }

// claim goes to a record that is to be locked, unless the mutation is there already.
func (t *Tx) claim(record string) error {
	if slices.Contains(t.claimed, record) {
		return nil
	}
	if !t.store.records.tryEnter(record) {
		return errContended{record}
	}
	t.claimed = append(t.claimed, record)
	return nil
}

// releaseClaims lets others go where the mutation was.
func (t *Tx) releaseClaims() {
	for _, record := range t.claimed {
		t.store.records.leave(record)
	}
	t.claimed = nil
}
