package socket

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// fill writes until a write is refused, and tells how many frames were taken.
func fill(t testing.TB, c *Conn, frame []byte) (taken int) {
	t.Helper()
	for c.Write(frame) {
		if taken++; taken*len(frame) > 64<<20 {
			t.Fatal("64 MB were taken for a client that doesn't read")
		}
	}
	return taken
}

func TestDrainedFollowsARefusal(t *testing.T) {
	for name, refused := range map[string]func(*Conn, []byte) bool{"Write": (*Conn).Write, "Hold": (*Conn).Hold} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, Config{})
			c, s := r.dial(t)
			frame := AppendFrame(nil, bytes.Repeat([]byte("x"), 1000))
			taken := fill(t, s.c, frame)
			if refused(s.c, frame) {
				t.Fatal("taken, with MaxPending waiting")
			}
			select {
			case <-s.drained:
				t.Fatal("drained, and nobody has read")
			default:
			}
			for range taken { // nothing of what was refused is among it
				c.want(finText, strings.Repeat("x", 1000))
			}
			<-s.drained
			if !s.c.Write(AppendFrame(nil, []byte("after"))) {
				t.Error("not taken after Drained")
			}
			c.want(finText, "after")
		})
	}
}

func TestASlowReaderGetsEveryByteThatWasTaken(t *testing.T) {
	const total = 16 << 20
	r := newRig(t, Config{})
	c, s := r.dial(t)
	refusals := 0
	go func() {
		random := rand.New(rand.NewPCG(1, 2))
		for sent, i := 0, 0; sent < total; i++ {
			frame := AppendFrame(nil, numbered(i, random.IntN(30_000)))
			write := s.c.Write
			if i%3 == 0 {
				write = s.c.Hold
			}
			for !write(frame) {
				refusals++
				<-s.drained
			}
			sent += len(frame)
		}
		s.c.Close(1000, "")
	}()
	random := rand.New(rand.NewPCG(1, 2))
	for i := 0; ; i++ {
		first, got, err := c.frame()
		if first == finClose {
			break
		}
		if want := string(numbered(i, random.IntN(30_000))); err != nil || got != want {
			t.Fatalf("frame %d has %d bytes, want %d: %v", i, len(got), len(want), err)
		}
	}
	c.Close()
	s.wantEnd(t)
	if refusals == 0 {
		t.Error("the reader was never slow")
	}
}

func numbered(i, n int) []byte {
	return fmt.Appendf(nil, "%d:%s", i, strings.Repeat(string(rune('a'+i%26)), n))
}

func TestABigMessagePassesWhenNothingWaits(t *testing.T) {
	r := newRig(t, Config{MaxPending: 1000})
	c, s := r.dial(t)
	big := strings.Repeat("x", 1<<20)
	if !s.c.Write(AppendFrame(nil, []byte(big))) {
		t.Fatal("refused: it could never be sent")
	}
	if s.c.Write(AppendFrame(nil, []byte("next"))) {
		t.Fatal("taken, with more than MaxPending waiting")
	}
	s.c.Force(AppendFrame(nil, []byte("small")))
	c.want(finText, big)
	c.want(finText, "small")
	<-s.drained
}

func TestConcurrentWritersDontMix(t *testing.T) {
	const writers, each = 8, 400
	r := newRig(t, Config{})
	c, s := r.dial(t)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				frame := AppendFrame(nil, fmt.Appendf(nil, "%d %d %s", w, i, strings.Repeat("x", 700)))
				switch (w + i) % 3 {
				case 0:
					waitFor(t, "room", func() bool { return s.c.Write(frame) })
				case 1:
					waitFor(t, "room", func() bool { return s.c.Hold(frame) })
					s.c.Flush()
				case 2:
					waitFor(t, "room", func() bool { return s.c.Hold(frame) })
				}
			}
			s.c.Flush()
		})
	}
	go func() {
		for range 200 {
			_, _ = c.Write(masked(finPing, "ping"))
		}
	}()
	var next [writers]int
	for got := 0; got < writers*each+200; got++ {
		first, text, err := c.frame()
		if first == finPong && text == "ping" {
			continue
		}
		var w, i int
		if _, scan := fmt.Sscanf(text, "%d %d ", &w, &i); err != nil || scan != nil || first != finText {
			t.Fatalf("frame %#x %.40q: %v", first, text, err)
		}
		if i != next[w] {
			t.Fatalf("writer %d: frame %d, want %d", w, i, next[w])
		}
		next[w]++
	}
	wg.Wait()
}

func TestAStuckClientIsCutAndNobodyElseWaits(t *testing.T) {
	const pending = 32 << 10
	r := newRig(t, Config{WriteTimeout: 400 * time.Millisecond, MaxPending: pending})
	_, stuck := r.dial(t)
	good, other := r.dial(t)
	frame := AppendFrame(nil, bytes.Repeat([]byte("x"), 1000))
	fill(t, stuck.c, frame)
	for i := 0; ; i++ {
		stuck.c.Write(frame)
		stuck.c.out.mu.Lock()
		waiting, size := stuck.c.out.waiting, 0
		if stuck.c.out.buf != nil {
			size = cap(stuck.c.out.buf.b)
		}
		stuck.c.out.mu.Unlock()
		if waiting > pending || size > 2*pending {
			t.Fatalf("%d bytes wait in a buffer of %d", waiting, size)
		}
		text := fmt.Sprint(i)
		if !other.c.Write(AppendFrame(nil, []byte(text))) {
			t.Fatal("a client that reads is refused")
		}
		good.want(finText, text)
		select {
		case <-stuck.closed:
			if i < 10 {
				t.Errorf("the other one got %d messages while this one was stuck", i)
			}
			return
		default:
		}
	}
}

func TestForceHasAnEnd(t *testing.T) {
	r := newRig(t, Config{})
	c, s := r.dial(t)
	taken := fill(t, s.c, AppendFrame(nil, bytes.Repeat([]byte("x"), 1000)))
	small := AppendFrame(nil, bytes.Repeat([]byte("f"), 100))
	for range overdraft / len(small) {
		s.c.Force(small)
	}
	for range taken {
		c.want(finText, strings.Repeat("x", 1000))
	}
	for range overdraft / len(small) {
		c.want(finText, strings.Repeat("f", 100))
	}
	<-s.drained

	fill(t, s.c, AppendFrame(nil, bytes.Repeat([]byte("x"), 1000)))
	for range overdraft/len(small) + 2000/len(small) {
		s.c.Force(small)
	}
	s.wantEnd(t)
}

func TestWhoAsksFasterThanItReadsIsNotReadOn(t *testing.T) {
	const asked = 5000 // their answers are far more than may wait
	s := NewServer(Config{Log: slog.New(slog.DiscardHandler)})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = s.Accept(w, r, func(c *Conn) Handler { return echo{c} })
	}))
	defer s.Close()
	defer web.Close()
	nc, err := net.Dial("tcp", web.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	c := shake(t, nc)
	question := func(i int) string { return strings.Repeat("q", 500) + fmt.Sprint(i) }
	half, asking := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(asking)
		for i := range asked {
			if _, err := c.Write(masked(finText, question(i))); err != nil {
				t.Errorf("question %d: %v", i, err)
				return
			}
			if i == asked/10 {
				close(half)
			}
		}
	}()
	<-half // 250 kB are asked, and nothing is read yet
	for i := range asked {
		c.want(finText, question(i))
	}
	<-asking
}

func TestHeldFramesLeaveTogether(t *testing.T) {
	if !direct {
		t.Log("no descriptors to write to on this system: what is held leaves in one piece all the same")
	}
	r := newRig(t, Config{})
	c, s := r.dial(t)
	writes := 0
	put := s.c.out.put
	s.c.out.put = func(fd uintptr) { writes++; put(fd) }
	for _, text := range []string{"one", "two", "three"} {
		if !s.c.Hold(AppendFrame(nil, []byte(text))) {
			t.Fatal("refused")
		}
	}
	if writes != 0 {
		t.Fatal("written before Flush")
	}
	s.c.Flush()
	s.c.Flush()
	for _, text := range []string{"one", "two", "three"} {
		c.want(finText, text)
	}
	s.c.Hold(AppendFrame(nil, []byte("four")))
	s.c.Write(AppendFrame(nil, []byte("five")))
	c.want(finText, "four")
	c.want(finText, "five")
	if direct && writes != 2 {
		t.Errorf("%d writes, want 2", writes)
	}
}

func TestHeldFramesMakeRoomByThemselves(t *testing.T) {
	r := newRig(t, Config{MaxPending: 1000})
	c, s := r.dial(t)
	frame := AppendFrame(nil, bytes.Repeat([]byte("x"), 400))
	for i := range 10 { // the client reads as fast as they come: there is no reason to refuse one
		waitFor(t, "room", func() bool { return s.c.Hold(frame) })
		if i > 2 {
			c.want(finText, strings.Repeat("x", 400))
		}
	}
}

func TestCloseSendsWhatWaits(t *testing.T) {
	r := newRig(t, Config{})
	c, s := r.dial(t)
	taken := fill(t, s.c, AppendFrame(nil, bytes.Repeat([]byte("x"), 1000)))
	s.c.Close(4429, "too slow")
	for range taken {
		c.want(finText, strings.Repeat("x", 1000))
	}
	if got := c.wantClose(4429); got != "too slow" {
		t.Errorf("reason %q", got)
	}
	c.Close()
	s.wantEnd(t)
}

func TestCloseEndsWithoutTheClientsHelp(t *testing.T) {
	r := newRig(t, Config{})
	_, quiet := r.dial(t)
	_, full := r.dial(t)
	fill(t, full.c, AppendFrame(nil, bytes.Repeat([]byte("x"), 1000)))
	quiet.c.Close(1000, "")
	full.c.Close(1000, "")
	quiet.wantEnd(t)
	full.wantEnd(t)
}

func TestTLS(t *testing.T) {
	r := newRig(t, Config{WriteTimeout: 400 * time.Millisecond})
	web := httptest.NewTLSServer(http.HandlerFunc(r.serve))
	defer web.Close()
	dial := func() (*client, *scribe) {
		nc, err := tls.Dial("tcp", web.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { nc.Close() })
		return shake(t, nc), <-r.conns
	}
	c, s := dial()
	if s.c.raw != nil {
		t.Fatal("written to below TLS")
	}
	for i := range 100 {
		text := string(numbered(i, 1000*i))
		for !s.c.Write(AppendFrame(nil, []byte(text))) {
			<-s.drained
		}
		c.want(finText, text)
	}
	c.send(finText, "hello")
	c.send(finClose, codePayload(1000))
	c.wantClose(1000)
	s.wantEnd(t)
	if got := s.heard(); len(got) != 1 || got[0] != "hello" {
		t.Errorf("heard %q", got)
	}

	_, stuck := dial()
	waitFor(t, "the stuck client to be cut", func() bool {
		fill(t, stuck.c, AppendFrame(nil, bytes.Repeat([]byte("x"), 1000))) // it takes what the system's buffers take
		select {
		case <-stuck.closed:
			return true
		default:
			return false
		}
	})
}

func TestAWriteToAGoneClientEndsIt(t *testing.T) {
	r := newRig(t, Config{})
	c, s := r.dial(t)
	c.Close()
	s.wantEnd(t)
	s.c.Write([]byte("x"))
	s.c.Hold([]byte("x"))
	s.c.Flush()
	s.c.Force([]byte("x"))
	s.c.Close(1000, "")
	s.c.After(0, func() { t.Error("called after the end") })()
	if _, err := c.r.ReadByte(); err == nil || err == io.EOF {
		t.Errorf("%v", err)
	}
}
