package write

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/uptrace/bun"

	"deskwire/db/pg"
	"deskwire/desk"
)

// saveChanges writes what desk has changed, and tells the log, in the same transaction.
func (t *Tx) saveChanges() error {
	touched := t.changedRecords()
	for len(touched) > 0 {
		n := 1
		if cs := changedConversations(touched); len(cs) > 1 {
			n = len(cs)
			if err := t.saveConversations(cs); err != nil {
				return err
			}
		} else if err := t.saveRecord(touched[0]); err != nil {
			return err
		}
		touched = touched[n:]
	}
	for _, r := range t.Act.Active() {
		if err := t.saveActivity(r); err != nil {
			return err
		}
	}
	return t.saveEvents()
}

// changedRecords lists the records whose rows change. Where nothing but the unread count has
// changed, that is kept with the activity and the row stays.
func (t *Tx) changedRecords() []desk.Record {
	changed := map[desk.ID]bool{}
	for _, e := range t.Act.Events {
		if e.Kind != desk.ConversationRead && e.Kind != desk.ConversationUnread {
			changed[e.EntityID] = true
		}
	}
	var out []desk.Record
	for _, r := range t.Act.Touched() {
		if c, ok := r.(*desk.Conversation); !ok || changed[c.ID] {
			out = append(out, r)
		}
	}
	return out
}

func (t *Tx) saveRecord(r desk.Record) error {
	if l, ok := r.(*desk.PropertyLayout); ok && !l.Chosen() {
		return t.QueueBun(t.NewDelete().Model(l).WherePK(), -1, nil)
	}
	if err := t.saveRow(r, desk.NextVersion(r) == 1); err != nil {
		return err
	}
	return t.saveMembers(r)
}

func (t *Tx) saveRow(r desk.Record, isNew bool) error {
	switch plain := t.Encodable(r); {
	case plain && isNew:
		return t.Insert(nil, "", r)
	case plain:
		return t.Update(pg.ErrVanished(r.Ref()), r)
	case isNew:
		return t.QueueBun(t.NewInsert().Model(r), 1, pg.ErrVanished(r.Ref()))
	}
	return t.QueueBun(t.NewUpdate().Model(r).WherePK(), 1, pg.ErrVanished(r.Ref()))
}

// maxRows bounds the rows of one statement: what is said about them is some hundred kilobytes.
const maxRows = 1000

// changedConversations are the conversations at the beginning of a list that have rows already, at
// most maxRows of them.
func changedConversations(rs []desk.Record) (cs []any) {
	for _, r := range rs[:min(len(rs), maxRows)] {
		c, ok := r.(*desk.Conversation)
		if !ok || desk.VersionOf(c) == 0 {
			break
		}
		cs = append(cs, c)
	}
	return cs
}

// saveConversations changes the rows of many conversations in one statement: a cascade may reach
// all of a ticket's.
func (t *Tx) saveConversations(cs []any) error {
	for _, c := range cs {
		desk.NextVersion(c.(*desk.Conversation))
	}
	return t.Update(pg.ErrVanished("a conversation"), cs...)
}

// saveMembers writes the lists that belong to a team, an inbox or a conversation anew.
func (t *Tx) saveMembers(r desk.Record) error {
	switch r := r.(type) {
	case *desk.Team:
		return t.writeLinks("team_members", "team_id", r.AccountID, r.ID, "agent_id", r.MemberIDs)
	case *desk.Conversation:
		if r.LabelIDs != nil { // the mutation has read them
			return t.writeLinks("conversation_labels", "conversation_id", r.AccountID, r.ID, "label_id", r.LabelIDs)
		}
	case *desk.Inbox:
		return t.writeLinks("inbox_teams", "inbox_id", r.AccountID, r.ID, "team_id", r.TeamIDs)
	}
	return nil
}

// writeLinks makes the list of what an owner is linked to exactly ids. The names are ours, not
// input.
func (t *Tx) writeLinks(table, ownerColumn string, account, owner desk.ID, column string, ids []desk.ID) error {
	err := t.QueueBun(t.NewDelete().Table(table).Where("account_id = ?", account).Where("? = ?", bun.Ident(ownerColumn), owner), -1, nil)
	if err != nil || len(ids) == 0 {
		return err
	}
	return t.QueueBun(t.NewRaw("INSERT INTO ? (account_id, ?, ?) SELECT ?, ?, unnest(?::uuid[])",
		bun.Ident(table), bun.Ident(ownerColumn), bun.Ident(column), account, owner, pg.UUIDs(ids)), -1, nil)
}

type conversationActivity struct {
	bun.BaseModel `bun:"conversation_activity"`

	AccountID      desk.ID
	ConversationID desk.ID
	Preview        string
	UnreadCount    int
	LastActivityAt time.Time

	// Copies, for lists; the database keeps them as the conversation has them.
	Status    desk.ConversationStatus
	InboxID   desk.ID
	OwnerID   *desk.ID
	ContactID desk.ID
}

type ticketActivity struct {
	bun.BaseModel `bun:"ticket_activity"`

	AccountID      desk.ID
	TicketID       desk.ID
	LastActivityAt time.Time
}

const (
	overConversationActivity = ` ON CONFLICT (account_id, conversation_id) DO UPDATE
		SET preview = EXCLUDED.preview, unread_count = EXCLUDED.unread_count, last_activity_at = EXCLUDED.last_activity_at`
	overTicketActivity = " ON CONFLICT (account_id, ticket_id) DO UPDATE SET last_activity_at = EXCLUDED.last_activity_at"
)

func (t *Tx) saveActivity(r desk.Record) error {
	switch r := r.(type) {
	case *desk.Conversation:
		return t.Insert(pg.ErrVanished("an activity"), overConversationActivity, &conversationActivity{
			AccountID: r.AccountID, ConversationID: r.ID, Preview: r.Preview, UnreadCount: r.UnreadCount, LastActivityAt: r.LastActivityAt,
			Status: r.Status, InboxID: r.InboxID, OwnerID: r.OwnerID, ContactID: r.ContactID,
		})
	case *desk.Ticket:
		return t.Insert(pg.ErrVanished("an activity"), overTicketActivity, &ticketActivity{AccountID: r.AccountID, TicketID: r.ID, LastActivityAt: r.LastActivityAt})
	}
	return fmt.Errorf("db: %T has no activity", r)
}

func (t *Tx) saveEvents() error {
	rows := make([]any, len(t.Act.Events))
	for i, e := range t.Act.Events {
		if rows[i] = e; e.Changes == nil {
			e.Changes = []desk.Change{}
		}
	}
	for events := range slices.Chunk(rows, maxRows) {
		if err := t.QueueWrite(pg.RowWriter{Insert: true, Returning: " RETURNING r.xid::text::bigint"}, nil, events); err != nil {
			return err
		}
		t.Queued[len(t.Queued)-1].Scan = func(found pgx.Rows, _ *pgtype.Map) error {
			_, err := pgx.ForEachRow(found, []any{&t.out.Wrote}, func() error { return nil })
			return err
		}
	}
	return nil
}

// nextNumber takes the next number of a noun. The row stays locked until the commit, so
// numbers have no gaps; it is taken last, so nobody waits longer than a commit for it.
func (t *Tx) nextNumber(ctx context.Context, noun string) (n int, err error) {
	err = t.NewRaw(`INSERT INTO account_counters (account_id, noun, last) VALUES (?, ?, 1)
		ON CONFLICT (account_id, noun) DO UPDATE SET last = account_counters.last + 1 RETURNING last`,
		t.Act.By.Account.ID, noun).Scan(ctx, &n)
	return n, err
}
