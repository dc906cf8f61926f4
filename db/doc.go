// Package db opens the database, migrates it and keeps it in order. Reads are in db/read, writes in
// db/write, the log in db/eventlog, and the Postgres client below them in db/pg.
//
// # The tables
//
// Every key begins with account_id, foreign keys too. A row can't point into another account, and
// the tables can be distributed by account unchanged. Numbers for people come from a counter row of
// each account.
//
// R5, R6 and R7 hold against SQL by hand: a trigger refuses another ticket_id, and deferred
// triggers refuse a ticket without a conversation.
//
// What changes with every message (preview, unread, last activity) is in narrow tables beside
// conversations and tickets. What conversations are listed by (status, inbox, owner, contact) has a
// copy there, kept by a trigger, so one index gives a page of a list in its order. Labels have a
// narrow table with an index each way, and the rows of conversations don't grow with them.
//
// Custom properties are one JSON object on the ticket, checked by their definitions on the way in.
// A narrow table, ticket_slots, holds their values in typed columns, each with an index that begins
// with the account. A definition names its column (slot), and a trigger fills it, whoever writes.
// So a list that is filtered by two properties and sorted by a third goes along one index and reads
// its filters from the same row. There are 16 columns for texts, and for what sorts as text, and 8
// for numbers. A property that comes when all are taken works without an index. Lists of options
// have rows of their own, ticket_options.
//
// Search has the words of each message, ticket and contact in search_docs, written by triggers.
//
// # Upkeep
//
// Postgres plans by statistics that it gathers once a minute. After an import, a restored dump or a
// change by hand, pages and payloads would be read by full scans until then. So servers have a
// table analyzed two seconds after a fifth of it has changed; deskwire seed does so itself.
//
// What the search index lacks (after an upgrade, with another language, after deskwire seed) is
// listed in search_behind. Servers work it off slice by slice, the newest first.
//
// A purge removes what has been in the trash for long enough (D4) and records that it did.
package db
