package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/desk"
	"deskwire/graph"
	"deskwire/graph/guard"
	"deskwire/live"
)

// renderer makes what a hub serves of subscriptions: the query, and each payload that is rendered
// of it.
type renderer struct {
	exec  graphql.GraphExecutor
	begin func(ctx context.Context, request live.RenderRequest, visibility string) (context.Context, *graph.RenderState) // Resolver.Rendering
}

// subscription is a checked operation whose payloads are to be rendered.
type subscription struct {
	op       *graphql.OperationContext
	name     string // of the root field
	document string // the digest of what equal subscriptions have in common, but for who asks
	volatile bool   // it shows what no event tells
	personal bool   // what it shows depends on more than what the viewer may see
	after    *desk.Cursor
	request  string // id of the request, for the log
	size     int    // of the variables, in bytes, about
	release  func() // ends what is held for it
}

// nowhere is a cursor that nothing can be told after: whoever has it gets a RESYNC.
var nowhere = desk.Cursor{Epoch: "nowhere"}

// readSubscription checks a subscribe request.
func (r *renderer) readSubscription(op *graphql.OperationContext, params *graphql.RawParams) (*subscription, *gqlerror.Error) {
	fields := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})
	if len(fields) != 1 || strings.HasPrefix(fields[0].Name, "__") {
		return nil, codedError(codeValidation, "A subscription must have exactly one root field.")
	}
	root := fields[0]
	s := &subscription{op: op, name: root.Name, personal: isPersonal(op, root), volatile: isVolatile(op)}
	if after, ok := root.ArgumentMap(op.Variables)["after"].(string); ok {
		s.after = cursorToResume(after)
	}
	if after, ok := params.Extensions["resumeAfter"].(string); ok && after != "" { // it is the later one
		s.after = cursorToResume(after)
	}
	variables := maps.Clone(op.Variables)
	if a := root.Arguments.ForName("after"); a != nil && a.Value.Kind == ast.Variable && strings.Count(params.Query, "$"+a.Value.Raw) == 2 {
		delete(variables, a.Value.Raw) // where somebody begins makes no other payload
	}
	given, err := json.Marshal(variables) // in the order of their names
	if err != nil {
		return nil, codedError(codeBadInput, "The variables cannot be parsed.")
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %s", op.Operation.Name, params.Query, given))
	s.document = string(sum[:])
	checked := guard.Limits{JSON: len(given), List: len(given), Values: len(given) + 1} // they were within the limits when they came
	s.size, err = measureValues(given, checked)
	if err != nil {
		return nil, codedError(codeInternal, sorry)
	}
	return s, nil
}

func cursorToResume(cursor string) *desk.Cursor {
	c, ok := desk.ParseCursor(cursor)
	if !ok {
		c = nowhere
	}
	return &c
}

// queryFor is what the subscription asks for when this actor asks. Where the actor sees and may do
// the same as another one, and nothing personal is asked for, it is the same.
func (r *renderer) queryFor(s *subscription, by *desk.Actor) *live.Query {
	visibility := visibilityOf(by)
	who := visibility
	if s.personal {
		who += fmt.Sprintf(" %s %d", by.Agent.ID, by.Agent.Version) // the payload shows the actor it was made for
	}
	sum := sha256.Sum256([]byte(who + " " + s.document))
	a := &live.Query{Key: string(sum[:]), Account: by.Account.ID, Source: s, Log: s.name == "events", Volatile: s.volatile}
	a.Render = func(ctx context.Context, t live.RenderRequest) (live.Rendered, error) {
		return r.render(ctx, s, by, visibility, t)
	}
	return a
}

// visibilityOf names what an actor sees and may do. Two actors of one visibility are told the same,
// but for what is their own.
func visibilityOf(by *desk.Actor) string {
	scopes := slices.Clone(by.Scopes)
	slices.Sort(scopes)
	inboxes := "all"
	if !by.SeesAll() {
		ids := slices.Clone(by.Inboxes)
		slices.SortFunc(ids, func(a, b desk.ID) int { return slices.Compare(a[:], b[:]) })
		inboxes = joinIDs(ids)
	}
	zone := "" // days in filters are the viewer's
	if by.Agent.TimeZone != nil {
		zone = *by.Agent.TimeZone
	}
	return fmt.Sprintf("%s %d %s %v %s %s", by.Account.ID, by.Account.Version, by.Agent.Role, scopes, inboxes, zone)
}

func joinIDs(ids []desk.ID) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = id.String()
	}
	return strings.Join(parts, ",")
}

func (r *renderer) render(ctx context.Context, s *subscription, by *desk.Actor, visibility string, wanted live.RenderRequest) (live.Rendered, error) {
	ctx = withRequest(ctx, &request{id: s.request, account: by.Account.Slug, operation: s.op.Operation.Name})
	ctx, t := r.begin(graph.WithActor(ctx, by), wanted, visibility)
	ctx = graphql.WithOperationContext(graphql.StartOperationTrace(ctx), s.op)
	defer requestOf(ctx).releaseHeld() // who is slow to read the payload is not waited for
	next, ctx := r.exec.DispatchOperation(ctx, s.op)
	resp := next(ctx)
	switch {
	case t.Gone:
		return live.Rendered{}, desk.ErrGone
	case resp == nil:
		return live.Rendered{}, errors.New("graph: the executor gave no payload")
	}
	for _, err := range resp.Errors {
		if isTransient(err) { // it is made again until it works: a client that was shown an error would end the stream
			return live.Rendered{}, err
		}
	}
	if t.Empty {
		return live.Rendered{Cursor: t.Position}, nil
	}
	body, err := encodeResponse(resp)
	if err == nil && (len(resp.Data) == 0 || bytes.Equal(resp.Data, []byte("null"))) {
		return live.Rendered{}, live.Refusal{Body: body}
	}
	return live.Rendered{Body: body, Deps: t.Dependencies(), Cursor: t.Position, Hidden: t.Hidden}, err
}

// isTransient says whether an error is ours, and may be gone at the next attempt.
func isTransient(err *gqlerror.Error) bool {
	switch errorCode(err) {
	case codeInternal, codeTimeout, codeCancelled, codeUnavailable, codeRecordBusy, codeOverloaded:
		return true
	}
	return false
}
