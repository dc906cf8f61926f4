package server

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph"
)

// Authenticator is authentication: it finds out who asks, by the bearer token of a request: an API
// token of ours, or a token of an identity provider.
type Authenticator struct {
	store    *db.Store
	provider *identityProvider // nil: API tokens only
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
	p, err := a.Principal(ctx, token, false)
	switch {
	case read.IsTokenRefusal(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return p.Verified(ctx)
}

// Why a token of an identity provider stands for nobody: its signature or its claims are not good,
// or no agent has its address.
const (
	tokenInvalid = "invalid"
	tokenNoAgent = "no_agent"
)

// Principal is Actor for one request that has come already. If it may be speculation, who asks is
// assumed to be who they were when the token came last, and nothing may be answered before that is
// verified. A token that is not good is a read.TokenRefusal.
func (a *Authenticator) Principal(ctx context.Context, token string, speculate bool) (*read.Principal, error) {
	if a.isSecret(token) {
		return a.store.PrincipalByToken(ctx, read.HashSecret(token), speculate)
	}
	who, err := a.provider.identify(ctx, token)
	if err != nil {
		return nil, &read.TokenRefusal{Reason: tokenInvalid, Cause: err}
	}
	p, err := a.store.PrincipalByEmail(ctx, who.account, who.email)
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		return nil, &read.TokenRefusal{Reason: tokenNoAgent}
	}
	p.Assumed().Until = who.until
	return p, nil
}

// isSecret says whether a token can only be an API token.
func (a *Authenticator) isSecret(token string) bool { return a.provider == nil || read.IsSecret(token) }

// remembers says whether a token was good when it came last, without asking anybody.
func (a *Authenticator) remembers(token string) bool {
	return a.isSecret(token) && a.store.RemembersToken(read.HashSecret(token))
}

// How to get in, for who has no token, or one that is not good.
const (
	howToken = "`deskwire token` prints one and apiTokenCreate creates more, or sign in with your identity provider."
	badToken = "This token is invalid, expired or revoked. " + howToken
)

// verifyPatience is how long it may take to verify who asks when the answer is there: mostly that
// is known by then.
const verifyPatience = 2 * time.Second

// actorOf is how a token becomes an actor: Authenticator.Actor.
type actorOf func(context.Context, string) (*desk.Actor, error)

// principalByToken is how it becomes the principal of one request: Authenticator.Principal, or that
// of a signInGuard.
type principalByToken func(ctx context.Context, token string, speculate bool) (*read.Principal, error)

// authPatience is how long finding out who asks may take.
const authPatience = 10 * time.Second

// authenticated lets only requests through that say who asks. A request may be run for who that
// was, and again when they have changed.
func authenticated(principal principalByToken, log *slog.Logger, next http.Handler) http.Handler {
	e := authentication{principal, log, next}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := requestToken(r)
		switch {
		case token == "":
			challenge(w, r, log, "", "Send a token: Authorization: Bearer …. "+howToken)
		case r.Header.Get("Upgrade") != "": // many operations come over a websocket, and later
			e.serveAs(w, r, token, false)
		case e.serveAs(w, r, token, true):
		default:
			e.serveAs(w, r, token, false)
		}
	})
}

// authentication is the middleware that finds out who asks.
type authentication struct {
	principal principalByToken
	log       *slog.Logger
	next      http.Handler
}

// serveAs answers a request; not when it was run for somebody who has changed.
func (e authentication) serveAs(w http.ResponseWriter, r *http.Request, token string, speculate bool) (answered bool) {
	p := presenter{e.log}
	principal, err := e.bounded(r.Context(), token, speculate)
	if err != nil {
		e.refuse(w, r, err)
		return true
	}
	req := requestOf(r.Context())
	req.identify(principal.Assumed())
	req.codes = nil // of the answer to who that was
	ctx := graph.WithCaller(r.Context(), graph.Caller{Principal: principal})
	r = r.WithContext(ctx)
	if !principal.Speculative() {
		e.next.ServeHTTP(w, r)
		return true
	}
	held := holdAnswer(ctx, w, principal)
	e.next.ServeHTTP(held, r)
	if held.err != nil && !errors.Is(held.err, read.ErrPrincipalChanged) {
		refuseFault(ctx, w, r, p, held.err)
		return true
	}
	return held.err == nil
}

// refuse answers when nobody is known to ask.
func (e authentication) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var limited signInsLimited
	switch {
	case errors.As(err, &limited):
		requestOf(r.Context()).shed = true // told with the others of its address
		if to, ok := negotiateReply(w, r, e.log); ok {
			to.sendResponse(r.Context(), presentRefusal(r.Context(), limited.graphqlError()))
		}
	case read.IsTokenRefusal(err):
		challenge(w, r, e.log, `, error="invalid_token"`, badToken)
	default:
		refuseFault(r.Context(), w, r, presenter{e.log}, err)
	}
}

func (e authentication) bounded(ctx context.Context, token string, speculate bool) (*read.Principal, error) {
	ctx, cancel := context.WithTimeout(ctx, authPatience)
	defer cancel()
	return e.principal(ctx, token, speculate)
}

// heldAnswer lets an answer out when the principal is verified, and nothing when it is for the
// wrong one.
type heldAnswer struct {
	http.ResponseWriter
	header http.Header
	verify func() error
	asked  bool
	err    error
}

func holdAnswer(ctx context.Context, w http.ResponseWriter, principal *read.Principal) *heldAnswer {
	return &heldAnswer{ResponseWriter: w, header: w.Header().Clone(), verify: func() error {
		// Where the client has been too slow the request is over, and it is told so all the same.
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), verifyPatience)
		defer cancel()
		_, err := principal.Verified(bounded)
		return err
	}}
}

var errHeld = errors.New("graph: the answer is held back")

// mayRelease says whether the answer may go out.
func (h *heldAnswer) mayRelease() bool {
	if !h.asked {
		h.asked = true
		if h.err = h.verify(); h.err == nil {
			clear(h.ResponseWriter.Header())
			maps.Copy(h.ResponseWriter.Header(), h.header)
		}
	}
	return h.err == nil
}

// Header is that of the answer that is being made; where it goes out, it is the client's.
func (h *heldAnswer) Header() http.Header { return h.header }

func (h *heldAnswer) WriteHeader(status int) {
	if h.mayRelease() {
		h.ResponseWriter.WriteHeader(status)
	}
}

func (h *heldAnswer) Write(b []byte) (int, error) {
	if !h.mayRelease() {
		return 0, errHeld
	}
	return h.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController through to all but what would send something.
func (h *heldAnswer) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// FlushError sends what was written.
func (h *heldAnswer) FlushError() error {
	if !h.mayRelease() {
		return errHeld
	}
	return http.NewResponseController(h.ResponseWriter).Flush()
}

// requestToken reads the token of a request; "" when there is none, or several. A browser's
// EventSource can't set headers, so what asks for a stream by GET may have it in its address (RFC
// 6750, 2.3), which is never logged.
func requestToken(r *http.Request) string {
	if r.Method == http.MethodGet && negotiateStream(r.Header.Values("Accept")) != nil {
		given, inHeader := r.URL.Query()["access_token"], len(r.Header.Values("Authorization")) > 0
		switch {
		case len(given) == 1 && !inHeader:
			return given[0]
		case len(given) > 0:
			return ""
		}
	}
	return bearerToken(r)
}

// bearerToken reads the token of the header; "" when there is none, or several.
func bearerToken(r *http.Request) string {
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
	if to, ok := negotiateReply(w, r, log); ok {
		to.sendRefusal(r.Context(), refusal{http.StatusUnauthorized, codeUnauthenticated, message})
	}
}

// statusClientGone is what logs and metrics have for a client that did not wait for its answer. It
// is no fault of ours, and nobody is there to read it.
const statusClientGone = 499

func refuseFault(ctx context.Context, w http.ResponseWriter, r *http.Request, p presenter, err error) {
	message, code := p.describeFault(ctx, err, nil)
	status := http.StatusInternalServerError
	switch code {
	case codeTimeout, codeUnavailable, codeRecordBusy:
		status = http.StatusServiceUnavailable
	case codeCancelled:
		status = statusClientGone
	}
	if to, ok := negotiateReply(w, r, p.log); ok {
		to.sendRefusal(ctx, refusal{status, code, message})
	}
}
