package e2e

import (
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"deskwire/desk"
)

const conversationLive = `subscription($id: ID!, $after: String) { conversationLive(id: $id, after: $after) {
	cursor reason conversationId events { kind } conversation { id status unreadCount owner { id name } contact { id name }
		ticket { id name status { name } } messages(last: 1) { nodes { id ... on IncomingMessage { text } } } } } }`

// TestConversationLive: a snapshot, then a payload for each change, and after a break what was missed in one.
func TestConversationLive(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.inbox(t, "Support", nil)
	a.pipeline(t, "Support", "New", "!Closed")
	id := a.receive(t, channel, "thread", "pia@contact.test", "Hello")

	w := a.admin.dial(t)
	f := w.subscribe(conversationLive, vars{"id": id})
	first := f.get().at("conversationLive")
	if first.str("reason") != "SNAPSHOT" || first.str("conversation.status") != "OPEN" || len(first.list("events")) != 0 {
		t.Fatalf("began with %v", first)
	}
	a.admin.must(t, "conversationClose", "conversation { id }", vars{"conversationId": id})
	var closed node
	f.until("closed", func(p *answer) bool {
		closed = p.at("conversationLive")
		events := closed.list("events")
		return closed.str("reason") == "CHANGE" && closed.str("conversation.status") == "CLOSED" && events[len(events)-1].str("kind") == "CONVERSATION_CLOSED"
	})
	f.complete()

	// Away: a message comes, and a ticket.
	a.receive(t, channel, "thread", "pia@contact.test", "Are you there?")
	ticket := a.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": id, "name": "Question"}).str("ticket.id")
	back := w.resume(conversationLive, vars{"id": id}, closed.str("cursor"))
	got := back.get().at("conversationLive")
	if got.str("reason") != "CHANGE" || got.str("conversation.ticket.id") != ticket || got.str("conversation.messages.nodes.0.text") != "Are you there?" || len(got.list("events")) < 3 {
		t.Fatalf("what was missed: %v", got)
	}
	back.quiet()
	back.complete()

	// Nothing was missed.
	again := w.subscribe(conversationLive, vars{"id": id, "after": got.str("cursor")})
	again.quiet()

	// What the payload shows may change elsewhere: the ticket's name, the contact's.
	a.admin.must(t, "ticketUpdate", "ticket { id }", vars{"ticketId": ticket, "name": "Another question"})
	if p := again.get().at("conversationLive"); p.str("conversation.ticket.name") != "Another question" {
		t.Fatalf("after the ticket got another name came %v", p)
	}
	contact := got.str("conversation.contact.id")
	a.admin.must(t, "contactUpdate", "contact { id }", vars{"contactId": contact, "name": "Pia Peters"})
	if p := again.get().at("conversationLive"); p.str("conversation.contact.name") != "Pia Peters" {
		t.Fatalf("after the contact got a name came %v", p)
	}
	again.quiet()

	// A cursor from elsewhere, and no such conversation.
	if p := w.resume(conversationLive, vars{"id": id}, "Zm9vIDE6MTo").get().at("conversationLive"); p.str("reason") != "RESYNC" || p.str("conversation.id") != id {
		t.Fatalf("a foreign cursor: %v", p)
	}
	if p := w.subscribe(conversationLive, vars{"id": "cnv_00000000000000000000000000"}).get().at("conversationLive"); p.str("reason") != "REVOKED" {
		t.Fatalf("no such conversation: %v", p)
	}
}

// TestSessionRefresh: a connection takes a new token of the same agent and goes on; when its token is revoked it is closed.
func TestSessionRefresh(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, other := a.agent(t, "ben", desk.RoleAgent)
	made := a.admin.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "next"})
	next := made.str("secret")
	const refresh = `mutation($token: String!) { sessionRefresh(input: {token: $token}) { viewer { agent { email } } expiresAt errors { code message } } }`
	if got := a.admin.do(t, refresh, vars{"token": next}); code(got.at("sessionRefresh")) != "INVALID_INPUT" {
		t.Errorf("over plain HTTP: %s", got.Raw)
	}
	w := a.admin.dial(t)
	f := w.subscribe(`subscription { viewerLive { reason viewer { agent { email } } } }`, nil)
	f.get()
	for _, token := range []string{"nonsense", other.token} {
		if got := w.subscribe(refresh, vars{"token": token}).get(); code(got.at("sessionRefresh")) != "INVALID_INPUT" {
			t.Errorf("%.10s: %s", token, got.Raw)
		}
	}
	if got := w.subscribe(refresh, vars{"token": next}).get(); len(got.Errors) > 0 || got.at("sessionRefresh").str("viewer.agent.email") != "ada@"+a.slug+".test" {
		t.Fatalf("%s", got.Raw)
	}
	f.quiet()
	a.admin.must(t, "apiTokenRevoke", "apiToken { id }", vars{"apiTokenId": made.str("apiToken.id")})
	select {
	case <-w.ended:
	case <-time.After(livePatience):
		t.Fatal("a revoked token keeps its connection")
	}
	if !websocket.IsCloseError(w.err, 4403) {
		t.Errorf("closed with %v", w.err)
	}
}
