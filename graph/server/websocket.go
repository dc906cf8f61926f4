package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/graph/socket"
	"deskwire/live"
)

// The websocket subprotocols of GraphQL: the present one, and the one that older clients speak.
const (
	protocolNew = "graphql-transport-ws"
	protocolOld = "graphql-ws"
)

// Close codes of graphql-transport-ws. Clients give up after 4400, 4401, 4406, 4409 and 4429, and
// come back after the others.
const (
	closeBadMessage   = 4400
	closeUnauthorized = 4401
	closeForbidden    = 4403
	closeProtocol     = 4406
	closeInitTimeout  = 4408
	closeTakenID      = 4409
	closeManyInits    = 4429
	closeOverload     = 1013
	closeRestart      = 1012
)

// Bounds of a connection.
const (
	maxSubscriptions = 100 // of one connection
	maxRunning       = 20  // queries and mutations of one connection at once
	maxOperationID   = 128 // bytes

	guestMessage = 8 << 10 // bytes of a message before it is known who sends it: room for a token
)

// websocketTransport serves connections.
type websocketTransport struct {
	*sessions
	server *socket.Server
	origin func(*http.Request) bool // which pages may connect
	wait   time.Duration            // for connection_init
}

func isWebsocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// ServeHTTP takes the connection over. Who it is comes with connection_init, or with the request
// where a client can say so.
func (t *websocketTransport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !t.origin(r) {
		http.Error(w, "Pages of this origin may not call the server. Its operator can allow them with the setting CORS_ORIGINS.", http.StatusForbidden)
		return
	}
	asked := requestOf(r.Context())
	req, token := &request{id: asked.id, address: asked.address, metrics: asked.metrics}, bearerToken(r)
	err := t.server.Accept(w, r, func(c *socket.Conn) socket.Handler {
		ctx, cancel := context.WithCancel(t.ctx)
		wire := &websocketConn{websocketTransport: t, conn: c, request: req, token: token, ctx: ctx, cancel: cancel, guest: &guest{}, old: c.Subprotocol() == protocolOld, subs: map[string]*websocketOperation{}}
		if c.Subprotocol() == "" {
			c.Close(closeProtocol, "Subprotocol not acceptable")
			return wire
		}
		wire.guest = t.guests.add(req.address, c.Heard, func() { c.Close(closeOverload, "Too many connections wait to send connection_init") })
		wire.stopTimer = c.After(t.wait, wire.closeUninitialized)
		return wire
	})
	if err != nil {
		t.log.DebugContext(r.Context(), "a websocket was not opened", append(req.logAttrs(), "err", err)...)
	}
}

// websocketConn is one connection. Its messages come one after another.
type websocketConn struct {
	*websocketTransport
	conn    *socket.Conn
	request *request
	token   string // of the request for the connection, if it had one
	old     bool   // it speaks the older protocol
	ctx     context.Context
	cancel  context.CancelFunc
	guest   *guest

	mu        sync.Mutex // what follows; expiry and answers come from elsewhere
	running   int        // queries and mutations
	waiting   []waitingOperation
	waitSize  int // of waiting, in bytes
	stopTimer func()
	asked     bool // connection_init has come
	session   *session
	subs      map[string]*websocketOperation // by the ids that the client has given
	closed    bool
	leave     func() // closes the connection; called when nothing is under way any more
}

// clientMessage is what a client sends.
type clientMessage struct {
	ID      *string         `json:"id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// Message takes a message.
func (w *websocketConn) Message(text []byte) {
	var m clientMessage
	if _, err := measureJSON(text, w.limits.beforeAuthentication()); err != nil || json.Unmarshal(text, &m) != nil {
		w.conn.Close(closeBadMessage, "Invalid message: it is not a JSON object with a type")
		return
	}
	switch m.Type {
	case "connection_init":
		w.initSession(m.Payload)
	case "subscribe", "start":
		if w.old != (m.Type == "start") {
			w.rejectMessage()
			return
		}
		w.startOperation(m)
	case "complete", "stop":
		if w.old != (m.Type == "stop") {
			w.rejectMessage()
			return
		}
		w.completeOperation(m)
	case "ping", "pong":
		w.answerPing(m)
	case "connection_terminate":
		if !w.old {
			w.rejectMessage()
			return
		}
		w.conn.Close(1000, "")
	default:
		w.rejectMessage()
	}
}

// answerPing brings the payload of a ping back. The protocol lets it be an object, or nothing.
func (w *websocketConn) answerPing(m clientMessage) {
	payload := bytes.TrimSpace(m.Payload)
	none := len(payload) == 0 || bytes.Equal(payload, []byte("null"))
	switch {
	case !none && payload[0] != '{':
		w.conn.Close(closeBadMessage, "Invalid message: the payload of a "+m.Type+" is an object")
	case m.Type == "pong":
	case none:
		w.sendMessage(`{"type":"pong"}`)
	default:
		w.sendMessage(`{"type":"pong","payload":` + string(payload) + `}`)
	}
}

func (w *websocketConn) rejectMessage() {
	w.conn.Close(closeBadMessage, "Invalid message: unknown type")
}

// sendMessage sends what the server says of the connection itself.
func (w *websocketConn) sendMessage(text string) { w.conn.Force(socket.AppendFrame(nil, []byte(text))) }

// startOperation runs a query or a mutation, or begins a subscription.
func (w *websocketConn) startOperation(m clientMessage) {
	w.mu.Lock()
	s := w.session
	w.mu.Unlock()
	if s == nil {
		w.conn.Close(closeUnauthorized, "Unauthorized")
		return
	}
	// What JSON makes longer must find room in front of payloads too.
	if m.ID == nil || *m.ID == "" || len(*m.ID) > maxOperationID || len(w.payloadPrefix(*m.ID))+socket.Room > live.Headroom {
		w.conn.Close(closeBadMessage, "Invalid message: id is a text of 1 to 128 bytes")
		return
	}
	id := *m.ID
	w.mu.Lock()
	_, taken := w.subs[id]
	leaving := w.leave != nil
	op := &websocketOperation{wire: w, id: id, request: s.newRequest(), began: time.Now()}
	if !taken && !leaving {
		w.subs[id] = op
	}
	w.mu.Unlock()
	switch {
	case leaving: // the client hears of it when the answers before have been written
		return
	case taken:
		w.conn.Close(closeTakenID, fmt.Sprintf("Subscriber for %s already exists", id))
		return
	}
	w.readOperation(op, s, m.Payload)
}

// readOperation reads the request of an operation, within the bounds of the session and of the
// memory.
func (w *websocketConn) readOperation(op *websocketOperation, s *session, payload json.RawMessage) {
	size, refused := s.measure(w.ctx, payload)
	if refused != nil {
		w.releaseID(op)
		w.refuseOperation(op, gqlerror.List{refused})
		return
	}
	next := waitingOperation{op: op, size: operationSize + size}
	if size = chargeable(size); size > 0 && !op.request.holdBody(w.memory).Grow(size) {
		w.releaseID(op)
		w.refuseOperation(op, gqlerror.List{codedError(codeOverloaded, noRoom)})
		return
	}
	var err error
	next.params, err = decodePayload(payload)
	switch {
	case err == nil:
		w.beginOrQueue(next)
		return
	case errors.Is(err, errNoQuery): // the operation is at fault, and not the connection
		w.releaseID(op)
		w.refuseOperation(op, gqlerror.List{codedError(codeBadRequest, "%s", err)})
	default:
		w.releaseID(op)
		w.conn.Close(closeBadMessage, "Invalid message: the payload has no query, or variables that are no object")
	}
	op.request.releaseHeld()
}

func tooManyOperations() *gqlerror.Error {
	return codedError(codeManyOperations, "A connection can have at most 100 subscriptions, and no more operations can wait for it. Complete some first, or open another connection.")
}

// decodePayload reads the payload of subscribe.
func decodePayload(payload json.RawMessage) (*graphql.RawParams, error) {
	started := graphql.Now()
	var members map[string]json.RawMessage
	if json.Unmarshal(payload, &members) != nil || members == nil {
		return nil, errors.New("graph: the payload is no object")
	}
	p, err := decodeParams(members)
	if errors.Is(err, errNoQuery) && !isText(members["query"]) && !isText(members["documentId"]) {
		return nil, errors.New("graph: the payload is no request")
	}
	if err != nil {
		return nil, err
	}
	p.ReadTime = graphql.TraceTiming{Start: started, End: graphql.Now()}
	return p, nil
}

func isText(raw json.RawMessage) bool { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte(`"`)) }

// releaseID frees the id of an operation; false when the client has done so.
func (w *websocketConn) releaseID(op *websocketOperation) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.subs[op.id] != op {
		return false
	}
	delete(w.subs, op.id)
	return true
}

// answerOperation runs a query or a mutation.
func (w *websocketConn) answerOperation(op *websocketOperation, s *session, o *checkedOperation) {
	defer op.request.releaseHeld()
	defer w.logOperation(o.ctx, op)
	body, err := w.encodeAnswer(s, o)
	if !w.releaseID(op) { // the client has completed it
		return
	}
	if err != nil {
		w.log.ErrorContext(o.ctx, "a response could not be written", append(requestOf(o.ctx).logAttrs(), "err", err)...)
		op.request.noteCode(codeInternal)
		w.sendErrors(op.id, gqlerror.List{codedError(codeInternal, sorry)})
		return
	}
	w.writeAnswer(op, o, body)
}

// writeAnswer writes the answer to an operation, and that it is complete. It waits for nothing: an
// answer that finds no room is one too many for a client that reads slowly. Others are told that
// there is none.
func (w *websocketConn) writeAnswer(op *websocketOperation, o *checkedOperation, body responseParts) {
	prefix, complete := w.payloadPrefix(op.id), envelope(op.id, "complete", nil)
	payload := len(prefix) + body.length() + 1
	frames := append(make([]byte, socket.Room, 2*socket.Room+payload+len(complete)), prefix...)
	frames = append(body.appendTo(frames), '}')
	frames = socket.AppendFrame(frames[socket.PutHeader(frames, socket.Room, payload):], complete)
	requestOf(o.ctx).releaseHeld() // from here on the connection holds it
	if w.conn.Write(frames) {
		return
	}
	if o.op.Operation.Operation == ast.Query && w.conn.Ready() {
		op.request.noteCode(codeOverloaded)
		w.sendErrors(op.id, gqlerror.List{codedError(codeOverloaded, noRoom)})
		return
	}
	w.conn.Close(closeOverload, "The client reads too slowly")
}

// Leave closes the connection when its answers have been written. What is asked from now on is not
// begun.
func (w *websocketConn) Leave(now func()) {
	w.mu.Lock()
	w.leave = now
	idle := w.running == 0
	w.mu.Unlock()
	if idle {
		now()
	}
}

// encodeAnswer is the answer to a query or a mutation.
func (w *websocketConn) encodeAnswer(s *session, o *checkedOperation) (body responseParts, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			logPanic(o.ctx, w.log, fault)
			err = errors.New("graph: answering panicked")
		}
	}()
	resp := s.runOperation(o)
	requestOf(o.ctx).noteCodes(resp.Errors)
	return encodeParts(resp)
}

// startSubscription begins a subscription.
func (w *websocketConn) startSubscription(op *websocketOperation, o *checkedOperation) {
	op.prefix = w.payloadPrefix(op.id)
	w.mu.Lock()
	if w.subs[op.id] != op { // the client has completed it
		w.mu.Unlock()
		o.follow.release()
		return
	}
	n := 0
	for _, s := range w.subs {
		if s.sub != nil {
			n++
		}
	}
	if w.closed || n >= maxSubscriptions {
		delete(w.subs, op.id)
		closed := w.closed
		w.mu.Unlock()
		o.follow.release()
		if !closed {
			w.refuseOperation(op, gqlerror.List{tooManyOperations()})
		}
		return
	}
	w.logSubscription(o.ctx, op.request, overWebsocket)
	op.release = o.follow.release
	op.sub = w.session.subscribe(o.follow, op) // under the lock, so that Drained and Closed find it
	w.mu.Unlock()
}

// completeOperation ends an operation that the client does not want any more.
func (w *websocketConn) completeOperation(m clientMessage) {
	if m.ID == nil {
		w.conn.Close(closeBadMessage, "Invalid message: id is missing")
		return
	}
	op, cancel := w.takeOperation(*m.ID)
	switch {
	case op == nil:
	case cancel != nil:
		cancel()
	case op.sub != nil:
		op.stopDelivery()
		w.logSubscriptionEnd(w.ctx, op.request, overWebsocket, endedByClient, op.began)
		if w.old {
			w.sendMessage(string(envelope(*m.ID, "complete", nil)))
		}
	}
}

// payloadPrefix is a payload's message up to the payload.
func (w *websocketConn) payloadPrefix(id string) []byte {
	kind := "next"
	if w.old {
		kind = "data"
	}
	name, _ := json.Marshal(id) // texts can always be written
	return fmt.Appendf(nil, `{"id":%s,"type":%q,"payload":`, name, kind)
}

func envelope(id, kind string, payload []byte) []byte {
	name, _ := json.Marshal(id)
	b := fmt.Appendf(nil, `{"id":%s,"type":%q`, name, kind)
	if payload != nil {
		b = append(append(b, `,"payload":`...), payload...)
	}
	return append(b, '}')
}

// sendErrors says that an operation was not begun, or has failed.
func (w *websocketConn) sendErrors(id string, errs gqlerror.List) {
	for _, err := range errs {
		if err.Extensions == nil {
			err.Extensions = map[string]any{}
		}
		err.Extensions["requestId"] = w.request.id
	}
	var list bytes.Buffer
	if err := encodeErrors(&list, errs); err != nil {
		list.Reset()
		list.WriteString(`[{"message":"` + sorry + `"}]`)
	}
	w.sendErrorList(id, list.Bytes())
}

// sendErrorList ends an operation with a list of errors. The older protocol has one error, not a
// list.
func (w *websocketConn) sendErrorList(id string, errs []byte) {
	if w.old {
		var all []json.RawMessage
		if json.Unmarshal(errs, &all) == nil && len(all) > 0 {
			errs = all[0]
		}
	}
	w.conn.Force(socket.AppendFrame(nil, envelope(id, "error", errs)))
}

// Drained has those served that found no room.
func (w *websocketConn) Drained() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.subs {
		if s.sub != nil {
			s.sub.SinkReady()
		}
	}
}

// Closed ends all that the connection was for.
func (w *websocketConn) Closed() {
	w.cancel()
	w.mu.Lock()
	w.closed = true
	s := w.session
	w.dropWaiting(func(*websocketOperation) bool { return true })
	followed := w.takeSubscriptions()
	w.mu.Unlock()
	for _, op := range followed {
		op.release()
		w.logSubscriptionEnd(w.ctx, op.request, overWebsocket, w.conn.Ending(), op.began)
	}
	w.guests.remove(w.guest)
	if s != nil {
		s.endSession()
		w.connections.release(s.currentActor().Account.ID)
	}
}

// takeSubscriptions takes all subscriptions out: their end is told here. The lock is held.
func (w *websocketConn) takeSubscriptions() (all []*websocketOperation) {
	for id, op := range w.subs {
		if op.sub != nil {
			all = append(all, op)
			delete(w.subs, id)
		}
	}
	return all
}
