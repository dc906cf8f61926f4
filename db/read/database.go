package read

import (
	"context"
	"errors"
	"time"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/desk"
)

// Database is the database as it is read: the primary with its log, a replica, and what is
// remembered of both.
type Database struct {
	*eventlog.Log
	client   *pg.Client
	planGate desk.Gate
	now      func() time.Time
	used     tokenUsage

	Replica *replica // nil: there is none

	TokenLifetime time.Duration // how old an API token may become; zero: as old as it likes. Set it before the store is used.

	configs    configCaches
	principals principalCache

	fileKeys fileKeys
}

// Open reads with a clock of its own, and from a replica where one is set.
func Open(ctx context.Context, c *pg.Client, gate desk.Gate, now func() time.Time, r Replica, o pg.ConnectOptions) (*Database, error) {
	s := &Database{Log: eventlog.New(c), client: c, planGate: gate, now: now}
	if r.DSN == "" {
		return s, nil
	}
	cfg, err := pg.Configure("READ_DATABASE_URL", r.DSN, o)
	if err == nil {
		s.Replica, err = openReplica(ctx, s, cfg, r)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close saves what is left to note, and ends all connections.
func (s *Database) Close() error {
	s.used.close()
	if s.Replica != nil {
		s.Replica.close()
	}
	return s.client.Disconnect()
}

// Gate says which accounts keep their tickets out of the inbox.
func (s *Database) Gate() desk.Gate { return s.planGate }

// Now is the present time, by the same clock as the rows.
func (s *Database) Now() time.Time { return s.now() }

// Clock is the time that goes into rows: UTC, to the millisecond that clients are shown.
func (s *Database) Clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }
