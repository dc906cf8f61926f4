package db_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// people is an account with an admin, and what tests of signing in need.
type people struct {
	*testing.T
	dsn   string
	store *db.Store
	sql   *pgx.Conn // beside the store
	admin *desk.Actor
}

func newPeople(t *testing.T, o db.Options) *people {
	t.Helper()
	dsn := dbtest.DSN(t)
	p := &people{T: t, dsn: dsn}
	var err error
	if p.store, err = db.Open(t.Context(), dsn, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.store.Close() })
	if p.sql, err = pgx.Connect(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.sql.Close(context.Background()) })
	in := write.CreateAccount{Slug: "acme", Name: "Acme", Plan: desk.PlanStarter, AdminEmail: "ada@acme.test", AdminName: "Ada"}
	if _, err := p.store.CreateAccount(t.Context(), write.Write{Mutation: "test"}, in, nil); err != nil {
		t.Fatal(err)
	}
	p.admin = p.byEmail("acme", "ada@acme.test")
	return p
}

func (p *people) byEmail(slug, email string) *desk.Actor {
	p.Helper()
	by, err := p.store.ActorByEmail(p.Context(), slug, email)
	if err != nil {
		p.Fatal(err)
	}
	return by
}

func (p *people) byToken(secret string) *desk.Actor {
	p.Helper()
	by, err := p.store.ActorByToken(p.Context(), read.HashSecret(secret))
	if err != nil {
		p.Fatal(err)
	}
	return by
}

func (p *people) write(do func(context.Context, *write.Tx) error) *write.Outcome {
	p.Helper()
	out, err := p.store.Write(p.Context(), write.Write{By: read.Authenticated(p.admin), Mutation: "test"}, do)
	if err != nil {
		p.Fatal(err)
	}
	return out
}

func (p *people) token(agent *desk.Agent, scopes []desk.Scope, expires *time.Time) (secret string, id desk.ID) {
	p.Helper()
	out := p.write(func(ctx context.Context, t *write.Tx) error {
		return t.CreateToken(ctx, &agent.ID, "test", scopes, expires)
	})
	return *out.Secret, out.APIToken.ID
}

func TestSecrets(t *testing.T) {
	secret, hash := read.NewSecret()
	other, _ := read.NewSecret()
	if secret == other || !strings.HasPrefix(secret, "dw_") || len(secret) != len("dw_")+43 {
		t.Errorf("%s, %s", secret, other)
	}
	if !bytes.Equal(hash, read.HashSecret(secret)) || bytes.Equal(hash, read.HashSecret(other)) || len(hash) != 32 {
		t.Error("the hash is not the secret's")
	}
	if !read.IsSecret(secret) || read.IsSecret("dw_") || read.IsSecret("eyJhbGciOi.x.y") {
		t.Error("secrets are not told from other tokens")
	}
}

func TestTheSecretItselfIsNotKept(t *testing.T) {
	p := newPeople(t, db.Options{})
	secret, _ := p.token(p.admin.Agent, nil, nil)
	var n int
	row := p.sql.QueryRow(t.Context(), "SELECT count(*) FROM tokens WHERE tokens::text LIKE '%' || $1 || '%'", secret)
	if err := row.Scan(&n); err != nil || n != 0 {
		t.Errorf("%d rows hold the secret, %v", n, err)
	}
}

func TestActorByToken(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := newPeople(t, db.Options{Now: func() time.Time { return now }})
	later := now.Add(time.Hour)
	secret, id := p.token(p.admin.Agent, []desk.Scope{desk.ScopeRead}, &later)

	by := p.byToken(secret)
	if by == nil || by.Account.Slug != "acme" || by.Agent.Email != "ada@acme.test" || by.TokenID != id || by.MayWrite() || !by.MayRead() {
		t.Fatalf("%+v", by)
	}
	for _, wrong := range []string{"", "dw_", secret + "x", strings.ToUpper(secret), secret[:len(secret)-1]} {
		if p.byToken(wrong) != nil {
			t.Errorf("%q opens", wrong)
		}
	}
	now = later
	if p.byToken(secret) != nil {
		t.Error("an expired token opens")
	}
	now = later.Add(-time.Millisecond)
	if p.byToken(secret) == nil {
		t.Error("a token is closed before its time")
	}
	p.write(func(ctx context.Context, t *write.Tx) error { return t.RevokeToken(ctx, id) })
	if p.byToken(secret) != nil {
		t.Error("a revoked token opens")
	}
}

func TestDeactivatedAgentsAreNobody(t *testing.T) {
	p := newPeople(t, db.Options{})
	ben := p.agent("ben@acme.test", desk.RoleAgent)
	secret, _ := p.token(ben, nil, nil)
	if p.byToken(secret) == nil || p.byEmail("acme", "ben@acme.test") == nil {
		t.Fatal("an active agent is not let in")
	}
	no := false
	p.write(func(ctx context.Context, t *write.Tx) error {
		return t.UpdateAgent(ctx, ben.ID, nil, desk.AgentPatch{Active: &no}, nil)
	})
	if p.byToken(secret) != nil || p.byEmail("acme", "ben@acme.test") != nil {
		t.Error("a deactivated agent is let in")
	}
}

func (p *people) agent(email string, role desk.Role) *desk.Agent {
	p.Helper()
	return p.write(func(ctx context.Context, t *write.Tx) error { return t.CreateAgent(ctx, email, email, role) }).Agent
}

func TestInboxesOfTeams(t *testing.T) {
	p := newPeople(t, db.Options{})
	ben := p.agent("ben@acme.test", desk.RoleAgent)
	var inboxes [3]desk.ID
	for i, name := range []string{"one", "two", "three"} {
		inboxes[i] = p.write(func(ctx context.Context, t *write.Tx) error {
			return t.CreateInbox(ctx, name, desk.WorkspaceInbox, write.InboxSettings{})
		}).Inbox.ID
	}
	for _, name := range []string{"a", "b"} { // both see the first two inboxes
		team := p.write(func(ctx context.Context, t *write.Tx) error {
			return t.CreateTeam(ctx, name, []desk.ID{ben.ID, p.admin.Agent.ID})
		}).Team
		for _, id := range inboxes[:2] {
			ids := []desk.ID{team.ID}
			p.write(func(ctx context.Context, t *write.Tx) error {
				return t.UpdateInbox(ctx, id, nil, write.InboxSettings{TeamIDs: &ids})
			})
		}
	}
	by := p.byEmail("acme", "ben@acme.test")
	if len(by.Inboxes) != 2 || !by.SeesInbox(inboxes[0]) || !by.SeesInbox(inboxes[1]) || by.SeesInbox(inboxes[2]) {
		t.Errorf("Ben sees %v of %v", by.Inboxes, inboxes)
	}
	if by = p.byEmail("acme", "ada@acme.test"); by.Inboxes != nil || !by.SeesInbox(inboxes[2]) {
		t.Errorf("an admin sees all, and has no list: %v", by.Inboxes)
	}
}

func TestNotingTheUseOfTokensEnds(t *testing.T) {
	dbtest.DSN(t) // Postgres itself is no leak
	before := goleak.IgnoreCurrent()
	t.Run("", func(t *testing.T) {
		p := newPeople(t, db.Options{})
		secret, _ := p.token(p.admin.Agent, nil, nil)
		for range 3 {
			p.byToken(secret)
		}
	})
	goleak.VerifyNone(t, before)
}

func TestActorByEmail(t *testing.T) {
	p := newPeople(t, db.Options{})
	p.agent("kim@acme.test", desk.RoleAgent)
	for _, c := range []struct {
		slug, email string
		known       bool
	}{
		{"acme", "kim@acme.test", true},
		{"acme", " Kim@ACME.test ", true},
		{"acme", "\u212Aim@acme.test", false}, // the Kelvin sign becomes k when lowered
		{"other", "kim@acme.test", false},
		{"ACME", "kim@acme.test", false},
		{"acme", "nobody@acme.test", false},
		{"", "kim@acme.test", false},
		{"acme", "", false},
		{"acme\x00", "kim@acme.test", false},
		{"acme", "kim@acme.test\x00", false},
		{"acme", "\xff@acme.test", false},
		{"acme' OR ''='", "kim@acme.test", false},
	} {
		if by := p.byEmail(c.slug, c.email); (by != nil) != c.known {
			t.Errorf("%q, %q: %v", c.slug, c.email, by)
		}
	}
}

func TestLastUseIsKeptToTheMinute(t *testing.T) {
	var mu sync.Mutex
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tick := func(d time.Duration) time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
		return now
	}
	p := newPeople(t, db.Options{Now: func() time.Time { return tick(0) }})
	secret, id := p.token(p.admin.Agent, nil, nil)
	// eventually, since it is noted beside the requests
	used := func(want time.Time) {
		t.Helper()
		var last *time.Time
		for range 500 {
			if err := p.sql.QueryRow(t.Context(), "SELECT last_used_at FROM tokens WHERE id = $1::uuid", id.String()).Scan(&last); err != nil {
				t.Fatal(err)
			}
			if last != nil && last.Equal(want) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("last used %v, want %v", last, want)
	}
	first := tick(0)
	var many sync.WaitGroup
	for range 20 {
		many.Go(func() { p.byToken(secret) })
	}
	many.Wait()
	used(first)

	tick(59 * time.Second)
	p.byToken(secret)
	time.Sleep(50 * time.Millisecond)
	used(first)

	second := tick(2 * time.Second)
	p.byToken(secret)
	used(second)
}

// Close waits for what was noted, and nothing runs after it.
func TestCloseSavesTheLastUse(t *testing.T) {
	p := newPeople(t, db.Options{})
	before := goleak.IgnoreCurrent()
	for range 10 {
		secret, id := p.token(p.admin.Agent, nil, nil)
		store, err := db.Open(t.Context(), p.dsn, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if by, err := store.ActorByToken(t.Context(), read.HashSecret(secret)); by == nil || err != nil {
			t.Fatal(by, err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		goleak.VerifyNone(t, before)
		var noted bool
		if err := p.sql.QueryRow(t.Context(), "SELECT last_used_at IS NOT NULL FROM tokens WHERE id = $1::uuid", id.String()).Scan(&noted); err != nil {
			t.Fatal(err)
		}
		if !noted {
			t.Fatal("the use was not noted")
		}
	}
}
