//go:build unix

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// cluster is several servers that share a database, as clients see them who follow what happens.
type cluster struct {
	t                   *testing.T
	address             func() string                                 // of one of the servers
	signIn              func(trouble context.Context) (string, error) // gives a token
	ask                 func(query string, v vars) (*answer, error)   // asks one of the servers
	again               func(code string) bool                        // whether to subscribe again after this error; nil: never
	anew                func() bool                                   // whether who follows the log may be told to begin anew; nil: never
	ids, views, tickets []string                                      // what there is to follow; ids are conversations

	shown, cuts atomic.Int64
}

// cache is what a subscription keeps of what it was shown: the last state, nothing else.
type cache struct {
	field, id, key string // of the subscription, of what it follows, of the node in the payload
	selection      string

	mu         sync.Mutex
	node       any
	members    map[string]bool // of a view: which conversations, by what entered and left
	cursor     string
	since      string          // of the log: where it began
	seenEvents map[string]bool // of the log: those since then
	lastValues map[string]any  // of the log: the last value of each field
}

const followedFields = `id number subject status unreadCount preview lastActivityAt trashGroup { id } inbox { name } owner { name } ticket { id name status { name } }`

// cachingClient follows several things over one connection at a time, and goes on where it was when
// that ends.
type cachingClient struct {
	*cluster
	caches []*cache
}

func (c *cluster) newClient(i int) *cachingClient {
	k := &cachingClient{cluster: c}
	for j := range 3 {
		k.caches = append(k.caches, &cache{field: "conversationLive", id: c.ids[(i*3+j)%len(c.ids)], key: "conversation", selection: followedFields + " messages(last: 3) { nodes { id text } }"})
	}
	k.caches = append(k.caches,
		&cache{field: "ticketLive", id: c.tickets[i%len(c.tickets)], key: "ticket", selection: "id name status { name state } conversations(first: 20) { nodes { id status } }"},
		&cache{field: "inboxViewLive", id: c.views[i%len(c.views)], key: "view", selection: "id count unreadCount conversations(first: 50) { nodes { " + followedFields + " } }"},
		&cache{field: "inboxViewLive", id: c.views[(i+5)%len(c.views)], key: "view", selection: "id conversations(first: 50) { nodes { " + followedFields + " } }"},
		&cache{field: "events", seenEvents: map[string]bool{}, lastValues: map[string]any{}})
	return k
}

func (k *cache) document() (string, vars) {
	switch k.field {
	case "events":
		return "subscription { events { cursor reason events { id entityId changes { field old new } } } }", nil
	case "inboxViewLive":
		return "subscription($id: ID!) { inboxViewLive(viewId: $id) { cursor reason view { " + k.selection + " } entered { id } left } }", vars{"id": k.id}
	}
	return fmt.Sprintf("subscription($id: ID!) { %s(id: $id) { cursor reason %s { %s } } }", k.field, k.key, k.selection), vars{"id": k.id}
}

// followUntil connects, subscribes, and reconnects, until its context ends. While there is trouble
// it also makes some of its own.
func (k *cachingClient) followUntil(until, trouble context.Context) {
	for until.Err() == nil {
		k.followOnce(until, trouble)
	}
}

// followOnce is one connection, from its start to its end.
func (k *cachingClient) followOnce(until, trouble context.Context) {
	conn, err := k.connect(trouble)
	if err != nil {
		time.Sleep(20 * time.Millisecond)
		return
	}
	defer conn.Close()
	over := context.AfterFunc(until, func() { _ = conn.Close() })
	defer over()
	if trouble.Err() == nil && rand.IntN(2) == 0 {
		cut := time.AfterFunc(time.Duration(rand.IntN(1500))*time.Millisecond, func() { k.cuts.Add(1); _ = conn.Close() })
		defer cut.Stop()
	}
	for i, c := range k.caches {
		query, v := c.document()
		payload := map[string]any{"query": query, "variables": v}
		if c.cursor != "" {
			payload["extensions"] = map[string]any{"resumeAfter": c.cursor}
		}
		if conn.WriteJSON(map[string]any{"id": fmt.Sprint(i), "type": "subscribe", "payload": payload}) != nil {
			return
		}
	}
	for {
		var m struct {
			ID, Type string
			Payload  json.RawMessage
		}
		if conn.ReadJSON(&m) != nil {
			return
		}
		if m.Type != "next" {
			if m.Type == "error" && k.comesBack(m.Payload) {
				return
			}
			if m.Type != "ping" {
				k.t.Errorf("the stream of a client ended: %s %s", m.Type, m.Payload)
			}
			continue
		}
		var i int
		_, _ = fmt.Sscan(m.ID, &i)
		k.caches[i].apply(k.cluster, m.Payload)
		k.shown.Add(1)
		if trouble.Err() == nil && rand.IntN(200) == 0 { // it is busy with something else
			time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
		}
	}
}

// connect opens a connection to one of the servers.
func (k *cachingClient) connect(trouble context.Context) (*websocket.Conn, error) {
	token, err := k.signIn(trouble)
	if err != nil {
		return nil, err
	}
	d := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: 5 * time.Second}
	conn, resp, err := d.Dial("ws"+strings.TrimPrefix(k.address(), "http")+"/graphql", nil)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	var ack struct{ Type string }
	err = conn.WriteJSON(map[string]any{"type": "connection_init", "payload": map[string]any{"authorization": "Bearer " + token}})
	if err == nil {
		err = conn.ReadJSON(&ack)
	}
	if err == nil && ack.Type != "connection_ack" {
		err = errors.New("no connection_ack")
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	_ = conn.SetReadDeadline(time.Time{})
	return conn, nil
}

// comesBack says whether the errors of a subscription are those after which one subscribes again.
func (k *cachingClient) comesBack(payload []byte) bool {
	var errs []gqlError
	if json.Unmarshal(payload, &errs) != nil || len(errs) == 0 || k.again == nil {
		return false
	}
	code, _ := errs[0].Extensions["code"].(string)
	return k.again(code)
}

// apply keeps what a payload shows.
func (k *cache) apply(of *cluster, payload []byte) {
	var a answer
	if err := json.Unmarshal(payload, &a); err != nil || len(a.Errors) > 0 {
		of.t.Errorf("payload %.300s: %v", payload, err)
		return
	}
	p := a.at(k.field)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cursor = p.str("cursor")
	if k.seenEvents != nil {
		k.applyEvents(of, p)
		return
	}
	k.node = p.at(k.key).v
	if k.field != "inboxViewLive" {
		return
	}
	if p.str("reason") != "CHANGE" {
		k.members = map[string]bool{}
		for _, c := range p.at("view.conversations").list("nodes") {
			k.members[c.str("id")] = true
		}
	}
	for _, c := range p.list("entered") {
		k.members[c.str("id")] = true
	}
	for _, id := range p.list("left") {
		delete(k.members, id.v.(string))
	}
}

// applyEvents keeps the events. What a field was before is what the last event of it said, so
// nothing was left out between and the order is that of the commits.
func (k *cache) applyEvents(of *cluster, p node) {
	switch p.str("reason") {
	case "SNAPSHOT":
		k.since = p.str("cursor")
	case "RESYNC":
		if of.anew == nil || !of.anew() {
			of.t.Error("a follower of the log was told to begin anew")
		}
		k.since, k.seenEvents, k.lastValues = p.str("cursor"), map[string]bool{}, map[string]any{}
	}
	for _, e := range p.list("events") {
		if k.seenEvents[e.str("id")] {
			of.t.Errorf("the event %s was told twice", e.str("id"))
		}
		k.seenEvents[e.str("id")] = true
		for _, c := range e.list("changes") {
			if c.str("field") == "unreadCount" {
				continue // an answer sets it too, and tells only of the message
			}
			name := e.str("entityId") + " " + c.str("field")
			if before, known := k.lastValues[name]; known && before != c.at("old").v {
				of.t.Errorf("%s was %v, and became %v from %v", name, before, c.at("new").v, c.at("old").v)
			}
			k.lastValues[name] = c.at("new").v
		}
	}
}

// queryNow is what a query answers at this moment.
func (k *cachingClient) queryNow(c *cache) any {
	typ := map[string]string{"conversation": "Conversation", "ticket": "Ticket", "view": "InboxView"}[c.key]
	query := fmt.Sprintf("query($id: ID!) { node(id: $id) { ... on %s { %s } } }", typ, c.selection)
	return k.query(query, vars{"id": c.id}).at("node").v
}

// query asks until it is answered: the connections to the database may have been cut.
func (k *cachingClient) query(query string, v vars) *answer {
	for range 50 {
		if a, err := k.ask(query, v); err == nil && len(a.Errors) == 0 {
			return a
		}
	}
	a, err := k.ask(query, v)
	if err != nil || len(a.Errors) > 0 {
		k.t.Errorf("%s\nvariables %v\nanswered %v %v", query, v, a, err)
		return &answer{}
	}
	return a
}

// waitForConvergence waits until the caches are what a query answers, or until time is up.
func (k *cachingClient) waitForConvergence() {
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if len(k.differences()) == 0 {
			return
		}
	}
}

func (k *cachingClient) compare(i int) {
	for _, d := range k.differences() {
		k.t.Errorf("client %d: %s", i, d)
	}
}

func (k *cachingClient) differences() (all []string) {
	for _, c := range k.caches {
		if c.seenEvents != nil {
			if missed, invented := k.compareEvents(c); missed > 0 || invented > 0 {
				all = append(all, fmt.Sprintf("%d events were not told, and %d were told that the log does not have", missed, invented))
			}
			continue
		}
		want, _ := json.Marshal(k.queryNow(c))
		c.mu.Lock()
		got, _ := json.Marshal(c.node)
		if string(got) != string(want) {
			all = append(all, fmt.Sprintf("%s of %s is kept as\n%s\nand is\n%s", c.field, c.id, got, want))
		}
		if n := strings.Count(string(want), `"id":"cnv_`); c.field == "inboxViewLive" && n != len(c.members) {
			all = append(all, fmt.Sprintf("by what entered and left %s has %d conversations, and it has %d", c.id, len(c.members), n))
		}
		c.mu.Unlock()
	}
	return all
}

// compareEvents counts the events since the client's beginning that it was not told, and those that
// it was told and that the log does not have.
func (k *cachingClient) compareEvents(c *cache) (missed, invented int) {
	c.mu.Lock()
	since, after := c.since, any(nil)
	c.mu.Unlock()
	inLog := map[string]bool{}
	for {
		a, err := k.ask("query($since: String, $after: String) { events(since: $since, first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }", vars{"since": since, "after": after})
		if err != nil || len(a.Errors) > 0 { // the database was put back, and it has not been told yet
			return 1, 0
		}
		page := a.at("events")
		for _, e := range page.list("nodes") {
			inLog[e.str("id")] = true
		}
		if after = page.str("pageInfo.endCursor"); !page.boolean("pageInfo.hasNextPage") {
			break
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range inLog {
		if !c.seenEvents[id] {
			missed++
		}
	}
	for id := range c.seenEvents {
		if !inLog[id] {
			invented++
		}
	}
	return missed, invented
}

// forget has the client count events from where it is now. Nobody may be writing.
func (k *cachingClient) forget() {
	for _, c := range k.caches {
		c.mu.Lock()
		if c.seenEvents != nil {
			c.since, c.seenEvents = c.cursor, map[string]bool{}
		}
		c.mu.Unlock()
	}
}
