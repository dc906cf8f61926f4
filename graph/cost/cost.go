// Package cost is query cost analysis: what an operation may cost at most before it runs, and what
// it did cost. That is a point for each object of the answer, and what @cost adds. Sizes of lists
// are those of @listSize.
package cost

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// Points of an operation.
type Points struct {
	Objects int // of the answer, at most
	Extra   int // what @cost adds; it can't be seen in the answer
}

// Total is what the operation costs at most.
func (p Points) Total() int { return addCapped(p.Objects, p.Extra) }

// Actual is what the operation did cost, by its answer in JSON.
func (p Points) Actual(data []byte) int {
	return min(p.Total(), addCapped(countObjects(data), p.Extra))
}

const (
	// mutationPoints are what a mutation costs beside its answer, unless @cost says it: it writes
	// in a transaction of its own.
	mutationPoints = 10
	// defaultSize is that of a list that says none.
	defaultSize = 25
	// inMemory is how many objects of an introspection are a point: they come from no database.
	inMemory = 10
)

// Analyser knows the prices of a schema. It may be used by many at once.
type Analyser struct {
	schema *ast.Schema
	prices map[*ast.FieldDefinition]*fieldPrice
}

// fieldPrice is what the schema says of a field.
type fieldPrice struct {
	extra     int
	composite bool // it answers with objects
	list      bool
	sized     bool // it has a @listSize
	size      int  // where no argument says it
	slicing   []string
	inside    bool // the size is that of the lists right below it
}

// NewAnalyser reads the prices of a schema.
func NewAnalyser(schema *ast.Schema) *Analyser {
	a := &Analyser{schema: schema, prices: map[*ast.FieldDefinition]*fieldPrice{}}
	for _, t := range schema.Types {
		for _, f := range t.Fields {
			a.prices[f] = a.priceOf(f, t == schema.Mutation)
		}
	}
	a.priceIntrospection()
	return a
}

func (a *Analyser) priceOf(f *ast.FieldDefinition, mutation bool) *fieldPrice {
	p := &fieldPrice{size: defaultSize, list: f.Type.Elem != nil, composite: a.isComposite(f.Type.Name())}
	if mutation {
		p.extra = mutationPoints
	}
	if d := f.Directives.ForName("cost"); d != nil {
		p.extra = directiveNumber(d, "weight", p.extra)
	}
	d := f.Directives.ForName("listSize")
	if d == nil {
		return p
	}
	p.sized, p.size = true, directiveNumber(d, "assumedSize", defaultSize)
	p.slicing, p.inside = directiveNames(d, "slicingArguments"), len(directiveNames(d, "sizedFields")) > 0
	return p
}

func (a *Analyser) isComposite(name string) bool {
	def := a.schema.Types[name]
	return def != nil && (def.Kind == ast.Object || def.Kind == ast.Interface || def.Kind == ast.Union)
}

func directiveNumber(d *ast.Directive, name string, otherwise int) int {
	if arg := d.Arguments.ForName(name); arg != nil {
		if n, err := strconv.Atoi(arg.Value.Raw); err == nil {
			return n
		}
	}
	return otherwise
}

func directiveNames(d *ast.Directive, name string) (list []string) {
	if arg := d.Arguments.ForName(name); arg != nil {
		for _, c := range arg.Value.Children {
			list = append(list, c.Value.Raw)
		}
	}
	return list
}

// priceIntrospection gives the lists of the schema their usual sizes.
func (a *Analyser) priceIntrospection() {
	fields, types := 0, 0
	for _, t := range a.schema.Types {
		if len(t.Fields) > 0 {
			fields, types = fields+len(t.Fields), types+1
		}
	}
	for _, size := range []struct {
		of, list string
		size     int
	}{
		{"__Schema", "types", len(a.schema.Types)}, {"__Schema", "directives", len(a.schema.Directives)}, {"__Directive", "args", 2},
		{"__Type", "fields", fields/max(types, 1) + 1}, {"__Type", "inputFields", 3}, {"__Type", "enumValues", 3},
		{"__Type", "interfaces", 1}, {"__Type", "possibleTypes", 1}, {"__Field", "args", 1},
	} {
		if t := a.schema.Types[size.of]; t != nil {
			if p := a.prices[t.Fields.ForName(size.list)]; p != nil {
				p.sized, p.size = true, size.size
			}
		}
	}
}

// Check says what is wrong with the prices of the schema: a list of objects without a size, or a
// size without a list.
func (a *Analyser) Check() (wrong []string) {
	inside := map[*ast.FieldDefinition]bool{}
	for _, t := range a.schema.Types {
		for _, f := range t.Fields {
			d := f.Directives.ForName("listSize")
			if d == nil {
				continue
			}
			for _, name := range directiveNames(d, "sizedFields") {
				list := a.schema.Types[f.Type.Name()].Fields.ForName(name)
				if list == nil || list.Type.Elem == nil {
					wrong = append(wrong, fmt.Sprintf("%s.%s: sizedFields names %s, which is no list", t.Name, f.Name, name))
					continue
				}
				inside[list] = true
			}
			for _, name := range directiveNames(d, "slicingArguments") {
				if f.Arguments.ForName(name) == nil {
					wrong = append(wrong, fmt.Sprintf("%s.%s: slicingArguments names %s, which is no argument", t.Name, f.Name, name))
				}
			}
		}
	}
	for _, t := range a.schema.Types {
		for _, f := range t.Fields {
			if p := a.prices[f]; p.list && p.composite && !p.sized && !inside[f] {
				wrong = append(wrong, fmt.Sprintf("%s.%s is a list of objects and has no @listSize", t.Name, f.Name))
			}
			var named []string
			if d := f.Directives.ForName("listSize"); d != nil {
				named = directiveNames(d, "sizedFields")
			}
			for _, list := range a.schema.Types[f.Type.Name()].Fields {
				if inside[list] && !slices.Contains(named, list.Name) {
					wrong = append(wrong, fmt.Sprintf("%s.%s has %s, and no @listSize says of what size", t.Name, f.Name, list.Name))
				}
			}
		}
	}
	return wrong
}

// tooMuch stands for all sums from there on.
const tooMuch = math.MaxInt32

// addCapped saturates: sums stop at tooMuch.
func addCapped(a, b int) int { return min(a+b, tooMuch) }

func multiplyCapped(n, each int) int {
	if each > 0 && n > tooMuch/each {
		return tooMuch
	}
	return n * each
}

// countObjects counts the objects in JSON.
func countObjects(data []byte) (n int) {
	inString := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			inString = !inString
		case inString && c == '\\':
			i++
		case !inString && c == '{':
			n++
		}
	}
	return max(0, n-1) // the data itself
}

// listLength is the value of an argument that says how long a list is to be: a number, or a list
// itself.
func listLength(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case int64:
		return int(v), true
	case json.Number:
		n, err := v.Int64()
		return int(n), err == nil
	case []any:
		return len(v), true
	}
	return 0, false
}
