package dbtest

import "go.uber.org/goleak"

// Pooled lets pass what idle connections of a pool may keep: pgx begins to read in the background
// when a write takes long, and the reader goes with the connection's next answer.
func Pooled() goleak.Option {
	return goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgconn/internal/bgreader.(*BGReader).bgRead")
}
