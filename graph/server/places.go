package server

import (
	"sync"

	"deskwire/desk"
)

// places counts the connections of each account that stay open, by whatever protocol.
type places struct {
	most int // of one account

	mu    sync.Mutex
	taken map[desk.ID]int
}

func newPlaces(most int) *places { return &places{most: most, taken: map[desk.ID]int{}} }

// take counts a connection of an account; false when there are too many.
func (p *places) take(account desk.ID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken[account] >= p.most {
		return false
	}
	p.taken[account]++
	return true
}

func (p *places) release(account desk.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken[account]--; p.taken[account] == 0 {
		delete(p.taken, account)
	}
}

// count is how many there are of all accounts.
func (p *places) count() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, of := range p.taken {
		n += of
	}
	return n
}
