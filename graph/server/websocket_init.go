package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"deskwire/db/read"
	"deskwire/desk"
)

// Connection initialisation (connection_init): who it is, how it is refused, and until when its
// token is good.

func (w *websocketConn) closeUninitialized() {
	w.mu.Lock()
	asked := w.asked
	w.mu.Unlock()
	if !asked {
		w.conn.Close(closeInitTimeout, "Connection initialisation timeout")
	}
}

// initSession begins the session.
func (w *websocketConn) initSession(payload json.RawMessage) {
	w.mu.Lock()
	again := w.asked
	w.asked = true
	w.mu.Unlock()
	w.guests.remove(w.guest)
	if again {
		w.conn.Close(closeManyInits, "Too many initialisation requests")
		return
	}
	token, ok := initToken(payload)
	if !ok {
		w.conn.Close(closeBadMessage, "Invalid message: the payload of connection_init is an object")
		return
	}
	if token == "" {
		token = w.token
	}
	if token == "" {
		w.refuseInit(closeUnauthorized, "Send a token in connection_init: {\"authorization\": \"Bearer …\"}")
		return
	}
	mark := w.hub.RightsMark()
	by, err := w.signIn(w.request, token)
	var limited signInsLimited
	switch {
	case errors.As(err, &limited):
		w.refuseInit(closeOverload, "Too many failed sign-ins from your network; correct the token, and try again in a moment")
	case read.IsTokenRefusal(err):
		w.refuseInit(closeForbidden, "The token is invalid, expired or revoked")
	case err != nil && w.ctx.Err() != nil: // the client has gone, or the server goes
		w.conn.Close(closeRestart, "The server restarts")
	case err != nil:
		w.log.ErrorContext(w.ctx, "a connection could not be authenticated", append(w.request.logAttrs(), "err", err)...)
		w.conn.Close(closeOverload, "Try again in a moment")
	case !w.connections.acquire(by.Account.ID):
		w.conn.Close(closeOverload, "Your account has too many connections")
	default:
		w.openSession(token, by, mark)
	}
}

// refuseInit tells clients of the older protocol in words first: they do not know the codes.
func (w *websocketConn) refuseInit(code int, reason string) {
	if w.old {
		text, _ := json.Marshal(map[string]any{"type": "connection_error", "payload": map[string]string{"message": reason}})
		w.sendMessage(string(text))
	}
	w.conn.Close(code, reason)
}

// openSession begins the session of who was identified after the mark.
func (w *websocketConn) openSession(token string, by *desk.Actor, mark uint64) {
	w.request.identify(by)
	s := w.beginSession(w.request, token, by, w.closeExpired)
	s.renewed = w.expireAt
	if w.hub.RightsChangedSince(mark) {
		s.live.Reauthenticate()
	}
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		s.endSession()
		w.connections.release(by.Account.ID)
		return
	}
	w.session = s
	w.mu.Unlock()
	w.conn.Welcome()
	w.expireAt(by.Until)
	w.sendMessage(`{"type":"connection_ack"}`)
	if w.old {
		w.sendMessage(`{"type":"ka"}`)
	}
}

// expireAt closes the connection when its token ends.
func (w *websocketConn) expireAt(until time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopTimer != nil {
		w.stopTimer()
		w.stopTimer = nil
	}
	if !until.IsZero() && !w.closed {
		w.stopTimer = w.conn.After(time.Until(until), w.closeExpired)
	}
}

// closeExpired closes the connection with a code that makes clients come back with a new token.
func (w *websocketConn) closeExpired() {
	w.conn.Close(closeForbidden, "The token has expired or was revoked")
}

// initToken finds the token in the payload of connection_init.
func initToken(payload json.RawMessage) (token string, ok bool) {
	if len(payload) == 0 || bytes.Equal(payload, []byte("null")) {
		return "", true
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(payload, &members) != nil {
		return "", false
	}
	for _, name := range []string{"authorization", "Authorization", "token"} {
		var v string
		if json.Unmarshal(members[name], &v) == nil && v != "" {
			if scheme, rest, found := strings.Cut(v, " "); found && strings.EqualFold(scheme, "Bearer") {
				v = rest
			}
			return strings.TrimSpace(v), true
		}
	}
	return "", true
}
