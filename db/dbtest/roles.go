package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Roles makes a database with two roles, as a guide says: of its SQL blocks the first is for the
// superuser, the second for the new database. Names are others, as roles belong to the whole
// server. It gives the addresses of the database for the role that owns its tables, which are not
// there yet, and for the one that only works with what they hold.
func Roles(t testing.TB, guide string) (owner, worker string) {
	t.Helper()
	if once.Do(startTemplate); failed != nil {
		t.Fatal(failed)
	}
	text, err := os.ReadFile(guide)
	mustWork(t, err)
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) != 2 {
		t.Fatalf("%s has %d blocks of SQL", guide, len(blocks))
	}
	suffix := fmt.Sprintf("_%d", number.Add(1))
	renamed := func(i int) string {
		return regexp.MustCompile(`\bdeskwire(_owner)?\b`).ReplaceAllString(blocks[i][1], "${0}"+suffix)
	}
	t.Cleanup(func() {
		for _, sql := range []string{"DROP DATABASE IF EXISTS deskwire%s WITH (FORCE)", "DROP ROLE IF EXISTS deskwire%s", "DROP ROLE IF EXISTS deskwire_owner%s"} {
			if err := runAdmin(fmt.Sprintf(sql, suffix)); err != nil {
				t.Error(err)
			}
		}
	})
	for sql := range strings.SplitSeq(renamed(0), ";\n") { // CREATE DATABASE runs alone
		mustWork(t, runAdmin(sql))
	}
	address := func(user string) string {
		u, err := url.Parse(server.DSN())
		mustWork(t, err)
		q := u.Query()
		q.Set("user", user)
		u.Path, u.RawQuery = "/deskwire"+suffix, q.Encode()
		return u.String()
	}
	owner = address("deskwire_owner" + suffix)
	c, err := pgx.Connect(context.Background(), owner)
	mustWork(t, err)
	defer func() { _ = c.Close(context.Background()) }()
	_, err = c.Exec(context.Background(), renamed(1))
	mustWork(t, err)
	return owner, address("deskwire" + suffix)
}
