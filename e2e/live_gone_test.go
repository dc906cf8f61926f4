package e2e

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"deskwire/desk"
)

// TestLive_eventOfThePast: the database's clock has jumped, and dates an event days back. Who
// follows the log can't be told of it: they begin anew, and go on. So does everybody else.
func TestLive_eventOfThePast(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, back := range map[string]string{"eight days": "8 days", "a month": "32 days", "ten years": "10 years"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rt := newRightsTest(t, s, desk.RoleAgent)
			other := rt.gus.dial(t)
			filtered := other.subscribe(`subscription { events(where: {kind: [CONTACT_UPDATED]}) { cursor reason events { id } } }`, nil)
			filtered.next()
			sql, err := pgx.Connect(context.Background(), s.dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = sql.Close(context.Background()) }()
			_, err = sql.Exec(context.Background(), `INSERT INTO events (account_id, id, at, kind, entity_kind, entity_id, changes, rule, effect, mutation, cascade_id, conversation_id, recorded_at)
				SELECT account_id, gen_random_uuid(), now(), 'CONVERSATION_READ', 'cnv', id, '[]', '', false, 'test', id, id, now() - $2::interval FROM conversations
				WHERE account_id = (SELECT id FROM accounts WHERE slug = $1)`, rt.slug, back)
			if err != nil {
				t.Fatal(err)
			}
			rt.events.until("what it can't be told", func(a *answer) bool { return a.at("events").str("reason") == "RESYNC" })
			rt.receiveMessage(t, rt.channel, "thread", "pia@contact.test", "And now?")
			rt.events.until("what comes after it", func(a *answer) bool { return a.at("events").str("reason") == "CHANGE" })
			rt.conversation.until("the message", func(a *answer) bool { return a.at("conversationLive").str("reason") == "CHANGE" })
			rt.gus.must(t, "contactUpsert", "contact { id }", vars{"email": "pia@contact.test", "name": "Pia II"})
			filtered.until("the contact", func(a *answer) bool { return a.at("events").str("reason") == "CHANGE" })
		})
	}
}
