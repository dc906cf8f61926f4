package e2e

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"deskwire/desk"
)

// TestDrainWaitsForAnswers: a server that is asked to go lets the mutations that have come over websockets be answered first.
func TestDrainWaitsForAnswers(t *testing.T) {
	t.Parallel()
	s := start(t)
	h := furnish(t, s.newAccount(t, desk.PlanStarter, time.Now()), "drained")
	r := &repeats{house: h, hand: s.byHand(t)}
	look, ticket := s.byHand(t), h.tickets[0]
	release := r.hold(t, ticket)
	busy, idle := h.admin.dial(t), h.admin.dial(t)
	answer := busy.subscribe(`mutation($id: ID!) { ticketUpdate(input: {ticketId: $id, name: "Answered"}) { ticket { name } } }`, vars{"id": ticket})
	hangs(t, look, 1)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		s.drain(context.Background(), 0)
	}()
	goesAway(t, idle)
	release()
	if got := answer.get().at("ticketUpdate").str("ticket.name"); got != "Answered" {
		t.Errorf("the answer is %q", got)
	}
	goesAway(t, busy)
	<-gone
}

// goesAway waits until the server has closed the connection in order to restart.
func goesAway(t testing.TB, w *wire) {
	t.Helper()
	select {
	case <-w.ended:
	case <-time.After(livePatience):
		t.Fatal("the connection is still open")
	}
	var closed *websocket.CloseError
	if !errors.As(w.err, &closed) || closed.Code != websocket.CloseServiceRestart {
		t.Errorf("the connection ended with %v", w.err)
	}
}
