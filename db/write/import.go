package write

import (
	"context"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

// What an import and the demo need beside the mutations of the API: to tell a whole story in
// one transaction, and to find again what an earlier run has made.

// Then keeps what was done so far and goes on as somebody else, at another time: each step is
// a mutation of its own, with its own cascade, and all of them are there after the commit or none.
// The outcome begins anew.
func (t *Tx) Then(ctx context.Context, by *desk.Actor, at time.Time) error {
	if by.Account.ID != t.Act.By.Account.ID {
		return desk.NotFound("account")
	}
	if err := t.saveChanges(); err != nil {
		return err
	}
	if err := t.Flush(ctx); err != nil {
		return err
	}
	t.Act = &desk.Act{
		By: by, Now: at.UTC().Truncate(time.Millisecond), NewID: t.Act.NewID, Gate: t.Act.Gate,
		Mutation: t.Act.Mutation, CascadeID: pg.NewID(),
	}
	t.clock = nil
	*t.out = Outcome{Cursor: t.out.Cursor}
	return nil
}

// Outcome is what the present step has answered so far.
func (t *Tx) Outcome() *Outcome { return t.out }

// TakeLocks makes all that name the same task wait for each other until they have committed: for
// what is looked up and made when missing, and has no unique key to meet at.
func (t *Tx) TakeLocks(ctx context.Context, task string) error {
	return t.lock(ctx, task, t.Act.By.Account.ID)
}

// HasMessage says whether the channel knows a message by that external id already.
func (t *Tx) HasMessage(ctx context.Context, channelID desk.ID, externalID string) (bool, error) {
	return t.NewSelect().Model((*desk.Message)(nil)).
		Where("account_id = ? AND channel_id = ? AND external_id = ?", t.Act.By.Account.ID, channelID, externalID).Exists(ctx)
}

// TakeSent takes in an answer that went out elsewhere; its author is who acts.
func (t *Tx) TakeSent(ctx context.Context, id desk.ID, externalID string, in desk.Content) error {
	return t.changeConversation(ctx, id, nil, func(cs *desk.Case, c *desk.Conversation) (err error) {
		t.out.Message, err = cs.TakeSent(t.Act, c, externalID, completeContent(in))
		return err
	})
}

// LearnContact makes a contact, or fills what is not known yet of the one that is known by the
// same things: what somebody has corrected since stays. It answers whether the contact is new.
func (t *Tx) LearnContact(ctx context.Context, in desk.ContactInput) (isNew bool, err error) {
	if err := t.Act.By.CheckReceive(); err != nil {
		return false, err
	}
	m := &desk.Mending{} // who writes is not to blame for their name
	if in, err = m.Called(in, "contact").Clean(); err != nil {
		return false, err
	}
	c, err := t.findOrMakeContact(ctx, in)
	if err != nil {
		return false, err
	}
	t.out.Contact = c
	return desk.VersionOf(c) == 0, nil
}

// FindAgent finds an agent by address, active or not; nil when there is none. So do the others.
func (t *Tx) FindAgent(ctx context.Context, email string) (*desk.Agent, error) {
	address, err := desk.Email(email)
	if err != nil {
		return nil, nil
	}
	return findOldest[desk.Agent](ctx, t, "email = ?", address)
}

// FindInbox finds an inbox by name. Names that look the same are the same one, as for the key of
// the table.
func (t *Tx) FindInbox(ctx context.Context, name string) (*desk.Inbox, error) {
	return findOldest[desk.Inbox](ctx, t, "seen_as(name) = seen_as(?)", name)
}

// FindChannel finds a channel of an inbox by name.
func (t *Tx) FindChannel(ctx context.Context, inboxID desk.ID, name string) (*desk.Channel, error) {
	return findOldest[desk.Channel](ctx, t, "inbox_id = ? AND seen_as(name) = seen_as(?)", inboxID, name)
}

// FindPipeline finds a pipeline that is in use by name, with its statuses.
func (t *Tx) FindPipeline(ctx context.Context, name string) (*desk.Pipeline, error) {
	p, err := findOldest[desk.Pipeline](ctx, t, "seen_as(name) = seen_as(?) AND archived_at IS NULL", name)
	if p == nil || err != nil {
		return nil, err
	}
	return t.lockPipeline(ctx, p.ID)
}

// FindProperty finds a property of the account by key.
func (t *Tx) FindProperty(ctx context.Context, key string) (*desk.PropertyDefinition, error) {
	return findOldest[desk.PropertyDefinition](ctx, t, "key = ?", key)
}

// findOldest reads the oldest record that fits. The condition is ours, its values may be input.
func findOldest[T any](ctx context.Context, t *Tx, where string, args ...any) (*T, error) {
	r := new(T)
	there, err := pg.Found(t.NewSelect().Model(r).Where("account_id = ?", t.Act.By.Account.ID).Where(where, args...).
		Order("id").Limit(1).Scan(ctx))
	if !there {
		return nil, err
	}
	return r, nil
}
