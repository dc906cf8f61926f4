package model

import (
	"deskwire/db/write"
	"deskwire/desk"
)

// Payload is what every mutation answers: the schema shows each of them its part of it.
type Payload struct {
	*write.Outcome
	Refusals []UserError
}

// Effects are what rules did beyond the request.
func (p *Payload) Effects() []desk.Effect { return p.Outcome.Effects }

// Errors are why the mutation was refused.
func (p *Payload) Errors() []UserError { return p.Refusals }

// EventCursor is where the log stood.
func (p *Payload) EventCursor() *string {
	if p.Cursor == "" {
		return nil
	}
	return &p.Cursor
}

// AnyMessage is the message of the payload, of whatever kind.
func (p *Payload) AnyMessage() Message { return NewMessage(p.Message) }

// Outgoing is the message of the payload to the contact.
func (p *Payload) Outgoing() *OutgoingMessage {
	if p.Message == nil {
		return nil
	}
	return &OutgoingMessage{p.Message}
}

// Comment is the comment of the payload.
func (p *Payload) Comment() *InternalComment {
	if p.Message == nil {
		return nil
	}
	return &InternalComment{p.Message}
}

// UserError is a reason for a refusal.
type UserError interface{ IsUserError() }

// InputError is a refusal that needs no more data than its words.
type InputError struct{ *desk.Error }

// VersionConflictError is VERSION_CONFLICT with the record as it stands.
type VersionConflictError struct{ *desk.Error }

// ConversationHasTicketError is CONVERSATION_HAS_TICKET with the ticket.
type ConversationHasTicketError struct{ *desk.Error }

// CascadeNotConfirmedError is CASCADE_NOT_CONFIRMED with what would go.
type CascadeNotConfirmedError struct{ *desk.Error }

// IsUserError marks a kind of UserError.
func (*InputError) IsUserError() {}

// IsUserError marks a kind of UserError.
func (*VersionConflictError) IsUserError() {}

// IsUserError marks a kind of UserError.
func (*ConversationHasTicketError) IsUserError() {}

// IsUserError marks a kind of UserError.
func (*CascadeNotConfirmedError) IsUserError() {}

// Current is the record as it stands.
func (e *VersionConflictError) Current() desk.Node { return e.Error.Current }

// Ticket is the ticket that the conversation has.
func (e *ConversationHasTicketError) Ticket() *desk.Ticket {
	t, _ := e.Current.(*desk.Ticket)
	return t
}

// WouldTrash is what would go along.
func (e *CascadeNotConfirmedError) WouldTrash() []desk.Node {
	nodes := make([]desk.Node, len(e.Error.WouldTrash))
	for i, r := range e.Error.WouldTrash {
		nodes[i] = r
	}
	return nodes
}

// NewUserError gives a refusal the type of its code.
func NewUserError(e *desk.Error) UserError {
	switch e.Code {
	case desk.CodeVersionConflict:
		return &VersionConflictError{e}
	case desk.CodeConversationHasTicket:
		return &ConversationHasTicketError{e}
	case desk.CodeConfirmCascade:
		return &CascadeNotConfirmedError{e}
	}
	return &InputError{e}
}
