package live

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"deskwire/desk"
)

// Options of a Hub. Zero values are the defaults.
type Options struct {
	// Missed gives the events of an account between two places of the log, desk.ErrGone when they can't be told.
	MissedEvents func(ctx context.Context, account desk.ID, after, until desk.Cursor, since time.Time) ([]*desk.Event, error)
	// Nudge has the log read at once, and does not wait for that. May be nil.
	WakeTail  func()
	Retention time.Duration // how long ago a cursor may be to be resumed from; default 7 days
	Writers   int           // goroutines that write to sinks; default GOMAXPROCS
	Workers   int           // payloads made at once; default 4 per writer. The same number of subscribers join at once.
	Log       *slog.Logger  // default slog.Default
}

const (
	retention = 7 * 24 * time.Hour
	// ringEvents is how many events are kept in memory for those who missed a little.
	ringEvents = 4096
	// pageEvents bounds the events that wait for one group, and those that one who comes back is told of.
	pageEvents = 1000
	// faultPause is how long a payload that could not be made waits for the next attempt, at first and at most.
	faultPause, maxFaultPause = 50 * time.Millisecond, 2 * time.Second
	// renderPatience bounds the making of one payload.
	renderPatience = 30 * time.Second
)

// Hub brings what is new in the log to subscribers.
type Hub struct {
	Options
	ctx     context.Context
	stop    context.CancelFunc
	writers []*writer
	tasks   sync.WaitGroup

	mu         sync.Mutex
	began      chan struct{} // closed at the first Begin
	started    bool
	rights     uint64          // the last tick that may have changed somebody's rights
	tick       uint64          // counts what happened here
	at         desk.Cursor     // how far the log has been read,
	asked      time.Time       // by a reading that began then; zero where that can't be known
	era        int             // counts the logs
	ahead      []*Subscription // who waits for the log to reach their cursors
	ring       []ringed
	ringSize   int
	accounts   map[desk.ID]*account
	groups     map[string]*group
	dirty      queue[*group]
	joins      queue[*Subscription]
	nextWriter int
}

// ringed is a batch of the log and the tick it came with.
type ringed struct {
	desk.Batch
	tick uint64

	touched Dependency // what Touch has told, instead of a batch
	account desk.ID
}

// account is who asks for what in one account.
type account struct {
	deps     map[Dependency]map[*group]struct{}
	logs     map[*group]struct{}
	sessions map[*Session]struct{}
}

// NewHub makes a hub and starts its goroutines; Close ends them.
func NewHub(o Options) *Hub {
	if o.Writers == 0 {
		o.Writers = runtime.GOMAXPROCS(0)
	}
	if o.Workers == 0 {
		o.Workers = 4 * o.Writers
	}
	if o.Retention == 0 {
		o.Retention = retention
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.WakeTail == nil {
		o.WakeTail = func() {}
	}
	h := &Hub{
		Options: o, accounts: map[desk.ID]*account{}, groups: map[string]*group{},
		began: make(chan struct{}),
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.dirty.init(&h.mu)
	h.joins.init(&h.mu)
	for range o.Writers {
		l := newWriter(h)
		h.writers = append(h.writers, l)
		h.tasks.Go(l.run)
	}
	for range o.Workers {
		h.tasks.Go(func() { work(h, &h.dirty, h.render) })
		h.tasks.Go(func() { work(h, &h.joins, h.join) })
	}
	return h
}

// Close ends the hub. Sinks get nothing more.
func (h *Hub) Close() {
	h.stop()
	h.mu.Lock()
	h.dirty.close()
	h.joins.close()
	h.mu.Unlock()
	for _, l := range h.writers {
		l.close()
	}
	h.tasks.Wait()
}

// Begin tells where the log stands when the reading begins. Nobody is served before.
func (h *Hub) StartAt(at desk.Cursor) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
	if !h.started {
		h.started = true
		close(h.began)
	}
}

// Began is closed once there is somebody who reads the log.
func (h *Hub) Started() <-chan struct{} { return h.began }

// Take takes what is new in the log. Batches come one after another, each where the one before has ended.
func (h *Hub) TakeBatch(b desk.Batch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at, h.asked = b.Cursor, b.Asked
	h.moved()
	if b.Anew {
		h.anew()
		return
	}
	if len(b.Events) == 0 {
		return
	}
	h.tick++
	h.keep(b)
	var rights []*account
	for _, e := range b.Events {
		if changesRights(e) {
			h.rights = h.tick
		}
		a := h.accounts[e.AccountID]
		if a == nil {
			continue
		}
		if changesRights(e) && !slices.Contains(rights, a) {
			rights = append(rights, a)
		}
		for g := range a.logs {
			h.touch(g, nil)
		}
		invalidates(e, func(d Dependency) {
			for g := range a.deps[d] {
				h.touch(g, e)
			}
		})
	}
	// Before anything of this batch is shown: who may see it is asked anew.
	for _, a := range rights {
		for s := range a.sessions {
			s.suspend()
		}
	}
}

// Mark is the present moment, for RightsSince.
func (h *Hub) RightsMark() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tick
}

// RightsSince says whether somebody's rights may have changed since a mark: who was identified after the mark and opens a
// session now may be somebody else already.
func (h *Hub) RightsChangedSince(mark uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rights > mark
}

// keep remembers a batch for those who come back soon.
func (h *Hub) keep(b desk.Batch) { h.remember(ringed{Batch: b, tick: h.tick}) }

func (h *Hub) remember(r ringed) {
	h.ring = append(h.ring, r)
	h.ringSize += 1 + len(r.Events)
	for h.ringSize > ringEvents && len(h.ring) > 1 {
		h.ringSize -= 1 + len(h.ring[0].Events)
		h.ring[0].Batch = desk.Batch{}
		h.ring = h.ring[1:]
	}
}

// anew begins again after the log has become another one: everybody gets a RESYNC.
func (h *Hub) anew() {
	h.tick++
	h.era++
	h.ring, h.ringSize = nil, 0
	for _, a := range h.accounts {
		for s := range a.sessions {
			s.suspend()
		}
	}
	for _, g := range h.groups {
		g.forget()
		g.cursor = h.at
	}
}

// Touch tells of a change that no event tells, such as who is at a conversation.
func (h *Hub) Invalidate(account desk.ID, d Dependency) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if a := h.accounts[account]; a != nil {
		h.touchIn(a, account, d)
	}
}

// TouchAll is Touch for all accounts in which somebody hangs on it, such as the time that passes.
func (h *Hub) InvalidateAll(d Dependency) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, a := range h.accounts {
		if len(a.deps[d]) > 0 {
			h.touchIn(a, id, d)
		}
	}
}

func (h *Hub) touchIn(a *account, id desk.ID, d Dependency) {
	h.tick++
	h.remember(ringed{tick: h.tick, touched: d, account: id}) // for payloads that are being made, and show it
	for g := range a.deps[d] {
		h.touch(g, nil)
	}
}

// touch notes that the payload of a group may look different now.
func (h *Hub) touch(g *group, e *desk.Event) {
	g.touched = h.tick
	clear(g.snapshots)
	if g.live == 0 {
		g.unnoted = h.tick
		return
	}
	if e != nil && (len(g.pending) == 0 || g.pending[len(g.pending)-1] != e) {
		g.gather(append(g.pending, e))
	}
	h.queue(g)
}

// gather keeps what the next payload is to tell of. Too much is not told: members get a RESYNC.
func (g *group) gather(events []*desk.Event) {
	if g.pending = events; len(events) > pageEvents {
		g.pending, g.cut = nil, true
	}
}

func (h *Hub) queue(g *group) {
	g.dirty = true
	if g.state == idle {
		g.state = queued
		h.dirty.push(g)
	}
}

// since gives the events of an account that came after a cursor, as far as they are remembered. Call it locked.
func (h *Hub) since(account desk.ID, after desk.Cursor) (events []*desk.Event, ok bool) {
	if after.Covers(h.at) {
		return nil, true
	}
	for i := len(h.ring) - 1; i >= 0; i-- {
		b := h.ring[i]
		for j := len(b.Events) - 1; j >= 0; j-- {
			if e := b.Events[j]; e.AccountID == account && !after.Has(e.Xid) {
				events = append(events, e)
			}
		}
		if after.Covers(b.Before) {
			slices.Reverse(events)
			return events, true
		}
	}
	return nil, false
}

// missed gives the events between a cursor and another one, which the log has been read to.
func (h *Hub) missed(ctx context.Context, account desk.ID, after, at desk.Cursor) ([]*desk.Event, error) {
	if after.Epoch != at.Epoch {
		return nil, desk.ErrGone
	}
	h.mu.Lock()
	events, ok := h.since(account, after)
	h.mu.Unlock()
	if ok {
		return slices.DeleteFunc(events, func(e *desk.Event) bool { return !at.Has(e.Xid) }), nil
	}
	return h.MissedEvents(ctx, account, after, at, time.Now().Add(-h.Retention))
}

// reached says whether the log has been read as far as one who joins is owed: as its cursor, which may be ahead by a moment when
// it was just given out with an answer; for a newcomer, as it stood when it came, so that what was done before is in its first
// payload and not news after it. If not, it joins when the log has been read on, without anybody waiting for that.
func (h *Hub) reached(sub *Subscription) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if sub.until.IsZero() {
		sub.until = now.Add(reachPatience)
	}
	switch {
	case !sub.placed && (h.asked.IsZero() || !h.asked.Before(sub.until.Add(-reachPatience))):
		return true
	case sub.placed && (sub.era != h.era || sub.cursor.Epoch != h.at.Epoch || h.at.Covers(sub.cursor)):
		return true
	case !now.Before(sub.until): // its place is of another log, or nobody reads this one
		if sub.placed {
			sub.era = noEra
		}
		return true
	}
	if len(h.ahead) == 0 {
		time.AfterFunc(reachPatience, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.moved()
		})
	}
	h.ahead = append(h.ahead, sub)
	h.WakeTail()
	return false
}

// moved has those looked at again who wait for the log. Call it locked.
func (h *Hub) moved() {
	for _, sub := range h.ahead {
		h.joins.push(sub)
	}
	h.ahead = nil
}

// reachPatience bounds the wait for a log that somebody else reads. Then comes a RESYNC.
const reachPatience = 2 * time.Second

// Stats are what the hub holds at the moment.
type Stats struct {
	Groups, Sessions, Subscriptions, Dirty, Joining int
	Ticks                                           uint64
}

// Stats counts.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := Stats{Groups: len(h.groups), Ticks: h.tick, Dirty: h.dirty.len(), Joining: h.joins.len()}
	for _, a := range h.accounts {
		s.Sessions += len(a.sessions)
	}
	for _, g := range h.groups {
		s.Subscriptions += g.subs
	}
	return s
}

// delay is the time before another attempt, after so many in vain.
func delay(faults int) time.Duration { return min(faultPause<<min(faults, 6), maxFaultPause) }

// fault logs what kept a payload from being made.
func (h *Hub) fault(what string, err error) {
	if h.ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		h.Log.Warn(what, "err", err)
	}
}
