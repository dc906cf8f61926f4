package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskwire/desk"
)

type groupState int

const (
	idle groupState = iota
	queued
	busy // its payload is being rendered, or the writers have it
)

// group is all subscriptions that ask the same and may see the same: its payload is rendered once
// for all of them. All fields are under the hub's lock, but members, which belong to one writer
// each.
type group struct {
	query       *Query
	subscribers int // subscriptions, also those that are not served at the moment
	memberCount int // those that get broadcasts
	members     [][]*Subscription
	perWriter   []int // member count of each writer, those on their way included

	depsKnown       bool
	deps            map[Dependency]struct{} // of the last payload,
	depsTick        uint64                  // which was of this tick
	state           groupState
	dirty           bool // a payload is due
	faults          int
	hidden          bool            // the last payload was Rendered.Hidden,
	hiddenTold      bool            // and all members have been told so
	needsResync     bool            // more has happened than can be told
	pending         []*desk.Event   // coalesced since the last payload
	invalidatedTick uint64          // the last tick at which a dependency was invalidated
	unrecordedTick  uint64          // the last such tick that had no members to tell
	broadcastTick   uint64          // the tick of the last payload that went to all
	minute          int64           // the oldest one from which what members have been told counts
	cursor          desk.Cursor     // of a Log: how far the members have been told
	waitingAhead    []*Subscription // of a Log: who joins with a later cursor than the group's
	snapshots       map[string]*snapshotFlight
}

func (h *Hub) newGroup(a *Query) *group {
	g := &group{query: a, members: make([][]*Subscription, len(h.writers)), perWriter: make([]int, len(h.writers)), snapshots: map[string]*snapshotFlight{}, cursor: h.logCursor}
	h.groups[a.Key] = g
	if a.Log {
		h.accountOf(a.Account).logs[g] = struct{}{}
	}
	return g
}

// discardPending forgets the rendered snapshots and whatever waits to be rendered.
func (g *group) discardPending() {
	clear(g.snapshots)
	g.pending, g.dirty = nil, false
}

func (h *Hub) accountOf(id desk.ID) *accountSubscribers {
	a := h.accounts[id]
	if a == nil {
		a = &accountSubscribers{deps: map[Dependency]map[*group]struct{}{}, logs: map[*group]struct{}{}, sessions: map[*Session]struct{}{}}
		h.accounts[id] = a
	}
	return a
}

// dropGroup forgets a group without subscribers, and an account without anybody.
func (h *Hub) dropGroup(g *group) {
	a := h.accountOf(g.query.Account)
	for d := range g.deps {
		a.removeDependency(d, g)
	}
	delete(a.logs, g)
	delete(h.groups, g.query.Key)
	h.resumeWaiting(g)
	h.dropIdleAccount(g.query.Account)
}

func (h *Hub) dropIdleAccount(id desk.ID) {
	if a := h.accounts[id]; a != nil && len(a.deps) == 0 && len(a.logs) == 0 && len(a.sessions) == 0 {
		delete(h.accounts, id)
	}
}

func (a *accountSubscribers) removeDependency(d Dependency, g *group) {
	delete(a.deps[d], g)
	if len(a.deps[d]) == 0 {
		delete(a.deps, d)
	}
}

// setDependencies replaces the dependencies of a group by those of its payload of that tick. What
// has invalidated the new ones since then is found in the replay ring. Call it locked.
func (h *Hub) setDependencies(g *group, deps []Dependency, tick uint64) {
	if tick < g.depsTick {
		return
	}
	a, before := h.accountOf(g.query.Account), g.deps
	g.deps = make(map[Dependency]struct{}, len(deps))
	fresh := map[Dependency]struct{}{}
	for _, d := range deps {
		g.deps[d] = struct{}{}
		if _, was := before[d]; !was {
			fresh[d] = struct{}{}
			if a.deps[d] == nil {
				a.deps[d] = map[*group]struct{}{}
			}
			a.deps[d][g] = struct{}{}
		}
	}
	for d := range before {
		if _, is := g.deps[d]; !is {
			a.removeDependency(d, g)
		}
	}
	g.depsKnown, g.depsTick = true, tick
	if len(fresh) > 0 {
		h.replayEvents(g, fresh, tick)
	}
}

// replayEvents replays what has invalidated these dependencies since a tick. Call it locked.
func (h *Hub) replayEvents(g *group, deps map[Dependency]struct{}, tick uint64) {
	if tick == h.tick {
		return
	}
	if len(h.replayRing) == 0 || h.replayRing[0].tick > tick+1 { // the ring is too short by now
		g.needsResync = g.memberCount > 0 && !g.query.Log
		h.invalidateGroup(g, nil)
	}
	for _, b := range h.replayRing {
		if b.tick <= tick {
			continue
		}
		if _, shown := deps[b.invalidated]; shown && b.account == g.query.Account {
			h.invalidateGroup(g, nil)
		}
		for _, e := range b.Events {
			if e.AccountID == g.query.Account && invalidatesAny(e, deps) {
				h.invalidateGroup(g, e)
			}
		}
	}
}

// invalidatesAny says whether an event invalidates one of these dependencies.
func invalidatesAny(e *desk.Event, deps map[Dependency]struct{}) (hit bool) {
	invalidates(e, func(d Dependency) {
		if _, there := deps[d]; there {
			hit = true
		}
	})
	return hit
}

// renderGroup renders the next payload of a group and broadcasts it.
func (h *Hub) renderGroup(g *group) {
	h.mu.Lock()
	if g.memberCount == 0 || !g.dirty || h.groups[g.query.Key] != g {
		g.dirty, g.pending, g.unrecordedTick = false, nil, g.invalidatedTick
		h.becomeIdle(g)
		h.mu.Unlock()
		return
	}
	era := h.logEra
	request := RenderRequest{Reason: Change, Cursor: atThisMinute(h.logCursor), Tick: h.tick, Before: g.minute, Events: g.pending, After: g.cursor}
	if g.needsResync {
		request.Reason, request.Events, request.After = Resync, nil, request.Cursor
	}
	g.state, g.dirty, g.pending, g.needsResync = busy, false, nil, false
	h.mu.Unlock()

	r, err := h.renderPayload(g.query, request)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.groups[g.query.Key] != g:
		g.state = idle
	case h.logEra != era: // the payload shows another log, and all members have left
		h.becomeIdle(g)
	case err != nil:
		h.renderFailed(g, request, err)
	default:
		g.faults = 0
		h.broadcastRendered(g, request, r)
	}
}

// maxFaults is how often a payload with news is tried, which takes some two minutes: a database
// that was away for less is waited for.
const maxFaults = 60

// renderFailed has the payload rendered later. Where there will never be one, each member is told
// so.
func (h *Hub) renderFailed(g *group, request RenderRequest, err error) {
	if errors.As(err, new(Refusal)) {
		h.catchUpMembers(g)
		h.becomeIdle(g)
		return
	}
	// What can't be told any more, or fails again and again, is not told: the members begin anew.
	if poisoned := errors.Is(err, desk.ErrGone) || g.faults >= maxFaults; poisoned && request.Reason != Resync {
		h.logFault("a live payload could not be made; its subscribers get the present state instead", err)
		g.needsResync, g.dirty, g.pending, g.faults = true, true, nil, 0
		h.becomeIdle(g)
		return
	}
	h.logFault("a live payload could not be made; it will be tried again", err)
	g.coalesceEvents(append(request.Events, g.pending...))
	g.needsResync, g.dirty = g.needsResync || request.Reason == Resync, true
	time.AfterFunc(retryDelay(g.faults), func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.becomeIdle(g)
	})
	g.faults++
}

// catchUpMembers has all members caught up, each by itself.
func (h *Hub) catchUpMembers(g *group) {
	for s := range h.accountOf(g.query.Account).sessions {
		for sub := range s.subs {
			if sub.group == g && sub.phase == phaseLive {
				sub.quitMembers()
				sub.payloadDue = true
				sub.scheduleCatchUp()
			}
		}
	}
}

// broadcastRendered gives a payload to all members.
func (h *Hub) broadcastRendered(g *group, request RenderRequest, r Rendered) {
	p := &Packet{Body: r.Body, Reason: request.Reason, Cursor: request.Cursor, Tick: request.Tick}
	if g.query.Log {
		p.Cursor, g.cursor = r.Cursor, r.Cursor
		p.Tick = g.broadcastTick + 1 // one tick may take several pages
		g.dirty = g.dirty || !r.Cursor.Covers(request.Cursor)
	} else {
		h.setDependencies(g, r.Deps, request.Tick)
		g.hidden, g.minute = r.Hidden, request.Cursor.Minute
	}
	g.broadcastTick = p.Tick
	silent := r.Body == nil || r.Hidden && g.hiddenTold
	g.hiddenTold = r.Hidden
	if silent || !h.fanOut(g, p) {
		h.becomeIdle(g)
	}
}

// becomeIdle is called when a payload is with all members: the next one may come. Until then events
// are coalesced, so a group never has more than one payload in the writers: this is the
// backpressure, and slow writers make for fewer payloads.
func (h *Hub) becomeIdle(g *group) {
	g.state = idle
	if g.dirty {
		h.queueRender(g)
	}
	h.resumeWaiting(g)
}

// resumeWaiting has those catch up who waited for the group. Call it locked.
func (h *Hub) resumeWaiting(g *group) {
	for _, sub := range g.waitingAhead {
		h.joinQueue.enqueue(sub)
	}
	g.waitingAhead = nil
}

// renderPayload renders, and makes an error of a panic.
func (h *Hub) renderPayload(a *Query, t RenderRequest) (r Rendered, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("live: making a payload panicked: %v", fault)
		}
	}()
	ctx, cancel := context.WithTimeout(h.ctx, renderPatience)
	defer cancel()
	return a.Render(ctx, t)
}

// snapshotFlight is a payload for those who join, rendered once for all who need the same at a time
// (singleflight).
type snapshotFlight struct {
	done   chan struct{}
	packet *Packet
	err    error
}

// snapshotTTL is how long a snapshot is kept for others who join: it may be large, and they come
// together or not at all.
const snapshotTTL = time.Second

func (g *group) dropSnapshot(key string, m *snapshotFlight) {
	if g.snapshots[key] == m {
		delete(g.snapshots, key)
	}
}

// maxSnapshots bounds the snapshots kept for those who join one group.
const maxSnapshots = 16

// snapshotFor gives a payload for those who join, of one moment and with the events up to it. It
// stays good until something invalidates the group.
func (h *Hub) snapshotFor(g *group, reason Reason, after desk.Cursor, at *Packet, events []*desk.Event) (*Packet, error) {
	key := string(reason) + after.String()
	h.mu.Lock()
	m := g.snapshots[key]
	if m != nil {
		h.mu.Unlock()
		<-m.done
		return m.packet, m.err
	}
	if len(g.snapshots) > maxSnapshots {
		clear(g.snapshots)
	}
	m = &snapshotFlight{done: make(chan struct{})}
	g.snapshots[key] = m
	request := RenderRequest{Reason: reason, Cursor: at.Cursor, Tick: at.Tick, Before: after.Minute, Events: events}
	h.mu.Unlock()
	r, err := h.renderPayload(g.query, request)
	m.packet, m.err = &Packet{Body: r.Body, Reason: reason, Cursor: request.Cursor, Tick: request.Tick}, err
	h.mu.Lock()
	defer h.mu.Unlock()
	close(m.done)
	if err != nil || g.invalidatedTick > request.Tick {
		g.dropSnapshot(key, m)
	} else {
		time.AfterFunc(snapshotTTL, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			g.dropSnapshot(key, m)
		})
	}
	if err == nil && h.groups[g.query.Key] == g {
		h.setDependencies(g, r.Deps, request.Tick)
		g.hidden = r.Hidden
	}
	return m.packet, err
}
