package e2e

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"deskwire/desk"
)

// TestDrainWaitsForAnswers: a server that is asked to go lets the mutations that have come over
// websockets be answered first.
func TestDrainWaitsForAnswers(t *testing.T) {
	t.Parallel()
	s := start(t)
	acc := populate(t, s.newAccount(t, desk.PlanStarter, time.Now()), "drained")
	r := &idempotencyTest{accountFixture: acc, conn: s.sqlConn(t)}
	look, ticket := s.sqlConn(t), acc.tickets[0]
	release := r.lockTicket(t, ticket)
	busy, idle := acc.admin.dial(t), acc.admin.dial(t)
	answer := busy.subscribe(`mutation($id: ID!) { ticketUpdate(input: {ticketId: $id, name: "Answered"}) { ticket { name } } }`, vars{"id": ticket})
	waitForLocks(t, look, 1)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		s.drain(context.Background(), 0)
	}()
	waitForGoingAway(t, idle)
	release()
	if got := answer.next().at("ticketUpdate").str("ticket.name"); got != "Answered" {
		t.Errorf("the answer is %q", got)
	}
	waitForGoingAway(t, busy)
	<-gone
}

// waitForGoingAway waits until the server has closed the connection in order to restart.
func waitForGoingAway(t testing.TB, ws *socketClient) {
	t.Helper()
	select {
	case <-ws.ended:
	case <-time.After(liveTimeout):
		t.Fatal("the connection is still open")
	}
	var closed *websocket.CloseError
	if !errors.As(ws.err, &closed) || closed.Code != websocket.CloseServiceRestart {
		t.Errorf("the connection ended with %v", ws.err)
	}
}
