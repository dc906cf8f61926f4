package db

import (
	"context"

	"deskwire/desk"
)

// Pipelines are the account's pipelines in their order with all their statuses, those that are archived last.
func (s *Store) Pipelines(ctx context.Context, by *desk.Actor) ([]*desk.Pipeline, error) {
	return setUp(ctx, func(u *setup) *kept[desk.Pipeline] { return &u.pipelines }, func() ([]*desk.Pipeline, error) { return s.readPipelines(ctx, by) })
}

func (s *Store) readPipelines(ctx context.Context, by *desk.Actor) ([]*desk.Pipeline, error) {
	pipelines, err := rows[desk.Pipeline](ctx, s,
		"SELECT * FROM pipelines WHERE account_id = ? ORDER BY archived_at IS NOT NULL, position, id", by.Account.ID)
	if err != nil {
		return nil, err
	}
	statuses, err := rows[desk.TicketStatus](ctx, s,
		"SELECT * FROM ticket_statuses WHERE account_id = ? ORDER BY position, id", by.Account.ID)
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
