// Package pg is the Postgres client of the packages around it: the pool, the statement pipeline,
// prepared statements, scanning, SQL values and retries. The only noun of the product that it knows
// is the id.
//
// Statements are pipelined. Those of a [Transaction] wait in a queue until somebody needs the
// result of one of them, and are then flushed together, in one round trip. A round trip costs the
// server and Postgres about as much as a statement does.
//
// What is asked again and again is a prepared statement. One that a migration has made stale is
// prepared anew and sent once more. What is asked seldom is built by Bun, which writes the values
// into the text; it uses connections of the same pool. Postgres plans a prepared statement without
// its values, so two kinds of values are spelled for the planner: [Limit] and [OneOf].
//
// Rows are written by a [RowWriter]: one prepared text for each table, however many rows there are.
// It fails by itself when it doesn't change all its rows, since counting them afterwards would be
// too late: the COMMIT is sent along with it.
//
// The bytes that a request reads are counted on the wire, before any memory is taken for them. A
// read that would exceed its budget ends there, and its connection is closed.
//
// A call that can't reach the database tries again for three seconds ([Retrier]), which outlasts
// most restarts. Whether a commit has happened can be unknown after that: the error says so
// (OUTCOME_UNKNOWN), unless the call has an idempotency key and can be repeated safely.
package pg
