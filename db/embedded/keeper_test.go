//go:build unix

package embedded

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
)

// keeperOf is the process that keeps a folder's Postgres.
func keeperOf(t *testing.T, dir string) int {
	t.Helper()
	pid, err := strconv.Atoi(layout(t, dir).lockHolder())
	must(t, err)
	if pid == os.Getpid() || !processExists(pid) {
		t.Fatalf("%d keeps no Postgres", pid)
	}
	return pid
}

// stopped says that nothing runs on the folder any more.
func stopped(t *testing.T, dir string) bool {
	t.Helper()
	lock, err := layout(t, dir).tryLockFolder()
	must(t, err)
	if lock == nil {
		return false
	}
	unlockFolder(lock)
	return !exists(filepath.Join(dir, "data", "postmaster.pid"))
}

// TestUse: two processes use one Postgres. Whoever started it, and however each of them goes, the
// other one goes on with the same Postgres, and the last one takes it along.
func TestUse(t *testing.T) {
	t.Parallel()
	leaves := func(t *testing.T, c *child) { t.Helper(); c.leave(t) }
	dies := func(_ *testing.T, c *child) { c.kill() }
	for name, how := range map[string]struct {
		joinerFirst   bool
		first, second func(*testing.T, *child)
	}{
		"the starter leaves, then the joiner": {false, leaves, leaves},
		"the joiner leaves, then the starter": {true, leaves, leaves},
		"the starter is killed":               {false, dies, leaves},
		"the joiner is killed":                {true, dies, leaves},
		"both are killed":                     {false, dies, dies},
		"both are killed, the joiner first":   {true, dies, dies},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := clusterDir(t)
			first := startChild(t, Options{Dir: dir, Unsafe: true})
			first.ready(t)
			postgres := postmasterOf(t, dir)
			second := startChild(t, Options{Dir: dir, Unsafe: true})
			second.ready(t)
			if how.joinerFirst {
				first, second = second, first
			}
			conn := connected(t, layout(t, dir).databaseURL(defaultDatabase))
			how.first(t, first)
			var n int
			must(t, conn.QueryRow(t.Context(), "SELECT 1").Scan(&n)) // the connection was not cut
			number(t, layout(t, dir).databaseURL(defaultDatabase), "SELECT 1")
			if now := postmasterOf(t, dir); now != postgres {
				t.Errorf("Postgres was %d and is %d", postgres, now)
			}
			how.second(t, second)
			until(t, "the end of Postgres", func() bool { return stopped(t, dir) })
		})
	}
}

// Stop of the last one waits for the end of Postgres, and of another one does not.
func TestUse_stopWaits(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	a, b := mustStart(t, dir), mustStart(t, dir)
	postgres := postmasterOf(t, dir)
	must(t, a.Stop())
	if !processExists(postgres) || !open(b.Done()) {
		t.Fatal("it was stopped under another user")
	}
	must(t, b.Stop())
	if processExists(postgres) {
		t.Error("the last one left, and Postgres still runs")
	}
}

// Whoever comes while the last one leaves has a Postgres: the old one or a new one.
func TestUse_comingAndGoing(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				s, err := Start(t.Context(), Options{Dir: dir, Unsafe: true, Log: quiet})
				if err != nil {
					t.Error(err)
					return
				}
				if err := runOnce(t.Context(), s.DSN(), "SELECT 1"); err != nil {
					t.Error(err)
				}
				if err := s.Stop(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	until(t, "the end of Postgres", func() bool { return stopped(t, dir) })
}

// Without its keeper Postgres ends; all who use it hear of that, and the next start works.
func TestUse_theKeeperDies(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "told to end": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := clusterDir(t)
			a, b := mustStart(t, dir), mustStart(t, dir)
			run(t, a.DSN(), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
			kill(t, keeperOf(t, dir), signal)
			for _, s := range []*Server{a, b} {
				closes(t, "Done", s.Done())
				if err := s.Stop(); err == nil {
					t.Error("Stop says that all went well")
				} else {
					says(t, err.Error(), "keeper")
				}
			}
			comesBack(t, dir)
		})
	}
}
