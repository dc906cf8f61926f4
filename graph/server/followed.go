package server

import (
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph/guard"
	"deskwire/heap"
)

// A subscription keeps its document and its variables for as long as it lasts, which may be days.
// All who follow one document share it, and it is held once; what nobody else follows is held for
// the one who does.

// nodeSize is what a node of a parsed document takes, with its positions, in bytes.
const nodeSize = 256

// documentSize is how many bytes a document takes, about.
func documentSize(source string, s guard.Shape) int { return len(source) + s.Nodes*nodeSize }

// ownSubscription is how many bytes the variables of a subscription may take without being counted:
// about what any subscription takes.
const ownSubscription = 4 << 10

// followedDocuments are the documents that are followed at the moment.
type followedDocuments struct {
	memory *heap.Budget

	mu       sync.Mutex
	bySource map[string]*followedDocument
}

// followedDocument is a document that some follow.
type followedDocument struct {
	measuredDocument
	source    string
	held      *heap.Holding
	followers int
}

func newFollowedDocuments(memory *heap.Budget) *followedDocuments {
	return &followedDocuments{memory: memory, bySource: map[string]*followedDocument{}}
}

// lookup finds a document that somebody follows.
func (f *followedDocuments) lookup(source string) (*measuredDocument, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := f.bySource[source]; d != nil {
		return &d.measuredDocument, true
	}
	return nil, false
}

// hold counts what a subscription keeps until it is released, and has it keep nothing else. False:
// there is no room for it.
func (f *followedDocuments) hold(s *subscription) bool {
	variables := f.memory.Hold(heap.Messages)
	if s.size > ownSubscription && !variables.Grow(s.size) {
		return false
	}
	document := f.follow(s.op.Doc)
	if document == nil {
		variables.Release()
		return false
	}
	s.op.RawQuery, s.op.Extensions = document.source, nil
	s.release = sync.OnceFunc(func() {
		variables.Release()
		f.unfollow(document)
	})
	return true
}

// follow counts a follower of a document; nil: there is no room for it. Another parse of a document
// that is followed already is held for itself.
func (f *followedDocuments) follow(parsed *ast.QueryDocument) *followedDocument {
	source := parsed.Operations[0].Position.Src.Input // it keeps that; what has come now may be a copy
	f.mu.Lock()
	defer f.mu.Unlock()
	known := f.bySource[source]
	if known != nil && known.parsed == parsed {
		known.followers++
		return known
	}
	d := &followedDocument{
		measuredDocument: measuredDocument{parsed, guard.Measure(parsed)}, source: source, held: f.memory.Hold(heap.Messages), followers: 1,
	}
	if !d.held.Grow(documentSize(source, d.shape)) {
		return nil
	}
	if known == nil {
		f.bySource[source] = d
	}
	return d
}

func (f *followedDocuments) unfollow(d *followedDocument) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d.followers--; d.followers > 0 {
		return
	}
	d.held.Release()
	if f.bySource[d.source] == d {
		delete(f.bySource, d.source)
	}
}

var _ graphql.Cache[*ast.QueryDocument] = documentCache{}
