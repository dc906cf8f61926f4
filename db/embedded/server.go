//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	poll      = 10 * time.Millisecond
	watchPoll = 250 * time.Millisecond
	// A fast shutdown writes a checkpoint. When that takes longer than this,
	// Postgres is cut off; the next start replays the log, nothing is lost.
	stopGrace = 20 * time.Second
)

// Server is a running Postgres, ours or one that we joined.
type Server struct {
	dsn      string
	lock     *os.File // nil when we joined
	process  *process // nil when we joined
	done     chan struct{}
	stopping chan struct{}
	stop     func() error
}

// Start brings up the server of o.Dir, or joins the one that another process
// runs there, and makes the database when it is missing. The context bounds the
// start only: the server lives until Stop.
func Start(ctx context.Context, o Options) (*Server, error) {
	return start(ctx, o.withDefaults(), defaultSearch(o.BinDir))
}

func start(ctx context.Context, o Options, bins search) (*Server, error) {
	f, err := openFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	s, err := ownOrJoin(bounded, f, o, bins)
	switch {
	case err == nil:
		return s, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("the Postgres of %s was not ready within %s: see its log %s", f.root, o.Timeout, f.logFile)
	}
	return nil, err
}

// ownOrJoin tries both until one works. An owner may be starting, or may stop
// while we wait: then we become the owner.
func ownOrJoin(ctx context.Context, f folder, o Options, bins search) (*Server, error) {
	for {
		lock, err := f.tryLock()
		if err != nil {
			return nil, err
		}
		if lock != nil {
			return own(ctx, f, o, bins, lock)
		}
		s, err := join(ctx, f, o)
		if s != nil || err != nil {
			return s, err
		}
		if !pause(ctx, poll) {
			return nil, fmt.Errorf("process %s holds the data folder %s but its Postgres does not answer: "+
				"stop that process, or set DATA_DIR to another folder", f.lockHolder(), f.root)
		}
	}
}

// join uses a server that is ready. No server and no error: not yet.
func join(ctx context.Context, f folder, o Options) (*Server, error) {
	pid := f.readyPostmaster()
	if pid == 0 {
		return nil, nil
	}
	dsn := f.dsn(o.Database)
	if err := ensureDatabase(ctx, dsn, f.dsn("postgres"), o.Database); err != nil {
		if passing(err) {
			return nil, nil
		}
		return nil, err
	}
	o.Log.Debug("joined the Postgres of another process", "pid", pid, "dir", f.root)
	s := newServer(dsn)
	go s.watch(gone(pid, s.stopping))
	return s, nil
}

// own starts a server under the lock, and gives the lock back if that fails.
func own(ctx context.Context, f folder, o Options, bins search, lock *os.File) (*Server, error) {
	began := time.Now()
	p, err := bringUp(ctx, f, o, bins)
	if err != nil {
		unlock(lock)
		return nil, err
	}
	s := newServer(f.dsn(o.Database))
	s.lock, s.process = lock, p
	if err := ensureDatabase(ctx, s.dsn, f.dsn("postgres"), o.Database); err != nil {
		_ = s.Stop()
		return nil, fmt.Errorf("could not make the database %s: %w", o.Database, err)
	}
	o.Log.Info("started a private Postgres", "dir", f.root, "pid", p.pid, "took", time.Since(began).Round(time.Millisecond))
	go s.watch(p.exited)
	return s, nil
}

// bringUp goes through everything that must be right before Postgres runs.
func bringUp(ctx context.Context, f folder, o Options, bins search) (*process, error) {
	as, err := accountFor(f.data)
	if err != nil {
		return nil, err
	}
	if err := as.admitTo(f.root); err != nil {
		return nil, err
	}
	major, err := f.major()
	if err != nil {
		return nil, err
	}
	bin, err := bins.choose(ctx, as, f.data, major)
	if err != nil {
		return nil, err
	}
	c := cluster{folder: f, as: as, bin: bin.dir, unsafe: o.Unsafe, log: o.Log}
	if err := as.privateDir(f.socket); err != nil {
		return nil, err
	}
	if major == 0 {
		if err := c.create(ctx); err != nil {
			return nil, err
		}
	}
	if err := c.clearStale(ctx); err != nil {
		return nil, err
	}
	return c.boot(ctx)
}

func newServer(dsn string) *Server {
	s := &Server{dsn: dsn, done: make(chan struct{}), stopping: make(chan struct{})}
	s.stop = sync.OnceValue(s.shutDown)
	return s
}

// DSN is the address of the database, for pgx.
func (s *Server) DSN() string { return s.dsn }

// Owner says whether this process runs the server. Only the owner stops it.
func (s *Server) Owner() bool { return s.process != nil }

// Done is closed when Postgres ends without having been asked to by Stop. It
// stays open after Stop.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop shuts the server down, if it is ours, and waits for its end. It may be
// called more than once, and gives the same answer each time.
func (s *Server) Stop() error { return s.stop() }

func (s *Server) shutDown() error {
	close(s.stopping)
	if !s.Owner() {
		return nil
	}
	defer unlock(s.lock) // only then may another process start
	// SIGINT asks for a fast shutdown, SIGQUIT for an immediate one.
	for _, step := range []struct {
		signal syscall.Signal
		grace  time.Duration
	}{{syscall.SIGINT, stopGrace}, {syscall.SIGQUIT, stopGrace / 4}, {syscall.SIGKILL, stopGrace / 4}} {
		if s.process.end(step.signal, step.grace) {
			return s.process.failure()
		}
	}
	return fmt.Errorf("postgres (pid %d) does not end, not even by SIGKILL", s.process.pid)
}

func (s *Server) watch(ended <-chan struct{}) {
	select {
	case <-s.stopping:
	case <-ended:
		select {
		case <-s.stopping: // it ended because of us
		default:
			close(s.done)
		}
	}
}

// pause waits a little, and says false when the context ends first.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
