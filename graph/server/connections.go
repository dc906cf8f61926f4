package server

import (
	"sync"

	"deskwire/desk"
)

// connectionLimiter counts and bounds the connections of each account that stay open, by whatever
// protocol.
type connectionLimiter struct {
	most int // of one account

	mu    sync.Mutex
	taken map[desk.ID]int
}

func newConnectionLimiter(most int) *connectionLimiter {
	return &connectionLimiter{most: most, taken: map[desk.ID]int{}}
}

// acquire counts a connection of an account; false when there are too many.
func (p *connectionLimiter) acquire(account desk.ID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken[account] >= p.most {
		return false
	}
	p.taken[account]++
	return true
}

func (p *connectionLimiter) release(account desk.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken[account]--; p.taken[account] == 0 {
		delete(p.taken, account)
	}
}

// openCount is how many there are of all accounts.
func (p *connectionLimiter) openCount() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, of := range p.taken {
		n += of
	}
	return n
}
