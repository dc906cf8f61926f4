package db

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/desk"
)

// Authentication is speculative: who asks has mostly asked before, and nothing has changed about them since. So a request is run for
// the principal that its token stood for when it last came, and the statement that verifies them goes out together with the first
// one that reads for them: Postgres runs them one after the other, in one round trip. Where something is different nothing has been
// read for them yet, and the request is run again.

// ErrPrincipalChanged is a request that was run for a principal who has changed: it is to be run again, for who they are now.
var ErrPrincipalChanged = errors.New("db: who asks has changed since they asked last")

// Principal is who a request is run for. It may be speculation: then they are assumed to be who they were, and nothing may be
// answered before Verified has said so. What is read for them verifies them first, and a mutation commits nothing before.
type Principal struct {
	assumed     *desk.Actor
	speculation *speculation  // nil: verified
	snapshot    *snapshotInfo // for the first operation of who was looked up for it; nil: it looks itself
}

// Authenticated is the principal of an actor who has been verified already.
func Authenticated(by *desk.Actor) *Principal { return &Principal{assumed: by} }

// Assumed is who the request is run for, verified or not. It is for what is thrown away when they are not: nobody is told.
func (p *Principal) Assumed() *desk.Actor { return p.assumed }

// Speculative says whether the principal was not looked up for this request.
func (p *Principal) Speculative() bool { return p.speculation != nil }

// Changed says whether it is known that the principal is not who was assumed: nobody will see the answer.
func (p *Principal) Changed() bool { return p.speculation != nil && p.speculation.mistaken() }

// Verified is who asks, once that is certain. ErrPrincipalChanged: they are not who was assumed.
func (p *Principal) Verified(ctx context.Context) (*desk.Actor, error) {
	if p.speculation != nil {
		if err := p.speculation.verify(ctx); err != nil {
			return nil, err
		}
	}
	return p.assumed, nil
}

// snapshotOnce is where the log and the configuration stood when the principal was looked up. An operation may begin there if it
// had come already, so only the first one gets it.
func (p *Principal) snapshotOnce() *snapshotInfo {
	at := p.snapshot
	p.snapshot = nil
	return at
}

// lookedUp is who a token stood for when it last came.
type lookedUp struct {
	by       desk.Actor
	token    desk.Token
	is       [][]byte     // what the statement gave, without what is of the asking
	snapshot snapshotInfo // of that asking
}

// lookedUpIn reads one; nil when the statement gives nothing.
func lookedUpIn(found pgx.Rows) (*lookedUp, error) {
	c := &lookedUp{}
	t, b := &c.token, &c.snapshot
	by, err := actorIn(found, &t.ID, &t.Scopes, &t.ExpiresAt, &t.RevokedAt, &b.Epoch, &b.Config, &t.LastUsedAt, &b.Snapshot, &b.Last)
	if by == nil || err != nil {
		return nil, err
	}
	for _, v := range sameOf(found) {
		c.is = append(c.is, bytes.Clone(v))
	}
	by.TokenID, by.Scopes, t.AccountID = t.ID, t.Scopes, by.Account.ID
	if t.ExpiresAt != nil {
		by.Until = *t.ExpiresAt
	}
	c.by = *by
	return c, nil
}

// sameOf are the values of a row that do not change from asking to asking.
func sameOf(found pgx.Rows) [][]byte {
	raw := found.RawValues()
	return raw[:len(raw)-ofTheAsking]
}

// actor is a copy of the actor: requests do not share what one of them may change.
func (c *lookedUp) actor() *desk.Actor {
	by, account, agent := c.by, *c.by.Account, *c.by.Agent
	by.Account, by.Agent = &account, &agent
	return &by
}

// principals are those that came lately, by the hashes of their tokens.
type principals struct {
	mu sync.Mutex
	by map[string]*lookedUp
}

// maxPrincipals bounds them: each takes some 2 kB.
const maxPrincipals = 5000

func (k *principals) of(hash []byte) *lookedUp {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.by[string(hash)]
}

func (k *principals) keep(hash []byte, c *lookedUp) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by == nil || len(k.by) >= maxPrincipals {
		k.by = map[string]*lookedUp{}
	}
	k.by[string(hash)] = c
}

func (k *principals) forget(hash []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.by, string(hash))
}

// speculation is that somebody is who they were.
type speculation struct {
	store *Store
	hash  []byte
	was   *lookedUp

	asking sync.Mutex
	mu     sync.Mutex
	cursor string // where the log stands; "" as long as nobody has found out
	wrong  bool   // like the cursor, it stays as it is once it is set
}

// pending says whether nobody has found out yet.
func (g *speculation) pending() bool {
	if g == nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cursor == "" && !g.wrong
}

func (g *speculation) mistaken() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wrong
}

// ask sends statements for somebody who was taken for who they were, and before them the one that finds out, unless that was done.
func (g *speculation) ask(ctx context.Context, b *Budget, line ...statement) error {
	if g.pending() {
		g.asking.Lock() // nothing is read for them meanwhile
		defer g.asking.Unlock()
		if g.pending() {
			return g.store.ask(ctx, b, append([]statement{g.statement(func() {})}, line...)...) //nolint:contextcheck // noting the use of a token may outlive the request
		}
	}
	switch {
	case g.mistaken():
		return ErrPrincipalChanged
	case len(line) == 0:
		return nil
	}
	return g.store.ask(ctx, b, line...)
}

// statement finds out who asks, and fails with ErrPrincipalChanged when they are not who they were.
func (g *speculation) statement(right func()) statement {
	return statement{text: actorByToken, args: []any{g.hash}, take: func(found pgx.Rows, _ *pgtype.Map) error {
		g.mu.Lock()
		defer g.mu.Unlock()
		err := g.take(found)
		if err == nil {
			right()
		}
		return err
	}}
}

// where is a CursorOf.
func (g *speculation) where(ctx context.Context) (string, error) {
	if err := g.verify(ctx); err != nil {
		return "", err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cursor, nil
}

func (g *speculation) verify(ctx context.Context) error {
	_, err := patiently(ctx, g.store, func() (struct{}, error) { return struct{}{}, g.ask(ctx, nil) })
	return err
}

// take compares.
func (g *speculation) take(found pgx.Rows) error {
	if there := found.Next(); found.Err() != nil {
		return found.Err()
	} else if !there || !slices.EqualFunc(sameOf(found), g.was.is, bytes.Equal) {
		g.wrong = true
		g.store.principals.forget(g.hash)
		return ErrPrincipalChanged
	}
	t, place := g.was.token, logPlace{Epoch: g.was.snapshot.Epoch}
	into := append(make([]any, len(g.was.is)), &t.LastUsedAt, &place.Snapshot, &place.Last)
	if err := found.Scan(into...); err != nil {
		return err
	}
	at, err := place.cursor()
	if err == nil && g.cursor == "" { // what was read since the first time is not older than that
		g.cursor = at.String()
	}
	g.store.used.note(g.store, &t, g.store.clock())
	return err
}
