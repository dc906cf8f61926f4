package graph_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"deskwire/graph"
)

var promise = flag.Bool("promise", false, "take the present schema as what clients may rely on")

const promised = "testdata/promised.graphqls"

// TestNoBreakingChanges compares the schema with the one that clients rely on. What breaks them on
// purpose is promised anew: go test ./graph -run TestNoBreakingChanges -promise
func TestNoBreakingChanges(t *testing.T) {
	if *promise {
		var b strings.Builder
		formatter.NewFormatter(&b, formatter.WithIndent("  "), formatter.WithoutDescription()).FormatSchema(graph.Schema())
		if err := os.WriteFile(promised, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(promised)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breaks(gqlparser.MustLoadSchema(&ast.Source{Input: string(text)}), graph.Schema()) {
		t.Error(b)
	}
}

// breaks lists what a client of the one schema could stumble over in the other.
func breaks(before, after *ast.Schema) (found []string) {
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for name, was := range before.Types {
		is := after.Types[name]
		switch {
		case was.BuiltIn:
			continue
		case is == nil || is.Kind != was.Kind:
			say("%s is gone, or something else", name)
			continue
		}
		for _, v := range was.EnumValues {
			if is.EnumValues.ForName(v.Name) == nil {
				say("%s.%s is gone", name, v.Name)
			}
		}
		for _, i := range was.Interfaces {
			if !slices.Contains(is.Interfaces, i) {
				say("%s is no %s any more", name, i)
			}
		}
		for _, m := range was.Types {
			if !slices.Contains(is.Types, m) {
				say("%s is no %s any more", m, name)
			}
		}
		fieldBreaks(name, was, is, say)
	}
	slices.Sort(found)
	return found
}

func fieldBreaks(name string, was, is *ast.Definition, say func(string, ...any)) {
	input := was.Kind == ast.InputObject
	for _, f := range was.Fields {
		now := is.Fields.ForName(f.Name)
		switch {
		case now == nil:
			say("%s.%s is gone", name, f.Name)
			continue
		case input && !takes(now.Type, f.Type), !input && !takes(f.Type, now.Type):
			say("%s.%s was %s and is %s", name, f.Name, f.Type, now.Type)
		}
		for _, a := range f.Arguments {
			switch arg := now.Arguments.ForName(a.Name); {
			case arg == nil:
				say("%s.%s(%s) is gone", name, f.Name, a.Name)
			case !takes(arg.Type, a.Type):
				say("%s.%s(%s) took %s and takes %s", name, f.Name, a.Name, a.Type, arg.Type)
			}
		}
		for _, a := range now.Arguments {
			if f.Arguments.ForName(a.Name) == nil && a.Type.NonNull && a.DefaultValue == nil {
				say("%s.%s(%s) is new and required", name, f.Name, a.Name)
			}
		}
	}
	for _, f := range is.Fields {
		if input && was.Fields.ForName(f.Name) == nil && f.Type.NonNull && f.DefaultValue == nil {
			say("%s.%s is new and required", name, f.Name)
		}
	}
}

// takes says whether all values of the narrow type are values of the wide one.
func takes(wide, narrow *ast.Type) bool {
	switch {
	case wide.NonNull && !narrow.NonNull, (wide.Elem == nil) != (narrow.Elem == nil):
		return false
	case wide.Elem != nil:
		return takes(wide.Elem, narrow.Elem)
	}
	return wide.NamedType == narrow.NamedType
}

func TestBreaks(t *testing.T) {
	const base = `type Query { a(x: Int, y: [String!]): Int b: String! c: U d: E } enum E { F G } union U = Query | T type T implements N { id: ID! } interface N { id: ID! } input I { a: Int! b: String }
		type Mutation { m(input: I!): T } scalar Z`
	load := func(text string) *ast.Schema { return gqlparser.MustLoadSchema(&ast.Source{Input: text}) }
	for _, c := range []struct{ from, to, want string }{
		{"b: String!", "b: String! more: Int", ""},
		{"a: Int! b", "a: Int b", ""},
		{"c: U", "c: U!", ""},
		{"F G", "F G H", ""},
		{"x: Int,", "x: Int, z: Int,", ""},
		{"b: String!", "b: String", "Query.b was String! and is String"},
		{"b: String! ", "", "Query.b is gone"},
		{"x: Int,", "", "Query.a(x) is gone"},
		{"x: Int,", "x: Int!,", "Query.a(x) took Int and takes Int!"},
		{"y: [String!]", "y: [Int!]", "Query.a(y) took [String!] and takes [Int!]"},
		{"x: Int,", "x: Int, z: Int!,", "Query.a(z) is new and required"},
		{"F G", "F", "E.G is gone"},
		{"Query | T", "Query", "T is no U any more"},
		{"T implements N", "T", "T is no N any more"},
		{"b: String }", "b: String c: Int! }", "I.c is new and required"},
		{"b: String }", "b: String! }", "I.b was String and is String!"},
		{"enum E", "scalar X enum E", ""},
		{" scalar Z", "", "Z is gone, or something else"},
	} {
		got := breaks(load(base), load(strings.Replace(base, c.from, c.to, 1)))
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.Contains(got, c.want) {
			t.Errorf("%q to %q: %q", c.from, c.to, got)
		}
	}
}
