package db

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/uptrace/bun"

	"deskwire/db/read"
)

// newFileKeyWaits is how long a new key waits, so that no server meets what it has signed before it
// has noticed the key.
const newFileKeyWaits = 2 * read.FileKeysKeep

// RotateFileKey has the addresses of files signed with a new key, in a few seconds. What was signed
// before opens for keep, then no more; with nothing to keep, the new key signs at once, and for
// read.FileKeysKeep a server may refuse what another one has signed.
func (s *Store) RotateFileKey(ctx context.Context, keep time.Duration) error {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // it never fails
	return s.client.Bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		// Whoever rotates at the same moment comes behind.
		for _, do := range []struct {
			words  string
			values []any
		}{
			{"LOCK TABLE file_key IN SHARE ROW EXCLUSIVE MODE", nil},
			{"DELETE FROM file_key WHERE opens_until < now()", nil},
			{"UPDATE file_key SET opens_until = least(opens_until, now() + make_interval(secs => ?))", []any{keep.Seconds()}},
			{"INSERT INTO file_key (secret, signs_from) VALUES (?, now() + make_interval(secs => ?))", []any{secret, newFileKeyWaits.Seconds()}},
		} {
			if _, err := tx.NewRaw(do.words, do.values...).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
