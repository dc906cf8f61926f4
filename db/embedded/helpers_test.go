//go:build unix

package embedded

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// childOptions, when set, makes the test binary a program that runs a server,
// so that there is something to kill.
const childOptions = "EMBEDDED_TEST_CHILD"

func TestMain(m *testing.M) {
	if options := os.Getenv(childOptions); options != "" {
		runChild(options)
		return
	}
	code := m.Run()
	_ = os.RemoveAll(pristine.root)
	os.Exit(code)
}

// runChild starts a server, tells of it, and stops it when its input ends.
func runChild(options string) {
	var o Options
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		panic(err)
	}
	o.Log = quiet
	s, err := Start(context.Background(), o)
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := s.Stop(); err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
}

var quiet = slog.New(slog.DiscardHandler)

// child is another process that runs or joins a server.
type child struct {
	cmd *exec.Cmd
	in  io.Closer
	out *bufio.Scanner
}

func startChild(t *testing.T, o Options, change ...func(*exec.Cmd)) *child {
	t.Helper()
	o.Log = nil
	options, err := json.Marshal(o)
	must(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childOptions+"="+string(options))
	cmd.Stderr = os.Stderr
	for _, f := range change {
		f(cmd)
	}
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	c := &child{cmd, in, bufio.NewScanner(out)}
	t.Cleanup(func() { c.kill() })
	return c
}

func (c *child) ready(t *testing.T) {
	t.Helper()
	if !c.out.Scan() || c.out.Text() != "ready" {
		t.Fatalf("the child says: %q", c.out.Text())
	}
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// leave ends the child the proper way.
func (c *child) leave(t *testing.T) {
	t.Helper()
	must(t, c.in.Close())
	must(t, c.cmd.Wait())
}

// dataDir is an empty folder that every account may enter.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "embedded-")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	must(t, os.Chmod(dir, 0o755))
	dir, err = filepath.EvalSymlinks(dir)
	must(t, err)
	return dir
}

// pristine is a stopped cluster that clusterDir copies: initdb takes half a
// second of both cores, and most tests are not about it.
var pristine struct {
	once sync.Once
	root string
}

// clusterDir is a data folder that was used before.
func clusterDir(t *testing.T) string {
	t.Helper()
	pristine.once.Do(func() {
		root, err := os.MkdirTemp("", "embedded-")
		must(t, err)
		s, err := Start(t.Context(), Options{Dir: root, Unsafe: true, Log: quiet})
		must(t, err)
		must(t, s.Stop())
		pristine.root = root
	})
	if pristine.root == "" {
		t.Fatal("there is no cluster to copy")
	}
	dir := dataDir(t)
	must(t, exec.Command("cp", "-a", filepath.Join(pristine.root, "data"), filepath.Join(pristine.root, "run"), dir).Run())
	return dir
}

func mustStart(t *testing.T, dir string) *Server {
	t.Helper()
	s, err := Start(t.Context(), Options{Dir: dir, Unsafe: true, Log: quiet})
	must(t, err)
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

// refused starts a server that must not start, and returns the sentence.
func refused(t *testing.T, o Options) string {
	t.Helper()
	o.Unsafe, o.Log = true, quiet
	s, err := Start(t.Context(), o)
	if err == nil {
		_ = s.Stop()
		t.Fatal("it started")
	}
	if strings.ContainsAny(err.Error(), "\n\r") {
		t.Errorf("not one line: %q", err)
	}
	return err.Error()
}

func says(t *testing.T, sentence string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(sentence, w) {
			t.Errorf("%q does not say %q", sentence, w)
		}
	}
}

func run(t *testing.T, dsn, sql string) {
	t.Helper()
	must(t, runOnce(t.Context(), dsn, sql))
}

func number(t *testing.T, dsn, sql string) (n int) {
	t.Helper()
	must(t, connected(t, dsn).QueryRow(t.Context(), sql).Scan(&n))
	return n
}

func connected(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func layout(t *testing.T, dir string) dataFolder {
	t.Helper()
	f, err := openFolder(dir)
	must(t, err)
	return f
}

func postmasterOf(t *testing.T, dir string) int {
	t.Helper()
	pid, _ := layout(t, dir).postmaster()
	if pid == 0 {
		t.Fatal("no postmaster.pid")
	}
	return pid
}

func kill(t *testing.T, pid int, signal syscall.Signal) {
	t.Helper()
	must(t, syscall.Kill(pid, signal))
}

// until polls for what another process does.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !happened(); time.Sleep(pollInterval / 2) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain for: %s", patience, what)
		}
	}
}

func closes(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("waited %s in vain for: %s", patience, what)
	}
}

func open(c <-chan struct{}) bool {
	select {
	case <-c:
		return false
	default:
		return true
	}
}

// writeProgram holds off forks meanwhile: a child that inherits the open file
// makes running it fail as "text file busy".
func writeProgram(t *testing.T, path string, content []byte) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, content, 0o755))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
