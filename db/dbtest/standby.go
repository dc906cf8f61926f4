package dbtest

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db/embedded"
)

// Standby is a streaming replica of the Postgres of the tests.
type Standby struct {
	dir    string
	server *embedded.Server
}

// NewStandby copies the Postgres of the tests as it stands, and has the copy follow it. What the databases are
// named is the same on both.
func NewStandby(t testing.TB) *Standby {
	t.Helper()
	if once.Do(begin); failed != nil {
		t.Fatal(failed)
	}
	bin, err := embedded.FindBinaries()
	check(t, err)
	s := &Standby{}
	s.dir, err = os.MkdirTemp("", "deskwire-standby-")
	check(t, err)
	// Without a slot the primary throws away what a standby that is down has not read yet.
	slot := strings.ReplaceAll(filepath.Base(s.dir), "-", "_")
	t.Cleanup(func() {
		if s.server != nil {
			_ = s.server.Stop() // it may have been killed
		}
		_ = os.RemoveAll(s.dir)
		dropSlot(t, slot)
	})
	check(t, os.Chmod(s.dir, 0o755)) //nolint:gosec // the account of Postgres must get through
	data := filepath.Join(s.dir, "data")
	adminLock.Lock() // a database that comes or goes meanwhile would be copied in part
	out, err := exec.Command(filepath.Join(bin, "pg_basebackup"), "-D", data, "-d", address("postgres"), "-X", "stream", "-c", "fast", "-R", "-C", "-S", slot, "--no-sync").CombinedOutput()
	adminLock.Unlock()
	if err != nil {
		t.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	owner, err := os.Stat(filepath.Join(dir, "data"))
	check(t, err)
	uid, gid := int(owner.Sys().(*syscall.Stat_t).Uid), int(owner.Sys().(*syscall.Stat_t).Gid)
	check(t, filepath.WalkDir(data, func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			err = os.Lchown(path, uid, gid)
		}
		return err
	}))
	s.Start(t)
	return s
}

func dropSlot(t testing.TB, slot string) {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, address("postgres"))
	check(t, err)
	defer func() { _ = c.Close(ctx) }()
	const drop = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1"
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) { // its sender may not have ended yet
		if _, err = c.Exec(ctx, drop, slot); err == nil {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("the slot stays: %v", err)
		}
	}
}

// Start starts it, at first and after Kill.
func (s *Standby) Start(t testing.TB) {
	t.Helper()
	var err error
	s.server, err = embedded.Start(context.Background(), embedded.Options{Dir: s.dir, Database: "postgres", Unsafe: true, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	check(t, err)
}

// Kill ends all of its processes at once.
func (s *Standby) Kill(t testing.TB) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	check(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	check(t, err)
	check(t, syscall.Kill(pid, syscall.SIGKILL))
	<-s.server.Done()
	_ = s.server.Stop()
}

// DSN is the address of its copy of a database.
func (s *Standby) DSN(primary string) string {
	_, rest, _ := strings.Cut(primary, "?")
	_, own, _ := strings.Cut(s.server.DSN(), "?")
	return strings.Replace(primary, rest, own, 1)
}

// Do runs a statement on it.
func (s *Standby) Do(t testing.TB, sql string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.server.DSN())
	check(t, err)
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, sql)
	check(t, err)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
