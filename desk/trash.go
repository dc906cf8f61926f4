package desk

import "time"

// TrashGroup is one trashing: what went into the trash together comes back together (D3).
// This is what "deleted" means; nothing is gone before the purge (D17).
type TrashGroup struct {
	AccountID   ID   `bun:",pk"`
	ID          ID   `bun:",pk"`
	RootKind    Kind // what the agent trashed; the rest went by rule
	RootID      ID
	TrashedByID *ID
	TrashedAt   time.Time
	RestoredAt  *time.Time
}

// Ref is the group's public id.
func (g *TrashGroup) Ref() Ref { return Ref{Kind: KindTrashGroup, ID: g.ID} }

// PurgeAt is when the group is removed for good (D4).
func (g *TrashGroup) PurgeAt(a *Account) time.Time { return g.TrashedAt.AddDate(0, 0, a.TrashKeepDays) }

// TrashImpact is what trashing a ticket, or any one conversation of it, takes along.
type TrashImpact struct {
	Conversations []*Conversation // those the actor sees
	Hidden        int             // how many more they do not see
	MustConfirm   bool            // the call must say confirmCascade
}

// TrashImpact says what trashing the ticket would take along (R29, D1, D2).
func (cs *Case) TrashImpact(by *Actor) *TrashImpact {
	impact := &TrashImpact{}
	live := cs.outsideTrash()
	for _, c := range live {
		if by.SeesInbox(c.InboxID) {
			impact.Conversations = append(impact.Conversations, c)
		} else {
			impact.Hidden++
		}
	}
	impact.MustConfirm = len(live) > 1
	return impact
}

// confirmCascade refuses a trashing that takes more than one conversation and its ticket,
// unless the caller said that it is meant (D1). The error lists what would go.
func (cs *Case) confirmCascade(act *Act, root Record, confirmed bool) error {
	impact := cs.TrashImpact(act.By)
	if confirmed || !impact.MustConfirm {
		return nil
	}
	e := Refuse(CodeConfirmCascade, "This would move %d conversations and their ticket to the trash. Send confirmCascade: true to confirm.",
		len(impact.Conversations)+impact.Hidden).At("confirmCascade")
	if cs.Ticket != nil && root.Ref() != cs.Ticket.Ref() {
		e.WouldTrash = append(e.WouldTrash, cs.Ticket)
	}
	for _, c := range impact.Conversations {
		if root.Ref() != c.Ref() {
			e.WouldTrash = append(e.WouldTrash, c)
		}
	}
	e.Hidden = impact.Hidden
	return e
}

// TrashConversation moves a conversation to the trash, its ticket with it (R28), and
// with the ticket all the ticket's conversations (R29, D1).
func (cs *Case) TrashConversation(act *Act, c *Conversation, confirmed bool) (*TrashGroup, error) {
	if err := cs.checkWorkOn(act, c); err != nil {
		return nil, err
	}
	if cs.Ticket != nil {
		if err := cs.confirmCascade(act, c, confirmed); err != nil {
			return nil, err
		}
	}
	g := newTrashGroup(act, c)
	act.recordChange(c, ConversationTrashed, "R28", func() { c.moveToTrash(g) })
	if t := cs.Ticket; t != nil && !t.InTrash() {
		act.recordEffect(t, TicketTrashed, "R28", func() { t.moveToTrash(g) })
		cs.trashSiblings(act, g)
	}
	return g, nil
}

// TrashTicket moves a ticket to the trash and all its conversations with it (R29, D2).
func (cs *Case) TrashTicket(act *Act, confirmed bool) (*TrashGroup, error) {
	if err := cs.checkManage(act); err != nil {
		return nil, err
	}
	if err := cs.confirmCascade(act, cs.Ticket, confirmed); err != nil {
		return nil, err
	}
	g := newTrashGroup(act, cs.Ticket)
	act.recordChange(cs.Ticket, TicketTrashed, "R29", func() { cs.Ticket.moveToTrash(g) })
	cs.trashSiblings(act, g)
	return g, nil
}

func (cs *Case) trashSiblings(act *Act, g *TrashGroup) {
	for _, c := range cs.outsideTrash() {
		act.recordEffect(c, ConversationTrashed, "R29", func() { c.moveToTrash(g) })
	}
}

func newTrashGroup(act *Act, root Record) *TrashGroup {
	g := &TrashGroup{
		AccountID: act.By.Account.ID, ID: act.NewID(), RootKind: root.Ref().Kind, RootID: root.Ref().ID, TrashedAt: act.Now,
	}
	if act.By.Agent != nil {
		g.TrashedByID = &act.By.Agent.ID
	}
	return g
}

func (c *Conversation) moveToTrash(g *TrashGroup) { c.TrashGroupID, c.TrashedAt = &g.ID, &g.TrashedAt }

func (t *Ticket) moveToTrash(g *TrashGroup) { t.TrashGroupID, t.TrashedAt = &g.ID, &g.TrashedAt }

// RestoreConversation takes a conversation out of the trash, and with it exactly what its
// trashing took (D3). Statuses are as they were: in the trash nothing changes (D19).
func (cs *Case) RestoreConversation(act *Act, c *Conversation) (group ID, err error) {
	if err := act.By.CheckWrite(); err != nil {
		return ID{}, err
	}
	if !c.InTrash() {
		return ID{}, notInTrash("conversation")
	}
	group = *c.TrashGroupID
	act.recordChange(c, ConversationRestored, "D3", c.takeFromTrash)
	cs.restoreRest(act, group)
	return group, nil
}

// RestoreTicket takes a ticket out of the trash, as RestoreConversation does.
func (cs *Case) RestoreTicket(act *Act) (group ID, err error) {
	if err := cs.checkReachTicket(act); err != nil {
		return ID{}, err
	}
	if !cs.Ticket.InTrash() {
		return ID{}, notInTrash("ticket")
	}
	group = *cs.Ticket.TrashGroupID
	act.recordChange(cs.Ticket, TicketRestored, "D3", cs.Ticket.takeFromTrash)
	cs.restoreRest(act, group)
	return group, nil
}

func (cs *Case) restoreRest(act *Act, group ID) {
	if t := cs.Ticket; t != nil && t.InTrash() && *t.TrashGroupID == group {
		act.recordEffect(t, TicketRestored, "D3", t.takeFromTrash)
	}
	for _, c := range cs.Conversations {
		if c.InTrash() && *c.TrashGroupID == group {
			act.recordEffect(c, ConversationRestored, "D3", c.takeFromTrash)
		}
	}
}

func (c *Conversation) takeFromTrash() { c.TrashGroupID, c.TrashedAt = nil, nil }

func (t *Ticket) takeFromTrash() { t.TrashGroupID, t.TrashedAt = nil, nil }

func notInTrash(noun string) error {
	return Refuse(CodeNotInTrash, "This %s is not in the trash, so it cannot be restored.", noun)
}

// Purge tells that the group is removed for good; records are the public ids of what goes (D4).
func (g *TrashGroup) Purge(act *Act, records []string) {
	gone := listField("records", records)
	act.appendEvent(g, &Event{Kind: TrashPurged, Rule: "D4", Changes: []Change{{Field: gone.name, Old: gone.value}}})
}
