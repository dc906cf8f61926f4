package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A run that is stopped again and again, between records and in the middle of one, ends with the
// same as one that was left alone.
func TestInterruptedRunsComplete(t *testing.T) {
	t.Parallel()
	file := repeated(fixture(t, tweetFile), `"id":"`, 60)
	calm := newStarter(t)
	calm.run(&tweets, file)
	p, sum, runs := newStarter(t), Result{}, 0
	for patience := 3 * time.Millisecond; ; patience += patience / 4 {
		im, _ := p.importer(&tweets)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		one, err := im.Run(ctx, bytes.NewReader(file))
		cancel()
		sum.Added += one.Added
		if runs++; err == nil {
			break
		}
	}
	// A commit that went through while the context ended is counted as neither, but it is there.
	if sum.Added > 60 || runs < 3 {
		t.Errorf("%d records were added in %d runs", sum.Added, runs)
	}
	if got, want := p.contents(), calm.contents(); got != want {
		t.Errorf("after %d runs it is not the same as after one:\n%s", runs, firstDifference(got, want))
	}
}

// The same when the database cuts the connection off, whatever the import is doing.
func TestCutConnectionsComplete(t *testing.T) {
	t.Parallel()
	file := repeated(fixture(t, issueFile), `"key":"`, 40)
	calm, p := newStarter(t), newStarter(t)
	calm.run(&jira, file)
	stop := p.cutConnections(15 * time.Millisecond)
	cut := 0
	for {
		im, bad := p.importer(&jira)
		_, err := im.Run(t.Context(), bytes.NewReader(file))
		if len(*bad) > 0 {
			t.Fatalf("a cut connection is no fault of the line: %v", *bad)
		}
		if err == nil {
			break
		}
		if cut++; cut == 10 {
			stop()
		}
	}
	stop()
	if cut == 0 {
		t.Error("no run was cut off")
	}
	if got, want := p.contents(), calm.contents(); got != want {
		t.Errorf("after %d cuts it is not the same as without:\n%s", cut, firstDifference(got, want))
	}
}

func (p *place) cutConnections(every time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(p.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := pgx.Connect(ctx, p.dsn)
		if err != nil {
			return
		}
		defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
		for ctx.Err() == nil {
			time.Sleep(every)
			_, _ = c.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		}
	}()
	return sync.OnceFunc(func() { cancel(); <-done })
}

// Several imports of the same file at once bring each record in once.
func TestImportsAtOnce(t *testing.T) {
	t.Parallel()
	p, file := newStarter(t), repeated(fixture(t, tweetFile), `"id":"`, 40)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var sum Result
	for range 4 {
		wg.Go(func() {
			im, _ := p.importer(&tweets)
			one, err := im.Run(t.Context(), bytes.NewReader(file))
			mu.Lock()
			defer mu.Unlock()
			if sum.Add(one); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if want := (Result{Added: 40, There: 120}); sum != want {
		t.Errorf("got %+v, want %+v", sum, want)
	}
	p.same("what was made for it", p.sql("SELECT concat_ws(' ', (SELECT count(*) FROM inboxes), (SELECT count(*) FROM channels), (SELECT count(*) FROM conversations))"), []string{"1 1 40"})
}

const good = `{"id":"%d","started":"2020-04-01T17:31:32.000Z","duration":"01:00:00.0","turns":[{"id":"1","role":"customer","author":"cust_1","at":"2020-04-01T17:31:32.000Z","text":"help"},{"id":"2","role":"agent","author":"Acme","at":null,"text":"gladly"}]}` + "\n"

// with is a good line with one thing wrong.
func with(n int, part, other string) string {
	return strings.Replace(fmt.Sprintf(good, n), part, other, 1)
}

// Each bad line is told with its number and the reason, and all the others go in. A detail that can
// be mended does not make a line bad.
func TestBadLines(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		format *Format
		file   string
		bad    []string // what each complaint begins with or has in it
		added  int
		kept   string // reads what is kept of the good lines
		rows   []string
	}{
		{"tweets", &tweets, fmt.Sprintf(good, 1) + "{\"id\":\n" + "\n" + "null\n[1]\n" +
			with(2, `"id":"2"`, `"id":""`) + with(3, "customer", "robot") + with(4, "2020-04-01T17:31:32.000Z\",\"text", "yesterday\",\"text") +
			with(5, "01:00:00.0", "an hour") + with(6, "help", `a\u0000b`) + with(7, "help", "") + with(8, "help", "\xff") +
			with(9, "2020-04-01T17:31:32.000Z\",\"duration", "2920-04-01T17:31:32.000Z\",\"duration") +
			with(10, "help", strings.Repeat("x", 300<<10)) + with(11, `"cust_1"`, `""`) +
			`{"id":"12","turns":[]}` + "\n" + with(13, "help", strings.Repeat("y", maxLine)) + strings.TrimSpace(fmt.Sprintf(good, 14)),
			[]string{
				"line 2: not the JSON", "line 4: null", "line 5: not the JSON", "line 6: id is missing", `line 7: turn 1: the role "robot"`,
				`line 8: turn 1: parsing time "yesterday"`, `line 9: turn 2: duration "an hour"`, "line 11: message 1: The message is empty",
				"line 12: not UTF-8", "line 13: the time 2920-04-01T18:31:32Z is not between", "line 15: turn 1: id or author is missing",
				"line 16: the conversation has no messages", "line 17: longer than 16 MiB",
			}, 4, "SELECT DISTINCT left(text, 3) || ' ' || octet_length(text) FROM messages ORDER BY 1", []string{"a\ufffdb 5", "gla 6", "hel 4", "xxx 262144"}},
		{"jira", &jira, `{"key":"A-1","fields":{"summary":"s","status":{"name":"New"},"reporter":{"accountId":"r"},"created":"2010-01-31"}}` + "\n" +
			`{"key":"A-2","fields":{"status":{"name":"New"},"reporter":{"accountId":"r"},"created":"2010-01-31T08:48:54.888-0600"}}` + "\n" +
			`{"key":"A-3","fields":{"summary":"s","status":{"name":"New"},"reporter":{"accountId":"r","emailAddress":"nobody"},"created":"2010-01-31T08:48:54.888-0600"}}` + "\n" +
			`{"key":"A-4","fields":{"summary":"s","labels":[""],"status":{"name":"New"},"reporter":{"accountId":"r"},"created":"2010-01-31T08:48:54.888-0600"}}` + "\n" +
			`{"key":"A-5","fields":{"summary":"s","status":{"name":"New"},"reporter":{"accountId":"r"},"created":"2010-01-31T08:48:54.888-0600"}}`,
			[]string{
				`line 1: created "2010-01-31" is not written as`, "line 2: key, summary, status or reporter is missing",
				"line 4: value must not be empty. (options.0.value)",
			}, 2, "SELECT coalesce(email, external_id) FROM contacts ORDER BY 1", []string{"jira:r"}},
		{"contacts", &contacts, "first_name,email,phone_number\nAnn,ann@a.test,\nBob,,\nCid,cid,\nDee,dee@a.test,12,34\nEve,\"eve@a.test\"x,\n" +
			"Flo,\"flo@a.test,\nGus,gus@a.test,call me\nHal,hal@a.test\x00,\nIda,ida@a.test,030 1234\n",
			[]string{
				"line 3: A contact needs an email address", "line 4: This is not an email address", "line 5: 4 columns, and the first line names 3",
				`line 6: extraneous or missing " in quoted-field`, `line 7: extraneous or missing " in quoted-field`, "line 8: A phone number can contain only digits",
				"line 9: The text contains the character U+0000",
			}, 2, "SELECT email FROM contacts ORDER BY 1", []string{"ann@a.test", "ida@a.test"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := newStarter(t)
			im, bad := p.importer(tc.format)
			sum, err := im.Run(t.Context(), strings.NewReader(tc.file))
			if want := (Result{Added: tc.added, Bad: len(tc.bad)}); err != nil || sum != want {
				t.Errorf("got %+v and %v, want %+v", sum, err, want)
			}
			for i, want := range tc.bad {
				if i >= len(*bad) || !strings.HasPrefix((*bad)[i], want) {
					t.Errorf("complaint %d does not begin with %q: %q", i+1, want, *bad)
				}
			}
			p.same("what is kept", p.sql(tc.kept), tc.rows)
		})
	}
}

// A file that can't be read on is a fault, not a bad line.
func TestBrokenFile(t *testing.T) {
	t.Parallel()
	p := newStarter(t)
	for _, f := range Formats {
		im, bad := p.importer(f)
		_, err := im.Run(t.Context(), io.MultiReader(strings.NewReader("\n"), brokenDisk{}))
		if err == nil || !strings.Contains(err.Error(), "disk") || len(*bad) > 0 {
			t.Errorf("%s: got %v and %v", f.Name, err, *bad)
		}
	}
	im, _ := p.importer(&contacts)
	if _, err := im.Run(t.Context(), strings.NewReader("a,b\n1,2\n")); err == nil || !strings.Contains(err.Error(), "names no column") {
		t.Errorf("a file without known columns: %v", err)
	}
}

// An inbox that can't be is told once, not as the fault of every line.
func TestNoInbox(t *testing.T) {
	t.Parallel()
	im, bad := newStarter(t).importer(&tweets)
	im.Inbox = " "
	_, err := im.Run(t.Context(), strings.NewReader(fmt.Sprintf(good, 1)+fmt.Sprintf(good, 2)))
	if err == nil || !strings.Contains(err.Error(), "line 1: the inbox or its channel cannot be created: name must not be empty.") || len(*bad) > 0 {
		t.Errorf("got %v and %v", err, *bad)
	}
}

// Every author has an address of their own, in whatever letters they write their name.
func TestAddress(t *testing.T) {
	t.Parallel()
	for author, want := range map[string]string{
		"TeamYouTube": "teamyoutube@import.invalid", "Ask_WellsFargo": "ask_wellsfargo@import.invalid",
		"Ann Lee": "ann-lee-e4959174@import.invalid", "李明": "---aa227102@import.invalid", "王芳": "---8ac9540b@import.invalid",
	} {
		if got := agentAddress(author); got != want {
			t.Errorf("%s: got %s, want %s", author, got, want)
		}
	}
}

type brokenDisk struct{}

func (brokenDisk) Read([]byte) (int, error) { return 0, fmt.Errorf("the disk is broken") }

// Turns are put in order; times that are not known are those of the turn before, or of the first
// that is known.
func TestSettle(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(h int) time.Time { return now.Add(time.Duration(h) * time.Hour) }
	for name, tc := range map[string]struct {
		in   []Utterance
		want string
	}{
		"no times":    {[]Utterance{{Key: "a"}, {Key: "b"}}, "a@0 b@0 "},
		"some times":  {[]Utterance{{Key: "a"}, {Key: "b", At: at(-5)}, {Key: "c"}, {Key: "d", At: at(-2)}}, "a@-5 b@-5 c@-5 d@-2 "},
		"not sorted":  {[]Utterance{{Key: "a", At: at(-1)}, {Key: "b", At: at(-3)}, {Key: "c", At: at(-1)}}, "b@-3 a@-1 c@-1 "},
		"in future":   {[]Utterance{{Key: "a", At: at(48)}}, "error"},
		"long ago":    {[]Utterance{{Key: "a", At: now.AddDate(-100, 0, 0)}}, "error"},
		"no messages": {nil, "error"},
	} {
		r, got := &Record{Thread: &Thread{Utterances: tc.in}, Ticket: &Ticket{}}, ""
		if err := r.completeTimes(now); err != nil {
			got = "error"
		} else {
			for _, turn := range r.Thread.Utterances {
				got += fmt.Sprintf("%s@%d ", turn.Key, int(turn.At.Sub(now).Hours()))
			}
		}
		if got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return fmt.Sprintf("%d lines instead of %d", len(g), len(w))
}
