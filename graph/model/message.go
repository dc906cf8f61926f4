package model

import (
	"time"

	"deskwire/desk"
)

// Message is a message or a comment.
type Message interface {
	desk.Node
	IsMessage()
}

// TimelineEntry is a message or an event.
type TimelineEntry interface{ desk.Node }

// IncomingMessage is a message from the contact.
type IncomingMessage struct{ *desk.Message }

// OutgoingMessage is a message to the contact.
type OutgoingMessage struct{ *desk.Message }

// InternalComment is a note among agents.
type InternalComment struct{ *desk.Message }

// IsMessage marks a kind of Message.
func (*IncomingMessage) IsMessage() {}

// IsMessage marks a kind of Message.
func (*OutgoingMessage) IsMessage() {}

// IsMessage marks a kind of Message.
func (*InternalComment) IsMessage() {}

// Delivery is how far the message has come.
func (m *OutgoingMessage) Delivery() *Delivery {
	return &Delivery{State: *m.Message.Delivery, Detail: m.DeliveryDetail, DeliveredAt: m.DeliveredAt}
}

// Delivery is how far an outgoing message has come.
type Delivery struct {
	State       desk.DeliveryState
	Detail      *string
	DeliveredAt *time.Time
}

// NewMessage gives a message the type of its kind; nil for nil.
func NewMessage(m *desk.Message) Message {
	switch {
	case m == nil:
		return nil
	case m.Kind == desk.Incoming:
		return &IncomingMessage{m}
	case m.Kind == desk.Outgoing:
		return &OutgoingMessage{m}
	}
	return &InternalComment{m}
}
