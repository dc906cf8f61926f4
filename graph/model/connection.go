package model

import (
	"context"

	"deskwire/db/read"
	"deskwire/desk"
)

// Connection is a page of a list as Relay describes it.
type Connection[T any] struct {
	*read.Page[T]
	Count read.Counter // nil for lists that are not counted
}

// Edge is a row of a page with its cursor.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// Edges are the rows with their cursors.
func (c *Connection[T]) Edges() []*Edge[T] {
	edges := make([]*Edge[T], len(c.Nodes))
	for i, n := range c.Nodes {
		edges[i] = &Edge[T]{Cursor: c.Cursor(i), Node: n}
	}
	return edges
}

// PageInfo says where the page stands.
func (c *Connection[T]) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: c.HasNext, HasPreviousPage: c.HasPrevious}
	if n := len(c.Nodes); n > 0 {
		info.StartCursor, info.EndCursor = new(c.Cursor(0)), new(c.Cursor(n-1))
	}
	return info
}

// TotalCount counts the list, up to a limit.
func (c *Connection[T]) TotalCount(ctx context.Context) (int, error) {
	n, err := c.Count(ctx)
	return n.N, err
}

// TotalCountIsCapped says whether there are more than TotalCount.
func (c *Connection[T]) TotalCountIsCapped(ctx context.Context) (bool, error) {
	n, err := c.Count(ctx)
	return n.Capped, err
}

// ConversationConnection is a page of the schema.
type ConversationConnection = Connection[*desk.Conversation]

// ConversationEdge is a row of a page of the schema.
type ConversationEdge = Edge[*desk.Conversation]

// TicketConnection is a page of the schema.
type TicketConnection = Connection[*desk.Ticket]

// TicketEdge is a row of a page of the schema.
type TicketEdge = Edge[*desk.Ticket]

// ContactConnection is a page of the schema.
type ContactConnection = Connection[*desk.Contact]

// ContactEdge is a row of a page of the schema.
type ContactEdge = Edge[*desk.Contact]

// MessageConnection is a page of the schema.
type MessageConnection = Connection[Message]

// MessageEdge is a row of a page of the schema.
type MessageEdge = Edge[Message]

// TimelineConnection is a page of the schema.
type TimelineConnection = Connection[TimelineEntry]

// TimelineEdge is a row of a page of the schema.
type TimelineEdge = Edge[TimelineEntry]

// EventConnection is a page of the schema.
type EventConnection = Connection[*desk.Event]

// EventEdge is a row of a page of the schema.
type EventEdge = Edge[*desk.Event]

// SnippetConnection is a page of the schema.
type SnippetConnection = Connection[*desk.Snippet]

// SnippetEdge is a row of a page of the schema.
type SnippetEdge = Edge[*desk.Snippet]

// TrashGroupConnection is a page of the schema.
type TrashGroupConnection = Connection[*desk.TrashGroup]

// TrashGroupEdge is a row of a page of the schema.
type TrashGroupEdge = Edge[*desk.TrashGroup]
