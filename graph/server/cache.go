package server

import (
	"container/list"
	"context"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph/guard"
)

// byteCache is an LRU cache: it keeps what was used last, within a number of bytes.
type byteCache[V any] struct {
	mu    sync.Mutex
	free  int
	byUse *list.List // of *cached[V], the last used first
	items map[string]*list.Element
}

type cacheEntry[V any] struct {
	key   string
	value V
	bytes int
}

func newByteCache[V any](bytes int) *byteCache[V] {
	return &byteCache[V]{free: bytes, byUse: list.New(), items: map[string]*list.Element{}}
}

func (c *byteCache[V]) lookup(key string) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[key]
	if !ok {
		return v, false
	}
	c.byUse.MoveToFront(e)
	return e.Value.(*cacheEntry[V]).value, true
}

// remember keeps a value, and lets go of those that were not used for longest.
func (c *byteCache[V]) remember(key string, v V, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.items[key]; ok {
		return
	}
	c.items[key] = c.byUse.PushFront(&cacheEntry[V]{key, v, bytes})
	for c.free -= bytes; c.free < 0; {
		oldest := c.byUse.Remove(c.byUse.Back()).(*cacheEntry[V])
		delete(c.items, oldest.key)
		c.free += oldest.bytes
	}
}

// cacheBytes bounds the parsed documents by the size of their source. A parsed document takes
// up to about 50 times that, so this is some 100 MB at the very worst, and a few in practice.
const cacheBytes = 2 << 20

// documentCache keeps the documents that were used last, parsed and checked, and finds those that
// are followed.
type documentCache struct {
	used     *byteCache[*measuredDocument]
	followed *followedDocuments
}

type measuredDocument struct {
	parsed *ast.QueryDocument
	shape  guard.Shape
}

func newDocumentCache(bytes int, followed *followedDocuments) documentCache {
	return documentCache{newByteCache[*measuredDocument](bytes), followed}
}

func (c documentCache) lookup(source string) (*measuredDocument, bool) {
	if d, ok := c.used.lookup(source); ok {
		return d, true
	}
	return c.followed.lookup(source)
}

// Get finds a document.
func (c documentCache) Get(_ context.Context, source string) (*ast.QueryDocument, bool) {
	if d, ok := c.lookup(source); ok {
		return d.parsed, true
	}
	return nil, false
}

// Add keeps a document.
func (c documentCache) Add(_ context.Context, source string, parsed *ast.QueryDocument) {
	c.used.remember(source, &measuredDocument{parsed, guard.Measure(parsed)}, len(source))
}
