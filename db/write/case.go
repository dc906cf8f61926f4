package write

import (
	"context"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/desk"
)

// caseOfConversation locks and loads a conversation that the actor sees, with its ticket
// and that one's other conversations.
func (t *Tx) caseOfConversation(ctx context.Context, id desk.ID) (*desk.Case, *desk.Conversation, error) {
	cs, err := t.lockConversationCase(ctx, id)
	if err != nil || cs == nil {
		return nil, nil, orNotFound(err, "conversation", "conversationId")
	}
	c := cs.Conversation(id)
	if !t.Act.By.SeesInbox(c.InboxID) {
		return nil, nil, desk.NotFound("conversation", "conversationId")
	}
	return cs, c, nil
}

// lockConversationCase is caseOfConversation whether or not the actor sees it; nil when there is
// none.
func (t *Tx) lockConversationCase(ctx context.Context, id desk.ID) (*desk.Case, error) {
	account := t.Act.By.Account.ID
	named, err := pg.QueryInTransaction[desk.Conversation](ctx, t.Transaction, "SELECT ticket_id FROM conversations WHERE account_id = ? AND id = ?", account, id)
	if err != nil || len(named) == 0 {
		return nil, err
	}
	if ticket := named[0].TicketID; ticket != nil {
		return t.lockTicket(ctx, *ticket)
	}
	if err := t.queueLock(ctx, "conversation", id); err != nil {
		return nil, err
	}
	cs := &desk.Case{}
	t.lockConversations(&cs.Conversations, "c.id = ?", id)
	if err := t.Flush(ctx); err != nil {
		return nil, err
	}
	if len(cs.Conversations) == 0 {
		return nil, nil
	}
	if cs.Conversations[0].TicketID != nil {
		return nil, errConflict // it got its ticket in between, and is locked with that one
	}
	return cs, nil
}

// caseOfTicket locks and loads a ticket of which the actor sees a conversation, with all of them.
func (t *Tx) caseOfTicket(ctx context.Context, id desk.ID) (*desk.Case, error) {
	cs, err := t.lockTicket(ctx, id)
	if err != nil || cs == nil {
		return nil, orNotFound(err, "ticket", "ticketId")
	}
	if !cs.Seen(t.Act.By) {
		return nil, desk.NotFound("ticket", "ticketId")
	}
	return cs, nil
}

func (t *Tx) lockTicket(ctx context.Context, id desk.ID) (*desk.Case, error) {
	if err := t.queueLock(ctx, "ticket", id); err != nil {
		return nil, err
	}
	cs, tickets := &desk.Case{}, []*desk.Ticket{}
	pg.QueueQuery(t.Transaction, &tickets, "SELECT "+read.TicketColumns+" FROM "+read.TicketTables+" WHERE t.account_id = ? AND t.id = ? FOR NO KEY UPDATE OF t, a",
		t.Act.By.Account.ID, id)
	t.lockConversations(&cs.Conversations, "c.ticket_id = ?", id)
	if err := t.Flush(ctx); err != nil || len(tickets) == 0 {
		return nil, err
	}
	cs.Ticket = tickets[0]
	return cs, nil
}

// lockConversations has the rows and their activity locked by the next flush: the unread count is
// counted up from what is read here.
func (t *Tx) lockConversations(out *[]*desk.Conversation, where string, id desk.ID) {
	pg.QueueQuery(t.Transaction, out, "SELECT "+read.ConversationColumns+" FROM "+read.ConversationTables+" WHERE c.account_id = ? AND "+where+
		" ORDER BY c.id FOR NO KEY UPDATE OF c, a", t.Act.By.Account.ID, id)
}

func orNotFound(err error, noun string, path ...string) error {
	if err != nil {
		return err
	}
	return desk.NotFound(noun, path...)
}

// lockRecord reads and locks one record by its key once it has the advisory lock, or answers
// NOT_FOUND.
func lockRecord[T any](ctx context.Context, t *Tx, id desk.ID, noun string, path ...string) (*T, error) {
	if err := t.lock(ctx, noun, id); err != nil {
		return nil, err
	}
	return selectRecord[T](ctx, t, "NO KEY UPDATE", id, noun, path...)
}

// findRecord is lockRecord without a lock: for what the mutation does not change, or whose lock it
// already holds.
func findRecord[T any](ctx context.Context, t *Tx, id desk.ID, noun string, path ...string) (*T, error) {
	return selectRecord[T](ctx, t, "", id, noun, path...)
}

func selectRecord[T any](ctx context.Context, t *Tx, lock string, id desk.ID, noun string, path ...string) (*T, error) {
	r := new(T)
	q := t.NewSelect().Model(r).Where("?TableAlias.account_id = ? AND ?TableAlias.id = ?", t.Act.By.Account.ID, id)
	if lock != "" {
		q = q.For(lock)
	}
	there, err := pg.Found(q.Scan(ctx))
	if err != nil || !there {
		return nil, orNotFound(err, noun, path...)
	}
	return r, nil
}

// findOwner reads the agent that is to own something; nil for nobody.
func (t *Tx) findOwner(ctx context.Context, id *desk.ID) (*desk.Agent, error) {
	if id == nil {
		return nil, nil
	}
	t.lockConfigShared()
	a := new(desk.Agent)
	there, err := pg.Found(t.NewSelect().Model(a).Where("account_id = ? AND id = ?", t.Act.By.Account.ID, *id).Scan(ctx))
	if err != nil || !there {
		return nil, orNotFound(err, "agent", "ownerId")
	}
	return a, nil
}

// findInbox reads an inbox that the actor sees.
func (t *Tx) findInbox(ctx context.Context, id desk.ID, path ...string) (*desk.Inbox, error) {
	t.lockConfigShared()
	i := new(desk.Inbox)
	there, err := pg.Found(t.NewSelect().Model(i).Where("account_id = ? AND id = ?", t.Act.By.Account.ID, id).Scan(ctx))
	if err != nil || !there || !t.Act.By.SeesInbox(id) {
		return nil, orNotFound(err, "inbox", path...)
	}
	return i, nil
}

// findChannel reads a channel of an inbox that the actor sees, with the inbox.
func (t *Tx) findChannel(ctx context.Context, id desk.ID) (*desk.Channel, *desk.Inbox, error) {
	t.lockConfigShared()
	ch := new(desk.Channel)
	there, err := pg.Found(t.NewSelect().Model(ch).Where("account_id = ? AND id = ?", t.Act.By.Account.ID, id).Scan(ctx))
	if err != nil || !there {
		return nil, nil, orNotFound(err, "channel", "channelId")
	}
	inbox := new(desk.Inbox)
	there, err = pg.Found(t.NewSelect().Model(inbox).Where("account_id = ? AND id = ?", t.Act.By.Account.ID, ch.InboxID).Scan(ctx))
	if err != nil || !there || !t.Act.By.SeesInbox(inbox.ID) {
		return nil, nil, orNotFound(err, "channel", "channelId") // not a word of the inbox: it would tell that the channel is there
	}
	return ch, inbox, nil
}

// findStatus reads a status of any pipeline.
func (t *Tx) findStatus(ctx context.Context, id desk.ID, path ...string) (*desk.TicketStatus, error) {
	t.lockConfigShared()
	s, err := pg.QueryOne[desk.TicketStatus](ctx, t.Transaction, `SELECT s.*, p.archived_at IS NOT NULL AS pipeline_archived
		FROM ticket_statuses AS s JOIN pipelines AS p ON p.account_id = s.account_id AND p.id = s.pipeline_id
		WHERE s.account_id = ? AND s.id = ?`, t.Act.By.Account.ID, id)
	if err != nil || s == nil {
		return nil, orNotFound(err, "status", path...)
	}
	return s, nil
}

// firstOpenStatus is the first open status of a pipeline, or of the first pipeline.
func (t *Tx) firstOpenStatus(ctx context.Context, pipeline *desk.ID) (*desk.TicketStatus, error) {
	t.lockConfigShared()
	s := new(desk.TicketStatus)
	q := t.NewSelect().Model(s).
		Join("JOIN pipelines AS p ON p.account_id = ticket_status.account_id AND p.id = ticket_status.pipeline_id").
		Where("ticket_status.account_id = ? AND ticket_status.state = 'OPEN' AND ticket_status.archived_at IS NULL", t.Act.By.Account.ID).
		OrderExpr("p.position, p.id, ticket_status.position").Limit(1)
	if pipeline != nil {
		q = q.Where("p.id = ?", *pipeline)
	} else {
		q = q.Where("p.archived_at IS NULL")
	}
	there, err := pg.Found(q.Scan(ctx))
	if err == nil && !there {
		err = desk.Refuse(desk.CodeInvalidInput, "The account has no pipeline in use. An admin can create one with pipelineCreate.").At("statusId")
	}
	return s, err
}

// fillOutcome puts what a rule has touched into the outcome, as far as the actor sees it.
func (t *Tx) fillOutcome(cs *desk.Case, named *desk.Conversation) {
	if named != nil && t.Act.By.SeesInbox(named.InboxID) {
		t.out.Conversation = named
	}
	if cs.Seen(t.Act.By) {
		t.out.Ticket = cs.Ticket
	}
	for _, r := range t.Act.Touched() {
		if c, ok := r.(*desk.Conversation); ok && c != named && t.Act.By.SeesInbox(c.InboxID) {
			t.out.Conversations = append(t.out.Conversations, c)
		}
	}
}
