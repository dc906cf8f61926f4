//go:build unix && !race

package socket

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// maxIdle is what a connection may cost while nothing happens, in bytes of heap and stack.
const maxIdle = 7 << 10

func TestAnIdleConnectionCostsLittle(t *testing.T) {
	heap, stack, goroutines := idleCost(t, 2000)
	if total := heap + stack; total > maxIdle {
		t.Errorf("an idle connection costs %.0f bytes of heap and %.0f of stack, want at most %d", heap, stack, maxIdle)
	}
	if goroutines > 1.01 {
		t.Errorf("an idle connection has %.2f goroutines, want one", goroutines)
	}
}

func TestAWriteCostsNothingElse(t *testing.T) {
	r := newRig(t, Config{})
	c, s := r.dial(t)
	frame := AppendFrame(nil, make([]byte, 500))
	before := runtime.NumGoroutine()
	allocs := testing.AllocsPerRun(1000, func() {
		if !s.c.Write(frame) {
			t.Fatal("refused")
		}
		if _, err := c.r.Discard(len(frame)); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("a write makes %v allocations", allocs)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines more", after-before)
	}
	allocs = testing.AllocsPerRun(1000, func() {
		s.c.Hold(frame)
		s.c.Hold(frame)
		s.c.Flush()
		if _, err := c.r.Discard(2 * len(frame)); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 0.1 { // the pool of buffers may be emptied by a collection
		t.Errorf("holding and flushing makes %v allocations", allocs)
	}
}

func BenchmarkIdle(b *testing.B) {
	var heap, stack float64
	for b.Loop() {
		heap, stack, _ = idleCost(b, 2000)
	}
	b.ReportMetric(heap, "heap-B/conn")
	b.ReportMetric(stack, "stack-B/conn")
	b.ReportMetric((heap+stack)/1024, "KiB/conn")
	b.ReportMetric(0, "ns/op")
}

// idleCost opens n connections that have each had a ping, a message and its answer, and gives what
// one costs. Their clients are bare descriptors, so that all that is counted is the server's.
func idleCost(t testing.TB, n int) (heap, stack, goroutines float64) {
	s := NewServer(Config{PingEvery: time.Hour})
	defer s.Close()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.Accept(w, r, func(c *Conn) Handler { return echo{c} }); err != nil {
			t.Error(err)
		}
	}))
	defer web.Close()
	addr := web.Listener.Addr().(*net.TCPAddr)

	before, asleep := memory(), runtime.NumGoroutine()
	fds := make([]int, n)
	for i := range fds {
		fds[i] = bareClient(t, addr)
		defer func() { _ = syscall.Close(fds[i]) }()
	}
	for i := range fds { // as life has it: a ping, and a message of usual length
		roundTrip(t, fds[i], masked(finPing, "x"), 2+1)
		roundTrip(t, fds[i], masked(finText, string(make([]byte, 600))), 4+600)
	}
	if got := s.OpenConns(); got != n {
		t.Fatalf("%d connections, want %d", got, n)
	}
	waitFor(t, "net/http's goroutines to end", func() bool { return runtime.NumGoroutine()-asleep <= n })
	after := memory()
	per := func(a, b uint64) float64 { return (float64(b) - float64(a)) / float64(n) }
	return per(before.HeapAlloc, after.HeapAlloc), per(before.StackInuse, after.StackInuse),
		float64(runtime.NumGoroutine()-asleep) / float64(n)
}

func memory() (m runtime.MemStats) {
	for range 4 { // pools take two to be empty, stacks one each to shrink
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m
}

func bareClient(t testing.TB, addr *net.TCPAddr) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	to := syscall.SockaddrInet4{Port: addr.Port, Addr: [4]byte(addr.IP.To4())}
	if err := syscall.Connect(fd, &to); err != nil {
		t.Fatal(err)
	}
	roundTrip(t, fd, []byte(fmt.Sprintf(handshake, "/")), len(welcome))
	return fd
}

// roundTrip sends and reads the n bytes of an answer.
func roundTrip(t testing.TB, fd int, request []byte, n int) {
	if _, err := syscall.Write(fd, request); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, n)
	for got := 0; got < n; {
		k, err := syscall.Read(fd, answer[got:])
		if err != nil || k == 0 {
			t.Fatalf("%d of %d bytes answered: %v", got, n, err)
		}
		got += k
	}
}
