package desk

import (
	"errors"
	"maps"
	"time"
)

// Priority says how urgent a ticket is.
type Priority string

// The priorities.
const (
	PriorityLow    Priority = "LOW"
	PriorityMedium Priority = "MEDIUM"
	PriorityHigh   Priority = "HIGH"
	PriorityUrgent Priority = "URGENT"
)

// Priorities lists every priority, the least urgent first.
var Priorities = []Priority{PriorityLow, PriorityMedium, PriorityHigh, PriorityUrgent}

// Ticket is the record of a problem. It has one or several conversations (R7).
type Ticket struct {
	AccountID    ID  `bun:",pk"`
	ID           ID  `bun:",pk"`
	Number       int // per account, from 1
	Name         string
	PipelineID   ID
	StatusID     ID
	Priority     *Priority
	OwnerID      *ID
	ContactID    ID
	Workspace    Workspace
	Properties   Values     `bun:"type:jsonb"` // custom properties by key
	ClosedAt     *time.Time // set exactly while the status is closed
	TrashGroupID *ID
	TrashedAt    *time.Time
	Version      int
	CreatedAt    time.Time

	LastActivityAt time.Time `bun:",scanonly"` // of its last change or its conversations' last message
}

// Ref is the ticket's public id.
func (t *Ticket) Ref() Ref { return Ref{Kind: KindTicket, ID: t.ID} }

func (t *Ticket) revision() *int { return &t.Version }

func (t *Ticket) fields() []field {
	fs := []field{
		numberField("number", t.Number), textField("name", t.Name), refField("pipeline", KindPipeline, t.PipelineID),
		refField("status", KindStatus, t.StatusID), optional("priority", (*string)(t.Priority)),
		optionalRef("owner", KindAgent, t.OwnerID), refField("contact", KindContact, t.ContactID),
		textField("workspace", string(t.Workspace)), timeField("closedAt", t.ClosedAt),
		optionalRef("trashGroup", KindTrashGroup, t.TrashGroupID),
	}
	return fs
}

// Closed says whether the ticket's status is closed.
func (t *Ticket) Closed() bool { return t.ClosedAt != nil }

// InTrash says whether the ticket is in the trash.
func (t *Ticket) InTrash() bool { return t.TrashGroupID != nil }

func (t *Ticket) setStatus(s *TicketStatus, now time.Time) {
	t.StatusID, t.PipelineID = s.ID, s.PipelineID
	switch {
	case s.State == StateOpen:
		t.ClosedAt = nil
	case t.ClosedAt == nil:
		t.ClosedAt = &now
	}
}

// TicketDraft is a ticket to be made, its references already looked up.
type TicketDraft struct {
	Name       string
	Status     *TicketStatus
	Priority   *Priority
	Owner      *Agent
	Number     int
	Properties []PropertyInput

	// What properties named "status" and "owner" refer to, looked up.
	Named  map[string]*TicketStatus
	Owners map[string]*Agent
}

// CreateTicket gives a conversation its ticket (R4, R16, D16); a conversation has at
// most one (R5). In an account of R2 both move to the help desk (R3). A closed
// conversation stays closed and an open ticket open (D9); a ticket made in a
// closed status closes its conversation, as setting that status would (R21).
func (cs *Case) CreateTicket(act *Act, c *Conversation, d TicketDraft, defs Definitions) error {
	if err := act.By.CheckWrite(); err != nil {
		return err
	}
	if err := cs.checkGetTicket(c); err != nil {
		return err
	}
	name, err := SingleLine(d.Name, MaxName*5, "name")
	if err != nil {
		return err
	}
	if err := checkOwner(d.Owner); err != nil {
		return err
	}
	if d.Status.ArchivedAt != nil || d.Status.PipelineArchived {
		return archivedStatus()
	}
	t := &Ticket{
		AccountID: c.AccountID, ID: act.NewID(), Number: d.Number, Name: name, Priority: d.Priority,
		OwnerID: ownerID(d.Owner), ContactID: c.ContactID, Workspace: c.Workspace, Properties: Values{}, CreatedAt: act.Now,
	}
	t.setStatus(d.Status, act.Now)
	if err := t.applyDraft(act, d, defs); err != nil {
		return err
	}
	cs.Ticket = t
	act.recordCreated(t, TicketCreated, "R4")
	noteProperties(act, nil, t.Properties)
	act.recordChange(c, ConversationTicketed, "R4", func() { c.TicketID = &t.ID })
	if act.Gate.TicketHome(act.By.Account) == WorkspaceHelpDesk {
		act.recordEffect(t, TicketMoved, "R3", func() { t.Workspace = WorkspaceHelpDesk })
		act.recordEffect(c, ConversationMoved, "R3", func() { c.Workspace = WorkspaceHelpDesk })
	}
	if t.Closed() {
		act.recordEffect(c, ConversationClosed, "R21", func() { c.closeNow(act) })
	}
	return nil
}

// applyDraft gives a new ticket its properties; status and owner may be among them (D18).
func (t *Ticket) applyDraft(act *Act, d TicketDraft, defs Definitions) error {
	var said ruledProperty
	for i, in := range d.Properties {
		err := t.setProperty(defs, in)
		if errors.Is(err, errRuled) {
			err = said.readValue(t, in, TicketPatch{Status: d.Named, Owner: d.Owners})
		}
		if err != nil {
			return atProperty(err, i)
		}
	}
	if said.status != nil {
		t.setStatus(said.status, act.Now)
	}
	if said.setOwner {
		t.OwnerID = ownerID(said.owner)
	}
	return nil
}

func (cs *Case) checkGetTicket(c *Conversation) error {
	if err := refuseInTrash(c.InTrash(), "conversation"); err != nil {
		return err
	}
	if c.TicketID != nil {
		e := Refuse(CodeConversationHasTicket, "This conversation already has a ticket, which it keeps.").At("conversationId")
		if cs.Ticket != nil {
			e.Current = cs.Ticket
		}
		return e
	}
	return nil
}

// AddConversation puts one more conversation on the ticket (R7). A conversation has at
// most one ticket, for ever (R5, R6). No status changes (D9).
//
// The ticket tells it, too, because it shows its conversations. Its event names none of them: not
// everybody who sees the ticket sees this one (D15). There is no other way in which a ticket's
// conversations become more or fewer without an event of the ticket: creation has one, trash and
// restore always take the ticket along (R28, R29, D3), and a purge removes the ticket with them.
func (cs *Case) AddConversation(act *Act, c *Conversation, its *Ticket) error {
	if err := cs.checkManage(act); err != nil {
		return err
	}
	if err := (&Case{Ticket: its}).checkGetTicket(c); err != nil {
		return err
	}
	act.recordChange(c, ConversationTicketed, "R7", func() { c.TicketID = &cs.Ticket.ID })
	act.recordEvent(cs.Ticket, &Event{Kind: TicketConversationAdded, Rule: "R7"})
	cs.Conversations = append(cs.Conversations, c)
	return nil
}

// checkManage is the gate of every ticket mutation but creation: the right to write,
// the trash (D19), and the move to the help desk (R2, D13).
func (cs *Case) checkManage(act *Act) error {
	if err := cs.checkReachTicket(act); err != nil {
		return err
	}
	return refuseInTrash(cs.Ticket.InTrash(), "ticket")
}

func (cs *Case) checkReachTicket(act *Act) error {
	if err := act.By.CheckWrite(); err != nil {
		return err
	}
	if act.Gate.TicketHome(act.By.Account) == WorkspaceHelpDesk && cs.Ticket.Workspace == WorkspaceInbox {
		return Refuse(CodeTicketsMoved, "This account manages its tickets in the help desk, not in the inbox. Open the ticket there.")
	}
	return nil
}

// MayTake says whether the ticket can be put into the status: neither it nor another pipeline of it
// is out of use.
func (t *Ticket) MayTake(s *TicketStatus) bool { return t.checkTake(s) == nil }

// checkTake refuses a status that is out of use, but for the one the ticket has.
func (t *Ticket) checkTake(s *TicketStatus) error {
	if s.ArchivedAt != nil && s.ID != t.StatusID || s.PipelineArchived && s.PipelineID != t.PipelineID {
		return archivedStatus()
	}
	return nil
}

func archivedStatus() error {
	return Refuse(CodeStatusArchived, "This status or its pipeline is archived. Choose another status.").At("statusId")
}

// SetStatus puts the ticket into a status, of any pipeline (R20).
//
// Open to closed closes all its conversations (R21). Closed to open reopens the
// ticket (R22), and its conversation if it has exactly one outside the trash (R23,
// D5), none if it has several (R24). Between two open or two closed statuses
// nothing else happens (R30).
func (cs *Case) SetStatus(act *Act, s *TicketStatus) error {
	if err := cs.checkManage(act); err != nil {
		return err
	}
	if err := cs.Ticket.checkTake(s); err != nil {
		return err
	}
	t, closed := cs.Ticket, s.State == StateClosed
	rule := ""
	switch {
	case closed && !t.Closed():
		rule = "R21"
	case !closed && t.Closed():
		rule = "R22"
	}
	act.recordChange(t, TicketStatusChanged, rule, func() { t.setStatus(s, act.Now) })
	live := cs.outsideTrash()
	switch {
	case rule == "R21":
		for _, c := range live {
			act.recordEffect(c, ConversationClosed, "R21", func() { c.closeNow(act) })
		}
	case rule == "R22" && len(live) == 1:
		act.recordEffect(live[0], ConversationReopened, "R23", live[0].reopenNow)
	}
	return nil
}

// Assign gives the ticket an owner, or nobody. Its conversations keep theirs (R18).
func (cs *Case) Assign(act *Act, owner *Agent) error {
	if err := cs.checkManage(act); err != nil {
		return err
	}
	if isOwner(cs.Ticket.OwnerID, owner) {
		return nil // whoever it is by now
	}
	if err := checkOwner(owner); err != nil {
		return err
	}
	act.recordChange(cs.Ticket, TicketAssigned, "R18", func() { cs.Ticket.OwnerID = ownerID(owner) })
	return nil
}

// TicketPatch says what to change of a ticket.
type TicketPatch struct {
	Name        *string
	SetPriority bool
	Priority    *Priority
	Properties  []PropertyInput

	// What properties named "status" and "owner" refer to, looked up.
	Status map[string]*TicketStatus
	Owner  map[string]*Agent
}

// Update edits the ticket's details in place (R9, R16). All properties can be written
// but computed ones (D18); status and owner follow their own rules. All of it
// happens, or nothing.
func (cs *Case) Update(act *Act, p TicketPatch, defs Definitions) error {
	if err := cs.checkManage(act); err != nil {
		return err
	}
	t := cs.Ticket
	draft := *t
	draft.Properties = maps.Clone(t.Properties)
	if draft.Properties == nil {
		draft.Properties = Values{}
	}
	if p.Name != nil && *p.Name != t.Name {
		n, err := SingleLine(*p.Name, MaxName*5, "name")
		if err != nil {
			return err
		}
		draft.Name = n
	}
	if p.SetPriority {
		draft.Priority = p.Priority
	}
	var later ruledProperty
	for i, in := range p.Properties {
		err := draft.setProperty(defs, in)
		if errors.Is(err, errRuled) {
			err = later.readValue(t, in, p)
		}
		if err != nil {
			return atProperty(err, i)
		}
	}
	before := t.Properties
	changed := act.recordChange(t, TicketUpdated, "R16", func() {
		t.Name, t.Priority = draft.Name, draft.Priority
	})
	t.Properties = draft.Properties
	cs.noteUpdate(act, changed, before)
	return later.setValue(act, cs)
}

// noteUpdate tells the change of custom properties, in the same event as the built-in ones.
func (cs *Case) noteUpdate(act *Act, told bool, before Values) {
	if !told && len(valueChanges(before, cs.Ticket.Properties)) > 0 {
		act.recordEvent(cs.Ticket, &Event{Kind: TicketUpdated, Rule: "R16"})
	}
	if len(act.Events) > 0 {
		noteProperties(act, before, cs.Ticket.Properties)
	}
}

// noteProperties adds the changes of custom properties to the last event.
func noteProperties(act *Act, before, after Values) {
	last := act.Events[len(act.Events)-1]
	last.Changes = append(last.Changes, valueChanges(before, after)...)
}
