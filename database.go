package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"deskwire/db"
	"deskwire/db/embedded"
)

// connectPatience is how long a Postgres of somebody else may take to answer.
const connectPatience = 15 * time.Second

// database is a store that is ready, and the private Postgres below it, if there is one.
type database struct {
	*db.Store
	private *embedded.Server
}

// openDatabase uses the Postgres of DATABASE_URL, or starts or joins the private one, and
// brings it to this program's version. Only the private one gets the demo.
func openDatabase(ctx context.Context, s *Settings, log *slog.Logger) (*database, error) {
	return open(ctx, s, embedded.Options{Log: log}, db.Replica{})
}

// openServed is openDatabase with the read replica, which only a server needs.
func openServed(ctx context.Context, s *Settings, log *slog.Logger) (*database, error) {
	return open(ctx, s, embedded.Options{Log: log}, db.Replica{DSN: s.ReadDatabaseURL, Wait: s.ReadWait, Lag: s.ReadLag, Log: log})
}

// openExisting is openDatabase for commands that ask about what is there: in a folder without data
// they would answer from a new world.
func openExisting(ctx context.Context, s *Settings, log *slog.Logger) (*database, error) {
	return open(ctx, s, embedded.Options{Log: log, Existing: true}, db.Replica{})
}

func open(ctx context.Context, s *Settings, o embedded.Options, replica db.Replica) (*database, error) {
	gate, err := s.gate()
	if err != nil {
		return nil, err
	}
	d, dsn := &database{}, s.DatabaseURL
	if dsn == "" {
		o.Dir, o.BinDir = s.DataDir, s.PostgresBin
		d.private, err = embedded.Start(ctx, o)
		if err != nil {
			return nil, err
		}
		dsn = d.private.DSN()
	}
	if err := d.prepare(ctx, dsn, db.Options{Gate: gate, Replica: replica}); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *database) prepare(ctx context.Context, dsn string, o db.Options) (err error) {
	connect, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	if d.Store, err = db.Open(connect, dsn, o); err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	if d.private != nil {
		return seedDemo(ctx, d.Store)
	}
	return nil
}

// died is closed when the private Postgres ends by itself. It is nil, and so never closed, where
// Postgres is not ours.
func (d *database) died() <-chan struct{} {
	if d.private == nil {
		return nil
	}
	return d.private.Done()
}

func (d *database) close() (err error) {
	if d.Store != nil {
		err = d.Close()
	}
	if d.private != nil {
		err = errors.Join(err, d.private.Stop())
	}
	return err
}
