package db

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/uptrace/bun"

	"deskwire/desk"
)

// Write says who asks for a mutation, and how it is to be run.
type Write struct {
	By        *Principal
	Mutation  string    // its name in the schema, or the job's
	Key       *string   // idempotency key; nil for none
	Arguments []byte    // the input in one spelling, to tell a retry from another call
	DryRun    bool      // decide and answer, but keep nothing
	Personal  bool      // it concerns the actor alone (their tokens, their layout), so whoever reads may do it
	At        time.Time // when it happened; zero for now. Imports keep the original times.
	Cursor    CursorOf  // where the log stood before anything was read for the caller; nil to look here
}

// Tx is one mutation in its transaction. Its methods load and lock, let desk decide, and
// fill the outcome; what desk changed is saved when they are done.
type Tx struct {
	store   *Store
	bun     *bun.DB  // names columns and fields; its statements go through the Tx
	conn    bun.Conn // that all goes over
	begun   bool     // BEGIN was sent
	line    []statement
	counted bool    // what something in line gives is to be known before the COMMIT is sent
	asking  bool    // the look at the idempotency key is in line
	failed  error   // of a line that could not be told where it was sent
	reader  *Reader // of what is looked at beside, by statements of their own
	act     *desk.Act
	out     *Outcome
	clock   func() time.Time // nil when the time is given
	setUp   setUpTurn
	first   *firstAnswer // of an earlier call with the same key
}

// By is who acts.
func (t *Tx) By() *desk.Actor { return t.act.By }

// maxAttempts bounds how often a mutation is begun anew after it met another one.
const maxAttempts = 10

// errAgain asks for a new attempt: what was read first had changed by the time it was locked.
var errAgain = errors.New("db: begin anew")

// Write is the one way to change anything: lock, decide, save, record, in one transaction.
// A refusal is a *desk.Error, and nothing has changed then.
func (s *Store) Write(ctx context.Context, w Write, decide func(context.Context, *Tx) error) (*Outcome, error) {
	if !w.Personal {
		if err := w.By.assumed.CheckAny(); err != nil {
			return nil, err
		}
	}
	reach := s.reaching()
	for attempt := 1; ; {
		out, err := s.attempt(ctx, w, decide)
		switch {
		case metAnother(err) && attempt < maxAttempts:
			// A short, growing pause lets the other one finish.
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(time.Duration(attempt) * 2 * time.Millisecond):
			}
			attempt++
		// Before its commit was sent nothing has happened; after that only the key tells.
		case (w.Key != nil || !errors.Is(err, ErrOutcomeUnknown)) && reach.again(ctx, err):
		default:
			return out, refusal(err)
		}
	}
}

func (s *Store) attempt(ctx context.Context, w Write, decide func(context.Context, *Tx) error) (*Outcome, error) {
	conn, err := s.bun.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t := &Tx{store: s, bun: s.bun, conn: conn, act: s.newAct(w), out: &Outcome{}}
	t.reader = &Reader{store: s, by: t.act.By, speculation: w.By.speculation}
	defer t.end(ctx)
	if w.At.IsZero() {
		t.clock = s.clock
	}
	if err := t.begin(ctx, w); err != nil {
		return nil, err
	}
	err = decide(ctx, t)
	if t.asking { // it has read nothing
		err = cmp.Or(t.send(ctx), err)
	}
	if t.first != nil {
		return t.first.outcome(w)
	}
	if err = cmp.Or(t.failed, err); err != nil {
		return nil, err
	}
	if err := t.finish(ctx, w); err != nil {
		return nil, err
	}
	return t.out, nil
}

// begin lines up what a mutation begins with.
func (t *Tx) begin(ctx context.Context, w Write) (err error) {
	t.lineUp(statement{text: beginWords})
	// Cursor first, then read: the answer is never older than its cursor.
	switch g := w.By.speculation; {
	case g.pending():
		t.lineUp(g.statement(func() { t.out.Cursor = g.cursor })) //nolint:contextcheck // as in speculation.ask
		t.counted = true                                          // nothing may be committed before it is known
	case w.By.Changed():
		return ErrPrincipalChanged
	case w.Cursor == nil:
		t.lineUpCursor()
	default:
		if t.out.Cursor, err = w.Cursor(ctx); err != nil {
			return err
		}
	}
	return t.askForFirstAnswer(w)
}

// lineUpCursor has the outcome tell where the log stood before anything was read.
func (t *Tx) lineUpCursor() {
	t.lineUp(statement{text: logPlaceNow, take: func(found pgx.Rows, types *pgtype.Map) error {
		place, err := gather[logPlace](found, types, t.bun, logPlaceNow)
		if err != nil {
			return err
		}
		at, err := place[0].cursor()
		t.out.Cursor = at.String()
		return err
	}})
}

// finish writes what was decided, and commits.
func (t *Tx) finish(ctx context.Context, w Write) error {
	if err := t.save(); err != nil {
		return err
	}
	t.out.Effects = t.act.Effects()
	if w.DryRun {
		err := t.send(ctx)
		t.out.Wrote = 0
		return err
	}
	if err := t.keepAnswer(w); err != nil {
		return err
	}
	if t.counted {
		if err := t.send(ctx); err != nil {
			return err
		}
	}
	t.lineUp(statement{text: commitWords})
	if err := t.send(ctx); err != nil {
		return err
	}
	if t.store.committed != nil {
		t.store.committed()
	}
	if r := t.store.replica; r != nil {
		r.wrote.note(t.act.By, t.out.Cursor, t.out.Wrote, 2*r.Lag+replicaPatience)
	}
	return nil
}

func (s *Store) newAct(w Write) *desk.Act {
	at := w.At
	if at.IsZero() {
		at = s.clock()
	}
	return &desk.Act{By: w.By.assumed, Now: at, NewID: newID, Gate: s.gate, Mutation: w.Mutation, CascadeID: newID()}
}

// metAnother says whether the mutation failed only because of another one at the same time.
func metAnother(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// Serialisation failure, deadlock, and a key that somebody took since we looked. Names are not looked
		// up before: who takes one that is taken is told so at once. Or it was a migration.
		return pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "23505" && !givenNames[pg.ConstraintName] || stale(err)
	}
	return errors.Is(err, errAgain)
}

// refusal tells a taken key in plain words, once trying again has not helped.
func refusal(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "23505" {
		return err
	}
	if path, ok := takenKeys[pg.ConstraintName]; ok {
		return desk.Refuse(desk.CodeAlreadyExists, "Another record already has this %s. Choose a different one.", path).At(path)
	}
	return err
}

// givenNames are the keys that people choose, and mutations do not look up before they write.
var givenNames = map[string]bool{
	"accounts_slug_key": true, "agents_account_id_email_key": true, "teams_account_id_name_key": true,
	"inboxes_account_id_name_key": true, "property_definitions_account_id_key_key": true,
	"labels_name_key": true, "snippets_shortcut_key": true,
}

// takenKeys names the input behind each unique key.
var takenKeys = map[string]string{
	"accounts_slug_key":                              "slug",
	"agents_account_id_email_key":                    "email",
	"teams_account_id_name_key":                      "name",
	"inboxes_account_id_name_key":                    "name",
	"property_definitions_account_id_key_key":        "key",
	"labels_name_key":                                "name",
	"snippets_shortcut_key":                          "shortcut",
	"contacts_account_id_email_key":                  "email",
	"contacts_account_id_phone_key":                  "phone",
	"contacts_account_id_external_id_key":            "externalId",
	"messages_account_id_channel_id_external_id_key": "externalId",
}

// KeepAnswers is how long an idempotency key gives the first answer again.
const KeepAnswers = 7 * 24 * time.Hour

type idempotencyKey struct {
	AccountID desk.ID `bun:",pk"`
	ActorID   desk.ID `bun:",pk"`
	Mutation  string  `bun:",pk"`
	Key       string  `bun:",pk"`
	Arguments []byte
	Answer    *Outcome `bun:"type:jsonb"`
	CreatedAt time.Time
}

func (t *Tx) keyOf(w Write) *idempotencyKey {
	sum := sha256.Sum256(w.Arguments)
	k := &idempotencyKey{
		AccountID: t.act.By.Account.ID, ActorID: t.act.By.Account.ID, Mutation: w.Mutation, Key: *w.Key,
		Arguments: sum[:], Answer: t.out, CreatedAt: t.act.Now,
	}
	if t.act.By.Agent != nil {
		k.ActorID = t.act.By.Agent.ID
	}
	return k
}

// askForFirstAnswer looks for the answer of the first call with the same key. The lock ends with the transaction, so it also says that
// the first call is still running.
func (t *Tx) askForFirstAnswer(w Write) error {
	if w.Key == nil || w.DryRun {
		return nil
	}
	if _, err := desk.Key(*w.Key, desk.MaxKey, "idempotencyKey"); err != nil {
		return err
	}
	k := t.keyOf(w)
	name := fmt.Sprintf("idempotency %s %s %s %s", k.AccountID, k.ActorID, k.Mutation, k.Key)
	t.asking = true
	var found []*firstAnswer
	// What is seen may be older than the lock. Then the key can't be written at the end, and a new attempt sees it.
	lineUpRows(t, &found, `SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0)) AS free, k.arguments, k.answer::text AS answer
		FROM (SELECT) AS one LEFT JOIN idempotency_keys AS k
		ON k.account_id = ? AND k.actor_id = ? AND k.mutation = ? AND k.key = ? AND k.created_at > ?`,
		name, k.AccountID, k.ActorID, k.Mutation, k.Key, t.act.Now.Add(-KeepAnswers))
	look := &t.line[len(t.line)-1]
	read := look.take
	look.take = func(rows pgx.Rows, types *pgtype.Map) error {
		if err := read(rows, types); err != nil {
			return err
		}
		t.asking = false
		if !found[0].Free || found[0].Answer != nil {
			t.first = found[0]
			return errAnswered
		}
		return nil
	}
	return nil
}

// errAnswered ends a mutation that need not be decided: there is a first answer.
var errAnswered = errors.New("db: answered before")

// firstAnswer is what there is of an earlier call with the same key.
type firstAnswer struct {
	Free      bool // it is not running
	Arguments []byte
	Answer    *string
}

// outcome is what a call with the same key is answered.
func (f *firstAnswer) outcome(w Write) (*Outcome, error) {
	if !f.Free {
		return nil, desk.Refuse(desk.CodeIdempotencyRunning, "The first call with this key is still running. Try again in a moment.").At("idempotencyKey")
	}
	if sum := sha256.Sum256(w.Arguments); string(f.Arguments) != string(sum[:]) {
		return nil, desk.Refuse(desk.CodeIdempotencyReused, "You have used this key with other arguments. Use a new one.").At("idempotencyKey")
	}
	answer := &Outcome{}
	return answer, json.Unmarshal([]byte(*f.Answer), answer)
}

func (t *Tx) keepAnswer(w Write) error {
	if w.Key == nil {
		return nil
	}
	return t.insert(errAgain, keepAnswerOnce, t.keyOf(w))
}

// keepAnswerOnce lets an answer be written over one that has been kept for long enough.
var keepAnswerOnce = fmt.Sprintf(` ON CONFLICT (account_id, actor_id, mutation, key) DO UPDATE
	SET arguments = EXCLUDED.arguments, answer = EXCLUDED.answer, created_at = EXCLUDED.created_at
	WHERE r.created_at <= EXCLUDED.created_at - interval '%d seconds'`, int(KeepAnswers.Seconds()))
