package pg

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
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
	MaxConns int32                                 // default: pool_max_conns of the address, or DefaultConns
	LockWait time.Duration                         // how long a statement waits for a lock; default DefaultLockWait
	IdleWait time.Duration                         // how long a transaction may wait for its next statement; default DefaultIdleWait
	Saw      func(ctx context.Context, sql string) // is told every statement; for logs and tests
	Trace    Trace                                 // is told when statements begin and end; default: nobody is
}

// What ConnectOptions do not say.
const (
	DefaultConns    = 40
	DefaultLockWait = 3 * time.Second
	// DefaultIdleWait is how long others wait at most for what a server holds that stands still.
	DefaultIdleWait = 10 * time.Second
	// connectWait is how long a Postgres that takes connections and answers nothing is waited for.
	connectWait = 5 * time.Second
)

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
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = connectWait
	}
	session := planForShortReads + o.sessionSettings(cfg.ConnConfig.RuntimeParams)
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error { return c.PgConn().Exec(ctx, session).Close() }
	cfg.ConnConfig.AfterNetConnect, cfg.ConnConfig.Tracer = meterConnection, statementTracer{o.Saw, o.Trace}
	switch given, err := pgx.ParseConfig(dsn); {
	case o.MaxConns > 0:
		cfg.MaxConns = o.MaxConns
	case err == nil && given.RuntimeParams["pool_max_conns"] == "":
		cfg.MaxConns = DefaultConns
	}
	return cfg, nil
}

// sessionSettings are statements for the start of a session, without those that the address sets.
//
// Nobody keeps a lock without an end: neither a server that stands still in the middle of a
// transaction, nor one whose machine is gone without a word, which Linux would find out in two
// hours. And what is acknowledged is on the disk, whatever the database has been set to.
func (o ConnectOptions) sessionSettings(given map[string]string) string {
	var b strings.Builder
	for _, setting := range [][2]string{
		{"lock_timeout", milliseconds(cmp.Or(o.LockWait, DefaultLockWait))},
		{"idle_in_transaction_session_timeout", milliseconds(cmp.Or(o.IdleWait, DefaultIdleWait))},
		{"tcp_keepalives_idle", "5"}, {"tcp_keepalives_interval", "2"}, {"tcp_keepalives_count", "3"}, {"tcp_user_timeout", "10000"},
	} {
		if given[setting[0]] == "" {
			fmt.Fprintf(&b, "; SET %s = %s", setting[0], setting[1])
		}
	}
	b.WriteString("; SELECT set_config('synchronous_commit', 'on', FALSE) WHERE current_setting('synchronous_commit') = 'off'")
	return b.String()
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// planForShortReads tells the planner that rows are in memory or on an SSD, where looking one up
// costs little more than reading the next. By default it walks a whole account in the order of the
// list instead of fetching the few rows that a filter leaves: 0.1 ms against 600 ms for a page of
// 200,000 conversations. Starting workers or a compiler for statements this short never pays.
//
// A statement that is prepared is planned once, for any values: planned for its values, a page of a
// small account takes 0.6 ms to plan and 0.02 ms to read.
const planForShortReads = "SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0; SET jit = off; SET plan_cache_mode = force_generic_plan"

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
