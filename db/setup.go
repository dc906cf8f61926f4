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

// Begin tells where the log stands before a read operation reads anything, and gives a context in which the account's set-up is
// read from memory, as it stood there or later.
func (s *Store) Begin(ctx context.Context, by *desk.Actor) (in context.Context, eventCursor string, err error) {
	b := begun(ctx, by.Account.ID)
	if b == nil {
		found, err := rows[beginning](ctx, s, "SELECT "+beginningColumns+" FROM log_epoch LEFT JOIN accounts AS a ON a.id = ?", by.Account.ID)
		if err != nil {
			return ctx, "", err
		}
		b = found[0]
	}
	at, err := b.cursor()
	return context.WithValue(ctx, setupKey{}, s.setups.at(by.Account.ID, at.Epoch, b.Setup)), at.String(), err
}

// arrival is a request that has come, and brings one operation.
type arrival struct {
	account   desk.ID
	beginning *beginning
}

type arrivalKey struct{}

// Arriving gives a context in which finding out who asks also finds out where the operation begins, in one statement. It is for one
// request with one operation that has come already: what is read for that can't be older.
func Arriving(ctx context.Context) context.Context {
	return context.WithValue(ctx, arrivalKey{}, &arrival{})
}

func begunWith(ctx context.Context, account desk.ID, b *beginning) {
	if a, ok := ctx.Value(arrivalKey{}).(*arrival); ok {
		*a = arrival{account, b}
	}
}

// begun is what was found out on arrival, once.
func begun(ctx context.Context, account desk.ID) *beginning {
	a, ok := ctx.Value(arrivalKey{}).(*arrival)
	if !ok || a.account != account {
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
