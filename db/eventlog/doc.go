// Package eventlog reads the log of events: what happened, in the order of commits.
//
// Each change writes its events in its own transaction: the entity, its fields with old and new
// values, the rule, the actor, the mutation, and a cascade id that all events of one mutation
// share. Timelines are read from the log, and subscribers are told from it. It holds no message
// texts: it names a message and keeps no second copy.
//
// A row carries its transaction id (xid8). A position in the log is a snapshot of Postgres plus the
// epoch and the timeline of the database. "What came after it" is what that snapshot didn't show.
// So nothing is missed and nothing comes twice, however late a transaction commits.
//
// A cursor knows no transaction id above the last one that has recorded an event. After a crash
// Postgres hands out ids again that left no trace on the disk, and a cursor that counted them as
// seen would miss what they bring.
//
// The tail reads what the log shows now and didn't show at its last snapshot, in one statement with
// two index scans. A wake-up after each commit makes it read at once. It polls every 100 ms too, so
// a lost wake-up costs time and never an event.
//
// A database that is put back to an earlier time gives the same transaction ids again, so it gets
// another epoch: at the start where it is another database, at once where a running tail is ahead
// of the log, by an operator otherwise.
//
// The table is partitioned by month, and a month that is older than EVENT_KEEP is dropped whole. A
// floor remembers how far: whoever resumes from before it gets a RESYNC. Partitions are made months
// ahead, and never by waiting for a lock behind a reader: all others would wait behind that.
//
// Servers wake each other by NOTIFY on connections of their own.
package eventlog
