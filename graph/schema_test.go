package graph_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph"
	"deskwire/graph/cost"
)

// The rules of names are part of the contract with clients; this test is their guard.

var (
	typeName  = regexp.MustCompile(`^[A-Z][a-z0-9]*([A-Z][a-z0-9]*)*$`)
	fieldName = regexp.MustCompile(`^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$`)
	enumName  = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
)

// own are the types of the schema that are ours, not GraphQL's.
func own(t *testing.T) []*ast.Definition {
	t.Helper()
	var out []*ast.Definition
	for _, d := range graph.Schema().Types {
		if !d.BuiltIn && !strings.HasPrefix(d.Name, "__") {
			out = append(out, d)
		}
	}
	if len(out) < 100 {
		t.Fatalf("only %d types: is this the schema?", len(out))
	}
	return out
}

func TestEverythingIsDescribed(t *testing.T) {
	for _, d := range own(t) {
		checkDescription(t, d.Name, d.Description, "")
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			checkDescription(t, d.Name+"."+f.Name, f.Description, d.Name+" "+f.Name)
			for _, a := range f.Arguments {
				checkDescription(t, d.Name+"."+f.Name+"("+a.Name+")", a.Description, a.Name)
			}
		}
		for _, v := range d.EnumValues {
			checkDescription(t, d.Name+"."+v.Name, v.Description, d.Name+" "+v.Name)
		}
	}
}

var (
	words     = regexp.MustCompile(`[A-Z]?[a-z]+|[A-Z]+`)
	fillWords = strings.Fields("a an the this its it is of to for in what which who one some thing id s")
)

// checkDescription fails for a description that says no more than the names it stands at, such as
// "The contact's name.", or nothing at all, such as "Which one.".
func checkDescription(t *testing.T, at, description, names string) {
	t.Helper()
	known := slices.Clone(fillWords)
	for _, word := range words.FindAllString(names, -1) {
		known = append(known, strings.ToLower(word))
	}
	said := slices.DeleteFunc(words.FindAllString(description, -1), func(word string) bool {
		return slices.Contains(known, strings.ToLower(word))
	})
	if len(said) == 0 || len(strings.Fields(description)) < 3 {
		t.Errorf("the description of %s says nothing: %q", at, description)
	}
}

func TestNames(t *testing.T) {
	for _, d := range own(t) {
		if !typeName.MatchString(d.Name) {
			t.Errorf("type %s is not in PascalCase", d.Name)
		}
		if d.Kind == ast.InputObject && !hasSuffix(d.Name, "Input", "Where", "Order", "Comparator") {
			t.Errorf("input %s should end in Input, Where, Order or Comparator", d.Name)
		}
		for _, v := range d.EnumValues {
			if !enumName.MatchString(v.Name) {
				t.Errorf("%s.%s is not in SCREAMING_CASE", d.Name, v.Name)
			}
		}
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			if !fieldName.MatchString(f.Name) {
				t.Errorf("%s.%s is not in camelCase", d.Name, f.Name)
			}
			if f.Type.Name() == "DateTime" && d.Kind == ast.Object && !strings.HasSuffix(f.Name, "At") {
				t.Errorf("%s.%s is a time and should end in At", d.Name, f.Name)
			}
			if strings.HasPrefix(f.Name, "viewerCan") && f.Type.String() != "Boolean!" {
				t.Errorf("%s.%s should be Boolean!", d.Name, f.Name)
			}
		}
	}
}

// verbs are what the last word of a mutation may be; a mutation is nounVerb.
var verbs = []string{
	"Create", "Update", "Archive", "Revoke", "Upsert", "Start", "Assign", "Close", "Reopen", "Move", "Read", "Unread",
	"Trash", "Restore", "Refresh", "Receive", "Send", "Report", "Set", "Add", "Remove", "Delete", "Reorder", "Conversation",
}

func TestMutationsKeepTheirShape(t *testing.T) {
	for _, f := range graph.Schema().Mutation.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		name := strings.ToUpper(f.Name[:1]) + f.Name[1:]
		if !hasSuffix(f.Name, verbs...) {
			t.Errorf("%s does not end in a verb", f.Name)
		}
		if len(f.Arguments) != 1 || f.Arguments[0].Name != "input" || f.Arguments[0].Type.String() != name+"Input!" {
			t.Errorf("%s should take input: %sInput!", f.Name, name)
		}
		if f.Type.String() != name+"Payload!" {
			t.Errorf("%s should answer %sPayload!", f.Name, name)
		}
		payload := graph.Schema().Types[name+"Payload"]
		for field, want := range map[string]string{"effects": "[Effect!]!", "errors": "[UserError!]!", "eventCursor": "String"} {
			if pf := payload.Fields.ForName(field); pf == nil || pf.Type.String() != want {
				t.Errorf("%sPayload.%s should be %s", name, field, want)
			}
		}
		for _, pf := range payload.Fields {
			if k := graph.Schema().Types[pf.Type.Name()].Kind; k == ast.Object && pf.Type.Elem == nil && pf.Type.NonNull {
				t.Errorf("%sPayload.%s should be nullable: it is null when the mutation is refused", name, pf.Name)
			}
		}
		input := graph.Schema().Types[name+"Input"]
		if input.Fields.ForName("idempotencyKey") == nil && f.Name != "apiTokenCreate" { // a secret is never kept
			t.Errorf("%s takes no idempotencyKey", f.Name)
		}
	}
}

// ruled are the mutations that set off a rule; each takes dryRun (docs/rules.md).
var ruled = []string{
	"conversationAssign", "conversationClose", "conversationReopen", "conversationMove", "conversationTrash", "conversationRestore",
	"messageReceive", "ticketCreate", "ticketAddConversation", "ticketUpdate", "ticketStatusSet", "ticketAssign", "ticketTrash", "ticketRestore",
}

func TestRuledMutationsTakeDryRun(t *testing.T) {
	for _, name := range ruled {
		input := graph.Schema().Types[strings.ToUpper(name[:1])+name[1:]+"Input"]
		if input == nil || input.Fields.ForName("dryRun") == nil {
			t.Errorf("%s takes no dryRun", name)
		}
	}
}

func TestConnectionsKeepTheirShape(t *testing.T) {
	paging := []string{"first", "after", "last", "before"}
	for _, d := range own(t) {
		if strings.HasSuffix(d.Name, "Connection") {
			for _, f := range []string{"edges", "nodes", "pageInfo", "totalCount", "totalCountIsCapped"} {
				if d.Fields.ForName(f) == nil {
					t.Errorf("%s has no %s", d.Name, f)
				}
			}
		}
		for _, f := range d.Fields {
			if !strings.HasSuffix(f.Type.Name(), "Connection") {
				continue
			}
			for _, a := range paging {
				if f.Arguments.ForName(a) == nil {
					t.Errorf("%s.%s takes no %s", d.Name, f.Name, a)
				}
			}
			if d.Name != "Query" && d.Fields.ForName("id") == nil {
				t.Errorf("%s.%s is a connection that hangs off something without an id", d.Name, f.Name)
			}
		}
	}
}

func TestLookupsAreNullable(t *testing.T) {
	for _, f := range graph.Schema().Query.Fields {
		if len(f.Arguments) == 1 && f.Arguments[0].Name == "id" && f.Type.NonNull {
			t.Errorf("Query.%s should be nullable: null is \"missing or not yours\"", f.Name)
		}
	}
}

func hasSuffix(s string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(x string) bool { return strings.HasSuffix(s, x) })
}

// TestEveryListHasASize: what an operation may cost is summed up by the sizes of its lists.
func TestEveryListHasASize(t *testing.T) {
	for _, wrong := range cost.NewAnalyser(graph.Schema()).Check() {
		t.Error(wrong)
	}
}
