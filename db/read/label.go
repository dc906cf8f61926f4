package read

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Labels are the account's labels by name, archived ones too.
func (r *Reader) Labels(ctx context.Context) ([]*desk.Label, error) {
	return cachedRows(r, func(c *configCache) *cachedList[desk.Label] { return &c.labels }, func() ([]*desk.Label, error) {
		return pg.Query[desk.Label](ctx, r, "SELECT * FROM labels WHERE account_id = ? ORDER BY name"+nameCollation+", id", r.actor.Account.ID)
	})
}

// LabelsOf are the labels of conversations that the caller has read, so sees.
func (r *Reader) LabelsOf(ctx context.Context, conversations []desk.ID) (map[desk.ID][]desk.ID, error) {
	type row struct{ ConversationID, LabelID desk.ID }
	found, err := pg.Query[row](ctx, r, "SELECT conversation_id, label_id FROM conversation_labels WHERE account_id = ? AND conversation_id = ? ORDER BY label_id",
		r.actor.Account.ID, pg.OneOf(conversations))
	out := map[desk.ID][]desk.ID{}
	for _, r := range found {
		out[r.ConversationID] = append(out[r.ConversationID], r.LabelID)
	}
	return out, err
}
