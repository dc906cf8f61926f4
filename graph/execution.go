package graph

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/live"
)

// Execution is an operation that runs, and the answer that is being made: all of it in one value of
// the context, as resolvers are handed nothing else. What is set is set before the first resolver
// runs.
type Execution struct {
	Reader *read.Reader // what its resolvers read by
	Bytes  *ByteBudget

	rendering *RenderState  // nil: the answer is no payload of a subscription
	wrote     atomic.Uint64 // the transaction of its last mutation

	mu      sync.Mutex
	loaders map[*ast.Field]*loaders // of a mutation for each field, as one changes what another has read; nil is all fields of a query
}

// ByteBudget stops an operation before it takes more memory than an answer may cost: a list can be
// asked for many times, and its texts may have 500 kB each.
type ByteBudget struct{ Read, Answer *read.Budget }

// Spent says whether there was more than one of the two allows.
func (b *ByteBudget) Spent() bool { return b.Read.Spent() || b.Answer.Spent() }

// NoRoom says whether it was the process that had no room, and not the operation that asked for too
// much.
func (b *ByteBudget) NoRoom() bool { return b.Read.NoRoom() || b.Answer.NoRoom() }

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

// RenderState is one payload of a subscription while it is rendered, as resolvers see it.
type RenderState struct {
	live.RenderRequest
	Position desk.Cursor // of a log: how far it has come
	Empty    bool        // there is nothing to tell
	Hidden   bool        // what is followed is not there, or not the viewer's to see
	Gone     bool        // what was missed can't be told

	dependencies *dependencies
}

// Dependencies are what the payload has read: when something happens to any of it, the payload is
// to be rendered anew.
func (t *RenderState) Dependencies() []live.Dependency { return t.dependencies.snapshot() }

// renderStateOf is the state of the payload that is rendered; nil outside of one.
func renderStateOf(ctx context.Context) *RenderState {
	if x := ExecutionOf(ctx); x != nil {
		return x.rendering
	}
	return nil
}

// IsRendering says whether a payload of a subscription is rendered, and not the answer of a
// request.
func IsRendering(ctx context.Context) bool { return renderStateOf(ctx) != nil }

// Rendering gives the context that a payload is rendered in. What several payloads read at one tick
// is read once for viewers of one visibility.
func (r *Resolver) Rendering(ctx context.Context, request live.RenderRequest, visibility string) (context.Context, *RenderState) {
	t := &RenderState{RenderRequest: request, Position: request.Cursor}
	t.dependencies = &dependencies{deps: map[live.Dependency]struct{}{}, shared: r.views.readsAt(request.Tick, visibility)}
	reader := r.Store.ReaderFor(ActorOf(ctx)).At(request.Cursor.String()).AsOf(time.Unix(request.Cursor.Minute*60, 0))
	reader = r.withConfig(ctx, reader, request.Tick)
	return WithExecution(ctx, &Execution{Reader: reader, rendering: t}), t
}

// withConfig has a payload read the account's configuration from memory. Which version that has to
// have is asked for once a tick, when the tick has begun, so that it is not older than the payload.
func (r *Resolver) withConfig(ctx context.Context, reader *read.Reader, tick uint64) *read.Reader {
	account := reader.Actor().Account.ID
	versions := sharedLoader(r.views.readsAt(tick, "configuration of "+account.String()), "version", reader.Actor(),
		func(ctx context.Context, _ []desk.ID) (map[desk.ID]*read.ConfigVersion, error) {
			at, err := reader.CurrentConfigVersion(ctx)
			return map[desk.ID]*read.ConfigVersion{account: at}, err
		})
	at, err := versions.load(ctx, account)
	if at == nil || err != nil { // then it is read like everything else, and tells what is wrong
		return reader
	}
	return reader.WithConfig(at)
}
