package write

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Purge removes one trashing. It locks as every mutation does: ticket, then conversations.
func (t *Tx) Purge(ctx context.Context, g *desk.TrashGroup) (bool, error) {
	cs, err := t.lockGroup(ctx, g)
	if err != nil || cs == nil {
		return false, err
	}
	names, conversations := []string{}, []desk.ID{}
	for _, c := range cs.Conversations {
		if c.TrashGroupID != nil && *c.TrashGroupID == g.ID {
			names, conversations = append(names, c.Ref().String()), append(conversations, c.ID)
		}
	}
	var ticket desk.ID
	if tk := cs.Ticket; tk != nil && tk.TrashGroupID != nil && *tk.TrashGroupID == g.ID {
		ticket, names = tk.ID, append(names, tk.Ref().String())
	}
	if len(names) == 0 {
		return false, nil // somebody restored it in between
	}
	g.Purge(t.Act, names)
	return true, t.remove(ctx, g, conversations, ticket)
}

// lockGroup locks the case that the root of a trashing belongs to; nil when it is gone.
func (t *Tx) lockGroup(ctx context.Context, g *desk.TrashGroup) (*desk.Case, error) {
	if g.RootKind == desk.KindTicket {
		return t.lockTicket(ctx, g.RootID)
	}
	return t.lockConversationCase(ctx, g.RootID)
}

// remove deletes the rows, the ones that point to others first, and what the log tells of them.
func (t *Tx) remove(ctx context.Context, g *desk.TrashGroup, conversations []desk.ID, ticket desk.ID) error {
	ids := pg.UUIDs(conversations)
	files, err := t.filesIn(ctx, g.AccountID, ids)
	if err != nil {
		return err
	}
	all := []*bun.DeleteQuery{
		t.NewDelete().Table("messages").Where("conversation_id = ?", pg.OneOf(ids)),
		t.NewDelete().Table("conversation_labels").Where("conversation_id = ?", pg.OneOf(ids)),
		t.NewDelete().Table("conversation_activity").Where("conversation_id = ?", pg.OneOf(ids)),
		t.NewDelete().Table("conversations").Where("id = ?", pg.OneOf(ids)),
		t.NewDelete().Table("ticket_activity").Where("ticket_id = ?", ticket),
		t.NewDelete().Table("tickets").Where("id = ?", ticket),
		t.NewDelete().Table("trash_groups").Where("id = ?", g.ID),
		t.NewDelete().Table("events").Where("conversation_id = ?", pg.OneOf(ids)),
		t.NewDelete().Table("events").Where("ticket_id = ?", ticket),
	}
	if len(files) > 0 {
		names := pg.UUIDs(files) // the log knows what they were called
		all = append([]*bun.DeleteQuery{
			t.NewDelete().Table("attachment_pieces").Where("attachment_id = ?", pg.OneOf(names)),
			t.NewDelete().Table("attachment_contents").Where("attachment_id = ?", pg.OneOf(names)),
			t.NewDelete().Table("attachments").Where("id = ?", pg.OneOf(names)),
			t.NewDelete().Table("events").Where("entity_kind = ? AND entity_id = ?", string(desk.KindAttachment), pg.OneOf(names)),
		}, all...)
	}
	if t.Act.By.Account.TrashKeepDays*24 < int(KeepAnswers/time.Hour) {
		all = append(all, t.answersThatName(append(conversations, ticket)))
	}
	for _, del := range all {
		if _, err := del.Where("account_id = ?", g.AccountID).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// answersThatName are the kept answers in which one of the records stands. When the trash keeps
// things for longer than answers are kept, there are none left.
func (t *Tx) answersThatName(ids []desk.ID) *bun.DeleteQuery {
	q := t.NewDelete().Table("idempotency_keys")
	return q.WhereGroup(" AND ", func(q *bun.DeleteQuery) *bun.DeleteQuery {
		for _, id := range ids {
			if !id.IsZero() {
				q = q.WhereOr("answer::text LIKE ?", "%"+id.String()+"%")
			}
		}
		return q
	})
}

// filesIn finds the files of conversations.
func (t *Tx) filesIn(ctx context.Context, account desk.ID, conversations pg.UUIDs) (files []desk.ID, err error) {
	err = t.NewSelect().Table("attachments").Column("id").Where("account_id = ?", account).
		Where("message_id IN (SELECT id FROM messages WHERE account_id = ? AND conversation_id = ?)", account, pg.OneOf(conversations)).
		Scan(ctx, &files)
	return files, err
}
