package read

import (
	"context"
	"errors"
	"time"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/desk"
)

// Reader reads for one actor, and is all that a read depends on beside its arguments: who asks,
// where the log stands, which lists of the account are in memory, from which server rows come, how
// many bytes they may have, what is shown of them, and from when relative times count. Begin makes
// one for each operation. What it promises:
//
//   - The event cursor is taken before anything is read, so no answer is older than its cursor.
//   - Nothing is answered before the principal is verified. As long as that is speculation, the
//     statement that verifies them goes out before the first read; when they have changed, all
//     reads fail with ErrPrincipalChanged.
//   - It answers for the actor's account, and of that for the inboxes they see. What is missing
//     and what is not theirs to see is the same answer.
//
// A Reader does not change and may be used by many at once: At, With, Within, AsOf, AtThisMinute
// and Uncached give a copy.
type Reader struct {
	database    *Database
	actor       *desk.Actor
	speculation *speculation    // nil: it is certain who asks
	cursor      CursorOf        // nil: nobody has asked where the log stands
	config      *configCache    // nil: the account's configuration is read like everything else
	replica     *replicaSession // nil: rows come from the primary
	budget      *pg.Budget      // nil: any number of bytes
	projection  *Projection     // nil: whole records
	now         time.Time       // zero: the present
}

// CursorOf tells where the log stood before an operation read anything.
type CursorOf func(context.Context) (string, error)

// ReaderFor reads from the primary, and nothing from memory, for an actor of whom nothing has to be
// verified, such as the one of a job or of a live payload.
func (s *Database) ReaderFor(by *desk.Actor) *Reader { return &Reader{database: s, actor: by} }

// ReaderBeside reads for a mutation of that principal, beside its transaction. It verifies them
// before the first read.
func (s *Database) ReaderBeside(p *Principal) *Reader {
	return &Reader{database: s, actor: p.actor, speculation: p.speculation}
}

// Begin comes before an operation reads anything. The Reader has the account's configuration in
// memory, as it was then or later.
func (s *Database) Begin(ctx context.Context, p *Principal) (*Reader, error) {
	if sp := p.speculation; sp != nil {
		at := &sp.was.snapshot
		return &Reader{database: s, actor: p.actor, speculation: sp, cursor: sp.cursorVerified, config: s.configs.atVersion(p.actor.Account.ID, at.Epoch, at.Config)}, nil
	}
	began := p.snapshotOnce()
	waited, err := s.verifyAfterWait(ctx, p)
	if err != nil {
		return nil, err
	}
	if waited {
		began = nil
	}
	if began == nil {
		if began, err = currentSnapshot(ctx, s.client, p.actor.Account.ID); err != nil {
			return nil, err
		}
	}
	at, err := began.EventCursor()
	if err != nil {
		return nil, err
	}
	r := s.ReaderFor(p.actor).At(at.String())
	r.config = s.configs.atVersion(r.actor.Account.ID, at.Epoch, began.Config)
	return r, nil
}

// verifyAfterWait verifies a principal once more who was looked up a while ago, as when the body of
// their request came slowly.
func (s *Database) verifyAfterWait(ctx context.Context, p *Principal) (waited bool, err error) {
	again, waited := p.VerifyAgainStatement()
	if !waited {
		return false, nil
	}
	_, err = pg.WithRetry(ctx, s.client, func() (struct{}, error) { return struct{}{}, s.client.Send(ctx, nil, again) })
	return true, err
}

// snapshotInfo is where the log and the account's configuration stand before an operation reads
// anything.
type snapshotInfo struct {
	eventlog.Position
	Config int64
}

const snapshotColumns = eventlog.PositionColumns + ", coalesce(a.setup_version, 0) AS config"

func currentSnapshot(ctx context.Context, from pg.Source, account desk.ID) (*snapshotInfo, error) {
	found, err := pg.Query[snapshotInfo](ctx, from, "SELECT "+snapshotColumns+" FROM log_epoch LEFT JOIN accounts AS a ON a.id = ?", account)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, errors.New("db: log_epoch is empty")
	}
	return found[0], nil
}

// Actor is who is read for.
func (r *Reader) Actor() *desk.Actor { return r.actor }

// Cursor is where the log stood before anything was read, and the minute from which filters count.
// It verifies the principal.
func (r *Reader) Cursor(ctx context.Context) (string, error) {
	if r.cursor == nil {
		at, err := eventlog.CurrentCursor(ctx, r)
		return r.withMinute(at).String(), err
	}
	text, err := r.cursor(ctx)
	if at, ok := desk.ParseCursor(text); ok {
		text = r.withMinute(at).String()
	}
	return text, err
}

func (r *Reader) withMinute(at desk.Cursor) desk.Cursor {
	if !r.now.IsZero() {
		at.Minute = desk.MinuteOf(r.now)
	}
	return at
}

// At is a Reader of an operation whose cursor is known already. Without one it is looked up when
// somebody asks.
func (r *Reader) At(cursor string) *Reader {
	at := *r
	at.cursor = func(context.Context) (string, error) { return cursor, nil }
	return &at
}

// With reads only what will be shown.
func (r *Reader) With(p *Projection) *Reader {
	with := *r
	with.projection = p
	return &with
}

// Projection is what is read of records; nil: all.
func (r *Reader) Projection() *Projection { return r.projection }

// Within bounds what all its reads bring from the database together.
func (r *Reader) Within(b *pg.Budget) *Reader {
	within := *r
	within.budget = b
	return &within
}

// AsOf has relative times in filters count from a moment.
func (r *Reader) AsOf(now time.Time) *Reader {
	asOf := *r
	asOf.now = now
	return &asOf
}

// AtThisMinute has relative times in filters count from the present minute, however long the
// operation takes.
func (r *Reader) AtThisMinute() *Reader { return r.AsOf(r.filterNow()) }

// Uncached reads the account's configuration anew, for who may have changed it.
func (r *Reader) Uncached() *Reader {
	uncached := *r
	uncached.config = nil
	return &uncached
}

// Tables is Bun, which knows which column is which field.
func (r *Reader) Tables() pg.Tables { return r.database.client.Bun }

// Run sends a statement to the replica, if the operation has begun there, and to the primary where
// that can't answer.
func (r *Reader) Run(ctx context.Context, q pg.Statement) error {
	if r.replica != nil && r.replica.Run(ctx, r.budget, q) == nil {
		return nil
	}
	_, err := pg.WithRetry(ctx, r.database.client, func() (struct{}, error) {
		err := r.sendToPrimary(ctx, q)
		if err != nil && r.budget != nil && r.budget.Spent() {
			err = pg.ErrBudgetSpent
		}
		return struct{}{}, err
	})
	return err
}

func (r *Reader) sendToPrimary(ctx context.Context, q pg.Statement) error {
	if r.speculation != nil {
		return r.speculation.sendVerified(ctx, r.budget, q)
	}
	return r.database.client.Send(ctx, r.budget, q)
}
