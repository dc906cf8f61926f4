package cost

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

var schema = gqlparser.MustLoadSchema(&ast.Source{Input: `
directive @cost(weight: Int!) on FIELD_DEFINITION
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
type Query {
  one: Thing
  any(id: ID): Any
  all: [Thing!]! @listSize(assumedSize: 7)
  these(ids: [ID!]!): [Thing]! @listSize(slicingArguments: ["ids"])
  search(first: Int): Things! @listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes"], assumedSize: 25) @cost(weight: 50)
  things(first: Int, last: Int): Things! @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], assumedSize: 25)
}
type Mutation { change: Thing  cheap: Thing @cost(weight: 1) }
type Subscription { live: Thing }
interface Any { id: ID! }
type Thing implements Any { id: ID! name: String costly: Int @cost(weight: 3) part: Thing things(first: Int, last: Int): Things! @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], assumedSize: 25) }
type Other implements Any { id: ID! parts: [Thing!]! @listSize(assumedSize: 4) }
type Things { edges: [Edge!]! nodes: [Thing!]! pageInfo: Info! totalCount: Int! @cost(weight: 5) }
type Edge { cursor: String! node: Thing! }
type Info { more: Boolean! }
`})

func parse(t testing.TB, source string) *ast.QueryDocument {
	t.Helper()
	doc, err := gqlparser.LoadQueryWithRules(schema, source, rules.NewDefaultRules())
	if err != nil {
		t.Fatal(source, err)
	}
	return doc
}

func TestOf(t *testing.T) {
	a := NewAnalyser(schema)
	for _, c := range []struct {
		source, variables string
		want              Points
	}{
		{`{ __typename }`, ``, Points{}},
		{`{ one { id name } }`, ``, Points{1, 0}},
		{`{ one { part { part { id } } } }`, ``, Points{3, 0}},
		{`{ one { costly } }`, ``, Points{1, 3}},
		{`{ all { costly part { id } } }`, ``, Points{14, 21}},
		{`{ these(ids: ["a", "b", "c"]) { id } }`, ``, Points{3, 0}},
		{`query($i: [ID!]!) { these(ids: $i) { id } }`, `{"i": ["a", "b"]}`, Points{2, 0}},
		{`{ things { nodes { id } } }`, ``, Points{26, 0}},
		{`{ things(first: 10) { edges { cursor node { id } } pageInfo { more } totalCount } }`, ``, Points{22, 5}},
		{`query($n: Int) { things(last: $n) { nodes { id } } }`, `{"n": 3}`, Points{4, 0}},
		{`query($n: Int) { things(last: $n) { nodes { id } } }`, `{}`, Points{26, 0}},
		{`query($n: Int = 2) { things(last: $n) { nodes { id } } }`, `{"n": 2}`, Points{3, 0}},
		{`{ things(first: 0) { nodes { id } } }`, ``, Points{1, 0}},
		{`{ things(first: 10) { nodes { things(first: 10) { nodes { costly } } } } }`, ``, Points{1 + 10*(2+10), 300}},
		{`{ search(first: 2) { nodes { id } } }`, ``, Points{3, 50}},
		{`{ things(first: 2) { ...a ...a } } fragment a on Things { nodes { id } }`, ``, Points{5, 0}},
		{`{ any { id ... on Thing { part { id } costly } ... on Other { parts { id } } } }`, ``, Points{5, 3}},
		{`{ any { ...t ...o ... on Any { id } } } fragment t on Thing { part { part { id } } } fragment o on Other { parts { id } }`, ``, Points{5, 0}},
		{`query($no: Boolean!) { one @include(if: $no) { id } all @skip(if: true) { id } ... @skip(if: $no) { one { id } } }`, `{"no": false}`, Points{1, 0}},
		{`mutation { change { id } }`, ``, Points{1, 10}},
		{`mutation { a: cheap { id } b: cheap { part { id } } }`, ``, Points{3, 2}},
		{`subscription { live { things { nodes { id } } } }`, ``, Points{27, 0}},
		{`{ __type(name: "Thing") { name } }`, ``, Points{0, 1}},
	} {
		var variables map[string]any
		if c.variables != "" {
			d := json.NewDecoder(strings.NewReader(c.variables))
			d.UseNumber()
			if err := d.Decode(&variables); err != nil {
				t.Fatal(err)
			}
		}
		if got := a.Estimate(parse(t, c.source).Operations[0], variables); got != c.want {
			t.Errorf("%s %s: %+v, want %+v", c.source, c.variables, got, c.want)
		}
	}
}

// TestNothingMultiplies: what is spread 2^60 times is summed up in as many steps as the document is
// long.
func TestNothingMultiplies(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{ any { ...f0 } }`)
	for i := range 60 {
		fmt.Fprintf(&b, ` fragment f%d on Any { id ...f%d ... on Thing { ...f%d part { ...f%d } } }`, i, i+1, i+1, i+1)
	}
	b.WriteString(` fragment f60 on Any { ... on Thing { things(first: 100) { nodes { id } } } }`)
	if got := NewAnalyser(schema).Estimate(parse(t, b.String()).Operations[0], nil); got.Total() != tooMuch {
		t.Errorf("%+v", got)
	}
}

func TestActual(t *testing.T) {
	for data, want := range map[string]int{
		`{"one":null}`: 5, `{"one":{"name":"a{\"{"}}`: 6, `{"things":{"nodes":[{"id":"1"},{"id":"2"}]}}`: 8, ``: 5,
		`{"a":[{},{},{},{},{},{},{},{},{},{},{}]}`: 15,
	} {
		if got := (Points{Objects: 10, Extra: 5}).Actual([]byte(data)); got != want {
			t.Errorf("%s: %d, want %d", data, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	if wrong := NewAnalyser(schema).Check(); len(wrong) > 0 {
		t.Error(wrong)
	}
	bad := gqlparser.MustLoadSchema(&ast.Source{Input: `
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
type Query { a: [Query!]! b: Query @listSize(sizedFields: ["c"]) c: Int d: [Query] @listSize(slicingArguments: ["first"]) e: [Int] f: Many @listSize(sizedFields: ["nodes"]) g: Many }
type Many { nodes: [Query] }`})
	wrong := strings.Join(NewAnalyser(bad).Check(), "\n")
	if n := strings.Count(wrong, "\n") + 1; n != 4 || !strings.Contains(wrong, "Query.g has nodes") || !strings.Contains(wrong, "Query.a is") || !strings.Contains(wrong, "names c") || !strings.Contains(wrong, "names first") {
		t.Error(wrong)
	}
}

func BenchmarkOf(b *testing.B) {
	op := parse(b, `{ things(first: 25) { totalCount pageInfo { more } edges { node { id name part { id } things(first: 2) { nodes { id } } } } } }`).Operations[0]
	a := NewAnalyser(schema)
	for b.Loop() {
		a.Estimate(op, nil)
	}
}
