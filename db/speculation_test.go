package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
)

// Who has asked before is found out together with the first read for them, and each line of
// statements is one round trip.
func TestPrincipal_isFoundOutWithTheFirstRead(t *testing.T) {
	t.Parallel()
	var lines []string
	w := newWorld(t, db.Options{Trace: func(ctx context.Context, sql string) (context.Context, func(string)) {
		lines = append(lines, sql)
		return ctx, func(string) {}
	}})
	w.addContacts(2)
	w.addTickets(20)
	made := w.write(w.admin, func(ctx context.Context, t *write.Tx) error {
		return t.CreateToken(ctx, &w.ann.Agent.ID, "test", nil, nil)
	})
	secret := *made.Secret
	w.exec("UPDATE tokens SET last_used_at = now()") // so that nothing is noted beside
	arrive := func() (*read.Principal, *read.Reader) {
		t.Helper()
		p, err := w.store.PrincipalByToken(ctx, read.HashSecret(secret), true)
		must(t, err)
		r, err := w.store.Begin(ctx, p)
		must(t, err)
		return p, r
	}
	count := func(want int, when string) {
		t.Helper()
		if len(lines) != want {
			t.Errorf("%s: %d round trips and not %d: %s", when, len(lines), want, strings.Join(lines, "\n"))
		}
		lines = nil
	}
	_, r := arrive()
	_, err := r.Teams(ctx)
	must(t, err)
	lines = nil

	p, r := arrive()
	by := p.Assumed()
	count(0, "somebody who is known comes")
	if !p.Speculative() || by.Agent.ID != w.ann.Agent.ID {
		t.Fatalf("they are taken for %v", by.Agent)
	}
	pages, err := r.ConversationPages(ctx, read.WholeAccount(by), nil, nil, read.Paging{})
	must(t, err)
	if len(pages[by.Account.ID].Nodes) == 0 {
		t.Error("they see nothing")
	}
	_, err = r.Cursor(ctx)
	must(t, err)
	count(1, "a page, and where the log stands")

	p, r = arrive()
	verified, err := p.Verified(ctx)
	must(t, err)
	if verified.Agent.ID != by.Agent.ID {
		t.Errorf("they are verified as %v", verified.Agent)
	}
	count(1, "nothing but who they are")
	_, err = r.ConversationPages(ctx, read.WholeAccount(by), nil, nil, read.Paging{})
	must(t, err)
	count(1, "a page after that")

	for _, change := range []string{
		"UPDATE accounts SET name = name || '!' WHERE id = (SELECT account_id FROM agents WHERE id = $1)",
		"UPDATE agents SET role = 'ADMIN' WHERE id = $1",
		"INSERT INTO labels (account_id, id, name, description, color, version, created_at) SELECT account_id, gen_random_uuid(), 'fresh', '', 'GRAY', 1, now() FROM agents WHERE id = $1",
		"UPDATE tokens SET revoked_at = now() WHERE agent_id = $1",
	} {
		p, r := arrive()
		if !p.Speculative() {
			t.Fatal("they are not taken for who they were")
		}
		_, err := w.sql.Exec(ctx, change, by.Agent.ID)
		must(t, err)
		for range 2 {
			if pages, err := r.ConversationPages(ctx, read.WholeAccount(by), nil, nil, read.Paging{}); !errors.Is(err, read.ErrPrincipalChanged) || pages != nil {
				t.Errorf("%s: they are shown %v, %v", change, pages, err)
			}
		}
		if _, err := r.Cursor(ctx); !errors.Is(err, read.ErrPrincipalChanged) {
			t.Errorf("%s: the cursor is told: %v", change, err)
		}
		if _, err := p.Verified(ctx); !errors.Is(err, read.ErrPrincipalChanged) || !p.Changed() {
			t.Errorf("%s: they are verified: %v", change, err)
		}
		_, err = w.store.Write(ctx, write.Write{By: p, Mutation: "test"}, func(context.Context, *write.Tx) error { return nil })
		if !errors.Is(err, read.ErrPrincipalChanged) {
			t.Errorf("%s: a mutation gives %v", change, err)
		}
		p, err = w.store.PrincipalByToken(ctx, read.HashSecret(secret), false)
		if p != nil && p.Speculative() {
			t.Error("they are taken for somebody again")
		}
		var refused *read.TokenRefusal
		revoked := errors.As(err, &refused) && refused.Reason == read.TokenRevoked && refused.TokenID == made.APIToken.ID
		if strings.Contains(change, "revoked_at") != revoked || (p == nil) != revoked {
			t.Errorf("%s: then they are %v, %v", change, p, err)
		}
	}
}
