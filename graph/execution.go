package graph

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db"
)

// Execution is an operation that runs, and the answer that is being made: all of it in one value of
// the context, as resolvers are handed nothing else. What is set is set before the first resolver
// runs.
type Execution struct {
	Reader *db.Reader // what its resolvers read by
	Bytes  *ByteBudget

	rendering *RenderState  // nil: the answer is no payload of a subscription
	wrote     atomic.Uint64 // the transaction of its last mutation

	mu      sync.Mutex
	loaders map[*ast.Field]*loaders // of a mutation for each field, as one changes what another has read; nil is all fields of a query
}

// ByteBudget stops an operation before it takes more memory than an answer may cost: a list can be
// asked for many times, and its texts may have 500 kB each.
type ByteBudget struct{ Read, Answer *db.Budget }

// Spent says whether there was more than one of the two allows.
func (b *ByteBudget) Spent() bool { return b.Read.Spent() || b.Answer.Spent() }

// Bound gives the execution a budget.
func (x *Execution) Bound(b *ByteBudget) { x.Bytes, x.Reader = b, x.Reader.Within(b.Read) }

// Wrote is the transaction of the operation's last mutation; 0: it has written nothing.
func (x *Execution) Wrote() uint64 { return x.wrote.Load() }

type executionKey struct{}

// WithExecution puts what runs into its context.
func WithExecution(ctx context.Context, x *Execution) context.Context {
	return context.WithValue(ctx, executionKey{}, x)
}

// ExecutionOf is what runs; nil where nothing does, or not yet.
func ExecutionOf(ctx context.Context) *Execution {
	x, _ := ctx.Value(executionKey{}).(*Execution)
	return x
}

// dependencies are what the answer has read; nil where nobody wants to know.
func (x *Execution) dependencies() *dependencies {
	if x.rendering == nil {
		return nil
	}
	return x.rendering.dependencies
}

// loadersOf is what the answer has read.
func loadersOf(ctx context.Context) *loaders {
	x := ExecutionOf(ctx)
	var field *ast.Field
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
		field = graphql.GetRootFieldContext(ctx).Field.Field
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.loaders[field] == nil {
		if x.loaders == nil {
			x.loaders = map[*ast.Field]*loaders{}
		}
		x.loaders[field] = newLoaders(x.Reader, x.dependencies())
	}
	return x.loaders[field]
}
