package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"deskwire/db/dbtest"
	"deskwire/seed"
)

func seedOptions(slug string, conversations int, random uint64) seed.Options {
	return seed.Options{
		Slug: slug, Conversations: conversations, Random: random, Span: 2 * 365 * 24 * time.Hour,
		Until: time.Now().Truncate(24 * time.Hour),
	}
}

// A made-up account keeps what the rules keep, can be read to its last record, and worked in.
func TestSeededAccount(t *testing.T) {
	t.Parallel()
	s := start(t)
	made, err := seed.FillAccount(t.Context(), s.store, seedOptions("made", 300, 1))
	if err != nil {
		t.Fatal(err)
	}
	conn := s.sqlConn(t)
	conn.requireNone(t, map[string]string{
		"tickets without a conversation (R7)": "SELECT count(*) FROM tickets t WHERE NOT EXISTS (SELECT FROM conversations c WHERE c.ticket_id = t.id)",
		"numbers with gaps":                   "SELECT count(*) FROM (SELECT number, row_number() OVER (ORDER BY created_at) AS n FROM conversations) AS x WHERE number <> n",
		"counters that are behind":            "SELECT count(*) FROM account_counters WHERE last <> CASE noun WHEN 'ticket' THEN (SELECT max(number) FROM tickets) ELSE (SELECT max(number) FROM conversations) END",
		"tickets whose status differs":        "SELECT count(*) FROM tickets t JOIN ticket_statuses s ON s.id = t.status_id WHERE (s.state = 'CLOSED') <> (t.closed_at IS NOT NULL)",
		"activity that is not the last one":   "SELECT count(*) FROM conversation_activity a WHERE last_activity_at <> (SELECT max(created_at) FROM messages m WHERE m.conversation_id = a.conversation_id)",
		"unread without incoming messages":    "SELECT count(*) FROM conversation_activity a WHERE unread_count > (SELECT count(*) FROM messages m WHERE m.conversation_id = a.conversation_id AND kind = 'INCOMING')",
		"conversations of two contacts":       "SELECT count(*) FROM conversations c JOIN tickets t ON t.id = c.ticket_id WHERE t.contact_id <> c.contact_id",
		"tickets left out of a trashing":      "SELECT count(*) FROM conversations c JOIN tickets t ON t.id = c.ticket_id WHERE (c.trash_group_id IS NULL) <> (t.trash_group_id IS NULL)",
		"workspaces that are not the inbox's": "SELECT count(*) FROM conversations c JOIN inboxes i ON i.id = c.inbox_id WHERE i.workspace <> c.workspace",
		"more than half is open":              "SELECT (avg((status = 'OPEN')::int) >= 0.5)::int FROM conversations",
		"nobody writes often":                 "SELECT (max(n) < 10)::int FROM (SELECT count(*) AS n FROM conversations GROUP BY contact_id) AS x",
		"no ticket has several":               "SELECT (max(n) < 2)::int FROM (SELECT count(*) AS n FROM conversations WHERE ticket_id IS NOT NULL GROUP BY ticket_id) AS x",
		"not some messages each":              "SELECT (count(*) NOT BETWEEN 900 AND 2500)::int FROM messages",
		"nothing stands in the log":           "SELECT (count(*) = 0)::int FROM events WHERE kind = 'MESSAGE_RECEIVED'",
		"nothing is in the trash":             "SELECT (count(*) = 0)::int FROM trash_groups",
		"no due dates, or no amounts":         "SELECT (NOT bool_or(properties ? 'dueAt') OR NOT bool_or(properties ? 'amount'))::int FROM tickets",
	})
	ada := (&account{server: s, slug: "made"}).clientOf(t, "ada@made.test")
	walkSeeded(t, ada, made)
}

func walkSeeded(t *testing.T, ada *client, made *seed.Result) {
	all := crawlReachable(t, ada)
	for typ, n := range map[string]int{"Conversation": made.Conversations, "Contact": made.Contacts, "Ticket": made.Tickets} {
		if got := len(all.ids[typ]); got != n {
			t.Errorf("%d of %d of type %s are found", got, n, typ)
		}
	}
	messages := len(all.ids["IncomingMessage"]) + len(all.ids["OutgoingMessage"]) + len(all.ids["InternalComment"])
	if messages < made.Conversations {
		t.Errorf("only %d messages are found", messages)
	}
	q := `{ tickets(first: 100) { nodes { id pipeline { statuses { id state } } conversations { nodes { id status } } } } }`
	for _, ticket := range ada.do(t, q, nil).at(".").list("tickets.nodes") {
		if len(ticket.list("conversations.nodes")) < 2 {
			continue
		}
		statuses := ticket.list("pipeline.statuses") // the last one is closed
		for _, to := range []int{0, len(statuses) - 1} {
			p := ada.must(t, "ticketStatusSet", "ticket { status { state } conversations { nodes { status } } }",
				vars{"ticketId": ticket.str("id"), "statusId": statuses[to].str("id")})
			if state := statuses[to].str("state"); p.str("ticket.status.state") != state || state == "CLOSED" && strings.Contains(fmt.Sprint(p.at("ticket").v), "OPEN") {
				t.Errorf("set to %s, it is %v (R21)", state, p.at("ticket").v)
			}
		}
		return
	}
	t.Error("no ticket has two conversations")
}

// The same number makes the same rows, whatever database they go to; another one makes others. An
// account in use is left alone.
func TestSeedIsDeterministic(t *testing.T) {
	t.Parallel()
	const sum = `SELECT md5(string_agg(x::text, '' ORDER BY x::text)) FROM (
		SELECT c.id::text, c.subject, c.status, c.number::text, a.preview, a.last_activity_at::text FROM conversations c JOIN conversation_activity a ON a.conversation_id = c.id
		UNION ALL SELECT m.id::text, m.text, m.kind, '', '', m.created_at::text FROM messages m
		UNION ALL SELECT t.id::text, t.name, '', t.number::text, (t.properties - 'escalatedTo')::text, t.created_at::text FROM tickets t
		UNION ALL SELECT k.id::text, k.name, k.email, '', '', '' FROM contacts k) AS x`
	var sums []string
	for _, random := range []uint64{7, 7, 8} {
		dsn := dbtest.DSN(t)
		s := startOn(t, dsn)
		if _, err := seed.FillAccount(t.Context(), s.store, seedOptions("made", 120, random)); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := s.sqlConn(t).QueryRow(t.Context(), sum).Scan(&got); err != nil {
			t.Fatal(err)
		}
		sums = append(sums, got)
		if _, err := seed.FillAccount(t.Context(), s.store, seedOptions("made", 10, 1)); err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("an account in use was filled again: %v", err)
		}
	}
	if sums[0] != sums[1] || sums[0] == sums[2] {
		t.Errorf("sums of seeds 7, 7, 8: %v", sums)
	}
}
