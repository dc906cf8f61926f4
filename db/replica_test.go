package db_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// replicated is a world with a read replica.
type replicated struct {
	*world
	standby *dbtest.Standby
	log     *lines
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

// newReplicated makes a world and then, if none is given, a standby that has it from the beginning.
func newReplicated(t *testing.T, standby *dbtest.Standby, wait time.Duration) *replicated {
	r := &replicated{world: newWorld(t, db.Options{MaxConns: 4}), standby: standby, log: &lines{}}
	if standby == nil {
		r.standby = dbtest.NewStandby(t)
	}
	return r.with(wait, time.Hour)
}

// with is the same world in a store of its own, that reads from the replica where that is not
// further behind.
func (r *replicated) with(wait, lag time.Duration) *replicated {
	r.t.Helper()
	dsn, out := r.sql.Config().ConnString(), *r
	s, err := db.Open(ctx, dsn, db.Options{MaxConns: 8, Replica: read.Replica{
		DSN: r.standby.DSN(dsn), Wait: wait, Lag: lag, Log: slog.New(slog.NewTextHandler(r.log, nil)),
	}})
	must(r.t, err)
	r.t.Cleanup(func() { _ = s.Close() })
	out.store = s
	out.becomes(true)
	return &out
}

// becomes waits until the replica is read from, or is not.
func (r *replicated) becomes(used bool) {
	r.t.Helper()
	for until := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if s, there := r.store.ReplicaStats(); there && s.Used == used {
			return
		}
		if time.Now().After(until) {
			r.t.Fatalf("the replica is not used = %v; the log says %s", used, r.log.text.String())
		}
	}
}

// team is a write of the admin; the cursor is what its answer tells.
func (r *replicated) team(by *desk.Actor, name string) desk.Cursor {
	r.t.Helper()
	out, err := r.store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "teamCreate"}, func(ctx context.Context, tx *write.Tx) error { return tx.CreateTeam(ctx, name, nil) })
	must(r.t, err)
	at, ok := desk.ParseCursor(out.Cursor)
	if !ok || out.Wrote == 0 {
		r.t.Fatalf("the write has the cursor %q and the transaction %d", out.Cursor, out.Wrote)
	}
	at.Wrote = out.Wrote
	return at
}

// query reads as an operation does: its cursor first, then the teams; and says whether the replica
// answered.
func (r *replicated) query(by *desk.Actor, after string) (at desk.Cursor, teams []string, fromReplica bool) {
	r.t.Helper()
	before, _ := r.store.ReplicaStats()
	reader, err := r.store.BeginAnywhere(ctx, read.Authenticated(by), after)
	must(r.t, err)
	cursor, err := reader.Cursor(ctx)
	must(r.t, err)
	now, _ := r.store.ReplicaStats()
	at, ok := desk.ParseCursor(cursor)
	if !ok {
		r.t.Fatalf("the cursor is %q", cursor)
	}
	return at, r.teamsIn(reader), now.Replica > before.Replica
}

// asked is query until the replica answers: on a busy machine it may be too slow to be waited for.
func (r *replicated) asked(by *desk.Actor, after string) (at desk.Cursor, teams []string) {
	r.t.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		at, teams, from := r.query(by, after)
		if from {
			return at, teams
		}
		if time.Now().After(until) {
			r.t.Fatalf("the replica does not answer after %q", after)
		}
	}
}

func (r *replicated) teamsIn(reader *read.Reader) (names []string) {
	r.t.Helper()
	found, err := reader.Teams(ctx)
	must(r.t, err)
	for _, t := range found {
		names = append(names, t.Name)
	}
	return names
}

// TestReplica has what leaves the replica as it is.
func TestReplica(t *testing.T) {
	t.Parallel()
	standby := dbtest.NewStandby(t)
	for name, test := range map[string]func(*testing.T, *replicated){
		"is read where it is fresh enough": freshReplica, "cursor leaves out what is on its way": cursorOfReplica,
		"cursor with many on their way": cursorOfBusyReplica, "is never older than its cursor": replicaInTheCrowd,
	} {
		t.Run(name, func(t *testing.T) { test(t, newReplicated(t, standby, replicaPatience)) })
	}
}

// replicaPatience is more than a replica ever takes that is not stopped.
const replicaPatience = 20 * time.Second

func freshReplica(t *testing.T, r *replicated) {
	written := r.team(r.admin, "one")
	// Who has written waits for it, with a cursor, and without one on this server.
	for _, after := range []string{written.String(), ""} {
		if at, teams := r.asked(r.admin, after); !slices.Contains(teams, "one") || !at.Shows(written) {
			t.Errorf("after %q came %v at %v", after, teams, at)
		}
	}
	primary, err := r.store.LogCursor(ctx)
	must(t, err)
	if at, _ := r.asked(r.ben, primary.String()); at.Epoch != primary.Epoch {
		t.Errorf("the epoch is %q on the replica and %q on the primary", at.Epoch, primary.Epoch)
	}
}

func TestReplica_thatIsBehind(t *testing.T) {
	t.Parallel()
	r := newReplicated(t, nil, 20*time.Millisecond)
	r.team(r.admin, "seen")
	r.waitFor("seen")
	strict := r.with(20*time.Millisecond, 500*time.Millisecond)
	r.standby.Execute(t, "SELECT pg_wal_replay_pause()")
	written := r.team(r.admin, "hidden")
	// Who knows nothing of it may be shown the past, with the cursor of the past.
	at, teams := r.asked(r.ben, "")
	if slices.Contains(teams, "hidden") || at.Shows(written) {
		t.Errorf("ben sees %v at %v", teams, at)
	}
	for name, known := range map[string]string{"cursor": written.String(), "primary": r.primaryCursor()} {
		if _, teams, from := r.query(r.ben, known); from || !slices.Contains(teams, "hidden") {
			t.Errorf("with the %s ben sees %v from the replica = %v", name, teams, from)
		}
	}
	if _, teams, from := r.query(r.admin, ""); from || !slices.Contains(teams, "hidden") {
		t.Errorf("who wrote sees %v from the replica = %v", teams, from)
	}
	// What the primary's answers have put into memory is of another time than the replica.
	if _, teams := r.asked(r.ben, ""); slices.Contains(teams, "hidden") {
		t.Errorf("then ben sees %v", teams)
	}
	strict.becomes(false)
	if s, _ := strict.store.ReplicaStats(); s.Behind < 500*time.Millisecond {
		t.Errorf("it is %s behind", s.Behind)
	}
	r.standby.Execute(t, "SELECT pg_wal_replay_resume()")
	r.waitFor("hidden")
	strict.becomes(true)
	if at, _ := r.asked(r.admin, written.String()); !at.Shows(written) {
		t.Errorf("when it has caught up it is at %v", at)
	}
	for _, foreign := range []string{"nonsense", desk.Cursor{Epoch: "other", Max: 5}.String()} {
		if _, _, from := r.query(r.ben, foreign); from {
			t.Errorf("the cursor %q was asked of the replica", foreign)
		}
	}
}

func (r *replicated) primaryCursor() string {
	r.t.Helper()
	at, err := r.store.LogCursor(ctx)
	must(r.t, err)
	return at.String()
}

// waitFor waits until who knows nothing is shown a team by the replica.
func (r *replicated) waitFor(team string) {
	r.t.Helper()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		if _, teams, from := r.query(r.idle, ""); from && slices.Contains(teams, team) {
			return
		}
	}
	r.t.Fatalf("the replica does not show %s", team)
}

// A snapshot of a standby does not name what is on its way. A cursor that took that for seen would
// lose it.
func cursorOfReplica(t *testing.T, r *replicated) {
	slow, err := pgx.ConnectConfig(ctx, r.sql.Config().Copy())
	must(t, err)
	defer func() { _ = slow.Close(ctx) }()
	tx, err := slow.Begin(ctx)
	must(t, err)
	var xid uint64
	must(t, tx.QueryRow(ctx, "SELECT pg_current_xact_id()::text::bigint").Scan(&xid))
	event := NewID()
	_, err = tx.Exec(ctx, insertEvents, r.account.ID, []desk.ID{event}, NewID())
	must(t, err)
	written := r.team(r.admin, "later")
	at, teams := r.asked(r.admin, written.String())
	if !slices.Contains(teams, "later") {
		t.Fatalf("the replica shows %v", teams)
	}
	if written.Wrote < xid || at.Has(xid) || !at.Has(written.Wrote) {
		t.Errorf("the cursor %v has %d, or has not %d", at, xid, written.Wrote)
	}
	must(t, tx.Commit(ctx))
	until, err := r.store.LogCursor(ctx)
	must(t, err)
	missed, err := r.store.Missed(ctx, r.account.ID, at, until, time.Time{})
	must(t, err)
	if len(missed) != 1 || missed[0].ID != event {
		t.Errorf("after the cursor of the replica came %d events, and not the one that was on its way", len(missed))
	}
}

func cursorOfBusyReplica(t *testing.T, r *replicated) {
	tx, err := r.sql.Begin(ctx)
	must(t, err)
	var xid uint64
	must(t, tx.QueryRow(ctx, "SELECT pg_current_xact_id()::text::bigint").Scan(&xid))
	other, err := pgx.ConnectConfig(ctx, r.sql.Config().Copy())
	must(t, err)
	defer func() { _ = other.Close(ctx) }()
	_, err = other.Exec(ctx, "DO $$ BEGIN FOR i IN 1..1100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")
	must(t, err)
	r.team(r.admin, "far")
	r.waitFor("far")
	if at, _ := r.asked(r.idle, ""); at.Has(xid) || at.Max > xid {
		t.Errorf("the cursor %v has %d", at, xid)
	}
	must(t, tx.Rollback(ctx))
}

func TestReplica_isKilledAndComesBackAndIsPromoted(t *testing.T) {
	t.Parallel()
	r := newReplicated(t, nil, replicaPatience)
	reader, err := r.store.BeginAnywhere(ctx, read.Authenticated(r.ann), "")
	must(t, err)
	r.standby.Kill(t)
	before := r.log.count("WARN")
	// An operation that has begun there goes on at the primary, and shows nothing older.
	written := r.team(r.admin, "new")
	if _, err := reader.Conversations(ctx, nil); err != nil {
		t.Errorf("an operation that had begun there failed: %v", err)
	}
	r.becomes(false) // a backend may outlive its postmaster for a moment, and answer
	if _, teams, from := r.query(r.ann, ""); from || !slices.Contains(teams, "new") {
		t.Errorf("without the replica ann sees %v from it = %v", teams, from)
	}
	for range 3 { // the primary goes on, and forgets what nobody needs any more
		_, err := r.sql.Exec(ctx, "SELECT pg_switch_wal()")
		must(t, err)
		r.team(r.admin, fmt.Sprint("meanwhile ", NewID()))
		_, err = r.sql.Exec(ctx, "CHECKPOINT")
		must(t, err)
	}
	r.standby.Start(t)
	r.becomes(true)
	if _, teams := r.asked(r.ann, written.String()); !slices.Contains(teams, "new") {
		t.Errorf("with the replica back ann sees %v", teams)
	}
	// One that had begun before it was killed must not be read from there again: it may show less
	// than before.
	if _, err := reader.Conversations(ctx, nil); err != nil {
		t.Errorf("an operation that had begun on the one before failed: %v", err)
	}
	if n := r.log.count("WARN") - before; n == 0 {
		t.Error("that it was away is not told")
	}
	const used = "queries read from READ_DATABASE_URL"
	if r.log.count(used) < 2 {
		t.Error("that it is used again is not told")
	}

	r.standby.Execute(t, "SELECT pg_promote()")
	told := r.log.count(used)
	written = r.team(r.admin, "after")
	for i := range 150 { // while it is looked at again, too
		if at, teams, from := r.query(r.ben, ""); from || !slices.Contains(teams, "after") || at.Epoch != written.Epoch {
			t.Fatalf("%d: from what is a primary of its own came %v = %v, at %v", i, teams, from, at)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if r.log.count(used) != told {
		t.Error("what is no standby any more was used again")
	}
}

// While many write and read, no answer is older than its cursor, or than what its reader has
// written.
func replicaInTheCrowd(t *testing.T, r *replicated) {
	var done sync.WaitGroup
	for n, by := range []*desk.Actor{r.admin, r.bot} {
		if n == 1 {
			by = &desk.Actor{Account: r.account, Agent: by.Agent}
			by.Agent.Role = desk.RoleAdmin
		}
		done.Go(func() {
			for i := range 40 {
				name := fmt.Sprintf("%d-%d", n, i)
				written := r.team(by, name)
				after := ""
				if i%2 == 0 {
					after = written.String()
				}
				reader, err := r.store.BeginAnywhere(ctx, read.Authenticated(by), after)
				must(t, err)
				cursor, err := reader.Cursor(ctx)
				must(t, err)
				at, _ := desk.ParseCursor(cursor)
				if teams := r.teamsIn(reader); !slices.Contains(teams, name) || !at.Has(written.Wrote) {
					t.Errorf("%s is missing, or not in the cursor %v", name, at)
				}
			}
		})
	}
	done.Wait()
	if s, _ := r.store.ReplicaStats(); s.Replica == 0 {
		t.Error("nothing was read from the replica")
	}
}
