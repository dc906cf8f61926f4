package live

import "sync"

// queue is a line of things to be done, under the lock of the hub.
type queue[T any] struct {
	waiting []T
	some    *sync.Cond
	closed  bool
}

func (q *queue[T]) init(mu *sync.Mutex) { q.some = sync.NewCond(mu) }

func (q *queue[T]) push(t T) {
	q.waiting = append(q.waiting, t)
	q.some.Signal()
}

func (q *queue[T]) close() {
	q.closed = true
	q.some.Broadcast()
}

func (q *queue[T]) len() int { return len(q.waiting) }

// next waits for the first one; false when the queue is closed. Call it locked.
func (q *queue[T]) next() (t T, ok bool) {
	for len(q.waiting) == 0 && !q.closed {
		q.some.Wait()
	}
	if q.closed {
		return t, false
	}
	t = q.waiting[0]
	clear(q.waiting[:1])
	q.waiting = q.waiting[1:]
	return t, true
}

// work does what comes, until the queue is closed.
func work[T any](h *Hub, q *queue[T], do func(T)) {
	for {
		h.mu.Lock()
		t, ok := q.next()
		h.mu.Unlock()
		if !ok {
			return
		}
		do(t)
	}
}
