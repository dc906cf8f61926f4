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

// fan is our hub, our executor and our sockets without the database: a payload is executed once for each group, by the same
// resolvers that gqlgen's transport runs for each subscriber.
type fan struct {
	hub     *live.Hub
	sockets *socket.Server
	exec    *executor.Executor
	renders atomic.Int64

	prepared []byte // instead of an execution; nil: execute

	mu     sync.Mutex
	at     desk.Cursor
	latest map[desk.Ref]stamp
}

func newFan(serveFlags) (server, error) {
	f := &fan{latest: map[desk.Ref]stamp{}, at: desk.Cursor{Epoch: "bench", Max: 1000}, exec: executor.New(planned())}
	f.exec.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	f.hub = live.NewHub(live.Options{MissedEvents: func(context.Context, desk.ID, desk.Cursor, desk.Cursor, time.Time) ([]*desk.Event, error) {
		return nil, desk.ErrGone
	}})
	f.hub.StartAt(f.at)
	f.sockets = socket.NewServer(socket.Config{Subprotocols: []string{"graphql-transport-ws"}})
	return f, nil
}

// planned is the same schema, with our executor before gqlgen's.
func planned() graphql.ExecutableSchema {
	return plan.New(schemaOf(once), generated.Types(memory{ResolverRoot: &graph.Resolver{}, source: once}), 0, func(context.Context, int) bool { return true }, nil)
}

// newPrepared is newFan with bytes that are there already, but for the stamp: what fanning out costs beyond the execution.
func newPrepared(o serveFlags) (server, error) {
	s, err := newFan(o)
	if err != nil {
		return nil, err
	}
	f := s.(*fan)
	f.prepared, err = renderOnce(f.exec, conversationOf(0), stamp{1, 1})
	return f, err
}

type stampKey struct{}

// once is the stream of one payload, whose stamp is in the context.
func once(ctx context.Context, conversation desk.Ref) <-chan *model.ConversationLive {
	s, _ := ctx.Value(stampKey{}).(stamp)
	c := make(chan *model.ConversationLive, 1)
	c <- standing(conversation, s)
	close(c)
	return c
}

func renderOnce(exec *executor.Executor, conversation desk.Ref, s stamp) ([]byte, error) {
	sub := follow("Sidebar", conversation)
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

func (f *fan) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = f.sockets.Accept(w, r, func(c *socket.Conn) socket.Handler { return &fanConn{fan: f, conn: c} }) // refusals are answered there
}

func (f *fan) publish(group int, s stamp) {
	to := conversationOf(group)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.latest[to] = s
	b := desk.Batch{Before: f.at}
	f.at.Max++
	b.Cursor = f.at
	b.Events = []*desk.Event{{
		AccountID: account, ID: number(7, int(s.seq)), Kind: desk.TicketUpdated, EntityKind: desk.KindConversation, EntityID: to.ID, Xid: b.Before.Max,
	}}
	f.hub.TakeBatch(b)
}

func (f *fan) ask(sub *subscription) (*live.Query, error) {
	ref, err := desk.ParseRef(sub.Variables["id"])
	if err != nil {
		return nil, err
	}
	op, err := operation(f.exec, sub)
	if err != nil {
		return nil, err
	}
	deps := []live.Dependency{{Kind: desk.KindConversation, ID: ref.ID}}
	return &live.Query{Key: sub.Query + ref.String(), Account: account, Render: func(ctx context.Context, _ live.RenderRequest) (live.Rendered, error) {
		f.renders.Add(1)
		f.mu.Lock()
		s := f.latest[ref]
		f.mu.Unlock()
		if f.prepared != nil {
			return live.Rendered{Body: bytes.Replace(f.prepared, []byte(stamp{1, 1}.String()), []byte(s.String()), 1), Deps: deps}, nil
		}
		body, err := execute(ctx, f.exec, op, s)
		return live.Rendered{Body: body, Deps: deps}, err
	}}, nil
}

func (f *fan) count(st *stats) {
	h := f.hub.Stats()
	st.Subscriptions, st.Joining, st.Connections, st.Renders = h.Subscriptions, h.Joining, f.sockets.Conns(), f.renders.Load()
}

func (f *fan) close() {
	f.sockets.Close()
	f.hub.Close()
}

// fanConn speaks as much of the protocol as the load client does.
type fanConn struct {
	fan     *fan
	conn    *socket.Conn
	session *live.Session
	mu      sync.Mutex
	subs    []*live.Subscription
}

func (c *fanConn) Message(text []byte) {
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
		c.session = c.fan.hub.OpenSession(account, func() {})
		c.conn.Force(socket.AppendFrame(nil, []byte(`{"type":"connection_ack"}`)))
	case "subscribe":
		var sub subscription
		if json.Unmarshal(m.Payload, &sub) != nil {
			c.conn.Close(4400, "")
			return
		}
		ask, err := c.fan.ask(&sub)
		if err != nil {
			c.conn.Close(4400, err.Error())
			return
		}
		s := c.session.Subscribe(func() *live.Query { return ask }, &fanSub{c.conn, fmt.Appendf(nil, `{"id":%q,"type":"next","payload":`, m.ID)}, nil)
		c.mu.Lock()
		c.subs = append(c.subs, s)
		c.mu.Unlock()
	}
}

// Leave goes at once.
func (c *fanConn) Leave(now func()) { now() }

func (c *fanConn) Drained() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.subs {
		s.SinkReady()
	}
}

func (c *fanConn) Closed() {
	if c.session != nil {
		c.session.Close()
	}
}

// fanSub writes as the real thing does: the message's beginning in front of the shared bytes, then one write.
type fanSub struct {
	conn   *socket.Conn
	prefix []byte
}

func (s *fanSub) Deliver(d *live.Delivery) bool {
	end := live.Headroom + len(d.Body)
	d.Buf[end] = '}'
	from := live.Headroom - len(s.prefix)
	copy(d.Buf[from:], s.prefix)
	return s.conn.Write(d.Buf[socket.PutHeader(d.Buf, from, end+1-from) : end+1])
}
func (s *fanSub) Refuse([]byte) {}
func (s *fanSub) Ready() bool   { return s.conn.Ready() }
