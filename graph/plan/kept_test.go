package plan

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestKeptPlans: what is kept is bounded by how much it is, and not only by how many they are.
func TestKeptPlans(t *testing.T) {
	t.Parallel()
	operation := func(bytes int) *graphql.OperationContext {
		return &graphql.OperationContext{RawQuery: strings.Repeat("x", bytes), Doc: &ast.QueryDocument{}, Operation: &ast.OperationDefinition{}}
	}
	e := New(nil, nil, 0, nil, nil)
	small := operation(100)
	first := e.planOf(small)
	if e.planOf(small) != first {
		t.Error("a plan is made anew though it fits")
	}
	for range 100 {
		e.planOf(operation(64 << 10))
		if n := len(e.documents); n*64<<10 > maxSource+128<<10 {
			t.Fatalf("%d documents are kept of 64 KiB each", n)
		}
	}
	e.nodes.Store(maxKeptNodes)
	if e.planOf(operation(100)); len(e.documents) != 1 || e.nodes.Load() != 0 {
		t.Errorf("%d documents are kept with too many nodes", len(e.documents))
	}
	for range 2 * maxPlans {
		if e.planOf(operation(100)); e.kept > maxPlans {
			t.Fatalf("%d plans are kept", e.kept)
		}
	}
}
