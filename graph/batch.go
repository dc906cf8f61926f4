package graph

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph/model"
)

// batchScope is the unit of batching: a spot of a query, such as conversations.nodes.contact, with
// all objects that the answer shows there, whatever rows they belong to. All of them are asked the
// same, so the first one that is asked for something has it read for all: the number of statements
// follows from the shape of the query and not from the number of rows, and nobody waits for a
// timer, as the usual dataloader does.
type batchScope struct {
	mu       sync.Mutex
	children map[*ast.Field]*batchScope

	once    sync.Once
	objects []any // what the answer shows here
	loader  any   // of the lists that hang off the scope above, all with the same arguments

	counted sync.Once
	counts  any // as loader, of how long those lists are
}

// child is the scope of a field below this one; nil when nothing has been asked for there and it is
// not to be made.
func (s *batchScope) child(f *ast.Field, make bool) *batchScope {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.children[f] == nil && make {
		if s.children == nil {
			s.children = map[*ast.Field]*batchScope{}
		}
		s.children[f] = &batchScope{}
	}
	return s.children[f]
}

// scopeOf is the scope that the object of a field is in. Fields that only lead further, such as
// nodes, have no scope of their own.
func (s *batchScope) scopeOf(fc *graphql.FieldContext) *batchScope {
	if fc == nil {
		return s
	}
	s = s.scopeOf(fc.Parent)
	if fc.Field.Field != nil {
		if own := s.child(fc.Field.Field, false); own != nil {
			return own
		}
	}
	return s
}

// siblings gives obj and the objects of its type in the same scope.
func siblings[P any](p *batchScope, obj P) []P {
	all := []P{obj}
	for _, o := range p.objects {
		if o, ok := o.(P); ok {
			all = append(all, o)
		}
	}
	return all
}

// addObject puts an object into a scope. Messages are the same noun whatever their type in the
// schema.
func (s *batchScope) addObject(o any) {
	switch m := o.(type) {
	case *model.IncomingMessage:
		o = m.Message
	case *model.OutgoingMessage:
		o = m.Message
	case *model.InternalComment:
		o = m.Message
	}
	s.objects = append(s.objects, o)
}

// scopesAt gives the scope that the resolver's object is in, and the one below it of the resolver's
// field.
func (l *loaders) scopesAt(ctx context.Context) (above, own *batchScope) {
	fc := graphql.GetFieldContext(ctx)
	above = l.root.scopeOf(fc.Parent)
	return above, above.child(fc.Field.Field, true)
}

// loadRelated gives what obj refers to, and reads it for all its siblings in one batch.
func loadRelated[P any, K comparable, V any](ctx context.Context, from *loader[K, V], obj P, key func(P) (K, bool)) (V, error) {
	above, own := loadersOf(ctx).scopesAt(ctx)
	own.once.Do(func() {
		keys := []K{}
		for _, o := range siblings(above, obj) {
			if k, ok := key(o); ok {
				keys = append(keys, k)
			}
		}
		for _, a := range from.loadAll(ctx, keys) {
			if v, err := a.await(ctx); err == nil && a.found {
				own.addObject(v)
			}
		}
	})
	k, ok := key(obj)
	if !ok {
		var none V
		return none, nil
	}
	return from.load(ctx, k)
}

// loadBelow gives a list, or whatever else hangs off obj, and reads it for all its siblings in one
// batch. Parts are the objects in it.
func loadBelow[P any, K comparable, V any](
	ctx context.Context, obj P, key func(P) K, fetch func(context.Context, []K) (map[K]V, error), parts func(V) []any,
) (V, error) {
	ls := loadersOf(ctx)
	above, own := ls.scopesAt(ctx)
	own.once.Do(func() {
		from := newLoader(ls.by, fetch)
		own.loader = from
		keys := []K{}
		for _, o := range siblings(above, obj) {
			keys = append(keys, key(o))
		}
		for _, a := range from.loadAll(ctx, keys) {
			if v, err := a.await(ctx); err == nil && a.found {
				for _, part := range parts(v) {
					own.addObject(part)
				}
			}
		}
	})
	return own.loader.(*loader[K, V]).load(ctx, key(obj))
}
