package graph

import (
	"context"
	"crypto/sha256"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph/model"
)

// searchKey is a key of a search for loaders, which know their objects by one id.
func searchKey(s *desk.Search) (key desk.ID) {
	sum := sha256.Sum256([]byte(s.Query))
	copy(key[:], sum[:])
	return key
}

// searchHits gives a page of what a search finds, of one kind. Searches beside one another are looked for one after the other.
func searchHits[H any](ctx context.Context, s *desk.Search, in db.Searcher, p db.Paging, hit func(*db.Hit) H) (*model.Connection[H], error) {
	l := loadersOf(ctx)
	above, _ := l.scopesAt(ctx)
	each := func(keys []desk.ID, do func(key desk.ID, query string) error) error {
		for _, one := range siblings(above, s) {
			for _, key := range keys {
				if searchKey(one) != key {
					continue
				}
				if err := do(key, one.Query); err != nil {
					return err
				}
				break
			}
		}
		return nil
	}
	pages := func(ctx context.Context, keys []desk.ID) (map[desk.ID]*db.Page[H], error) {
		found := map[desk.ID]*db.Page[*db.Hit]{}
		err := each(keys, func(key desk.ID, query string) (err error) {
			if found[key] == nil {
				found[key], err = l.reader.SearchPage(ctx, query, in, p)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		return db.MapPages(found, hit), nil
	}
	counts := func(ctx context.Context, keys []desk.ID) (map[desk.ID]db.Count, error) {
		out := map[desk.ID]db.Count{}
		return out, each(keys, func(key desk.ID, query string) (err error) {
			if _, counted := out[key]; !counted {
				out[key], err = l.reader.SearchCount(ctx, query, in)
			}
			return err
		})
	}
	return loadConnection(ctx, s, searchKey, pages, counts)
}

// beginSearch begins a search, and adds it to its scope: what hangs off two of them must not be taken for one another.
func beginSearch(ctx context.Context, query string) (*desk.Search, error) {
	l := loadersOf(ctx)
	s, err := desk.NewSearch(l.by, query)
	if err != nil {
		return nil, err
	}
	_, own := l.scopesAt(ctx)
	own.once.Do(func() { own.add(s) })
	return s, nil
}
