package graph

import (
	"context"
	"sync"

	"github.com/microcosm-cc/bluemonday"

	"deskwire/desk"
)

func conversationOf(ctx context.Context, m *desk.Message) (*desk.Conversation, error) {
	return loadRelated(ctx, loadersOf(ctx).conversations, m, func(m *desk.Message) (desk.ID, bool) { return m.ConversationID, true })
}

// safePolicy lets through what people write in mails, and no script, form or handler.
var safePolicy = sync.OnceValue(bluemonday.UGCPolicy)

// safeHTML is made once for each message of a response, however often it is asked for.
func (l *loaders) safeHTML(m *desk.Message) *string {
	if m.HTML == nil {
		return nil
	}
	made, _ := l.safe.LoadOrStore(m.ID, sync.OnceValue(func() *string {
		safe := safePolicy().Sanitize(*m.HTML)
		return &safe
	}))
	return made.(func() *string)()
}

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

// trashRecords are what went with a trashing: of one that this response made, as the outcome has it.
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
