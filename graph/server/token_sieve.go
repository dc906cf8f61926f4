package server

import (
	"context"
	"sync"
	"time"
)

// tokenSieve finds the tokens that there are among many that may be made up: all that come within
// sieveEvery are looked up by one statement, and one such statement runs at a time.
type tokenSieve struct {
	lookUp func(ctx context.Context, hashes [][]byte) (known [][]byte, err error)

	mu        sync.Mutex
	gathering *sieveRound
	waiting   map[string]int // by address
	all       int

	running sync.Mutex
}

// sieveRound is one statement.
type sieveRound struct {
	hashes map[string]bool // true: there is such a token
	err    error
	done   chan struct{}
}

const (
	sieveEvery    = 20 * time.Millisecond
	sievePatience = 2 * time.Second
	// Who waits holds a request. Beyond these bounds tokens are refused unseen: a flood of that
	// kind is more than the server answers anyway.
	maxSieved          = 256
	maxSievedOfAddress = 64
)

func newTokenSieve(lookUp func(context.Context, [][]byte) ([][]byte, error)) *tokenSieve {
	return &tokenSieve{lookUp: lookUp, waiting: map[string]int{}}
}

// knows says whether there is a token with a hash, good or not. Where too many wait already it says
// that there is none.
func (s *tokenSieve) knows(ctx context.Context, address string, hash []byte) (bool, error) {
	round := s.join(address, string(hash))
	if round == nil {
		return false, nil
	}
	defer s.leave(address)
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-round.done:
		return round.hashes[string(hash)], round.err
	}
}

func (s *tokenSieve) join(address, hash string) *sieveRound {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= maxSieved || s.waiting[address] >= maxSievedOfAddress {
		return nil
	}
	s.all++
	s.waiting[address]++
	if s.gathering == nil {
		s.gathering = &sieveRound{hashes: map[string]bool{}, done: make(chan struct{})}
		time.AfterFunc(sieveEvery, s.run)
	}
	s.gathering.hashes[hash] = false
	return s.gathering
}

func (s *tokenSieve) leave(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.waiting[address]--; s.waiting[address] == 0 {
		delete(s.waiting, address)
	}
}

// run looks up what has gathered.
func (s *tokenSieve) run() {
	s.running.Lock()
	defer s.running.Unlock()
	s.mu.Lock()
	round := s.gathering
	s.gathering = nil
	s.mu.Unlock()
	defer close(round.done)
	hashes := make([][]byte, 0, len(round.hashes))
	for h := range round.hashes {
		hashes = append(hashes, []byte(h))
	}
	ctx, cancel := context.WithTimeout(context.Background(), sievePatience)
	defer cancel()
	known, err := s.lookUp(ctx, hashes)
	for _, h := range known {
		round.hashes[string(h)] = true
	}
	round.err = err
}
