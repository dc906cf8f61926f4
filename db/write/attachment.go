package write

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/desk"
)

// CreateAttachment announces a file.
func (t *Tx) CreateAttachment(_ context.Context, name, contentType string, size int) (err error) {
	t.out.Attachment, err = desk.NewAttachment(t.Act, name, contentType, size)
	return err
}

// attachableFiles locks and loads the attachments that a message is to take. Only who made a file
// can send it.
func (t *Tx) attachableFiles(ctx context.Context, ids []desk.ID) ([]*desk.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var found []*desk.Attachment
	q := t.NewSelect().Model(&found).Where("account_id = ? AND id = ?", t.Act.By.Account.ID, pg.OneOf(ids)).
		OrderExpr("id").For("NO KEY UPDATE")
	if t.Act.By.Agent != nil {
		q = q.Where("uploader_id = ?", t.Act.By.Agent.ID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	unique := map[desk.ID]bool{}
	for _, id := range ids {
		unique[id] = true
	}
	if len(found) != len(unique) {
		return nil, desk.NotFound("attachment", "attachmentIds")
	}
	return found, nil
}

// Upload keeps the bytes of a file that was announced, once. It is for whoever holds the signed
// address to PUT them to; the server itself acts.
func (s *Database) Upload(ctx context.Context, account, id desk.ID, content []byte) error {
	a := new(desk.Account)
	there, err := pg.Found(s.client.Bun.NewSelect().Model(a).Where("id = ?", account).Scan(ctx))
	if err != nil || !there {
		return orNotFound(err, "attachment")
	}
	_, err = s.Write(ctx, Write{By: read.Authenticated(desk.System(a)), Mutation: "attachmentUpload"}, func(ctx context.Context, t *Tx) error {
		f, err := lockRecord[desk.Attachment](ctx, t, id, "attachment")
		if err != nil {
			return err
		}
		if len(content) != f.Size {
			return desk.Refuse(desk.CodeInvalidInput, "The file has %d bytes, but its attachment was created for %d. Create an attachment of the right size.", len(content), f.Size)
		}
		if err := f.Uploaded(t.Act); err != nil {
			return err
		}
		_, err = t.NewRaw("INSERT INTO attachment_contents (account_id, attachment_id, content) VALUES (?, ?, ?)", account, id, content).Exec(ctx)
		return err
	})
	return err
}

// PurgeUnsent removes files that no message has taken in their time, and what the log knows of
// them.
func (s *Database) PurgeUnsent(ctx context.Context, account desk.ID, now time.Time) error {
	return s.client.Bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		var old []desk.ID
		// Locked in a statement of its own: an upload that is on its way is waited for, and its
		// bytes go too.
		err := tx.NewSelect().Table("attachments").Column("id").Where("account_id = ? AND message_id IS NULL", account).
			Where("created_at <= ?", now.Add(-desk.KeepUnsent)).For("UPDATE").Scan(ctx, &old)
		if err != nil || len(old) == 0 {
			return err
		}
		ids := pg.UUIDs(old)
		for _, del := range []*bun.DeleteQuery{
			tx.NewDelete().Table("attachment_contents").Where("attachment_id = ?", pg.OneOf(ids)),
			tx.NewDelete().Table("attachments").Where("id = ?", pg.OneOf(ids)),
			tx.NewDelete().Table("events").Where("entity_kind = ? AND entity_id = ?", string(desk.KindAttachment), pg.OneOf(ids)),
		} {
			if _, err := del.Where("account_id = ?", account).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
