package db

import (
	"context"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// sqlText is a piece of SQL: words of this program, and values that Bun quotes in the places of
// its question marks. Pieces are values too, so they nest.
type sqlText = schema.QueryWithArgs

func sq(words string, values ...any) sqlText { return bun.SafeQuery(words, values...) }

var (
	always = sq("TRUE")
	never  = sq("FALSE")
)

// allOf holds when all do, also when there are none.
func allOf(parts ...sqlText) sqlText { return joined(parts, " AND ", always) }

// anyOf holds when one does.
func anyOf(parts ...sqlText) sqlText { return joined(parts, " OR ", never) }

// joined stands in brackets: an OR that is put beside an AND without them opens the wall.
func joined(parts []sqlText, by string, none sqlText) sqlText {
	if len(parts) == 0 {
		return none
	}
	values := make([]any, len(parts))
	for i, p := range parts {
		values[i] = p
	}
	return sq("("+strings.TrimSuffix(strings.Repeat("(?)"+by, len(parts)), by)+")", values...)
}

// rows runs a statement that only reads, and gives its rows, as far as the budget of the context goes.
func rows[R any](ctx context.Context, s *Store, words string, values ...any) ([]*R, error) {
	return patiently(ctx, s, func() (out []*R, err error) {
		err = s.bun.NewRaw(words, values...).Scan(ctx, &out)
		if b := budgetOf(ctx); err != nil && b != nil && b.Spent() {
			return nil, ErrBudgetSpent
		}
		return out, err
	})
}

// rowsByID is rows by their ids, without those that are missing or not the actor's to see.
func rowsByID[R any](ctx context.Context, s *Store, id func(*R) desk.ID, words string, values ...any) (map[desk.ID]*R, error) {
	found, err := rows[R](ctx, s, words, values...)
	byID := make(map[desk.ID]*R, len(found))
	for _, r := range found {
		byID[id(r)] = r
	}
	return byID, err
}

// The wall: what an actor may see. Admins and integrations see every inbox.

// seesInbox says whether the actor sees what is in the inbox of that column.
func seesInbox(by *desk.Actor, column string) sqlText {
	if by.SeesAll() {
		return always
	}
	return sq(column+" = ANY(?::uuid[])", uuidArray(by.Inboxes))
}

// seesTicket says whether the actor sees one of the ticket's conversations.
func seesTicket(by *desk.Actor, column string) sqlText {
	if by.SeesAll() {
		return always
	}
	return sq("EXISTS (SELECT FROM conversations AS v WHERE v.account_id = ? AND v.ticket_id = "+column+" AND ?)",
		by.Account.ID, seesInbox(by, "v.inbox_id"))
}
