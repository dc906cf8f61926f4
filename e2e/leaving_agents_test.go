package e2e

import (
	"context"
	"testing"
)

// TestLeavingAgents: what belongs to who has left can be found, and is handed on to who was named.
func TestLeavingAgents(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	sue, sal := acc.agents["sue"], acc.agents["sal"]
	const left = `{ conversations(where: {owner: {isActive: false}}, first: 50) { nodes { id owner { id } } } tickets(where: {owner: {isActive: false}}, first: 50) { nodes { id owner { id } } } }`
	count := func() (conversations, tickets int) {
		a := acc.admin.do(t, left, nil)
		return len(a.at(".").list("conversations.nodes")), len(a.at(".").list("tickets.nodes"))
	}
	owned := acc.admin.do(t, `query($id: ID) { conversations(where: {ownerId: {eq: $id}}, first: 50) { nodes { id } } tickets(where: {ownerId: {eq: $id}}, first: 50) { nodes { id } } }`, vars{"id": sue})
	if c, k := count(); c != 0 || k != 0 {
		t.Fatalf("%d conversations and %d tickets are of who has left", c, k)
	}
	for successor, want := range map[string]string{sue: "OWNER_NOT_ALLOWED", acc.agents["reed"]: "OWNER_NOT_ALLOWED", acc.agents["gone"]: "OWNER_NOT_ALLOWED"} {
		if got := errorCode(acc.admin.mutate(t, "agentUpdate", "", vars{"agentId": sue, "active": false, "successorId": successor})); got != want {
			t.Errorf("%s as the successor was answered %q", successor, got)
		}
	}
	if got := errorCode(acc.admin.mutate(t, "agentUpdate", "", vars{"agentId": sue, "successorId": sal})); got != "INVALID_INPUT" {
		t.Errorf("a successor of who stays was answered %q", got)
	}
	p := acc.admin.must(t, "agentUpdate", "agent { successor { id } }", vars{"agentId": sue, "active": false, "successorId": sal})
	if p.str("agent.successor.id") != sal {
		t.Errorf("the successor is %v", p.v)
	}
	c, k := count()
	if c != len(owned.at(".").list("conversations.nodes")) || k != len(owned.at(".").list("tickets.nodes")) || c == 0 || k == 0 {
		t.Errorf("%d conversations and %d tickets are found", c, k)
	}
	if n, err := acc.store.HandOn(context.Background()); err != nil || n == 0 {
		t.Fatalf("%d were handed on, %v", n, err)
	}
	if c, k := count(); c != 0 || k != 0 {
		t.Errorf("%d conversations and %d tickets are left", c, k)
	}
	for _, n := range owned.at(".").list("tickets.nodes") {
		if got := acc.admin.do(t, "query($id: ID!) { ticket(id: $id) { owner { id } } }", vars{"id": n.str("id")}).at("ticket").str("owner.id"); got != sal {
			t.Errorf("ticket %s is owned by %s", n.str("id"), got)
		}
	}
	if n, err := acc.store.HandOn(context.Background()); err != nil || n != 0 {
		t.Errorf("%d were handed on twice, %v", n, err)
	}
	back := acc.admin.must(t, "agentUpdate", "agent { successor { id } }", vars{"agentId": sue, "active": true})
	if !back.isNull("agent.successor") {
		t.Errorf("who is back has the successor %v", back.v)
	}
}

// TestReadUpTo: what came while somebody was reading stays unread.
func TestReadUpTo(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	c := acc.receiveIn(t, "Support", "upto")
	first := acc.admin.do(t, "query($id: ID!) { conversation(id: $id) { messages(last: 1) { nodes { id } } } }", vars{"id": c}).at("conversation").str("messages.nodes.0.id")
	acc.receiveIn(t, "Support", "upto")
	acc.receiveIn(t, "Support", "upto")
	note := acc.admin.must(t, "commentCreate", "comment { id }", vars{"conversationId": c, "text": "A note"}).str("comment.id")
	const unread = "conversation { unreadCount }"
	for _, step := range []struct {
		upTo any
		want int
	}{{first, 2}, {note, 0}, {first, 0}, {nil, 0}} {
		p := acc.admin.must(t, "conversationMarkRead", unread, vars{"conversationId": c, "upToMessageId": step.upTo})
		if got := p.num("conversation.unreadCount"); got != step.want {
			t.Errorf("read up to %v, %d are unread, not %d", step.upTo, got, step.want)
		}
	}
	if got := errorCode(acc.admin.mutate(t, "conversationMarkRead", unread, vars{"conversationId": c, "upToMessageId": acc.messages[0]})); got != "NOT_FOUND" {
		t.Errorf("a message of another conversation was answered %q", got)
	}
}

// TestClosedIsRead: what is closed has been dealt with, by itself or with its ticket. What comes
// then is unread again.
func TestClosedIsRead(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	c := acc.receiveIn(t, "Support", "answered")
	p := acc.admin.must(t, "conversationClose", "conversation { unreadCount }", vars{"conversationId": c})
	if p.num("conversation.unreadCount") != 0 {
		t.Errorf("closed with %d unread", p.num("conversation.unreadCount"))
	}
	acc.receiveIn(t, "Support", "answered")
	state := func() node {
		return acc.admin.do(t, "query($id: ID!) { conversation(id: $id) { unreadCount status } }", vars{"id": c}).at("conversation")
	}
	if s := state(); s.num("unreadCount") != 1 || s.str("status") != "OPEN" {
		t.Errorf("after another message it is %v", s.v)
	}
	ticket := acc.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": c, "name": "T"}).str("ticket.id")
	acc.admin.must(t, "ticketStatusSet", "", vars{"ticketId": ticket, "statusId": acc.status[acc.mark("Closed")]})
	if s := state(); s.num("unreadCount") != 0 || s.str("status") != "CLOSED" {
		t.Errorf("closed with its ticket it is %v", s.v)
	}
	if n := acc.admin.do(t, `query($id: ID) { conversations(where: {id: {eq: $id}, unread: true}) { totalCount } }`, vars{"id": c}).at("conversations").num("totalCount"); n != 0 {
		t.Error("it is found among what is unread")
	}
}

// TestNothingTyped: no text, no option and blanks are no value, and are found as that.
func TestNothingTyped(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	for key, nothing := range map[string]any{
		"myTEXT": vars{"string": ""}, "myNUMBER": vars{"string": " "}, "myDATE": vars{"string": ""}, "myBOOLEAN": vars{"string": ""},
		"myOPTION": vars{"string": ""}, "myOPTIONS": vars{"list": []string{}}, "myAGENT": vars{"string": "\u00a0"}, "myDATETIME": vars{"string": ""},
	} {
		acc.admin.must(t, "ticketUpdate", "", vars{"ticketId": acc.tickets[1], "properties": []vars{{"key": key, "value": nothing}}})
		n := acc.admin.do(t, "query($id: ID, $key: String!) { tickets(where: {id: {eq: $id}, properties: [{key: $key, isNull: true}]}) { totalCount } }", vars{"id": acc.tickets[1], "key": key}).at("tickets").num("totalCount")
		if n != 1 {
			t.Errorf("%s of nothing is not found as that", key)
		}
	}
	p := acc.admin.must(t, "ticketUpdate", `ticket { properties(keys: ["myNUMBER"]) { value } }`, vars{"ticketId": acc.tickets[1], "properties": []vars{{"key": "myNUMBER", "value": vars{"string": " 12\u00a0"}}}})
	if got := p.str("ticket.properties.0.value"); got != "12" {
		t.Errorf("a number among blanks is %q", got)
	}
}

// TestRemovedOption: an option that was removed stays where it is chosen, and blocks no other.
func TestRemovedOption(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	set := func(values ...string) node {
		return acc.admin.mutate(t, "ticketUpdate", `ticket { properties(keys: ["myOPTIONS"]) { list } }`, vars{"ticketId": acc.tickets[1], "properties": []vars{{"key": "myOPTIONS", "value": vars{"list": values}}}})
	}
	set("a", "b")
	var id string
	for _, d := range acc.admin.do(t, "{ propertyDefinitions { id key } }", nil).at(".").list("propertyDefinitions") {
		if d.str("key") == "myOPTIONS" {
			id = d.str("id")
		}
	}
	acc.admin.must(t, "propertyDefinitionUpdate", "", vars{"propertyDefinitionId": id, "options": []vars{{"value": "a", "label": "A"}, {"value": "c", "label": "C"}}})
	if p := set("a", "b", "c"); errorCode(p) != "" || len(p.list("ticket.properties.0.list")) != 3 {
		t.Errorf("with another option it was answered %v", p.v)
	}
	if p := set("a", "c"); errorCode(p) != "" {
		t.Errorf("without it it was answered %v", p.v)
	}
	if got := errorCode(set("a", "b")); got != "PROPERTY_INVALID" {
		t.Errorf("to choose it again was answered %q", got)
	}
}
