//go:build unix

package e2e

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestTogether runs several programs on one data folder. They share one private Postgres, which
// none of them takes from another, whoever started it and however each one ends; with the last one
// it ends.
func TestTogether(t *testing.T) {
	t.Parallel()
	p := buildProgram(t)
	interrupted := func(t *testing.T, r *runningProgram) {
		t.Helper()
		if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if code := r.waitForExit(t); code != 0 {
			t.Errorf("after Ctrl-C it ended with %d:\n%s", code, r.log)
		}
	}
	killed := func(_ *testing.T, r *runningProgram) { r.kill() }
	for name, c := range map[string]struct {
		starterFirst bool
		first, last  func(*testing.T, *runningProgram)
	}{
		"Ctrl-C to the starter first":         {true, interrupted, interrupted},
		"Ctrl-C to the other one first":       {false, interrupted, interrupted},
		"kill -9 of the starter, then Ctrl-C": {true, killed, interrupted},
		"kill -9 of the other, then Ctrl-C":   {false, killed, interrupted},
		"kill -9 of everyone":                 {true, killed, killed},
	} {
		t.Run("two servers, "+name, func(t *testing.T) {
			t.Parallel()
			p := p.withNewDataDir(t)
			first := p.start(t)
			postgres := p.postmaster()
			last := p.start(t)
			if !c.starterFirst {
				first, last = last, first
			}
			token := p.token(t, "ada@demo.test")
			requireWritable(t, token, first)
			c.first(t, first)
			requireWritable(t, token, last)
			if now := p.postmaster(); now != postgres {
				t.Errorf("its Postgres was %d and is %d", postgres, now)
			}
			c.last(t, last)
			p.requirePostgresEnded(t, postgres)
		})
	}
	t.Run("an import beside a server", func(t *testing.T) {
		t.Parallel()
		p := p.withNewDataDir(t)
		r := p.start(t)
		postgres := p.postmaster()
		p.startPausedImport(t).finish(t)
		requireWritable(t, p.token(t, "ada@demo.test"), r)
		interrupted(t, r)
		p.requirePostgresEnded(t, postgres)
	})
	t.Run("a server beside an import", func(t *testing.T) {
		t.Parallel()
		p := p.withNewDataDir(t)
		i := p.startPausedImport(t)
		postgres := p.postmaster()
		r := p.start(t)
		token := p.token(t, "ada@demo.test")
		i.finish(t)
		requireWritable(t, token, r)
		if now := p.postmaster(); now != postgres {
			t.Errorf("its Postgres was %d and is %d", postgres, now)
		}
		interrupted(t, r)
		p.requirePostgresEnded(t, postgres)
	})
	t.Run("an import that outlives its server", func(t *testing.T) {
		t.Parallel()
		p := p.withNewDataDir(t)
		r := p.start(t)
		postgres := p.postmaster()
		i := p.startPausedImport(t)
		interrupted(t, r)
		i.finish(t)
		p.requirePostgresEnded(t, postgres)
	})
}

// withNewDataDir is the same program over another data folder.
func (p *program) withNewDataDir(t *testing.T) *program {
	t.Helper()
	dir, err := os.MkdirTemp(filepath.Dir(p.binary), "data-")
	if err != nil {
		t.Fatal(err)
	}
	return &program{binary: p.binary, dir: dir}
}

// requirePostgresEnded checks that Postgres and its keeper have ended, or will at once where
// everyone was killed.
func (p *program) requirePostgresEnded(t *testing.T, postgres int) {
	t.Helper()
	eventually(t, "the end of Postgres", func() bool { return p.postmaster() == 0 && syscall.Kill(postgres, 0) != nil })
	lock, err := os.Open(filepath.Join(p.dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }()
	eventually(t, "the end of its keeper", func() bool { return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil })
}

// requireWritable checks that a server takes mutations.
func requireWritable(t *testing.T, token string, r *runningProgram) {
	t.Helper()
	(&client{url: r.url, token: token}).must(t, "contactUpsert", "contact { id }", vars{"email": "pia@contact.test"})
	if !r.ready() {
		t.Error("it is not ready")
	}
}

// pausedImport is an import that waits in its middle until finish.
type pausedImport struct {
	cmd  *exec.Cmd
	said *bufio.Reader
}

// startPausedImport starts an import that writes more warnings than a pipe holds. Nobody reads, so
// it blocks.
func (p *program) startPausedImport(t *testing.T) *pausedImport {
	t.Helper()
	file := filepath.Join(t.TempDir(), "contacts.csv")
	text := "name,email\n" + strings.Repeat("Rui,nowhere\n", 3000) + "Pia,pia@contact.test\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := p.command("import", "--account", "demo", "--format", "contacts", file)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	i := &pausedImport{cmd, bufio.NewReader(out)}
	for line := ""; !strings.Contains(line, "nowhere") && !strings.Contains(line, "email"); {
		if line, err = i.said.ReadString('\n'); err != nil {
			t.Fatalf("it ended too early: %v", err)
		}
	}
	return i
}

// finish lets it go on, and checks that everything valid was imported.
func (i *pausedImport) finish(t *testing.T) {
	t.Helper()
	said, err := io.ReadAll(i.said)
	if err != nil {
		t.Fatal(err)
	}
	if _ = i.cmd.Wait(); i.cmd.ProcessState.ExitCode() != 2 {
		t.Errorf("the import ended with %d: %s", i.cmd.ProcessState.ExitCode(), said[max(0, len(said)-500):])
	}
}
