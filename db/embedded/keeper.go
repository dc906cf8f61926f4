//go:build unix

package embedded

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// A keeper is a process between the programs that use a Postgres and Postgres itself: its parent,
// for as long as it runs. A program can't be that, since Postgres would go with the one that
// happened to start it, and the kernel does not let a death signal be passed on to another.
//
// Who uses Postgres holds a connection to the keeper. The kernel closes it when a program dies,
// whatever of. With the last one the keeper stops Postgres and ends. Dies the keeper, so does
// Postgres.

// keeperName is the first argument of a keeper. It is this very program, run again: see init.
const keeperName = "deskwire-postgres-keeper"

// Files that a keeper is given, after the three that every process has.
const (
	lockFile  = 3 // the folder's lock, held by now
	usersFile = 4 // the socket that users connect to
)

// welcome tells a user that it counts, and that Postgres will not be stopped under it.
const welcome = '.'

// A program that imports this package can keep a Postgres; it has nothing to call, and so nothing
// to forget.
func init() {
	if len(os.Args) < 3 || os.Args[0] != keeperName {
		return
	}
	if err := runKeeper(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, keeperName+":", err) // stands in Postgres's log
		os.Exit(1)
	}
	os.Exit(0)
}

type keeperProcess struct {
	postgres *childProcess
	users    map[*net.UnixConn]bool
	arrives  chan *net.UnixConn
	leaves   chan *net.UnixConn
}

// runKeeper runs the program on the data until nobody uses it.
func runKeeper(data, program string, flags []string) error {
	lock, listener, err := inheritedFiles()
	if err != nil {
		return err
	}
	defer unlockFolder(lock)
	as, err := accountFor(data)
	if err != nil {
		return err
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT)
	cmd := exec.Command(program, flags...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Dir(data), os.Stdout, os.Stderr
	k := &keeperProcess{users: map[*net.UnixConn]bool{}, arrives: make(chan *net.UnixConn), leaves: make(chan *net.UnixConn)}
	if k.postgres, err = startProcess(cmd, as, syscall.SIGINT); err != nil {
		return fmt.Errorf("could not run postgres: %w", err)
	}
	go k.acceptUsers(listener)
	err = k.serveUsers(asked)
	_ = listener.Close() // and its name goes, before anybody hears of the end
	for user := range k.users {
		k.dismissUser(user, err)
	}
	return err
}

// inheritedFiles are the files that the starter gave. Postgres is not to have them.
func inheritedFiles() (lock *os.File, listener *net.UnixListener, err error) {
	syscall.CloseOnExec(lockFile)
	syscall.CloseOnExec(usersFile)
	lock = os.NewFile(lockFile, "lock")
	writeHolder(lock)
	socket := os.NewFile(usersFile, "users")
	l, err := net.FileListener(socket)
	if err != nil {
		return nil, nil, err
	}
	_ = socket.Close()
	listener = l.(*net.UnixListener)
	listener.SetUnlinkOnClose(true)
	return lock, listener, nil
}

// acceptUsers lets users in. The starter's connection waits at the socket before the keeper runs.
func (k *keeperProcess) acceptUsers(listener *net.UnixListener) {
	for {
		user, err := listener.AcceptUnix()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of files, perhaps: others may still leave
			time.Sleep(pollInterval)
			continue
		}
		k.arrives <- user
		go func() {
			_, _ = user.Read(make([]byte, 1)) // users say nothing; it ends when they leave or die
			k.leaves <- user
		}()
	}
}

// serveUsers counts users (reference counting). All of it is one loop, so nobody arrives while the
// last one leaves.
func (k *keeperProcess) serveUsers(asked <-chan os.Signal) error {
	for {
		select {
		case user := <-k.arrives:
			k.users[user] = true
			_, _ = user.Write([]byte{welcome}) // who is gone by now is heard of as leaving
		case user := <-k.leaves:
			if len(k.users) == 1 {
				return k.stopPostgres()
			}
			k.dismissUser(user, nil)
		case <-asked:
			return cmp.Or(k.stopPostgres(), errors.New("postgres was stopped by a signal to its keeper"))
		case <-k.postgres.exited:
			if err := k.postgres.exitFailure(); err != nil {
				return err
			}
			return errors.New("postgres was stopped by somebody else")
		}
	}
}

// dismissUser ends a user's connection, with what went wrong.
func (k *keeperProcess) dismissUser(user *net.UnixConn, err error) {
	delete(k.users, user)
	if err != nil {
		_, _ = user.Write([]byte(err.Error()))
	}
	_ = user.Close()
}

// stopPostgres shuts Postgres down and waits for its end.
func (k *keeperProcess) stopPostgres() error {
	// SIGINT asks for a fast shutdown, SIGQUIT for an immediate one.
	for _, step := range []struct {
		signal syscall.Signal
		grace  time.Duration
	}{{syscall.SIGINT, stopGrace}, {syscall.SIGQUIT, stopGrace / 4}, {syscall.SIGKILL, stopGrace / 4}} {
		if k.postgres.terminate(step.signal, step.grace) {
			return k.postgres.exitFailure()
		}
	}
	return fmt.Errorf("postgres (pid %d) does not end, not even by SIGKILL", k.postgres.pid)
}
