//go:build unix

package e2e

import (
	"context"
	"syscall"
	"testing"
	"time"

	"deskwire/desk"
)

// TestCrashGivesNumbersAgain: transactions that were rolled back leave no trace on the disk, so a
// Postgres that crashes gives their numbers to others. What those tell is not taken for known.
func TestCrashGivesNumbersAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := newPostgres(t)
	s := startOn(t, p.dsn())
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	a.receiveMessage(t, channel, "before", "pia@contact.test", "Hello")

	conn := connectSQL(t, p.dsn())
	writer := conn.queryInt(t, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
	if err := syscall.Kill(writer, syscall.SIGSTOP); err != nil { // it would bring the traces to the disk
		t.Fatal(err)
	}
	last := 0
	for range 20 {
		tx, err := conn.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.QueryRow(ctx, "SELECT pg_current_xact_id()::text::bigint").Scan(&last); err != nil {
			t.Fatal(err)
		}
		_ = tx.Rollback(ctx)
	}
	cursor := a.admin.do(t, "{ eventCursor }", nil).at(".").str("eventCursor")
	if err := syscall.Kill(writer, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.kill(t)
	p.start(t)

	eventually(t, "the server to write again", func() bool {
		answer, err := a.admin.tryMutate("messageReceive", "", vars{
			"channelId": channel, "externalId": "after", "contact": vars{"email": "pia@contact.test"}, "text": "Hello?",
		})
		return err == nil && len(answer.Errors) == 0
	})
	if again := connectSQL(t, p.dsn()).queryInt(t, "SELECT max(xid::text::bigint) FROM events"); again > last {
		t.Fatalf("the number %d was not given again, and so nothing is tried: the last one was %d", again, last)
	}
	if p := a.admin.dial(t).resume(fleetEvents, nil, cursor).next().at("events"); p.str("reason") != "CHANGE" || len(p.list("events")) == 0 {
		t.Errorf("what came after the crash: %v", p.v)
	}
}
