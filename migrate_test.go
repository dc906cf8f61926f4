package main

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"deskwire/db/dbtest"
)

// With MIGRATE=off no command touches the tables: each says which one brings them up to date, and
// with which role. Once that was done, a role that owns no tables does all the rest.
func TestMigrateOff(t *testing.T) {
	t.Parallel()
	owner, worker := dbtest.Roles(t, "docs/production.md")
	env := func(dsn string) []string {
		return []string{"DATABASE_URL=" + dsn, "MIGRATE=off", "AUTH_JWT_SECRET=" + strings.Repeat("s", 32), "AUTH_ISSUER=i", "AUTH_AUDIENCE=a"}
	}
	refused := func(when, want string, env []string, commands ...[]string) {
		t.Helper()
		for _, args := range commands {
			if r := execute(t, env, args...); r.code != 1 || !strings.Contains(r.err, want) {
				t.Errorf("%s, %v ended with %d: %s", when, args, r.code, r.err)
			}
		}
	}
	account := []string{"account", "--slug", "acme", "--admin", "ada@acme.test"}
	token := []string{"token", "--account", "acme", "--email", "ada@acme.test"}
	refused("in an empty database", "run deskwire migrate with the role that owns the tables", env(worker), []string{"serve"}, account, token, []string{"seed"})
	refused("with the wrong role", "permission denied", env(worker), []string{"migrate"})
	if r := execute(t, env(owner), "migrate"); r.code != 0 || !strings.Contains(r.out, "migrated to this program's version") {
		t.Fatalf("migrate ended with %d: %s", r.code, r.err)
	}
	for _, args := range [][]string{account, token, {"seed"}} {
		if r := execute(t, env(worker), args...); r.code != 0 {
			t.Errorf("%v ended with %d: %s", args, r.code, r.err)
		}
	}
	dbtest.QueryTexts(t, owner, "WITH d AS (DELETE FROM bun_migrations WHERE name = (SELECT max(name) FROM bun_migrations) RETURNING name) SELECT name FROM d")
	refused("in an older database", "lacks the migration", env(worker), []string{"serve"}, account, token)
	dbtest.QueryTexts(t, owner, "INSERT INTO bun_migrations (name) VALUES ('29990101000000') RETURNING name")
	refused("in a newer database", "was migrated by a newer deskwire (29990101000000)", env(worker), []string{"serve"}, account, []string{"migrate"})
	refused("without a database", "MIGRATE=off is for a DATABASE_URL", []string{"MIGRATE=off", "DATA_DIR=" + t.TempDir()}, []string{"serve"})
}

// A server of a role without tables starts, answers and stops.
func TestMigrateOff_serves(t *testing.T) {
	t.Parallel()
	owner, worker := dbtest.Roles(t, "docs/production.md")
	if r := execute(t, []string{"DATABASE_URL=" + owner}, "migrate"); r.code != 0 {
		t.Fatal(r.err)
	}
	s := startServer(t, "DATABASE_URL="+worker, "MIGRATE=off", "AUTH_JWT_SECRET="+strings.Repeat("s", 32), "AUTH_ISSUER=i", "AUTH_AUDIENCE=a")
	for path, want := range map[string]string{"/readyz": "ready", "/licenses.txt": "github.com/jackc/pgx/v5", "/conversations/cnv_1": "<html", "/metrics": "deskwire_build_info{"} {
		answer, err := http.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		if _ = answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
			t.Errorf("%s answered %d: %s", path, answer.StatusCode, text)
		}
	}
	if code := s.stop(os.Interrupt); code != 0 || strings.Contains(s.errs.String(), "permission denied") {
		t.Errorf("it ended with %d: %s", code, s.errs)
	}
}

func TestLicenses(t *testing.T) {
	t.Parallel()
	code, out, log := command(t, "licenses")
	if code != 0 || log != "" || !strings.Contains(out, "* github.com/jackc/pgx/v5 ") || !strings.Contains(out, "* npm react ") {
		t.Errorf("%d %q %.300s", code, log, out)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--version"}, {"version"}, {"version", "--version"}} {
		if code, out, log := command(t, args...); code != 0 || !strings.HasPrefix(out, "deskwire ") || !strings.Contains(out, "; go1.") || strings.Count(out, "\n") != 1 || log != "" {
			t.Errorf("%v: %d %q %q", args, code, out, log)
		}
	}
}
