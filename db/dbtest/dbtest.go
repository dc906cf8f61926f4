// Package dbtest gives each test a fresh database on a real Postgres, which it starts once
// for each test binary and stops at its end.
package dbtest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/embedded"
)

const template = "deskwire_template"

var (
	once   sync.Once
	server *embedded.Server
	failed error
	dir    string
	number atomic.Int64
)

// Main runs the tests of a package and stops Postgres behind them. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	Stop()
	os.Exit(code)
}

// Stop ends the Postgres of the tests, for who has a main of its own.
func Stop() {
	if server != nil {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stopping Postgres:", err)
		}
	}
	if dir != "" {
		_ = os.RemoveAll(dir)
	}
}

// New opens a fresh, migrated database for this test alone.
func New(t testing.TB) *db.Store { return Open(t, db.Options{}) }

// Open is New with options.
func Open(t testing.TB, o db.Options) *db.Store {
	t.Helper()
	if o.MaxConns == 0 {
		o.MaxConns = 24
	}
	s, err := db.Open(context.Background(), DSN(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// DSN makes a fresh, migrated database for this test alone and gives its address. It is
// dropped when the test ends.
func DSN(t testing.TB) string {
	t.Helper()
	if once.Do(startTemplate); failed != nil {
		t.Fatal(failed)
	}
	return create(t, template)
}

// EmptyDSN makes a fresh database without a single table, and gives its address. It is dropped when
// the test ends.
func EmptyDSN(t testing.TB) string {
	t.Helper()
	if once.Do(startTemplate); failed != nil {
		t.Fatal(failed)
	}
	return create(t, "template0")
}

func create(t testing.TB, template string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", number.Add(1))
	if err := runAdmin("CREATE DATABASE " + name + " TEMPLATE " + template + " STRATEGY FILE_COPY"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := runAdmin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return databaseURL(name)
}

// Log is what Postgres has logged since the offset, and where the log ends now.
func Log(t testing.TB, since int64) (string, int64) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres.log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text[min(since, int64(len(text))):]), int64(len(text))
}

// startTemplate starts Postgres and makes the template: migrated once, copied for each test.
func startTemplate() {
	ctx := context.Background()
	if dir, failed = os.MkdirTemp(baseDir(), "deskwire-test-"); failed != nil {
		return
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	server, failed = embedded.Start(ctx, embedded.Options{Dir: dir, Unsafe: true, Log: quiet})
	if failed != nil {
		return
	}
	if failed = runAdmin("CREATE DATABASE " + template); failed != nil {
		return
	}
	var s *db.Store
	if s, failed = db.Open(ctx, databaseURL(template), db.Options{}); failed != nil {
		return
	}
	defer func() { _ = s.Close() }()
	failed = s.Migrate(ctx)
}

// runAdmin runs one statement on the server's own database. One at a time: CREATE DATABASE
// wants its template for itself.
func runAdmin(sql string) error {
	adminLock.Lock()
	defer adminLock.Unlock()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, server.DSN())
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, sql)
	return err
}

var adminLock sync.Mutex

// QueryTexts asks a database for one column of texts.
func QueryTexts(t testing.TB, dsn, query string) []string {
	t.Helper()
	c, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	rows, err := c.Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func databaseURL(database string) string {
	return strings.Replace(server.DSN(), "/deskwire?", "/"+database+"?", 1)
}
