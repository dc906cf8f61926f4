package live

import (
	"context"
	"encoding/json"

	"deskwire/desk"
)

// Reason says why a payload comes.
type Reason string

// The reasons.
const (
	Snapshot Reason = "SNAPSHOT" // the first one: how things stand
	Change   Reason = "CHANGE"   // something happened
	Resync   Reason = "RESYNC"   // how things stand, because what was missed can't be told any more
	Revoked  Reason = "REVOKED"  // it is gone, or not the viewer's to see any more
)

// Query is what a subscription asks for. Queries with the same key get the same payloads.
type Query struct {
	Key      string // what is asked, and what the viewer may see
	Account  desk.ID
	Source   any  // what it was made from, for who makes it anew
	Volatile bool // it shows what no event tells, such as presence: who comes back gets a payload, whatever has happened
	Log      bool // it follows the log itself: every event once, in order, whatever it is about
	Render   func(context.Context, RenderRequest) (Rendered, error)
}

// RenderRequest is one payload to be made.
type RenderRequest struct {
	Reason Reason
	Cursor desk.Cursor   // what the payload shows is never older
	Tick   uint64        // what was read at one tick holds for all payloads of it
	Events []*desk.Event // what happened since the payload before, the oldest first; not for a Log
	After  desk.Cursor   // of a Log: where the payload before has come to
}

// Refusal says that there will never be a payload: what is asked for can't be had. Body tells why.
type Refusal struct{ Body []byte }

func (Refusal) Error() string { return "live: what is asked for can't be had" }

// Rendered is a payload.
type Rendered struct {
	Body   []byte       // nil: there is nothing to tell
	Deps   []Dependency // what it hangs on; not of a Log
	Cursor desk.Cursor  // of a Log: where it has come to, at most the turn's
	Hidden bool         // it shows that there is nothing for the viewer: told once, whatever happens to it, as if it did not exist
}

// Dep is what a payload hangs on: when an event touches it, the payload may look different.
type Dependency struct {
	Kind desk.Kind
	ID   desk.ID // zero: any record of the kind
	List bool    // the lists of that record: which conversations and tickets a contact or an inbox has
}

// WhoIsAt is the dependency on who is at a conversation. It is in no event: see Hub.Touch.
func PresenceDependency(conversation desk.ID) Dependency {
	return Dependency{Kind: "presence", ID: conversation}
}

// touches names all that an event touches.
func invalidates(e *desk.Event, dep func(Dependency)) {
	dep(Dependency{Kind: e.EntityKind, ID: e.EntityID})
	dep(Dependency{Kind: e.EntityKind})
	of := func(k desk.Kind, id *desk.ID, list bool) {
		if id != nil {
			dep(Dependency{Kind: k, ID: *id, List: list})
		}
	}
	if e.EntityKind != desk.KindConversation {
		of(desk.KindConversation, e.ConversationID, false)
	}
	if e.EntityKind != desk.KindTicket {
		of(desk.KindTicket, e.TicketID, false)
	}
	of(desk.KindContact, e.ContactID, true)
	of(desk.KindContact, e.TicketContactID, true)
	of(desk.KindInbox, e.InboxID, true)
	for _, c := range e.Changes {
		if ref := formerList(c); !ref.ID.IsZero() {
			dep(Dependency{Kind: ref.Kind, ID: ref.ID, List: true})
		}
		if purges(e) {
			for _, ref := range purged(c) {
				dep(Dependency{Kind: ref.Kind, ID: ref.ID})
			}
		}
	}
}

func purges(e *desk.Event) bool { return e.Kind == desk.TrashPurged }

// purged are the records that a purge has removed.
func purged(c desk.Change) (refs []desk.Ref) {
	if c.Field == "records" && c.Old != nil {
		_ = json.Unmarshal([]byte(*c.Old), &refs) // our own text
	}
	return refs
}

// formerList is the record whose list something has left: the inbox that a conversation was in.
func formerList(c desk.Change) desk.Ref {
	if c.Old == nil || c.Field != "inbox" {
		return desk.Ref{}
	}
	ref, err := desk.ParseRef(*c.Old)
	if err != nil {
		return desk.Ref{}
	}
	return ref
}

// changesRights says whether an event may change what somebody sees or does.
func changesRights(e *desk.Event) bool {
	switch e.Kind {
	case desk.AgentCreated, desk.TokenCreated: // nobody is in by those yet
		return false
	}
	switch e.EntityKind {
	case desk.KindAccount, desk.KindAgent, desk.KindTeam, desk.KindInbox, desk.KindToken:
		return true
	}
	return false
}
