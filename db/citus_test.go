package db_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"deskwire/db/dbtest"
)

// Tables are to be distributed by account as they are: every key begins with the account, and
// nothing is counted for all accounts together. What belongs to no account has a copy on every
// node.

// referenceTables have rows of no account, or of all, and few of them.
var referenceTables = map[string]string{
	"accounts":       "the list of accounts: every key of the others ends here, and its slug is one for all",
	"log_epoch":      "one row: which database the cursors of the log are good in",
	"file_key":       "a row or two: what addresses of files are signed with",
	"bun_migrations": "which migrations have run",
}

// texts are the rows of a query of one text.
func texts(t *testing.T, c *pgx.Conn, sql string) []string {
	t.Helper()
	found, err := c.Query(ctx, sql)
	must(t, err)
	all, err := pgx.CollectRows(found, pgx.RowTo[string])
	must(t, err)
	return all
}

func TestTables_areDistributedByAccount(t *testing.T) {
	t.Parallel()
	c, err := pgx.Connect(ctx, dbtest.DSN(t))
	must(t, err)
	defer func() { _ = c.Close(ctx) }()
	tables := texts(t, c, `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`)
	if len(tables) < 20 {
		t.Fatalf("there are but %d tables", len(tables))
	}
	byAccount := texts(t, c, `SELECT r.relname::text FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attname = 'account_id' AND a.attnotnull
		AND a.atttypid = 'uuid'::regtype WHERE r.relnamespace = 'public'::regnamespace AND r.relkind IN ('r', 'p')`)
	for _, table := range tables {
		if referenceTables[table] == "" && !slices.Contains(byAccount, table) {
			t.Errorf("%s has no account_id that is never null: give it one, or name it a reference table with the reason", table)
		}
		if referenceTables[table] != "" && slices.Contains(byAccount, table) {
			t.Errorf("%s is named a reference table and has an account_id", table)
		}
	}
	for table := range referenceTables {
		if !slices.Contains(tables, table) {
			t.Errorf("%s is named a reference table, and there is none", table)
		}
	}
	// Of each key and unique index the first column, of each table that has no primary key its
	// name.
	for _, key := range texts(t, c, `SELECT r.relname || ' ' || i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class r ON r.oid = x.indrelid
		LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = x.indkey[0]
		WHERE r.relnamespace = 'public'::regnamespace AND x.indisunique AND a.attname IS DISTINCT FROM 'account_id'`) {
		if table, _, _ := strings.Cut(key, " "); referenceTables[table] == "" {
			t.Errorf("the key %s does not begin with the account: it could hold on one node only", key)
		}
	}
	for _, table := range texts(t, c, `SELECT relname::text FROM pg_class r WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
		AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = r.oid AND indisprimary)`) {
		if referenceTables[table] == "" {
			t.Errorf("%s has no primary key", table)
		}
	}
	for _, key := range texts(t, c, `SELECT r.relname || ' ' || k.conname || ' ' || f.relname FROM pg_constraint k
		JOIN pg_class r ON r.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
		JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.conkey[1] JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = k.confkey[1]
		WHERE k.contype = 'f' AND NOT (a.attname = 'account_id' AND b.attname = CASE f.relname WHEN 'accounts' THEN 'id' ELSE 'account_id' END)`) {
		t.Errorf("the foreign key %s could point into another account", key)
	}
	if found := texts(t, c, "SELECT schemaname || '.' || sequencename FROM pg_sequences WHERE sequencename !~ '^bun_migration'"); len(found) > 0 {
		t.Errorf("sequences are shared by all accounts: %v; a counter row of account_counters is not", found)
	}
}
