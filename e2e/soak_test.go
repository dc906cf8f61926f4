//go:build unix

package e2e

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	soakWriters, soakFollowers, soakThreads = 8, 4, 32
	// longestFreeWait is how long a mutation may take in all where no fault holds its record.
	longestFreeWait = 10 * time.Second
)

// TestSoak: the machines below a fleet fail in one way after another, while people write with
// idempotency keys and others keep what they see by subscriptions. After each fault all that was
// acknowledged is there exactly once, who follows has missed nothing, and nobody has waited long
// for what no fault held. With SOAK it goes on for that time, for each number of SERVERS; without,
// each kind of fault that is quick comes once, with two servers.
func TestSoak(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		newSoak(t, 2).run(0)
		return
	}
	for _, text := range strings.Split(cmp.Or(os.Getenv("SERVERS"), "1,2,3"), ",") {
		servers, err := strconv.Atoi(text)
		if err != nil || servers < 1 {
			t.Fatalf("SERVERS are numbers of servers, such as 1,2,3: %q", text)
		}
		t.Run(text+" servers", func(t *testing.T) { newSoak(t, servers).run(soakTime(t)) })
	}
}

// soak is real servers on a Postgres of their own, who writes, and who follows.
type soak struct {
	*cluster
	program *program
	pg      *ownPostgres
	long    bool   // faults last for seconds, as in the world
	token   string // of an admin
	threads []*soakThread
	setUp   soakSetUp
	writers []*soakWriter
	clients []*cachingClient
	ledger  ledger

	mayBeginAnew atomic.Bool

	mu      sync.Mutex
	servers []*runningProgram

	conn   sqlConn // see connect
	faults map[string]int
}

// soakSetUp are ids of what the account has beside its conversations.
type soakSetUp struct{ channel, newChannel, label, team, open, closed string }

// soakThread is a conversation with the contact that is its alone, and maybe a ticket. It is one
// record for who waits: what is done to one of them locks nothing else.
type soakThread struct{ name, email, conversation, ticket string }

func newSoak(t *testing.T, servers int) *soak {
	s := &soak{program: buildProgram(t), pg: newEmptyPostgres(t), long: os.Getenv("SOAK") != "", faults: map[string]int{}}
	s.cluster = &cluster{t: t, address: s.randomURL, signIn: func(context.Context) (string, error) { return s.token, nil }, ask: s.askAnybody,
		again: func(code string) bool { return sentAgain[code] }, anew: s.mayBeginAnew.Load}
	s.program.env = []string{"DATABASE_URL=" + s.pg.dsn(), "AUTH_JWT_SECRET=" + strings.Repeat("s", 32), "AUTH_ISSUER=i", "AUTH_AUDIENCE=a", "LOG_LEVEL=warn",
		"DATABASE_CONNECTIONS=12", "TRASH_PURGE_INTERVAL=1s", "SHUTDOWN_TIMEOUT=2s", "RATE_ACTOR=0", "RATE_ACCOUNT=0", "RATE_ADDRESS=0"}
	makeOld(t, s.pg.dsn())
	s.upgradeWithKills(s.pg.dsn(), 1)
	s.runCommand("account", "--slug", "soak", "--admin", "ada@soak.test")
	s.token = s.runCommand("token", "--account", "soak", "--email", "ada@soak.test")
	for range servers {
		s.servers = append(s.servers, s.program.start(t))
	}
	s.populate()
	for i := range soakWriters {
		s.writers = append(s.writers, s.newWriter(i))
	}
	return s
}

// runCommand runs a subcommand of the program, which must work.
func (s *soak) runCommand(args ...string) string {
	s.t.Helper()
	cmd := s.program.command(args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("deskwire %v: %v: %s", args, err, said.String())
	}
	return strings.TrimSpace(string(out))
}

// populate makes what is written to and followed.
func (s *soak) populate() {
	admin := &client{url: s.servers[0].url, token: s.token}
	make := func(mutation, noun string, in vars) string {
		s.t.Helper()
		return admin.must(s.t, mutation, noun+" { id }", in).str(noun + ".id")
	}
	inbox, other := make("inboxCreate", "inbox", vars{"name": "Support"}), make("inboxCreate", "inbox", vars{"name": "Sales"})
	s.setUp.channel = make("channelCreate", "channel", vars{"inboxId": inbox, "kind": "API", "name": "Support"})
	s.setUp.newChannel = make("channelCreate", "channel", vars{"inboxId": other, "kind": "API", "name": "Sales"})
	s.setUp.label, s.setUp.team = make("labelCreate", "label", vars{"name": "Hot"}), make("teamCreate", "team", vars{"name": "Night shift"})
	for _, status := range admin.do(s.t, "{ pipelines { statuses { id state } } }", nil).at("pipelines").list("0.statuses") {
		if status.str("state") == "CLOSED" {
			s.setUp.closed = status.str("id")
		} else {
			s.setUp.open = status.str("id")
		}
	}
	for i := range soakThreads {
		thread := &soakThread{name: fmt.Sprint("thread ", i), email: fmt.Sprintf("c%d@contact.test", i)}
		thread.conversation = admin.must(s.t, "messageReceive", "conversation { id }", vars{"channelId": s.setUp.channel, "externalId": thread.name,
			"threadKey": thread.name, "contact": vars{"email": thread.email}, "subject": thread.name, "text": "Hello"}).str("conversation.id")
		if i%2 == 0 {
			thread.ticket = make("ticketCreate", "ticket", vars{"conversationId": thread.conversation, "name": thread.name})
			s.tickets = append(s.tickets, thread.ticket)
		}
		s.ids, s.threads = append(s.ids, thread.conversation), append(s.threads, thread)
	}
	for _, where := range []vars{
		{"unread": true},
		{"ticket": vars{"name": vars{"contains": "1"}, "statusId": vars{"in": []string{s.setUp.open}}}},
		{"or": []vars{{"labelId": vars{"eq": s.setUp.label}}, {"status": []string{"CLOSED"}}}},
		{"lastActivityAt": vars{"newerThan": "1h"}, "ticket": vars{"closedAt": vars{"isNull": true}}},
	} {
		in := vars{"name": "Saved", "scope": "ACCOUNT", "where": vars{"and": []vars{where, {"inboxId": vars{"eq": inbox}}}}}
		s.views = append(s.views, make("inboxViewCreate", "view", in))
	}
}

// run causes every kind of fault, and goes on for as long as it is told.
func (s *soak) run(d time.Duration) {
	ctx, stop := context.WithCancel(context.Background())
	var followers sync.WaitGroup
	defer followers.Wait()
	defer stop()
	for i := range soakFollowers {
		c := s.newClient(i)
		s.clients = append(s.clients, c)
		followers.Go(func() { c.followUntil(ctx, ctx) })
	}
	defer func() { s.showLogs(); s.t.Log(s.table()) }()
	kinds := soakFaults
	if s.long {
		kinds = shuffled(kinds)
	}
	for begun := time.Now(); ; kinds = shuffled(kinds) {
		for _, f := range kinds {
			if f.slow && !s.long {
				continue
			}
			s.round(f)
			if s.t.Failed() || d > 0 && time.Since(begun) > d {
				s.finish()
				return
			}
		}
		if d == 0 {
			s.finish()
			return
		}
	}
}

func shuffled[T any](all []T) []T {
	all = slices.Clone(all)
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// round is one fault in the middle of work, and a look at all that should be there.
func (s *soak) round(f soakFault) {
	s.ledger.beginRound()
	s.mayBeginAnew.Store(f.anew)
	s.faults[f.name]++
	began := time.Now()
	finish := s.startWriting()
	defer finish()
	s.awaitAcknowledged(soakWriters)
	f.cause(s)
	s.awaitAcknowledged(soakWriters)
	finish()
	worked := time.Since(began)
	s.awaitReady()
	s.awaitPartition() // now that nobody writes there is nobody to wait for
	s.ledger.endRound(s.t, f.name)
	s.check(f.name)
	s.t.Logf("%-45s %6d acknowledged in %v; looked at in %v", f.name, len(s.ledger.round), worked.Round(time.Millisecond), (time.Since(began) - worked).Round(time.Millisecond))
}

// startWriting lets everybody write; the function that it gives lets them finish what they do.
func (s *soak) startWriting() (finish func()) {
	ctx, stop := context.WithCancel(context.Background())
	var writers sync.WaitGroup
	for _, w := range s.writers {
		writers.Go(func() { w.writeUntil(ctx) })
	}
	return sync.OnceFunc(func() { stop(); writers.Wait() })
}

// awaitAcknowledged waits until so many more mutations are acknowledged.
func (s *soak) awaitAcknowledged(more int) {
	s.t.Helper()
	want := s.ledger.acknowledged.Load() + int64(more)
	eventually(s.t, "mutations to be acknowledged", func() bool { return s.ledger.acknowledged.Load() >= want })
}

func (s *soak) awaitReady() {
	s.t.Helper()
	for _, r := range s.servers {
		eventually(s.t, "a server to be ready", r.ready)
	}
}

// lasting is how long a fault lasts.
func (s *soak) lasting(most time.Duration) time.Duration {
	if !s.long {
		return 400 * time.Millisecond
	}
	return time.Second + rand.N(most-time.Second)
}

// check looks for all that was acknowledged in this round, and for what clients have missed.
func (s *soak) check(after string) {
	s.t.Helper()
	s.ledger.verify(s.t, s.connect(), after)
	for i, c := range s.clients {
		c.waitForConvergence()
		if different := c.differences(); len(different) > 0 {
			s.ledger.missed += len(different)
			s.t.Errorf("after %s client %d has missed something: %.2000s", after, i, strings.Join(different, "\n"))
		}
		c.forget()
	}
}

// connect gives the test's connection to the database, beside the servers; another one once a fault
// has ended it.
func (s *soak) connect() sqlConn {
	s.t.Helper()
	if s.conn.Conn == nil || s.conn.Ping(context.Background()) != nil {
		s.conn = connectSQL(s.t, s.pg.dsn())
	}
	return s.conn
}

// finish looks at all of it once more.
func (s *soak) finish() {
	conn := s.connect()
	s.ledger.verifyAll(s.t, conn)
	conn.requireIntegrity(s.t)
	for _, r := range s.servers {
		r.checkLog(s.t)
	}
}

// showLogs shows what servers have said, when something is wrong.
func (s *soak) showLogs() {
	for i, r := range s.servers {
		if text := r.log.String(); s.t.Failed() {
			s.t.Logf("the end of the log of server %d:\n%s", i+1, text[max(0, len(text)-3000):])
		}
	}
}

// table is what the soak has shown.
func (s *soak) table() string {
	var b strings.Builder
	l := &s.ledger
	fmt.Fprintf(&b, "%d servers\n%-45s %7d\n%-45s %7d\n%-45s %7d\n%-45s %7d\n%-45s %7d\n%-45s %7d\n%-45s %10v  (%s)\n", len(s.servers),
		"mutations acknowledged", l.acknowledged.Load(), "lost", l.lost, "doubled", l.doubled, "missed by clients", l.missed,
		"gone with a snapshot, as it must be", l.gone, "payloads shown", s.shown.Load(), "longest wait for what was free", l.longest.wait.Round(time.Millisecond), l.longest.what)
	fmt.Fprintf(&b, "%-45s %7s %14s\n", "faults", "", "longest wait")
	for _, name := range slices.Sorted(maps.Keys(s.faults)) {
		fmt.Fprintf(&b, "  %-43s %7d %14v\n", name, s.faults[name], l.longestOf[name].Round(time.Millisecond))
	}
	return b.String()
}
