package live

import (
	"sync"
	"sync/atomic"

	"deskwire/desk"
)

// Packet is a rendered payload on its way to sinks.
type Packet struct {
	Body   []byte
	Reason Reason
	Cursor desk.Cursor
	Tick   uint64
}

// Headroom is how many bytes there are in front of a delivery's body, for the envelope, which is
// different for each subscriber.
const Headroom = 512

// Delivery is a packet as sinks of one writer get it, one after another: the body is one buffer for
// all of them, with headroom that each may write its envelope into.
type Delivery struct {
	*Packet
	Buf []byte // Headroom bytes, then the body, then one spare byte
}

// Sink is where the payloads of a subscription go. Deliver is called by one goroutine, its
// writer's; Refuse and Ready by others too. None may block: backpressure is an answer of Deliver,
// not a wait.
type Sink interface {
	// Deliver hands a payload over. It answers false when the sink is full: the payload was not
	// taken, and the sink calls Subscription.SinkReady when it can take more.
	Deliver(*Delivery) bool
	// Refuse ends the subscription: there will never be a payload.
	Refuse(body []byte)
	// Ready says whether the sink could take something now.
	Ready() bool
}

// writeJob is something for a writer to do: give a packet to all members of a group, or to one
// subscription; say whether that was taken; and let the subscription become a member, or cease to
// be one.
type writeJob struct {
	broadcast  *broadcast       // a packet for all members of a group
	sub        *Subscription    // the one subscription that the rest is about
	packet     *Packet          // may be nil
	done       func(bool)       // is told whether the packet was taken; may be nil
	membership membershipChange // afterwards
	group      *group           // that it joins
}

type membershipChange int

const (
	unchanged membershipChange = iota
	joinsGroup
	leavesGroup
)

// broadcast is a packet for all members of a group: each writer gives it to the members that are
// its own.
type broadcast struct {
	group       *group
	packet      *Packet
	writersLeft atomic.Int32
}

// writer is one shard of the subscriptions: all sinks of a session belong to one writer, and nobody
// else writes to them. So payloads keep their order without a lock, a channel or a goroutine for
// each sink.
type writer struct {
	hub   *Hub
	index int

	mu     sync.Mutex
	wakeUp *sync.Cond
	jobs   []writeJob
	closed bool

	spare []writeJob
	buf   []byte
}

func newWriter(h *Hub) *writer {
	w := &writer{hub: h, index: len(h.writers)}
	w.wakeUp = sync.NewCond(&w.mu)
	return w
}

func (w *writer) enqueue(j writeJob) {
	w.mu.Lock()
	w.jobs = append(w.jobs, j)
	w.mu.Unlock()
	w.wakeUp.Signal()
}

func (w *writer) shutDown() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.wakeUp.Signal()
}

func (w *writer) writeLoop() {
	for {
		w.mu.Lock()
		for len(w.jobs) == 0 && !w.closed {
			w.wakeUp.Wait()
		}
		if w.closed {
			w.mu.Unlock()
			return
		}
		jobs := w.jobs
		w.jobs = w.spare[:0]
		w.mu.Unlock()
		for _, j := range jobs {
			w.perform(j)
		}
		clear(jobs)
		w.spare = jobs
	}
}

func (w *writer) perform(j writeJob) {
	if j.broadcast != nil {
		w.writeBroadcast(j.broadcast)
		return
	}
	taken := true
	if j.packet != nil && !j.sub.ended.Load() {
		d := w.deliveryOf(j.packet)
		if taken = j.sub.sink.Deliver(&d); taken {
			j.sub.cursor, j.sub.tick, j.sub.hasCursor = j.packet.Cursor, j.packet.Tick, true
		}
	}
	switch {
	case j.membership == joinsGroup && taken && !j.sub.ended.Load():
		w.addMember(j.sub, j.group)
	case j.membership == leavesGroup:
		w.removeMember(j.sub)
	}
	if j.done != nil {
		j.done(taken)
	} else if !taken {
		w.hub.slowConsumer(j.sub, j.packet)
	}
}

// deliveryOf copies the body to where sinks can write around it.
func (w *writer) deliveryOf(p *Packet) Delivery {
	n := Headroom + len(p.Body) + 1
	if cap(w.buf) < n {
		w.buf = make([]byte, n+n/2)
	}
	if cap(w.buf) > 1<<20 && n < 64<<10 { // a large body has gone through: give the buffer back
		w.buf = make([]byte, 64<<10+n)
	}
	copy(w.buf[Headroom:], p.Body)
	return Delivery{p, w.buf[:n]}
}

func (w *writer) writeBroadcast(c *broadcast) {
	d := w.deliveryOf(c.packet)
	members := c.group.members[w.index]
	for i := 0; i < len(members); {
		s := members[i]
		switch {
		case s.ended.Load() || s.hasCursor && s.tick >= c.packet.Tick: // the subscription has ended, or has seen a later payload
			i++
		case s.sink.Deliver(&d):
			s.cursor, s.tick, s.hasCursor = c.packet.Cursor, c.packet.Tick, true
			i++
		default:
			w.removeMember(s) // another member has its index now
			members = c.group.members[w.index]
			w.hub.slowConsumer(s, c.packet)
		}
	}
	if c.writersLeft.Add(-1) == 0 {
		w.hub.broadcastDone(c.group)
	}
}

func (w *writer) addMember(s *Subscription, g *group) {
	s.memberOf, s.memberIndex = g, len(g.members[w.index])
	g.members[w.index] = append(g.members[w.index], s)
}

func (w *writer) removeMember(s *Subscription) {
	if s.memberOf == nil {
		return
	}
	m := s.memberOf.members[w.index]
	last := len(m) - 1
	m[s.memberIndex] = m[last]
	m[s.memberIndex].memberIndex = s.memberIndex
	m[last] = nil
	s.memberOf.members[w.index] = m[:last]
	s.memberOf = nil
}

// fanOut gives a packet to all members of a group, through their writers. It answers false when
// there are none. Call it locked.
func (h *Hub) fanOut(g *group, p *Packet) bool {
	c := &broadcast{group: g, packet: p}
	for _, n := range g.perWriter {
		if n > 0 {
			c.writersLeft.Add(1)
		}
	}
	if c.writersLeft.Load() == 0 {
		return false
	}
	for i, n := range g.perWriter {
		if n > 0 {
			h.writers[i].enqueue(writeJob{broadcast: c})
		}
	}
	return true
}

func (h *Hub) broadcastDone(g *group) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.becomeIdle(g)
}
