package server

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"deskwire/graph/socket"
	"deskwire/live"
)

// websocketOperation is a subscription of a connection, or without a sub an operation of it that
// runs. What another one with the same id does is not its business: clients use ids again.
type websocketOperation struct {
	wire    *websocketConn
	id      string
	request *request
	began   time.Time
	prefix  []byte
	sub     *live.Subscription
	cancel  context.CancelFunc // of a query that runs
	release func()             // what is held for a subscription

	mu   sync.Mutex // held while a payload is written
	done bool
}

// stopDelivery ends a subscription. Nothing of it is written any more.
func (s *websocketOperation) stopDelivery() {
	s.mu.Lock()
	s.done = true
	s.mu.Unlock()
	s.sub.Unsubscribe()
	s.release()
}

var _ live.Sink = (*websocketOperation)(nil)

// Deliver writes the message around the payload that all share.
func (s *websocketOperation) Deliver(d *live.Delivery) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return true
	}
	end := live.Headroom + len(d.Body)
	d.Buf[end] = '}'
	from := live.Headroom - len(s.prefix)
	copy(d.Buf[from:], s.prefix)
	return s.wire.conn.Write(d.Buf[socket.PutHeader(d.Buf, from, end+1-from) : end+1])
}

// Ready says whether the connection takes more.
func (s *websocketOperation) Ready() bool { return s.wire.conn.Ready() }

// Refuse says that there will be no payload.
func (s *websocketOperation) Refuse(body []byte) {
	if !s.wire.releaseID(s) {
		return
	}
	s.wire.logSubscriptionEnd(s.wire.ctx, s.request, overWebsocket, endedRefused, s.began)
	s.release()
	var answer struct{ Errors json.RawMessage }
	if json.Unmarshal(body, &answer) != nil {
		return
	}
	s.wire.sendErrorList(s.id, answer.Errors)
}
