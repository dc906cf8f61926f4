package e2e

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// What an account asks for is on one node when tables are distributed by account. So each statement
// that the tests of this package set off binds every table it names to an account, or is one of the
// exceptions.

// crossAccountExceptions are statements that look at more than one account, and why that must be.
var crossAccountExceptions = []struct{ contains, why string }{
	{"FROM tokens t JOIN agents g", "whose a token is, and so which account, is what is asked: by the hash of its secret, along an index"},
	{"SELECT hash FROM tokens WHERE hash =", "which of many tokens there are that may be made up, before anybody knows whose they are: along the same index"},
	{"FROM accounts a JOIN agents g ON g.account_id = a.id WHERE a.slug =", "sign-in by an identity provider's token: the slug finds the account in a reference table, and that the agent, along a key"},
	{"FROM search_behind)", "what operators are told of the work that is left, of all accounts together"},
	{"SELECT xid FROM events ORDER BY xid DESC LIMIT", "where the log ends: one row from its index"},
	{"FROM (SELECT * FROM events WHERE xid >=", "the reader of the log, which tells all servers what has happened, in the order of commits"},
	{"SELECT xid::text::bigint, id FROM events WHERE xid = (SELECT xid FROM events ORDER BY xid DESC LIMIT", "where the reader of the log begins: one row from its index"},
	{"NOT EXISTS (SELECT FROM events WHERE xid =", "whether the log still has what its reader read last: one row from its index"},
	{"UPDATE tokens t SET last_used_at", "when tokens were last used is noted for many at once, by account and id"},
	{"SELECT x.stage, x.id FROM (", "what was in a list is asked of tables as they were, which stand there under the tables' names; each is read from one account"},
	{"WITH written AS (UPDATE ", "rows that were locked in one account are written by their keys, which begin with it; saying the account once more made Postgres look at all of its rows"},
	{"VACUUM (ANALYZE)", "deskwire seed, once"},
	{`FROM "accounts" AS "account"`, "the list of accounts, or one by its slug: accounts are a reference table"},
}

// sentStatements are those that the servers of all tests have sent, without their values.
var sentStatements struct {
	sync.Mutex
	texts sync.Map // that hold no values, as they were sent: most are sent again and again
	seen  map[string]bool
}

var (
	literals = regexp.MustCompile(`'(?:[^']|'')*'|\$?\b\d+(?:\.\d+)?\b`)
	// A table after the words that name one, with its other name if it has one.
	tableNamed           = regexp.MustCompile(`(?i)\b(FROM|JOIN|UPDATE|INTO|USING)\s+(?:ONLY\s+)?"?([a-z_]+)"?(?:\s+(?:AS\s+)?"?([a-z_]+)"?)?`)
	boundToAccount       = regexp.MustCompile(`account_id"?\)? (?:= ?\(?(?:\?|ANY)|IN \()|"?id"? = \?|(?i:INSERT INTO \S+ (?:AS \S+ )?\([^)]*account_id)`)
	unqualifiedAccountID = regexp.MustCompile(`(?:^|[^."a-z_])"?account_id"?(?:\s*(?:=|IN\b|,)|\))`)
)

func recordStatement(_ context.Context, sql string) {
	if !strings.Contains(sql, "'") {
		if _, known := sentStatements.texts.LoadOrStore(sql, true); known {
			return
		}
	}
	sql = strings.Join(strings.Fields(literals.ReplaceAllString(sql, "?")), " ")
	sentStatements.Lock()
	defer sentStatements.Unlock()
	if sentStatements.seen == nil {
		sentStatements.seen = map[string]bool{}
	}
	sentStatements.seen[sql] = true
}

func crossAccountStatements() (found []string) {
	for sql := range sentStatements.seen {
		if table := unboundTable(sql); table != "" && !isException(sql) {
			found = append(found, table+": "+sql)
		}
	}
	slices.Sort(found)
	return found
}

func isException(sql string) bool {
	for _, e := range crossAccountExceptions {
		if strings.Contains(sql, e.contains) {
			return true
		}
	}
	return false
}

// notAliases are words that may stand behind a table and are no other name of it.
var notAliases = map[string]bool{
	"where": true, "set": true, "on": true, "left": true, "join": true, "cross": true, "order": true, "limit": true, "group": true, "union": true, "values": true,
	"select": true, "for": true, "using": true, "inner": true, "default": true, "returning": true,
}

// accountTables are the tables whose rows belong to an account.
var accountTables = map[string]bool{}

var loadTablesOnce sync.Once

// loadAccountTables finds out which tables those are, in the database of the first test that starts
// a server.
func loadAccountTables(t testing.TB, dsn string) {
	t.Helper()
	loadTablesOnce.Do(func() {
		ctx := context.Background()
		c, err := pgx.Connect(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close(ctx) }()
		names, _ := c.Query(ctx, "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'account_id'")
		tables, err := pgx.CollectRows(names, pgx.RowTo[string])
		if err != nil || len(tables) == 0 {
			t.Fatalf("no tables: %v", err)
		}
		for _, name := range tables {
			accountTables[name] = true
		}
	})
}

// unboundTable names a table of the statement that it binds to no account.
func unboundTable(sql string) string {
	bare := 0 // tables without another name
	all := false
	for _, m := range tableNamed.FindAllStringSubmatch(sql, -1) {
		table, name := m[2], m[3]
		if !accountTables[table] {
			continue
		}
		all = true
		if name == "" || notAliases[strings.ToLower(name)] {
			bare++
			if bare > len(unqualifiedAccountID.FindAllString(sql, -1))+strings.Count(sql, table+".account_id") {
				return table
			}
			continue
		}
		if !strings.Contains(sql, name+".account_id") && !strings.Contains(sql, `"`+name+`"."account_id"`) && !unqualifiedAccountID.MatchString(sql) {
			return table
		}
	}
	if all && !boundToAccount.MatchString(sql) {
		return "every table" // bound to one another, and to no account
	}
	return ""
}

func TestCrossAccountStatements_areFound(t *testing.T) {
	start(t)
	for sql, crosses := range map[string]bool{
		"SELECT * FROM agents WHERE account_id = ? ORDER BY name":                                                                           false,
		"SELECT * FROM agents WHERE email = ?":                                                                                              true,
		`SELECT count(*) FROM "agents" AS "agent" WHERE (account_id = ? AND id <> ?)`:                                                       false,
		"SELECT c.* FROM conversations AS c JOIN tickets AS t ON t.id = c.ticket_id WHERE c.account_id = ?":                                 true,
		"SELECT c.* FROM conversations AS c JOIN tickets AS t ON t.account_id = c.account_id AND t.id = c.ticket_id WHERE c.number = ?":     true,
		"SELECT c.* FROM conversations AS c JOIN tickets AS t ON t.account_id = c.account_id AND t.id = c.ticket_id WHERE c.account_id = ?": false,
		"DELETE FROM messages WHERE created_at < ?":                                                                                         true,
		"INSERT INTO contacts (account_id, id) VALUES (?, ?)":                                                                               false,
		"UPDATE contacts SET name = ? WHERE id = ?":                                                                                         true,
		"SELECT pg_notify(?, ?)": false,
	} {
		if got := unboundTable(sql) != ""; got != crosses {
			t.Errorf("%s crosses accounts: %v", sql, got)
		}
	}
}
