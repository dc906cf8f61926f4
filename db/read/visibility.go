package read

import (
	"deskwire/db/pg"
	"deskwire/desk"
)

// The wall: what an actor may see. Admins and integrations see every inbox.

// seesInbox says whether the actor sees what is in the inbox of that column.
func seesInbox(by *desk.Actor, column string) pg.Fragment {
	if by.SeesAll() {
		return pg.Always
	}
	return pg.SQL(column+" = ?", pg.OneOf(by.Inboxes))
}

// seesTicket says whether the actor sees one of the ticket's conversations.
func seesTicket(by *desk.Actor, column string) pg.Fragment {
	if by.SeesAll() {
		return pg.Always
	}
	return pg.SQL("EXISTS (SELECT FROM conversations AS v WHERE v.account_id = ? AND v.ticket_id = "+column+" AND ?)",
		by.Account.ID, seesInbox(by, "v.inbox_id"))
}
