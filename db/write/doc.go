// Package write is the one way to change anything: lock, decide, save and record, in one
// transaction.
//
// A mutation runs in a [Tx]. Its methods lock and load the records, let package desk decide, and
// queue the writes: the changed rows with version + 1, their activity, and the events. With dryRun
// all of it is rolled back and the same answer is given.
//
// Closing a ticket takes three round trips: BEGIN with the idempotency key and the status; the lock
// with the case; all writes with the COMMIT.
//
// # Locks
//
// Mutations serialize by advisory locks, which are taken before the first row lock. With its first
// row lock a transaction gets its id, its position in the log, even while it waits behind others;
// the log would tell of changes in another order than they happened in. All locks are taken in one
// order, so mutations don't deadlock. A mutation that refers to the configuration of its account
// shares the lock of that, so a status that it has read can't be archived meanwhile. The records of
// a case are locked in one order too: the ticket, then its conversations by id.
//
// Who waits for an advisory lock keeps a connection, and a server that stands still may keep the
// lock for seconds. So few of those who change one record wait in Postgres, and the others in
// memory (bulkhead). A lock is waited for no longer than LOCK_TIMEOUT, and a transaction that does
// nothing is ended after IDLE_TRANSACTION_TIMEOUT.
//
// # Once, and again
//
// With an idempotency key the transaction first looks for the answer of the first call, under an
// advisory lock that also tells whether that call is still running. The answer is kept for seven
// days.
//
// The position of the log is taken before anything is read, so the answer is never older than its
// eventCursor. The token is verified behind the BEGIN, and nothing is committed before the result
// is known.
//
// A mutation that met another one begins anew, up to ten times, with growing pauses: on a deadlock,
// on a key that was taken since it looked, or when a conversation got its ticket before it was
// locked. So does, for three seconds, one that lost the database before its COMMIT was sent. After
// that it is repeated only if it has a key, and is answered OUTCOME_UNKNOWN otherwise.
//
// A refusal is a *desk.Error; the transaction is rolled back. Every other error is a fault.
package write
