package db_test

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
)

// configOf is the whole configuration as somebody sees it, read as an operation does.
func configOf(t testing.TB, s *db.Store, by *desk.Actor) string {
	t.Helper()
	r, err := s.Begin(ctx, read.Authenticated(by))
	must(t, err)
	var all []any
	add := func(list any, err error) {
		must(t, err)
		all = append(all, list)
	}
	agents, err := r.Agents(ctx)
	add(agents, err)
	teams, err := r.Teams(ctx)
	add(teams, err)
	inboxes, err := r.Inboxes(ctx)
	add(inboxes, err)
	channels, err := r.Channels(ctx)
	add(channels, err)
	pipelines, err := r.Pipelines(ctx)
	add(pipelines, err)
	definitions, err := r.PropertyDefinitions(ctx)
	add(definitions, err)
	labels, err := r.Labels(ctx)
	add(labels, err)
	b, err := json.Marshal(all)
	must(t, err)
	return string(b)
}

// The configuration is kept in memory, and never a change too long: whoever begins after it sees
// it, also one by hand.
func TestConfig_isKept(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	w := newWorld(t, db.Options{Saw: func(context.Context, string) { sent.Add(1) }})
	before := configOf(t, w.store, w.admin)
	for _, change := range []string{
		"UPDATE agents SET name = name || '!' WHERE id = $1",
		"INSERT INTO teams (account_id, id, name, version, created_at) SELECT account_id, gen_random_uuid(), 'New', 1, now() FROM agents WHERE id = $1",
		"INSERT INTO team_members (account_id, team_id, agent_id) SELECT a.account_id, t.id, a.id FROM agents a JOIN teams t ON t.account_id = a.account_id AND t.name = 'New' WHERE a.id = $1",
		"DELETE FROM team_members WHERE agent_id = $1 AND team_id = (SELECT id FROM teams WHERE name = 'New')",
		"UPDATE inboxes SET name = name || '!' WHERE account_id = (SELECT account_id FROM agents WHERE id = $1)",
		"INSERT INTO inbox_teams (account_id, inbox_id, team_id) SELECT i.account_id, i.id, t.id FROM inboxes i JOIN teams t ON t.account_id = i.account_id AND t.name = 'New' JOIN agents a ON a.account_id = i.account_id AND a.id = $1",
		"UPDATE channels SET name = name || '!' WHERE account_id = (SELECT account_id FROM agents WHERE id = $1)",
		"UPDATE pipelines SET name = name || '!' WHERE account_id = (SELECT account_id FROM agents WHERE id = $1)",
		"UPDATE ticket_statuses SET name = name || '!' WHERE account_id = (SELECT account_id FROM agents WHERE id = $1)",
		"INSERT INTO property_definitions (account_id, id, key, label, description, type, version, created_at) SELECT account_id, gen_random_uuid(), 'fresh', 'Fresh', '', 'TEXT', 1, now() FROM agents WHERE id = $1",
		"INSERT INTO labels (account_id, id, name, description, color, version, created_at) SELECT account_id, gen_random_uuid(), 'fresh', '', 'GRAY', 1, now() FROM agents WHERE id = $1",
	} {
		sent.Store(0)
		if again := configOf(t, w.store, w.admin); again != before || sent.Load() != 1 {
			t.Fatalf("nothing has changed, and it took %d statements\n%s\n%s", sent.Load(), before, again)
		}
		_, err := w.sql.Exec(ctx, change, w.ann.Agent.ID)
		must(t, err)
		after := configOf(t, w.store, w.admin)
		if after == before {
			t.Errorf("%s: not seen", change)
		}
		before = after
	}
}

// What is kept for all is shown to each as far as they see it.
func TestConfig_hasTheWall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	for _, by := range []*desk.Actor{w.admin, w.ann, w.ben, w.idle} {
		r, err := w.store.Begin(ctx, read.Authenticated(by))
		must(t, err)
		kept, err := r.Inboxes(ctx)
		must(t, err)
		for _, i := range kept {
			if !by.SeesInbox(i.ID) {
				t.Errorf("%s sees %s", by.Agent.Name, i.Name)
			}
		}
		if by == w.admin && len(kept) != len(w.inboxes) || by == w.ann && len(kept) != 1 || by == w.idle && len(kept) != 0 {
			t.Errorf("%s sees %d inboxes", by.Agent.Name, len(kept))
		}
	}
	other := newWorld(t, db.Options{})
	if configOf(t, other.store, other.admin) == configOf(t, w.store, w.admin) {
		t.Error("two accounts have the same configuration")
	}
}
