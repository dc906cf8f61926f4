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
	spent    bool // there is no budget for the answer, whoever makes it

	done <-chan struct{} // of the context
}

// fieldScope is what the resolvers of a field are given, the same for all objects.
type fieldScope struct {
	ctx  context.Context //nolint:containedctx // as above
	args map[string]any
}

var runs = sync.Pool{New: func() any { return &planRun{} }}

// maxKept is the size up to which the place of an answer is used again for the next one, in bytes.
// A larger answer is given away as it is: a copy would be as large again.
const maxKept = 64 << 10

// runPlan gives the data of an answer, or false where it can't. When the budget of the answer is
// spent there is none, and nobody else may try.
func (e *Executor) runPlan(ctx context.Context, op *graphql.OperationContext, p *operationPlan, root *Type) (data []byte, ok bool) {
	r := runs.Get().(*planRun)
	defer func() {
		if recover() != nil { // gqlgen comes to it as well, and knows how to tell it
			data, ok = nil, false
		}
		clear(r.spots)
		out := r.out[:0]
		if cap(out) > maxKept {
			out = nil
		}
		*r = planRun{spots: r.spots[:0], out: out}
		runs.Put(r)
	}()
	r.Executor, r.plan, r.op, r.ctx, r.done = e, p, op, ctx, ctx.Done()
	if p.prepare != nil {
		p.prepare(ctx)
	}
	r.writeObject(root, p.root, nil)
	switch {
	case r.spent:
		return nil, true
	case r.declined:
		return nil, false
	case cap(r.out) > maxKept:
		return r.out, true
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
	if s == nil || r.stopped() {
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
		r.spent = true
		r.decline()
	}
	r.texts = 0
}

// stopped says whether the time of the operation is over.
func (r *planRun) stopped() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
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
