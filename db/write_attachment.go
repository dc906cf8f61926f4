package db

import (
	"context"
	"time"

	"deskwire/desk"
)

// CreateAttachment announces a file.
func (t *Tx) CreateAttachment(_ context.Context, name, contentType string, size int) (err error) {
	t.out.Attachment, err = desk.NewAttachment(t.act, name, contentType, size)
	return err
}

// files locks and loads the attachments that a message is to take. Only who made a file can send it.
func (t *Tx) files(ctx context.Context, ids []desk.ID) ([]*desk.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var found []*desk.Attachment
	q := t.NewSelect().Model(&found).Where("account_id = ? AND id = ANY(?::uuid[])", t.act.By.Account.ID, uuidArray(ids)).
		OrderExpr("id").For("NO KEY UPDATE")
	if t.act.By.Agent != nil {
		q = q.Where("uploader_id = ?", t.act.By.Agent.ID)
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
func (s *Store) Upload(ctx context.Context, account, id desk.ID, content []byte) error {
	a := new(desk.Account)
	there, err := found(s.bun.NewSelect().Model(a).Where("id = ?", account).Scan(ctx))
	if err != nil || !there {
		return orNotFound(err, "attachment")
	}
	_, err = s.Write(ctx, Write{By: desk.System(a), Mutation: "attachmentUpload"}, func(ctx context.Context, t *Tx) error {
		f, err := load[desk.Attachment](ctx, t, id, "attachment")
		if err != nil {
			return err
		}
		if len(content) != f.Size {
			return desk.Refuse(desk.CodeInvalidInput, "The file has %d bytes; %d were announced.", len(content), f.Size)
		}
		if err := f.Uploaded(t.act); err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, "INSERT INTO attachment_contents (account_id, attachment_id, content) VALUES (?, ?, ?)", account, id, content)
		return err
	})
	return err
}

// purgeUnsent removes files that no message has taken in their time.
func (s *Store) purgeUnsent(ctx context.Context, account desk.ID, now time.Time) error {
	_, err := s.bun.NewRaw(`WITH old AS (SELECT id FROM attachments WHERE account_id = ?0 AND message_id IS NULL AND created_at <= ?1 FOR UPDATE),
		bytes AS (DELETE FROM attachment_contents WHERE account_id = ?0 AND attachment_id IN (SELECT id FROM old))
		DELETE FROM attachments WHERE account_id = ?0 AND id IN (SELECT id FROM old)`, account, now.Add(-desk.KeepUnsent)).Exec(ctx)
	return err
}
