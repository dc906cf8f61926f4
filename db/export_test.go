package db

import (
	"context"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
)

// What tests of the migrations need: to apply others than those of the program.

// MigrationFiles are the migrations of the program.
var MigrationFiles fs.FS = migrationFiles

// OwnedRecordsQuery looks for what is to be handed on.
const OwnedRecordsQuery = ownedRecordsQuery

// NotedBehind are the names of the migrations whose note may be missing.
func NotedBehind() (names []string) {
	for name := range notedBehind {
		names = append(names, name)
	}
	return names
}

// ApplyMigrations applies the migrations of some files.
func (s *Store) ApplyMigrations(ctx context.Context, files fs.FS) error {
	return s.applyMigrations(ctx, files)
}

// PoolForTests are the connections of the store, set as those of mutations are.
func (s *Store) PoolForTests() *pgxpool.Pool { return s.client.Pool }
