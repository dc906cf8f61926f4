package desk

import (
	"time"
)

// FollowUpPolicy says what happens to a closed ticket when the contact writes again (D8).
type FollowUpPolicy string

// The follow-up policies.
const (
	KeepTicketClosed     FollowUpPolicy = "KEEP_TICKET_CLOSED"
	ReopenTicket         FollowUpPolicy = "REOPEN_TICKET"
	NewConversationAfter FollowUpPolicy = "NEW_CONVERSATION_AFTER"
)

// Inbox is where conversations come in. It belongs to one workspace and is open to teams.
type Inbox struct {
	AccountID        ID `bun:",pk"`
	ID               ID `bun:",pk"`
	Name             string
	Workspace        Workspace
	FollowUp         FollowUpPolicy
	FollowUpStatusID *ID  // REOPEN_TICKET: to this status; nil: the first open one of the ticket's pipeline
	FollowUpDays     int  // NEW_CONVERSATION_AFTER: days after closing
	TeamIDs          []ID `bun:"-"`
	Version          int
	CreatedAt        time.Time
}

// Ref is the inbox's public id.
func (i *Inbox) Ref() Ref { return Ref{Kind: KindInbox, ID: i.ID} }

func (i *Inbox) revision() *int { return &i.Version }

func (i *Inbox) fields() []field {
	return []field{
		textField("name", i.Name), textField("workspace", string(i.Workspace)), textField("followUpPolicy", string(i.FollowUp)),
		optionalRef("followUpStatus", KindStatus, i.FollowUpStatusID), numberField("followUpDays", i.FollowUpDays),
		listField("teams", refTexts(KindTeam, i.TeamIDs)),
	}
}

// InboxPatch says what to change of an inbox; nil keeps.
type InboxPatch struct {
	Name         *string
	FollowUp     *FollowUpPolicy
	FollowUpDays *int
	TeamIDs      *[]ID

	SetFollowUpStatus bool
	FollowUpStatus    *TicketStatus
}

// NewInbox makes an inbox.
func NewInbox(act *Act, name string, w Workspace, p InboxPatch) (*Inbox, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	i := &Inbox{AccountID: act.By.Account.ID, ID: act.NewID(), Workspace: w, FollowUp: KeepTicketClosed, CreatedAt: act.Now}
	p.Name = &name
	if err := i.applyInboxPatch(&p); err != nil {
		return nil, err
	}
	act.recordCreated(i, InboxCreated, "")
	return i, nil
}

// Update changes an inbox. Its workspace stays: move its conversations instead (D20).
func (i *Inbox) Update(act *Act, p InboxPatch) (err error) {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	draft := *i
	if err := draft.applyInboxPatch(&p); err != nil {
		return err
	}
	act.recordChange(i, InboxUpdated, "", func() { *i = draft })
	return nil
}

func (i *Inbox) applyInboxPatch(p *InboxPatch) error {
	if p.Name != nil {
		n, err := SingleLine(*p.Name, MaxName, "name")
		if err != nil {
			return err
		}
		i.Name = n
	}
	before := *i
	setIfGiven(&i.FollowUp, p.FollowUp)
	setIfGiven(&i.FollowUpDays, p.FollowUpDays)
	setIfGiven(&i.TeamIDs, p.TeamIDs)
	if p.SetFollowUpStatus {
		i.FollowUpStatusID = nil
		if s := p.FollowUpStatus; s != nil {
			had := before.FollowUpStatusID
			if (had == nil || *had != s.ID) && (s.State != StateOpen || s.ArchivedAt != nil || s.PipelineArchived) {
				return Refuse(CodeInvalidInput, "This status cannot reopen a ticket. Choose an open one that is not archived.").At("followUpStatusId")
			}
			i.FollowUpStatusID = &s.ID
		}
	}
	if i.FollowUpDays != before.FollowUpDays && (i.FollowUpDays < 0 || i.FollowUpDays > 3650) {
		return Refuse(CodeInvalidInput, "The number of days must be between 0 and 3650.").At("followUpDays")
	}
	if i.FollowUp == NewConversationAfter && i.FollowUpDays == 0 {
		return Refuse(CodeInvalidInput, "NEW_CONVERSATION_AFTER needs a number of days, at least 1.").At("followUpDays")
	}
	return nil
}

// StartsNew says whether a message that belongs to this conversation starts a new
// one instead, because it has been closed for longer than the policy allows (D8).
func (i *Inbox) StartsNew(c *Conversation, now time.Time) bool {
	return i.FollowUp == NewConversationAfter && c.ClosedAt != nil &&
		now.Sub(*c.ClosedAt) > time.Duration(i.FollowUpDays)*24*time.Hour
}

// ChannelKind is the medium of a channel.
type ChannelKind string

// The kinds of channel.
const (
	ChannelEmail ChannelKind = "EMAIL"
	ChannelChat  ChannelKind = "CHAT"
	ChannelForm  ChannelKind = "FORM"
	ChannelAPI   ChannelKind = "API"
)

// Threading says where a message without a thread key goes.
type Threading string

// The ways of threading.
const (
	ThreadByContact Threading = "OPEN_CONVERSATION_OF_CONTACT" // the contact's newest open conversation of the channel
	ThreadAlwaysNew Threading = "ALWAYS_NEW"
)

// Channel is a way into an inbox.
type Channel struct {
	AccountID ID `bun:",pk"`
	ID        ID `bun:",pk"`
	InboxID   ID
	Kind      ChannelKind
	Name      string
	Threading Threading
	Version   int
	CreatedAt time.Time
}

// Ref is the channel's public id.
func (c *Channel) Ref() Ref { return Ref{Kind: KindChannel, ID: c.ID} }

func (c *Channel) revision() *int { return &c.Version }

func (c *Channel) fields() []field {
	return []field{
		refField("inbox", KindInbox, c.InboxID), textField("kind", string(c.Kind)),
		textField("name", c.Name), textField("threading", string(c.Threading)),
	}
}

// NewChannel adds a channel to an inbox.
func NewChannel(act *Act, inbox *Inbox, kind ChannelKind, name string, t *Threading) (*Channel, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	name, err := SingleLine(name, MaxName, "name")
	if err != nil {
		return nil, err
	}
	c := &Channel{
		AccountID: inbox.AccountID, ID: act.NewID(), InboxID: inbox.ID, Kind: kind, Name: name,
		Threading: ThreadByContact, CreatedAt: act.Now,
	}
	setIfGiven(&c.Threading, t)
	act.recordCreated(c, ChannelCreated, "")
	return c, nil
}

// Update renames a channel or changes its threading. Absent values stay.
func (c *Channel) Update(act *Act, name *string, t *Threading) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	if name != nil {
		n, err := SingleLine(*name, MaxName, "name")
		if err != nil {
			return err
		}
		name = &n
	}
	act.recordChange(c, ChannelUpdated, "", func() {
		setIfGiven(&c.Name, name)
		setIfGiven(&c.Threading, t)
	})
	return nil
}
