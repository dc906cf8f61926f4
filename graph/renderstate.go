package graph

import (
	"context"

	"deskwire/desk"
	"deskwire/live"
)

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
// is read once for viewers of one class.
func (r *Resolver) Rendering(ctx context.Context, turn live.RenderRequest, class string) (context.Context, *RenderState) {
	t := &RenderState{RenderRequest: turn, Position: turn.Cursor}
	t.dependencies = &dependencies{deps: map[live.Dependency]struct{}{}, shared: r.views.readsAt(turn.Tick, class)}
	return WithExecution(ctx, &Execution{Reader: r.Store.ReaderFor(ActorOf(ctx)).At(turn.Cursor.String()), rendering: t}), t
}
