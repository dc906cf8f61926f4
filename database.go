package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"deskwire/db"
	"deskwire/db/embedded"
	"deskwire/db/read"
	"deskwire/seed/demo"
	"deskwire/tracing"
)

// connectPatience is how long a Postgres of somebody else may take to answer.
const connectPatience = 15 * time.Second

// database is a store that is ready, and the private Postgres below it, if there is one.
type database struct {
	*db.Store
	private *embedded.Server
}

// openDatabase uses the Postgres of DATABASE_URL, or starts or joins the private one, and
// brings it to this program's version, or only checks that (MIGRATE). Only the private one gets the
// demo.
func openDatabase(ctx context.Context, s *Settings, log *slog.Logger) (*database, error) {
	return openStore(ctx, s, embedded.Options{Log: log}, db.Options{Log: log})
}

// openServed is openDatabase with what only a server needs: the read replica, and traces of
// statements.
func openServed(ctx context.Context, s *Settings, log *slog.Logger, traces *tracing.Tracing) (*database, error) {
	o := db.Options{Log: log, Quota: int64(s.FileQuota), Replica: read.Replica{DSN: s.ReadDatabaseURL, Wait: s.ReadWait, Lag: s.ReadLag, Log: log}}
	if traces != nil {
		o.Trace = traces.Statement
	}
	return openStore(ctx, s, embedded.Options{Log: log}, o)
}

// openExisting is openDatabase for commands that ask about what is there: in a folder without data
// they would answer from a new world.
func openExisting(ctx context.Context, s *Settings, log *slog.Logger) (*database, error) {
	return openStore(ctx, s, embedded.Options{Log: log, Existing: true}, db.Options{Log: log})
}

func openStore(ctx context.Context, s *Settings, o embedded.Options, store db.Options) (*database, error) {
	var err error
	store.FixedTables = s.fixedTables()
	store.Gate, err = s.gate()
	if err != nil {
		return nil, err
	}
	store.Tokens = s.TokenMaxLifetime
	store.MaxConns, store.LockWait, store.IdleWait = int32(s.DatabaseConnections), s.lockWait(), s.IdleTransactionTimeout //nolint:gosec // validated
	d, dsn := &database{}, s.DatabaseURL
	if dsn == "" {
		if store.FixedTables {
			return nil, errors.New("MIGRATE=off is for a DATABASE_URL whose tables another role owns: the private Postgres has no such role")
		}
		o.Dir, o.BinDir = s.DataDir, s.PostgresBin
		d.private, err = embedded.Start(ctx, o)
		if err != nil {
			return nil, err
		}
		dsn = d.private.DSN()
	}
	if err := d.openAndMigrate(ctx, dsn, store); err != nil {
		return nil, errors.Join(err, d.closeDatabase())
	}
	return d, nil
}

func (d *database) openAndMigrate(ctx context.Context, dsn string, o db.Options) (err error) {
	connect, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	if d.Store, err = db.Open(connect, dsn, o); err != nil {
		return err
	}
	if o.FixedTables {
		return d.CheckMigrated(ctx)
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	if d.private != nil {
		return demo.Fill(ctx, d.Store)
	}
	return nil
}

// postgresDied is closed when the private Postgres ends by itself. It is nil, and so never closed,
// where Postgres is not ours.
func (d *database) postgresDied() <-chan struct{} {
	if d.private == nil {
		return nil
	}
	return d.private.Done()
}

func (d *database) closeDatabase() (err error) {
	if d.Store != nil {
		err = d.Close()
	}
	if d.private != nil {
		err = errors.Join(err, d.private.Stop())
	}
	return err
}
