// Package read answers what an actor may see.
//
// It is the wall between accounts: every read belongs to an actor and is limited to their account
// and their inboxes. What doesn't exist and what isn't theirs is the same answer.
//
// # What a request reads with
//
// A [Reader] reads for one actor, and is all that a read depends on beside its arguments. The
// position of the log is read before anything else, so no answer is older than its eventCursor.
//
// Authentication over HTTP is speculative. A request is run for the actor whom its token named last
// time. The statement that verifies the token, and reads the position of the log, goes out with the
// first statement that reads for the actor, in one round trip. Nothing is answered before it has
// verified the [Principal]. If something about the actor has changed, the result is thrown away
// unread and the request is run again.
//
// The configuration of an account (agents, teams, inboxes, channels, pipelines, properties, labels)
// is cached, since nearly every answer needs some of it and it seldom changes. Triggers count its
// version. That version is read in one snapshot with the eventCursor, so no answer is older than
// its cursor and servers need not invalidate each other's caches.
//
// A query that only shows records reads the columns that it shows, its projection, and joins the
// contacts and tickets of its rows in the same statement.
//
// # Lists
//
// Pages are keyset pages, and a cursor is bound to its kind of list and its order. Where a value
// may be missing, rows without one come last in both directions: first the rows with a value along
// their index, then the others by id. Both are halves of one statement, and the second half isn't
// started while the first fills the page. The lists of many parents are read in one statement, too
// (unnest … CROSS JOIN LATERAL).
//
// Filters are the inputs of the schema as structs. Relative times ("older than 3 days") count from
// the last full minute, so what is read within it is consistent.
//
// Custom properties that have a slot are filtered and sorted along an index of their own; those
// without work all the same, without an index.
//
// # Saved views
//
// A view keeps its filter as JSON in the words of the schema. Lists, counts and live payloads all
// read it as the filter of any list. So there is one meaning of a filter, and it is SQL.
//
// Who entered a view and who left it is asked of SQL, too. The before-image of the records, columns
// taken back from the old values in the log, is laid over the tables in CTEs that have the tables'
// names. Then the same condition is asked of what was and of what is, in one statement. A payload
// is read later than its last event, so that statement also says which conversations have changed
// since. Those are named in any case, since the later change may hide what the payload should tell.
//
// Where the log doesn't keep what was (the last activity before a message, what a reply marked as
// read), a conversation is named as one that may have entered or left. What no event tells makes a
// RESYNC: a changed filter, a change of a team that the filter looks at, the passing of time. Views
// that depend on the time are rendered anew at each full minute. Standing views are decided in
// memory.
//
// Counts of views are bounded at 100. Those of standing views, and of filters that look at inbox,
// status, owner and unread only, are read from one index that holds just these columns and leaves
// the trash out. Other filters are asked of at most 2,000 conversations that one index leads to:
// the owner's, the contact's, the unread, the inbox's, or the most recently active. What can't be
// told within that is marked as capped. All counts of one batch, those of the unread too, are one
// statement.
//
// # Search
//
// The index is keyed by account, kind, slice of 1,024 records, and word; and once more with slices
// of 65,536. The entries of one slice are stored together, so a write touches few pages. A search
// goes from the newest slice to older ones and stops when its page is full, so a common word costs
// the same in an account of any size. Names and addresses are found by their trigrams, kept the
// same way.
//
// # Replica
//
// A server may read from a standby. A query that may be older reads its cursor there, and
// everything after it from the same run of the same Postgres. Whatever fails there is read from the
// primary, which is never behind. A standby's snapshot doesn't name the transactions in progress,
// so they are looked up one by one: a cursor that counted them as seen would lose them. The cursor
// of a mutation carries its own transaction beside the position before it.
package read
