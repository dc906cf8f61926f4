package graph

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxRows is how many rows an operation may ask for, by the sizes of its pages, one within the other.
// Three levels of 100 were 1,000,000 rows and 2 GB; the largest screens ask for some thousand.
const maxRows = 50_000

// defaultPage is the size of a page that says none.
const defaultPage = 25

// rowBudget refuses what asks for too many rows before anything is read. Fragments are counted once, so
// its own cost is that of reading the document.
type rowBudget struct{}

func (rowBudget) ExtensionName() string                   { return "RowBudget" }
func (rowBudget) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext runs when the document is checked and its variables are known.
func (rowBudget) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	c := rowCount{variables: op.Variables, fragments: map[string]int{}}
	if n := c.of(op.Operation.SelectionSet); n > maxRows {
		return coded(codeTooExpensive, "This asks for more than 50,000 rows, by the sizes of its pages, one within the other: ask for smaller pages.")
	}
	return nil
}

type rowCount struct {
	variables map[string]any
	fragments map[string]int
}

func (c *rowCount) of(set ast.SelectionSet) (n int) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			n += c.ofField(s)
		case *ast.InlineFragment:
			n += c.of(s.SelectionSet)
		case *ast.FragmentSpread:
			known, ok := c.fragments[s.Name]
			if !ok {
				known = c.of(s.Definition.SelectionSet)
				c.fragments[s.Name] = known
			}
			n += known
		}
		n = min(n, maxRows+1)
	}
	return n
}

func (c *rowCount) ofField(f *ast.Field) int {
	below := c.of(f.SelectionSet)
	if f.Definition == nil || f.Definition.Arguments.ForName("first") == nil {
		return below
	}
	return min(c.page(f)*(1+below), maxRows+1)
}

func (c *rowCount) page(f *ast.Field) int {
	for _, name := range []string{"first", "last"} {
		a := f.Arguments.ForName(name)
		if a == nil {
			continue
		}
		v, err := a.Value.Value(c.variables)
		if n, ok := wholeNumber(v); err == nil && ok {
			return min(max(n, 0), maxRows) // what is out of range is refused by its list
		}
	}
	return defaultPage
}

func wholeNumber(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case int64:
		return int(v), true
	case json.Number:
		n, err := v.Int64()
		return int(n), err == nil
	}
	return 0, false
}
