package e2e

import (
	"context"
	"sync"
	"testing"

	"deskwire/db/dbtest"
)

// disableAutovacuum keeps autovacuum away from all tables.
const disableAutovacuum = `DO $$ DECLARE t regclass; BEGIN
	FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', t); END LOOP; END $$`

// reloadRows brings all rows in anew, past all triggers, and has Postgres forget what it had
// counted, so that it knows nothing of them.
const reloadRows = `SET session_replication_role = replica;
	DO $$ DECLARE t regclass; BEGIN
		FOR t IN SELECT relid FROM pg_stat_user_tables WHERE n_live_tup > 500 LOOP
			EXECUTE format('CREATE TEMP TABLE kept AS TABLE %s', t); EXECUTE format('DELETE FROM %s', t);
			EXECUTE format('INSERT INTO %s SELECT * FROM kept', t); DROP TABLE kept;
		END LOOP; END $$;
	RESET session_replication_role;
	DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace); DELETE FROM pg_statistic_ext_data;
	UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')`

// moveAllToOneInbox makes what was counted wrong: all conversations stand in one inbox now, open,
// nobody's.
const moveAllToOneInbox = `UPDATE conversations c SET inbox_id = i.inbox_id, workspace = 'INBOX', status = 'OPEN', closed_at = NULL, owner_id = NULL
	FROM channels i JOIN accounts a ON a.id = i.account_id AND a.slug = 'made' WHERE i.kind = 'API' AND c.account_id = a.id AND c.trash_group_id IS NULL`

// TestPlansAfterMuchWasBroughtIn: what agents' pages ask all day, and what is pushed to them, goes
// along an index soon after a table has been filled or turned over by hand, without autovacuum.
func TestPlansAfterMuchWasBroughtIn(t *testing.T) {
	t.Parallel()
	plain, conn := startSeeded(t)
	change := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	change(disableAutovacuum)
	ids := someIDs(t, (&account{server: plain, slug: "made"}).clientOf(t, "ada@made.test"))
	s := startOn(t, withAutoExplain(plain.dsn))
	ada := (&account{server: s, slug: "made"}).clientOf(t, "ada@made.test")
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	defer watching.Wait()
	defer stop()
	watching.Go(func() { plain.store.KeepAnalyzed(ctx, func(err error) { t.Error(err) }) })
	for _, state := range []struct{ name, sql string }{{"brought in", reloadRows}, {"turned over", moveAllToOneInbox}} {
		change(state.sql)
		eventually(t, "all tables are counted", func() bool {
			var counted bool
			err := conn.QueryRow(t.Context(), "SELECT bool_and(n_mod_since_analyze < 1000) FROM pg_stat_user_tables WHERE n_live_tup > 500").Scan(&counted)
			return err == nil && counted
		})
		readPlans(t, ada, ids)
		livePlans(t, ada, ids)
	}
}

// livePlans reads those of the payloads that a page gets when something is written.
func livePlans(t *testing.T, c *client, ids map[string][]string) {
	_, from := dbtest.Log(t, 0)
	wire := c.dial(t)
	id, view := ids["Conversation"][0], c.do(t, "{ inboxViews { id kind } }", nil).at(".").list("inboxViews")[0].str("id")
	feeds := []*subscription{
		wire.subscribe("subscription($id: ID!) { conversationLive(id: $id) { reason conversation { "+shownLive+" messages(last: 50) { nodes { id text } } } } }", vars{"id": id}),
		wire.subscribe("subscription($id: ID!) { inboxViewLive(viewId: $id) { reason view { count unreadCount conversations(first: 25) { nodes { "+shownLive+" } } } entered { id } left } }", vars{"id": view}),
	}
	for _, f := range feeds {
		f.next()
	}
	for range 8 {
		c.must(t, "messageSend", "message { id }", vars{"conversationId": id, "text": "On its way."})
		feeds[0].next()
	}
	log, _ := dbtest.Log(t, from)
	checkPlans(t, "what is pushed", plansIn(t, log))
}

const shownLive = "id subject status lastActivityAt contact { id name conversations(first: 10) { nodes { id } } } owner { id } ticket { id name status { id } conversations(first: 5) { nodes { id } } }"
