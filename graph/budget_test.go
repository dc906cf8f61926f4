package graph

import (
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func TestRowBudget(t *testing.T) {
	for _, c := range []struct {
		name, query string
		variables   map[string]any
		refused     bool
	}{
		{"a page of pages", `{ conversations(first: 100) { nodes { messages(last: 100) { nodes { id } } } } }`, nil, false},
		{"three levels of 100", `{ conversations(first: 100) { nodes { contact { conversations(first: 100) { nodes { contact { conversations(first: 100) { nodes { id } } } } } } } } }`, nil, true},
		{"by variables", `query($n: Int) { conversations(first: $n) { nodes { contact { conversations(last: $n) { nodes { messages(first: $n) { nodes { id } } } } } } } }`, map[string]any{"n": int64(90)}, true},
		{"through fragments", `query { a: conversations(first: 100) { ...c } } fragment c on ConversationConnection { nodes { contact { conversations(first: 100) { ...d } } } } fragment d on ConversationConnection { nodes { messages(first: 100) { nodes { id } } } }`, nil, true},
		{"many aliases of large lists", `{ a: conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } timeline(first: 100) { nodes { __typename } } } } b: conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } timeline(first: 100) { nodes { __typename } } } } c: conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }`, nil, true},
	} {
		doc, errs := gqlparser.LoadQueryWithRules(Schema(), c.query, rules.NewDefaultRules())
		if errs != nil {
			t.Fatal(c.name, errs)
		}
		err := rowBudget{}.MutateOperationContext(t.Context(), &graphql.OperationContext{Operation: doc.Operations[0], Variables: c.variables})
		if (err != nil) != c.refused {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
