package write

import (
	"cmp"
	"context"

	"github.com/uptrace/bun"

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
	asIs := func(s string) string { return s }
	for _, by := range []struct {
		column string
		value  *string
		former func(string) string // how it may be kept until RefoldContacts has come to it
	}{{"external_id", in.ExternalID, asIs}, {"email", in.Email, desk.FormerEmail}, {"phone", in.Phone, desk.FormerPhone}} {
		if by.value == nil {
			continue
		}
		c := new(desk.Contact)
		there, err := pg.Found(t.NewSelect().Model(c).Where("account_id = ?", t.Act.By.Account.ID).
			Where("? IN (?, ?)", bun.Ident(by.column), *by.value, by.former(*by.value)).
			OrderExpr("? = ? DESC", bun.Ident(by.column), *by.value).Limit(1).Scan(ctx))
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
	learner := desk.ID{}
	if c != nil {
		if c, err = t.findAgain(ctx, in, c); err != nil {
			return err
		}
		learner = c.ID
	}
	if err := t.refuseTaken(ctx, learner, in); err != nil {
		if c == nil { // it may be the contact that is meant, made since we looked
			if now, failed := t.findContact(ctx, in); now != nil || failed != nil {
				return cmp.Or(failed, errConflict)
			}
		}
		return err
	}
	if c == nil {
		t.out.Contact, err = desk.NewContact(t.Act, in)
		return err
	}
	t.out.Contact = c
	return c.Overwrite(t.Act, in)
}

// refuseTaken refuses what another contact is known by. The unique keys would refuse it too, but
// only after some attempts: to them it may be somebody who has just taken it.
func (t *Tx) refuseTaken(ctx context.Context, learner desk.ID, in desk.ContactInput) error {
	free, err := t.unclaimed(ctx, learner, in)
	if err != nil {
		return err
	}
	for _, key := range []struct {
		path        string
		given, free *string
	}{{"email", in.Email, free.Email}, {"phone", in.Phone, free.Phone}, {"externalId", in.ExternalID, free.ExternalID}} {
		if key.given != nil && key.free == nil {
			return refuseTakenKey(key.path)
		}
	}
	return nil
}

// RefoldContact brings the address and the number of a contact into the form in which they are
// compared today, unless somebody else has them in that form.
func (t *Tx) RefoldContact(ctx context.Context, id desk.ID) error {
	c, err := lockRecord[desk.Contact](ctx, t, id, "contact")
	if err != nil {
		return err
	}
	in, err := t.unclaimed(ctx, c.ID, c.Refolded())
	if err != nil {
		return err
	}
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
	if err := c.Update(t.Act, p); err != nil || len(t.Act.Events) == 0 {
		return err
	}
	return t.refuseTaken(ctx, c.ID, desk.ContactInput{Email: c.Email, Phone: c.Phone, ExternalID: c.ExternalID})
}
