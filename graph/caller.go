package graph

import (
	"context"

	"deskwire/db"
	"deskwire/desk"
)

// Caller is who an operation is run for, and the connection that it came over.
type Caller struct {
	Principal *db.Principal
	Session   Session // nil: a request of its own
}

type callerKey struct{}

// WithCaller puts who an operation is run for into its context.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

func callerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// WithActor is WithCaller for an actor who has been verified.
func WithActor(ctx context.Context, a *desk.Actor) context.Context {
	return WithCaller(ctx, Caller{Principal: db.Authenticated(a)})
}

// ActorOf says who an operation is run for. Behind the authentication of the server it is never
// nil, and of a plain request it may be speculation: its answer is held back until that is
// verified, and what is to last asks PrincipalOf.
func ActorOf(ctx context.Context) *desk.Actor {
	if p := PrincipalOf(ctx); p != nil {
		return p.Assumed()
	}
	return nil
}

// PrincipalOf is who an operation is run for, with how sure that is; nil where nobody is known.
func PrincipalOf(ctx context.Context) *db.Principal { return callerOf(ctx).Principal }

// sessionOf is the connection that an operation came over; nil for a request of its own.
func sessionOf(ctx context.Context) Session { return callerOf(ctx).Session }
