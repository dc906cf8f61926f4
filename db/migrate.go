package db

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
)

//go:embed migrations/*.tx.up.sql
var migrationFiles embed.FS

// migrationLock is the key of the advisory lock that migrating processes take in turn. Its value
// must stay as it is: programs of other versions take the same lock.
const migrationLock = 0x6465736b // "desk"

const (
	// migrationLockWait is how long a statement of a migration queues for a lock. Everybody who
	// reads or writes the table queues behind it for as long, so it gives up soon and comes again:
	// a dump that runs for an hour delays the migration by an hour, and nobody else.
	migrationLockWait  = 200 * time.Millisecond
	migrationLockPause = time.Second
)

// Migrate brings the database to this program's version. A database of a newer
// program is refused. Any number of processes may call it at once.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.applyMigrations(ctx, migrationFiles); err != nil {
		return err
	}
	if err := s.newEpochIfMoved(ctx); err != nil {
		return err
	}
	// Partitions are made months ahead. What keeps them from being made must not keep this server
	// from starting: Maintain tries again, and tells.
	if err := s.MakePartitions(ctx); err != nil && !eventlog.WorksWithoutPartitions(err) {
		return err
	}
	return nil
}

// CheckMigrated says in one sentence when the database is not of this program's version, and
// changes no table. It is for a role that owns none; Migrate is for the one that does.
func (s *Store) CheckMigrated(ctx context.Context) error {
	all, err := readMigrations(migrationFiles)
	if err != nil {
		return err
	}
	var noted []string
	err = pgx.BeginTxFunc(ctx, s.client.Pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) (err error) {
		noted, _, err = readNotes(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if err := refuseNewer(noted, all); err != nil {
		return err
	}
	for _, m := range all {
		if !slices.Contains(noted, m.name) {
			return fmt.Errorf("the database lacks the migration %s of this deskwire, and MIGRATE=off forbids it here: run deskwire migrate with the role that owns the tables", m.name)
		}
	}
	return s.newEpochIfMoved(ctx)
}

// migration is one file, and the name under which the database notes that it was applied.
type migration struct{ name, text string }

// applyMigrations applies the migrations of some files that are not noted yet, in their order.
func (s *Store) applyMigrations(ctx context.Context, files fs.FS) error {
	all, err := readMigrations(files)
	if err != nil {
		return err
	}
	for told := false; ; {
		more, err := s.applyNext(ctx, all)
		switch {
		case pg.IsLockTimeout(err):
			if !told {
				told = true
				s.Log.WarnContext(ctx, "the migration waits for other transactions, such as a running backup; the database works meanwhile", "err", err)
			}
			if err := sleep(ctx, migrationLockPause); err != nil {
				return err
			}
		case err != nil || !more:
			return err
		}
	}
}

func readMigrations(files fs.FS) ([]migration, error) {
	paths, err := fs.Glob(files, "migrations/*.tx.up.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	all := make([]migration, len(paths))
	for i, p := range paths {
		text, err := fs.ReadFile(files, p)
		if err != nil {
			return nil, err
		}
		name, _, _ := strings.Cut(path.Base(p), "_")
		all[i] = migration{name, string(text)}
	}
	return all, nil
}

// errOtherMigrates asks to come again: another process is migrating at the moment.
var errOtherMigrates = errors.New("db: another process migrates")

// applyNext applies the first migration that is not noted; false when all are.
//
// A migration and its note are one transaction, so whatever is killed in between, both are there or
// neither is. The advisory lock ends with the transaction too, and a process that stands still in
// the middle of one is ended by idle_in_transaction_session_timeout.
func (s *Store) applyNext(ctx context.Context, all []migration) (more bool, err error) {
	for {
		err := pgx.BeginFunc(ctx, s.client.Pool, func(tx pgx.Tx) error {
			next, err := nextMigration(ctx, tx, all)
			if next == nil || err != nil {
				return err
			}
			more = true
			return next.apply(ctx, tx)
		})
		if !errors.Is(err, errOtherMigrates) {
			return more, err
		}
		if err := sleep(ctx, migrationLockWait); err != nil {
			return false, err
		}
	}
}

// nextMigration takes the lock, and finds the first migration that is not noted; nil when all are.
func nextMigration(ctx context.Context, tx pgx.Tx, all []migration) (*migration, error) {
	if _, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = 0", migrationLockWait.Milliseconds()), pgx.QueryExecModeSimpleProtocol); err != nil {
		return nil, err
	}
	var free bool
	if err := tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock($1)", migrationLock).Scan(&free); err != nil {
		return nil, err
	}
	if !free {
		return nil, errOtherMigrates
	}
	noted, err := notedMigrations(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := refuseNewer(noted, all); err != nil {
		return nil, err
	}
	for i := range all {
		if !slices.Contains(noted, all[i].name) {
			return &all[i], nil
		}
	}
	return nil, nil
}

// refuseNewer refuses a database that has a migration of a later program.
func refuseNewer(noted []string, all []migration) error {
	for _, name := range noted {
		if !slices.ContainsFunc(all, func(m migration) bool { return m.name == name }) {
			return fmt.Errorf("the database was migrated by a newer deskwire (%s); run that version or a later one", name)
		}
	}
	return nil
}

// notedMigrations are the names of those that were applied. It makes the table for them where there
// is none.
func notedMigrations(ctx context.Context, tx pgx.Tx) ([]string, error) {
	noted, there, err := readNotes(ctx, tx)
	if err != nil || there {
		return noted, err
	}
	_, err = tx.Exec(ctx, `CREATE TABLE bun_migrations (id bigserial PRIMARY KEY, name varchar, group_id bigint, migrated_at timestamptz NOT NULL DEFAULT current_timestamp)`)
	return nil, err
}

// readNotes reads the table of applied migrations, if it is there. It is that of Bun's migrator,
// which ran the migrations of earlier versions.
func readNotes(ctx context.Context, tx pgx.Tx) (noted []string, there bool, err error) {
	if err := tx.QueryRow(ctx, "SELECT to_regclass('bun_migrations') IS NOT NULL").Scan(&there); err != nil || !there {
		return nil, false, err
	}
	rows, err := tx.Query(ctx, "SELECT name FROM bun_migrations")
	if err != nil {
		return nil, false, err
	}
	noted, err = pgx.CollectRows(rows, pgx.RowTo[string])
	return noted, true, err
}

// apply runs the migration, unless it was run and only its note is missing, and notes it.
func (m *migration) apply(ctx context.Context, tx pgx.Tx) error {
	there, err := m.isApplied(ctx, tx)
	if err != nil {
		return err
	}
	if !there {
		if _, err := tx.Exec(ctx, m.text, pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	_, err = tx.Exec(ctx, "INSERT INTO bun_migrations (name, group_id) SELECT $1, coalesce(max(group_id), 0) + 1 FROM bun_migrations", m.name)
	return err
}

// isApplied says whether the database has what the migration makes, although it is not noted.
func (m *migration) isApplied(ctx context.Context, tx pgx.Tx) (there bool, err error) {
	condition, ok := notedBehind[m.name]
	if !ok {
		return false, nil
	}
	// None of them is missing where a later one was applied, which may have replaced what they
	// made.
	err = tx.QueryRow(ctx, "SELECT "+condition+" OR EXISTS (SELECT FROM bun_migrations WHERE name >= '20261130')").Scan(&there)
	return there, err
}

// notedBehind are the migrations that earlier versions committed first and noted in a second
// transaction, each with a condition that tells that it was committed. A kill between the two left
// a database that no such version could start with. The list is complete: a migration that is
// applied by this version is noted with its own commit.
var notedBehind = map[string]string{
	"20261122000001": "to_regclass('log_epoch') IS NOT NULL",
	"20261122000002": "to_regclass('tokens_by_hash') IS NOT NULL",
	"20261122000003": "to_regclass('file_key') IS NOT NULL",
	"20261122000004": "to_regclass('tickets_of_pipeline') IS NOT NULL",
	"20261122000005": "to_regclass('snippets') IS NOT NULL",
	"20261122000006": "to_regclass('ticket_options') IS NOT NULL",
	"20261122000010": "to_regproc('conversation_activity_begins') IS NOT NULL",
	"20261122000011": "EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass('conversation_activity') AND confrelid = to_regclass('inboxes'))",
	"20261122000012": "to_regclass('search_docs') IS NOT NULL",
	"20261122000020": columnExists("log_epoch", "floor"),
	"20261122000030": columnExists("accounts", "setup_version"),
	"20261122000031": "to_regclass('inbox_views') IS NOT NULL",
	"20261122000035": "to_regclass('search_behind') IS NOT NULL",
	"20261122000036": `EXISTS (SELECT FROM information_schema.columns WHERE table_schema = current_schema()
		AND table_name = 'accounts' AND column_name = 'language' AND column_default LIKE '''ENGLISH''%')`,
	"20261122000040": columnExists("conversation_activity", "trashed"),
	"20261122000041": "EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('conversation_activity_counted') AND indnkeyatts = 5)",
	"20261122000042": "EXISTS (SELECT FROM pg_proc WHERE oid = to_regproc('search_text') AND prosrc LIKE '%<>%')",
}

func columnExists(table, column string) string {
	return fmt.Sprintf("EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('%s') AND attname = '%s' AND NOT attisdropped)", table, column)
}

// newEpochIfMoved makes cursors of the log void after the data was restored, be it into another
// cluster or database, where transaction numbers begin anew or are those of others, or over what
// was there: then the table of the epoch is another one. See CurrentEpoch.
func (s *Store) newEpochIfMoved(ctx context.Context) error {
	// Earlier versions noted the cluster alone.
	_, err := s.client.Bun.ExecContext(ctx, `WITH here AS (SELECT system_identifier::text AS cluster,
			concat_ws('/', system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()), 'log_epoch'::regclass::oid) AS place FROM pg_control_system())
		UPDATE log_epoch SET system_id = place, epoch = CASE system_id WHEN cluster THEN epoch ELSE gen_random_uuid() END
		FROM here WHERE system_id <> place`)
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
