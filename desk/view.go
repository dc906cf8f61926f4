package desk

import (
	"slices"
	"strings"
	"time"
)

// InboxViewKind says what a view shows.
type InboxViewKind string

// The standing views of each inbox, and those that people make.
const (
	ViewOpen       InboxViewKind = "OPEN"
	ViewUnassigned InboxViewKind = "UNASSIGNED"
	ViewMine       InboxViewKind = "MINE"
	ViewClosed     InboxViewKind = "CLOSED"
	ViewSaved      InboxViewKind = "SAVED"
)

// InboxViewKinds are the standing views in the order in which people see them.
var InboxViewKinds = []InboxViewKind{ViewOpen, ViewUnassigned, ViewMine, ViewClosed}

var viewNames = map[InboxViewKind]string{ViewOpen: "Open", ViewUnassigned: "Unassigned", ViewMine: "Mine", ViewClosed: "Closed"}

// InboxView is a list of conversations: one that an inbox has by itself, or one that somebody has
// saved.
type InboxView struct {
	AccountID ID `bun:",pk"`
	ID        ID `bun:",pk"` // zero for a standing view
	Scope     ViewScope
	AgentID   *ID // whose it is
	TeamID    *ID // or which team's
	Name      string
	Filter    string // as JSON, in the words of the schema; what it says is the database's to know
	Order     string
	Position  int
	DeletedAt *time.Time
	Version   int
	CreatedAt time.Time

	InboxID ID            `bun:"-"` // of a standing view
	Kind    InboxViewKind `bun:"-"` // "" for SAVED, as rows have it
}

// Ref is the view's public id.
func (v *InboxView) Ref() Ref {
	if v.Saved() {
		return Ref{Kind: KindInboxView, ID: v.ID}
	}
	return Ref{Kind: KindInboxView, ID: v.InboxID, Part: strings.ToLower(string(v.Kind))}
}

// Shown says what it shows.
func (v *InboxView) Shown() InboxViewKind {
	if v.Saved() {
		return ViewSaved
	}
	return v.Kind
}

// Saved says whether somebody has made it.
func (v *InboxView) Saved() bool { return !v.ID.IsZero() }

// InboxViewOf is the view of a public id; nil when that is none.
func InboxViewOf(r Ref) *InboxView {
	for _, v := range InboxViewsOf(r.ID) {
		if v.Ref() == r {
			return v
		}
	}
	return nil
}

// Shows says whether a conversation is in the view of an agent.
func (v *InboxView) Shows(c *Conversation, agent ID) bool {
	if c.InboxID != v.InboxID || c.InTrash() {
		return false
	}
	switch v.Kind {
	case ViewClosed:
		return c.Status != ConversationStatusOpen
	case ViewUnassigned:
		return c.Status == ConversationStatusOpen && c.OwnerID == nil
	case ViewMine:
		return c.Status == ConversationStatusOpen && c.OwnerID != nil && *c.OwnerID == agent
	}
	return c.Status == ConversationStatusOpen
}

// Before is the conversation as it was before these events, as far as views look at it; nil when
// it did not exist. The events are its own, the oldest first; others are passed over.
func (c *Conversation) Before(events []*Event) *Conversation {
	was := *c
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		if e.EntityKind != KindConversation || e.EntityID != c.ID {
			continue
		}
		if e.Kind == ConversationStarted {
			return nil
		}
		for _, ch := range e.Changes {
			was.revertChange(ch)
		}
	}
	return &was
}

// DecidesViews says whether the event may have brought a conversation into a view or out of one.
func (e *Event) DecidesViews() bool {
	return e.EntityKind == KindConversation && slices.ContainsFunc(e.Changes, func(ch Change) bool {
		return slices.Contains([]string{"status", "inbox", "owner", "trashGroup"}, ch.Field)
	})
}

func (c *Conversation) revertChange(ch Change) {
	ref := func(k Kind) *ID {
		if ch.Old == nil {
			return nil
		}
		r, err := ParseRef(*ch.Old)
		if err != nil || r.Kind != k {
			return nil
		}
		return &r.ID
	}
	switch ch.Field {
	case "status":
		if ch.Old != nil {
			c.Status = ConversationStatus(*ch.Old)
		}
	case "inbox":
		if id := ref(KindInbox); id != nil {
			c.InboxID = *id
		}
	case "owner":
		c.OwnerID = ref(KindAgent)
	case "trashGroup":
		c.TrashGroupID = ref(KindTrashGroup)
	}
}

// InboxViewsOf are the standing views of an inbox.
func InboxViewsOf(inbox ID) []*InboxView {
	all := make([]*InboxView, len(InboxViewKinds))
	for i, k := range InboxViewKinds {
		all[i] = &InboxView{InboxID: inbox, Kind: k, Scope: ViewSystem, Name: viewNames[k], Position: i}
	}
	return all
}

// MovesConversation says whether the event takes a conversation to another place among the most
// recently active.
func (e *Event) MovesConversation() bool {
	return e.Kind == MessageReceived || e.Kind == MessageSent || e.Kind == CommentCreated
}
