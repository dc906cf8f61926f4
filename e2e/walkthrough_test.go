package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
)

// TestStory is the article's whole story over HTTP, from the first message to the restored
// trash, in every kind of account that R1 to R3 know.
func TestStory(t *testing.T) {
	t.Parallel()
	s := start(t)
	before, after := time.Date(2024, 4, 1, 12, 0, 0, 0, time.UTC), time.Date(2024, 4, 2, 0, 0, 0, 0, time.UTC)
	for _, k := range []struct {
		plan    desk.Plan
		created time.Time
		home    string
	}{
		{desk.PlanFree, before, "INBOX"}, {desk.PlanFree, after, "INBOX"},
		{desk.PlanStarter, before, "INBOX"}, {desk.PlanStarter, after, "INBOX"},
		{desk.PlanProfessional, before, "INBOX"}, {desk.PlanProfessional, after, "HELP_DESK"},
		{desk.PlanEnterprise, before, "INBOX"}, {desk.PlanEnterprise, after, "HELP_DESK"},
	} {
		t.Run(fmt.Sprintf("R1 R2/%s created %s", k.plan, k.created.Format(time.DateOnly)), func(t *testing.T) {
			t.Parallel()
			newStory(t, s.newAccount(t, k.plan, k.created), k.home).tell(t)
		})
	}
}

type story struct {
	*account
	home             string
	support, channel string
	status           map[string]string
	ada              *client
	ben              *client
	benID            string
	first, second    string // conversations
	ticket           string
}

func newStory(t *testing.T, a *account, home string) *story {
	st := &story{account: a, home: home, ada: a.admin}
	team := a.createTeam(t, "Support")
	st.support, st.channel = a.createInbox(t, "Support", vars{"teamIds": []string{team}})
	st.status = a.createPipeline(t, "Support", "New", "Waiting on contact", "Waiting on us", "!Closed")
	st.benID, st.ben = a.createAgent(t, "ben", desk.RoleAgent, team)
	return st
}

func (st *story) tell(t *testing.T) {
	t.Run("R4 a conversation gets a ticket", st.getsTicket)
	t.Run("R8 to R15 the sidebar", st.sidebar)
	t.Run("R16 editing in place", st.editing)
	t.Run("R17 R18 owners", st.owners)
	t.Run("R19 to R27 replying and closing", st.closing)
	t.Run("R28 R29 trash", st.trash)
}

func (st *story) getsTicket(t *testing.T) {
	st.first = st.receiveMessage(t, st.channel, "first", "pia@contact.test", "My printer is on fire")
	st.second = st.receiveMessage(t, st.channel, "second", "pia@contact.test", "It still is")
	p := st.ben.must(t, "ticketCreate", "ticket { id number workspace status { name } } conversation { workspace ticket { id } }",
		vars{"conversationId": st.first, "name": "Printer on fire"})
	st.ticket = p.str("ticket.id")
	if p.str("ticket.status.name") != "New" || p.num("ticket.number") != 1 {
		t.Errorf("the new ticket is %v", p.at("ticket").v)
	}
	moved := strings.Count(sortedEffects(p), "R3 ")
	if want := map[string]int{"INBOX": 0, "HELP_DESK": 2}[st.home]; moved != want || p.str("ticket.workspace") != st.home || p.str("conversation.workspace") != st.home {
		t.Errorf("R3: in the %s, %d effects: %v", p.str("ticket.workspace"), moved, p.v)
	}
	if got := errorCode(st.ben.mutate(t, "ticketCreate", "", vars{"conversationId": st.first, "name": "Again"})); got != "CONVERSATION_HAS_TICKET" {
		t.Errorf("R5: a second ticket answered %q", got)
	}
	st.ben.must(t, "ticketAddConversation", "ticket { id }", vars{"ticketId": st.ticket, "conversationId": st.second})
	other := st.receiveMessage(t, st.channel, "third", "max@contact.test", "Hello")
	otherTicket := st.ben.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": other, "name": "Other"}).str("ticket.id")
	if got := errorCode(st.ben.mutate(t, "ticketAddConversation", "", vars{"ticketId": otherTicket, "conversationId": st.second})); got != "CONVERSATION_HAS_TICKET" {
		t.Errorf("R6: swapping the ticket answered %q", got)
	}
	n := st.ben.do(t, "query($id: ID!) { ticket(id: $id) { conversations(first: 10) { totalCount } } }", vars{"id": st.ticket}).at("ticket.conversations").num("totalCount")
	if n != 2 {
		t.Errorf("R7: the ticket has %d conversations", n)
	}
}

func (st *story) sidebar(t *testing.T) {
	q := `query($id: ID!) { conversation(id: $id) { subject
		ticket { name recordUrl cardProperties { key value displayValue definition { readOnly } } detailProperties { key }
			conversations(first: 10) { nodes { id } } }
		contact { email conversations(first: 10) { nodes { id } } }
		messages(last: 50) { nodes { __typename text } } } }`
	c := st.ben.do(t, q, vars{"id": st.first}).at("conversation")
	if c.str("ticket.recordUrl") != "http://desk.test/tickets/"+st.ticket {
		t.Errorf("R15: recordUrl is %q", c.str("ticket.recordUrl"))
	}
	var card, shown []string
	for _, p := range c.list("ticket.cardProperties") {
		card, shown = append(card, p.str("key")), append(shown, p.str("displayValue"))
	}
	if got := strings.Join(shown[:3], ", "); got != "Printer on fire, New, Support" {
		t.Errorf("R11: the card shows %s", got)
	}
	if got := strings.Join(card, " "); got != "name status pipeline priority owner createdAt lastActivityAt" {
		t.Errorf("R14 D12: the card has %s", got)
	}
	if len(c.list("contact.conversations.nodes")) != 2 {
		t.Errorf("R10: past conversations: %v", c.at("contact.conversations.nodes").v)
	}
	l := st.ada.must(t, "ticketDetailLayoutSet", "layout { scope properties { key } }", vars{"propertyKeys": []string{"name", "owner"}, "scope": "ACCOUNT"})
	if l.str("layout.scope") != "ACCOUNT" {
		t.Errorf("D11: %v", l.v)
	}
	st.ben.must(t, "ticketDetailLayoutSet", "layout { scope }", vars{"propertyKeys": []string{"priority"}})
	for who, want := range map[*client]string{st.ben: "MINE priority", st.ada: "ACCOUNT name owner"} {
		a := who.do(t, `query($id: ID!) { viewer { ticketDetailLayout { scope } } ticket(id: $id) { detailProperties { key } } }`, vars{"id": st.ticket})
		got := a.at("viewer").str("ticketDetailLayout.scope")
		for _, p := range a.at("ticket").list("detailProperties") {
			got += " " + p.str("key")
		}
		if got != want {
			t.Errorf("R13 D11: the details are %q, not %q", got, want)
		}
	}
}

func (st *story) editing(t *testing.T) {
	st.ada.must(t, "propertyDefinitionCreate", "propertyDefinition { id }", vars{"key": "room", "label": "Room", "type": "TEXT"})
	p := st.ben.must(t, "ticketUpdate", `ticket { name priority properties(keys: ["room"]) { value } }`, vars{
		"ticketId": st.ticket, "name": "Printer on fire in room 7", "priority": "URGENT",
		"properties": []vars{{"key": "room", "value": vars{"string": "7"}}},
	})
	if p.str("ticket.priority") != "URGENT" || p.str("ticket.properties.0.value") != "7" {
		t.Errorf("R16: %v", p.at("ticket").v)
	}
	for _, key := range []string{"createdAt", "lastActivityAt", "closedAt", "number", "pipeline", "contact"} {
		got := st.ben.mutate(t, "ticketUpdate", "", vars{"ticketId": st.ticket, "properties": []vars{{"key": key, "value": vars{"string": "x"}}}})
		if errorCode(got) != "PROPERTY_READ_ONLY" {
			t.Errorf("D18: writing %s answered %q", key, errorCode(got))
		}
	}
}

func (st *story) owners(t *testing.T) {
	p := st.ben.must(t, "conversationAssign", "conversation { owner { id } } ticket { owner { id } }", vars{"conversationId": st.first, "ownerId": st.benID})
	if p.str("ticket.owner.id") != st.benID || sortedEffects(p) != "R17 TICKET_ASSIGNED "+st.ticket {
		t.Errorf("R17: %v", p.v)
	}
	p = st.ben.must(t, "ticketAssign", "ticket { owner { id } } conversations { id }", vars{"ticketId": st.ticket, "ownerId": nil})
	if !p.isNull("ticket.owner") || len(p.list("effects")) != 0 {
		t.Errorf("R18: %v", p.v)
	}
	if st.conversation(t, st.first).str("owner.id") != st.benID {
		t.Error("R18: the conversation lost its owner")
	}
}

func (st *story) conversation(t *testing.T, id string) node {
	t.Helper()
	return st.ada.do(t, "query($id: ID!) { conversation(id: $id) { id status trashedAt owner { id } ticket { id trashedAt status { name state } } } }", vars{"id": id}).at("conversation")
}

func (st *story) setStatus(t *testing.T, name string) node {
	t.Helper()
	return st.ben.must(t, "ticketStatusSet", "ticket { status { state } } conversations { id status }", vars{"ticketId": st.ticket, "statusId": st.status[name]})
}

func (st *story) states(t *testing.T) string {
	t.Helper()
	first, second := st.conversation(t, st.first), st.conversation(t, st.second)
	return first.str("status") + " " + second.str("status") + " " + first.str("ticket.status.state")
}

func (st *story) closing(t *testing.T) {
	st.ben.must(t, "messageSend", "message { id delivery { state } }", vars{"conversationId": st.first, "text": "Take it outside"})
	for _, step := range []struct {
		rule string
		do   func()
		want string
	}{
		{"R25 R26 R27", func() { st.ben.must(t, "conversationClose", "", vars{"conversationId": st.first}) }, "CLOSED OPEN OPEN"},
		{"R21", func() { st.setStatus(t, "Closed") }, "CLOSED CLOSED CLOSED"},
		{"R22 R24", func() { st.setStatus(t, "Waiting on us") }, "CLOSED CLOSED OPEN"},
		{"R30 reopening a conversation", func() { st.ben.must(t, "conversationReopen", "", vars{"conversationId": st.second}) }, "CLOSED OPEN OPEN"},
		{"R30 between open statuses", func() { st.setStatus(t, "New") }, "CLOSED OPEN OPEN"},
		{"R21 again", func() { st.setStatus(t, "Closed") }, "CLOSED CLOSED CLOSED"},
		{"D8", func() { st.receiveMessage(t, st.channel, "first", "pia@contact.test", "It burns again") }, "OPEN CLOSED CLOSED"},
	} {
		if step.do(); st.states(t) != step.want {
			t.Errorf("%s: it is %s, not %s", step.rule, st.states(t), step.want)
		}
	}
}

func (st *story) trash(t *testing.T) {
	refused := st.ben.mutate(t, "conversationTrash", "", vars{"conversationId": st.first})
	if errorCode(refused) != "CASCADE_NOT_CONFIRMED" {
		t.Errorf("D1: %v", refused.v)
	}
	p := st.ben.must(t, "conversationTrash", "trashGroup { id records { id } }", vars{"conversationId": st.first, "confirmCascade": true})
	if got := sortedEffects(p); got != "R28 TICKET_TRASHED "+st.ticket+"\nR29 CONVERSATION_TRASHED "+st.second || len(p.list("trashGroup.records")) != 3 {
		t.Errorf("R28 R29: %s %v", got, p.v)
	}
	if got := errorCode(st.ben.mutate(t, "messageSend", "", vars{"conversationId": st.second, "text": "x"})); got != "RECORD_IN_TRASH" {
		t.Errorf("D19: %q", got)
	}
	st.ben.must(t, "ticketRestore", "", vars{"ticketId": st.ticket})
	if st.states(t) != "OPEN CLOSED CLOSED" || !st.conversation(t, st.first).isNull("trashedAt") {
		t.Errorf("D3: it is %s", st.states(t))
	}
}
