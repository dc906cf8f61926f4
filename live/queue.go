package live

import "sync"

// workQueue is a queue of work, under the lock of the hub.
type workQueue[T any] struct {
	waiting []T
	wakeUp  *sync.Cond
	closed  bool
}

func (q *workQueue[T]) bindLock(mu *sync.Mutex) { q.wakeUp = sync.NewCond(mu) }

func (q *workQueue[T]) enqueue(t T) {
	q.waiting = append(q.waiting, t)
	q.wakeUp.Signal()
}

func (q *workQueue[T]) shutDown() {
	q.closed = true
	q.wakeUp.Broadcast()
}

func (q *workQueue[T]) length() int { return len(q.waiting) }

// dequeue waits for the first item; false when the queue is shut down. Call it locked.
func (q *workQueue[T]) dequeue() (t T, ok bool) {
	for len(q.waiting) == 0 && !q.closed {
		q.wakeUp.Wait()
	}
	if q.closed {
		return t, false
	}
	t = q.waiting[0]
	clear(q.waiting[:1])
	q.waiting = q.waiting[1:]
	return t, true
}

// workLoop does what comes, until the queue is shut down.
func workLoop[T any](h *Hub, q *workQueue[T], do func(T)) {
	for {
		h.mu.Lock()
		t, ok := q.dequeue()
		h.mu.Unlock()
		if !ok {
			return
		}
		do(t)
	}
}
