package db

import (
	"context"
	"sync"
	"time"
)

// Backlog is how much of what is done in the background is left to do.
type Backlog struct {
	Trash  int // trashings that are due for purging
	Search int // slices that search does not know yet
}

const (
	// backlogEvery is how often it is counted at most: each scrape of each server asks.
	backlogEvery    = 15 * time.Second
	backlogPatience = time.Second
)

// backlogCount is what was counted last.
type backlogCount struct {
	sync.Mutex
	Backlog
	at time.Time
}

// Backlog says how much is left to do, as it was counted some seconds ago; what can't be counted
// stays as it was.
func (s *Store) Backlog() Backlog {
	s.backlog.Lock()
	defer s.backlog.Unlock()
	now := time.Now()
	if now.Sub(s.backlog.at) < backlogEvery {
		return s.backlog.Backlog
	}
	s.backlog.at = now
	ctx, cancel := context.WithTimeout(context.Background(), backlogPatience)
	defer cancel()
	var b Backlog
	err := s.client.Pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM trash_groups AS g JOIN accounts AS a ON a.id = g.account_id
			WHERE g.restored_at IS NULL AND g.trashed_at <= $1::timestamptz - a.trash_keep_days * interval '1 day'),
		(SELECT count(*) FROM search_behind)`, s.Clock()).Scan(&b.Trash, &b.Search)
	if err == nil {
		s.backlog.Backlog = b
	}
	return s.backlog.Backlog
}
