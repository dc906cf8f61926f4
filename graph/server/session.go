package server

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph"
	"deskwire/heap"
	"deskwire/live"
)

// sessions is what all connections that stay open share.
type sessions struct {
	hub         *live.Hub
	renderer    *renderer
	exec        graphql.GraphExecutor
	actor       actorOf
	principal   principalByToken
	signIns     principalByToken // for tokens that clients have just sent
	log         *slog.Logger
	timeout     time.Duration // of one operation
	connections *connectionLimiter
	limits      Limits
	limiter     *limiter
	memory      *heap.Budget
	followed    *followedDocuments
	guests      *guestList

	presences *live.Presences
	logAge    *logAge

	ctx     context.Context // ends with the server
	answers sync.WaitGroup  // of queries and mutations over connections
}

// session is somebody who stays connected.
type session struct {
	*sessions
	id      string          // nobody else knows it
	request *request        // of the connection
	end     func()          // ends the connection: its token is not valid any more
	renewed func(time.Time) // is told when the present token ends, zero for never; nil: it can have no other one

	mu    sync.Mutex
	token string
	by    *desk.Actor
	live  *live.Session
}

// beginSession makes a session of who has shown a token.
func (ss *sessions) beginSession(req *request, token string, by *desk.Actor, end func()) *session {
	s := &session{sessions: ss, id: rand.Text(), request: req, end: end, token: token, by: by}
	s.live = ss.hub.OpenSession(by.Account.ID, s.reconsider)
	return s
}

// endSession ends the session.
func (s *session) endSession() {
	s.live.Close()
	s.presences.SessionEnded(s.id)
}

// identify finds out who a token stands for. Nil: nobody, or not any more.
func (ss *sessions) identify(token string) (*desk.Actor, error) {
	ctx, cancel := context.WithTimeout(ss.ctx, authPatience)
	defer cancel()
	by, err := ss.actor(ctx, token)
	if by != nil && !by.Until.IsZero() && !by.Until.After(time.Now()) {
		return nil, nil
	}
	return by, err
}

// signIn finds out who a token stands for that a client has just sent. One that is not good is a
// read.TokenRefusal, or signInsLimited.
func (ss *sessions) signIn(req *request, token string) (*desk.Actor, error) {
	ctx, cancel := context.WithTimeout(withRequest(ss.ctx, req), authPatience)
	defer cancel()
	p, err := ss.signIns(ctx, token, false)
	if err != nil {
		return nil, err
	}
	by, err := p.Verified(ctx)
	if err == nil && !by.Until.IsZero() && !by.Until.After(time.Now()) {
		return nil, &read.TokenRefusal{Reason: read.TokenExpired}
	}
	return by, err
}

// currentActor is who the session is at the moment.
func (s *session) currentActor() *desk.Actor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by
}

const (
	reconsiderPause = 200 * time.Millisecond
	reconsidering   = 16 // sessions at once: all of an account may be asked in the same moment
)

var reconsiderTurns = make(chan struct{}, reconsidering)

// reconsider asks anew who the session is, after rights have changed. Until it is known, nothing is
// shown.
func (s *session) reconsider() {
	for {
		s.mu.Lock()
		token := s.token
		s.mu.Unlock()
		reconsiderTurns <- struct{}{}
		by, err := s.identify(token)
		<-reconsiderTurns
		s.mu.Lock()
		again := s.token != token // it was given a new one meanwhile
		moved := false
		if !again && by != nil && err == nil {
			moved = visibilityOf(s.by) != visibilityOf(by)
			s.by = by
		}
		s.mu.Unlock()
		if moved { // they may be where they may not be any more; who still may says so again
			s.presences.SessionEnded(s.id)
		}
		switch {
		case again:
			continue
		case s.live.Closed():
			return
		case err != nil:
			s.log.Warn("a session could not be authenticated again; this will be retried", append(s.request.logAttrs(), "err", err)...)
			select {
			case <-time.After(reconsiderPause):
				continue
			case <-s.ctx.Done():
				return
			}
		case by == nil || !by.MayRead() && s.live.Follows(): // the scope READ is asked for when one begins
			s.end()
			return
		}
		s.live.Resume(func(a *live.Query) *live.Query { return s.renderer.queryFor(a.Source.(*subscription), by) })
		return
	}
}

// ID names the session for the presence of its agent.
func (s *session) ID() string { return s.id }

// Refresh takes a new token of the same agent for the session.
func (s *session) Refresh(token string) (*desk.Actor, error) {
	if s.renewed == nil {
		return nil, graph.ErrNotRefreshable
	}
	by, err := s.signIn(s.request, token)
	var limited signInsLimited
	switch {
	case errors.As(err, &limited):
		return nil, limited.graphqlError()
	case read.IsTokenRefusal(err):
		return nil, desk.Refuse(desk.CodeInvalidInput, "This token is invalid, expired or revoked. Send another one.").At("token")
	case err != nil:
		return nil, err
	}
	if !s.adoptToken(token, by) {
		return nil, desk.Refuse(desk.CodeInvalidInput, "This token belongs to another agent. Open another connection for it.").At("token")
	}
	s.renewed(by.Until)
	s.live.Reauthenticate()
	return by, nil
}

// adoptToken makes a token the session's; false when it is somebody else's. No other lock is taken
// under the session's.
func (s *session) adoptToken(token string, by *desk.Actor) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if by.Account.ID != s.by.Account.ID || by.Agent.ID != s.by.Agent.ID {
		return false
	}
	s.token, s.by = token, by
	return true
}

// newRequest is the record of an operation that comes over the connection.
func (s *session) newRequest() *request {
	r := &request{id: s.request.id, address: s.request.address, metrics: s.request.metrics}
	r.identify(s.currentActor())
	return r
}

// operationContext is what the session's operations run in.
func (s *session) operationContext(ctx context.Context, req *request) context.Context {
	ctx = withRequest(ctx, req)
	ctx = graph.WithCaller(ctx, graph.Caller{Principal: read.Authenticated(s.currentActor()), Session: s})
	return graphql.StartOperationTrace(ctx)
}

// measure refuses a request beyond what the session's role may send, and gives how many bytes it
// takes, about.
func (s *session) measure(ctx context.Context, payload []byte) (size int, refused *gqlerror.Error) {
	l := s.limits.forCaller(graph.WithActor(ctx, s.currentActor()))
	if len(payload) > l.Body {
		return 0, codedError(codeTooLarge, "The request is larger than the limit of %d bytes.", l.Body)
	}
	size, err := measureValues(payload, l)
	if err != nil {
		return 0, codedError(codeTooLarge, "%s", err)
	}
	return size, nil
}

// checkedOperation is a checked request of a session: one to be run, or one to be followed.
type checkedOperation struct {
	ctx    context.Context
	params *graphql.RawParams
	op     *graphql.OperationContext
	follow *subscription // nil: run it
}

// checkOperation checks a request, and notes in its record what it is.
func (s *session) checkOperation(ctx context.Context, req *request, params *graphql.RawParams) (*checkedOperation, gqlerror.List) {
	ctx = s.operationContext(ctx, req)
	op, errs := s.exec.CreateOperationContext(ctx, params)
	req.describeOperation(op.Operation)
	if len(errs) > 0 {
		ctx = graphql.WithOperationContext(ctx, op)
		return nil, s.exec.DispatchError(ctx, errs[:min(len(errs), maxErrors)]).Errors
	}
	o := &checkedOperation{ctx: ctx, params: params, op: op}
	if op.Operation.Operation != "subscription" {
		return o, nil
	}
	follow, err := s.mayFollow(s.currentActor(), s.request, op, params)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	o.follow = follow
	return o, nil
}

// mayFollow checks what somebody wants to follow. The subscription is to be released.
func (ss *sessions) mayFollow(by *desk.Actor, req *request, op *graphql.OperationContext, params *graphql.RawParams) (*subscription, *gqlerror.Error) {
	if !by.MayRead() {
		return nil, codedError(string(desk.CodeForbidden), "This token may not read. Use one with the scope READ.")
	}
	follow, err := ss.renderer.readSubscription(op, params)
	if err != nil {
		return nil, err
	}
	follow.request = req.id
	if !ss.followed.hold(follow) {
		return nil, codedError(codeOverloaded, noRoom)
	}
	return follow, nil
}

// runOperation answers a query or a mutation. As over HTTP, who asks is verified with its first
// statement: rights that ended at another server a moment ago, or while the log could not be read,
// are not known here otherwise.
func (s *session) runOperation(o *checkedOperation) *graphql.Response {
	ctx, cancel := context.WithTimeout(o.ctx, s.timeout)
	defer cancel()
	leave := s.limiter.acquire(ctx)
	if leave == nil {
		requestOf(ctx).shed = true
		return refusal{code: codeOverloaded, message: overloaded}.response(ctx)
	}
	defer leave()
	resp, err := s.runVerified(ctx, o.op, true)
	if errors.Is(err, read.ErrPrincipalChanged) {
		s.live.Reauthenticate()
		op, errs := s.exec.CreateOperationContext(o.ctx, o.params)
		if len(errs) > 0 {
			return s.exec.DispatchError(graphql.WithOperationContext(ctx, op), errs[:min(len(errs), maxErrors)])
		}
		resp, err = s.runVerified(ctx, op, false)
	}
	switch {
	case err != nil:
		message, code := presenter{s.log}.describeFault(ctx, err, nil)
		return refusal{code: code, message: message}.response(ctx)
	case resp == nil:
		return refusal{code: codeTimeout, message: slow}.response(ctx)
	}
	return resp
}

// runVerified runs an operation for who the session's token stands for. ErrPrincipalChanged: that
// is not who was assumed, and nothing has happened.
func (s *session) runVerified(ctx context.Context, op *graphql.OperationContext, speculate bool) (*graphql.Response, error) {
	s.mu.Lock()
	token := s.token
	s.mu.Unlock()
	principal, err := s.principal(ctx, token, speculate)
	if read.IsTokenRefusal(err) {
		s.end()
		return refusal{code: codeUnauthenticated, message: badToken}.response(ctx), nil
	}
	if err != nil {
		return nil, err
	}
	next, ctx := s.exec.DispatchOperation(graph.WithCaller(ctx, graph.Caller{Principal: principal, Session: s}), op)
	resp := next(ctx)
	if principal.Speculative() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), verifyPatience)
		defer cancel()
		if _, err := principal.Verified(bounded); err != nil {
			return nil, err
		}
	}
	return resp, nil
}

// subscribe has a subscription served.
func (s *session) subscribe(follow *subscription, to live.Sink) *live.Subscription {
	if s.logAge.isStale() { // the log would tell of rights that have ended
		s.live.Reauthenticate()
	}
	return s.live.Subscribe(func() *live.Query { return s.renderer.queryFor(follow, s.currentActor()) }, to, follow.after)
}
