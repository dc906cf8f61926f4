package live

import (
	"sync"
	"sync/atomic"

	"deskwire/desk"
)

// Packet is a payload on its way.
type Packet struct {
	Body   []byte
	Reason Reason
	Cursor desk.Cursor
	Tick   uint64
}

// Headroom is how many bytes there are in front of a delivery's body, for what is different for each subscriber.
const Headroom = 512

// Delivery is a packet as sinks of one writer get it, one after another: the body once, with room around it that each
// may write into.
type Delivery struct {
	*Packet
	Buf []byte // Headroom bytes, then the body, then one byte of room
}

// Sink is where the payloads of a subscription go. Deliver is called by one goroutine, its writer's; Refuse and Ready by others too. None may block.
type Sink interface {
	// Deliver hands a payload over. False: it was not taken, and the sink wants to be woken (Subscription.SinkReady) when it can take more.
	Deliver(*Delivery) bool
	// Refuse ends the subscription: there will never be a payload.
	Refuse(body []byte)
	// Ready says whether it could take something now.
	Ready() bool
}

// job is something for a writer to do.
type job struct {
	broadcast *broadcast    // give the packet to all members of a group
	sub       *Subscription // or to this one,
	give      *Packet       // if there is one,
	then      func(bool)    // and say whether it was taken;
	role      role          // and let it become a member
	in        *group        // of this group, or cease to be one
}

type role int

const (
	same role = iota
	member
	outsider
)

// cast is a packet for all members of a group.
type broadcast struct {
	group  *group
	packet *Packet
	left   atomic.Int32 // writers
}

// writer writes to its sinks, and nobody else does: so payloads keep their order without a lock, a channel or a
// goroutine for each of them.
type writer struct {
	hub   *Hub
	index int

	mu     sync.Mutex
	some   *sync.Cond
	jobs   []job
	closed bool

	spare []job
	buf   []byte
}

func newWriter(h *Hub) *writer {
	l := &writer{hub: h, index: len(h.writers)}
	l.some = sync.NewCond(&l.mu)
	return l
}

func (l *writer) push(j job) {
	l.mu.Lock()
	l.jobs = append(l.jobs, j)
	l.mu.Unlock()
	l.some.Signal()
}

func (l *writer) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.some.Signal()
}

func (l *writer) run() {
	for {
		l.mu.Lock()
		for len(l.jobs) == 0 && !l.closed {
			l.some.Wait()
		}
		if l.closed {
			l.mu.Unlock()
			return
		}
		jobs := l.jobs
		l.jobs = l.spare[:0]
		l.mu.Unlock()
		for _, j := range jobs {
			l.do(j)
		}
		clear(jobs)
		l.spare = jobs
	}
}

func (l *writer) do(j job) {
	if j.broadcast != nil {
		l.writeBroadcast(j.broadcast)
		return
	}
	taken := true
	if j.give != nil && !j.sub.ended.Load() {
		d := l.delivery(j.give)
		if taken = j.sub.sink.Deliver(&d); taken {
			j.sub.cursor, j.sub.tick, j.sub.placed = j.give.Cursor, j.give.Tick, true
		}
	}
	switch {
	case j.role == member && taken && !j.sub.ended.Load():
		l.add(j.sub, j.in)
	case j.role == outsider:
		l.remove(j.sub)
	}
	if j.then != nil {
		j.then(taken)
	} else if !taken {
		l.hub.fellBehind(j.sub, j.give)
	}
}

// delivery puts the body where sinks can write around it.
func (l *writer) delivery(p *Packet) Delivery {
	n := Headroom + len(p.Body) + 1
	if cap(l.buf) < n {
		l.buf = make([]byte, n+n/2)
	}
	if cap(l.buf) > 1<<20 && n < 64<<10 { // a large one has gone through
		l.buf = make([]byte, 64<<10+n)
	}
	copy(l.buf[Headroom:], p.Body)
	return Delivery{p, l.buf[:n]}
}

func (l *writer) writeBroadcast(c *broadcast) {
	d := l.delivery(c.packet)
	members := c.group.members[l.index]
	for i := 0; i < len(members); {
		s := members[i]
		switch {
		case s.ended.Load() || s.placed && s.tick >= c.packet.Tick: // it wants no more, or has seen a later one
			i++
		case s.sink.Deliver(&d):
			s.cursor, s.tick, s.placed = c.packet.Cursor, c.packet.Tick, true
			i++
		default:
			l.remove(s) // another one stands in its place now
			members = c.group.members[l.index]
			l.hub.fellBehind(s, c.packet)
		}
	}
	if c.left.Add(-1) == 0 {
		l.hub.delivered(c.group)
	}
}

func (l *writer) add(s *Subscription, g *group) {
	s.in, s.at = g, len(g.members[l.index])
	g.members[l.index] = append(g.members[l.index], s)
}

func (l *writer) remove(s *Subscription) {
	if s.in == nil {
		return
	}
	m := s.in.members[l.index]
	last := len(m) - 1
	m[s.at] = m[last]
	m[s.at].at = s.at
	m[last] = nil
	s.in.members[l.index] = m[:last]
	s.in = nil
}

// cast gives a packet to all members; false when there are none. Call it locked.
func (h *Hub) fanOut(g *group, p *Packet) bool {
	c := &broadcast{group: g, packet: p}
	for _, n := range g.perWriter {
		if n > 0 {
			c.left.Add(1)
		}
	}
	if c.left.Load() == 0 {
		return false
	}
	for i, n := range g.perWriter {
		if n > 0 {
			h.writers[i].push(job{broadcast: c})
		}
	}
	return true
}

func (h *Hub) delivered(g *group) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(g)
}
