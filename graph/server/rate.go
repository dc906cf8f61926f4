package server

import (
	"context"
	"maps"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"deskwire/graph"
)

// Rates are the rate limits: how many points may be spent in a minute, by each actor, each account
// and each network address, on all servers together (see rateSharing). Zero is no limit.
type Rates struct{ Actor, Account, Address int }

// DefaultRates let a client ask hundreds of ordinary screens a second, and no more than a machine
// can do.
func DefaultRates() Rates { return Rates{Actor: 5_000_000, Account: 20_000_000, Address: 20_000_000} }

// refillTime is how long an empty bucket takes to be full again.
const refillTime = time.Minute

// unlimited is told where there is no limit; it is the largest Int of GraphQL.
const unlimited = math.MaxInt32

// rateLimiter is a token bucket for whoever has asked lately, filled with points.
type rateLimiter struct {
	now func() time.Time

	mu    sync.Mutex
	kinds [3]bucketSet
	swept time.Time

	shared rateSharing
}

// bucketSet are the buckets of actors, accounts or addresses.
type bucketSet struct {
	size    float64
	buckets map[string]*bucket
}

type bucket struct {
	points float64 // below zero for what other servers have let through
	at     time.Time
	untold float64 // what of it was taken here, and the other servers have not been told
}

// bucketOwners are whose buckets a request is charged to: its actor, account and address.
type bucketOwners [3]string

// balance is how things stand with the bucket that has the fewest points left.
type balance struct {
	limit, remaining int
	resetAt          time.Time
}

func newRateLimiter(r Rates, now func() time.Time) *rateLimiter {
	l := &rateLimiter{now: now, shared: newRateSharing()}
	for i, size := range []int{r.Actor, r.Account, r.Address} {
		l.kinds[i] = bucketSet{float64(size), map[string]*bucket{}}
	}
	return l
}

// charge takes points from all buckets, or from none when one has too few; wait is when it has
// enough.
func (l *rateLimiter) charge(who bucketOwners, points int) (wait time.Duration, s balance) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.dropFullBuckets(now)
	for i, k := range l.kinds {
		if missing := float64(points) - k.refill(who[i], now); k.size > 0 && missing > 0 {
			wait = max(wait, time.Duration(missing/k.size*float64(refillTime)))
		}
	}
	if wait == 0 {
		l.deposit(who, -points)
	}
	return wait, l.balanceOf(who, now)
}

// refund returns points that were charged and not used.
func (l *rateLimiter) refund(who bucketOwners, points int) balance {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	for i, k := range l.kinds {
		k.refill(who[i], now)
	}
	l.deposit(who, points)
	return l.balanceOf(who, now)
}

func (l *rateLimiter) deposit(who bucketOwners, points int) {
	for i, k := range l.kinds {
		if k.size > 0 {
			b := k.buckets[who[i]]
			b.points = min(b.points+float64(points), k.size)
			l.noteUntold(i, who[i], float64(-points))
		}
	}
}

func (l *rateLimiter) balanceOf(who bucketOwners, now time.Time) balance {
	s := balance{unlimited, unlimited, now}
	for i, k := range l.kinds {
		if k.size == 0 {
			continue
		}
		left := k.buckets[who[i]].points
		if int(left) < s.remaining {
			s = balance{int(k.size), max(0, int(left)), now.Add(time.Duration((k.size - left) / k.size * float64(refillTime)))}
		}
	}
	return s
}

// refill gives a bucket what has come back since it was last looked at.
func (k bucketSet) refill(who string, now time.Time) float64 {
	if k.size == 0 {
		return math.Inf(1)
	}
	b := k.buckets[who]
	if b == nil {
		b = &bucket{points: k.size, at: now}
		k.buckets[who] = b
	}
	if past := now.Sub(b.at); past > 0 {
		b.points, b.at = min(k.size, b.points+k.size*float64(past)/float64(refillTime)), now
	}
	return b.points
}

// dropFullBuckets forgets buckets that are full again.
func (l *rateLimiter) dropFullBuckets(now time.Time) {
	if now.Sub(l.swept) < refillTime {
		return
	}
	l.swept = now
	for _, k := range l.kinds {
		k.dropFull(now)
	}
}

func (k bucketSet) dropFull(now time.Time) {
	maps.DeleteFunc(k.buckets, func(_ string, b *bucket) bool {
		return b.points+k.size*float64(now.Sub(b.at))/float64(refillTime) >= k.size
	})
}

func bucketOwnersOf(ctx context.Context) bucketOwners {
	p := bucketOwners{2: requestOf(ctx).address}
	if by := graph.ActorOf(ctx); by != nil {
		p[1] = by.Account.ID.String()
		if p[0] = p[1]; by.Agent != nil {
			p[0] += by.Agent.ID.String()
		}
	}
	return p
}

// clientAddress is the network address of who asks: that of the connection, or what a proxy in
// front says in a header, where it adds the address that it sees as the last one. Of an IPv6
// address it is the network, which one customer has as a whole.
func clientAddress(r *http.Request, header string) string {
	text, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		text = r.RemoteAddr
	}
	if values := r.Header.Values(header); header != "" && len(values) > 0 {
		last := values[len(values)-1]
		text = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
	}
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return "unknown"
	}
	if ip = ip.Unmap(); ip.Is6() {
		network, _ := ip.WithZone("").Prefix(64)
		return network.String()
	}
	return ip.String()
}
