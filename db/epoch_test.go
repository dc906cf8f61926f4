package db_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/db/embedded"
	"deskwire/desk"
)

// A database that was put back to an earlier time gives the same transaction numbers again. Cursors
// from the time that is gone must not be taken for its own.

// knows says whether a cursor can be resumed from.
func knows(t *testing.T, s *db.Store, account desk.ID, cursor desk.Cursor) bool {
	t.Helper()
	now, err := s.LogCursor(ctx)
	must(t, err)
	_, err = s.Missed(ctx, account, cursor, now, time.Time{})
	return err == nil
}

// TestEpoch_dump restores a real dump into another database of the same cluster.
func TestEpoch_dump(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	must(t, w.store.Migrate(ctx))
	before, err := w.store.LogCursor(ctx)
	must(t, err)
	must(t, w.store.Migrate(ctx))
	if !knows(t, w.store, w.account.ID, before) {
		t.Error("another start made cursors void")
	}
	bin, err := embedded.FindBinaries()
	must(t, err)
	dsn := dbtest.EmptyDSN(t)
	dump, err := exec.Command(filepath.Join(bin, "pg_dump"), w.sql.Config().ConnString()).Output()
	must(t, err)
	restore := exec.Command(filepath.Join(bin, "psql"), "-q", "-v", "ON_ERROR_STOP=1", dsn)
	restore.Stdin = strings.NewReader(string(dump))
	said, err := restore.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	copied, err := db.Open(ctx, dsn, db.Options{MaxConns: 4})
	must(t, err)
	defer func() { _ = copied.Close() }()
	must(t, copied.Migrate(ctx))
	if knows(t, copied, w.account.ID, before) {
		t.Error("a cursor of the database that was dumped is taken for one of the restored one")
	}
	if !knows(t, w.store, w.account.ID, before) {
		t.Error("the dump made cursors of its source void")
	}
}

// TestEpoch_noted: a database whose place an earlier version has noted without the database's own
// number keeps its cursors.
func TestEpoch_noted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.exec("UPDATE log_epoch SET system_id = system_identifier::text FROM pg_control_system()")
	before, err := w.store.LogCursor(ctx)
	must(t, err)
	must(t, w.store.Migrate(ctx))
	must(t, w.store.Migrate(ctx))
	if !knows(t, w.store, w.account.ID, before) {
		t.Error("the upgrade made cursors void")
	}
	must(t, w.store.BeginEpoch(ctx))
	if knows(t, w.store, w.account.ID, before) {
		t.Error("the cursor is good in another epoch")
	}
}

// TestEpoch_copiedFolder puts a copy of the data folder back, and lets the log grow past what was
// lost. A server that ran all the while has noticed, for all.
func TestEpoch_copiedFolder(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "deskwire-epoch-")
	must(t, err)
	copied := dir + "-copy"
	t.Cleanup(func() { _, _ = os.RemoveAll(dir), os.RemoveAll(copied) })
	var running *embedded.Server
	start := func() {
		running, err = embedded.Start(ctx, embedded.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
		must(t, err)
	}
	stop := func() { must(t, running.Stop()) }
	start()
	defer func() { _ = running.Stop() }()
	store, err := db.Open(ctx, running.DSN(), db.Options{MaxConns: 4})
	must(t, err)
	defer func() { _ = store.Close() }()
	must(t, store.Migrate(ctx))
	account := NewID()
	tell := func(n int) {
		t.Helper()
		sql, err := pgx.Connect(ctx, running.DSN())
		must(t, err)
		defer func() { _ = sql.Close(ctx) }()
		for range n {
			_, err := sql.Exec(ctx, insertEvents, account, []desk.ID{NewID()}, account)
			must(t, err)
		}
	}
	tell(1)
	stop()
	if said, err := exec.Command("cp", "-a", dir, copied).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	start()

	anew, begun, read := make(chan bool, 100), make(chan desk.Cursor, 1), make(chan desk.Cursor, 10_000)
	until, end := context.WithCancel(ctx)
	var tail sync.WaitGroup
	tail.Go(func() {
		store.Tail(until, make(chan struct{}), func(at desk.Cursor) { begun <- at }, func(b desk.Batch) {
			if b.Anew {
				anew <- true
			}
			select {
			case read <- b.Cursor:
			default:
			}
		}, func(error) {})
	})
	defer tail.Wait()
	defer end()
	<-begun
	tell(20)
	lost, err := store.LogCursor(ctx)
	must(t, err)
	for at := range read {
		if at.Covers(lost) {
			break
		}
	}
	stop()
	must(t, os.RemoveAll(dir))
	must(t, os.Rename(copied, dir))
	start()
	select {
	case <-anew:
	case <-time.After(30 * time.Second):
		t.Fatal("the tail has not noticed")
	}
	tell(40)
	if knows(t, store, account, lost) {
		t.Error("a cursor of the time that is gone is taken for one of this time")
	}
}
