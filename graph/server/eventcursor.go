package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph"
)

// cursorFirst takes the event cursor, a position in the log, before a query or a mutation begins.
// Without it there is no answer. A mutation reads the configuration of the account anew: it
// may just have changed it.
func cursorFirst(p presenter, begin func(context.Context) (*read.Reader, error)) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		kind := graphql.GetOperationContext(ctx).Operation.Operation
		if kind == ast.Subscription {
			return next(ctx) // its payloads carry their own
		}
		reader, err := begin(ctx)
		if err != nil {
			return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{p.present(ctx, err)}})
		}
		if kind != ast.Query {
			reader = reader.Uncached()
		}
		return next(graph.WithExecution(ctx, &graph.Execution{Reader: reader.AtThisMinute()}))
	}
}

// withCursor puts it into the extensions of the answer. That of a mutation tells what it has
// written, too: a query that is sent with it shows that, whatever server and replica it comes to.
func withCursor(p presenter) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		x := graph.ExecutionOf(ctx)
		if x == nil {
			return next(ctx)
		}
		resp := next(ctx)
		cursor, err := x.Reader.Cursor(ctx)
		if err != nil {
			return &graphql.Response{Errors: gqlerror.List{p.present(ctx, err)}}
		}
		if xid := x.Wrote(); xid > 0 {
			if at, ok := desk.ParseCursor(cursor); ok {
				at.Wrote = xid
				cursor = at.String()
			}
		}
		if resp != nil {
			if resp.Extensions == nil {
				resp.Extensions = map[string]any{}
			}
			resp.Extensions["eventCursor"] = cursor
		}
		return resp
	}
}

// knownIn is the cursor that a client knows of, which nothing it is shown may be older than; "" for
// none. The second name is that of subscriptions: who resumes by it may send it with everything.
func knownIn(extensions map[string]any) string {
	for _, name := range []string{"after", "resumeAfter"} {
		if after, ok := extensions[name].(string); ok {
			return after
		}
	}
	return ""
}

// beginning is how operations of the context's actor begin. Queries may be read from a replica.
// What reads the log itself goes to the primary, as mutations do.
func beginning(s *db.Store) func(context.Context) (*read.Reader, error) {
	return func(ctx context.Context) (*read.Reader, error) {
		if op := graphql.GetOperationContext(ctx); op.Operation.Operation == ast.Query && !readsLog(op) {
			return s.BeginAnywhere(ctx, graph.PrincipalOf(ctx), knownIn(op.Extensions))
		}
		return s.Begin(ctx, graph.PrincipalOf(ctx))
	}
}

// readsLog says whether a query asks for events of the log.
func readsLog(op *graphql.OperationContext) bool {
	return selectsAtTop(op.Operation.SelectionSet, map[string]bool{}, func(f *ast.Field) bool { return f.Name == "events" })
}
