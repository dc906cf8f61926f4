package live

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"deskwire/db"
	"deskwire/db/dbtest"
)

// busUser is a server that listens to the bus.
type busUser struct {
	bus *Bus

	mu    sync.Mutex
	heard []string
	up    int
}

func newBusUser(t *testing.T, transport Transport) *busUser {
	u := &busUser{bus: NewBus(transport, quiet)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		u.bus.Run(ctx, func(topic Topic, payload []byte) {
			u.mu.Lock()
			defer u.mu.Unlock()
			if topic == Reconnected {
				u.up++
				return
			}
			u.heard = append(u.heard, string(topic)+" "+string(payload))
		})
	}()
	t.Cleanup(func() { cancel(); <-done })
	return u
}

func (u *busUser) ups() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.up
}

// awaitUp waits for both directions.
func (u *busUser) awaitUp(t *testing.T) {
	t.Helper()
	eventually(t, "the bus works", func() string {
		if u.ups() < 2 {
			return "not connected"
		}
		return ""
	})
}

func (u *busUser) count(topic Topic, payload string) (n int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, h := range u.heard {
		if h == string(topic)+" "+payload {
			n++
		}
	}
	return n
}

func (u *busUser) lacks(topic Topic, payload string) string {
	if u.count(topic, payload) == 0 {
		return "nothing heard"
	}
	return ""
}

// testBus is what a bus promises, over any transport. fault breaks all connections.
func testBus(t *testing.T, connect func(*testing.T) Transport, fault func()) {
	var users []*busUser
	for range 3 {
		users = append(users, newBusUser(t, connect(t)))
	}
	for _, u := range users {
		u.awaitUp(t)
	}
	long := strings.Repeat("\x00é", MaxPayload/3) // any bytes, as many as promised
	users[0].bus.Publish(TopicPresence, []byte(long))
	users[0].bus.Publish(TopicPresence, []byte(long+long))
	for range 1000 {
		users[0].bus.Publish(TopicWake, nil)
	}
	for i := range 300 {
		users[1].bus.Publish(TopicPresence, []byte(strconv.Itoa(i)))
	}
	for i, u := range users[1:] {
		eventually(t, "a long message", func() string { return u.lacks(TopicPresence, long) })
		eventually(t, "a wake", func() string { return u.lacks(TopicWake, "") })
		if n := u.count(TopicWake, ""); n > 500 {
			t.Errorf("server %d was woken %d times for a burst of 1000", i+1, n)
		}
		if n := u.count(TopicPresence, long+long); n > 0 {
			t.Error("a message over the limit was carried")
		}
	}
	for _, u := range []*busUser{users[0], users[2]} {
		eventually(t, "all messages", func() string { return u.lacks(TopicPresence, "299") })
		for i := range 300 {
			if n := u.count(TopicPresence, strconv.Itoa(i)); n != 1 {
				t.Fatalf("message %d came %d times", i, n)
			}
		}
	}
	if users[0].count(TopicWake, "")+users[1].count(TopicPresence, "7") > 0 {
		t.Error("a server heard itself")
	}

	before := make([]int, len(users))
	for i, u := range users {
		before[i] = u.ups()
	}
	fault()
	for i, u := range users {
		eventually(t, "connected again", func() string {
			u.bus.Publish(TopicPresence, []byte("probe")) // what sends finds out by sending
			if u.ups() == before[i] {
				return "not yet"
			}
			return ""
		})
	}
	eventually(t, "messages after the break", func() string {
		for i, u := range users {
			u.bus.Publish(TopicPresence, []byte("after "+strconv.Itoa(i)))
		}
		for i := range users {
			for j, u := range users {
				if wrong := u.lacks(TopicPresence, "after "+strconv.Itoa(i)); i != j && wrong != "" {
					return wrong
				}
			}
		}
		return ""
	})
}

// dead is a transport that never works: publishing must neither block nor grow.
type dead struct{}

func (dead) Send(ctx context.Context, _ func(), _ <-chan []byte) error {
	<-ctx.Done()
	return ctx.Err()
}

func (dead) Receive(context.Context, func(), func([]byte)) error { return errDisconnected }

func TestBusWithoutTransport(t *testing.T) {
	u := newBusUser(t, dead{})
	begin := time.Now()
	for range 10 * maxWaiting {
		u.bus.Publish(TopicPresence, make([]byte, 100))
	}
	if b := u.bus; len(b.waiting) > maxWaiting {
		t.Fatalf("%d messages wait", len(b.waiting))
	}
	if d := time.Since(begin); d > 5*time.Second {
		t.Fatalf("publishing took %s", d)
	}
}

const terminateBus = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'deskwire bus'"

func openStore(t *testing.T, dsn string) *db.Store {
	t.Helper()
	s, err := db.Open(t.Context(), dsn, db.Options{MaxConns: 4})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openPool(t *testing.T, dsn string) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(t.Context(), dsn)
	must(t, err)
	t.Cleanup(p.Close)
	return p
}

func TestBusOnPostgres(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	sql := openPool(t, dsn)
	testBus(t, func(t *testing.T) Transport { return openStore(t, dsn).Notifier() }, func() {
		_, err := sql.Exec(t.Context(), terminateBus)
		must(t, err)
	})
}
