package graph

import (
	"context"

	"deskwire/desk"
)

// trashImpact is what would go to the trash with a ticket.
func trashImpact(ctx context.Context, t *desk.Ticket) (*desk.TrashImpact, error) {
	l := loadersOf(ctx)
	return loadBelow(ctx, t, ticketID, func(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.TrashImpact, error) {
		impacts, err := l.reader.TrashImpacts(ctx, ids)
		for _, i := range impacts {
			l.conversations.unify(conversationID, i.Conversations)
		}
		return impacts, err
	}, func(i *desk.TrashImpact) []any { return asObjects(i.Conversations) })
}

// trashRecords are what went with a trashing: of one that this response made, as the outcome has
// it.
func trashRecords(ctx context.Context, g *desk.TrashGroup) ([]desk.Node, error) {
	l := loadersOf(ctx)
	return loadBelow(ctx, g, trashGroupID, func(ctx context.Context, ids []desk.ID) (map[desk.ID][]desk.Node, error) {
		if own := l.ownTrash[g.ID]; own != nil {
			return map[desk.ID][]desk.Node{g.ID: own}, nil
		}
		found, err := l.reader.TrashRecords(ctx, ids)
		nodes := map[desk.ID][]desk.Node{}
		for id, records := range found {
			for _, r := range records {
				nodes[id] = append(nodes[id], r)
			}
		}
		return nodes, err
	}, asObjects[desk.Node])
}
