package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/db/read"
)

// DefaultFailedSignIns is how many sign-ins of a network address may fail in a minute.
const DefaultFailedSignIns = 60

// signInGuard bounds failed sign-ins by network address. From an address that has too many of them
// a token that is good still passes, for a whole office may have one address: one that came before
// is remembered, and others are looked up together (tokenSieve), so that what is refused costs the
// database next to nothing however much of it comes.
type signInGuard struct {
	auth     *Authenticator
	failures *failureLimiter
	sieve    *tokenSieve
	bad      *recentTokens
	metrics  *metrics
	log      *failureLog
}

func newSignInGuard(auth *Authenticator, perMinute int, m *metrics) *signInGuard {
	return &signInGuard{
		auth: auth, failures: newFailureLimiter(perMinute, time.Now), sieve: newTokenSieve(auth.store.KnownTokens),
		bad: &recentTokens{}, metrics: m, log: newFailureLog(auth.log),
	}
}

// signInsLimited refuses a token because too many others of its address were not good.
type signInsLimited struct{ wait time.Duration }

func (signInsLimited) Error() string {
	return "Too many sign-ins from your network address failed, and this token is not known to be good. Correct the token, and try again in a moment."
}

// graphqlError is how clients see it.
func (e signInsLimited) graphqlError() *gqlerror.Error {
	err := codedError(codeRateLimited, "%s", e)
	err.Extensions["retryAfter"] = max(1, int(math.Ceil(e.wait.Seconds())))
	return err
}

// principal is Authenticator.Principal for a token that a client has just sent.
func (g *signInGuard) principal(ctx context.Context, token string, speculate bool) (*read.Principal, error) {
	if g.auth.remembers(token) {
		return g.note(ctx, token, speculate)
	}
	address := requestOf(ctx).address
	wait := g.failures.take(address)
	if wait == 0 {
		p, err := g.note(ctx, token, speculate)
		if !read.IsTokenRefusal(err) {
			g.failures.giveBack(address)
		}
		return p, err
	}
	may, err := g.mayBeGood(ctx, address, token)
	if err != nil {
		return nil, err
	}
	limited := signInsLimited{wait}
	if !may {
		g.metrics.signIns.WithLabelValues("limited").Inc()
		g.log.add(ctx, address, limited, true)
		return nil, limited
	}
	p, err := g.note(ctx, token, speculate)
	if read.IsTokenRefusal(err) {
		g.bad.add(token)
		return nil, limited
	}
	return p, err
}

// mayBeGood says whether a token from an address with too many failures is worth looking up.
func (g *signInGuard) mayBeGood(ctx context.Context, address, token string) (bool, error) {
	if g.bad.has(token) {
		return false, nil
	}
	if !g.auth.isSecret(token) { // the provider's signature tells, without the database
		return true, nil
	}
	known, err := g.sieve.knows(ctx, address, read.HashSecret(token))
	if err == nil && !known {
		g.bad.add(token)
	}
	return known, err
}

// note looks a token up, and counts and logs when it is not good.
func (g *signInGuard) note(ctx context.Context, token string, speculate bool) (*read.Principal, error) {
	p, err := g.auth.Principal(ctx, token, speculate)
	var refused *read.TokenRefusal
	if errors.As(err, &refused) {
		g.metrics.signIns.WithLabelValues(refused.Reason).Inc()
		g.log.add(ctx, requestOf(ctx).address, refused, false)
	}
	return p, err
}

// failureLimiter is a token bucket for each address that had failed sign-ins lately, filled with
// those that it may have.
type failureLimiter struct {
	now func() time.Time

	mu      sync.Mutex
	buckets bucketSet
	swept   time.Time
}

// maxFailingAddresses bounds the addresses that are told apart. All others have one bucket: whose
// token is good passes all the same.
const (
	maxFailingAddresses = 20_000
	otherAddresses      = "others"
)

func newFailureLimiter(perMinute int, now func() time.Time) *failureLimiter {
	return &failureLimiter{now: now, buckets: bucketSet{float64(perMinute), map[string]*bucket{}}}
}

// take takes one sign-in of an address; it is to be given back when that does not fail. The wait is
// when the address may fail again; zero: now.
func (l *failureLimiter) take(address string) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets.size == 0 {
		return 0
	}
	now := l.now()
	if past := now.Sub(l.swept); past >= refillTime || len(l.buckets.buckets) >= maxFailingAddresses && past >= time.Second {
		l.swept = now
		l.buckets.dropFull(now)
	}
	address = l.bucketOf(address)
	if missing := 1 - l.buckets.refill(address, now); missing > 0 {
		return time.Duration(missing / l.buckets.size * float64(refillTime))
	}
	l.buckets.buckets[address].points--
	return 0
}

// giveBack returns what was taken.
func (l *failureLimiter) giveBack(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	address = l.bucketOf(address)
	b := l.buckets.buckets[address]
	if b == nil {
		return
	}
	if b.points++; b.points >= l.buckets.size {
		delete(l.buckets.buckets, address)
	}
}

// bucketOf names the bucket of an address.
func (l *failureLimiter) bucketOf(address string) string {
	if l.buckets.buckets[address] == nil && len(l.buckets.buckets) >= maxFailingAddresses {
		return otherAddresses
	}
	return address
}

// recentTokens are tokens that were found not to be good a moment ago. Such a token may be good
// again, when its agent is activated, so it is forgotten soon.
type recentTokens struct {
	mu    sync.Mutex
	since time.Time
	some  map[[sha256.Size]byte]struct{}
}

// badFor is how long it is known that a token is not good, and maxBadTokens how many are known.
const (
	badFor       = time.Second
	maxBadTokens = 10_000
)

func (r *recentTokens) add(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
	if r.some == nil {
		r.some, r.since = map[[sha256.Size]byte]struct{}{}, time.Now()
	}
	if len(r.some) < maxBadTokens {
		r.some[sha256.Sum256([]byte(token))] = struct{}{}
	}
}

func (r *recentTokens) has(token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
	_, has := r.some[sha256.Sum256([]byte(token))]
	return has
}

func (r *recentTokens) forget() {
	if time.Since(r.since) >= badFor {
		r.some = nil
	}
}
