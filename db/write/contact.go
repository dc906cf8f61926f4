package write

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// contactOf is the contact that a call names by id, or describes.
func (t *Tx) contactOf(ctx context.Context, id *desk.ID, in *desk.ContactInput) (*desk.Contact, error) {
	switch {
	case (id == nil) == (in == nil):
		return nil, desk.Refuse(desk.CodeInvalidInput, "Give either contactId or contact, and not both.").At("contactId")
	case id != nil:
		return findRecord[desk.Contact](ctx, t, *id, "contact", "contactId")
	}
	clean, err := in.Clean()
	if err != nil {
		return nil, prependPath(err, "contact")
	}
	return t.findOrMakeContact(ctx, clean)
}

// findOrMakeContact knows a contact by external id, email or phone number, in this order, and
// learns what it did not know. Input is clean.
func (t *Tx) findOrMakeContact(ctx context.Context, in desk.ContactInput) (*desk.Contact, error) {
	c, err := t.findContact(ctx, in)
	if err != nil {
		return nil, err
	}
	if c == nil {
		if in.ExternalID != nil && (in.Email != nil || in.Phone != nil) { // these may be another one's
			if in, err = t.unclaimed(ctx, desk.ID{}, in); err != nil {
				return nil, err
			}
		}
		return desk.NewContact(t.Act, in)
	}
	if c.Knows(in) {
		return c, nil // nearly always: contacts that write at once don't wait for each other
	}
	if c, err = t.findAgain(ctx, in, c); err != nil {
		return nil, err
	}
	if in, err = t.unclaimed(ctx, c.ID, in); err != nil {
		return nil, err
	}
	c.Learn(t.Act, in)
	return c, nil
}

// findAgain locks the contact that findContact has found and finds it once more: while we waited it
// may have been given another address, and the old one to somebody else. Then the mutation begins
// anew.
func (t *Tx) findAgain(ctx context.Context, in desk.ContactInput, c *desk.Contact) (*desk.Contact, error) {
	if err := t.lock(ctx, "contact", c.ID); err != nil {
		return nil, err
	}
	now, err := t.findContact(ctx, in)
	if err == nil && (now == nil || now.ID != c.ID) {
		err = errConflict
	}
	return now, err
}

// findContact finds the contact that is meant. An external id is the strongest key: who has another
// one is another person, even where two write from one address.
func (t *Tx) findContact(ctx context.Context, in desk.ContactInput) (*desk.Contact, error) {
	for _, by := range []struct {
		where string
		value *string
	}{{"external_id = ?", in.ExternalID}, {"email = ?", in.Email}, {"phone = ?", in.Phone}} {
		if by.value == nil {
			continue
		}
		c := new(desk.Contact)
		there, err := pg.Found(t.NewSelect().Model(c).Where("account_id = ?", t.Act.By.Account.ID).Where(by.where, *by.value).Scan(ctx))
		if err != nil || there && !c.IsAnother(in) {
			return c, err
		}
	}
	return nil, nil
}

// unclaimed leaves out of what is to be learnt what others than the learner are known by.
func (t *Tx) unclaimed(ctx context.Context, learner desk.ID, in desk.ContactInput) (desk.ContactInput, error) {
	others := []*desk.Contact{}
	err := t.NewSelect().Model(&others).Where("account_id = ?", t.Act.By.Account.ID).
		Where("email = ? OR phone = ? OR external_id = ?", in.Email, in.Phone, in.ExternalID).Scan(ctx)
	for _, o := range others {
		if o.ID == learner {
			continue
		}
		for _, p := range []struct {
			theirs *string
			ours   **string
		}{{o.Email, &in.Email}, {o.Phone, &in.Phone}, {o.ExternalID, &in.ExternalID}} {
			if p.theirs != nil && *p.ours != nil && *p.theirs == **p.ours {
				*p.ours = nil
			}
		}
	}
	return in, err
}

// UpsertContact makes a contact or changes the one that is known by the same things.
func (t *Tx) UpsertContact(ctx context.Context, in desk.ContactInput) error {
	in, err := in.Clean()
	if err != nil {
		return err
	}
	c, err := t.findContact(ctx, in)
	if err != nil {
		return err
	}
	if c == nil {
		t.out.Contact, err = desk.NewContact(t.Act, in)
		return err
	}
	if c, err = t.findAgain(ctx, in, c); err != nil {
		return err
	}
	t.out.Contact = c
	return c.Overwrite(t.Act, in)
}

// UpdateContact changes a contact.
func (t *Tx) UpdateContact(ctx context.Context, id desk.ID, expected *int, p desk.ContactPatch) error {
	c, err := lockRecord[desk.Contact](ctx, t, id, "contact", "contactId")
	if err != nil {
		return err
	}
	if err := desk.Expect(c, expected); err != nil {
		return err
	}
	t.out.Contact = c
	return c.Update(t.Act, p)
}
