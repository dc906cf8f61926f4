package graph

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// overHTTP is the transport for POST and GET, by the letter of GraphQL over HTTP.
type overHTTP struct {
	timeout time.Duration
	log     *slog.Logger
}

var _ graphql.Transport = overHTTP{}

// Supports takes all that does not ask for another protocol.
func (t overHTTP) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") == "" }

// Do answers one request.
func (t overHTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	to, ok := replyTo(w, r, t.log)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), t.timeout)
	defer cancel()
	params, err := readParams(w, r)
	if err != nil {
		to.refuse(ctx, asRefusal(err))
		return
	}
	t.run(ctx, to, r.Method, params, exec)
}

func (t overHTTP) run(ctx context.Context, to reply, method string, params *graphql.RawParams, exec graphql.GraphExecutor) {
	op, errs := exec.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		ctx = graphql.WithOperationContext(ctx, op)
		to.send(ctx, exec.DispatchError(ctx, errs[:min(len(errs), maxErrors+1)])) // one more tells that some are left out
		return
	}
	requestOf(ctx).operation = shorten(op.Operation.Name, 100)
	switch {
	case op.Operation.Operation == ast.Subscription:
		to.refuse(ctx, refusal{http.StatusBadRequest, codeBadRequest, "Subscriptions need a connection that stays open: use a websocket or SSE."})
	case method == http.MethodGet && op.Operation.Operation != ast.Query:
		to.w.Header().Set("Allow", http.MethodPost)
		to.refuse(ctx, refusal{http.StatusMethodNotAllowed, codeBadRequest, "Only queries may be sent by GET: use POST."})
	default:
		next, ctx := exec.DispatchOperation(ctx, op)
		to.send(ctx, next(ctx))
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

// refused is the GraphQL form of a refusal.
func (r refusal) response(ctx context.Context) *graphql.Response {
	err := coded(r.code, "%s", r.message)
	err.Extensions["requestId"] = requestOf(ctx).id
	return &graphql.Response{Errors: gqlerror.List{err}}
}
