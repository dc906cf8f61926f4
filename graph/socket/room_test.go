package socket

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// roomOf is a budget of so many bytes for all connections.
type roomOf struct {
	mu         sync.Mutex
	left, most int
}

func newRoom(bytes int) *roomOf { return &roomOf{left: bytes, most: bytes} }

func (r *roomOf) hold() Holding { return &part{of: r} }

func (r *roomOf) held() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.most - r.left
}

type part struct {
	of  *roomOf
	has int
}

func (p *part) Grow(n int) bool {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	if n > p.of.left {
		return false
	}
	p.of.left, p.has = p.of.left-n, p.has+n
	return true
}

func (p *part) Shrink(to int) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	if p.has > to {
		p.of.left, p.has = p.of.left+p.has-to, to
	}
}

// TestGuests: who is not known yet may send little, and what comes behind the message by which they
// become known waits for that.
func TestGuests(t *testing.T) {
	const guest = 8 << 10
	many := strings.Repeat("x", 100_000)
	for name, one := range map[string]struct {
		do   func(*client)
		code int
		want []string
	}{
		"a long message":           {func(c *client) { _, _ = c.Write(masked(finText, many)) }, 1009, nil},
		"one byte too many":        {func(c *client) { _, _ = c.Write(masked(finText, many[:guest+1])) }, 1009, nil},
		"a long one in pieces":     {func(c *client) { _, _ = c.Write(append(masked(beginText, many[:guest]), masked(middle, "x")...)) }, 1009, nil},
		"a long one behind a ping": {func(c *client) { _, _ = c.Write(append(masked(finPing, "x"), masked(finText, many)...)) }, 1009, nil},
		"one that is as long as it may be": {func(c *client) {
			_, _ = c.Write(append(masked(finText, many[:guest]), masked(finClose, codePayload(1000))...))
		}, 1000, []string{many[:guest]}},
		"a long one right behind the right words": {func(c *client) {
			_, _ = c.Write(slices.Concat(masked(finText, "friend"), masked(finText, many), masked(finClose, codePayload(1000))))
		}, 1000, []string{"friend", many}},
		"a long one behind others": {func(c *client) {
			_, _ = c.Write(slices.Concat(masked(finText, "friend"), masked(finText, "a"), masked(finText, many), masked(finClose, codePayload(1000))))
		}, 1000, []string{"friend", "a", many}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, Config{ReadLimit: 1 << 20, GuestLimit: guest})
			r.setup = func(s *scribe) {
				s.onMessage = func(text string) {
					if text == "friend" {
						s.c.Welcome()
					}
				}
			}
			c, s := r.dial(t)
			go one.do(c) // it may still be sending when it is answered
			c.wantClose(one.code)
			c.Close()
			s.wantEnd(t)
			if got := s.heard(); !slices.Equal(got, one.want) {
				t.Errorf("heard %.80q", got)
			}
		})
	}
}

// TestRoomForMessages: what has not come whole is held up to a bound of all connections, which
// leaves short messages alone, and is given back at each end.
func TestRoomForMessages(t *testing.T) {
	room := newRoom(100 << 10)
	r := newRig(t, Config{HoldInput: room.hold})
	gate := make(chan struct{})
	r.setup = func(s *scribe) { s.onMessage = func(string) { <-gate } }
	half := masked(finText, strings.Repeat("x", 200_000))[:50_000]
	first, _ := r.dial(t)
	first.write(half)
	waitFor(t, "the first half", func() bool { return room.held() > 0 })
	second, s := r.dial(t)
	go func() { _, _ = second.Write(half) }()
	second.wantClose(1013)
	second.Close()
	s.wantEnd(t)
	short, s := r.dial(t)
	short.send(finText, "short")
	waitFor(t, "a short message", func() bool { return len(s.heard()) == 1 })
	first.Close()
	waitFor(t, "what was half", func() bool { return room.held() == 0 })
	long, s := r.dial(t)
	long.send(finText, strings.Repeat("x", 20_000))
	waitFor(t, "a long message", func() bool { return len(s.heard()) == 1 })
	if room.held() == 0 {
		t.Error("nothing is held of a message that is not handled yet")
	}
	close(gate)
	waitFor(t, "its end", func() bool { return room.held() == 0 })
}

// TestRoomOfDropped: messages that are never handled give their room back.
func TestRoomOfDropped(t *testing.T) {
	room := newRoom(1 << 20)
	r := newRig(t, Config{HoldInput: room.hold})
	gate := make(chan struct{})
	r.setup = func(s *scribe) { s.onMessage = func(string) { <-gate } }
	c, s := r.dial(t)
	for range 3 {
		c.send(finText, strings.Repeat("x", 20_000))
	}
	waitFor(t, "three messages", func() bool { return room.held() >= 60_000 })
	s.c.Close(1000, "")
	waitFor(t, "two that are dropped", func() bool { return room.held() < 60_000 })
	close(gate)
	c.wantClose(1000)
	c.Close()
	s.wantEnd(t)
	waitFor(t, "the last one", func() bool { return room.held() == 0 })
}

// TestSlowMessage: a long message has to come within some time, whatever comes of it meanwhile.
func TestSlowMessage(t *testing.T) {
	r := newRig(t, Config{MessageWithin: time.Second})
	slow, s := r.dial(t)
	var drip sync.WaitGroup
	drip.Go(func() {
		_, err := slow.Write(masked(finText, strings.Repeat("x", 100_000))[:20_000])
		for ; err == nil; _, err = slow.Write([]byte("x")) {
			time.Sleep(5 * time.Millisecond)
		}
	})
	if got := slow.wantClose(1013); got != "the message took too long" {
		t.Errorf("reason %q", got)
	}
	slow.Close()
	drip.Wait()
	s.wantEnd(t)
	quick, s := r.dial(t)
	quick.send(finText, strings.Repeat("x", 100_000))
	waitFor(t, "a message that comes in time", func() bool { return len(s.heard()) == 1 })
}

// TestSlowShortMessage: a short message has to come within some time too, and a connection without
// one under way may be as slow as it likes.
func TestSlowShortMessage(t *testing.T) {
	r := newRig(t, Config{PingEvery: 200 * time.Millisecond, PongWithin: 100 * time.Millisecond})
	slow, s := r.dial(t)
	var drip sync.WaitGroup
	drip.Go(func() {
		_, err := slow.Write(masked(finText, strings.Repeat("x", 8000))[:200])
		for ; err == nil; _, err = slow.Write([]byte("x")) {
			time.Sleep(5 * time.Millisecond)
		}
	})
	if got := slow.wantClose(1013); got != slowMessage {
		t.Errorf("reason %q", got)
	}
	slow.Close()
	drip.Wait()
	s.wantEnd(t)
	many, s := r.dial(t)
	for began, n := time.Now(), 1; time.Since(began) < time.Second; n++ {
		many.send(finText, strings.Repeat("x", 1000))
		waitFor(t, "a short message among many", func() bool { return len(s.heard()) == n })
	}
}

// TestRoomForAnswers: what slow readers leave is held up to a bound of all, and who finds no room
// is told when to try again.
func TestRoomForAnswers(t *testing.T) {
	room := newRoom(600 << 10)
	r := newRig(t, Config{HoldOutput: room.hold, WriteTimeout: patience})
	large := AppendFrame(nil, []byte(strings.Repeat("x", 400<<10)))
	c, slow := r.dial(t)
	waitFor(t, "a reader that is behind", func() bool { return slow.c.Write(large) && room.held() > 250<<10 })
	_, other := r.dial(t)
	if other.c.Write(large) {
		t.Fatal("taken, with no room left")
	}
	if !other.c.Write(AppendFrame(nil, []byte("small"))) {
		t.Error("what is small finds no room")
	}
	select {
	case <-other.drained:
	case <-time.After(patience):
		t.Fatal("nobody was told to try again")
	}
	c.Close()
	slow.wantEnd(t)
	waitFor(t, "what was left unread", func() bool { return room.held() == 0 })
	waitFor(t, "room for the other", func() bool { return other.c.Write(large) })
}

// TestFloodAfterTheEnd: who goes on sending when the connection has been ended is soon not read.
func TestFloodAfterTheEnd(t *testing.T) {
	for name, begin := range map[string]func(*client){
		"a message that is too long": func(c *client) { _, _ = c.Write(masked(finText, strings.Repeat("x", 100_000))) },
		"no text":                    func(c *client) { c.send(finBinary, "x") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, Config{ReadLimit: 64 << 10})
			c, s := r.dial(t)
			began := time.Now()
			begin(c)
			piece, sent := masked(finText, strings.Repeat("x", 32<<10)), 0
			for {
				n, err := c.Write(piece)
				if sent += n; err != nil {
					break
				}
			}
			s.wantEnd(t)
			if took := time.Since(began); sent > 16<<20 || took > linger/2 {
				t.Errorf("%d bytes were taken, for %v", sent, took)
			}
		})
	}
}
