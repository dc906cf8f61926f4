//go:build unix

package e2e

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
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
	*cluster
	pg      *ownPostgres
	bus     *ownNATS // nil: joined by Postgres
	account *account // behind a server of its own, which is not stopped
	inbox   []string
	label   string
	status  []string

	mu      sync.Mutex
	servers []*clusterServer

	written, troubles atomic.Int64
}

func newChecker(t *testing.T, servers int, joined bool) *checker {
	c := &checker{pg: newPostgres(t)}
	c.cluster = &cluster{t: t, address: c.randomURL, signIn: c.signIn, ask: func(query string, v vars) (*answer, error) {
		return c.account.admin.tryQuery(query, v)
	}}
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
	c.t.Logf("%d mutations, %d payloads, %d cuts", c.written.Load(), c.shown.Load(), c.troubles.Load()+c.cuts.Load())
	if !c.busy() {
		c.t.Error("too little has happened for this to say anything")
	}
}

// busy says whether so much has happened that it says something. On a machine that does other
// things that takes a while.
func (c *checker) busy() bool {
	return c.written.Load() >= 20 && c.shown.Load() >= 50 && c.troubles.Load()+c.cuts.Load() >= 3
}

// write does one thing after another; what is refused, or lost on its way, is as good as any.
func (c *checker) write(until context.Context) {
	for until.Err() == nil {
		id, inbox, status := pickRandom(c.ids), pickRandom(c.inbox), pickRandom(c.status)
		ticket := pickRandom(c.tickets)
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
