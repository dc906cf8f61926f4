package db

import (
	"context"
	"errors"

	"deskwire/db/pg"
	"deskwire/db/write"
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

// Temporary says whether the database could not do now what it may be able to do later. Nothing has
// happened.
func Temporary(err error) bool { return pg.Temporary(err) }

// IsBusy says whether a record was locked by others for longer than the caller could wait. Nothing
// has happened.
func IsBusy(err error) bool { return errors.Is(err, write.ErrBusy) || pg.IsLockTimeout(err) }

// PoolStats says how the pool is at the moment.
func (s *Store) PoolStats() PoolStats { return s.client.PoolStats() }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.client.Ping(ctx) }
