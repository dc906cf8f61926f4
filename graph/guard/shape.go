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
	Nodes                                                                                                     int // selections, directives, values and definitions, as they are written

	Circular    bool // a fragment is spread within itself
	Introspects bool // it asks for the schema
}

// ErrCircular refuses what has no end, before anything walks it.
var ErrCircular = errors.New("guard: a fragment is spread within itself")

// ParseWithin parses and measures a document within limits. The error is an Excess, or what the
// parser found.
func ParseWithin(source string, l Limits) (*ast.QueryDocument, Shape, error) {
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

// Measure counts in a time that is linear in the document: what a fragment counts is found out
// once, and sums stop at a bound. A document that is not valid yet may be measured: spreads of
// fragments that are not there, and in circles, count nothing.
func Measure(doc *ast.QueryDocument) Shape {
	m := &measurement{fragments: map[string]*ast.FragmentDefinition{}, known: map[string]*extent{}}
	for _, f := range doc.Fragments {
		m.fragments[f.Name] = f
	}
	m.shape.Operations, m.shape.Fragments = len(doc.Operations), len(doc.Fragments)
	m.shape.Nodes = len(doc.Operations) + len(doc.Fragments)
	var sets []ast.SelectionSet
	size := 0
	for _, op := range doc.Operations {
		e := m.operationExtent(op)
		sets, size = append(sets, op.SelectionSet), addCapped(size, e.size)
	}
	for _, f := range doc.Fragments {
		m.measureDirectives(f.Directives)
		var e extent
		switch own := m.fragments[f.Name] == f; {
		case own && m.known[f.Name] != nil: // counted where it is spread
			continue
		case own:
			e = *m.fragmentExtent(f.Name)
		default: // another one has its name; the validator looks at both
			e = m.selectionExtent(f.SelectionSet)
		}
		m.addExtent(e)
		sets, size = append(sets, f.SelectionSet), addCapped(size, e.size)
	}
	if size > expandable || m.shape.Circular {
		m.shape.Repeats = tooMany
		return m.shape
	}
	for _, set := range sets {
		m.shape.Repeats = addCapped(m.shape.Repeats, m.countRepeats([]ast.SelectionSet{set}))
	}
	return m.shape
}

// extent is what a set of selections counts, with what is below it. Size counts fields and
// fragments wherever they are spread.
type extent struct{ depth, fields, roots, size int }

// measurement walks one document.
type measurement struct {
	shape     Shape
	fragments map[string]*ast.FragmentDefinition
	known     map[string]*extent // by fragment; being is one that is being measured
}

var being = &extent{}

func (m *measurement) operationExtent(op *ast.OperationDefinition) extent {
	e := m.selectionExtent(op.SelectionSet)
	m.addExtent(e)
	if op.Operation == ast.Query {
		m.shape.Queries = max(m.shape.Queries, e.roots)
	} else {
		m.shape.Mutations = max(m.shape.Mutations, e.roots)
	}
	m.shape.Variables = max(m.shape.Variables, len(op.VariableDefinitions))
	m.shape.Nodes += len(op.VariableDefinitions)
	m.measureDirectives(op.Directives)
	for _, v := range op.VariableDefinitions {
		m.measureDirectives(v.Directives)
		m.measureValue(v.DefaultValue, 1)
	}
	return e
}

func (m *measurement) addExtent(e extent) {
	m.shape.Depth, m.shape.Fields = max(m.shape.Depth, e.depth), addCapped(m.shape.Fields, e.fields)
}

func (m *measurement) selectionExtent(set ast.SelectionSet) extent {
	var e extent
	m.shape.Nodes += len(set)
	for _, sel := range set {
		var below extent
		switch sel := sel.(type) {
		case *ast.Field:
			m.measureDirectives(sel.Directives)
			m.shape.Introspects = m.shape.Introspects || sel.Name == "__schema" || sel.Name == "__type"
			m.measureArguments(sel.Arguments)
			if sel.Alias != sel.Name {
				m.shape.Aliases++
			}
			below = m.selectionExtent(sel.SelectionSet)
			below = extent{below.depth + 1, addCapped(below.fields, 1), 1, below.size}
		case *ast.InlineFragment:
			m.measureDirectives(sel.Directives)
			below = m.selectionExtent(sel.SelectionSet)
		case *ast.FragmentSpread:
			m.measureDirectives(sel.Directives)
			below = *m.fragmentExtent(sel.Name)
		}
		e = extent{max(e.depth, below.depth), addCapped(e.fields, below.fields), addCapped(e.roots, below.roots), addCapped(e.size, addCapped(below.size, 1))}
	}
	return e
}

func (m *measurement) measureDirectives(list ast.DirectiveList) {
	m.shape.Directives += len(list)
	m.shape.Nodes += len(list)
	for _, d := range list {
		m.measureArguments(d.Arguments)
	}
}

func (m *measurement) measureArguments(list ast.ArgumentList) {
	for _, a := range list {
		m.measureValue(a.Value, 1)
	}
}

func (m *measurement) measureValue(v *ast.Value, level int) {
	if v == nil {
		return
	}
	m.shape.Values = max(m.shape.Values, level)
	m.shape.Nodes++
	for _, child := range v.Children {
		m.measureValue(child.Value, level+1)
	}
}

func (m *measurement) fragmentExtent(name string) *extent {
	if e := m.known[name]; e != nil {
		m.shape.Circular = m.shape.Circular || e == being
		return e
	}
	e := &extent{}
	if f := m.fragments[name]; f != nil {
		m.known[name] = being
		*e = m.selectionExtent(f.SelectionSet)
	}
	m.known[name] = e
	return e
}

// tooMany stands for all numbers from there on.
const tooMany = math.MaxInt32

func addCapped(a, b int) int { return min(a+b, tooMany) }

// expandable is how many selections are expanded to count repeats. Documents with more are refused
// for that, with any sane limits.
const expandable = 20_000

// countRepeats counts the pairs of fields that have the same name in the answer, in sets that are
// merged, as those of fields of one name are: the validator compares each pair, and what is below
// it again pair by pair. Fragments are expanded as they are for it.
func (m *measurement) countRepeats(sets []ast.SelectionSet) int {
	below, count := map[string][]ast.SelectionSet{}, map[string]int{}
	for _, set := range sets {
		m.collectFields(set, below, count)
	}
	n := 0
	for name, c := range count {
		n = addCapped(n, c*(c-1)/2)
		if len(below[name]) > 0 {
			n = addCapped(n, m.countRepeats(below[name]))
		}
	}
	return n
}

func (m *measurement) collectFields(set ast.SelectionSet, below map[string][]ast.SelectionSet, count map[string]int) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			count[sel.Alias]++
			if len(sel.SelectionSet) > 0 {
				below[sel.Alias] = append(below[sel.Alias], sel.SelectionSet)
			}
		case *ast.InlineFragment:
			m.collectFields(sel.SelectionSet, below, count)
		case *ast.FragmentSpread:
			if f := m.fragments[sel.Name]; f != nil {
				m.collectFields(f.SelectionSet, below, count)
			}
		}
	}
}
