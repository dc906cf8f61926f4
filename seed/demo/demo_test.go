package demo

import (
	"context"
	"slices"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func openDemo(t *testing.T) (string, *db.Store) {
	t.Helper()
	dsn := dbtest.DSN(t)
	store, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return dsn, store
}

// The demo is what wantedContents says; a second start finds it and adds nothing.
func TestDemo(t *testing.T) {
	t.Parallel()
	dsn, store := openDemo(t)
	for range 2 {
		began := time.Now()
		if err := Fill(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		t.Logf("seeded in %s", time.Since(began))
		for what, c := range wantedContents {
			if got := dbtest.QueryTexts(t, dsn, c.query); !slices.Equal(got, c.want) {
				t.Errorf("%s:\ngot  %q\nwant %q", what, got, c.want)
			}
		}
	}
}

var wantedContents = map[string]struct {
	query string
	want  []string
}{
	"accounts": {
		"SELECT concat_ws(' ', slug, plan) FROM accounts ORDER BY slug",
		[]string{"demo STARTER", "gated PROFESSIONAL"},
	},
	"after the cutoff": {
		"SELECT created_at::date::text FROM accounts WHERE slug = 'gated'",
		[]string{"2025-01-15"},
	},
	"agents": {
		"SELECT concat_ws(' ', email, role) FROM agents ORDER BY email",
		[]string{"ada@demo.test ADMIN", "ben@demo.test AGENT", "cleo@demo.test AGENT", "gil@gated.test ADMIN"},
	},
	"inboxes and who sees them": {
		`SELECT concat_ws(' ', i.name, i.workspace, t.name, g.email) FROM inboxes i LEFT JOIN inbox_teams x ON x.inbox_id = i.id
			LEFT JOIN teams t ON t.id = x.team_id LEFT JOIN team_members m ON m.team_id = t.id LEFT JOIN agents g ON g.id = m.agent_id ORDER BY 1`,
		[]string{"Front desk INBOX", "Sales INBOX Sales cleo@demo.test", "Support INBOX Support ben@demo.test"},
	},
	"channels": {
		"SELECT concat_ws(' ', i.name, c.kind) FROM channels c JOIN inboxes i ON i.id = c.inbox_id ORDER BY 1",
		[]string{"Front desk API", "Sales EMAIL", "Support API", "Support CHAT", "Support EMAIL"},
	},
	"the demo's statuses": {
		`SELECT concat_ws(' ', p.name, s.name, s.state) FROM ticket_statuses s JOIN pipelines p ON p.id = s.pipeline_id
			JOIN accounts a ON a.id = s.account_id WHERE a.slug = 'demo' ORDER BY s.position`,
		[]string{"Support New OPEN", "Support Waiting on contact OPEN", "Support Waiting on us OPEN", "Support Closed CLOSED"},
	},
	"types of properties": {
		"SELECT type FROM property_definitions ORDER BY type",
		[]string{"AGENT", "BOOLEAN", "DATE", "NUMBER", "OPTION", "OPTIONS", "TEXT"},
	},
	"conversations": {
		`SELECT concat_ws(' ', a.slug, c.status, c.workspace, CASE WHEN c.trashed_at IS NULL THEN '' ELSE 'trash' END, count(*)) FROM conversations c
			JOIN accounts a ON a.id = c.account_id GROUP BY a.slug, c.status, c.workspace, c.trashed_at IS NULL, c.trashed_at ORDER BY 1`,
		[]string{"demo CLOSED INBOX  3", "demo OPEN INBOX  9", "demo OPEN INBOX trash 1", "gated OPEN INBOX  1"},
	},
	"tickets": {
		`SELECT concat_ws(' ', t.number, s.name, t.priority, (SELECT count(*) FROM conversations c WHERE c.ticket_id = t.id)) FROM tickets t
			JOIN ticket_statuses s ON s.id = t.status_id ORDER BY t.number`,
		[]string{
			"1 Closed LOW 1", "2 Waiting on us HIGH 2", "3 Waiting on contact MEDIUM 1", "4 New MEDIUM 1", "5 Waiting on contact LOW 1", "6 New URGENT 1",
		},
	},
	"messages": {
		"SELECT concat_ws(' ', kind, count(*)) FROM messages GROUP BY kind ORDER BY kind",
		[]string{"COMMENT 3", "INCOMING 23", "OUTGOING 10"},
	},
	"waiting to be sent, or out of the future": {
		"SELECT text FROM messages WHERE delivery = 'QUEUED' OR created_at > now()",
		[]string{},
	},
	"addresses that may exist": {
		`SELECT email FROM contacts WHERE email !~ '\.(test|example)$'`,
		[]string{},
	},
	"told by an account that is not there": {
		"SELECT kind FROM events WHERE account_id NOT IN (SELECT id FROM accounts) OR mutation <> 'demo'",
		[]string{},
	},
}

// A start that is broken off leaves no half of a demo behind.
func TestDemoIsWhollyThereOrNot(t *testing.T) {
	t.Parallel()
	dsn, store := openDemo(t)
	for patience := 2 * time.Millisecond; ; patience += patience / 2 {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := Fill(ctx, store)
		cancel()
		got := dbtest.QueryTexts(t, dsn, "SELECT concat_ws(' ', a.slug, (SELECT count(*) FROM conversations c WHERE c.account_id = a.id)) FROM accounts a ORDER BY slug")
		whole := []string{"demo 13", "gated 1"}
		if len(got) > 2 || !slices.Equal(got, whole[:len(got)]) {
			t.Fatalf("after %s there is %q", patience, got)
		}
		if err == nil {
			return
		}
	}
}
