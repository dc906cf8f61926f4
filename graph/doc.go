// Package graph shows the desk as GraphQL: what things are called and what shape they have. It
// reads and writes through the packages below db, holds no SQL and decides nothing itself.
//
// A resolver reads the input, asks and shapes the answer. The payload type of every mutation is
// bound to one Go struct, model.Payload, of which it shows its part. A refusal is part of the
// payload, with a code and a sentence, and nothing has happened. Every other error is a fault:
// whole in the log with the request id, "something went wrong" outside.
//
// # Reading
//
// Queries and live payloads run by plans (package plan). A plan gives only answers without errors.
// At the first error, or where it meets something that it doesn't know, such as introspection,
// gqlgen's executor answers instead, from the rows that have been read already. All queries of the
// tests run on both.
//
// What one response has read lives as long as the response, in its loaders. A mutation primes them
// with the records as they were saved.
//
// Batching goes by the spot in the query, such as conversations.nodes.contact: that is a batch
// scope. The first resolver that needs something there reads it for all objects of the scope,
// nested lists too. So the number of statements follows from the shape of the query and never from
// the number of rows, and nobody waits for a timer.
//
// The bytes of an answer are counted field by field. Beyond 32 MB, of the answer or of what is read
// for it, the operation ends before the memory is taken.
//
// # Subscriptions
//
// While a live payload is rendered, the loaders record each record and list that it reads, as its
// dependencies. So no field has to say which events concern it. What several groups read at one
// tick is read once for viewers of the same visibility.
package graph
