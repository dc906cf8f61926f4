package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/desk"
)

// Turns are taken in one order, so that mutations never deadlock: first the account's set-up, then a snippet, the views of an owner, a message, a
// contact, a thread, a conversation without a ticket, a ticket. After that come the rows, a ticket's before those
// of its conversations by id, and counters and files come last. An import takes the turn of its task before all.

// turn waits until no other mutation works on what has this name, and keeps it until this one ends.
//
// It is no row's lock, because with the first of those a transaction gets its xid, which is its place in the
// log, even while it still waits for that row behind others; the log would tell of them in another order
// than they happened in. So a mutation takes all its turns before its first row. For the same reason it
// happens when its turn has come, not when it was asked for.
func (t *Tx) turn(ctx context.Context, noun string, id desk.ID) error {
	if err := t.lineUpTurn(ctx, noun, id); err != nil {
		return err
	}
	return t.send(ctx)
}

// lineUpTurn is turn for who sends it together with what is read in it. A call that comes again is answered before it
// waits.
func (t *Tx) lineUpTurn(ctx context.Context, noun string, id desk.ID) error {
	if t.asking {
		if err := t.send(ctx); err != nil {
			return err
		}
	}
	t.lineUpLock("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", noun, id)
	return nil
}

func (t *Tx) lineUpLock(text, noun string, id desk.ID) {
	t.lineUp(statement{text: text, args: []any{noun + " " + id.String()}, take: func(pgx.Rows, *pgtype.Map) error {
		if t.clock != nil {
			t.act.Now = t.clock()
		}
		return nil
	}})
}

// setUpTurn is how a mutation takes part in the turn of the account's set-up: its agents, inboxes, channels,
// pipelines with their statuses, and property definitions.
type setUpTurn int

const (
	noSetUp      setUpTurn = iota
	refersToIt             // shared with all who refer to it
	changesSetUp           // alone
)

const setUpNoun = "set-up"

// refer is for mutations that name something of the set-up: it stays as it is read until they have committed, so that
// nothing is given to an agent who was deactivated in that moment, or put into a status that was archived.
// What looks up references calls it. Who looks up late, with other turns taken, calls it first.
func (t *Tx) refer() {
	if t.setUp == noSetUp {
		t.setUp = refersToIt
		t.lineUpLock("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))", setUpNoun, t.act.By.Account.ID)
	}
}

// changeSetUp is for mutations that change the set-up: one of them at a time, and nobody refers to it meanwhile. One
// turn for all of it is enough: it is changed rarely, and it can be counted (the last active admin, the last pipeline).
func (t *Tx) changeSetUp(ctx context.Context) error {
	if t.setUp == changesSetUp {
		return nil
	}
	t.setUp = changesSetUp
	return t.turn(ctx, setUpNoun, t.act.By.Account.ID)
}
