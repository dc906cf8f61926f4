//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	"deskwire/graph"
	"deskwire/graph/generated"
	"deskwire/graph/model"
	"deskwire/graph/plan"
	"deskwire/graph/socket"
	"deskwire/live"
)

// hubServer is our hub, our executor and our sockets without the database: a payload is executed
// once for each group, by the same resolvers that gqlgen's transport runs for each subscriber.
type hubServer struct {
	hub     *live.Hub
	sockets *socket.Server
	exec    *executor.Executor
	renders atomic.Int64

	prepared []byte // instead of an execution; nil: execute

	mu     sync.Mutex
	at     desk.Cursor
	latest map[desk.Ref]stamp
}

func newHubServer(serveFlags) (server, error) {
	hub := &hubServer{latest: map[desk.Ref]stamp{}, at: desk.Cursor{Epoch: "bench", Max: 1000}, exec: executor.New(plannedSchema())}
	hub.exec.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	hub.hub = live.NewHub(live.Options{MissedEvents: func(context.Context, desk.ID, desk.Cursor, desk.Cursor, time.Time) ([]*desk.Event, error) {
		return nil, desk.ErrGone
	}})
	hub.hub.StartAt(hub.at)
	hub.sockets = socket.NewServer(socket.Config{Subprotocols: []string{"graphql-transport-ws"}})
	return hub, nil
}

// plannedSchema is the same schema, with our executor before gqlgen's.
func plannedSchema() graphql.ExecutableSchema {
	return plan.New(schemaOf(oncePayload), generated.Types(memoryResolvers{ResolverRoot: &graph.Resolver{}, source: oncePayload}), 0, func(context.Context, int) bool { return true }, nil)
}

// newPrepared is newHubServer with bytes that are there already, but for the stamp: what fanning
// out costs beyond the execution.
func newPrepared(o serveFlags) (server, error) {
	s, err := newHubServer(o)
	if err != nil {
		return nil, err
	}
	hub := s.(*hubServer)
	hub.prepared, err = renderOnce(hub.exec, conversationOf(0), stamp{1, 1})
	return hub, err
}

type stampKey struct{}

// oncePayload is a stream of one payload, whose stamp is in the context.
func oncePayload(ctx context.Context, conversation desk.Ref) <-chan *model.ConversationLive {
	s, _ := ctx.Value(stampKey{}).(stamp)
	c := make(chan *model.ConversationLive, 1)
	c <- payloadAt(conversation, s)
	close(c)
	return c
}

func renderOnce(exec *executor.Executor, conversation desk.Ref, s stamp) ([]byte, error) {
	sub := subscribeSidebar("Sidebar", conversation)
	op, err := operation(exec, &sub)
	if err != nil {
		return nil, err
	}
	return execute(context.Background(), exec, op, s)
}

func operation(exec *executor.Executor, sub *subscription) (*graphql.OperationContext, error) {
	ctx := graphql.StartOperationTrace(context.Background())
	op, errs := exec.CreateOperationContext(ctx, &graphql.RawParams{
		Query: sub.Query, OperationName: sub.Operation, Variables: map[string]any{"id": sub.Variables["id"]},
	})
	if len(errs) > 0 {
		return nil, errs
	}
	return op, nil
}

func execute(ctx context.Context, exec *executor.Executor, op *graphql.OperationContext, s stamp) ([]byte, error) {
	ctx = graphql.WithOperationContext(graphql.StartOperationTrace(context.WithValue(ctx, stampKey{}, s)), op)
	next, ctx := exec.DispatchOperation(ctx, op)
	resp := next(ctx)
	if resp == nil || len(resp.Errors) > 0 {
		return nil, errors.New("bench: the sidebar can't be executed")
	}
	return append(append([]byte(`{"data":`), resp.Data...), '}'), nil
}

func (hub *hubServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = hub.sockets.Accept(w, r, func(c *socket.Conn) socket.Handler { return &hubConn{hub: hub, conn: c} }) // refusals are answered there
}

func (hub *hubServer) publish(group int, s stamp) {
	to := conversationOf(group)
	hub.mu.Lock()
	defer hub.mu.Unlock()
	hub.latest[to] = s
	b := desk.Batch{Before: hub.at}
	hub.at.Max++
	b.Cursor = hub.at
	b.Events = []*desk.Event{{
		AccountID: account, ID: sequentialID(7, int(s.seq)), Kind: desk.TicketUpdated, EntityKind: desk.KindConversation, EntityID: to.ID, Xid: b.Before.Max,
	}}
	hub.hub.TakeBatch(b)
}

func (hub *hubServer) liveQuery(sub *subscription) (*live.Query, error) {
	ref, err := desk.ParseRef(sub.Variables["id"])
	if err != nil {
		return nil, err
	}
	op, err := operation(hub.exec, sub)
	if err != nil {
		return nil, err
	}
	deps := []live.Dependency{{Kind: desk.KindConversation, ID: ref.ID}}
	return &live.Query{Key: sub.Query + ref.String(), Account: account, Render: func(ctx context.Context, _ live.RenderRequest) (live.Rendered, error) {
		hub.renders.Add(1)
		hub.mu.Lock()
		s := hub.latest[ref]
		hub.mu.Unlock()
		if hub.prepared != nil {
			return live.Rendered{Body: bytes.Replace(hub.prepared, []byte(stamp{1, 1}.String()), []byte(s.String()), 1), Deps: deps}, nil
		}
		body, err := execute(ctx, hub.exec, op, s)
		return live.Rendered{Body: body, Deps: deps}, err
	}}, nil
}

func (hub *hubServer) count(st *stats) {
	h := hub.hub.Stats()
	st.Subscriptions, st.Joining, st.Connections, st.Renders = h.Subscriptions, h.Joining, hub.sockets.OpenConns(), hub.renders.Load()
}

func (hub *hubServer) close() {
	hub.sockets.Close()
	hub.hub.Close()
}

// hubConn speaks as much of the protocol as the load client does.
type hubConn struct {
	hub     *hubServer
	conn    *socket.Conn
	session *live.Session
	mu      sync.Mutex
	subs    []*live.Subscription
}

func (c *hubConn) Message(text []byte) {
	var m struct {
		ID, Type string
		Payload  json.RawMessage
	}
	if json.Unmarshal(text, &m) != nil {
		c.conn.Close(4400, "")
		return
	}
	switch m.Type {
	case "connection_init":
		c.session = c.hub.hub.OpenSession(account, func() {})
		c.conn.Force(socket.AppendFrame(nil, []byte(`{"type":"connection_ack"}`)))
	case "subscribe":
		var sub subscription
		if json.Unmarshal(m.Payload, &sub) != nil {
			c.conn.Close(4400, "")
			return
		}
		ask, err := c.hub.liveQuery(&sub)
		if err != nil {
			c.conn.Close(4400, err.Error())
			return
		}
		s := c.session.Subscribe(func() *live.Query { return ask }, &hubSubscription{c.conn, fmt.Appendf(nil, `{"id":%q,"type":"next","payload":`, m.ID)}, nil)
		c.mu.Lock()
		c.subs = append(c.subs, s)
		c.mu.Unlock()
	}
}

// Leave goes at once.
func (c *hubConn) Leave(now func()) { now() }

func (c *hubConn) Drained() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.subs {
		s.SinkReady()
	}
}

func (c *hubConn) Closed() {
	if c.session != nil {
		c.session.Close()
	}
}

// hubSubscription writes as the real thing does: the message's beginning in front of the shared
// bytes, then one write.
type hubSubscription struct {
	conn   *socket.Conn
	prefix []byte
}

func (s *hubSubscription) Deliver(d *live.Delivery) bool {
	end := live.Headroom + len(d.Body)
	d.Buf[end] = '}'
	from := live.Headroom - len(s.prefix)
	copy(d.Buf[from:], s.prefix)
	return s.conn.Write(d.Buf[socket.PutHeader(d.Buf, from, end+1-from) : end+1])
}
func (s *hubSubscription) Refuse([]byte) {}
func (s *hubSubscription) Ready() bool   { return s.conn.Ready() }
