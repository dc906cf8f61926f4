package graph

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"deskwire/db"
	"deskwire/desk"
)

// Authenticator finds out who asks, by the bearer token of a request: an API token of ours,
// or a token of an identity provider.
type Authenticator struct {
	store    *db.Store
	provider *provider // nil: API tokens only
	log      *slog.Logger
}

// NewAuthenticator makes one. An identity without secret and address leaves API tokens only.
func NewAuthenticator(store *db.Store, id Identity, log *slog.Logger) (*Authenticator, error) {
	a := &Authenticator{store: store, log: log}
	if !id.Configured() {
		return a, nil
	}
	var err error
	a.provider, err = newProvider(id, log)
	return a, err
}

// Actor says who a bearer token stands for; nil for whatever is not good any more, or never
// was. An error is a fault of ours. The secrets of API tokens are looked up by their hash,
// so unknown ones take the same work as known ones.
func (a *Authenticator) Actor(ctx context.Context, token string) (*desk.Actor, error) {
	if db.IsSecret(token) || a.provider == nil {
		return a.store.ActorByToken(ctx, db.HashSecret(token))
	}
	who, err := a.provider.identify(ctx, token)
	if err != nil {
		a.log.DebugContext(ctx, "token refused", append(requestOf(ctx).attrs(), "err", err)...)
		return nil, nil
	}
	by, err := a.store.ActorByEmail(ctx, who.account, who.email)
	if by != nil {
		by.Until = who.until
	}
	return by, err
}

// actorOf is how a token becomes an actor: Authenticator.Actor.
type actorOf func(context.Context, string) (*desk.Actor, error)

// authPatience is how long finding out who asks may take.
const authPatience = 10 * time.Second

// authenticated lets only requests through that say who asks.
func authenticated(actor actorOf, log *slog.Logger, next http.Handler) http.Handler {
	p := presenter{log}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := tokenIn(r)
		if token == "" {
			challenge(w, r, log, "", "Send a token: Authorization: Bearer …")
			return
		}
		if r.Header.Get("Upgrade") == "" { // many operations come over a websocket, and later
			r = r.WithContext(db.Arriving(r.Context()))
		}
		ctx, cancel := context.WithTimeout(r.Context(), authPatience)
		defer cancel()
		by, err := actor(ctx, token)
		switch {
		case err != nil:
			refuseFault(ctx, w, r, p, err)
		case by == nil:
			challenge(w, r, log, `, error="invalid_token"`, "This token is not valid, or not any more.")
		default:
			requestOf(r.Context()).account = by.Account.Slug
			next.ServeHTTP(w, r.WithContext(WithActor(r.Context(), by)))
		}
	})
}

// tokenIn reads the token of a request; "" when there is none, or several. A browser's EventSource can't set headers, so
// what asks for a stream by GET may have it in its address (RFC 6750, 2.3), which is never logged.
func tokenIn(r *http.Request) string {
	if r.Method == http.MethodGet && negotiateStream(r.Header.Values("Accept")) != nil {
		given, inHeader := r.URL.Query()["access_token"], len(r.Header.Values("Authorization")) > 0
		switch {
		case len(given) == 1 && !inHeader:
			return given[0]
		case len(given) > 0:
			return ""
		}
	}
	return bearer(r)
}

// bearer reads the token of the header; "" when there is none, or several.
func bearer(r *http.Request) string {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return ""
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func challenge(w http.ResponseWriter, r *http.Request, log *slog.Logger, reason, message string) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="deskwire"`+reason)
	if to, ok := replyTo(w, r, log); ok {
		to.refuse(r.Context(), refusal{http.StatusUnauthorized, codeUnauthenticated, message})
	}
}

func refuseFault(ctx context.Context, w http.ResponseWriter, r *http.Request, p presenter, err error) {
	message, code := p.fault(ctx, err, nil)
	status := http.StatusInternalServerError
	if code == codeTimeout || code == codeUnavailable {
		status = http.StatusServiceUnavailable
	}
	if to, ok := replyTo(w, r, p.log); ok {
		to.refuse(ctx, refusal{status, code, message})
	}
}
