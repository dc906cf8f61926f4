package db

import (
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// sqlText is a piece of SQL: words of this program, and values in the places of its
// question marks. Pieces are values too, so they nest.
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
