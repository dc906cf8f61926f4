package db

import (
	"context"
	"slices"
	"sync"

	"deskwire/desk"
)

// setup is the set-up of an account, as far as somebody has asked for it: small lists that nearly every answer needs something of.
type setup struct {
	epoch   string
	version int64

	agents      kept[desk.Agent]
	teams       kept[desk.Team]
	inboxes     kept[desk.Inbox]
	channels    kept[desk.Channel]
	pipelines   kept[desk.Pipeline]
	definitions kept[desk.PropertyDefinition]
	labels      kept[desk.Label]
}

// kept is a list that was read once. Its rows are shared by all who ask, and nobody changes them.
type kept[R any] struct {
	mu    sync.Mutex
	there bool
	rows  []*R
}

// setups are those of the accounts that asked lately.
type setups struct {
	mu sync.Mutex
	of map[desk.ID]*setup
}

// maxSetups bounds them: that of a large account takes some 100 kB.
const maxSetups = 500

// at is the set-up at that version, or a later one, which is as good: an answer may be newer than its cursor.
func (s *setups) at(account desk.ID, epoch string, version int64) *setup {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.of[account]
	if u != nil && u.epoch == epoch && u.version >= version {
		return u
	}
	if s.of == nil || u == nil && len(s.of) >= maxSetups {
		s.of = map[desk.ID]*setup{}
	}
	u = &setup{epoch: epoch, version: version}
	s.of[account] = u
	return u
}

type setupKey struct{}

// beginning is where the log and the set-up stand before an operation reads anything.
type beginning struct {
	logPlace
	Setup int64
}

const beginningColumns = logPlaceColumns + ", coalesce(a.setup_version, 0) AS setup"

// CursorOf tells where the log stood before an operation read anything.
type CursorOf func(context.Context) (string, error)

// At is the CursorOf of who knows it.
func At(cursor string) CursorOf {
	return func(context.Context) (string, error) { return cursor, nil }
}

// Begin comes before a read operation reads anything. It gives a context in which the account's set-up is read from memory, as it stood there
// or later, and says where the log stands.
func (s *Store) Begin(ctx context.Context, by *desk.Actor) (in context.Context, cursor CursorOf, err error) {
	if g := guessIn(ctx); g != nil {
		b := &g.was.beginning
		return context.WithValue(ctx, setupKey{}, s.setups.at(by.Account.ID, b.Epoch, b.Setup)), g.where, nil
	}
	b := arrivalIn(ctx).begun(by.Account.ID)
	if b == nil {
		found, err := rows[beginning](ctx, s, "SELECT "+beginningColumns+" FROM log_epoch LEFT JOIN accounts AS a ON a.id = ?", by.Account.ID)
		if err != nil {
			return ctx, nil, err
		}
		b = found[0]
	}
	at, err := b.cursor()
	return context.WithValue(ctx, setupKey{}, s.setups.at(by.Account.ID, at.Epoch, b.Setup)), At(at.String()), err
}

// arrival is a request that has come, and brings one operation.
type arrival struct {
	guesses   bool
	guess     *guess // nil: who asks is known
	account   desk.ID
	beginning *beginning
}

type arrivalKey struct{}

// Arriving gives a context in which finding out who asks also finds out where the operation begins, in one statement. It is for one
// request with one operation that has come already: what is read for that can't be older. If it may guess, who asks is taken for who they
// were, and that may prove wrong until Settle or a read has found it right: nothing may be answered before.
func Arriving(ctx context.Context, mayGuess bool) context.Context {
	return context.WithValue(ctx, arrivalKey{}, &arrival{guesses: mayGuess})
}

func arrivalIn(ctx context.Context) *arrival {
	a, _ := ctx.Value(arrivalKey{}).(*arrival)
	return a
}

func begunWith(ctx context.Context, account desk.ID, b *beginning) {
	if a := arrivalIn(ctx); a != nil {
		a.account, a.beginning = account, b
	}
}

// begun is what was found out on arrival, once.
func (a *arrival) begun(account desk.ID) *beginning {
	if a == nil || a.account != account {
		return nil
	}
	b := a.beginning
	a.beginning = nil
	return b
}

// setUp gives a list of the set-up: the one in memory where the operation has begun with it, else as it is read now.
func setUp[R any](ctx context.Context, list func(*setup) *kept[R], read func() ([]*R, error)) ([]*R, error) {
	u, ok := ctx.Value(setupKey{}).(*setup)
	if !ok {
		return read()
	}
	k := list(u)
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.there {
		found, err := read()
		if err != nil {
			return nil, err
		}
		k.rows, k.there = found, true
	}
	return slices.Clone(k.rows), nil
}
