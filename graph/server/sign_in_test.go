package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"deskwire/db/read"
)

func TestFailureLimiter(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	l := newFailureLimiter(3, c.now)
	for n, want := range []time.Duration{0, 0, 0, 20 * time.Second, 20 * time.Second} {
		if got := l.take("a"); got.Round(time.Millisecond) != want {
			t.Errorf("number %d waits %v, want %v", n, got, want)
		}
	}
	c.at = c.at.Add(21 * time.Second)
	if got := l.take("a"); got != 0 {
		t.Errorf("after the wait it waits %v", got)
	}
	if got := l.take("b"); got != 0 {
		t.Errorf("another one waits %v", got)
	}
	l.giveBack("b")
	if _, there := l.buckets.buckets["b"]; there {
		t.Error("one that has not failed is remembered")
	}
	if got := newFailureLimiter(0, c.now).take("a"); got != 0 {
		t.Errorf("without a limit it waits %v", got)
	}
}

// TestFailureLimiter_memory: however many addresses fail, so many are remembered, and those beyond
// have one bucket. In a minute all are forgotten.
func TestFailureLimiter_memory(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	l := newFailureLimiter(3, c.now)
	limited := 0
	for n := range 5 * maxFailingAddresses {
		if l.take(fmt.Sprintf("2001:db8:%x:%x::/64", n>>16, n&0xffff)) > 0 {
			limited++
		}
	}
	if n := len(l.buckets.buckets); n > maxFailingAddresses+1 {
		t.Errorf("%d addresses are remembered", n)
	}
	if limited != 4*maxFailingAddresses-3 {
		t.Errorf("%d were limited", limited)
	}
	c.at = c.at.Add(2 * time.Minute)
	if l.take("a"); len(l.buckets.buckets) != 1 {
		t.Errorf("%d are still remembered", len(l.buckets.buckets))
	}
}

func TestTokenSieve(t *testing.T) {
	var mu sync.Mutex
	statements := 0
	s := newTokenSieve(func(_ context.Context, hashes [][]byte) (known [][]byte, err error) {
		mu.Lock()
		defer mu.Unlock()
		statements++
		for _, h := range hashes {
			if bytes.HasPrefix(h, []byte("good")) {
				known = append(known, h)
			}
			if bytes.HasPrefix(h, []byte("broken")) {
				err = errors.New("away")
			}
		}
		return known, err
	})
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			for _, kind := range []string{"good", "wrong"} {
				if known, err := s.knows(t.Context(), "a", fmt.Appendf(nil, "%s%d", kind, n)); known != (kind == "good") || err != nil {
					t.Errorf("%s: %v, %v", kind, known, err)
				}
			}
		})
	}
	all.Wait()
	if statements > 50 {
		t.Errorf("%d statements", statements)
	}
	if _, err := s.knows(t.Context(), "a", []byte("broken")); err == nil {
		t.Error("a fault is taken for a wrong token")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.knows(gone, "a", []byte("good")); err == nil {
		t.Error("who has gone waits")
	}
	if len(s.waiting) != 0 || s.all != 0 {
		t.Errorf("%v, %d wait", s.waiting, s.all)
	}
}

// TestTokenSieve_bounds: an address, and all together, can have so many waiting.
func TestTokenSieve_bounds(t *testing.T) {
	s := newTokenSieve(func(context.Context, [][]byte) ([][]byte, error) { return nil, nil })
	for address := range 5 {
		for n := range 2 * maxSievedOfAddress {
			s.join(fmt.Sprint(address), fmt.Sprint(n))
		}
		if got := s.waiting[fmt.Sprint(address)]; got > maxSievedOfAddress {
			t.Errorf("%d of an address wait", got)
		}
	}
	if s.all != maxSieved {
		t.Errorf("%d wait", s.all)
	}
	if known, err := s.knows(t.Context(), "another", []byte("x")); known || err != nil {
		t.Errorf("one more: %v, %v", known, err)
	}
}

func TestRecentTokens(t *testing.T) {
	r := &recentTokens{}
	r.add("a")
	if !r.has("a") || r.has("b") {
		t.Error("it does not know what was bad")
	}
	for n := range 2 * maxBadTokens {
		r.add(fmt.Sprint(n))
	}
	if len(r.some) > maxBadTokens {
		t.Errorf("%d are known", len(r.some))
	}
	r.since = r.since.Add(-badFor)
	if r.has("a") {
		t.Error("it is remembered for ever")
	}
}

// TestFailureLog: failed sign-ins can't fill the log, and none is left out of its sums.
func TestFailureLog(t *testing.T) {
	book := &logBook{}
	l := newFailureLog(slog.New(slog.NewTextHandler(book, nil)))
	for n := range 100 {
		for range 50 {
			l.add(t.Context(), fmt.Sprint("address", n), &read.TokenRefusal{Reason: read.TokenExpired, Cause: errors.New(strings.Repeat("x", 5000))}, n%2 == 0)
		}
	}
	l.close()
	text := book.String()
	if lines := strings.Count(text, "\n"); lines != 2*maxLoggedAddresses+1 || len(text) > lines*1000 {
		t.Errorf("the log has %d lines, %d bytes", lines, len(text))
	}
	for _, want := range []string{`"a sign-in failed" address=address0 `, "reason=expired", `address=address1 failed=49 refused=0`, `address=address2 failed=0 refused=49`, "address=others failed=2000 refused=2000"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
	l.close()
	if book.String() != text {
		t.Error("it is told twice")
	}
}
