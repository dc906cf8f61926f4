package db

import (
	"context"

	"deskwire/desk"
)

// Inboxes are the inboxes that the actor sees, by name, with the teams that see them.
func (s *Store) Inboxes(ctx context.Context, by *desk.Actor) ([]*desk.Inbox, error) {
	type row struct {
		desk.Inbox
		Teams string
	}
	found, err := rows[row](ctx, s, `SELECT i.*, ARRAY(SELECT t.team_id FROM inbox_teams AS t
		WHERE t.account_id = i.account_id AND t.inbox_id = i.id ORDER BY t.team_id)::text AS teams
		FROM inboxes AS i WHERE i.account_id = ? AND ? ORDER BY i.name, i.id`, by.Account.ID, seesInbox(by, "i.id"))
	inboxes := make([]*desk.Inbox, len(found))
	for i, r := range found {
		inboxes[i], r.TeamIDs = &r.Inbox, idsOf(r.Teams)
	}
	return inboxes, err
}

// Channels are all channels of the account, by name. Whose inbox the actor sees they see; the
// others are only shown as the channel of a conversation that has moved to an inbox they see.
func (s *Store) Channels(ctx context.Context, by *desk.Actor) ([]*desk.Channel, error) {
	return rows[desk.Channel](ctx, s, "SELECT * FROM channels WHERE account_id = ? ORDER BY name, id", by.Account.ID)
}
