package graph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph/generated"
)

// Schema is the schema that the server serves.
func Schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}
