//go:build unix

package e2e

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// oldestMigrations are those of the oldest version that is upgraded from.
var oldestMigrations = []string{"20261122000001", "20261122000002", "20261122000003", "20261122000004", "20261122000005"}

// makeOld makes an empty database one of the oldest version, with rows in it.
func makeOld(t *testing.T, dsn string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(context.Background(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	run := func(path string) {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(context.Background(), string(text), pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	exec("CREATE TABLE bun_migrations (id bigserial PRIMARY KEY, name varchar, group_id bigint, migrated_at timestamptz NOT NULL DEFAULT current_timestamp)")
	for i, file := range migrationPaths(t)[:len(oldestMigrations)] {
		if !strings.HasPrefix(filepath.Base(file), oldestMigrations[i]) {
			t.Fatalf("%s is not the migration %s", file, oldestMigrations[i])
		}
		run(file)
		exec("INSERT INTO bun_migrations (name, group_id) VALUES ($1, $2)", oldestMigrations[i], i+1)
	}
	run("../db/testdata/old_rows.sql")
}

func migrationPaths(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../db/migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths
}

// upgradeWithKills starts servers on a database of an old version, and kills each in the middle of
// a migration. The last one brings it to where it would be without.
func (s *soak) upgradeWithKills(dsn string, kills int) {
	s.t.Helper()
	conn := connectSQL(s.t, dsn)
	noted := func() int { return conn.queryInt(s.t, "SELECT count(*) FROM bun_migrations") }
	all := len(migrationPaths(s.t))
	for range kills {
		left := all - noted()
		if left == 0 {
			break
		}
		enough := all - left + rand.IntN(max(1, left/2))
		cmd := s.program.command("serve", "--database-url", dsn)
		if err := cmd.Start(); err != nil {
			s.t.Fatal(err)
		}
		eventually(s.t, "a server to be in the middle of its migrations", func() bool {
			return noted() >= enough && (noted() == all || conn.queryInt(s.t, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", 0x6465736b) > 0)
		})
		time.Sleep(rand.N(20 * time.Millisecond)) // a moment of it
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	cmd := s.program.command("migrate", "--database-url", dsn)
	if said, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("after %d kills: %v: %s", kills, err, said)
	}
	if n := noted(); n != all {
		s.t.Errorf("%d of %d migrations are noted", n, all)
	}
	const content = `SELECT string_agg(concat_ws(' ', c.number, a.status, a.trashed, a.unread_count, s.t1, s.n1, acc.language), ', ' ORDER BY c.number)
		FROM conversations AS c JOIN accounts AS acc ON acc.id = c.account_id AND acc.slug = 'old'
		LEFT JOIN conversation_activity AS a ON a.account_id = c.account_id AND a.conversation_id = c.id
		LEFT JOIN ticket_slots AS s ON s.account_id = c.account_id AND s.ticket_id = c.ticket_id`
	if got := conn.queryText(s.t, content); got != "1 CLOSED t 0 ENGLISH, 2 OPEN f 1 red 7 ENGLISH" {
		s.t.Errorf("after the upgrade: %s", got)
	}
}
