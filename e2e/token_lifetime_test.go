package e2e

import (
	"context"
	"net/http"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/desk"
)

// TestTokenLifetime: where tokens may become so old, new ones end then at the latest, and old ones
// that end later, or never, end as well, over an open websocket too.
func TestTokenLifetime(t *testing.T) {
	t.Parallel()
	const most = 30 * 24 * time.Hour
	s := startWith(t, dbtest.DSN(t), serverOptions{options: func(o *db.Options) { o.Tokens = most }})
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	at := func(d time.Duration) string { return s.now().Add(d).UTC().Format(desk.TimeFormat) }
	for name, c := range map[string]struct {
		expires any
		want    time.Duration // zero: refused
	}{
		"without an end": {nil, most}, "with an earlier end": {at(time.Hour), time.Hour},
		"with the last end": {at(most), most}, "by a clock that is ahead": {at(most + 5*time.Second), most},
		"with a later end": {at(most + time.Hour), 0}, "for ever, about": {at(50 * 365 * 24 * time.Hour), 0},
	} {
		p := a.admin.mutate(t, "apiTokenCreate", "apiToken { expiresAt } secret errors { code path }", vars{"name": "T", "expiresAt": c.expires})
		if c.want == 0 {
			if errorCode(p) != "INVALID_INPUT" || !p.isNull("secret") {
				t.Errorf("one %s is answered %v", name, p)
			}
			continue
		}
		end, err := time.Parse(time.RFC3339, p.str("apiToken.expiresAt"))
		if left := end.Sub(s.now()); err != nil || left > c.want || left < c.want-time.Minute {
			t.Errorf("one %s ends at %v, in %v", name, end, left)
		}
	}
	secrets := map[string]*client{}
	conn := connectSQL(t, s.dsn)
	for name, sql := range map[string]string{
		"old":               "UPDATE tokens SET expires_at = NULL, created_at = now() - interval '31 days'",
		"old, with an end":  "UPDATE tokens SET expires_at = now() + interval '1 year', created_at = now() - interval '31 days'",
		"not so old":        "UPDATE tokens SET expires_at = NULL, created_at = now() - interval '29 days'",
		"new, for ever":     "UPDATE tokens SET expires_at = NULL",
		"with an early end": "UPDATE tokens SET expires_at = now() + interval '1 hour', created_at = now() - interval '29 days'",
	} {
		secrets[name] = a.clientOf(t, "ada@"+a.slug+".test")
		if _, err := conn.Exec(context.Background(), sql+" WHERE hash = sha256($1::text::bytea)", secrets[name].token); err != nil {
			t.Fatal(err)
		}
	}
	require := func(when string, want map[string]int) {
		t.Helper()
		for name, c := range secrets {
			for range 2 { // one that came before is looked up in another way
				if got, _ := c.tryToken(t); got != want[name] {
					t.Errorf("%s one that is %s is answered %d, want %d", when, name, got, want[name])
				}
			}
		}
	}
	require("at first,", map[string]int{"old": 401, "old, with an end": 401, "not so old": 200, "new, for ever": 200, "with an early end": 200})
	for _, token := range a.admin.do(t, "{ viewer { apiTokens { createdAt expiresAt } } }", nil).at("viewer").list("apiTokens") {
		created, err := time.Parse(time.RFC3339, token.str("createdAt"))
		end, err2 := time.Parse(time.RFC3339, token.str("expiresAt"))
		if err != nil || err2 != nil || end.Sub(created) > most {
			t.Errorf("a token of %v is shown to end at %v", created, end)
		}
	}
	if _, err := conn.Exec(context.Background(), "UPDATE tokens SET created_at = now() - interval '30 days' + interval '4 seconds' WHERE hash = sha256($1::text::bytea)", secrets["new, for ever"].token); err != nil {
		t.Fatal(err)
	}
	ws := secrets["new, for ever"].dial(t)
	select {
	case <-ws.ended:
	case <-time.After(liveTimeout):
		t.Error("a connection outlives its token")
	}
	s.advanceClock(2 * 24 * time.Hour)
	require("two days later,", map[string]int{"old": 401, "old, with an end": 401, "not so old": http.StatusUnauthorized, "new, for ever": 401, "with an early end": 401})
}
