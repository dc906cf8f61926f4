package graph

import (
	"context"
	"slices"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph/model"
)

// labelsOf are the labels of a conversation by name; read for all conversations of the scope. What a mutation has set is
// in the conversation already.
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

func snippetConnection(ctx context.Context, where *db.SnippetWhere, p db.Paging) (*model.Connection[*desk.Snippet], error) {
	l := loadersOf(ctx)
	return loadConnection(ctx, l.by.Account, accountID, unified(func(ctx context.Context, _ []desk.ID) (map[desk.ID]*db.Page[*desk.Snippet], error) {
		return l.reader.SnippetPages(ctx, db.Whole(l.by), where, p)
	}, l.snippets, func(s *desk.Snippet) desk.ID { return s.ID }), func(ctx context.Context, _ []desk.ID) (map[desk.ID]db.Count, error) {
		return l.reader.SnippetCounts(ctx, db.Whole(l.by), where)
	})
}

// filledSnippet is a snippet for a conversation; nil when the viewer sees no such conversation.
func (l *loaders) filledSnippet(ctx context.Context, s *desk.Snippet, conversation desk.Ref) (*desk.FilledSnippet, error) {
	c, err := l.conversations.load(ctx, conversation.As(desk.KindConversation))
	if err != nil || c == nil {
		return nil, err
	}
	in := desk.SnippetContext{Account: l.by.Account, Agent: l.by.Agent, Conversation: c}
	if in.Contact, err = l.contacts.load(ctx, c.ContactID); err != nil {
		return nil, err
	}
	if c.TicketID != nil {
		if in.Ticket, err = l.tickets.load(ctx, *c.TicketID); err != nil {
			return nil, err
		}
	}
	return s.Fill(in), nil
}

func snippetPatch(in model.SnippetUpdateInput) desk.SnippetPatch {
	return desk.SnippetPatch{
		Name: givenText(in.Name), Text: givenText(in.Text), SetShortcut: in.Shortcut.IsSet(), SetHTML: in.HTML.IsSet(),
		Shortcut: in.Shortcut.Value(), HTML: in.HTML.Value(),
	}
}
