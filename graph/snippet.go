package graph

import (
	"context"

	"deskwire/desk"
	"deskwire/graph/model"
)

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
