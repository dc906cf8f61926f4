package socket

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener for a bubble of synctest, where time runs when nobody works.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

// inBubble runs a test on a server with a clock of its own. Its connections are pipes.
func inBubble(t *testing.T, cfg Config, test func(t *testing.T, r *rig, dial func() (*client, *scribe))) {
	synctest.Test(t, func(t *testing.T) {
		cfg.Log = slog.New(slog.DiscardHandler)
		r := &rig{Server: NewServer(cfg), conns: make(chan *scribe, 1000)}
		l := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		web := http.Server{Handler: http.HandlerFunc(r.serve)}
		go web.Serve(l) //nolint:errcheck // it ends with the test
		defer r.Close()
		defer web.Close()
		test(t, r, func() (*client, *scribe) {
			near, far := net.Pipe()
			t.Cleanup(func() { near.Close() })
			l.conns <- far
			c := shake(t, near)
			_ = near.SetDeadline(time.Time{})
			return c, <-r.conns
		})
	})
}

func TestADrainIsSpread(t *testing.T) {
	const n, spread = 400, 20 * time.Second
	inBubble(t, Config{PingEvery: time.Hour}, func(t *testing.T, r *rig, dial func() (*client, *scribe)) {
		began, ends := time.Now(), make(chan time.Duration, n)
		order := make(chan int, n)
		for i := range n {
			c, s := dial()
			s.onClosed = func() { ends <- time.Since(began) }
			go func() {
				if first, payload, err := c.frame(); first != finClose || payload != codePayload(codeRestart)+"restart" {
					t.Errorf("%#x %q %v", first, payload, err)
				}
				order <- i
				c.Close()
			}()
		}
		r.Drain(t.Context(), codeRestart, "restart", spread)
		if r.OpenConns() != 0 || len(ends) != n {
			t.Fatalf("%d connections left, %d ended", r.OpenConns(), len(ends))
		}
		for i := range n {
			if at, share := <-ends, spread/n; at < time.Duration(i)*share || at > time.Duration(i+1)*share {
				t.Errorf("end %d at %v, want it in its share of %v", i, at, share)
			}
		}
		var inTurn int
		for i := range n {
			if <-order == i {
				inTurn++
			}
		}
		if inTurn > n/2 {
			t.Error("drained in the order of coming")
		}
	})
}

func TestADrainThatMayNotTakeSoLong(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, r *rig, dial func() (*client, *scribe)) {
		began := time.Now()
		for range 10 {
			_, s := dial() // they don't even read
			s.onClosed = func() {
				if took := time.Since(began); took > 5*time.Second+linger {
					t.Errorf("closed after %v", took)
				}
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		r.Drain(ctx, codeRestart, "restart", time.Hour)
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("returned after %v", took)
		}
		time.Sleep(linger)
		synctest.Wait()
		if n := r.OpenConns(); n != 0 {
			t.Errorf("%d connections left", n)
		}
	})
}

func TestADrainWaitsForWhatIsUnderWay(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, r *rig, dial func() (*client, *scribe)) {
		busy, s := dial()
		s.onLeave = func(now func()) {
			time.AfterFunc(3*time.Second, func() {
				s.c.Force(AppendFrame(nil, []byte("answer")))
				now()
			})
		}
		began := time.Now()
		go func() {
			busy.want(finText, "answer")
			if first, payload, err := busy.frame(); first != finClose || payload != codePayload(codeRestart)+"restart" {
				t.Errorf("%#x %q %v", first, payload, err)
			}
			busy.Close()
		}()
		r.Drain(t.Context(), codeRestart, "restart", 0)
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("returned after %v", took)
		}
	})
}

func TestPings(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, _ *rig, dial func() (*client, *scribe)) {
		c, s := dial()
		began, pings := time.Now(), 0
		for time.Since(began) < time.Hour {
			c.want(finPing, "")
			pings++
			c.send(finPong, "")
		}
		if pings < 140 || pings > 147 {
			t.Errorf("%d pings in an hour, want one every 25 s", pings)
		}
		last := time.Now()
		go func() {
			for { // it still reads, but it doesn't answer
				if _, _, err := c.frame(); err != nil {
					return
				}
			}
		}()
		<-s.closed
		if took := time.Since(last); took < 40*time.Second || took > 40*time.Second+4*tick {
			t.Errorf("cut %v after the last pong, want 25 s and 15 s", took)
		}
	})
}

func TestAnySignOfLifeWillDo(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, _ *rig, dial func() (*client, *scribe)) {
		c, s := dial()
		go func() {
			for {
				if _, _, err := c.frame(); err != nil {
					return
				}
			}
		}()
		for range 60 {
			time.Sleep(10 * time.Second)
			c.send(finText, "I type, therefore I am")
		}
		synctest.Wait()
		if got := len(s.heard()); got != 60 {
			t.Errorf("%d messages heard, want 60", got)
		}
	})
}

func TestAWriteThatStandsStillIsCut(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, _ *rig, dial func() (*client, *scribe)) {
		c, s := dial()
		frame := AppendFrame(nil, make([]byte, 60_000))
		if !s.c.Write(frame) {
			t.Fatal("refused")
		}
		for range 3 * writeChunk / 1024 { // some progress, 30 s of it
			time.Sleep(600 * time.Millisecond)
			if _, err := io.ReadFull(c.r, make([]byte, 1024)); err != nil {
				t.Fatal(err)
			}
		}
		last := time.Now()
		<-s.closed
		if took := time.Since(last); took > 10*time.Second {
			t.Errorf("cut %v after the last progress", took)
		}
		if _, err := c.Write(masked(finText, "x")); err == nil {
			t.Error("the connection still takes messages")
		}
	})
}

func TestTheWheelIsNeverEarlyAndALittleLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTimingWheel()
		began := time.Now()
		var mu sync.Mutex
		fired, wants := 0, map[*wheelTimer]time.Duration{}
		start := func(d time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			wants[w.scheduleCallback(&Conn{}, d, func() {})] = time.Since(began) + max(d, 0)
		}
		go w.turnUntilStopped(func(tm *wheelTimer) {
			mu.Lock()
			defer mu.Unlock()
			fired++
			if late := time.Since(began) - wants[tm]; late < 0 || late > 100*time.Millisecond {
				t.Errorf("a timer of %v fired %v late", wants[tm], late)
			}
		})
		c := &Conn{}
		for _, d := range []time.Duration{-1, 0, 1, tick - 1, tick, tick + 1, time.Second, slots*tick - 1, slots * tick,
			slots*tick + 1, 3 * slots * tick, time.Hour, 2*time.Hour + 7} {
			for _, after := range []time.Duration{0, 13 * time.Millisecond, tick} {
				time.Sleep(after)
				stopped := w.scheduleCallback(c, d, func() { t.Error("a stopped timer has fired") })
				start(d)
				if w.takeCallback(stopped) == nil || w.takeCallback(stopped) != nil {
					t.Error("a timer is to be stopped once")
				}
			}
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if fired != len(wants) || w.n != 0 || !w.parked {
			t.Errorf("%d of %d fired, %d left, parked: %v", fired, len(wants), w.n, w.parked)
		}
		start(time.Second) // from a standstill
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if fired != len(wants) {
			t.Error("the wheel stands still")
		}
		close(w.quit)
	})
}

func TestChurnLeavesNothing(t *testing.T) {
	const rounds, each = 100, 100
	r := newRig(t, Config{})
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path) // ten thousand ports would be too many for one machine
	if err != nil {
		t.Fatal(err)
	}
	web := http.Server{Handler: http.HandlerFunc(r.serve)}
	go web.Serve(l) //nolint:errcheck // it ends with the test
	defer web.Close()
	round := func() {
		var wg sync.WaitGroup
		for i := range each {
			wg.Go(func() { live(t, path, i, r) })
		}
		wg.Wait()
		waitFor(t, "all to be forgotten", func() bool { return r.OpenConns() == 0 })
	}
	round()
	asleep := runtime.NumGoroutine()
	before := heap()
	for range rounds {
		round()
	}
	waitFor(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= asleep })
	if after := heap(); after > before+rounds*each*32 {
		t.Errorf("the heap grew by %d bytes over %d connections", after-before, rounds*each)
	}
	r.wheel.mu.Lock()
	defer r.wheel.mu.Unlock()
	if r.wheel.n != 0 || r.first != nil {
		t.Errorf("%d timers wait", r.wheel.n)
	}
}

// live is one of the short lives a connection may have.
func live(t *testing.T, path string, kind int, r *rig) {
	nc, err := net.Dial("unix", path)
	if err != nil {
		t.Error(err)
		return
	}
	c := shake(t, nc)
	defer c.Close()
	s := <-r.conns // of this client or another
	s.c.After(time.Hour, func() {})
	switch kind % 4 {
	case 0:
		s.c.Close(1000, "")
	case 1:
		s.c.Write(AppendFrame(nil, make([]byte, 1000)))
	case 2:
		_, _ = c.Write(masked(finText, "hello"))
		_, _ = c.Write(masked(finClose, codePayload(1000)))
	}
}

func heap() uint64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestCloseEndsEverything(t *testing.T) {
	r := newRig(t, Config{})
	var all []*scribe
	var clients []*client
	for range 50 {
		c, s := r.dial(t)
		all, clients = append(all, s), append(clients, c)
	}
	frame := AppendFrame(nil, make([]byte, 1000))
	fill(t, all[0].c, frame)
	s := r.Server
	s.Close()
	for _, one := range all {
		select {
		case <-one.closed:
		default:
			t.Fatal("Close has returned before a Closed")
		}
	}
	for _, c := range clients[1:] {
		c.wantClose(codeGoingAway)
	}
	if s.OpenConns() != 0 {
		t.Errorf("%d connections", s.OpenConns())
	}
	r.Server = NewServer(Config{}) // for the cleanup
}
