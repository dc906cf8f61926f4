// Package live tells subscribers what changed: live queries with fan-out.
//
// The log of events is the truth. A [Hub] is handed what is new in it, batch by batch. It finds the
// groups whose dependencies the events invalidate, has the payload of each rendered once, and
// broadcasts the same bytes to every member.
//
// A payload shows state and not what changed in it, so a burst of events is coalesced into one
// payload. Whoever was away or too slow gets one payload with all that was missed.
//
// The package knows the desk's nouns and nothing of GraphQL, SQL or sockets. What a payload looks
// like is the business of a [Query], and where it goes that of a [Sink].
//
// # Groups
//
// A group is all who ask the same (document and variables) and have the same visibility: account,
// role, scopes and inboxes, and the person only where something personal is selected. Its
// dependencies are what its last payload has read. A worker renders the payload once; what happens
// meanwhile waits and becomes part of the next one.
//
// Writers are shards, one goroutine a core. Each fans the payload out to its members: the body is
// held once per writer, with room in front for each subscriber's envelope, and is sent by one
// write(2), without a lock, a channel or a goroutine per subscriber.
//
// Backpressure never reaches the hub. A sink that takes no more is a slow consumer and leaves its
// group. Once it is empty again it is caught up from its last cursor, like a subscriber who returns
// after a break. What it missed is replayed from a ring of events in memory, or else from the
// table; what can't be replayed makes a RESYNC.
//
// An event that may change rights (of an agent, a team, an inbox, a token, the account) suspends
// the sessions of its account before anything of its batch is shown. Each is authenticated again,
// and its subscriptions go on with what the viewer may see now.
//
// # Several servers
//
// Any number of servers share one database. A [Bus] carries wake-ups and presence between them, by
// NOTIFY or by NATS. What it loses costs time and never truth. With NATS, one elected server reads
// the log for all and publishes it as a stream. Every server checks what it receives and reads for
// itself whatever the stream doesn't bring.
//
// Presence, who is at which conversation, is kept in memory only and is no part of the log.
package live
