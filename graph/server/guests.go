package server

import (
	"container/list"
	"sync"
)

// Bounds of websockets whose client is not identified. It says who it is within a round trip, so
// even when a whole office comes back at once few are in between.
const (
	maxGuests           = 2048
	maxGuestsOfAnywhere = 256 // of one network address

	// So many times as many may wait for us, after their first message.
	waitingOfAll, waitingOfAddress = 2, 4
)

// guestList are the connections whose client is not identified. Where too many are silent the
// oldest of them has to go: who means to say something has said it, so a flood of silent ones
// pushes out itself and nobody else. Those that have said something wait for us, as all do while
// the database is slow. They are counted apart, and more of them may be there; where these are too
// many a new one has to come back later, and all that wait stay.
type guestList struct {
	most, ofAddress int

	mu        sync.Mutex
	silent    list.List // in the order in which they came
	byAddress map[string]*list.List
	waiting   map[string]int // those found to have said something, by address
	waitCount int            // of all addresses
}

// guest is one of them.
type guest struct {
	address                string
	heard                  func() bool // whether its first message has come
	evict                  func()
	inSilent, amongAddress *list.Element // nil: it is not in those lists any more
	waits                  bool
}

func newGuestList(most, ofAddress int) *guestList {
	return &guestList{most: most, ofAddress: ofAddress, byAddress: map[string]*list.List{}, waiting: map[string]int{}}
}

// add takes one in. The one that has to go for it is told, which may be itself.
func (l *guestList) add(address string, heard func() bool, evict func()) *guest {
	g := &guest{address: address, heard: heard, evict: evict}
	if out := l.insert(g); out != nil {
		out.evict()
	}
	return g
}

func (l *guestList) insert(g *guest) (out *guest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if same := l.byAddress[g.address]; same != nil {
		out = l.oldestBeyond(same, l.ofAddress)
	}
	if out == nil {
		out = l.oldestBeyond(&l.silent, l.most)
	}
	if out == nil && (l.waiting[g.address] >= waitingOfAddress*l.ofAddress || l.waitCount >= waitingOfAll*l.most) {
		return g
	}
	if out != nil {
		l.removeLocked(out)
	}
	same := l.byAddress[g.address] // it may have been removed with the last one of it
	if same == nil {
		same = list.New()
		l.byAddress[g.address] = same
	}
	g.inSilent, g.amongAddress = l.silent.PushBack(g), same.PushBack(g)
	return out
}

// oldestBeyond is the oldest one of a list, where there is no room in it for another one. Those
// that have said something leave the list first.
func (l *guestList) oldestBeyond(among *list.List, most int) *guest {
	for among.Len() >= most {
		g := among.Front().Value.(*guest)
		if !g.heard() {
			return g
		}
		l.removeLocked(g)
		g.waits = true
		l.waiting[g.address]++
		l.waitCount++
	}
	return nil
}

// remove lets one go that is being identified, or has left. It may have been removed already.
func (l *guestList) remove(g *guest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.removeLocked(g)
}

func (l *guestList) removeLocked(g *guest) {
	if g.waits {
		g.waits = false
		l.waitCount--
		if l.waiting[g.address]--; l.waiting[g.address] == 0 {
			delete(l.waiting, g.address)
		}
	}
	if g.inSilent == nil {
		return
	}
	l.silent.Remove(g.inSilent)
	same := l.byAddress[g.address]
	if same.Remove(g.amongAddress); same.Len() == 0 {
		delete(l.byAddress, g.address)
	}
	g.inSilent, g.amongAddress = nil, nil
}

// count is how many there are.
func (l *guestList) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silent.Len() + l.waitCount
}
