package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/db"
)

type cursorKey struct{}

// cursorOf gives where the log stood before the operation read anything: what its answer shows
// is never older.
func cursorOf(ctx context.Context) string {
	cursor, _ := ctx.Value(cursorKey{}).(string)
	return cursor
}

// cursorFirst asks for the cursor before a query or a mutation begins. Without it there is no answer. A mutation reads anew what
// the account has been set up with: it may just have changed it.
func cursorFirst(p presenter, begin func(context.Context) (context.Context, string, error)) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		kind := graphql.GetOperationContext(ctx).Operation.Operation
		if kind == ast.Subscription {
			return next(ctx) // its payloads carry their own
		}
		in, cursor, err := begin(ctx)
		if err != nil {
			return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{p.present(ctx, err)}})
		}
		if kind == ast.Query {
			ctx = in
		}
		return next(context.WithValue(ctx, cursorKey{}, cursor))
	}
}

// withCursor puts it into the extensions of the answer.
func withCursor(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if cursor := cursorOf(ctx); cursor != "" {
		graphql.RegisterExtension(ctx, "eventCursor", cursor)
	}
	return next(ctx)
}

// beginning is how operations of the context's actor begin.
func beginning(s *db.Store) func(context.Context) (context.Context, string, error) {
	return func(ctx context.Context) (context.Context, string, error) { return s.Begin(ctx, ActorOf(ctx)) }
}
