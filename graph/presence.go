package graph

import (
	"context"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph/model"
	"deskwire/live"
)

// viewersOf is who is at a conversation. It is a dependency of a live payload.
func (r *Resolver) viewersOf(ctx context.Context, c *desk.Conversation) []*live.Presence {
	if d := ExecutionOf(ctx).dependencies(); d != nil {
		d.add(live.PresenceDependency(c.ID))
	}
	list := r.Presences.ViewersOf(c.AccountID, c.ID)
	out := make([]*live.Presence, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// setPresence says what the actor does at a conversation that they see. Whose presence it is comes
// from the token, and which session's from the connection: neither can be given.
func (r *Resolver) setPresence(ctx context.Context, in model.PresenceSetInput) (*model.Payload, error) {
	by := ActorOf(ctx)
	c, err := loadersOf(ctx).conversations.load(ctx, in.ConversationID.As(desk.KindConversation))
	if err != nil {
		return nil, err
	}
	if c == nil {
		return refusedPayload(desk.NotFound("conversation").At("conversationId")), nil
	}
	session := by.Agent.ID.String() // all plain calls of an agent together
	if s := sessionOf(ctx); s != nil {
		session = s.ID()
	}
	if in.State == nil {
		r.Presences.LeaveConversation(c.AccountID, c.ID, by.Agent.ID, session)
	} else if !r.Presences.Heartbeat(c.AccountID, c.ID, by.Agent.ID, session, *in.State) {
		return refusedPayload(desk.Refuse(desk.CodeLimitReached, "You are at 100 conversations, or the agents of your account are at 10,000. Leave some first.")), nil
	}
	return &model.Payload{Outcome: &db.Outcome{Conversation: c, Effects: []desk.Effect{}, Cursor: cursorIn(ctx)}, Refusals: []model.UserError{}}, nil
}

// refusedPayload is the payload of what is refused.
func refusedPayload(refused *desk.Error) *model.Payload {
	return &model.Payload{Outcome: &db.Outcome{Effects: []desk.Effect{}}, Refusals: []model.UserError{model.NewUserError(refused)}}
}
