package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"deskwire/db/dbtest"
	"deskwire/desk"
	graphserver "deskwire/graph/server"
)

// mayFail is how many sign-ins may fail in the minute of a test.
const mayFail = 5

// guarded is a server that bounds failed sign-ins, and a log that a test reads.
type guarded struct {
	*account
	log     *lineLog
	lookUps atomic.Int64 // statements that ask for tokens
}

func startGuarded(t *testing.T, more serverOptions) *guarded {
	t.Helper()
	g := &guarded{log: &lineLog{}}
	more.log = g.log
	more.saw = func(sql string) {
		if strings.Contains(sql, "FROM tokens") {
			g.lookUps.Add(1)
		}
	}
	configure := more.configure
	more.configure = func(cfg *graphserver.Config) {
		n := mayFail
		cfg.SignIns = &n
		if configure != nil {
			configure(cfg)
		}
	}
	g.account = startWith(t, dbtest.DSN(t), more).newAccount(t, desk.PlanStarter, time.Now())
	return g
}

var wrongTokens atomic.Int64

// wrongToken looks like a token, and is none.
func wrongToken() string { return fmt.Sprintf("dw_%043d", wrongTokens.Add(1)) }

// TestFailedSignIns: too many tokens that are not good, by whatever door, are refused with a type,
// a time, and without a word about the token.
func TestFailedSignIns(t *testing.T) {
	t.Parallel()
	const question = `{"query":"{ viewer { id } }"}`
	post := func(accept string) func(*testing.T, *client) *http.Response {
		return func(t *testing.T, c *client) *http.Response {
			s := request(t, "POST", c.url+"/graphql", []byte(question), "Content-Type", "application/json", "Accept", accept, "Authorization", "Bearer "+c.token)
			t.Cleanup(s.cancel)
			return s.resp
		}
	}
	for name, ask := range map[string]func(*testing.T, *client) *http.Response{
		"POST": post("application/json"), "the newer media type": post("application/graphql-response+json"),
		"server-sent events": post(acceptSSE), "multipart": post("multipart/mixed;subscriptionSpec=1.0"),
		"GET": func(t *testing.T, c *client) *http.Response {
			s := request(t, "GET", c.url+"/graphql?query="+url.QueryEscape("{ viewer { id } }"), nil, "Authorization", "Bearer "+c.token)
			t.Cleanup(s.cancel)
			return s.resp
		},
		"a browser's EventSource": func(t *testing.T, c *client) *http.Response {
			s := request(t, "GET", c.url+"/graphql?query=x&access_token="+url.QueryEscape(c.token), nil, "Accept", acceptSSE)
			t.Cleanup(s.cancel)
			return s.resp
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startGuarded(t, serverOptions{})
			for n := range 3 * mayFail {
				resp := ask(t, &client{url: g.URL, token: wrongToken()})
				var a answer
				err := json.NewDecoder(resp.Body).Decode(&a)
				_ = resp.Body.Close()
				if err != nil || len(a.Errors) != 1 {
					t.Fatalf("%d: %v, %+v", resp.StatusCode, err, a)
				}
				code, want := a.Errors[0].Extensions["code"], "UNAUTHENTICATED"
				if n >= mayFail {
					want = "RATE_LIMITED"
					seconds, _ := a.Errors[0].Extensions["retryAfter"].(float64)
					if resp.StatusCode != http.StatusTooManyRequests || seconds < 1 || seconds > 12 || resp.Header.Get("Retry-After") != strconv.Itoa(int(seconds)) {
						t.Errorf("%d %v %v", resp.StatusCode, resp.Header, a.Errors)
					}
				} else if resp.StatusCode != http.StatusUnauthorized {
					t.Errorf("number %d was answered %d", n, resp.StatusCode)
				}
				if code != want {
					t.Errorf("number %d was refused with %v, want %s", n, code, want)
				}
			}
			if got := g.failed(t, "unknown"); got != mayFail {
				t.Errorf("%d are counted as unknown", got)
			}
			if got := g.failed(t, "limited"); got != 2*mayFail {
				t.Errorf("%d are counted as limited", got)
			}
		})
	}
}

// failed is how many failed sign-ins the metrics have.
func (a *account) failed(t *testing.T, reason string) int {
	t.Helper()
	_, text := a.request(t, "GET", "http://desk.test/metrics", nil)
	_, rest, found := strings.Cut(text, `deskwire_failed_sign_ins_total{reason="`+reason+`"} `)
	n, err := strconv.Atoi(strings.SplitN(rest, "\n", 2)[0])
	if !found || err != nil {
		t.Fatalf("the metrics lack it: %v", err)
	}
	return n
}

// TestFailedSignIns_overWebsockets: so it is with connection_init in both protocols, and with a
// token that a connection is to go on with.
func TestFailedSignIns_overWebsockets(t *testing.T) {
	t.Parallel()
	g := startGuarded(t, serverOptions{})
	good := g.admin.dial(t)
	for n := range 2 * mayFail {
		protocol, want := "graphql-transport-ws", 4403
		if n >= mayFail {
			want = 1013
		}
		if n%2 == 1 {
			protocol = "graphql-ws"
		}
		ws := dialRaw(t, g.URL, protocol)
		ws.sendRaw(fmt.Sprintf(`{"type":"connection_init","payload":{"authorization":"Bearer %s"}}`, wrongToken()))
		if protocol == "graphql-ws" {
			ws.expectMessage("connection_error")
		}
		if got := ws.readCloseCode(); got != want {
			t.Errorf("number %d was closed with %d, want %d", n, got, want)
		}
	}
	refreshed := good.subscribe("mutation($token: String!) { sessionRefresh(input: {token: $token}) { viewer { id } errors { code } } }", vars{"token": wrongToken()})
	if a := refreshed.next(); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "RATE_LIMITED" || a.Errors[0].Extensions["retryAfter"] == nil {
		t.Errorf("another token for the connection is answered %s", a.Raw)
	}
	refreshed = good.subscribe("mutation($token: String!) { sessionRefresh(input: {token: $token}) { viewer { id } errors { code } } }", vars{"token": g.admin.token})
	if a := refreshed.next(); len(a.Errors) != 0 || len(a.at("sessionRefresh").list("errors")) != 0 {
		t.Errorf("a good one is answered %s", a.Raw)
	}
}

// TestFailedSignIns_keepNobodyOut: in the middle of a flood from the same address, tokens that are
// good pass: those that came before, one that was never seen, one that is made just now, over a
// websocket too. What is refused costs the database nearly nothing.
func TestFailedSignIns_keepNobodyOut(t *testing.T) {
	t.Parallel()
	g := startGuarded(t, serverOptions{})
	if status, _ := g.admin.tryToken(t); status != http.StatusOK {
		t.Fatal(status)
	}
	unseen := g.clientOf(t, "ada@"+g.slug+".test")
	const floods, each = 8, 150
	before, began := g.lookUps.Load(), time.Now()
	var flood sync.WaitGroup
	var limited, others atomic.Int64
	for range floods {
		flood.Go(func() {
			for range each {
				status, _ := (&client{url: g.URL, token: wrongToken()}).tryToken(t)
				if status == http.StatusTooManyRequests {
					limited.Add(1)
				} else {
					others.Add(1)
				}
			}
		})
	}
	for limited.Load() < 10 && time.Since(began) < liveTimeout {
		time.Sleep(time.Millisecond)
	}
	signedIn := 0
	for name, c := range map[string]*client{"remembered": g.admin, "unseen": unseen, "made just now": g.clientOf(t, "ada@"+g.slug+".test")} {
		if status, a := c.tryToken(t); status != http.StatusOK {
			t.Errorf("a token that is %s is answered %d %s", name, status, a.Raw)
		}
		signedIn++
	}
	g.clientOf(t, "ada@"+g.slug+".test").dial(t)
	flood.Wait()
	if others.Load() > mayFail+2 || limited.Load() < floods*each-mayFail-2 {
		t.Errorf("%d were limited, %d were not", limited.Load(), others.Load())
	}
	rounds := int64(time.Since(began)/(20*time.Millisecond)) + 1
	if n := g.lookUps.Load() - before; n > rounds+mayFail+20 {
		t.Errorf("%d statements asked for %d tokens, in the time of %d rounds", n, floods*each, rounds)
	}
	if lines := g.log.withMessage("a sign-in failed", "more sign-ins failed", "request"); len(lines) > 40 {
		t.Errorf("the log has %d lines of it", len(lines))
	}
}

// TestFailedSignIns_ofKnownTokens: tokens that were good once are bounded like others, and told
// apart for the operator alone. One that is good again passes.
func TestFailedSignIns_ofKnownTokens(t *testing.T) {
	t.Parallel()
	g := startGuarded(t, serverOptions{})
	id, ben := g.createAgent(t, "ben", desk.RoleAgent)
	made := g.admin.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "T"})
	revoked := &client{url: g.URL, token: made.str("secret")}
	expired := &client{url: g.URL, token: g.admin.must(t, "apiTokenCreate", "secret", vars{"name": "T", "expiresAt": g.now().Add(time.Hour).UTC().Format(desk.TimeFormat)}).str("secret")}
	for _, c := range []*client{ben, revoked, expired} {
		if status, _ := c.tryToken(t); status != http.StatusOK {
			t.Fatal(status)
		}
	}
	g.admin.must(t, "apiTokenRevoke", "", vars{"apiTokenId": made.str("apiToken.id")})
	g.admin.must(t, "agentUpdate", "", vars{"agentId": id, "active": false})
	g.advanceClock(2 * time.Hour)
	for reason, c := range map[string]*client{"deactivated": ben, "revoked": revoked, "expired": expired} {
		if status, _ := c.tryToken(t); status != http.StatusUnauthorized || g.failed(t, reason) != 1 {
			t.Errorf("%s is answered %d, and counted %d times", reason, status, g.failed(t, reason))
		}
	}
	for range mayFail {
		(&client{url: g.URL, token: wrongToken()}).tryToken(t)
	}
	before, began, unlimited := g.lookUps.Load(), time.Now(), 0
	for range 20 {
		for reason, c := range map[string]*client{"deactivated": ben, "revoked": revoked, "expired": expired} {
			status, a := c.tryToken(t)
			if status != http.StatusTooManyRequests {
				unlimited++
			}
			if status != http.StatusTooManyRequests && status != http.StatusUnauthorized {
				t.Errorf("%s is answered %d %s", reason, status, a.Raw)
			}
		}
	}
	if unlimited > 1+int(time.Since(began)/(12*time.Second)) {
		t.Errorf("%d were not limited", unlimited)
	}
	if n, seconds := g.lookUps.Load()-before, int64(time.Since(began)/time.Second)+2; n > 6*seconds {
		t.Errorf("they were looked up %d times in %d seconds", n, seconds)
	}
	g.admin.must(t, "agentUpdate", "", vars{"agentId": id, "active": true})
	for end := time.Now().Add(liveTimeout); ; time.Sleep(10 * time.Millisecond) {
		if status, _ := ben.tryToken(t); status == http.StatusOK {
			break
		}
		if time.Now().After(end) {
			t.Fatal("an agent who was activated again is kept out")
		}
	}
	if lines := g.log.withMessage("a sign-in failed"); len(lines) == 0 || lines[0]["address"] != "127.0.0.1" || lines[0]["reason"] == nil {
		t.Errorf("the log says %v", lines)
	}
	for _, secret := range []string{ben.token, revoked.token, expired.token} {
		if strings.Contains(g.log.String(), secret) {
			t.Error("the log has a token")
		}
	}
}

// TestFailedSignIns_byAddress: one address has nothing to do with another one. Addresses of IPv6
// are one by their network.
func TestFailedSignIns_byAddress(t *testing.T) {
	t.Parallel()
	g := startGuarded(t, serverOptions{configure: func(cfg *graphserver.Config) { cfg.ProxyHeader = "X-Forwarded-For" }})
	ask := func(address string) int {
		s := request(t, "POST", g.URL+"/graphql", []byte(`{"query":"{ viewer { id } }"}`), "Content-Type", "application/json",
			"Authorization", "Bearer "+wrongToken(), "X-Forwarded-For", "198.51.100.1, "+address)
		defer s.cancel()
		_, _ = io.Copy(io.Discard, s.resp.Body)
		return s.resp.StatusCode
	}
	for n := range 2 * mayFail {
		want := http.StatusUnauthorized
		if n >= mayFail {
			want = http.StatusTooManyRequests
		}
		for _, address := range []string{"203.0.113.7", fmt.Sprintf("2001:db8:1:2::%x", n+1)} {
			if got := ask(address); got != want {
				t.Errorf("number %d of %s is answered %d, want %d", n, address, got, want)
			}
		}
	}
	for _, address := range []string{"203.0.113.8", "2001:db8:1:3::1"} {
		if got := ask(address); got != http.StatusUnauthorized {
			t.Errorf("%s is answered %d", address, got)
		}
	}
}

// TestFailedSignIns_ofProvider: tokens of an identity provider are bounded like ours, and good ones
// pass.
func TestFailedSignIns_ofProvider(t *testing.T) {
	t.Parallel()
	const secret = "0123456789abcdef0123456789abcdef"
	g := startGuarded(t, serverOptions{identity: graphserver.Identity{Secret: secret, Issuer: "https://id.example", Audience: "deskwire"}})
	token := func(email, key string) *client {
		text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
			"iss": "https://id.example", "aud": "deskwire", "exp": time.Now().Add(time.Hour).Unix(), "account": g.slug, "email": email, "jti": wrongToken(),
		}).SignedString([]byte(key))
		if err != nil {
			t.Fatal(err)
		}
		return &client{url: g.URL, token: text}
	}
	for n := range 3 * mayFail {
		want := http.StatusUnauthorized
		if n >= mayFail {
			want = http.StatusTooManyRequests
		}
		c := token("ada@"+g.slug+".test", strings.Repeat("x", 32))
		if n%2 == 1 {
			c = token("eve@"+g.slug+".test", secret)
		}
		if got, _ := c.tryToken(t); got != want {
			t.Errorf("number %d is answered %d, want %d", n, got, want)
		}
	}
	if g.failed(t, "invalid") == 0 || g.failed(t, "no_agent") == 0 {
		t.Error("they are not told apart")
	}
	for range 3 {
		if got, a := token("ada@"+g.slug+".test", secret).tryToken(t); got != http.StatusOK {
			t.Errorf("a good one is answered %d %s", got, a.Raw)
		}
	}
}
