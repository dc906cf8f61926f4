package desk

// What follows answers the viewerCan… flags of the schema. A method May… answers yes or no, and a
// method check… the refusal of a mutation; the first asks the second, so a flag is true when the
// mutation would not be refused for the actor's role or for the state of the record.

func (c *Conversation) mayWork(by *Actor) bool {
	return (&Case{}).checkWorkOn(&Act{By: by}, c) == nil
}

// MayReply says whether the actor may answer, comment and mark as read.
func (c *Conversation) MayReply(by *Actor) bool { return c.mayWork(by) }

// MayAssign says whether the actor may change the owner.
func (c *Conversation) MayAssign(by *Actor) bool { return c.mayWork(by) }

// MayMove says whether the actor may put it into another inbox.
func (c *Conversation) MayMove(by *Actor) bool { return c.mayWork(by) }

// MayClose says whether the actor may close it, and it is open.
func (c *Conversation) MayClose(by *Actor) bool {
	return c.mayWork(by) && c.Status == ConversationStatusOpen
}

// MayReopen says whether the actor may reopen it, and it is closed.
func (c *Conversation) MayReopen(by *Actor) bool {
	return c.mayWork(by) && c.Status == ConversationStatusClosed
}

// MayGetTicket says whether the actor may give it a ticket: it has none yet (R4, R5).
func (c *Conversation) MayGetTicket(by *Actor) bool {
	return by.MayWrite() && (&Case{}).checkGetTicket(c) == nil
}

// MayTrash says whether the actor may move it to the trash.
func (c *Conversation) MayTrash(by *Actor) bool { return c.mayWork(by) }

// MayRestore says whether the actor may take it out of the trash, and it is there.
func (c *Conversation) MayRestore(by *Actor) bool { return by.MayWrite() && c.InTrash() }

// MayUpdate says whether the actor may change what is known of the contact.
func (c *Contact) MayUpdate(by *Actor) bool { return by.MayWrite() }

// MayManage says whether the actor may edit the ticket, its status and its owner, put conversations
// on it and move it to the trash (R2, D13, D19).
func (t *Ticket) MayManage(by *Actor, g Gate) bool {
	return (&Case{Ticket: t}).checkManage(&Act{By: by, Gate: g}) == nil
}

// MayRestore says whether the actor may take the ticket out of the trash, and it is there.
func (t *Ticket) MayRestore(by *Actor, g Gate) bool {
	return (&Case{Ticket: t}).checkReachTicket(&Act{By: by, Gate: g}) == nil && t.InTrash()
}

// MaySet says whether the actor may write that property of the ticket (D18).
func (t *Ticket) MaySet(by *Actor, g Gate, d *PropertyDefinition) bool {
	return t.MayManage(by, g) && !d.ReadOnly && d.ArchivedAt == nil
}
