//go:build unix

package e2e

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db/embedded"
)

// soakFault is one way in which machines fail. It begins and ends while people write, and tells the
// ledger which records it holds meanwhile.
type soakFault struct {
	name  string
	cause func(*soak)
	anew  bool // clients may be told to begin anew: what they missed can't be told
	slow  bool // it takes seconds by itself, so only a long soak has it
}

var soakFaults = []soakFault{
	{name: "kill -9 of a server", cause: (*soak).killServer},
	{name: "kill -9 of Postgres", cause: (*soak).killPostgres},
	{name: "a frozen server", cause: (*soak).causeFrozenServer},
	{name: "a frozen Postgres", cause: (*soak).causeFrozenPostgres},
	{name: "a frozen backend in a mutation", cause: (*soak).causeFrozenBackend},
	{name: "a frozen reader of the log", cause: (*soak).causeFrozenReader},
	{name: "rows locked from outside", cause: (*soak).lockRows},
	{name: "a month's change, the log locked from outside", cause: (*soak).changeMonthUnderLock},
	{name: "a month's change during a dump", cause: (*soak).changeMonthUnderDump},
	{name: "a clock that jumps back and forth", cause: (*soak).moveClock, anew: true},
	{name: "no connection left", cause: (*soak).useUpConnections, slow: true},
	{name: "kill -9 during an upgrade", cause: (*soak).killUpgrade, slow: true}, // every soak begins with one
	{name: "a restored snapshot", cause: (*soak).restoreSnapshot, anew: true},
	{name: "a snapshot restored under running servers", cause: (*soak).restoreUnderServers, anew: true, slow: true},
}

func (s *soak) killServer() {
	i := rand.IntN(len(s.servers))
	if len(s.servers) == 1 {
		defer s.ledger.hold()()
	}
	s.server(i).kill()
	s.startServer(i)
}

func (s *soak) killPostgres() {
	defer s.ledger.hold()()
	s.pg.kill(s.t)
	s.pg.start(s.t)
}

// causeFrozenServer: what a server holds in the middle of its mutations is held until Postgres has
// ended their transactions. The set-up is among it, as mutations share its lock.
func (s *soak) causeFrozenServer() {
	i := rand.IntN(len(s.servers))
	begun := time.Now()
	thaw := s.freezeServer(i)
	defer thaw()
	held := append(s.onTheirWay(i), setUpRecord)
	if len(s.servers) == 1 {
		held = nil
	}
	defer s.ledger.holdSince(begun, held...)()
	time.Sleep(s.lasting(14 * time.Second))
}

func (s *soak) causeFrozenPostgres() {
	defer s.ledger.hold()()
	defer s.freezePostgres()()
	time.Sleep(s.lasting(9 * time.Second))
}

// causeFrozenBackend: nothing can be done about it from outside, so what it holds is held until it
// goes on. Whose mutation it is can't be seen either: it is one of those on their way.
func (s *soak) causeFrozenBackend() {
	pid := s.findBackend(isMutating)
	begun := time.Now()
	if syscall.Kill(pid, syscall.SIGSTOP) != nil {
		return // it has ended just now
	}
	defer func() { _ = syscall.Kill(pid, syscall.SIGCONT) }()
	defer s.ledger.holdSince(begun, append(s.onTheirWay(-1), setUpRecord)...)()
	time.Sleep(s.lasting(7 * time.Second))
}

func (s *soak) causeFrozenReader() {
	pid := s.findBackend(isLogReader)
	if syscall.Kill(pid, syscall.SIGSTOP) != nil {
		return
	}
	defer func() { _ = syscall.Kill(pid, syscall.SIGCONT) }()
	time.Sleep(s.lasting(14 * time.Second))
}

// lockRows: a forgotten psql holds a ticket, its conversation and its contact.
func (s *soak) lockRows() {
	thread := s.threads[2*rand.IntN(len(s.threads)/2)]
	defer s.ledger.hold(thread.name)()
	defer s.inTransaction(fmt.Sprintf(`SELECT FROM tickets WHERE id = '%s' FOR UPDATE; SELECT FROM conversations WHERE id = '%s' FOR UPDATE;
		SELECT FROM contacts WHERE email = '%s' FOR UPDATE`, databaseKey(s.t, thread.ticket), databaseKey(s.t, thread.conversation), thread.email))()
	time.Sleep(s.lasting(14 * time.Second))
}

// inTransaction leaves a transaction open behind some statements.
func (s *soak) inTransaction(sql string) (end func()) {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.pg.dsn())
	if err == nil {
		_, err = conn.Exec(context.Background(), "BEGIN; "+sql, pgx.QueryExecModeSimpleProtocol)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return func() { _ = conn.Close(context.Background()) }
}

// beginMonth has the log as it is when a month begins and its partition is to be made, while
// somebody holds locks on it. Servers would make it at once, so it may take some tries.
func (s *soak) beginMonth(hold func() (end func())) (end func()) {
	s.t.Helper()
	for name := newestPartition(); ; {
		s.awaitPartition()
		s.execPatiently("ALTER TABLE events DETACH PARTITION " + name)
		if n := s.connect().queryInt(s.t, "SELECT count(*) FROM "+name); n != 0 {
			s.t.Fatalf("%s has %d events already", name, n)
		}
		s.execPatiently("DROP TABLE " + name)
		end := hold()
		if s.connect().queryInt(s.t, "SELECT count(to_regclass($1))", name) == 0 {
			return end
		}
		end()
	}
}

// newestPartition is the one that is made as far ahead as any.
func newestPartition() string {
	now := time.Now().UTC()
	return time.Date(now.Year(), now.Month()+2, 1, 0, 0, 0, 0, time.UTC).Format("events_2006_01")
}

// awaitPartition waits until the log has its newest partition.
func (s *soak) awaitPartition() {
	s.t.Helper()
	conn := s.connect()
	eventually(s.t, "the newest partition", func() bool {
		return conn.queryInt(s.t, "SELECT count(*) FROM pg_inherits WHERE inhrelid = to_regclass($1)", newestPartition()) == 1
	})
}

func (s *soak) changeMonthUnderLock() {
	defer s.beginMonth(func() func() { return s.inTransaction("LOCK TABLE events_default IN ACCESS SHARE MODE") })()
	time.Sleep(s.lasting(10 * time.Second))
}

func (s *soak) changeMonthUnderDump() {
	defer s.beginMonth(s.beginDump)()
	time.Sleep(s.lasting(10 * time.Second))
}

// beginDump has a real pg_dump run until it is told to end.
func (s *soak) beginDump() (end func()) {
	s.t.Helper()
	bin, err := embedded.FindBinaries()
	if err != nil {
		s.t.Fatal(err)
	}
	dump := exec.Command(filepath.Join(bin, "pg_dump"), s.pg.dsn())
	out, err := dump.StdoutPipe()
	if err == nil {
		err = dump.Start()
	}
	if err == nil {
		_, err = io.ReadFull(out, make([]byte, 1000)) // it has its locks, and waits until more of it is read
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return func() {
		text, err := io.ReadAll(out)
		if ended := dump.Wait(); err != nil || ended != nil || !strings.Contains(string(text), "PostgreSQL database dump complete") {
			s.t.Errorf("the dump ended with %v and %v", ended, err)
		}
	}
}

// moveClock: the database dates events by its clock. Those of long ago can't be told to who
// follows.
func (s *soak) moveClock() {
	for _, jump := range shuffled([]string{"-10 minutes", "-8 days", "-32 days", "-10 years", "5 hours", "100 days", "10 years"})[:3] {
		s.execPatiently("ALTER TABLE events ALTER recorded_at SET DEFAULT now() + interval '" + jump + "'")
		s.awaitAcknowledged(2 * soakWriters)
		if rand.IntN(2) == 0 {
			s.execPatiently("ALTER TABLE events ALTER recorded_at SET DEFAULT now()")
			s.awaitAcknowledged(2 * soakWriters)
		}
	}
	s.execPatiently("ALTER TABLE events ALTER recorded_at SET DEFAULT now()")
}

// useUpConnections takes every connection that Postgres has left, and those that it ends, the ones
// of the log's readers among them.
func (s *soak) useUpConnections() {
	conn := s.connect()
	ctx, stop := context.WithCancel(context.Background())
	var taken []*pgx.Conn
	var taking sync.WaitGroup
	defer func() {
		stop()
		taking.Wait()
		for _, c := range taken {
			_ = c.Close(context.Background())
		}
	}()
	full := make(chan bool)
	taking.Go(func() {
		first := sync.OnceFunc(func() { close(full) })
		defer first()
		for ctx.Err() == nil {
			if c, err := pgx.Connect(ctx, s.pg.dsn()); err == nil {
				taken = append(taken, c)
				continue
			}
			first()
			time.Sleep(5 * time.Millisecond)
		}
	})
	<-full
	defer s.ledger.hold()()
	if _, err := conn.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'deskwire' AND (`+isLogReader+` OR random() < 0.5)`); err != nil {
		s.t.Fatal(err)
	}
	time.Sleep(s.lasting(9 * time.Second))
}

// killUpgrade has a database of an old version beside the one in use, whose first server is killed.
func (s *soak) killUpgrade() {
	dsn, name := otherDatabase(s.pg.dsn(), fmt.Sprint("old_", s.faults["kill -9 during an upgrade"]))
	conn := s.connect()
	if _, err := conn.Exec(context.Background(), "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		s.t.Fatal(err)
	}
	makeOld(s.t, dsn)
	s.upgradeWithKills(dsn, 3)
	if _, err := conn.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
		s.t.Fatal(err)
	}
}

// restoreSnapshot does what docs/backup.md says. What was acknowledged behind the snapshot is gone,
// and everything else is there.
func (s *soak) restoreSnapshot() {
	begun, snapshot := s.takeSnapshot()
	defer s.ledger.hold()()
	var stopping sync.WaitGroup
	for i := range s.servers {
		r := s.server(i)
		signalProcess(s.t, r.cmd.Process.Pid, syscall.SIGTERM)
		stopping.Go(func() { <-r.exited })
	}
	stopping.Wait()
	s.putBack(snapshot, begun)
	s.runCommand("epoch")
	for i := range s.servers {
		s.startServer(i)
	}
}

// takeSnapshot copies the data folder at one moment, as a volume does, and lets things happen
// behind it.
func (s *soak) takeSnapshot() (begun time.Time, dir string) {
	s.t.Helper()
	release := s.ledger.hold()
	begun, dir = time.Now(), s.pg.dir+"-snapshot"
	s.t.Cleanup(func() { _ = os.RemoveAll(dir) })
	thaw := s.freezePostgres()
	said, err := exec.Command("cp", "-a", s.pg.dir, dir).CombinedOutput()
	thaw()
	release()
	if err != nil {
		s.t.Fatalf("%v: %s", err, said)
	}
	s.awaitAcknowledged(2 * soakWriters)
	time.Sleep(s.lasting(5 * time.Second))
	return begun, dir
}

// putBack has Postgres go on from a snapshot that was begun at a time.
func (s *soak) putBack(snapshot string, begun time.Time) {
	s.t.Helper()
	s.pg.stop(s.t)
	if err := os.RemoveAll(s.pg.dir); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(snapshot, s.pg.dir); err != nil {
		s.t.Fatal(err)
	}
	s.ledger.forgive(begun)
	s.pg.start(s.t)
}

// restoreUnderServers has nobody stop the servers, nor say that the database was put back.
func (s *soak) restoreUnderServers() {
	begun, snapshot := s.takeSnapshot()
	defer s.ledger.hold()()
	s.putBack(snapshot, begun)
}
