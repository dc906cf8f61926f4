package read

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/desk"
)

// Authentication is speculative: who asks has mostly asked before, and nothing has changed about
// them since. So a request is run for the principal that its token stood for when it last came, and
// the statement that verifies them goes out together with the first one that reads for them:
// Postgres runs them one after the other, in one round trip. Where something is different nothing
// has been read for them yet, and the request is run again.

// ErrPrincipalChanged is a request that was run for a principal who has changed: it is to be run
// again, for who they are now.
var ErrPrincipalChanged = errors.New("db: who asks has changed since they asked last")

// Principal is who a request is run for. It may be speculation: then they are assumed to be who
// they were, and nothing may be answered before Verified has said so. What is read for them
// verifies them first, and a mutation commits nothing before.
type Principal struct {
	actor       *desk.Actor
	speculation *speculation  // nil: verified
	verifier    *verifier     // verifies them once more; nil: they can't be, as those of jobs
	snapshot    *snapshotInfo // for the first operation of who was looked up for it; nil: it looks itself
}

// Authenticated is the principal of an actor who has been verified already.
func Authenticated(by *desk.Actor) *Principal { return &Principal{actor: by} }

// Assumed is who the request is run for, verified or not. It is for what is thrown away when they
// are not: nobody is told.
func (p *Principal) Assumed() *desk.Actor { return p.actor }

// Speculative says whether the principal was not looked up for this request.
func (p *Principal) Speculative() bool { return p.speculation != nil }

// Changed says whether it is known that the principal is not who was assumed: nobody will see the
// answer.
func (p *Principal) Changed() bool { return p.speculation != nil && p.speculation.isWrong() }

// Verified is who asks, once that is certain. ErrPrincipalChanged: they are not who was assumed.
func (p *Principal) Verified(ctx context.Context) (*desk.Actor, error) {
	if p.speculation != nil {
		if err := p.speculation.verify(ctx); err != nil {
			return nil, err
		}
	}
	return p.actor, nil
}

// VerifyStatement is what a mutation runs before anything else while the principal is speculation:
// it tells the event cursor, and fails with ErrPrincipalChanged when they are not who was assumed.
// False when there is nothing to verify, or they are known to have changed.
func (p *Principal) VerifyStatement(verified func(cursor string)) (pg.Statement, bool) {
	if !p.speculation.pending() {
		return pg.Statement{}, false
	}
	return p.speculation.verifyStatement(verified), true
}

// VerifiedFor is how long a mutation goes by who its principal was. What changes of that is done by
// then, or told.
const VerifiedFor = 30 * time.Millisecond

// errRightsChanged refuses a mutation that began with rights that ended while it waited. Unlike
// ErrPrincipalChanged it does not have the request run again, of which a part may have been done.
var errRightsChanged = desk.Refuse(desk.CodeForbidden, "Your token or your role changed while this waited, so it was not done. Try again.")

// VerifyAgainStatement is what an operation runs that has waited since the principal was verified,
// for its body, for a lock or behind another one of its request: it fails when their rights are not
// what they were. False when they were verified a moment ago.
func (p *Principal) VerifyAgainStatement() (pg.Statement, bool) {
	if p.verifier == nil || p.speculation.pending() || p.verifier.verifiedWithin(VerifiedFor) {
		return pg.Statement{}, false
	}
	return p.verifier.statement(), true
}

// verifier finds out once more whether a principal has the rights that they had. What else may have
// changed, as a name or the configuration, is no reason to refuse a mutation that has waited for
// just that.
type verifier struct {
	text   string
	args   []any
	rights [][]byte

	mu         sync.Mutex
	verifiedAt time.Time
}

func (v *verifier) verifiedWithin(d time.Duration) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return time.Since(v.verifiedAt) < d
}

// note notes when the rights were what they are. The answer may have come much later, with that of
// a lock, so the time is that of the question.
func (v *verifier) note(asked time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.verifiedAt = asked
}

func (v *verifier) statement() pg.Statement {
	asked := time.Now()
	return pg.Statement{Text: v.text, Args: v.args, Scan: func(found pgx.Rows, _ *pgtype.Map) error {
		if there := found.Next(); found.Err() != nil {
			return found.Err()
		} else if !there || !slices.EqualFunc(rightsIn(found), v.rights, bytes.Equal) {
			return errRightsChanged
		}
		v.note(asked)
		return nil
	}}
}

// rightsIn are the values of a row that say what somebody may do.
func rightsIn(found pgx.Rows) (rights [][]byte) {
	raw := found.RawValues()
	for i, c := range found.FieldDescriptions() {
		if slices.Contains(rightsColumns, c.Name) {
			rights = append(rights, raw[i])
		}
	}
	return rights
}

// cloneValues keeps values of a row for longer than the row is there.
func cloneValues(values [][]byte) [][]byte {
	kept := make([][]byte, len(values))
	for i, v := range values {
		kept[i] = bytes.Clone(v)
	}
	return kept
}

// snapshotOnce is where the log and the configuration stood when the principal was looked up. An
// operation may begin there if it had come already, so only the first one gets it.
func (p *Principal) snapshotOnce() *snapshotInfo {
	at := p.snapshot
	p.snapshot = nil
	return at
}

// lookedUpPrincipal is who a token stood for when it last came.
type lookedUpPrincipal struct {
	by              desk.Actor
	token           desk.Token
	verifiedColumns [][]byte     // what the statement gave, without what is of the asking
	rights          [][]byte     // of them those that say what they may do
	snapshot        snapshotInfo // of that asking
}

// scanPrincipal reads one; nil when the statement gives nothing.
func scanPrincipal(found pgx.Rows, tokenLifetime time.Duration) (*lookedUpPrincipal, error) {
	c := &lookedUpPrincipal{}
	t, b := &c.token, &c.snapshot
	by, err := scanActor(found, &t.ID, &t.Scopes, &t.CreatedAt, &t.ExpiresAt, &t.RevokedAt, &b.Epoch, &b.Config, &t.LastUsedAt, &b.Snapshot, &b.Last)
	if by == nil || err != nil {
		return nil, err
	}
	c.verifiedColumns, c.rights = cloneValues(stableColumns(found)), cloneValues(rightsIn(found))
	by.TokenID, by.Scopes, t.AccountID = t.ID, t.Scopes, by.Account.ID
	if t.LimitLife(tokenLifetime); t.ExpiresAt != nil {
		by.Until = *t.ExpiresAt
	}
	c.by = *by
	return c, nil
}

// stableColumns are the values of a row that do not change from asking to asking.
func stableColumns(found pgx.Rows) [][]byte {
	raw := found.RawValues()
	return raw[:len(raw)-volatileColumns]
}

// verifier verifies the principal of a token once more.
func (p *lookedUpPrincipal) verifier(hash []byte, verifiedAt time.Time) *verifier {
	return &verifier{text: actorByToken, args: []any{hash}, rights: p.rights, verifiedAt: verifiedAt}
}

// copyActor is a copy of the actor: requests do not share what one of them may change.
func (p *lookedUpPrincipal) copyActor() *desk.Actor {
	by, account, agent := p.by, *p.by.Account, *p.by.Agent
	by.Account, by.Agent = &account, &agent
	return &by
}

// principalCache are those that came lately, by the hashes of their tokens.
type principalCache struct {
	mu sync.Mutex
	by map[string]*lookedUpPrincipal
}

// maxPrincipals bounds them: each takes some 2 kB.
const maxPrincipals = 5000

func (k *principalCache) get(hash []byte) *lookedUpPrincipal {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.by[string(hash)]
}

func (k *principalCache) put(hash []byte, c *lookedUpPrincipal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by == nil || len(k.by) >= maxPrincipals {
		k.by = map[string]*lookedUpPrincipal{}
	}
	k.by[string(hash)] = c
}

func (k *principalCache) evict(hash []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.by, string(hash))
}

// speculation is that somebody is who they were.
type speculation struct {
	store    *Database
	hash     []byte
	was      *lookedUpPrincipal
	verifier *verifier

	asking         sync.Mutex
	mu             sync.Mutex
	verifiedCursor string // where the log stands; "" as long as nobody has found out
	wrong          bool   // like the cursor, it stays as it is once it is set
}

// pending says whether nobody has found out yet.
func (s *speculation) pending() bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.verifiedCursor == "" && !s.wrong
}

func (s *speculation) isWrong() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wrong
}

// sendVerified sends statements for somebody who was taken for who they were, and before them the
// one that finds out, unless that was done.
func (s *speculation) sendVerified(ctx context.Context, b *pg.Budget, statements ...pg.Statement) error {
	if s.pending() {
		s.asking.Lock() // nothing is read for them meanwhile
		defer s.asking.Unlock()
		if s.pending() {
			return s.store.client.Send(ctx, b, append([]pg.Statement{s.verifyStatement(func(string) {})}, statements...)...) //nolint:contextcheck // noting the use of a token may outlive the request
		}
	}
	switch {
	case s.isWrong():
		return ErrPrincipalChanged
	case len(statements) == 0:
		return nil
	}
	return s.store.client.Send(ctx, b, statements...)
}

// verifyStatement finds out who asks, and fails with ErrPrincipalChanged when they are not who they
// were.
func (s *speculation) verifyStatement(verified func(cursor string)) pg.Statement {
	asked := time.Now()
	return pg.Statement{Text: actorByToken, Args: []any{s.hash}, Scan: func(found pgx.Rows, _ *pgtype.Map) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		err := s.compare(found)
		if err == nil {
			s.verifier.note(asked)
			verified(s.verifiedCursor)
		}
		return err
	}}
}

// cursorVerified is a CursorOf.
func (s *speculation) cursorVerified(ctx context.Context) (string, error) {
	if err := s.verify(ctx); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.verifiedCursor, nil
}

func (s *speculation) verify(ctx context.Context) error {
	_, err := pg.WithRetry(ctx, s.store.client, func() (struct{}, error) { return struct{}{}, s.sendVerified(ctx, nil) })
	return err
}

// compare compares the columns that are found for the token now with those of the principal that
// was assumed. Where they are the same, it notes the cursor; where they differ, it forgets that
// principal and fails with ErrPrincipalChanged.
func (s *speculation) compare(found pgx.Rows) error {
	if there := found.Next(); found.Err() != nil {
		return found.Err()
	} else if !there || !slices.EqualFunc(stableColumns(found), s.was.verifiedColumns, bytes.Equal) {
		s.wrong = true
		s.store.principals.evict(s.hash)
		return ErrPrincipalChanged
	}
	t, position := s.was.token, eventlog.Position{Epoch: s.was.snapshot.Epoch}
	into := append(make([]any, len(s.was.verifiedColumns)), &t.LastUsedAt, &position.Snapshot, &position.Last)
	if err := found.Scan(into...); err != nil {
		return err
	}
	at, err := position.EventCursor()
	if err == nil && s.verifiedCursor == "" { // what was read since the first time is not older than that
		s.verifiedCursor = at.String()
	}
	s.store.used.record(s.store, &t, s.store.Clock())
	return err
}
