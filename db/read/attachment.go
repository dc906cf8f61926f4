package read

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// seesAttachment says whether the actor sees the message of the attachment f; until it has one,
// whoever made it does.
func seesAttachment(by *desk.Actor) pg.Fragment {
	own := pg.Never
	if by.Agent != nil {
		own = pg.SQL("f.message_id IS NULL AND f.uploader_id = ?", by.Agent.ID)
	}
	return pg.AnyOf(own, pg.SQL("EXISTS (SELECT FROM messages AS m WHERE m.account_id = f.account_id AND m.id = f.message_id AND ?)", seesMessage(by)))
}

// Attachments are attachments by their ids.
func (r *Reader) Attachments(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Attachment, error) {
	return pg.QueryByID(ctx, r, func(f *desk.Attachment) desk.ID { return f.ID },
		"SELECT f.* FROM attachments AS f WHERE f.account_id = ? AND f.id = ? AND ?", r.actor.Account.ID, pg.OneOf(ids), seesAttachment(r.actor))
}

// AttachmentsOf are the files of messages, in the order in which they were made.
func (r *Reader) AttachmentsOf(ctx context.Context, messages []desk.ID) (map[desk.ID][]*desk.Attachment, error) {
	found, err := pg.Query[desk.Attachment](ctx, r,
		"SELECT f.* FROM attachments AS f WHERE f.account_id = ? AND f.message_id = ? AND ? ORDER BY f.id",
		r.actor.Account.ID, pg.OneOf(messages), seesAttachment(r.actor))
	of := map[desk.ID][]*desk.Attachment{}
	for _, f := range found {
		of[*f.MessageID] = append(of[*f.MessageID], f)
	}
	return of, err
}
