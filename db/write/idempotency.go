package write

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/db/pg"
	"deskwire/desk"
)

// KeepAnswers is how long an idempotency key gives the first answer again.
const KeepAnswers = 7 * 24 * time.Hour

// IdempotencyKey is the row that keeps the answer of a call, so that a retry gets the same one.
type IdempotencyKey struct {
	AccountID desk.ID `bun:",pk"`
	ActorID   desk.ID `bun:",pk"`
	Mutation  string  `bun:",pk"`
	Key       string  `bun:",pk"`
	Arguments []byte
	Answer    *Outcome `bun:"type:jsonb"`
	CreatedAt time.Time
}

func (t *Tx) idempotencyKeyFor(w Write) *IdempotencyKey {
	sum := sha256.Sum256(w.Arguments)
	k := &IdempotencyKey{
		AccountID: t.Act.By.Account.ID, ActorID: t.Act.By.Account.ID, Mutation: w.Mutation, Key: *w.Key,
		Arguments: sum[:], Answer: t.out, CreatedAt: t.Act.Now,
	}
	if t.Act.By.Agent != nil {
		k.ActorID = t.Act.By.Agent.ID
	}
	return k
}

// askForFirstAnswer looks for the answer of the first call with the same key. The lock ends with
// the transaction, so it also says that the first call is still running.
func (t *Tx) askForFirstAnswer(w Write) error {
	if w.Key == nil || w.DryRun {
		return nil
	}
	if _, err := desk.Key(*w.Key, desk.MaxKey, "idempotencyKey"); err != nil {
		return err
	}
	k := t.idempotencyKeyFor(w)
	name := fmt.Sprintf("idempotency %s %s %s %s", k.AccountID, k.ActorID, k.Mutation, k.Key)
	t.keyQueued = true
	var found []*firstAnswer
	// What is seen may be older than the lock. Then the key can't be written at the end, and a new
	// attempt sees it.
	pg.QueueQuery(t.Transaction, &found, `SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0)) AS free, k.arguments, k.answer::text AS answer
		FROM (SELECT) AS one LEFT JOIN idempotency_keys AS k
		ON k.account_id = ? AND k.actor_id = ? AND k.mutation = ? AND k.key = ? AND k.created_at > ?`,
		name, k.AccountID, k.ActorID, k.Mutation, k.Key, t.Act.Now.Add(-KeepAnswers))
	look := &t.Queued[len(t.Queued)-1]
	read := look.Scan
	look.Scan = func(rows pgx.Rows, types *pgtype.Map) error {
		if err := read(rows, types); err != nil {
			return err
		}
		t.keyQueued = false
		if !found[0].Free || found[0].Answer != nil {
			t.firstAnswer = found[0]
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
	return t.Insert(errConflict, keepAnswerOnce, t.idempotencyKeyFor(w))
}

// keepAnswerOnce lets an answer be written over one that has been kept for long enough.
var keepAnswerOnce = fmt.Sprintf(` ON CONFLICT (account_id, actor_id, mutation, key) DO UPDATE
	SET arguments = EXCLUDED.arguments, answer = EXCLUDED.answer, created_at = EXCLUDED.created_at
	WHERE r.created_at <= EXCLUDED.created_at - interval '%d seconds'`, int(KeepAnswers.Seconds()))
