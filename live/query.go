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
	Snapshot Reason = "SNAPSHOT" // the first payload: the present state
	Change   Reason = "CHANGE"   // something happened
	Resync   Reason = "RESYNC"   // the present state, because the missed events can't be told any more
	Revoked  Reason = "REVOKED"  // the record is gone, or not the viewer's to see any more
)

// Query is a live query: what a subscription asks for. Queries with the same key get the same
// payloads.
type Query struct {
	Key      string // the document, its variables, and what the viewer may see
	Account  desk.ID
	Source   any  // what the query was made from, for the caller who makes it anew
	Volatile bool // the payload shows what no event tells, such as presence: who resumes always gets one
	Log      bool // the query follows the log itself: every event once, in order, whatever it is about
	Render   func(context.Context, RenderRequest) (Rendered, error)
}

// RenderRequest is one payload to be rendered.
type RenderRequest struct {
	Reason Reason
	Cursor desk.Cursor   // the payload is never older than this, and counts from its minute
	Before int64         // the minute of the payload before; 0 where nobody knows. Not for a Log
	Tick   uint64        // what was read at one tick is good for all payloads of that tick
	Events []*desk.Event // since the payload before, the oldest first; not for a Log
	After  desk.Cursor   // of a Log: where the payload before ended
}

// Refusal is the error of a query that will never have a payload. Body tells the subscriber why.
type Refusal struct{ Body []byte }

func (Refusal) Error() string { return "live: what is asked for can't be had" }

// Rendered is a payload, with what the hub must know of it.
type Rendered struct {
	Body   []byte       // nil when there is nothing to tell
	Deps   []Dependency // what was read to render it; not of a Log
	Cursor desk.Cursor  // of a Log: where the payload ends, at most the request's cursor
	Hidden bool         // the viewer may see nothing: told once, whatever happens, as if the record did not exist
}

// Dependency is what a payload was rendered from: when an event invalidates it, the payload may
// look different and is rendered anew.
type Dependency struct {
	Kind desk.Kind
	ID   desk.ID // zero: any record of the kind
	List bool    // the record's lists: which conversations and tickets a contact or an inbox has
}

// PresenceKind is the kind of dependencies on who is present.
const PresenceKind desk.Kind = "presence"

// PresenceDependency is the dependency on who is present at a conversation. No event invalidates
// it, but Hub.Invalidate does.
func PresenceDependency(conversation desk.ID) Dependency {
	return Dependency{Kind: PresenceKind, ID: conversation}
}

// invalidates names all dependencies that an event invalidates.
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
		if ref := formerListOwner(c); !ref.ID.IsZero() {
			dep(Dependency{Kind: ref.Kind, ID: ref.ID, List: true})
		}
		if isPurge(e) {
			for _, ref := range purgedRecords(c) {
				dep(Dependency{Kind: ref.Kind, ID: ref.ID})
			}
		}
	}
}

func isPurge(e *desk.Event) bool { return e.Kind == desk.TrashPurged }

// purgedRecords are the records that a purge has removed.
func purgedRecords(c desk.Change) (refs []desk.Ref) {
	if c.Field == "records" && c.Old != nil {
		_ = json.Unmarshal([]byte(*c.Old), &refs) // we wrote it ourselves
	}
	return refs
}

// formerListOwner is the record whose list something has left: the inbox that a conversation was
// in.
func formerListOwner(c desk.Change) desk.Ref {
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
	case desk.AgentCreated, desk.TokenCreated: // nobody is signed in by those yet
		return false
	}
	switch e.EntityKind {
	case desk.KindAccount, desk.KindAgent, desk.KindTeam, desk.KindInbox, desk.KindToken:
		return true
	}
	return false
}
