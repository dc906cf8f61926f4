//go:build unix

package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// cluster is the data together with the binaries and the account to run it.
type cluster struct {
	dataFolder
	runAs  osAccount
	bin    string
	unsafe bool
	log    *slog.Logger
}

// createData runs initdb in a folder of a fresh name, which becomes the cluster by
// a rename. A kill in between leaves no half cluster, and an initdb that
// outlives the kill writes to a name that nobody uses.
func (c cluster) createData(ctx context.Context) error {
	c.removeUnfinished()
	fresh, err := os.MkdirTemp(c.root, "data.new-")
	if err != nil {
		return err
	}
	if err := c.runAs.chownPath(fresh); err != nil {
		return err
	}
	if err := c.runInitdb(ctx, fresh); err != nil {
		_ = os.RemoveAll(fresh)
		return err
	}
	if err := os.Rename(fresh, c.data); err != nil {
		return fmt.Errorf("could not put the new database files in place: %w", err)
	}
	c.removeUnfinished() // again: what outlived a kill may have gone on writing when we began
	return syncFolder(c.root)
}

func (c cluster) removeUnfinished() {
	left, _ := filepath.Glob(filepath.Join(c.root, "data.new-*"))
	for _, dir := range left {
		_ = os.RemoveAll(dir) // what stays costs space, nothing else
	}
}

func (c cluster) runInitdb(ctx context.Context, dir string) error {
	args := []string{"-D", dir, "-U", superuser, "-E", "UTF8", "--auth-local=trust", "--auth-host=reject"}
	args = append(args, localeFlags()...)
	if c.unsafe {
		args = append(args, "-N")
	}
	var output bytes.Buffer
	cmd := exec.Command(filepath.Join(c.bin, "initdb"), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.root, &output, &output
	p, err := startProcess(cmd, c.runAs, syscall.SIGKILL)
	if err != nil {
		return fmt.Errorf("could not run initdb: %w", err)
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		p.killGroup()
		return ctx.Err()
	}
	if p.err != nil {
		return fmt.Errorf("initdb could not create the database files in %s (%s)", c.root, lastLine(output.Bytes(), "initdb: error:"))
	}
	return nil
}

// localeFlags sort by code point and know every letter's case. The C.UTF-8 that
// does both is missing on macOS.
func localeFlags() []string {
	if runtime.GOOS == "darwin" {
		return []string{"--locale=C", "--lc-ctype=en_US.UTF-8"}
	}
	return []string{"--locale=C.UTF-8"}
}

// clearStale removes what a kill left behind. We hold the lock, so a server on
// this data is nobody's.
//
// Postgres refuses to start when the pid in postmaster.pid or in the socket's
// lock exists. That pid may be a zombie that nobody reaps, or somebody else's
// by now. Without the two files Postgres still finds leftover backends by itself.
func (c cluster) clearStale(ctx context.Context) error {
	if pid, _ := c.postmaster(); isPostmaster(pid, c.data) {
		if err := c.stopOrphan(ctx, pid); err != nil {
			return err
		}
	}
	for _, file := range []string{
		filepath.Join(c.data, "postmaster.pid"),
		filepath.Join(c.socket, socket+".lock"),
		filepath.Join(c.socket, socket),
		c.users,
	} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (c cluster) stopOrphan(ctx context.Context, pid int) error {
	c.log.Info("stopping a Postgres that an earlier run left behind", "pid", pid)
	_ = syscall.Kill(pid, syscall.SIGINT)
	for isPostmaster(pid, c.data) {
		if !waitFor(ctx, pollInterval) {
			return fmt.Errorf("an earlier Postgres (pid %d) does not end: kill it", pid)
		}
	}
	return nil
}

// bootServer starts Postgres below a keeper, waits until it takes connections, and makes us its
// first user. The keeper shares our lock, which so is held until both have let go of it.
func (c cluster) bootServer(ctx context.Context, lock *os.File) (*net.UnixConn, error) {
	for {
		logged := c.logSize()
		p, user, err := c.launchKeeper(lock)
		if err != nil {
			return nil, err
		}
		if err = c.awaitReady(ctx, p, user); err == nil {
			return user, nil
		}
		_ = user.Close() // nobody uses it, so it ends
		<-p.exited
		said := c.logSince(logged)
		// Backends of a killed postmaster may hold its memory a moment longer.
		if !bytes.Contains(said, []byte("still in use")) || !waitFor(ctx, 10*pollInterval) {
			return nil, fmt.Errorf("postgres did not start (%w, %s): its log is %s", err, lastLine(said, "FATAL:"), c.logFile)
		}
	}
}

func (c cluster) launchKeeper(lock *os.File) (*childProcess, *net.UnixConn, error) {
	out, err := c.openLog()
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = out.Close() }() // Postgres has its own copy
	door, user, err := c.openUsersSocket()
	if err != nil {
		return nil, nil, fmt.Errorf("could not create the socket %s: %w", c.users, err)
	}
	defer func() { _ = door.Close() }() // the keeper has its own copy
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{keeperName, c.data, filepath.Join(c.bin, "postgres")}, c.serverFlags()...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.root, out, out
	cmd.ExtraFiles = []*os.File{lockFile - 3: lock, usersFile - 3: door}
	p, err := startProcess(cmd, osAccount{}, 0)
	if err != nil {
		_ = user.Close()
		return nil, nil, fmt.Errorf("could not run the keeper of postgres: %w", err)
	}
	return p, user, nil
}

// openUsersSocket makes the socket that the keeper will listen to, with us in front of it.
func (c cluster) openUsersSocket() (door *os.File, user *net.UnixConn, err error) {
	at := &net.UnixAddr{Name: c.users, Net: "unix"}
	listener, err := net.ListenUnix("unix", at)
	if err != nil {
		return nil, nil, err
	}
	listener.SetUnlinkOnClose(false)
	defer func() { _ = listener.Close() }()
	if user, err = net.DialUnix("unix", nil, at); err != nil {
		return nil, nil, err
	}
	if door, err = listener.File(); err != nil {
		_ = user.Close()
	}
	return door, user, err
}

func (c cluster) awaitReady(ctx context.Context, p *childProcess, user *net.UnixConn) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-p.exited:
			return fmt.Errorf("it ended: %w", p.err)
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		// No other server's file can be there: clearStale has removed it, and we hold the lock.
		if _, ready := c.postmaster(); ready && awaitWelcome(ctx, user) {
			return nil
		}
	}
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	return d.Sync()
}

// lastLine is the last line with the mark in it, from the mark on.
func lastLine(text []byte, mark string) string {
	found := "no reason given"
	for line := range strings.Lines(string(text)) {
		if i := strings.Index(line, mark); i >= 0 {
			found = strings.TrimSpace(line[i:])
		}
	}
	return found
}
