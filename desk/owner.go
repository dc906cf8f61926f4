package desk

// OwnerInput says who is to own a record that is made: an agent, nobody (Set, and no ID), or
// nothing.
type OwnerInput struct {
	Set bool
	ID  *ID
}

// OfConversation is who owns a conversation that the actor starts: who starts it, when nothing is
// said.
func (in OwnerInput) OfConversation(by *Actor) *ID {
	if in.Set || by.Agent == nil {
		return in.ID
	}
	return &by.Agent.ID
}

// OfTicket is who owns a ticket that is made on the conversation: its owner, when nothing is said.
func (in OwnerInput) OfTicket(c *Conversation) *ID {
	if in.Set {
		return in.ID
	}
	return c.OwnerID
}

// Fit leaves out an agent whom nobody has named in this call and who can't own anything any more.
// Who was named is refused instead, where the record is made.
func (in OwnerInput) Fit(owner *Agent) *Agent {
	if !in.Set && checkOwner(owner) != nil {
		return nil
	}
	return owner
}

// checkOwner refuses owners who could not work on what they own. Nobody is a fine owner.
func checkOwner(owner *Agent) error {
	if owner == nil {
		return nil
	}
	if !owner.Active() || owner.Role == RoleReadOnly {
		return Refuse(CodeOwnerCannotOwn, "This agent cannot own conversations or tickets. Choose an active agent who may write.").At("ownerId")
	}
	return nil
}

// MayOwn says whether conversations and tickets can be given to the agent.
func (a *Agent) MayOwn() bool { return checkOwner(a) == nil }

// isOwner says whether something is owned by that agent already.
func isOwner(id *ID, owner *Agent) bool { return id != nil && owner != nil && *id == owner.ID }

func ownerID(owner *Agent) *ID {
	if owner == nil {
		return nil
	}
	return &owner.ID
}
