//go:build linux

package main

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	"deskwire/graph/model"
)

// gqlgenServer is gqlgen as its documentation has it: its server, its websocket transport, and a
// channel for each subscriber.
type gqlgenServer struct {
	*handler.Server
	mu     sync.Mutex
	groups map[desk.Ref]map[chan *model.ConversationLive]struct{}
	n      int
}

func newGqlgenServer(serveFlags) (server, error) {
	s := &gqlgenServer{groups: map[desk.Ref]map[chan *model.ConversationLive]struct{}{}}
	s.Server = handler.New(schemaOf(s.join))
	s.AddTransport(transport.Websocket{})
	s.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	return s, nil
}

func (s *gqlgenServer) join(ctx context.Context, conversation desk.Ref) <-chan *model.ConversationLive {
	c := make(chan *model.ConversationLive, 64)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[conversation] == nil {
		s.groups[conversation] = map[chan *model.ConversationLive]struct{}{}
	}
	s.groups[conversation][c] = struct{}{}
	s.n++
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.groups[conversation], c)
		s.n--
	})
	return c
}

func (s *gqlgenServer) publish(group int, at stamp) {
	to := conversationOf(group)
	p := payloadAt(to, at)
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.groups[to] {
		select {
		case c <- p:
		default: // too slow
		}
	}
}

func (s *gqlgenServer) count(st *stats) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Subscriptions, st.Connections = s.n, s.n
}

func (s *gqlgenServer) close() {}
