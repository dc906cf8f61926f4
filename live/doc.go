// Package live tells subscribers what changed: live queries with fan-out.
//
// The log of events is the truth. A Hub is handed what is new in it, batch by batch. It finds the
// groups whose dependencies the events invalidate, has the payload of each rendered once, and
// broadcasts the same bytes to every member. The members are sharded over writers, one goroutine a
// core.
//
// A payload shows state and not what changed in it, so a burst of events is coalesced into one
// payload. It is also the answer to backpressure: a slow consumer leaves its group, without anybody
// waiting for it, and gets one payload that holds all that it missed, as a subscription does that
// resumes after a break. What is missed is replayed from a ring in memory, else from the table;
// what can't be replayed makes a RESYNC.
//
// The package knows the desk's nouns and nothing of GraphQL, SQL or sockets: what a payload looks
// like is a Query's business, and where it goes a Sink's. A Bus carries wake-ups and presence
// between servers.
package live
