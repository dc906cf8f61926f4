package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"deskwire/desk"
)

func encode(t *testing.T, parts []*batchPart) (out [][]byte) {
	t.Helper()
	for _, p := range parts {
		raw, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, raw)
	}
	return out
}

// natsServer is a real NATS that can be stopped and started again at its address. It forgets all
// when it stops.
type natsServer struct {
	t    *testing.T
	port int
	at   *server.Server
}

func startNATS(t *testing.T) *natsServer {
	n := &natsServer{t: t, port: server.RANDOM_PORT}
	n.start()
	t.Cleanup(n.stop)
	return n
}

func (n *natsServer) start() {
	n.t.Helper()
	at, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: n.port, JetStream: true, StoreDir: n.t.TempDir(), NoSigs: true, NoLog: true,
	})
	if err != nil {
		n.t.Fatal(err)
	}
	at.Start()
	if !at.ReadyForConnections(20 * time.Second) {
		n.t.Fatal("NATS does not start")
	}
	n.at, n.port = at, at.Addr().(*net.TCPAddr).Port
}

func (n *natsServer) stop() {
	n.at.Shutdown()
	n.at.WaitForShutdown()
}

func (n *natsServer) connect(database string) *NATS {
	n.t.Helper()
	c, err := OpenNATS("nats://127.0.0.1:"+strconv.Itoa(n.port), database, quiet)
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(c.Close)
	return c
}

// election gives the lead to one at a time, or to all.
type election struct {
	turn    chan struct{} // holds the lead while nobody has it
	anarchy atomic.Bool

	mu   sync.Mutex
	lost chan struct{}
	name string
}

func newElection() *election {
	e := &election{turn: make(chan struct{}, 1)}
	e.turn <- struct{}{}
	return e
}

func (e *election) lead(name string) LeaderElection {
	return func(ctx context.Context) (<-chan struct{}, error) {
		if e.anarchy.Load() {
			return ctx.Done(), nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-e.turn:
		}
		lost := make(chan struct{})
		e.mu.Lock()
		e.lost, e.name = lost, name
		e.mu.Unlock()
		context.AfterFunc(ctx, func() { e.end(lost) })
		return lost, nil
	}
}

func (e *election) end(lost chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if lost != nil && e.lost == lost {
		close(lost)
		e.lost, e.name = nil, ""
		e.turn <- struct{}{}
	}
}

func (e *election) depose() {
	e.mu.Lock()
	lost := e.lost
	e.mu.Unlock()
	e.end(lost)
}

func (e *election) leader() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.name
}

// tailing is one server that follows the log.
type tailing struct {
	name   string
	wake   chan struct{}
	taken  taker
	reads  atomic.Int64
	cancel context.CancelFunc
	done   chan struct{}
}

func (s *tailing) start(t *testing.T, tail func(LogReader) LogTail, read LogReader) {
	s.wake, s.done = make(chan struct{}, 1), make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	counted := func(ctx context.Context, cursor desk.Cursor) (desk.Batch, error) {
		s.reads.Add(1)
		return read(ctx, cursor)
	}
	go func() {
		defer close(s.done)
		if err := tail(counted)(ctx, s.taken.cursor, s.wake, s.taken.take); ctx.Err() == nil {
			t.Errorf("server %s stopped: %v", s.name, err)
		}
	}()
	t.Cleanup(s.stop)
}

func (s *tailing) stop() {
	s.cancel()
	<-s.done
}

func TestNATSTailOutlivesWhatItStandsOn(t *testing.T) {
	t.Parallel()
	broker, polls, log := startNATS(t), newElection(), &fakeLog{}
	first, err := log.read(t.Context(), desk.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	var servers []*tailing
	tail := func(s *tailing) func(LogReader) LogTail {
		conn := broker.connect("t1")
		return func(read LogReader) LogTail { return conn.SharedTail(polls.lead(s.name), read) }
	}
	for _, name := range []string{"a", "b", "c"} {
		s := &tailing{name: name, taken: taker{cursor: first.Cursor}}
		servers = append(servers, s)
		s.start(t, tail(s), log.read)
	}
	commit := func(n int) {
		for i := range n {
			log.commit(1 + i%3)
			for _, s := range servers {
				if i%4 > 0 { // some wakes are lost
					wakeWaiter(s.wake)
				}
			}
			time.Sleep(time.Millisecond)
		}
	}
	seen := func(what string) {
		t.Helper()
		eventually(t, what, func() string {
			for _, s := range servers {
				if wrong := s.taken.missing(log.ids()); wrong != "" {
					return s.name + ": " + wrong
				}
			}
			return ""
		})
	}
	// fed waits until those who don't lead get a burst by the stream alone.
	fed := func(what string) {
		t.Helper()
		eventually(t, what+": the stream feeds", func() string {
			leader := polls.leader()
			before := map[*tailing]int64{}
			for _, s := range servers {
				before[s] = s.reads.Load()
			}
			commit(10)
			seen(what)
			for _, s := range servers {
				if n := s.reads.Load() - before[s]; s.name != leader && n > 0 {
					return s.name + " read the log " + strconv.FormatInt(n, 10) + " times"
				}
			}
			return ""
		})
	}

	commit(30)
	seen("start")
	fed("start")

	polls.depose()
	commit(30)
	seen("another leader")
	fed("another leader")

	broker.stop()
	commit(30)
	seen("NATS is gone")
	log.Lock()
	log.down = true
	log.Unlock()
	time.Sleep(150 * time.Millisecond) // some readings fail
	log.Lock()
	log.down = false
	log.Unlock()
	commit(30)
	seen("the database was away, too")
	broker.start()
	commit(30)
	seen("NATS is back, empty")
	fed("NATS is back, empty")

	polls.anarchy.Store(true)
	polls.depose()
	commit(100)
	seen("several leaders")
	servers[1].stop()
	commit(20)
	servers[1].start(t, tail(servers[1]), log.read)
	commit(30)
	seen("a server starts again where it was")
}

// A wedged stream looks alive: the connection is there and nothing comes. The servers must not wait
// for it.
func TestNATSTailWithoutLeader(t *testing.T) {
	t.Parallel()
	broker, log := startNATS(t), &fakeLog{}
	first, _ := log.read(t.Context(), desk.Cursor{})
	nobody := func(ctx context.Context) (<-chan struct{}, error) { <-ctx.Done(); return nil, ctx.Err() }
	s := &tailing{name: "a", taken: taker{cursor: first.Cursor}}
	conn := broker.connect("t2")
	s.start(t, func(read LogReader) LogTail { return conn.SharedTail(nobody, read) }, log.read)
	for range 3 {
		log.commit(3)
		eventually(t, "no leader", func() string { return s.taken.missing(log.ids()) })
	}
}

// What can't be read in the stream, as of another version, is said once, and its events come from
// the log.
func TestNATSTailOfUnreadable(t *testing.T) {
	t.Parallel()
	broker, polls, log := startNATS(t), newElection(), &fakeLog{}
	first, err := log.read(t.Context(), desk.Cursor{})
	must(t, err)
	s := &tailing{name: "a", taken: taker{cursor: first.Cursor}}
	var said lines
	conn := broker.connect("t3")
	conn.log = slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s.start(t, func(read LogReader) LogTail { return conn.SharedTail(polls.lead(s.name), read) }, log.read)
	committed := func() {
		t.Helper()
		log.commit(1)
		wakeWaiter(s.wake)
		eventually(t, "the event comes", func() string { return s.taken.missing(log.ids()) })
	}
	committed()
	good, err := json.Marshal(&batchPart{Before: "", Cursor: first.Cursor.String(), Last: true})
	must(t, err)
	for name, text := range map[string]string{
		"no JSON": "noise", "a cursor": `{"before":"","cursor":"v9:none","last":true}`, "a cursor before": `{"before":"v9:none","cursor":"","last":true}`,
		"an event": strings.Replace(string(good), `"events":null`, `"events":["new"]`, 1), "no object": "[]", "nothing": "",
	} {
		before, tries := said.count("cannot read"), 0
		eventually(t, name+" is said", func() string {
			if said.count("cannot read") > before {
				return ""
			}
			if tries%20 == 0 { // what came before the server listened it does not hear
				_, err := conn.js.Publish(t.Context(), conn.prefix+".log", []byte(text))
				must(t, err)
			}
			tries++
			return "it is not: " + said.String()
		})
		committed()
		_, err := conn.js.Publish(t.Context(), conn.prefix+".log", []byte(text))
		must(t, err)
		committed()
		_, err = conn.js.Publish(t.Context(), conn.prefix+".log", good)
		must(t, err)
		committed()
	}
}

// lines is a log that a test reads.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *lines) count(part string) int { return strings.Count(l.String(), part) }

// Servers of another database on the same NATS hear nothing.
func TestNATSKeepsDatabasesApart(t *testing.T) {
	t.Parallel()
	broker := startNATS(t)
	ours, theirs := newBusUser(t, broker.connect("one")), newBusUser(t, broker.connect("two"))
	peer := newBusUser(t, broker.connect("one"))
	ours.awaitUp(t)
	theirs.awaitUp(t)
	peer.awaitUp(t)
	ours.bus.Publish(TopicPresence, []byte("x"))
	eventually(t, "the peer hears", func() string { return peer.lacks(TopicPresence, "x") })
	if theirs.lacks(TopicPresence, "x") == "" {
		t.Fatal("a server of another database heard it")
	}
}

func TestBusOnNATS(t *testing.T) {
	t.Parallel()
	broker := startNATS(t)
	testBus(t, func(t *testing.T) Transport { return broker.connect("bus") }, func() {
		broker.stop()
		broker.start()
	})
}
