package server

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// TestOverload: those that run and wait are answered; the next one is told at once, before anybody
// finds out who asks.
func TestOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		let := make(chan struct{})
		g := newLimiter(2)
		r := newRig(func(r *rig) {
			r.gate = g
			r.timeout = 1e12
			r.answer = func(context.Context) *graphql.Response {
				<-let
				return &graphql.Response{Data: []byte("{}")}
			}
		})
		door := &rig{Handler: g.admitOrShed(quiet, r)}
		codes := make(chan string, 10)
		for range 10 {
			go func() { codes <- r.do(t, operation("{ viewer { id } }", nil)).code() }()
		}
		synctest.Wait()
		if g.runningCount() != 2 || g.waitingCount() != 8 {
			t.Fatalf("%d run, %d wait", g.runningCount(), g.waitingCount())
		}
		one, began := operation("{ viewer { id } }", nil, "Authorization", "Bearer nobody knows"), time.Now()
		if got := door.do(t, one); got.status != 503 || got.code() != codeOverloaded || got.header.Get("Retry-After") == "" {
			t.Errorf("%d %s", got.status, got.body)
		}
		if time.Since(began) < shedPause {
			t.Error("who does not mind Retry-After may ask again at once")
		}
		close(let)
		for range 10 {
			if code := <-codes; code != "" {
				t.Errorf("one that waited was answered %q", code)
			}
		}
		if got := r.do(t, operation("{ viewer { id } }", nil)); got.code() != "" {
			t.Errorf("afterwards: %s", got.body)
		}
	})
}

// Those that are let in are no more than can wait, even while nobody knows yet who they are.
func TestOnTheirWay(t *testing.T) {
	g, let := newLimiter(1), make(chan struct{})
	asked := make(chan struct{}, 10)
	door := &rig{Handler: g.admitOrShed(quiet, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-let
		_, _ = w.Write([]byte("{}"))
	}))}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { door.do(t, operation("{ viewer { id } }", nil)) })
	}
	for range 4 {
		<-asked
	}
	if got := door.do(t, operation("{ viewer { id } }", nil)); got.status != 503 || got.code() != codeOverloaded {
		t.Errorf("%d %s", got.status, got.body)
	}
	close(let)
	all.Wait()
	if n := g.coming; n != 0 {
		t.Errorf("%d are still on their way", n)
	}
}

// comes lets n operations ask for a slot; each gets what releases it, or nil.
func (l *limiter) comes(t *testing.T, n int) chan func() {
	left := make(chan func(), n)
	for range n {
		go func() { left <- l.acquire(t.Context()) }()
	}
	synctest.Wait()
	return left
}

// TestALongWaitMakesAShortQueue: many may wait while that takes no time, and few when it does.
func TestALongWaitMakesAShortQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &limiter{slots: make(chan struct{}, 10), most: 10}
		running := g.comes(t, 10)
		waiting := g.comes(t, 30)
		if g.waitingCount() != 30 || !g.hasRoom() {
			t.Errorf("%d of 30 wait", g.waitingCount())
		}
		time.Sleep(queuePatience * 6 / 10)
		if g.hasRoom() {
			t.Error("one is let in behind 30 of whom none has got a place for long")
		}
		for range 10 {
			(<-running)()
		}
		synctest.Wait()
		if g.waitingCount() != 20 || g.hasRoom() {
			t.Errorf("one is let in behind %d that wait long", g.waitingCount())
		}
		for range 15 {
			(<-waiting)()
			synctest.Wait()
		}
		if g.waitingCount() != 5 || !g.hasRoom() {
			t.Errorf("nobody is let in behind %d", g.waitingCount())
		}
		time.Sleep(queuePatience) // they give up
		if g.waitingCount() != 0 || !g.hasRoom() {
			t.Errorf("nobody is let in when the queue is gone: %d wait", g.waitingCount())
		}
	})
}

// hasRoom is whether one more is let in.
func (l *limiter) hasRoom() bool {
	a := l.admit()
	return a != nil && a.redeem()
}

// TestWhatLastsMakesRoom: what only waits for something takes no slot from what works.
func TestWhatLastsMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &limiter{slots: make(chan struct{}, 1), most: 3}
		var leave []func()
		for range 3 {
			came := g.comes(t, 1)
			leave = append(leave, <-came) // the place comes free while the one before still runs
		}
		time.Sleep(2 * longRunningFrom)
		if g.runningCount() != 3 {
			t.Errorf("%d run", g.runningCount())
		}
		if <-g.comes(t, 1) != nil {
			t.Error("more run than may")
		}
		for _, l := range leave {
			l()
			l() // does nothing
		}
		if g.runningCount() != 0 {
			t.Errorf("%d run when all have ended", g.runningCount())
		}
	})
}

// TestWhatLastsAsksForRoomAgain: who finds too many that last makes room when one of them has
// ended.
func TestWhatLastsAsksForRoomAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &limiter{slots: make(chan struct{}, 1), most: 2}
		first := <-g.comes(t, 1)
		second := <-g.comes(t, 1) // when the first one lasts
		third := g.comes(t, 1)
		time.Sleep(2 * longRunningFrom)
		if g.waitingCount() != 1 || g.runningCount() != 2 {
			t.Fatalf("%d run and %d wait", g.runningCount(), g.waitingCount())
		}
		first()
		time.Sleep(2 * longRunningFrom)
		select {
		case leave := <-third:
			leave()
		default:
			t.Error("the second one keeps its place, though there is room to last")
		}
		second()
		time.Sleep(2 * longRunningFrom)
		if g.runningCount() != 0 {
			t.Errorf("%d run when all have ended", g.runningCount())
		}
	})
}

// TestSlowBodiesKeepNobodyOut: who is known and takes long to say what it asks for is not counted
// as one that waits.
func TestSlowBodiesKeepNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newLimiter(1)
		for range 4 {
			g.admit().awaitBody()
		}
		if g.admit() != nil {
			t.Error("there is room for a fifth one")
		}
		time.Sleep(2 * slowBody)
		if g.admit() == nil {
			t.Error("four that say nothing keep a fifth one out")
		}
	})
}

func TestWhoGoesAwayDoesNotWait(t *testing.T) {
	g := newLimiter(1)
	leave := g.acquire(t.Context())
	if leave == nil {
		t.Fatal("the first one has no place")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if g.acquire(ctx) != nil || g.waitingCount() != 0 {
		t.Error("who has gone got a place, or waits for ever")
	}
	leave()
	if g.acquire(t.Context()) == nil {
		t.Error("the place is lost")
	}
}

// TestTheLogTellsOfThoseSentAway: once in a while for all of them, as it would cost more than they
// do.
func TestTheLogTellsOfThoseSentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newLimiter(1)
		told := []int{}
		for range 5 {
			if n := g.shed(t.Context()); n > 0 {
				told = append(told, n)
			}
		}
		time.Sleep(shedLogEvery)
		if told = append(told, g.shed(t.Context())); !slices.Equal(told, []int{1, 5}) {
			t.Error(told)
		}
	})
}
