//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/gorilla/websocket"

	"deskwire/desk"
)

// raw is the limit: one loop that writes the same bytes to all. It speaks as much of the protocol as clients need,
// and executes nothing.
type raw struct {
	template []byte // a payload, made once
	up       websocket.Upgrader
	mu       sync.Mutex
	groups   map[int][]*websocket.Conn
	conns    int
}

func newRaw(serveFlags) (server, error) {
	r := &raw{groups: map[int][]*websocket.Conn{}, up: websocket.Upgrader{Subprotocols: []string{"graphql-transport-ws"}, ReadBufferSize: 512, WriteBufferSize: 512}}
	body, err := renderOnce(executor.New(schemaOf(once)), conversationOf(0), stamp{1, 1})
	r.template = append(append([]byte(`{"id":"1","type":"next","payload":`), body...), '}')
	return r, err
}

func (r *raw) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c, err := r.up.Upgrade(w, req, nil)
	if err != nil {
		return
	}
	for {
		_, text, err := c.ReadMessage()
		if err != nil {
			return
		}
		var m struct {
			Type    string
			Payload subscription
		}
		if json.Unmarshal(text, &m) != nil {
			return
		}
		switch m.Type {
		case "connection_init":
			_ = c.WriteMessage(websocket.TextMessage, []byte(`{"type":"connection_ack"}`)) // reading tells when it is gone
		case "subscribe":
			ref, _ := desk.ParseRef(m.Payload.Variables["id"])
			r.mu.Lock()
			r.groups[groupOf(ref)] = append(r.groups[groupOf(ref)], c)
			r.conns++
			r.mu.Unlock()
		}
	}
}

func (r *raw) publish(group int, s stamp) {
	body := bytes.Replace(r.template, []byte(stamp{1, 1}.String()), []byte(s.String()), 1)
	m, err := websocket.NewPreparedMessage(websocket.TextMessage, body)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.groups[group] {
		_ = c.WritePreparedMessage(m)
	}
}

func (r *raw) count(st *stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	st.Subscriptions, st.Connections = r.conns, r.conns
}

func (r *raw) close() {}
