package db

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"

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
// cluster, where transaction numbers begin anew.
func (s *Store) newEpochIfMoved(ctx context.Context) error {
	_, err := s.bun.ExecContext(ctx, `UPDATE log_epoch SET epoch = gen_random_uuid(), system_id = c.system_identifier::text
		FROM pg_control_system() c WHERE system_id <> c.system_identifier::text`)
	return err
}

// MakePartitions makes the log's partitions of this month and the next two. The server calls
// it at the start and once a day.
func (s *Store) MakePartitions(ctx context.Context) error {
	now := time.Now().UTC() // the database's own time decides where a row goes, not a test's clock
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	var sql strings.Builder
	for range 3 {
		next := month.AddDate(0, 1, 0)
		fmt.Fprintf(&sql, "CREATE TABLE IF NOT EXISTS events_%s PARTITION OF events FOR VALUES FROM ('%s') TO ('%s');\n",
			month.Format("2006_01"), month.Format(time.DateOnly), next.Format(time.DateOnly))
		month = next
	}
	_, err := s.bun.ExecContext(ctx, sql.String())
	return err
}
