// Package plan runs read operations: gqlgen's resolvers, without gqlgen's executor around them.
//
// That one takes a goroutine for each element of a list, a map for each object and several
// allocations for each field, which together cost more than the database. Here an operation becomes
// a tree of fields once, with everything that does not depend on the objects, and is then walked
// object by object, each value going straight into the bytes of the answer.
//
// Only answers without errors are made here. Whatever goes wrong, or is not known here, is
// declined, and the operation is gqlgen's from the beginning: reads have no consequences, so
// errors, their paths and what becomes null have one home.
package plan

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Type is an object type of the schema, with those of its fields that can be read here.
type Type struct {
	Name      string
	Satisfies []string // what fragments on it may name: the type and its interfaces
	Fields    map[string]Field
}

// Types are the types of a schema by their names.
type Types map[string]*Type

// Field writes what one field of an object shows.
type Field func(r *planRun, at *planNode, obj any)

// maxNodes bounds a plan: fragments can name one field in very many places. Larger operations are
// gqlgen's.
const maxNodes = 2000

// operationPlan is an operation, for one choice of what its directives leave out. It grows as
// objects of new types come to its nodes.
type operationPlan struct {
	root  *planNode
	nodes atomic.Int32
	unfit atomic.Bool // it has something that is not known here

	prepare func(context.Context) // is called before each run; or nil
}

// planNode is a field at one spot of the operation.
type planNode struct {
	id     int32 // its number in the plan
	parent *planNode
	object string // the type it is a field of
	field  graphql.CollectedField

	latest atomic.Pointer[selection] // mostly the only one
	mu     sync.Mutex
	all    []*selection
}

// selection is what is asked of objects of one type at a node.
type selection struct {
	of     *Type
	fields []selectedField
	cost   int // what an object takes of the answer's budget, beside its texts
}

type selectedField struct {
	key   string // with all that stands before the value
	write Field  // nil: nothing follows, the key has the value in it
	at    *planNode
}

func newPlan(set ast.SelectionSet) *operationPlan {
	p := &operationPlan{}
	p.root = &planNode{field: graphql.CollectedField{Field: &ast.Field{}, Selections: set}}
	p.nodes.Store(1)
	return p
}

// selection is what the operation asks of objects of a type here; nil if that is not known.
func (n *planNode) selection(r *planRun, t *Type) *selection {
	if s := n.latest.Load(); s != nil && s.of == t {
		return s
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.all {
		if s.of == t {
			n.latest.Store(s)
			return s
		}
	}
	s := n.compile(r, t)
	if s == nil {
		r.plan.unfit.Store(true)
		return nil
	}
	n.all = append(n.all, s)
	n.latest.Store(s)
	return s
}

func (n *planNode) compile(r *planRun, t *Type) *selection {
	found := graphql.CollectFields(r.op, n.field.Selections, t.Satisfies)
	s := &selection{of: t}
	seen, separator := map[string]bool{}, "{"
	for _, f := range found {
		s.cost += r.perField + len(f.Alias)
		to := selectedField{key: separator + `"` + f.Alias + `":`}
		switch again := seen[f.Alias]; {
		case f.Name == "__typename" && again: // found by way of an interface, too
			continue
		case f.Name == "__typename":
			to.key += `"` + t.Name + `"`
		default:
			id := r.plan.nodes.Add(1) - 1
			r.nodes.Add(1)
			if to.write = t.Fields[f.Name]; to.write == nil || id >= maxNodes || again {
				return nil
			}
			to.at = &planNode{id: id, parent: n, object: t.Name, field: f}
		}
		s.fields = append(s.fields, to)
		seen[f.Alias], separator = true, ","
	}
	return s
}
