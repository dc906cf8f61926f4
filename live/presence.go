package live

import (
	"cmp"
	"container/heap"
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"deskwire/desk"
)

const (
	maxSessionPresences = 100    // conversations that one session is at
	maxAccountPresences = 10_000 // sessions at conversations, of all servers
	presenceRefresh     = 5 * time.Second
	presenceAnswers     = time.Second // between two answers to servers that ask
)

// Presence says that an agent is at a conversation.
type Presence struct {
	AccountID, ConversationID, AgentID desk.ID

	State desk.PresenceState
	Since time.Time // when the agent came, by the clock of the server that they came to
}

// Presences knows who is at which conversation, on all servers of the bus. Nothing of it is kept or is part of the log.
//
// An agent is at a conversation by sessions: their sockets, and their plain HTTP calls together. Each lasts 15 s
// (desk.PresenceTTL) from its last sign of life. Whether the agent may see the conversation is for the caller to ask.
type Presences struct {
	publish func(payload []byte)
	changed func(account, conversation desk.ID) // see OnChange
	self    string

	mu       sync.Mutex
	places   map[place]*room
	sessions map[string]map[place]*presence // of this server
	accounts map[desk.ID]int
	servers  map[string]*otherServer
	due      dueHeap
	seq      uint64 // counts what this server has told, so that others can tell old from new
	asked    bool   // another server waits for all that is here
	answered time.Time
	kick     chan struct{}
}

type place struct{ account, conversation desk.ID }

// room is a conversation where somebody is, or that somebody watches.
type room struct {
	here     map[*presence]struct{}
	shown    []Presence // what watchers know
	watchers map[*func()]struct{}
}

// presence is one session at one conversation.
type presence struct {
	presenceKey
	state          desk.PresenceState
	since, changed time.Time // came; changed its state
	expires        time.Time
	seq            uint64

	told   time.Time // of this server's own: when the others were last told
	untold bool      // a sign of life that they don't know of
	due    time.Time
	index  int // in the heap
}

type presenceKey struct {
	server  string
	session string
	agent   desk.ID
	place
}

// NewPresences makes the registry of one server. It tells the others by publish, which must not block; the messages
// of the others come by Take. Run must run.
func NewPresences(publish func(payload []byte)) *Presences {
	return &Presences{
		publish: publish, self: rand.Text(),
		places: map[place]*room{}, sessions: map[string]map[place]*presence{}, accounts: map[desk.ID]int{},
		servers: map[string]*otherServer{}, kick: make(chan struct{}, 1),
	}
}

// Set is a sign of life of a session: its agent is there and does this. A session is named by its socket's id; the plain HTTP
// calls of an agent are one session, named by the agent. It answers false, and nothing changes, when
// the session is at 100 conversations already, or the account has 10,000 presences.
func (p *Presences) Heartbeat(account, conversation, agent desk.ID, session string, state desk.PresenceState) bool {
	now, c := p.begin()
	defer p.finish(c)
	at := place{account, conversation}
	e := p.sessions[session][at]
	if e != nil && (e.agent != agent || !now.Before(e.expires)) {
		p.end(c, e)
		e = nil
	}
	if e == nil {
		if len(p.sessions[session]) >= maxSessionPresences || p.accounts[account] >= maxAccountPresences {
			return false
		}
		e = &presence{presenceKey: presenceKey{p.self, session, agent, at}, since: shown(now), index: -1}
		p.enter(e)
	}
	e.expires, e.untold = now.Add(desk.PresenceTTL), true
	if e.state != state {
		e.state, e.changed = state, shown(now)
		p.tell(c, e)
	} // else the others hear of it when plan says so
	p.plan(e)
	p.look(c, at, now)
	return true
}

// Leave ends a session's presence at a conversation.
func (p *Presences) LeaveConversation(account, conversation, agent desk.ID, session string) {
	now, c := p.begin()
	defer p.finish(c)
	at := place{account, conversation}
	if e := p.sessions[session][at]; e != nil && e.agent == agent {
		p.end(c, e)
		p.look(c, at, now)
	}
}

// SessionEnded ends all presences of a session: its socket went.
func (p *Presences) SessionEnded(session string) {
	now, c := p.begin()
	defer p.finish(c)
	for at, e := range p.sessions[session] {
		p.end(c, e)
		p.look(c, at, now)
	}
}

// List is who is at a conversation: each agent once, with the state that says most of their sessions, in the order they came.
func (p *Presences) ViewersOf(account, conversation desk.ID) []Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.list(place{account, conversation}, time.Now())
}

// Watch calls changed each time that List may answer something new, until stop. It must not block; a call may be
// on its way while stop returns.
func (p *Presences) WatchConversation(account, conversation desk.ID, changed func()) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := place{account, conversation}
	r := p.room(at)
	r.shown = p.list(at, time.Now())
	r.watchers[&changed] = struct{}{}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(r.watchers, &changed)
		p.forget(at)
	}
}

// OnChange calls changed with every conversation whose list is another one now. It must not block. Set it before use.
func (p *Presences) OnChange(changed func(account, conversation desk.ID)) { p.changed = changed }

// Hello asks the other servers for their presences and tells them those of this one: for the start, and for
// whenever messages may have been lost.
func (p *Presences) Synchronize() {
	_, c := p.begin()
	defer p.finish(c)
	c.hello = true
	p.asked = true
	signal(p.kick)
}

// Run ends what has had no sign of life for 15 s, and keeps the other servers informed, until ctx ends.
func (p *Presences) Run(ctx context.Context) {
	for {
		t := time.NewTimer(p.work())
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-p.kick:
		case <-t.C:
		}
		t.Stop()
	}
}

// work does what is due and says how long nothing else is.
func (p *Presences) work() time.Duration {
	now, c := p.begin()
	defer p.finish(c)
	if p.asked && now.Sub(p.answered) >= presenceAnswers {
		p.asked, p.answered = false, now
		for _, own := range p.sessions {
			for _, e := range own {
				p.tell(c, e)
				p.plan(e)
			}
		}
	}
	for len(p.due) > 0 && !now.Before(p.due[0].due) {
		e := p.due[0]
		if now.Before(e.expires) {
			p.tell(c, e)
			p.plan(e)
			continue
		}
		p.end(c, e)
		p.look(c, e.place, now)
	}
	next := time.Hour
	if p.asked {
		next = p.answered.Add(presenceAnswers).Sub(now)
	}
	if len(p.due) > 0 {
		next = min(next, p.due[0].due.Sub(now))
	}
	return next
}

// consequences are what happens after the lock is given back.
type consequences struct {
	hello bool
	told  []*wirePresence
	calls []func()
}

func (p *Presences) begin() (time.Time, *consequences) {
	p.mu.Lock()
	return time.Now(), &consequences{}
}

func (p *Presences) finish(c *consequences) {
	p.mu.Unlock()
	for _, m := range wireMessages(p.self, c.hello, c.told) {
		p.publish(m)
	}
	for _, call := range c.calls {
		call()
	}
}

func (p *Presences) enter(e *presence) {
	p.room(e.place).here[e] = struct{}{}
	p.accounts[e.account]++
	switch {
	case e.server != p.self:
		p.server(e.server).here[e.presenceKey] = e
	case p.sessions[e.session] == nil:
		p.sessions[e.session] = map[place]*presence{e.place: e}
	default:
		p.sessions[e.session][e.place] = e
	}
}

// end takes a presence away. Who calls it looks at the room afterwards.
func (p *Presences) end(c *consequences, e *presence) {
	delete(p.places[e.place].here, e)
	p.forget(e.place)
	if p.accounts[e.account]--; p.accounts[e.account] == 0 {
		delete(p.accounts, e.account)
	}
	if e.index >= 0 {
		heap.Remove(&p.due, e.index)
	}
	if e.server != p.self {
		s := p.server(e.server)
		delete(s.here, e.presenceKey)
		s.end(e.presenceKey, e.seq)
		return
	}
	if delete(p.sessions[e.session], e.place); len(p.sessions[e.session]) == 0 {
		delete(p.sessions, e.session)
	}
	p.seq++
	c.told = append(c.told, &wirePresence{Key: wireKeyOf(e.presenceKey), Seq: p.seq})
}

// tell tells the others how a presence stands now.
func (p *Presences) tell(c *consequences, e *presence) {
	now := time.Now()
	p.seq++
	e.seq, e.told, e.untold = p.seq, now, false
	c.told = append(c.told, wire(e, now))
}

// plan says when there is something to do about a presence: when it expires, or when the others are to hear of a sign of life.
func (p *Presences) plan(e *presence) {
	e.due = e.expires
	if e.untold && e.told.Add(presenceRefresh).Before(e.due) {
		e.due = e.told.Add(presenceRefresh)
	}
	if e.index < 0 {
		heap.Push(&p.due, e)
	} else {
		heap.Fix(&p.due, e.index)
	}
	if e.index == 0 {
		signal(p.kick)
	}
}

// look calls the watchers of a place if its list is another one now.
func (p *Presences) look(c *consequences, at place, now time.Time) {
	r := p.places[at]
	if r != nil {
		list := p.list(at, now)
		if slices.Equal(list, r.shown) {
			return
		}
		r.shown = list
		for w := range r.watchers {
			c.calls = append(c.calls, *w)
		}
	} // else the last one has left
	if p.changed != nil {
		c.calls = append(c.calls, func() { p.changed(at.account, at.conversation) })
	}
}

func (p *Presences) list(at place, now time.Time) []Presence {
	r := p.places[at]
	if r == nil {
		return nil
	}
	best, since := map[desk.ID]*presence{}, map[desk.ID]time.Time{}
	for e := range r.here {
		if !now.Before(e.expires) {
			continue
		}
		if b := best[e.agent]; b == nil || saysMore(e, b) {
			best[e.agent] = e
		}
		if first, ok := since[e.agent]; !ok || e.since.Before(first) {
			since[e.agent] = e.since
		}
	}
	out := make([]Presence, 0, len(best))
	for agent, e := range best {
		out = append(out, Presence{at.account, at.conversation, agent, e.state, since[agent]})
	}
	slices.SortFunc(out, func(a, b Presence) int {
		return cmp.Or(a.Since.Compare(b.Since), slices.Compare(a.AgentID[:], b.AgentID[:]))
	})
	return out
}

// saysMore compares two sessions of an agent: typing says more than viewing, then the later says more.
func saysMore(a, b *presence) bool {
	if a.state.Typing() != b.state.Typing() {
		return a.state.Typing()
	}
	return cmp.Or(a.changed.Compare(b.changed), cmp.Compare(a.state, b.state)) > 0
}

func (p *Presences) room(at place) *room {
	r := p.places[at]
	if r == nil {
		r = &room{here: map[*presence]struct{}{}, watchers: map[*func()]struct{}{}}
		p.places[at] = r
	}
	return r
}

// forget drops a room that has nobody in it and at its window.
func (p *Presences) forget(at place) {
	if r := p.places[at]; r != nil && len(r.here)+len(r.watchers) == 0 {
		delete(p.places, at)
	}
}

// shown is a time to the millisecond, as it travels between servers. Lives are counted by the monotonic clock instead.
func shown(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

type dueHeap []*presence

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push is for container/heap.
func (h *dueHeap) Push(x any) {
	e := x.(*presence)
	e.index = len(*h)
	*h = append(*h, e)
}

// Pop is for container/heap.
func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h, e.index = (*h)[:last], -1
	return e
}
