package graph

import (
	"context"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph/model"
)

// searchKey is the key of a search for loaders.
func searchKey(s *desk.Search) string { return s.Query }

// searchHits gives a page of what a search finds, of one kind. Searches beside one another are
// looked for one after the other.
func searchHits[H any](ctx context.Context, s *desk.Search, in read.Searcher, p read.Paging, hit func(*read.Hit) H) (*model.Connection[H], error) {
	l := loadersOf(ctx)
	pages := func(ctx context.Context, queries []string) (map[string]*read.Page[H], error) {
		found := map[string]*read.Page[*read.Hit]{}
		for _, query := range queries {
			page, err := l.reader.SearchPage(ctx, query, in, p)
			if err != nil {
				return nil, err
			}
			found[query] = page
		}
		return read.MapPages(found, hit), nil
	}
	counts := func(ctx context.Context, queries []string) (map[string]read.Count, error) {
		out := map[string]read.Count{}
		for _, query := range queries {
			n, err := l.reader.SearchCount(ctx, query, in)
			if err != nil {
				return out, err
			}
			out[query] = n
		}
		return out, nil
	}
	return loadConnection(ctx, s, searchKey, pages, counts)
}

// beginSearch begins a search, and adds it to its scope: what hangs off two of them must not be
// taken for one another.
func beginSearch(ctx context.Context, query string) (*desk.Search, error) {
	l := loadersOf(ctx)
	s, err := desk.NewSearch(l.by, query)
	if err != nil {
		return nil, err
	}
	_, own := l.scopesAt(ctx)
	own.once.Do(func() { own.addObject(s) })
	return s, nil
}
