//go:build unix

package embedded

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestStart_freshThenWarm(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)

	began := time.Now()
	s := mustStart(t, dir)
	t.Logf("fresh start: %s", time.Since(began).Round(time.Millisecond))
	run(t, s.DSN(), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	must(t, s.Stop())
	if exists(filepath.Join(dir, "data", "postmaster.pid")) {
		t.Error("Stop left a server")
	}

	must(t, os.Truncate(layout(t, dir).logFile, maxLog+1))
	began = time.Now()
	s = mustStart(t, dir)
	t.Logf("warm start: %s", time.Since(began).Round(time.Millisecond))
	if n := number(t, s.DSN(), "SELECT n FROM kept"); n != 7 {
		t.Errorf("kept %d, want 7", n)
	}
	if size := (cluster{dataFolder: layout(t, dir)}).logSize(); size > maxLog {
		t.Errorf("the log has %d bytes: no new one was begun", size)
	}
}

func TestStart_isPrivate(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := mustStart(t, dir)

	for _, name := range []string{"data", "run"} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
	for sql, want := range map[string]int{
		"SELECT count(*)::int FROM pg_settings WHERE name = 'listen_addresses' AND setting = ''":                      1,
		"SELECT count(*)::int FROM pg_hba_file_rules WHERE type <> 'local' AND auth_method <> 'reject'":               0,
		"SELECT setting::int FROM pg_settings WHERE name = 'max_connections'":                                         200,
		"SELECT count(*)::int FROM pg_database WHERE datname = 'deskwire' AND pg_encoding_to_char(encoding) = 'UTF8'": 1,
		"SELECT (lower('ÄÖ') = 'äö')::int":                                                                            1,
	} {
		if n := number(t, s.DSN(), sql); n != want {
			t.Errorf("%s: %d, want %d", sql, n, want)
		}
	}
	pid := postmasterOf(t, dir)
	if group, err := syscall.Getpgid(pid); err != nil || group != pid {
		t.Errorf("Postgres is in process group %d (%v): a Ctrl-C would hit it", group, err)
	}
}

func TestStart_keepsCommitsOnDisk(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), Options{Dir: clusterDir(t), Log: quiet})
	must(t, err)
	t.Cleanup(func() { _ = s.Stop() })
	const on = "SELECT count(*)::int FROM pg_settings WHERE setting = 'on' AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
	if n := number(t, s.DSN(), on); n != 3 {
		t.Errorf("%d of 3 safety settings are on", n)
	}
}

func TestStart_makesAMissingDatabase(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := mustStart(t, dir)
	other, err := Start(t.Context(), Options{Dir: dir, Database: `Other "one"`, Log: quiet})
	must(t, err)
	number(t, other.DSN(), "SELECT 1")

	run(t, other.DSN(), "DROP DATABASE deskwire")
	must(t, s.Stop())
	number(t, mustStart(t, dir).DSN(), "SELECT 1")
}

func TestStart_manyAtOnce(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	var wg sync.WaitGroup
	servers := make([]*Server, 6)
	for i := range servers {
		wg.Go(func() {
			s, err := Start(context.Background(), Options{Dir: dir, Unsafe: true, Log: quiet})
			if err != nil {
				t.Error(err)
				return
			}
			servers[i] = s
		})
	}
	wg.Wait()
	for _, s := range servers {
		if s != nil {
			defer func() { _ = s.Stop() }()
			number(t, s.DSN(), "SELECT 1")
		}
	}
	log, err := os.ReadFile(layout(t, dir).logFile)
	must(t, err)
	if n := strings.Count(string(log), "ready to accept connections"); n != 1 {
		t.Errorf("Postgres was started %d times", n)
	}
}

func TestStart_awkwardPaths(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]string{
		"long":    strings.Repeat("long/", 30),
		"strange": `it's + "here" & ünder=50%?#x`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(dataDir(t), part, "data of ours")
			s := mustStart(t, dir)
			number(t, s.DSN(), "SELECT 1")
			f := layout(t, dir)
			if length := len(filepath.Join(f.socket, socket)); length > socketPathMax {
				t.Errorf("the socket's path has %d bytes", length)
			}
			must(t, s.Stop())
			if filepath.Dir(f.socket) != f.root {
				must(t, os.Remove(f.socket))
			}
		})
	}
}

func TestSocketDir(t *testing.T) {
	t.Parallel()
	for root, inside := range map[string]bool{
		"/var/lib/deskwire":                      true,
		"/a,b":                                   false, // clients would read two hosts
		"/" + strings.Repeat("x", socketPathMax): false,
	} {
		dir := socketDir(root)
		if strings.HasPrefix(dir, root) != inside || socketDir(root) != dir {
			t.Errorf("%s: %s", root, dir)
		}
	}
}

func TestStart_contextEnds(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		_, err := Start(ctx, Options{Dir: dir, Unsafe: true, Log: quiet})
		result <- err
	}()
	until(t, "initdb at work", func() bool { return len(unfinished(dir)) > 0 })
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left := unfinished(dir); len(left) > 0 {
		t.Errorf("left %s", left)
	}
}

func TestStop_isFinal(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := mustStart(t, dir)
	pid := postmasterOf(t, dir)
	must(t, s.Stop())
	must(t, s.Stop())
	if processExists(pid) {
		t.Error("Postgres still runs")
	}
	if !open(s.Done()) {
		t.Error("Done means that Postgres ended by itself, not by Stop")
	}
}

func TestJoin_startsWhenTheLockIsGivenBack(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	lock, err := layout(t, dir).tryLockFolder() // a process that ends before its server is up
	must(t, err)
	result := make(chan *Server)
	go func() { result <- mustStart(t, dir) }()
	unlockFolder(lock)
	number(t, (<-result).DSN(), "SELECT 1")
}

func TestJoin_holderDoesNotAnswer(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	lock, err := layout(t, dir).tryLockFolder()
	must(t, err)
	defer unlockFolder(lock)
	says(t, refused(t, Options{Dir: dir, Timeout: 20 * pollInterval}), layout(t, dir).lockHolder(), dir, "stop that process", "DATA_DIR")
}
