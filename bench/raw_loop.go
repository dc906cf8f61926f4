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

// rawLoop is the baseline of deliveries, their limit: one loop that writes the same bytes to all.
// It speaks as much of the protocol as clients need, and executes nothing.
type rawLoop struct {
	template []byte // a payload, made once
	up       websocket.Upgrader
	mu       sync.Mutex
	groups   map[int][]*websocket.Conn
	conns    int
}

func newRawLoop(serveFlags) (server, error) {
	loop := &rawLoop{groups: map[int][]*websocket.Conn{}, up: websocket.Upgrader{Subprotocols: []string{"graphql-transport-ws"}, ReadBufferSize: 512, WriteBufferSize: 512}}
	body, err := renderOnce(executor.New(schemaOf(oncePayload)), conversationOf(0), stamp{1, 1})
	loop.template = append(append([]byte(`{"id":"1","type":"next","payload":`), body...), '}')
	return loop, err
}

func (loop *rawLoop) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c, err := loop.up.Upgrade(w, req, nil)
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
			loop.mu.Lock()
			loop.groups[groupOf(ref)] = append(loop.groups[groupOf(ref)], c)
			loop.conns++
			loop.mu.Unlock()
		}
	}
}

func (loop *rawLoop) publish(group int, s stamp) {
	body := bytes.Replace(loop.template, []byte(stamp{1, 1}.String()), []byte(s.String()), 1)
	m, err := websocket.NewPreparedMessage(websocket.TextMessage, body)
	if err != nil {
		return
	}
	loop.mu.Lock()
	defer loop.mu.Unlock()
	for _, c := range loop.groups[group] {
		_ = c.WritePreparedMessage(m)
	}
}

func (loop *rawLoop) count(st *stats) {
	loop.mu.Lock()
	defer loop.mu.Unlock()
	st.Subscriptions, st.Connections = loop.conns, loop.conns
}

func (loop *rawLoop) close() {}
