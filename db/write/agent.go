package write

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/db/pg"
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
	// Who may not is refused before anything is locked. The zone of one agent is nothing that
	// others refer to, so they go on meanwhile; who changes more of the agent holds the
	// configuration alone.
	if err := desk.CheckSetTimeZone(t.Act.By, id); err != nil {
		return err
	}
	t.lockConfigShared()
	a, err := lockRecord[desk.Agent](ctx, t, id, "agent", "agentId")
	if err != nil {
		return err
	}
	if err := desk.Expect(a, expected); err != nil {
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

// RefoldAgent brings the address of an agent into the form in which it is compared today, unless
// another agent has it in that form.
func (t *Tx) RefoldAgent(ctx context.Context, id desk.ID) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	a, err := findRecord[desk.Agent](ctx, t, id, "agent")
	if err != nil || a.RefoldedEmail() == nil {
		return err
	}
	other, err := findOldest[desk.Agent](ctx, t, "email = ?", *a.RefoldedEmail())
	if err != nil || other != nil {
		return err
	}
	return a.Refold(t.Act)
}

// handingOnNoun names the lock of who hands on in an account. Two servers would only wait for each
// other's locks.
const handingOnNoun = "handing on"

// HandOn gives what a deactivated agent owns of a case to their successor. It is the case of a
// ticket or of a conversation. Who the two are is read here, with the configuration locked: one may
// be back, or the other gone, since somebody has looked for the case. It says whether there is any
// use in going on with another case of this agent.
func (t *Tx) HandOn(ctx context.Context, conversation, ticket *desk.ID, fromID desk.ID) (goesOn bool, err error) {
	var free bool
	t.Queue(pg.Statement{
		Text: "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", Args: []any{handingOnNoun + " " + t.Act.By.Account.ID.String()},
		Scan: func(found pgx.Rows, _ *pgtype.Map) error {
			for found.Next() {
				if err := found.Scan(&free); err != nil {
					return err
				}
			}
			return found.Err()
		},
	})
	t.lockConfigShared()
	from, to, err := t.findSuccessor(ctx, fromID)
	if err != nil || to == nil || !free {
		return false, err
	}
	var cs *desk.Case
	if ticket != nil {
		cs, err = t.lockTicket(ctx, *ticket)
	} else {
		cs, err = t.lockConversationCase(ctx, *conversation)
	}
	if err != nil || cs == nil {
		return true, err // it was purged
	}
	return true, cs.HandOn(t.Act, from, to)
}

// maxSuccessors is how many may have gone one after the other.
const maxSuccessors = 20

// findSuccessor reads an agent and who gets what they own: the successor, or theirs if they have
// gone too. The successor is nil where nobody is left who may own it, or the agent is back.
func (t *Tx) findSuccessor(ctx context.Context, id desk.ID) (from, to *desk.Agent, err error) {
	if from, err = findRecord[desk.Agent](ctx, t, id, "agent"); err != nil {
		return nil, nil, err
	}
	to = from
	for range maxSuccessors {
		switch {
		case to.Active() && to != from && to.MayOwn():
			return from, to, nil
		case to.Active() || to.SuccessorID == nil:
			return from, nil, nil
		}
		if to, err = findRecord[desk.Agent](ctx, t, *to.SuccessorID, "agent"); err != nil {
			return nil, nil, err
		}
	}
	return from, nil, nil
}
