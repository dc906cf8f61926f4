package cost

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Estimate says what an operation costs at most. The document is valid, and its variables fit their
// types. The work is linear in the document: what hangs below a field is found out once, and a
// fragment once for each type that it may stand for.
func (a *Analyser) Estimate(op *ast.OperationDefinition, variables map[string]any) Points {
	w := &estimator{Analyser: a, variables: variables, fields: map[*ast.Field]subtotal{}, fragments: map[fragmentOnType]subtotal{}}
	root := map[ast.Operation]*ast.Definition{ast.Query: a.schema.Query, ast.Mutation: a.schema.Mutation, ast.Subscription: a.schema.Subscription}[op.Operation]
	s := w.selectionCost(op.SelectionSet, root)
	s.addOnce(w.multiply(s.each, defaultSize))
	return s.Points
}

// subtotal is what selections cost: once, and for each row of the list that they are of, when the
// field above them says its size.
type subtotal struct {
	Points
	each Points
}

func (s *subtotal) addOnce(p Points) {
	s.Objects, s.Extra = addCapped(s.Objects, p.Objects), addCapped(s.Extra, p.Extra)
}

func (s *subtotal) addPerRow(p Points) {
	s.each.Objects, s.each.Extra = addCapped(s.each.Objects, p.Objects), addCapped(s.each.Extra, p.Extra)
}

// estimator walks one operation, and remembers what it has found out of its fields and fragments.
type estimator struct {
	*Analyser
	variables map[string]any
	fields    map[*ast.Field]subtotal
	fragments map[fragmentOnType]subtotal
}

// fragmentOnType is a fragment as it looks to an object of a type.
type fragmentOnType struct {
	name string
	of   *ast.Definition
}

// selectionCost sums up what is selected of an object of a type.
func (w *estimator) selectionCost(set ast.SelectionSet, of *ast.Definition) (s subtotal) {
	for _, sel := range set {
		var part subtotal
		switch sel := sel.(type) {
		case *ast.Field:
			if !w.isSkipped(sel.Directives) {
				part = w.fieldCost(sel)
			}
		case *ast.InlineFragment:
			if !w.isSkipped(sel.Directives) && w.fragmentApplies(sel.TypeCondition, of) {
				part = w.selectionCost(sel.SelectionSet, of)
			}
		case *ast.FragmentSpread:
			if !w.isSkipped(sel.Directives) && w.fragmentApplies(sel.Definition.TypeCondition, of) {
				part = w.fragmentCost(sel, of)
			}
		}
		s.addOnce(part.Points)
		s.addPerRow(part.each)
	}
	return s
}

func (w *estimator) fragmentCost(f *ast.FragmentSpread, of *ast.Definition) subtotal {
	key := fragmentOnType{f.Name, of}
	s, known := w.fragments[key]
	if !known {
		s = w.selectionCost(f.Definition.SelectionSet, of)
		w.fragments[key] = s
	}
	return s
}

func (w *estimator) fragmentApplies(condition string, of *ast.Definition) bool {
	if condition == "" || condition == of.Name {
		return true
	}
	for _, t := range w.schema.PossibleTypes[condition] {
		if t == of {
			return true
		}
	}
	return false
}

func (w *estimator) fieldCost(f *ast.Field) subtotal {
	p := w.prices[f.Definition]
	if p != nil && !p.composite {
		return subtotal{Points: Points{Extra: p.extra}}
	}
	s, known := w.fields[f]
	switch {
	case known:
		return s
	case strings.HasPrefix(f.Name, "__"):
		s = w.introspectionCost(f)
	case p != nil:
		s = w.pricedFieldCost(f, p)
	}
	w.fields[f] = s
	return s
}

func (w *estimator) pricedFieldCost(f *ast.Field, p *fieldPrice) (s subtotal) {
	s.Extra = p.extra
	below, size := w.answerCost(f), w.listSize(f, p)
	inside := defaultSize
	if p.inside {
		inside = size
	}
	one := below.Points
	one.Objects = addCapped(one.Objects, 1)
	per := w.multiply(below.each, inside)
	one.Objects, one.Extra = addCapped(one.Objects, per.Objects), addCapped(one.Extra, per.Extra)
	switch {
	case p.list && p.sized:
		s.addOnce(w.multiply(one, size))
	case p.list:
		s.addPerRow(one)
	default:
		s.addOnce(one)
	}
	return s
}

// answerCost is what is selected of what a field answers with; of those of several types the
// dearest.
func (w *estimator) answerCost(f *ast.Field) (s subtotal) {
	for _, t := range w.schema.GetPossibleTypes(w.schema.Types[f.Definition.Type.Name()]) {
		one := w.selectionCost(f.SelectionSet, t)
		s.Points, s.each = dearest(s.Points, one.Points), dearest(s.each, one.each)
	}
	return s
}

// dearest takes the most of both.
func dearest(a, b Points) Points { return Points{max(a.Objects, b.Objects), max(a.Extra, b.Extra)} }

func (w *estimator) multiply(each Points, n int) Points {
	return Points{multiplyCapped(n, each.Objects), multiplyCapped(n, each.Extra)}
}

// introspectionCost is what asking for the schema costs.
func (w *estimator) introspectionCost(f *ast.Field) (s subtotal) {
	if f.Name == "__typename" {
		return s
	}
	below := w.answerCost(f)
	s.Extra = addCapped(below.Objects, w.multiply(below.each, defaultSize).Objects)/inMemory + 1
	return s
}

// listSize is that of the list that a field answers with, or of those right below it.
func (w *estimator) listSize(f *ast.Field, p *fieldPrice) int {
	size, given := 0, false
	for _, name := range p.slicing {
		arg := f.Arguments.ForName(name)
		if arg == nil {
			continue
		}
		v, err := arg.Value.Value(w.variables)
		if n, ok := listLength(v); err == nil && ok {
			size, given = max(size, n), true
		}
	}
	if given {
		return size
	}
	return p.size
}

func (w *estimator) isSkipped(list ast.DirectiveList) bool {
	for _, d := range list {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		if arg := d.Arguments.ForName("if"); arg != nil {
			if v, err := arg.Value.Value(w.variables); err == nil && v == (d.Name == "skip") {
				return true
			}
		}
	}
	return false
}
