//go:build unix

package embedded

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

func unfinished(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, "data.new-*"))
	return found
}

// victim is a process that started a server with one committed row in it.
func victim(t *testing.T, dir string) (c *child, postmaster int) {
	t.Helper()
	c = startChild(t, Options{Dir: dir})
	c.ready(t)
	run(t, layout(t, dir).databaseURL(defaultDatabase), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	return c, postmasterOf(t, dir)
}

func comesBack(t *testing.T, dir string) {
	t.Helper()
	s := mustStart(t, dir)
	if n := number(t, s.DSN(), "SELECT n FROM kept"); n != 7 {
		t.Errorf("kept %d, want 7", n)
	}
}

func TestKill_program(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	c, postmaster := victim(t, dir)
	c.kill()
	until(t, "the end of Postgres", func() bool { return !isPostmaster(postmaster, filepath.Join(dir, "data")) })
	comesBack(t, dir)
}

func TestKill_programAndPostgres(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	c, postmaster := victim(t, dir)
	kill(t, postmaster, syscall.SIGKILL)
	c.kill()
	comesBack(t, dir)
}

func TestKill_postgres(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := mustStart(t, dir)
	run(t, s.DSN(), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	kill(t, postmasterOf(t, dir), syscall.SIGKILL)
	closes(t, "Done", s.Done())
	if s.Stop() == nil {
		t.Error("Stop says that all went well")
	}
	comesBack(t, dir)
}

// A backend that can't die keeps the shared memory: starting a second server
// beside it would ruin the data, so the start waits for it.
func TestKill_postgresWithABackendLeft(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := mustStart(t, dir)
	conn, err := pgx.Connect(t.Context(), s.DSN())
	must(t, err)
	backend := int(conn.PgConn().PID())
	kill(t, backend, syscall.SIGSTOP)
	defer func() { _ = syscall.Kill(backend, syscall.SIGCONT) }()
	kill(t, postmasterOf(t, dir), syscall.SIGKILL)
	closes(t, "Done", s.Done())
	_ = s.Stop()

	result := make(chan error)
	go func() {
		again, err := Start(context.Background(), Options{Dir: dir, Unsafe: true, Log: quiet})
		if err == nil {
			err = again.Stop()
		}
		result <- err
	}()
	until(t, "Postgres to complain", func() bool {
		text, err := os.ReadFile(layout(t, dir).logFile)
		return err == nil && bytes.Contains(text, []byte("still in use"))
	})
	kill(t, backend, syscall.SIGCONT)
	must(t, <-result)
}

func TestKill_initdb(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := startChild(t, Options{Dir: dir, Unsafe: true})
	until(t, "initdb at work", func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "data.new-*", "PG_VERSION"))
		return len(found) > 0
	})
	c.kill()
	if exists(filepath.Join(dir, "data")) {
		t.Fatal("killed too late")
	}
	number(t, mustStart(t, dir).DSN(), "SELECT 1")
	if left := unfinished(dir); len(left) > 0 {
		t.Errorf("left %s", left)
	}
}

// The pid in the lock files is somebody else's by now, of the same account:
// Postgres alone would refuse to start, for good.
func TestStale_pidOfAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	must(t, mustStart(t, dir).Stop())

	f := layout(t, dir)
	as, err := accountFor(f.data)
	must(t, err)
	stranger := exec.Command("sleep", "600")
	stranger.Dir = "/"
	as.applyTo(stranger)
	must(t, stranger.Start())
	t.Cleanup(func() { _ = stranger.Process.Kill(); _ = stranger.Wait() })

	text := fmt.Sprintf("%d\n%s\n1\n%s\n%s\n\n  1 1\nready   \n", stranger.Process.Pid, f.data, port, f.socket)
	for _, file := range []string{filepath.Join(f.data, "postmaster.pid"), filepath.Join(f.socket, socket+".lock")} {
		must(t, os.WriteFile(file, []byte(text), 0o600))
		must(t, as.chownPath(file))
	}
	number(t, mustStart(t, dir).DSN(), "SELECT 1")
	if !processExists(stranger.Process.Pid) {
		t.Error("it killed a stranger")
	}
}

// Where the kernel does not end Postgres together with us, the next start does.
func TestStale_orphan(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	must(t, mustStart(t, dir).Stop())
	f := layout(t, dir)
	as, err := accountFor(f.data)
	must(t, err)
	bin, err := defaultSearch("").chooseServer(t.Context(), as, "", 0)
	must(t, err)
	c := cluster{dataFolder: f, runAs: as, bin: bin.dir}
	orphan, err := startProcess(exec.Command(filepath.Join(c.bin, "postgres"), c.serverFlags()...), as, 0)
	must(t, err)
	until(t, "the orphan to be ready", func() bool { return f.readyPostmaster() == orphan.pid })
	run(t, f.databaseURL(defaultDatabase), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	comesBack(t, dir)
	closes(t, "the end of the orphan", orphan.exited)
}
