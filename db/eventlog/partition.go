package eventlog

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"deskwire/db/pg"
	"deskwire/desk"
)

// MakePartitions makes the log's partitions of this month and the next two. The server calls it at
// the start and from time to time. Events that came before their partition stand in the default
// one, and are moved.
func (s *Log) MakePartitions(ctx context.Context) error {
	now := time.Now().UTC() // the database's own time decides where a row goes, not a test's clock
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	for i := range 3 {
		if err := s.makePartition(ctx, month.AddDate(0, i, 0)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Log) makePartition(ctx context.Context, from time.Time) error {
	name, to := from.Format(monthly), from.AddDate(0, 1, 0)
	return s.client.Bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		var there bool
		if err := tx.NewRaw("SELECT to_regclass(?) IS NOT NULL", name).Scan(ctx, &there); err != nil || there {
			return err
		}
		// Two servers at once: one waits here, and then finds it made.
		_, err := tx.ExecContext(ctx, `LOCK TABLE events_default IN ACCESS EXCLUSIVE MODE;
			CREATE TABLE IF NOT EXISTS ?0 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
			WITH moved AS (DELETE FROM events_default WHERE recorded_at >= ?1 AND recorded_at < ?2 RETURNING *) INSERT INTO ?0 SELECT * FROM moved;`,
			bun.Ident(name), from, to)
		if err != nil {
			return err
		}
		if err := tx.NewRaw("SELECT relispartition FROM pg_class WHERE oid = to_regclass(?)", name).Scan(ctx, &there); err != nil || there {
			return err
		}
		_, err = tx.ExecContext(ctx, "ALTER TABLE events ATTACH PARTITION ? FOR VALUES FROM (?) TO (?)", bun.Ident(name), from, to)
		return err
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
	return nil
}

func (s *Log) dropPartition(ctx context.Context, name string) error {
	return s.client.Bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		// Two servers at once: one waits here, and then finds it gone.
		if _, err := tx.ExecContext(ctx, "SELECT FROM log_epoch FOR UPDATE"); err != nil {
			return err
		}
		var there bool
		if err := tx.NewRaw("SELECT to_regclass(?) IS NOT NULL", name).Scan(ctx, &there); err != nil || !there {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE log_epoch SET floor = GREATEST(floor, (SELECT xid FROM ?0 ORDER BY xid DESC LIMIT 1));
			DROP TABLE ?0;`, bun.Ident(name))
		return err
	})
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
