// Package desk holds the rules of the inbox: who may do what, and what follows from it.
//
// It knows no SQL, no GraphQL and no clock: a caller hands in the records, the
// actor and the time, and gets back the changed records, the events that tell
// what happened, or an *Error that tells a person why not. Rules carry the ids
// of the rule book (R1…, D1…; docs/rules.md) in their comments and effects.
package desk
