package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph"
)

// The tests of hostile calls walk the schema by themselves: what is added to it is tried without
// anybody touching them.

// pathStep is one name on the way into the arguments of a field.
type pathStep struct {
	name        string
	typ         *ast.Type
	description string
	inputType   string // the type that it is a field of; "" for arguments
}

// inputSlot is a place in the arguments of a field where a value of one type stands, alone or as
// the elements of a list.
type inputSlot struct {
	parent *ast.Definition
	field  *ast.FieldDefinition
	path   []pathStep
}

func (s inputSlot) lastStep() pathStep { return s.path[len(s.path)-1] }

// takesList says whether the slot takes a list of its values.
func (s inputSlot) takesList() bool { return s.lastStep().typ.Elem != nil }

func (s inputSlot) String() string {
	names := make([]string, len(s.path))
	for i, p := range s.path {
		names[i] = p.name
	}
	return s.parent.Name + "." + s.field.Name + "(" + strings.Join(names, ".") + ")"
}

// inputSlots finds every place in the arguments of all fields of all types where a value of these
// named types stands, also deep inside inputs. Inputs that hold themselves, as filters do, are
// followed once.
func inputSlots(s *ast.Schema, named func(*ast.Definition) bool) []inputSlot {
	var all []inputSlot
	names := []string{}
	for name, d := range s.Types {
		// Lists of a search hang off its words, not off an id: see TestSearchAgainstReference.
		if d.Kind == ast.Object && !strings.HasPrefix(name, "__") && name != "Search" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		parent := s.Types[name]
		for _, f := range parent.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			for _, a := range f.Arguments {
				for _, path := range pathsBelow(s, []pathStep{{a.Name, a.Type, a.Description, ""}}, named) {
					all = append(all, inputSlot{parent, f, path})
				}
			}
		}
	}
	return all
}

func pathsBelow(s *ast.Schema, path []pathStep, named func(*ast.Definition) bool) [][]pathStep {
	last := path[len(path)-1]
	d := s.Types[last.typ.Name()]
	var found [][]pathStep
	if named(d) {
		found = append(found, path)
	}
	if d.Kind != ast.InputObject || countType(path, d.Name) > 2 || tooDeep(path) {
		return found
	}
	for _, f := range d.Fields {
		found = append(found, pathsBelow(s, append(path[:len(path):len(path)], pathStep{f.Name, f.Type, f.Description, d.Name}), named)...)
	}
	return found
}

// tooDeep ends a path through filters that go on from one record to another: once is enough, and
// without groups.
func tooDeep(path []pathStep) bool {
	first, groups, hops := "", 0, 0
	for _, p := range path {
		switch name := p.typ.Name(); {
		case !strings.HasSuffix(name, "Where") || name == "PropertyWhere":
		case first == "" || first == name:
			first = name
			groups++
		default:
			hops++
		}
	}
	return hops > 1 || hops == 1 && groups > 1
}

func countType(path []pathStep, typ string) int {
	n := 0
	for _, p := range path {
		if p.typ.Name() == typ {
			n++
		}
	}
	return n
}

// hasTypeName makes a choice of slots by the names of their types.
func hasTypeName(names ...string) func(*ast.Definition) bool {
	return func(d *ast.Definition) bool { return slices.Contains(names, d.Name) }
}

// rootTypes are the types whose fields are asked for by themselves, the others' of a node.
var rootTypes = []string{"Query", "Mutation", "Subscription"}

func slotsOf(parent string, all []inputSlot) []inputSlot {
	return slices.DeleteFunc(slices.Clone(all), func(s inputSlot) bool { return s.parent.Name != parent })
}

func slotsNotOf(parent string, all []inputSlot) []inputSlot {
	return slices.DeleteFunc(slices.Clone(all), func(s inputSlot) bool { return s.parent.Name == parent })
}

// nodeTypes are the types that node can answer with.
func nodeTypes(s *ast.Schema) []string {
	var names []string
	for _, d := range s.PossibleTypes["Node"] {
		if d.Kind == ast.Object {
			names = append(names, d.Name)
		}
	}
	slices.Sort(names)
	return names
}

// guessNodeType is the type of node that a slot's id is probably of, by its names; "" when they
// tell nothing. It only decides what is tried first.
func guessNodeType(s *ast.Schema, path []pathStep) string {
	types := nodeTypes(s)
	for i := len(path) - 1; i >= 0; i-- {
		name := path[i].name
		if (name == "id" || name == "ids") && path[i].inputType != "" {
			return strings.TrimSuffix(path[i].inputType, "Where")
		}
		noun, ok := strings.CutSuffix(strings.TrimSuffix(name, "s"), "Id")
		if !ok {
			continue
		}
		if role := nodeTypeAliases[noun]; role != "" {
			noun = role
		}
		if d := s.Types[capitalize(noun)]; d != nil && (slices.Contains(types, d.Name) || d.Kind == ast.Interface) {
			return d.Name
		}
		for _, t := range types { // followUpStatusId is a TicketStatus
			for cut := 0; cut < len(noun); cut++ {
				if w := noun[cut:]; w[0] >= 'A' && w[0] <= 'Z' && strings.HasSuffix(t, w) {
					return t
				}
			}
		}
		if i := slices.IndexFunc(types, func(t string) bool { return strings.HasSuffix(t, capitalize(noun)) }); i >= 0 {
			return types[i]
		}
	}
	return ""
}

// nodeTypeAliases are what records are called where they play a part.
var nodeTypeAliases = map[string]string{"owner": "agent", "actor": "agent", "member": "agent"}

// TestSchemaWalk_seesWhatIsNew proves the walk on a schema that nobody has seen before.
func TestSchemaWalk_seesWhatIsNew(t *testing.T) {
	t.Parallel()
	s := gqlparser.MustLoadSchema(&ast.Source{Input: `
		interface Node { id: ID! }
		type Spaceship implements Node { id: ID! crew(of: ID, where: CrewWhere): [Spaceship!] name(style: String): String }
		type Query { spaceship(id: ID!): Spaceship fleet(in: [Fleet!]!): [Spaceship!] }
		type Mutation { dock(input: DockInput!): Spaceship }
		input CrewWhere { not: CrewWhere captainId: Compare }
		input Compare { eq: ID in: [ID!] }
		input Fleet { spaceshipIds: [[ID!]!] }
		input DockInput { bay: Bay! text: String }
		input Bay { newSpaceshipId: ID! }`})
	var got []string
	for _, x := range inputSlots(s, hasTypeName("ID")) {
		got = append(got, x.String()+" "+guessNodeType(s, x.path))
	}
	want := []string{
		"Mutation.dock(input.bay.newSpaceshipId) Spaceship",
		"Query.spaceship(id) ", "Query.fleet(in.spaceshipIds) Spaceship",
		"Spaceship.crew(of) ",
		"Spaceship.crew(where.not.captainId.eq) ", "Spaceship.crew(where.not.captainId.in) ",
		"Spaceship.crew(where.captainId.eq) ", "Spaceship.crew(where.captainId.in) ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the walk found\n%s\nand should have found\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(inputSlots(graph.Schema(), hasTypeName("ID"))) < 100 {
		t.Error("the walk finds few ids in the schema that we serve")
	}
}
