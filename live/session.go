package live

import (
	"sync/atomic"
	"time"

	"deskwire/desk"
)

// Session is one authenticated viewer with subscriptions. The viewer is authenticated anew whenever
// rights may have changed.
type Session struct {
	hub               *Hub
	account           desk.ID
	reauthenticate    func()
	subs              map[*Subscription]struct{}
	writer            *writer
	authenticating    bool // reauthenticate has been called, and Resume has not
	authenticateAgain bool
	ended             bool
}

// subscriptionPhase is how far a subscription is served.
type subscriptionPhase int

const (
	phaseJoining   subscriptionPhase = iota // it is being caught up, or will be
	phaseLive                               // it is a member of its group, or about to be
	phaseBehind                             // it is a slow consumer: its sink takes no more
	phaseSuspended                          // its session is being authenticated anew
	phaseReturning                          // it is caught up as soon as its writer has let go of it
)

// Subscription is one subscription of a session.
type Subscription struct {
	session *Session
	query   *Query
	sink    Sink
	ended   atomic.Bool

	// Under the hub's lock.
	group       *group
	phase       subscriptionPhase
	rightsStale bool      // rights have changed while it is being caught up
	payloadDue  bool      // a payload is due, whatever has happened
	era         int       // of the log that its cursor is of; noEra when that is not known
	waitUntil   time.Time // how long it waits for the log to be read up to its cursor
	faults      int

	// Its writer's while it is a member, else of whoever catches it up.
	memberOf    *group // nil when it is no member
	memberIndex int    // among the members of its writer
	tick        uint64
	cursor      desk.Cursor
	hasCursor   bool
}

// noEra is the era of no log: what has it gets a RESYNC.
const noEra = -1

// OpenSession begins a session. reauthenticate is called, in a goroutine of its own, when the
// viewer's rights may have changed; subscriptions wait until Resume.
func (h *Hub) OpenSession(account desk.ID, changed func()) *Session {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &Session{hub: h, account: account, reauthenticate: changed, subs: map[*Subscription]struct{}{}, writer: h.writers[h.nextWriter%len(h.writers)]}
	h.nextWriter++
	h.accountOf(account).sessions[s] = struct{}{}
	return s
}

// Subscribe begins a subscription: with a snapshot, or resumed after a cursor. The query is made
// under the lock, so no rights can change between its making and its counting.
func (s *Session) Subscribe(ask func() *Query, sink Sink, after *desk.Cursor) *Subscription {
	h := s.hub
	sub := &Subscription{session: s, sink: sink}
	if after != nil {
		sub.cursor, sub.hasCursor = *after, true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.ended {
		sub.ended.Store(true)
		return sub
	}
	s.subs[sub], sub.era = struct{}{}, h.logEra
	sub.enterGroup(ask())
	if s.authenticating {
		sub.phase = phaseSuspended
		return sub
	}
	h.joinQueue.enqueue(sub)
	return sub
}

// enterGroup puts the subscription into the group of a query.
func (sub *Subscription) enterGroup(a *Query) {
	h := sub.session.hub
	g := h.groups[a.Key]
	if g == nil {
		g = h.newGroup(a)
	}
	g.subscribers++
	sub.query, sub.group = g.query, g // equal to a, and nobody needs to keep two: a query has kilobytes
}

// leaveGroup takes the subscription out of its group.
func (sub *Subscription) leaveGroup() {
	g := sub.group
	if g.subscribers--; g.subscribers == 0 {
		sub.session.hub.dropGroup(g)
	}
}

// Unsubscribe ends a subscription. Nothing comes after it has returned, but for a payload that is
// being written at that moment.
func (sub *Subscription) Unsubscribe() {
	h := sub.session.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	sub.unsubscribe()
}

func (sub *Subscription) unsubscribe() {
	if sub.ended.Swap(true) {
		return
	}
	delete(sub.session.subs, sub)
	if sub.phase == phaseLive {
		sub.quitMembers()
	}
	sub.leaveGroup()
}

// quitMembers takes the subscription out of its group's members.
func (sub *Subscription) quitMembers() {
	l := sub.session.writer
	sub.group.memberCount--
	sub.group.perWriter[l.index]--
	l.enqueue(writeJob{sub: sub, membership: leavesGroup})
}

// scheduleCatchUp has the subscription caught up behind its writer's other jobs: until they are
// done, the writer may still move its cursor.
func (sub *Subscription) scheduleCatchUp() {
	h := sub.session.hub
	sub.phase = phaseReturning
	sub.session.writer.enqueue(writeJob{sub: sub, membership: leavesGroup, done: func(bool) { h.queueCatchUp(sub) }})
}

// Close ends the session with all its subscriptions.
func (s *Session) Close() {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.ended {
		return
	}
	s.ended = true
	for sub := range s.subs {
		sub.unsubscribe()
	}
	a := h.accountOf(s.account)
	delete(a.sessions, s)
	h.dropIdleAccount(s.account)
}

// Closed says whether Close has been called.
func (s *Session) Closed() bool {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return s.ended
}

// Follows says whether the session has subscriptions.
func (s *Session) Follows() bool {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return len(s.subs) > 0
}

// suspend takes all subscriptions out of their groups and has the viewer authenticated anew. Call
// it locked.
func (s *Session) suspend() {
	if s.authenticating {
		s.authenticateAgain = true
		return
	}
	s.authenticating = true
	for sub := range s.subs {
		switch sub.phase {
		case phaseLive:
			sub.phase = phaseSuspended
			sub.quitMembers()
		case phaseBehind:
			sub.phase = phaseSuspended
		case phaseJoining, phaseReturning:
			sub.rightsStale = true
		}
	}
	s.startAuthentication()
}

// Reauthenticate has the viewer authenticated anew, as when rights have changed.
func (s *Session) Reauthenticate() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if !s.ended {
		s.suspend()
	}
}

// startAuthentication calls reauthenticate, in a goroutine of its own.
func (s *Session) startAuthentication() {
	if s.hub.ctx.Err() == nil {
		s.hub.tasks.Go(s.reauthenticate)
	}
}

// Resume goes on after a suspension. Each subscription gets the query that is the viewer's now; a
// payload is due where its key is another one than before.
func (s *Session) Resume(ask func(*Query) *Query) {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.ended {
		return
	}
	s.authenticating = false
	if s.authenticateAgain { // rights have changed again meanwhile
		s.authenticateAgain, s.authenticating = false, true
		s.startAuthentication()
		return
	}
	for sub := range s.subs {
		if a := ask(sub.query); a.Key != sub.query.Key {
			sub.leaveGroup()
			sub.enterGroup(a)
			sub.payloadDue = true
		}
		sub.rightsStale = false
		if sub.phase == phaseSuspended {
			sub.scheduleCatchUp()
		}
	}
}

// queueCatchUp has a subscription caught up, unless it has ended.
func (h *Hub) queueCatchUp(sub *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !sub.ended.Load() {
		sub.phase = phaseJoining
		h.joinQueue.enqueue(sub)
	}
}

// slowConsumer is called by the writer when a sink took no more. Nobody waits for it: the
// subscription leaves its group, and the payload that it did not take is still due.
func (h *Hub) slowConsumer(sub *Subscription, p *Packet) {
	h.mu.Lock()
	defer h.mu.Unlock()
	sub.payloadDue = true
	if p.Reason == Resync {
		sub.era = noEra
	}
	if sub.ended.Load() || sub.phase == phaseSuspended || sub.phase == phaseReturning {
		return
	}
	if sub.phase == phaseLive {
		sub.group.memberCount--
		sub.group.perWriter[sub.session.writer.index]--
	}
	sub.phase = phaseBehind
	if sub.sink.Ready() { // it was emptied before we came here
		sub.resumeSlow()
	}
}

// SinkReady tells that the sink may take more.
func (sub *Subscription) SinkReady() {
	h := sub.session.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	sub.resumeSlow()
}

func (sub *Subscription) resumeSlow() {
	if sub.ended.Load() || sub.phase != phaseBehind {
		return
	}
	sub.phase = phaseJoining
	sub.session.hub.joinQueue.enqueue(sub)
}
