package write

import (
	"context"

	"deskwire/desk"
)

// changeConversation runs one rule on a conversation: load, compare the version, decide, answer.
func (t *Tx) changeConversation(ctx context.Context, id desk.ID, expected *int, rule func(*desk.Case, *desk.Conversation) error) error {
	cs, c, err := t.caseOfConversation(ctx, id)
	if err != nil {
		return err
	}
	if err := desk.Expect(c, expected); err != nil {
		return err
	}
	if err := rule(cs, c); err != nil {
		return err
	}
	t.fillOutcome(cs, c)
	return nil
}

// AssignConversation gives a conversation an owner, or nobody.
func (t *Tx) AssignConversation(ctx context.Context, id desk.ID, expected *int, ownerID *desk.ID) error {
	owner, err := t.findOwner(ctx, ownerID)
	if err != nil {
		return err
	}
	return t.changeConversation(ctx, id, expected, func(cs *desk.Case, c *desk.Conversation) error {
		return cs.AssignConversation(t.Act, c, owner)
	})
}

// LeaveConversation answers with a conversation as it is, to a call that names nothing to change.
func (t *Tx) LeaveConversation(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeConversation(ctx, id, expected, func(cs *desk.Case, c *desk.Conversation) error { return cs.LeaveConversation(t.Act, c) })
}

// CloseConversation closes one conversation.
func (t *Tx) CloseConversation(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeConversation(ctx, id, expected, func(cs *desk.Case, c *desk.Conversation) error {
		return cs.CloseConversation(t.Act, c)
	})
}

// ReopenConversation reopens one conversation.
func (t *Tx) ReopenConversation(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeConversation(ctx, id, expected, func(cs *desk.Case, c *desk.Conversation) error {
		return cs.ReopenConversation(t.Act, c)
	})
}

// MoveConversation puts a conversation into another inbox.
func (t *Tx) MoveConversation(ctx context.Context, id desk.ID, expected *int, inboxID desk.ID) error {
	to, err := t.findInbox(ctx, inboxID, "inboxId")
	if err != nil {
		return err
	}
	return t.changeConversation(ctx, id, expected, func(cs *desk.Case, c *desk.Conversation) error {
		return cs.MoveConversation(t.Act, c, to)
	})
}

// MarkConversationRead says that a conversation has been seen up to a message; nil: all of it.
func (t *Tx) MarkConversationRead(ctx context.Context, id desk.ID, upTo *desk.ID) error {
	return t.changeConversation(ctx, id, nil, func(_ *desk.Case, c *desk.Conversation) error {
		unseen := 0
		if upTo != nil {
			last, err := findRecord[desk.Message](ctx, t, *upTo, "message", "upToMessageId")
			if err != nil || last.ConversationID != c.ID {
				return orNotFound(err, "message", "upToMessageId")
			}
			newer, err := t.NewSelect().Model((*desk.Message)(nil)).Where("account_id = ? AND conversation_id = ? AND kind = ?", c.AccountID, c.ID, desk.Incoming).
				Where("(created_at, id) > (?, ?)", last.CreatedAt, last.ID).Count(ctx)
			if err != nil {
				return err
			}
			unseen = int(newer)
		}
		return c.MarkRead(t.Act, unseen)
	})
}

// MarkConversationUnread says that somebody should look at a conversation again.
func (t *Tx) MarkConversationUnread(ctx context.Context, id desk.ID) error {
	return t.changeConversation(ctx, id, nil, func(_ *desk.Case, c *desk.Conversation) error { return c.MarkUnread(t.Act) })
}

// TrashConversation moves a conversation to the trash, and what goes with it.
func (t *Tx) TrashConversation(ctx context.Context, id desk.ID, expected *int, confirmed bool) error {
	return t.changeConversation(ctx, id, expected, func(cs *desk.Case, c *desk.Conversation) error {
		g, err := cs.TrashConversation(t.Act, c, confirmed)
		if err != nil {
			return err
		}
		return t.openTrashGroup(ctx, g)
	})
}

// RestoreConversation takes a conversation out of the trash, and what went with it.
func (t *Tx) RestoreConversation(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeConversation(ctx, id, expected, func(cs *desk.Case, c *desk.Conversation) error {
		g, err := cs.RestoreConversation(t.Act, c)
		if err != nil {
			return err
		}
		return t.closeTrashGroup(ctx, g)
	})
}

// openTrashGroup is written before its members, which point to it.
func (t *Tx) openTrashGroup(ctx context.Context, g *desk.TrashGroup) error {
	t.out.TrashGroup = g
	_, err := t.NewInsert().Model(g).Exec(ctx)
	return err
}

func (t *Tx) closeTrashGroup(ctx context.Context, id desk.ID) error {
	_, err := t.NewUpdate().Model((*desk.TrashGroup)(nil)).Set("restored_at = ?", t.Act.Now).
		Where("account_id = ? AND id = ?", t.Act.By.Account.ID, id).Exec(ctx)
	return err
}

// StartConversation is what an agent needs to write to a contact first.
type StartConversation struct {
	ChannelID desk.ID
	ContactID *desk.ID
	Contact   *desk.ContactInput
	Subject   string
	ThreadKey *string       // the channel's own id of the thread, where it has one already
	Content   *desk.Content // nil: nothing is sent yet
	Owner     desk.OwnerInput

	AttachmentIDs []desk.ID // of the content
}

// StartConversation starts a conversation with a contact (D16).
func (t *Tx) StartConversation(ctx context.Context, in StartConversation) error {
	if err := t.Act.By.CheckWrite(); err != nil {
		return err
	}
	ch, inbox, err := t.findChannel(ctx, in.ChannelID)
	if err != nil {
		return err
	}
	subject, err := desk.Subject(in.Subject, desk.MaxSubject, "subject")
	if err != nil {
		return err
	}
	owner, err := t.findOwner(ctx, in.Owner.OfConversation(t.Act.By))
	if err != nil {
		return err
	}
	contact, err := t.contactOf(ctx, in.ContactID, in.Contact)
	if err != nil {
		return err
	}
	thread, err := desk.OptionalText(in.ThreadKey, desk.MaxKey, "threadKey")
	if err != nil {
		return err
	}
	cs, err := t.newConversation(ctx, ch, inbox, contact, subject, thread, in.Owner.Fit(owner))
	if err != nil {
		return err
	}
	c := cs.Conversations[0]
	if in.Content != nil {
		if in.Content.Files, err = t.attachableFiles(ctx, in.AttachmentIDs); err != nil {
			return err
		}
		if t.out.Message, err = cs.Send(t.Act, c, completeContent(*in.Content)); err != nil {
			return err
		}
	}
	t.fillOutcome(cs, c)
	return nil
}

func (t *Tx) newConversation(ctx context.Context, ch *desk.Channel, inbox *desk.Inbox, contact *desk.Contact,
	subject string, thread *string, owner *desk.Agent,
) (*desk.Case, error) {
	n, err := t.nextNumber(ctx, "conversation")
	if err != nil {
		return nil, err
	}
	c := desk.NewConversation(t.Act, ch, inbox, contact.ID, n, subject, thread)
	if err := c.Start(t.Act, owner); err != nil {
		return nil, err
	}
	return &desk.Case{Conversations: []*desk.Conversation{c}}, nil
}
