package db_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// What a connection has prepared may give something else after a migration: the mutation begins
// anew, and nobody is told.
func TestPreparedBeforeAMigration(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{MaxConns: 1})
	ticket := w.bigTicket(2)
	set := func(id desk.ID) {
		t.Helper()
		_, err := w.store.Write(ctx, write.Write{By: read.Authenticated(w.admin), Mutation: "test"}, func(ctx context.Context, tx *write.Tx) error {
			return tx.SetTicketStatus(ctx, ticket.ID, nil, id)
		})
		must(t, err)
	}
	set(w.closed)
	w.exec("ALTER TABLE ticket_statuses ALTER name TYPE varchar(200)")
	set(w.open)
	w.exec("ALTER TABLE conversations ALTER thread_key TYPE varchar(300)")
	set(w.closed)
}

// The COMMIT goes out together with what is written, so a statement that does not write what it
// should must fail by itself.
func TestHalfOfAMutationIsNotCommitted(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"tickets", "conversations", "ticket_activity"} {
		for _, n := range []int{1, 3} {
			w := newWorld(t, db.Options{})
			ticket := w.bigTicket(n)
			w.exec("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")
			w.exec("CREATE TRIGGER nothing BEFORE UPDATE ON " + table + " FOR EACH ROW EXECUTE FUNCTION nothing()")
			_, err := w.store.Write(ctx, write.Write{By: read.Authenticated(w.admin), Mutation: "test", Key: new("key")}, func(ctx context.Context, tx *write.Tx) error {
				return tx.SetTicketStatus(ctx, ticket.ID, nil, w.closed)
			})
			var kept int
			must(t, w.sql.QueryRow(ctx, `SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM idempotency_keys)
				+ (SELECT count(*) FROM conversations WHERE status = 'CLOSED') + (SELECT count(*) FROM tickets WHERE closed_at IS NOT NULL)`).Scan(&kept))
			if err == nil || !strings.Contains(err.Error(), "vanished") || kept != 0 {
				t.Errorf("%s, %d conversations: %v; %d rows are kept", table, n, err, kept)
			}
		}
	}
}

// An answer that has been kept for long enough is forgotten, and the next one takes its place.
func TestKeysBeginAnewAfterAWhile(t *testing.T) {
	t.Parallel()
	at := epoch
	w := newWorld(t, db.Options{Now: func() time.Time { return at }})
	create := func() desk.ID {
		out, err := w.store.Write(ctx, write.Write{By: read.Authenticated(w.admin), Mutation: "test", Key: new("key"), Arguments: []byte(at.String())}, func(ctx context.Context, tx *write.Tx) error {
			return tx.UpsertContact(ctx, desk.ContactInput{Email: new(at.Format("2006-01-02") + "@contact.test")})
		})
		must(t, err)
		return out.Contact.ID
	}
	first := create()
	at = at.Add(write.KeepAnswers)
	second := create()
	if first == second || create() != second {
		t.Error("the first answer is given for ever, or the second one is not kept")
	}
}
