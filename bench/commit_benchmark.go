//go:build linux

package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"deskwire/db"
	"deskwire/desk"
)

// The smallest change there is, without the log and with it: one statement, one commit. A real
// mutation has ten statements, so the log weighs less there.
const (
	plainChange  = `UPDATE tickets SET name = $2, version = version + 1 WHERE id = $1`
	loggedChange = `WITH changed AS (UPDATE tickets SET name = $2, version = version + 1 WHERE id = $1 RETURNING *)
		INSERT INTO events (account_id, id, at, kind, entity_kind, entity_id, changes, rule, effect, mutation, cascade_id, ticket_id)
		SELECT account_id, gen_random_uuid(), now(), 'TICKET_UPDATED', 'tkt', id, jsonb_build_array(jsonb_build_object('field', 'name', 'new', $2::text)),
			'R16', false, 'ticketUpdate', gen_random_uuid(), id FROM changed`
)

const concurrentWriters = 16

// writers compares transactions a second, in turns.
func (b *bench) writers() error {
	f, err := b.fixture()
	if err != nil {
		return err
	}
	ctx := context.Background()
	store, err := db.Open(ctx, f.pg.DSN(), db.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	const turns, each = 3, 2 * time.Second
	var plain, logged float64
	for range turns {
		n, err := f.changeRate(ctx, plainChange, each, nil)
		if err != nil {
			return err
		}
		plain += n
		n, err = f.changeRate(ctx, loggedChange, each, store)
		if err != nil {
			return err
		}
		logged += n
	}
	perSecond := func(n float64) float64 { return n / (turns * each.Seconds()) }
	lost := 100 * (1 - logged/plain)
	b.add(tableRow{name: fmt.Sprintf("what the log and its reader cost %d writers of one statement each (%.0f → %.0f transactions/s)", concurrentWriters, perSecond(plain), perSecond(logged)),
		unit: "%", ours: lost, goal: "≤ 35 %", met: lost <= 35})
	return nil
}

// readLog tails the log meanwhile, as a server does.
func readLog(ctx context.Context, store *db.Store) (wake func(), stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	woken := make(chan struct{}, 1)
	var reading sync.WaitGroup
	reading.Go(func() {
		store.Tail(ctx, woken, func(desk.Cursor) {}, func(desk.Batch) {}, func(err error) { fmt.Println("reading the log:", err) })
	})
	wake = func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	}
	return wake, func() {
		cancel()
		reading.Wait()
	}
}

// countTransactions runs the writers for a while, and counts.
func countTransactions(d time.Duration, write func(writer int, running func() bool) error) (float64, error) {
	var n atomic.Int64
	var all sync.WaitGroup
	failed := make(chan error, concurrentWriters)
	until := time.Now().Add(d)
	for w := range concurrentWriters {
		all.Go(func() {
			if err := write(w, func() bool { n.Add(1); return time.Now().Before(until) }); err != nil {
				failed <- err
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return 0, err
	default:
		return float64(n.Load() - concurrentWriters), nil
	}
}

func (f *fixture) changeRate(ctx context.Context, sql string, d time.Duration, reader *db.Store) (float64, error) {
	wake := func() {}
	if reader != nil {
		var stop func()
		wake, stop = readLog(ctx, reader)
		defer stop()
	}
	return countTransactions(d, func(w int, running func() bool) error {
		c, err := pgx.Connect(ctx, f.pg.DSN())
		if err != nil {
			return err
		}
		defer func() { _ = c.Close(ctx) }()
		var tag pgconn.CommandTag
		for i := w; running(); i += concurrentWriters {
			if tag, err = c.Exec(ctx, sql, f.tickets[i%len(f.tickets)].ID, fmt.Sprint("Parcel ", i)); err != nil {
				return err
			}
			if tag.RowsAffected() != 1 {
				return fmt.Errorf("%s", tag)
			}
			wake()
		}
		return nil
	})
}
