package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// Who holds a lock stops those who want the same, for a while, and nobody else.

func (w *world) tryWrite(ctx context.Context, by *desk.Actor, do func(context.Context, *write.Tx) error) error {
	_, err := w.store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "test"}, do)
	return err
}

// openTickets are open tickets of the account, each with a conversation.
func (w *world) openTickets(n int) []*desk.Ticket {
	w.t.Helper()
	w.addContacts(1)
	w.addTickets(n)
	w.exec("BEGIN")
	for _, t := range w.tickets {
		w.addConversation(t)
	}
	w.exec("UPDATE tickets SET trash_group_id = NULL, trashed_at = NULL, status_id = $1, closed_at = NULL WHERE account_id = $2", w.open, w.account.ID)
	w.exec("UPDATE conversations SET trash_group_id = NULL, trashed_at = NULL, status = 'OPEN', closed_at = NULL WHERE account_id = $1", w.account.ID)
	w.exec("COMMIT")
	return w.tickets
}

// TestLockedRecord_takesNoPool has many changes come to a record that is locked: others change
// other records, and other accounts do, as if nothing was.
func TestLockedRecord_takesNoPool(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lock  string // $1 is the account, $2 the ticket
		other bool   // other tickets of the account can be changed meanwhile
	}{
		"its lock":          {"SELECT pg_advisory_lock(hashtextextended('ticket ' || $2::uuid, 0)), $1::uuid", true},
		"its row":           {"SELECT FROM tickets WHERE account_id = $1 AND id = $2 FOR UPDATE", true},
		"the configuration": {"SELECT pg_advisory_lock(hashtextextended('set-up ' || $1::uuid, 0)), $2::uuid", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, db.Options{MaxConns: 12})
			w.newAccount("elsewhere")
			elsewhere := *w
			far := elsewhere.openTickets(1)[0]
			w.newAccount("here")
			mine := w.openTickets(2)
			locked, free := mine[0], mine[1]
			holder, err := pgx.ConnectConfig(ctx, w.sql.Config().Copy())
			must(t, err)
			defer func() { _ = holder.Close(ctx) }()
			_, err = holder.Exec(ctx, "BEGIN")
			must(t, err)
			_, err = holder.Exec(ctx, c.lock, w.account.ID, locked.ID)
			must(t, err)
			close := func(of *world, ticket desk.ID, status desk.ID) func(context.Context, *write.Tx) error {
				return func(ctx context.Context, tx *write.Tx) error { return tx.SetTicketStatus(ctx, ticket, nil, status) }
			}
			soon, cancel := context.WithTimeout(ctx, 8*time.Second)
			defer cancel()
			var all sync.WaitGroup
			for range 60 {
				all.Go(func() {
					err := w.tryWrite(soon, w.admin, close(w, locked.ID, w.closed))
					if !errors.Is(err, write.ErrBusy) && !pg.IsLockTimeout(err) && !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("a change of the locked ticket: %v", err)
					}
				})
			}
			for range 20 {
				began := time.Now()
				must(t, elsewhere.tryWrite(ctx, elsewhere.admin, close(&elsewhere, far.ID, elsewhere.closed)))
				must(t, elsewhere.tryWrite(ctx, elsewhere.admin, close(&elsewhere, far.ID, elsewhere.open)))
				if c.other {
					must(t, w.tryWrite(ctx, w.admin, close(w, free.ID, w.closed)))
					must(t, w.tryWrite(ctx, w.admin, close(w, free.ID, w.open)))
				}
				if took := time.Since(began); took > 2*time.Second { // the lock is waited for longer
					t.Errorf("others took %v", took)
				}
			}
			all.Wait()
			_, err = holder.Exec(ctx, "SELECT pg_advisory_unlock_all()")
			must(t, err)
			_, err = holder.Exec(ctx, "COMMIT")
			must(t, err)
			for range 60 { // now that it is free, each has its turn
				all.Go(func() {
					if err := w.tryWrite(ctx, w.admin, close(w, locked.ID, w.closed)); err != nil {
						t.Errorf("of a free ticket: %v", err)
					}
				})
			}
			all.Wait()
		})
	}
}

// TestStandingTransaction: a server that stands still in the middle of a mutation is cut off from
// what it holds, and a job waits for as long.
func TestStandingTransaction(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{MaxConns: 4, LockWait: 300 * time.Millisecond, IdleWait: time.Second})
	ticket := w.bigTicket(2)
	standing, err := w.store.PoolForTests().Begin(ctx)
	must(t, err)
	_, err = standing.Exec(ctx, "SELECT FROM tickets WHERE account_id = $1 AND id = $2 FOR UPDATE", w.account.ID, ticket.ID)
	must(t, err)
	change := func(ctx context.Context, tx *write.Tx) error {
		return tx.SetTicketStatus(ctx, ticket.ID, nil, w.closed)
	}
	soon, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := w.tryWrite(soon, w.admin, change); !pg.IsLockTimeout(err) {
		t.Errorf("while it stands: %v", err)
	}
	must(t, w.tryWrite(ctx, w.admin, change))
	if err := standing.Commit(ctx); !pg.Unavailable(err) {
		t.Errorf("it went on: %v", err)
	}
}

// TestSessions: what a session is set to, and what of that the address decides.
func TestSessions(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	show := func(dsn string, o db.Options, setting string) (shown string) {
		t.Helper()
		s, err := db.Open(ctx, dsn, o)
		must(t, err)
		defer func() { _ = s.Close() }()
		must(t, s.PoolForTests().QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&shown))
		return shown
	}
	with := func(parameter string) string { return dsn + "&" + parameter }
	for _, c := range []struct {
		dsn           string
		o             db.Options
		setting, want string
	}{
		{dsn, db.Options{}, "lock_timeout", "3s"},
		{dsn, db.Options{LockWait: time.Second}, "lock_timeout", "1s"},
		{with("lock_timeout=700"), db.Options{LockWait: time.Second}, "lock_timeout", "700ms"},
		{dsn, db.Options{}, "idle_in_transaction_session_timeout", "10s"},
		{dsn, db.Options{IdleWait: 4 * time.Second}, "idle_in_transaction_session_timeout", "4s"},
		{dsn, db.Options{}, "synchronous_commit", "on"},
	} {
		if got := show(c.dsn, c.o, c.setting); got != c.want {
			t.Errorf("%s is %s, want %s", c.setting, got, c.want)
		}
	}
	for set, want := range map[string]string{"off": "on", "local": "local", "remote_apply": "remote_apply"} {
		if got := show(with("synchronous_commit="+set), db.Options{}, "synchronous_commit"); got != want {
			t.Errorf("synchronous_commit is %s where the database says %s", got, set)
		}
	}
	for _, c := range []struct {
		dsn  string
		o    db.Options
		want int
	}{
		{dsn, db.Options{}, pg.DefaultConns},
		{with("pool_max_conns=7"), db.Options{}, 7},
		{with("pool_max_conns=7"), db.Options{MaxConns: 5}, 5},
	} {
		s, err := db.Open(ctx, c.dsn, c.o)
		must(t, err)
		if got := s.PoolStats().Max; got != c.want {
			t.Errorf("the pool has %d connections, want %d", got, c.want)
		}
		must(t, s.Close())
	}
}
