// Package server serves the API over HTTP, websockets, server-sent events and Apollo's multipart
// protocol, and decides what a request may cost before it costs anything.
//
// A request passes these steps, whatever transport brings it. Its body is bounded, is valid UTF-8,
// and is JSON of limited depth. The bearer token names an actor: account, agent, role, scopes,
// inboxes. The document is measured against the limits of the actor's role (package guard), between
// the parser and the validator. Variables and literals are coerced, and the cost is charged
// (package cost), before the first root field runs.
//
// # Admission
//
// Eight operations a CPU run at once; more would only take turns, in the database too. An operation
// that takes longer than a tenth of a second is waiting for something, so it gives its slot to
// another one, up to MAX_RUNNING. How many may queue follows from how long the last one waited, as
// in CoDel: four times MAX_RUNNING, or only as many as that once it was more than half a second.
//
// All others are shed before their body is read and before anybody authenticates them. They are
// answered a tenth of a second later: clients that ask again at once, whatever Retry-After says,
// would otherwise take what others need. The log reports them together, every ten seconds.
//
// # Memory
//
// What a request becomes is measured before any of it is built, and held against the memory budget
// until it has been answered, read and forgotten; only what is small is not counted. Subscriptions
// hold their variables, and together with all who follow the same document, that. Answers are held
// from their first byte until they have been read.
//
// # Streams
//
// Subscriptions come over websockets (package socket), as GraphQL over SSE, and by Apollo's
// multipart protocol. The last two are answers to plain requests that don't end. The id of an SSE
// event is its cursor, so a browser that lost the stream resumes by itself.
//
// A live payload is rendered by running its plan with loaders of its own. Fields that are the same
// for all who see the same inboxes are listed in visibility.go; every other one counts as the
// viewer's own, so forgetting one costs speed and leaks nothing. A payload that fails is rendered
// again until it succeeds: a client that was shown an error would end its stream.
package server
