package write

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Locks are taken in one order, so that mutations never deadlock: first the account's
// configuration, then a snippet, the views of an owner, a message, a contact, a thread, a
// conversation without a ticket, a ticket. After that come the rows, a ticket's before those of its
// conversations by id, and counters and files come last. An import takes the lock of its task
// before all.

// lock waits until no other mutation works on what has this name, and keeps it until this one ends.
//
// It is no row's lock, because with the first of those a transaction gets its xid, which is its
// position in the log, even while it still waits for that row behind others; the log would tell of
// them in another order than they happened in. So a mutation takes all its locks before its first
// row. For the same reason it happens when it has its locks, not when it was asked for.
func (t *Tx) lock(ctx context.Context, noun string, id desk.ID) error {
	if err := t.queueLock(ctx, noun, id); err != nil {
		return err
	}
	return t.Flush(ctx)
}

// queueLock is lock for a caller that sends it together with the reads it guards. A call that comes
// again is answered before it waits.
func (t *Tx) queueLock(ctx context.Context, noun string, id desk.ID) error {
	if t.keyQueued {
		if err := t.Flush(ctx); err != nil {
			return err
		}
	}
	if err := t.claim(noun + " " + id.String()); err != nil {
		return err
	}
	t.queueAdvisoryLock("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", noun, id)
	return nil
}

func (t *Tx) queueAdvisoryLock(text, noun string, id desk.ID) {
	t.Queue(pg.Statement{Text: text, Args: []any{noun + " " + id.String()}, Scan: func(pgx.Rows, *pgtype.Map) error {
		if t.clock != nil {
			t.Act.Now = t.clock()
		}
		t.verifyAgain() // it may have waited, and has written nothing yet
		return nil
	}})
}

// configLock is how a mutation holds the lock of the account's configuration: its agents, inboxes,
// channels, pipelines with their statuses, and property definitions.
type configLock int

const (
	configUnlocked     configLock = iota
	configLockedShared            // shared with all who refer to it
	configLockedAlone             // alone
)

// configNoun names the lock of the configuration. The value must stay as it is: servers that run at
// the same time take the same lock only by the same key, also while a release replaces another one.
const configNoun = "set-up"

// lockConfigShared is for mutations that name something of the configuration: it stays as it is
// read until they have committed, so that nothing is given to an agent who was deactivated in that
// moment, or put into a status that was archived. What looks up references calls it. Who looks up
// late, with other locks taken, calls it first.
func (t *Tx) lockConfigShared() {
	if t.configLock == configUnlocked {
		t.configLock = configLockedShared
		t.queueAdvisoryLock("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))", configNoun, t.Act.By.Account.ID)
	}
}

// lockConfig is for mutations that change the configuration: one of them at a time, and nobody
// refers to it meanwhile. One lock for all of it is enough: it is changed rarely, and it can be
// counted (the last active admin, the last pipeline).
func (t *Tx) lockConfig(ctx context.Context) error {
	if t.configLock == configLockedAlone {
		return nil
	}
	t.configLock = configLockedAlone
	return t.lock(ctx, configNoun, t.Act.By.Account.ID)
}
