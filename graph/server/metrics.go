package server

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph"
	"deskwire/heap"
	"deskwire/live"
	"deskwire/version"
)

// metrics are the Prometheus metrics of the server, at /metrics.
type metrics struct {
	registry *prometheus.Registry
	names    operationNames

	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	points   *prometheus.CounterVec
	errors   *prometheus.CounterVec
	signIns  *prometheus.CounterVec
	payloads prometheus.Counter
	events   prometheus.Counter
	lag      prometheus.Histogram
}

// gaugeSources are asked for what is counted elsewhere.
type gaugeSources struct {
	connections func() int
	waiting     func() int // for a slot
	running     func() int
	ratesShared func() bool
	nats        func() bool // nil: there is none
	guests      func() int  // websockets that have not said who they are
	transfers   func() int  // files on their way
	memory      *heap.Budget
	hub         func() live.Stats
	cut         func() int64
	logAge      func() time.Duration
	backlog     func() db.Backlog
	failingJobs func() []string
	pool        func() db.PoolStats
	replica     func() (read.ReplicaStats, bool)
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "deskwire_http_requests_total", Help: "HTTP requests that were answered, by path and status."}, []string{"path", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "deskwire_operation_seconds", Help: "Time from receiving an operation to its response, by the name of the operation.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}}, []string{"operation"}),
		points:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "deskwire_cost_points_total", Help: "Points: the highest possible cost of operations (requested), and their actual cost (actual)."}, []string{"kind"}),
		errors:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "deskwire_errors_total", Help: "Top-level errors in responses, by code."}, []string{"code"}),
		signIns:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "deskwire_failed_sign_ins_total", Help: "Tokens that were not good, by the reason; limited: refused because too many others of the same network address were not good."}, []string{"reason"}),
		payloads: prometheus.NewCounter(prometheus.CounterOpts{Name: "deskwire_payloads_made_total", Help: "Subscription payloads that were rendered; each is sent to all subscribers of the same subscription."}),
		events:   prometheus.NewCounter(prometheus.CounterOpts{Name: "deskwire_events_total", Help: "Events that this server has read from the event log."}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "deskwire_log_lag_seconds", Help: "Age of the oldest event in a batch of the event log when it was read.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30}}),
	}
	m.registry.MustRegister(m.requests, m.latency, m.points, m.errors, m.signIns, m.payloads, m.events, m.lag,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, reason := range []string{read.TokenUnknown, read.TokenRevoked, read.TokenExpired, read.AgentDeactivated, tokenInvalid, tokenNoAgent, "limited"} {
		m.signIns.WithLabelValues(reason) // so that the first one is a rise
	}
	m.registerBuild(version.Current())
	return m
}

// registerBuild adds which program this is: a constant, whose labels say it.
func (m *metrics) registerBuild(v version.Info) {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "deskwire_build_info", Help: "1; the labels say which version this is: of the module, the commit, whether files differed from it, and Go's.",
		ConstLabels: prometheus.Labels{"version": v.Version, "revision": v.Revision, "modified": strconv.FormatBool(v.Modified), "go": v.Go},
	})
	info.Set(1)
	m.registry.MustRegister(info)
}

// registerGauges adds what others count.
func (m *metrics) registerGauges(s gaugeSources) {
	gauge := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	gauge("deskwire_connections", "Open websockets and streams.", func() float64 { return float64(s.connections()) })
	gauge("deskwire_connections_unidentified", "Websockets that have not sent connection_init.", func() float64 { return float64(s.guests()) })
	gauge("deskwire_transfers", "Files that are being uploaded or downloaded.", func() float64 { return float64(s.transfers()) })
	for _, use := range []heap.Use{heap.Messages, heap.Answers, heap.Transfers} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "deskwire_held_bytes", Help: "Bytes that are held for clients that are slow to send or to read, by what they are.", ConstLabels: prometheus.Labels{"use": use.String()},
		}, func() float64 { return float64(s.memory.Held(use)) }))
	}
	gauge("deskwire_sessions", "Open websockets and streams whose token was checked.", func() float64 { return float64(s.hub().Sessions) })
	gauge("deskwire_subscriptions", "Subscriptions.", func() float64 { return float64(s.hub().Subscriptions) })
	gauge("deskwire_payloads_waiting", "Subscriptions of the same kind whose next payload is still to be rendered.", func() float64 { return float64(s.hub().Dirty) })
	gauge("deskwire_subscribers_waiting", "Subscribers that are still to be caught up.", func() float64 { return float64(s.hub().Joining) })
	gauge("deskwire_log_read_seconds_ago", "Time since the event log was last read. From 2 seconds on, live updates are missing.", func() float64 { return s.logAge().Seconds() })
	flag := func(name, help string, is func() bool) {
		gauge(name, help, func() float64 {
			if is() {
				return 1
			}
			return 0
		})
	}
	flag("deskwire_rates_shared", "1 if this server has lately heard of others, with which it shares the rate limits, otherwise 0.", s.ratesShared)
	if s.nats != nil {
		flag("deskwire_nats_connected", "1 if NATS answers, otherwise 0.", s.nats)
	}
	gauge("deskwire_jobs_failing", "Timed jobs that failed when they last ran; /readyz names them.", func() float64 { return float64(len(s.failingJobs())) })
	gauge("deskwire_trash_backlog", "Deletions that are due for purging.", func() float64 { return float64(s.backlog().Trash) })
	gauge("deskwire_search_backlog", "Slices of up to 65536 records that search does not know yet.", func() float64 { return float64(s.backlog().Search) })
	gauge("deskwire_operations_running", "Operations that are running.", func() float64 { return float64(s.running()) })
	gauge("deskwire_operations_waiting", "Operations that are waiting for others to finish.", func() float64 { return float64(s.waiting()) })
	gauge("deskwire_pool_connections_used", "Connections to the database that are in use.", func() float64 { return float64(s.pool().Used) })
	gauge("deskwire_pool_connections_open", "Connections to the database.", func() float64 { return float64(s.pool().Open) })
	gauge("deskwire_pool_connections_max", "Maximum number of connections to the database.", func() float64 { return float64(s.pool().Max) })
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "deskwire_pool_wait_seconds_total", Help: "Time spent waiting for connections to the database."},
		func() float64 { return s.pool().Waited.Seconds() }))
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "deskwire_clients_cut_total", Help: "Websockets that were cut off because the client took nothing any more."},
		func() float64 { return float64(s.cut()) }))
	if _, there := s.replica(); there {
		flag("deskwire_replica_used", "1 if queries read from the read replica, otherwise 0.", func() bool { r, _ := s.replica(); return r.Used })
		m.registerReplicaGauges(s, gauge)
	}
}

// registerReplicaGauges adds what is known of a read replica.
func (m *metrics) registerReplicaGauges(s gaugeSources, gauge func(name, help string, value func() float64)) {
	of := func() read.ReplicaStats { r, _ := s.replica(); return r }
	gauge("deskwire_replica_behind_seconds", "Replication lag of the read replica at the last check; 0 if it had everything that the primary had at the check before.", func() float64 { return of().Behind.Seconds() })
	reads := func(from string, n func() uint64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "deskwire_replica_queries_total", Help: "Queries that may read from the read replica, by where they did.", ConstLabels: prometheus.Labels{"from": from},
		}, func() float64 { return float64(n()) }))
	}
	reads("replica", func() uint64 { return of().Replica })
	reads("primary", func() uint64 { return of().Primary })
}

// scrapeHandler answers Prometheus.
func (m *metrics) scrapeHandler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// countRequest counts an HTTP request. Paths that are not ours are one.
func (m *metrics) countRequest(r *http.Request, status int) {
	path := "other"
	switch first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); first {
	case "graphql", "files", "healthz", "readyz", "metrics", "schema.graphqls":
		path = "/" + first
	}
	m.requests.WithLabelValues(path, strconv.Itoa(status)).Inc()
}

// countBatch counts what a reading of the log has brought.
func (m *metrics) countBatch(b desk.Batch) {
	if len(b.Events) == 0 {
		return
	}
	m.events.Add(float64(len(b.Events)))
	m.lag.Observe(max(0, time.Since(b.Events[0].At).Seconds()))
}

// observeOperations measures each answer, and logs those that were slow.
func (m *metrics) observeOperations(log *slog.Logger, slow time.Duration) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		resp := next(ctx)
		if graph.IsRendering(ctx) {
			m.payloads.Inc()
			return resp
		}
		if p := graph.PrincipalOf(ctx); p != nil && p.Changed() {
			return resp
		}
		op := graphql.GetOperationContext(ctx)
		if op.Operation == nil { // it never was an operation
			return resp
		}
		took := time.Since(op.Stats.OperationStart)
		m.latency.WithLabelValues(m.names.labelFor(op.Operation.Name)).Observe(took.Seconds())
		attrs := append(requestOf(ctx).logAttrs(), "ms", milliseconds(took))
		if b := chargedTo(ctx); b != nil {
			m.points.WithLabelValues("requested").Add(float64(b.points.Total()))
			m.points.WithLabelValues("actual").Add(float64(b.actual))
			attrs = append(attrs, "cost", b.actual)
		}
		if slow > 0 && took >= slow {
			log.WarnContext(ctx, "slow operation", attrs...)
		}
		return resp
	}
}

// maxOperationNames bounds the names of operations that are told apart: clients make them up.
const maxOperationNames = 200

// operationNames are the first names that came.
type operationNames struct {
	mu    sync.Mutex
	known map[string]bool
}

func (n *operationNames) labelFor(name string) string {
	name = truncateText(name, 60)
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case name == "":
		return "anonymous"
	case n.known[name]:
		return name
	case len(n.known) >= maxOperationNames:
		return "other"
	}
	if n.known == nil {
		n.known = map[string]bool{}
	}
	n.known[name] = true
	return name
}
