package model

import (
	"context"

	"deskwire/db"
	"deskwire/desk"
)

// Connection is a page of a list as Relay describes it.
type Connection[T any] struct {
	*db.Page[T]
	Count db.Counter // nil for lists that are not counted
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
		edges[i] = &Edge[T]{Cursor: c.Cursors[i], Node: n}
	}
	return edges
}

// PageInfo says where the page stands.
func (c *Connection[T]) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: c.HasNext, HasPreviousPage: c.HasPrevious}
	if n := len(c.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &c.Cursors[0], &c.Cursors[n-1]
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

// The pages of the schema, each under its name there.
type ( //nolint:revive // one comment says it for all
	ConversationConnection = Connection[*desk.Conversation]
	ConversationEdge       = Edge[*desk.Conversation]
	TicketConnection       = Connection[*desk.Ticket]
	TicketEdge             = Edge[*desk.Ticket]
	ContactConnection      = Connection[*desk.Contact]
	ContactEdge            = Edge[*desk.Contact]
	MessageConnection      = Connection[Message]
	MessageEdge            = Edge[Message]
	TimelineConnection     = Connection[TimelineEntry]
	TimelineEdge           = Edge[TimelineEntry]
	EventConnection        = Connection[*desk.Event]
	EventEdge              = Edge[*desk.Event]
	TrashGroupConnection   = Connection[*desk.TrashGroup]
	TrashGroupEdge         = Edge[*desk.TrashGroup]
)
