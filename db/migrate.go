package db

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrationLock is the key of the advisory lock that migrating processes take in turn.
// Bun's own lock is a row, which a crash would leave set.
const migrationLock = 0x6465736b // "desk"

// Migrate brings the database to this program's version. A database of a newer
// program is refused. Any number of processes may call it at once.
func (s *Store) Migrate(ctx context.Context) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return err
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock)
	}()
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.newEpochIfMoved(ctx); err != nil {
		return err
	}
	return s.MakePartitions(ctx)
}

func (s *Store) migrate(ctx context.Context) error {
	migrations := migrate.NewMigrations()
	if err := migrations.Discover(migrationFiles); err != nil {
		return err
	}
	m := migrate.NewMigrator(s.bun, migrations, migrate.WithMarkAppliedOnSuccess(true))
	if err := m.Init(ctx); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, k := range migrations.Sorted() {
		known[k.Name] = true
	}
	applied, err := m.AppliedMigrations(ctx)
	if err != nil {
		return err
	}
	for _, a := range applied {
		if !known[a.Name] {
			return fmt.Errorf("the database was migrated by a newer deskwire (%s); run that version or a later one", a.Name)
		}
	}
	_, err = m.Migrate(ctx)
	return err
}

// newEpochIfMoved makes cursors of the log void after the data was restored into another
// cluster, where transaction numbers begin anew. See epochNow.
func (s *Store) newEpochIfMoved(ctx context.Context) error {
	_, err := s.bun.ExecContext(ctx, `UPDATE log_epoch SET epoch = gen_random_uuid(), system_id = c.system_identifier::text
		FROM pg_control_system() c WHERE system_id <> c.system_identifier::text`)
	return err
}

// MakePartitions makes the log's partitions of this month and the next two. The server calls it at the
// start and from time to time. Events that came before their partition stand in the default
// one, and are moved.
func (s *Store) MakePartitions(ctx context.Context) error {
	now := time.Now().UTC() // the database's own time decides where a row goes, not a test's clock
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	for i := range 3 {
		if err := s.makePartition(ctx, month.AddDate(0, i, 0)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) makePartition(ctx context.Context, from time.Time) error {
	name, to := "events_"+from.Format("2006_01"), from.AddDate(0, 1, 0)
	return s.bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		var there bool
		if err := tx.NewRaw("SELECT to_regclass(?) IS NOT NULL", name).Scan(ctx, &there); err != nil || there {
			return err
		}
		// Two servers at once: one waits here, and then finds it made.
		_, err := tx.ExecContext(ctx, `LOCK TABLE events_default IN ACCESS EXCLUSIVE MODE;
			CREATE TABLE IF NOT EXISTS ?0 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
			WITH moved AS (DELETE FROM events_default WHERE recorded_at >= ?1 AND recorded_at < ?2 RETURNING *) INSERT INTO ?0 SELECT * FROM moved;`,
			bun.Ident(name), from, to)
		if err != nil {
			return err
		}
		if err := tx.NewRaw("SELECT relispartition FROM pg_class WHERE oid = to_regclass(?)", name).Scan(ctx, &there); err != nil || there {
			return err
		}
		_, err = tx.ExecContext(ctx, "ALTER TABLE events ATTACH PARTITION ? FOR VALUES FROM (?) TO (?)", bun.Ident(name), from, to)
		return err
	})
}
