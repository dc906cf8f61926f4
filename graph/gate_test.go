package graph

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

// TestOverload: those that run and wait are answered; the next one is told at once, before anybody finds out who asks.
func TestOverload(t *testing.T) {
	running, let := make(chan struct{}, 10), make(chan struct{})
	g := newGate(2)
	r := newRig(func(r *rig) {
		r.gate = g
		r.timeout = 1e12
		r.answer = func(context.Context) *graphql.Response {
			running <- struct{}{}
			<-let
			return &graphql.Response{Data: []byte("{}")}
		}
	})
	door := &rig{Handler: g.shed(quiet, r)}
	var answers sync.WaitGroup
	codes := make(chan string, 10)
	ask := func() { answers.Go(func() { codes <- r.do(t, operation("{ viewer { id } }", nil)).code() }) }
	ask()
	ask()
	<-running
	<-running
	for range 8 {
		ask()
	}
	for g.waiting.Load() < g.most { // they come to wait one after another
		select {
		case code := <-codes:
			t.Fatalf("one that could wait was answered %q", code)
		default:
		}
	}
	one := operation("{ viewer { id } }", nil, "Authorization", "Bearer nobody knows")
	if got := door.do(t, one); got.status != 503 || got.code() != codeOverloaded || got.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", got.status, got.body)
	}
	close(let)
	answers.Wait()
	for range 10 {
		if code := <-codes; code != "" {
			t.Errorf("one that waited was answered %q", code)
		}
	}
	if got := r.do(t, operation("{ viewer { id } }", nil)); got.code() != "" {
		t.Errorf("afterwards: %s", got.body)
	}
}

// Those that are let in are no more than can wait, even while nobody knows yet who they are.
func TestOnTheirWay(t *testing.T) {
	g, let := newGate(1), make(chan struct{})
	asked := make(chan struct{}, 10)
	door := &rig{Handler: g.shed(quiet, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-let
		_, _ = w.Write([]byte("{}"))
	}))}
	var all sync.WaitGroup
	for range g.most {
		all.Go(func() { door.do(t, operation("{ viewer { id } }", nil)) })
	}
	for range g.most {
		<-asked
	}
	if got := door.do(t, operation("{ viewer { id } }", nil)); got.status != 503 || got.code() != codeOverloaded {
		t.Errorf("%d %s", got.status, got.body)
	}
	close(let)
	all.Wait()
	if n := g.coming.Load(); n != 0 {
		t.Errorf("%d are still on their way", n)
	}
}

func TestWhoGoesAwayDoesNotWait(t *testing.T) {
	g := newGate(1)
	if !g.enter(t.Context()) {
		t.Fatal("the first one has no place")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if g.enter(ctx) || g.waiting.Load() != 0 {
		t.Error("who has gone got a place, or waits for ever")
	}
	g.leave()
	if !g.enter(t.Context()) {
		t.Error("the place is lost")
	}
}
