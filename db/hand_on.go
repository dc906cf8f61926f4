package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// handOnEvery is how long what a deactivated agent owns waits for its new owner.
const handOnEvery = 20 * time.Second

// handOnPage is how many tickets, and how many conversations, are looked up at once. Each case is a
// transaction of its own.
const handOnPage = 200

// KeepHandedOn hands on what agents have left until the context ends. It is no timed job: whoever
// leaves after years takes minutes, and nothing else should wait for that.
func (s *Store) KeepHandedOn(ctx context.Context, failed func(error)) {
	handOn := job{"hand on what agents have left", handOnEvery, func(ctx context.Context) error { _, err := s.HandOn(ctx); return err }}
	runJobs(ctx, []job{s.noted(handOn)}, failed)
}

// HandOn gives what deactivated agents own to their successors, and says how many cases it has
// changed. Any number of servers may call it at once: one of them hands on in an account.
func (s *Store) HandOn(ctx context.Context) (all int, err error) {
	var accounts []*desk.Account
	if err := s.client.Bun.NewSelect().Model(&accounts).Where("id IN (SELECT account_id FROM agents WHERE successor_id IS NOT NULL)").Scan(ctx); err != nil {
		return 0, err
	}
	for _, a := range accounts {
		// What fails in one account must not keep the others waiting.
		n, failed := s.handOnIn(ctx, a)
		all, err = all+n, errors.Join(err, failed)
	}
	return all, err
}

func (s *Store) handOnIn(ctx context.Context, a *desk.Account) (all int, err error) {
	gone, err := pg.Query[desk.Agent](ctx, s.client, "SELECT * FROM agents WHERE account_id = ? AND successor_id IS NOT NULL AND deactivated_at IS NOT NULL", a.ID)
	if err != nil {
		return 0, err
	}
	for _, from := range gone {
		n, failed := s.handOnFrom(ctx, a, from.ID)
		all, err = all+n, errors.Join(err, failed)
	}
	return all, err
}

// ownedRecord is a ticket or a conversation of which an agent is the owner.
type ownedRecord struct {
	TicketID       *desk.ID
	ConversationID *desk.ID
}

const ownedRecordsQuery = `(SELECT id AS ticket_id, NULL::uuid AS conversation_id FROM tickets
		WHERE account_id = ? AND owner_id = ? AND trash_group_id IS NULL LIMIT ?)
	UNION ALL (SELECT NULL, conversation_id FROM conversation_activity WHERE account_id = ? AND owner_id = ? AND NOT trashed LIMIT ?)`

// ownedRecords are some of what an agent owns outside of the trash. Both halves are read from an
// index by owner, and what was handed on is not in its range any more.
func (s *Store) ownedRecords(ctx context.Context, account, owner desk.ID) ([]*ownedRecord, error) {
	return pg.Query[ownedRecord](ctx, s.client, ownedRecordsQuery, account, owner, pg.Limit(handOnPage), account, owner, pg.Limit(handOnPage))
}

// handOnFrom goes on as long as something is handed on. A case that fails does not keep the others
// waiting.
func (s *Store) handOnFrom(ctx context.Context, a *desk.Account, from desk.ID) (n int, failed error) {
	by := read.Authenticated(desk.System(a))
	for {
		page, err := s.ownedRecords(ctx, a.ID, from)
		if err != nil {
			return n, errors.Join(failed, err)
		}
		before := n
		failed = nil // what fails is in the next page again
		for _, r := range page {
			told, goesOn := 0, false
			_, err := s.Write(ctx, write.Write{By: by, Mutation: "agentHandOn"}, func(ctx context.Context, t *write.Tx) (err error) {
				goesOn, err = t.HandOn(ctx, r.ConversationID, r.TicketID, from)
				told = len(t.Act.Events)
				return err
			})
			switch {
			case err != nil && (pg.Unavailable(err) || ctx.Err() != nil):
				return n, errors.Join(failed, err)
			case err != nil && failed == nil:
				failed = fmt.Errorf("handing on what agent %s has left: %w", from, err)
			case err == nil && !goesOn:
				return n, failed
			}
			if err == nil {
				n += min(told, 1)
			}
		}
		if n == before {
			return n, failed
		}
	}
}
