package eventlog

import (
	"context"
	"errors"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Log is the log of what has changed, in the order of commits, as Postgres keeps it.
type Log struct{ client *pg.Client }

// New is the log of the database that c is connected to.
func New(c *pg.Client) *Log { return &Log{client: c} }

// EventCursor says where the log stands now: which transactions are in it. It is
// opaque to clients; inside it is the epoch, with the timeline, and a snapshot of Postgres.
func (s *Log) EventCursor(ctx context.Context) (string, error) {
	at, err := s.LogCursor(ctx)
	return at.String(), err
}

// CurrentEpoch is what cursors are good in. Transaction numbers go back when the data is restored
// into another cluster or database, which newEpochIfMoved sees at the start, and when it is
// recovered to an earlier time or a standby takes over, which both begin a new timeline, under
// servers that may go on running. A copy of the data folder has neither: a server that runs
// meanwhile sees its own position ahead of the log, or misses the event that it read last, and
// begins an epoch; else an operator does.
const CurrentEpoch = "epoch || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)"

// BeginEpoch makes all cursors that were given out void: whoever resumes from one gets the present
// state. It is for a database that was put back to an earlier time, where the same transaction
// numbers are given again.
func (s *Log) BeginEpoch(ctx context.Context) error {
	_, err := s.client.Bun.ExecContext(ctx, "UPDATE log_epoch SET epoch = gen_random_uuid()")
	return err
}

// LogCursor is EventCursor for who looks into it.
func (s *Log) LogCursor(ctx context.Context) (desk.Cursor, error) {
	return CurrentCursor(ctx, s.client)
}

// CurrentCursor is where the log stands now, read from where an operation reads: the primary, or a
// replica.
func CurrentCursor(ctx context.Context, from pg.Source) (desk.Cursor, error) {
	found, err := pg.Query[Position](ctx, from, CurrentPosition)
	if err != nil {
		return desk.Cursor{}, err
	}
	return found[0].EventCursor()
}

// What a statement selects to know the position of the log, and the statement that selects nothing
// else. Position is their row.
const (
	PositionColumns = CurrentEpoch + " AS epoch, pg_current_snapshot()::text AS snapshot, " + LastTransaction + " AS last"
	CurrentPosition = "SELECT " + PositionColumns + " FROM log_epoch"
)

// Position is where the log stands, as Postgres tells it: the epoch in which transaction ids are
// comparable, the snapshot of what is visible, and the last transaction that has recorded an event.
type Position struct {
	Epoch, Snapshot string
	Last            uint64
}

// EventCursor is the position as a cursor that lasts: it counts no transaction as seen that a crash
// may take back.
func (p *Position) EventCursor() (desk.Cursor, error) {
	at, err := parsePosition(p.Epoch, p.Snapshot)
	return at.Lasting(p.Last), err
}

// LastTransaction is the greatest transaction that has told something, 0 when none has.
const LastTransaction = "COALESCE((SELECT xid FROM events ORDER BY xid DESC LIMIT 1)::text::bigint, 0)"

var errNoSnapshot = errors.New("db: this is no snapshot of Postgres")

// parsePosition puts together what Postgres says.
func parsePosition(epoch, snapshot string) (desk.Cursor, error) {
	at, ok := desk.ParseSnapshot(snapshot)
	if !ok {
		return at, errNoSnapshot
	}
	at.Epoch = epoch
	return at, nil
}

// SnapshotOf gives the snapshot of a cursor. A cursor of another database is refused: what
// has happened since can't be known.
func SnapshotOf(ctx context.Context, from pg.Source, cursor string) (snapshot string, err error) {
	at, ok := desk.ParseCursor(cursor)
	if ok {
		// One that is ahead of the database is none of its own either.
		found, err := pg.Query[struct{ Good bool }](ctx, from, "SELECT "+CurrentEpoch+" = ? AND pg_snapshot_xmin(?::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) AS good FROM log_epoch",
			at.Epoch, at.Snapshot())
		if err != nil {
			return "", err
		}
		ok = found[0].Good
	}
	if !ok {
		return "", desk.Refuse(desk.CodeInvalidInput, "This is not an eventCursor of this server. Read the data again and continue from the new eventCursor.")
	}
	return at.Snapshot(), nil
}
