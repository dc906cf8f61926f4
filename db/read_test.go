package db_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
)

// What is read often is prepared: its text is the same whatever is asked for, but for limits, which
// Postgres has to know to plan for.
func TestReads_arePrepared(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var sent []string
	w := newWorld(t, db.Options{Saw: func(_ context.Context, sql string) {
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, sql)
	}})
	texts := func(first int, owner desk.ID) string {
		mu.Lock()
		sent = nil
		mu.Unlock()
		ref := desk.Ref{Kind: desk.KindAgent, ID: owner}
		_, err := w.store.ReaderFor(w.ann).ConversationPages(ctx, read.WholeAccount(w.ann), &read.ConversationWhere{OwnerID: &read.IDComparator{Eq: &ref}}, nil, read.Paging{First: &first})
		must(t, err)
		return strings.Join(sent, ";")
	}
	one, other, longer := texts(5, w.ann.Agent.ID), texts(5, w.ben.Agent.ID), texts(9, w.ben.Agent.ID)
	if one != other || strings.Contains(one, w.account.ID.String()) || strings.Contains(one, w.ann.Agent.ID.String()) {
		t.Errorf("values are in the text:\n%s\n%s", one, other)
	}
	if !strings.Contains(one, "LIMIT 6") || strings.ReplaceAll(longer, "LIMIT 10", "LIMIT 6") != one {
		t.Errorf("the limit is not in the text:\n%s\n%s", one, longer)
	}
}

// A migration may change what a prepared statement gives, while servers run.
func TestReads_surviveMigrations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{MaxConns: 1})
	for _, as := range []string{"varchar", "text", "varchar"} {
		found, err := w.store.ReaderFor(w.admin).Agents(ctx)
		must(t, err)
		if len(found) == 0 || found[0].Name == "" {
			t.Fatalf("found %v", found)
		}
		_, err = w.sql.Exec(ctx, "ALTER TABLE agents ALTER COLUMN name TYPE "+as)
		must(t, err)
	}
}
