package graph

import (
	"container/list"
	"context"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph/guard"
)

// cacheBytes bounds the parsed documents by the size of their source. A parsed document takes
// up to about 50 times that, so this is some 100 MB at the very worst, and a few in practice.
const cacheBytes = 2 << 20

// documentCache keeps the documents that were used last, parsed and checked.
type documentCache struct {
	mu    sync.Mutex
	free  int
	byUse *list.List // of *document, the last used first
	items map[string]*list.Element
}

type document struct {
	source string
	parsed *ast.QueryDocument
	shape  guard.Shape
}

func newDocumentCache(bytes int) *documentCache {
	return &documentCache{free: bytes, byUse: list.New(), items: map[string]*list.Element{}}
}

// Get finds a document.
func (c *documentCache) Get(_ context.Context, source string) (*ast.QueryDocument, bool) {
	if d := c.find(source); d != nil {
		return d.parsed, true
	}
	return nil, false
}

// find gives what is known of a document; nil when it is not there.
func (c *documentCache) find(source string) *document {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[source]
	if !ok {
		return nil
	}
	c.byUse.MoveToFront(e)
	return e.Value.(*document)
}

// Add keeps a document, and lets go of those that were not used for longest.
func (c *documentCache) Add(_ context.Context, source string, parsed *ast.QueryDocument) {
	d := &document{source, parsed, guard.Measure(parsed)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.items[source]; ok {
		return
	}
	c.items[source] = c.byUse.PushFront(d)
	for c.free -= len(source); c.free < 0; {
		oldest := c.byUse.Remove(c.byUse.Back()).(*document)
		delete(c.items, oldest.source)
		c.free += len(oldest.source)
	}
}
