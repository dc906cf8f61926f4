package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/desk"
	"deskwire/graph/socket"
	"deskwire/heap"
)

// streamTransport serves subscriptions over server-sent events and multipart streams: each is an
// HTTP answer of its own.
type streamTransport struct {
	*sessions

	mu      sync.Mutex
	open    map[*stream]struct{}
	refuses bool
	empty   chan struct{} // closed when the last one has gone after refusing
}

func newStreamTransport(ss *sessions) *streamTransport {
	return &streamTransport{sessions: ss, open: map[*stream]struct{}{}, empty: make(chan struct{})}
}

// lastEventID is sent by a browser that has lost its stream: the id of the last payload that it has
// got.
const lastEventID = "Last-Event-ID"

// manyPause tells clients of an account with too many connections when to try again.
const manyPause = 30 * time.Second

// serveSubscription answers with a stream, until it ends.
func (t *streamTransport) serveSubscription(to reply, r *http.Request, by *desk.Actor, op *graphql.OperationContext, params *graphql.RawParams) {
	ctx := r.Context()
	sub, err := t.mayFollow(by, requestOf(ctx), op, params)
	switch {
	case err == nil:
	case errorCode(err) == string(desk.CodeForbidden): // a browser comes back for ever after whatever is not an HTTP error
		to.sendRefusal(ctx, refusal{http.StatusForbidden, errorCode(err), err.Message})
		return
	default:
		to.sendResponse(ctx, refusal{code: errorCode(err), message: err.Message}.response(ctx))
		return
	}
	defer sub.release()
	if at := r.Header.Get(lastEventID); at != "" { // it is the latest one, and the only one that a browser keeps right
		sub.after = cursorToResume(at)
	}
	if !t.connections.acquire(by.Account.ID) {
		if _, sse := to.stream.(sseFraming); sse && r.Method == http.MethodGet { // a browser takes an HTTP error for the last word
			busy := newStream(to.w, sseFraming{retry: manyPause}, nil)
			busy.endWith(endedByRestart)
			if busy.sendHeaders() {
				busy.writeEnding()
			}
			return
		}
		to.w.Header().Set("Retry-After", strconv.Itoa(int(manyPause.Seconds())))
		to.sendRefusal(ctx, refusal{http.StatusTooManyRequests, codeManyConnections, "Your account has too many connections. Close some first."})
		return
	}
	defer t.connections.release(by.Account.ID)
	t.serveStream(ctx, by, newStream(to.w, to.stream, t.memory.Hold(heap.Answers)), sub, requestToken(r))
}

func (t *streamTransport) serveStream(ctx context.Context, by *desk.Actor, s *stream, sub *subscription, token string) {
	if !t.register(s) {
		s.endWith(endedByRestart)
		if s.sendHeaders() { // a browser would take an HTTP error for the last word, and not come back
			s.writeEnding()
		}
		return
	}
	defer t.unregister(s)
	leaveHTTPConns(ctx) // it counts as one of its account
	defer s.held.Release()
	defer s.endWith(endedByItself) // the fan-out may have something for it still
	session := t.beginSession(requestOf(ctx), token, by, func() { s.endWith(endedByToken) })
	defer session.endSession()
	session.live.Reauthenticate() // rights that changed since the request was let in have been told to others only
	if !by.Until.IsZero() {
		expiry := time.AfterFunc(time.Until(by.Until), func() { s.endWith(endedByToken) })
		defer expiry.Stop()
	}
	if s.sendHeaders() {
		began, req, over := time.Now(), requestOf(ctx), s.transport()
		t.logSubscription(ctx, req, over)
		requestOf(ctx).dropParams() // what has been answered is not run again
		s.sub = session.subscribe(sub, s)
		s.writePayloads(ctx.Done())
		t.logSubscriptionEnd(ctx, req, over, s.ending(), began)
	}
}

// register counts a stream; false when the server is about to end.
func (t *streamTransport) register(s *stream) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refuses {
		return false
	}
	t.open[s] = struct{}{}
	return true
}

func (t *streamTransport) unregister(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, there := t.open[s]; !there {
		return
	}
	if delete(t.open, s); t.refuses && len(t.open) == 0 {
		close(t.empty)
	}
}

func (t *streamTransport) openStreams() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.open)
}

// stopAccepting lets no more in, and gives those that are open.
func (t *streamTransport) stopAccepting() []*stream {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.refuses && len(t.open) == 0 {
		close(t.empty)
	}
	t.refuses = true
	open := make([]*stream, 0, len(t.open))
	for s := range t.open {
		open = append(open, s)
	}
	return open
}

// drainStreams ends all streams, one by one in random order over the spread, so that their clients
// don't come to another server all at once. It returns when the last one has gone; when ctx ends
// before, the rest is ended at once.
func (t *streamTransport) drainStreams(ctx context.Context, spread time.Duration) {
	open := t.stopAccepting()
	socket.Stagger(ctx, open, spread, func(s *stream) { s.endWith(endedByRestart) })
	select {
	case <-t.empty:
	case <-ctx.Done():
	}
}

// closeStreams ends all streams now, and waits for them.
func (t *streamTransport) closeStreams() {
	for _, s := range t.stopAccepting() {
		s.endWith(endedByRestart)
	}
	<-t.empty
}

// String says in words why a stream ends.
func (e endReason) String() string {
	return map[endReason]string{
		endedByToken: "the token has expired or was revoked", endedByRestart: "the server stops",
		endedByItself: endedRefused, endedForRoom: "the client reads too slowly",
	}[e]
}

// graphqlErrors says in GraphQL why a stream ends.
func (e endReason) graphqlErrors() []byte {
	err := codedError(codeInternal, sorry)
	switch e {
	case endedByToken:
		err = codedError(codeUnauthenticated, "This token has expired or was revoked. Send another one.")
	case endedForRoom:
		err = codedError(codeOverloaded, "The stream reads too slowly. Resume it in a moment.")
	case endedByRestart:
		err = codedError(codeRestart, "The server is shutting down. Resume the stream, and another server takes it.")
	}
	list, _ := json.Marshal(gqlerror.List{err}) // texts can always be written
	return list
}
