package live

import (
	"errors"
	"slices"
	"time"

	"deskwire/desk"
)

// join brings a subscription to where its group is, and lets it become a member. A payload is given if one is due.
func (h *Hub) join(sub *Subscription) {
	select {
	case <-h.began:
	case <-h.ctx.Done():
		return
	}
	if !h.reached(sub) {
		return
	}
	h.mu.Lock()
	g := sub.group
	ok := h.stillJoining(sub)
	h.mu.Unlock()
	if !ok {
		return
	}
	var err error
	if g.ask.Log {
		err = h.joinLog(sub, g)
	} else {
		err = h.joinGroup(sub, g)
	}
	var refused Refusal
	if errors.As(err, &refused) {
		if !sub.ended.Load() {
			sub.Unsubscribe()
			sub.sink.Refuse(refused.Body)
		}
		return
	}
	if err != nil {
		h.fault("a subscriber could not be served; it will be tried again", err)
		wait := delay(sub.faults)
		sub.faults++
		time.AfterFunc(wait, func() { h.rejoin(sub) })
	}
}

// stillJoining says whether the joiner is to go on. Call it locked.
func (h *Hub) stillJoining(sub *Subscription) bool {
	if sub.ended.Load() {
		return false
	}
	if sub.stale {
		sub.stale = false
		if sub.session.asking {
			sub.where = away
			return false
		}
	}
	return true
}

// joinAttempts is how often a newcomer makes its payload anew because its group was told a later one meanwhile.
const joinAttempts = 3

func (h *Hub) joinGroup(sub *Subscription, g *group) error {
	if err := h.learn(sub, g); err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		d, err := h.due(sub, g)
		if err != nil {
			return err
		}
		if h.enrol(sub, g, d, attempt == joinAttempts) {
			return nil
		}
	}
}

// learn finds out what the group hangs on, by making a payload, for one who may be owed none. Only from then on it is known
// what touches the group.
func (h *Hub) learn(sub *Subscription, g *group) error {
	h.mu.Lock()
	known, at := g.known, &Packet{Cursor: h.at, Tick: h.tick}
	h.mu.Unlock()
	if known || !sub.placed {
		return nil
	}
	_, err := h.snapshotFor(g, Snapshot, "", at, nil)
	return err
}

// enrol makes a member of who has what is due; false: something else is due meanwhile.
func (h *Hub) enrol(sub *Subscription, g *group, d due, last bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.mayGoOn(sub, g):
		return true
	case d.era != h.era || g.told > d.at.Tick && !last:
		return false
	}
	h.admit(sub, d.packet, d.at)
	sub.era, sub.forced = d.era, false
	if max(g.told, g.unnoted) > d.at.Tick { // it has not been told what the others were, or what was noted for nobody
		h.touch(g, nil)
		h.replay(g, g.deps, d.at.Tick)
	}
	return true
}

// mayGoOn says whether the joiner is to go on with this group. Call it locked.
func (h *Hub) mayGoOn(sub *Subscription, g *group) bool {
	if !h.stillJoining(sub) {
		return false
	}
	if sub.group != g { // its rights, and so its group, have changed
		h.joins.push(sub)
		return false
	}
	return true
}

// admit makes a member, with the payload that is due, if any. Call it locked.
func (h *Hub) admit(sub *Subscription, p, at *Packet) {
	g, l := sub.group, sub.session.writer
	sub.where, sub.faults, sub.until = live, 0, time.Time{}
	g.hiddenTold = g.hidden && (g.live == 0 || g.hiddenTold)
	g.live++
	g.perWriter[l.index]++
	if p == nil { // nothing was missed: it stands where the log stands
		sub.cursor, sub.tick, sub.placed = at.Cursor, at.Tick, true
	}
	l.push(job{sub: sub, give: p, role: member, in: g})
	if g.dirty && g.state == idle {
		h.queue(g)
	}
}

// due is what a newcomer is owed.
type due struct {
	packet *Packet // nil: nothing
	at     *Packet // the moment that holds for
	era    int
}

func (h *Hub) due(sub *Subscription, g *group) (d due, err error) {
	h.mu.Lock()
	d.era, d.at = h.era, &Packet{Cursor: h.at, Tick: h.tick}
	gone := sub.era != h.era
	// Not all that touches a group is an event.
	forced := sub.forced || sub.ask.Volatile || g.hidden || sub.tick > 0 && g.touched > sub.tick
	h.mu.Unlock()
	switch {
	case !sub.placed:
		return d.made(h.snapshotFor(g, Snapshot, "", d.at, nil))
	case gone:
		return d.made(h.snapshotFor(g, Resync, "", d.at, nil))
	}
	events, err := h.missed(h.ctx, g.ask.Account, sub.cursor, d.at.Cursor)
	if errors.Is(err, desk.ErrGone) {
		return d.made(h.snapshotFor(g, Resync, "", d.at, nil))
	}
	if err != nil {
		return d, err
	}
	mine, lists := h.hitting(g, events)
	// A purge takes the events of what it removes along, so lists can't be told what has left them.
	if len(mine) > pageEvents || lists && slices.ContainsFunc(events, purges) {
		return d.made(h.snapshotFor(g, Resync, "", d.at, nil))
	}
	// Rights that have changed while somebody was away may have taken away, or given, what no event is about.
	if len(mine) == 0 && !forced && !slices.ContainsFunc(events, changesRights) {
		return d, nil
	}
	return d.made(h.snapshotFor(g, Change, sub.cursor.String(), d.at, mine))
}

func (d due) made(p *Packet, err error) (due, error) {
	d.packet, d.at = p, p
	return d, err
}

// hitting are the events that touch what a group hangs on; lists says whether that is lists, too.
func (h *Hub) hitting(g *group, events []*desk.Event) (mine []*desk.Event, lists bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for d := range g.deps {
		lists = lists || d.List
	}
	for _, e := range events {
		if hits(e, g.deps) {
			mine = append(mine, e)
		}
	}
	return mine, lists
}

// joinLog gives a subscriber of the log the next page of what it missed. Where nothing is left it becomes a member.
func (h *Hub) joinLog(sub *Subscription, g *group) error {
	h.mu.Lock()
	turn, era, page := h.nextPage(sub, g)
	h.mu.Unlock()
	if !page {
		return nil
	}
	r, err := h.make(g.ask, turn)
	if errors.Is(err, desk.ErrGone) {
		turn.Reason, turn.After = Resync, turn.Cursor
		r, err = h.make(g.ask, turn)
	}
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.mayGoOn(sub, g):
	case h.era != era:
		h.joins.push(sub)
	case r.Body == nil: // nothing there to be told
		sub.cursor, sub.placed = r.Cursor, true
		h.joins.push(sub)
	default:
		sub.era = era
		p := &Packet{Body: r.Body, Reason: turn.Reason, Cursor: r.Cursor}
		sub.session.writer.push(job{sub: sub, give: p, then: func(taken bool) {
			if taken {
				h.rejoin(sub)
			} else {
				h.fellBehind(sub, p)
			}
		}})
	}
	return nil
}

// nextPage says what a subscriber of the log is to be told next; false when that is nothing: it is a member now, or looked at
// again later. Call it locked.
func (h *Hub) nextPage(sub *Subscription, g *group) (turn RenderRequest, era int, page bool) {
	if !h.mayGoOn(sub, g) {
		return turn, 0, false
	}
	if g.state == idle && !g.dirty || g.state == queued && g.live == 0 { // nobody waits for what is between
		g.cursor = h.at
	}
	turn = RenderRequest{Reason: Change, Cursor: g.cursor, Tick: h.tick, After: sub.cursor}
	switch {
	case !sub.placed:
		turn.Reason, turn.After = Snapshot, turn.Cursor
	case sub.era != h.era:
		turn.Reason, turn.After = Resync, turn.Cursor
	case sub.cursor.Epoch != g.cursor.Epoch: // it will be found to be gone
	case !g.cursor.Covers(sub.cursor): // ahead: it goes on when the group is there
		g.ahead = append(g.ahead, sub)
		return turn, 0, false
	case sub.cursor.Covers(g.cursor):
		h.admit(sub, nil, &Packet{Cursor: g.cursor, Tick: g.told})
		return turn, 0, false
	}
	return turn, h.era, true
}
