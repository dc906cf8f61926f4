// Package live tells subscribers what changed.
//
// The log of events is the truth. A Hub is handed what is new in it, batch by batch, finds the groups whose payload
// may look different now, has each rendered once, and gives the same bytes to every member. A payload shows state and
// not what changed in it, so a burst of events becomes one payload, and whoever was away, or too slow, gets
// one payload that holds all that was missed.
//
// It knows the desk's nouns and nothing of GraphQL, SQL or sockets: what a payload looks like is an
// Query's business, and where it goes a Sink's.
package live
