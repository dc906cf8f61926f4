package graph

import (
	"context"

	"deskwire/desk"
)

type actorKey struct{}

// WithActor puts who asks into the context.
func WithActor(ctx context.Context, a *desk.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf says who asks. Behind the authentication of NewHandler it is never nil.
func ActorOf(ctx context.Context) *desk.Actor {
	a, _ := ctx.Value(actorKey{}).(*desk.Actor)
	return a
}
