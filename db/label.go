package db

import (
	"context"

	"deskwire/desk"
)

// Labels are the account's labels by name, archived ones too.
func (s *Store) Labels(ctx context.Context, by *desk.Actor) ([]*desk.Label, error) {
	return setUp(ctx, func(u *setup) *kept[desk.Label] { return &u.labels }, func() ([]*desk.Label, error) {
		return rows[desk.Label](ctx, s, "SELECT * FROM labels WHERE account_id = ? ORDER BY lower(name), id", by.Account.ID)
	})
}

// LabelsOf are the labels of conversations that the caller has read, so sees.
func (s *Store) LabelsOf(ctx context.Context, by *desk.Actor, conversations []desk.ID) (map[desk.ID][]desk.ID, error) {
	type row struct{ ConversationID, LabelID desk.ID }
	found, err := rows[row](ctx, s, "SELECT conversation_id, label_id FROM conversation_labels WHERE account_id = ? AND conversation_id = ANY(?::uuid[]) ORDER BY label_id",
		by.Account.ID, uuidArray(conversations))
	out := map[desk.ID][]desk.ID{}
	for _, r := range found {
		out[r.ConversationID] = append(out[r.ConversationID], r.LabelID)
	}
	return out, err
}
