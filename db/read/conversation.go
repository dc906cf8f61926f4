package read

import (
	"context"
	"time"

	"deskwire/db/pg"
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
	Owner                                            *AgentWhere
	Unread                                           *bool
	CreatedAt, ClosedAt, LastActivityAt              *TimeComparator
}

func (w *ConversationWhere) subFilters() (and, or []*ConversationWhere, not *ConversationWhere) {
	return w.And, w.Or, w.Not
}

// unreadIs names what the index of unread conversations has; with a value to compare with, Postgres
// could not know that it may be used.
var unreadIs = map[bool]string{true: "a.unread_count > 0", false: "a.unread_count = 0"}

// valueUnknownToPlanner is the placeholder of a value that Postgres does not know when it plans:
// most conversations are closed, but not most of the last ones, through all of which it would look
// for a closed one.
const valueUnknownToPlanner = "(SELECT ?::text)"

func (w *ConversationWhere) addConditions(c *conditions) {
	c.filterID("id", "c.id", desk.KindConversation, w.ID)
	c.filterNumber("number", "c.number", w.Number)
	c.filterText("subject", "c.subject", w.Subject)
	filterEnum(c, "status", "a.status", w.Status, valueUnknownToPlanner)
	filterEnum(c, "workspace", "c.workspace", w.Workspace)
	c.filterID("inboxId", "a.inbox_id", desk.KindInbox, w.InboxID)
	c.filterID("channelId", "c.channel_id", desk.KindChannel, w.ChannelID)
	c.filterID("contactId", "a.contact_id", desk.KindContact, w.ContactID)
	c.filterID("ownerId", "a.owner_id", desk.KindAgent, w.OwnerID)
	c.filterID("ticketId", "c.ticket_id", desk.KindTicket, w.TicketID)
	c.filterLinked("labelId", "conversation_labels AS l WHERE l.account_id = c.account_id AND l.conversation_id = c.id", "l.label_id", desk.KindLabel, w.LabelID)
	if w.Unread != nil {
		c.addCondition(pg.SQL(unreadIs[*w.Unread]))
	}
	for field, given := range map[string]bool{
		"unread": w.Unread != nil, "unreadCount": w.UnreadCount != nil, "preview": w.Preview != nil, "labelId": w.LabelID != nil,
		"lastActivityAt": w.LastActivityAt != nil, "closedAt": w.ClosedAt != nil,
	} {
		c.deps.addField(field, given)
	}
	c.deps.Ticket, c.deps.Contact = c.deps.Ticket || w.Ticket != nil, c.deps.Contact || w.Contact != nil
	c.filterTeam("c", w.TeamID)
	c.filterNumber("unreadCount", "a.unread_count", w.UnreadCount)
	c.filterText("preview", "a.preview", w.Preview)
	c.filterCase("threadKey", "c.thread_key", w.ThreadKey)
	c.filterTime("createdAt", "c.created_at", w.CreatedAt)
	c.filterTime("closedAt", "c.closed_at", w.ClosedAt)
	c.filterTime("lastActivityAt", "a.last_activity_at", w.LastActivityAt)
	filterRelated(c, "ticket", TicketTables+" WHERE t.account_id = c.account_id AND a.account_id = c.account_id AND t.id = c.ticket_id", w.Ticket)
	c.filterAgent("owner", "a.owner_id", w.Owner)
	filterRelated(c, "contact", "contacts AS k WHERE k.account_id = c.account_id AND k.id = c.contact_id", w.Contact)
}

// filterTeam compares the teams that the owner is in.
func (c *conditions) filterTeam(row string, v *IDComparator) {
	c.deps.Team = c.deps.Team || v != nil
	c.filterLinked("teamId", "team_members AS m WHERE m.account_id = "+row+".account_id AND m.agent_id = "+row+".owner_id", "m.team_id", desk.KindTeam, v)
}

// hasConversation is for records of which conversations are part: one that the actor sees, outside
// the trash.
func (c *conditions) hasConversation(binds string, w *ConversationWhere) {
	filterRelated(c, "conversation", ConversationTables+" WHERE c.trash_group_id IS NULL AND "+binds, w, seesInbox(c.by, "c.inbox_id"))
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

func (o *ConversationOrder) sortOrder() sortOrder[desk.Conversation] {
	id := func(c *desk.Conversation) desk.ID { return c.ID }
	switch {
	case o == nil:
		return (&ConversationOrder{ConversationsByActivity, Descending}).sortOrder()
	case o.Field == ConversationsByTime:
		return byTime("cnv.time", "c.created_at", "c.id", func(c *desk.Conversation) time.Time { return c.CreatedAt }, id).withDirection(o.Direction)
	case o.Field == ConversationsByClosing:
		return byOptionalTime("cnv.closed", "c.closed_at", "c.id", func(c *desk.Conversation) *time.Time { return c.ClosedAt }, id).withDirection(o.Direction)
	case o.Field == ConversationsByNumber:
		return byNumber("cnv.number", "c.number", "c.id", func(c *desk.Conversation) int { return c.Number }, id).withDirection(o.Direction)
	}
	// Both columns are of the activity, whose index then gives the page.
	o2 := byTime("cnv.activity", "a.last_activity_at", "a.conversation_id",
		func(c *desk.Conversation) time.Time { return c.LastActivityAt }, id)
	return o2.withDirection(o.Direction)
}

// What lists are filtered by is taken from the activity, which has a copy beside the time that they
// are ordered by.
const (
	ConversationColumns = "c.*, a.preview, a.unread_count, a.last_activity_at"
	ConversationTables  = "conversations AS c JOIN conversation_activity AS a ON a.account_id = c.account_id AND a.conversation_id = c.id"
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

func conversationList(sc *FilterScope, of Parents, where *ConversationWhere) (pageQuery[desk.Conversation], error) {
	cond, err := FilterSQL(sc, where)
	return pageQuery[desk.Conversation]{
		record: conversationRecord, from: ConversationTables, parent: conversationsOf(of.Kind),
		where: pg.AllOf(pg.SQL("c.account_id = ? AND a.account_id = ?", sc.by.Account.ID, sc.by.Account.ID), seesInbox(sc.by, "a.inbox_id"), cond),
	}, err
}

// ConversationPages are pages of the conversations of an account, of inboxes, of contacts or of
// tickets.
func (r *Reader) ConversationPages(ctx context.Context, of Parents, where *ConversationWhere, o *ConversationOrder, p Paging) (map[desk.ID]*Page[*desk.Conversation], error) {
	l, err := conversationList(r.FilterScope(ctx), of, where)
	if err != nil {
		return nil, err
	}
	l.order, l.joins = o.sortOrder(), r.joinRecords("x")
	return loadPages(ctx, r, l, of, p)
}

// ConversationCounts counts what ConversationPages shows.
func (r *Reader) ConversationCounts(ctx context.Context, of Parents, where *ConversationWhere) (map[desk.ID]Count, error) {
	l, err := conversationList(r.FilterScope(ctx), of, where)
	if err != nil {
		return nil, err
	}
	return countRows(ctx, r, l, of)
}

// Conversations are conversations by their ids, in the trash or not.
func (r *Reader) Conversations(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Conversation, error) {
	k := r.joinRecords("c")
	return pg.ByID(func(c *desk.Conversation) desk.ID { return c.ID })(joinedRows[desk.Conversation](ctx, r, k,
		"SELECT "+r.projection.columns(conversationRecord)+k.joinColumns()+" FROM "+ConversationTables+" ? WHERE c.account_id = ? AND c.id = ? AND ?",
		k.joinTables(), r.actor.Account.ID, pg.OneOf(ids), seesInbox(r.actor, "c.inbox_id")))
}
