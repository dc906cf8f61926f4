//go:build unix

package e2e

import (
	"context"
	"math/rand/v2"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// randomURL is the address of one of the servers.
func (s *soak) randomURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.servers[rand.IntN(len(s.servers))].url
}

func (s *soak) askAnybody(query string, v vars) (*answer, error) {
	return (&client{url: s.randomURL(), token: s.token}).tryQuery(query, v)
}

func (s *soak) server(i int) *runningProgram {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.servers[i]
}

// startServer starts a server in the place of one that has ended.
func (s *soak) startServer(i int) {
	s.t.Helper()
	s.server(i).checkLog(s.t)
	r := s.program.start(s.t)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.servers[i] = r
}

// freezeServer has a server stand still.
func (s *soak) freezeServer(i int) (thaw func()) {
	s.t.Helper()
	pid := s.server(i).cmd.Process.Pid
	signalProcess(s.t, pid, syscall.SIGSTOP)
	return func() { signalProcess(s.t, pid, syscall.SIGCONT) }
}

// freezePostgres has all of Postgres stand still, but for the test's own idle backend.
func (s *soak) freezePostgres() (thaw func()) {
	s.t.Helper()
	conn := s.connect()
	pids := []int{s.pg.postmaster(s.t)}
	signalProcess(s.t, pids[0], syscall.SIGSTOP) // first, so that it starts nothing more
	for _, pid := range conn.queryInts(s.t, "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()") {
		if syscall.Kill(pid, syscall.SIGSTOP) == nil { // else it has ended
			pids = append(pids, pid)
		}
	}
	return func() {
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	}
}

// findBackend waits for a backend of the servers that some words of SQL hold for.
func (s *soak) findBackend(condition string) (pid int) {
	s.t.Helper()
	conn := s.connect()
	eventually(s.t, "a backend: "+condition, func() bool {
		err := conn.QueryRow(context.Background(), `SELECT coalesce((SELECT pid FROM pg_stat_activity
			WHERE application_name = 'deskwire' AND datname = current_database() AND `+condition+` ORDER BY random() LIMIT 1), 0)`).Scan(&pid)
		return err == nil && pid != 0
	})
	return pid
}

// The log's reader of each server, which has a connection of its own, and who is in the middle of a
// mutation.
const (
	isLogReader = "query LIKE '%FROM log_epoch AS l LEFT JOIN LATERAL%'"
	isMutating  = "backend_xid IS NOT NULL"
)

// execPatiently runs statements that want a lock which others hold all the time. It waits for one
// only shortly, since everybody queues behind it, and tries again.
func (s *soak) execPatiently(sql string) {
	s.t.Helper()
	conn := s.connect()
	eventually(s.t, sql, func() bool {
		_, err := conn.Exec(context.Background(), "BEGIN; SET LOCAL lock_timeout = '1s'; "+sql+"; COMMIT", pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			_, _ = conn.Exec(context.Background(), "ROLLBACK")
		}
		return err == nil
	})
}
