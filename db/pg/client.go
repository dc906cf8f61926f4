package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"deskwire/desk"
)

// Client is a pool of connections to one Postgres, and Bun on the same pool, which knows which
// column is which field.
type Client struct {
	Pool  *pgxpool.Pool
	Bun   *bun.DB
	meter statementTracer
}

// ConnectOptions are what a client needs beside its address. Zero values are the defaults.
type ConnectOptions struct {
	MaxConns int32                                 // default 40
	Saw      func(ctx context.Context, sql string) // is told every statement; for logs and tests
	Trace    Trace                                 // is told when statements begin and end; default: nobody is
}

// OpenPrimary connects to a Postgres that takes writes, and makes sure that it answers.
func OpenPrimary(ctx context.Context, dsn string, o ConnectOptions) (*Client, error) {
	cfg, err := Configure("DATABASE_URL", dsn, o)
	if err != nil {
		return nil, err
	}
	if cfg.ConnConfig.ValidateConnect == nil {
		// One that still recovers, or is a standby, is not ours to use yet. See
		// target_session_attrs.
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
	return &Client{Pool: pool, Bun: bun.NewDB(stdlib.OpenDBFromPool(pool), pgdialect.New()), meter: statementTracer{o.Saw, o.Trace}}, nil
}

// Configure reads an address, and says how its connections are to be.
func Configure(setting, dsn string, o ConnectOptions) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be parsed; write it as postgres://user:password@host:5432/database: %w", setting, err)
	}
	// Bun writes the arguments into the statement, so none repeats and caching them only costs.
	// What repeats goes by itself: see pipeline.go.
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "deskwire"
	cfg.AfterConnect = PlanForShortReads
	cfg.ConnConfig.AfterNetConnect, cfg.ConnConfig.Tracer = meterConnection, statementTracer{o.Saw, o.Trace}
	cfg.MaxConns = 40
	if o.MaxConns > 0 {
		cfg.MaxConns = o.MaxConns
	}
	return cfg, nil
}

// PlanForShortReads tells the planner that rows are in memory or on an SSD, where looking one up
// costs little more than reading the next. By default it walks a whole account in the order of the
// list instead of fetching the few rows that a filter leaves: 0.1 ms against 600 ms for a page of
// 200,000 conversations. Starting workers or a compiler for statements this short never pays.
func PlanForShortReads(ctx context.Context, c *pgx.Conn) error {
	return c.PgConn().Exec(ctx, "SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0; SET jit = off").Close()
}

// PoolStats are the connections to the database.
type PoolStats struct {
	Used, Open, Max int
	Waited          time.Duration // for one, by all together
}

// PoolStats says how the pool is at the moment.
func (s *Client) PoolStats() PoolStats {
	p := s.Pool.Stat()
	return PoolStats{int(p.AcquiredConns()), int(p.TotalConns()), int(p.MaxConns()), p.EmptyAcquireWaitTime()}
}

// Disconnect ends all connections.
func (s *Client) Disconnect() error {
	err := s.Bun.Close()
	s.Pool.Close()
	return err
}

// Ping says whether the database answers.
func (s *Client) Ping(ctx context.Context) error {
	err := s.Pool.Ping(ctx)
	if Unavailable(err) { // perhaps only of a connection that was waiting
		s.ResetPool(err)
		err = s.Pool.Ping(ctx)
	}
	return err
}

// NewID makes a UUIDv7. It fails only when the system has no randomness left.
func NewID() desk.ID { return desk.ID(uuid.Must(uuid.NewV7())) }

// Found tells "there is none" from a fault.
func Found(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
