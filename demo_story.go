package main

import (
	"fmt"
	"time"

	"deskwire/db"
	"deskwire/desk"
)

// story is a conversation of the demo.
type story struct {
	ago     time.Duration // when it began
	channel string
	name    string // of the contact
	email   string
	subject string
	turns   []turn
	owner   string
	ticket  *storyTicket
	joins   string // the name of a ticket that is there already
	closed  bool   // the conversation, in the end
	trashed bool
}

// turn is a message so long after the one before.
type turn struct {
	after time.Duration
	who   string // "" for the contact
	note  bool   // a comment among agents
	text  string
}

type storyTicket struct {
	name       string
	status     string
	priority   desk.Priority
	properties []desk.PropertyInput
}

func contact(after time.Duration, text string) turn { return turn{after: after, text: text} }

func answer(after time.Duration, who, text string) turn {
	return turn{after: after, who: who, text: text}
}

func note(after time.Duration, who, text string) turn {
	return turn{after: after, who: who, note: true, text: text}
}

func (d *demo) tell(stories []story) {
	for i := range stories {
		s := &stories[i]
		id, at := d.turns(fmt.Sprint("demo-", i+1), s)
		by := s.owner
		if by == "" {
			by = "admin"
		} else {
			owner := d.people[by].Agent.ID
			d.as(by, at.Add(minute), func() error { return d.AssignConversation(d.ctx, id, nil, &owner) })
		}
		d.ticket(by, at.Add(2*minute), s, id)
		d.finish(by, at.Add(5*minute), s, id)
		if d.err != nil {
			d.err = fmt.Errorf("the demo's story %d: %w", i+1, d.err)
			return
		}
	}
}

// turns tells the messages; it answers the conversation and when the last one came.
func (d *demo) turns(key string, s *story) (id desk.ID, at time.Time) {
	at = d.now.Add(-s.ago)
	for i, t := range s.turns {
		at = at.Add(t.after)
		out := d.as(t.who, at, func() error { return d.turn(fmt.Sprint(key, "-", i+1), s, t, id) })
		if d.err == nil {
			id = out.Conversation.ID
		}
	}
	return id, at
}

func (d *demo) turn(key string, s *story, t turn, id desk.ID) error {
	switch {
	case t.note:
		return d.CreateComment(d.ctx, id, t.text)
	case t.who != "":
		// Not to be sent: nobody lives at these addresses.
		return d.TakeSent(d.ctx, id, key, desk.Content{Text: t.text})
	}
	return d.ReceiveMessage(d.ctx, db.ReceiveMessage{
		ChannelID: d.channels[s.channel], ExternalID: key, Contact: desk.ContactInput{Name: &s.name, Email: &s.email},
		Subject: s.subject, Content: desk.Content{Text: t.text},
	})
}

// ticket makes the story's ticket, new at first.
func (d *demo) ticket(by string, at time.Time, s *story, id desk.ID) {
	if s.joins != "" {
		d.as(by, at, func() error { return d.AddConversation(d.ctx, d.tickets[s.joins], nil, id) })
	}
	if s.ticket == nil {
		return
	}
	status, last := d.statuses["New"], d.statuses[s.ticket.status]
	made := d.as(by, at, func() error {
		return d.CreateTicket(d.ctx, db.CreateTicket{
			ConversationID: id, Name: s.ticket.name, StatusID: &status, Priority: &s.ticket.priority, Properties: s.ticket.properties,
		})
	}).Ticket
	if d.err != nil {
		return
	}
	d.tickets[s.ticket.name] = made.ID
	if last != status {
		d.as(by, at.Add(2*minute), func() error { return d.SetTicketStatus(d.ctx, made.ID, nil, last) })
	}
}

func (d *demo) finish(by string, at time.Time, s *story, id desk.ID) {
	if s.closed {
		d.as(by, at, func() error { return d.MarkConversationRead(d.ctx, id) })
		d.as(by, at, func() error { return d.CloseConversation(d.ctx, id, nil) })
	}
	if s.trashed {
		d.as(by, at, func() error { return d.TrashConversation(d.ctx, id, nil, false) })
	}
}
