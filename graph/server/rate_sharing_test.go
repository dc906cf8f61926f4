package server

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// neighbours are limiters that hear of each other.
func neighbours(n int, r Rates, c *clock) []*rateLimiter {
	all := make([]*rateLimiter, n)
	for i := range all {
		all[i] = newRateLimiter(r, c.now)
	}
	for _, l := range all {
		l.hear(nil)
	}
	return all
}

// exchange brings each what the others have to tell.
func exchange(all []*rateLimiter) (messages int) {
	for i, l := range all {
		for _, m := range l.takeUntold() {
			messages++
			for j, other := range all {
				if i != j {
					other.hear(m)
				}
			}
		}
	}
	return messages
}

// TestRateSharing: however somebody spreads what they ask, over however many servers, they get one
// limit and the error that is promised.
func TestRateSharing(t *testing.T) {
	const limit, cost = 6400, 10
	for _, servers := range []int{1, 2, 3, 8} {
		for name, rates := range map[string]Rates{"actor": {Actor: limit}, "account": {Account: limit}, "address": {Address: limit}} {
			c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
			all, who := neighbours(servers, rates, c), bucketOwners{"ada", "acme", "here"}
			spend := func(rounds int) (spent int) {
				for range rounds {
					for _, l := range all {
						if wait, _ := l.charge(who, 2*cost); wait == 0 {
							l.refund(who, cost)
							spent += cost
						}
					}
					exchange(all)
				}
				return spent
			}
			// Between two exchanges a server lets one operation through.
			most := limit + (servers-1)*(limit/64+2*cost)
			least := limit - servers*2*cost
			spent := spend(2000)
			if spent > most || spent < least {
				t.Errorf("%d servers, by %s: %d points were spent of %d", servers, name, spent, limit)
			}
			c.at = c.at.Add(30 * time.Second)
			if spent += spend(2000); spent > most+limit/2 || spent < least+limit/2 {
				t.Errorf("%d servers, by %s: with half a minute more %d points were spent", servers, name, spent)
			}
		}
	}
}

// TestRateSharing_debt: what servers let through before they had heard of each other is paid back,
// within two minutes at most.
func TestRateSharing_debt(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	all, who := neighbours(3, Rates{Actor: 600}, c), bucketOwners{"ada", "acme", "here"}
	for _, l := range all {
		if wait, _ := l.charge(who, 600); wait != 0 {
			t.Fatal(wait)
		}
	}
	exchange(all)
	for _, l := range all {
		if wait, s := l.charge(who, 1); wait < 59*time.Second || wait > 61*time.Second || s.remaining != 0 {
			t.Errorf("after three times the limit it waits %v, %+v", wait, s)
		}
	}
	c.at = c.at.Add(61 * time.Second)
	all[0].dropFullBuckets(c.at)
	if wait, _ := all[0].charge(who, 600); wait == 0 {
		t.Error("the debt was forgotten")
	}
	c.at = c.at.Add(61 * time.Second)
	if wait, _ := all[0].charge(who, 600); wait != 0 {
		t.Errorf("two minutes later it waits %v", wait)
	}
}

// TestRateSharing_isQuiet: who is alone tells nobody, and what is small is not told at all. Old
// sums are no debt when another server comes.
func TestRateSharing_isQuiet(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	alone := newRateLimiter(Rates{Actor: 6400}, c.now)
	who := bucketOwners{"ada", "acme", "here"}
	for range 600 {
		alone.charge(who, 100)
		c.at = c.at.Add(time.Second)
	}
	if m := alone.takeUntold(); len(m) != 0 {
		t.Errorf("it tells %s", m)
	}
	if !alone.hear(nil) || alone.hear(nil) {
		t.Error("another server is new once")
	}
	alone.charge(who, 100)
	other := newRateLimiter(Rates{Actor: 6400}, c.now)
	for _, m := range alone.takeUntold() {
		other.hear(m)
	}
	if _, s := other.charge(who, 0); s.remaining < 6400-1000 {
		t.Errorf("the other server has %d left", s.remaining)
	}
	for n := range 1000 {
		alone.charge(bucketOwners{fmt.Sprint("agent", n), "acme", "here"}, 99)
	}
	if m := alone.takeUntold(); len(m) != 0 {
		t.Errorf("it tells what is little: %s", m)
	}
	for n := range 1000 {
		alone.charge(bucketOwners{fmt.Sprint("agent", n), "acme", "here"}, 99)
	}
	m := alone.takeUntold()
	if len(m) != 1000/maxToldBuckets {
		t.Errorf("there are %d messages", len(m))
	}
	for _, text := range m {
		if len(text) > 5<<10 {
			t.Errorf("a message of %d bytes", len(text))
		}
	}
	c.at = c.at.Add(time.Minute)
	if alone.charge(who, 200); len(alone.takeUntold()) != 0 {
		t.Error("it tells, though the others have gone")
	}
}

// TestRateSharing_nonsense: what another version says harms nothing.
func TestRateSharing_nonsense(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	l := newRateLimiter(Rates{Actor: 600, Account: 600}, c.now)
	for _, m := range []string{"x", "{}", "[]", `[{"ada":"much"}]`, `[null,null,{"here":5}]`, `[{"ada":1e308},null,null]`, `[{"ada":-1e308},null,null,{}]`} {
		l.hear([]byte(m))
		if b := l.kinds[0].buckets["ada"]; b != nil && (math.IsNaN(b.points) || math.Abs(b.points) > 600) {
			t.Errorf("after %s there are %v points", m, b.points)
		}
	}
}
