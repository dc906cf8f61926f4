package db

import (
	"context"
	"errors"

	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// Purge removes for good what has been in the trash for longer than its account keeps it
// (D4), records that it did, and forgets idempotency keys that are over their time. It
// answers how many trashings went. Any number of servers may call it at once.
func (s *Store) Purge(ctx context.Context) (n int, err error) {
	var accounts []*desk.Account
	if err := s.client.Bun.NewSelect().Model(&accounts).Scan(ctx); err != nil {
		return 0, err
	}
	for _, a := range accounts {
		// What fails in one account must not keep the others waiting.
		purged, failed := s.purgeAccount(ctx, a)
		n, err = n+purged, errors.Join(err, failed)
	}
	return n, err
}

func (s *Store) purgeAccount(ctx context.Context, a *desk.Account) (n int, err error) {
	now := s.Clock()
	_, err = s.client.Bun.NewDelete().Model((*write.IdempotencyKey)(nil)).
		Where("account_id = ? AND created_at <= ?", a.ID, now.Add(-write.KeepAnswers)).Exec(ctx)
	if err != nil {
		return 0, err
	}
	unsent := s.PurgeUnsent(ctx, a.ID, now)
	var due []*desk.TrashGroup
	err = s.client.Bun.NewSelect().Model(&due).Where("account_id = ? AND restored_at IS NULL", a.ID).
		Where("trashed_at <= ?", now.AddDate(0, 0, -a.TrashKeepDays)).OrderExpr("trashed_at").Scan(ctx)
	if err = errors.Join(err, unsent); err != nil && due == nil {
		return 0, err
	}
	for _, g := range due {
		gone := false
		_, failed := s.Write(ctx, write.Write{By: read.Authenticated(desk.System(a)), Mutation: "purge"}, func(ctx context.Context, t *write.Tx) (err error) {
			gone, err = t.Purge(ctx, g)
			return err
		})
		err = errors.Join(err, failed)
		if gone && failed == nil {
			n++
		}
	}
	return n, err
}
