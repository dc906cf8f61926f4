package db

import (
	"context"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"deskwire/desk"
)

// EventCursor says where the log stands now: which transactions are in it. It is
// opaque to clients; inside it is the epoch, with the timeline, and a snapshot of Postgres.
func (s *Store) EventCursor(ctx context.Context) (string, error) {
	return patiently(ctx, s, func() (string, error) { return eventCursor(ctx, s.bun) })
}

// epochNow is what cursors are good in. Transaction numbers go back when the data is restored into another
// cluster, which newEpochIfMoved sees at the start, and when it is recovered to an earlier time or a standby takes
// over, which both begin a new timeline, under servers that may go on running.
const epochNow = "epoch || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)"

func eventCursor(ctx context.Context, tx bun.IDB) (string, error) {
	var epoch, snapshot string
	err := tx.NewRaw("SELECT "+epochNow+", pg_current_snapshot()::text FROM log_epoch").Scan(ctx, &epoch, &snapshot)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString([]byte(epoch + " " + snapshot)), nil
}

var snapshotText = regexp.MustCompile(`^[0-9]{1,19}:[0-9]{1,19}:[0-9,]*$`)

// decodeEventCursor gives the parts of a cursor, without asking whether they are good.
func decodeEventCursor(cursor string) (epoch, snapshot string, ok bool) {
	if len(cursor) > 8<<10 {
		return "", "", false
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	epoch, snapshot, _ = strings.Cut(string(raw), " ")
	return epoch, snapshot, err == nil && snapshotText.MatchString(snapshot)
}

// parseEventCursor gives the snapshot of a cursor. A cursor of another database is refused: what
// has happened since can't be known.
func (s *Store) parseEventCursor(ctx context.Context, cursor string) (snapshot string, err error) {
	bad := desk.Refuse(desk.CodeInvalidInput, "This is not an eventCursor of this server; read everything anew and go on from the new one.")
	epoch, snapshot, ok := decodeEventCursor(cursor)
	if !ok {
		return "", bad
	}
	// The database knows best whether the three parts of a snapshot fit together.
	good, err := patiently(ctx, s, func() (good bool, err error) {
		err = s.bun.NewRaw("SELECT "+epochNow+" = ? AND pg_snapshot_xmin(?::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) FROM log_epoch",
			epoch, snapshot).Scan(ctx, &good)
		return good, err
	})
	if err != nil && !badValue(err) {
		return "", err
	}
	if err != nil || !good {
		return "", bad
	}
	return snapshot, nil
}

// badValue says whether a value was not of its type.
func badValue(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && strings.HasPrefix(pg.Code, "22")
}

// refusedAt says which argument a refusal is about.
func refusedAt(err error, path ...string) error {
	var refused *desk.Error
	if errors.As(err, &refused) {
		return refused.At(path...)
	}
	return err
}
