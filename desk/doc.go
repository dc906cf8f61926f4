// Package desk holds the rules of the inbox: who may do what, and what follows from it.
//
// It knows no SQL, no GraphQL and no clock. A caller hands in the records, the actor and the time.
// It gets back the changed records, the events that tell what happened, or an [*Error] that tells a
// person why not. Rules carry the ids of the rule book (R1…, D1…; docs/rules.md) in their comments
// and effects.
//
// One struct is the row, the noun and the GraphQL type. [Ticket] is what the rules speak of, what
// Bun reads and writes, and what gqlgen binds the type Ticket to; the tags for that need no import.
// So there are no converters in which a field could be forgotten.
//
// A rule of a ticket or a conversation is a method of [Case]: a ticket with all its conversations,
// loaded and locked, whoever may see them (D15). It asks whether the actor may write, whether the
// record is in the trash and whether the account may manage tickets (R2). Then it changes the
// structs and records events. An event of what a rule did beyond the request is marked as an
// effect.
//
// Ids are UUIDv7, shown as cnv_… or tkt_…: with a prefix for the type, and in one spelling each.
package desk
