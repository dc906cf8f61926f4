package server

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/desk"
	"deskwire/heap"
	"deskwire/tracing"
)

// request is what is known about an HTTP request, for its log line and its errors. Its texts
// are set before resolvers run, which may be many at once.
type request struct {
	id        string
	address   string // of the network that it comes from
	account   string // its slug, once authenticated
	agent     desk.ID
	token     desk.ID // its id, not the secret; zero for a token of an identity provider
	operation string  // its name, once parsed
	kind      ast.Operation
	codes     []string // of the errors of the answer, each once
	faults    atomic.Int32
	shed      bool     // by a limiter, which tells of all of them at once
	metrics   *metrics // that count the codes; nil: nobody counts

	params *graphql.RawParams // once they were read
	bad    error              // why they can't be

	held struct{ body, answer *heap.Holding } // see releaseHeld
}

// holdBody begins the holding of what the client sends and what is made of that, for as long as the
// request lasts.
func (r *request) holdBody(of *heap.Budget) *heap.Holding {
	if r.held.body == nil {
		r.held.body = of.Hold(heap.Messages)
	}
	return r.held.body
}

// holdAnswer begins the holding of an answer. A request that is run again has another one.
func (r *request) holdAnswer(of *heap.Budget) *heap.Holding {
	if r.held.answer == nil {
		r.held.answer = of.Hold(heap.Answers)
	}
	r.held.answer.Release()
	return r.held.answer
}

// holdUnsent keeps of what is held for the answer that many bytes, which wait to be read. What the
// client has sent is still there: the request may be run again.
func (r *request) holdUnsent(bytes int) { r.held.answer.Shrink(bytes) }

// dropParams lets go of the parameters of a request that is not run again, and lasts.
func (r *request) dropParams() {
	r.params = nil
	r.held.body.Release()
}

// releaseHeld gives back all that the server has held for the request.
func (r *request) releaseHeld() {
	r.held.body.Release()
	r.held.answer.Release()
}

// readOnce reads the parameters, once: the request may be run again.
func (r *request) readOnce(from func() (*graphql.RawParams, error)) (*graphql.RawParams, error) {
	if r.params == nil && r.bad == nil {
		r.params, r.bad = from()
	}
	if r.params == nil {
		return nil, r.bad
	}
	again := *r.params // who runs it may change it
	return &again, r.bad
}

type requestKey struct{}

func withRequest(ctx context.Context, r *request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// requestOf gives the record of the request, or an empty one outside of one.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// identify notes who asks.
func (r *request) identify(by *desk.Actor) {
	r.account, r.token = by.Account.Slug, by.TokenID
	if by.Agent != nil {
		r.agent = by.Agent.ID
	}
}

// describeOperation notes what is asked for; nil: that could not be read.
func (r *request) describeOperation(op *ast.OperationDefinition) {
	if op != nil {
		r.operation, r.kind = truncateText(op.Name, 100), op.Operation
	}
}

// maxLoggedCodes bounds the codes of one answer that are logged.
const maxLoggedCodes = 3

func (r *request) noteCodes(errs gqlerror.List) {
	for _, err := range errs {
		r.noteCode(errorCode(err))
	}
}

// noteCode counts an error of the answer, whoever has made it, and keeps its code for the log.
func (r *request) noteCode(code string) {
	if code != "" && r.metrics != nil {
		r.metrics.errors.WithLabelValues(code).Inc()
	}
	if code != "" && len(r.codes) < maxLoggedCodes && !slices.Contains(r.codes, code) {
		r.codes = append(r.codes, code)
	}
}

// logAttrs are what lines about the request have in common: who asks for what, from where. There is
// nothing secret among them.
func (r *request) logAttrs() []any {
	attrs := append(make([]any, 0, 24), "request", r.id)
	text := func(name, v string) {
		if v != "" {
			attrs = append(attrs, name, v)
		}
	}
	id := func(name string, kind desk.Kind, id desk.ID) {
		if id != (desk.ID{}) {
			attrs = append(attrs, name, desk.Ref{Kind: kind, ID: id}.String())
		}
	}
	text("address", r.address)
	text("account", r.account)
	id("agent", desk.KindAgent, r.agent)
	id("token", desk.KindToken, r.token)
	text("operation", r.operation)
	text("type", string(r.kind))
	return attrs
}

// outcomeAttrs are what is known in the end.
func (r *request) outcomeAttrs(began time.Time) []any {
	if len(r.codes) == 0 {
		return []any{"ms", milliseconds(time.Since(began))}
	}
	return []any{"codes", strings.Join(r.codes, ","), "ms", milliseconds(time.Since(began))}
}

// milliseconds is a duration as logs have it.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

const requestIDHeader = "X-Request-Id"

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// requestID takes the client's id when it is harmless, so that one id runs through all logs.
func requestID(given string) string {
	if saneID.MatchString(given) {
		return given
	}
	return rand.Text()
}

// observeRequests, before everything else, gives each request its id, its line in the log, and an
// answer even when a handler panics.
func observeRequests(log *slog.Logger, proxyHeader string, m *metrics, t *tracing.Tracing, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &statusWriter{ResponseWriter: w}
		req := &request{id: requestID(r.Header.Get(requestIDHeader)), address: clientAddress(r, proxyHeader), metrics: m}
		ctx, end := withRequest(r.Context(), req), func(string) {}
		if t != nil && r.URL.Path == "/graphql" && !isWebsocket(r) {
			ctx, end = t.Request(ctx, r)
		}
		w.Header().Set(requestIDHeader, req.id)
		defer req.releaseHeld()
		defer func() {
			if fault := recover(); fault != nil {
				answerPanic(ctx, log, seen, fault)
			}
			m.countRequest(r, seen.status)
			end(failureOf(seen.status))
			if level := req.logLevel(r); log.Enabled(ctx, level) {
				attrs := append(req.logAttrs(), "method", r.Method, "path", loggedPath(r), "status", seen.status)
				log.Log(ctx, level, "request", append(attrs, req.outcomeAttrs(began)...)...)
			}
		}()
		next.ServeHTTP(seen, r.WithContext(ctx))
	})
}

// failureOf is what a trace says of a status: nothing, unless the fault is ours.
func failureOf(status int) string {
	if status < http.StatusInternalServerError {
		return ""
	}
	return strconv.Itoa(status)
}

// loggedPath leaves out what opens a file: the log is no place for it.
func loggedPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/files/") {
		return "/files/…"
	}
	return r.URL.Path
}

func (r *request) logLevel(from *http.Request) slog.Level {
	if quietPaths[from.URL.Path] {
		return slog.LevelDebug
	}
	return r.operationLevel()
}

// operationLevel is the level of the line of an operation. What is shed is told in sums.
func (r *request) operationLevel() slog.Level {
	if r.shed {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// quietPaths are asked every few seconds by machines.
var quietPaths = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true}

func answerPanic(ctx context.Context, log *slog.Logger, w *statusWriter, fault any) {
	if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(fault)
	}
	logPanic(ctx, log, fault)
	if w.status == 0 {
		reply{w: w, log: log}.sendRefusal(ctx, refusal{http.StatusInternalServerError, codeInternal, sorry})
	}
}

// statusWriter remembers the status for the log.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Hijack notes that the answer has been given in the way of another protocol: an upgrade, the only
// use of it here.
func (w *statusWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil && w.status == 0 {
		w.status = http.StatusSwitchingProtocols
	}
	return conn, buffers, err
}

// Unwrap lets http.ResponseController through.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
