package write

import (
	"context"
	"time"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/desk"
)

// Upload is an attempt to bring the bytes of a file that was announced. They are kept piece by
// piece as they come, and are the file once all of them are there. It is for whoever holds the
// signed address to PUT them to; the server itself acts.
type Upload struct {
	Size int // bytes that are to come

	store   *Database
	account *desk.Account
	file    desk.ID
	id      desk.ID
	pieces  int
	came    int // bytes
}

// BeginUpload looks whether a file waits for its bytes, before any of them is read.
func (s *Database) BeginUpload(ctx context.Context, account, id desk.ID) (*Upload, error) {
	u := &Upload{store: s, account: new(desk.Account), file: id, id: pg.NewID()}
	there, err := pg.Found(s.client.Bun.NewSelect().Model(u.account).Where("id = ?", account).Scan(ctx))
	if err != nil || !there {
		return nil, orNotFound(err, "attachment")
	}
	f := new(desk.Attachment)
	there, err = pg.Found(s.client.Bun.NewSelect().Model(f).Where("account_id = ? AND id = ?", account, id).Scan(ctx))
	if err != nil || !there {
		return nil, orNotFound(err, "attachment")
	}
	u.Size = f.Size
	return u, f.CheckWaits()
}

// Keep keeps the next piece.
func (u *Upload) Keep(ctx context.Context, piece []byte) error {
	_, err := u.store.client.Bun.NewRaw("INSERT INTO attachment_pieces (account_id, attachment_id, upload_id, number, content) VALUES (?, ?, ?, ?, ?)",
		u.account.ID, u.file, u.id, u.pieces, piece).Exec(ctx)
	u.pieces, u.came = u.pieces+1, u.came+len(piece)
	return err
}

// Finish makes the pieces the file, once, and drops those of other attempts.
func (u *Upload) Finish(ctx context.Context) error {
	_, err := u.store.Write(ctx, Write{By: read.Authenticated(desk.System(u.account)), Mutation: "attachmentUpload"}, func(ctx context.Context, t *Tx) error {
		f, err := lockRecord[desk.Attachment](ctx, t, u.file, "attachment")
		if err != nil {
			return err
		}
		if u.came != f.Size {
			return desk.Refuse(desk.CodeInvalidInput, "The file has %d bytes, but its attachment was created for %d. Create an attachment of the right size.", u.came, f.Size)
		}
		if err := f.Uploaded(t.Act); err != nil {
			return err
		}
		if _, err = t.NewRaw("INSERT INTO attachment_contents (account_id, attachment_id, upload_id) VALUES (?, ?, ?)", u.account.ID, u.file, u.id).Exec(ctx); err != nil {
			return err
		}
		_, err = t.NewDelete().Table("attachment_pieces").Where("account_id = ? AND attachment_id = ? AND upload_id <> ?", u.account.ID, u.file, u.id).Exec(ctx)
		return err
	})
	return err
}

// abandonPatience is how long dropping the pieces of an upload may take. Those that stay are
// dropped with their file.
const abandonPatience = 5 * time.Second

// Abandon drops what has come of an upload that did not finish.
func (u *Upload) Abandon(ctx context.Context) error {
	if u.pieces == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abandonPatience)
	defer cancel()
	_, err := u.store.client.Bun.NewDelete().Table("attachment_pieces").
		Where("account_id = ? AND attachment_id = ? AND upload_id = ?", u.account.ID, u.file, u.id).Exec(ctx)
	return err
}
