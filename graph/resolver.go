package graph

import (
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db"
	"deskwire/graph/generated"
	"deskwire/live"
)

//go:generate go run deskwire/graph/plan/generate

// Resolver answers the fields of the schema.
type Resolver struct {
	Store   *db.Store
	BaseURL string // where people reach the server; ticket records are addressed below it

	Presences *live.Presences
	Retention time.Duration // how long ago a cursor may be to be resumed from

	views sharedReadCache // what payloads of the present tick have read
}

// resumable is the time since which events are told to who missed them.
func (r *Resolver) resumable() time.Time { return time.Now().Add(-r.Retention) }

// Schema is the schema that the server serves.
func Schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}
