package read

import (
	"context"
	"time"

	"deskwire/db/pg"
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

func (w *ContactWhere) subFilters() (and, or []*ContactWhere, not *ContactWhere) {
	return w.And, w.Or, w.Not
}

func (w *ContactWhere) addConditions(c *conditions) {
	c.filterID("id", "k.id", desk.KindContact, w.ID)
	c.filterText("name", "k.name", w.Name)
	c.filterKey("email", "k.email", w.Email, desk.Email)
	c.filterKey("phone", "k.phone", w.Phone, desk.Phone)
	c.filterCase("externalId", "k.external_id", w.ExternalID)
	c.filterTime("createdAt", "k.created_at", w.CreatedAt)
	c.hasConversation("c.account_id = k.account_id AND a.account_id = k.account_id AND c.contact_id = k.id", w.Conversation)
	filterRelated(c, "ticket", TicketTables+" WHERE t.account_id = k.account_id AND a.account_id = k.account_id AND t.contact_id = k.id AND t.trash_group_id IS NULL", w.Ticket, seesTicket(c.by, "t.id"))
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

func (o *ContactOrder) sortOrder() sortOrder[desk.Contact] {
	id := func(c *desk.Contact) desk.ID { return c.ID }
	switch {
	case o == nil:
		return (&ContactOrder{ContactsByTime, Descending}).sortOrder()
	case o.Field == ContactsByEmail:
		return byOptionalText("con.email", "k.email", "k.id", func(c *desk.Contact) *string { return c.Email }, id).withDirection(o.Direction)
	case o.Field == ContactsByPhone:
		return byOptionalText("con.phone", "k.phone", "k.id", func(c *desk.Contact) *string { return c.Phone }, id).withDirection(o.Direction)
	case o.Field == ContactsByExternalID:
		return byOptionalText("con.ext", "k.external_id", "k.id", func(c *desk.Contact) *string { return c.ExternalID }, id).withDirection(o.Direction)
	case o.Field == ContactsByName:
		return byName("con.name", "k.name", "k.id", func(c *desk.Contact) string { return c.Name }, id).withDirection(o.Direction)
	}
	return byTime("con.time", "k.created_at", "k.id", func(c *desk.Contact) time.Time { return c.CreatedAt }, id).withDirection(o.Direction)
}

func contactList(sc *FilterScope, where *ContactWhere) (pageQuery[desk.Contact], error) {
	cond, err := FilterSQL(sc, where)
	return pageQuery[desk.Contact]{record: contactRecord, from: "contacts AS k", where: pg.AllOf(pg.SQL("k.account_id = ?", sc.by.Account.ID), cond)}, err
}

// ContactPages are pages of the account's contacts.
func (r *Reader) ContactPages(ctx context.Context, of Parents, where *ContactWhere, o *ContactOrder, p Paging) (map[desk.ID]*Page[*desk.Contact], error) {
	l, err := contactList(r.FilterScope(ctx), where)
	if err != nil {
		return nil, err
	}
	l.order = o.sortOrder()
	return loadPages(ctx, r, l, of, p)
}

// ContactCounts counts what ContactPages shows.
func (r *Reader) ContactCounts(ctx context.Context, of Parents, where *ContactWhere) (map[desk.ID]Count, error) {
	l, err := contactList(r.FilterScope(ctx), where)
	if err != nil {
		return nil, err
	}
	return countRows(ctx, r, l, of)
}

// Contacts are contacts by their ids.
func (r *Reader) Contacts(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Contact, error) {
	return pg.QueryByID(ctx, r, func(c *desk.Contact) desk.ID { return c.ID },
		"SELECT "+r.projection.columns(contactRecord)+" FROM contacts AS k WHERE k.account_id = ? AND k.id = ?", r.actor.Account.ID, pg.OneOf(ids))
}
