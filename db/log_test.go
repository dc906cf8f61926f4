package db_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"deskwire/db"
	"deskwire/desk"
)

// logged is a world whose log grows by transactions of many writers, and what a Tail of it was
// handed.
type logged struct {
	*world
	mu        sync.Mutex
	committed map[desk.ID]bool
	batches   []desk.Batch
	faults    int
	begun     chan desk.Cursor
}

func newLogged(t *testing.T) *logged {
	return &logged{world: newWorld(t, db.Options{MaxConns: 8}), committed: map[desk.ID]bool{}, begun: make(chan desk.Cursor, 1)}
}

func (l *logged) connect() *pgx.Conn {
	c, err := pgx.ConnectConfig(ctx, l.sql.Config().Copy())
	if err != nil {
		l.t.Error(err)
		return nil
	}
	l.t.Cleanup(func() { _ = c.Close(ctx) })
	return c
}

// tail follows the log until it is ended, by the test's end at the latest.
func (l *logged) tail() (wake chan struct{}, end func()) {
	wake = make(chan struct{}, 1)
	until, stop := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		l.store.Tail(until, wake, func(c desk.Cursor) { l.begun <- c }, l.take, func(error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.faults++
		})
	})
	end = func() { stop(); done.Wait() }
	l.t.Cleanup(end)
	return wake, end
}

func (l *logged) take(b desk.Batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.batches = append(l.batches, b)
}

const insertEvents = `INSERT INTO events (account_id, id, at, kind, entity_kind, entity_id, changes, rule, effect, mutation, cascade_id)
	SELECT $1, id, now(), 'CONTACT_UPDATED', 'con', $3, '[]', '', false, 'test', $3 FROM unnest($2::uuid[]) AS id`

// writeEvents is one transaction: it takes its number, waits, tells the rest, and commits or not.
func (l *logged) writeEvents(c *pgx.Conn, rnd *rand.Rand) error {
	n := 1 + rnd.IntN(4)
	if rnd.IntN(60) == 0 {
		n = 700 // more than a page
	}
	ids := make([]desk.ID, n)
	for i := range ids {
		ids[i] = NewID()
	}
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	half := 1 + rnd.IntN(n)
	for _, part := range [][]desk.ID{ids[:half], ids[half:]} {
		if _, err := tx.Exec(ctx, insertEvents, l.account.ID, part, l.account.ID); err != nil {
			return err
		}
		time.Sleep(time.Duration(rnd.IntN(15)) * time.Millisecond)
	}
	if rnd.IntN(5) == 0 {
		return nil // rolled back
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		l.committed[id] = true
	}
	return nil
}

// writers write at once, each so many transactions.
func (l *logged) writers(n, each int, wake chan<- struct{}) {
	var all sync.WaitGroup
	for i := range n {
		c, rnd := l.connect(), rand.New(rand.NewPCG(uint64(i), 7))
		all.Go(func() {
			for range each {
				if err := l.writeEvents(c, rnd); err != nil {
					l.t.Error(err)
					return
				}
				select {
				case wake <- struct{}{}:
				default:
				}
			}
		})
	}
	all.Wait()
}

// seen waits until as many events were handed over as were committed.
func (l *logged) seen() []*desk.Event {
	l.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		l.mu.Lock()
		var all []*desk.Event
		for _, b := range l.batches {
			all = append(all, b.Events...)
		}
		want := len(l.committed)
		l.mu.Unlock()
		if len(all) >= want {
			return all
		}
		if time.Now().After(end) {
			l.t.Fatalf("%d events of %d were handed over", len(all), want)
		}
	}
}

func byLog(a, b *desk.Event) int {
	if a.Xid != b.Xid {
		return int(a.Xid) - int(b.Xid)
	}
	return slices.Compare(a.ID[:], b.ID[:])
}

// TestTail_losesNoneAndRepeatsNone: 14 writers whose transactions commit in any order or not at
// all, one that stays open all the while, and a reader whose connection is cut again and again.
func TestTail_losesNoneAndRepeatsNone(t *testing.T) {
	t.Parallel()
	l := newLogged(t)
	old := l.connect()
	late := NewID()
	_, err := old.Exec(ctx, "BEGIN")
	must(t, err)
	_, err = old.Exec(ctx, insertEvents, l.account.ID, []desk.ID{late}, l.account.ID)
	must(t, err)
	wake, end := l.tail()
	before := <-l.begun
	cutting, stop := context.WithCancel(ctx)
	var cutter sync.WaitGroup
	cutter.Go(func() { l.cut(cutting) })
	l.writers(14, 25, wake)
	stop()
	cutter.Wait()
	l.seen()
	_, err = old.Exec(ctx, "COMMIT")
	must(t, err)
	l.mu.Lock()
	l.committed[late] = true
	l.mu.Unlock()
	all := l.seen()
	end()

	told := map[desk.ID]bool{}
	for _, e := range all {
		if !l.committed[e.ID] || told[e.ID] {
			t.Errorf("event %v: committed %v, told before %v", e.ID, l.committed[e.ID], told[e.ID])
		}
		told[e.ID] = true
	}
	if l.faults == 0 {
		t.Error("the connection was never cut")
	}
	at := before
	for _, b := range l.batches {
		if b.Anew || b.Before.String() != at.String() || !slices.IsSortedFunc(b.Events, byLog) {
			t.Fatalf("a batch from %v to %v after one to %v, with %d events in disorder, or of another log", b.Before, b.Cursor, at, len(b.Events))
		}
		at = b.Cursor
		for _, e := range b.Events {
			if b.Before.Has(e.Xid) || !b.Cursor.Has(e.Xid) {
				t.Errorf("event of transaction %d between %v and %v", e.Xid, b.Before, b.Cursor)
			}
		}
	}
	l.checkReadings(before)
}

// cut ends the reader's connection from time to time.
func (l *logged) cut(until context.Context) {
	c := l.connect()
	for until.Err() == nil {
		time.Sleep(80 * time.Millisecond)
		_, err := c.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
			AND query LIKE '%FROM log_epoch AS l LEFT JOIN LATERAL%'`)
		if err != nil {
			l.t.Error(err)
		}
	}
}

// checkReadings: between any two places of the log, one reading, one in pages, and what the reader
// was handed are the same.
func (l *logged) checkReadings(first desk.Cursor) {
	l.t.Helper()
	since, rnd := time.Now().Add(-time.Hour), rand.New(rand.NewPCG(3, 4))
	paged := 0
	for n := range 25 {
		i := rnd.IntN(len(l.batches))
		j := i + rnd.IntN(len(l.batches)-i)
		if n == 0 {
			i, j = 0, len(l.batches)-1
		}
		after, until := first, l.batches[j].Cursor
		if i > 0 {
			after = l.batches[i-1].Cursor
		}
		want := []*desk.Event{}
		for _, b := range l.batches[i : j+1] {
			want = append(want, b.Events...)
		}
		slices.SortFunc(want, byLog)
		missed, err := l.store.Missed(ctx, l.account.ID, after, until, since)
		must(l.t, err)
		l.same("missed", missed, want)
		var pages []*desk.Event
		at := after
		for !at.Covers(until) {
			page, next, err := l.store.ReaderFor(l.admin).LogPage(ctx, nil, at, until, since)
			must(l.t, err)
			pages = append(pages, page...)
			for k, e := range want { // a cursor on the way holds what was told, and nothing else
				if next.Has(e.Xid) != (k < len(pages)) {
					l.t.Fatalf("after %d events of %d, the cursor %+v is wrong about number %d", len(pages), len(want), next, k)
				}
			}
			if len(pages) < len(want) {
				paged++
			}
			at = next
		}
		l.same("in pages", pages, want)
		l.elsewhere(after, until, want)
	}
	if paged == 0 {
		l.t.Error("there never was a second page")
	}
}

// elsewhere reads on from a place between, as another page has left it.
func (l *logged) elsewhere(after, until desk.Cursor, want []*desk.Event) {
	if len(want) < 2 {
		return
	}
	xid := want[len(want)/2].Xid
	middle := after.UpTo(xid, until)
	rest, err := l.store.Missed(ctx, l.account.ID, middle, until, time.Now().Add(-time.Hour))
	must(l.t, err)
	l.same("from the middle", rest, slices.DeleteFunc(slices.Clone(want), func(e *desk.Event) bool { return e.Xid <= xid }))
	begin, err := l.store.Missed(ctx, l.account.ID, after, middle, time.Now().Add(-time.Hour))
	must(l.t, err)
	l.same("up to the middle", begin, slices.DeleteFunc(slices.Clone(want), func(e *desk.Event) bool { return e.Xid > xid }))
}

func (l *logged) same(how string, got, want []*desk.Event) {
	l.t.Helper()
	if !slices.EqualFunc(got, want, func(a, b *desk.Event) bool { return a.ID == b.ID && a.Xid == b.Xid }) {
		l.t.Fatalf("%s: %d events, want %d, or others", how, len(got), len(want))
	}
}

// TestMissed_gone: what is too long ago, too much or of another log is not told.
func TestMissed_gone(t *testing.T) {
	t.Parallel()
	l := newLogged(t)
	here := func() desk.Cursor {
		text, err := l.store.EventCursor(ctx)
		must(t, err)
		c, ok := desk.ParseCursor(text)
		if !ok {
			t.Fatalf("a cursor that can't be read: %q", text)
		}
		return c
	}
	from := here()
	l.exec(insertEvents, l.account.ID, []desk.ID{NewID()}, l.account.ID)
	one := here()
	l.exec(`INSERT INTO events (account_id, id, at, kind, entity_kind, entity_id, changes, rule, effect, mutation, cascade_id)
		SELECT $1, gen_random_uuid(), now(), 'CONTACT_UPDATED', 'con', $1, '[]', '', false, 'test', $1 FROM generate_series(1, 10000)`, l.account.ID)
	many, foreign := here(), from
	foreign.Epoch = "another"
	long := time.Now().Add(-time.Hour)
	for _, c := range []struct {
		what         string
		after, until desk.Cursor
		since        time.Time
		gone         bool
	}{
		{"one event", from, one, long, false},
		{"nothing", many, many, time.Now().Add(time.Hour), false},
		{"10,000 events", one, many, long, false},
		{"10,001 events", from, many, long, true},
		{"too long ago", from, one, time.Now().Add(time.Hour), true},
		{"another log", foreign, one, long, true},
	} {
		_, err := l.store.Missed(ctx, l.account.ID, c.after, c.until, c.since)
		if errors.Is(err, desk.ErrGone) != c.gone || err != nil && !c.gone {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	for _, c := range []desk.Cursor{foreign, {Epoch: "nowhere"}} {
		if _, _, err := l.store.ReaderFor(l.admin).LogPage(ctx, nil, c, one, long); !errors.Is(err, desk.ErrGone) {
			t.Errorf("a page after %v: %v", c, err)
		}
	}
}

// TestTail_anew: when the database was put back to an earlier time, the reader says so, and reads
// on from there.
func TestTail_anew(t *testing.T) {
	t.Parallel()
	l := newLogged(t)
	l.tail()
	<-l.begun
	l.exec("UPDATE log_epoch SET epoch = gen_random_uuid()")
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		l.mu.Lock()
		anew := slices.ContainsFunc(l.batches, func(b desk.Batch) bool { return b.Anew })
		l.mu.Unlock()
		if anew {
			break
		}
		if time.Now().After(end) {
			t.Fatal("nobody said that the log is another one")
		}
	}
	id := NewID()
	l.exec(insertEvents, l.account.ID, []desk.ID{id}, l.account.ID)
	l.mu.Lock()
	l.committed[id] = true
	l.mu.Unlock()
	if all := l.seen(); all[0].ID != id {
		t.Errorf("told %v", all[0].ID)
	}
}

// TestReadLog_inParts: what is too much for one reading comes in several, transaction by
// transaction, each event once.
func TestReadLog_inParts(t *testing.T) {
	t.Parallel()
	l := newLogged(t)
	at, err := l.store.LogCursor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	late := l.connect()
	tx, err := late.Begin(ctx) // has the smallest number, and is on its way while the others are read
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(ctx)
	told := map[desk.ID]bool{}
	write := func(on interface {
		Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
	}, n int) {
		ids := make([]desk.ID, n)
		for i := range ids {
			ids[i] = NewID()
			told[ids[i]] = false
		}
		if _, err := on.Exec(ctx, insertEvents, l.account.ID, ids, l.account.ID); err != nil {
			t.Fatal(err)
		}
	}
	write(tx, 10)
	for _, n := range []int{2000, 2000, 2000, 7000, 1} {
		write(l.sql, n)
	}
	var sizes []int
	read := func() {
		for {
			b, err := l.store.ReadLog(ctx, at)
			if err != nil || b.Anew {
				t.Fatalf("%v %v", b.Anew, err)
			}
			if at = b.Cursor; len(b.Events) == 0 {
				return
			}
			sizes = append(sizes, len(b.Events))
			for _, e := range b.Events {
				if told[e.ID] {
					t.Fatalf("told twice: %v", e.ID)
				}
				told[e.ID] = true
			}
		}
	}
	read()
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	read()
	if want := []int{4000, 2000, 7001, 10}; !slices.Equal(sizes, want) {
		t.Errorf("the readings had %v events, want %v", sizes, want)
	}
	for id, was := range told {
		if !was {
			t.Fatalf("never told: %v", id)
		}
	}
}

// TestDropPartitions: months that are over are dropped whole, the others stay, and who was there
// before them begins anew.
func TestDropPartitions(t *testing.T) {
	t.Parallel()
	l := newLogged(t)
	here := func() desk.Cursor {
		at, err := l.store.LogCursor(ctx)
		must(t, err)
		return at
	}
	l.exec("CREATE TABLE events_2020_02 PARTITION OF events FOR VALUES FROM ('2020-02-01') TO ('2020-03-01')")
	tell := func() desk.Cursor {
		l.exec(insertEvents, l.account.ID, []desk.ID{NewID()}, l.account.ID)
		return here()
	}
	before := tell()
	l.exec(`INSERT INTO events (account_id, id, at, kind, entity_kind, entity_id, changes, rule, effect, mutation, cascade_id, recorded_at)
		SELECT $1, gen_random_uuid(), now(), 'CONTACT_UPDATED', 'con', $1, '[]', '', false, 'test', $1, '2020-02-20'`, l.account.ID)
	between, after := here(), tell()
	between.Open = nil // transactions of other tests, which may have been on their way all the while
	count := func() (n int) {
		must(t, l.sql.QueryRow(ctx, "SELECT count(*) FROM events WHERE account_id = $1 AND kind = 'CONTACT_UPDATED'", l.account.ID).Scan(&n))
		return n
	}
	gone := func(at desk.Cursor) bool {
		_, err := l.store.Missed(ctx, l.account.ID, at, after, time.Time{})
		_, _, err2 := l.store.ReaderFor(l.admin).LogPage(ctx, nil, at, after, time.Time{})
		if errors.Is(err, desk.ErrGone) != errors.Is(err2, desk.ErrGone) || !errors.Is(err, desk.ErrGone) && (err != nil || err2 != nil) {
			t.Fatalf("%v, %v", err, err2)
		}
		return err != nil
	}
	must(t, l.store.DropPartitions(ctx, time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC)))
	if n := count(); n != 3 || gone(before) {
		t.Errorf("before the month is over there are %d events, want 3; gone: %v", n, gone(before))
	}
	for range 2 { // as by two servers
		must(t, l.store.DropPartitions(ctx, time.Date(2020, 3, 1, 0, 0, 0, 0, time.UTC)))
	}
	if n := count(); n != 2 || !gone(before) || gone(between) {
		t.Errorf("after it there are %d events, want 2; gone before it: %v, after it: %v", n, gone(before), gone(between))
	}
}
