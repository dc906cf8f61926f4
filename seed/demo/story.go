package demo

import (
	"fmt"
	"time"

	"deskwire/db/write"
	"deskwire/desk"
)

// story is a conversation of the demo.
type story struct {
	ago      time.Duration // when it began
	channel  string
	name     string // of the contact
	email    string
	subject  string
	messages []storyMessage
	owner    string
	ticket   *storyTicket
	joins    string // the name of a ticket that is there already
	closed   bool   // the conversation, in the end
	trashed  bool
}

// storyMessage is a message so long after the one before.
type storyMessage struct {
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

func fromContact(after time.Duration, text string) storyMessage {
	return storyMessage{after: after, text: text}
}

func agentReply(after time.Duration, who, text string) storyMessage {
	return storyMessage{after: after, who: who, text: text}
}

func agentNote(after time.Duration, who, text string) storyMessage {
	return storyMessage{after: after, who: who, note: true, text: text}
}

func (d *accountBuilder) tellStories(stories []story) {
	for i := range stories {
		s := &stories[i]
		id, at := d.sendMessages(fmt.Sprint("demo-", i+1), s)
		by := s.owner
		if by == "" {
			by = "admin"
		} else {
			owner := d.people[by].Agent.ID
			d.actAs(by, at.Add(minute), func() error { return d.AssignConversation(d.ctx, id, nil, &owner) })
		}
		d.giveTicket(by, at.Add(2*minute), s, id)
		d.finishStory(by, at.Add(5*minute), s, id)
		if d.err != nil {
			d.err = fmt.Errorf("the demo's story %d: %w", i+1, d.err)
			return
		}
	}
}

// sendMessages brings the messages in; it answers the conversation and when the last one came.
func (d *accountBuilder) sendMessages(key string, s *story) (id desk.ID, at time.Time) {
	at = d.now.Add(-s.ago)
	for i, t := range s.messages {
		at = at.Add(t.after)
		out := d.actAs(t.who, at, func() error { return d.sendMessage(fmt.Sprint(key, "-", i+1), s, t, id) })
		if d.err == nil {
			id = out.Conversation.ID
		}
	}
	return id, at
}

func (d *accountBuilder) sendMessage(key string, s *story, m storyMessage, id desk.ID) error {
	switch {
	case m.note:
		return d.CreateComment(d.ctx, id, m.text)
	case m.who != "":
		// Not to be sent: nobody lives at these addresses.
		return d.TakeSent(d.ctx, id, key, desk.Content{Text: m.text})
	}
	return d.ReceiveMessage(d.ctx, write.ReceiveMessage{
		ChannelID: d.channels[s.channel], ExternalID: key, Contact: desk.ContactInput{Name: &s.name, Email: &s.email},
		Subject: s.subject, Content: desk.Content{Text: m.text},
	})
}

// giveTicket makes the story's ticket, new at first.
func (d *accountBuilder) giveTicket(by string, at time.Time, s *story, id desk.ID) {
	if s.joins != "" {
		d.actAs(by, at, func() error { return d.AddConversation(d.ctx, d.tickets[s.joins], nil, id) })
	}
	if s.ticket == nil {
		return
	}
	status, last := d.statuses["New"], d.statuses[s.ticket.status]
	made := d.actAs(by, at, func() error {
		return d.CreateTicket(d.ctx, write.CreateTicket{
			ConversationID: id, Name: s.ticket.name, StatusID: &status, Priority: &s.ticket.priority, Properties: s.ticket.properties,
		})
	}).Ticket
	if d.err != nil {
		return
	}
	d.tickets[s.ticket.name] = made.ID
	if last != status {
		d.actAs(by, at.Add(2*minute), func() error { return d.SetTicketStatus(d.ctx, made.ID, nil, last) })
	}
}

func (d *accountBuilder) finishStory(by string, at time.Time, s *story, id desk.ID) {
	if s.closed {
		d.actAs(by, at, func() error { return d.MarkConversationRead(d.ctx, id, nil) })
		d.actAs(by, at, func() error { return d.CloseConversation(d.ctx, id, nil) })
	}
	if s.trashed {
		d.actAs(by, at, func() error { return d.TrashConversation(d.ctx, id, nil, false) })
	}
}
