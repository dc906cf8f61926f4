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
)

// streams serves subscriptions in the answers of plain requests, each with one of its own.
type streams struct {
	*sessions

	mu      sync.Mutex
	open    map[*stream]struct{}
	refuses bool
	empty   chan struct{} // closed when the last one has gone after refusing
}

func newStreams(ss *sessions) *streams {
	return &streams{sessions: ss, open: map[*stream]struct{}{}, empty: make(chan struct{})}
}

// lastEventID is sent by a browser that has lost its stream: the id of the last payload that it has got.
const lastEventID = "Last-Event-ID"

// manyPause tells clients of an account with too many connections when to try again.
const manyPause = 30 * time.Second

// follow answers with a stream, until it ends.
func (t *streams) follow(to reply, r *http.Request, by *desk.Actor, op *graphql.OperationContext, params *graphql.RawParams) {
	ctx := r.Context()
	sub, err := t.mayFollow(by, requestOf(ctx), op, params)
	switch {
	case err == nil:
	case codeOf(err) == string(desk.CodeForbidden): // a browser comes back for ever after whatever is not an HTTP error
		to.refuse(ctx, refusal{http.StatusForbidden, codeOf(err), err.Message})
		return
	default:
		to.send(ctx, refusal{code: codeOf(err), message: err.Message}.response(ctx))
		return
	}
	if at := r.Header.Get(lastEventID); at != "" { // it is the latest one, and the only one that a browser keeps right
		sub.after = placeOf(at)
	}
	if !t.places.take(by.Account.ID) {
		if _, sse := to.stream.(asSSE); sse && r.Method == http.MethodGet { // a browser takes an HTTP error for the last word
			busy := newStream(to.w, asSSE{retry: manyPause})
			busy.End(endedByRestart)
			if busy.open() {
				busy.close()
			}
			return
		}
		to.w.Header().Set("Retry-After", strconv.Itoa(int(manyPause.Seconds())))
		to.refuse(ctx, refusal{http.StatusTooManyRequests, codeManyConnections, "Your account has too many connections. Close some first."})
		return
	}
	defer t.places.release(by.Account.ID)
	t.serve(ctx, by, newStream(to.w, to.stream), sub, tokenIn(r))
}

func (t *streams) serve(ctx context.Context, by *desk.Actor, s *stream, sub *subscription, token string) {
	if !t.add(s) {
		s.End(endedByRestart)
		if s.open() { // a browser would take an HTTP error for the last word, and not come back
			s.close()
		}
		return
	}
	defer t.remove(s)
	defer s.End(endedByItself) // the lane may have something for it still
	session := t.begin(requestOf(ctx), token, by, func() { s.End(endedByToken) })
	defer session.close()
	session.live.Reauthenticate() // rights that changed since the request was let in have been told to others only
	if !by.Until.IsZero() {
		expiry := time.AfterFunc(time.Until(by.Until), func() { s.End(endedByToken) })
		defer expiry.Stop()
	}
	if s.open() {
		s.sub = session.subscribe(sub, s)
		s.serve(ctx.Done())
	}
}

// add counts a stream; false when the server is about to end.
func (t *streams) add(s *stream) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refuses {
		return false
	}
	t.open[s] = struct{}{}
	return true
}

func (t *streams) remove(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, there := t.open[s]; !there {
		return
	}
	if delete(t.open, s); t.refuses && len(t.open) == 0 {
		close(t.empty)
	}
}

func (t *streams) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.open)
}

// refuse lets no more in, and gives those that are open.
func (t *streams) refuse() []*stream {
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

// drain ends all streams, one by one in random order over the spread, so that their clients don't come to another
// server all at once. It returns when the last one has gone; when ctx ends before, the rest is ended at once.
func (t *streams) drain(ctx context.Context, spread time.Duration) {
	open := t.refuse()
	socket.Stagger(ctx, open, spread, func(s *stream) { s.End(endedByRestart) })
	select {
	case <-t.empty:
	case <-ctx.Done():
	}
}

// close ends all streams now, and waits for them.
func (t *streams) close() {
	for _, s := range t.refuse() {
		s.End(endedByRestart)
	}
	<-t.empty
}

// errors says in GraphQL why a stream ends.
func (e ending) errors() []byte {
	err := coded(codeInternal, sorry)
	switch e {
	case endedByToken:
		err = coded(codeUnauthenticated, "This token has expired or was revoked. Send another one.")
	case endedByRestart:
		err = coded(codeRestart, "The server is shutting down. Resume the stream, and another server takes it.")
	}
	list, _ := json.Marshal(gqlerror.List{err}) // texts can always be written
	return list
}
