package db

import (
	"context"
	"embed"
	"fmt"

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
	conn, err := s.Pool.Acquire(ctx)
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
	m := migrate.NewMigrator(s.Bun, migrations, migrate.WithMarkAppliedOnSuccess(true))
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
// cluster, where transaction numbers begin anew. See CurrentEpoch.
func (s *Store) newEpochIfMoved(ctx context.Context) error {
	_, err := s.Bun.ExecContext(ctx, `UPDATE log_epoch SET epoch = gen_random_uuid(), system_id = c.system_identifier::text
		FROM pg_control_system() c WHERE system_id <> c.system_identifier::text`)
	return err
}
