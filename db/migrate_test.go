package db_test

import (
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
)

// TestMigrate_notedLate: earlier versions noted a migration in a second transaction, and a kill
// between the two left a database that they could not start with. It starts, whichever it was.
func TestMigrate_notedLate(t *testing.T) {
	t.Parallel()
	whole := newMigrating(t, nil)
	must(t, whole.store.Migrate(ctx))
	m := newMigrating(t, nil)
	var applied []string
	for file := range migrationTexts() {
		name, _, _ := strings.Cut(path.Base(file), "_")
		if !slices.Contains(db.NotedBehind(), name) {
			continue
		}
		applied = append(applied, name[11:14])
		must(t, m.store.ApplyMigrations(ctx, versionOf(t, applied)))
		m.exec("DELETE FROM bun_migrations WHERE name = $1", name)
		if err := m.store.ApplyMigrations(ctx, versionOf(t, applied)); err != nil {
			t.Errorf("%s was done and not noted: %v", name, err)
		}
	}
	must(t, m.store.Migrate(ctx))
	equalLines(t, m.shape(), whole.shape())
	for _, name := range db.NotedBehind() { // with all that came later done as well
		m.exec("DELETE FROM bun_migrations WHERE name BETWEEN $1 AND '20261122999999'", name)
		if err := m.store.Migrate(ctx); err != nil {
			t.Errorf("%s and later ones were done and not noted: %v", name, err)
		}
	}
	equalLines(t, m.shape(), whole.shape())
}

// TestMigrate_takenName: a table of somebody else is not taken for a migration that was done.
func TestMigrate_takenName(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, nil)
	m.exec("CREATE TABLE labels (theirs text)")
	if err := m.store.Migrate(ctx); err == nil || !strings.Contains(err.Error(), "20261122000005") {
		t.Errorf("got %v", err)
	}
	if noted := texts(t, m.sql, "SELECT name FROM bun_migrations"); slices.Contains(noted, "20261122000005") {
		t.Error("it was noted")
	}
}

// TestMigrate_behindReaders: a migration that needs a table for itself waits for an open
// transaction, and nobody waits behind it.
func TestMigrate_behindReaders(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, oldVersions["saved views, no language"])
	other, err := pgx.Connect(ctx, m.dsn)
	must(t, err)
	defer func() { _ = other.Close(ctx) }()
	m.exec("BEGIN")
	m.exec("SELECT FROM conversations, accounts, events, search_docs")
	ended := make(chan error, 1)
	go func() { ended <- m.store.Migrate(ctx) }()
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); { // the migration tries, and gives up, some times
		began := time.Now()
		_, err := other.Exec(ctx, "SELECT FROM conversations, accounts, events, search_docs LIMIT 1")
		must(t, err)
		if took := time.Since(began); took > time.Second {
			t.Fatalf("a reader waited %v", took)
		}
	}
	select {
	case err := <-ended:
		t.Fatalf("the migration did not wait: %v", err)
	default:
	}
	m.exec("COMMIT")
	must(t, <-ended)
}
