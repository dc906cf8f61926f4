package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskwire/desk"
)

type state int

const (
	idle state = iota
	queued
	busy // its payload is being made, or on its way into the writers
)

// group is all who ask the same and may see the same. All fields are the hub's to lock, but members, each of which is
// its writer's.
type group struct {
	ask       *Query
	subs      int // who asks, also those that are not served at the moment
	live      int // members
	members   [][]*Subscription
	perWriter []int // members of each writer, those on their way included

	known      bool                    // deps are those of its last payload,
	deps       map[Dependency]struct{} //
	depsAt     uint64                  // which was of this tick
	state      state
	dirty      bool // there is something to tell
	faults     int
	hidden     bool            // its last payload showed nothing,
	hiddenTold bool            // and all members have been told so
	cut        bool            // what happened is more than can be told
	pending    []*desk.Event   // what happened since the last payload
	touched    uint64          // the last tick that it may look different since
	unnoted    uint64          // the last one that was noted for nobody, since there were no members
	told       uint64          // the tick of the last payload that went to all
	cursor     desk.Cursor     // of a Log: how far it has been told
	ahead      []*Subscription // of a Log: who joins, and has been told more
	snapshots  map[string]*snapshotFlight
}

func (h *Hub) newGroup(a *Query) *group {
	g := &group{ask: a, members: make([][]*Subscription, len(h.writers)), perWriter: make([]int, len(h.writers)), snapshots: map[string]*snapshotFlight{}, cursor: h.at}
	h.groups[a.Key] = g
	if a.Log {
		h.account(a.Account).logs[g] = struct{}{}
	}
	return g
}

// forget makes nothing known of how the payload looks.
func (g *group) forget() {
	clear(g.snapshots)
	g.pending, g.dirty = nil, false
}

func (h *Hub) account(id desk.ID) *account {
	a := h.accounts[id]
	if a == nil {
		a = &account{deps: map[Dependency]map[*group]struct{}{}, logs: map[*group]struct{}{}, sessions: map[*Session]struct{}{}}
		h.accounts[id] = a
	}
	return a
}

// drop forgets a group that nobody asks for any more, and an account without anybody.
func (h *Hub) drop(g *group) {
	a := h.account(g.ask.Account)
	for d := range g.deps {
		a.release(d, g)
	}
	delete(a.logs, g)
	delete(h.groups, g.ask.Key)
	h.goOn(g)
	h.dropAccount(g.ask.Account)
}

func (h *Hub) dropAccount(id desk.ID) {
	if a := h.accounts[id]; a != nil && len(a.deps) == 0 && len(a.logs) == 0 && len(a.sessions) == 0 {
		delete(h.accounts, id)
	}
}

func (a *account) release(d Dependency, g *group) {
	delete(a.deps[d], g)
	if len(a.deps[d]) == 0 {
		delete(a.deps, d)
	}
}

// hangOn replaces what a group hangs on by what its payload of that tick showed. What has happened to the new ones
// since then is found in the ring. Call it locked.
func (h *Hub) setDependencies(g *group, deps []Dependency, tick uint64) {
	if tick < g.depsAt {
		return
	}
	a, before := h.account(g.ask.Account), g.deps
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
			a.release(d, g)
		}
	}
	g.known, g.depsAt = true, tick
	if len(fresh) > 0 {
		h.replay(g, fresh, tick)
	}
}

// replay notes again what has happened to these since a tick. Call it locked.
func (h *Hub) replay(g *group, deps map[Dependency]struct{}, tick uint64) {
	if tick == h.tick {
		return
	}
	if len(h.ring) == 0 || h.ring[0].tick > tick+1 { // not all of it is known any more
		g.cut = g.live > 0 && !g.ask.Log
		h.touch(g, nil)
	}
	for _, b := range h.ring {
		if b.tick <= tick {
			continue
		}
		if _, shown := deps[b.touched]; shown && b.account == g.ask.Account {
			h.touch(g, nil)
		}
		for _, e := range b.Events {
			if e.AccountID == g.ask.Account && hits(e, deps) {
				h.touch(g, e)
			}
		}
	}
}

// hits says whether an event touches one of these.
func hits(e *desk.Event, deps map[Dependency]struct{}) (hit bool) {
	invalidates(e, func(d Dependency) {
		if _, there := deps[d]; there {
			hit = true
		}
	})
	return hit
}

// render makes the next payload of a group and gives it to all members.
func (h *Hub) render(g *group) {
	h.mu.Lock()
	if g.live == 0 || !g.dirty || h.groups[g.ask.Key] != g {
		g.dirty, g.pending, g.unnoted = false, nil, g.touched
		h.settle(g)
		h.mu.Unlock()
		return
	}
	era := h.era
	turn := RenderRequest{Reason: Change, Cursor: h.at, Tick: h.tick, Events: g.pending, After: g.cursor}
	if g.cut {
		turn.Reason, turn.Events = Resync, nil
	}
	g.state, g.dirty, g.pending, g.cut = busy, false, nil, false
	h.mu.Unlock()

	r, err := h.make(g.ask, turn)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.groups[g.ask.Key] != g:
		g.state = idle
	case h.era != era: // it shows another log; all members have gone to ask anew
		h.settle(g)
	case err != nil:
		h.failed(g, turn, err)
	default:
		g.faults = 0
		h.give(g, turn, r)
	}
}

// failed has a payload made later. Where there will never be one, each member is told so.
func (h *Hub) failed(g *group, turn RenderRequest, err error) {
	if errors.As(err, new(Refusal)) {
		h.recall(g)
		h.settle(g)
		return
	}
	h.fault("a live payload could not be made; it will be tried again", err)
	g.gather(append(turn.Events, g.pending...))
	g.cut, g.dirty = g.cut || turn.Reason == Resync, true
	time.AfterFunc(delay(g.faults), func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.settle(g)
	})
	g.faults++
}

// recall has all members caught up, each by itself.
func (h *Hub) recall(g *group) {
	for s := range h.account(g.ask.Account).sessions {
		for sub := range s.subs {
			if sub.group == g && sub.where == live {
				sub.quit()
				sub.forced = true
				sub.recall()
			}
		}
	}
}

// give gives a payload to all members.
func (h *Hub) give(g *group, turn RenderRequest, r Rendered) {
	p := &Packet{Body: r.Body, Reason: turn.Reason, Cursor: turn.Cursor, Tick: turn.Tick}
	if g.ask.Log {
		p.Cursor, g.cursor = r.Cursor, r.Cursor
		p.Tick = g.told + 1 // one tick may take several pages
		g.dirty = g.dirty || !r.Cursor.Covers(turn.Cursor)
	} else {
		h.setDependencies(g, r.Deps, turn.Tick)
		g.hidden = r.Hidden
	}
	g.told = p.Tick
	silent := r.Body == nil || r.Hidden && g.hiddenTold
	g.hiddenTold = r.Hidden
	if silent || !h.fanOut(g, p) {
		h.settle(g)
	}
}

// settle is called when a payload is with all members: the next one may come. Until then what happens is gathered,
// so a group never has more than one payload in the writers, and slow writers make for fewer payloads.
func (h *Hub) settle(g *group) {
	g.state = idle
	if g.dirty {
		h.queue(g)
	}
	h.goOn(g)
}

// goOn has those go on who waited for the group, or have left it. Call it locked.
func (h *Hub) goOn(g *group) {
	for _, sub := range g.ahead {
		h.joins.push(sub)
	}
	g.ahead = nil
}

// make has a payload made, and makes a fault of a panic.
func (h *Hub) make(a *Query, t RenderRequest) (r Rendered, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("live: making a payload panicked: %v", fault)
		}
	}()
	ctx, cancel := context.WithTimeout(h.ctx, renderPatience)
	defer cancel()
	return a.Render(ctx, t)
}

// making is a payload for those who join, made once for all who need the same.
type snapshotFlight struct {
	done   chan struct{}
	packet *Packet
	err    error
}

// keepMade is how long a payload is kept for others who join: it may be large, and they come together or not at all.
const snapshotTTL = time.Second

func (g *group) dropSnapshot(key string, m *snapshotFlight) {
	if g.snapshots[key] == m {
		delete(g.snapshots, key)
	}
}

// maxMade bounds the payloads kept for who joins one group.
const maxSnapshots = 16

// madeFor gives a payload for who joins, of a moment and with what has happened up to it. It stays good until something
// touches the group.
func (h *Hub) snapshotFor(g *group, reason Reason, after string, at *Packet, events []*desk.Event) (*Packet, error) {
	key := string(reason) + after
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
	turn := RenderRequest{Reason: reason, Cursor: at.Cursor, Tick: at.Tick, Events: events}
	h.mu.Unlock()
	r, err := h.make(g.ask, turn)
	m.packet, m.err = &Packet{Body: r.Body, Reason: reason, Cursor: turn.Cursor, Tick: turn.Tick}, err
	h.mu.Lock()
	defer h.mu.Unlock()
	close(m.done)
	if err != nil || g.touched > turn.Tick {
		g.dropSnapshot(key, m)
	} else {
		time.AfterFunc(snapshotTTL, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			g.dropSnapshot(key, m)
		})
	}
	if err == nil && h.groups[g.ask.Key] == g {
		h.setDependencies(g, r.Deps, turn.Tick)
		g.hidden = r.Hidden
	}
	return m.packet, err
}
