package write

import (
	"context"
	"errors"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/desk"
)

// changeTicket runs one rule on a ticket: load, compare the version, decide, answer.
func (t *Tx) changeTicket(ctx context.Context, id desk.ID, expected *int, rule func(*desk.Case) error) error {
	cs, err := t.caseOfTicket(ctx, id)
	if err != nil {
		return err
	}
	if err := desk.Expect(cs.Ticket, expected); err != nil {
		return err
	}
	if err := rule(cs); err != nil {
		return err
	}
	t.fillOutcome(cs, nil)
	return nil
}

// CreateTicket is what a ticket is made from.
type CreateTicket struct {
	ConversationID desk.ID
	Name           string
	StatusID       *desk.ID // nil: the first open one of the first pipeline
	Priority       *desk.Priority
	Owner          desk.OwnerInput
	Properties     []desk.PropertyInput
}

// CreateTicket gives a conversation its ticket.
func (t *Tx) CreateTicket(ctx context.Context, in CreateTicket) error {
	t.lockConfigShared()
	cs, c, err := t.caseOfConversation(ctx, in.ConversationID)
	if err != nil {
		return err
	}
	draft, err := t.draftTicket(ctx, c, in)
	if err != nil {
		return err
	}
	defs, owners, err := t.definitions(ctx, in.Properties)
	if err != nil {
		return err
	}
	draft.Owners = owners
	if draft.Named, err = t.statusesNamed(ctx, in.Properties); err != nil {
		return err
	}
	if c.TicketID == nil {
		if draft.Number, err = t.nextNumber(ctx, "ticket"); err != nil {
			return err
		}
	}
	if err := cs.CreateTicket(t.Act, c, *draft, defs); err != nil {
		return err
	}
	t.fillOutcome(cs, c)
	return nil
}

func (t *Tx) draftTicket(ctx context.Context, c *desk.Conversation, in CreateTicket) (d *desk.TicketDraft, err error) {
	d = &desk.TicketDraft{Name: in.Name, Priority: in.Priority, Properties: in.Properties}
	if in.StatusID != nil {
		d.Status, err = t.findStatus(ctx, *in.StatusID, "statusId")
	} else {
		d.Status, err = t.firstOpenStatus(ctx, nil)
	}
	if err != nil {
		return nil, err
	}
	owner, err := t.findOwner(ctx, in.Owner.OfTicket(c))
	d.Owner = in.Owner.Fit(owner)
	return d, err
}

// definitions reads the account's custom properties, and looks up the agents that values name.
func (t *Tx) definitions(ctx context.Context, in []desk.PropertyInput) (desk.Definitions, map[string]*desk.Agent, error) {
	if len(in) == 0 {
		return nil, nil, nil
	}
	if len(in) > desk.MaxValues {
		return nil, nil, desk.Refuse(desk.CodeLimitReached, "A call can set at most %d properties.", desk.MaxValues).At("properties")
	}
	t.lockConfigShared()
	var defs []*desk.PropertyDefinition
	err := t.NewSelect().Model(&defs).Where("account_id = ? AND archived_at IS NULL", t.Act.By.Account.ID).Scan(ctx)
	if err != nil {
		return nil, nil, err
	}
	agents, err := t.agentsNamed(ctx, in)
	for i := range in {
		in[i].Agents = agents
	}
	return defs, agents, err
}

// agentsNamed finds the agents whose public ids stand in values, by these.
func (t *Tx) agentsNamed(ctx context.Context, in []desk.PropertyInput) (map[string]*desk.Agent, error) {
	ids := []desk.ID{}
	for _, p := range in {
		if p.String != nil {
			if ref, err := desk.ParseRef(*p.String); err == nil && !ref.As(desk.KindAgent).IsZero() {
				ids = append(ids, ref.ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var found []*desk.Agent
	err := t.NewSelect().Model(&found).Where("account_id = ? AND id = ?", t.Act.By.Account.ID, pg.OneOf(ids)).Scan(ctx)
	named := map[string]*desk.Agent{}
	for _, a := range found {
		named[a.Ref().String()] = a
	}
	return named, err
}

// AddConversation puts one more conversation on a ticket.
func (t *Tx) AddConversation(ctx context.Context, ticketID desk.ID, expected *int, conversationID desk.ID) error {
	if err := t.lock(ctx, "conversation", conversationID); err != nil {
		return err
	}
	cs, err := t.caseOfTicket(ctx, ticketID)
	if err != nil {
		return err
	}
	if err := desk.Expect(cs.Ticket, expected); err != nil {
		return err
	}
	c, its, err := t.loadJoining(ctx, cs, conversationID)
	if err != nil {
		return err
	}
	if err := cs.AddConversation(t.Act, c, its); err != nil {
		return err
	}
	t.fillOutcome(cs, c)
	return nil
}

// loadJoining loads the conversation that is to join a ticket's case, with the ticket it may have
// already. One that has a ticket is only read: it keeps it, and two tickets are never
// locked at once.
func (t *Tx) loadJoining(ctx context.Context, cs *desk.Case, id desk.ID) (*desk.Conversation, *desk.Ticket, error) {
	if c := cs.Conversation(id); c != nil && t.Act.By.SeesInbox(c.InboxID) {
		return c, cs.Ticket, nil
	}
	cv, err := pg.QueryInTransaction[desk.Conversation](ctx, t.Transaction, "SELECT "+read.ConversationColumns+" FROM "+read.ConversationTables+" WHERE c.account_id = ? AND c.id = ?",
		t.Act.By.Account.ID, id)
	if err != nil {
		return nil, nil, err
	}
	if len(cv) == 1 && cv[0].TicketID == nil {
		t.lockConversations(&cv, "c.id = ?", id)
		if err := t.Flush(ctx); err != nil {
			return nil, nil, err
		}
	}
	if len(cv) == 0 || !t.Act.By.SeesInbox(cv[0].InboxID) {
		return nil, nil, desk.NotFound("conversation", "conversationId")
	}
	if cv[0].TicketID == nil {
		return cv[0], nil, nil
	}
	its, err := t.readTicket(ctx, *cv[0].TicketID)
	return cv[0], its, err
}

func (t *Tx) readTicket(ctx context.Context, id desk.ID) (*desk.Ticket, error) {
	ticket := new(desk.Ticket)
	err := t.NewSelect().Model(ticket).ColumnExpr("ticket.*, a.last_activity_at").
		Join("JOIN ticket_activity AS a ON a.account_id = ticket.account_id AND a.ticket_id = ticket.id").
		Where("ticket.account_id = ? AND ticket.id = ?", t.Act.By.Account.ID, id).Scan(ctx)
	return ticket, err
}

// UpdateTicket edits a ticket's details.
func (t *Tx) UpdateTicket(ctx context.Context, id desk.ID, expected *int, p desk.TicketPatch) error {
	defs, agents, err := t.definitions(ctx, p.Properties)
	if err != nil {
		return err
	}
	p.Owner = agents
	if p.Status, err = t.statusesNamed(ctx, p.Properties); err != nil {
		return err
	}
	return t.changeTicket(ctx, id, expected, func(cs *desk.Case) error { return cs.Update(t.Act, p, defs) })
}

// statusesNamed finds the status that a property named "status" says, by its public id.
func (t *Tx) statusesNamed(ctx context.Context, in []desk.PropertyInput) (map[string]*desk.TicketStatus, error) {
	named := map[string]*desk.TicketStatus{}
	for _, p := range in {
		if p.Key != "status" || p.String == nil || named[*p.String] != nil {
			continue
		}
		ref, _ := desk.ParseRef(*p.String)
		s, err := t.findStatus(ctx, ref.As(desk.KindStatus))
		var refused *desk.Error
		if errors.As(err, &refused) {
			continue // desk says so, and where
		}
		if err != nil {
			return nil, err
		}
		named[*p.String] = s
	}
	return named, nil
}

// SetTicketStatus puts a ticket into a status.
func (t *Tx) SetTicketStatus(ctx context.Context, id desk.ID, expected *int, statusID desk.ID) error {
	s, err := t.findStatus(ctx, statusID, "statusId")
	if err != nil {
		return err
	}
	return t.changeTicket(ctx, id, expected, func(cs *desk.Case) error { return cs.SetStatus(t.Act, s) })
}

// AssignTicket gives a ticket an owner, or nobody.
func (t *Tx) AssignTicket(ctx context.Context, id desk.ID, expected *int, ownerID *desk.ID) error {
	owner, err := t.findOwner(ctx, ownerID)
	if err != nil {
		return err
	}
	return t.changeTicket(ctx, id, expected, func(cs *desk.Case) error { return cs.Assign(t.Act, owner) })
}

// LeaveTicket answers with a ticket as it is, to a call that names nothing to change.
func (t *Tx) LeaveTicket(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeTicket(ctx, id, expected, func(cs *desk.Case) error { return cs.Update(t.Act, desk.TicketPatch{}, nil) })
}

// TrashTicket moves a ticket to the trash, and what goes with it.
func (t *Tx) TrashTicket(ctx context.Context, id desk.ID, expected *int, confirmed bool) error {
	return t.changeTicket(ctx, id, expected, func(cs *desk.Case) error {
		g, err := cs.TrashTicket(t.Act, confirmed)
		if err != nil {
			return err
		}
		return t.openTrashGroup(ctx, g)
	})
}

// RestoreTicket takes a ticket out of the trash, and what went with it.
func (t *Tx) RestoreTicket(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeTicket(ctx, id, expected, func(cs *desk.Case) error {
		g, err := cs.RestoreTicket(t.Act)
		if err != nil {
			return err
		}
		return t.closeTrashGroup(ctx, g)
	})
}
