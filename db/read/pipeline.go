package read

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Pipelines are the account's pipelines in their order with all their statuses, those that are
// archived last.
func (r *Reader) Pipelines(ctx context.Context) ([]*desk.Pipeline, error) {
	return cachedRows(r, func(c *configCache) *cachedList[desk.Pipeline] { return &c.pipelines }, func() ([]*desk.Pipeline, error) { return r.readPipelines(ctx) })
}

func (r *Reader) readPipelines(ctx context.Context) ([]*desk.Pipeline, error) {
	pipelines, err := pg.Query[desk.Pipeline](ctx, r,
		"SELECT * FROM pipelines WHERE account_id = ? ORDER BY archived_at IS NOT NULL, position, id", r.actor.Account.ID)
	if err != nil {
		return nil, err
	}
	statuses, err := pg.Query[desk.TicketStatus](ctx, r,
		"SELECT * FROM ticket_statuses WHERE account_id = ? ORDER BY position, id", r.actor.Account.ID)
	byID := map[desk.ID]*desk.Pipeline{}
	for _, p := range pipelines {
		byID[p.ID] = p
	}
	for _, st := range statuses {
		if p := byID[st.PipelineID]; p != nil { // one that came in between has statuses, and is not there yet
			p.Statuses = append(p.Statuses, st)
		}
	}
	return pipelines, err
}
