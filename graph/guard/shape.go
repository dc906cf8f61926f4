package guard

import (
	"errors"
	"math"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// Shape is what a document would cost the steps after the parser.
type Shape struct {
	Operations, Fragments, Variables, Directives, Aliases, Depth, Queries, Mutations, Fields, Repeats, Values int

	Circular    bool // a fragment is spread within itself
	Introspects bool // it asks for the schema
}

// ErrCircular refuses what has no end, before anything walks it.
var ErrCircular = errors.New("guard: a fragment is spread within itself")

// Read parses and measures a document within limits. The error is an Excess, or what the parser found.
func Read(source string, l Limits) (*ast.QueryDocument, Shape, error) {
	if len(source) > l.Document {
		return nil, Shape{}, &Excess{Limit: "document", Maximum: l.Document, What: "more bytes"}
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: source}, l.Tokens)
	if err != nil {
		if isTokenLimit(err) {
			err = &Excess{Limit: "tokens", Maximum: l.Tokens, What: "more tokens"}
		}
		return nil, Shape{}, err
	}
	s := Measure(doc)
	if s.Circular {
		return nil, s, ErrCircular
	}
	if excess := l.Check(s); excess != nil {
		return nil, s, excess
	}
	return doc, s, nil
}

// isTokenLimit: the parser has no type for it.
func isTokenLimit(err error) bool {
	var e *gqlerror.Error
	return errors.As(err, &e) && strings.HasPrefix(e.Message, "exceeded token limit")
}

// Measure counts in a time that is linear in the document: what a fragment counts is found out once, and sums stop at a bound.
// A document that is not valid yet may be measured: spreads of fragments that are not there, and in circles, count nothing.
func Measure(doc *ast.QueryDocument) Shape {
	m := &measure{fragments: map[string]*ast.FragmentDefinition{}, known: map[string]*extent{}}
	for _, f := range doc.Fragments {
		m.fragments[f.Name] = f
	}
	m.shape.Operations, m.shape.Fragments = len(doc.Operations), len(doc.Fragments)
	var sets []ast.SelectionSet
	size := 0
	for _, op := range doc.Operations {
		e := m.operation(op)
		sets, size = append(sets, op.SelectionSet), add(size, e.size)
	}
	for _, f := range doc.Fragments {
		m.directives(f.Directives)
		var e extent
		switch own := m.fragments[f.Name] == f; {
		case own && m.known[f.Name] != nil: // counted where it is spread
			continue
		case own:
			e = *m.fragment(f.Name)
		default: // another one has its name; the validator looks at both
			e = m.of(f.SelectionSet)
		}
		m.count(e)
		sets, size = append(sets, f.SelectionSet), add(size, e.size)
	}
	if size > expandable || m.shape.Circular {
		m.shape.Repeats = tooMany
		return m.shape
	}
	for _, set := range sets {
		m.shape.Repeats = add(m.shape.Repeats, m.pairs([]ast.SelectionSet{set}))
	}
	return m.shape
}

// extent is what a set of selections counts, with what is below it. Size counts fields and fragments wherever they are spread.
type extent struct{ depth, fields, roots, size int }

type measure struct {
	shape     Shape
	fragments map[string]*ast.FragmentDefinition
	known     map[string]*extent // by fragment; being is one that is being measured
}

var being = &extent{}

func (m *measure) operation(op *ast.OperationDefinition) extent {
	e := m.of(op.SelectionSet)
	m.count(e)
	if op.Operation == ast.Query {
		m.shape.Queries = max(m.shape.Queries, e.roots)
	} else {
		m.shape.Mutations = max(m.shape.Mutations, e.roots)
	}
	m.shape.Variables = max(m.shape.Variables, len(op.VariableDefinitions))
	m.directives(op.Directives)
	for _, v := range op.VariableDefinitions {
		m.directives(v.Directives)
		m.value(v.DefaultValue, 1)
	}
	return e
}

func (m *measure) count(e extent) {
	m.shape.Depth, m.shape.Fields = max(m.shape.Depth, e.depth), add(m.shape.Fields, e.fields)
}

func (m *measure) of(set ast.SelectionSet) extent {
	var e extent
	for _, sel := range set {
		var below extent
		switch sel := sel.(type) {
		case *ast.Field:
			m.directives(sel.Directives)
			m.shape.Introspects = m.shape.Introspects || sel.Name == "__schema" || sel.Name == "__type"
			m.arguments(sel.Arguments)
			if sel.Alias != sel.Name {
				m.shape.Aliases++
			}
			below = m.of(sel.SelectionSet)
			below = extent{below.depth + 1, add(below.fields, 1), 1, below.size}
		case *ast.InlineFragment:
			m.directives(sel.Directives)
			below = m.of(sel.SelectionSet)
		case *ast.FragmentSpread:
			m.directives(sel.Directives)
			below = *m.fragment(sel.Name)
		}
		e = extent{max(e.depth, below.depth), add(e.fields, below.fields), add(e.roots, below.roots), add(e.size, add(below.size, 1))}
	}
	return e
}

func (m *measure) directives(list ast.DirectiveList) {
	m.shape.Directives += len(list)
	for _, d := range list {
		m.arguments(d.Arguments)
	}
}

func (m *measure) arguments(list ast.ArgumentList) {
	for _, a := range list {
		m.value(a.Value, 1)
	}
}

func (m *measure) value(v *ast.Value, level int) {
	if v == nil {
		return
	}
	m.shape.Values = max(m.shape.Values, level)
	for _, child := range v.Children {
		m.value(child.Value, level+1)
	}
}

func (m *measure) fragment(name string) *extent {
	if e := m.known[name]; e != nil {
		m.shape.Circular = m.shape.Circular || e == being
		return e
	}
	e := &extent{}
	if f := m.fragments[name]; f != nil {
		m.known[name] = being
		*e = m.of(f.SelectionSet)
	}
	m.known[name] = e
	return e
}

// tooMany stands for all numbers from there on.
const tooMany = math.MaxInt32

func add(a, b int) int { return min(a+b, tooMany) }

// expandable is how many selections are expanded to count repeats. Documents with more are refused for that, with any sane limits.
const expandable = 20_000

// pairs counts the pairs of fields that have the same name in the answer, in sets that are merged, as those of fields of one name
// are: the validator compares each pair, and what is below it again pair by pair. Fragments are expanded as they are for it.
func (m *measure) pairs(sets []ast.SelectionSet) int {
	below, count := map[string][]ast.SelectionSet{}, map[string]int{}
	for _, set := range sets {
		m.collect(set, below, count)
	}
	n := 0
	for name, c := range count {
		n = add(n, c*(c-1)/2)
		if len(below[name]) > 0 {
			n = add(n, m.pairs(below[name]))
		}
	}
	return n
}

func (m *measure) collect(set ast.SelectionSet, below map[string][]ast.SelectionSet, count map[string]int) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			count[sel.Alias]++
			if len(sel.SelectionSet) > 0 {
				below[sel.Alias] = append(below[sel.Alias], sel.SelectionSet)
			}
		case *ast.InlineFragment:
			m.collect(sel.SelectionSet, below, count)
		case *ast.FragmentSpread:
			if f := m.fragments[sel.Name]; f != nil {
				m.collect(f.SelectionSet, below, count)
			}
		}
	}
}
