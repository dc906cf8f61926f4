package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"deskwire/db"
	"deskwire/db/write"
	"deskwire/desk"
)

// leave makes tickets and conversations of Ann's, who has left and has a successor.
func leave(w *world, tickets int, successor *desk.Actor) (owned []*desk.Ticket) {
	owned = w.openTickets(tickets)
	for _, table := range []string{"tickets", "conversations"} {
		w.exec("UPDATE "+table+" SET owner_id = $2 WHERE account_id = $1", w.account.ID, w.ann.Agent.ID)
	}
	w.exec("UPDATE agents SET deactivated_at = now(), successor_id = $3 WHERE account_id = $1 AND id = $2", w.account.ID, w.ann.Agent.ID, successor.Agent.ID)
	return owned
}

// ownedBy counts the tickets and conversations of an agent.
func ownedBy(w *world, of *desk.Actor) (n int) {
	must(w.t, w.sql.QueryRow(ctx, `SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND owner_id = $2)
		+ (SELECT count(*) FROM conversations WHERE account_id = $1 AND owner_id = $2)`, w.account.ID, of.Agent.ID).Scan(&n))
	return n
}

// Who the two are is looked at with each case: a pass takes minutes, and they may change meanwhile.
func TestHandOn_whoIsThereNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	for change, goesOn := range map[string]bool{
		"SELECT FROM agents WHERE $1::uuid IS NOT NULL AND $2::uuid IS NOT NULL AND $3::uuid IS NOT NULL":             true,
		"UPDATE agents SET deactivated_at = NULL, successor_id = NULL WHERE account_id = $1 AND $3 <> id AND id = $2": false, // Ann is back
		"UPDATE agents SET deactivated_at = now() WHERE account_id = $1 AND id = $3 AND id <> $2":                     false, // Ben has left, too
		"UPDATE agents SET role = 'READ_ONLY' WHERE account_id = $1 AND id = $3 AND id <> $2":                         false,
		"UPDATE agents SET successor_id = NULL WHERE account_id = $1 AND id = $2 AND id <> $3":                        false,
	} {
		w.newAccount(fmt.Sprint("acc", len(change)))
		owned := leave(w, 3, w.ben)
		w.exec(change, w.account.ID, w.ann.Agent.ID, w.ben.Agent.ID)
		before := ownedBy(w, w.ann)
		var on bool
		must(t, w.tryWrite(ctx, desk.System(w.account), func(ctx context.Context, tx *write.Tx) (err error) {
			on, err = tx.HandOn(ctx, nil, &owned[0].ID, w.ann.Agent.ID)
			return err
		}))
		if on != goesOn || (ownedBy(w, w.ann) < before) != goesOn {
			t.Errorf("%s: goes on %v, and Ann owns %d of %d", change, on, ownedBy(w, w.ann), before)
		}
		if n, err := w.store.HandOn(ctx); err != nil || (n > 0) != goesOn {
			t.Errorf("%s: %d were handed on, %v", change, n, err)
		}
	}
	w.newAccount("chain")
	leave(w, 2, w.ben)
	w.exec("UPDATE agents SET deactivated_at = now(), successor_id = $3 WHERE account_id = $1 AND id = $2", w.account.ID, w.ben.Agent.ID, w.idle.Agent.ID)
	if n, err := w.store.HandOn(ctx); err != nil || n != 2 || ownedBy(w, w.ann) > 0 || ownedBy(w, w.idle) == 0 {
		t.Errorf("%d were handed on to the second successor, %v; Ann owns %d", n, err, ownedBy(w, w.ann))
	}
}

// A case that cannot be handed on is told, and keeps none of the others waiting.
func TestHandOn_oneThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.newAccount("here")
	owned := leave(w, 4, w.ben)
	w.exec(fmt.Sprintf(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;
		CREATE TRIGGER refuse BEFORE UPDATE ON tickets FOR EACH ROW WHEN (NEW.id = '%s') EXECUTE FUNCTION refuse()`, owned[0].ID))
	n, err := w.store.HandOn(ctx)
	if n != 3 || err == nil || !strings.Contains(err.Error(), "not this one") {
		t.Errorf("%d were handed on, %v", n, err)
	}
	w.exec("DROP TRIGGER refuse ON tickets")
	if n, err := w.store.HandOn(ctx); n != 1 || err != nil || ownedBy(w, w.ann) != 0 {
		t.Errorf("%d were handed on later, %v; Ann owns %d", n, err, ownedBy(w, w.ann))
	}
}

// Who has left years ago is looked for every few seconds for ever, so that reads no more than what
// they own.
func TestHandOn_readsByOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.openTickets(150)
	for _, table := range []string{"tickets", "conversation_activity"} {
		w.exec("UPDATE "+table+" SET owner_id = $1", w.ben.Agent.ID)
		w.exec("ANALYZE " + table)
	}
	query := strings.NewReplacer("LIMIT ?", "LIMIT 200", "account_id = ?", "account_id = '"+w.account.ID.String()+"'", "owner_id = ?", "owner_id = '"+w.ann.Agent.ID.String()+"'").Replace(db.OwnedRecordsQuery)
	rows, err := w.sql.Query(ctx, "EXPLAIN "+query)
	must(t, err)
	byOwner, plan := 0, ""
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		if plan += line + "\n"; strings.Contains(line, "Index Cond") && strings.Contains(line, "owner_id") {
			byOwner++
		}
	}
	if must(t, rows.Err()); byOwner != 2 {
		t.Errorf("tickets and conversations are not both read by their owner:\n%s", plan)
	}
}
