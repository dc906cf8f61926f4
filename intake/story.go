package intake

import (
	"context"
	"fmt"
	"time"

	"deskwire/db"
	"deskwire/desk"
)

// story is a record that is being told: each turn is a step of one transaction, at its own time
// and by who acted then.
type story struct {
	*Record
	status       *desk.TicketStatus // that the ticket ends in
	first        *desk.TicketStatus // that a ticket which is closed now began in
	properties   []desk.PropertyInput
	conversation desk.ID // once there
}

func (im *Importer) tell(ctx context.Context, t *db.Tx, s *story) error {
	s.conversation = desk.ID{} // of an attempt that was rolled back
	for i := range s.Thread.Turns {
		turn := &s.Thread.Turns[i]
		if err := t.Then(ctx, im.actor(turn), turn.At); err != nil {
			return err
		}
		if err := im.turn(ctx, t, s, turn); err != nil {
			return fmt.Errorf("message %d: %w", i+1, err)
		}
		if i == 0 && s.Ticket != nil {
			if err := im.ticket(ctx, t, s); err != nil {
				return fmt.Errorf("ticket: %w", err)
			}
		}
	}
	if s.Ticket == nil || s.status.State == desk.StateOpen {
		return nil
	}
	return im.close(ctx, t, s)
}

func (im *Importer) turn(ctx context.Context, t *db.Tx, s *story, turn *Turn) error {
	if turn.From == Customer {
		return im.receive(ctx, t, s, turn)
	}
	if s.conversation.IsZero() {
		if err := im.start(ctx, t, s, turn.At); err != nil {
			return err
		}
	}
	if turn.From == Note {
		return t.CreateComment(ctx, s.conversation, turn.Text)
	}
	return t.TakeSent(ctx, s.conversation, turn.Key, desk.Content{Text: turn.Text})
}

func (im *Importer) receive(ctx context.Context, t *db.Tx, s *story, turn *Turn) error {
	who := &s.Contact
	if turn.Contact != nil {
		who = turn.Contact
	}
	err := t.ReceiveMessage(ctx, db.ReceiveMessage{
		ChannelID: im.channel, ExternalID: turn.Key, ThreadKey: &s.Thread.Key, Contact: *who,
		Subject: s.Thread.Subject, Content: desk.Content{Text: turn.Text}, SentAt: &turn.At,
	})
	if err == nil {
		s.conversation = t.Outcome().Conversation.ID
	}
	return err
}

// start begins a conversation in which the agent spoke first.
func (im *Importer) start(ctx context.Context, t *db.Tx, s *story, at time.Time) error {
	err := t.StartConversation(ctx, db.StartConversation{
		ChannelID: im.channel, Contact: &s.Contact, Subject: s.Thread.Subject, ThreadKey: &s.Thread.Key,
		Owner: desk.OwnerInput{Set: true}, // nobody
	})
	if err != nil {
		return err
	}
	s.conversation = t.Outcome().Conversation.ID
	return t.Then(ctx, t.By(), at)
}

// ticket gives the conversation its ticket. One that is closed now was open first.
func (im *Importer) ticket(ctx context.Context, t *db.Tx, s *story) error {
	if err := t.Then(ctx, desk.System(im.Account), s.Ticket.CreatedAt); err != nil {
		return err
	}
	status := s.status
	if status.State == desk.StateClosed {
		status = s.first
	}
	return t.CreateTicket(ctx, db.CreateTicket{
		ConversationID: s.conversation, Name: s.Ticket.Name, StatusID: &status.ID,
		Priority: s.Ticket.Priority, Properties: s.properties,
	})
}

// close closes the ticket, and the conversation with it (R21). What is closed, somebody has read.
func (im *Importer) close(ctx context.Context, t *db.Tx, s *story) error {
	by := desk.System(im.Account)
	if err := t.Then(ctx, by, s.Ticket.ClosedAt); err != nil {
		return err
	}
	if err := t.MarkConversationRead(ctx, s.conversation); err != nil {
		return err
	}
	ticket := *t.Outcome().Conversation.TicketID
	if err := t.Then(ctx, by, s.Ticket.ClosedAt); err != nil {
		return err
	}
	return t.SetTicketStatus(ctx, ticket, nil, s.status.ID)
}
