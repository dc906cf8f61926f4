package live

import (
	"sync/atomic"
	"time"

	"deskwire/desk"
)

// Session is somebody with subscriptions. What they may see is asked anew whenever rights may have changed.
type Session struct {
	hub     *Hub
	account desk.ID
	changed func()
	subs    map[*Subscription]struct{}
	writer  *writer
	asking  bool // changed has been called, and Resume has not
	again   bool
	ended   bool
}

// where a subscription is.
type where int

const (
	joining   where = iota // a joiner has it, or will
	live                   // a member of its group, or about to be
	behind                 // its sink takes no more
	away                   // its session is suspended
	returning              // it is to be caught up, as soon as its writer has let go of it
)

// Subscription is one subscription of a session.
type Subscription struct {
	session *Session
	ask     *Query
	sink    Sink
	ended   atomic.Bool

	// Of the hub's lock.
	group  *group
	where  where
	stale  bool      // rights have changed while it joins
	forced bool      // a payload is due, whatever has happened
	era    int       // of the log that its cursor is a place of; noEra: none that is known
	until  time.Time // how long it waits for the log to reach its cursor
	faults int

	// Of its writer while it is a member, else of who has it.
	in     *group // whose member it is; nil when it is none
	at     int    // its place among the members of its writer
	tick   uint64
	cursor desk.Cursor
	placed bool // there is a cursor
}

// noEra is of no log.
const noEra = -1

// Open begins a session. Changed is called, in a goroutine of its own, when what they may see may have changed; their
// subscriptions wait until Resume.
func (h *Hub) OpenSession(account desk.ID, changed func()) *Session {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &Session{hub: h, account: account, changed: changed, subs: map[*Subscription]struct{}{}, writer: h.writers[h.nextWriter%len(h.writers)]}
	h.nextWriter++
	h.account(account).sessions[s] = struct{}{}
	return s
}

// Subscribe begins a subscription: with a snapshot, or with what came after a cursor.
//
// What is asked is made when nobody's rights can change any more before it counts.
func (s *Session) Subscribe(ask func() *Query, sink Sink, after *desk.Cursor) *Subscription {
	h := s.hub
	sub := &Subscription{session: s, sink: sink}
	if after != nil {
		sub.cursor, sub.placed = *after, true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.ended {
		sub.ended.Store(true)
		return sub
	}
	s.subs[sub], sub.era = struct{}{}, h.era
	sub.enter(ask())
	if s.asking {
		sub.where = away
		return sub
	}
	h.joins.push(sub)
	return sub
}

// enter makes the subscription one of those who ask this.
func (sub *Subscription) enter(a *Query) {
	h := sub.session.hub
	g := h.groups[a.Key]
	if g == nil {
		g = h.newGroup(a)
	}
	g.subs++
	sub.ask, sub.group = g.ask, g // the same as a, which nobody needs to keep: it is kilobytes
}

// leave is the other way.
func (sub *Subscription) leave() {
	g := sub.group
	if g.subs--; g.subs == 0 {
		sub.session.hub.drop(g)
	}
}

// End ends a subscription. Nothing comes after it has returned but what is being written at that moment.
func (sub *Subscription) Unsubscribe() {
	h := sub.session.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	sub.end()
}

func (sub *Subscription) end() {
	if sub.ended.Swap(true) {
		return
	}
	delete(sub.session.subs, sub)
	if sub.where == live {
		sub.quit()
	}
	sub.leave()
}

// quit takes a member out of its group.
func (sub *Subscription) quit() {
	l := sub.session.writer
	sub.group.live--
	sub.group.perWriter[l.index]--
	l.push(job{sub: sub, role: outsider})
}

// recall has it caught up, behind its writer's other jobs: until they are done, the writer may still move its cursor.
func (sub *Subscription) recall() {
	h := sub.session.hub
	sub.where = returning
	sub.session.writer.push(job{sub: sub, role: outsider, then: func(bool) { h.rejoin(sub) }})
}

// End ends the session with all its subscriptions.
func (s *Session) Close() {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.ended {
		return
	}
	s.ended = true
	for sub := range s.subs {
		sub.end()
	}
	a := h.account(s.account)
	delete(a.sessions, s)
	h.dropAccount(s.account)
}

// Ended says whether End has been called.
func (s *Session) Closed() bool {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return s.ended
}

// suspend takes all subscriptions out of their groups and has it asked who they are now. Call it locked.
func (s *Session) suspend() {
	if s.asking {
		s.again = true
		return
	}
	s.asking = true
	for sub := range s.subs {
		switch sub.where {
		case live:
			sub.where = away
			sub.quit()
		case behind:
			sub.where = away
		case joining, returning:
			sub.stale = true
		}
	}
	s.ask()
}

// Renew has it found out who they are now, as when rights have changed.
func (s *Session) Reauthenticate() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if !s.ended {
		s.suspend()
	}
}

// ask has it found out who they are now.
func (s *Session) ask() {
	if s.hub.ctx.Err() == nil {
		s.hub.tasks.Go(s.changed)
	}
}

// Resume goes on after a suspension. Each subscription gets the ask it has now; another key than before has a payload sent.
func (s *Session) Resume(ask func(*Query) *Query) {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.ended {
		return
	}
	s.asking = false
	if s.again { // rights have changed once more meanwhile
		s.again, s.asking = false, true
		s.ask()
		return
	}
	for sub := range s.subs {
		if a := ask(sub.ask); a.Key != sub.ask.Key {
			sub.leave()
			sub.enter(a)
			sub.forced = true
		}
		sub.stale = false
		if sub.where == away {
			sub.recall()
		}
	}
}

// rejoin has a subscription caught up, unless it has ended.
func (h *Hub) rejoin(sub *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !sub.ended.Load() {
		sub.where = joining
		h.joins.push(sub)
	}
}

// fellBehind is called by the writer when a sink took no more. The payload that it did not take is still due.
func (h *Hub) fellBehind(sub *Subscription, p *Packet) {
	h.mu.Lock()
	defer h.mu.Unlock()
	sub.forced = true
	if p.Reason == Resync {
		sub.era = noEra
	}
	if sub.ended.Load() || sub.where == away || sub.where == returning {
		return
	}
	if sub.where == live {
		sub.group.live--
		sub.group.perWriter[sub.session.writer.index]--
	}
	sub.where = behind
	if sub.sink.Ready() { // it was emptied before it was noted to be full
		sub.wake()
	}
}

// Wake tells that the sink may take more.
func (sub *Subscription) SinkReady() {
	h := sub.session.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	sub.wake()
}

func (sub *Subscription) wake() {
	if sub.ended.Load() || sub.where != behind {
		return
	}
	sub.where = joining
	sub.session.hub.joins.push(sub)
}
