package server

import (
	"context"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Lines of the log about what comes over connections that stay open. A plain request has one line,
// as it ends; over a connection each query and mutation has one, and a subscription one at either
// end.

// Over what an operation came.
const (
	overWebsocket = "websocket"
	overSSE       = "sse"
	overMultipart = "multipart"
)

// Why a subscription has ended, beside what ends its connection.
const (
	endedByClient = "completed by the client"
	endedRefused  = "refused"
	endedGone     = "the client left"
)

// logOperation writes the line of a query or a mutation.
func (w *websocketConn) logOperation(ctx context.Context, op *websocketOperation) {
	level := op.request.operationLevel()
	if !w.log.Enabled(ctx, level) {
		return
	}
	attrs := append(op.request.logAttrs(), "over", overWebsocket)
	w.log.Log(ctx, level, "operation", append(attrs, op.request.outcomeAttrs(op.began)...)...)
}

// refuseOperation says that an operation was not begun.
func (w *websocketConn) refuseOperation(op *websocketOperation, errs gqlerror.List) {
	op.request.noteCodes(errs)
	w.sendErrors(op.id, errs)
	w.logOperation(w.ctx, op)
}

// logSubscription writes the line at the beginning of a subscription.
func (ss *sessions) logSubscription(ctx context.Context, req *request, over string) {
	ss.log.InfoContext(ctx, "subscription begins", append(req.logAttrs(), "over", over)...)
}

// logSubscriptionEnd writes the line at its end.
func (ss *sessions) logSubscriptionEnd(ctx context.Context, req *request, over, why string, began time.Time) {
	attrs := append(req.logAttrs(), "over", over, "why", why)
	ss.log.InfoContext(ctx, "subscription ends", append(attrs, req.outcomeAttrs(began)...)...)
}
