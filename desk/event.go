package desk

import (
	"encoding/json"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Record is a noun that changes and has a public id.
type Record interface {
	Ref() Ref
	fields() []field
	revision() *int
}

// VersionOf is how often the record has been saved; 0 means never.
func VersionOf(r Record) int { return *r.revision() }

// NextVersion counts one more saving and gives the new version.
func NextVersion(r Record) int {
	*r.revision()++
	return *r.revision()
}

// field is one value of a record in the text form that events keep; nil is null.
type field struct {
	name  string
	value *string
}

func textField(name, v string) field { return field{name, &v} }

func optional(name string, v *string) field { return field{name, v} }

func numberField(name string, v int) field { return textField(name, strconv.Itoa(v)) }

func refField(name string, k Kind, id ID) field {
	return textField(name, Ref{Kind: k, ID: id}.String())
}

func optionalRef(name string, k Kind, id *ID) field {
	if id == nil {
		return field{name, nil}
	}
	return refField(name, k, *id)
}

func timeField(name string, t *time.Time) field {
	if t == nil {
		return field{name, nil}
	}
	return textField(name, t.UTC().Format(TimeFormat))
}

// listField is written as JSON: values of options have commas, too.
func listField(name string, v []string) field {
	b, _ := json.Marshal(append([]string{}, v...)) // strings can always be written
	return textField(name, string(b))
}

// TimeFormat is how times are written: RFC 3339 in UTC with milliseconds.
const TimeFormat = "2006-01-02T15:04:05.000Z"

// Change is one field's old and new value in text form. Nil is null.
type Change struct {
	Field string  `json:"field"`
	Old   *string `json:"old"`
	New   *string `json:"new"`
}

// EventKind says what happened.
type EventKind string

// What can happen. Effects use the same words.
const (
	AccountCreated EventKind = "ACCOUNT_CREATED"
	AccountUpdated EventKind = "ACCOUNT_UPDATED"

	AgentCreated EventKind = "AGENT_CREATED"
	AgentUpdated EventKind = "AGENT_UPDATED"
	TeamCreated  EventKind = "TEAM_CREATED"
	TeamUpdated  EventKind = "TEAM_UPDATED"
	TokenCreated EventKind = "API_TOKEN_CREATED"
	TokenRevoked EventKind = "API_TOKEN_REVOKED"

	InboxCreated   EventKind = "INBOX_CREATED"
	InboxUpdated   EventKind = "INBOX_UPDATED"
	ChannelCreated EventKind = "CHANNEL_CREATED"
	ChannelUpdated EventKind = "CHANNEL_UPDATED"

	ContactCreated EventKind = "CONTACT_CREATED"
	ContactUpdated EventKind = "CONTACT_UPDATED"

	ConversationStarted  EventKind = "CONVERSATION_STARTED"
	ConversationAssigned EventKind = "CONVERSATION_ASSIGNED"
	ConversationClosed   EventKind = "CONVERSATION_CLOSED"
	ConversationReopened EventKind = "CONVERSATION_REOPENED"
	ConversationMoved    EventKind = "CONVERSATION_MOVED"
	ConversationRead     EventKind = "CONVERSATION_READ"
	ConversationUnread   EventKind = "CONVERSATION_UNREAD"
	ConversationTicketed EventKind = "CONVERSATION_TICKET_ADDED"
	ConversationLabeled  EventKind = "CONVERSATION_LABELED"
	ConversationTrashed  EventKind = "CONVERSATION_TRASHED"
	ConversationRestored EventKind = "CONVERSATION_RESTORED"

	MessageReceived         EventKind = "MESSAGE_RECEIVED"
	MessageSent             EventKind = "MESSAGE_SENT"
	MessageDeliveryReported EventKind = "MESSAGE_DELIVERY_REPORTED"
	CommentCreated          EventKind = "COMMENT_CREATED"

	AttachmentCreated  EventKind = "ATTACHMENT_CREATED"
	AttachmentUploaded EventKind = "ATTACHMENT_UPLOADED"
	AttachmentSent     EventKind = "ATTACHMENT_SENT"

	TicketCreated           EventKind = "TICKET_CREATED"
	TicketConversationAdded EventKind = "TICKET_CONVERSATION_ADDED"
	TicketUpdated           EventKind = "TICKET_UPDATED"
	TicketStatusChanged     EventKind = "TICKET_STATUS_CHANGED"
	TicketAssigned          EventKind = "TICKET_ASSIGNED"
	TicketMoved             EventKind = "TICKET_MOVED"
	TicketTrashed           EventKind = "TICKET_TRASHED"
	TicketRestored          EventKind = "TICKET_RESTORED"

	TrashPurged EventKind = "TRASH_PURGED"

	PipelineCreated  EventKind = "PIPELINE_CREATED"
	PipelineUpdated  EventKind = "PIPELINE_UPDATED"
	PipelineArchived EventKind = "PIPELINE_ARCHIVED"
	StatusCreated    EventKind = "TICKET_STATUS_CREATED"
	StatusUpdated    EventKind = "TICKET_STATUS_UPDATED"
	StatusArchived   EventKind = "TICKET_STATUS_ARCHIVED"
	PropertyCreated  EventKind = "PROPERTY_DEFINITION_CREATED"
	PropertyUpdated  EventKind = "PROPERTY_DEFINITION_UPDATED"
	PropertyArchived EventKind = "PROPERTY_DEFINITION_ARCHIVED"
	LayoutSet        EventKind = "TICKET_DETAIL_LAYOUT_SET"

	LabelCreated   EventKind = "LABEL_CREATED"
	LabelUpdated   EventKind = "LABEL_UPDATED"
	LabelArchived  EventKind = "LABEL_ARCHIVED"
	SnippetCreated EventKind = "SNIPPET_CREATED"
	SnippetUpdated EventKind = "SNIPPET_UPDATED"
	SnippetDeleted EventKind = "SNIPPET_DELETED"

	InboxViewCreated EventKind = "INBOX_VIEW_CREATED"
	InboxViewUpdated EventKind = "INBOX_VIEW_UPDATED"
	InboxViewDeleted EventKind = "INBOX_VIEW_DELETED"
)

// Event tells one thing that happened to one record. It is saved in the same
// transaction as the change, and everything that follows (timelines, sockets,
// mail, webhooks) follows from it.
type Event struct {
	AccountID  ID `bun:",pk"`
	ID         ID `bun:",pk"`
	At         time.Time
	Kind       EventKind
	EntityKind Kind
	EntityID   ID
	Changes    []Change `bun:"type:jsonb"`
	Rule       string   // the rule that asked for it, or ""
	Effect     bool     // a consequence by rule, not what the caller asked for
	ActorID    *ID      // the agent; nobody for what the server does by itself
	Mutation   string   // the mutation's name in the schema, or the job's
	CascadeID  ID       // the same for all events of one mutation

	// What the event belongs to, for timelines and for who may see it.
	ConversationID *ID
	TicketID       *ID
	InboxID        *ID

	// What only a reader of the log is told: the transaction, and the contacts of the conversation
	// and of the ticket.
	Xid       uint64 `bun:"-" json:",omitempty"`
	ContactID *ID    `bun:"-" json:",omitempty"`

	TicketContactID *ID `bun:"-" json:",omitempty"`
}

// Ref is the event's public id.
func (e *Event) Ref() Ref { return Ref{Kind: KindEvent, ID: e.ID} }

// EntityRef is the public id of the record that it happened to.
func (e *Event) EntityRef() Ref {
	r := Ref{Kind: e.EntityKind, ID: e.EntityID}
	if r.Kind == KindPropertyLayout { // the id of a layout says whose it is
		scope := LayoutMine
		if r.ID == e.AccountID {
			scope = LayoutAccount
		}
		r.Part = strings.ToLower(string(scope))
	}
	return r
}

// ChangesSeenBy are the changes as the actor may know them: not which inbox, of those that they
// don't see, something came from.
func (e *Event) ChangesSeenBy(by *Actor) []*Change {
	seen := make([]*Change, len(e.Changes))
	for i := range e.Changes {
		seen[i] = &e.Changes[i]
		if was, is := visibleRef(seen[i].Old, by), visibleRef(seen[i].New, by); was != seen[i].Old || is != seen[i].New {
			seen[i] = &Change{Field: seen[i].Field, Old: was, New: is} // others are shown the event too
		}
	}
	return seen
}

func visibleRef(id *string, by *Actor) *string {
	if id == nil || by.SeesAll() || !strings.HasPrefix(*id, string(KindInbox)+"_") {
		return id
	}
	if r, err := ParseRef(*id); err == nil && r.Kind == KindInbox && !by.SeesInbox(r.ID) {
		return nil
	}
	return id
}

// Effect is a consequence that a rule had beyond what the caller asked for.
type Effect struct {
	Rule    string
	Kind    EventKind
	Changes []Change
	Node    Ref // zero when the actor may not see the record (D15)
	Count   int // 1, or how many unseen records this stands for
}

// Act is one mutation in progress: who acts, when, and what has happened so far. Calls of
// the API, imports and jobs all come this way, so that there is one path (D14).
type Act struct {
	By        *Actor
	Now       time.Time
	NewID     func() ID
	Gate      Gate
	Mutation  string
	CascadeID ID
	Events    []*Event

	made    map[Ref]bool
	touched map[Ref]bool
	order   []Record
	active  []Record
}

// recordChange runs fn on a record and tells an event with the fields that differ. It answers
// false, and tells nothing, when none does.
func (a *Act) recordChange(r Record, kind EventKind, rule string, fn func()) bool {
	return a.recordDiff(r, kind, rule, false, fn)
}

// recordEffect is recordChange for what a rule does beyond what the caller asked for.
func (a *Act) recordEffect(r Record, kind EventKind, rule string, fn func()) bool {
	return a.recordDiff(r, kind, rule, true, fn)
}

// recordCreated tells that a record was created.
func (a *Act) recordCreated(r Record, kind EventKind, rule string) {
	changes := []Change{}
	for _, f := range r.fields() {
		if f.value != nil && *f.value != "" {
			changes = append(changes, Change{Field: f.name, New: f.value})
		}
	}
	a.recordEvent(r, &Event{Kind: kind, Changes: changes, Rule: rule})
	if a.made == nil {
		a.made = map[Ref]bool{}
	}
	a.made[r.Ref()] = true
}

// Made are the records that came to be.
func (a *Act) Made() map[Ref]bool { return a.made }

func (a *Act) recordDiff(r Record, kind EventKind, rule string, effect bool, fn func()) bool {
	before := r.fields()
	fn()
	changes := changesBetween(before, r.fields())
	if len(changes) == 0 {
		return false
	}
	a.recordEvent(r, &Event{Kind: kind, Changes: changes, Rule: rule, Effect: effect})
	return true
}

// recordEvent tells an event of a record, which is then to be saved.
func (a *Act) recordEvent(r Record, e *Event) {
	a.appendEvent(r, e)
	switch r := r.(type) {
	case *Conversation:
		e.ConversationID, e.TicketID, e.InboxID = &r.ID, r.TicketID, &r.InboxID
	case *Ticket:
		e.TicketID = &r.ID
		a.bumpActivity(r)
	case *Message:
		e.ConversationID, e.InboxID = &r.ConversationID, &r.InboxID
	}
	a.markTouched(r)
}

// appendEvent tells an event of what is not itself to be saved.
func (a *Act) appendEvent(r Node, e *Event) {
	e.AccountID, e.ID, e.At = a.By.Account.ID, a.NewID(), a.Now
	e.EntityKind, e.EntityID = r.Ref().Kind, r.Ref().ID
	e.Mutation, e.CascadeID = a.Mutation, a.CascadeID
	if a.By.Agent != nil {
		e.ActorID = &a.By.Agent.ID
	}
	a.Events = append(a.Events, e)
}

func (a *Act) markTouched(r Record) {
	if a.touched == nil {
		a.touched = map[Ref]bool{}
	}
	if !a.touched[r.Ref()] {
		a.touched[r.Ref()] = true
		a.order = append(a.order, r)
	}
}

// bumpActivity moves the last activity of a conversation or a ticket to now.
func (a *Act) bumpActivity(r Record) {
	switch r := r.(type) {
	case *Conversation:
		r.LastActivityAt = a.Now
	case *Ticket:
		r.LastActivityAt = a.Now
	}
	for _, seen := range a.active {
		if seen == r {
			return
		}
	}
	a.active = append(a.active, r)
}

// Touched lists the records that came to be or changed, in the order of their first event.
func (a *Act) Touched() []Record { return a.order }

// Active lists the conversations and tickets whose last activity, preview or unread count moved.
func (a *Act) Active() []Record { return a.active }

// Effects lists what rules did beyond the request. Records that the actor may
// not see are counted by rule and kind, not named (D15).
func (a *Act) Effects() []Effect {
	out, hidden := []Effect{}, map[[2]string]int{}
	for _, e := range a.Events {
		switch {
		case !e.Effect:
		case e.InboxID != nil && !a.By.SeesInbox(*e.InboxID):
			hidden[[2]string{e.Rule, string(e.Kind)}]++
		default:
			out = append(out, Effect{Rule: e.Rule, Kind: e.Kind, Changes: e.Changes, Node: e.EntityRef(), Count: 1})
		}
	}
	keys := make([][2]string, 0, len(hidden))
	for k := range hidden {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i][0]+keys[i][1] < keys[j][0]+keys[j][1] })
	for _, k := range keys {
		out = append(out, Effect{Rule: k[0], Kind: EventKind(k[1]), Count: hidden[k]})
	}
	return out
}

func changesBetween(before, after []field) []Change {
	var out []Change
	for i, b := range before {
		if a := after[i]; !sameValue(b.value, a.value) {
			out = append(out, Change{Field: b.name, Old: b.value, New: a.value})
		}
	}
	return out
}

func sameValue(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// Node is whatever has a public id.
type Node interface {
	Ref() Ref
}
