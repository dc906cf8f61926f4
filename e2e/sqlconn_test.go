package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// sqlConn is a connection of the test's own: plain SQL, beside the server.
type sqlConn struct{ *pgx.Conn }

// sqlConn connects to the database of this server.
func (s *server) sqlConn(t testing.TB) sqlConn {
	t.Helper()
	return connectSQL(t, s.dsn)
}

func connectSQL(t testing.TB, dsn string) sqlConn {
	t.Helper()
	c, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return sqlConn{c}
}

// queryInt is the only value that a query answers with.
func (conn sqlConn) queryInt(t testing.TB, sql string, args ...any) (n int) {
	t.Helper()
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (conn sqlConn) queryText(t testing.TB, sql string, args ...any) (text string) {
	t.Helper()
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

func (conn sqlConn) queryInts(t testing.TB, sql string, args ...any) (all []int) {
	t.Helper()
	rows, err := conn.Query(context.Background(), sql, args...)
	if err == nil {
		all, err = pgx.CollectRows(rows, pgx.RowTo[int])
	}
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return all
}

// requireNone says which of these queries, each named by what it must not find, counts anything.
func (conn sqlConn) requireNone(t testing.TB, counts map[string]string, args ...any) {
	t.Helper()
	for what, sql := range counts {
		if n := conn.queryInt(t, sql, args...); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
}

// eventualTimeout is how long a test waits for what must happen.
const eventualTimeout = 30 * time.Second

// eventually polls until it has happened. Nothing is taken for done because time went by.
func eventually(t testing.TB, what string, happened func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(eventualTimeout); !happened(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain for: %s", eventualTimeout, what)
		}
	}
}

// requireNoDeadlock asks Postgres whether mutations ever deadlocked; the store retries then, so no
// answer tells. Backends hand their counts in when they end, so it ends them.
func (s *server) requireNoDeadlock(t testing.TB) {
	t.Helper()
	conn := s.sqlConn(t)
	eventually(t, "the server's connections to end", func() bool {
		return conn.queryInt(t, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`) == 0
	})
	if n := conn.queryInt(t, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"); n != 0 {
		t.Errorf("Postgres broke %d deadlocks", n)
	}
}

// requireIntegrity checks the invariants of the database, which hold whatever has happened.
func (conn sqlConn) requireIntegrity(t testing.TB) {
	t.Helper()
	conn.requireNone(t, map[string]string{
		"R28, R29: records that are in the trash without the rest of their ticket": `SELECT count(*) FROM conversations c
			JOIN tickets t ON t.account_id = c.account_id AND t.id = c.ticket_id WHERE t.trash_group_id IS DISTINCT FROM c.trash_group_id`,
		"R7: tickets without a conversation": `SELECT count(*) FROM tickets t WHERE NOT EXISTS
			(SELECT FROM conversations c WHERE c.account_id = t.account_id AND c.ticket_id = t.id)`,
		"tickets whose closedAt does not fit their status": `SELECT count(*) FROM tickets t
			JOIN ticket_statuses s ON s.account_id = t.account_id AND s.id = t.status_id WHERE (s.state = 'CLOSED') <> (t.closed_at IS NOT NULL)`,
		"conversations whose closedAt does not fit their status": "SELECT count(*) FROM conversations WHERE (status = 'CLOSED') <> (closed_at IS NOT NULL)",
		"D3: records in the trash by a trashing that was undone": `SELECT count(*) FROM trash_groups g JOIN conversations c
			ON c.account_id = g.account_id AND c.trash_group_id = g.id WHERE g.restored_at IS NOT NULL`,
		"conversations without their activity": `SELECT count(*) FROM conversations c LEFT JOIN conversation_activity a
			ON a.account_id = c.account_id AND a.conversation_id = c.id WHERE a.conversation_id IS NULL`,
		"conversations that lists take for something else": `SELECT count(*) FROM conversations c JOIN conversation_activity a
			ON a.account_id = c.account_id AND a.conversation_id = c.id
			WHERE (a.status, a.inbox_id, a.owner_id, a.contact_id) IS DISTINCT FROM (c.status, c.inbox_id, c.owner_id, c.contact_id)`,
		"tickets without their activity": `SELECT count(*) FROM tickets t LEFT JOIN ticket_activity a
			ON a.account_id = t.account_id AND a.ticket_id = t.id WHERE a.ticket_id IS NULL`,
		"messages that no event tells of": `SELECT count(*) FROM messages m WHERE
			(SELECT count(*) FROM events e WHERE e.account_id = m.account_id AND e.entity_id = m.id AND e.kind IN ('MESSAGE_RECEIVED', 'MESSAGE_SENT', 'COMMENT_CREATED')) <> 1`,
		"conversation numbers that are missing": numberingGaps("conversation", "conversations"),
		"ticket numbers that are missing":       numberingGaps("ticket", "tickets"),
	})
}

// numberingGaps counts the numbers that were given out and that nothing has. They are unique by a
// constraint.
func numberingGaps(noun, table string) string {
	return `SELECT coalesce(sum(last), 0) - (SELECT count(*) FROM ` + table + `) FROM account_counters WHERE noun = '` + noun + `'`
}
