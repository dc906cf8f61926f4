package live

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"deskwire/desk"
)

// model is many who follow the world while everything happens that may happen, each thing at
// random.
type model struct {
	*world
	rnd      *rand.Rand
	sessions []*person
	members  []*watcher
	begun    []uint64
}

// person is a session with rights: a version of them that only grows, and each version makes a
// class.
type person struct {
	*model
	live *Session

	mu     sync.Mutex
	rights int
	since  []uint64 // the transaction that brought each version
	ended  bool
}

const classes = 3

// watcher is a subscription and what is expected of it.
type watcher struct {
	*sink
	of    *person
	rec   int // negative: it follows the log
	after *desk.Cursor
}

func (p *person) ask(rec, class int) *Query {
	if rec < 0 {
		return p.askLog(class, 3)
	}
	return p.world.ask(rec, class)
}

func (m *model) enter() {
	p := &person{model: m, since: []uint64{0}}
	m.sessions = append(m.sessions, p)
	p.mu.Lock()
	p.live = m.hub.OpenSession(tenant, p.changed)
	p.mu.Unlock()
}

// changed asks anew who it is, which takes a moment.
func (p *person) changed() {
	if rand.IntN(2) == 0 {
		time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
	}
	p.mu.Lock()
	class, s := p.rights%classes, p.live
	p.mu.Unlock()
	s.Resume(func(a *Query) *Query { return p.ask(a.Source.(int), class) })
}

func (m *model) subscribe() {
	p := m.sessions[m.rnd.IntN(len(m.sessions))]
	if p.ended {
		return
	}
	s := &watcher{sink: newSink(m.t), of: p, rec: m.rnd.IntN(5) - 1}
	switch m.rnd.IntN(3) {
	case 0: // from a place that it has seen, or that an answer has just named
		c := m.here()
		if old := m.members; len(old) > 0 && m.rnd.IntN(3) > 0 {
			s.after = old[m.rnd.IntN(len(old))].lastCursor()
		} else {
			s.after = &c
		}
	case 1:
		s.room = m.rnd.IntN(3)
	}
	m.members = append(m.members, s)
	p.mu.Lock()
	class := p.rights % classes
	p.mu.Unlock()
	s.mu.Lock() // it may be served before it knows who it is
	s.sub = p.live.Subscribe(func() *Query { return p.ask(s.rec, class) }, s, s.after)
	s.mu.Unlock()
}

func (s *sink) lastCursor() *desk.Cursor {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cursors) == 0 {
		return nil
	}
	return &s.cursors[len(s.cursors)-1]
}

// step is one thing that happens.
func (m *model) step() {
	switch n := m.rnd.IntN(100); {
	case n < 25: // a record changes, or what a record shows, or which one it shows
		rec, kind, shows := id(m.rnd.IntN(4)), desk.KindConversation, desk.ID{}
		switch m.rnd.IntN(4) {
		case 0:
			rec, kind = id(100+m.rnd.IntN(3)), desk.KindTicket
		case 1:
			shows = id(100 + m.rnd.IntN(3))
		}
		m.commit(m.begin(), kind, rec, shows)
	case n < 35:
		m.begun = append(m.begun, m.begin())
	case n < 45 && len(m.begun) > 0:
		i := m.rnd.IntN(len(m.begun))
		kind := desk.KindConversation
		if m.rnd.IntN(4) == 0 {
			kind = "" // it is rolled back
		}
		m.commit(m.begun[i], kind, id(m.rnd.IntN(4)), desk.ID{})
		m.begun = slices.Delete(m.begun, i, i+1)
	case n < 70:
		m.tell()
	case n < 77:
		m.subscribe()
	case n < 80 && len(m.members) > 0:
		if s := m.members[m.rnd.IntN(len(m.members))]; !s.ended {
			s.end()
		}
	case n < 90 && len(m.members) > 0:
		m.members[m.rnd.IntN(len(m.members))].empty(m.rnd.IntN(4))
	case n < 93:
		m.give(m.sessions[m.rnd.IntN(len(m.sessions))])
	case n < 94:
		m.sessions[m.rnd.IntN(len(m.sessions))].live.Reauthenticate()
	case n < 95:
		m.enter()
	case n < 96:
		m.hub.Invalidate(tenant, Dependency{Kind: desk.KindConversation, ID: id(m.rnd.IntN(4))})
	case n < 97:
		m.leave()
	default:
		time.Sleep(time.Duration(m.rnd.IntN(500)) * time.Microsecond)
	}
}

// give gives somebody other rights, or says that they may have changed.
func (m *model) give(p *person) {
	x := m.begin()
	p.mu.Lock()
	if m.rnd.IntN(3) > 0 {
		p.rights++
		p.since = append(p.since, x)
	}
	m.commit(x, desk.KindTeam, id(200), desk.ID{})
	p.mu.Unlock()
}

func (m *model) leave() {
	p := m.sessions[m.rnd.IntN(len(m.sessions))]
	p.live.Close()
	p.ended = true
	for _, s := range m.members {
		if s.of == p {
			s.mu.Lock()
			s.ended = true
			s.mu.Unlock()
		}
	}
}

// TestHub_model: whatever happens in whatever order, everybody ends up with how things stand, and
// the log is told whole.
func TestHub_model(t *testing.T) {
	for round := range 60 {
		t.Run(fmt.Sprint(round), func(t *testing.T) { play(t, uint64(round), 400) })
	}
}

func play(t *testing.T, seed uint64, steps int) {
	t.Parallel()
	m := &model{world: newWorld(t, Options{Writers: 2, Workers: 3}), rnd: rand.New(rand.NewPCG(seed, 1))}
	m.breaks = func() bool { return rand.IntN(40) == 0 }
	for range 3 {
		m.enter()
	}
	for range steps {
		m.step()
	}
	for _, x := range m.begun {
		m.commit(x, "", desk.ID{}, desk.ID{})
	}
	m.world.mu.Lock()
	m.breaks = nil
	m.world.mu.Unlock()
	m.tell()
	for _, s := range m.members {
		s.empty(-1)
	}
	for i, s := range m.members {
		if !s.ended {
			waitFor(t, fmt.Sprintf("the end of watcher %d, of follows %d", i, s.rec), func() bool { s.empty(-1); return m.done(s) })
		}
		m.check(i, s)
	}
	for _, p := range m.sessions {
		p.live.Close()
	}
	if s := m.hub.Stats(); s.Groups+s.Sessions+s.Subscriptions > 0 || len(m.hub.accounts) > 0 {
		t.Errorf("after all have left: %+v and %d accounts", s, len(m.hub.accounts))
	}
}

// done says whether a member has been told all, and shown how things stand at last.
func (m *model) done(s *watcher) bool {
	s.of.mu.Lock()
	class := s.of.rights % classes
	s.of.mu.Unlock()
	m.world.mu.Lock()
	defer m.world.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec < 0 {
		want, got := m.told(s)
		return len(want) == len(got)
	}
	if len(m.untold(s)) > 0 {
		return false
	}
	if len(s.got) == 0 { // nothing was missed, so nothing was due
		return true
	}
	b, r := s.got[len(s.got)-1], m.record(id(s.rec))
	return b.Class == class && b.Value == r.value && (r.shows.IsZero() || b.Shows == r.shows.String() && b.Other == m.record(r.shows).value)
}

// told is what a watcher of the log must have been told, and what it was. Call it locked.
func (m *model) told(s *watcher) (want, got []string) {
	from := s.after
	for i, b := range s.got {
		if b.Reason != Change {
			from, got = &s.cursors[i], nil
		}
		got = append(got, b.Events...)
	}
	if from == nil {
		return []string{"a snapshot"}, nil
	}
	all := m.between(*from, m.cursor())
	return names(all), got
}

// check looks at all that a member was given.
func (m *model) check(i int, s *watcher) {
	m.world.mu.Lock()
	defer m.world.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.late > 1 { // one may be on its way
		m.t.Errorf("watcher %d got %d payloads after its end", i, s.late)
	}
	before := s.after
	for j, b := range s.got {
		c := s.cursors[j]
		if before != nil && b.Reason != Resync && !c.Covers(*before) {
			m.t.Errorf("watcher %d was told %+v after %+v", i, c, *before)
		}
		before = &s.cursors[j]
		m.checkRights(i, s, b, c)
	}
	if s.rec < 0 {
		m.checkLog(i, s)
	}
}

// checkRights: what shows the world as it was after somebody got other rights is made for those, or
// for later ones.
func (m *model) checkRights(i int, s *watcher, b body, c desk.Cursor) {
	version := 0
	for v, x := range s.of.since {
		if v > 0 && c.Has(x) {
			version = v
		}
	}
	for v := version; v < len(s.of.since); v++ {
		if b.Class == v%classes {
			return
		}
	}
	m.t.Errorf("watcher %d of rights %d was shown what class %d sees", i, version, b.Class)
}

// checkLog: each event once, in the order of the log. Transactions that were open at a payload come
// behind it.
func (m *model) checkLog(i int, s *watcher) {
	want, got := m.told(s)
	if s.ended {
		return
	}
	slices.Sort(want)
	sorted := slices.Sorted(slices.Values(got))
	if !slices.Equal(want, sorted) {
		m.t.Errorf("watcher %d was told of the log\n%v\nwant\n%v", i, got, want)
	}
	for j, b := range s.got {
		if !slices.IsSorted(b.Events) {
			m.t.Errorf("watcher %d, payload %d is in disorder: %v", i, j, b.Events)
		}
	}
}

// untold is what happened to the record since the beginning and has come with no payload. Call it
// locked.
func (m *model) untold(s *watcher) (untold []string) {
	from, told := s.after, map[string]bool{}
	for j, b := range s.got {
		if b.Reason != Change {
			from = &s.cursors[j]
		}
		for _, e := range b.Events {
			told[e] = true
		}
	}
	if from == nil {
		return []string{"a snapshot"}
	}
	for _, e := range m.between(*from, m.cursor()) {
		if e.EntityID == id(s.rec) && !told[e.ID.String()] {
			untold = append(untold, e.ID.String())
		}
	}
	return untold
}
