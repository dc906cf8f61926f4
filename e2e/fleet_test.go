//go:build unix

package e2e

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// TestFleet: three servers on one database are one. What happens on one is told by the others, who
// loses a server goes on at another one, exactly where they were, and a server that is to stop
// sends its subscribers away.
func TestFleet(t *testing.T) {
	for _, bus := range []string{"Postgres", "NATS"} {
		t.Run(bus, func(t *testing.T) {
			p := buildProgram(t)
			if bus == "NATS" {
				p.env = []string{"NATS_URL=" + newNATS(t).url()}
			}
			f := &fleet{t: t}
			for range 3 {
				f.servers = append(f.servers, p.start(t))
			}
			f.ada, f.ben = p.token(t, "ada@demo.test"), p.token(t, "ben@demo.test")
			f.run()
		})
	}
}

type fleet struct {
	t        *testing.T
	servers  []*runningProgram
	ada, ben string
	channel  string
	sent     int
	told     []string // ids of the events that the subscriber was told
	cursor   string
	since    string
}

func (f *fleet) at(server int, token string) *client {
	return &client{url: f.servers[server].url, token: token}
}

// write has messages come in at a server.
func (f *fleet) write(server, n int) {
	f.t.Helper()
	for range n {
		f.sent++
		f.at(server, f.ada).must(f.t, "messageReceive", "conversation { id }", vars{
			"channelId": f.channel, "externalId": fmt.Sprint("fleet-", f.sent), "threadKey": "fleet",
			"contact": vars{"email": "pia@contact.test"}, "subject": "Fleet", "text": fmt.Sprint("message ", f.sent),
		})
	}
}

const fleetEvents = `subscription { events { cursor reason events { id } } }`

// follow takes payloads until all that the log has was told.
func (f *fleet) follow(feed *subscription, server int) {
	f.t.Helper()
	for len(f.told) < len(f.log(server)) {
		p := feed.next().at("events")
		if p.str("reason") == "RESYNC" {
			f.t.Fatal("a server does not know where another one was")
		}
		f.cursor = p.str("cursor")
		for _, e := range p.list("events") {
			f.told = append(f.told, e.str("id"))
		}
	}
	if want := f.log(server); !slices.Equal(f.told, want) {
		f.t.Fatalf("told\n%v\nthe log has\n%v", f.told, want)
	}
}

func (f *fleet) log(server int) (ids []string) {
	after := any(nil)
	for {
		page := f.at(server, f.ada).do(f.t, `query($since: String, $after: String) { events(since: $since, first: 100, after: $after) {
			nodes { id } pageInfo { hasNextPage endCursor } } }`, vars{"since": f.since, "after": after}).at("events")
		for _, e := range page.list("nodes") {
			ids = append(ids, e.str("id"))
		}
		if !page.boolean("pageInfo.hasNextPage") {
			return ids
		}
		after = page.str("pageInfo.endCursor")
	}
}

func (f *fleet) run() {
	t := f.t
	for _, i := range f.at(0, f.ada).do(t, `{ inboxes { channels { id kind } } }`, nil).at(".").list("inboxes") {
		for _, c := range i.list("channels") {
			if c.str("kind") == "API" {
				f.channel = c.str("id")
			}
		}
	}
	ws := f.at(0, f.ada).dial(t)
	feed := ws.subscribe(fleetEvents, nil)
	f.cursor = feed.next().at("events").str("cursor")
	f.since = f.cursor
	f.write(1, 10)
	f.follow(feed, 1)
	f.write(0, 5)
	f.follow(feed, 2)

	// Presence crosses servers.
	id := f.at(0, f.ada).do(t, `{ conversations(first: 1) { nodes { id } } }`, nil).at("conversations").str("nodes.0.id")
	who := f.at(2, f.ada).dial(t).subscribe(presenceLive, vars{"id": id})
	who.next()
	f.at(1, f.ben).do(t, `mutation($id: ID!) { presenceSet(input: {conversationId: $id, state: TYPING_REPLY}) { errors { code } } }`, vars{"id": id})
	who.until("ben is there", func(p *answer) bool {
		return p.at("conversationPresence").str("viewers.0.state") == "TYPING_REPLY"
	})

	// Its server is killed; what happens meanwhile is told by another one.
	f.servers[0].kill()
	<-ws.ended
	f.write(1, 10)
	ws = f.at(1, f.ada).dial(t)
	feed = ws.resume(fleetEvents, nil, f.cursor)
	f.follow(feed, 2)
	f.write(2, 5)
	f.follow(feed, 2)

	// A server that is to stop sends its subscribers away, and ends.
	if err := f.servers[1].cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ws.ended:
	case <-time.After(30 * time.Second):
		t.Fatal("a server that stops keeps its subscribers")
	}
	if !websocket.IsCloseError(ws.err, 1012) {
		t.Errorf("a server that stops said %v", ws.err)
	}
	f.write(2, 5)
	feed = f.at(2, f.ada).dial(t).resume(fleetEvents, nil, f.cursor)
	f.follow(feed, 2)
	if code := f.servers[1].waitForExit(t); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, f.servers[1].log)
	}
	for _, r := range f.servers {
		r.checkLog(t)
	}
}
