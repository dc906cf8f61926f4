package eventlog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"deskwire/db/pg"
	"deskwire/desk"
)

// A partition is attached and dropped under an ACCESS EXCLUSIVE lock, and whoever reads or writes
// the log queues behind a request for one. A backup reads the log for an hour, and a forgotten psql
// for a week. So the request is given up after a moment and made again later, which is early
// enough: partitions are made months ahead, and what finds none stands in the default one.
const (
	partitionLockWait = 200 * time.Millisecond
	// partitionPatience bounds what is done under the lock.
	partitionPatience = 2 * time.Second
	// maxMoved is how many events are moved from the default partition to that of their month.
	maxMoved = 2000
	// maxScanned is how many bytes of events the default partition may have when another one is
	// attached: all of them are read under the lock, some 100 MB a second.
	maxScanned = 100 << 20
	// partitionTries and partitionPause are for the timed jobs, which can wait.
	partitionTries = 5
	partitionPause = time.Second
)

// partitionLock is the key of the advisory lock under which one server makes or drops partitions.
const partitionLock = 0x70617274 // "part"

// errDefaultTooLarge says why no partition is made by a server that works.
var errDefaultTooLarge = errors.New("the default partition of the event log is so large that nobody could write while another one is attached; " +
	"nothing is lost, but reading the log gets slower: run deskwire migrate --long-locks at a quiet hour")

// MakePartitions makes the log's partitions of this month and the next two. The server calls it at
// the start and from time to time. An error for which pg.IsLockTimeout holds says that somebody
// else needs the log: nothing is wrong, and it is to be called again.
func (s *Log) MakePartitions(ctx context.Context) error {
	return s.makePartitions(ctx, partitionPatience)
}

// MakePartitionsWithLongLocks is MakePartitions for an hour when nobody works: mutations and
// subscriptions may wait for it as long as the default partition takes to be read.
func (s *Log) MakePartitionsWithLongLocks(ctx context.Context) error {
	return s.makePartitions(ctx, 0)
}

func (s *Log) makePartitions(ctx context.Context, patience time.Duration) error {
	now := time.Now().UTC() // the database's own time decides where a row goes, not a test's clock
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	for i := range 3 {
		if err := s.makePartition(ctx, month.AddDate(0, i, 0), patience); err != nil {
			return err
		}
	}
	return nil
}

// WorksWithoutPartitions says whether an error of MakePartitions leaves the log as good as it was:
// others hold locks on it, or the default partition would take long to read. Events stand in the
// default partition then, and lose nothing but time.
func WorksWithoutPartitions(err error) bool {
	return pg.IsLockTimeout(err) || pg.Temporary(err) || errors.Is(err, errDefaultTooLarge)
}

// KeepPartitions makes the partitions that are missing, and drops those that were over at a time;
// zero keeps all. Where others need the log it tries some times.
func (s *Log) KeepPartitions(ctx context.Context, over time.Time) error {
	for try := 1; ; try++ {
		err := s.MakePartitions(ctx)
		if err == nil && !over.IsZero() {
			err = s.DropPartitions(ctx, over)
		}
		if !pg.IsLockTimeout(err) {
			return err
		}
		if try == partitionTries {
			return fmt.Errorf("others hold locks on the event log, such as a backup or an open transaction: %w", err)
		}
		if err := pauseFor(ctx, partitionPause); err != nil {
			return err
		}
	}
}

// CheckPartitions asks for the partition of the next month, where another role makes them. Without
// one events stand in the default partition, and lose nothing but time.
func (s *Log) CheckPartitions(ctx context.Context) error {
	now := time.Now().UTC()
	name := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC).Format(monthly)
	var there bool
	if err := s.client.Bun.NewRaw("SELECT to_regclass(?) IS NOT NULL", name).Scan(ctx, &there); err != nil || there {
		return err
	}
	return fmt.Errorf("the log has no partition %s yet: run deskwire migrate with the role that owns the tables, each month at least", name)
}

func (s *Log) makePartition(ctx context.Context, from time.Time, patience time.Duration) error {
	name, to := from.Format(monthly), from.AddDate(0, 1, 0)
	return s.alone(ctx, patience, func(ctx context.Context, tx bun.Tx) error {
		var there, large bool
		err := tx.NewRaw("SELECT to_regclass(?) IS NOT NULL, pg_relation_size('events_default') > ?", name, maxScanned).Scan(ctx, &there, &large)
		switch {
		case err != nil || there:
			return err
		case large && patience > 0:
			return errDefaultTooLarge
		}
		from, err := partitionStart(ctx, tx, from, to)
		if err != nil || !from.Before(to) {
			return err
		}
		_, err = tx.ExecContext(ctx, `CREATE TABLE ?0 (LIKE events INCLUDING ALL);
			LOCK TABLE events_default IN ACCESS EXCLUSIVE MODE;
			WITH moved AS (DELETE FROM events_default WHERE recorded_at >= ?1 AND recorded_at < ?2 RETURNING *) INSERT INTO ?0 SELECT * FROM moved;
			ALTER TABLE events ATTACH PARTITION ?0 FOR VALUES FROM (?1) TO (?2);`, bun.Ident(name), from, to)
		return err
	})
}

// partitionStart is where the partition of a month begins. Events that came before it stand in the
// default one. When they are few they are moved; where that would take long, they stay, and the
// partition begins on the day after the last of them.
func partitionStart(ctx context.Context, tx bun.Tx, from, to time.Time) (time.Time, error) {
	var there struct {
		Count int
		Last  time.Time
	}
	err := tx.NewRaw(`SELECT count(*) AS count, coalesce((SELECT max(recorded_at) FROM events_default WHERE recorded_at >= ?0 AND recorded_at < ?1), 'epoch') AS last
		FROM (SELECT FROM events_default WHERE recorded_at >= ?0 AND recorded_at < ?1 LIMIT ?2) AS x`, from, to, maxMoved+1).Scan(ctx, &there)
	if err != nil || there.Count <= maxMoved {
		return from, err
	}
	return there.Last.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1), nil
}

// alone runs f in a transaction that gives up soon, as long as no other server is at it. Without an
// end to its patience it goes on once it has its locks.
func (s *Log) alone(ctx context.Context, patience time.Duration, f func(context.Context, bun.Tx) error) error {
	return s.client.Bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = %d", partitionLockWait.Milliseconds(), patience.Milliseconds()))
		if err != nil {
			return err
		}
		var free bool
		if err := tx.NewRaw("SELECT pg_try_advisory_xact_lock(?)", partitionLock).Scan(ctx, &free); err != nil || !free {
			return err
		}
		return f(ctx, tx)
	})
}

// monthly is how the log's partitions are named.
const monthly = "events_2006_01"

// DropPartitions forgets what happened in the months that were over at a time. Who was there before
// can't be told any more what they have missed.
func (s *Log) DropPartitions(ctx context.Context, over time.Time) error {
	var names []string
	err := s.client.Bun.NewRaw("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1").Scan(ctx, &names)
	if err != nil {
		return err
	}
	for _, name := range names {
		month, err := time.Parse(monthly, name)
		if err != nil || month.AddDate(0, 1, 0).After(over) {
			continue // the default one, or still wanted
		}
		if err := s.dropPartition(ctx, name); err != nil {
			return err
		}
	}
	return s.emptyDefault(ctx, time.Date(over.Year(), over.Month(), 1, 0, 0, 0, 0, time.UTC))
}

func (s *Log) dropPartition(ctx context.Context, name string) error {
	return s.alone(ctx, partitionPatience, func(ctx context.Context, tx bun.Tx) error {
		var there bool
		if err := tx.NewRaw("SELECT to_regclass(?) IS NOT NULL", name).Scan(ctx, &there); err != nil || !there {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE log_epoch SET floor = GREATEST(floor, (SELECT xid FROM ?0 ORDER BY xid DESC LIMIT 1));
			DROP TABLE ?0;`, bun.Ident(name))
		return err
	})
}

// emptyDefault forgets what the default partition has of before a time, some at once.
func (s *Log) emptyDefault(ctx context.Context, before time.Time) error {
	for {
		var n int64
		err := s.alone(ctx, partitionPatience, func(ctx context.Context, tx bun.Tx) error {
			gone, err := tx.NewRaw(`WITH gone AS (DELETE FROM events_default WHERE ctid = ANY(ARRAY(SELECT ctid FROM events_default WHERE recorded_at < ? LIMIT ?)) RETURNING xid)
				UPDATE log_epoch SET floor = GREATEST(floor, gone.xid) FROM (SELECT xid FROM gone ORDER BY xid DESC LIMIT 1) AS gone`, before, maxMoved).Exec(ctx)
			if err == nil {
				n, err = gone.RowsAffected()
			}
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// IsDropped says whether some of what came after a position in the log has been dropped.
func IsDropped(ctx context.Context, from pg.Source, after desk.Cursor) (bool, error) {
	found, err := pg.Query[retentionFloor](ctx, from, "SELECT floor::text::bigint AS floor FROM log_epoch")
	if err != nil {
		return false, err
	}
	floor := found[0].Floor
	return floor >= after.Max || len(after.Open) > 0 && floor >= after.Open[0], nil
}

type retentionFloor struct{ Floor uint64 }
