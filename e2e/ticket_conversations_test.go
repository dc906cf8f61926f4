package e2e

import (
	"strings"
	"testing"
	"time"

	"deskwire/desk"
)

// A ticket that gets a conversation tells so at its next version, to all who see the ticket; which
// conversation it is, it tells nobody who does not see that one (R7, D15).
func TestTicketTellsOfItsConversations(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
	a.createPipeline(t, "Support", "New", "!Closed")
	sales := a.createTeam(t, "Sales")
	_, open := a.createInbox(t, "Sales", vars{"teamIds": []string{sales}})
	_, hidden := a.createInbox(t, "Hidden", nil)
	_, sal := a.createAgent(t, "sal", desk.RoleAgent, sales)
	conversation := a.receiveMessage(t, open, "a", "a@contact.test", "Hello")
	ticket := a.admin.must(t, "ticketCreate", "ticket { id version }", vars{"conversationId": conversation, "name": "Ticket"})
	id, version := ticket.str("ticket.id"), ticket.num("ticket.version")

	first, second := a.receiveMessage(t, hidden, "b", "b@contact.test", "Hello"), a.receiveMessage(t, hidden, "c", "c@contact.test", "Hello")
	added := a.admin.must(t, "ticketAddConversation", "ticket { version }", vars{"ticketId": id, "conversationId": first, "expectedVersion": version})
	if got := added.num("ticket.version"); got != version+1 {
		t.Errorf("version %d follows %d", got, version)
	}
	stale := a.admin.mutate(t, "ticketAddConversation", "ticket { version }", vars{"ticketId": id, "conversationId": second, "expectedVersion": version})
	if errorCode(stale) != "VERSION_CONFLICT" {
		t.Errorf("a second one at the same version: %v", stale.v)
	}
	told := 0
	for _, e := range wholeLog(t, sal) {
		if e.str("kind") == "TICKET_CONVERSATION_ADDED" && e.str("entityId") == id && len(e.list("changes")) == 0 {
			told++
		}
	}
	if told != 1 {
		t.Errorf("who sees the ticket is told %d times", told)
	}
	seen := sal.do(t, `query($id: ID!) { ticket(id: $id) { version timeline(first: 50) { nodes { ... on Event { id kind entityId } } } conversations { nodes { id } } }
		events(first: 100) { nodes { entityId changes { field old new } } } }`, vars{"id": id})
	if raw := seen.Raw; strings.Contains(raw, first) || seen.at("ticket").num("version") != version+1 {
		t.Errorf("who does not see the conversation reads %s", raw)
	}
}
