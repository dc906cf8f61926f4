package live

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"deskwire/db/dbtest"
	"deskwire/desk"
)

// Three servers, joined by Postgres: each knows who is where, after a break of all connections too,
// and for a server that is killed its agents go by themselves.
func TestPresenceOnPostgres(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	sql := openPool(t, dsn)
	var servers []*Presences
	var kill []func()
	for range 3 {
		bus := NewBus(openStore(t, dsn).Notifier(), quiet)
		p := NewPresences(func(m []byte) { bus.Publish(TopicPresence, m) })
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { p.Run(ctx) })
		wg.Go(func() {
			bus.Run(ctx, func(topic Topic, payload []byte) {
				switch topic {
				case Reconnected:
					p.Synchronize()
				case TopicPresence:
					p.TakeMessage(payload)
				}
			})
		})
		end := func() { cancel(); wg.Wait() }
		t.Cleanup(end)
		servers, kill = append(servers, p), append(kill, end)
		p.Heartbeat(acc, cnv, desk.ID{50, byte(len(servers))}, "s", viewing) // before it is connected
	}
	agree := func(what string, n int, of ...*Presences) {
		t.Helper()
		eventually(t, what, func() string {
			for _, p := range of {
				if l := p.ViewersOf(acc, cnv); len(l) != n {
					return "there are " + who(l)
				}
			}
			return ""
		})
	}
	agree("who was there from the start", 3, servers...)
	servers[0].Heartbeat(acc, cnv, ann, "s1", reply)
	agree("one more", 4, servers...)
	_, err := sql.Exec(t.Context(), terminateBus)
	must(t, err)
	servers[1].Heartbeat(acc, cnv, ben, "s2", comment)
	servers[0].SessionEnded("s1")
	eventually(t, "after a break", func() string {
		for _, p := range servers {
			p.Heartbeat(acc, cnv, desk.ID{50, 9}, "alive", viewing) // who lives says so
			for _, q := range p.ViewersOf(acc, cnv) {
				if q.AgentID == ben && q.State == comment {
					return ""
				}
			}
		}
		return "ben is not known everywhere"
	})
	kill[2]()
	eventually(t, "the agent of a killed server goes", func() string {
		for _, q := range servers[0].ViewersOf(acc, cnv) {
			if q.AgentID == (desk.ID{50, 3}) {
				return "still there"
			}
		}
		return ""
	})
}

// readOutbox reads a log as package db does: what a snapshot did not show.
func readOutbox(sql *pgxpool.Pool) LogReader {
	return func(ctx context.Context, cursor desk.Cursor) (desk.Batch, error) {
		var snapshot string
		if cursor.IsZero() {
			err := sql.QueryRow(ctx, "SELECT pg_current_snapshot()::text").Scan(&snapshot)
			return desk.Batch{Cursor: outboxCursor(snapshot)}, err
		}
		b := desk.Batch{Before: cursor}
		rows, err := sql.Query(ctx, `SELECT s::text, e.id FROM pg_current_snapshot() AS s LEFT JOIN LATERAL (
			SELECT id, xid FROM outbox WHERE pg_visible_in_snapshot(xid, s)
			AND (xid = ANY(ARRAY(SELECT pg_snapshot_xip($1::text::pg_snapshot))) OR xid >= pg_snapshot_xmax($1::text::pg_snapshot))) AS e ON true
			ORDER BY e.xid, e.id`, cursor.Snapshot())
		if err != nil {
			return b, err
		}
		var id *uuid.UUID
		_, err = pgx.ForEachRow(rows, []any{&snapshot, &id}, func() error {
			if id != nil {
				b.Events = append(b.Events, &desk.Event{ID: desk.ID(*id)})
			}
			return nil
		})
		b.Cursor = outboxCursor(snapshot)
		return b, err
	}
}

func outboxCursor(snapshot string) desk.Cursor {
	c, _ := desk.ParseSnapshot(snapshot)
	c.Epoch = "outbox"
	return c
}

// Many writers with transactions of all lengths, three servers on a real Postgres and a real NATS,
// leaders whose connections are cut and a NATS that starts anew: each server sees each event once,
// and what was committed before something began comes before it.
func TestNATSTailOnPostgres(t *testing.T) {
	t.Parallel()
	dsn, broker := dbtest.DSN(t), startNATS(t)
	sql := openPool(t, dsn)
	_, err := sql.Exec(t.Context(), `CREATE TABLE outbox (id uuid PRIMARY KEY, xid xid8 NOT NULL DEFAULT pg_current_xact_id())`)
	must(t, err)
	first, err := readOutbox(sql)(t.Context(), desk.Cursor{})
	must(t, err)
	var servers []*tailing
	for _, name := range []string{"a", "b", "c"} {
		store, conn := openStore(t, dsn), broker.connect("t3")
		s := &tailing{name: name, taken: taker{cursor: first.Cursor}}
		servers = append(servers, s)
		s.start(t, func(read LogReader) LogTail { return conn.SharedTail(store.Lead, read) }, readOutbox(openPool(t, dsn)))
	}
	type pair struct{ cause, consequence desk.ID }
	const writers, turns = 4, 120
	pairs := make([][]pair, writers)
	insert := func(held time.Duration) desk.ID {
		id := uuid.New()
		err := pgx.BeginFunc(context.Background(), sql, func(tx pgx.Tx) error {
			_, err := tx.Exec(context.Background(), "INSERT INTO outbox (id) VALUES ($1)", id)
			time.Sleep(held)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		for _, s := range servers {
			wakeWaiter(s.wake)
		}
		return desk.ID(id)
	}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for range turns {
				held := time.Duration(rand.IntN(30)) * time.Millisecond
				pairs[w] = append(pairs[w], pair{insert(held), insert(held / 10)})
			}
		})
	}
	for i := range 4 {
		time.Sleep(500 * time.Millisecond)
		if i == 1 {
			broker.stop()
			time.Sleep(300 * time.Millisecond)
			broker.start()
		}
		_, err := sql.Exec(t.Context(), terminateBus)
		must(t, err)
	}
	wg.Wait()
	for _, s := range servers {
		eventually(t, "server "+s.name, func() string {
			s.taken.Lock()
			defer s.taken.Unlock()
			if len(s.taken.ids) < 2*writers*turns {
				return "events are missing"
			}
			return s.taken.broken
		})
		s.stop()
		place := map[desk.ID]int{}
		for i, id := range s.taken.ids {
			if _, twice := place[id]; twice {
				t.Fatalf("server %s took event %s twice", s.name, id)
			}
			place[id] = i
		}
		if len(place) != 2*writers*turns {
			t.Fatalf("server %s took %d events of %d", s.name, len(place), 2*writers*turns)
		}
		for _, own := range pairs {
			for _, p := range own {
				if place[p.cause] > place[p.consequence] {
					t.Fatalf("server %s took an event before its cause", s.name)
				}
			}
		}
	}
}
