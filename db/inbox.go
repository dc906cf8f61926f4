package db

import (
	"context"
	"slices"

	"deskwire/desk"
)

// Inboxes are the inboxes that the actor sees, by name, with the teams that see them.
func (s *Store) Inboxes(ctx context.Context, by *desk.Actor) ([]*desk.Inbox, error) {
	all, err := setUp(ctx, func(u *setup) *kept[desk.Inbox] { return &u.inboxes }, func() ([]*desk.Inbox, error) { return s.readInboxes(ctx, by) })
	return slices.DeleteFunc(all, func(i *desk.Inbox) bool { return !by.SeesInbox(i.ID) }), err
}

// readInboxes reads all of the account, which are kept for all who ask.
func (s *Store) readInboxes(ctx context.Context, by *desk.Actor) ([]*desk.Inbox, error) {
	type row struct {
		desk.Inbox
		Teams string
	}
	found, err := rows[row](ctx, s, `SELECT i.*, ARRAY(SELECT t.team_id FROM inbox_teams AS t
		WHERE t.account_id = i.account_id AND t.inbox_id = i.id ORDER BY t.team_id)::text AS teams
		FROM inboxes AS i WHERE i.account_id = ? ORDER BY i.name, i.id`, by.Account.ID)
	inboxes := make([]*desk.Inbox, len(found))
	for i, r := range found {
		inboxes[i], r.TeamIDs = &r.Inbox, idsOf(r.Teams)
	}
	return inboxes, err
}

// Channels are all channels of the account, by name. Whose inbox the actor sees they see; the
// others are only shown as the channel of a conversation that has moved to an inbox they see.
func (s *Store) Channels(ctx context.Context, by *desk.Actor) ([]*desk.Channel, error) {
	return setUp(ctx, func(u *setup) *kept[desk.Channel] { return &u.channels }, func() ([]*desk.Channel, error) {
		return rows[desk.Channel](ctx, s, "SELECT * FROM channels WHERE account_id = ? ORDER BY name, id", by.Account.ID)
	})
}
