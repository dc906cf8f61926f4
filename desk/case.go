package desk

// Case is what the rules of owning, closing and trashing speak of: a ticket with all
// its conversations, in the trash or not, seen by the actor or not; or a single
// conversation that has no ticket.
type Case struct {
	Ticket        *Ticket // nil while the conversation has none
	Conversations []*Conversation
}

// Conversation finds one of the case's conversations, or nil.
func (cs *Case) Conversation(id ID) *Conversation {
	for _, c := range cs.Conversations {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// Seen says whether the actor sees any of it: a ticket is seen by who sees one of its
// conversations.
func (cs *Case) Seen(by *Actor) bool {
	for _, c := range cs.Conversations {
		if by.SeesInbox(c.InboxID) {
			return true
		}
	}
	return false
}

func (cs *Case) outsideTrash() []*Conversation {
	var out []*Conversation
	for _, c := range cs.Conversations {
		if !c.InTrash() {
			out = append(out, c)
		}
	}
	return out
}

// Expect refuses a change that was decided upon another version than the present one.
func Expect(r Record, version *int) error {
	if version == nil || *version == VersionOf(r) {
		return nil
	}
	e := Refuse(CodeVersionConflict, "The record has changed since you read it: it is at version %d, and you expected version %d. Read it again.", VersionOf(r), *version)
	if VersionOf(r) > 0 { // a layout may be there no more
		e.Current = r
	}
	return e.At("expectedVersion")
}

func (cs *Case) checkWorkOn(act *Act, c *Conversation) error {
	if err := act.By.CheckWrite(); err != nil {
		return err
	}
	return refuseInTrash(c.InTrash(), "conversation")
}

// AssignConversation gives the conversation an owner, or nobody, and its ticket the
// same one (R17, D6). Sibling conversations keep theirs (D7).
func (cs *Case) AssignConversation(act *Act, c *Conversation, owner *Agent) error {
	if err := cs.checkWorkOn(act, c); err != nil {
		return err
	}
	if err := checkOwner(owner); err != nil {
		if isOwner(c.OwnerID, owner) {
			return nil // it stays as it is, and nothing follows
		}
		return err
	}
	act.recordChange(c, ConversationAssigned, "R17", func() { c.OwnerID = ownerID(owner) })
	if cs.Ticket != nil {
		act.recordEffect(cs.Ticket, TicketAssigned, "R17", func() { cs.Ticket.OwnerID = ownerID(owner) })
	}
	return nil
}

// LeaveConversation changes nothing, for a call that names nothing to change. It is refused to whom
// a change would be.
func (cs *Case) LeaveConversation(act *Act, c *Conversation) error { return cs.checkWorkOn(act, c) }

// HandOn gives what an agent owns of the case, outside of the trash, to another one. It sets off no
// rule: what others own stays theirs (R17, R18).
func (cs *Case) HandOn(act *Act, from, to *Agent) error {
	if err := act.By.CheckWrite(); err != nil {
		return err
	}
	if err := checkOwner(to); err != nil {
		return err
	}
	for _, c := range cs.outsideTrash() {
		if isOwner(c.OwnerID, from) {
			act.recordChange(c, ConversationAssigned, "", func() { c.OwnerID = &to.ID })
		}
	}
	if t := cs.Ticket; t != nil && !t.InTrash() && isOwner(t.OwnerID, from) {
		act.recordChange(t, TicketAssigned, "", func() { t.OwnerID = &to.ID })
	}
	return nil
}

// closeNow closes the conversation. What is closed has been dealt with, so nothing of it is unread.
func (c *Conversation) closeNow(act *Act) {
	if c.Status != ConversationStatusOpen {
		return
	}
	c.Status, c.ClosedAt = ConversationStatusClosed, &act.Now
	if c.UnreadCount > 0 {
		c.UnreadCount = 0
		act.active = append(act.active, c)
	}
}

func (c *Conversation) reopenNow() { c.Status, c.ClosedAt = ConversationStatusOpen, nil }

// CloseConversation closes the selected conversation only (R25): its ticket (R26) and
// the ticket's other conversations (R27) stay open.
func (cs *Case) CloseConversation(act *Act, c *Conversation) error {
	if err := cs.checkWorkOn(act, c); err != nil {
		return err
	}
	act.recordChange(c, ConversationClosed, "R25", func() { c.closeNow(act) })
	return nil
}

// ReopenConversation reopens the conversation and nothing else (R30).
func (cs *Case) ReopenConversation(act *Act, c *Conversation) error {
	if err := cs.checkWorkOn(act, c); err != nil {
		return err
	}
	act.recordChange(c, ConversationReopened, "R30", c.reopenNow)
	return nil
}

// MoveConversation puts the conversation into another inbox. When that one belongs to
// the other workspace, the ticket's workspace goes along; other conversations of
// the ticket stay (D20). The inbox it is in already is not another one.
func (cs *Case) MoveConversation(act *Act, c *Conversation, to *Inbox) error {
	if err := cs.checkWorkOn(act, c); err != nil {
		return err
	}
	if c.InboxID == to.ID {
		return nil
	}
	w := to.Workspace
	if t := cs.Ticket; t != nil && t.Workspace == WorkspaceHelpDesk && act.Gate.TicketHome(act.By.Account) == WorkspaceHelpDesk {
		w = WorkspaceHelpDesk // in an account of R2, what R3 has moved to the help desk stays there
	}
	crosses := c.Workspace != w
	act.recordChange(c, ConversationMoved, "D20", func() { c.InboxID, c.Workspace = to.ID, w })
	if crosses && cs.Ticket != nil {
		act.recordEffect(cs.Ticket, TicketMoved, "D20", func() { cs.Ticket.Workspace = w })
	}
	return nil
}
