package graph

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// gate bounds how many operations run at once. A few more may wait; all others are sent away at once, while that costs little:
// a server that takes more than it can do is slower for all.
type gate struct {
	places  chan struct{}
	coming  atomic.Int64 // let in, and still finding out who asks what
	waiting atomic.Int64
	most    int64 // that come or wait
}

// approach is one that was let in and has not reached its place yet.
type approach struct {
	gate *gate
	once sync.Once
}

func (a *approach) arrive() { a.once.Do(func() { a.gate.coming.Add(-1) }) }

type approachKey struct{}

// DefaultRunning is how many operations run at once: some more than the database has connections for.
const DefaultRunning = 64

const (
	// waitersPerPlace is the length of the queue for each operation that may run: as many wait no longer than clients do.
	waitersPerPlace = 4
	// gatePatience is how long one waits at most.
	gatePatience = time.Second
)

func newGate(running int) *gate {
	return &gate{places: make(chan struct{}, running), most: int64(running) * waitersPerPlace}
}

// enter waits for a place; false: there is none. Whoever has entered leaves.
func (g *gate) enter(ctx context.Context) bool {
	if a, ok := ctx.Value(approachKey{}).(*approach); ok {
		a.arrive()
	}
	select {
	case g.places <- struct{}{}:
		return true
	default:
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > g.most {
		return false
	}
	patience := time.NewTimer(gatePatience)
	defer patience.Stop()
	select {
	case g.places <- struct{}{}:
		return true
	case <-patience.C:
	case <-ctx.Done():
	}
	return false
}

func (g *gate) leave() { <-g.places }

// approach lets one in that will come to enter; nil: there is no use in waiting. Those who are on their way count as those who
// wait: else many more would be asked who they are, which costs the database, than can be served.
func (g *gate) approach() *approach {
	if g.coming.Add(1)+g.waiting.Load() > g.most {
		g.coming.Add(-1)
		return nil
	}
	return &approach{gate: g}
}

const overloaded = "The server has too much to do right now. Nothing was done: try again in a moment."

// shed sends requests away before anything is done for them, not even to find out who asks.
func (g *gate) shed(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a := g.approach(); a != nil {
			defer a.arrive() // some never enter
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), approachKey{}, a)))
			return
		}
		if to, ok := replyTo(w, r, log); ok {
			to.refuse(r.Context(), refusal{http.StatusServiceUnavailable, codeOverloaded, overloaded})
		}
	})
}
