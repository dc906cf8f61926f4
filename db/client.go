package db

import (
	"context"

	"deskwire/db/pg"
)

// What callers know of the client of Postgres: they can't send statements of their own.

// PoolStats are the connections to the database.
type PoolStats = pg.PoolStats

// ErrOutcomeUnknown is a connection that broke while a transaction was committing: it may be in
// the database or not.
var ErrOutcomeUnknown = pg.ErrOutcomeUnknown

// Unavailable says whether an error means that the database can't be reached now, or could not for
// a moment. Nothing was committed then, unless it is an ErrOutcomeUnknown too.
func Unavailable(err error) bool { return pg.Unavailable(err) }

// PoolStats says how the pool is at the moment.
func (s *Store) PoolStats() PoolStats { return s.client.PoolStats() }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.client.Ping(ctx) }
