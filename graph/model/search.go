package model

import (
	"deskwire/db/read"
	"deskwire/desk"
)

// ConversationHit is a conversation that was found.
type ConversationHit struct{ *read.Hit }

// Subject is the subject in pieces.
func (h *ConversationHit) Subject() []desk.TextPart { return desk.PartsOf(h.Marked[0]) }

// Excerpt is what the message says around what was found.
func (h *ConversationHit) Excerpt() []desk.TextPart { return desk.PartsOf(h.Marked[1]) }

// TicketHit is a ticket that was found.
type TicketHit struct{ *read.Hit }

// Name is the name in pieces.
func (h *TicketHit) Name() []desk.TextPart { return desk.PartsOf(h.Marked[0]) }

// ContactHit is a contact that was found.
type ContactHit struct{ *read.Hit }

// Name is the name in pieces.
func (h *ContactHit) Name() []desk.TextPart { return desk.PartsOf(h.Marked[0]) }

// Email is the email in pieces.
func (h *ContactHit) Email() []desk.TextPart { return desk.PartsOf(h.Marked[1]) }

// Phone is the phone number in pieces.
func (h *ContactHit) Phone() []desk.TextPart { return desk.PartsOf(h.Marked[2]) }

// ExternalID is the external id in pieces.
func (h *ContactHit) ExternalID() []desk.TextPart { return desk.PartsOf(h.Marked[3]) }

// ConversationHitConnection is a page of the schema.
type ConversationHitConnection = Connection[*ConversationHit]

// ConversationHitEdge is a row of a page of the schema.
type ConversationHitEdge = Edge[*ConversationHit]

// TicketHitConnection is a page of the schema.
type TicketHitConnection = Connection[*TicketHit]

// TicketHitEdge is a row of a page of the schema.
type TicketHitEdge = Edge[*TicketHit]

// ContactHitConnection is a page of the schema.
type ContactHitConnection = Connection[*ContactHit]

// ContactHitEdge is a row of a page of the schema.
type ContactHitEdge = Edge[*ContactHit]
