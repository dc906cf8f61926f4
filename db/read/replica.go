package read

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/desk"
)

// A read replica answers queries that need not know the newest. A query reads its cursor there
// first and everything else after it, from the same Postgres: nothing it shows is older than its
// cursor. Whatever goes wrong there is read from the primary instead, which is never behind.

// Replica is a read replica, a streaming standby, and how much patience there is with it. Zero
// values are the defaults.
type Replica struct {
	DSN  string        // not set: there is none
	Wait time.Duration // how long a query waits for it to show what the client knows; default 100 ms
	Lag  time.Duration // how far it may be behind; default 10 s
	Log  *slog.Logger  // is told when it goes and comes; default slog.Default
}

// ReplicaStats say where queries were read.
type ReplicaStats struct {
	Used             bool          // it may be read from now
	Behind           time.Duration // at the last look, as far as it is known
	Replica, Primary uint64        // queries that were read from the one, and from the other although a replica is set
}

// How often, and how long, somebody waits for the replica.
const (
	replicaEvery    = time.Second     // how often it is looked at
	ReplicaPatience = 2 * time.Second // how long it may take to answer a look
	replicaBegin    = time.Second     // and to tell its cursor, beside what is waited for
	replicaPoll     = 2 * time.Millisecond
)

// replica is the pool of a read replica, and what is known about it.
type replica struct {
	Replica
	store *Database
	pool  *pgxpool.Pool
	stop  context.CancelFunc
	ended chan struct{}

	usable  atomic.Pointer[replicaHealth] // nil: it is not to be used
	lagging atomic.Int64                  // until then, in Unix nanoseconds, nobody waits for it: somebody did in vain
	behind  atomic.Int64                  // nanoseconds
	told    atomic.Int32                  // what was last told about it: nothing, or one of the two below
	mark    lagCheckpoint                 // of the goroutine that looks at it

	atReplica, atPrimary atomic.Uint64
	Wrote                lastWrites
}

// replicaHealth is what the last look at the replica found.
type replicaHealth struct{ epoch string }

// lagCheckpoint is where the primary stood at a time, and the replica has to come.
type lagCheckpoint struct {
	lsn string
	at  time.Time
}

// incarnation names one run of one server. A standby that starts anew may show less than it did
// before.
const incarnation = "concat_ws(' ', pg_postmaster_start_time(), inet_server_addr(), inet_server_port(), current_setting('data_directory', true))"

func incarnationOf(c *pgxpool.Conn) string {
	is, _ := c.Conn().PgConn().CustomData()["incarnation"].(string)
	return is
}

func openReplica(ctx context.Context, s *Database, cfg *pgxpool.Config, r Replica) (*replica, error) {
	if r.Wait == 0 {
		r.Wait = 100 * time.Millisecond
	}
	if r.Lag == 0 {
		r.Lag = 10 * time.Second
	}
	if r.Log == nil {
		r.Log = slog.Default()
	}
	cfg.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsStandby
	beginSession := cfg.AfterConnect
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		var is string
		if err := c.QueryRow(ctx, "SELECT "+incarnation).Scan(&is); err != nil {
			return err
		}
		c.PgConn().CustomData()["incarnation"] = is
		return beginSession(ctx, c)
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	watch, stop := context.WithCancel(context.WithoutCancel(ctx))
	out := &replica{Replica: r, store: s, pool: pool, stop: stop, ended: make(chan struct{})}
	go out.watchHealth(watch)
	return out, nil
}

func (r *replica) close() {
	r.stop()
	<-r.ended
	r.pool.Close()
}

// ReplicaStats says where queries are read; false where no replica is set.
func (s *Database) ReplicaStats() (ReplicaStats, bool) {
	r := s.Replica
	if r == nil {
		return ReplicaStats{}, false
	}
	return ReplicaStats{r.usable.Load() != nil, time.Duration(r.behind.Load()), r.atReplica.Load(), r.atPrimary.Load()}, true
}

// watchHealth looks at the replica from time to time.
func (r *replica) watchHealth(ctx context.Context) {
	defer close(r.ended)
	tick := time.NewTicker(replicaEvery)
	defer tick.Stop()
	for {
		found, err := r.checkHealth(ctx)
		if ctx.Err() != nil {
			return
		}
		r.logChange(ctx, err)
		r.usable.Store(found)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// logChange logs what has changed.
func (r *replica) logChange(ctx context.Context, err error) {
	now := int32(replicaUsed)
	if err != nil {
		now = replicaUnused
	}
	switch before := r.told.Swap(now); {
	case before == now:
	case err == nil:
		r.Log.InfoContext(ctx, "queries read from READ_DATABASE_URL")
	default:
		r.Log.WarnContext(ctx, "queries read only from DATABASE_URL, because READ_DATABASE_URL cannot be used", "err", err)
	}
}

const (
	replicaUsed = iota + 1
	replicaUnused
)

// primaryPosition is where the primary is.
type primaryPosition struct{ Epoch, LSN string }

// replicaPosition is where the replica is. Which timeline it follows is known at once to who may
// read pg_stat_wal_receiver (pg_monitor), to others with its next restart point.
const replicaPosition = `SELECT epoch || '/' || lpad(upper(to_hex(GREATEST(
		(SELECT timeline_id FROM pg_control_checkpoint()), (SELECT received_tli FROM pg_stat_wal_receiver)))), 8, '0'),
	pg_last_wal_replay_lsn() >= NULLIF($1, '')::pg_lsn, pg_is_in_recovery() FROM log_epoch`

// checkHealth says how the replica is to be used; an error says why it is not.
func (r *replica) checkHealth(ctx context.Context) (*replicaHealth, error) {
	ctx, cancel := context.WithTimeout(ctx, ReplicaPatience)
	defer cancel()
	var now primaryPosition
	err := r.store.client.Pool.QueryRow(ctx, "SELECT "+eventlog.CurrentEpoch+", pg_current_wal_lsn()::text FROM log_epoch").Scan(&now.Epoch, &now.LSN)
	if err != nil {
		return nil, fmt.Errorf("the primary does not answer: %w", err)
	}
	var standby bool
	asked, found, reached := time.Now(), &replicaHealth{}, new(bool)
	err = r.pool.QueryRow(ctx, replicaPosition, r.mark.lsn).Scan(&found.epoch, &reached, &standby)
	if err == nil && !standby {
		err = errPromoted
	}
	if err != nil {
		r.pool.Reset() // as in takeOutOfUse
		return nil, err
	}
	if found.epoch != now.Epoch {
		return nil, errors.New("it follows another primary, or another timeline of it")
	}
	if reached == nil || *reached {
		if r.mark = (lagCheckpoint{now.LSN, asked}); reached != nil {
			r.behind.Store(0)
		}
		return found, nil
	}
	behind := asked.Sub(r.mark.at)
	r.behind.Store(int64(behind))
	if behind > r.Lag {
		return nil, fmt.Errorf("it is more than %s behind", r.Lag)
	}
	return found, nil
}

// takeOutOfUse takes the replica out of use until the next look at it, where it is not just a
// statement that failed.
func (r *replica) takeOutOfUse(ctx context.Context, err error) {
	gone := pg.Unavailable(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errPromoted)
	if gone && r.usable.Swap(nil) != nil {
		r.pool.Reset() // what broke one connection broke the others
		r.logChange(ctx, err)
	}
}

// replicaSession is an operation that reads from the replica.
type replicaSession struct {
	from *replica
	of   string // the incarnation that its cursor is from
}

var errOtherIncarnation = errors.New("db: the replica has started anew")

// Run runs a statement on the replica. When it fails, the primary is to be asked.
func (in *replicaSession) Run(ctx context.Context, b *pg.Budget, q pg.Statement) error {
	conn, err := in.from.pool.Acquire(ctx)
	if err == nil {
		defer conn.Release()
		if err = errOtherIncarnation; incarnationOf(conn) == in.of {
			err = in.from.store.client.SendOn(ctx, conn.Conn(), b, []pg.Statement{q})
		}
	}
	if err != nil && ctx.Err() == nil && (b == nil || !b.Spent()) {
		in.from.takeOutOfUse(ctx, err)
	}
	return err
}

// BeginAnywhere is Begin for an operation that may show what is a little older, but not older than
// a cursor that the client knows, or than what the actor has written through this server. It reads
// from the replica if that has come so far, or does so within its patience.
func (s *Database) BeginAnywhere(ctx context.Context, p *Principal, after string) (*Reader, error) {
	r := s.Replica
	if r == nil {
		return s.Begin(ctx, p)
	}
	if _, err := s.verifyAfterWait(ctx, p); err != nil {
		return nil, err
	}
	if now := r.usable.Load(); now != nil {
		known, ok := desk.ParseCursor(after)
		if after == "" || ok && known.Epoch == now.epoch {
			if reader, err := r.beginOnReplica(ctx, now, p.actor, known); err == nil {
				r.atReplica.Add(1)
				return reader, nil
			}
		}
	}
	r.atPrimary.Add(1)
	return s.Begin(ctx, p)
}

// replicaSnapshot is where the log stands on a standby. There a snapshot does not name the
// transactions that are on their way, so each in its bounds is asked for; where those are too many,
// none of them counts as seen.
const replicaSnapshot = `SELECT pg_is_in_recovery() AS standby, CASE WHEN many THEN lower ELSE upper END AS max,
	CASE WHEN many THEN '{}' ELSE ARRAY(SELECT x FROM generate_series(lower, upper - 1) AS x
		WHERE pg_xact_status(x::text::xid8) = 'in progress' ORDER BY x) END::text AS open,
	` + eventlog.LastTransaction + ` AS last, coalesce((SELECT setup_version FROM accounts WHERE id = ?), 0) AS config
	FROM (SELECT lower, upper, upper - lower > 1000 AS many FROM
		(SELECT pg_snapshot_xmin(s)::text::bigint AS lower, pg_snapshot_xmax(s)::text::bigint AS upper FROM pg_current_snapshot() AS s) AS bounds) AS snapshot`

type replicaSnapshotRow struct {
	Standby bool
	Max     uint64
	Open    string
	Last    uint64
	Config  int64
}

var (
	errPromoted = errors.New("it is no longer a standby")
	errBehind   = errors.New("db: the replica has not come as far")
)

// beginOnReplica waits until the replica shows what is known, if that takes no longer than its
// patience.
func (r *replica) beginOnReplica(ctx context.Context, now *replicaHealth, by *desk.Actor, known desk.Cursor) (*Reader, error) {
	began, patience := time.Now(), r.Wait
	if began.UnixNano() < r.lagging.Load() {
		patience = 0
	}
	for pause := replicaPoll; ; pause = min(2*pause, 10*replicaPoll) {
		found, of, err := r.currentPosition(ctx, by)
		if err != nil {
			return nil, err
		}
		at := desk.Cursor{Epoch: now.epoch, Max: found.Max, Open: parseOpen(found.Open)}
		if (known.Epoch == "" || at.Shows(known)) && r.Wrote.isShown(at, by) {
			reader := r.store.ReaderFor(by).At(at.Lasting(found.Last).String())
			reader.replica, reader.config = &replicaSession{r, of}, r.store.configs.atSameVersion(by.Account.ID, at.Epoch, found.Config)
			return reader, nil
		}
		if time.Since(began)+pause > patience {
			if patience > 0 {
				r.lagging.Store(time.Now().Add(replicaEvery).UnixNano())
			}
			return nil, errBehind
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// currentPosition asks where the replica is, and which incarnation of it that is.
func (r *replica) currentPosition(ctx context.Context, by *desk.Actor) (at *replicaSnapshotRow, of string, err error) {
	bounded, cancel := context.WithTimeout(ctx, replicaBegin)
	defer cancel()
	defer func() {
		if err != nil && ctx.Err() == nil {
			r.takeOutOfUse(ctx, err)
		}
	}()
	conn, err := r.pool.Acquire(bounded)
	if err != nil {
		return nil, "", err
	}
	defer conn.Release()
	text, args := pg.Render(pg.SQL(replicaSnapshot, by.Account.ID))
	var found []*replicaSnapshotRow
	err = r.store.client.SendOn(bounded, conn.Conn(), nil, []pg.Statement{pg.ScanInto(r.store.client.Bun, &found, text, args)})
	if err != nil {
		return nil, "", err
	}
	if at = found[0]; !at.Standby {
		err = errPromoted
	}
	return at, incarnationOf(conn), err
}

// parseOpen reads an array of Postgres.
func parseOpen(array string) (open []uint64) {
	for x := range strings.SplitSeq(strings.Trim(array, "{}"), ",") {
		if n, err := strconv.ParseUint(x, 10, 64); err == nil {
			open = append(open, n)
		}
	}
	return open
}

// lastWrites are the transactions that actors have written last, as long as the replica may not
// show them.
type lastWrites struct {
	mu sync.Mutex
	of map[desk.ID]lastWrite // by agent
}

type lastWrite struct {
	epoch string
	xid   uint64
	at    time.Time
}

// maxLastWrites is where those that the replica has long shown are looked for.
const maxLastWrites = 4096

// Remember remembers what an actor has written. The cursor is from before.
func (w *lastWrites) Remember(by *desk.Actor, cursor string, xid uint64, keep time.Duration) {
	before, ok := desk.ParseCursor(cursor)
	if by.Agent == nil || xid == 0 || !ok {
		return
	}
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of == nil {
		w.of = map[desk.ID]lastWrite{}
	}
	if len(w.of) >= maxLastWrites {
		maps.DeleteFunc(w.of, func(_ desk.ID, l lastWrite) bool { return now.Sub(l.at) > keep })
	}
	w.of[by.Agent.ID] = lastWrite{before.Epoch, xid, now}
}

// isShown says whether what the actor has written is shown there.
func (w *lastWrites) isShown(at desk.Cursor, by *desk.Actor) bool {
	if by.Agent == nil {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	last, ok := w.of[by.Agent.ID]
	if ok && (last.epoch != at.Epoch || !at.Has(last.xid)) {
		return false
	}
	delete(w.of, by.Agent.ID)
	return true
}
