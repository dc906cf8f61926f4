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
	// MissedEvents gives the events of an account between two cursors, desk.ErrGone when they can't
	// be told.
	MissedEvents func(ctx context.Context, account desk.ID, after, until desk.Cursor, since time.Time) ([]*desk.Event, error)
	// WakeTail has the log read at once, and does not wait for that. May be nil.
	WakeTail  func()
	Retention time.Duration // how long ago a cursor may be to be resumed from; default 7 days
	Writers   int           // goroutines that write to sinks; default GOMAXPROCS
	Workers   int           // payloads rendered, and subscribers caught up, at once; default 4 per writer
	Log       *slog.Logger  // default slog.Default
}

const (
	retention = 7 * 24 * time.Hour
	// ringEvents is how many events the replay ring keeps in memory for those who missed a little.
	ringEvents = 4096
	// pageEvents bounds the events that are coalesced for one group, and those that a resumed
	// subscription is told of.
	pageEvents = 1000
	// faultPause is how long a payload that could not be rendered waits for the next attempt, at
	// first and at most.
	faultPause, maxFaultPause = 50 * time.Millisecond, 2 * time.Second
	// renderPatience bounds the rendering of one payload.
	renderPatience = 30 * time.Second
)

// Hub is the fan-out: it brings what is new in the log to subscribers.
type Hub struct {
	Options
	ctx     context.Context
	stop    context.CancelFunc
	writers []*writer
	tasks   sync.WaitGroup

	mu            sync.Mutex
	startedSignal chan struct{} // closed at the first StartAt
	started       bool
	rightsTick    uint64          // the last tick that may have changed somebody's rights
	tick          uint64          // counts batches and invalidations: the hub's own clock
	logCursor     desk.Cursor     // how far the log has been read
	readAt        time.Time       // when that reading began; zero where that can't be known
	logEra        int             // counts how often the log was replaced by another one
	waitingForLog []*Subscription // until the log has been read up to their cursors
	replayRing    []replayEntry
	replaySize    int
	accounts      map[desk.ID]*accountSubscribers
	groups        map[string]*group
	renderQueue   workQueue[*group]
	joinQueue     workQueue[*Subscription]
	nextWriter    int
}

// replayEntry is a batch of the log, or an invalidation without one, and the tick it came with.
type replayEntry struct {
	desk.Batch
	tick uint64

	invalidated Dependency // by Invalidate, instead of a batch
	account     desk.ID
}

// accountSubscribers are the sessions of one account, and the groups of each dependency.
type accountSubscribers struct {
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
		Options: o, accounts: map[desk.ID]*accountSubscribers{}, groups: map[string]*group{},
		startedSignal: make(chan struct{}),
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.renderQueue.bindLock(&h.mu)
	h.joinQueue.bindLock(&h.mu)
	for range o.Writers {
		l := newWriter(h)
		h.writers = append(h.writers, l)
		h.tasks.Go(l.writeLoop)
	}
	for range o.Workers {
		h.tasks.Go(func() { workLoop(h, &h.renderQueue, h.renderGroup) })
		h.tasks.Go(func() { workLoop(h, &h.joinQueue, h.catchUp) })
	}
	return h
}

// Close ends the hub. Sinks get nothing more.
func (h *Hub) Close() {
	h.stop()
	h.mu.Lock()
	h.renderQueue.shutDown()
	h.joinQueue.shutDown()
	h.mu.Unlock()
	for _, l := range h.writers {
		l.shutDown()
	}
	h.tasks.Wait()
}

// StartAt tells the cursor that the log is read from. Nobody is served before.
func (h *Hub) StartAt(at desk.Cursor) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logCursor = at
	if !h.started {
		h.started = true
		close(h.startedSignal)
	}
}

// Started is closed once somebody reads the log.
func (h *Hub) Started() <-chan struct{} { return h.startedSignal }

// TakeBatch takes what is new in the log. Batches come one after another, each where the one before
// has ended.
func (h *Hub) TakeBatch(b desk.Batch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logCursor, h.readAt = b.Cursor, b.Asked
	h.logMoved()
	if b.Anew {
		h.replaceLog()
		return
	}
	if len(b.Events) == 0 {
		return
	}
	h.tick++
	h.rememberBatch(b)
	var rights []*accountSubscribers
	for _, e := range b.Events {
		if changesRights(e) {
			h.rightsTick = h.tick
		}
		a := h.accounts[e.AccountID]
		if a == nil {
			continue
		}
		if changesRights(e) && !slices.Contains(rights, a) {
			rights = append(rights, a)
		}
		for g := range a.logs {
			h.invalidateGroup(g, nil)
		}
		invalidates(e, func(d Dependency) {
			for g := range a.deps[d] {
				h.invalidateGroup(g, e)
			}
		})
	}
	// Before anything of this batch is shown, each session is authenticated anew.
	for _, a := range rights {
		for s := range a.sessions {
			s.suspend()
		}
	}
}

// RightsMark is the present moment, for RightsChangedSince.
func (h *Hub) RightsMark() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tick
}

// RightsChangedSince says whether somebody's rights may have changed since a mark: the actor who
// was authenticated after the mark and opens a session now may have other rights already.
func (h *Hub) RightsChangedSince(mark uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rightsTick > mark
}

// rememberBatch keeps a batch for those who resume soon.
func (h *Hub) rememberBatch(b desk.Batch) { h.appendReplay(replayEntry{Batch: b, tick: h.tick}) }

func (h *Hub) appendReplay(r replayEntry) {
	h.replayRing = append(h.replayRing, r)
	h.replaySize += 1 + len(r.Events)
	for h.replaySize > ringEvents && len(h.replayRing) > 1 {
		h.replaySize -= 1 + len(h.replayRing[0].Events)
		h.replayRing[0].Batch = desk.Batch{}
		h.replayRing = h.replayRing[1:]
	}
}

// replaceLog starts again after the log has become another one: everybody gets a RESYNC.
func (h *Hub) replaceLog() {
	h.tick++
	h.logEra++
	h.replayRing, h.replaySize = nil, 0
	for _, a := range h.accounts {
		for s := range a.sessions {
			s.suspend()
		}
	}
	for _, g := range h.groups {
		g.discardPending()
		g.cursor = h.logCursor
	}
}

// Invalidate tells of a change that no event tells, such as who is present at a conversation.
func (h *Hub) Invalidate(account desk.ID, d Dependency) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if a := h.accounts[account]; a != nil {
		h.invalidateAccount(a, account, d)
	}
}

// InvalidateAll is Invalidate for all accounts with that dependency, such as the time that passes.
func (h *Hub) InvalidateAll(d Dependency) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, a := range h.accounts {
		if len(a.deps[d]) > 0 {
			h.invalidateAccount(a, id, d)
		}
	}
}

// InvalidateKind is Invalidate for all dependencies of a kind, in all accounts.
func (h *Hub) InvalidateKind(kind desk.Kind) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, a := range h.accounts {
		for d := range a.deps {
			if d.Kind == kind {
				h.invalidateAccount(a, id, d)
			}
		}
	}
}

func (h *Hub) invalidateAccount(a *accountSubscribers, id desk.ID, d Dependency) {
	h.tick++
	h.appendReplay(replayEntry{tick: h.tick, invalidated: d, account: id}) // for payloads that are being rendered, and have it among their dependencies
	for g := range a.deps[d] {
		h.invalidateGroup(g, nil)
	}
}

// invalidateGroup notes that the payload of a group may look different now.
func (h *Hub) invalidateGroup(g *group, e *desk.Event) {
	g.invalidatedTick = h.tick
	clear(g.snapshots)
	if g.memberCount == 0 {
		g.unrecordedTick = h.tick
		return
	}
	if e != nil && (len(g.pending) == 0 || g.pending[len(g.pending)-1] != e) {
		g.coalesceEvents(append(g.pending, e))
	}
	h.queueRender(g)
}

// coalesceEvents sets the events that the next payload is to tell of. Of too many none is told:
// members get a RESYNC.
func (g *group) coalesceEvents(events []*desk.Event) {
	if g.pending = events; len(events) > pageEvents {
		g.pending, g.needsResync = nil, true
	}
}

func (h *Hub) queueRender(g *group) {
	g.dirty = true
	if g.state == idle {
		g.state = queued
		h.renderQueue.enqueue(g)
	}
}

// eventsInMemory gives the events of an account after a cursor from the replay ring; false when it
// does not reach back so far. Call it locked.
func (h *Hub) eventsInMemory(account desk.ID, after desk.Cursor) (events []*desk.Event, ok bool) {
	if after.Covers(h.logCursor) {
		return nil, true
	}
	for i := len(h.replayRing) - 1; i >= 0; i-- {
		b := h.replayRing[i]
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

// missedEvents gives the events between a cursor and a later one, up to which the log has been
// read.
func (h *Hub) missedEvents(ctx context.Context, account desk.ID, after, at desk.Cursor) ([]*desk.Event, error) {
	if after.Epoch != at.Epoch {
		return nil, desk.ErrGone
	}
	h.mu.Lock()
	events, ok := h.eventsInMemory(account, after)
	h.mu.Unlock()
	if ok {
		return slices.DeleteFunc(events, func(e *desk.Event) bool { return !at.Has(e.Xid) }), nil
	}
	return h.MissedEvents(ctx, account, after, at, time.Now().Add(-h.Retention))
}

// logReached says whether the log has been read far enough for a subscription. One that resumes
// needs its cursor, which may be ahead by a moment when it was just given out with an answer. A new
// one needs the log as it stood when the subscription came, so that what was done before is in its
// first payload and not news after it. If not, the subscription is caught up when the log has been
// read on, and no goroutine waits.
func (h *Hub) logReached(sub *Subscription) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if sub.waitUntil.IsZero() {
		sub.waitUntil = now.Add(logPatience)
	}
	switch {
	case !sub.hasCursor && (h.readAt.IsZero() || !h.readAt.Before(sub.waitUntil.Add(-logPatience))):
		return true
	case sub.hasCursor && (sub.era != h.logEra || sub.cursor.Epoch != h.logCursor.Epoch || h.logCursor.Covers(sub.cursor)):
		return true
	case !now.Before(sub.waitUntil): // the cursor is of another log, or nobody reads this one
		if sub.hasCursor {
			sub.era = noEra
		}
		return true
	}
	if len(h.waitingForLog) == 0 {
		time.AfterFunc(logPatience, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.logMoved()
		})
	}
	h.waitingForLog = append(h.waitingForLog, sub)
	h.WakeTail()
	return false
}

// logMoved has those caught up who wait for the log. Call it locked.
func (h *Hub) logMoved() {
	for _, sub := range h.waitingForLog {
		h.joinQueue.enqueue(sub)
	}
	h.waitingForLog = nil
}

// logPatience bounds the wait for a log that another server reads. Then comes a RESYNC.
const logPatience = 2 * time.Second

// Stats are what the hub holds at the moment.
type Stats struct {
	Groups, Sessions, Subscriptions, Dirty, Joining int
	Ticks                                           uint64
}

// Stats counts what the hub holds.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := Stats{Groups: len(h.groups), Ticks: h.tick, Dirty: h.renderQueue.length(), Joining: h.joinQueue.length()}
	for _, a := range h.accounts {
		s.Sessions += len(a.sessions)
	}
	for _, g := range h.groups {
		s.Subscriptions += g.subscribers
	}
	return s
}

// retryDelay is the backoff before another attempt, after so many that failed.
func retryDelay(faults int) time.Duration { return min(faultPause<<min(faults, 6), maxFaultPause) }

// logFault logs what kept a payload from being rendered.
func (h *Hub) logFault(what string, err error) {
	if h.ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		h.Log.Warn(what, "err", err)
	}
}
