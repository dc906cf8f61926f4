package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/seed/demo"
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

// runnable is a run of the program to be: with these settings and no others.
func runnable(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append([]string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "ADDR=127.0.0.1:0"}, env...)
	return cmd
}

type result struct {
	out, err string
	code     int
}

func execute(t *testing.T, env []string, args ...string) result {
	t.Helper()
	cmd := runnable(t, env, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// runningServer is a program that serves.
type runningServer struct {
	*testing.T
	cmd  *exec.Cmd
	base string
	said string // on stdout until it was ready
	errs *bytes.Buffer
}

var (
	served = regexp.MustCompile(`serves (http://\S+)/graphql`)
	secret = regexp.MustCompile(`dw_[A-Za-z0-9_-]{43}`)
)

func startServer(t *testing.T, env ...string) *runningServer {
	t.Helper()
	s := &runningServer{T: t, cmd: runnable(t, env), errs: &bytes.Buffer{}}
	s.cmd.Stderr = s.errs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	lines := bufio.NewScanner(out)
	private := true
	for lines.Scan() {
		s.said += lines.Text() + "\n"
		if m := served.FindStringSubmatch(s.said); m != nil {
			s.base = m[1]
			for _, e := range env {
				private = private && !strings.HasPrefix(e, "DATABASE_URL=")
			}
			if !private || secret.MatchString(s.said) {
				break
			}
		}
	}
	if s.base == "" {
		_ = s.cmd.Wait()
		t.Fatalf("did not start: %s", s.errs)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return s
}

func (s *runningServer) stop(signal os.Signal) int {
	s.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		s.Fatal(err)
	}
	return s.wait()
}

func (s *runningServer) wait() int {
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// email asks the server who a token is.
func (s *runningServer) email(token string) string {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.base+"/graphql", strings.NewReader(`{"query":"{ viewer { agent { email } } }"}`))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Data struct {
			Viewer struct{ Agent struct{ Email string } }
		}
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || json.Unmarshal(body, &answer) != nil {
		s.Fatalf("%v %s", err, body)
	}
	if answer.Data.Viewer.Agent.Email == "" {
		return resp.Status + " " + string(body)
	}
	return answer.Data.Viewer.Agent.Email
}

// dataDir is an empty folder that the account of Postgres may enter, too.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "deskwire-main-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func postmaster(t *testing.T, dataDir string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dataDir, "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	var pid int
	if err := json.Unmarshal(bytes.SplitN(b, []byte("\n"), 2)[0], &pid); err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestTheWholeDemo(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := startServer(t, "DATA_DIR="+dir)
	token := secret.FindString(s.said)
	if who := s.email(token); who != "ada@demo.test" {
		t.Fatalf("the printed token is %s", who)
	}
	beside := execute(t, []string{"DATA_DIR=" + dir}, "token", "--email", "Gil@gated.test", "--account", "gated")
	if beside.code != 0 || !regexp.MustCompile(`^dw_\S{43}\n$`).MatchString(beside.out) {
		t.Fatalf("%+v", beside)
	}
	if who := s.email(strings.TrimSpace(beside.out)); who != "gil@gated.test" {
		t.Errorf("the token made beside the server is %s", who)
	}
	if code := s.stop(os.Interrupt); code != 0 {
		t.Errorf("ended with %d: %s", code, s.errs)
	}
	if pid := postmaster(t, dir); pid != 0 {
		t.Errorf("Postgres (%d) still runs", pid)
	}
	if strings.Contains(s.errs.String(), token) {
		t.Error("the log tells the token")
	}

	again := startServer(t, "DATA_DIR="+dir)
	if secret.FindString(again.said) != token || again.email(token) != "ada@demo.test" {
		t.Error("another start does not print the same token")
	}
	if err := again.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	again.wait()
	after := startServer(t, "DATA_DIR="+dir)
	if after.email(token) != "ada@demo.test" {
		t.Error("the token is gone after a kill")
	}
	pid := postmaster(t, dir)
	if pid <= 1 {
		t.Fatalf("no Postgres to kill: %d", pid)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	code := after.wait()
	last := lastLine(after.errs.String())
	if code != 1 || !strings.Contains(last, "Postgres stopped unexpectedly") {
		t.Errorf("without its Postgres it ends with %d: %s", code, last)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func TestStoppingLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		takes, patience time.Duration
		finished        bool
	}{{50 * time.Millisecond, patience, true}, {patience, 50 * time.Millisecond, false}} {
		began := make(chan struct{})
		server := newServer(&Settings{RequestTimeout: patience}, quiet, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(began)
			select {
			case <-r.Context().Done():
			case <-time.After(c.takes):
				_, _ = io.WriteString(w, "done")
			}
		}))
		listener, err := listenOn(t.Context(), "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = server.Serve(listener) }()
		answer := make(chan string)
		go func() {
			resp, err := http.Get("http://" + listener.Addr().String())
			if err != nil {
				answer <- ""
				return
			}
			defer func() { _ = resp.Body.Close() }()
			b, _ := io.ReadAll(resp.Body)
			answer <- string(b)
		}()
		<-began
		if err := shutDown(t.Context(), server, func(context.Context, time.Duration) {}, c.patience, quiet); err != nil {
			t.Error(err)
		}
		if got := <-answer; (got == "done") != c.finished {
			t.Errorf("a request of %v with a patience of %v got %q", c.takes, c.patience, got)
		}
	}
}

func TestOversizedHeadersAreRefused(t *testing.T) {
	t.Parallel()
	listener, err := listenOn(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newServer(&Settings{RequestTimeout: patience}, quiet, http.NotFoundHandler())
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.Repeat("x", 32<<10))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Error(resp.Status)
	}
}

var quiet = slog.New(slog.DiscardHandler)

func TestJobsEnd(t *testing.T) {
	dsn := dbtest.DSN(t)
	before := goleak.IgnoreCurrent()
	store, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	end := startJobs(t.Context(), &database{Store: store}, &Settings{TrashPurgeInterval: time.Millisecond}, slog.New(slog.NewTextHandler(log, nil)))
	time.Sleep(50 * time.Millisecond)
	end()
	if err := store.Close(); err != nil || log.Len() > 0 {
		t.Errorf("%v %s", err, log)
	}
	goleak.VerifyNone(t, before, dbtest.Pooled())
}

// The demo is there to be played with: without its admin there is no token, but there is a server.
func TestTheDemoWithoutItsAdmin(t *testing.T) {
	store := dbtest.New(t)
	if secret, err := demoToken(t.Context(), store, t.TempDir()); err == nil {
		t.Errorf("a token for nobody: %s", secret)
	}
	if err := demo.Fill(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	first, err := demoToken(t.Context(), store, dir)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := demoToken(t.Context(), store, dir); again != first || err != nil {
		t.Errorf("%s, then %s, %v", first, again, err)
	}
	if other, err := demoToken(t.Context(), store, filepath.Join(dir, "nowhere")); other == first || err != nil {
		t.Errorf("a folder that can't be written: %s, %v", other, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "demo-token")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}
