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
	Conversation                   *ConversationWhere
	Ticket                         *TicketWhere
}

func (w *ContactWhere) groups() (and, or []*ContactWhere, not *ContactWhere) {
	return w.And, w.Or, w.Not
}

func (w *ContactWhere) fields(c *conds) {
	c.id("id", "k.id", desk.KindContact, w.ID)
	c.text("name", "k.name", w.Name)
	c.lowText("email", "k.email", w.Email)
	c.lowText("phone", "k.phone", w.Phone)
	c.text("externalId", "k.external_id", w.ExternalID)
	c.time("createdAt", "k.created_at", w.CreatedAt)
	c.hasConversation("c.account_id = k.account_id AND a.account_id = k.account_id AND c.contact_id = k.id", w.Conversation)
	related(c, "ticket", ticketTables+" WHERE t.account_id = k.account_id AND a.account_id = k.account_id AND t.contact_id = k.id AND t.trash_group_id IS NULL", w.Ticket, seesTicket(c.by, "t.id"))
}

// ContactOrderField is what contacts can be ordered by.
type ContactOrderField string

// The orders of contacts.
const (
	ContactsByTime ContactOrderField = "CREATED_AT"
	ContactsByName ContactOrderField = "NAME"

	ContactsByEmail      ContactOrderField = "EMAIL"
	ContactsByPhone      ContactOrderField = "PHONE"
	ContactsByExternalID ContactOrderField = "EXTERNAL_ID"
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
	case o.Field == ContactsByEmail:
		return byOptionalText("con.email", "k.email", "k.id", func(c *desk.Contact) *string { return c.Email }, id).going(o.Direction)
	case o.Field == ContactsByPhone:
		return byOptionalText("con.phone", "k.phone", "k.id", func(c *desk.Contact) *string { return c.Phone }, id).going(o.Direction)
	case o.Field == ContactsByExternalID:
		return byOptionalText("con.ext", "k.external_id", "k.id", func(c *desk.Contact) *string { return c.ExternalID }, id).going(o.Direction)
	case o.Field == ContactsByName:
		return byText("con.name", "k.name", "k.id", func(c *desk.Contact) string { return c.Name }, id).going(o.Direction)
	}
	return byTime("con.time", "k.created_at", "k.id", func(c *desk.Contact) time.Time { return c.CreatedAt }, id).going(o.Direction)
}

func contactList(sc *scope, where *ContactWhere) (list[desk.Contact], error) {
	cond, err := filterSQL(sc, where)
	return list[desk.Contact]{record: contactRecord, from: "contacts AS k", where: allOf(sq("k.account_id = ?", sc.by.Account.ID), cond)}, err
}

// ContactPages are pages of the account's contacts.
func (r *Reader) ContactPages(ctx context.Context, of Parents, where *ContactWhere, o *ContactOrder, p Paging) (map[desk.ID]*Page[*desk.Contact], error) {
	l, err := contactList(r.scope(ctx), where)
	if err != nil {
		return nil, err
	}
	l.order = o.order()
	return pages(ctx, r, l, of, p)
}

// ContactCounts counts what ContactPages shows.
func (r *Reader) ContactCounts(ctx context.Context, of Parents, where *ContactWhere) (map[desk.ID]Count, error) {
	l, err := contactList(r.scope(ctx), where)
	if err != nil {
		return nil, err
	}
	return counts(ctx, r, l, of)
}

// Contacts are contacts by their ids.
func (r *Reader) Contacts(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Contact, error) {
	return rowsByID(ctx, r, func(c *desk.Contact) desk.ID { return c.ID },
		"SELECT "+r.projection.columns(contactRecord)+" FROM contacts AS k WHERE k.account_id = ? AND k.id = ANY(?::uuid[])", r.by.Account.ID, uuidArray(ids))
}
