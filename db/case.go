package db

import (
	"context"

	"deskwire/desk"
)

// caseOfConversation locks and loads a conversation that the actor sees, with its ticket
// and that one's other conversations.
func (t *Tx) caseOfConversation(ctx context.Context, id desk.ID) (*desk.Case, *desk.Conversation, error) {
	cs, err := t.lockCase(ctx, id)
	if err != nil || cs == nil {
		return nil, nil, orNotFound(err, "conversation", "conversationId")
	}
	c := cs.Conversation(id)
	if !t.act.By.SeesInbox(c.InboxID) {
		return nil, nil, desk.NotFound("conversation", "conversationId")
	}
	return cs, c, nil
}

// lockCase is caseOfConversation whether or not the actor sees it; nil when there is none.
func (t *Tx) lockCase(ctx context.Context, id desk.ID) (*desk.Case, error) {
	account := t.act.By.Account.ID
	named, err := txRows[desk.Conversation](ctx, t, "SELECT ticket_id FROM conversations WHERE account_id = ? AND id = ?", account, id)
	if err != nil || len(named) == 0 {
		return nil, err
	}
	if ticket := named[0].TicketID; ticket != nil {
		return t.lockTicket(ctx, *ticket)
	}
	if err := t.lineUpTurn(ctx, "conversation", id); err != nil {
		return nil, err
	}
	cs := &desk.Case{}
	t.lockConversations(&cs.Conversations, "c.id = ?", id)
	if err := t.send(ctx); err != nil {
		return nil, err
	}
	if len(cs.Conversations) == 0 {
		return nil, nil
	}
	if cs.Conversations[0].TicketID != nil {
		return nil, errAgain // it got its ticket in between, and has its turn with that one
	}
	return cs, nil
}

// caseOfTicket locks and loads a ticket of which the actor sees a conversation, with all of them.
func (t *Tx) caseOfTicket(ctx context.Context, id desk.ID) (*desk.Case, error) {
	cs, err := t.lockTicket(ctx, id)
	if err != nil || cs == nil {
		return nil, orNotFound(err, "ticket", "ticketId")
	}
	if !cs.Seen(t.act.By) {
		return nil, desk.NotFound("ticket", "ticketId")
	}
	return cs, nil
}

func (t *Tx) lockTicket(ctx context.Context, id desk.ID) (*desk.Case, error) {
	if err := t.lineUpTurn(ctx, "ticket", id); err != nil {
		return nil, err
	}
	cs, tickets := &desk.Case{}, []*desk.Ticket{}
	lineUpRows(t, &tickets, "SELECT "+ticketColumns+" FROM "+ticketTables+" WHERE t.account_id = ? AND t.id = ? FOR NO KEY UPDATE OF t, a",
		t.act.By.Account.ID, id)
	t.lockConversations(&cs.Conversations, "c.ticket_id = ?", id)
	if err := t.send(ctx); err != nil || len(tickets) == 0 {
		return nil, err
	}
	cs.Ticket = tickets[0]
	return cs, nil
}

// lockConversations has the rows and their activity locked when the line goes: the unread count is counted up from what is read here.
func (t *Tx) lockConversations(out *[]*desk.Conversation, where string, id desk.ID) {
	lineUpRows(t, out, "SELECT "+conversationColumns+" FROM "+conversationTables+" WHERE c.account_id = ? AND "+where+
		" ORDER BY c.id FOR NO KEY UPDATE OF c, a", t.act.By.Account.ID, id)
}

func orNotFound(err error, noun string, path ...string) error {
	if err != nil {
		return err
	}
	return desk.NotFound(noun, path...)
}

// load reads and locks one record by its key when its turn has come, or answers NOT_FOUND.
func load[T any](ctx context.Context, t *Tx, id desk.ID, noun string, path ...string) (*T, error) {
	if err := t.turn(ctx, noun, id); err != nil {
		return nil, err
	}
	return readFor[T](ctx, t, "NO KEY UPDATE", id, noun, path...)
}

// read is load without a lock: for what the mutation does not change, or whose turn it has.
func read[T any](ctx context.Context, t *Tx, id desk.ID, noun string, path ...string) (*T, error) {
	return readFor[T](ctx, t, "", id, noun, path...)
}

func readFor[T any](ctx context.Context, t *Tx, lock string, id desk.ID, noun string, path ...string) (*T, error) {
	r := new(T)
	q := t.NewSelect().Model(r).Where("?TableAlias.account_id = ? AND ?TableAlias.id = ?", t.act.By.Account.ID, id)
	if lock != "" {
		q = q.For(lock)
	}
	there, err := found(q.Scan(ctx))
	if err != nil || !there {
		return nil, orNotFound(err, noun, path...)
	}
	return r, nil
}

// owner reads the agent that is to own something; nil for nobody.
func (t *Tx) owner(ctx context.Context, id *desk.ID) (*desk.Agent, error) {
	if id == nil {
		return nil, nil
	}
	t.refer()
	a := new(desk.Agent)
	there, err := found(t.NewSelect().Model(a).Where("account_id = ? AND id = ?", t.act.By.Account.ID, *id).Scan(ctx))
	if err != nil || !there {
		return nil, orNotFound(err, "agent", "ownerId")
	}
	return a, nil
}

// inbox reads an inbox that the actor sees.
func (t *Tx) inbox(ctx context.Context, id desk.ID, path ...string) (*desk.Inbox, error) {
	t.refer()
	i := new(desk.Inbox)
	there, err := found(t.NewSelect().Model(i).Where("account_id = ? AND id = ?", t.act.By.Account.ID, id).Scan(ctx))
	if err != nil || !there || !t.act.By.SeesInbox(id) {
		return nil, orNotFound(err, "inbox", path...)
	}
	return i, nil
}

// channel reads a channel of an inbox that the actor sees, with the inbox.
func (t *Tx) channel(ctx context.Context, id desk.ID) (*desk.Channel, *desk.Inbox, error) {
	t.refer()
	ch := new(desk.Channel)
	there, err := found(t.NewSelect().Model(ch).Where("account_id = ? AND id = ?", t.act.By.Account.ID, id).Scan(ctx))
	if err != nil || !there {
		return nil, nil, orNotFound(err, "channel", "channelId")
	}
	inbox := new(desk.Inbox)
	there, err = found(t.NewSelect().Model(inbox).Where("account_id = ? AND id = ?", t.act.By.Account.ID, ch.InboxID).Scan(ctx))
	if err != nil || !there || !t.act.By.SeesInbox(inbox.ID) {
		return nil, nil, orNotFound(err, "channel", "channelId") // not a word of the inbox: it would tell that the channel is there
	}
	return ch, inbox, nil
}

// status reads a status of any pipeline.
func (t *Tx) status(ctx context.Context, id desk.ID, path ...string) (*desk.TicketStatus, error) {
	t.refer()
	s, err := txRow[desk.TicketStatus](ctx, t, `SELECT s.*, p.archived_at IS NOT NULL AS pipeline_archived
		FROM ticket_statuses AS s JOIN pipelines AS p ON p.account_id = s.account_id AND p.id = s.pipeline_id
		WHERE s.account_id = ? AND s.id = ?`, t.act.By.Account.ID, id)
	if err != nil || s == nil {
		return nil, orNotFound(err, "status", path...)
	}
	return s, nil
}

// firstOpenStatus is the first open status of a pipeline, or of the first pipeline.
func (t *Tx) firstOpenStatus(ctx context.Context, pipeline *desk.ID) (*desk.TicketStatus, error) {
	t.refer()
	s := new(desk.TicketStatus)
	q := t.NewSelect().Model(s).
		Join("JOIN pipelines AS p ON p.account_id = ticket_status.account_id AND p.id = ticket_status.pipeline_id").
		Where("ticket_status.account_id = ? AND ticket_status.state = 'OPEN' AND ticket_status.archived_at IS NULL", t.act.By.Account.ID).
		OrderExpr("p.position, p.id, ticket_status.position").Limit(1)
	if pipeline != nil {
		q = q.Where("p.id = ?", *pipeline)
	} else {
		q = q.Where("p.archived_at IS NULL")
	}
	there, err := found(q.Scan(ctx))
	if err == nil && !there {
		err = desk.Refuse(desk.CodeInvalidInput, "The account has no pipeline in use. An admin can create one with pipelineCreate.").At("statusId")
	}
	return s, err
}

// answer puts what a rule has touched into the outcome, as far as the actor sees it.
func (t *Tx) answer(cs *desk.Case, named *desk.Conversation) {
	if named != nil && t.act.By.SeesInbox(named.InboxID) {
		t.out.Conversation = named
	}
	if cs.Seen(t.act.By) {
		t.out.Ticket = cs.Ticket
	}
	for _, r := range t.act.Touched() {
		if c, ok := r.(*desk.Conversation); ok && c != named && t.act.By.SeesInbox(c.InboxID) {
			t.out.Conversations = append(t.out.Conversations, c)
		}
	}
}
