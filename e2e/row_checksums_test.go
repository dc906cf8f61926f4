package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"deskwire/desk"
)

// rowInspector is a server with a direct connection to its database, for checksums of the rows.
type rowInspector struct {
	*server
	sql *pgxpool.Pool
}

func startWithRows(t testing.TB) *rowInspector {
	t.Helper()
	return newRowInspector(t, start(t))
}

func newRowInspector(t testing.TB, s *server) *rowInspector {
	t.Helper()
	rows := &rowInspector{server: s}
	var err error
	if rows.sql, err = pgxpool.New(context.Background(), rows.dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rows.sql.Close)
	return rows
}

// checksumsOf is a checksum of all rows of an account, table by table; of everybody's when account
// is "". When a token was last used is left out: reading changes it.
func (rows *rowInspector) checksumsOf(t testing.TB, account string) map[string]string {
	t.Helper()
	return rows.checksums(t, func(table string, owned bool) string {
		switch {
		case owned:
			return "$1 IN ('', account_id::text)"
		case table == "accounts":
			return "$1 IN ('', id::text)"
		}
		return "$1 = ''"
	}, account)
}

// checksumsAbout is a checksum of the rows that any of these keys stands in, as a value of its own.
func (rows *rowInspector) checksumsAbout(t testing.TB, keys []string) map[string]string {
	t.Helper()
	return rows.checksums(t, func(string, bool) string {
		return "EXISTS (SELECT FROM jsonb_each_text(to_jsonb(r)) AS f WHERE f.value = ANY($1))"
	}, keys)
}

// checksums counts the rows of each table that a condition chooses, and puts them into one number.
func (rows *rowInspector) checksums(t testing.TB, where func(table string, owned bool) string, arg any) map[string]string {
	t.Helper()
	ctx := context.Background()
	sums := map[string]string{}
	for name, owned := range rows.tables(t) {
		var n int
		var sum string
		err := rows.sql.QueryRow(ctx, fmt.Sprintf(`SELECT count(*), coalesce(md5(string_agg(x, '|' ORDER BY x)), '') FROM
			(SELECT (to_jsonb(r) - 'last_used_at')::text AS x FROM %s AS r WHERE %s) AS y`, name, where(name, owned)), arg).Scan(&n, &sum)
		if err != nil {
			t.Fatal(err)
		}
		sums[name] = fmt.Sprintf("%d rows %s", n, sum)
	}
	return sums
}

// tables are all tables of the database, and whether their rows belong to accounts.
func (rows *rowInspector) tables(t testing.TB) map[string]bool {
	t.Helper()
	found, err := rows.sql.Query(context.Background(), `SELECT c.relname,
		EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id')
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`)
	if err != nil {
		t.Fatal(err)
	}
	owned := map[string]bool{}
	for found.Next() {
		var name string
		var has bool
		if err := found.Scan(&name, &has); err != nil {
			t.Fatal(err)
		}
		owned[name] = has
	}
	if found.Err() != nil || len(owned) < 20 {
		t.Fatalf("%d tables: %v", len(owned), found.Err())
	}
	return owned
}

// requireUnchanged runs something that must leave every row of an account as it was; of everybody's
// when account is "".
func (rows *rowInspector) requireUnchanged(t testing.TB, account, what string, run func()) {
	t.Helper()
	before := rows.checksumsOf(t, account)
	run()
	compareRows(t, what, before, rows.checksumsOf(t, account))
}

func compareRows(t testing.TB, what string, before, after map[string]string) {
	t.Helper()
	for table, now := range after {
		if before[table] != now {
			t.Errorf("%s changed %s: %s before, %s now", what, table, before[table], now)
		}
	}
}

// tablesWithText says in which tables a text stands, of whatever account.
func (rows *rowInspector) tablesWithText(t testing.TB, text string) []string {
	t.Helper()
	var in []string
	for name := range rows.tables(t) {
		var yes bool
		err := rows.sql.QueryRow(context.Background(), fmt.Sprintf("SELECT EXISTS (SELECT FROM %s AS r WHERE strpos(to_jsonb(r)::text, $1) > 0)", name), text).Scan(&yes)
		if err != nil {
			t.Fatal(err)
		}
		if yes {
			in = append(in, name)
		}
	}
	return in
}

// databaseKey is the key in the database of a public id.
func databaseKey(t testing.TB, id string) string {
	t.Helper()
	ref, err := desk.ParseRef(id)
	if err != nil {
		t.Fatalf("%q: %v", id, err)
	}
	return ref.ID.String()
}

// accountID is the account's public id.
func (a *account) accountID(t testing.TB) string {
	t.Helper()
	return a.admin.do(t, "{ account { id } }", nil).at("account").str("id")
}

// capitalize writes a name with a large first letter, as types have it.
func capitalize(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
