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
	inbox       inbox
	channel     *desk.Channel
	owner       *desk.ID
	ticket      *ticket
	createdAt   time.Time
	closedAt    *time.Time
	trash       *trashing
	messages    []*message
	unread      int
	thread      *string
}

// trashing is a trash group with one conversation, and its ticket.
type trashing struct {
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

func (c *conversation) lastAt() time.Time { return c.messages[len(c.messages)-1].at }

func (c *conversation) status() string {
	if c.closedAt != nil {
		return string(desk.ConversationStatusClosed)
	}
	return string(desk.ConversationStatusOpen)
}

// conversation makes the next conversation with its messages, and its ticket if it has one.
func (m *maker) conversation(n int) *conversation {
	at := m.moment(n, m.Conversations)
	c := &conversation{
		id: m.id(at), number: n + 1, createdAt: at, inbox: mostlyFirst(m, m.inboxes),
		contact: m.contactOf(n), subject: m.words.line(2 + m.r.IntN(7)),
	}
	c.channel = mostlyFirst(m, c.inbox.channels)
	if m.chance(0.8) {
		who := mostlyFirst(m, m.owners)
		c.owner = &who
	}
	if c.channel.Kind == desk.ChannelEmail {
		key := fmt.Sprintf("<%d.%s@mail.example>", c.number, c.inbox.Name)
		c.thread = &key
	}
	m.talk(c)
	m.settle(c)
	return c
}

// contactOf is somebody new, or one of those who have written before, mostly one of the few who write often.
func (m *maker) contactOf(n int) desk.ID {
	known := max(1, n*len(m.contacts)/m.Conversations)
	if m.chance(0.3) {
		return m.contacts[known-1]
	}
	return mostlyFirst(m, m.contacts[:known])
}

// talk makes the messages: about five, and some threads far longer.
func (m *maker) talk(c *conversation) {
	n := 1 + m.r.IntN(3)
	switch p := m.r.Float64(); {
	case p < 0.01:
		n = 50 + m.r.IntN(200)
	case p < 0.05:
		n = 10 + m.r.IntN(25)
	case p < 0.22:
		n = 4 + m.r.IntN(7)
	}
	at, incoming := c.createdAt, !m.chance(0.03)
	for range n {
		msg := &message{id: m.id(at), of: c, kind: desk.Incoming, text: m.words.text(), at: at}
		if !incoming {
			who := anyOf(m, m.owners)
			if c.owner != nil && m.chance(0.85) {
				who = *c.owner
			}
			msg.kind, msg.by = desk.Outgoing, &who
			if m.chance(0.1) {
				msg.kind = desk.Comment
			}
		}
		c.messages = append(c.messages, msg)
		incoming = m.chance(0.3) == incoming // mostly the other one answers
		at = m.soon(at, 3*time.Hour)
	}
}

// settle decides how the conversation stands today: nearly all that are old are closed.
func (m *maker) settle(c *conversation) {
	age := m.Until.Sub(c.lastAt()).Hours() / 24
	open := m.chance(0.015 + 0.6*math.Exp(-age/10))
	if m.chance(0.6) {
		m.giveTicket(c, open)
	}
	if t := c.ticket; t != nil && !t.open() && m.chance(0.95) {
		open = false
	}
	if !open {
		at := m.soon(c.lastAt(), time.Hour)
		c.closedAt = &at
	} else if m.chance(0.7) {
		for i := len(c.messages) - 1; i >= 0 && c.messages[i].kind == desk.Incoming; i-- {
			c.unread++
		}
	}
	// What is older has been purged.
	if alone := c.ticket == nil || c.ticket.conversations == 1; alone && age < desk.DefaultTrashKeepDays-1 && m.chance(0.02) {
		at := m.soon(c.lastAt(), 24*time.Hour)
		c.trash = &trashing{id: m.id(at), by: anyOf(m, m.owners), at: at}
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
	trash         *trashing
	conversations int
	first         *conversation
}

func (t *ticket) open() bool { return t.closedAt == nil }

// giveTicket makes a ticket for the conversation, or puts it on one of the latest, which then is about the same contact.
func (m *maker) giveTicket(c *conversation, open bool) {
	if latest := m.tickets[max(0, len(m.tickets)-2000):]; len(latest) > 0 && m.chance(0.15) {
		if t := anyOf(m, latest); t.trash == nil {
			c.ticket, c.contact = t, t.contact
			t.conversations++
			t.owner = c.owner // the last one that was given an owner (D7)
			if c.lastAt().After(t.lastAt) {
				t.lastAt = c.lastAt()
			}
			return
		}
	}
	at := m.soon(c.createdAt, time.Hour)
	if at.After(c.lastAt()) {
		at = c.lastAt()
	}
	t := &ticket{
		id: m.id(at), contact: c.contact, number: len(m.tickets) + 1, name: c.subject, pipeline: mostlyFirst(m, m.pipelines), owner: c.owner,
		workspace: c.inbox.Workspace, createdAt: at, lastAt: c.lastAt(), conversations: 1, first: c,
	}
	if p := m.r.IntN(len(desk.Priorities) + 1); p < len(desk.Priorities) {
		t.priority = &desk.Priorities[p]
	}
	t.status = m.statusOf(t.pipeline, open)
	if t.status.State == desk.StateClosed {
		closed := m.soon(t.lastAt, time.Hour)
		t.closedAt, t.lastAt = &closed, closed
	}
	t.values = m.valuesAt(at)
	c.ticket = t
	m.tickets = append(m.tickets, t)
}

func (m *maker) statusOf(p *desk.Pipeline, open bool) *desk.TicketStatus {
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
	return anyOf(m, fit) // a pipeline has at least one of each state
}
