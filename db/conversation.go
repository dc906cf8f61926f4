package db

import (
	"context"
	"time"

	"deskwire/desk"
)

// ConversationWhere is a filter of conversations.
type ConversationWhere struct {
	And                                              []*ConversationWhere
	Or                                               []*ConversationWhere
	Not                                              *ConversationWhere
	ID                                               *IDComparator
	Number                                           *IntComparator
	Subject                                          *StringComparator
	Status                                           []desk.ConversationStatus
	Workspace                                        []desk.Workspace
	InboxID, ChannelID, ContactID, OwnerID, TicketID *IDComparator
	LabelID, TeamID                                  *IDComparator
	UnreadCount                                      *IntComparator
	Preview, ThreadKey                               *StringComparator
	Ticket                                           *TicketWhere
	Contact                                          *ContactWhere
	Unread                                           *bool
	CreatedAt, ClosedAt, LastActivityAt              *TimeComparator
}

func (w *ConversationWhere) groups() (and, or []*ConversationWhere, not *ConversationWhere) {
	return w.And, w.Or, w.Not
}

// unreadIs names what the index of unread conversations has; with a value to compare with, Postgres could not know that it may be used.
var unreadIs = map[bool]string{true: "a.unread_count > 0", false: "a.unread_count = 0"}

// unguessed is a place in a statement whose value Postgres does not look at when it plans: most conversations are closed, but not most of the last
// ones, through all of which it would look for a closed one.
const unguessed = "(SELECT ?::text)"

func (w *ConversationWhere) fields(c *conds) {
	c.id("id", "c.id", desk.KindConversation, w.ID)
	c.number("number", "c.number", w.Number)
	c.text("subject", "c.subject", w.Subject)
	oneOf(c, "status", "a.status", w.Status, unguessed)
	oneOf(c, "workspace", "c.workspace", w.Workspace)
	c.id("inboxId", "a.inbox_id", desk.KindInbox, w.InboxID)
	c.id("channelId", "c.channel_id", desk.KindChannel, w.ChannelID)
	c.id("contactId", "a.contact_id", desk.KindContact, w.ContactID)
	c.id("ownerId", "a.owner_id", desk.KindAgent, w.OwnerID)
	c.id("ticketId", "c.ticket_id", desk.KindTicket, w.TicketID)
	c.linked("labelId", "conversation_labels AS l WHERE l.account_id = c.account_id AND l.conversation_id = c.id", "l.label_id", desk.KindLabel, w.LabelID)
	if w.Unread != nil {
		c.add(sq(unreadIs[*w.Unread]))
	}
	for field, given := range map[string]bool{
		"unread": w.Unread != nil, "unreadCount": w.UnreadCount != nil, "preview": w.Preview != nil, "labelId": w.LabelID != nil,
		"lastActivityAt": w.LastActivityAt != nil, "closedAt": w.ClosedAt != nil,
	} {
		c.look.note(field, given)
	}
	c.look.Ticket, c.look.Contact = c.look.Ticket || w.Ticket != nil, c.look.Contact || w.Contact != nil
	c.team("c", w.TeamID)
	c.number("unreadCount", "a.unread_count", w.UnreadCount)
	c.text("preview", "a.preview", w.Preview)
	c.text("threadKey", "c.thread_key", w.ThreadKey)
	c.time("createdAt", "c.created_at", w.CreatedAt)
	c.time("closedAt", "c.closed_at", w.ClosedAt)
	c.time("lastActivityAt", "a.last_activity_at", w.LastActivityAt)
	related(c, "ticket", ticketTables+" WHERE t.account_id = c.account_id AND a.account_id = c.account_id AND t.id = c.ticket_id", w.Ticket)
	related(c, "contact", "contacts AS k WHERE k.account_id = c.account_id AND k.id = c.contact_id", w.Contact)
}

// team compares the teams that the owner is in.
func (c *conds) team(row string, v *IDComparator) {
	c.look.Team = c.look.Team || v != nil
	c.linked("teamId", "team_members AS m WHERE m.account_id = "+row+".account_id AND m.agent_id = "+row+".owner_id", "m.team_id", desk.KindTeam, v)
}

// hasConversation is for records of which conversations are part: one that the actor sees, outside the trash.
func (c *conds) hasConversation(binds string, w *ConversationWhere) {
	related(c, "conversation", conversationTables+" WHERE c.trash_group_id IS NULL AND "+binds, w, seesInbox(c.by, "c.inbox_id"))
}

// ConversationOrderField is what conversations can be ordered by.
type ConversationOrderField string

// The orders of conversations.
const (
	ConversationsByActivity ConversationOrderField = "LAST_ACTIVITY_AT"
	ConversationsByTime     ConversationOrderField = "CREATED_AT"
	ConversationsByNumber   ConversationOrderField = "NUMBER"
	ConversationsByClosing  ConversationOrderField = "CLOSED_AT"
)

// ConversationOrder is an order of conversations; nil is the most recently active first.
type ConversationOrder struct {
	Field     ConversationOrderField
	Direction Direction
}

func (o *ConversationOrder) order() order[desk.Conversation] {
	id := func(c *desk.Conversation) desk.ID { return c.ID }
	switch {
	case o == nil:
		return (&ConversationOrder{ConversationsByActivity, Descending}).order()
	case o.Field == ConversationsByTime:
		return byTime("cnv.time", "c.created_at", "c.id", func(c *desk.Conversation) time.Time { return c.CreatedAt }, id).going(o.Direction)
	case o.Field == ConversationsByClosing:
		return byOptionalTime("cnv.closed", "c.closed_at", "c.id", func(c *desk.Conversation) *time.Time { return c.ClosedAt }, id).going(o.Direction)
	case o.Field == ConversationsByNumber:
		return byNumber("cnv.number", "c.number", "c.id", func(c *desk.Conversation) int { return c.Number }, id).going(o.Direction)
	}
	// Both columns are of the activity, whose index then gives the page.
	o2 := byTime("cnv.activity", "a.last_activity_at", "a.conversation_id",
		func(c *desk.Conversation) time.Time { return c.LastActivityAt }, id)
	return o2.going(o.Direction)
}

// What lists are filtered by is taken from the activity, which has a copy beside the time that they are ordered by.
const (
	conversationColumns = "c.*, a.preview, a.unread_count, a.last_activity_at"
	conversationTables  = "conversations AS c JOIN conversation_activity AS a ON a.account_id = c.account_id AND a.conversation_id = c.id"
)

// conversationsOf says which conversations belong to a parent: what is in the trash only
// belongs to a ticket that is there too (D19).
func conversationsOf(k desk.Kind) string {
	switch k {
	case desk.KindInbox:
		return "a.inbox_id = p.id AND c.trash_group_id IS NULL"
	case desk.KindContact:
		return "a.contact_id = p.id AND c.trash_group_id IS NULL"
	case desk.KindTicket:
		return `c.ticket_id = p.id AND (c.trash_group_id IS NULL OR EXISTS (SELECT FROM tickets AS t
			WHERE t.account_id = c.account_id AND t.id = p.id AND t.trash_group_id IS NOT NULL))`
	}
	return "c.trash_group_id IS NULL"
}

func conversationList(sc *scope, of Parents, where *ConversationWhere) (list[desk.Conversation], error) {
	cond, err := filterSQL(sc, where)
	return list[desk.Conversation]{
		record: conversationRecord, from: conversationTables, parent: conversationsOf(of.Kind),
		where: allOf(sq("c.account_id = ? AND a.account_id = ?", sc.by.Account.ID, sc.by.Account.ID), seesInbox(sc.by, "a.inbox_id"), cond),
	}, err
}

// ConversationPages are pages of the conversations of an account, of inboxes, of contacts or of tickets.
func (r *Reader) ConversationPages(ctx context.Context, of Parents, where *ConversationWhere, o *ConversationOrder, p Paging) (map[desk.ID]*Page[*desk.Conversation], error) {
	l, err := conversationList(r.scope(ctx), of, where)
	if err != nil {
		return nil, err
	}
	l.order, l.joins = o.order(), r.joinsOf("x")
	return pages(ctx, r, l, of, p)
}

// ConversationCounts counts what ConversationPages shows.
func (r *Reader) ConversationCounts(ctx context.Context, of Parents, where *ConversationWhere) (map[desk.ID]Count, error) {
	l, err := conversationList(r.scope(ctx), of, where)
	if err != nil {
		return nil, err
	}
	return counts(ctx, r, l, of)
}

// Conversations are conversations by their ids, in the trash or not.
func (r *Reader) Conversations(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Conversation, error) {
	k := r.joinsOf("c")
	return byIDs(func(c *desk.Conversation) desk.ID { return c.ID })(joinedRows[desk.Conversation](ctx, r, k,
		"SELECT "+r.projection.columns(conversationRecord)+k.selected()+" FROM "+conversationTables+" ? WHERE c.account_id = ? AND c.id = ANY(?::uuid[]) AND ?",
		k.tables(), r.by.Account.ID, uuidArray(ids), seesInbox(r.by, "c.inbox_id")))
}
