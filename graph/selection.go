package graph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Selects walks a selection set and says whether there is such a field, however deep. Fragments are
// looked at once.
func Selects(set ast.SelectionSet, seen map[string]bool, is func(*ast.Field) bool) bool {
	return slices.ContainsFunc(set, func(s ast.Selection) bool {
		switch s := s.(type) {
		case *ast.Field:
			return is(s) || Selects(s.SelectionSet, seen, is)
		case *ast.InlineFragment:
			return Selects(s.SelectionSet, seen, is)
		case *ast.FragmentSpread:
			if seen[s.Name] {
				return false
			}
			seen[s.Name] = true
			return Selects(s.Definition.SelectionSet, seen, is)
		}
		return true
	})
}

// selectedNames gives the names of the fields that are asked of the records of a field, which may
// be a connection.
func selectedNames(set ast.SelectionSet) func(yield func(string) bool) {
	return func(yield func(string) bool) { walkNames(set, yield) }
}

func walkNames(set ast.SelectionSet, yield func(string) bool) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if leadsOn := s.Name == "nodes" || s.Name == "edges" || s.Name == "node"; leadsOn && !walkNames(s.SelectionSet, yield) || !yield(s.Name) {
				return false
			}
		case *ast.InlineFragment:
			if !walkNames(s.SelectionSet, yield) {
				return false
			}
		case *ast.FragmentSpread:
			if !walkNames(s.Definition.SelectionSet, yield) {
				return false
			}
		}
	}
	return true
}
