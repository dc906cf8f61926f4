package model

import (
	"time"

	"deskwire/desk"
	"deskwire/live"
)

// LivePayload is what all live payloads have.
type LivePayload interface{ IsLivePayload() }

// Live is the part that all live payloads have.
type Live struct {
	Cursor   string
	Reason   live.Reason
	Happened []*desk.Event // what the payload tells of, whoever may see it
}

// IsLivePayload makes it one for gqlgen.
func (*Live) IsLivePayload() {}

// ConversationLive is how a conversation stands.
type ConversationLive struct {
	Live
	ConversationID desk.Ref
	Conversation   *desk.Conversation
}

// TicketLive is how a ticket stands.
type TicketLive struct {
	Live
	TicketID desk.Ref
	Ticket   *desk.Ticket
}

// InboxViewLive is how a list stands.
type InboxViewLive struct {
	Live
	ViewID  desk.Ref
	View    *desk.InboxView
	Entered []*desk.Conversation
	Left    []*desk.Ref
	Moved   []*desk.Conversation
	Changed []*desk.Conversation
}

// ViewerLive is how the viewer stands.
type ViewerLive struct {
	Live
	ViewerID desk.Ref
	Viewer   *Viewer
}

// EventsLive is a part of the log.
type EventsLive struct {
	Live
	Events []*desk.Event
}

// SessionRefresh is what giving a connection a new token answers.
type SessionRefresh struct {
	*Payload
	Viewer    *Viewer
	ExpiresAt *time.Time
}

// ConversationPresence is who is at a conversation.
type ConversationPresence struct {
	Live
	ConversationID desk.Ref
	Conversation   *desk.Conversation
}
