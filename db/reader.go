package db

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/desk"
)

// Reader reads for one actor, and is all that a read depends on beside its arguments: who asks, where the log stands, which
// lists of the account are in memory, from which server rows come, how many bytes they may have, what is shown of them, and
// from when relative times count. Begin makes one for each operation. What it promises:
//
//   - The event cursor is taken before anything is read, so no answer is older than its cursor.
//   - Nothing is answered before the principal is verified. As long as that is speculation, the statement that verifies
//     them goes out before the first read; when they have changed, all reads fail with ErrPrincipalChanged.
//   - It answers for the actor's account, and of that for the inboxes they see. What is missing and what is not theirs
//     to see is the same answer.
//
// A Reader does not change and may be used by many at once: At, With, Within, AsOf and Uncached give a copy.
type Reader struct {
	store       *Store
	by          *desk.Actor
	speculation *speculation    // nil: it is certain who asks
	cursor      CursorOf        // nil: nobody has asked where the log stands
	config      *configCache    // nil: the account's configuration is read like everything else
	replica     *replicaReading // nil: rows come from the primary
	budget      *Budget         // nil: any number of bytes
	projection  *Projection     // nil: whole records
	now         time.Time       // zero: the present
}

// CursorOf tells where the log stood before an operation read anything.
type CursorOf func(context.Context) (string, error)

// ReaderFor reads from the primary, and nothing from memory, for an actor of whom nothing has to be verified, such as the one of a
// job or of a live payload.
func (s *Store) ReaderFor(by *desk.Actor) *Reader { return &Reader{store: s, by: by} }

// Begin comes before an operation reads anything. The Reader has the account's configuration in memory, as it was then or later.
func (s *Store) Begin(ctx context.Context, p *Principal) (*Reader, error) {
	if sp := p.speculation; sp != nil {
		at := &sp.was.snapshot
		return &Reader{store: s, by: p.assumed, speculation: sp, cursor: sp.where, config: s.configs.at(p.assumed.Account.ID, at.Epoch, at.Config)}, nil
	}
	began := p.snapshotOnce()
	if began == nil {
		found, err := rows[snapshotInfo](ctx, s, "SELECT "+snapshotColumns+" FROM log_epoch LEFT JOIN accounts AS a ON a.id = ?", p.assumed.Account.ID)
		if err != nil {
			return nil, err
		}
		began = found[0]
	}
	at, err := began.cursor()
	if err != nil {
		return nil, err
	}
	r := s.ReaderFor(p.assumed).At(at.String())
	r.config = s.configs.at(r.by.Account.ID, at.Epoch, began.Config)
	return r, nil
}

// snapshotInfo is where the log and the account's configuration stand before an operation reads anything.
type snapshotInfo struct {
	logPlace
	Config int64
}

const snapshotColumns = logPlaceColumns + ", coalesce(a.setup_version, 0) AS config"

// Actor is who is read for.
func (r *Reader) Actor() *desk.Actor { return r.by }

// Cursor is where the log stood before anything was read. It verifies the principal.
func (r *Reader) Cursor(ctx context.Context) (string, error) {
	if r.cursor == nil {
		at, err := logCursor(ctx, r)
		return at.String(), err
	}
	return r.cursor(ctx)
}

// At is a Reader of an operation whose cursor is known already. Without one it is looked up when somebody asks.
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
func (r *Reader) Within(b *Budget) *Reader {
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

// Uncached reads the account's configuration anew, for who may have changed it.
func (r *Reader) Uncached() *Reader {
	uncached := *r
	uncached.config = nil
	return &uncached
}

// source is where the statement of a read goes: to the primary (Store), or to where an operation reads (Reader).
type source interface {
	query(context.Context, statement) error
	bunTables() tables
}

func (r *Reader) bunTables() tables { return r.store.bun }

// query sends a statement to the replica, if the operation has begun there, and to the primary where that can't answer.
func (r *Reader) query(ctx context.Context, q statement) error {
	if r.replica != nil && r.replica.query(ctx, r.budget, q) == nil {
		return nil
	}
	_, err := patiently(ctx, r.store, func() (struct{}, error) {
		err := r.send(ctx, q)
		if err != nil && r.budget != nil && r.budget.Spent() {
			err = ErrBudgetSpent
		}
		return struct{}{}, err
	})
	return err
}

func (r *Reader) send(ctx context.Context, q statement) error {
	if r.speculation != nil {
		return r.speculation.ask(ctx, r.budget, q)
	}
	return r.store.ask(ctx, r.budget, q)
}

// rows runs a statement that only reads, and gives its rows.
func rows[R any](ctx context.Context, from source, words string, values ...any) (out []*R, err error) {
	text, args := rendered(sq(words, values...))
	if err = from.query(ctx, readInto(from.bunTables(), &out, text, args)); err != nil {
		return nil, err
	}
	return out, nil
}

// readInto is a statement that reads rows into out.
func readInto[R any](tables tables, out *[]*R, text string, args []any) statement {
	return statement{text: text, args: args, take: func(found pgx.Rows, types *pgtype.Map) (err error) {
		*out, err = gather[R](found, types, tables, text)
		return err
	}}
}

// rowsByID is rows by their ids, without those that are missing or not the actor's to see.
func rowsByID[R any](ctx context.Context, from source, id func(*R) desk.ID, words string, values ...any) (map[desk.ID]*R, error) {
	return byIDs(id)(rows[R](ctx, from, words, values...))
}

// byIDs makes rows a map.
func byIDs[R any](id func(*R) desk.ID) func([]*R, error) (map[desk.ID]*R, error) {
	return func(found []*R, err error) (map[desk.ID]*R, error) {
		byID := make(map[desk.ID]*R, len(found))
		for _, r := range found {
			byID[id(r)] = r
		}
		return byID, err
	}
}
