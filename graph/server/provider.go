package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
)

// Identity says which tokens of an outside identity provider are trusted: signed with a shared
// secret (HS256), or with one of the keys at an address (RS, PS, ES, EdDSA). The two never
// mix, so that a public key can't be used as a secret.
type Identity struct {
	Secret       string
	JWKSURL      string
	Issuer       string
	Audience     string
	AccountClaim string        // default "account"; holds the account's slug
	EmailClaim   string        // default "email"
	MaxLifetime  time.Duration // how long a token may still be good for; zero for any time
}

// MinSecret is the least length of a shared secret: that of what HS256 makes of it.
const MinSecret = 32

// Configured says whether a provider is named at all.
func (id Identity) Configured() bool { return id.Secret != "" || id.JWKSURL != "" }

// Check says in one sentence what is missing or wrong.
func (id Identity) Check() error {
	u, err := url.Parse(id.JWKSURL)
	switch {
	case !id.Configured():
		return errors.New("set AUTH_JWT_SECRET or AUTH_JWKS_URL, with AUTH_ISSUER and AUTH_AUDIENCE, so that agents can sign in")
	case id.Secret != "" && id.JWKSURL != "":
		return errors.New("set AUTH_JWT_SECRET or AUTH_JWKS_URL, not both")
	case id.Secret != "" && len(id.Secret) < MinSecret:
		return fmt.Errorf("AUTH_JWT_SECRET has %d bytes, and a secret shorter than %d can be guessed: make one with `openssl rand -base64 32`", len(id.Secret), MinSecret)
	case id.JWKSURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http"):
		return errors.New("AUTH_JWKS_URL must be the https address of the provider's key set")
	case id.JWKSURL != "" && u.Scheme == "http" && !isLoopback(u.Hostname()):
		return errors.New("AUTH_JWKS_URL must be https: whoever is on the way could put keys of their own into an answer over http")
	case id.MaxLifetime < 0:
		return errors.New("AUTH_MAX_LIFETIME must not be negative")
	case id.Issuer == "" || id.Audience == "":
		return errors.New("set AUTH_ISSUER and AUTH_AUDIENCE too; otherwise tokens for other services would be accepted here")
	}
	return nil
}

// isLoopback says whether a host is this machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// identityProvider checks tokens and says who they stand for.
type identityProvider struct {
	id     Identity
	verify func(ctx context.Context, raw string) (map[string]any, error)
}

// clockSkew is how far the provider's clock may be off.
const clockSkew = 30 * time.Second

func newProvider(id Identity, log *slog.Logger) (*identityProvider, error) {
	if err := id.Check(); err != nil {
		return nil, err
	}
	if id.AccountClaim == "" {
		id.AccountClaim = "account"
	}
	if id.EmailClaim == "" {
		id.EmailClaim = "email"
	}
	if id.Secret != "" {
		return &identityProvider{id, sharedSecret(id)}, nil
	}
	return &identityProvider{id, verifyByKeySet(id, log)}, nil
}

func sharedSecret(id Identity) func(context.Context, string) (map[string]any, error) {
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer(id.Issuer), jwt.WithAudience(id.Audience),
		jwt.WithExpirationRequired(), jwt.WithLeeway(clockSkew), jwt.WithStrictDecoding())
	key := []byte(id.Secret)
	return func(_ context.Context, raw string) (map[string]any, error) {
		claims := jwt.MapClaims{}
		_, err := parser.ParseWithClaims(raw, claims, func(*jwt.Token) (any, error) { return key, nil })
		return claims, err
	}
}

func verifyByKeySet(id Identity, log *slog.Logger) func(context.Context, string) (map[string]any, error) {
	client := &http.Client{
		Timeout: 5 * time.Second, Transport: &throttledFetcher{next: http.DefaultTransport, log: log},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), client), id.JWKSURL)
	verifier := oidc.NewVerifier(id.Issuer, keys, &oidc.Config{
		ClientID: id.Audience,
		SupportedSigningAlgs: []string{
			oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512,
			oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
		},
		Now: func() time.Time { return time.Now().Add(-clockSkew) }, // a missing exp counts as long past
	})
	return func(ctx context.Context, raw string) (map[string]any, error) {
		token, err := verifier.Verify(ctx, raw)
		if err != nil {
			return nil, err
		}
		claims := map[string]any{}
		return claims, token.Claims(&claims)
	}
}

// identify gives the account's slug and the agent's address that a token proves.
func (p *identityProvider) identify(ctx context.Context, raw string) (who tokenSubject, err error) {
	claims, err := p.verify(ctx, raw)
	if err != nil {
		return who, err
	}
	who.account, _ = claims[p.id.AccountClaim].(string)
	who.email, _ = claims[p.id.EmailClaim].(string)
	if who.account == "" || who.email == "" {
		return who, fmt.Errorf("the claims %s and %s must be strings", p.id.AccountClaim, p.id.EmailClaim)
	}
	if exp, ok := claims["exp"].(float64); ok {
		who.until = time.Unix(int64(exp), 0)
	}
	if most := p.id.MaxLifetime; most > 0 && time.Until(who.until) > most+clockSkew {
		return who, fmt.Errorf("it is good for longer than %s, which is the most that AUTH_MAX_LIFETIME allows", most)
	}
	// Providers that do not check addresses leave the claim out, or say so. Some write it as a
	// text.
	if v, given := claims["email_verified"]; given && v != true && v != "true" {
		return who, errors.New("the provider has not verified the email address")
	}
	return who, nil
}

// tokenSubject is who an identity provider says it is.
type tokenSubject struct {
	account, email string
	until          time.Time // when the token ends
}

const (
	keysEvery = 10 * time.Second
	keysMax   = 1 << 20
)

// throttledFetcher is a throttle: it fetches the key set at most every ten seconds, and repeats the
// last answer in between: anybody can send tokens with unknown key ids, each of which asks for the
// keys anew.
type throttledFetcher struct {
	next http.RoundTripper
	log  *slog.Logger

	mu     sync.Mutex
	at     time.Time
	status int
	body   []byte
	err    error
}

// RoundTrip fetches or repeats.
func (t *throttledFetcher) RoundTrip(r *http.Request) (*http.Response, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.at) >= keysEvery {
		t.status, t.body, t.err = t.fetchKeys(r)
		t.at = time.Now()
		if t.err != nil || t.status != http.StatusOK {
			t.log.Warn("the identity provider's keys could not be fetched", "address", r.URL.Redacted(), "status", t.status, "err", t.err)
		}
	}
	if t.err != nil {
		return nil, t.err
	}
	return &http.Response{
		Status: http.StatusText(t.status), StatusCode: t.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {typeJSON}}, Body: io.NopCloser(bytes.NewReader(t.body)), Request: r,
	}, nil
}

func (t *throttledFetcher) fetchKeys(r *http.Request) (status int, body []byte, err error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(resp.Body, keysMax))
	return resp.StatusCode, body, err
}
