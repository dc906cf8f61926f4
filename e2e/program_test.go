//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"deskwire/db/embedded"
)

// program is the real one, built as people build it, over a data folder of its own.
type program struct {
	binary, dir string
	env         []string // more settings
}

// buildProgram makes the program. With the race detector, when the tests have it: then what a
// mutation leaves to a race is found here too, and the packages are compiled already.
func buildProgram(t *testing.T) *program {
	t.Helper()
	// Not below t.TempDir: as root, Postgres runs as another account, which can't enter that.
	dir, err := os.MkdirTemp("", "deskwire-kill-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	p := &program{binary: filepath.Join(dir, "deskwire"), dir: filepath.Join(dir, "data")}
	args := []string{"build", "-buildvcs=false", "-o", p.binary}
	if raceDetectorOn() {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "deskwire")...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return p
}

func raceDetectorOn() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-race" && s.Value == "true" })
}

func (p *program) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.binary, args...)
	// What is set to nothing counts as not set, and the address is any free one.
	cmd.Env = append(os.Environ(), "DATA_DIR="+p.dir, "ADDR=127.0.0.1:0", "DATABASE_URL=", "BASE_URL=", "LOG_FORMAT=", "LOG_LEVEL=", "NATS_URL=")
	cmd.Env = append(cmd.Env, p.env...)
	return cmd
}

// token runs the subcommand, beside the server.
func (p *program) token(t *testing.T, email string) string {
	t.Helper()
	out, err := p.command("token", "--email", email).Output()
	if err != nil {
		t.Fatalf("deskwire token: %v", err)
	}
	if strings.Count(string(out), "\n") != 1 {
		t.Errorf("it printed more than a token: %q", out)
	}
	return strings.TrimSpace(string(out))
}

// runningProgram is the program while it runs.
type runningProgram struct {
	*program
	cmd    *exec.Cmd
	url    string
	took   time.Duration // from the start to the address
	log    *lockedBuffer // what it wrote to stderr
	exited chan struct{}
}

func (p *program) start(t *testing.T) *runningProgram {
	t.Helper()
	r := &runningProgram{program: p, cmd: p.command(), log: &lockedBuffer{}, exited: make(chan struct{})}
	r.cmd.Stderr = r.log
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began, address := time.Now(), make(chan string, 1)
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.kill)
	go func() {
		defer close(address)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, rest, ok := strings.Cut(lines.Text(), "Deskwire serves "); ok {
				url, _, _ := strings.Cut(rest, "/graphql")
				address <- url
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
		_ = r.cmd.Wait()
		close(r.exited)
	}()
	select {
	case r.url = <-address:
	case <-time.After(2 * eventualTimeout):
	}
	if r.took = time.Since(began); r.url == "" {
		t.Fatalf("it does not say where it serves:\n%s", r.log)
	}
	return r
}

// kill is kill -9.
func (r *runningProgram) kill() {
	_ = r.cmd.Process.Kill()
	<-r.exited
}

// waitForExit waits until the program has ended, and gives its exit code.
func (r *runningProgram) waitForExit(t *testing.T) int {
	t.Helper()
	select {
	case <-r.exited:
	case <-time.After(eventualTimeout):
		t.Fatalf("it does not end:\n%s", r.log)
	}
	return r.cmd.ProcessState.ExitCode()
}

// checkLog looks into the log for what must never be there.
func (r *runningProgram) checkLog(t *testing.T) {
	t.Helper()
	for _, bad := range []string{"DATA RACE", "panic"} {
		if strings.Contains(r.log.String(), bad) {
			t.Errorf("%s in the log:\n%s\n%s", bad, strings.Join(linesWith(r.log.String(), bad), ""), r.log)
		}
	}
}

// linesWith are the lines of a log that have some words.
func linesWith(log, words string) (found []string) {
	for line := range strings.Lines(log) {
		if strings.Contains(line, words) {
			found = append(found, line)
		}
	}
	return found
}

func (r *runningProgram) ready() bool {
	resp, err := http.Get(r.url + "/readyz")
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// postmaster is the process of its Postgres; 0 when there is none.
func (p *program) postmaster() int {
	text, err := os.ReadFile(filepath.Join(p.dir, "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(first)
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return 0
	}
	return pid
}

// dsn is the address of its private Postgres, which the server runs.
func (p *program) dsn(t *testing.T) string {
	t.Helper()
	if p.postmaster() == 0 {
		t.Fatal("the server does not run its Postgres")
	}
	s, err := embedded.Start(context.Background(), embedded.Options{Dir: p.dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Stop() }() // the server goes on using it
	return s.DSN()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
