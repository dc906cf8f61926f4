package seed

import (
	"container/heap"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"deskwire/desk"
)

// makeContacts makes all contacts: three for ten conversations. The first ones write most.
func (m *maker) makeContacts() error {
	n := max(1, m.Conversations*3/10)
	m.contacts = make([]desk.ID, n)
	return m.copyAll("contacts", "id email phone external_id name version created_at", func(yield func([]any) bool) {
		for i := range m.contacts {
			at := m.moment(i, n).Add(-time.Hour)
			m.contacts[i] = m.id(at)
			name := m.words.name()
			email := fmt.Sprintf("%s.%d@%s.example", strings.ToLower(strings.ReplaceAll(name, " ", ".")), i+1, m.words.words[100+i%400])
			var phone, external any
			if m.chance(0.6) {
				phone = fmt.Sprintf("+49%010d", i*7919+m.r.IntN(7919))
			}
			if m.chance(0.2) {
				external = fmt.Sprintf("C-%d", 100_000+i)
			}
			if !yield([]any{raw(m.contacts[i]), email, phone, external, name, 1, at}) {
				return
			}
		}
	})
}

// writeCases writes conversations with their new tickets and activity.
func (m *maker) writeCases(cs []*conversation, tickets []*ticket) error {
	var trashed []*conversation
	for _, c := range cs {
		if c.trash != nil {
			trashed = append(trashed, c)
		}
	}
	if err := m.copyAll("trash_groups", "id root_kind root_id trashed_by_id trashed_at", each(trashed, func(c *conversation) []any {
		return []any{raw(c.trash.id), string(desk.KindConversation), raw(c.id), raw(c.trash.by), c.trash.at}
	})); err != nil {
		return err
	}
	err := m.copyAll("tickets", `id number name pipeline_id status_id priority owner_id contact_id workspace properties closed_at
		trash_group_id trashed_at version created_at`, each(tickets, ticketRow))
	if err != nil {
		return err
	}
	err = m.copyAll("conversations", `id number subject status workspace inbox_id channel_id contact_id owner_id ticket_id thread_key closed_at
		trash_group_id trashed_at version created_at`, each(cs, conversationRow))
	if err != nil {
		return err
	}
	return m.copyAll("conversation_activity", "conversation_id preview unread_count last_activity_at status inbox_id owner_id contact_id trashed", each(cs, func(c *conversation) []any {
		return []any{raw(c.id), desk.Preview(c.messages[len(c.messages)-1].text), c.unread, c.lastAt(), c.status(), raw(c.inbox.ID), rawOrNull(c.owner), raw(c.contact), c.trash != nil}
	}))
}

func (t *trashing) row() (group, at any) {
	if t == nil {
		return nil, nil
	}
	return raw(t.id), t.at
}

func ticketRow(t *ticket) []any {
	group, at := t.trash.row()
	return []any{
		raw(t.id), t.number, t.name, raw(t.pipeline.ID), raw(t.status.ID), (*string)(t.priority), rawOrNull(t.owner), raw(t.contact),
		string(t.workspace), t.values, t.closedAt, group, at, 1, t.createdAt,
	}
}

func conversationRow(c *conversation) []any {
	group, at := c.trash.row()
	ticket := any(nil)
	if c.ticket != nil {
		ticket = raw(c.ticket.id)
	}
	return []any{
		raw(c.id), c.number, c.subject, c.status(), string(c.inbox.Workspace), raw(c.inbox.ID), raw(c.channel.ID), raw(c.contact),
		rawOrNull(c.owner), ticket, c.thread, c.closedAt, group, at, 1, c.createdAt,
	}
}

// writeMessages writes the messages up to a time, in the order in which they came, whatever conversation they are of.
func (m *maker) writeMessages(until time.Time) error {
	var due []*message
	for len(m.waiting) > 0 && !m.waiting[0].at.After(until) {
		due = append(due, heap.Pop(&m.waiting).(*message))
	}
	m.messages += len(due)
	err := m.copyAll("messages", `id conversation_id channel_id kind agent_id contact_id text html external_id sent_at delivery delivered_at
		version created_at`, each(due, m.messageRow))
	if err != nil {
		return err
	}
	var told []event
	for _, msg := range due {
		if msg.at.After(m.eventsAt) {
			told = append(told, messageEvent(m, msg))
		}
	}
	return m.writeEvents(told)
}

func (m *maker) messageRow(msg *message) []any {
	var contact, html, external, sent, delivery, delivered any
	switch msg.kind {
	case desk.Incoming:
		contact, sent = raw(msg.of.contact), msg.at
		external = desk.Ref{Kind: desk.KindMessage, ID: msg.id}.String() + "@mail.example"
	case desk.Outgoing:
		delivery, delivered = string(desk.DeliveryDelivered), msg.at
	}
	if msg.of.channel.Kind == desk.ChannelEmail && m.chance(0.05) {
		html = "<p>" + strings.ReplaceAll(msg.text, "\n\n", "</p><p>") + "</p>"
	}
	return []any{
		raw(msg.id), raw(msg.of.id), raw(msg.of.channel.ID), string(msg.kind), rawOrNull(msg.by), contact, msg.text, html, external, sent,
		delivery, delivered, 1, msg.at,
	}
}

// event is a row of the log.
type event struct {
	at           time.Time
	kind         desk.EventKind
	of           desk.Ref
	by           *desk.ID
	mutation     string
	conversation *conversation
	ticket       *ticket
	changes      []desk.Change
}

func change(field, value string) desk.Change { return desk.Change{Field: field, New: &value} }

func messageEvent(m *maker, msg *message) event {
	e := event{at: msg.at, of: desk.Ref{Kind: desk.KindMessage, ID: msg.id}, by: msg.by, conversation: msg.of, ticket: msg.of.ticket}
	switch msg.kind {
	case desk.Incoming:
		e.kind, e.mutation = desk.MessageReceived, "messageReceive"
	case desk.Outgoing:
		e.kind, e.mutation = desk.MessageSent, "messageSend"
	default:
		e.kind, e.mutation = desk.CommentCreated, "commentCreate"
	}
	e.changes = []desk.Change{change("kind", string(msg.kind)), change("conversation", desk.Ref{Kind: desk.KindConversation, ID: msg.of.id}.String())}
	return e
}

// happened is what the log keeps of new conversations and tickets: of the last part of the time only, as in an account
// whose old months were dropped.
func (m *maker) happened(cs []*conversation, tickets []*ticket) (all []event) {
	for _, c := range cs {
		ref := desk.Ref{Kind: desk.KindConversation, ID: c.id}
		if c.createdAt.After(m.eventsAt) {
			all = append(all, event{at: c.createdAt, kind: desk.ConversationStarted, of: ref, mutation: "messageReceive", conversation: c,
				changes: []desk.Change{change("subject", c.subject), change("status", string(desk.ConversationStatusOpen))}})
		}
		if c.closedAt != nil && c.closedAt.After(m.eventsAt) {
			was, is := string(desk.ConversationStatusOpen), string(desk.ConversationStatusClosed)
			all = append(all, event{at: *c.closedAt, kind: desk.ConversationClosed, of: ref, by: c.owner, mutation: "conversationClose", conversation: c,
				ticket: c.ticket, changes: []desk.Change{{Field: "status", Old: &was, New: &is}}})
		}
	}
	for _, t := range tickets {
		if t.createdAt.After(m.eventsAt) {
			all = append(all, event{at: t.createdAt, kind: desk.TicketCreated, of: desk.Ref{Kind: desk.KindTicket, ID: t.id}, by: t.owner,
				mutation: "ticketCreate", conversation: t.first, ticket: t, changes: []desk.Change{change("name", t.name)}})
		}
	}
	return all
}

func (m *maker) writeEvents(all []event) error {
	m.events += len(all)
	return m.copyAll("events", `id at kind entity_kind entity_id changes rule effect actor_id mutation cascade_id conversation_id ticket_id inbox_id`,
		each(all, func(e event) []any {
			changes, _ := json.Marshal(e.changes) // texts can always be written
			var ticket any
			if e.ticket != nil {
				ticket = raw(e.ticket.id)
			}
			return []any{
				raw(m.id(e.at)), e.at, string(e.kind), string(e.of.Kind), raw(e.of.ID), changes, "", false, rawOrNull(e.by), e.mutation,
				raw(m.id(e.at)), raw(e.conversation.id), ticket, raw(e.conversation.inbox.ID),
			}
		}))
}
