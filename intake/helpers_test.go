package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/db/write"
	"deskwire/desk"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// fixture reads a file of testdata: made-up records in a foreign format, with what is odd in real
// ones.
func fixture(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	tweetFile   = "tweets.jsonl"
	chatFile    = "chats.jsonl"
	issueFile   = "issues.jsonl"
	contactFile = "contacts.csv"
)

// repeated is a file of n lines that has the given ones again and again, each time as other
// records: mark stands before the record's key.
func repeated(file []byte, mark string, n int) []byte {
	var all []byte
	for i, some := 0, bytes.SplitAfter(bytes.TrimSuffix(file, []byte("\n")), []byte("\n")); i < n; i++ {
		line := bytes.TrimSuffix(some[i%len(some)], []byte("\n"))
		all = append(all, bytes.Replace(line, []byte(mark), fmt.Appendf(nil, "%s%d-", mark, i/len(some)), 1)...)
		all = append(all, '\n')
	}
	return all
}

// place is a fresh database with an account to import into.
type place struct {
	*testing.T
	dsn     string
	store   *db.Store
	account *desk.Account
}

func newPlace(t *testing.T, plan desk.Plan, created time.Time) *place {
	t.Helper()
	p := &place{T: t, dsn: dbtest.DSN(t)}
	var err error
	if p.store, err = db.Open(t.Context(), p.dsn, db.Options{MaxConns: 8}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.store.Close() })
	out, err := p.store.CreateAccount(t.Context(), write.Write{Mutation: "test", At: created},
		write.CreateAccount{Slug: "acme", Name: "Acme", Plan: plan, AdminEmail: "ada@acme.test", AdminName: "Ada"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.account = out.Account
	return p
}

func newStarter(t *testing.T) *place { return newPlace(t, desk.PlanStarter, time.Time{}) }

// importer is a new process, as it were: it knows nothing of earlier runs.
func (p *place) importer(f *Format) (*Importer, *[]string) {
	var bad []string
	return &Importer{
		Store: p.store, Account: p.account, Format: f, Inbox: "Imported", Channel: "Imported",
		Bad: func(b *BadLine) { bad = append(bad, b.Error()) },
	}, &bad
}

// run imports a whole file, of which no line may be bad.
func (p *place) run(f *Format, file []byte) Result {
	p.Helper()
	im, bad := p.importer(f)
	sum, err := im.Run(p.Context(), bytes.NewReader(file))
	if err != nil {
		p.Fatal(err)
	}
	if len(*bad) > 0 {
		p.Fatalf("bad lines: %v", *bad)
	}
	return sum
}

// sql asks for rows in a text form of the database's own.
func (p *place) sql(query string, args ...any) []string {
	p.Helper()
	c, err := pgx.Connect(context.Background(), p.dsn+"&timezone=UTC")
	if err != nil {
		p.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	rows, err := c.Query(context.Background(), "SELECT array_to_string(array_agg(v), E'\\x1f') FROM ("+query+") AS q(v)", args...)
	if err != nil {
		p.Fatal(err)
	}
	joined, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[*string])
	if err != nil {
		p.Fatal(err)
	}
	if joined == nil {
		return nil
	}
	return strings.Split(*joined, "\x1f")
}

func (p *place) count(table string) int {
	p.Helper()
	var n int
	if _, err := fmt.Sscan(p.sql("SELECT count(*)::text FROM " + table)[0], &n); err != nil {
		p.Fatal(err)
	}
	return n
}

// contents is everything that was imported and what the log says of it, without keys.
func (p *place) contents() string {
	p.Helper()
	var all []string
	for _, q := range []string{
		"SELECT concat_ws('|', number, subject, status, thread_key, created_at, closed_at) FROM conversations ORDER BY number",
		"SELECT concat_ws('|', external_id, kind, delivery, created_at, md5(text)) FROM messages ORDER BY created_at, external_id",
		"SELECT concat_ws('|', number, name, priority, created_at, closed_at, properties) FROM tickets ORDER BY number",
		"SELECT concat_ws('|', external_id, email, phone, name) FROM contacts ORDER BY 1",
		"SELECT concat_ws('|', kind, count(*)) FROM events GROUP BY kind ORDER BY kind",
	} {
		all = append(all, p.sql(q)...)
	}
	return strings.Join(all, "\n")
}

// same compares two lists and shows where they part.
func (p *place) same(what string, got, want []string) {
	p.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			p.Fatalf("%s: %q is missing (%d instead of %d)", what, want[i], len(got), len(want))
		case i >= len(want):
			p.Fatalf("%s: %q is too much (%d instead of %d)", what, got[i], len(got), len(want))
		case got[i] != want[i]:
			p.Fatalf("%s: got %q, want %q", what, got[i], want[i])
		}
	}
}

// decodeLines reads a file of JSON lines without any of the code under test.
func decodeLines[T any](t *testing.T, file []byte) (out []T) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(file))
	for d.More() {
		var v T
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000") }

const stampSQL = `'YYYY-MM-DD"T"HH24:MI:SS.MS'`
