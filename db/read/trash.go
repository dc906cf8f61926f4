package read

import (
	"context"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

// seesTrashGroup says whether the actor sees a trashing: any conversation that went with it, or,
// when it came back, what had been trashed.
func seesTrashGroup(by *desk.Actor) pg.Fragment {
	if by.SeesAll() {
		return pg.Always
	}
	conversation := "EXISTS (SELECT FROM conversations AS v WHERE v.account_id = g.account_id AND v."
	sees := seesInbox(by, "v.inbox_id")
	return pg.SQL("("+conversation+"trash_group_id = g.id AND ?) OR g.restored_at IS NOT NULL AND ("+
		conversation+"id = g.root_id AND ?) OR "+conversation+"ticket_id = g.root_id AND ?)))", sees, sees, sees)
}

func trashList(by *desk.Actor) pageQuery[desk.TrashGroup] {
	return pageQuery[desk.TrashGroup]{
		columns: "g.*", from: "trash_groups AS g",
		where: pg.AllOf(pg.SQL("g.account_id = ? AND g.restored_at IS NULL", by.Account.ID), seesTrashGroup(by)),
		order: byTime("trg", "g.trashed_at", "g.id", func(g *desk.TrashGroup) time.Time { return g.TrashedAt },
			func(g *desk.TrashGroup) desk.ID { return g.ID }).withDirection(Descending),
	}
}

// TrashPages are pages of what is in the trash of the account, the latest trashing first.
func (r *Reader) TrashPages(ctx context.Context, of Parents, p Paging) (map[desk.ID]*Page[*desk.TrashGroup], error) {
	return loadPages(ctx, r, trashList(r.actor), of, p)
}

// TrashCounts counts what TrashPages shows.
func (r *Reader) TrashCounts(ctx context.Context, of Parents) (map[desk.ID]Count, error) {
	return countRows(ctx, r, trashList(r.actor), of)
}

// TrashGroups are trashings by their ids, also those that have come back.
func (r *Reader) TrashGroups(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.TrashGroup, error) {
	return pg.QueryByID(ctx, r, func(g *desk.TrashGroup) desk.ID { return g.ID },
		"SELECT g.* FROM trash_groups AS g WHERE g.account_id = ? AND g.id = ? AND ?",
		r.actor.Account.ID, pg.OneOf(ids), seesTrashGroup(r.actor))
}

// TrashRecords are what went into the trash with each trashing and is still there, tickets first,
// as far as the actor sees it.
func (r *Reader) TrashRecords(ctx context.Context, groups []desk.ID) (map[desk.ID][]desk.Record, error) {
	tickets, err := pg.Query[desk.Ticket](ctx, r,
		"SELECT "+TicketColumns+" FROM "+TicketTables+" WHERE t.account_id = ? AND t.trash_group_id = ? AND ? ORDER BY t.number",
		r.actor.Account.ID, pg.OneOf(groups), seesTicket(r.actor, "t.id"))
	if err != nil {
		return nil, err
	}
	conversations, err := pg.Query[desk.Conversation](ctx, r,
		"SELECT "+ConversationColumns+" FROM "+ConversationTables+" WHERE c.account_id = ? AND c.trash_group_id = ? AND ? ORDER BY c.number",
		r.actor.Account.ID, pg.OneOf(groups), seesInbox(r.actor, "c.inbox_id"))
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
	conversations, err := pg.Query[desk.Conversation](ctx, r, "SELECT "+ConversationColumns+" FROM "+ConversationTables+`
		WHERE c.account_id = ? AND c.ticket_id = ? AND c.trash_group_id IS NULL ORDER BY c.number`, r.actor.Account.ID, pg.OneOf(tickets))
	cases, out := map[desk.ID]*desk.Case{}, map[desk.ID]*desk.TrashImpact{}
	for _, id := range tickets {
		cases[id] = &desk.Case{}
	}
	for _, c := range conversations {
		cases[*c.TicketID].Conversations = append(cases[*c.TicketID].Conversations, c)
	}
	for id, cs := range cases {
		out[id] = cs.TrashImpact(r.actor)
	}
	return out, err
}
