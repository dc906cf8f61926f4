package db

import (
	"context"
	"time"

	"deskwire/desk"
)

// seesTrashGroup says whether the actor sees a trashing: any conversation that went with it, or,
// when it came back, what had been trashed.
func seesTrashGroup(by *desk.Actor) sqlText {
	if by.SeesAll() {
		return always
	}
	conversation := "EXISTS (SELECT FROM conversations AS v WHERE v.account_id = g.account_id AND v."
	sees := seesInbox(by, "v.inbox_id")
	return sq("("+conversation+"trash_group_id = g.id AND ?) OR g.restored_at IS NOT NULL AND ("+
		conversation+"id = g.root_id AND ?) OR "+conversation+"ticket_id = g.root_id AND ?)))", sees, sees, sees)
}

func trashList(by *desk.Actor) list[desk.TrashGroup] {
	return list[desk.TrashGroup]{
		columns: "g.*", from: "trash_groups AS g",
		where: allOf(sq("g.account_id = ? AND g.restored_at IS NULL", by.Account.ID), seesTrashGroup(by)),
		order: byTime("trg", "g.trashed_at", "g.id", func(g *desk.TrashGroup) time.Time { return g.TrashedAt },
			func(g *desk.TrashGroup) desk.ID { return g.ID }).going(Descending),
	}
}

// TrashPages are pages of what is in the trash of the account, the latest trashing first.
func (r *Reader) TrashPages(ctx context.Context, of Parents, p Paging) (map[desk.ID]*Page[*desk.TrashGroup], error) {
	return pages(ctx, r, trashList(r.by), of, p)
}

// TrashCounts counts what TrashPages shows.
func (r *Reader) TrashCounts(ctx context.Context, of Parents) (map[desk.ID]Count, error) {
	return counts(ctx, r, trashList(r.by), of)
}

// TrashGroups are trashings by their ids, also those that have come back.
func (r *Reader) TrashGroups(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.TrashGroup, error) {
	return rowsByID(ctx, r, func(g *desk.TrashGroup) desk.ID { return g.ID },
		"SELECT g.* FROM trash_groups AS g WHERE g.account_id = ? AND g.id = ANY(?::uuid[]) AND ?",
		r.by.Account.ID, uuidArray(ids), seesTrashGroup(r.by))
}

// TrashRecords are what went into the trash with each trashing and is still there, tickets first,
// as far as the actor sees it.
func (r *Reader) TrashRecords(ctx context.Context, groups []desk.ID) (map[desk.ID][]desk.Record, error) {
	tickets, err := rows[desk.Ticket](ctx, r,
		"SELECT "+ticketColumns+" FROM "+ticketTables+" WHERE t.account_id = ? AND t.trash_group_id = ANY(?::uuid[]) AND ? ORDER BY t.number",
		r.by.Account.ID, uuidArray(groups), seesTicket(r.by, "t.id"))
	if err != nil {
		return nil, err
	}
	conversations, err := rows[desk.Conversation](ctx, r,
		"SELECT "+conversationColumns+" FROM "+conversationTables+" WHERE c.account_id = ? AND c.trash_group_id = ANY(?::uuid[]) AND ? ORDER BY c.number",
		r.by.Account.ID, uuidArray(groups), seesInbox(r.by, "c.inbox_id"))
	out := map[desk.ID][]desk.Record{}
	for _, t := range tickets {
		out[*t.TrashGroupID] = append(out[*t.TrashGroupID], t)
	}
	for _, c := range conversations {
		out[*c.TrashGroupID] = append(out[*c.TrashGroupID], c)
	}
	return out, err
}

// TrashImpacts say what trashing each ticket would take along (D1).
func (r *Reader) TrashImpacts(ctx context.Context, tickets []desk.ID) (map[desk.ID]*desk.TrashImpact, error) {
	// All conversations, seen or not: those that are not seen are counted.
	conversations, err := rows[desk.Conversation](ctx, r, "SELECT "+conversationColumns+" FROM "+conversationTables+`
		WHERE c.account_id = ? AND c.ticket_id = ANY(?::uuid[]) AND c.trash_group_id IS NULL ORDER BY c.number`, r.by.Account.ID, uuidArray(tickets))
	cases, out := map[desk.ID]*desk.Case{}, map[desk.ID]*desk.TrashImpact{}
	for _, id := range tickets {
		cases[id] = &desk.Case{}
	}
	for _, c := range conversations {
		cases[*c.TicketID].Conversations = append(cases[*c.TicketID].Conversations, c)
	}
	for id, cs := range cases {
		out[id] = cs.TrashImpact(r.by)
	}
	return out, err
}
