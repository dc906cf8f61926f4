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

// NewStandby copies the Postgres of the tests as it stands, and has the copy follow it. What the
// databases are named is the same on both.
func NewStandby(t testing.TB) *Standby {
	t.Helper()
	if once.Do(startTemplate); failed != nil {
		t.Fatal(failed)
	}
	bin, err := embedded.FindBinaries()
	mustWork(t, err)
	s := &Standby{}
	s.dir, err = os.MkdirTemp("", "deskwire-standby-")
	mustWork(t, err)
	// Without a slot the primary throws away what a standby that is down has not read yet.
	slot := strings.ReplaceAll(filepath.Base(s.dir), "-", "_")
	t.Cleanup(func() {
		if s.server != nil {
			_ = s.server.Stop() // it may have been killed
		}
		_ = os.RemoveAll(s.dir)
		dropSlot(t, slot)
	})
	mustWork(t, os.Chmod(s.dir, 0o755)) //nolint:gosec // the account of Postgres must get through
	data := filepath.Join(s.dir, "data")
	adminLock.Lock() // a database that comes or goes meanwhile would be copied in part
	out, err := exec.Command(filepath.Join(bin, "pg_basebackup"), "-D", data, "-d", databaseURL("postgres"), "-X", "stream", "-c", "fast", "-R", "-C", "-S", slot, "--no-sync").CombinedOutput()
	adminLock.Unlock()
	if err != nil {
		t.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	owner, err := os.Stat(filepath.Join(dir, "data"))
	mustWork(t, err)
	uid, gid := int(owner.Sys().(*syscall.Stat_t).Uid), int(owner.Sys().(*syscall.Stat_t).Gid)
	mustWork(t, filepath.WalkDir(data, func(path string, _ fs.DirEntry, err error) error {
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
	c, err := pgx.Connect(ctx, databaseURL("postgres"))
	mustWork(t, err)
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

// Start starts the standby, at first and after Kill.
func (s *Standby) Start(t testing.TB) {
	t.Helper()
	var err error
	s.server, err = embedded.Start(context.Background(), embedded.Options{Dir: s.dir, Database: "postgres", Unsafe: true, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	mustWork(t, err)
}

// Kill ends all processes of the standby at once.
func (s *Standby) Kill(t testing.TB) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	mustWork(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	mustWork(t, err)
	mustWork(t, syscall.Kill(pid, syscall.SIGKILL))
	<-s.server.Done()
	_ = s.server.Stop()
}

// DSN is the address of the standby's copy of a database.
func (s *Standby) DSN(primary string) string {
	_, rest, _ := strings.Cut(primary, "?")
	_, own, _ := strings.Cut(s.server.DSN(), "?")
	return strings.Replace(primary, rest, own, 1)
}

// Execute runs a statement on the standby.
func (s *Standby) Execute(t testing.TB, sql string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.server.DSN())
	mustWork(t, err)
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, sql)
	mustWork(t, err)
}

func mustWork(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
