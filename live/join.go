package live

import (
	"errors"
	"time"

	"deskwire/desk"
)

// join brings a subscription to where its group is, and lets it become a member. A payload is given if one is due.
func (h *Hub) join(sub *Sub) {
	select {
	case <-h.began:
	case <-h.ctx.Done():
		return
	}
	if sub.placed {
		h.reached(h.ctx, sub.cursor)
	}
	h.mu.Lock()
	g := sub.group
	ok := h.stillJoining(sub)
	h.mu.Unlock()
	if !ok {
		return
	}
	var err error
	if sub.ask.Log {
		err = h.joinLog(sub, g)
	} else {
		err = h.joinGroup(sub, g)
	}
	var refused Refusal
	if errors.As(err, &refused) {
		if !sub.ended.Load() {
			sub.End()
			sub.sink.Refuse(refused.Body)
		}
		return
	}
	if err != nil {
		h.fault("a subscriber could not be served; it will be tried again", err)
		h.mu.Lock()
		sub.faults++
		n := sub.faults
		h.mu.Unlock()
		h.pause(n)
		h.rejoin(sub)
	}
}

// stillJoining says whether the joiner is to go on. Call it locked.
func (h *Hub) stillJoining(sub *Sub) bool {
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

func (h *Hub) joinGroup(sub *Sub, g *group) error {
	for attempt := 1; ; attempt++ {
		p, at, err := h.due(sub, g)
		if err != nil {
			return err
		}
		h.mu.Lock()
		if !h.stillJoining(sub) {
			h.mu.Unlock()
			return nil
		}
		if sub.group != g { // its rights, and so its group, have changed
			h.joins.push(sub)
			h.mu.Unlock()
			return nil
		}
		if g.told > at.Tick && attempt < joinAttempts {
			h.mu.Unlock()
			continue
		}
		late := g.told > at.Tick
		h.admit(sub, p, at)
		if late {
			h.touch(g, nil)
		}
		h.mu.Unlock()
		return nil
	}
}

// admit makes a member, with the payload that is due, if any. Call it locked.
func (h *Hub) admit(sub *Sub, p, at *Packet) {
	g, l := sub.group, sub.session.lane
	sub.where, sub.forced, sub.faults = live, false, 0
	g.live++
	g.perLane[l.index]++
	if p == nil { // nothing was missed: it stands where the log stands
		sub.cursor, sub.tick, sub.placed = at.Cursor, at.Tick, true
	}
	l.push(job{sub: sub, give: p, role: member})
	if g.dirty && g.state == idle {
		h.queue(g)
	}
}

// due finds out what a newcomer is owed; at is the moment that holds for.
func (h *Hub) due(sub *Sub, g *group) (p, at *Packet, err error) {
	if !sub.placed {
		p, err = h.madeFor(g, Snapshot, "", nil)
		return p, p, err
	}
	h.mu.Lock()
	known := g.known
	h.mu.Unlock()
	if !known { // what it hangs on is found by making it
		if _, err := h.madeFor(g, Snapshot, "", nil); err != nil {
			return nil, nil, err
		}
	}
	h.mu.Lock()
	at = &Packet{Cursor: h.at, Tick: h.tick}
	forced := sub.forced || sub.ask.Fading
	h.mu.Unlock()
	events, err := h.missed(h.ctx, sub.ask.Account, sub.cursor, at.Cursor)
	if errors.Is(err, desk.ErrGone) {
		p, err = h.madeFor(g, Resync, "", nil)
		return p, p, err
	}
	if err != nil {
		return nil, nil, err
	}
	h.mu.Lock()
	var mine []*desk.Event
	for _, e := range events {
		if hits(e, g.deps) {
			mine = append(mine, e)
		}
	}
	h.mu.Unlock()
	if len(mine) == 0 && !forced {
		return nil, at, nil
	}
	p, err = h.madeFor(g, Change, sub.cursor.String(), newest(mine))
	return p, p, err
}

// joinLog gives a subscriber of the log the next page of what it missed. Where nothing is left it becomes a member.
func (h *Hub) joinLog(sub *Sub, g *group) error {
	h.mu.Lock()
	if !h.stillJoining(sub) {
		h.mu.Unlock()
		return nil
	}
	if sub.group != g {
		h.joins.push(sub)
		h.mu.Unlock()
		return nil
	}
	if g.live == 0 && g.state != busy {
		g.cursor = h.at
	}
	turn := Turn{Reason: Change, Cursor: g.cursor, Tick: h.tick, After: sub.cursor}
	if sub.placed && sub.cursor.Epoch == g.cursor.Epoch && sub.cursor.Covers(g.cursor) {
		if g.cursor.Covers(sub.cursor) {
			h.admit(sub, nil, &Packet{Cursor: g.cursor, Tick: g.told})
		} else { // ahead: the group will be there in a moment
			time.AfterFunc(logPause, func() { h.rejoin(sub) })
		}
		h.mu.Unlock()
		return nil
	}
	h.mu.Unlock()
	if !sub.placed {
		turn.Reason, turn.After = Snapshot, turn.Cursor
	}
	r, err := h.make(sub.ask, turn)
	if errors.Is(err, desk.ErrGone) {
		turn.Reason, turn.After = Resync, turn.Cursor
		r, err = h.make(sub.ask, turn)
	}
	if err != nil {
		return err
	}
	if r.Body == nil { // nothing there to be told
		sub.cursor, sub.placed = r.Cursor, true
		h.rejoin(sub)
		return nil
	}
	sub.session.lane.push(job{sub: sub, give: &Packet{Body: r.Body, Cursor: r.Cursor}, then: func(taken bool) {
		if taken {
			h.rejoin(sub)
		} else {
			h.fellBehind(sub)
		}
	}})
	return nil
}

// logPause is how long a subscriber that is ahead of its group waits for it.
const logPause = 2 * time.Millisecond
