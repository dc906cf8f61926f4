package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"deskwire/desk"
)

// save writes what desk has changed, and tells the log, in the same transaction.
func (t *Tx) save() error {
	touched := t.saved()
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
	for _, r := range t.act.Active() {
		if err := t.saveActivity(r); err != nil {
			return err
		}
	}
	return t.saveEvents()
}

// saved lists the records whose rows change. Where nothing but the unread count has changed, that is kept with the
// activity and the row stays.
func (t *Tx) saved() []desk.Record {
	changed := map[desk.ID]bool{}
	for _, e := range t.act.Events {
		if e.Kind != desk.ConversationRead && e.Kind != desk.ConversationUnread {
			changed[e.EntityID] = true
		}
	}
	var out []desk.Record
	for _, r := range t.act.Touched() {
		if c, ok := r.(*desk.Conversation); !ok || changed[c.ID] {
			out = append(out, r)
		}
	}
	return out
}

func (t *Tx) saveRecord(r desk.Record) error {
	if l, ok := r.(*desk.PropertyLayout); ok && !l.Chosen() {
		return t.later(t.NewDelete().Model(l).WherePK(), -1, nil)
	}
	change := change(t.NewUpdate().Model(r).WherePK())
	if desk.NextVersion(r) == 1 {
		change = t.NewInsert().Model(r)
	}
	if err := t.later(change, 1, vanished(r.Ref())); err != nil {
		return err
	}
	return t.saveMembers(r)
}

// maxRows bounds the rows of one statement: what is said about them is some hundred kilobytes.
const maxRows = 1000

// changedConversations are the conversations at the beginning of a list that have rows already, at most maxRows of them.
func changedConversations(rs []desk.Record) (cs []*desk.Conversation) {
	for _, r := range rs[:min(len(rs), maxRows)] {
		c, ok := r.(*desk.Conversation)
		if !ok || desk.VersionOf(c) == 0 {
			break
		}
		cs = append(cs, c)
	}
	return cs
}

// saveConversations changes the rows of many conversations in one statement: a cascade may reach all of a ticket's.
func (t *Tx) saveConversations(cs []*desk.Conversation) error {
	for _, c := range cs {
		desk.NextVersion(c)
	}
	return t.later(t.NewUpdate().Model(&cs).Bulk(), int64(len(cs)), vanished("a conversation"))
}

// saveMembers writes the lists that belong to a team, an inbox or a conversation anew.
func (t *Tx) saveMembers(r desk.Record) error {
	switch r := r.(type) {
	case *desk.Team:
		return t.link("team_members", "team_id", r.AccountID, r.ID, "agent_id", r.MemberIDs)
	case *desk.Conversation:
		if r.LabelIDs != nil { // the mutation has read them
			return t.link("conversation_labels", "conversation_id", r.AccountID, r.ID, "label_id", r.LabelIDs)
		}
	case *desk.Inbox:
		return t.link("inbox_teams", "inbox_id", r.AccountID, r.ID, "team_id", r.TeamIDs)
	}
	return nil
}

// link makes the list of what an owner is linked to exactly ids. The names are ours, not input.
func (t *Tx) link(table, ownerColumn string, account, owner desk.ID, column string, ids []desk.ID) error {
	err := t.later(t.NewDelete().Table(table).Where("account_id = ?", account).Where("? = ?", bun.Ident(ownerColumn), owner), -1, nil)
	if err != nil || len(ids) == 0 {
		return err
	}
	return t.later(t.NewRaw("INSERT INTO ? (account_id, ?, ?) SELECT ?, ?, unnest(?::uuid[])",
		bun.Ident(table), bun.Ident(ownerColumn), bun.Ident(column), account, owner, uuidArray(ids)), -1, nil)
}

type conversationActivity struct {
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
	AccountID      desk.ID
	TicketID       desk.ID
	LastActivityAt time.Time
}

func (t *Tx) saveActivity(r desk.Record) error {
	switch r := r.(type) {
	case *desk.Conversation:
		a := &conversationActivity{
			AccountID: r.AccountID, ConversationID: r.ID, Preview: r.Preview, UnreadCount: r.UnreadCount, LastActivityAt: r.LastActivityAt,
			Status: r.Status, InboxID: r.InboxID, OwnerID: r.OwnerID, ContactID: r.ContactID,
		}
		return t.later(t.NewInsert().Model(a).ModelTableExpr("conversation_activity").
			On("CONFLICT (account_id, conversation_id) DO UPDATE").
			Set("preview = EXCLUDED.preview, unread_count = EXCLUDED.unread_count, last_activity_at = EXCLUDED.last_activity_at"), 1, vanished("an activity"))
	case *desk.Ticket:
		a := &ticketActivity{r.AccountID, r.ID, r.LastActivityAt}
		return t.later(t.NewInsert().Model(a).ModelTableExpr("ticket_activity").
			On("CONFLICT (account_id, ticket_id) DO UPDATE").Set("last_activity_at = EXCLUDED.last_activity_at"), 1, vanished("an activity"))
	}
	return fmt.Errorf("db: %T has no activity", r)
}

func (t *Tx) saveEvents() error {
	for _, e := range t.act.Events {
		if e.Changes == nil {
			e.Changes = []desk.Change{}
		}
	}
	for events := range slices.Chunk(t.act.Events, maxRows) {
		if err := t.lastly(t.NewInsert().Model(&events).Returning("xid::text::bigint")); err != nil {
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
		t.act.By.Account.ID, noun).Scan(ctx, &n)
	return n, err
}
