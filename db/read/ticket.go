package read

import (
	"context"
	"slices"
	"time"

	"deskwire/db/pg"
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
	TeamID                                   *IDComparator
	Properties                               []*PropertyWhere
	Contact                                  *ContactWhere
	Owner                                    *AgentWhere
	Conversation                             *ConversationWhere
}

func (w *TicketWhere) subFilters() (and, or []*TicketWhere, not *TicketWhere) {
	return w.And, w.Or, w.Not
}

func (w *TicketWhere) addConditions(c *conditions) {
	c.filterID("id", "t.id", desk.KindTicket, w.ID)
	c.filterNumber("number", "t.number", w.Number)
	c.filterText("name", "t.name", w.Name)
	// A ticket has a closing time exactly while its status is closed.
	filterEnum(c, "state", "CASE WHEN t.closed_at IS NULL THEN 'OPEN' ELSE 'CLOSED' END", w.State)
	c.filterID("statusId", "t.status_id", desk.KindStatus, w.StatusID)
	c.filterID("pipelineId", "t.pipeline_id", desk.KindPipeline, w.PipelineID)
	c.filterID("ownerId", "t.owner_id", desk.KindAgent, w.OwnerID)
	c.filterAgent("owner", "t.owner_id", w.Owner)
	c.filterID("contactId", "t.contact_id", desk.KindContact, w.ContactID)
	filterEnum(c, "priority", "t.priority", w.Priority)
	filterEnum(c, "workspace", "t.workspace", w.Workspace)
	c.filterTime("createdAt", "t.created_at", w.CreatedAt)
	c.filterTime("closedAt", "t.closed_at", w.ClosedAt)
	c.filterTime("lastActivityAt", "a.last_activity_at", w.LastActivityAt)
	c.deps.addField("ticket.lastActivityAt", w.LastActivityAt != nil)
	c.filterTeam("t", w.TeamID)
	c.properties(w.Properties)
	filterRelated(c, "contact", "contacts AS k WHERE k.account_id = t.account_id AND k.id = t.contact_id", w.Contact)
	c.hasConversation("c.account_id = t.account_id AND a.account_id = t.account_id AND c.ticket_id = t.id", w.Conversation)
}

// TicketOrderField is what tickets can be ordered by.
type TicketOrderField string

// The orders of tickets.
const (
	TicketsByActivity TicketOrderField = "LAST_ACTIVITY_AT"
	TicketsByTime     TicketOrderField = "CREATED_AT"
	TicketsByNumber   TicketOrderField = "NUMBER"
	TicketsByName     TicketOrderField = "NAME"
	TicketsByClosing  TicketOrderField = "CLOSED_AT"
	TicketsByPriority TicketOrderField = "PRIORITY"
	TicketsByProperty TicketOrderField = "PROPERTY"
)

// TicketOrder is an order of tickets; nil is the most recently active first.
type TicketOrder struct {
	Field       TicketOrderField
	PropertyKey *string // for TicketsByProperty
	Direction   Direction
}

func (o *TicketOrder) sortOrder(sc *FilterScope) (sortOrder[desk.Ticket], error) {
	if o == nil {
		o = &TicketOrder{Field: TicketsByActivity, Direction: Descending}
	}
	switch {
	case o.Field == TicketsByProperty:
		by, err := o.byProperty(sc)
		return by.withDirection(o.Direction), err
	case o.PropertyKey != nil:
		return sortOrder[desk.Ticket]{}, desk.Refuse(desk.CodeInvalidInput, "propertyKey is only for the order PROPERTY. Leave it out.").At("orderBy", "propertyKey")
	}
	return o.ascending().withDirection(o.Direction), nil
}

func ticketID(t *desk.Ticket) desk.ID { return t.ID }

func (o *TicketOrder) ascending() sortOrder[desk.Ticket] {
	switch o.Field {
	case TicketsByTime:
		return byTime("tkt.time", "t.created_at", "t.id", func(t *desk.Ticket) time.Time { return t.CreatedAt }, ticketID)
	case TicketsByNumber:
		return byNumber("tkt.number", "t.number", "t.id", func(t *desk.Ticket) int { return t.Number }, ticketID)
	case TicketsByName:
		return byName("tkt.name", "t.name", "t.id", func(t *desk.Ticket) string { return t.Name }, ticketID)
	case TicketsByClosing:
		return byOptionalTime("tkt.closed", "t.closed_at", "t.id", func(t *desk.Ticket) *time.Time { return t.ClosedAt }, ticketID)
	case TicketsByPriority:
		return optionally(byNumber("tkt.priority", priorityRank, "t.id", func(t *desk.Ticket) int { return slices.Index(desk.Priorities, *t.Priority) }, ticketID),
			func(t *desk.Ticket) bool { return t.Priority == nil })
	}
	return byTime("tkt.activity", "a.last_activity_at", "a.ticket_id", func(t *desk.Ticket) time.Time { return t.LastActivityAt }, ticketID)
}

// priorityRank is what an index stands on, to the letter.
const priorityRank = "(CASE t.priority WHEN 'LOW' THEN 0 WHEN 'MEDIUM' THEN 1 WHEN 'HIGH' THEN 2 WHEN 'URGENT' THEN 3 END)"

// byProperty orders by the values of a property as its type compares them: texts without regard to
// case, by their first 250 characters.
func (o *TicketOrder) byProperty(sc *FilterScope) (by sortOrder[desk.Ticket], err error) {
	if o.PropertyKey == nil {
		return by, desk.Refuse(desk.CodeInvalidInput, "The order PROPERTY needs the key of a property.").At("orderBy", "propertyKey")
	}
	d, err := sc.definition(*o.PropertyKey, "orderBy", "propertyKey")
	switch {
	case err != nil:
		return by, err
	case d.Type == desk.TypeOptions:
		return by, desk.Refuse(desk.CodeInvalidInput, "Tickets cannot be sorted by a property of type OPTIONS. Choose another one.").At("orderBy", "propertyKey")
	}
	value := cleanText
	if d.Type == desk.TypeNumber {
		value = func(key string) (any, bool) {
			n, err := d.Parse(key)
			return pg.SQL("?::text::numeric", n), err == nil
		}
	}
	return sortOrder[desk.Ticket]{
		code: "tkt.p." + d.Key, column: slotColumn(d), id: slotIDColumn(d), idOf: ticketID, restID: "t.id", value: value, selected: true, nullable: true,
	}, nil
}

// slotIDColumn is the id beside the value in its index.
func slotIDColumn(d *desk.PropertyDefinition) string {
	if d.Slot == nil {
		return "t.id"
	}
	return "s.ticket_id"
}

// The whole row of a ticket, t, with its activity, a, and its properties in columns, s.
const (
	TicketColumns = "t.*, a.last_activity_at"
	TicketTables  = "tickets AS t JOIN ticket_activity AS a ON a.account_id = t.account_id AND a.ticket_id = t.id" +
		" LEFT JOIN ticket_slots AS s ON s.account_id = t.account_id AND s.ticket_id = t.id"
)

func ticketList(sc *FilterScope, of Parents, where *TicketWhere) (pageQuery[desk.Ticket], error) {
	parent := "t.trash_group_id IS NULL"
	if of.Kind == desk.KindContact {
		parent += " AND t.contact_id = p.id"
	}
	cond, err := FilterSQL(sc, where)
	return pageQuery[desk.Ticket]{
		record: ticketRecord, from: TicketTables, parent: parent,
		where: pg.AllOf(pg.SQL("t.account_id = ? AND a.account_id = ?", sc.by.Account.ID, sc.by.Account.ID), seesTicket(sc.by, "t.id"), cond),
	}, err
}

// TicketPages are pages of the tickets of an account or of contacts.
func (r *Reader) TicketPages(ctx context.Context, of Parents, where *TicketWhere, o *TicketOrder, p Paging) (map[desk.ID]*Page[*desk.Ticket], error) {
	sc := r.FilterScope(ctx)
	l, err := ticketList(sc, of, where)
	if err != nil {
		return nil, err
	}
	if l.order, err = o.sortOrder(sc); err != nil {
		return nil, err
	}
	return loadPages(ctx, r, l, of, p)
}

// TicketCounts counts what TicketPages shows.
func (r *Reader) TicketCounts(ctx context.Context, of Parents, where *TicketWhere) (map[desk.ID]Count, error) {
	l, err := ticketList(r.FilterScope(ctx), of, where)
	if err != nil {
		return nil, err
	}
	return countRows(ctx, r, l, of)
}

// Tickets are tickets by their ids, in the trash or not.
func (r *Reader) Tickets(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Ticket, error) {
	return pg.QueryByID(ctx, r, func(t *desk.Ticket) desk.ID { return t.ID },
		"SELECT "+r.projection.columns(ticketRecord)+" FROM "+TicketTables+" WHERE t.account_id = ? AND t.id = ? AND ?",
		r.actor.Account.ID, pg.OneOf(ids), seesTicket(r.actor, "t.id"))
}
