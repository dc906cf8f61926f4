package db_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"deskwire/db"
	"deskwire/db/dbtest"
)

// line is one server's two connections to the others.
type line struct {
	frames chan []byte
	heard  chan string
	broken chan error // of either direction
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func openLine(t *testing.T, s *db.Store) *line {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	l := &line{frames: make(chan []byte), heard: make(chan string, 100), broken: make(chan error, 2), cancel: cancel}
	up := make(chan struct{}, 2)
	ready := func() { up <- struct{}{} }
	l.done.Go(func() { l.broken <- s.Notifier().Send(ctx, ready, l.frames) })
	l.done.Go(func() {
		l.broken <- s.Notifier().Receive(ctx, ready, func(f []byte) { l.heard <- string(f) })
	})
	t.Cleanup(l.close)
	for range 2 {
		select {
		case <-up:
		case err := <-l.broken:
			t.Fatal(err)
		}
	}
	return l
}

func (l *line) close() {
	l.cancel()
	l.done.Wait()
}

// bus is the connections of servers beside their pools, as the database lists them.
const bus = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'deskwire bus'"

func TestNotifierCarriesFrames(t *testing.T) {
	dsn := dbtest.DSN(t)
	a, b := openStore(t, dsn), openStore(t, dsn)
	foreign := dbtest.New(t) // another database of the same cluster
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	first, second, apart := openLine(t, a), openLine(t, b), openLine(t, foreign)
	long := strings.Repeat("ö'\\", 7900/4)
	for _, f := range []string{"one", "two", long} {
		first.frames <- []byte(f)
		for _, l := range []*line{first, second} {
			if got := <-l.heard; got != f {
				t.Fatalf("%.20q was heard as %.20q", f, got)
			}
		}
	}
	for _, l := range []*line{first, second, apart} {
		l.close()
	}
	if len(apart.heard) > 0 {
		t.Fatal("another database heard it")
	}
}

// A line that the database cut ends with an error in both directions, and a new one works.
func TestNotifierTellsOfABreak(t *testing.T) {
	dsn := dbtest.DSN(t)
	s, sql := openStore(t, dsn), connect(t, dsn)
	l := openLine(t, s)
	_, err := sql.Exec(ctx, "SELECT pg_terminate_backend(pid) "+bus)
	must(t, err)
	if err := <-l.broken; err == nil {
		t.Fatal("no error")
	}
	l.frames <- []byte("lost") // what sends finds out by sending
	if err := <-l.broken; err == nil {
		t.Fatal("no error")
	}
	l = openLine(t, s)
	l.frames <- []byte("again")
	if got := <-l.heard; got != "again" {
		t.Fatalf("heard %q", got)
	}
}

// A network that swallows everything without a word is found out, too.
func TestNotifierFindsADeadNetwork(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	wire := newSwallower(t, dsn)
	l := openLine(t, openStore(t, wire.dsn))
	begin := time.Now()
	wire.swallow.Store(true)
	l.frames <- []byte("lost")
	for range 2 {
		if err := <-l.broken; err == nil {
			t.Fatal("no error")
		}
	}
	if d := time.Since(begin); d > 20*time.Second {
		t.Fatalf("it took %s", d)
	}
}

func TestLeadIsOfOne(t *testing.T) {
	dsn := dbtest.DSN(t)
	sql := connect(t, dsn)
	stores := []*db.Store{openStore(t, dsn), openStore(t, dsn), openStore(t, dsn)}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	type term struct {
		name int
		lost <-chan struct{}
	}
	terms, stop := make(chan term, 10), make([]context.CancelFunc, 3)
	var servers sync.WaitGroup
	for i := range stop {
		s := stores[i]
		ctx, cancel := context.WithCancel(ctx)
		stop[i] = cancel
		servers.Go(func() {
			for ctx.Err() == nil {
				lost, err := s.Lead(ctx)
				if err == nil {
					terms <- term{i, lost}
					<-lost
				}
			}
		})
	}
	holders := func() (n int) {
		must(t, sql.QueryRow(ctx, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&n))
		return n
	}
	now := <-terms
	for range 3 {
		if n := holders(); n != 1 || len(terms) > 0 {
			t.Fatalf("%d lead, and %d more say so", n, len(terms))
		}
		_, err := sql.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
		must(t, err)
		<-now.lost
		now = <-terms
	}
	// One that goes hands on at once, and those who wait keep no snapshot that would hold back a
	// vacuum.
	var held int
	must(t, sql.QueryRow(ctx, "SELECT count(*) "+bus+" AND (backend_xmin IS NOT NULL OR state <> 'idle')").Scan(&held))
	if held > 1 { // one may be asking just now
		t.Fatalf("%d of the waiting hold a snapshot", held)
	}
	stop[now.name]()
	<-now.lost
	if next := <-terms; next.name == now.name {
		t.Fatal("who went leads again")
	}
	for _, s := range stop {
		s()
	}
	servers.Wait()
}

func TestIdentityIsOfOneDatabase(t *testing.T) {
	dsn := dbtest.DSN(t)
	var ids []string
	for _, s := range []*db.Store{openStore(t, dsn), openStore(t, dsn), dbtest.New(t)} {
		id, err := s.Identity(ctx)
		must(t, err)
		ids = append(ids, id)
	}
	if ids[0] != ids[1] || ids[0] == ids[2] || len(ids[0]) != 32 {
		t.Fatalf("two servers of one database and one of another: %v", ids)
	}
}

func openStore(t *testing.T, dsn string) *db.Store {
	t.Helper()
	s, err := db.Open(ctx, dsn, db.Options{MaxConns: 4})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(ctx, dsn)
	must(t, err)
	t.Cleanup(func() { _ = c.Close(ctx) })
	return c
}

// swallower stands between a server and Postgres and can stop to pass on anything, while all
// connections stay open.
type swallower struct {
	dsn     string
	swallow atomic.Bool
}

func newSwallower(t *testing.T, dsn string) *swallower {
	t.Helper()
	cfg, err := pgx.ParseConfig(dsn)
	must(t, err)
	dir, err := os.MkdirTemp("", "sw") // t.TempDir is too long for the address of a socket
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	name := fmt.Sprintf(".s.PGSQL.%d", cfg.Port)
	near, err := net.Listen("unix", filepath.Join(dir, name))
	must(t, err)
	w := &swallower{dsn: fmt.Sprintf("host=%s port=%d user=%s database=%s", dir, cfg.Port, cfg.User, cfg.Database)}
	var open []net.Conn
	var mu sync.Mutex
	var done sync.WaitGroup
	pass := func(to, from net.Conn) {
		_, _ = io.Copy(writerFunc(func(b []byte) (int, error) {
			if w.swallow.Load() {
				return len(b), nil
			}
			return to.Write(b)
		}), from)
		if !w.swallow.Load() {
			_ = to.Close()
		}
	}
	done.Go(func() {
		for {
			c, err := near.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", filepath.Join(cfg.Host, name))
			if err != nil {
				_ = c.Close()
				return
			}
			mu.Lock()
			open = append(open, c, far)
			mu.Unlock()
			done.Go(func() { pass(far, c) })
			done.Go(func() { pass(c, far) })
		}
	})
	t.Cleanup(func() {
		_ = near.Close()
		mu.Lock()
		for _, c := range slices.Clone(open) {
			_ = c.Close()
		}
		mu.Unlock()
		done.Wait()
	})
	return w
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
