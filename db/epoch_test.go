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
// lost, at once or later. A server that ran all the while notices, for all.
func TestEpoch_copiedFolder(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]struct{ before, after int }{
		"the log is behind what was lost":    {0, 40},
		"it is as far":                       {20, 1},
		"it is past it, before anyone looks": {40, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCopiedFolder(t)
			c.tell(1)
			c.stop()
			c.copy()
			c.start(c.dir)
			c.tail()
			c.tell(20)
			lost, err := c.store.LogCursor(ctx)
			must(t, err)
			for at := range c.read {
				if at.Covers(lost) {
					break
				}
			}
			c.stop()
			c.start(c.copied) // where the server does not find it
			c.tell(at.before)
			c.stop()
			must(t, os.RemoveAll(c.dir))
			must(t, os.Rename(c.copied, c.dir))
			c.start(c.dir)
			select {
			case <-c.anew:
			case <-time.After(30 * time.Second):
				t.Fatal("the tail has not noticed")
			}
			c.tell(at.after)
			if knows(t, c.store, c.account, lost) {
				t.Error("a cursor of the time that is gone is taken for one of this time")
			}
			now, err := c.store.LogCursor(ctx)
			must(t, err)
			c.restart()
			if !knows(t, c.store, c.account, now) {
				t.Error("a cursor of this time is void after a mere restart")
			}
		})
	}
}

// copiedFolder is a data folder with its copy, and a server that follows the log.
type copiedFolder struct {
	t           *testing.T
	dir, copied string
	running     *embedded.Server
	store       *db.Store
	account     desk.ID
	anew        chan bool
	read        chan desk.Cursor
}

func newCopiedFolder(t *testing.T) *copiedFolder {
	dir, err := os.MkdirTemp("", "deskwire-epoch-")
	must(t, err)
	c := &copiedFolder{t: t, dir: dir, copied: dir + "-copy", account: NewID(), anew: make(chan bool, 100), read: make(chan desk.Cursor, 10_000)}
	t.Cleanup(func() { _, _ = os.RemoveAll(c.dir), os.RemoveAll(c.copied) })
	c.start(dir)
	t.Cleanup(func() { _ = c.running.Stop() })
	c.store, err = db.Open(ctx, c.running.DSN(), db.Options{MaxConns: 4})
	must(t, err)
	t.Cleanup(func() { _ = c.store.Close() })
	must(t, c.store.Migrate(ctx))
	return c
}

func (c *copiedFolder) start(dir string) {
	c.t.Helper()
	var err error
	c.running, err = embedded.Start(ctx, embedded.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	must(c.t, err)
}

func (c *copiedFolder) stop() {
	c.t.Helper()
	must(c.t, c.running.Stop())
}

// restart waits until the tail has read again.
func (c *copiedFolder) restart() {
	c.t.Helper()
	c.stop()
	c.start(c.dir)
	for len(c.read) > 0 {
		<-c.read
	}
	<-c.read
}

func (c *copiedFolder) copy() {
	c.t.Helper()
	if said, err := exec.Command("cp", "-a", c.dir, c.copied).CombinedOutput(); err != nil {
		c.t.Fatalf("%v: %s", err, said)
	}
}

// tell records n events.
func (c *copiedFolder) tell(n int) {
	c.t.Helper()
	sql, err := pgx.Connect(ctx, c.running.DSN())
	must(c.t, err)
	defer func() { _ = sql.Close(ctx) }()
	for range n {
		_, err := sql.Exec(ctx, insertEvents, c.account, []desk.ID{NewID()}, c.account)
		must(c.t, err)
	}
}

// tail follows the log until the test ends.
func (c *copiedFolder) tail() {
	until, end := context.WithCancel(ctx)
	begun := make(chan bool)
	var tail sync.WaitGroup
	tail.Go(func() {
		c.store.Tail(until, make(chan struct{}), func(desk.Cursor) { close(begun) }, func(b desk.Batch) {
			if b.Anew {
				c.anew <- true
			}
			select {
			case c.read <- b.Cursor:
			default:
			}
		}, func(error) {})
	})
	c.t.Cleanup(func() { end(); tail.Wait() })
	<-begun
}
