package read

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

const (
	// useGrain is how exactly it is known when a token was last used.
	useGrain = time.Minute
	// usePatience bounds the note: it is worth less than a connection.
	usePatience = 5 * time.Second
)

// tokenUsage notes when tokens were last used, beside the requests that use them: at most one
// goroutine at a time, which ends when nothing is left to note. The zero value is ready.
type tokenUsage struct {
	mu      sync.Mutex
	waiting map[tokenKey]time.Time
	busy    bool
	closed  bool
	saving  sync.WaitGroup
}

type tokenKey struct{ account, token desk.ID }

func (u *tokenUsage) record(s *Database, t *desk.Token, now time.Time) {
	if t.LastUsedAt != nil && now.Sub(*t.LastUsedAt) < useGrain {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return
	}
	if u.waiting == nil {
		u.waiting = map[tokenKey]time.Time{}
	}
	u.waiting[tokenKey{t.AccountID, t.ID}] = now
	if !u.busy {
		u.busy = true
		u.saving.Go(func() { u.saveAll(s) })
	}
}

// close takes no more notes, and waits until those there are have been saved.
func (u *tokenUsage) close() {
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
	u.saving.Wait()
}

// takeWaiting gives what is waiting; nothing ends the goroutine.
func (u *tokenUsage) takeWaiting() map[tokenKey]time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	batch := u.waiting
	u.waiting, u.busy = nil, len(batch) > 0
	return batch
}

func (u *tokenUsage) saveAll(s *Database) {
	for batch := u.takeWaiting(); len(batch) > 0; batch = u.takeWaiting() {
		if err := s.saveTokenUse(batch); err != nil {
			slog.Warn("the last use of tokens could not be saved", "err", err, "tokens", len(batch))
		}
	}
}

// saveTokenUse writes a batch. Requests that came meanwhile saw the old time: the last line
// makes them no second write.
func (s *Database) saveTokenUse(batch map[tokenKey]time.Time) error {
	ctx, cancel := context.WithTimeout(context.Background(), usePatience)
	defer cancel()
	var accounts, tokens []desk.ID
	var times []time.Time
	for k, at := range batch {
		accounts, tokens, times = append(accounts, k.account), append(tokens, k.token), append(times, at)
	}
	_, err := s.client.Pool.Exec(ctx, `UPDATE tokens t SET last_used_at = u.at
		FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) u (account_id, id, at)
		WHERE t.account_id = u.account_id AND t.id = u.id
		AND (t.last_used_at IS NULL OR t.last_used_at <= u.at - $4::interval)`,
		pg.UUIDs(accounts), pg.UUIDs(tokens), times, useGrain)
	return err
}
