package read

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// File is an attachment with its bytes, for whoever holds a signed address of it; nil when there is
// none.
func (s *Database) File(ctx context.Context, account, id desk.ID) (*desk.Attachment, []byte, error) {
	f, content := new(desk.Attachment), []byte{}
	there, err := pg.Found(s.client.Bun.NewSelect().Model(f).Where("account_id = ? AND id = ?", account, id).Scan(ctx))
	if !there {
		return nil, nil, err
	}
	there, err = pg.Found(s.client.Bun.NewRaw("SELECT content FROM attachment_contents WHERE account_id = ? AND attachment_id = ?", account, id).Scan(ctx, &content))
	if !there {
		return nil, nil, err
	}
	return f, content, nil
}

// FileKey is what all servers of this database sign the addresses of files with.
func (s *Database) FileKey(ctx context.Context) ([]byte, error) {
	s.fileKey.Lock()
	defer s.fileKey.Unlock()
	if s.fileKey.secret != nil {
		return s.fileKey.secret, nil
	}
	var secret []byte
	err := s.client.Bun.NewRaw("SELECT secret FROM file_key").Scan(ctx, &secret)
	if err == nil {
		s.fileKey.secret = secret
	}
	return secret, err
}
