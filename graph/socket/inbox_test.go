package socket

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// unhandled is what waits in the inbox.
func unhandled(c *Conn) (count, bytes int, full bool) {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return c.in.count, c.in.bytes, c.in.room != nil
}

func TestAFloodIsSlowedAndNobodyElse(t *testing.T) {
	for name, one := range map[string]struct {
		messages, size  int
		mostCount, most int
	}{
		"many": {2000, 100, maxUnhandled, maxUnhandled * 100},
		"big":  {200, 40_000, 2, 80_000},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, Config{Workers: 2})
			gate := make(chan struct{})
			r.setup = func(s *scribe) {
				s.onMessage = func(text string) {
					if strings.HasPrefix(text, "0 ") {
						<-gate
					}
				}
			}
			flood, s := r.dial(t)
			go func() {
				for i := range one.messages {
					if _, err := flood.Write(masked(finText, fmt.Sprintf("%d %*s", i, one.size-len(fmt.Sprint(i))-1, ""))); err != nil {
						t.Error(err)
						return
					}
				}
			}()
			waitFor(t, "the reader to wait", func() bool { _, _, full := unhandled(s.c); return full })
			if count, bytes, _ := unhandled(s.c); count != one.mostCount || bytes != one.most {
				t.Errorf("%d messages of %d bytes wait, want %d of %d", count, bytes, one.mostCount, one.most)
			}
			s.c.heartbeat() // it is us who doesn't read: that is no sign of death
			s.c.heartbeat()

			other, heard := r.dial(t)
			for i := 1; i < 100; i++ { // the worker that is left serves all others
				other.send(finText, fmt.Sprint(i))
				waitFor(t, "the other one's message", func() bool { return len(heard.heard()) == i })
			}
			close(gate)
			waitFor(t, "all of the flood", func() bool { return len(s.heard()) == one.messages })
			for i, text := range s.heard() {
				if !strings.HasPrefix(text, fmt.Sprintf("%d ", i)) {
					t.Fatalf("message %d is %.20q", i, text)
				}
			}
			if n, _, _ := unhandled(s.c); n > 1 {
				t.Errorf("%d messages wait after all are handled", n)
			}
		})
	}
}

func TestAFloodEndsWithItsConnection(t *testing.T) {
	r := newRig(t, Config{})
	gate := make(chan struct{})
	r.setup = func(s *scribe) { s.onMessage = func(string) { <-gate } }
	c, s := r.dial(t)
	for range maxUnhandled + 4 {
		c.send(finText, "x")
	}
	waitFor(t, "the reader to wait", func() bool { _, _, full := unhandled(s.c); return full })
	s.c.Close(4429, "too many")
	c.wantClose(4429)
	c.Close()
	close(gate)
	s.wantEnd(t)
	if got := len(s.heard()); got != 1 {
		t.Errorf("%d messages handled, want the one that was begun", got)
	}
}

func TestAfter(t *testing.T) {
	r := newRig(t, Config{})
	c, s := r.dial(t)
	began, fired := time.Now(), make(chan time.Duration, 1)
	s.c.After(120*time.Millisecond, func() { fired <- time.Since(began) })
	stop := s.c.After(0, func() { t.Error("called after stop") })
	stop()
	stop()
	long := s.c.After(time.Hour, func() { t.Error("called at the end") })
	defer long()
	if late := <-fired - 120*time.Millisecond; late < 0 || late > time.Second {
		t.Errorf("%v late", late)
	}
	s.c.After(0, func() { panic("as told") })
	c.wantClose(1011)
	c.Close()
	s.wantEnd(t)
	r.wheel.mu.Lock()
	defer r.wheel.mu.Unlock()
	if r.wheel.n != 0 || s.c.timers != nil {
		t.Errorf("%d timers of a closed connection wait", r.wheel.n)
	}
}

func TestCallsOfOneConnectionComeOneAfterAnother(t *testing.T) {
	r := newRig(t, Config{Workers: 8})
	calls := 0 // the race detector watches
	r.setup = func(s *scribe) {
		s.onMessage = func(string) { calls++ }
		s.onClosed = func() { calls++ }
	}
	c, s := r.dial(t)
	for range 200 {
		s.c.After(0, func() { calls++ })
		c.send(finText, "x")
	}
	waitFor(t, "all messages", func() bool { return len(s.heard()) == 200 })
	done := make(chan struct{})
	s.c.After(0, func() { close(done) })
	<-done
	c.Close()
	s.wantEnd(t)
	if calls != 401 {
		t.Errorf("%d calls, want 401", calls)
	}
}
