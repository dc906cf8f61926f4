package db

import (
	"context"
	"time"

	"deskwire/desk"
)

// TicketWhere is a filter of tickets.
type TicketWhere struct {
	And                                      []*TicketWhere
	Or                                       []*TicketWhere
	Not                                      *TicketWhere
	ID                                       *IDComparator
	Number                                   *IntComparator
	Name                                     *StringComparator
	State                                    []desk.StatusState
	StatusID, PipelineID, OwnerID, ContactID *IDComparator
	Priority                                 []desk.Priority
	Workspace                                []desk.Workspace
	CreatedAt, ClosedAt, LastActivityAt      *TimeComparator
}

func (w *TicketWhere) groups() (and, or []*TicketWhere, not *TicketWhere) { return w.And, w.Or, w.Not }

func (w *TicketWhere) fields(c *conds) {
	c.id("id", "t.id", desk.KindTicket, w.ID)
	c.number("number", "t.number", w.Number)
	c.text("name", "t.name", w.Name)
	// A ticket has a closing time exactly while its status is closed.
	oneOf(c, "state", "CASE WHEN t.closed_at IS NULL THEN 'OPEN' ELSE 'CLOSED' END", w.State)
	c.id("statusId", "t.status_id", desk.KindStatus, w.StatusID)
	c.id("pipelineId", "t.pipeline_id", desk.KindPipeline, w.PipelineID)
	c.id("ownerId", "t.owner_id", desk.KindAgent, w.OwnerID)
	c.id("contactId", "t.contact_id", desk.KindContact, w.ContactID)
	oneOf(c, "priority", "t.priority", w.Priority)
	oneOf(c, "workspace", "t.workspace", w.Workspace)
	c.time("t.created_at", w.CreatedAt)
	c.time("t.closed_at", w.ClosedAt)
	c.time("a.last_activity_at", w.LastActivityAt)
}

// TicketOrderField is what tickets can be ordered by.
type TicketOrderField string

// The orders of tickets.
const (
	TicketsByActivity TicketOrderField = "LAST_ACTIVITY_AT"
	TicketsByTime     TicketOrderField = "CREATED_AT"
	TicketsByNumber   TicketOrderField = "NUMBER"
	TicketsByName     TicketOrderField = "NAME"
)

// TicketOrder is an order of tickets; nil is the most recently active first.
type TicketOrder struct {
	Field     TicketOrderField
	Direction Direction
}

func (o *TicketOrder) order() order[desk.Ticket] {
	if o == nil {
		o = &TicketOrder{TicketsByActivity, Descending}
	}
	return o.ascending().going(o.Direction)
}

func (o *TicketOrder) ascending() order[desk.Ticket] {
	id := func(t *desk.Ticket) desk.ID { return t.ID }
	switch o.Field {
	case TicketsByTime:
		return byTime("tkt.time", "t.created_at", "t.id", func(t *desk.Ticket) time.Time { return t.CreatedAt }, id)
	case TicketsByNumber:
		return byNumber("tkt.number", "t.number", "t.id", func(t *desk.Ticket) int { return t.Number }, id)
	case TicketsByName:
		return byText("tkt.name", "t.name", "t.id", func(t *desk.Ticket) string { return t.Name }, id)
	}
	return byTime("tkt.activity", "a.last_activity_at", "a.ticket_id", func(t *desk.Ticket) time.Time { return t.LastActivityAt }, id)
}

const (
	ticketColumns = "t.*, a.last_activity_at"
	ticketTables  = "tickets AS t JOIN ticket_activity AS a ON a.account_id = t.account_id AND a.ticket_id = t.id"
)

func ticketList(by *desk.Actor, of Parents, where *TicketWhere) (list[desk.Ticket], error) {
	parent := "t.trash_group_id IS NULL"
	if of.Kind == desk.KindContact {
		parent += " AND t.contact_id = p.id"
	}
	cond, err := filterSQL(where)
	return list[desk.Ticket]{
		columns: ticketColumns, from: ticketTables, parent: parent,
		where: allOf(sq("t.account_id = ? AND a.account_id = ?", by.Account.ID, by.Account.ID), seesTicket(by, "t.id"), cond),
	}, err
}

// TicketPages are pages of the tickets of an account or of contacts.
func (s *Store) TicketPages(ctx context.Context, by *desk.Actor, of Parents, where *TicketWhere, o *TicketOrder, p Paging) (map[desk.ID]*Page[*desk.Ticket], error) {
	l, err := ticketList(by, of, where)
	if err != nil {
		return nil, err
	}
	l.order = o.order()
	return pages(ctx, s, l, of, p)
}

// TicketCounts counts what TicketPages shows.
func (s *Store) TicketCounts(ctx context.Context, by *desk.Actor, of Parents, where *TicketWhere) (map[desk.ID]Count, error) {
	l, err := ticketList(by, of, where)
	if err != nil {
		return nil, err
	}
	return counts(ctx, s, l, of)
}

// Tickets are tickets by their ids, in the trash or not.
func (s *Store) Tickets(ctx context.Context, by *desk.Actor, ids []desk.ID) (map[desk.ID]*desk.Ticket, error) {
	return rowsByID(ctx, s, func(t *desk.Ticket) desk.ID { return t.ID },
		"SELECT "+ticketColumns+" FROM "+ticketTables+" WHERE t.account_id = ? AND t.id = ANY(?::uuid[]) AND ?",
		by.Account.ID, uuidArray(ids), seesTicket(by, "t.id"))
}
