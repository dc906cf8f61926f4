package desk

import "time"

// ConversationStatus is whether a conversation is being worked on.
type ConversationStatus string

// The statuses of a conversation.
const (
	ConversationStatusOpen   ConversationStatus = "OPEN"
	ConversationStatusClosed ConversationStatus = "CLOSED"
)

// Conversation is a thread of messages with one contact, in one inbox, through one channel.
type Conversation struct {
	AccountID    ID  `bun:",pk"`
	ID           ID  `bun:",pk"`
	Number       int // per account, from 1
	Subject      string
	Status       ConversationStatus
	Workspace    Workspace
	InboxID      ID
	ChannelID    ID
	ContactID    ID
	OwnerID      *ID
	TicketID     *ID
	ThreadKey    *string // the channel's own id of the thread
	ClosedAt     *time.Time
	TrashGroupID *ID
	TrashedAt    *time.Time
	Version      int
	CreatedAt    time.Time
	LabelIDs     []ID `bun:"-"` // nil: not read

	// What moves with every message is kept beside the row.
	Preview        string    `bun:",scanonly"`
	UnreadCount    int       `bun:",scanonly"` // incoming messages since somebody last marked it read
	LastActivityAt time.Time `bun:",scanonly"` // of the last message or comment
}

// Ref is the conversation's public id.
func (c *Conversation) Ref() Ref { return Ref{Kind: KindConversation, ID: c.ID} }

func (c *Conversation) revision() *int { return &c.Version }

func (c *Conversation) fields() []field {
	return []field{
		numberField("number", c.Number), textField("subject", c.Subject), textField("status", string(c.Status)),
		textField("workspace", string(c.Workspace)), refField("inbox", KindInbox, c.InboxID),
		refField("channel", KindChannel, c.ChannelID), refField("contact", KindContact, c.ContactID),
		optionalRef("owner", KindAgent, c.OwnerID), optionalRef("ticket", KindTicket, c.TicketID),
		optionalRef("trashGroup", KindTrashGroup, c.TrashGroupID), numberField("unreadCount", c.UnreadCount), c.labelsField(),
	}
}

// InTrash says whether the conversation is in the trash.
func (c *Conversation) InTrash() bool { return c.TrashGroupID != nil }

// NewConversation starts a conversation in the inbox of a channel.
func NewConversation(act *Act, ch *Channel, inbox *Inbox, contact ID, number int, subject string, thread *string) *Conversation {
	c := &Conversation{
		AccountID: ch.AccountID, ID: act.NewID(), Number: number, Subject: subject, Status: ConversationStatusOpen,
		Workspace: inbox.Workspace, InboxID: inbox.ID, ChannelID: ch.ID, ContactID: contact,
		ThreadKey: thread, CreatedAt: act.Now, LastActivityAt: act.Now,
	}
	return c
}

// Start tells that the conversation has come to be, with the owner it starts with.
func (c *Conversation) Start(act *Act, owner *Agent) error {
	if err := checkOwner(owner); err != nil {
		return err
	}
	c.OwnerID = ownerID(owner)
	act.recordCreated(c, ConversationStarted, "")
	act.bumpActivity(c)
	return nil
}

// MarkRead says that somebody has seen all but the last incoming messages, of which there are so
// many. Unread is shared by all agents, and reading makes nothing unread.
func (c *Conversation) MarkRead(act *Act, unseen int) error {
	return c.setUnread(act, ConversationRead, min(unseen, c.UnreadCount))
}

// MarkUnread says that somebody should look at it again.
func (c *Conversation) MarkUnread(act *Act) error {
	return c.setUnread(act, ConversationUnread, max(1, c.UnreadCount))
}

func (c *Conversation) setUnread(act *Act, kind EventKind, n int) error {
	if err := act.By.CheckWrite(); err != nil {
		return err
	}
	if err := refuseInTrash(c.InTrash(), "conversation"); err != nil {
		return err
	}
	if act.recordChange(c, kind, "", func() { c.UnreadCount = n }) {
		act.active = append(act.active, c)
	}
	return nil
}

// CheckChange refuses whatever would change the conversation or its messages while it is in the
// trash (D19).
func (c *Conversation) CheckChange() error { return refuseInTrash(c.InTrash(), "conversation") }

// refuseInTrash refuses to change what is in the trash (D19).
func refuseInTrash(yes bool, noun string) error {
	if !yes {
		return nil
	}
	return Refuse(CodeInTrash, "This %s is in the trash. Restore it first.", noun)
}
