package graph

import (
	"context"
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
	for !g.full() { // they come to wait one after another
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
