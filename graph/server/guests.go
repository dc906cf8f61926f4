package server

import (
	"container/list"
	"sync"
)

// Bounds of websockets whose client has not said who it is. Such a client says so within a round
// trip, so even when a whole office comes back at once few are in between.
const (
	maxGuests           = 2048
	maxGuestsOfAnywhere = 256 // of one network address
)

// guestList are the connections whose client has not said who it is, in the order in which they
// came. Where there are too many the oldest one has to go: who means to say something has said it,
// so a flood of silent ones pushes out itself and nobody else.
type guestList struct {
	most, ofAddress int

	mu        sync.Mutex
	all       list.List
	byAddress map[string]*list.List
}

// guest is one of them.
type guest struct {
	address             string
	evict               func()
	inAll, amongAddress *list.Element // nil: it is no guest any more
}

func newGuestList(most, ofAddress int) *guestList {
	return &guestList{most: most, ofAddress: ofAddress, byAddress: map[string]*list.List{}}
}

// add takes one in. The one that has to go for it is told.
func (l *guestList) add(address string, evict func()) *guest {
	g := &guest{address: address, evict: evict}
	if oldest := l.insert(g); oldest != nil {
		oldest.evict()
	}
	return g
}

func (l *guestList) insert(g *guest) (oldest *guest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	same := l.byAddress[g.address]
	switch {
	case same != nil && same.Len() >= l.ofAddress:
		oldest = same.Front().Value.(*guest)
	case l.all.Len() >= l.most:
		oldest = l.all.Front().Value.(*guest)
	}
	if oldest != nil {
		l.removeLocked(oldest)
	}
	if same = l.byAddress[g.address]; same == nil { // it may have been the last one of it
		same = list.New()
		l.byAddress[g.address] = same
	}
	g.inAll, g.amongAddress = l.all.PushBack(g), same.PushBack(g)
	return oldest
}

// remove lets one go that has said who it is, or has left. It may have been removed already.
func (l *guestList) remove(g *guest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.removeLocked(g)
}

func (l *guestList) removeLocked(g *guest) {
	if g.inAll == nil {
		return
	}
	l.all.Remove(g.inAll)
	same := l.byAddress[g.address]
	if same.Remove(g.amongAddress); same.Len() == 0 {
		delete(l.byAddress, g.address)
	}
	g.inAll, g.amongAddress = nil, nil
}

// count is how many there are.
func (l *guestList) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Len()
}
