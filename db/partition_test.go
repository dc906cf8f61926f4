package db_test

import (
	"context"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/embedded"
	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/db/write"
)

// A month's partition is made and dropped without anybody waiting: not for a reader who holds on to
// the log, and not for the one who makes it.

// quickly is what a statement may take while somebody waits for a lock: the wait of 200 ms, and
// much room for a busy machine. Whoever is held up waits until the test gives the lock back, so any
// bound tells.
const quickly = 10 * time.Second

func (w *world) partitions() []string {
	w.t.Helper()
	rows, err := w.sql.Query(ctx, "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1")
	must(w.t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(w.t, err)
	return names
}

// loseNewestPartition has the database as it stands when a month begins and its partition is to be
// made.
func (w *world) loseNewestPartition() string {
	w.t.Helper()
	names := w.partitions()
	newest := names[len(names)-2]
	if names[len(names)-1] != "events_default" || len(newest) != len("events_2006_01") {
		w.t.Fatalf("the partitions are %v", names)
	}
	w.exec("ALTER TABLE events DETACH PARTITION " + newest)
	w.exec("DROP TABLE " + newest)
	return newest
}

// workWhile reads and writes the log until the end of something, and fails where that takes long.
func (w *world) workWhile(f func()) {
	w.t.Helper()
	until, stop := context.WithCancel(ctx)
	var done sync.WaitGroup
	days := 0
	for _, do := range []func() error{
		func() error {
			days++
			_, err := w.store.Write(ctx, write.Write{By: read.Authenticated(w.admin), Mutation: "test"}, func(ctx context.Context, tx *write.Tx) error {
				return tx.UpdateAccount(ctx, nil, nil, new(1+days%100), nil)
			})
			return err
		},
		func() error { _, err := w.store.LogCursor(ctx); return err },
	} {
		done.Go(func() {
			for until.Err() == nil {
				began := time.Now()
				err := do()
				if took := time.Since(began); err != nil || took > quickly {
					w.t.Errorf("took %v: %v", took, err)
				}
			}
		})
	}
	f()
	stop()
	done.Wait()
}

// start is what another server does at its start.
func (w *world) start() {
	w.t.Helper()
	began := time.Now()
	other, err := db.Open(ctx, w.sql.Config().ConnString(), db.Options{MaxConns: 2})
	must(w.t, err)
	defer func() { _ = other.Close() }()
	must(w.t, other.Migrate(ctx))
	if took := time.Since(began); took > 2*quickly {
		w.t.Errorf("the start took %v", took)
	}
}

func TestPartitions_behindAnOpenTransaction(t *testing.T) {
	t.Parallel()
	for name, hold := range map[string]string{
		"a locked default":   "LOCK TABLE events_default IN ACCESS SHARE MODE",
		"a read of the log":  "SELECT count(*) FROM events",
		"a write to the log": "UPDATE events SET mutation = 'x'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, db.Options{MaxConns: 8})
			newest := w.loseNewestPartition()
			holder, err := pgx.ConnectConfig(ctx, w.sql.Config().Copy())
			must(t, err)
			defer func() { _ = holder.Close(ctx) }()
			_, err = holder.Exec(ctx, "BEGIN;"+hold, pgx.QueryExecModeSimpleProtocol)
			must(t, err)
			w.workWhile(func() {
				if err := w.store.KeepPartitions(ctx, time.Time{}); !pg.IsLockTimeout(err) {
					t.Errorf("got %v", err)
				}
				w.start()
			})
			_, err = holder.Exec(ctx, "COMMIT")
			must(t, err)
			must(t, w.store.KeepPartitions(ctx, time.Time{}))
			if !slices.Contains(w.partitions(), newest) {
				t.Errorf("%s was not made", newest)
			}
		})
	}
}

// TestPartitions_behindADump has a real pg_dump running over the change of a month, with a month to
// drop as well.
func TestPartitions_behindADump(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{MaxConns: 8})
	w.exec("CREATE TABLE events_2020_02 PARTITION OF events FOR VALUES FROM ('2020-02-01') TO ('2020-03-01')")
	w.exec("CREATE TABLE a_large_one AS SELECT repeat(md5(n::text), 10) FROM generate_series(1, 20000) AS n")
	newest := w.loseNewestPartition()
	bin, err := embedded.FindBinaries()
	must(t, err)
	dump := exec.Command(filepath.Join(bin, "pg_dump"), w.sql.Config().ConnString())
	out, err := dump.StdoutPipe()
	must(t, err)
	must(t, dump.Start())
	_, err = io.ReadFull(out, make([]byte, 1000)) // it has its locks, and waits until more of it is read
	must(t, err)
	over := time.Date(2020, 3, 1, 0, 0, 0, 0, time.UTC)
	w.workWhile(func() {
		if err := w.store.KeepPartitions(ctx, over); !pg.IsLockTimeout(err) {
			t.Errorf("got %v", err)
		}
		if err := w.store.DropPartitions(ctx, over); !pg.IsLockTimeout(err) {
			t.Errorf("got %v", err)
		}
		w.start()
	})
	_, err = io.Copy(io.Discard, out)
	must(t, err)
	must(t, dump.Wait())
	must(t, w.store.KeepPartitions(ctx, over))
	if names := w.partitions(); !slices.Contains(names, newest) || slices.Contains(names, "events_2020_02") {
		t.Errorf("the partitions are %v", names)
	}
}

// TestPartitions_late: events of a month that has begun without its partition stay where they are
// when they are many, are moved when they are few, and are dropped with their month.
func TestPartitions_late(t *testing.T) {
	t.Parallel()
	for name, many := range map[string]int{"few": 10, "many": 5000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, db.Options{MaxConns: 8})
			newest := w.loseNewestPartition()
			month, err := time.Parse("events_2006_01", newest)
			must(t, err)
			w.exec(`INSERT INTO events (account_id, id, at, kind, entity_kind, entity_id, changes, rule, effect, mutation, cascade_id, recorded_at)
				SELECT $1, gen_random_uuid(), now(), 'CONTACT_UPDATED', 'con', $1, '[]', '', false, 'late', $1, $2::timestamptz + interval '3 days' FROM generate_series(1, $3)`, w.account.ID, month, many)
			var servers sync.WaitGroup
			for range 3 {
				servers.Go(func() {
					if err := w.store.KeepPartitions(ctx, time.Time{}); err != nil {
						t.Error(err)
					}
				})
			}
			servers.Wait()
			in := func(table string) (n int) {
				must(t, w.sql.QueryRow(ctx, "SELECT count(*) FROM "+table+" WHERE mutation = 'late'").Scan(&n))
				return n
			}
			if moved := in(newest); in("events") != many || moved != many && moved != 0 || (moved == many) != (name == "few") {
				t.Errorf("of %d events %d are there, %d in %s", many, in("events"), moved, newest)
			}
			must(t, w.store.DropPartitions(ctx, month.AddDate(0, 1, 0)))
			if in("events") != 0 || in("events_default") != 0 {
				t.Errorf("%d events were not dropped", in("events"))
			}
		})
	}
}
