package server

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"deskwire/live"
)

// Servers of one database share their rate limits. Each has all buckets, takes points from its own
// at once, and tells the others over the bus what was taken, so an operation waits for nobody. What
// a server has not heard of yet is the error: of each other server a 64th of a limit, and what that
// one lets through until it has told. It is paid back: a bucket may have less than nothing. Where
// the bus is down each server counts by itself, and a server that is alone tells nobody.
const (
	// tellFrom is from which part of a limit on something is told: what most people ask for in
	// a minute never is.
	tellFrom = 1.0 / 64
	// tellEvery is the time between two tellings.
	tellEvery = 50 * time.Millisecond
	// helloEvery is how often a server says that it is there, and aloneAfter how long after the
	// last word of others it takes itself to be alone.
	helloEvery = 10 * time.Second
	aloneAfter = 35 * time.Second
	// maxToldBuckets bounds those of one message, so that it fits into one frame of the bus.
	maxToldBuckets = 40
)

// rateSharing is what a rateLimiter has to tell to other servers, and has heard of them. It is
// under the limiter's lock.
type rateSharing struct {
	heard  time.Time // of any other server
	untold map[bucketName]struct{}
	wake   chan struct{}
}

// bucketName names a bucket among all.
type bucketName struct {
	kind  int
	owner string
}

// takenPoints is a message: what was taken from buckets, by kind and owner.
type takenPoints [3]map[string]float64

func newRateSharing() rateSharing {
	return rateSharing{untold: map[bucketName]struct{}{}, wake: make(chan struct{}, 1)}
}

func (l *rateLimiter) isAlone() bool { return l.now().Sub(l.shared.heard) > aloneAfter }

// isShared says whether there are other servers.
func (l *rateLimiter) isShared() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.isAlone()
}

// noteUntold notes what was taken from a bucket here, or given back. The lock is held.
func (l *rateLimiter) noteUntold(kind int, owner string, points float64) {
	b, size := l.kinds[kind].buckets[owner], l.kinds[kind].size
	// More than the bucket lacks has come back by now, at the others too.
	b.untold = min(b.untold+points, size-b.points)
	if math.Abs(b.untold) < size*tellFrom || l.isAlone() {
		return
	}
	l.shared.untold[bucketName{kind, owner}] = struct{}{}
	select {
	case l.shared.wake <- struct{}{}:
	default:
	}
}

// takeUntold gives what is to be told, in messages.
func (l *rateLimiter) takeUntold() (messages [][]byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var taken takenPoints
	n := 0
	flush := func() {
		if n > 0 {
			text, _ := json.Marshal(taken) // texts and numbers: it can't fail
			messages, taken, n = append(messages, text), takenPoints{}, 0
		}
	}
	for name := range l.shared.untold {
		b := l.kinds[name.kind].buckets[name.owner]
		if b == nil || b.untold == 0 { // it is full again
			continue
		}
		if taken[name.kind] == nil {
			taken[name.kind] = map[string]float64{}
		}
		taken[name.kind][name.owner] = b.untold
		b.untold = 0
		if n++; n == maxToldBuckets {
			flush()
		}
	}
	flush()
	clear(l.shared.untold)
	return messages
}

// hear takes what another server has told; nothing: it is there. New is whether this one did not
// know of any.
func (l *rateLimiter) hear(message []byte) (isNew bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	isNew = l.isAlone()
	now := l.now()
	l.shared.heard = now
	var taken takenPoints
	if len(message) == 0 || json.Unmarshal(message, &taken) != nil {
		return isNew
	}
	l.dropFullBuckets(now)
	for i, k := range l.kinds {
		if k.size == 0 {
			continue
		}
		for owner, points := range taken[i] {
			k.refill(owner, now)
			b := k.buckets[owner]
			b.points = min(max(b.points-points, -k.size), k.size) // a debt is over in two minutes
		}
	}
	return isNew
}

// shareRates tells the other servers until the context ends.
func (l *rateLimiter) shareRates(ctx context.Context, bus *live.Bus) {
	hello := time.NewTicker(helloEvery)
	defer hello.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hello.C:
			bus.Publish(live.TopicRates, nil)
			continue
		case <-l.shared.wake:
		}
		for _, m := range l.takeUntold() {
			bus.Publish(live.TopicRates, m)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(tellEvery):
		}
	}
}
