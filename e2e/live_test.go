package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"deskwire/desk"
)

const conversationLive = `subscription($id: ID!, $after: String) { conversationLive(id: $id, after: $after) {
	cursor reason conversationId events { kind } conversation { id status unreadCount owner { id name } contact { id name }
		ticket { id name status { name } } messages(last: 1) { nodes { id ... on IncomingMessage { text } } } } } }`

// TestConversationLive: a snapshot, then a payload for each change, and after a break what was
// missed in one.
func TestConversationLive(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	a.createPipeline(t, "Support", "New", "!Closed")
	id := a.receiveMessage(t, channel, "thread", "pia@contact.test", "Hello")

	ws := a.admin.dial(t)
	f := ws.subscribe(conversationLive, vars{"id": id})
	first := f.next().at("conversationLive")
	if first.str("reason") != "SNAPSHOT" || first.str("conversation.status") != "OPEN" || len(first.list("events")) != 0 {
		t.Fatalf("began with %v", first)
	}
	a.admin.must(t, "conversationClose", "conversation { id }", vars{"conversationId": id})
	var closed node
	f.until("closed", func(p *answer) bool {
		closed = p.at("conversationLive")
		events := closed.list("events")
		return closed.str("reason") == "CHANGE" && closed.str("conversation.status") == "CLOSED" && len(events) > 0 && events[len(events)-1].str("kind") == "CONVERSATION_CLOSED"
	})
	f.complete()

	// Away: a message comes, and a ticket.
	a.receiveMessage(t, channel, "thread", "pia@contact.test", "Are you there?")
	ticket := a.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": id, "name": "Question"}).str("ticket.id")
	back := ws.resume(conversationLive, vars{"id": id}, closed.str("cursor"))
	var got node
	missed := 0
	back.until("what was missed", func(p *answer) bool { // the last event comes by itself when the log has just not been read up to it
		got = p.at("conversationLive")
		missed += len(got.list("events"))
		return got.str("reason") == "CHANGE" && got.str("conversation.ticket.id") == ticket && got.str("conversation.messages.nodes.0.text") == "Are you there?" && missed >= 3
	})
	back.requireSilence()
	back.complete()

	// Nothing was missed.
	again := ws.subscribe(conversationLive, vars{"id": id, "after": got.str("cursor")})
	again.requireSilence()

	// What the payload shows may change elsewhere: the ticket's name, the contact's.
	a.admin.must(t, "ticketUpdate", "ticket { id }", vars{"ticketId": ticket, "name": "Another question"})
	if p := again.next().at("conversationLive"); p.str("conversation.ticket.name") != "Another question" {
		t.Fatalf("after the ticket got another name came %v", p)
	}
	contact := got.str("conversation.contact.id")
	a.admin.must(t, "contactUpdate", "contact { id }", vars{"contactId": contact, "name": "Pia Peters"})
	if p := again.next().at("conversationLive"); p.str("conversation.contact.name") != "Pia Peters" {
		t.Fatalf("after the contact got a name came %v", p)
	}
	again.requireSilence()

	// A cursor from elsewhere, and no such conversation.
	if p := ws.resume(conversationLive, vars{"id": id}, "Zm9vIDE6MTo").next().at("conversationLive"); p.str("reason") != "RESYNC" || p.str("conversation.id") != id {
		t.Fatalf("a foreign cursor: %v", p)
	}
	if p := ws.subscribe(conversationLive, vars{"id": "cnv_00000000000000000000000000"}).next().at("conversationLive"); p.str("reason") != "REVOKED" {
		t.Fatalf("no such conversation: %v", p)
	}
}

// TestSessionRefresh: a connection takes a new token of the same agent and goes on; when its token
// is revoked it is closed.
func TestSessionRefresh(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, other := a.createAgent(t, "ben", desk.RoleAgent)
	made := a.admin.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "next"})
	next := made.str("secret")
	const refresh = `mutation($token: String!) { sessionRefresh(input: {token: $token}) { viewer { agent { email } } expiresAt errors { code message } } }`
	if got := a.admin.do(t, refresh, vars{"token": next}); errorCode(got.at("sessionRefresh")) != "INVALID_INPUT" {
		t.Errorf("over plain HTTP: %s", got.Raw)
	}
	ws := a.admin.dial(t)
	f := ws.subscribe(`subscription { viewerLive { reason viewer { agent { email } } } }`, nil)
	f.next()
	for _, token := range []string{"nonsense", other.token} {
		if got := ws.subscribe(refresh, vars{"token": token}).next(); errorCode(got.at("sessionRefresh")) != "INVALID_INPUT" {
			t.Errorf("%.10s: %s", token, got.Raw)
		}
	}
	if got := ws.subscribe(refresh, vars{"token": next}).next(); len(got.Errors) > 0 || got.at("sessionRefresh").str("viewer.agent.email") != "ada@"+a.slug+".test" {
		t.Fatalf("%s", got.Raw)
	}
	f.requireSilence()
	a.admin.must(t, "apiTokenRevoke", "apiToken { id }", vars{"apiTokenId": made.str("apiToken.id")})
	select {
	case <-ws.ended:
	case <-time.After(liveTimeout):
		t.Fatal("a revoked token keeps its connection")
	}
	if !websocket.IsCloseError(ws.err, 4403) {
		t.Errorf("closed with %v", ws.err)
	}
}

const presenceLive = `subscription($id: ID!) { conversationPresence(conversationId: $id) { reason viewers { agent { name } state } conversation { id viewers { state } } } }`

// TestPresence: who is at a conversation is known on all servers, ends with the socket, and is
// nobody else's to say.
func TestPresence(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	_, ben := a.createAgent(t, "ben", desk.RoleAdmin)
	_, out := a.createAgent(t, "out", desk.RoleAgent)
	id := a.receiveMessage(t, channel, "thread", "pia@contact.test", "Hello")
	before := a.admin.do(t, `{ events(first: 0) { totalCount } }`, nil).at("events").num("totalCount")

	other := startOn(t, s.dsn)
	far := &client{url: other.URL, token: ben.token}
	near := a.admin.dial(t).subscribe(presenceLive, vars{"id": id})
	if p := near.next().at("conversationPresence"); p.str("reason") != "SNAPSHOT" || len(p.list("viewers")) != 0 {
		t.Fatalf("began with %v", p)
	}
	who := func(f *subscription, want string) {
		t.Helper()
		f.until(want, func(p *answer) bool {
			got := ""
			for _, v := range p.at("conversationPresence").list("viewers") {
				got += v.str("agent.name") + " " + v.str("state") + " "
			}
			return got == want && len(p.at("conversationPresence").list("conversation.viewers")) == len(p.at("conversationPresence").list("viewers"))
		})
	}
	const set = `mutation($input: PresenceSetInput!) { presenceSet(input: $input) { conversation { viewers { state } } errors { code } } }`
	ws := far.dial(t)
	if got := ws.subscribe(set, vars{"input": vars{"conversationId": id, "state": "VIEWING"}}).next(); got.at("presenceSet").str("conversation.viewers.0.state") != "VIEWING" {
		t.Fatalf("%s", got.Raw)
	}
	who(near, "ben VIEWING ")
	ws.subscribe(set, vars{"input": vars{"conversationId": id, "state": "TYPING_REPLY"}})
	who(near, "ben TYPING_REPLY ")
	a.admin.do(t, set, vars{"input": vars{"conversationId": id, "state": "VIEWING"}})
	who(near, "ben TYPING_REPLY Ada VIEWING ")
	_ = ws.conn.Close()
	who(near, "Ada VIEWING ")
	a.admin.do(t, set, vars{"input": vars{"conversationId": id}})
	who(near, "")

	if p := out.dial(t).subscribe(presenceLive, vars{"id": id}).next().at("conversationPresence"); p.str("reason") != "REVOKED" || len(p.list("viewers")) != 0 {
		t.Errorf("who does not see the conversation sees %v", p)
	}
	if got := out.do(t, set, vars{"input": vars{"conversationId": id, "state": "VIEWING"}}); errorCode(got.at("presenceSet")) != "NOT_FOUND" {
		t.Errorf("who does not see the conversation: %s", got.Raw)
	}
	near.requireSilence()
	if n := a.admin.do(t, `{ events(first: 0) { totalCount } }`, nil).at("events").num("totalCount"); n != before {
		t.Errorf("presence is in the log: %d events, before %d", n, before)
	}
}

// TestInboxViewLive: a view tells what came, went, moved and changed.
func TestInboxViewLive(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	inbox, channel := a.createInbox(t, "Support", nil)
	id := a.receiveMessage(t, channel, "one", "pia@contact.test", "Hello")
	views := a.admin.do(t, `query($id: ID) { inboxViews(inboxId: $id) { id kind name inbox { id } conversations { totalCount nodes { id } } } }`, vars{"id": inbox}).at(".").list("inboxViews")
	open := ""
	for _, v := range views {
		if n, want := len(v.list("conversations.nodes")), map[string]int{"OPEN": 1, "UNASSIGNED": 1}[v.str("kind")]; n != want || v.num("conversations.totalCount") != want {
			t.Errorf("%s has %d conversations", v.str("kind"), n)
		}
		if v.str("kind") == "OPEN" {
			open = v.str("id")
		}
	}
	f := a.admin.dial(t).subscribe(`subscription($id: ID!) { inboxViewLive(viewId: $id) { reason cursor view { id conversations { nodes { id status } } }
		entered { id } left moved { id } changed { id } } }`, vars{"id": open})
	f.next()
	expect := func(entered, left, moved, changed string) {
		t.Helper()
		f.until(entered+"|"+left+"|"+moved+"|"+changed, func(p *answer) bool {
			v := p.at("inboxViewLive")
			one := func(name string) string {
				got := ""
				for _, n := range v.list(name) {
					got += n.str("id")
				}
				return got
			}
			gone := ""
			for _, n := range v.list("left") {
				gone += n.v.(string)
			}
			return one("entered") == entered && gone == left && one("moved") == moved && one("changed") == changed
		})
	}
	second := a.receiveMessage(t, channel, "two", "kim@contact.test", "Good morning")
	expect(second, "", "", "")
	a.receiveMessage(t, channel, "one", "pia@contact.test", "Are you there?")
	expect("", "", id, "")
	a.admin.must(t, "conversationAssign", "conversation { id }", vars{"conversationId": id, "ownerId": a.admin.do(t, `{ viewer { agent { id } } }`, nil).at("viewer").str("agent.id")})
	expect("", "", "", id)
	a.admin.must(t, "conversationClose", "conversation { id }", vars{"conversationId": id})
	expect("", id, "", "")
	a.admin.must(t, "conversationReopen", "conversation { id }", vars{"conversationId": id})
	expect(id, "", "", "")
}

// TestEventsLive: the log is told whole and in order, and resumed where it stood.
func TestEventsLive(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	const query = `subscription($after: String) { events(after: $after) { cursor reason events { id kind } } }`
	ws := a.admin.dial(t)
	f := ws.subscribe(query, nil)
	cursor := f.next().at("events").str("cursor")
	var told []string
	take := func(f *subscription, want int) {
		t.Helper()
		for len(told) < want {
			p := f.next().at("events")
			cursor = p.str("cursor")
			for _, e := range p.list("events") {
				told = append(told, e.str("id"))
			}
		}
	}
	since := cursor
	for range 5 {
		a.receiveMessage(t, channel, "thread", "pia@contact.test", "Hello")
	}
	log := func() (ids []string) {
		for _, e := range a.admin.do(t, `query($since: String) { events(since: $since, first: 100) { nodes { id } } }`, vars{"since": since}).at("events").list("nodes") {
			ids = append(ids, e.str("id"))
		}
		return ids
	}
	take(f, len(log()))
	f.complete()
	for range 5 {
		a.receiveMessage(t, channel, "thread", "pia@contact.test", "Hello again")
	}
	take(ws.resume(query, nil, cursor), len(log()))
	if want := log(); !slices.Equal(told, want) {
		t.Errorf("told\n%v\nthe log has\n%v", told, want)
	}
}

// TestHiddenIsAsMissing: following what one may not see is answered like following what is not
// there, whatever happens to it, and so is coming back to it.
func TestHiddenIsAsMissing(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	id := a.receiveMessage(t, channel, "thread", "pia@contact.test", "Hello")
	_, out := a.createAgent(t, "out", desk.RoleAgent)
	const follow = `subscription($id: ID!) { conversationLive(id: $id) { cursor reason conversation { id } events { id } } }`
	ws := out.dial(t)
	missing, hidden := ws.subscribe(follow, vars{"id": "cnv_00000000000000000000000000"}), ws.subscribe(follow, vars{"id": id})
	since := missing.next().at("conversationLive")
	if p := hidden.next().at("conversationLive"); p.str("reason") != "REVOKED" || since.str("reason") != "REVOKED" {
		t.Fatalf("%v and %v", p, since)
	}
	for range 3 {
		a.receiveMessage(t, channel, "thread", "pia@contact.test", "Are you there?")
	}
	missing.requireSilence()
	hidden.requireSilence()
	for _, id := range []string{"cnv_00000000000000000000000000", id} {
		p := ws.resume(follow, vars{"id": id}, since.str("cursor")).next().at("conversationLive")
		if p.str("reason") != "REVOKED" || len(p.list("events")) != 0 || !p.isNull("conversation") {
			t.Errorf("back at %s came %v", id, p)
		}
	}
}
