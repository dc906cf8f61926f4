package db

import (
	"context"

	"deskwire/desk"
)

// seesAttachment says whether the actor sees the message of the attachment f; until it has one,
// whoever made it does.
func seesAttachment(by *desk.Actor) sqlText {
	own := never
	if by.Agent != nil {
		own = sq("f.message_id IS NULL AND f.uploader_id = ?", by.Agent.ID)
	}
	return anyOf(own, sq("EXISTS (SELECT FROM messages AS m WHERE m.account_id = f.account_id AND m.id = f.message_id AND ?)", seesMessage(by)))
}

// Attachments are attachments by their ids.
func (s *Store) Attachments(ctx context.Context, by *desk.Actor, ids []desk.ID) (map[desk.ID]*desk.Attachment, error) {
	return rowsByID(ctx, s, func(f *desk.Attachment) desk.ID { return f.ID },
		"SELECT f.* FROM attachments AS f WHERE f.account_id = ? AND f.id = ANY(?::uuid[]) AND ?", by.Account.ID, uuidArray(ids), seesAttachment(by))
}

// AttachmentsOf are the files of messages, in the order in which they were made.
func (s *Store) AttachmentsOf(ctx context.Context, by *desk.Actor, messages []desk.ID) (map[desk.ID][]*desk.Attachment, error) {
	found, err := rows[desk.Attachment](ctx, s,
		"SELECT f.* FROM attachments AS f WHERE f.account_id = ? AND f.message_id = ANY(?::uuid[]) AND ? ORDER BY f.id",
		by.Account.ID, uuidArray(messages), seesAttachment(by))
	of := map[desk.ID][]*desk.Attachment{}
	for _, f := range found {
		of[*f.MessageID] = append(of[*f.MessageID], f)
	}
	return of, err
}

// File is an attachment with its bytes, for whoever holds a signed address of it; nil when there is none.
func (s *Store) File(ctx context.Context, account, id desk.ID) (*desk.Attachment, []byte, error) {
	f, content := new(desk.Attachment), []byte{}
	there, err := found(s.bun.NewSelect().Model(f).Where("account_id = ? AND id = ?", account, id).Scan(ctx))
	if !there {
		return nil, nil, err
	}
	there, err = found(s.bun.NewRaw("SELECT content FROM attachment_contents WHERE account_id = ? AND attachment_id = ?", account, id).Scan(ctx, &content))
	if !there {
		return nil, nil, err
	}
	return f, content, nil
}

// FileKey is what all servers of this database sign the addresses of files with.
func (s *Store) FileKey(ctx context.Context) ([]byte, error) {
	s.fileKey.Lock()
	defer s.fileKey.Unlock()
	if s.fileKey.secret != nil {
		return s.fileKey.secret, nil
	}
	var secret []byte
	err := s.bun.NewRaw("SELECT secret FROM file_key").Scan(ctx, &secret)
	if err == nil {
		s.fileKey.secret = secret
	}
	return secret, err
}
