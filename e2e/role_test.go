package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/desk"
)

// TestRoleWithoutTables: a role with the rights of the guide, and no others, does all that a server
// does: the whole story of the product, everything that can be made, the timed jobs, and search in
// another language.
func TestRoleWithoutTables(t *testing.T) {
	t.Parallel()
	owner, worker := dbtest.Roles(t, "../docs/production.md")
	s := openAs(t, owner)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	loadAccountTables(t, owner)
	if err := openAs(t, worker).CheckMigrated(t.Context()); err != nil {
		t.Fatal(err)
	}
	served := startOn(t, worker)
	acc := served.newAccount(t, desk.PlanStarter, time.Now())
	t.Run("all that can be made", func(t *testing.T) { populate(t, acc, "") })
	t.Run("the story", func(t *testing.T) {
		newStory(t, served.newAccount(t, desk.PlanStarter, time.Now()), "INBOX").tell(t)
	})
	t.Run("jobs", func(t *testing.T) {
		served.advanceClock(60 * 24 * time.Hour)
		acc.admin.must(t, "accountUpdate", "account { id }", vars{"language": "FRENCH"})
		if _, err := served.store.Purge(t.Context()); err != nil {
			t.Error(err)
		}
		if err := served.store.CatchUpSearch(t.Context(), func(int) {}); err != nil {
			t.Error(err)
		}
		if err := served.store.CheckPartitions(t.Context()); err != nil {
			t.Error(err)
		}
	})
	c := connectSQL(t, worker)
	for _, sql := range []string{"CREATE TABLE own (a int)", "DROP TABLE contacts", "ALTER TABLE contacts ADD a int", "TRUNCATE contacts", "CREATE INDEX ON contacts (name)", "CREATE SCHEMA own"} {
		if _, err := c.Exec(context.Background(), sql); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v; the role was to have no such right", sql, err)
		}
	}
}

// openAs opens a database for one role, which leaves tables alone.
func openAs(t *testing.T, dsn string) *db.Store {
	t.Helper()
	s, err := db.Open(t.Context(), dsn, db.Options{FixedTables: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
