package db

import (
	"context"
	"time"

	"deskwire/desk"
)

// ContactWhere is a filter of contacts.
type ContactWhere struct {
	And                            []*ContactWhere
	Or                             []*ContactWhere
	Not                            *ContactWhere
	ID                             *IDComparator
	Name, Email, Phone, ExternalID *StringComparator
	CreatedAt                      *TimeComparator
}

func (w *ContactWhere) groups() (and, or []*ContactWhere, not *ContactWhere) {
	return w.And, w.Or, w.Not
}

func (w *ContactWhere) fields(c *conds) {
	c.id("id", "c.id", desk.KindContact, w.ID)
	c.text("name", "c.name", w.Name)
	c.lowText("email", "c.email", w.Email)
	c.lowText("phone", "c.phone", w.Phone)
	c.text("externalId", "c.external_id", w.ExternalID)
	c.time("c.created_at", w.CreatedAt)
}

// ContactOrderField is what contacts can be ordered by.
type ContactOrderField string

// The orders of contacts.
const (
	ContactsByTime ContactOrderField = "CREATED_AT"
	ContactsByName ContactOrderField = "NAME"
)

// ContactOrder is an order of contacts; nil is the newest first.
type ContactOrder struct {
	Field     ContactOrderField
	Direction Direction
}

func (o *ContactOrder) order() order[desk.Contact] {
	id := func(c *desk.Contact) desk.ID { return c.ID }
	switch {
	case o == nil:
		return (&ContactOrder{ContactsByTime, Descending}).order()
	case o.Field == ContactsByName:
		return byText("con.name", "c.name", "c.id", func(c *desk.Contact) string { return c.Name }, id).going(o.Direction)
	}
	return byTime("con.time", "c.created_at", "c.id", func(c *desk.Contact) time.Time { return c.CreatedAt }, id).going(o.Direction)
}

func contactList(by *desk.Actor, where *ContactWhere) (list[desk.Contact], error) {
	cond, err := filterSQL(where)
	return list[desk.Contact]{columns: "c.*", from: "contacts AS c", where: allOf(sq("c.account_id = ?", by.Account.ID), cond)}, err
}

// ContactPages are pages of the account's contacts.
func (s *Store) ContactPages(ctx context.Context, by *desk.Actor, of Parents, where *ContactWhere, o *ContactOrder, p Paging) (map[desk.ID]*Page[*desk.Contact], error) {
	l, err := contactList(by, where)
	if err != nil {
		return nil, err
	}
	l.order = o.order()
	return pages(ctx, s, l, of, p)
}

// ContactCounts counts what ContactPages shows.
func (s *Store) ContactCounts(ctx context.Context, by *desk.Actor, of Parents, where *ContactWhere) (map[desk.ID]Count, error) {
	l, err := contactList(by, where)
	if err != nil {
		return nil, err
	}
	return counts(ctx, s, l, of)
}

// Contacts are contacts by their ids.
func (s *Store) Contacts(ctx context.Context, by *desk.Actor, ids []desk.ID) (map[desk.ID]*desk.Contact, error) {
	return rowsByID(ctx, s, func(c *desk.Contact) desk.ID { return c.ID },
		"SELECT * FROM contacts WHERE account_id = ? AND id = ANY(?::uuid[])", by.Account.ID, uuidArray(ids))
}
