package write

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"deskwire/db/pg"
	"deskwire/desk"
)

// CreateAttachment announces a file, if the account has room for it.
func (t *Tx) CreateAttachment(ctx context.Context, name, contentType string, size int) (err error) {
	if t.out.Attachment, err = desk.NewAttachment(t.Act, name, contentType, size); err != nil || t.store.FileQuota == 0 {
		return err
	}
	var stored int64
	// The row stays locked until the commit, so that two at once can't take the last room both.
	err = t.NewRaw(`INSERT INTO account_files AS f (account_id, bytes) VALUES (?, 0)
		ON CONFLICT (account_id) DO UPDATE SET bytes = f.bytes RETURNING bytes`, t.Act.By.Account.ID).Scan(ctx, &stored)
	if err != nil {
		return err
	}
	return desk.CheckFileQuota(stored, size, t.store.FileQuota)
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
			tx.NewDelete().Table("attachment_pieces").Where("attachment_id = ?", pg.OneOf(ids)),
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
