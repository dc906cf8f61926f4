package graph

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"deskwire/desk"
)

// What is asked for while a statement is under way goes into the next one together.
func TestLoader_batchesWhatComesMeanwhile(t *testing.T) {
	var batches [][]int
	begun, release := make(chan bool, 10), make(chan bool)
	l := newLoader(desk.System(&desk.Account{}), func(_ context.Context, keys []int) (map[int]string, error) {
		batches = append(batches, keys)
		begun <- true
		<-release
		out := map[int]string{}
		for _, k := range keys {
			if k != 9 {
				out[k] = string(rune('a' + k))
			}
		}
		return out, nil
	})
	var wg sync.WaitGroup
	load := func(k int, want string) {
		wg.Go(func() {
			if v, err := l.load(t.Context(), k); v != want || err != nil {
				t.Errorf("%d is %q, %v", k, v, err)
			}
		})
	}
	load(1, "b")
	<-begun
	for k := range 6 {
		load(k, string(rune('a'+k)))
	}
	load(9, "") // there is none
	for queued := 0; queued < 6; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		queued = len(l.queue)
		l.mu.Unlock()
	}
	close(release)
	wg.Wait()
	if len(batches) != 2 || len(batches[0]) != 1 || len(batches[1]) != 6 {
		t.Errorf("the batches were %v", batches)
	}
	if v, _ := l.load(t.Context(), 3); v != "d" || len(batches) != 2 {
		t.Error("what is known was asked for again")
	}
}

func TestLoader_splitsWhatIsTooLong(t *testing.T) {
	sizes := []int{}
	l := newLoader(desk.System(&desk.Account{}), func(_ context.Context, keys []int) (map[int]int, error) {
		sizes = append(sizes, len(keys))
		return map[int]int{}, nil
	})
	keys := make([]int, 2*maxBatch+1)
	for i := range keys {
		keys[i] = i
	}
	for _, a := range l.loadAll(t.Context(), keys) {
		<-a.done
	}
	if !slices.Equal(sizes, []int{maxBatch, maxBatch, 1}) {
		t.Errorf("the batches had %v keys", sizes)
	}
}

// Nobody waits for ever: a fault, or a panic, is told to all who wait.
func TestLoader_failure(t *testing.T) {
	fault := errors.New("fault")
	for name, fetch := range map[string]func(context.Context, []int) (map[int]int, error){
		"fault": func(context.Context, []int) (map[int]int, error) { return nil, fault },
		"panic": func(context.Context, []int) (map[int]int, error) { panic("ouch") },
	} {
		l := newLoader(desk.System(&desk.Account{}), fetch)
		func() {
			defer func() { _ = recover() }()
			l.loadAll(t.Context(), []int{1, 2})
		}()
		for _, k := range []int{1, 2} {
			if _, err := l.load(t.Context(), k); err == nil {
				t.Errorf("%s: %d has no error", name, k)
			}
		}
	}
	l := newLoader(desk.System(&desk.Account{}), func(context.Context, []int) (map[int]int, error) { return nil, nil })
	l.known[1] = &pendingValue[int]{done: make(chan struct{})} // on its way for ever
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.load(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// What the response shows already is shown everywhere; what it does not know is kept.
func TestLoader_settle(t *testing.T) {
	type row struct{ id, v int }
	l := newLoader(desk.System(&desk.Account{}), func(context.Context, []int) (map[int]*row, error) { return nil, nil })
	l.prime(1, &row{1, 10})
	rows := []*row{{1, 1}, {2, 2}}
	l.unify(func(r *row) int { return r.id }, rows)
	two, _ := l.load(t.Context(), 2)
	if rows[0].v != 10 || rows[1].v != 2 || two != rows[1] {
		t.Errorf("got %v %v, and %v by its id", rows[0], rows[1], two)
	}
}
