package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db/read"
	"deskwire/graph"
	"deskwire/heap"
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

// whileMade is how many bytes are held for each of an answer while it is made: what has been
// written of it moves to a larger place as it grows.
const whileMade = 2

// withinBytes gives each operation, which has one answer here, a budget, and counts all of it as
// held. What has been read of one that is too large is not sent in part.
func withinBytes(all *heap.Budget) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		held := requestOf(ctx).holdAnswer(all)
		b := &graph.ByteBudget{
			Read:   read.NewBudget(maxBytes, held.Grow),
			Answer: read.NewBudget(maxBytes, func(bytes int) bool { return held.Grow(whileMade * bytes) }),
		}
		graph.ExecutionOf(ctx).Bound(b)
		respond := next(ctx)
		return func(ctx context.Context) *graphql.Response {
			resp := respond(ctx)
			switch {
			case resp == nil || !b.Spent():
				return resp
			case b.NoRoom():
				return refuseForRoom(ctx)
			}
			return refuseTooLarge(ctx)
		}
	}
}

func isMutation(ctx context.Context) bool {
	return graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation
}

// noRoom is told when others are slow to send or to read so much that there is no memory left.
const noRoom = "The server holds too much for its clients right now. Nothing was done; try again in a moment, or request smaller pages."

func refuseForRoom(ctx context.Context) *graphql.Response {
	if isMutation(ctx) {
		return refusal{
			code:    codeOutcomeUnknown,
			message: "The server holds too much for its clients right now to make this response. The mutation may have taken effect: send it again with the same idempotencyKey.",
		}.response(ctx)
	}
	return refusal{code: codeOverloaded, message: noRoom}.response(ctx)
}

func refuseTooLarge(ctx context.Context) *graphql.Response {
	message := "This operation reads more than 32 MiB. Request smaller pages or fewer fields."
	if isMutation(ctx) {
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
