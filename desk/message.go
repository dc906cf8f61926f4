package desk

import (
	"strings"
	"time"
)

// MessageKind says who a message is from and who reads it.
type MessageKind string

// The kinds of message.
const (
	Incoming MessageKind = "INCOMING" // from the contact
	Outgoing MessageKind = "OUTGOING" // to the contact
	Comment  MessageKind = "COMMENT"  // among agents
)

// Message is one message or comment of a conversation. It never changes, but for its delivery.
type Message struct {
	AccountID      ID `bun:",pk"`
	ID             ID `bun:",pk"`
	ConversationID ID
	ChannelID      ID
	InboxID        ID `bun:"-"`
	Kind           MessageKind
	AgentID        *ID // who wrote it, unless the contact did
	ContactID      *ID // who wrote it, for INCOMING
	Text           string
	HTML           *string
	// SafeHTML is the form of HTML that a page may show, null without HTML. It is right only where
	// SafeHTMLVersion is the sanitizer's of now; null there: it is not made yet.
	SafeHTML        *string
	SafeHTMLVersion *int
	ExternalID      *string    // the channel's id of it; unique in the channel
	SentAt          *time.Time // when the contact says they sent it
	Delivery        *DeliveryState
	DeliveryDetail  *string // why it failed, in the channel's words
	DeliveredAt     *time.Time
	Version         int
	CreatedAt       time.Time
}

// Ref is the message's public id.
func (m *Message) Ref() Ref { return Ref{Kind: KindMessage, ID: m.ID} }

func (m *Message) revision() *int { return &m.Version }

// fields leaves the text out: the log names a message and does not keep a second copy of it.
func (m *Message) fields() []field {
	return []field{
		textField("kind", string(m.Kind)), refField("conversation", KindConversation, m.ConversationID),
		optional("delivery", (*string)(m.Delivery)), optional("deliveryDetail", m.DeliveryDetail),
		optional("externalId", m.ExternalID),
	}
}

// Content is what a message says. The store makes of the HTML what is not given: the text, and the
// safe form.
type Content struct {
	Text  string
	HTML  *string
	Shows bool // the HTML shows a word or a picture; needs to be known only where the text is blank
	Files []*Attachment

	SafeHTML        *string
	SafeHTMLVersion *int
}

// Clean checks the content: there must be some, and it must be text that can be kept.
func (in Content) Clean() (Content, error) {
	var err error
	if in.HTML, err = OptionalText(in.HTML, MaxHTML, "html"); err != nil {
		return in, err
	}
	if in.Text, err = Text(in.Text, MaxText, "text"); err != nil {
		return in, err
	}
	if in.Empty() {
		return in, Refuse(CodeInvalidInput, "The message is empty. Add text, HTML with visible content, or a file.").At("text")
	}
	return in, checkFiles(in.Files)
}

// Empty says whether it says nothing.
func (in Content) Empty() bool {
	return strings.TrimSpace(in.Text) == "" && !in.Shows && len(in.Files) == 0
}

func newMessage(act *Act, c *Conversation, kind MessageKind, in Content) *Message {
	return &Message{
		AccountID: c.AccountID, ID: act.NewID(), ConversationID: c.ID, ChannelID: c.ChannelID, InboxID: c.InboxID,
		Kind: kind, Text: in.Text, HTML: in.HTML, SafeHTML: in.SafeHTML, SafeHTMLVersion: in.SafeHTMLVersion, CreatedAt: act.Now,
	}
}

// addMessage puts a message into its conversation: preview and last activity follow.
func (cs *Case) addMessage(act *Act, c *Conversation, m *Message, kind EventKind) {
	c.Preview = Preview(m.Text)
	act.bumpActivity(c)
	if cs.Ticket != nil {
		act.bumpActivity(cs.Ticket)
	}
	act.recordCreated(m, kind, "")
	act.Events[len(act.Events)-1].TicketID = c.TicketID
}

// Send answers the contact (R19). The message waits as QUEUED for its channel;
// what was unread is read. Closing and owner stay as they are.
func (cs *Case) Send(act *Act, c *Conversation, in Content) (*Message, error) {
	m, err := cs.writeByAgent(act, c, Outgoing, in)
	if err != nil {
		return nil, err
	}
	queued := DeliveryQueued
	m.Delivery = &queued
	c.UnreadCount = 0
	cs.addMessage(act, c, m, MessageSent)
	m.attachFiles(act, in.Files)
	return m, nil
}

// TakeSent takes in an answer that went out elsewhere, as an import tells it. It has arrived
// long ago, so no channel sends it again.
func (cs *Case) TakeSent(act *Act, c *Conversation, externalID string, in Content) (*Message, error) {
	externalID, err := Key(externalID, MaxKey, "externalId")
	if err != nil {
		return nil, err
	}
	m, err := cs.writeByAgent(act, c, Outgoing, in)
	if err != nil {
		return nil, err
	}
	delivered := DeliveryDelivered
	m.Delivery, m.DeliveredAt, m.ExternalID = &delivered, &act.Now, &externalID
	c.UnreadCount = 0
	cs.addMessage(act, c, m, MessageSent)
	return m, nil
}

// Comment leaves a note that only agents see.
func (cs *Case) Comment(act *Act, c *Conversation, in Content) (*Message, error) {
	m, err := cs.writeByAgent(act, c, Comment, in)
	if err != nil {
		return nil, err
	}
	cs.addMessage(act, c, m, CommentCreated)
	m.attachFiles(act, in.Files)
	return m, nil
}

func (cs *Case) writeByAgent(act *Act, c *Conversation, kind MessageKind, in Content) (*Message, error) {
	if err := act.By.CheckWrite(); err != nil {
		return nil, err
	}
	if err := refuseInTrash(c.InTrash(), "conversation"); err != nil {
		return nil, err
	}
	in, err := in.Clean()
	if err != nil {
		return nil, err
	}
	m := newMessage(act, c, kind, in)
	if act.By.Agent != nil {
		m.AgentID = &act.By.Agent.ID
	}
	return m, nil
}

// Inbound is a message that a channel or an integration brings in.
type Inbound struct {
	ExternalID string
	ContactID  ID
	SentAt     *time.Time
	Content
}

// Receive takes in a message of the contact. A closed conversation reopens, and its
// closed ticket follows the inbox's policy (D8): it stays closed, or goes to the
// status handed in; the ticket's other conversations stay as they are. A message to
// an open conversation changes no status (R30).
func (cs *Case) Receive(act *Act, c *Conversation, in Inbound, inbox *Inbox, reopenTo *TicketStatus) *Message {
	m := newMessage(act, c, Incoming, in.Content)
	m.ContactID, m.ExternalID, m.SentAt = &in.ContactID, &in.ExternalID, in.SentAt
	c.UnreadCount++
	cs.addMessage(act, c, m, MessageReceived)
	m.attachFiles(act, in.Files)
	reopened := act.recordEffect(c, ConversationReopened, "D8", c.reopenNow)
	if t := cs.Ticket; reopened && t != nil && t.Closed() && inbox.FollowUp == ReopenTicket && reopenTo != nil {
		act.recordEffect(t, TicketStatusChanged, "D8", func() { t.setStatus(reopenTo, act.Now) })
	}
	return m
}
