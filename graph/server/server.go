package server

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"deskwire/db"
	"deskwire/graph"
	"deskwire/graph/generated"
	"deskwire/graph/plan"
	"deskwire/graph/socket"
	"deskwire/heap"
	"deskwire/live"
	"deskwire/tracing"
)

// Config is what the handler of all routes needs.
type Config struct {
	Store   *db.Store
	Auth    *Authenticator
	BaseURL string        // where people reach the server, without a slash at the end
	Origins []string      // web pages of these origins may call the API; "*" for all; default none
	Timeout time.Duration // of one operation; default 5 s
	Limits  Limits        // of one request; default those of guard.Default for all
	Log     *slog.Logger  // default slog.Default

	Running     int           // how many operations run at once; default DefaultRunning
	Slow        time.Duration // operations that take as long are logged; zero: none is
	Trusted     Trusted       // documents that requests may name
	TrustedOnly bool          // no others are run
	Rates       *Rates        // how much may be asked; default DefaultRates
	SignIns     *int          // how many sign-ins of a network address may fail in a minute; zero: any; default DefaultFailedSignIns
	ProxyHeader string        // in which a proxy in front tells the client's address; default: there is none

	Tracing *tracing.Tracing // nil: nothing is traced

	Page http.Handler // answers at all other addresses, so that people have a page there; nil: nothing does

	NATS        *live.NATS    // joins the servers; nil: Postgres does
	Retention   time.Duration // how long ago a cursor may be to be resumed from; default 7 days
	Connections int           // how many connections of one account may stay open; default 20,000
	InitWait    time.Duration // how long a connection may take to say who it is; default 10 s
	PieceWait   time.Duration // how long 64 KiB of a file may take; default 20 s
	Memory      *heap.Budget  // what may be held for clients at once; default heap.DefaultBudget

	Around func(*plan.Executor) graphql.ExecutableSchema // puts something around what runs operations; for tests
}

// Handler answers at all addresses, and keeps subscribers informed until it is closed.
type Handler struct {
	http.Handler
	hub     *live.Hub
	wake    chan struct{} // has the log read
	sockets *socket.Server
	streams *streamTransport
	answers *sync.WaitGroup // of queries and mutations over connections
	stop    context.CancelFunc
	metrics *metrics
	health  *health
	signIns *signInGuard
	tasks   sync.WaitGroup
}

// NewHandler wires everything that is answered over HTTP. The handler is to be closed.
func NewHandler(cfg Config) *Handler {
	cfg = cfg.withDefaults()
	h := &Handler{wake: make(chan struct{}, 1), health: &health{ping: cfg.Store.Ping, upkeep: cfg.Store.FailingJobs}}
	h.health.log = newLogAge(h.invalidateUnlogged)
	if cfg.NATS != nil {
		h.health.nats = cfg.NATS.Connected
	}
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	r := &graph.Resolver{Store: cfg.Store, BaseURL: cfg.BaseURL, Retention: cfg.Retention}
	schema := withoutDefer(generated.NewExecutableSchema(generated.Config{}).Schema())
	entrance, seen := newLimiter(cfg.Running), newMetrics()
	h.metrics, h.signIns = seen, newSignInGuard(cfg.Auth, *cfg.SignIns, seen)
	plans := newExecutable(schema, r)
	if cfg.Tracing != nil {
		plans.Field = cfg.Tracing.RootField
	}
	rates := newRateLimiter(*cfg.Rates, time.Now)
	api := newEngine(cfg.Around(plans), engineConfig{
		begin: beginning(cfg.Store), log: cfg.Log, timeout: cfg.Timeout, limits: cfg.Limits,
		rates: rates, limiter: entrance, trusted: cfg.Trusted, trustedOnly: cfg.TrustedOnly, metrics: seen, slow: cfg.Slow, tracing: cfg.Tracing,
		memory: cfg.Memory,
	})

	h.hub = live.NewHub(live.Options{MissedEvents: cfg.Store.Missed, WakeTail: h.wakeTail, Retention: cfg.Retention, Log: cfg.Log})
	r.Presences = h.startTail(ctx, cfg, rates)
	h.tasks.Go(func() { h.invalidateEachMinute(ctx) })
	h.sockets = socket.NewServer(socket.Config{
		Subprotocols: []string{protocolNew, protocolOld}, CheckOrigin: func(*http.Request) bool { return true }, Workers: socketWorkers,
		ReadLimit: int64(cfg.Limits.beforeAuthentication().Body), GuestLimit: guestMessage, Log: cfg.Log,
		HoldInput:  func() socket.Holding { return cfg.Memory.Hold(heap.Messages) },
		HoldOutput: func() socket.Holding { return cfg.Memory.Hold(heap.Answers) },
	})
	ss := &sessions{
		hub: h.hub, renderer: &renderer{exec: api.exec, begin: r.Rendering}, exec: api.exec, actor: cfg.Auth.Actor, principal: cfg.Auth.Principal, signIns: h.signIns.principal, logAge: h.health.log,
		log: cfg.Log, timeout: cfg.Timeout, presences: r.Presences, connections: newConnectionLimiter(cfg.Connections), limits: cfg.Limits, limiter: entrance, ctx: ctx,
		memory: cfg.Memory, followed: api.exec.cache.followed, guests: newGuestList(maxGuests, maxGuestsOfAnywhere),
	}
	h.answers = &ss.answers
	h.streams = newStreamTransport(ss)
	sockets, requests := &websocketTransport{sessions: ss, server: h.sockets, origin: sameOrigin(cfg.Origins), wait: cfg.InitWait}, api.httpTransport
	requests.streams = h.streams

	mux := http.NewServeMux()
	mux.Handle("/graphql", routeBy(isWebsocket, sockets, CrossOrigin(cfg.Origins, entrance.admitOrShed(cfg.Log, authenticated(h.signIns.principal, cfg.Log, requests)))))
	if cfg.Limits.all.Introspection != 0 {
		text := CrossOrigin(cfg.Origins, staticText("text/plain", schemaText(schema)))
		mux.Handle("GET /schema.graphqls", text)
		mux.Handle("OPTIONS /schema.graphqls", text)
	}
	transfers := newTransferLimiter()
	addressed := CrossOrigin(cfg.Origins, &files{cfg.Store, cfg.Log, transfers, cfg.Memory, cfg.PieceWait})
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodOptions} {
		mux.Handle(method+" /files/{address}", addressed)
	}
	seen.registerGauges(gaugeSources{
		connections: ss.connections.openCount, ratesShared: rates.isShared, nats: h.health.nats, guests: ss.guests.count, transfers: transfers.underWay, memory: cfg.Memory, pool: cfg.Store.PoolStats, replica: cfg.Store.ReplicaStats,
		running: entrance.runningCount, waiting: entrance.waitingCount,
		hub: h.hub.Stats, cut: h.sockets.CutConns, logAge: h.health.log.age, backlog: cfg.Store.Backlog, failingJobs: cfg.Store.FailingJobs,
	})
	mux.Handle("GET /metrics", seen.scrapeHandler())
	mux.Handle("GET /healthz", staticText("text/plain", []byte("ok\n")))
	mux.Handle("GET /readyz", h.health)
	if cfg.Page != nil {
		mux.Handle("/", cfg.Page)
	}
	h.Handler = observeRequests(cfg.Log, cfg.ProxyHeader, seen, cfg.Tracing, mux)
	return h
}

// invalidateEachMinute invalidates, at each full minute, the payloads that look at the time.
func (h *Handler) invalidateEachMinute(ctx context.Context) {
	for {
		next := time.NewTimer(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute + 20*time.Millisecond)))
		select {
		case <-ctx.Done():
			next.Stop()
			return
		case <-next.C:
			h.health.log.whenFresh(live.EveryMinute, func() { h.hub.InvalidateAll(live.EveryMinute) })
		}
	}
}

func (cfg Config) withDefaults() Config {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 5 * time.Second
	}
	cfg.Limits = cfg.Limits.orDefault()
	if cfg.Running == 0 {
		cfg.Running = DefaultRunning
	}
	if cfg.Rates == nil {
		r := DefaultRates()
		cfg.Rates = &r
	}
	if cfg.SignIns == nil {
		cfg.SignIns = new(DefaultFailedSignIns)
	}
	if cfg.Retention == 0 {
		cfg.Retention = 7 * 24 * time.Hour
	}
	if cfg.Connections == 0 {
		cfg.Connections = 20_000
	}
	if cfg.InitWait == 0 {
		cfg.InitWait = 10 * time.Second
	}
	if cfg.PieceWait == 0 {
		cfg.PieceWait = piecePatience
	}
	if cfg.Memory == nil {
		cfg.Memory = heap.NewBudget(heap.DefaultBudget)
	}
	if cfg.Around == nil {
		cfg.Around = func(e *plan.Executor) graphql.ExecutableSchema { return e }
	}
	return cfg
}

// StopBeingReady has /readyz send new clients elsewhere. All else goes on.
func (h *Handler) StopBeingReady() { h.health.stopping.Store(true) }

// Drain asks all who stay connected to go to another server, spread over some time so that they do
// not all arrive there at once. New ones are refused.
func (h *Handler) Drain(ctx context.Context, spread time.Duration) {
	spread = min(spread, time.Duration(h.sockets.OpenConns()+h.streams.openStreams())*drainPause) // nobody minds a few at once
	var streams sync.WaitGroup
	streams.Go(func() { h.streams.drainStreams(ctx, spread) })
	h.sockets.Drain(ctx, closeRestart, "The server restarts", spread)
	streams.Wait()
}

// drainPause is how long a drain takes for one connection at most: a server that 500 come to in a
// second serves them by the way.
const drainPause = 2 * time.Millisecond

// Close ends all connections that stay open, and waits for what it has started.
func (h *Handler) Close() {
	h.stop()
	h.streams.closeStreams()
	h.sockets.Close()
	h.answers.Wait()
	h.hub.Close()
	h.tasks.Wait()
	h.signIns.log.close()
}

// socketWorkers is how many messages of connections are handled at once. One that asks the database
// who somebody is must not hold up all others.
const socketWorkers = 32

// routeBy is the one handler for requests that a condition holds for, and the other one for all
// others.
func routeBy(is func(*http.Request) bool, one, other http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if is(r) {
			one.ServeHTTP(w, r)
			return
		}
		other.ServeHTTP(w, r)
	})
}

// sameOrigin lets in what is no page, and pages of this server and of the listed origins. A token
// comes with each connection, so this keeps out only pages that had one and should not call here.
func sameOrigin(origins []string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		origin := r.Header.Get("Origin")
		u, err := url.Parse(origin)
		return origin == "" || slices.Contains(origins, "*") || slices.Contains(origins, origin) || err == nil && strings.EqualFold(u.Host, r.Host)
	}
}

// withoutDefer takes @defer out of a copy of the schema, so that documents with it are refused:
// over plain HTTP, gqlgen would leave the deferred part away in silence.
func withoutDefer(s *ast.Schema) *ast.Schema {
	c := *s
	c.Directives = maps.Clone(s.Directives)
	delete(c.Directives, "defer")
	return &c
}

// schemaText writes the whole schema with its descriptions.
func schemaText(s *ast.Schema) []byte {
	var b bytes.Buffer
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(s)
	return b.Bytes()
}

func staticText(mediaType string, body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", mediaType+"; charset=utf-8")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		_, _ = w.Write(body)
	})
}
