package live

import (
	"errors"
	"slices"
	"time"

	"deskwire/desk"
)

// catchUp brings a subscription to where its group is, by a snapshot, by the events since its
// cursor (resume) or by a RESYNC, and makes it a member. A payload is given if one is due.
func (h *Hub) catchUp(sub *Subscription) {
	select {
	case <-h.startedSignal:
	case <-h.ctx.Done():
		return
	}
	if !h.logReached(sub) {
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
	if g.query.Log {
		err = h.catchUpToLog(sub, g)
	} else {
		err = h.catchUpToGroup(sub, g)
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
		h.logFault("a subscriber could not be served; it will be tried again", err)
		wait := retryDelay(sub.faults)
		sub.faults++
		time.AfterFunc(wait, func() { h.queueCatchUp(sub) })
	}
}

// EveryMinute is the dependency on the time that passes, of what counts back from the full minute.
var EveryMinute = Dependency{Kind: "minute"}

// atThisMinute is a cursor of the log for what is rendered now.
func atThisMinute(c desk.Cursor) desk.Cursor {
	c.Minute = desk.MinuteOf(time.Now())
	return c
}

// stillJoining says whether the subscription is still to be caught up. Call it locked.
func (h *Hub) stillJoining(sub *Subscription) bool {
	if sub.ended.Load() {
		return false
	}
	if sub.rightsStale {
		sub.rightsStale = false
		if sub.session.authenticating {
			sub.phase = phaseSuspended
			return false
		}
	}
	return true
}

// joinAttempts is how often a snapshot is rendered anew because the group was told a later payload
// meanwhile.
const joinAttempts = 3

func (h *Hub) catchUpToGroup(sub *Subscription, g *group) error {
	if err := h.learnDependencies(sub, g); err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		d, err := h.payloadOwed(sub, g)
		if err != nil {
			return err
		}
		if h.enrollMember(sub, g, d, attempt == joinAttempts) {
			return nil
		}
	}
}

// learnDependencies renders a payload for its dependencies alone, when the subscription may be owed
// none. Only from then on it is known what invalidates the group.
func (h *Hub) learnDependencies(sub *Subscription, g *group) error {
	h.mu.Lock()
	known, at := g.depsKnown, &Packet{Cursor: atThisMinute(h.logCursor), Tick: h.tick}
	h.mu.Unlock()
	if known || !sub.hasCursor {
		return nil
	}
	_, err := h.snapshotFor(g, Snapshot, desk.Cursor{}, at, nil)
	return err
}

// enrollMember makes the subscription a member, with the payload it is owed. It answers false when
// another payload is owed meanwhile.
func (h *Hub) enrollMember(sub *Subscription, g *group, d owedPayload, last bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.mayContinue(sub, g):
		return true
	case d.era != h.logEra || g.broadcastTick > d.moment.Tick && !last:
		return false
	}
	h.admitMember(sub, d.packet, d.moment)
	sub.era, sub.payloadDue = d.era, false
	if max(g.broadcastTick, g.unrecordedTick) > d.moment.Tick { // something was told to the others only, or to nobody
		h.invalidateGroup(g, nil)
		h.replayEvents(g, g.deps, d.moment.Tick)
	}
	return true
}

// mayContinue says whether the subscription is still to be caught up with this group. Call it
// locked.
func (h *Hub) mayContinue(sub *Subscription, g *group) bool {
	if !h.stillJoining(sub) {
		return false
	}
	if sub.group != g { // the viewer's rights, and so the group, have changed
		h.joinQueue.enqueue(sub)
		return false
	}
	return true
}

// admitMember makes a member, with the payload that is owed, if any. Call it locked.
func (h *Hub) admitMember(sub *Subscription, p, at *Packet) {
	g, l := sub.group, sub.session.writer
	sub.phase, sub.faults, sub.waitUntil = phaseLive, 0, time.Time{}
	g.hiddenTold = g.hidden && (g.memberCount == 0 || g.hiddenTold)
	if g.memberCount == 0 || at.Cursor.Minute < g.minute {
		g.minute = at.Cursor.Minute
	}
	g.memberCount++
	g.perWriter[l.index]++
	if p == nil { // nothing was missed: its cursor becomes the log's
		sub.cursor, sub.tick, sub.hasCursor = at.Cursor, at.Tick, true
	}
	l.enqueue(writeJob{sub: sub, packet: p, membership: joinsGroup, group: g})
	if g.dirty && g.state == idle {
		h.queueRender(g)
	}
}

// owedPayload is what a subscription must be given before it becomes a member.
type owedPayload struct {
	packet *Packet // nil when nothing is owed
	moment *Packet // the cursor and tick that this is true of
	era    int
}

func (h *Hub) payloadOwed(sub *Subscription, g *group) (d owedPayload, err error) {
	h.mu.Lock()
	d.era, d.moment = h.logEra, &Packet{Cursor: atThisMinute(h.logCursor), Tick: h.tick}
	gone := sub.era != h.logEra
	// Not everything that invalidates a group is an event.
	_, timed := g.deps[EveryMinute]
	forced := sub.payloadDue || sub.query.Volatile || g.hidden || sub.tick > 0 && g.invalidatedTick > sub.tick ||
		timed && sub.cursor.Minute != d.moment.Cursor.Minute
	h.mu.Unlock()
	switch {
	case !sub.hasCursor:
		return d.withPacket(h.snapshotFor(g, Snapshot, desk.Cursor{}, d.moment, nil))
	case gone:
		return d.withPacket(h.snapshotFor(g, Resync, desk.Cursor{}, d.moment, nil))
	}
	events, err := h.missedEvents(h.ctx, g.query.Account, sub.cursor, d.moment.Cursor)
	if errors.Is(err, desk.ErrGone) {
		return d.withPacket(h.snapshotFor(g, Resync, desk.Cursor{}, d.moment, nil))
	}
	if err != nil {
		return d, err
	}
	mine, lists := h.invalidatingEvents(g, events)
	// A purge removes the events of its records, too, so lists can't be told what has left them.
	if len(mine) > pageEvents || lists && slices.ContainsFunc(events, isPurge) {
		return d.withPacket(h.snapshotFor(g, Resync, desk.Cursor{}, d.moment, nil))
	}
	// Rights that have changed since the cursor may have taken away, or given, what no event is
	// about.
	if len(mine) == 0 && !forced && !slices.ContainsFunc(events, changesRights) {
		return d, nil
	}
	return d.withPacket(h.snapshotFor(g, Change, sub.cursor, d.moment, mine))
}

func (d owedPayload) withPacket(p *Packet, err error) (owedPayload, error) {
	d.packet, d.moment = p, p
	return d, err
}

// invalidatingEvents are the events that invalidate a group; lists says whether it depends on
// lists, too.
func (h *Hub) invalidatingEvents(g *group, events []*desk.Event) (mine []*desk.Event, lists bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for d := range g.deps {
		lists = lists || d.List
	}
	for _, e := range events {
		if invalidatesAny(e, g.deps) {
			mine = append(mine, e)
		}
	}
	return mine, lists
}

// catchUpToLog gives a subscriber of the log the next page of what it missed. Where nothing is left
// it becomes a member.
func (h *Hub) catchUpToLog(sub *Subscription, g *group) error {
	h.mu.Lock()
	request, era, page := h.nextLogPage(sub, g)
	h.mu.Unlock()
	if !page {
		return nil
	}
	r, err := h.renderPayload(g.query, request)
	if errors.Is(err, desk.ErrGone) {
		request.Reason, request.After = Resync, request.Cursor
		r, err = h.renderPayload(g.query, request)
	}
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.mayContinue(sub, g):
	case h.logEra != era:
		h.joinQueue.enqueue(sub)
	case r.Body == nil: // nothing on this page is to be told
		sub.cursor, sub.hasCursor = r.Cursor, true
		h.joinQueue.enqueue(sub)
	default:
		sub.era = era
		p := &Packet{Body: r.Body, Reason: request.Reason, Cursor: r.Cursor}
		sub.session.writer.enqueue(writeJob{sub: sub, packet: p, done: func(taken bool) {
			if taken {
				h.queueCatchUp(sub)
			} else {
				h.slowConsumer(sub, p)
			}
		}})
	}
	return nil
}

// nextLogPage says what a subscriber of the log is to be told next. It answers false when that is
// nothing: the subscription is a member now, or is caught up later. Call it locked.
func (h *Hub) nextLogPage(sub *Subscription, g *group) (request RenderRequest, era int, page bool) {
	if !h.mayContinue(sub, g) {
		return request, 0, false
	}
	if g.state == idle && !g.dirty || g.state == queued && g.memberCount == 0 { // no member waits for what is between
		g.cursor = h.logCursor
	}
	request = RenderRequest{Reason: Change, Cursor: g.cursor, Tick: h.tick, After: sub.cursor}
	switch {
	case !sub.hasCursor:
		request.Reason, request.After = Snapshot, request.Cursor
	case sub.era != h.logEra:
		request.Reason, request.After = Resync, request.Cursor
	case sub.cursor.Epoch != g.cursor.Epoch: // rendering will find it gone
	case !g.cursor.Covers(sub.cursor): // the subscription is ahead of the group, and waits for it
		g.waitingAhead = append(g.waitingAhead, sub)
		return request, 0, false
	case sub.cursor.Covers(g.cursor):
		h.admitMember(sub, nil, &Packet{Cursor: g.cursor, Tick: g.broadcastTick})
		return request, 0, false
	}
	return request, h.logEra, true
}
