package server

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/goleak"

	"deskwire/db/dbtest"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

const (
	sharedKey = "0123456789abcdef0123456789abcdef"
	issuer    = "https://id.example"
	audience  = "deskwire"
)

var quiet = slog.New(slog.DiscardHandler)

// claims are good ones, but for what a test changes.
func claims(change ...func(jwt.MapClaims)) jwt.MapClaims {
	c := jwt.MapClaims{
		"iss": issuer, "aud": audience, "exp": time.Now().Add(time.Hour).Unix(),
		"account": "acme", "email": "ada@acme.test", "email_verified": true,
	}
	for _, f := range change {
		f(c)
	}
	return c
}

func set(name string, v any) func(jwt.MapClaims) {
	return func(c jwt.MapClaims) { c[name] = v }
}

func unset(name string) func(jwt.MapClaims) {
	return func(c jwt.MapClaims) { delete(c, name) }
}

func sign(t *testing.T, m jwt.SigningMethod, c jwt.MapClaims, key any) string {
	t.Helper()
	token := jwt.NewWithClaims(m, c)
	token.Header["kid"] = "k1"
	s, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keyServer serves the public half of a key, and counts how often it is asked.
type keyServer struct {
	*httptest.Server
	key   *rsa.PrivateKey
	asked atomic.Int32
	ill   atomic.Bool
}

func newKeyServer(t *testing.T) *keyServer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := &keyServer{key: key}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.asked.Add(1)
		if s.ill.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		b64 := base64.RawURLEncoding.EncodeToString
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "use": "sig", "kid": "k1", "alg": "RS256",
			"n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes()),
		}}})
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *keyServer) publicPEM(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&s.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func mustProvider(t *testing.T, id Identity) *identityProvider {
	t.Helper()
	p, err := newProvider(id, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTokensOfAProvider(t *testing.T) {
	keys := newKeyServer(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	trust := map[string]Identity{
		"secret": {Secret: sharedKey, Issuer: issuer, Audience: audience},
		"keys":   {JWKSURL: keys.URL, Issuer: issuer, Audience: audience},
	}
	good := map[string]func(c jwt.MapClaims) string{
		"secret": func(c jwt.MapClaims) string { return sign(t, jwt.SigningMethodHS256, c, []byte(sharedKey)) },
		"keys":   func(c jwt.MapClaims) string { return sign(t, jwt.SigningMethodRS256, c, keys.key) },
	}
	past := time.Now().Add(-time.Hour).Unix()
	for kind, id := range trust {
		p := mustProvider(t, id)
		signed := good[kind]
		for _, c := range []struct {
			name  string
			token string
			ok    bool
		}{
			{"good", signed(claims()), true},
			{"several audiences", signed(claims(set("aud", []string{"x", audience}))), true},
			{"no word on the address", signed(claims(unset("email_verified"))), true},
			{"verified, as a text", signed(claims(set("email_verified", "true"))), true},
			{"expired a moment ago", signed(claims(set("exp", time.Now().Add(-10*time.Second).Unix()))), true},
			{"expired", signed(claims(set("exp", past))), false},
			{"without end", signed(claims(unset("exp"))), false},
			{"not yet", signed(claims(set("nbf", time.Now().Add(time.Hour).Unix()))), false},
			{"another issuer", signed(claims(set("iss", "https://evil.example"))), false},
			{"no issuer", signed(claims(unset("iss"))), false},
			{"another audience", signed(claims(set("aud", "other"))), false},
			{"no audience", signed(claims(unset("aud"))), false},
			{"address not verified", signed(claims(set("email_verified", false))), false},
			{"address not verified, as a text", signed(claims(set("email_verified", "false"))), false},
			{"no account", signed(claims(unset("account"))), false},
			{"an account that is no text", signed(claims(set("account", 5))), false},
			{"no address", signed(claims(unset("email"))), false},
			{"several addresses", signed(claims(set("email", []string{"a@b"}))), false},
			{"no algorithm", sign(t, jwt.SigningMethodNone, claims(), jwt.UnsafeAllowNoneSignatureType), false},
			{"HS512", sign(t, jwt.SigningMethodHS512, claims(), []byte(sharedKey)), false},
			{"another secret", sign(t, jwt.SigningMethodHS256, claims(), []byte(strings.Repeat("x", 32))), false},
			{"the public key as the secret", sign(t, jwt.SigningMethodHS256, claims(), keys.publicPEM(t)), false},
			{"another key", sign(t, jwt.SigningMethodRS256, claims(), other), false},
			{"the other kind", good[map[string]string{"secret": "keys", "keys": "secret"}[kind]](claims()), false},
			{"no signature", strings.Join(strings.Split(signed(claims()), ".")[:2], ".") + ".", false},
			{"a changed claim", tampered(signed(claims())), false},
			{"garbage", "a.b.c", false},
		} {
			t.Run(kind+", "+c.name, func(t *testing.T) {
				who, err := p.identify(t.Context(), c.token)
				if (err == nil) != c.ok || c.ok && (who.account != "acme" || who.email != "ada@acme.test" || who.until.IsZero()) {
					t.Errorf("%+v %v", who, err)
				}
			})
		}
	}
}

// tampered makes another account of a token's.
func tampered(token string) string {
	parts := strings.Split(token, ".")
	body, _ := base64.RawURLEncoding.DecodeString(parts[1])
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(body), "acme", "evil", 1)))
	return strings.Join(parts, ".")
}

func TestClaimsHaveTheNamesOfTheProvider(t *testing.T) {
	p := mustProvider(t, Identity{Secret: sharedKey, Issuer: issuer, Audience: audience, AccountClaim: "https://x/tenant", EmailClaim: "upn"})
	token := sign(t, jwt.SigningMethodHS256, claims(set("https://x/tenant", "acme2"), set("upn", "ben@acme.test")), []byte(sharedKey))
	if who, err := p.identify(t.Context(), token); who.account != "acme2" || who.email != "ben@acme.test" || err != nil {
		t.Errorf("%+v %v", who, err)
	}
}

// TestTokensOfLongLife: how long a token may still be good for is bounded, whenever it was made.
func TestTokensOfLongLife(t *testing.T) {
	for _, c := range []struct {
		most, left time.Duration
		taken      bool
	}{{time.Hour, 30 * time.Minute, true}, {time.Hour, 2 * time.Hour, false}, {time.Hour, 100 * 365 * 24 * time.Hour, false}, {0, 100 * 365 * 24 * time.Hour, true}} {
		p := mustProvider(t, Identity{Secret: sharedKey, Issuer: issuer, Audience: audience, MaxLifetime: c.most})
		token := sign(t, jwt.SigningMethodHS256, claims(set("exp", time.Now().Add(c.left).Unix())), []byte(sharedKey))
		if _, err := p.identify(t.Context(), token); (err == nil) != c.taken {
			t.Errorf("with at most %s, one of %s was answered %v", c.most, c.left, err)
		}
	}
}

func TestKeysAreNotFetchedAtWill(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	keys := newKeyServer(t)
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	defer keys.Close()
	p := mustProvider(t, Identity{JWKSURL: keys.URL, Issuer: issuer, Audience: audience})
	for range 20 {
		unknown := jwt.NewWithClaims(jwt.SigningMethodRS256, claims())
		unknown.Header["kid"] = rand.Text()
		token, err := unknown.SignedString(keys.key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.identify(t.Context(), token); err == nil {
			t.Fatal("an unknown key id is trusted")
		}
	}
	keys.ill.Store(true)
	if _, err := p.identify(t.Context(), sign(t, jwt.SigningMethodRS256, claims(), keys.key)); err != nil {
		t.Errorf("known keys do not outlive the provider: %v", err)
	}
	if n := keys.asked.Load(); n != 1 {
		t.Errorf("the provider was asked %d times", n)
	}
}

func TestIdentityIsChecked(t *testing.T) {
	fine := Identity{Secret: sharedKey, Issuer: issuer, Audience: audience}
	for _, c := range []struct {
		name   string
		change func(*Identity)
		says   string
	}{
		{"fine", func(*Identity) {}, ""},
		{"nothing", func(i *Identity) { *i = Identity{} }, "AUTH_JWT_SECRET or AUTH_JWKS_URL"},
		{"both", func(i *Identity) { i.JWKSURL = "https://x" }, "not both"},
		{"short", func(i *Identity) { i.Secret = i.Secret[1:] }, "31 bytes"},
		{"no issuer", func(i *Identity) { i.Issuer = "" }, "AUTH_ISSUER"},
		{"no audience", func(i *Identity) { i.Audience = "" }, "AUTH_AUDIENCE"},
		{"no address", func(i *Identity) { i.Secret, i.JWKSURL = "", "keys.json" }, "AUTH_JWKS_URL"},
		{"keys over http", func(i *Identity) { i.Secret, i.JWKSURL = "", "http://keys.test/jwks" }, "https"},
		{"keys over http from this machine", func(i *Identity) { i.Secret, i.JWKSURL = "", "http://127.0.0.1:8080/jwks" }, ""},
		{"keys over http from its name", func(i *Identity) { i.Secret, i.JWKSURL = "", "http://localhost/jwks" }, ""},
		{"less than no time", func(i *Identity) { i.MaxLifetime = -1 }, "AUTH_MAX_LIFETIME"},
		{"a file", func(i *Identity) { i.Secret, i.JWKSURL = "", "file:///etc/passwd" }, "AUTH_JWKS_URL"},
	} {
		id := fine
		c.change(&id)
		err := id.Check()
		if (c.says == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && id.Secret != "" && strings.Contains(err.Error(), id.Secret) {
			t.Errorf("%s: the sentence tells the secret", c.name)
		}
	}
}

func TestWithoutAGoodTokenNothingIsAnswered(t *testing.T) {
	for _, c := range []struct {
		name, header, says string
	}{
		{"none", "", `Bearer realm="deskwire"`},
		{"another scheme", "Basic YTpi", `Bearer realm="deskwire"`},
		{"empty", "Bearer ", `Bearer realm="deskwire"`},
		{"unknown", "Bearer dw_bad", `Bearer realm="deskwire", error="invalid_token"`},
		{"two words", "Bearer " + goodToken + " x", `Bearer realm="deskwire", error="invalid_token"`},
	} {
		for _, accept := range []string{typeJSON, newer} {
			t.Run(c.name+", "+accept, func(t *testing.T) {
				r := newRig()
				req := post(`{"query":"{ viewer { id } }"}`, "Accept", accept)
				req.Header.Set("Authorization", c.header)
				if c.header == "" {
					req.Header["Authorization"] = []string{} // or the rig would send a good one
				}
				w := httptest.NewRecorder()
				r.ServeHTTP(w, req)
				var body struct {
					Data   any
					Errors []gqlErrorBody
				}
				if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
					t.Fatal(err)
				}
				e := body.Errors[0].Extensions
				if w.Code != 401 || w.Header().Get("WWW-Authenticate") != c.says || e["code"] != codeUnauthenticated || e["requestId"] != w.Header().Get("X-Request-Id") || r.ran.Load() != 0 {
					t.Errorf("%d %s %s", w.Code, w.Header().Get("WWW-Authenticate"), w.Body)
				}
				if !strings.Contains(body.Errors[0].Message, "deskwire token") {
					t.Errorf("it does not say how to get in: %s", body.Errors[0].Message)
				}
				if strings.Contains(r.log.String(), "dw_bad") || strings.Contains(w.Body.String(), "dw_bad") {
					t.Error("the token is told to others")
				}
			})
		}
	}
	r := newRig()
	req := post(`{"query":"{ viewer { id } }"}`)
	req.Header["Authorization"] = []string{"Bearer " + goodToken, "Bearer x"}
	w := httptest.NewRecorder()
	if r.ServeHTTP(w, req); w.Code != 401 {
		t.Error("of two tokens one is taken")
	}
}

type gqlErrorBody struct {
	Message    string
	Extensions map[string]any
}

func TestAFaultIsNotABadToken(t *testing.T) {
	log := &logBook{}
	broken := func(context.Context, string, bool) (*read.Principal, error) {
		return nil, errors.New("secret: no database")
	}
	h := authenticated(broken, slog.New(slog.NewTextHandler(log, nil)), http.NotFoundHandler())
	w := httptest.NewRecorder()
	req := post(`{}`, "Authorization", "Bearer dw_x")
	h.ServeHTTP(w, req)
	if w.Code != 500 || !strings.Contains(w.Body.String(), codeInternal) || strings.Contains(w.Body.String(), "secret") || !strings.Contains(log.String(), "no database") {
		t.Errorf("%d %s %s", w.Code, w.Body, log)
	}
}

func TestTheSchemeIsInAnyCase(t *testing.T) {
	r := newRig()
	if g := r.do(t, post(`{"query":"{ viewer { id } }"}`, "Authorization", "bearer  "+goodToken)); g.status != 200 {
		t.Error(g.body)
	}
}

func TestAuthenticatorKnowsBothKinds(t *testing.T) {
	store := dbtest.New(t)
	in := write.CreateAccount{Slug: "acme", Name: "Acme", Plan: desk.PlanStarter, AdminEmail: "ada@acme.test", AdminName: "Ada"}
	var secret string
	_, err := store.CreateAccount(t.Context(), write.Write{Mutation: "test"}, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	ada, err := store.ActorByEmail(t.Context(), "acme", "ada@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	out, err := store.Write(t.Context(), write.Write{By: read.Authenticated(ada), Mutation: "test"}, func(ctx context.Context, tx *write.Tx) error {
		return tx.CreateToken(ctx, nil, "test", nil, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	secret = *out.Secret
	both, err := NewAuthenticator(store, Identity{Secret: sharedKey, Issuer: issuer, Audience: audience}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	own, err := NewAuthenticator(store, Identity{}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	outside := func(change ...func(jwt.MapClaims)) string {
		return sign(t, jwt.SigningMethodHS256, claims(change...), []byte(sharedKey))
	}
	for _, c := range []struct {
		name  string
		a     *Authenticator
		token string
		known bool
	}{
		{"API token", both, secret, true},
		{"API token, no provider", own, secret, true},
		{"unknown API token", both, "dw_x", false},
		{"provider's token", both, outside(), true},
		{"provider's token, no provider", own, outside(), false},
		{"provider's token for another account", both, outside(set("account", "other")), false},
		{"provider's token for nobody here", both, outside(set("email", "eve@acme.test")), false},
	} {
		by, err := c.a.Actor(t.Context(), c.token)
		if err != nil || (by != nil) != c.known {
			t.Errorf("%s: %v, %v", c.name, by, err)
		}
	}
	if _, err := NewAuthenticator(store, Identity{Secret: "short"}, quiet); err == nil {
		t.Error("a short secret is taken")
	}
}
