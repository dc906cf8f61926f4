//go:build unix

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/desk"
	graphserver "deskwire/graph/server"
	"deskwire/live"
)

// soakTime is how long the checker makes trouble: a few seconds, or what SOAK says.
func soakTime(t *testing.T) time.Duration {
	if s := os.Getenv("SOAK"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatalf("SOAK is not a duration: %v", err)
		}
		return d
	}
	return 3 * time.Second
}

// TestChecker: while servers, connections, tokens, the database and the bus come and go, clients
// keep what they have been shown; in the end it is what a fresh query answers, and who follows the
// log was told all of it.
func TestChecker(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		servers int
		nats    bool
	}{{"1 server", 1, false}, {"3 servers", 3, false}, {"3 servers joined by NATS", 3, true}} {
		t.Run(c.name, func(t *testing.T) { newChecker(t, c.servers, c.nats).run(soakTime(t)) })
	}
}

// clusterServer is one of several servers that share a database.
type clusterServer struct {
	store   *db.Store
	handler *graphserver.Handler
	web     *httptest.Server
	nats    *live.NATS // nil: joined by Postgres
}

func startClusterServer(t testing.TB, dsn, natsURL string) *clusterServer {
	store, err := db.Open(context.Background(), dsn, db.Options{MaxConns: 8})
	if err != nil {
		t.Error(err)
		return nil
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil)) // it is full of what the test does to it
	auth, err := graphserver.NewAuthenticator(store, graphserver.Identity{}, log)
	if err != nil {
		t.Error(err)
		return nil
	}
	h := &clusterServer{store: store}
	if natsURL != "" {
		database, err := store.Identity(context.Background())
		if err == nil {
			h.nats, err = live.OpenNATS(natsURL, database, log)
		}
		if err != nil {
			t.Error(err)
			return nil
		}
	}
	h.handler = graphserver.NewHandler(graphserver.Config{Store: store, Auth: auth, BaseURL: "http://desk.test", Log: log, NATS: h.nats})
	h.web = httptest.NewServer(h.handler)
	return h
}

func (h *clusterServer) stop() {
	h.handler.Close()
	h.web.Close()
	if h.nats != nil {
		h.nats.Close()
	}
	_ = h.store.Close()
}

// checker is servers, people who write, and clients who follow.
type checker struct {
	t       *testing.T
	pg      *ownPostgres
	bus     *ownNATS // nil: joined by Postgres
	account *account // behind a server of its own, which is not stopped
	inbox   []string
	views   []string
	label   string
	ids     []string // conversations
	status  []string

	mu      sync.Mutex
	servers []*clusterServer
	tickets []string

	written, shown, troubles atomic.Int64
}

func newChecker(t *testing.T, servers int, joined bool) *checker {
	c := &checker{t: t, pg: newPostgres(t)}
	if joined {
		c.bus = newNATS(t)
	}
	still := c.startServer()
	t.Cleanup(still.stop)
	s := &server{Server: still.web, dsn: c.pg.dsn(), store: still.store, faults: &faultLog{}}
	c.account = s.newAccount(t, desk.PlanStarter, time.Now())
	var channels []string
	for _, name := range []string{"Support", "Sales"} {
		inbox, channel := c.account.createInbox(t, name, nil)
		c.inbox, channels = append(c.inbox, inbox), append(channels, channel)
	}
	p := c.account.createPipeline(t, "Support", "New", "Waiting", "!Closed")
	c.status = []string{p["New"], p["Waiting"], p["Closed"]}
	for i := range 12 {
		c.ids = append(c.ids, c.account.receiveMessage(t, channels[i%2], fmt.Sprint("thread ", i), fmt.Sprintf("c%d@contact.test", i%4), "Hello"))
		if i%3 == 0 {
			c.tickets = append(c.tickets, c.account.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": c.ids[i], "name": "Question"}).str("ticket.id"))
		}
	}
	label := c.account.admin.must(t, "labelCreate", "label { id }", vars{"name": "Hot"}).str("label.id")
	c.label = label
	for i, where := range []vars{
		{"unread": true},
		{"ticket": vars{"name": vars{"contains": "1"}, "statusId": vars{"in": c.status[:2]}}},
		{"or": []vars{{"labelId": vars{"eq": label}}, {"not": vars{"ticketId": vars{"isNull": true}}, "status": []string{"CLOSED"}}}},
		{"and": []vars{{"closedAt": vars{"isNull": false}}, {"inboxId": vars{"eq": c.inbox[0]}}}},
		{"lastActivityAt": vars{"newerThan": "1h"}, "ticket": vars{"closedAt": vars{"isNull": true}}},
	} {
		order := []any{nil, vars{"field": "NUMBER", "direction": "ASC"}, vars{"field": "CLOSED_AT", "direction": "DESC"}}[i%3]
		c.views = append(c.views, c.account.admin.must(t, "inboxViewCreate", "view { id }", vars{"name": "Saved", "scope": "ACCOUNT", "where": where, "orderBy": order}).str("view.id"))
	}
	for _, v := range c.account.admin.do(t, "{ inboxViews(scope: [SYSTEM]) { id } }", nil).at(".").list("inboxViews") {
		c.views = append(c.views, v.str("id"))
	}
	for range servers {
		c.servers = append(c.servers, c.startServer())
	}
	t.Cleanup(func() {
		for _, h := range c.servers {
			h.stop()
		}
	})
	return c
}

// randomURL is the address of one of the servers.
func (c *checker) randomURL() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.servers[rand.IntN(len(c.servers))].web.URL
}

func (c *checker) run(d time.Duration) {
	writing, stopWriting := context.WithCancel(context.Background())
	defer stopWriting()
	go func() {
		for begun := time.Now(); time.Since(begun) < d || !c.busy() && time.Since(begun) < d+time.Minute; time.Sleep(20 * time.Millisecond) {
		}
		stopWriting()
	}()
	following, stopFollowing := context.WithCancel(context.Background())
	var writers, followers sync.WaitGroup
	clients := make([]*cachingClient, 5)
	for i := range clients {
		clients[i] = c.newClient(i)
		followers.Go(func() { clients[i].followUntil(following, writing) })
	}
	for range 4 {
		writers.Go(func() { c.write(writing) })
	}
	writers.Go(func() { c.causeTrouble(writing) })
	writers.Wait()
	for _, k := range clients {
		k.waitForConvergence()
	}
	stopFollowing()
	followers.Wait()
	for i, k := range clients {
		k.compare(i)
	}
	c.t.Logf("%d mutations, %d payloads, %d cuts", c.written.Load(), c.shown.Load(), c.troubles.Load())
	if !c.busy() {
		c.t.Error("too little has happened for this to say anything")
	}
}

// busy says whether so much has happened that it says something. On a machine that does other
// things that takes a while.
func (c *checker) busy() bool {
	return c.written.Load() >= 20 && c.shown.Load() >= 50 && c.troubles.Load() >= 3
}

// write does one thing after another; what is refused, or lost on its way, is as good as any.
func (c *checker) write(until context.Context) {
	for until.Err() == nil {
		id, inbox, status := pickRandom(c.ids), pickRandom(c.inbox), pickRandom(c.status)
		c.mu.Lock()
		ticket := pickRandom(c.tickets)
		c.mu.Unlock()
		mutation, in := "conversationClose", vars{"conversationId": id}
		switch rand.IntN(20) {
		case 14, 17:
			mutation, in["labelIds"] = "conversationLabelsAdd", []string{c.label}
		case 15, 18:
			mutation, in["labelIds"] = "conversationLabelsRemove", []string{c.label}
		case 16:
			mutation = "conversationMarkRead"
		case 0:
			mutation = "conversationReopen"
		case 1:
			mutation, in["inboxId"] = "conversationMove", inbox
		case 2:
			mutation, in["confirmCascade"] = "conversationTrash", true
		case 3, 4, 5:
			mutation = "conversationRestore"
		case 6, 7:
			mutation, in["text"] = "messageSend", fmt.Sprint("Answer ", rand.IntN(1000))
		case 8:
			mutation, in["name"] = "ticketCreate", "Another question"
		case 9:
			mutation, in = "ticketStatusSet", vars{"ticketId": ticket, "statusId": status}
		case 10, 11:
			mutation, in = "ticketUpdate", vars{"ticketId": ticket, "name": fmt.Sprint("Question ", rand.IntN(1000))}
		case 12:
			mutation = "conversationMarkUnread"
		}
		at := &client{url: c.randomURL(), token: c.account.admin.token}
		if a, err := at.tryMutate(mutation, "", in); err == nil && len(a.Errors) == 0 && errorCode(a.at(mutation)) == "" {
			c.written.Add(1)
		}
		time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
	}
}

func pickRandom(from []string) string { return from[rand.IntN(len(from))] }

// cache is what a subscription keeps of what it was shown: the last state, nothing else.
type cache struct {
	field, id, key string // of the subscription, of what it follows, of the node in the payload
	selection      string

	mu         sync.Mutex
	node       any
	members    map[string]bool // of a view: which conversations, by what entered and left
	cursor     string
	since      string          // of the log: where it began
	seenEvents map[string]bool // of the log
	lastValues map[string]any  // of the log: the last value of each field
}

const followedFields = `id number subject status unreadCount preview lastActivityAt trashGroup { id } inbox { name } owner { name } ticket { id name status { name } }`

// cachingClient follows several things over one connection at a time, and goes on where it was when
// that ends.
type cachingClient struct {
	*checker
	caches []*cache
}

func (c *checker) newClient(i int) *cachingClient {
	k := &cachingClient{checker: c}
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
		cut := time.AfterFunc(time.Duration(rand.IntN(1500))*time.Millisecond, func() { k.troubles.Add(1); _ = conn.Close() })
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
			if m.Type != "ping" {
				k.t.Errorf("the stream of a client ended: %s %s", m.Type, m.Payload)
			}
			continue
		}
		var i int
		_, _ = fmt.Sscan(m.ID, &i)
		k.caches[i].apply(k.t, m.Payload)
		k.shown.Add(1)
		if trouble.Err() == nil && rand.IntN(200) == 0 { // it is busy with something else
			time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
		}
	}
}

// apply keeps what a payload shows.
func (k *cache) apply(t *testing.T, payload []byte) {
	var a answer
	if err := json.Unmarshal(payload, &a); err != nil || len(a.Errors) > 0 {
		t.Errorf("payload %.300s: %v", payload, err)
		return
	}
	p := a.at(k.field)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cursor = p.str("cursor")
	if k.seenEvents != nil {
		k.applyEvents(t, p)
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
func (k *cache) applyEvents(t *testing.T, p node) {
	switch p.str("reason") {
	case "SNAPSHOT":
		k.since = p.str("cursor")
	case "RESYNC":
		t.Error("a follower of the log was told to begin anew")
	}
	for _, e := range p.list("events") {
		if k.seenEvents[e.str("id")] {
			continue
		}
		k.seenEvents[e.str("id")] = true
		for _, c := range e.list("changes") {
			if c.str("field") == "unreadCount" {
				continue // an answer sets it too, and tells only of the message
			}
			name := e.str("entityId") + " " + c.str("field")
			if before, known := k.lastValues[name]; known && before != c.at("old").v {
				t.Errorf("%s was %v, and became %v from %v", name, before, c.at("new").v, c.at("old").v)
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
		if a, err := k.account.admin.tryQuery(query, v); err == nil && len(a.Errors) == 0 {
			return a
		}
	}
	return k.account.admin.do(k.t, query, v)
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
			if n := k.countMissedEvents(c); n > 0 {
				all = append(all, fmt.Sprintf("%d events were not told", n))
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

// countMissedEvents counts the events since the client's beginning that it was not told.
func (k *cachingClient) countMissedEvents(c *cache) (n int) {
	c.mu.Lock()
	since, after := c.since, any(nil)
	c.mu.Unlock()
	for {
		page := k.query("query($since: String, $after: String) { events(since: $since, first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }", vars{"since": since, "after": after}).at("events")
		c.mu.Lock()
		for _, e := range page.list("nodes") {
			if !c.seenEvents[e.str("id")] {
				n++
			}
		}
		c.mu.Unlock()
		if after = page.str("pageInfo.endCursor"); !page.boolean("pageInfo.hasNextPage") {
			return n
		}
	}
}
