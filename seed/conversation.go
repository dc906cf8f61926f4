package seed

import (
	"fmt"
	"math"
	"time"

	"deskwire/desk"
)

type conversation struct {
	id, contact desk.ID
	number      int
	subject     string
	inbox       channelInbox
	channel     *desk.Channel
	owner       *desk.ID
	ticket      *ticket
	createdAt   time.Time
	closedAt    *time.Time
	trash       *trashGroup
	messages    []*message
	unread      int
	thread      *string
}

// trashGroup is a trash group with one conversation, and its ticket.
type trashGroup struct {
	id desk.ID
	by desk.ID
	at time.Time
}

type message struct {
	id   desk.ID
	of   *conversation
	kind desk.MessageKind
	by   *desk.ID // the agent, unless the contact wrote it
	text string
	at   time.Time
}

func (c *conversation) lastMessageAt() time.Time { return c.messages[len(c.messages)-1].at }

func (c *conversation) statusName() string {
	if c.closedAt != nil {
		return string(desk.ConversationStatusClosed)
	}
	return string(desk.ConversationStatusOpen)
}

// newConversation makes the next conversation with its messages, and its ticket if it has one.
func (m *generator) newConversation(n int) *conversation {
	at := m.startOf(n, m.Conversations)
	c := &conversation{
		id: m.idAt(at), number: n + 1, createdAt: at, inbox: pickSkewed(m, m.inboxes),
		contact: m.contactOf(n), subject: m.words.phrase(2 + m.r.IntN(7)),
	}
	c.channel = pickSkewed(m, c.inbox.channels)
	if m.happens(0.8) {
		who := pickSkewed(m, m.owners)
		c.owner = &who
	}
	if c.channel.Kind == desk.ChannelEmail {
		key := fmt.Sprintf("<%d.%s@mail.example>", c.number, c.inbox.Name)
		c.thread = &key
	}
	m.addMessages(c)
	m.decideOutcome(c)
	return c
}

// contactOf is somebody new, or one of those who have written before, mostly one of the few who
// write often.
func (m *generator) contactOf(n int) desk.ID {
	known := max(1, n*len(m.contacts)/m.Conversations)
	if m.happens(0.3) {
		return m.contacts[known-1]
	}
	return pickSkewed(m, m.contacts[:known])
}

// addMessages makes the messages: about five, and some threads far longer.
func (m *generator) addMessages(c *conversation) {
	n := 1 + m.r.IntN(3)
	switch p := m.r.Float64(); {
	case p < 0.01:
		n = 50 + m.r.IntN(200)
	case p < 0.05:
		n = 10 + m.r.IntN(25)
	case p < 0.22:
		n = 4 + m.r.IntN(7)
	}
	at, incoming := c.createdAt, !m.happens(0.03)
	for range n {
		msg := &message{id: m.idAt(at), of: c, kind: desk.Incoming, text: m.words.messageText(), at: at}
		if !incoming {
			who := pickAny(m, m.owners)
			if c.owner != nil && m.happens(0.85) {
				who = *c.owner
			}
			msg.kind, msg.by = desk.Outgoing, &who
			if m.happens(0.1) {
				msg.kind = desk.Comment
			}
		}
		c.messages = append(c.messages, msg)
		incoming = m.happens(0.3) == incoming // mostly the other one answers
		at = m.timeAfter(at, 3*time.Hour)
	}
}

// decideOutcome decides the present state of a conversation: nearly all that are old are closed.
func (m *generator) decideOutcome(c *conversation) {
	age := m.Until.Sub(c.lastMessageAt()).Hours() / 24
	open := m.happens(0.015 + 0.6*math.Exp(-age/10))
	if m.happens(0.6) {
		m.giveTicket(c, open)
	}
	if t := c.ticket; t != nil && !t.isOpen() && m.happens(0.95) {
		open = false
	}
	if !open {
		at := m.timeAfter(c.lastMessageAt(), time.Hour)
		c.closedAt = &at
	} else if m.happens(0.7) {
		for i := len(c.messages) - 1; i >= 0 && c.messages[i].kind == desk.Incoming; i-- {
			c.unread++
		}
	}
	// What is older has been purged.
	if alone := c.ticket == nil || c.ticket.conversations == 1; alone && age < desk.DefaultTrashKeepDays-1 && m.happens(0.02) {
		at := m.timeAfter(c.lastMessageAt(), 24*time.Hour)
		c.trash = &trashGroup{id: m.idAt(at), by: pickAny(m, m.owners), at: at}
		if c.ticket != nil {
			c.ticket.trash = c.trash
		}
	}
}

type ticket struct {
	id, contact   desk.ID
	number        int
	name          string
	pipeline      *desk.Pipeline
	status        *desk.TicketStatus
	priority      *desk.Priority
	owner         *desk.ID
	workspace     desk.Workspace
	values        []byte
	createdAt     time.Time
	closedAt      *time.Time
	lastAt        time.Time
	trash         *trashGroup
	conversations int
	first         *conversation
}

func (t *ticket) isOpen() bool { return t.closedAt == nil }

// giveTicket makes a ticket for the conversation, or puts it on one of the latest, which then is
// about the same contact.
func (m *generator) giveTicket(c *conversation, open bool) {
	if latest := m.tickets[max(0, len(m.tickets)-2000):]; len(latest) > 0 && m.happens(0.15) {
		if t := pickAny(m, latest); t.trash == nil {
			c.ticket, c.contact = t, t.contact
			t.conversations++
			t.owner = c.owner // the last one that was given an owner (D7)
			if c.lastMessageAt().After(t.lastAt) {
				t.lastAt = c.lastMessageAt()
			}
			return
		}
	}
	at := m.timeAfter(c.createdAt, time.Hour)
	if at.After(c.lastMessageAt()) {
		at = c.lastMessageAt()
	}
	t := &ticket{
		id: m.idAt(at), contact: c.contact, number: len(m.tickets) + 1, name: c.subject, pipeline: pickSkewed(m, m.pipelines), owner: c.owner,
		workspace: c.inbox.Workspace, createdAt: at, lastAt: c.lastMessageAt(), conversations: 1, first: c,
	}
	if p := m.r.IntN(len(desk.Priorities) + 1); p < len(desk.Priorities) {
		t.priority = &desk.Priorities[p]
	}
	t.status = m.statusOf(t.pipeline, open)
	if t.status.State == desk.StateClosed {
		closed := m.timeAfter(t.lastAt, time.Hour)
		t.closedAt, t.lastAt = &closed, closed
	}
	t.values = m.valuesAt(at)
	c.ticket = t
	m.tickets = append(m.tickets, t)
}

func (m *generator) statusOf(p *desk.Pipeline, open bool) *desk.TicketStatus {
	state := desk.StateClosed
	if open {
		state = desk.StateOpen
	}
	var fit []*desk.TicketStatus
	for _, s := range p.Statuses {
		if s.State == state && s.ArchivedAt == nil {
			fit = append(fit, s)
		}
	}
	return pickAny(m, fit) // a pipeline has at least one of each state
}
