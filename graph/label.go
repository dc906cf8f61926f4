package graph

import (
	"context"
	"slices"

	"deskwire/desk"
)

// labelsOf are the labels of a conversation by name; read for all conversations of the scope. What
// a mutation has set is in the conversation already.
func labelsOf(ctx context.Context, c *desk.Conversation) ([]*desk.Label, error) {
	l, ids := loadersOf(ctx), c.LabelIDs
	if ids == nil {
		var err error
		ids, err = loadBelow(ctx, c, conversationID, func(ctx context.Context, ids []desk.ID) (map[desk.ID][]desk.ID, error) {
			return l.reader.LabelsOf(ctx, ids)
		}, func([]desk.ID) []any { return nil })
		if err != nil {
			return nil, err
		}
	}
	return l.labels.filtered(ctx, func(l *desk.Label) bool { return slices.Contains(ids, l.ID) })
}

// inUseLabels leaves archived labels out.
func (l *loaders) inUseLabels(ctx context.Context) ([]*desk.Label, error) {
	return l.labels.filtered(ctx, func(l *desk.Label) bool { return l.ArchivedAt == nil })
}
