package db

import (
	"context"
	"errors"

	"deskwire/desk"
)

// EventCursor says where the log stands now: which transactions are in it. It is
// opaque to clients; inside it is the epoch, with the timeline, and a snapshot of Postgres.
func (s *Store) EventCursor(ctx context.Context) (string, error) {
	at, err := s.LogCursor(ctx)
	return at.String(), err
}

// epochNow is what cursors are good in. Transaction numbers go back when the data is restored into another
// cluster, which newEpochIfMoved sees at the start, and when it is recovered to an earlier time or a standby takes
// over, which both begin a new timeline, under servers that may go on running.
const epochNow = "epoch || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)"

// LogCursor is EventCursor for who looks into it.
func (s *Store) LogCursor(ctx context.Context) (desk.Cursor, error) {
	return logCursor(ctx, s)
}

func logCursor(ctx context.Context, from source) (desk.Cursor, error) {
	found, err := rows[logPlace](ctx, from, logPlaceNow)
	if err != nil {
		return desk.Cursor{}, err
	}
	return found[0].cursor()
}

const (
	logPlaceColumns = epochNow + " AS epoch, pg_current_snapshot()::text AS snapshot, " + lastInLog + " AS last"
	logPlaceNow     = "SELECT " + logPlaceColumns + " FROM log_epoch"
)

type logPlace struct {
	Epoch, Snapshot string
	Last            uint64
}

func (p *logPlace) cursor() (desk.Cursor, error) {
	at, err := placeIn(p.Epoch, p.Snapshot)
	return at.Lasting(p.Last), err
}

// lastInLog is the greatest transaction that has told something, 0 when none has.
const lastInLog = "COALESCE((SELECT xid FROM events ORDER BY xid DESC LIMIT 1)::text::bigint, 0)"

var errNoSnapshot = errors.New("db: this is no snapshot of Postgres")

// placeIn puts together what Postgres says.
func placeIn(epoch, snapshot string) (desk.Cursor, error) {
	at, ok := desk.ParseSnapshot(snapshot)
	if !ok {
		return at, errNoSnapshot
	}
	at.Epoch = epoch
	return at, nil
}

// parseEventCursor gives the snapshot of a cursor. A cursor of another database is refused: what
// has happened since can't be known.
func parseEventCursor(ctx context.Context, from source, cursor string) (snapshot string, err error) {
	at, ok := desk.ParseCursor(cursor)
	if ok {
		// One that is ahead of the database is none of its own either.
		found, err := rows[struct{ Good bool }](ctx, from, "SELECT "+epochNow+" = ? AND pg_snapshot_xmin(?::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) AS good FROM log_epoch",
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

// refusedAt says which argument a refusal is about.
func refusedAt(err error, path ...string) error {
	var refused *desk.Error
	if errors.As(err, &refused) {
		return refused.At(path...)
	}
	return err
}
