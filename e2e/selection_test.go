package e2e

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// selectionBuilder writes GraphQL selection sets of all that a type has.
type selectionBuilder struct {
	schema             *ast.Schema
	first              int  // of each connection
	withoutConnections bool // no connections, and nothing of what lies deeper than asked for
}

// allFields selects every field of a type. Nodes below it are shown whole down to a depth, and by
// their ids from there on, or where they may be of any type.
func (s selectionBuilder) allFields(name string, depth int) string {
	d := s.schema.Types[name]
	if d.IsAbstractType() {
		return s.abstractFields(d, depth)
	}
	var b strings.Builder
	if s.isNodeType(name) {
		b.WriteString("__typename ")
	}
	for _, f := range d.Fields {
		b.WriteString(s.selectField(f, f.Name, depth))
	}
	return b.String()
}

// abstractFields selects what all possible types share, and the rest under names of their own: two
// types may give one name to different things.
func (s selectionBuilder) abstractFields(d *ast.Definition, depth int) string {
	var b strings.Builder
	b.WriteString("__typename ")
	if s.isNodeType(d.Name) && d.Kind == ast.Union {
		b.WriteString("... on Node { id } ")
	}
	for _, f := range d.Fields {
		b.WriteString(s.selectField(f, f.Name, depth))
	}
	for _, p := range s.schema.PossibleTypes[d.Name] {
		if p.Kind != ast.Object {
			continue
		}
		fmt.Fprintf(&b, "... on %s { __typename ", p.Name)
		for _, f := range p.Fields {
			if d.Fields.ForName(f.Name) == nil {
				b.WriteString(s.selectField(f, p.Name+"_"+f.Name, depth))
			}
		}
		b.WriteString("} ")
	}
	return b.String()
}

// selectField selects one field; nothing when it needs arguments that we don't have.
func (s selectionBuilder) selectField(f *ast.FieldDefinition, as string, depth int) string {
	if strings.HasPrefix(f.Name, "__") {
		return ""
	}
	args, ok := s.fieldArguments(f)
	if !ok {
		return ""
	}
	name := f.Name
	if as != name {
		name = as + ": " + name
	}
	d := s.schema.Types[f.Type.Name()]
	switch {
	case d.IsLeafType():
		return name + args + " "
	case s.withoutConnections && (strings.HasSuffix(d.Name, "Connection") || depth == 0 && s.isNodeType(d.Name)):
		return ""
	case s.isNodeType(d.Name) && (depth == 0 || d.Name == "Node"):
		return name + args + " { __typename ... on Node { id } } "
	case s.isNodeType(d.Name):
		depth--
	}
	return name + args + " { " + s.allFields(d.Name, depth) + "} "
}

// fieldArguments asks for what is left out otherwise: archived records, long pages.
func (s selectionBuilder) fieldArguments(f *ast.FieldDefinition) (text string, ok bool) {
	var args []string
	for _, a := range f.Arguments {
		switch {
		case a.Name == "first":
			args = append(args, fmt.Sprintf("first: %d", s.first))
		case a.Type.Name() == "Boolean":
			args = append(args, a.Name+": true")
		case a.Type.NonNull && a.DefaultValue == nil:
			return "", false
		}
	}
	if len(args) == 0 {
		return "", true
	}
	return "(" + strings.Join(args, ", ") + ")", true
}

// isNodeType says whether whatever is of the type has an id.
func (s selectionBuilder) isNodeType(name string) bool {
	possible := s.schema.PossibleTypes[name]
	for _, p := range possible {
		if p.Kind == ast.Object && !implements(p, "Node") {
			return false
		}
	}
	return len(possible) > 0
}

func implements(d *ast.Definition, name string) bool {
	for _, i := range d.Interfaces {
		if i == name {
			return true
		}
	}
	return false
}
