package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"deskwire/db"
	"deskwire/desk"
)

// Who has asked before is found out together with the first read for them, and each line of statements is one round trip.
func TestCaller_isFoundOutWithTheFirstRead(t *testing.T) {
	t.Parallel()
	var lines []string
	w := newWorld(t, db.Options{Trace: func(ctx context.Context, sql string) (context.Context, func(string)) {
		lines = append(lines, sql)
		return ctx, func(string) {}
	}})
	w.addContacts(2)
	w.addTickets(20)
	made := w.write(w.admin, func(ctx context.Context, t *db.Tx) error {
		return t.CreateToken(ctx, &w.ann.Agent.ID, "test", nil, nil)
	})
	secret := *made.Secret
	w.exec("UPDATE tokens SET last_used_at = now()") // so that nothing is noted beside
	arrive := func() (context.Context, *desk.Actor, db.CursorOf) {
		t.Helper()
		in := db.Arriving(ctx, true)
		by, err := w.store.ActorByToken(in, db.HashSecret(secret))
		must(t, err)
		in, cursor, err := w.store.Begin(in, by)
		must(t, err)
		return in, by, cursor
	}
	count := func(want int, when string) {
		t.Helper()
		if len(lines) != want {
			t.Errorf("%s: %d round trips and not %d: %s", when, len(lines), want, strings.Join(lines, "\n"))
		}
		lines = nil
	}
	in, by, _ := arrive()
	_, err := w.store.Teams(in, by)
	must(t, err)
	lines = nil

	in, by, cursor := arrive()
	count(0, "somebody who is known comes")
	if !db.Guessed(in) || by.Agent.ID != w.ann.Agent.ID {
		t.Fatalf("they are taken for %v", by.Agent)
	}
	pages, err := w.store.ConversationPages(in, by, db.Whole(by), nil, nil, db.Paging{})
	must(t, err)
	if len(pages[by.Account.ID].Nodes) == 0 {
		t.Error("they see nothing")
	}
	_, err = cursor(in)
	must(t, err)
	count(1, "a page, and where the log stands")

	in, by, _ = arrive()
	must(t, db.Settle(in))
	count(1, "nothing but who they are")
	_, err = w.store.ConversationPages(in, by, db.Whole(by), nil, nil, db.Paging{})
	must(t, err)
	count(1, "a page after that")

	for _, change := range []string{
		"UPDATE accounts SET name = name || '!' WHERE id = (SELECT account_id FROM agents WHERE id = $1)",
		"UPDATE agents SET role = 'ADMIN' WHERE id = $1",
		"INSERT INTO labels (account_id, id, name, description, color, version, created_at) SELECT account_id, gen_random_uuid(), 'fresh', '', 'GRAY', 1, now() FROM agents WHERE id = $1",
		"UPDATE tokens SET revoked_at = now() WHERE agent_id = $1",
	} {
		in, by, cursor := arrive()
		if !db.Guessed(in) {
			t.Fatal("they are not taken for who they were")
		}
		_, err := w.sql.Exec(ctx, change, by.Agent.ID)
		must(t, err)
		for range 2 {
			if pages, err := w.store.ConversationPages(in, by, db.Whole(by), nil, nil, db.Paging{}); !errors.Is(err, db.ErrMistaken) || pages != nil {
				t.Errorf("%s: they are shown %v, %v", change, pages, err)
			}
		}
		if _, err := cursor(in); !errors.Is(err, db.ErrMistaken) {
			t.Errorf("%s: the cursor is told: %v", change, err)
		}
		in = db.Arriving(ctx, false)
		by, err = w.store.ActorByToken(in, db.HashSecret(secret))
		if must(t, err); db.Guessed(in) {
			t.Error("they are taken for somebody again")
		}
		if strings.Contains(change, "revoked_at") != (by == nil) {
			t.Errorf("%s: then they are %v", change, by)
		}
	}
}
