package server

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/desk"
)

// clock is moved by its test.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func TestBuckets(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	l := newRateLimiter(Rates{Actor: 60, Account: 100}, c.now)
	ada, ben, other := bucketOwners{"ada", "acme", "here"}, bucketOwners{"ben", "acme", "here"}, bucketOwners{"cleo", "other", "here"}
	step := func(what string, who bucketOwners, points int, wait time.Duration, limit, remaining int) {
		t.Helper()
		w, s := l.charge(who, points)
		if w.Round(time.Millisecond) != wait || s.limit != limit || s.remaining != remaining {
			t.Errorf("%s: wait %v, %+v; want %v, %d of %d", what, w, s, wait, remaining, limit)
		}
	}
	step("the first one", ada, 50, 0, 60, 10)
	step("too much", ada, 20, 10*time.Second, 60, 10)
	step("of the account", ben, 50, 0, 100, 0)
	step("the account has no more", ben, 5, 3*time.Second, 100, 0)
	step("another account", other, 10, 0, 60, 50)
	c.at = c.at.Add(10 * time.Second)
	step("points come back", ada, 15, 0, 100, 1)
	if s := l.refund(ada, 15); s.limit != 100 || s.remaining != 16 || !s.resetAt.Round(time.Millisecond).Equal(c.at.Add(50*time.Second)) {
		t.Errorf("given back: %+v", s)
	}
	c.at = c.at.Add(time.Hour)
	step("all are back, and no more than all", ada, 60, 0, 60, 0)
	if n := len(l.kinds[0].buckets); n != 1 {
		t.Errorf("%d buckets are kept", n)
	}
	if _, s := newRateLimiter(Rates{}, c.now).charge(ada, 1<<40); s.limit != unlimited || s.remaining != unlimited {
		t.Errorf("no limits: %+v", s)
	}
}

func TestAddressOf(t *testing.T) {
	for _, c := range []struct{ remote, header, want string }{
		{"192.0.2.7:1234", "", "192.0.2.7"}, {"[2001:db8:1:2:3:4:5:6]:80", "", "2001:db8:1:2::/64"}, {"[::ffff:192.0.2.7]:80", "", "192.0.2.7"},
		{"192.0.2.7:1234", "198.51.100.1, 203.0.113.9", "203.0.113.9"}, {"192.0.2.7:1234", "nonsense", "unknown"}, {"@", "", "unknown"}, {"[fe80::1%eth0]:80", "", "fe80::/64"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		if got := clientAddress(r, "X-Forwarded-For"); got != c.want {
			t.Errorf("%s, %q: %s, want %s", c.remote, c.header, got, c.want)
		}
		if got := clientAddress(r, ""); c.header != "" && got != "192.0.2.7" {
			t.Errorf("a header that nobody vouches for is believed: %s", got)
		}
	}
}

func TestAnswersSayWhatTheyCost(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	r := newRig(func(r *rig) {
		r.rates = newRateLimiter(Rates{Actor: 100, Account: 1000}, c.now)
		r.answer = func(context.Context) *graphql.Response {
			return &graphql.Response{Data: []byte(`{"conversations":{"nodes":[{"id":"{"},{"id":"b"}]}}`)}
		}
	})
	ask := func(q string) (got, map[string]any) {
		g := r.do(t, operation(q, nil, "Accept", newer))
		cost, _ := g.json.Extensions["cost"].(map[string]any)
		return g, cost
	}
	g, cost := ask(`{ conversations(first: 50) { nodes { id } } }`)
	if cost["requested"] != 51.0 || cost["actual"] != 3.0 || cost["limit"] != 100.0 || cost["remaining"] != 97.0 || cost["resetAt"] != "2026-03-01T12:00:01Z" {
		t.Errorf("%s", g.body)
	}
	g, cost = ask(`{ conversations(first: 99) { nodes { id } } }`)
	if g.code() != codeRateLimited || g.status != 429 || g.header.Get("Retry-After") != "2" || g.json.Errors[0].Extensions["retryAfter"] != 2.0 || cost["actual"] != 0.0 || r.ran.Load() != 1 {
		t.Errorf("%d %v %s", g.status, g.header, g.body)
	}
	if g := r.do(t, operation(`{ conversations(first: 99) { nodes { id } } }`, nil, "Accept", typeSSE)); g.status != 429 {
		t.Errorf("who takes only a stream is told by the status, too: %d", g.status)
	}
	c.at = c.at.Add(2 * time.Second)
	if g, _ := ask(`{ conversations(first: 99) { nodes { id } } }`); g.code() != "" {
		t.Errorf("the wait was not enough: %s", g.body)
	}
	g, _ = ask(`{ conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }`)
	if e := g.json.Errors[0].Extensions; g.code() != codeTooExpensive || e["maximum"] != 10000.0 || e["requested"] != 10201.0 || r.ran.Load() != 2 {
		t.Errorf("%s", g.body)
	}
	r.by = &desk.Actor{Account: r.by.Account, Agent: &desk.Agent{ID: desk.ID{1}, Role: desk.RoleAgent}}
	if g, cost := ask(`{ conversations(first: 50) { nodes { id } } }`); cost["remaining"] != 97.0 {
		t.Errorf("somebody else pays for it: %s", g.body)
	}
}

func TestMutationsAndSubscriptionsCost(t *testing.T) {
	r := newRig(func(r *rig) { r.rates = newRateLimiter(Rates{Actor: 100}, time.Now) })
	g := r.do(t, operation(`mutation { conversationClose(input: {conversationId: "x"}) { conversation { id } } }`, nil))
	if cost, _ := g.json.Extensions["cost"].(map[string]any); cost["requested"] != 12.0 || cost["actual"] != 10.0 { // the fake answer has no object in it
		t.Errorf("%s", g.body)
	}
	g = r.do(t, operation(`subscription { viewerLive { viewer { agent { id } } } }`, nil))
	if g.code() != codeBadRequest { // the rig has no streams: it was charged, and then refused
		t.Errorf("%s", g.body)
	}
	g = r.do(t, operation(`{ inboxViews { conversations(first: 50) { nodes { id } } } }`, nil))
	if cost, _ := g.json.Extensions["cost"].(map[string]any); g.code() != codeTooExpensive && g.code() != codeRateLimited || cost["remaining"] != 87.0 {
		t.Errorf("a subscription costs nothing: %s", g.body)
	}
}
