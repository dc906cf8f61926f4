package graph

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph/model"
)

// place is a spot of a query, such as conversations.nodes.contact, with all objects that have come to
// stand there, whatever rows they belong to. All of them are asked the same, so the first one that
// is asked for something has it read for all: the number of statements follows from the shape of
// the query and not from the number of rows, and nobody waits for a timer.
type place struct {
	mu    sync.Mutex
	below map[*ast.Field]*place

	once    sync.Once
	objects []any // what has come to stand here
	loader  any   // of the lists that hang off the place above, all with the same arguments

	counted sync.Once
	counts  *loader[desk.ID, db.Count]
}

// at is the place of a field below this one; nil when nothing has been asked for there and it is not to be made.
func (p *place) at(f *ast.Field, make bool) *place {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.below[f] == nil && make {
		if p.below == nil {
			p.below = map[*ast.Field]*place{}
		}
		p.below[f] = &place{}
	}
	return p.below[f]
}

// find is the place where the object of a field stands. Fields that only lead further, such as nodes, are no place
// of their own.
func (p *place) find(fc *graphql.FieldContext) *place {
	if fc == nil {
		return p
	}
	p = p.find(fc.Parent)
	if fc.Field.Field != nil {
		if own := p.at(fc.Field.Field, false); own != nil {
			return own
		}
	}
	return p
}

// standing gives the objects of one type that stand where obj stands, and obj.
func standing[P any](p *place, obj P) []P {
	all := []P{obj}
	for _, o := range p.objects {
		if o, ok := o.(P); ok {
			all = append(all, o)
		}
	}
	return all
}

// stand puts an object at a place. Messages are the same noun whatever their type in the schema.
func (p *place) stand(o any) {
	switch m := o.(type) {
	case *model.IncomingMessage:
		o = m.Message
	case *model.OutgoingMessage:
		o = m.Message
	case *model.InternalComment:
		o = m.Message
	}
	p.objects = append(p.objects, o)
}

// here is the place that the resolver's object stands at, and the one below of the resolver's field.
func (l *loaders) here(ctx context.Context) (above, own *place) {
	fc := graphql.GetFieldContext(ctx)
	above = l.root.find(fc.Parent)
	return above, above.at(fc.Field.Field, true)
}

// related gives what obj refers to, and reads it for all objects of the place.
func related[P any, K comparable, V any](ctx context.Context, from *loader[K, V], obj P, key func(P) (K, bool)) (V, error) {
	above, own := loadersOf(ctx).here(ctx)
	own.once.Do(func() {
		keys := []K{}
		for _, o := range standing(above, obj) {
			if k, ok := key(o); ok {
				keys = append(keys, k)
			}
		}
		for _, a := range from.loadAll(ctx, keys) {
			if v, err := a.wait(ctx); err == nil && a.found {
				own.stand(v)
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

// below gives a list, or whatever else hangs off obj, and reads it for all objects of the place. Parts are the objects in it.
func below[P, V any](ctx context.Context, obj P, id func(P) desk.ID, fetch func(context.Context, []desk.ID) (map[desk.ID]V, error), parts func(V) []any) (V, error) {
	ls := loadersOf(ctx)
	above, own := ls.here(ctx)
	own.once.Do(func() {
		from := newLoader(ls.by, fetch)
		own.loader = from
		ids := []desk.ID{}
		for _, o := range standing(above, obj) {
			ids = append(ids, id(o))
		}
		for _, a := range from.loadAll(ctx, ids) {
			if v, err := a.wait(ctx); err == nil && a.found {
				for _, part := range parts(v) {
					own.stand(part)
				}
			}
		}
	})
	return own.loader.(*loader[desk.ID, V]).load(ctx, id(obj))
}
