package server

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/tracing"
)

// traceOperation has a span (OpenTelemetry) for each operation, whatever transport brings it, and
// each payload of a subscription.
func traceOperation(t *tracing.Tracing) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		op := graphql.GetOperationContext(ctx)
		ctx, end := t.Operation(ctx, string(op.Operation.Operation), truncateText(op.Operation.Name, 60), op.Extensions)
		answer := next(ctx)
		return func(ctx context.Context) *graphql.Response {
			resp := answer(ctx)
			failure := ""
			if resp != nil && len(resp.Errors) > 0 {
				failure = errorCode(resp.Errors[0])
			}
			end(failure)
			return resp
		}
	}
}

// traceRootField has the root fields that gqlgen's executor resolves traced. Of plans, the plan's
// executor tells.
func traceRootField(t *tracing.Tracing) graphql.RootFieldMiddleware {
	return func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		field := graphql.GetRootFieldContext(ctx).Field
		if strings.HasPrefix(field.Name, "__") || graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
			return next(ctx)
		}
		ctx, end := t.RootField(ctx, field.Name)
		defer end("")
		return next(ctx)
	}
}
