package db

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// Store is the database of all accounts: how it is written, which is above how it is read, the log
// of its events, and Postgres's client.
type Store struct {
	*write.Database
	Log    *slog.Logger // is told what the upkeep waits for
	client *pg.Client

	jobsLock sync.Mutex
	backlog  backlogCount
	failing  map[string]time.Time // timed jobs that failed when they last ran, and since when

	fixedTables bool // see Options
}

// Options are what a Store needs beside its address. Zero values are the defaults.
type Options struct {
	Gate     *desk.Gate                            // default desk.DefaultGate
	Now      func() time.Time                      // default time.Now
	MaxConns int32                                 // default: pool_max_conns of the address, or pg.DefaultConns
	LockWait time.Duration                         // how long a statement waits for a lock; default pg.DefaultLockWait
	IdleWait time.Duration                         // how long a transaction may do nothing; default pg.DefaultIdleWait
	Saw      func(ctx context.Context, sql string) // is told every statement; for logs and tests
	Trace    pg.Trace                              // is told when statements begin and end; default: nobody is
	Quota    int64                                 // bytes that the files of an account may have; default: no bound
	Tokens   time.Duration                         // how old an API token may become; default: as old as it likes
	Replica  read.Replica                          // default: there is none
	Log      *slog.Logger                          // default slog.Default

	// FixedTables is for a role that owns no tables: jobs make and drop none, they only look
	// whether another role has. See CheckMigrated.
	FixedTables bool
}

// Open connects to the database. It does not migrate: see Migrate.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	how := pg.ConnectOptions{MaxConns: o.MaxConns, LockWait: o.LockWait, IdleWait: o.IdleWait, Saw: o.Saw, Trace: o.Trace}
	c, err := pg.OpenPrimary(ctx, dsn, how)
	if err != nil {
		return nil, err
	}
	gate, now := desk.DefaultGate(), time.Now
	if o.Gate != nil {
		gate = *o.Gate
	}
	if o.Now != nil {
		now = o.Now
	}
	r, err := read.Open(ctx, c, gate, now, o.Replica, how)
	if err != nil {
		return nil, err
	}
	log := o.Log
	if log == nil {
		log = slog.Default()
	}
	w := write.Open(r, c)
	w.FileQuota, r.TokenLifetime = o.Quota, o.Tokens
	return &Store{Database: w, client: c, Log: log, fixedTables: o.FixedTables}, nil
}
