package intake

import (
	"context"
	"fmt"
	"time"

	"deskwire/db/write"
	"deskwire/desk"
)

// importedRecord is a record that is being written: each utterance is a step of one transaction, at
// its own time and by the actor of that time.
type importedRecord struct {
	*Record
	status       *desk.TicketStatus // that the ticket ends in
	first        *desk.TicketStatus // that a ticket which is closed now began in
	properties   []desk.PropertyInput
	conversation desk.ID // once there
}

func (im *Importer) writeThread(ctx context.Context, t *write.Tx, s *importedRecord) error {
	s.conversation = desk.ID{} // forget that of an attempt that was rolled back
	for i := range s.Thread.Utterances {
		utterance := &s.Thread.Utterances[i]
		if err := t.Then(ctx, im.actorOf(utterance), utterance.At); err != nil {
			return err
		}
		if err := im.writeUtterance(ctx, t, s, utterance); err != nil {
			return fmt.Errorf("message %d: %w", i+1, err)
		}
		if i == 0 && s.Ticket != nil {
			if err := im.createTicket(ctx, t, s); err != nil {
				return fmt.Errorf("ticket: %w", err)
			}
		}
	}
	if s.Ticket == nil || s.status.State == desk.StateOpen {
		return nil
	}
	return im.closeTicket(ctx, t, s)
}

func (im *Importer) writeUtterance(ctx context.Context, t *write.Tx, s *importedRecord, utterance *Utterance) error {
	if utterance.Speaker == Customer {
		return im.receiveMessage(ctx, t, s, utterance)
	}
	if s.conversation.IsZero() {
		if err := im.startConversation(ctx, t, s, utterance.At); err != nil {
			return err
		}
	}
	if utterance.Speaker == Note {
		return t.CreateComment(ctx, s.conversation, utterance.Text)
	}
	return t.TakeSent(ctx, s.conversation, utterance.Key, desk.Content{Text: utterance.Text})
}

func (im *Importer) receiveMessage(ctx context.Context, t *write.Tx, s *importedRecord, utterance *Utterance) error {
	who := &s.Contact
	if utterance.Contact != nil {
		who = utterance.Contact
	}
	err := t.ReceiveMessage(ctx, write.ReceiveMessage{
		ChannelID: im.channel, ExternalID: utterance.Key, ThreadKey: &s.Thread.Key, Contact: *who,
		Subject: s.Thread.Subject, Content: desk.Content{Text: utterance.Text}, SentAt: &utterance.At,
	})
	if err == nil {
		s.conversation = t.Outcome().Conversation.ID
	}
	return err
}

// startConversation begins a conversation in which the agent spoke first.
func (im *Importer) startConversation(ctx context.Context, t *write.Tx, s *importedRecord, at time.Time) error {
	err := t.StartConversation(ctx, write.StartConversation{
		ChannelID: im.channel, Contact: &s.Contact, Subject: s.Thread.Subject, ThreadKey: &s.Thread.Key,
		Owner: desk.OwnerInput{Set: true}, // nobody
	})
	if err != nil {
		return err
	}
	s.conversation = t.Outcome().Conversation.ID
	return t.Then(ctx, t.By(), at)
}

// createTicket gives the conversation its ticket. One that is closed now was open first.
func (im *Importer) createTicket(ctx context.Context, t *write.Tx, s *importedRecord) error {
	if err := t.Then(ctx, desk.System(im.Account), s.Ticket.CreatedAt); err != nil {
		return err
	}
	status := s.status
	if status.State == desk.StateClosed {
		status = s.first
	}
	return t.CreateTicket(ctx, write.CreateTicket{
		ConversationID: s.conversation, Name: s.Ticket.Name, StatusID: &status.ID,
		Priority: s.Ticket.Priority, Properties: s.properties,
	})
}

// closeTicket closes the ticket, and the conversation with it (R21). What is closed, somebody has
// read.
func (im *Importer) closeTicket(ctx context.Context, t *write.Tx, s *importedRecord) error {
	by := desk.System(im.Account)
	if err := t.Then(ctx, by, s.Ticket.ClosedAt); err != nil {
		return err
	}
	if err := t.MarkConversationRead(ctx, s.conversation, nil); err != nil {
		return err
	}
	ticket := *t.Outcome().Conversation.TicketID
	if err := t.Then(ctx, by, s.Ticket.ClosedAt); err != nil {
		return err
	}
	return t.SetTicketStatus(ctx, ticket, nil, s.status.ID)
}
