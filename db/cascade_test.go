package db_test

import (
	"context"
	"fmt"
	"testing"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// A cascade through more conversations than one statement takes changes each of them, and nothing
// else of it.
func TestCascadeOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	const n = 1203
	ticket := w.bigTicket(n)
	w.exec(`UPDATE conversations SET thread_key = 'key ' || number WHERE number % 2 = 0`)
	w.exec(`CREATE TABLE was AS SELECT * FROM conversations`)
	out, err := w.store.Write(ctx, write.Write{By: read.Authenticated(w.admin), Mutation: "test"}, func(ctx context.Context, tx *write.Tx) error {
		return tx.SetTicketStatus(ctx, ticket.ID, nil, w.closed)
	})
	must(t, err)
	var same, told int
	must(t, w.sql.QueryRow(ctx, `SELECT count(*) FROM conversations c JOIN was w USING (account_id, id)
		WHERE c.status = 'CLOSED' AND c.closed_at IS NOT NULL AND c.version = w.version + 1 AND
			to_jsonb(c) - '{status,closed_at,version}'::text[] = to_jsonb(w) - '{status,closed_at,version}'::text[]`).Scan(&same))
	must(t, w.sql.QueryRow(ctx, `SELECT count(DISTINCT entity_id) FROM events WHERE kind = 'CONVERSATION_CLOSED' AND effect`).Scan(&told))
	if same != n || told != n || len(out.Effects) != n {
		t.Errorf("%d conversations changed as they should, %d are told of, %d answered", same, told, len(out.Effects))
	}
}

// bigTicket is an open ticket with that many open conversations.
func (w *world) bigTicket(n int) *desk.Ticket {
	w.addContacts(1)
	w.addTickets(1)
	t := w.tickets[0]
	w.exec("BEGIN")
	for range n - len(w.conversations) {
		w.addConversation(t)
	}
	w.exec("UPDATE tickets SET trash_group_id = NULL, trashed_at = NULL, status_id = $1, closed_at = NULL", w.open)
	w.exec("UPDATE conversations SET trash_group_id = NULL, trashed_at = NULL, status = 'OPEN', closed_at = NULL")
	w.exec("COMMIT")
	w.exec("ANALYZE")
	return t
}

// BenchmarkCascade closes, opens, trashes and restores a ticket with few and with many
// conversations. The time for each conversation must not grow with their number.
func BenchmarkCascade(b *testing.B) {
	for _, n := range []int{15, 150, 1500} {
		w := newWorld(b, db.Options{})
		t := w.bigTicket(n)
		change := func(do func(context.Context, *write.Tx) error) func(*testing.B) {
			return func(b *testing.B) {
				b.Helper()
				_, err := w.store.Write(ctx, write.Write{By: read.Authenticated(w.admin), Mutation: "bench"}, do)
				must(b, err)
			}
		}
		status := func(id desk.ID) func(*testing.B) {
			return change(func(ctx context.Context, tx *write.Tx) error { return tx.SetTicketStatus(ctx, t.ID, nil, id) })
		}
		shut, trash := status(w.closed), change(func(ctx context.Context, tx *write.Tx) error { return tx.TrashTicket(ctx, t.ID, nil, true) })
		restore := change(func(ctx context.Context, tx *write.Tx) error { return tx.RestoreTicket(ctx, t.ID, nil) })
		opened := func(*testing.B) {
			status(w.open)(b)
			w.exec(`UPDATE conversations SET status = 'OPEN', closed_at = NULL WHERE closed_at IS NOT NULL`)
		}
		for _, c := range []struct {
			name         string
			before, then func(*testing.B)
		}{{"close", opened, shut}, {"trash", restore, trash}, {"restore", trash, restore}} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					if c.name == "trash" && w.inTrash(t) || c.name == "close" || c.name == "restore" && !w.inTrash(t) {
						c.before(b)
					}
					b.StartTimer()
					c.then(b)
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/conversation")
			})
		}
	}
}

func (w *world) inTrash(t *desk.Ticket) (yes bool) {
	must(w.t, w.sql.QueryRow(ctx, "SELECT trash_group_id IS NOT NULL FROM tickets WHERE account_id = $1 AND id = $2", t.AccountID, t.ID).Scan(&yes))
	return yes
}
