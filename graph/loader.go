package graph

import (
	"context"
	"errors"
	"slices"
	"sync"

	"deskwire/desk"
)

// maxBatch is how many keys one statement asks for.
const maxBatch = 500

// loader is a dataloader without a timer. It reads values by their keys for one response: each key
// once, the keys of one call in one statement, and those that come while a statement is under way
// together in the next. Who asks knows what will be asked for beside it (see batchScope).
type loader[K comparable, V any] struct {
	by    *desk.Actor
	fetch func(context.Context, []K) (map[K]V, error)
	onKey func(K) // is called with each key that is asked for or shown; or nil

	mu    sync.Mutex
	known map[K]*pendingValue[V]
	queue []K
	busy  bool // somebody works the queue off
}

// pendingValue is a future: a value on its way, or there when done is closed.
type pendingValue[V any] struct {
	done  chan struct{}
	value V
	found bool
	err   error
}

func newLoader[K comparable, V any](by *desk.Actor, fetch func(context.Context, []K) (map[K]V, error)) *loader[K, V] {
	return &loader[K, V]{by: by, fetch: fetch, known: map[K]*pendingValue[V]{}}
}

// load gives the value of a key, the zero value when there is none.
func (l *loader[K, V]) load(ctx context.Context, key K) (V, error) {
	l.mu.Lock()
	a := l.known[key]
	l.mu.Unlock()
	if a == nil {
		a = l.loadAll(ctx, []K{key})[0]
	}
	return a.await(ctx)
}

// loadAll has what nobody has asked for yet fetched, and gives the answers in the order of the
// keys.
func (l *loader[K, V]) loadAll(ctx context.Context, keys []K) []*pendingValue[V] {
	answers := make([]*pendingValue[V], len(keys))
	l.mu.Lock()
	for i, k := range keys {
		if l.known[k] == nil {
			l.known[k] = &pendingValue[V]{done: make(chan struct{})}
			l.queue = append(l.queue, k)
			l.tellKey(k)
		}
		answers[i] = l.known[k]
	}
	work := !l.busy && len(l.queue) > 0
	l.busy = l.busy || work
	l.mu.Unlock()
	if work {
		for l.fetchNext(ctx) {
		}
	}
	return answers
}

func (l *loader[K, V]) tellKey(key K) {
	if l.onKey != nil {
		l.onKey(key)
	}
}

var errFetchPanicked = errors.New("graph: fetching panicked")

// fetchNext answers the next keys of the queue, and says whether there are more.
func (l *loader[K, V]) fetchNext(ctx context.Context) (more bool) {
	l.mu.Lock()
	n := min(len(l.queue), maxBatch)
	keys := slices.Clone(l.queue[:n])
	l.queue = l.queue[n:]
	l.mu.Unlock()
	var values map[K]V
	err := errFetchPanicked
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if values == nil && err != nil { // whoever waits is told, also when the fetch panics
			keys, l.queue = append(keys, l.queue...), nil
		}
		for _, k := range keys {
			a := l.known[k]
			a.value, a.found = values[k]
			a.err = err
			close(a.done)
		}
		l.busy = len(l.queue) > 0
		more = l.busy
	}()
	if err = mayLoad(l.by); err == nil {
		err = errFetchPanicked
		values, err = l.fetch(ctx, keys)
	}
	return more
}

// mayLoad keeps mutations of tokens without the scope READ from showing more than what they have
// made.
func mayLoad(by *desk.Actor) error {
	if by.MayRead() {
		return nil
	}
	return refuseToRead()
}

func (a *pendingValue[V]) await(ctx context.Context) (V, error) {
	select {
	case <-a.done: // mostly, and looking costs less than waiting for two
		return a.value, a.err
	default:
	}
	select {
	case <-a.done:
		return a.value, a.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// closedChannel is that of values that are there: nobody has to wait.
var closedChannel = func() chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}()

// prime says what the value of a key is from now on.
func (l *loader[K, V]) prime(key K, v V) {
	a := &pendingValue[V]{done: closedChannel, value: v, found: true}
	l.mu.Lock()
	l.known[key] = a
	l.mu.Unlock()
}

// unify replaces rows by those that the response knows already, so that one record looks the same
// wherever it is shown, and keeps the others for who asks for them by id.
func (l *loader[K, V]) unify(key func(V) K, rows []V) {
	news := make([]pendingValue[V], 0, len(rows)) // together: there are many
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, r := range rows {
		k := key(r)
		a := l.known[k]
		if a == nil {
			news = append(news, pendingValue[V]{done: closedChannel, value: r, found: true})
			l.known[k] = &news[len(news)-1]
			l.tellKey(k)
			continue
		}
		select {
		case <-a.done:
			if a.found {
				rows[i] = a.value
			}
		default: // still on its way; the row is as good
		}
	}
}

// wholeList is a small list that is read at once when somebody first asks for a part of it.
type wholeList[V any] struct {
	by    *desk.Actor
	fetch func(context.Context) ([]V, error)
	id    func(V) desk.ID
	onID  func(desk.ID) // is called with each id that is asked for, the zero id for the whole list; or nil

	once      sync.Once
	rows      []V
	byID      map[desk.ID]V
	err       error
	overrides []V // what a mutation of this response has changed
}

func newWholeList[V any](by *desk.Actor, id func(V) desk.ID, fetch func(context.Context) ([]V, error)) *wholeList[V] {
	return &wholeList[V]{by: by, id: id, fetch: fetch}
}

// allRows is the whole list.
func (w *wholeList[V]) allRows(ctx context.Context) ([]V, error) {
	w.tellID(desk.ID{})
	w.readOnce(ctx)
	return w.rows, w.err
}

func (w *wholeList[V]) tellID(id desk.ID) {
	if w.onID != nil {
		w.onID(id)
	}
}

func (w *wholeList[V]) readOnce(ctx context.Context) {
	w.once.Do(func() {
		if w.err = mayLoad(w.by); w.err == nil {
			w.rows, w.err = w.fetch(ctx)
		}
		w.byID = map[desk.ID]V{}
		for i, r := range w.rows {
			for _, o := range w.overrides {
				if w.id(o) == w.id(r) {
					w.rows[i], r = o, o
				}
			}
			w.byID[w.id(r)] = r
		}
		for _, o := range w.overrides { // what a dry run would make is in no list, but has an id
			w.byID[w.id(o)] = o
		}
	})
}

// byKey is a row by its id, the zero value when there is none.
func (w *wholeList[V]) byKey(ctx context.Context, id desk.ID) (V, error) {
	for _, o := range w.overrides {
		if w.id(o) == id {
			return o, nil
		}
	}
	w.tellID(id)
	w.readOnce(ctx)
	return w.byID[id], w.err
}

// filtered are the rows that a condition holds for.
func (w *wholeList[V]) filtered(ctx context.Context, holds func(V) bool) ([]V, error) {
	rows, err := w.allRows(ctx)
	some := []V{}
	for _, r := range rows {
		if holds(r) {
			some = append(some, r)
		}
	}
	return some, err
}
