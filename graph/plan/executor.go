package plan

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Executor stands before gqlgen's and answers what it can of the operations that only read.
type Executor struct {
	graphql.ExecutableSchema
	types    Types
	perField int
	charge   func(context.Context, int) bool
	prepare  func(*graphql.OperationContext) func(context.Context)

	// Field is told when a root field begins; what it gives is told when it ends. Nil: nobody is.
	Field func(ctx context.Context, name string) (context.Context, func(failure string))

	mu        sync.Mutex
	documents map[*ast.OperationDefinition]*document
	kept      int          // plans of all documents
	source    int          // bytes of the documents' texts
	nodes     atomic.Int64 // of all plans
}

// New puts an executor before another one. Each object of an answer is charged for its texts, and
// perField and the length of its name for each field; when charge says no, there is no answer.
// Prepare looks at an operation once, and what it gives is called before each of its runs; nil:
// there is nothing to prepare.
func New(
	behind graphql.ExecutableSchema, types Types, perField int, charge func(context.Context, int) bool,
	prepare func(*graphql.OperationContext) func(context.Context),
) *Executor {
	return &Executor{
		ExecutableSchema: behind, types: types, perField: perField, charge: charge, prepare: prepare,
		documents: map[*ast.OperationDefinition]*document{},
	}
}

// document has the plans of an operation.
type document struct {
	conditions []string                  // the variables that say what is left out
	plans      map[string]*operationPlan // by the values of these
}

// Bounds of what is kept: plans, the texts of their documents, in bytes, and their nodes. What is
// in use is soon made anew.
const (
	maxPlans     = 500
	maxSource    = 2 << 20
	maxKeptNodes = 100_000
)

// Exec runs an operation.
func (e *Executor) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	switch op.Operation.Operation {
	case ast.Query:
		return e.runQuery(ctx, op)
	case ast.Subscription:
		return e.subscription(ctx, op)
	}
	return e.ExecutableSchema.Exec(ctx)
}

func (e *Executor) runQuery(outer context.Context, op *graphql.OperationContext) graphql.ResponseHandler {
	p := e.planOf(op)
	if p.unfit.Load() {
		return e.ExecutableSchema.Exec(outer)
	}
	var rest graphql.ResponseHandler
	return func(ctx context.Context) *graphql.Response {
		if rest == nil {
			rest = func(context.Context) *graphql.Response { return nil }
			if data, ok := e.runPlan(ctx, op, p, e.types["Query"]); ok {
				return &graphql.Response{Data: data}
			}
			rest = e.ExecutableSchema.Exec(outer)
		}
		return rest(ctx)
	}
}

// subscription makes the first payload of one. Those who have more to tell are asked anew.
func (e *Executor) subscription(ctx context.Context, op *graphql.OperationContext) graphql.ResponseHandler {
	p := e.planOf(op)
	if p.unfit.Load() || len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})) != 1 {
		return e.ExecutableSchema.Exec(ctx)
	}
	if data, ok := e.runPlan(ctx, op, p, e.types["Subscription"]); ok {
		return graphql.OneShot(&graphql.Response{Data: data})
	}
	return e.ExecutableSchema.Exec(ctx)
}

func (e *Executor) planOf(op *graphql.OperationContext) *operationPlan {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.kept >= maxPlans || e.source >= maxSource || e.nodes.Load() >= maxKeptNodes {
		e.documents, e.kept, e.source = map[*ast.OperationDefinition]*document{}, 0, 0
		e.nodes.Store(0)
	}
	d := e.documents[op.Operation]
	if d == nil {
		d = &document{conditions: conditions(op), plans: map[string]*operationPlan{}}
		e.documents[op.Operation] = d
		e.source += len(op.RawQuery)
	}
	var b strings.Builder
	for _, name := range d.conditions {
		if yes, _ := op.Variables[name].(bool); yes {
			b.WriteByte('y')
		} else {
			b.WriteByte('n')
		}
	}
	p := d.plans[b.String()]
	if p == nil {
		p = newPlan(op.Operation.SelectionSet)
		if e.prepare != nil {
			p.prepare = e.prepare(op)
		}
		d.plans[b.String()] = p
		e.kept++
	}
	return p
}

// conditions are the variables that @skip and @include of an operation hang on.
func conditions(op *graphql.OperationContext) (names []string) {
	var walk func(ast.SelectionSet)
	look := func(directives ast.DirectiveList, below ast.SelectionSet) {
		for _, d := range directives {
			if v := d.Arguments.ForName("if"); v != nil && v.Value.Kind == ast.Variable {
				names = append(names, v.Value.Raw)
			}
		}
		walk(below)
	}
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				look(s.Directives, s.SelectionSet)
			case *ast.InlineFragment:
				look(s.Directives, s.SelectionSet)
			case *ast.FragmentSpread:
				look(s.Directives, nil)
			}
		}
	}
	walk(op.Operation.SelectionSet)
	for _, f := range op.Doc.Fragments {
		walk(f.SelectionSet)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
