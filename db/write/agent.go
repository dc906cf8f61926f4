package write

import (
	"cmp"
	"context"

	"deskwire/desk"
)

// CreateAgent adds an agent.
func (t *Tx) CreateAgent(_ context.Context, email, name string, role desk.Role) (err error) {
	t.out.Agent, err = desk.NewAgent(t.Act, email, name, role)
	return err
}

// SetTimeZone says in which time zone an agent is, maybe after UpdateAgent in the same mutation.
func (t *Tx) SetTimeZone(ctx context.Context, id desk.ID, expected *int, name string) error {
	if t.out.Agent != nil {
		return t.out.Agent.SetTimeZone(t.Act, name)
	}
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	a, err := findRecord[desk.Agent](ctx, t, id, "agent", "agentId")
	if err != nil {
		return err
	}
	if err := cmp.Or(a.CheckSetTimeZone(t.Act.By), desk.Expect(a, expected)); err != nil {
		return err
	}
	t.out.Agent = a
	return a.SetTimeZone(t.Act, name)
}

// UpdateAgent changes an agent.
func (t *Tx) UpdateAgent(ctx context.Context, id desk.ID, expected *int, p desk.AgentPatch, successorID *desk.ID) error {
	if err := t.Act.By.CheckAdmin(); err != nil {
		return err
	}
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	a, err := findRecord[desk.Agent](ctx, t, id, "agent", "agentId")
	if err != nil {
		return err
	}
	if err := desk.Expect(a, expected); err != nil {
		return err
	}
	admins, err := t.NewSelect().Model((*desk.Agent)(nil)).Where("account_id = ? AND id <> ?", a.AccountID, a.ID).
		Where("role = ? AND deactivated_at IS NULL", desk.RoleAdmin).Count(ctx)
	if err != nil {
		return err
	}
	if successorID != nil {
		if p.Successor, err = findRecord[desk.Agent](ctx, t, *successorID, "agent", "successorId"); err != nil {
			return err
		}
	}
	t.out.Agent = a
	return a.Update(t.Act, p, int(admins))
}

// HandOn gives what an agent owns of a case to another one. It is the case of a conversation, or of
// a ticket where that has one.
func (t *Tx) HandOn(ctx context.Context, conversation, ticket desk.ID, from, to *desk.Agent) error {
	var cs *desk.Case
	var err error
	if ticket.IsZero() {
		cs, err = t.lockConversationCase(ctx, conversation)
	} else {
		cs, err = t.lockTicket(ctx, ticket)
	}
	if err != nil || cs == nil {
		return err // it was purged
	}
	return cs.HandOn(t.Act, from, to)
}
