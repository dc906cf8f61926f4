package plan

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// planRun is one execution of a plan, from the first object to the last.
type planRun struct {
	*Executor
	plan  *operationPlan
	op    *graphql.OperationContext
	ctx   context.Context //nolint:containedctx // a run is as long as its call
	spots []fieldScope    // by the numbers of the nodes

	out      []byte
	texts    int // bytes of texts that are not charged yet
	declined bool
}

// fieldScope is what the resolvers of a field are given, the same for all objects.
type fieldScope struct {
	ctx  context.Context //nolint:containedctx // as above
	args map[string]any
}

var runs = sync.Pool{New: func() any { return &planRun{} }}

// runPlan gives the data of an answer, or false where it can't.
func (e *Executor) runPlan(ctx context.Context, op *graphql.OperationContext, p *operationPlan, root *Type) (data []byte, ok bool) {
	r := runs.Get().(*planRun)
	defer func() {
		if recover() != nil { // gqlgen comes to it as well, and knows how to tell it
			data, ok = nil, false
		}
		clear(r.spots)
		*r = planRun{spots: r.spots[:0], out: r.out[:0]}
		runs.Put(r)
	}()
	r.Executor, r.plan, r.op, r.ctx = e, p, op, ctx
	if p.prepare != nil {
		p.prepare(ctx)
	}
	r.writeObject(root, p.root, nil)
	if r.declined {
		return nil, false
	}
	return append([]byte(nil), r.out...), true
}

// decline leaves the operation to gqlgen.
func (r *planRun) decline() { r.declined = true }

// writeNull stands where there is nothing; where there must be something, that is an error.
func (r *planRun) writeNull(allowed bool) {
	if !allowed {
		r.decline()
		return
	}
	r.out = append(r.out, "null"...)
}

// writeObject writes the fields of an object that are asked for.
func (r *planRun) writeObject(t *Type, at *planNode, obj any) {
	s := at.selection(r, t)
	if s == nil {
		r.decline()
		return
	}
	for i := range s.fields {
		f := &s.fields[i]
		r.out = append(r.out, f.key...)
		if f.write == nil {
			continue
		}
		if r.Field != nil && at.parent == nil {
			r.writeRoot(f, obj)
		} else {
			f.write(r, f.at, obj)
		}
		if r.declined {
			return
		}
	}
	if len(s.fields) == 0 {
		r.out = append(r.out, '{')
	}
	r.out = append(r.out, '}')
	if !r.charge(r.ctx, s.cost+r.texts) {
		r.decline()
	}
	r.texts = 0
}

// writeRoot writes a root field, and tells of it.
func (r *planRun) writeRoot(f *selectedField, obj any) {
	within := r.ctx
	ctx, end := r.Field(within, f.at.field.Name)
	r.ctx = ctx
	f.write(r, f.at, obj)
	r.ctx = within
	end("")
}

// scopeOf is made for the first object at a node, in the way of gqlgen, so that resolvers find what
// they know.
func (r *planRun) scopeOf(at *planNode, arguments arguments) *fieldScope {
	for int(at.id) >= len(r.spots) {
		r.spots = append(r.spots, fieldScope{})
	}
	s := &r.spots[at.id]
	if s.ctx != nil {
		return s
	}
	ctx := r.ctx
	if at.parent != nil && at.parent.parent != nil {
		ctx = r.scopeOf(at.parent, nil).ctx
		s = &r.spots[at.id]
	}
	fc := &graphql.FieldContext{Object: at.object, Field: at.field}
	s.ctx = graphql.WithFieldContext(ctx, fc)
	if arguments != nil {
		var err error
		if s.args, err = arguments(s.ctx, at.field.ArgumentMap(r.op.Variables)); err != nil {
			r.decline()
		}
		fc.Args = s.args
	}
	return s
}
