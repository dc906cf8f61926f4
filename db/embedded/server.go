//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

const (
	pollInterval = 10 * time.Millisecond
	// A fast shutdown writes a checkpoint. When that takes longer than this,
	// Postgres is cut off; the next start replays the log, nothing is lost.
	stopGrace = 20 * time.Second
)

// Server is a running Postgres that we use, perhaps together with others.
type Server struct {
	dsn      string
	user     *net.UnixConn // to its keeper
	stopping chan struct{}
	ended    chan struct{} // the connection is; failure may be read then
	failure  string
	done     chan struct{}
	stop     func() error
}

// Start brings up the server of o.Dir, or joins the one that another process
// runs there, and makes the database when it is missing. The context bounds the
// start only: the server lives until Stop.
func Start(ctx context.Context, o Options) (*Server, error) {
	return startServer(ctx, o.withDefaults(), defaultSearch(o.BinDir))
}

func startServer(ctx context.Context, o Options, bins serverSearch) (*Server, error) {
	if o.Existing && !hasData(o.Dir) {
		return nil, fmt.Errorf("there is no data in %s: set DATA_DIR to the folder that the server uses, or start the server there first", o.Dir)
	}
	f, err := openFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	s, err := startOrJoin(bounded, f, o, bins)
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

// startOrJoin tries both until one works. Another one may be starting, or the last one may leave
// while we wait: then we start.
func startOrJoin(ctx context.Context, f dataFolder, o Options, bins serverSearch) (*Server, error) {
	for {
		lock, err := f.tryLockFolder()
		if err != nil {
			return nil, err
		}
		if lock != nil {
			return startNew(ctx, f, o, bins, lock)
		}
		s, err := joinServer(ctx, f, o)
		if s != nil || err != nil {
			return s, err
		}
		if !waitFor(ctx, pollInterval) {
			return nil, fmt.Errorf("process %s holds the data folder %s but its Postgres does not answer: "+
				"stop that process, or set DATA_DIR to another folder", f.lockHolder(), f.root)
		}
	}
}

// joinServer uses a server that is ready. It answers no server and no error when none is ready yet.
func joinServer(ctx context.Context, f dataFolder, o Options) (*Server, error) {
	pid := f.readyPostmaster()
	if pid == 0 {
		return nil, nil
	}
	user := f.connectKeeper(ctx)
	if user == nil {
		return nil, nil
	}
	s := newServer(f.databaseURL(o.Database), user)
	if err := ensureDatabase(ctx, s.dsn, f.databaseURL("postgres"), o.Database); err != nil {
		_ = s.Stop()
		if isTransient(err) {
			return nil, nil
		}
		return nil, err
	}
	o.Log.Debug("joined the Postgres that other processes use", "pid", pid, "dir", f.root)
	return s, nil
}

// startNew starts a server under the lock, which its keeper goes on holding.
func startNew(ctx context.Context, f dataFolder, o Options, bins serverSearch, lock *os.File) (*Server, error) {
	began := time.Now()
	user, err := prepareAndBoot(ctx, f, o, bins, lock)
	if err != nil {
		unlockFolder(lock)
		return nil, err
	}
	_ = lock.Close()
	s := newServer(f.databaseURL(o.Database), user)
	if err := ensureDatabase(ctx, s.dsn, f.databaseURL("postgres"), o.Database); err != nil {
		_ = s.Stop()
		return nil, fmt.Errorf("could not create the database %s: %w", o.Database, err)
	}
	o.Log.Info("started a private Postgres", "dir", f.root, "pid", f.readyPostmaster(), "took", time.Since(began).Round(time.Millisecond))
	return s, nil
}

// prepareAndBoot sees to everything that must be right before Postgres runs, and boots it.
func prepareAndBoot(ctx context.Context, f dataFolder, o Options, bins serverSearch, lock *os.File) (*net.UnixConn, error) {
	as, err := accountFor(f.data)
	if err != nil {
		return nil, err
	}
	if err := as.requireAccess(f.root); err != nil {
		return nil, err
	}
	major, err := f.dataVersion()
	if err != nil {
		return nil, err
	}
	bin, err := bins.chooseServer(ctx, as, f.data, major)
	if err != nil {
		return nil, err
	}
	c := cluster{dataFolder: f, runAs: as, bin: bin.dir, unsafe: o.Unsafe, log: o.Log}
	if err := as.privateDir(f.socket); err != nil {
		return nil, err
	}
	if major == 0 {
		if err := c.createData(ctx); err != nil {
			return nil, err
		}
	}
	if err := c.clearStale(ctx); err != nil {
		return nil, err
	}
	return c.bootServer(ctx, lock)
}

func newServer(dsn string, user *net.UnixConn) *Server {
	s := &Server{dsn: dsn, user: user, stopping: make(chan struct{}), ended: make(chan struct{}), done: make(chan struct{})}
	s.stop = sync.OnceValue(s.leaveServer)
	go s.watchKeeper()
	return s
}

// DSN is the address of the database, for pgx.
func (s *Server) DSN() string { return s.dsn }

// Done is closed when Postgres ends while we use it. It stays open after Stop.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop ends our use of the server. When nobody else uses it, it is shut down, and Stop waits for
// its end. It may be called more than once, and gives the same answer each time.
func (s *Server) Stop() error { return s.stop() }

// leaveServer tells the keeper, which ends the connection: at once when others stay, else when
// Postgres has ended.
func (s *Server) leaveServer() error {
	close(s.stopping)
	_ = s.user.CloseWrite()
	_ = s.user.SetReadDeadline(time.Now().Add(2 * stopGrace))
	<-s.ended
	_ = s.user.Close()
	if s.failure != "" {
		return errors.New(s.failure)
	}
	return nil
}

// watchKeeper waits for the keeper to close the connection, and hears whether something was wrong.
func (s *Server) watchKeeper() {
	said, err := io.ReadAll(s.user)
	s.failure = string(said)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.failure = "postgres does not end: see its log"
	}
	defer close(s.ended)
	select {
	case <-s.stopping:
	default:
		if s.failure == "" {
			s.failure = "the keeper of postgres was killed, and postgres with it"
		}
		close(s.done)
	}
}

// waitFor waits a little, and says false when the context ends first.
func waitFor(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
