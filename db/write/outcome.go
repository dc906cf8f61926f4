package write

import "deskwire/desk"

// Outcome is the answer of a mutation. It is what an idempotency key keeps, so it can
// be written as JSON and read back.
type Outcome struct {
	Account            *desk.Account            `json:",omitempty"`
	Agent              *desk.Agent              `json:",omitempty"`
	Team               *desk.Team               `json:",omitempty"`
	APIToken           *desk.Token              `json:",omitempty"`
	Secret             *string                  `json:"-"` // shown once, kept never
	Inbox              *desk.Inbox              `json:",omitempty"`
	Channel            *desk.Channel            `json:",omitempty"`
	Contact            *desk.Contact            `json:",omitempty"`
	Conversation       *desk.Conversation       `json:",omitempty"` // the one the call named
	Conversations      []*desk.Conversation     `json:",omitempty"` // others that rules changed and the actor sees
	Ticket             *desk.Ticket             `json:",omitempty"`
	Message            *desk.Message            `json:",omitempty"`
	Attachment         *desk.Attachment         `json:",omitempty"`
	TrashGroup         *desk.TrashGroup         `json:",omitempty"`
	Pipeline           *desk.Pipeline           `json:",omitempty"`
	Status             *desk.TicketStatus       `json:",omitempty"`
	PropertyDefinition *desk.PropertyDefinition `json:",omitempty"`
	Layout             *desk.PropertyLayout     `json:",omitempty"`
	Label              *desk.Label              `json:",omitempty"`
	Snippet            *desk.Snippet            `json:",omitempty"`
	View               *desk.InboxView          `json:",omitempty"`
	Views              []*desk.InboxView        `json:",omitempty"`
	Duplicate          bool                     `json:",omitempty"`
	Warnings           []desk.InputWarning      `json:",omitempty"` // what was mended of the input
	Effects            []desk.Effect
	Cursor             string
	Made               map[desk.Ref]bool `json:"-"` // the records that this call has made; nil for the answer of an earlier one
	Wrote              uint64            `json:"-"` // the number of its transaction in the log; 0 when it told nothing
}
