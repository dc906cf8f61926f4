package server

import (
	"context"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/graph"
	"deskwire/graph/cost"
	"deskwire/graph/model"
)

// pricing is query cost limiting: it charges each operation before it runs, and gives back what it
// did not use.
type pricing struct {
	analyser *cost.Analyser
	limits   Limits
	rates    *rateLimiter
}

func (pricing) ExtensionName() string                   { return "Pricing" }
func (pricing) Validate(graphql.ExecutableSchema) error { return nil }

// bill is what an operation was charged with.
type bill struct {
	points  cost.Points
	who     bucketOwners
	balance balance
	refused bool
	actual  int // once it is answered
}

// RateLimit is what clients see of the bill.
func (b *bill) RateLimit() *model.RateLimit {
	return &model.RateLimit{Cost: b.points.Total(), Limit: b.balance.limit, Remaining: b.balance.remaining, ResetAt: b.balance.resetAt}
}

// chargedTo is the bill of the operation; nil where none was made.
func chargedTo(ctx context.Context) *bill {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	b, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(graph.BillExtension).(*bill)
	return b
}

// MutateOperationContext runs when the document is checked and its variables are known.
func (p pricing) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	b := &bill{points: p.analyser.Estimate(op.Operation, op.Variables), who: bucketOwnersOf(ctx)}
	if n, most := b.points.Total(), p.limits.forCaller(ctx).Cost; n > most {
		err := codedError(codeTooExpensive, "This operation may cost %d points, and the limit is %d. Request smaller pages, or split the operation.", n, most)
		err.Extensions["limit"], err.Extensions["maximum"], err.Extensions["requested"] = "cost", most, n
		return err
	}
	wait, s := p.rates.charge(b.who, b.points.Total())
	b.balance, b.refused = s, wait > 0
	op.Stats.SetExtension(graph.BillExtension, b)
	if b.refused {
		seconds := int(math.Ceil(wait.Seconds()))
		err := codedError(codeRateLimited, "You have spent your points for now. Try again in %d s.", seconds)
		err.Extensions["retryAfter"] = seconds
		return err
	}
	return nil
}

// refund gives back what an answer did not cost, and tells what it did.
func (p pricing) refund(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	resp, b := next(ctx), chargedTo(ctx)
	if resp == nil || b == nil || graph.IsRendering(ctx) { // payloads of subscriptions are shared
		return resp
	}
	if !b.refused {
		b.actual = b.points.Actual(resp.Data)
		b.balance = p.rates.refund(b.who, b.points.Total()-b.actual)
	}
	if resp.Extensions == nil {
		resp.Extensions = map[string]any{}
	}
	resp.Extensions["cost"] = map[string]any{
		"requested": b.points.Total(), "actual": b.actual,
		"limit": b.balance.limit, "remaining": b.balance.remaining, "resetAt": b.balance.resetAt.UTC().Format(time.RFC3339),
	}
	return resp
}
