package e2e

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
	graphserver "deskwire/graph/server"
	"deskwire/tracing"
)

func TestMain(m *testing.M) {
	// Enough for every run; the command line may ask for more: -rapid.checks=1000.
	if err := flag.Set("rapid.checks", "40"); err != nil {
		panic(err)
	}
	code := m.Run()
	dbtest.Stop()
	if crossing := crossAccountStatements(); len(crossing) > 0 {
		fmt.Println("FAIL: statements that may read or write across accounts; bind each table to one, or name the exception and its reason in cross_account_test.go:")
		fmt.Println(strings.Join(crossing, "\n"))
		code = 1
	}
	os.Exit(code)
}

// server is the whole program but its main: real HTTP, real Postgres, a clock that the test moves.
type server struct {
	*httptest.Server
	dsn    string // of its database, for who looks at it by hand
	store  *db.Store
	faults *faultLog
	stop   func() // ends what the handler keeps going; once
	drain  func(ctx context.Context, spread time.Duration)

	mu    sync.Mutex
	ahead time.Duration
}

func start(t testing.TB) *server {
	t.Helper()
	return startOn(t, dbtest.DSN(t))
}

// startOn starts on a database that is there.
func startOn(t testing.TB, dsn string) *server {
	t.Helper()
	return startWith(t, dsn, serverOptions{})
}

// serverOptions is what a server may have beside its database.
type serverOptions struct {
	replica   read.Replica
	traces    *tracing.Tracing
	saw       func(sql string) // is told each statement
	log       io.Writer        // gets the log as JSON, from INFO on; nil: nothing may be logged as an error
	configure func(*graphserver.Config)
	identity  graphserver.Identity
	options   func(*db.Options)
}

func startWith(t testing.TB, dsn string, more serverOptions) *server {
	t.Helper()
	loadAccountTables(t, dsn)
	s := &server{faults: &faultLog{}, dsn: dsn}
	var err error
	options := db.Options{Now: s.now, MaxConns: 24, Replica: more.replica, Saw: recordStatement, Trace: more.traces.Statement}
	if more.saw != nil {
		options.Saw = func(ctx context.Context, sql string) {
			more.saw(sql)
			recordStatement(ctx, sql)
		}
	}
	if more.options != nil {
		more.options(&options)
	}
	if s.store, err = db.Open(context.Background(), s.dsn, options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	log := slog.New(slog.NewTextHandler(s.faults, &slog.HandlerOptions{Level: slog.LevelError}))
	if more.log != nil {
		log = slog.New(slog.NewJSONHandler(more.log, nil))
	}
	auth, err := graphserver.NewAuthenticator(s.store, more.identity, log)
	if err != nil {
		t.Fatal(err)
	}
	// Many tests ask for all there is in one document.
	limits, err := graphserver.NewLimits("aliases=2000,fields=20000,repeats=100000,queries=1000,depth=50,cost=10000000", nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg := graphserver.Config{Store: s.store, Auth: auth, BaseURL: "http://desk.test", Timeout: 30 * time.Second, Limits: limits, Rates: &graphserver.Rates{}, Log: log, Around: compareExecutors(t), Tracing: more.traces}
	if more.configure != nil {
		more.configure(&cfg)
	}
	h := graphserver.NewHandler(cfg)
	s.Server = httptest.NewServer(h)
	s.stop, s.drain = sync.OnceFunc(h.Close), h.Drain
	t.Cleanup(s.stop)
	t.Cleanup(s.Close)
	t.Cleanup(func() { s.faults.check(t) })
	return s
}

func (s *server) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

func (s *server) advanceClock(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}

// faultLog keeps what the server logs as an error: no test may cause any.
type faultLog struct {
	mu   sync.Mutex
	text []byte
}

func (f *faultLog) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.text = append(f.text, b...)
	return len(b), nil
}

func (f *faultLog) check(t testing.TB) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.text) > 0 {
		_, _ = io.Copy(os.Stderr, io.LimitReader(bytes.NewReader(f.text), 8<<10))
		t.Errorf("the server logged faults")
	}
}

// forget drops what was logged, and says whether it names a text: for a test that causes a fault.
func (f *faultLog) forget(text string) (named bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	named = bytes.Contains(f.text, []byte(text))
	f.text = nil
	return named
}

var slugs atomic.Int64

// account is a tenant with people to act in it.
type account struct {
	*server
	slug  string
	admin *client
}

// newAccount makes an account with an admin.
func (s *server) newAccount(t testing.TB, plan desk.Plan, created time.Time) *account {
	t.Helper()
	slug := fmt.Sprintf("acme-%d", slugs.Add(1))
	_, err := s.store.CreateAccount(context.Background(), write.Write{Mutation: "test", At: created},
		write.CreateAccount{Slug: slug, Name: "Acme", Plan: plan, AdminEmail: "ada@" + slug + ".test", AdminName: "Ada"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &account{server: s, slug: slug}
	a.admin = a.clientOf(t, "ada@"+slug+".test")
	return a
}

// clientOf signs somebody in.
func (a *account) clientOf(t testing.TB, email string, scopes ...desk.Scope) *client {
	t.Helper()
	ctx := context.Background()
	by, err := a.store.ActorByEmail(ctx, a.slug, email)
	if err != nil || by == nil {
		t.Fatalf("no actor for %s: %v", email, err)
	}
	out, err := a.store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "test", Permission: (*desk.Actor).CheckMakeTokens}, func(ctx context.Context, tx *write.Tx) error {
		return tx.CreateToken(ctx, nil, "test", scopes, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &client{url: a.URL, token: *out.Secret}
}

// createAgent adds somebody to the account, in these teams, and signs them in.
func (a *account) createAgent(t testing.TB, name string, role desk.Role, teams ...string) (id string, c *client) {
	t.Helper()
	email := name + "@" + a.slug + ".test"
	p := a.admin.must(t, "agentCreate", "agent { id }", vars{"email": email, "name": name, "role": role})
	id = p.str("agent.id")
	for _, team := range teams {
		members := []string{id}
		for _, m := range a.admin.do(t, "query($id: ID!) { node(id: $id) { ... on Team { members { id } } } }", vars{"id": team}).at("node").list("members") {
			members = append(members, m.str("id"))
		}
		a.admin.must(t, "teamUpdate", "team { id }", vars{"teamId": team, "memberIds": members})
	}
	return id, a.clientOf(t, email)
}

// createTeam makes a team.
func (a *account) createTeam(t testing.TB, name string) string {
	t.Helper()
	return a.admin.must(t, "teamCreate", "team { id }", vars{"name": name}).str("team.id")
}

// createInbox makes an inbox with an API channel.
func (a *account) createInbox(t testing.TB, name string, more vars) (inbox, channel string) {
	t.Helper()
	in := vars{"name": name}
	for k, v := range more {
		in[k] = v
	}
	inbox = a.admin.must(t, "inboxCreate", "inbox { id }", in).str("inbox.id")
	channel = a.admin.must(t, "channelCreate", "channel { id }", vars{"inboxId": inbox, "kind": "API", "name": name + " API"}).str("channel.id")
	return inbox, channel
}

// createPipeline makes a pipeline and gives the ids of its statuses by name. A name that begins
// with "!" is closed.
func (a *account) createPipeline(t testing.TB, name string, statuses ...string) map[string]string {
	t.Helper()
	in := []vars{}
	for _, s := range statuses {
		state := "OPEN"
		if s[0] == '!' {
			state, s = "CLOSED", s[1:]
		}
		in = append(in, vars{"name": s, "state": state})
	}
	p := a.admin.must(t, "pipelineCreate", "pipeline { id statuses { id name } }", vars{"name": name, "statuses": in})
	ids := map[string]string{"": p.str("pipeline.id")}
	for _, s := range p.list("pipeline.statuses") {
		ids[s.str("name")] = s.str("id")
	}
	return ids
}

var externalIDs atomic.Int64

// receiveMessage brings a message in and gives the conversation it went to.
func (a *account) receiveMessage(t testing.TB, channel, thread, email, text string) string {
	t.Helper()
	return a.admin.must(t, "messageReceive", "conversation { id }", vars{
		"channelId": channel, "externalId": fmt.Sprintf("m%d", externalIDs.Add(1)), "threadKey": thread,
		"contact": vars{"email": email}, "subject": "About " + thread, "text": text,
	}).str("conversation.id")
}
