package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db/read"
	"deskwire/graph"
)

// maxBytes is the memory budget: what the reads of one answer may bring from the database, and what
// the answer may have itself, each. A page of 100 mails of the usual sizes has some 2 MB; the
// largest ones allowed would be 75 MB.
const maxBytes = 32 << 20

// perField is what a field of an answer costs beside its name and its text, in bytes: what is kept
// of it until the answer is written.
const perField = 32

func byteBudgetOf(ctx context.Context) *graph.ByteBudget {
	if x := graph.ExecutionOf(ctx); x != nil {
		return x.Bytes
	}
	return nil
}

// withinBytes gives each operation, which has one answer here, a budget. What has been read of one
// that is too large is not sent in part.
func withinBytes(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	b := &graph.ByteBudget{Read: read.NewBudget(maxBytes), Answer: read.NewBudget(maxBytes)}
	graph.ExecutionOf(ctx).Bound(b)
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		resp := respond(ctx)
		if resp == nil || !b.Spent() {
			return resp
		}
		return refuseTooLarge(ctx)
	}
}

func refuseTooLarge(ctx context.Context) *graphql.Response {
	message := "This operation reads more than 32 MiB. Request smaller pages or fewer fields."
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
		message = "The response would have more than 32 MiB. The mutation may have taken effect: send it again with the same idempotencyKey, and select less."
	}
	return refusal{code: codeTooExpensive, message: message}.response(ctx)
}

// chargeField counts what a field adds to the answer, and runs none when the budget is spent.
func chargeField(ctx context.Context, next graphql.Resolver) (any, error) {
	b := byteBudgetOf(ctx)
	if b == nil {
		return next(ctx)
	}
	if b.Spent() {
		return nil, read.ErrBudgetSpent
	}
	v, err := next(ctx)
	if !b.Answer.Take(perField + len(graphql.GetFieldContext(ctx).Field.Alias) + textBytes(v)) {
		return nil, read.ErrBudgetSpent
	}
	return v, err
}

// chargeObject is chargeField for all fields of an object at once.
func chargeObject(ctx context.Context, bytes int) bool {
	b := byteBudgetOf(ctx)
	return b == nil || !b.Read.Spent() && b.Answer.Take(bytes)
}

// textBytes is how much text a value has; what is none costs no more than its field.
func textBytes(v any) (n int) {
	switch v := v.(type) {
	case string:
		return len(v)
	case *string:
		if v != nil {
			return len(*v)
		}
	case []string:
		for _, s := range v {
			n += len(s)
		}
	}
	return n
}
