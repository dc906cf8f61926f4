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

// Who asks has mostly asked before, and nothing has changed about them since. So a request is run for who they were, and the statement that
// finds out who they are goes out together with the first one that reads for them: Postgres runs them one after the other, in one
// round trip. Where something is different nothing has been read for them yet, and the request is run again.

// ErrMistaken is a request that was run for somebody who has changed: it is to be run again, for who they are.
var ErrMistaken = errors.New("db: who asks has changed since they asked last")

// caller is who a token stood for when somebody last came with it.
type caller struct {
	by        desk.Actor
	token     desk.Token
	is        [][]byte  // what the statement gave, without what is of the asking
	beginning beginning // of that asking
}

// callerIn reads one; nil when the statement gives nothing.
func callerIn(found pgx.Rows) (*caller, error) {
	c := &caller{}
	t, b := &c.token, &c.beginning
	by, err := actorIn(found, &t.ID, &t.Scopes, &t.ExpiresAt, &t.RevokedAt, &b.Epoch, &b.Setup, &t.LastUsedAt, &b.Snapshot, &b.Last)
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
func (c *caller) actor() *desk.Actor {
	by, account, agent := c.by, *c.by.Account, *c.by.Agent
	by.Account, by.Agent = &account, &agent
	return &by
}

// callers are those that came lately, by the hashes of their tokens.
type callers struct {
	mu sync.Mutex
	by map[string]*caller
}

// maxCallers bounds them: each takes some 2 kB.
const maxCallers = 5000

func (k *callers) of(hash []byte) *caller {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.by[string(hash)]
}

func (k *callers) keep(hash []byte, c *caller) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by == nil || len(k.by) >= maxCallers {
		k.by = map[string]*caller{}
	}
	k.by[string(hash)] = c
}

func (k *callers) forget(hash []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.by, string(hash))
}

// guess is that somebody is who they were.
type guess struct {
	store *Store
	hash  []byte
	was   *caller

	asking sync.Mutex
	mu     sync.Mutex
	cursor string // where the log stands; "" as long as nobody has found out
	wrong  bool   // like the cursor, it stays as it is once it is set
}

// guessIn is the guess of a request; nil when there is none.
func guessIn(ctx context.Context) *guess {
	if a := arrivalIn(ctx); a != nil {
		return a.guess
	}
	return nil
}

// pending says whether nobody has found out yet.
func (g *guess) pending() bool {
	if g == nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cursor == "" && !g.wrong
}

func (g *guess) mistaken() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wrong
}

// ask sends statements for somebody who was taken for who they were, and before them the one that finds out, unless that was done.
func (g *guess) ask(ctx context.Context, line ...statement) error {
	if g.pending() {
		g.asking.Lock() // nothing is read for them meanwhile
		defer g.asking.Unlock()
		if g.pending() {
			return g.store.ask(ctx, append([]statement{g.statement(func() {})}, line...)...) //nolint:contextcheck // noting the use of a token may outlive the request
		}
	}
	switch {
	case g.mistaken():
		return ErrMistaken
	case len(line) == 0:
		return nil
	}
	return g.store.ask(ctx, line...)
}

// statement finds out who asks, and fails with ErrMistaken when they are not who they were.
func (g *guess) statement(right func()) statement {
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
func (g *guess) where(ctx context.Context) (string, error) {
	if err := g.settle(ctx); err != nil {
		return "", err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cursor, nil
}

func (g *guess) settle(ctx context.Context) error {
	_, err := patiently(ctx, g.store, func() (struct{}, error) { return struct{}{}, g.ask(ctx) })
	return err
}

// take compares.
func (g *guess) take(found pgx.Rows) error {
	if there := found.Next(); found.Err() != nil {
		return found.Err()
	} else if !there || !slices.EqualFunc(sameOf(found), g.was.is, bytes.Equal) {
		g.wrong = true
		g.store.callers.forget(g.hash)
		return ErrMistaken
	}
	t, place := g.was.token, logPlace{Epoch: g.was.beginning.Epoch}
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

// askFor sends a statement of an operation.
func (s *Store) askFor(ctx context.Context, q statement) error {
	if g := guessIn(ctx); g != nil {
		return g.ask(ctx, q)
	}
	return s.ask(ctx, q)
}

// Guessed says whether a request is run for who they were, and that is not certain yet.
func Guessed(ctx context.Context) bool {
	return guessIn(ctx) != nil
}

// Mistaken says whether a request was run for somebody who has changed: nobody will see its answer.
func Mistaken(ctx context.Context) bool {
	g := guessIn(ctx)
	return g != nil && g.mistaken()
}

// Settle makes certain that a request is run for the right one. ErrMistaken: it is not.
func Settle(ctx context.Context) error {
	if g := guessIn(ctx); g != nil {
		return g.settle(ctx)
	}
	return nil
}
