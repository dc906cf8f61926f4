package seed

import (
	"container/heap"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"deskwire/desk"
	"deskwire/mailhtml"
)

// writeContacts makes all contacts: three for ten conversations. The first ones write most.
func (m *generator) writeContacts() error {
	n := max(1, m.Conversations*3/10)
	m.contacts = make([]desk.ID, n)
	return m.copyRows("contacts", "id email phone external_id name version created_at", func(yield func([]any) bool) {
		for i := range m.contacts {
			at := m.startOf(i, n).Add(-time.Hour)
			m.contacts[i] = m.idAt(at)
			name := m.words.personName()
			email := fmt.Sprintf("%s.%d@%s.example", strings.ToLower(strings.ReplaceAll(name, " ", ".")), i+1, m.words.words[100+i%400])
			var phone, external any
			if m.happens(0.6) {
				phone = fmt.Sprintf("+49%010d", i*7919+m.r.IntN(7919))
			}
			if m.happens(0.2) {
				external = fmt.Sprintf("C-%d", 100_000+i)
			}
			if !yield([]any{rawID(m.contacts[i]), email, phone, external, name, 1, at}) {
				return
			}
		}
	})
}

// writeCases writes conversations with their new tickets and activity.
func (m *generator) writeCases(cs []*conversation, tickets []*ticket) error {
	var trashed []*conversation
	for _, c := range cs {
		if c.trash != nil {
			trashed = append(trashed, c)
		}
	}
	if err := m.copyRows("trash_groups", "id root_kind root_id trashed_by_id trashed_at", rowsOf(trashed, func(c *conversation) []any {
		return []any{rawID(c.trash.id), string(desk.KindConversation), rawID(c.id), rawID(c.trash.by), c.trash.at}
	})); err != nil {
		return err
	}
	err := m.copyRows("tickets", `id number name pipeline_id status_id priority owner_id contact_id workspace properties closed_at
		trash_group_id trashed_at version created_at`, rowsOf(tickets, ticketRow))
	if err != nil {
		return err
	}
	err = m.copyRows("conversations", `id number subject status workspace inbox_id channel_id contact_id owner_id ticket_id thread_key closed_at
		trash_group_id trashed_at version created_at`, rowsOf(cs, conversationRow))
	if err != nil {
		return err
	}
	return m.copyRows("conversation_activity", "conversation_id preview unread_count last_activity_at status inbox_id owner_id contact_id trashed", rowsOf(cs, func(c *conversation) []any {
		return []any{rawID(c.id), desk.Preview(c.messages[len(c.messages)-1].text), c.unread, c.lastMessageAt(), c.statusName(), rawID(c.inbox.ID), rawIDOrNull(c.owner), rawID(c.contact), c.trash != nil}
	}))
}

func (t *trashGroup) columnValues() (group, at any) {
	if t == nil {
		return nil, nil
	}
	return rawID(t.id), t.at
}

func ticketRow(t *ticket) []any {
	group, at := t.trash.columnValues()
	return []any{
		rawID(t.id), t.number, t.name, rawID(t.pipeline.ID), rawID(t.status.ID), (*string)(t.priority), rawIDOrNull(t.owner), rawID(t.contact),
		string(t.workspace), t.values, t.closedAt, group, at, 1, t.createdAt,
	}
}

func conversationRow(c *conversation) []any {
	group, at := c.trash.columnValues()
	ticket := any(nil)
	if c.ticket != nil {
		ticket = rawID(c.ticket.id)
	}
	return []any{
		rawID(c.id), c.number, c.subject, c.statusName(), string(c.inbox.Workspace), rawID(c.inbox.ID), rawID(c.channel.ID), rawID(c.contact),
		rawIDOrNull(c.owner), ticket, c.thread, c.closedAt, group, at, 1, c.createdAt,
	}
}

// writeMessages writes the messages up to a time, in the order in which they came, whatever
// conversation they are of.
func (m *generator) writeMessages(until time.Time) error {
	var due []*message
	for len(m.waiting) > 0 && !m.waiting[0].at.After(until) {
		due = append(due, heap.Pop(&m.waiting).(*message))
	}
	m.messages += len(due)
	err := m.copyRows("messages", `id conversation_id channel_id kind agent_id contact_id text html safe_html safe_html_version external_id sent_at delivery delivered_at
		version created_at`, rowsOf(due, m.messageRow))
	if err != nil {
		return err
	}
	var told []logEvent
	for _, msg := range due {
		if msg.at.After(m.eventsAt) {
			told = append(told, messageEvent(m, msg))
		}
	}
	return m.writeEvents(told)
}

func (m *generator) messageRow(msg *message) []any {
	var contact, html, safe, external, sent, delivery, delivered any
	switch msg.kind {
	case desk.Incoming:
		contact, sent = rawID(msg.of.contact), msg.at
		external = desk.Ref{Kind: desk.KindMessage, ID: msg.id}.String() + "@mail.example"
	case desk.Outgoing:
		delivery, delivered = string(desk.DeliveryDelivered), msg.at
	}
	if msg.of.channel.Kind == desk.ChannelEmail && m.happens(0.05) {
		html = "<p>" + strings.ReplaceAll(msg.text, "\n\n", "</p><p>") + "</p>"
		safe = mailhtml.Safe(html.(string))
	}
	return []any{
		rawID(msg.id), rawID(msg.of.id), rawID(msg.of.channel.ID), string(msg.kind), rawIDOrNull(msg.by), contact, msg.text, html, safe, mailhtml.SafeVersion, external, sent,
		delivery, delivered, 1, msg.at,
	}
}

// logEvent is a row of the log.
type logEvent struct {
	at           time.Time
	kind         desk.EventKind
	of           desk.Ref
	by           *desk.ID
	mutation     string
	conversation *conversation
	ticket       *ticket
	changes      []desk.Change
}

func newValue(field, value string) desk.Change { return desk.Change{Field: field, New: &value} }

func messageEvent(m *generator, msg *message) logEvent {
	e := logEvent{at: msg.at, of: desk.Ref{Kind: desk.KindMessage, ID: msg.id}, by: msg.by, conversation: msg.of, ticket: msg.of.ticket}
	switch msg.kind {
	case desk.Incoming:
		e.kind, e.mutation = desk.MessageReceived, "messageReceive"
	case desk.Outgoing:
		e.kind, e.mutation = desk.MessageSent, "messageSend"
	default:
		e.kind, e.mutation = desk.CommentCreated, "commentCreate"
	}
	e.changes = []desk.Change{newValue("kind", string(msg.kind)), newValue("conversation", desk.Ref{Kind: desk.KindConversation, ID: msg.of.id}.String())}
	return e
}

// eventsOf is what the log keeps of new conversations and tickets: of the last part of the time
// only, as in an account whose old months were dropped.
func (m *generator) eventsOf(cs []*conversation, tickets []*ticket) (all []logEvent) {
	for _, c := range cs {
		ref := desk.Ref{Kind: desk.KindConversation, ID: c.id}
		if c.createdAt.After(m.eventsAt) {
			all = append(all, logEvent{at: c.createdAt, kind: desk.ConversationStarted, of: ref, mutation: "messageReceive", conversation: c,
				changes: []desk.Change{newValue("subject", c.subject), newValue("status", string(desk.ConversationStatusOpen))}})
		}
		if c.closedAt != nil && c.closedAt.After(m.eventsAt) {
			was, is := string(desk.ConversationStatusOpen), string(desk.ConversationStatusClosed)
			all = append(all, logEvent{at: *c.closedAt, kind: desk.ConversationClosed, of: ref, by: c.owner, mutation: "conversationClose", conversation: c,
				ticket: c.ticket, changes: []desk.Change{{Field: "status", Old: &was, New: &is}}})
		}
	}
	for _, t := range tickets {
		if t.createdAt.After(m.eventsAt) {
			all = append(all, logEvent{at: t.createdAt, kind: desk.TicketCreated, of: desk.Ref{Kind: desk.KindTicket, ID: t.id}, by: t.owner,
				mutation: "ticketCreate", conversation: t.first, ticket: t, changes: []desk.Change{newValue("name", t.name)}})
		}
	}
	return all
}

func (m *generator) writeEvents(all []logEvent) error {
	m.events += len(all)
	return m.copyRows("events", `id at kind entity_kind entity_id changes rule effect actor_id mutation cascade_id conversation_id ticket_id inbox_id`,
		rowsOf(all, func(e logEvent) []any {
			changes, _ := json.Marshal(e.changes) // texts can always be written
			var ticket any
			if e.ticket != nil {
				ticket = rawID(e.ticket.id)
			}
			return []any{
				rawID(m.idAt(e.at)), e.at, string(e.kind), string(e.of.Kind), rawID(e.of.ID), changes, "", false, rawIDOrNull(e.by), e.mutation,
				rawID(m.idAt(e.at)), rawID(e.conversation.id), ticket, rawID(e.conversation.inbox.ID),
			}
		}))
}
