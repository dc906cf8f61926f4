package eventlog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"deskwire/db/pg"
	"deskwire/desk"
)

// pollEvery is how often the log is looked at when nobody says that there is something new: a
// wake-up may get lost, the table does not.
const pollEvery = 100 * time.Millisecond

// The log by the difference of two snapshots: what is visible now and was not at the last reading.
// Written as two parts, each an index scan: with OR and an order, all of the log may be read. The
// snapshot comes from the same statement, so nothing falls in between.
const readLog = "SELECT pg_current_snapshot()::text, " + CurrentEpoch + `, e.*
	FROM log_epoch AS l LEFT JOIN LATERAL (
		SELECT x.xid::text, x.account_id, x.id, x.at, x.kind, x.entity_kind, x.entity_id, x.changes, x.rule, x.effect, x.actor_id, x.mutation,
			x.cascade_id, x.conversation_id, x.ticket_id, x.inbox_id,
			(SELECT c.contact_id FROM conversations AS c WHERE c.account_id = x.account_id AND c.id = x.conversation_id) AS contact_id,
			(SELECT t.contact_id FROM tickets AS t WHERE t.account_id = x.account_id AND t.id = x.ticket_id) AS ticket_contact_id
		FROM (SELECT * FROM events WHERE xid >= pg_snapshot_xmax($1::pg_snapshot)
			UNION ALL SELECT * FROM events WHERE xid = ANY($2::text::xid8[])) AS x
		ORDER BY x.xid, x.id LIMIT $3) AS e ON TRUE`

// Tail reads the log on from where it stands now, and hands over each reading, also one that
// brought nothing, in the order of commits, until the context ends. It reads at once when woken,
// and from time to time anyway. Ready is called with the position where it begins. It needs a
// connection of its own, and gets another one when that breaks.
func (s *Log) Tail(ctx context.Context, wake <-chan struct{}, ready func(desk.Cursor), take func(desk.Batch), fault func(error)) {
	t := &logTail{store: s, wake: wake, take: take}
	for pause := time.Duration(0); ; pause = min(2*pause+10*time.Millisecond, time.Second) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		err := t.readUntilBroken(ctx, func() {
			pause = 0
			if ready != nil {
				ready(t.at)
				ready = nil
			}
		})
		if ctx.Err() == nil {
			fault(err)
		}
	}
}

// logTail is a reader of the log.
type logTail struct {
	store *Log
	wake  <-chan struct{}
	take  func(desk.Batch)
	at    desk.Cursor
	begun bool
	last  lastEvent
}

// lastEvent is the newest event that was read; the zero one when there was none.
type lastEvent struct {
	xid uint64
	id  desk.ID
}

// readUntilBroken reads until something breaks.
func (t *logTail) readUntilBroken(ctx context.Context, working func()) error {
	pool := t.store.client.Pool.Config()
	conn, err := pgx.ConnectConfig(ctx, pool.ConnConfig)
	if err != nil {
		return err
	}
	defer closeQuickly(ctx, conn)
	if err := withPatience(ctx, func(ctx context.Context) error { return t.beginSession(ctx, conn, pool) }); err != nil {
		return err
	}
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		whole, err := t.readBatch(ctx, conn)
		if err != nil {
			return err
		}
		working()
		if !whole {
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.wake:
		case <-poll.C:
		}
	}
}

// beginSession prepares the connection, and at the first time finds out where the log stands.
func (t *logTail) beginSession(ctx context.Context, conn *pgx.Conn, pool *pgxpool.Config) error {
	if err := pool.AfterConnect(ctx, conn); err != nil {
		return err
	}
	// Both parts go along their index however large the log is, also before Postgres has counted
	// it.
	if _, err := conn.Exec(ctx, "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off", pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	if _, err := conn.Prepare(ctx, "log", readLog); err != nil {
		return err
	}
	if t.begun {
		return t.checkLast(ctx, conn)
	}
	at, err := t.store.LogCursor(ctx)
	if err != nil {
		return err
	}
	t.at, t.begun = at, true
	err = conn.QueryRow(ctx, "SELECT xid::text::bigint, id FROM events "+
		"WHERE xid = (SELECT xid FROM events ORDER BY xid DESC LIMIT 1) ORDER BY id DESC LIMIT 1").Scan(&t.last.xid, &t.last.id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

// checkLast begins an epoch when the log does not have the event any more that was read last: the
// database was put back to an earlier time while the connection was broken. Others may have written
// since then, so that the log is past the position of this reader again, with other events.
func (t *logTail) checkLast(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `UPDATE log_epoch SET epoch = gen_random_uuid() WHERE `+CurrentEpoch+` = $1 AND $2::text::xid8 > floor
		AND NOT EXISTS (SELECT FROM events WHERE xid = $2::text::xid8 AND id = $3)`, t.at.Epoch, strconv.FormatUint(t.last.xid, 10), t.last.id)
	return err
}

// readPatience bounds one reading: a connection that is dead, or whose other side stands still,
// must not hold the reader for ever.
const readPatience = 10 * time.Second

func withPatience(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	return f(ctx)
}

// readBatch reads once; not whole when there was more than fits into a batch.
func (t *logTail) readBatch(ctx context.Context, conn *pgx.Conn) (whole bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	asked := time.Now()
	batch, whole, err := readLogFrom(ctx, conn, "log", t.at)
	if err != nil {
		return false, err
	}
	if err := t.store.beginEpochIfPutBack(ctx, &batch); err != nil {
		return false, err
	}
	if n := len(batch.Events); n > 0 {
		t.last = lastEvent{batch.Events[n-1].Xid, batch.Events[n-1].ID}
	}
	if t.at = batch.Cursor; whole {
		batch.Asked = asked
	}
	t.take(batch)
	return whole, nil
}

// ReadLog reads once what the log has gained since a position, or the first part of it.
func (s *Log) ReadLog(ctx context.Context, at desk.Cursor) (desk.Batch, error) {
	batch, _, err := readLogFrom(ctx, s.client.Pool, readLog, at, pgx.QueryExecModeCacheStatement)
	if err == nil {
		err = s.beginEpochIfPutBack(ctx, &batch)
	}
	return batch, err
}

// beginEpochIfPutBack begins an epoch when the log of the same epoch lacks what it had before: the
// database was put back to an earlier time. Soon it would be past the cursors of that other time,
// and nobody could tell any more which ones those are.
func (s *Log) beginEpochIfPutBack(ctx context.Context, batch *desk.Batch) error {
	if !batch.Anew || batch.Cursor.Epoch != batch.Before.Epoch {
		return nil
	}
	return s.BeginEpoch(ctx)
}

// rowQuerier is a connection, or a pool of them.
type rowQuerier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// maxBatch is how many events are read at once: after a long while without the database there may
// be any number. One transaction's are never parted.
const maxBatch = 5000

// readLogFrom runs readLog, by its text or the name it was prepared under.
func readLogFrom(ctx context.Context, from rowQuerier, statement string, at desk.Cursor, how ...any) (batch desk.Batch, whole bool, err error) {
	batch, err = readLogUpTo(ctx, from, statement, at, maxBatch+1, how)
	if err != nil || len(batch.Events) <= maxBatch {
		return batch, true, err
	}
	last := batch.Events[maxBatch].Xid
	kept := slices.IndexFunc(batch.Events, func(e *desk.Event) bool { return e.Xid == last })
	if kept == 0 { // a single transaction
		batch, err = readLogUpTo(ctx, from, statement, at, math.MaxInt32, how)
		return batch, true, err
	}
	batch.Events = batch.Events[:kept]
	batch.Cursor = at.UpTo(batch.Events[kept-1].Xid, batch.Cursor)
	return batch, false, nil
}

func readLogUpTo(ctx context.Context, from rowQuerier, statement string, at desk.Cursor, limit int, how []any) (batch desk.Batch, err error) {
	rows, err := from.Query(ctx, statement, append(slices.Clip(how), at.Snapshot(), transactionArray(at.Open), limit)...)
	if err != nil {
		return batch, err
	}
	defer rows.Close()
	var snapshot, epoch string
	for rows.Next() {
		e, err := scanEvent(rows, &snapshot, &epoch)
		if err != nil {
			return batch, err
		}
		if e != nil {
			batch.Events = append(batch.Events, e)
		}
	}
	if err := rows.Err(); err != nil {
		return batch, err
	}
	now, err := parsePosition(epoch, snapshot)
	if err != nil {
		return batch, err
	}
	batch.Before = at
	last := at.Max - min(at.Max, 1)
	switch n := len(batch.Events); {
	case !now.Covers(at): // a database that was put back to an earlier time counts its transactions anew
		batch.Events, batch.Anew = nil, true
		rows, err := from.Query(ctx, "SELECT "+LastTransaction)
		if err != nil {
			return batch, err
		}
		if last, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[uint64]); err != nil {
			return batch, err
		}
	case n > 0:
		last = max(last, batch.Events[n-1].Xid)
	}
	batch.Cursor = now.Lasting(last)
	return batch, nil
}

func scanEvent(rows pgx.Rows, snapshot, epoch *string) (*desk.Event, error) {
	var (
		e                              desk.Event
		xid, kind, entity              *string
		rule, mutation                 *string
		at                             *time.Time
		changes                        []byte
		effect                         *bool
		account, id, entityID, cascade *desk.ID
	)
	err := rows.Scan(snapshot, epoch, &xid, &account, &id, &at, &kind, &entity, &entityID, &changes, &rule, &effect, &e.ActorID, &mutation,
		&cascade, &e.ConversationID, &e.TicketID, &e.InboxID, &e.ContactID, &e.TicketContactID)
	if err != nil || xid == nil {
		return nil, err
	}
	e.AccountID, e.ID, e.At, e.Kind = *account, *id, at.UTC(), desk.EventKind(*kind)
	e.EntityKind, e.EntityID, e.Rule, e.Effect = desk.Kind(*entity), *entityID, *rule, *effect
	e.Mutation, e.CascadeID = *mutation, *cascade
	if e.Xid, err = strconv.ParseUint(*xid, 10, 64); err != nil {
		return nil, err
	}
	return &e, json.Unmarshal(changes, &e.Changes)
}

// transactionArray writes transaction numbers as a Postgres array.
func transactionArray(xids []uint64) string {
	b := []byte{'{'}
	for i, x := range xids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, x, 10)
	}
	return string(append(b, '}'))
}

// maxMissed is how many events are told of what somebody missed. Who missed more is better off
// reading anew.
const maxMissed = 10_000

// Missed gives the events of an account that the log had at the one position and not at the other,
// the oldest first, whoever may see them; desk.ErrGone when the oldest came before since, or when
// they are too many.
func (s *Log) Missed(ctx context.Context, account desk.ID, after, until desk.Cursor, since time.Time) ([]*desk.Event, error) {
	if after.Epoch != until.Epoch {
		return nil, desk.ErrGone
	}
	if until.Covers(after) && after.Covers(until) {
		return nil, nil
	}
	found, err := pg.Query[LoggedRow](ctx, s.client, `SELECT e.*,
		(SELECT c.contact_id FROM conversations AS c WHERE c.account_id = e.account_id AND c.id = e.conversation_id) AS contact,
		(SELECT t.contact_id FROM tickets AS t WHERE t.account_id = e.account_id AND t.id = e.ticket_id) AS ticket_contact
		FROM ? AS e ORDER BY e.xid, e.id`,
		FirstEvents(RecordedAfter(after), pg.AllOf(pg.SQL("e.account_id = ?", account), VisibleAt(until.Snapshot())), maxMissed+1))
	if err != nil {
		return nil, err
	}
	if gone, err := IsDropped(ctx, s.client, after); err != nil || gone || len(found) > maxMissed {
		return nil, cmp.Or(err, desk.ErrGone)
	}
	events := make([]*desk.Event, len(found))
	for i, r := range found {
		if r.RecordedAt.Before(since) {
			return nil, desk.ErrGone
		}
		events[i] = &r.Event
		events[i].Xid, events[i].ContactID, events[i].TicketContactID = r.Xid, r.Contact, r.TicketContact
	}
	return events, nil
}

// LoggedRow is an event with what only the log knows of it: its transaction, the time of the
// database, and the contacts of its conversation and ticket as they are now.
type LoggedRow struct {
	desk.Event
	Xid        uint64
	RecordedAt time.Time

	Contact, TicketContact *desk.ID
}

// RecordedAfter is what the log did not have at a position: later transactions, and those that
// were on their way. Never both.
func RecordedAfter(c desk.Cursor) []pg.Fragment {
	return []pg.Fragment{
		pg.SQL("e.xid >= ?::text::xid8", strconv.FormatUint(c.Max, 10)),
		pg.SQL("e.xid = ANY(?::xid8[])", transactionArray(c.Open)),
	}
}

// FirstEvents is the first events of the log that one of some conditions holds for, and another one
// beside. Each of the former goes along its index; with OR, all of the log would be looked at.
func FirstEvents(either []pg.Fragment, and pg.Fragment, limit int) pg.Fragment {
	parts := make([]pg.Fragment, len(either))
	for i, cond := range either {
		parts[i] = pg.SQL("(SELECT "+EventColumns+", e.xid, e.recorded_at FROM events AS e WHERE ? AND ? ORDER BY e.xid, e.id LIMIT ?)", cond, and, pg.Limit(limit))
	}
	return pg.SQL("(SELECT y.* FROM (?) AS y ORDER BY y.xid, y.id LIMIT ?)", pg.Joined(parts, " UNION ALL ", pg.Never), pg.Limit(limit))
}

// VisibleAt is what the log showed in a snapshot.
func VisibleAt(then string) pg.Fragment {
	return pg.SQL("e.xid < pg_snapshot_xmax(?::pg_snapshot) AND pg_visible_in_snapshot(e.xid, ?::pg_snapshot)", then, then)
}

// EventColumns are the columns of an event, e.
const EventColumns = `e.account_id, e.id, e.at, e.kind, e.entity_kind, e.entity_id, e.changes, e.rule, e.effect,
	e.actor_id, e.mutation, e.cascade_id, e.conversation_id, e.ticket_id, e.inbox_id`
