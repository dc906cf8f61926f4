package write

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/desk"
)

// Write says who asks for a mutation, and how it is to be run.
type Write struct {
	By        *read.Principal
	Mutation  string        // its name in the schema, or the job's
	Key       *string       // idempotency key; nil for none
	Arguments []byte        // the input in one spelling, to tell a retry from another call
	DryRun    bool          // decide and answer, but keep nothing
	At        time.Time     // when it happened; zero for now. Imports keep the original times.
	Cursor    read.CursorOf // where the log stood before anything was read for the caller; nil to look here

	// Permission refuses who may never do this, before anything is looked up or shown: neither the
	// answer of an earlier call nor the record of a version conflict. Nil: whoever may change
	// anything at all may do it. What depends on the record, desk decides.
	Permission func(*desk.Actor) error
}

// Database is the database as it is written: how it is read, and one way to change it.
type Database struct {
	*read.Database
	client    *pg.Client
	committed func()     // see OnCommit
	accounts  *bulkheads // of the mutations of one account
	records   *bulkheads // of those that lock one record

	FileQuota int64 // bytes that the files of an account may have; 0 for no bound. Set it before the store is used.
}

// Open is the database that is read by r, and written over c.
func Open(r *read.Database, c *pg.Client) *Database {
	return &Database{Database: r, client: c, accounts: newBulkheads(c.PoolStats().Max / 2), records: newBulkheads(atOncePerRecord)}
}

// OnCommit has f called after each commit of Write. It must not block. Set it before the store is
// used.
func (s *Database) OnCommit(f func()) { s.committed = f }

// Tx is one mutation in its transaction. Its methods load and lock, let desk decide, and
// fill the outcome; what desk changed is saved when they are done.
type Tx struct {
	*pg.Transaction
	store       *Database
	keyQueued   bool         // the look-up of the idempotency key is queued
	reader      *read.Reader // of what is looked at beside, by statements of their own
	Act         *desk.Act
	out         *Outcome
	clock       func() time.Time // nil when the time is given
	configLock  configLock
	principal   *read.Principal
	claimed     []string     // the records that it is at, see bulkhead.go
	firstAnswer *firstAnswer // of an earlier call with the same key
}

// By is who acts.
func (t *Tx) By() *desk.Actor { return t.Act.By }

// maxAttempts bounds how often a mutation is begun anew after it met another one.
const maxAttempts = 10

// errConflict asks for a new attempt: what was read first had changed by the time it was locked.
var errConflict = errors.New("db: begin anew")

// Write is the one way to change anything: lock, decide, save, record, in one transaction.
// A refusal is a *desk.Error, and nothing has changed then.
func (s *Database) Write(ctx context.Context, w Write, decide func(context.Context, *Tx) error) (*Outcome, error) {
	permission := w.Permission
	if permission == nil {
		permission = (*desk.Actor).CheckAny
	}
	if err := permission(w.By.Assumed()); err != nil {
		return nil, err
	}
	_, answeredSoon := ctx.Deadline() // a job is not: it waits
	reach := s.client.NewRetrier()
	var claimed []string
	for attempt := 1; ; {
		out, err := s.attemptOnce(ctx, w, claimed, decide)
		claimed = nil
		var contended errContended
		switch {
		case errors.As(err, &contended):
			if err := s.records.enter(ctx, contended.record); err != nil {
				return nil, err
			}
			claimed = []string{contended.record}
		case (isConflict(err) || !answeredSoon && pg.IsLockTimeout(err)) && attempt < maxAttempts:
			// A short, growing pause lets the other one finish.
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(time.Duration(attempt) * 2 * time.Millisecond):
			}
			attempt++
		// Before its commit was sent nothing has happened; after that only the key tells.
		case (w.Key != nil || !errors.Is(err, pg.ErrOutcomeUnknown)) && reach.Retry(ctx, err):
		default:
			return out, explainConflict(err)
		}
	}
}

// attemptOnce runs the mutation in a transaction. It is at the claimed records already.
func (s *Database) attemptOnce(ctx context.Context, w Write, claimed []string, decide func(context.Context, *Tx) error) (*Outcome, error) {
	t := &Tx{store: s, Act: s.newAct(w), out: &Outcome{}, principal: w.By, claimed: claimed}
	defer t.releaseClaims()
	account := t.Act.By.Account.ID.String()
	if err := s.accounts.enter(ctx, account); err != nil {
		return nil, err
	}
	defer s.accounts.leave(account)
	conn, err := s.client.Bun.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t.Transaction = pg.NewTransaction(s.client, conn)
	t.reader = s.ReaderBeside(w.By)
	defer t.Rollback(ctx)
	if w.At.IsZero() {
		t.clock = s.Clock
	}
	if err := t.beginWith(ctx, w); err != nil {
		return nil, err
	}
	err = decide(ctx, t)
	if t.keyQueued { // it has read nothing
		err = cmp.Or(t.Flush(ctx), err)
	}
	if t.firstAnswer != nil {
		return t.repeatAnswer(ctx, w)
	}
	if err = cmp.Or(t.Failure, err); err != nil {
		return nil, err
	}
	if err := t.saveAndCommit(ctx, w); err != nil {
		return nil, err
	}
	return t.out, nil
}

// beginWith queues what a mutation begins with.
func (t *Tx) beginWith(ctx context.Context, w Write) (err error) {
	t.Queue(pg.Statement{Text: pg.BeginStatement})
	// Cursor first, then read: the answer is never older than its cursor.
	verify, pending := w.By.VerifyStatement(func(cursor string) { t.out.Cursor = cursor }) //nolint:contextcheck // noting the use of a token may outlive the request
	switch {
	case pending:
		t.Queue(verify)
		t.CheckBeforeCommit = true // nothing may be committed before the principal is verified
	case w.By.Changed():
		return read.ErrPrincipalChanged
	case w.Cursor == nil:
		t.queueCursor()
	default:
		if t.out.Cursor, err = w.Cursor(ctx); err != nil {
			return err
		}
	}
	t.verifyAgain()
	return t.askForFirstAnswer(w)
}

// verifyAgain queues what finds out whether the principal still has the rights that they had,
// unless that was found out a moment ago.
func (t *Tx) verifyAgain() {
	if again, needed := t.principal.VerifyAgainStatement(); needed {
		t.Queue(again)
		t.CheckBeforeCommit = true
	}
}

// queueCursor has the outcome tell where the log stood before anything was read.
func (t *Tx) queueCursor() {
	t.Queue(pg.Statement{Text: eventlog.CurrentPosition, Scan: func(found pgx.Rows, types *pgtype.Map) error {
		positions, err := pg.ScanRows[eventlog.Position](found, types, t.Bun, eventlog.CurrentPosition)
		if err != nil {
			return err
		}
		at, err := positions[0].EventCursor()
		t.out.Cursor = at.String()
		return err
	}})
}

// saveAndCommit writes what was decided, and commits.
func (t *Tx) saveAndCommit(ctx context.Context, w Write) error {
	t.verifyAgain() // it may have waited for a row
	if err := t.saveChanges(); err != nil {
		return err
	}
	t.out.Effects, t.out.Made = t.Act.Effects(), t.Act.Made()
	if w.DryRun {
		err := t.Flush(ctx)
		t.out.Wrote = 0
		return err
	}
	if err := t.keepAnswer(w); err != nil {
		return err
	}
	if t.CheckBeforeCommit {
		if err := t.Flush(ctx); err != nil {
			return err
		}
	}
	t.Queue(pg.Statement{Text: pg.CommitStatement})
	if err := t.Flush(ctx); err != nil {
		return err
	}
	if t.store.committed != nil {
		t.store.committed()
	}
	if r := t.store.Replica; r != nil {
		r.Wrote.Remember(t.Act.By, t.out.Cursor, t.out.Wrote, 2*r.Lag+read.ReplicaPatience)
	}
	return nil
}

func (s *Database) newAct(w Write) *desk.Act {
	at := w.At
	if at.IsZero() {
		at = s.Clock()
	}
	return &desk.Act{By: w.By.Assumed(), Now: at, NewID: pg.NewID, Gate: s.Gate(), Mutation: w.Mutation, CascadeID: pg.NewID()}
}

// isConflict says whether the mutation failed only because of another one at the same time.
func isConflict(err error) bool {
	var pgError *pgconn.PgError
	if errors.As(err, &pgError) {
		// Serialisation failure, deadlock, and a key that somebody took since we looked. Names are
		// not looked up before: who takes one that is taken is told so at once. Or it was a
		// migration.
		return pgError.Code == "40001" || pgError.Code == "40P01" || pgError.Code == "23505" && !uniqueNames[pgError.ConstraintName] || pg.IsPlanOutdated(err)
	}
	return errors.Is(err, errConflict)
}

// explainConflict tells a taken key in plain words, once trying again has not helped.
func explainConflict(err error) error {
	var pgError *pgconn.PgError
	if !errors.As(err, &pgError) || pgError.Code != "23505" {
		return err
	}
	if path, ok := takenKeys[pgError.ConstraintName]; ok {
		return refuseTakenKey(path)
	}
	return err
}

func refuseTakenKey(path string) error {
	return desk.Refuse(desk.CodeAlreadyExists, "Another record already has this %s. Choose a different one.", path).At(path)
}

// uniqueNames are the keys that people choose, and mutations do not look up before they write.
var uniqueNames = map[string]bool{
	"accounts_slug_key": true, "agents_account_id_email_key": true, "teams_name_key": true,
	"inboxes_name_key": true, "property_definitions_account_id_key_key": true,
	"labels_name_key": true, "snippets_shortcut_key": true,
}

// takenKeys names the input behind each unique key.
var takenKeys = map[string]string{
	"accounts_slug_key":                              "slug",
	"agents_account_id_email_key":                    "email",
	"teams_name_key":                                 "name",
	"inboxes_name_key":                               "name",
	"property_definitions_account_id_key_key":        "key",
	"labels_name_key":                                "name",
	"snippets_shortcut_key":                          "shortcut",
	"contacts_account_id_email_key":                  "email",
	"contacts_account_id_phone_key":                  "phone",
	"contacts_account_id_external_id_key":            "externalId",
	"messages_account_id_channel_id_external_id_key": "externalId",
}
