package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"deskwire/db/dbtest"
	"deskwire/db/embedded"
)

// command runs the program as a shell would.
func command(t *testing.T, args ...string) (code int, out, log string) {
	t.Helper()
	var o, l bytes.Buffer
	code = runProgram(context.Background(), args, console{&o, &l})
	return code, o.String(), l.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What the command says and how it ends, for files that are whole, partly bad, or not there.
func TestImportCommand(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	if code, _, log := command(t, "account", "--database-url", dsn, "--slug", "acme", "--admin", "ada@acme.test"); code != 0 {
		t.Fatal(log)
	}
	whole := file(t, "whole.csv", "name,email\nMina,mina@acme.test\nOmar,omar@acme.test\n")
	broken := file(t, "broken.csv", "name,email\nPia,pia@acme.test\nRui,nowhere\nSol,sol@acme.test\n")
	for _, tc := range []struct {
		name     string
		account  string
		files    []string
		code     int
		out, log string // log is a pattern
	}{
		{"whole", "acme", []string{whole}, 0, "added: 2\nthere already: 0\nbad lines: 0\n", `^\S+whole\.csv: 2 records in \S+ \(\d+/s\)\n$`},
		{"again, and partly bad", "acme", []string{whole, broken}, 2, "added: 2\nthere already: 2\nbad lines: 1\n",
			`broken\.csv:3: This is not an email address\. Write it as name@host\. \(email\)\n(?s:.*)deskwire: some lines were invalid`},
		{"no such file", "acme", []string{whole, "nowhere.csv"}, 1, "", `deskwire: open nowhere\.csv: no such file or directory\n$`},
		{"no such account", "other", []string{whole}, 1, "", `deskwire: there is no account other: create it with deskwire account`},
	} {
		args := append([]string{"import", "--database-url", dsn, "--account", tc.account, "--format", "contacts"}, tc.files...)
		code, out, log := command(t, args...)
		if code != tc.code || out != tc.out || !regexp.MustCompile(tc.log).MatchString(log) {
			t.Errorf("%s: ended with %d and said %q and %q", tc.name, code, out, log)
		}
	}
}

// Ctrl-C ends an import with a code that scripts notice, and says how to go on.
func TestImportInterrupted(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	if code, _, log := command(t, "account", "--database-url", dsn, "--slug", "acme", "--admin", "ada@acme.test"); code != 0 {
		t.Fatal(log)
	}
	ctx, cancel := context.WithCancel(t.Context())
	many := file(t, "many.csv", "name,email\n"+strings.Repeat("Mina,mina@acme.test\n", 5000)+"Rui,nowhere\n")
	c := console{new(bytes.Buffer), new(bytes.Buffer)}
	done := make(chan int)
	go func() {
		done <- runProgram(ctx, []string{"import", "--database-url", dsn, "--account", "acme", "--format", "contacts", many}, c)
	}()
	for len(dbtest.QueryTexts(t, dsn, "SELECT name FROM contacts")) == 0 {
		continue
	}
	cancel()
	if code := <-done; code != 1 {
		t.Errorf("ended with %d", code)
	}
	if log := c.err.(*bytes.Buffer).String(); !strings.Contains(log, "interrupted after") {
		t.Errorf("it said %q", log)
	}
}

// kill -9 in the middle, as often as one likes: another run goes on, and each record is there once
// and whole.
func TestImportKilled(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	if code, _, log := command(t, "account", "--database-url", dsn, "--slug", "acme", "--admin", "ada@acme.test"); code != 0 {
		t.Fatal(log)
	}
	some, err := os.ReadFile(filepath.Join("intake", "testdata", "tweets.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	tweets := ""
	for copies := range 200 / bytes.Count(some, []byte("\n")) {
		tweets += strings.ReplaceAll(string(some), `{"id":"lumo`, fmt.Sprintf(`{"id":"lumo%d`, copies))
	}
	args := []string{"import", "--account", "acme", "--format", "tweets", file(t, "tweets.jsonl", tweets)}
	for _, after := range []string{"20", "60", "120"} {
		cmd := runnable(t, []string{"DATABASE_URL=" + dsn}, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for len(dbtest.QueryTexts(t, dsn, "SELECT subject FROM conversations OFFSET "+after)) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	r := execute(t, []string{"DATABASE_URL=" + dsn}, args...)
	if r.code != 0 || !regexp.MustCompile(`^added: \d+\nthere already: \d{3}\nbad lines: 0\n$`).MatchString(r.out) {
		t.Errorf("ended with %d and said %q and %q", r.code, r.out, r.err)
	}
	got := dbtest.QueryTexts(t, dsn, "SELECT concat_ws(' ', (SELECT count(*) FROM conversations), (SELECT count(DISTINCT thread_key) FROM conversations), (SELECT count(*) FROM messages))")
	if want := fmt.Sprint("200 200 ", strings.Count(tweets, `"role":`)); got[0] != want {
		t.Errorf("there are %s conversations, threads and messages, want %s", got[0], want)
	}
}

// The demo comes into a foreign database on request only, and into no account of that name.
func TestSeedCommand(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	code, out, log := command(t, "seed", "--database-url", dsn)
	if code != 0 || !strings.Contains(out, "deskwire token --account demo --email ada@demo.test") {
		t.Errorf("ended with %d and said %q and %q", code, out, log)
	}
	code, out, log = command(t, "seed", "--database-url", dsn)
	if code != 1 || out != "" || !strings.Contains(log, "the account demo already exists") {
		t.Errorf("again: ended with %d and said %q and %q", code, out, log)
	}
}

// Made-up conversations go into an account of their own, once.
func TestSeedConversations(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	args := []string{"seed", "--database-url", dsn, "--conversations", "40", "--account", "made", "--until", "2026-03-31"}
	code, out, log := command(t, args...)
	if code != 0 || !strings.Contains(out, "made has 40 conversations with ") || !strings.Contains(log, "made: 40 records in ") {
		t.Fatalf("ended with %d: %s %s", code, out, log)
	}
	for _, tc := range []struct {
		args []string
		want string
	}{
		{args, "the account made already has conversations or contacts: nothing was changed"},
		{args[:5], "give --conversations and --account together"},
		{[]string{"seed", "--database-url", dsn, "--conversations=-1", "--account", "other"}, "an account is filled with 1 to "},
		{[]string{"seed", "--database-url", dsn, "--conversations", "1", "--account", "Not a slug"}, "A slug starts with"},
	} {
		if code, out, log := command(t, tc.args...); code != 1 || out != "" || !strings.Contains(log, tc.want) {
			t.Errorf("%v ended with %d: %s %s", tc.args, code, out, log)
		}
	}
}

func TestImportCommand_withoutFiles(t *testing.T) {
	t.Parallel()
	code, _, log := command(t, "import", "--account", "acme", "--format", "jira")
	if code != 1 || log != "deskwire: import needs the files to read: deskwire import --account acme --format jira FILE…\n" {
		t.Errorf("%d: %s", code, log)
	}
}

// Who asks for a token of nobody is told where was looked, without the password.
func TestTokenCommand_saysWhichDatabase(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	code, out, log := command(t, "token", "--database-url", dsn, "--email", "nobody@acme.test", "--account", "acme")
	if code != 1 || out != "" || !strings.Contains(log, "no active agent nobody@acme.test in an account acme") || !strings.Contains(log, "looked in the database") {
		t.Errorf("%d: %s%s", code, out, log)
	}
	for _, c := range []struct {
		settings Settings
		want     string
		unsaid   bool
	}{
		{Settings{DatabaseURL: "postgres://deskwire:secret@db.example:5433/desk?sslmode=require"}, "the database desk of DATABASE_URL, on db.example:5433", false},
		{Settings{DatabaseURL: "host=/tmp user=x"}, "the database of DATABASE_URL", false},
		{Settings{DataDir: "/data"}, "the private database in /data", false},
		{Settings{}, "the private database in " + embedded.DefaultDir(), true},
	} {
		if got := c.settings.databaseName(); got != c.want || c.settings.usesDefaultDatabase() != c.unsaid {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
