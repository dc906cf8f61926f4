package cost

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Of says what an operation costs at most. The document is valid, and its variables fit their types. The work is linear in the
// document: what hangs below a field is found out once, and a fragment once for each type that it may stand for.
func (a *Analyser) Of(op *ast.OperationDefinition, variables map[string]any) Points {
	w := &walk{Analyser: a, variables: variables, fields: map[*ast.Field]sum{}, fragments: map[spread]sum{}}
	root := map[ast.Operation]*ast.Definition{ast.Query: a.schema.Query, ast.Mutation: a.schema.Mutation, ast.Subscription: a.schema.Subscription}[op.Operation]
	s := w.set(op.SelectionSet, root)
	s.grow(w.once(s.each, defaultSize))
	return s.Points
}

// sum is what selections cost: once, and for each row of the list that they are of, when the field above them says its size.
type sum struct {
	Points
	each Points
}

func (s *sum) grow(p Points) {
	s.Objects, s.Extra = add(s.Objects, p.Objects), add(s.Extra, p.Extra)
}

func (s *sum) growEach(p Points) {
	s.each.Objects, s.each.Extra = add(s.each.Objects, p.Objects), add(s.each.Extra, p.Extra)
}

type walk struct {
	*Analyser
	variables map[string]any
	fields    map[*ast.Field]sum
	fragments map[spread]sum
}

// spread is a fragment as it looks to an object of a type.
type spread struct {
	name string
	of   *ast.Definition
}

// set sums up what is selected of an object of a type.
func (w *walk) set(set ast.SelectionSet, of *ast.Definition) (s sum) {
	for _, sel := range set {
		var part sum
		switch sel := sel.(type) {
		case *ast.Field:
			if !w.skipped(sel.Directives) {
				part = w.field(sel)
			}
		case *ast.InlineFragment:
			if !w.skipped(sel.Directives) && w.applies(sel.TypeCondition, of) {
				part = w.set(sel.SelectionSet, of)
			}
		case *ast.FragmentSpread:
			if !w.skipped(sel.Directives) && w.applies(sel.Definition.TypeCondition, of) {
				part = w.fragment(sel, of)
			}
		}
		s.grow(part.Points)
		s.growEach(part.each)
	}
	return s
}

func (w *walk) fragment(f *ast.FragmentSpread, of *ast.Definition) sum {
	key := spread{f.Name, of}
	s, known := w.fragments[key]
	if !known {
		s = w.set(f.Definition.SelectionSet, of)
		w.fragments[key] = s
	}
	return s
}

func (w *walk) applies(condition string, of *ast.Definition) bool {
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

func (w *walk) field(f *ast.Field) sum {
	p := w.prices[f.Definition]
	if p != nil && !p.composite {
		return sum{Points: Points{Extra: p.extra}}
	}
	s, known := w.fields[f]
	switch {
	case known:
		return s
	case strings.HasPrefix(f.Name, "__"):
		s = w.introspected(f)
	case p != nil:
		s = w.priced(f, p)
	}
	w.fields[f] = s
	return s
}

func (w *walk) priced(f *ast.Field, p *price) (s sum) {
	s.Extra = p.extra
	below, size := w.below(f), w.size(f, p)
	inside := defaultSize
	if p.inside {
		inside = size
	}
	one := below.Points
	one.Objects = add(one.Objects, 1)
	per := w.once(below.each, inside)
	one.Objects, one.Extra = add(one.Objects, per.Objects), add(one.Extra, per.Extra)
	switch {
	case p.list && p.sized:
		s.grow(w.once(one, size))
	case p.list:
		s.growEach(one)
	default:
		s.grow(one)
	}
	return s
}

// below is what is selected of what a field answers with; of those of several types the dearest.
func (w *walk) below(f *ast.Field) (s sum) {
	for _, t := range w.schema.GetPossibleTypes(w.schema.Types[f.Definition.Type.Name()]) {
		one := w.set(f.SelectionSet, t)
		s.Points, s.each = most(s.Points, one.Points), most(s.each, one.each)
	}
	return s
}

func most(a, b Points) Points { return Points{max(a.Objects, b.Objects), max(a.Extra, b.Extra)} }

func (w *walk) once(each Points, n int) Points {
	return Points{times(n, each.Objects), times(n, each.Extra)}
}

// introspected is what asking for the schema costs.
func (w *walk) introspected(f *ast.Field) (s sum) {
	if f.Name == "__typename" {
		return s
	}
	below := w.below(f)
	s.Extra = add(below.Objects, w.once(below.each, defaultSize).Objects)/inMemory + 1
	return s
}

// size is that of the list that a field answers with, or of those right below it.
func (w *walk) size(f *ast.Field, p *price) int {
	size, given := 0, false
	for _, name := range p.slicing {
		arg := f.Arguments.ForName(name)
		if arg == nil {
			continue
		}
		v, err := arg.Value.Value(w.variables)
		if n, ok := whole(v); err == nil && ok {
			size, given = max(size, n), true
		}
	}
	if given {
		return size
	}
	return p.size
}

func (w *walk) skipped(list ast.DirectiveList) bool {
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
