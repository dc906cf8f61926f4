package desk

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// world is an account with one case in it, built by hand. Ben sees the inboxes support and
// helpdesk; the inbox hidden is Cleo's.
type world struct {
	account                   *Account
	gate                      Gate
	before, now               time.Time
	lastID                    uint64
	names                     map[string]string // public id -> what the tests call it
	support, hidden, helpdesk *Inbox
	channel                   *Channel
	contact                   *Contact
	agents                    map[string]*Agent
	pipeline, second          *Pipeline
	status                    map[string]*TicketStatus
	defs                      Definitions
	cs                        *Case
	loose                     *Conversation // one that is not of the case, for ticketAddConversation
	group                     *TrashGroup   // what trashing made, or what was in the trash before
	message                   *Message
	watched                   []Record // beside the case
}

func newWorld() *world {
	w := &world{
		now: time.Date(2026, time.March, 31, 12, 0, 0, 0, time.UTC), names: map[string]string{}, gate: DefaultGate(),
		agents: map[string]*Agent{}, status: map[string]*TicketStatus{}, cs: &Case{},
	}
	w.before = w.now.Add(-48 * time.Hour)
	w.account = &Account{ID: w.id(KindAccount, "account"), Slug: "demo", Name: "Demo", Plan: PlanStarter, TrashKeepDays: 30, Version: 1, CreatedAt: w.before}
	inbox := func(name string, ws Workspace) *Inbox {
		return &Inbox{AccountID: w.account.ID, ID: w.id(KindInbox, name), Name: name, Workspace: ws, FollowUp: KeepTicketClosed, Version: 1}
	}
	w.support, w.hidden, w.helpdesk = inbox("support", WorkspaceInbox), inbox("hidden", WorkspaceInbox), inbox("helpdesk", WorkspaceHelpDesk)
	w.channel = &Channel{AccountID: w.account.ID, ID: w.id(KindChannel, "channel"), InboxID: w.support.ID, Kind: ChannelEmail, Name: "Mail", Threading: ThreadByContact, Version: 1}
	w.contact = &Contact{AccountID: w.account.ID, ID: w.id(KindContact, "contact"), Name: "Zoe", Email: new("zoe@example.com"), Version: 1}
	for _, spec := range []string{"ada ADMIN", "ben AGENT", "cleo AGENT", "rio READ_ONLY", "bot INTEGRATION", "gone AGENT"} {
		name, role, _ := strings.Cut(spec, " ")
		w.agents[name] = &Agent{AccountID: w.account.ID, ID: w.id(KindAgent, name), Name: name, Email: name + "@demo.test", Role: Role(role), Version: 1}
	}
	w.agents["gone"].DeactivatedAt = &w.before
	pipeline := func(name string, position int, statuses ...string) *Pipeline {
		p := &Pipeline{AccountID: w.account.ID, ID: w.id(KindPipeline, name), Name: name, Position: position, Version: 1}
		for i, s := range statuses {
			key, state, _ := strings.Cut(s, ":")
			w.status[key] = &TicketStatus{AccountID: w.account.ID, ID: w.id(KindStatus, key), PipelineID: p.ID, Name: key, State: StatusState(state), Position: i, Version: 1}
			p.Statuses = append(p.Statuses, w.status[key])
		}
		return p
	}
	w.pipeline = pipeline("pipeline", 0, "new:OPEN", "waiting:OPEN", "old:OPEN", "closed:CLOSED", "done:CLOSED", "oldClosed:CLOSED")
	w.second = pipeline("second", 1, "triage:OPEN", "shelved:CLOSED")
	w.status["old"].ArchivedAt, w.status["oldClosed"].ArchivedAt = &w.before, &w.before
	return w
}

// id gives the next key; the tests call the record by that name.
func (w *world) id(k Kind, name string) (id ID) {
	w.lastID++
	binary.BigEndian.PutUint64(id[8:], w.lastID)
	if name != "" {
		w.names[Ref{Kind: k, ID: id}.String()] = name
	}
	return id
}

// put makes the case from words. A ticket is "" for none, or the status it has; a conversation,
// "open" or "closed". Then come "trashed", "hidden", "helpdesk", and "@ben" for the owner.
func (w *world) put(ticket, conversations string) {
	words := strings.Fields(ticket)
	if len(words) > 0 {
		s := w.status[words[0]]
		t := &Ticket{
			AccountID: w.account.ID, ID: w.id(KindTicket, "t"), Number: 1, Name: "Printer", ContactID: w.contact.ID, PipelineID: s.PipelineID,
			StatusID: s.ID, Workspace: WorkspaceInbox, Properties: Values{}, Version: 3, CreatedAt: w.before, LastActivityAt: w.before,
		}
		if s.State == StateClosed {
			t.ClosedAt = &w.before
		}
		for _, word := range words[1:] {
			switch {
			case word == "trashed":
				t.moveToTrash(w.oldGroup())
			case word == "helpdesk":
				t.Workspace = WorkspaceHelpDesk
			case word[0] == '@':
				t.OwnerID = &w.agents[word[1:]].ID
			}
		}
		w.cs.Ticket = t
	}
	for _, spec := range strings.Split(conversations, ",") {
		if strings.TrimSpace(spec) != "" {
			w.add(spec)
		}
	}
}

// add puts one more conversation into the case.
func (w *world) add(spec string) *Conversation {
	c := w.conversation(fmt.Sprintf("c%d", len(w.cs.Conversations)+1), spec)
	if w.cs.Ticket != nil {
		c.TicketID = &w.cs.Ticket.ID
	}
	w.cs.Conversations = append(w.cs.Conversations, c)
	return c
}

func (w *world) conversation(name, spec string) *Conversation {
	words := strings.Fields(spec)
	c := &Conversation{
		AccountID: w.account.ID, ID: w.id(KindConversation, name), Number: 1, Subject: "Help", Status: ConversationStatusOpen, Workspace: WorkspaceInbox,
		InboxID: w.support.ID, ChannelID: w.channel.ID, ContactID: w.contact.ID, Version: 5, CreatedAt: w.before, LastActivityAt: w.before,
	}
	for _, word := range words {
		switch {
		case word == "closed":
			c.Status, c.ClosedAt = ConversationStatusClosed, &w.before
		case word == "trashed":
			c.moveToTrash(w.oldGroup())
		case word == "trashed2":
			c.moveToTrash(&TrashGroup{ID: w.id(KindTrashGroup, "other"), TrashedAt: w.before})
		case word == "hidden":
			c.InboxID = w.hidden.ID
		case word == "helpdesk":
			c.InboxID, c.Workspace = w.helpdesk.ID, WorkspaceHelpDesk
		case word == "unread":
			c.UnreadCount = 2
		case word[0] == '@':
			c.OwnerID = &w.agents[word[1:]].ID
		}
	}
	return c
}

// oldGroup is a trashing of the day before yesterday.
func (w *world) oldGroup() *TrashGroup {
	if w.group == nil {
		w.group = &TrashGroup{AccountID: w.account.ID, ID: w.id(KindTrashGroup, "earlier"), TrashedAt: w.before}
	}
	return w.group
}

// actor is "server", or an agent's name with the scopes of a token.
func (w *world) actor(spec string) *Actor {
	words := strings.Fields(spec)
	if words[0] == "server" {
		return System(w.account)
	}
	a := &Actor{Account: w.account, Agent: w.agents[words[0]]}
	for _, s := range words[1:] {
		a.Scopes = append(a.Scopes, Scope(s))
	}
	switch words[0] {
	case "ben", "rio":
		a.Inboxes = []ID{w.support.ID, w.helpdesk.ID}
	case "cleo":
		a.Inboxes = []ID{w.hidden.ID}
	}
	return a
}

func (w *world) act(by string) *Act {
	return &Act{
		By: w.actor(by), Now: w.now, NewID: func() ID { return w.id("", "") },
		Gate: w.gate, Mutation: "theMutation", CascadeID: w.id("", ""),
	}
}

// c is one of the case's conversations, from 1.
func (w *world) c(n int) *Conversation { return w.cs.Conversations[n-1] }

// watch says which record beside the case a test is about.
func (w *world) watch(rs ...Record) { w.watched = append(w.watched, rs...) }

func (w *world) records() []Record {
	out := slices.Clone(w.watched)
	if w.cs.Ticket != nil {
		out = append(out, w.cs.Ticket)
	}
	for _, c := range w.cs.Conversations {
		out = append(out, c)
	}
	return out
}

// snapshot is a deep copy of all there is, as text.
func (w *world) snapshot() string {
	b, err := json.Marshal([]any{w.cs, w.watched, w.account})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// state tells the case in one line: "t:new@ben c1:open c2:closed(earlier) c3:open/helpdesk".
func (w *world) state() string {
	var out []string
	tell := func(name, status string, owner *ID, ws Workspace, group *ID) {
		s := name + ":" + strings.ToLower(status)
		if owner != nil {
			s += "@" + w.name(Ref{Kind: KindAgent, ID: *owner}.String())
		}
		if ws == WorkspaceHelpDesk {
			s += "/helpdesk"
		}
		if group != nil {
			s += "(" + w.name(Ref{Kind: KindTrashGroup, ID: *group}.String()) + ")"
		}
		out = append(out, s)
	}
	if t := w.cs.Ticket; t != nil {
		tell("t", w.name(Ref{Kind: KindStatus, ID: t.StatusID}.String()), t.OwnerID, t.Workspace, t.TrashGroupID)
	}
	for i, c := range w.cs.Conversations {
		tell(fmt.Sprintf("c%d", i+1), string(c.Status), c.OwnerID, c.Workspace, c.TrashGroupID)
	}
	return strings.Join(out, " ")
}

var newRef = regexp.MustCompile(`^([a-z]{3})_[0-9a-z]{26}$`)

// name is what the tests call a value of an event.
func (w *world) name(v string) string {
	switch {
	case v == "":
		return `""`
	case w.names[v] != "":
		return w.names[v]
	case v == w.now.Format(TimeFormat):
		return "now"
	case v == w.before.Format(TimeFormat):
		return "before"
	}
	if l := []string{}; strings.HasPrefix(v, `["`) && json.Unmarshal([]byte(v), &l) == nil {
		for i := range l {
			l[i] = w.name(l[i])
		}
		return "[" + strings.Join(l, ",") + "]"
	}
	return newRef.ReplaceAllString(v, "new-$1")
}

func (w *world) changes(cs []Change) string {
	out := make([]string, len(cs))
	for i, c := range cs {
		o, n := "nil", "nil"
		if c.Old != nil {
			o = w.name(*c.Old)
		}
		if c.New != nil {
			n = w.name(*c.New)
		}
		out[i] = fmt.Sprintf("%s %s>%s", c.Field, o, n)
	}
	return strings.Join(out, ", ")
}

var births = regexp.MustCompile(`_CREATED$|_STARTED$|^MESSAGE_(RECEIVED|SENT)$`)

// told writes the log, one event a line: rule, "+" for an effect, kind, record, changes. What
// comes to be is told without its many fields; replay checks these.
func (w *world) told(a *Act) string {
	var out []string
	for _, e := range a.Events {
		s := fmt.Sprintf("%s %s %s", e.Rule, e.Kind, w.name(e.EntityRef().String()))
		if e.Effect {
			s = "+ " + s
		}
		if !births.MatchString(string(e.Kind)) {
			s += ": " + w.changes(e.Changes)
		}
		out = append(out, strings.TrimSpace(s))
	}
	return strings.Join(out, "\n")
}

// effects writes the effects in the way of told.
func (w *world) effects(a *Act) string {
	var out []string
	for _, e := range a.Effects() {
		if e.Node == (Ref{}) {
			out = append(out, fmt.Sprintf("+ %s %s hidden x%d", e.Rule, e.Kind, e.Count))
			continue
		}
		out = append(out, fmt.Sprintf("+ %s %s %s: %s", e.Rule, e.Kind, w.name(e.Node.String()), w.changes(e.Changes)))
	}
	return strings.Join(out, "\n")
}
