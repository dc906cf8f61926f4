package db

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/desk"
)

// searchPause is how long a server rests between looks for what search has not taken in yet.
const searchPause = 5 * time.Second

// KeepSearch takes in what search lacks, after another language or a new version, until the context
// ends. It works half of the time, so that there is room for requests. Any number of servers may do
// it at once.
func (s *Store) KeepSearch(ctx context.Context, failed func(error)) {
	for ctx.Err() == nil {
		began, pause := time.Now(), searchPause
		n, err := s.indexNextSlice(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			failed(err)
		case n != nil:
			pause = time.Since(began)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// CatchUpSearch takes in all that search lacks, and tells of each number of conversations that can
// be found now.
func (s *Store) CatchUpSearch(ctx context.Context, found func(n int)) error {
	for {
		n, err := s.indexNextSlice(ctx)
		if n == nil || err != nil {
			return err
		}
		found(*n)
	}
}

// indexNextSlice takes a slice in: how many conversations it has, nil when there is none left for
// us.
func (s *Store) indexNextSlice(ctx context.Context) (n *int, err error) {
	return n, s.client.Pool.QueryRow(ctx, "SELECT search_catch_up()").Scan(&n)
}

// Under way are many messages at once: the more of them go into the index together, the less it
// costs each.
const largePendingList = "ALTER INDEX search_docs_by_words SET (gin_pending_list_limit = 65536)"

const smallPendingList = "ALTER INDEX search_docs_by_words SET (gin_pending_list_limit = 256)"

// indexAccount makes an account that was filled searchable, on all processors. Meanwhile searches
// of others take longer.
func (s *Store) indexAccount(ctx context.Context, a *desk.Account, found func(n int)) (err error) {
	if _, err := s.client.Pool.Exec(ctx, "SELECT search_anew($1, '{cnv,tkt,con}')", a.ID.String()); err != nil {
		return err
	}
	if _, err := s.client.Pool.Exec(ctx, "SET LOCAL lock_timeout = 0; "+largePendingList, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	var mu sync.Mutex
	var workers sync.WaitGroup
	all := 0
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			failed := s.CatchUpSearch(ctx, func(n int) {
				mu.Lock()
				defer mu.Unlock()
				all += n
				found(all)
			})
			mu.Lock()
			defer mu.Unlock()
			if failed != nil {
				err = failed
			}
		})
	}
	workers.Wait()
	if err != nil {
		return err
	}
	_, err = s.client.Pool.Exec(ctx, smallPendingList)
	return err
}
