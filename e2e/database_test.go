package e2e

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"deskwire/desk"
)

// How Postgres names a refusal.
const (
	wrongRecord = "23000" // what a trigger of R5 to R7 raises
	noSuchKey   = "23503"
	wrongValue  = "23514"
	takenKey    = "23505"
)

// TestDatabase breaks R5, R6 and R7 and the wall between accounts by plain SQL: the database
// refuses it, whoever asks and with whatever program.
func TestDatabase(t *testing.T) {
	s := start(t)
	ours := newTrashFixture(t, s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)), "ours")
	theirs := newTrashFixture(t, s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)), "theirs")
	d := &constraintTest{hand: s.sqlConn(t), names: pgx.NamedArgs{
		"one": databaseKey(t, ours.members[0]), "two": databaseKey(t, ours.members[1]), "free": databaseKey(t, ours.lone), "late": databaseKey(t, ours.late),
		"ticket": databaseKey(t, ours.ticket), "other": databaseKey(t, ours.restored), "otherone": databaseKey(t, ours.restoredMember),
		"theirticket": databaseKey(t, theirs.ticket), "theirfree": databaseKey(t, theirs.late),
		"us": databaseKey(t, ours.accountID(t)), "them": databaseKey(t, theirs.accountID(t)),
	}}
	before := d.state(t)
	for _, c := range refusedStatements {
		t.Run(c.what, func(t *testing.T) { d.requireRefused(t, c.code, c.sql...) })
	}
	for _, reference := range references {
		t.Run("into another account: "+reference[0]+"."+reference[1], func(t *testing.T) { d.requireAccountBound(t, reference[0], reference[1], reference[2]) })
	}
	if after := d.state(t); after != before {
		t.Errorf("the database was\n%s\nand is\n%s", before, after)
	}
	for _, c := range allowedStatements {
		t.Run("allowed: "+c.what, func(t *testing.T) { d.requireAllowed(t, c.sql...) })
	}
	t.Run("every reference is tried", d.allReferences)
}

type constraintTest struct {
	hand  sqlConn
	names pgx.NamedArgs
}

// refusedStatements are each one transaction.
var refusedStatements = []struct {
	what, code string
	sql        []string
}{
	{"R6 another ticket", wrongRecord, []string{"UPDATE conversations SET ticket_id = @other WHERE id = @one"}},
	{"R6 no ticket any more", wrongRecord, []string{"UPDATE conversations SET ticket_id = NULL WHERE id = @one"}},
	{"R6 another ticket among other changes", wrongRecord, []string{"UPDATE conversations SET subject = 'x', ticket_id = @other, version = version + 1 WHERE id = @one"}},
	{"R6 all at once", wrongRecord, []string{"UPDATE conversations SET ticket_id = @other WHERE account_id = @us"}},
	{"R6 by an upsert", wrongRecord, []string{`INSERT INTO conversations SELECT * FROM conversations WHERE id = @one
		ON CONFLICT (account_id, id) DO UPDATE SET ticket_id = @other`}},
	{"R6 set and taken back in one transaction", wrongRecord, []string{
		"UPDATE conversations SET ticket_id = @ticket WHERE id = @late", "UPDATE conversations SET ticket_id = NULL WHERE id = @late",
	}},
	{"R6 swapped", wrongRecord, []string{"UPDATE conversations SET ticket_id = CASE id WHEN @one THEN @other::uuid ELSE @ticket::uuid END WHERE id IN (@one, @otherone)"}},
	{"R5 a ticket that does not exist", noSuchKey, []string{"UPDATE conversations SET ticket_id = gen_random_uuid() WHERE id = @free"}},
	{"R7 a ticket without a conversation", wrongRecord, []string{copyTicket}},
	{"R7 the only conversation goes", wrongRecord, append([]string{}, deleteConversation("@otherone")...)},
	{"R7 all conversations go", wrongRecord, append(deleteConversation("@one"), deleteConversation("@two")...)},
	{"the ticket goes and its conversations stay", noSuchKey, []string{"DELETE FROM ticket_activity WHERE ticket_id = @ticket", "DELETE FROM tickets WHERE id = @ticket"}},
	{"the ticket gets another key", noSuchKey, []string{"DELETE FROM ticket_activity WHERE ticket_id = @ticket", "UPDATE tickets SET id = gen_random_uuid() WHERE id = @ticket"}},
	{"the conversation goes to another account", noSuchKey, []string{"DELETE FROM conversation_activity WHERE conversation_id = @late", "DELETE FROM messages WHERE conversation_id = @late", "UPDATE conversations SET account_id = @them, number = 99 WHERE id = @late"}},
	{"closed without a time", wrongValue, []string{"UPDATE conversations SET status = 'CLOSED' WHERE id = @free"}},
	{"a time without being closed", wrongValue, []string{"UPDATE conversations SET closed_at = now() WHERE id = @free"}},
	{"in the trash by nothing", wrongValue, []string{"UPDATE conversations SET trashed_at = NULL WHERE id = @one"}},
	{"a ticket in the trash by nothing", wrongValue, []string{"UPDATE tickets SET trash_group_id = NULL WHERE id = @ticket"}},
	{"a number twice", takenKey, []string{"UPDATE conversations SET number = (SELECT number FROM conversations WHERE id = @two) WHERE id = @one"}},
	{"a ticket's number twice", takenKey, []string{"UPDATE tickets SET number = (SELECT number FROM tickets WHERE id = @other) WHERE id = @ticket"}},
	{"a message twice", takenKey, []string{`INSERT INTO messages SELECT account_id, gen_random_uuid(), conversation_id, channel_id, kind, agent_id, contact_id,
		text, html, external_id, sent_at, delivery, delivery_detail, delivered_at, version, created_at FROM messages WHERE conversation_id = @late`}},
}

const copyTicket = `INSERT INTO tickets SELECT account_id, gen_random_uuid(), 99, name, pipeline_id, status_id, priority, owner_id, contact_id, workspace, properties,
	closed_at, NULL, NULL, version, created_at FROM tickets WHERE id = @ticket`

func deleteConversation(id string) []string {
	return []string{
		"DELETE FROM attachment_pieces", "DELETE FROM attachment_contents", "DELETE FROM attachments", "DELETE FROM messages WHERE conversation_id = " + id, "DELETE FROM conversation_activity WHERE conversation_id = " + id,
		"DELETE FROM conversations WHERE id = " + id,
	}
}

// allowedStatements are what must go on working: the guards refuse no more than they have to.
var allowedStatements = []struct {
	what string
	sql  []string
}{
	{"R7 a ticket before its conversation", []string{copyTicket, "UPDATE conversations SET ticket_id = (SELECT id FROM tickets WHERE number = 99) WHERE id = @free"}},
	{"R6 the same ticket again", []string{"UPDATE conversations SET ticket_id = ticket_id, subject = 'y' WHERE account_id = @us"}},
	{"R7 one of two conversations goes", deleteConversation("@one")},
	{"a ticket goes with its last conversation", append(deleteConversation("@otherone"),
		"DELETE FROM ticket_activity WHERE ticket_id = @other", "DELETE FROM tickets WHERE id = @other")},
}

// run does it all in one transaction.
func (d *constraintTest) run(sql ...string) error {
	ctx := context.Background()
	return pgx.BeginFunc(ctx, d.hand, func(tx pgx.Tx) error {
		for _, s := range sql {
			if _, err := tx.Exec(ctx, s, d.names); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *constraintTest) requireRefused(t *testing.T, want string, sql ...string) {
	t.Helper()
	var pg *pgconn.PgError
	if err := d.run(sql...); !errors.As(err, &pg) || pg.Code != want {
		t.Errorf("%v answered %v, want %s", sql, err, want)
	}
}

func (d *constraintTest) requireAllowed(t *testing.T, sql ...string) {
	t.Helper()
	if err := d.run(sql...); err != nil {
		t.Errorf("%v: %v", sql, err)
	}
}

// state is what the wrongs try to change.
func (d *constraintTest) state(t *testing.T) (s string) {
	t.Helper()
	err := d.hand.QueryRow(context.Background(), `SELECT (SELECT string_agg(c::text, E'\n' ORDER BY id) FROM conversations c)
		|| (SELECT string_agg(x::text, E'\n' ORDER BY id) FROM tickets x) || (SELECT string_agg(m::text, E'\n' ORDER BY id) FROM messages m)`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// references are the columns that point to another table, with the table.
var references = [][3]string{
	{"conversations", "ticket_id", "tickets"}, {"conversations", "inbox_id", "inboxes"}, {"conversations", "channel_id", "channels"},
	{"conversations", "contact_id", "contacts"}, {"conversations", "owner_id", "agents"}, {"conversations", "trash_group_id", "trash_groups"},
	{"tickets", "owner_id", "agents"}, {"tickets", "contact_id", "contacts"}, {"tickets", "trash_group_id", "trash_groups"},
	{"tickets", "status_id", "ticket_statuses"}, {"tickets", "pipeline_id", "pipelines"},
	{"messages", "conversation_id", "conversations"}, {"messages", "channel_id", "channels"}, {"messages", "agent_id", "agents"}, {"messages", "contact_id", "contacts"},
	{"conversation_activity", "conversation_id", "conversations"}, {"conversation_activity", "inbox_id", "inboxes"},
	{"conversation_activity", "owner_id", "agents"}, {"conversation_activity", "contact_id", "contacts"}, {"ticket_activity", "ticket_id", "tickets"},
	{"channels", "inbox_id", "inboxes"}, {"inboxes", "follow_up_status_id", "ticket_statuses"}, {"ticket_statuses", "pipeline_id", "pipelines"},
	{"team_members", "team_id", "teams"}, {"team_members", "agent_id", "agents"}, {"inbox_teams", "inbox_id", "inboxes"}, {"inbox_teams", "team_id", "teams"},
	{"tokens", "agent_id", "agents"}, {"trash_groups", "trashed_by_id", "agents"},
	{"conversation_labels", "conversation_id", "conversations"}, {"conversation_labels", "label_id", "labels"}, {"snippets", "agent_id", "agents"},
	{"inbox_views", "agent_id", "agents"}, {"inbox_views", "team_id", "teams"}, {"agents", "successor_id", "agents"},
	{"ticket_slots", "ticket_id", "tickets"}, {"ticket_options", "ticket_id", "tickets"}, {"ticket_options", "property_id", "property_definitions"},
	{"attachments", "message_id", "messages"}, {"attachments", "uploader_id", "agents"}, {"attachment_contents", "attachment_id", "attachments"}, {"attachment_pieces", "attachment_id", "attachments"},
}

// requireAccountBound points a row of ours to a record of theirs.
func (d *constraintTest) requireAccountBound(t *testing.T, table, column, to string) {
	d.requireAllowed(t, "INSERT INTO teams SELECT id, gen_random_uuid(), 'crossing', 1, now() FROM accounts ON CONFLICT DO NOTHING",
		"INSERT INTO inbox_teams SELECT account_id, i.id, t.id FROM inboxes i JOIN teams t USING (account_id) WHERE t.name = 'crossing' ON CONFLICT DO NOTHING",
		"INSERT INTO team_members SELECT account_id, t.id, a.id FROM teams t JOIN agents a USING (account_id) WHERE t.name = 'crossing' ON CONFLICT DO NOTHING",
		"INSERT INTO labels SELECT id, gen_random_uuid(), 'crossing', '', '', NULL, 1, now() FROM accounts ON CONFLICT DO NOTHING",
		"INSERT INTO conversation_labels SELECT @us, @free, id FROM labels WHERE account_id = @us ON CONFLICT DO NOTHING",
		"INSERT INTO snippets SELECT account_id, gen_random_uuid(), id, 'crossing', 'crossing', 'x', NULL, NULL, 1, now() FROM agents ON CONFLICT DO NOTHING",
		"INSERT INTO inbox_views SELECT account_id, gen_random_uuid(), 'PERSONAL', id, NULL, 'crossing', '{}', '', 0, NULL, 1, now() FROM agents",
		"INSERT INTO inbox_views SELECT account_id, gen_random_uuid(), 'TEAM', NULL, id, 'crossing', '{}', '', 0, NULL, 1, now() FROM teams",
		"INSERT INTO property_definitions SELECT id, gen_random_uuid(), 'crossing', 'x', '', 'OPTIONS', NULL, NULL, 1, now(), NULL FROM accounts ON CONFLICT DO NOTHING",
		"INSERT INTO ticket_slots SELECT account_id, id FROM tickets ON CONFLICT DO NOTHING",
		"INSERT INTO ticket_options SELECT @us, @ticket, id, 'x' FROM property_definitions WHERE account_id = @us AND key = 'crossing' ON CONFLICT DO NOTHING")
	row := fmt.Sprintf("ctid = (SELECT ctid FROM %s WHERE account_id = @us ORDER BY %s IS NULL LIMIT 1)", table, column)
	if column == "ticket_id" && table == "conversations" {
		row = "id = @free" // one that has none, or R6 refuses it first
	}
	d.requireRefused(t, noSuchKey, fmt.Sprintf("UPDATE %s SET %s = (SELECT id FROM %s WHERE account_id = @them LIMIT 1) WHERE %s", table, column, to, row))
}

// allReferences compares with what the database knows of itself, so that a new column is not
// forgotten.
func (d *constraintTest) allReferences(t *testing.T) {
	known := map[string]bool{}
	for _, r := range references {
		known[r[0]+"."+r[1]] = true
	}
	rows, err := d.hand.Query(context.Background(), `SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid = 'uuid'::regtype
		AND a.attname LIKE '%\_id' AND a.attname <> 'account_id'`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, column := range all {
		if !known[column] && !withoutForeignKey[column] {
			t.Errorf("%s points somewhere, and nothing is known of its account", column)
		}
	}
}

// withoutForeignKey are columns that outlive what they name, or name things of several tables.
var withoutForeignKey = map[string]bool{
	"conversation_activity.inbox_id": true, "conversation_activity.owner_id": true, "conversation_activity.contact_id": true, // copies, made by a trigger
	"attachment_contents.upload_id": true, "attachment_pieces.upload_id": true, // attempts, which have no rows
	"trash_groups.root_id": true, "property_layouts.owner_id": true, "idempotency_keys.actor_id": true,
	"events.entity_id": true, "events.actor_id": true, "events.cascade_id": true, "events.conversation_id": true, "events.ticket_id": true, "events.inbox_id": true,
}
