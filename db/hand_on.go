package db

import (
	"context"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// handOnPage is how many records are looked up at once. Each case is a transaction of its own.
const handOnPage = 200

// HandOn gives what deactivated agents own to their successors, and says how many cases it has
// changed. Two servers that do it at once do no harm: who comes second finds another owner.
func (s *Store) HandOn(ctx context.Context) (int, error) {
	var accounts []*desk.Account
	if err := s.client.Bun.NewSelect().Model(&accounts).Where("id IN (SELECT account_id FROM agents WHERE successor_id IS NOT NULL)").Scan(ctx); err != nil {
		return 0, err
	}
	all := 0
	for _, a := range accounts {
		n, err := s.handOnIn(ctx, a)
		if all += n; err != nil {
			return all, err
		}
	}
	return all, nil
}

func (s *Store) handOnIn(ctx context.Context, a *desk.Account) (all int, err error) {
	gone, err := pg.Query[desk.Agent](ctx, s.client, "SELECT * FROM agents WHERE account_id = ? AND successor_id IS NOT NULL AND deactivated_at IS NOT NULL", a.ID)
	if err != nil {
		return 0, err
	}
	for _, from := range gone {
		to, err := s.successorOf(ctx, from)
		if err != nil {
			return all, err
		}
		if to == nil || !to.MayOwn() {
			continue
		}
		n, err := s.handOnFrom(ctx, a, from, to)
		if all += n; err != nil {
			return all, err
		}
	}
	return all, nil
}

// maxSuccessors is how many may have gone one after the other.
const maxSuccessors = 20

// successorOf is who gets what an agent owns: the successor, or theirs if they have gone too. Nil
// when nobody is left.
func (s *Store) successorOf(ctx context.Context, from *desk.Agent) (*desk.Agent, error) {
	for range maxSuccessors {
		found, err := pg.Query[desk.Agent](ctx, s.client, "SELECT * FROM agents WHERE account_id = ? AND id = ?", from.AccountID, *from.SuccessorID)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		if from = found[0]; from.Active() || from.SuccessorID == nil {
			return from, nil
		}
	}
	return nil, nil
}

// ownedRecord is a conversation, with its ticket if it has one, of which the agent owns something.
type ownedRecord struct {
	ID       desk.ID
	TicketID *desk.ID
}

func (s *Store) handOnFrom(ctx context.Context, a *desk.Account, from, to *desk.Agent) (n int, err error) {
	by := read.Authenticated(desk.System(a))
	for last := (desk.ID{}); ; {
		page, err := pg.Query[ownedRecord](ctx, s.client, `SELECT c.id, c.ticket_id FROM conversations AS c
			LEFT JOIN tickets AS t ON t.account_id = c.account_id AND t.id = c.ticket_id AND t.trash_group_id IS NULL
			WHERE c.account_id = ? AND c.id > ?::uuid AND (c.owner_id = ? AND c.trash_group_id IS NULL OR t.owner_id = ?) ORDER BY c.id LIMIT ?`,
			from.AccountID, last.String(), from.ID, from.ID, pg.Limit(handOnPage))
		if err != nil || len(page) == 0 {
			return n, err
		}
		for _, r := range page {
			ticket := desk.ID{}
			if r.TicketID != nil {
				ticket = *r.TicketID
			}
			told := 0
			_, err := s.Write(ctx, write.Write{By: by, Mutation: "agentHandOn"}, func(ctx context.Context, t *write.Tx) error {
				err := t.HandOn(ctx, r.ID, ticket, from, to)
				told = len(t.Act.Events)
				return err
			})
			if err != nil {
				return n, err
			}
			n += min(told, 1)
		}
		last = page[len(page)-1].ID
	}
}
