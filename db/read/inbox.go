package read

import (
	"context"
	"slices"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Inboxes are the inboxes that the actor sees, by name, with the teams that see them.
func (r *Reader) Inboxes(ctx context.Context) ([]*desk.Inbox, error) {
	all, err := cachedRows(r, func(c *configCache) *cachedList[desk.Inbox] { return &c.inboxes }, func() ([]*desk.Inbox, error) { return r.readInboxes(ctx) })
	return slices.DeleteFunc(all, func(i *desk.Inbox) bool { return !r.actor.SeesInbox(i.ID) }), err
}

// readInboxes reads all of the account, which are kept for all who ask.
func (r *Reader) readInboxes(ctx context.Context) ([]*desk.Inbox, error) {
	type row struct {
		desk.Inbox
		Teams string
	}
	found, err := pg.Query[row](ctx, r, `SELECT i.*, ARRAY(SELECT t.team_id FROM inbox_teams AS t
		WHERE t.account_id = i.account_id AND t.inbox_id = i.id ORDER BY t.team_id)::text AS teams
		FROM inboxes AS i WHERE i.account_id = ? ORDER BY i.name`+nameCollation+`, i.id`, r.actor.Account.ID)
	inboxes := make([]*desk.Inbox, len(found))
	for i, r := range found {
		inboxes[i], r.TeamIDs = &r.Inbox, idsFrom(r.Teams)
	}
	return inboxes, err
}

// Channels are all channels of the account, by name. Whose inbox the actor sees they see; the
// others are only shown as the channel of a conversation that has moved to an inbox they see.
func (r *Reader) Channels(ctx context.Context) ([]*desk.Channel, error) {
	return cachedRows(r, func(c *configCache) *cachedList[desk.Channel] { return &c.channels }, func() ([]*desk.Channel, error) {
		return pg.Query[desk.Channel](ctx, r, "SELECT * FROM channels WHERE account_id = ? ORDER BY name"+nameCollation+", id", r.actor.Account.ID)
	})
}
