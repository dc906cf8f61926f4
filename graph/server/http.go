package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/desk"
	"deskwire/graph"
	"deskwire/heap"
)

// httpTransport is the transport for POST and GET, by the letter of GraphQL over HTTP.
type httpTransport struct {
	exec    graphql.GraphExecutor
	timeout time.Duration
	log     *slog.Logger
	limits  Limits
	limiter *limiter
	memory  *heap.Budget
	streams *streamTransport // nil: there are no subscriptions
}

// ServeHTTP answers one request.
func (t httpTransport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "" {
		http.Error(w, "This protocol is not supported.", http.StatusBadRequest)
		return
	}
	to, ok := negotiateReply(w, r, t.log)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(graphql.StartOperationTrace(r.Context()), t.timeout)
	defer cancel()
	if large := r.ContentLength < 0 || r.ContentLength > int64(t.limits.forCaller(ctx).Body); large { // who they are decides whether it is taken
		if _, err := graph.PrincipalOf(ctx).Verified(ctx); err != nil {
			refuseFault(ctx, w, r, presenter{t.log}, err)
			return
		}
	}
	params, err := requestOf(ctx).readOnce(func() (*graphql.RawParams, error) {
		if a := admissionOf(ctx); a != nil {
			a.awaitBody()
		}
		return readParams(w, r, t.limits.forCaller(ctx), requestOf(ctx).holdBody(t.memory))
	})
	if err != nil {
		to.sendRefusal(ctx, asRefusal(err))
		return
	}
	t.runOperation(ctx, to, r, params)
}

func (t httpTransport) runOperation(ctx context.Context, to reply, r *http.Request, params *graphql.RawParams) {
	op, errs := t.exec.CreateOperationContext(ctx, params)
	requestOf(ctx).describeOperation(op.Operation)
	if len(errs) > 0 {
		ctx = graphql.WithOperationContext(ctx, op)
		to.sendResponse(ctx, t.exec.DispatchError(ctx, errs[:min(len(errs), maxErrors+1)])) // one more tells that some are left out
		return
	}
	leave := t.limiter.acquire(ctx)
	if leave == nil {
		to.sendRefusal(ctx, refusal{http.StatusServiceUnavailable, codeOverloaded, overloaded})
		return
	}
	defer leave()
	var by *desk.Actor
	if op.Operation.Operation == ast.Subscription { // it lasts
		var err error
		if by, err = graph.PrincipalOf(ctx).Verified(ctx); err != nil {
			refuseFault(ctx, to.w, r, presenter{t.log}, err)
			return
		}
	}
	switch kind := op.Operation.Operation; {
	case kind == ast.Subscription && (to.stream == nil || t.streams == nil):
		to.sendRefusal(ctx, refusal{http.StatusBadRequest, codeBadRequest, "Subscriptions need a connection that stays open. Use a websocket, or name " + typeSSE + " in Accept."})
	case kind == ast.Subscription:
		leave() // it goes on
		t.streams.serveSubscription(to, r, by, op, params)
	case r.Method == http.MethodGet && kind != ast.Query:
		to.w.Header().Set("Allow", http.MethodPost)
		to.sendRefusal(ctx, refusal{http.StatusMethodNotAllowed, codeBadRequest, "Only queries may be sent with GET. Use POST."})
	default:
		next, within := t.exec.DispatchOperation(ctx, op)
		resp := next(within)
		leave() // whoever reads slowly, or has still to be looked up, keeps nobody out
		if resp != nil {
			requestOf(ctx).holdUnsent(len(resp.Data))
		}
		to.sendResponse(ctx, resp) // not within: what the answer was made of is not needed any more
	}
}

// refusal is an answer to a request that never became an operation.
type refusal struct {
	status  int
	code    string
	message string
}

func (r refusal) Error() string { return r.message }

func asRefusal(err error) refusal {
	var r refusal
	if errors.As(err, &r) {
		return r
	}
	return refusal{http.StatusBadRequest, codeBadRequest, "The request could not be read."}
}

// response is the GraphQL form of a refusal.
func (r refusal) response(ctx context.Context) *graphql.Response {
	return presentRefusal(ctx, codedError(r.code, "%s", r.message))
}

// presentRefusal is the answer to a request that never became an operation, with its error.
func presentRefusal(ctx context.Context, err *gqlerror.Error) *graphql.Response {
	err.Extensions["requestId"] = requestOf(ctx).id
	return &graphql.Response{Errors: gqlerror.List{err}}
}

// encodeBody is the response as JSON, written by hand: a server that has too much to do refuses
// thousands a second.
func (r refusal) encodeBody(ctx context.Context) []byte {
	b := append(make([]byte, 0, 256), `{"errors":[{"message":`...)
	b = append(b, quoteJSON(r.message)...)
	b = append(append(b, `,"extensions":{"code":"`...), r.code...)
	b = append(append(b, `","requestId":`...), quoteJSON(requestOf(ctx).id)...)
	return append(b, `}}]}`...)
}

func quoteJSON(s string) []byte {
	text, _ := json.Marshal(s) // a text can always be written
	return text
}
