package write

import (
	"context"
	"fmt"
	"strings"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

// SendMessage answers the contact.
func (t *Tx) SendMessage(ctx context.Context, id desk.ID, in desk.Content, attachments ...desk.ID) error {
	return t.changeConversation(ctx, id, nil, func(cs *desk.Case, c *desk.Conversation) (err error) {
		if in.Files, err = t.attachableFiles(ctx, attachments); err != nil {
			return err
		}
		t.out.Message, err = cs.Send(t.Act, c, completeContent(in))
		return err
	})
}

// CreateComment leaves a note among agents.
func (t *Tx) CreateComment(ctx context.Context, id desk.ID, text string, attachments ...desk.ID) error {
	return t.changeConversation(ctx, id, nil, func(cs *desk.Case, c *desk.Conversation) (err error) {
		in := desk.Content{Text: text}
		if in.Files, err = t.attachableFiles(ctx, attachments); err != nil {
			return err
		}
		t.out.Message, err = cs.Comment(t.Act, c, completeContent(in))
		return err
	})
}

// ReceiveMessage is a message that a channel brings in.
type ReceiveMessage struct {
	ChannelID  desk.ID
	ExternalID string
	ThreadKey  *string
	Contact    desk.ContactInput
	Subject    string
	Content    desk.Content
	SentAt     *time.Time

	AttachmentIDs []desk.ID
}

// mend brings what a channel reports into the form it is kept in. What its sender is to blame for
// is mended or left out, and told; what only the channel can say must be right.
func (in *ReceiveMessage) mend(now time.Time) (warnings []desk.InputWarning, err error) {
	if strings.TrimSpace(in.ExternalID) == "" {
		_, err := desk.Key(in.ExternalID, desk.MaxKey, "externalId")
		return nil, err
	}
	m := &desk.Mending{}
	in.ExternalID, in.ThreadKey = m.Key(in.ExternalID, "externalId"), m.OptionalKey(in.ThreadKey, "threadKey")
	in.Subject = m.Line(in.Subject, desk.MaxSubject, "subject")
	in.Content.Text, in.Content.HTML = m.Text(in.Content.Text, desk.MaxText, "text"), m.HTML(in.Content.HTML, "html")
	in.Content = completeContent(in.Content)
	in.SentAt = m.SentAt(in.SentAt, now, "sentAt")
	in.AttachmentIDs = m.Files(in.AttachmentIDs, "attachmentIds")
	if in.Contact, err = m.Contact(in.Contact, "contact"); err != nil {
		return nil, prependPath(err, "contact")
	}
	return m.Warnings, nil
}

// checkContent checks what the message says, once it is known to be a new one: its files can be
// taken once only. A subject is something to say: where the conversation has one already, a message
// that says nothing else says that.
func (t *Tx) checkContent(ctx context.Context, c *desk.Conversation, in *ReceiveMessage) (err error) {
	if in.Content.Files, err = t.attachableFiles(ctx, in.AttachmentIDs); err != nil {
		return err
	}
	if in.Content.Empty() && strings.TrimSpace(in.Subject) != "" {
		in.Content.Shows = true
		if c.Subject != in.Subject {
			in.Content.Text = in.Subject
		}
	}
	in.Content, err = in.Content.Clean()
	return err
}

// ReceiveMessage takes a message in: it finds or makes the contact and the conversation,
// and takes each external id of a channel once.
func (t *Tx) ReceiveMessage(ctx context.Context, in ReceiveMessage) error {
	if err := t.Act.By.CheckReceive(); err != nil {
		return err
	}
	ch, inbox, err := t.findChannel(ctx, in.ChannelID)
	if err != nil {
		return err
	}
	if t.out.Warnings, err = in.mend(t.Act.Now); err != nil {
		return err
	}
	if len(in.AttachmentIDs) > 0 {
		// Who brings it in again at the same time waits, or finds its files taken.
		if err := t.lock(ctx, "message "+in.ExternalID+" in", ch.ID); err != nil {
			return err
		}
	}
	if done, err := t.receivedBefore(ctx, ch, in.ExternalID); done || err != nil {
		return err
	}
	contact, err := t.findOrMakeContact(ctx, in.Contact)
	if err != nil {
		return err
	}
	cs, c, err := t.findThread(ctx, ch, inbox, contact, &in)
	if err != nil {
		return err
	}
	if err := t.checkContent(ctx, c, &in); err != nil {
		return err
	}
	reopenTo, inbox, err := t.findFollowUp(ctx, cs, c, inbox)
	if err != nil {
		return err
	}
	t.out.Message = cs.Receive(t.Act, c, desk.Inbound{
		ExternalID: in.ExternalID, ContactID: contact.ID, SentAt: in.SentAt, Content: in.Content,
	}, inbox, reopenTo)
	t.out.Contact = contact
	if t.fillOutcome(cs, c); t.out.Conversation == nil {
		t.out.Message = nil // it went to a conversation that the actor does not see
	}
	return nil
}

// receivedBefore answers with what the first call made, when the channel sends a message again.
func (t *Tx) receivedBefore(ctx context.Context, ch *desk.Channel, external string) (bool, error) {
	m := new(desk.Message)
	there, err := pg.Found(t.NewSelect().Model(m).
		Where("account_id = ? AND channel_id = ? AND external_id = ?", ch.AccountID, ch.ID, external).Scan(ctx))
	if err != nil || !there {
		return false, err
	}
	cs, err := t.lockConversationCase(ctx, m.ConversationID)
	if err == nil && cs == nil {
		err = errConflict // it was purged in between
	}
	if err != nil {
		return false, err
	}
	t.out.Duplicate = true
	if c := cs.Conversation(m.ConversationID); !t.Act.By.SeesInbox(c.InboxID) {
		return true, nil // it has gone to an inbox that the actor does not see
	}
	t.out.Message = m
	if m.ContactID != nil {
		if t.out.Contact, err = findRecord[desk.Contact](ctx, t, *m.ContactID, "contact"); err != nil {
			return false, err
		}
	}
	t.fillOutcome(cs, cs.Conversation(m.ConversationID))
	return true, nil
}

// findThread finds the conversation that a message belongs to, or starts one. Two messages of
// one thread wait for each other, so that they can't both start it.
func (t *Tx) findThread(ctx context.Context, ch *desk.Channel, inbox *desk.Inbox, contact *desk.Contact, in *ReceiveMessage) (*desk.Case, *desk.Conversation, error) {
	name := fmt.Sprintf("thread of %s in", contact.ID)
	if in.ThreadKey != nil {
		name = fmt.Sprintf("thread %s in", *in.ThreadKey)
	}
	if err := t.lock(ctx, name, ch.ID); err != nil {
		return nil, nil, err
	}
	id, status, err := t.findThreadConversation(ctx, ch, contact, in.ThreadKey)
	if err != nil {
		return nil, nil, err
	}
	if !id.IsZero() {
		cs, c, err := t.stillThread(ctx, id, status)
		if err != nil {
			return nil, nil, err
		}
		at, err := t.inboxOfConversation(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		if !at.StartsNew(c, t.Act.Now) {
			return cs, c, nil
		}
	}
	cs, err := t.newConversation(ctx, ch, inbox, contact, in.Subject, in.ThreadKey, nil)
	if err != nil {
		return nil, nil, err
	}
	return cs, cs.Conversations[0], nil
}

// stillThread loads the conversation that was found for a message. What was closed or went to the
// trash until it was locked may not be the one that the message belongs to any more, so the
// mutation begins anew.
func (t *Tx) stillThread(ctx context.Context, id desk.ID, status desk.ConversationStatus) (*desk.Case, *desk.Conversation, error) {
	cs, err := t.lockConversationCase(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if cs == nil {
		return nil, nil, errConflict // it was purged
	}
	c := cs.Conversation(id)
	if c.InTrash() || status == desk.ConversationStatusOpen && c.Status != status {
		return nil, nil, errConflict
	}
	return cs, c, nil
}

// findThreadConversation finds the conversation of a thread and its status. There may be several:
// one that came back from the trash, and one that began meanwhile, or began because the first was
// closed for too long (D8). The message belongs to the newest open one, where somebody is working,
// else to the newest.
func (t *Tx) findThreadConversation(ctx context.Context, ch *desk.Channel, contact *desk.Contact, key *string) (id desk.ID, status desk.ConversationStatus, err error) {
	q := t.NewSelect().TableExpr("conversations AS c").ColumnExpr("c.id, c.status").
		Where("c.account_id = ? AND c.channel_id = ? AND c.trash_group_id IS NULL", ch.AccountID, ch.ID).
		OrderExpr("c.status = 'OPEN' DESC, c.created_at DESC, c.id DESC").Limit(1)
	switch {
	case key != nil:
		q = q.Where("c.thread_key = ?", *key)
	case ch.Threading == desk.ThreadByContact:
		q = q.Where("c.contact_id = ? AND c.status = 'OPEN'", contact.ID)
	default:
		return desk.ID{}, "", nil
	}
	_, err = pg.Found(q.Scan(ctx, &id, &status))
	return id, status, err
}

// inboxOfConversation reads the inbox a conversation is in, whoever sees it: its policy holds for
// all.
func (t *Tx) inboxOfConversation(ctx context.Context, c *desk.Conversation) (*desk.Inbox, error) {
	i := new(desk.Inbox)
	err := t.NewSelect().Model(i).Where("account_id = ? AND id = ?", c.AccountID, c.InboxID).Scan(ctx)
	return i, err
}

// findFollowUp reads what the inbox's policy says about the ticket (D8).
func (t *Tx) findFollowUp(ctx context.Context, cs *desk.Case, c *desk.Conversation, inbox *desk.Inbox) (*desk.TicketStatus, *desk.Inbox, error) {
	if c.InboxID != inbox.ID {
		var err error
		if inbox, err = t.inboxOfConversation(ctx, c); err != nil {
			return nil, nil, err
		}
	}
	if inbox.FollowUp != desk.ReopenTicket || cs.Ticket == nil || !cs.Ticket.Closed() {
		return nil, inbox, nil
	}
	if inbox.FollowUpStatusID != nil {
		s, err := t.findStatus(ctx, *inbox.FollowUpStatusID)
		if err != nil || cs.Ticket.MayTake(s) {
			return s, inbox, err
		}
	}
	s, err := t.firstOpenStatus(ctx, &cs.Ticket.PipelineID)
	return s, inbox, err
}

// ReportDelivery records how far an outgoing message has come.
func (t *Tx) ReportDelivery(ctx context.Context, id desk.ID, state desk.DeliveryState, detail, external *string) error {
	m, err := findRecord[desk.Message](ctx, t, id, "message", "messageId")
	if err != nil {
		return err
	}
	cs, err := t.lockConversationCase(ctx, m.ConversationID)
	if err != nil || cs == nil {
		return orNotFound(err, "message", "messageId")
	}
	// A message changes under the lock of its conversation, so now it is as it will stay.
	if m, err = findRecord[desk.Message](ctx, t, id, "message", "messageId"); err != nil {
		return err
	}
	c := cs.Conversation(m.ConversationID)
	if m.InboxID = c.InboxID; !t.Act.By.SeesInbox(c.InboxID) {
		return desk.NotFound("message", "messageId")
	}
	t.out.Message = m
	return m.ReportDelivery(t.Act, c, state, detail, external)
}

// prependPath says in which part of the input a refused value is.
func prependPath(err error, path ...string) error {
	if e, ok := err.(*desk.Error); ok { //nolint:errorlint // desk gives it unwrapped
		return e.At(path...)
	}
	return err
}
