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
	syncInterval        = time.Second // between two answers to servers that ask
)

// Presence says that an agent is at a conversation: viewing it, or typing.
type Presence struct {
	AccountID, ConversationID, AgentID desk.ID

	State desk.PresenceState
	Since time.Time // by the clock of the server that the agent came to
}

// Presences knows who is at which conversation, on all servers of the bus. Nothing of it is kept on
// disk, or is part of the log.
//
// An agent is at a conversation by sessions: their sockets, and their plain HTTP calls together.
// Each lasts 15 s (desk.PresenceTTL) from its last heartbeat. Whether the agent may see the
// conversation is for the caller to ask.
type Presences struct {
	publish  func(payload []byte)
	changed  func(account, conversation desk.ID) // see OnChange
	serverID string

	mu            sync.Mutex
	rosters       map[conversationKey]*roster
	sessions      map[string]map[conversationKey]*sessionPresence // of this server
	accounts      map[desk.ID]int
	servers       map[string]*otherServer
	expiries      expiryHeap
	seq           uint64 // counts what this server has announced, so that others can tell old from new
	syncRequested bool   // another server waits for all presences of this one
	syncAnswered  time.Time
	wakeUp        chan struct{}
}

type conversationKey struct{ account, conversation desk.ID }

// roster is who is at a conversation, and who watches that.
type roster struct {
	here     map[*sessionPresence]struct{}
	shown    []Presence // as the watchers were told
	watchers map[*func()]struct{}
}

// sessionPresence is one session at one conversation.
type sessionPresence struct {
	presenceKey
	state          desk.PresenceState
	since, changed time.Time // came; changed its state
	expires        time.Time
	seq            uint64

	told   time.Time // of this server's own: when it was last announced
	untold bool      // there was a heartbeat that was not announced
	due    time.Time
	index  int // in the heap
}

type presenceKey struct {
	server  string
	session string
	agent   desk.ID
	conversationKey
}

// NewPresences makes the registry of one server. It announces to the others by publish, which must
// not block; the messages of the others come by TakeMessage. Run must run.
func NewPresences(publish func(payload []byte)) *Presences {
	return &Presences{
		publish: publish, serverID: rand.Text(),
		rosters: map[conversationKey]*roster{}, sessions: map[string]map[conversationKey]*sessionPresence{}, accounts: map[desk.ID]int{},
		servers: map[string]*otherServer{}, wakeUp: make(chan struct{}, 1),
	}
}

// Heartbeat is a sign of life of a session: its agent is there and does this. A session is named by
// its socket's id; the plain HTTP calls of an agent are one session, named by the agent. It answers
// false, and nothing changes, when the session is at 100 conversations already, or the account has
// 10,000 presences.
func (p *Presences) Heartbeat(account, conversation, agent desk.ID, session string, state desk.PresenceState) bool {
	now, c := p.lockRegistry()
	defer p.unlockAndNotify(c)
	at := conversationKey{account, conversation}
	e := p.sessions[session][at]
	if e != nil && (e.agent != agent || !now.Before(e.expires)) {
		p.removePresence(c, e)
		e = nil
	}
	if e == nil {
		if len(p.sessions[session]) >= maxSessionPresences || p.accounts[account] >= maxAccountPresences {
			return false
		}
		e = &sessionPresence{presenceKey: presenceKey{p.serverID, session, agent, at}, since: wireTime(now), index: -1}
		p.addPresence(e)
	}
	e.expires, e.untold = now.Add(desk.PresenceTTL), true
	if e.state != state {
		e.state, e.changed = state, wireTime(now)
		p.announcePresence(c, e)
	} // else the others hear of it when schedulePresence says so
	p.schedulePresence(e)
	p.notifyWatchers(c, at, now)
	return true
}

// LeaveConversation ends a session's presence at a conversation.
func (p *Presences) LeaveConversation(account, conversation, agent desk.ID, session string) {
	now, c := p.lockRegistry()
	defer p.unlockAndNotify(c)
	at := conversationKey{account, conversation}
	if e := p.sessions[session][at]; e != nil && e.agent == agent {
		p.removePresence(c, e)
		p.notifyWatchers(c, at, now)
	}
}

// SessionEnded ends all presences of a session whose socket has closed.
func (p *Presences) SessionEnded(session string) {
	now, c := p.lockRegistry()
	defer p.unlockAndNotify(c)
	for at, e := range p.sessions[session] {
		p.removePresence(c, e)
		p.notifyWatchers(c, at, now)
	}
}

// ViewersOf is who is at a conversation: each agent once, with the state that says most of their
// sessions, in the order they came.
func (p *Presences) ViewersOf(account, conversation desk.ID) []Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.viewersAt(conversationKey{account, conversation}, time.Now())
}

// WatchConversation calls changed each time that ViewersOf may answer something new, until stop. It
// must not block; a call may be on its way while stop returns.
func (p *Presences) WatchConversation(account, conversation desk.ID, changed func()) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := conversationKey{account, conversation}
	r := p.rosterOf(at)
	r.shown = p.viewersAt(at, time.Now())
	r.watchers[&changed] = struct{}{}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(r.watchers, &changed)
		p.dropEmptyRoster(at)
	}
}

// OnChange calls changed with every conversation whose viewers are others now. It must not block.
// Set it before use.
func (p *Presences) OnChange(changed func(account, conversation desk.ID)) { p.changed = changed }

// Synchronize asks the other servers for their presences and announces those of this one: at the
// start, and whenever messages may have been lost.
func (p *Presences) Synchronize() {
	_, c := p.lockRegistry()
	defer p.unlockAndNotify(c)
	c.hello = true
	p.syncRequested = true
	wakeWaiter(p.wakeUp)
}

// Run ends presences without a heartbeat for 15 s, and keeps the other servers informed, until ctx
// ends.
func (p *Presences) Run(ctx context.Context) {
	for {
		t := time.NewTimer(p.runDueTasks())
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-p.wakeUp:
		case <-t.C:
		}
		t.Stop()
	}
}

// runDueTasks does what is due and says how long nothing else is.
func (p *Presences) runDueTasks() time.Duration {
	now, c := p.lockRegistry()
	defer p.unlockAndNotify(c)
	if p.syncRequested && now.Sub(p.syncAnswered) >= syncInterval {
		p.syncRequested, p.syncAnswered = false, now
		for _, own := range p.sessions {
			for _, e := range own {
				p.announcePresence(c, e)
				p.schedulePresence(e)
			}
		}
	}
	for len(p.expiries) > 0 && !now.Before(p.expiries[0].due) {
		e := p.expiries[0]
		if now.Before(e.expires) {
			p.announcePresence(c, e)
			p.schedulePresence(e)
			continue
		}
		p.removePresence(c, e)
		p.notifyWatchers(c, e.conversationKey, now)
	}
	next := time.Hour
	if p.syncRequested {
		next = p.syncAnswered.Add(syncInterval).Sub(now)
	}
	if len(p.expiries) > 0 {
		next = min(next, p.expiries[0].due.Sub(now))
	}
	return next
}

// consequences are the messages and calls to be made once the lock is given back.
type consequences struct {
	hello bool
	told  []*wirePresence
	calls []func()
}

func (p *Presences) lockRegistry() (time.Time, *consequences) {
	p.mu.Lock()
	return time.Now(), &consequences{}
}

func (p *Presences) unlockAndNotify(c *consequences) {
	p.mu.Unlock()
	for _, m := range wireMessages(p.serverID, c.hello, c.told) {
		p.publish(m)
	}
	for _, call := range c.calls {
		call()
	}
}

func (p *Presences) addPresence(e *sessionPresence) {
	p.rosterOf(e.conversationKey).here[e] = struct{}{}
	p.accounts[e.account]++
	switch {
	case e.server != p.serverID:
		p.serverNamed(e.server).here[e.presenceKey] = e
	case p.sessions[e.session] == nil:
		p.sessions[e.session] = map[conversationKey]*sessionPresence{e.conversationKey: e}
	default:
		p.sessions[e.session][e.conversationKey] = e
	}
}

// removePresence takes a presence away. The caller notifies the watchers afterwards.
func (p *Presences) removePresence(c *consequences, e *sessionPresence) {
	delete(p.rosters[e.conversationKey].here, e)
	p.dropEmptyRoster(e.conversationKey)
	if p.accounts[e.account]--; p.accounts[e.account] == 0 {
		delete(p.accounts, e.account)
	}
	if e.index >= 0 {
		heap.Remove(&p.expiries, e.index)
	}
	if e.server != p.serverID {
		s := p.serverNamed(e.server)
		delete(s.here, e.presenceKey)
		s.recordEnd(e.presenceKey, e.seq)
		return
	}
	if delete(p.sessions[e.session], e.conversationKey); len(p.sessions[e.session]) == 0 {
		delete(p.sessions, e.session)
	}
	p.seq++
	c.told = append(c.told, &wirePresence{Key: wireKeyOf(e.presenceKey), Seq: p.seq})
}

// announcePresence tells the other servers the present state of a presence.
func (p *Presences) announcePresence(c *consequences, e *sessionPresence) {
	now := time.Now()
	p.seq++
	e.seq, e.told, e.untold = p.seq, now, false
	c.told = append(c.told, wirePresenceOf(e, now))
}

// schedulePresence sets when a presence is due: when it expires, or when the others are to hear of
// a heartbeat.
func (p *Presences) schedulePresence(e *sessionPresence) {
	e.due = e.expires
	if e.untold && e.told.Add(presenceRefresh).Before(e.due) {
		e.due = e.told.Add(presenceRefresh)
	}
	if e.index < 0 {
		heap.Push(&p.expiries, e)
	} else {
		heap.Fix(&p.expiries, e.index)
	}
	if e.index == 0 {
		wakeWaiter(p.wakeUp)
	}
}

// notifyWatchers calls the watchers of a conversation if its viewers are others now.
func (p *Presences) notifyWatchers(c *consequences, at conversationKey, now time.Time) {
	r := p.rosters[at]
	if r != nil {
		list := p.viewersAt(at, now)
		if slices.Equal(list, r.shown) {
			return
		}
		r.shown = list
		for w := range r.watchers {
			c.calls = append(c.calls, *w)
		}
	} // else the last viewer has left
	if p.changed != nil {
		c.calls = append(c.calls, func() { p.changed(at.account, at.conversation) })
	}
}

func (p *Presences) viewersAt(at conversationKey, now time.Time) []Presence {
	r := p.rosters[at]
	if r == nil {
		return nil
	}
	best, since := map[desk.ID]*sessionPresence{}, map[desk.ID]time.Time{}
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

// saysMore compares two sessions of an agent: typing says more than viewing, then the later says
// more.
func saysMore(a, b *sessionPresence) bool {
	if a.state.Typing() != b.state.Typing() {
		return a.state.Typing()
	}
	return cmp.Or(a.changed.Compare(b.changed), cmp.Compare(a.state, b.state)) > 0
}

func (p *Presences) rosterOf(at conversationKey) *roster {
	r := p.rosters[at]
	if r == nil {
		r = &roster{here: map[*sessionPresence]struct{}{}, watchers: map[*func()]struct{}{}}
		p.rosters[at] = r
	}
	return r
}

// dropEmptyRoster drops a roster without viewers and watchers.
func (p *Presences) dropEmptyRoster(at conversationKey) {
	if r := p.rosters[at]; r != nil && len(r.here)+len(r.watchers) == 0 {
		delete(p.rosters, at)
	}
}

// wireTime is a time to the millisecond, as it travels between servers. Lifetimes are counted by
// the monotonic clock instead.
func wireTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

type expiryHeap []*sessionPresence

func (h expiryHeap) Len() int           { return len(h) }
func (h expiryHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h expiryHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push is for container/heap.
func (h *expiryHeap) Push(x any) {
	e := x.(*sessionPresence)
	e.index = len(*h)
	*h = append(*h, e)
}

// Pop is for container/heap.
func (h *expiryHeap) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h, e.index = (*h)[:last], -1
	return e
}
