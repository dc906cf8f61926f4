//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/embedded"
	"deskwire/desk"
)

// restartScenarios are how Postgres goes away and comes back while everybody works.
var restartScenarios = []struct {
	name string
	away time.Duration
	down func(*testing.T, *ownPostgres)
}{
	{"a short restart", 0, func(t *testing.T, p *ownPostgres) { p.stop(t) }},
	{"kill -9 of Postgres", 0, func(t *testing.T, p *ownPostgres) { p.kill(t) }},
	{"all connections are cut", 0, nil},
	{"longer than anybody waits", 4 * time.Second, func(t *testing.T, p *ownPostgres) { p.stop(t) }},
}

// TestRestart restarts Postgres under load. Nobody is told that something went wrong inside: calls
// succeed after a moment, or say in a way that programs understand that the database is away, and
// then nothing has happened. The server recovers by itself.
func TestRestart(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	s := startOn(t, p.dsn())
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	l := &restartLoad{account: a, channel: channel, errorCodes: map[string]int{}}
	hand := func() sqlConn { return connectSQL(t, p.dsn()) }

	for i, r := range restartScenarios {
		wait := l.startClients(t, i)
		eventually(t, "the load to be in the middle", func() bool { return l.answered.Load() >= 20 })
		if r.down == nil {
			if _, err := hand().Exec(context.Background(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'deskwire'"); err != nil {
				t.Fatal(err)
			}
		} else {
			r.down(t, p)
			if resp, err := http.Get(s.URL + "/readyz"); err != nil || resp.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("%s: without Postgres it is ready: %v %v", r.name, resp, err)
			}
			time.Sleep(r.away) // this one is about time
			p.start(t)
		}
		eventually(t, "the server to be ready again", func() bool {
			resp, err := http.Get(s.URL + "/readyz")
			return err == nil && resp.StatusCode == http.StatusOK
		})
		l.answered.Store(0)
		eventually(t, "the load to go on", func() bool { return l.answered.Load() >= 20 })
		wait()
		l.checkWrites(t, r.name, hand())
		t.Logf("%s: %d calls, of which were told: %v", r.name, len(l.calls), l.errorCodes)
		if r.away > 0 && l.errorCodes["UNAVAILABLE"] == 0 {
			t.Errorf("%s: nobody was told", r.name)
		}
		l.calls, l.errorCodes = nil, map[string]int{}
	}
}

// ownPostgres is one of the test's own, to be stopped and killed. It keeps what it has answered, as
// a real one.
type ownPostgres struct {
	dir     string
	running *embedded.Server
}

func newPostgres(t *testing.T) *ownPostgres {
	t.Helper()
	p := newEmptyPostgres(t)
	store, err := db.Open(context.Background(), p.dsn(), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if err := store.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return p
}

// newEmptyPostgres has no tables yet.
func newEmptyPostgres(t *testing.T) *ownPostgres {
	t.Helper()
	dir, err := os.MkdirTemp("", "deskwire-restart-")
	if err != nil {
		t.Fatal(err)
	}
	p := &ownPostgres{dir: dir}
	t.Cleanup(func() { _ = p.running.Stop(); _ = os.RemoveAll(dir) })
	p.start(t)
	return p
}

func (p *ownPostgres) start(t *testing.T) {
	t.Helper()
	var err error
	if p.running, err = embedded.Start(context.Background(), embedded.Options{Dir: p.dir, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
}

func (p *ownPostgres) dsn() string { return p.running.DSN() }

func (p *ownPostgres) stop(t *testing.T) {
	t.Helper()
	if err := p.running.Stop(); err != nil {
		t.Fatal(err)
	}
}

func (p *ownPostgres) kill(t *testing.T) {
	t.Helper()
	signalProcess(t, p.postmaster(t), syscall.SIGKILL)
	<-p.running.Done()
	_ = p.running.Stop()
}

func (p *ownPostgres) postmaster(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func signalProcess(t *testing.T, pid int, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatalf("%v to %d: %v", signal, pid, err)
	}
}

// restartLoad is clients at work: some read, some write with an idempotency key and some without.
type restartLoad struct {
	*account
	channel  string
	answered atomic.Int64

	mu         sync.Mutex
	calls      []startedConversation
	errorCodes map[string]int // how often each code was told
}

// startedConversation is one conversation that somebody started.
type startedConversation struct {
	subject string
	code    string // "" when it was done
}

// startClients starts the clients; the function that it returns stops them.
func (l *restartLoad) startClients(t *testing.T, round int) (wait func()) {
	t.Helper()
	l.answered.Store(0)
	var wg sync.WaitGroup
	end := make(chan struct{})
	for person := range 6 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-end:
					return
				default:
				}
				if person%3 == 0 {
					l.reads(t)
				} else {
					l.writes(t, fmt.Sprintf("round %d, person %d, call %d", round, person, n), person%3 == 1)
				}
			}
		})
	}
	return func() { close(end); wg.Wait() }
}

func (l *restartLoad) reads(t *testing.T) {
	code, _ := l.request(t, `{ conversations(first: 5) { nodes { subject contact { name } messages(last: 2) { nodes { text } } } } contacts(first: 5) { nodes { name } } }`, nil)
	if code == "" {
		l.answered.Add(1)
	}
}

func (l *restartLoad) writes(t *testing.T, subject string, withKey bool) {
	in := vars{"channelId": l.channel, "contact": vars{"email": "pia@contact.test"}, "subject": subject}
	if withKey {
		in["idempotencyKey"] = subject
	}
	code, got := l.request(t, `mutation($in: ConversationStartInput!) { conversationStart(input: $in) { conversation { id } errors { code message } } }`, vars{"in": in})
	if code == "" && len(got.at("conversationStart").list("errors")) > 0 {
		t.Errorf("%s was refused: %s", subject, got.Raw)
	}
	if code == "" {
		l.answered.Add(1)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, startedConversation{subject, code})
}

// request sends one request and gives the code of its error, which must be one that says that the
// database is away.
func (l *restartLoad) request(t *testing.T, query string, v vars) (code string, got *answer) {
	body, _ := json.Marshal(map[string]any{"query": query, "variables": v})
	req, err := http.NewRequest(http.MethodPost, l.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Error(err)
		return "", nil
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+l.admin.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Error(err)
		return "?", &answer{}
	}
	defer func() { _ = resp.Body.Close() }()
	raw, _ := io.ReadAll(resp.Body)
	got = &answer{Raw: string(raw)}
	if err := json.Unmarshal(raw, got); err != nil {
		t.Errorf("%d %s", resp.StatusCode, raw)
		return "?", got
	}
	for _, e := range got.Errors {
		code, _ = e.Extensions["code"].(string)
		if code != "UNAVAILABLE" && code != "OUTCOME_UNKNOWN" {
			t.Errorf("answered %d %s", resp.StatusCode, raw)
		}
	}
	if hasData := strings.Contains(got.Raw, `"data"`); hasData != (resp.StatusCode == 200) || !hasData && (resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "") {
		t.Errorf("answered %d, %v: %s", resp.StatusCode, resp.Header, raw)
	}
	if code != "" {
		l.mu.Lock()
		l.errorCodes[code]++
		l.mu.Unlock()
	}
	return code, got
}

// checkWrites looks for all that was written: what was answered is there once, and what was said
// not to have happened is not.
func (l *restartLoad) checkWrites(t *testing.T, round string, conn sqlConn) {
	t.Helper()
	for _, c := range l.calls {
		var n int
		if err := conn.QueryRow(context.Background(), "SELECT count(*) FROM conversations WHERE subject = $1", c.subject).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 1 || c.code == "" && n != 1 || c.code == "UNAVAILABLE" && n != 0 {
			t.Errorf("%s: %q was answered with the code %q and is there %d times", round, c.subject, c.code, n)
		}
	}
}

// TestABrokenConnection cuts one connection in the middle of a mutation. Before the commit was sent
// it is done again, and works. Once it was sent, only a key lets it be done again; else the answer
// says that nobody knows.
func TestABrokenConnection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		when string // the trigger cuts
		key  string
		code string
	}{
		"before the commit":                {"AFTER INSERT ON teams", "", ""},
		"while it commits":                 {"AFTER INSERT ON teams DEFERRABLE INITIALLY DEFERRED", "", "OUTCOME_UNKNOWN"},
		"while it commits, but with a key": {"AFTER INSERT ON teams DEFERRABLE INITIALLY DEFERRED", `, idempotencyKey: "once"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			a := s.newAccount(t, desk.PlanStarter, time.Now())
			conn := s.sqlConn(t)
			// A sequence goes on counting when a transaction is rolled back.
			if _, err := conn.Exec(context.Background(), `CREATE SEQUENCE cuts; CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$
				BEGIN IF nextval('cuts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); END IF; RETURN NULL; END $$;
				CREATE CONSTRAINT TRIGGER cut `+c.when+` FOR EACH ROW EXECUTE FUNCTION cut()`); err != nil {
				t.Fatal(err)
			}
			got, err := a.admin.tryQuery(`mutation { teamCreate(input: {name: "Night shift"`+c.key+`}) { team { id } errors { code } } }`, nil)
			if err != nil {
				t.Fatal(err)
			}
			code := ""
			if len(got.Errors) > 0 {
				code, _ = got.Errors[0].Extensions["code"].(string)
			}
			var teams int
			if err := conn.QueryRow(context.Background(), "SELECT count(*) FROM teams WHERE name = 'Night shift'").Scan(&teams); err != nil {
				t.Fatal(err)
			}
			if done := code == ""; code != c.code || done != (got.at("teamCreate").str("team.id") != "") || done != (teams == 1) {
				t.Errorf("answered %d %s, and %d are there", got.Status, got.Raw, teams)
			}
		})
	}
}

// TestRecoveryToAnEarlierTime recovers the database as one does after an accident, under a server
// that goes on running. Transaction numbers are given out anew then, so cursors from before would
// miss events: they are refused.
func TestRecoveryToAnEarlierTime(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	s := startOn(t, p.dsn())
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	since := a.admin.do(t, "{ eventCursor }", nil).at(".").str("eventCursor")
	ask := func() *answer {
		t.Helper()
		got, err := a.admin.tryQuery("query($since: String) { events(since: $since, first: 5) { nodes { kind } } }", vars{"since": since})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	p.stop(t)
	p.start(t)
	a.receiveMessage(t, channel, "one", "pia@contact.test", "Hello")
	if got := ask(); len(got.at("events").list("nodes")) == 0 {
		t.Fatalf("after a mere restart: %s", got.Raw)
	}
	p.stop(t)
	for name, text := range map[string]string{"recovery.signal": "", "postgresql.auto.conf": "restore_command = 'false'\n"} {
		if err := os.WriteFile(filepath.Join(p.dir, "data", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p.start(t)
	got := ask()
	if len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != "INVALID_INPUT" || fmt.Sprint(got.Errors[0].Extensions["argumentPath"]) != "[since]" {
		t.Errorf("a cursor of the time before was answered %s", got.Raw)
	}
	since = a.admin.do(t, "{ eventCursor }", nil).at(".").str("eventCursor")
	a.receiveMessage(t, channel, "two", "pia@contact.test", "Hello again")
	if got := ask(); len(got.at("events").list("nodes")) == 0 {
		t.Errorf("a new cursor was answered %s", got.Raw)
	}
}
