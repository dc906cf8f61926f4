package graph

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
	"deskwire/graph/model"
)

// This file is the seam between the resolvers and whatever runs operations for them (package
// graph/server). Resolvers know no transport: what they need of one is an interface or a value
// here, and the server puts it into the context.

// Session is the connection that an operation came over, where that is one that stays open.
type Session interface {
	// ID names the session. Nobody else knows it.
	ID() string
	// Refresh takes a new token of the same agent, and says who that is now.
	Refresh(token string) (*desk.Actor, error)
}

// ErrNotRefreshable refuses a new token where none can be taken.
var ErrNotRefreshable error = desk.Refuse(desk.CodeInvalidInput, "Only a websocket can take a new token. Send the token with the request instead.")

// refreshSession gives a new token to the connection that the mutation came over.
func refreshSession(ctx context.Context, token string) (*model.SessionRefresh, error) {
	var by *desk.Actor
	err := ErrNotRefreshable
	if s := sessionOf(ctx); s != nil {
		by, err = s.Refresh(token)
	}
	var refused *desk.Error
	if errors.As(err, &refused) {
		return &model.SessionRefresh{Payload: refusedPayload(refused)}, nil
	}
	if err != nil {
		return nil, err
	}
	out := &write.Outcome{Effects: []desk.Effect{}, Cursor: cursorIn(ctx)}
	p := &model.SessionRefresh{Payload: &model.Payload{Outcome: out, Refusals: []model.UserError{}}, Viewer: &model.Viewer{Actor: by}}
	if !by.Until.IsZero() {
		p.ExpiresAt = &by.Until
	}
	return p, nil
}

// Bill is what an operation was charged with. The server keeps it in the statistics of the
// operation, as BillExtension.
type Bill interface {
	RateLimit() *model.RateLimit
}

// BillExtension names the bill among the statistics of an operation.
const BillExtension = "bill"

// billOf is the bill of the operation; nil where none was made.
func billOf(ctx context.Context) Bill {
	b, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(BillExtension).(Bill)
	return b
}

// CursorOf gives where the log stood before the operation read anything: what its answer shows is
// never older. Nil where that is not known.
func CursorOf(ctx context.Context) read.CursorOf {
	if x := ExecutionOf(ctx); x != nil {
		return x.Reader.Cursor
	}
	return nil
}

// cursorIn is CursorOf for who is to know it by now; "" where nobody has asked.
func cursorIn(ctx context.Context) string {
	of := CursorOf(ctx)
	if of == nil {
		return ""
	}
	cursor, err := of(ctx)
	if err != nil {
		return ""
	}
	return cursor
}

// noteWrite keeps what the operation's last mutation has written.
func noteWrite(ctx context.Context, xid uint64) {
	if x := ExecutionOf(ctx); x != nil && xid > 0 {
		x.wrote.Store(xid)
	}
}

// Caller is who an operation is run for, and the connection that it came over.
type Caller struct {
	Principal *read.Principal
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
	return WithCaller(ctx, Caller{Principal: read.Authenticated(a)})
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
func PrincipalOf(ctx context.Context) *read.Principal { return callerOf(ctx).Principal }

// sessionOf is the connection that an operation came over; nil for a request of its own.
func sessionOf(ctx context.Context) Session { return callerOf(ctx).Session }
