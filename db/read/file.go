package read

import (
	"context"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

// FilePiece is how many bytes of a file are read, or come, at once.
const FilePiece = 64 << 10

// StoredFile is an attachment whose bytes are there.
type StoredFile struct {
	*desk.Attachment
	upload *desk.ID // whose pieces it has; nil: it is in one
}

// File looks for a file, for whom its address was signed and when; nil when there is none, its
// bytes have not come, or they may not see it any more. What went to the trash later than that is
// not for them; an address may be asked for in the trash, too. No byte of it is read.
func (s *Database) File(ctx context.Context, by *desk.Actor, id desk.ID, signed time.Time) (*StoredFile, error) {
	r := s.ReaderFor(by)
	found, err := pg.Query[desk.Attachment](ctx, r, `SELECT f.* FROM attachments AS f WHERE f.account_id = ? AND f.id = ? AND ?
		AND NOT EXISTS (SELECT FROM messages AS m JOIN conversations AS c ON c.account_id = m.account_id AND c.id = m.conversation_id
			WHERE m.account_id = f.account_id AND m.id = f.message_id AND c.trashed_at >= ?)`,
		by.Account.ID, id, seesAttachment(by), signed)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	f := &StoredFile{Attachment: found[0]}
	there, err := pg.Found(s.client.Bun.NewRaw("SELECT upload_id FROM attachment_contents WHERE account_id = ? AND attachment_id = ?", by.Account.ID, id).Scan(ctx, &f.upload))
	if !there {
		return nil, err
	}
	return f, nil
}

// Pieces is how many pieces a file has.
func (f *StoredFile) Pieces() int { return (f.Size + FilePiece - 1) / FilePiece }

// ReadPiece reads a piece of a file; none when it has been deleted meanwhile.
func (s *Database) ReadPiece(ctx context.Context, f *StoredFile, number int) (piece []byte, err error) {
	q := s.client.Bun.NewRaw("SELECT content FROM attachment_pieces WHERE account_id = ? AND attachment_id = ? AND upload_id = ? AND number = ?",
		f.AccountID, f.ID, f.upload, number)
	if f.upload == nil {
		q = s.client.Bun.NewRaw("SELECT substring(content FROM ? FOR ?) FROM attachment_contents WHERE account_id = ? AND attachment_id = ?",
			number*FilePiece+1, FilePiece, f.AccountID, f.ID)
	}
	_, err = pg.Found(q.Scan(ctx, &piece))
	return piece, err
}
