// Package db keeps what package desk decides: in Postgres, through Bun.
//
// Every method takes the actor and answers for their account and what they may
// see there: this package is the wall between accounts. What is missing and
// what is not theirs is the same answer.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"deskwire/desk"
)

// Store is the database of all accounts.
type Store struct {
	pool  *pgxpool.Pool
	bun   *bun.DB
	gate  desk.Gate
	now   func() time.Time
	used  tokenUse
	meter meter

	replica *replica // nil: there is none

	configs    configCaches
	principals principals

	committed func() // see OnCommit

	fileKey struct {
		sync.Mutex
		secret []byte
	}
}

// Options are what a Store needs beside its address. Zero values are the defaults.
type Options struct {
	Gate     *desk.Gate                            // default desk.DefaultGate
	Now      func() time.Time                      // default time.Now
	MaxConns int32                                 // default 40
	Saw      func(ctx context.Context, sql string) // is told every statement; for logs and tests
	Trace    Trace                                 // is told when statements begin and end; default: nobody is
	Replica  Replica                               // default: there is none
}

// Open connects to the database. It does not migrate: see Migrate.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	cfg, err := configure("DATABASE_URL", dsn, o)
	if err != nil {
		return nil, err
	}
	if cfg.ConnConfig.ValidateConnect == nil {
		// One that still recovers, or is a standby, is not ours to use yet. See target_session_attrs.
		cfg.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("the database does not answer; check DATABASE_URL and that Postgres is running: %w", err)
	}
	s := &Store{pool: pool, bun: bun.NewDB(stdlib.OpenDBFromPool(pool), pgdialect.New()), gate: desk.DefaultGate(), now: time.Now, meter: meter{o.Saw, o.Trace}}
	if o.Gate != nil {
		s.gate = *o.Gate
	}
	if o.Now != nil {
		s.now = o.Now
	}
	if o.Replica.DSN != "" {
		if cfg, err = configure("READ_DATABASE_URL", o.Replica.DSN, o); err == nil {
			s.replica, err = openReplica(ctx, s, cfg, o.Replica)
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// configure reads an address, and says how its connections are to be.
func configure(setting, dsn string, o Options) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be parsed; write it as postgres://user:password@host:5432/database: %w", setting, err)
	}
	// Bun writes the arguments into the statement, so none repeats and caching them only costs. What repeats goes by itself: see line.go.
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "deskwire"
	cfg.AfterConnect = planForShortReads
	cfg.ConnConfig.AfterNetConnect, cfg.ConnConfig.Tracer = metered, meter{o.Saw, o.Trace}
	cfg.MaxConns = 40
	if o.MaxConns > 0 {
		cfg.MaxConns = o.MaxConns
	}
	return cfg, nil
}

// planForShortReads tells the planner that rows are in memory or on an SSD, where looking one up costs little more
// than reading the next. By default it walks a whole account in the order of the list instead of fetching the
// few rows that a filter leaves: 0.1 ms against 600 ms for a page of 200,000 conversations. Starting
// workers or a compiler for statements this short never pays.
func planForShortReads(ctx context.Context, c *pgx.Conn) error {
	return c.PgConn().Exec(ctx, "SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0; SET jit = off").Close()
}

// PoolStats are the connections to the database.
type PoolStats struct {
	Used, Open, Max int
	Waited          time.Duration // for one, by all together
}

// PoolStats says how the pool is at the moment.
func (s *Store) PoolStats() PoolStats {
	p := s.pool.Stat()
	return PoolStats{int(p.AcquiredConns()), int(p.TotalConns()), int(p.MaxConns()), p.EmptyAcquireWaitTime()}
}

// Close saves what is left to note, and ends all connections.
func (s *Store) Close() error {
	s.used.close()
	if s.replica != nil {
		s.replica.close()
	}
	err := s.bun.Close()
	s.pool.Close()
	return err
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	err := s.pool.Ping(ctx)
	if Unavailable(err) { // perhaps only of a connection that was waiting
		s.forget(err)
		err = s.pool.Ping(ctx)
	}
	return err
}

// Gate says which accounts keep their tickets out of the inbox.
func (s *Store) Gate() desk.Gate { return s.gate }

// Now is the present time, by the same clock as the rows.
func (s *Store) Now() time.Time { return s.now() }

// clock is the time that goes into rows: UTC, to the millisecond that clients are shown.
func (s *Store) clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// newID makes a UUIDv7. It fails only when the system has no randomness left.
func newID() desk.ID { return desk.ID(uuid.Must(uuid.NewV7())) }

// found tells "there is none" from a fault.
func found(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// uuids are ids as a Postgres array, to be compared as = ANY(?::uuid[]).
type uuids []desk.ID

func uuidArray(ids []desk.ID) uuids { return ids }

// Value is the array as text, for Bun.
func (ids uuids) Value() (driver.Value, error) {
	b := make([]byte, 0, 2+37*len(ids))
	for i, id := range ids {
		if b = append(b, ','); i == 0 {
			b[0] = '{'
		}
		b = append(b, id.String()...)
	}
	if len(ids) == 0 {
		b = append(b, '{')
	}
	return string(append(b, '}')), nil
}

// Dimensions, Index and IndexType are the array as pgx reads it: it sends the bytes of the ids.
func (ids uuids) Dimensions() []pgtype.ArrayDimension {
	return []pgtype.ArrayDimension{{Length: int32(len(ids)), LowerBound: 1}} //nolint:gosec // a statement takes fewer
}

// Index is an id.
func (ids uuids) Index(i int) any { return pgtype.UUID{Bytes: ids[i], Valid: true} }

// IndexType is the type of an id.
func (ids uuids) IndexType() any { return pgtype.UUID{} }
