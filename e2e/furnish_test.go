package e2e

import (
	"fmt"
	"testing"

	"deskwire/desk"
)

// house is an account with some of everything, and a word that stands in all its texts.
type house struct {
	*account
	word               string
	sales, support     string // teams
	inboxes, channels  map[string]string
	status, spare      map[string]string // of the first pipeline, and of the last, which nothing uses; "" is the pipeline
	property           string            // the last one made
	agents             map[string]string
	clients            map[string]*client
	contact, contactID string
	open, salesOpen    []string // conversations without a ticket
	ticketed, tickets  []string // conversations of Support with their tickets
	salesTicketed      string   // a conversation of Sales with a ticket
	mixed              string   // a ticket with a conversation in either inbox
	trashed            []string // conversations; the first one without a ticket
	trashedTicket      string
	messages           []string
	uploads            map[string][]string // files, by who made them; "" is the admin
	saved              []string            // views of the account
	labels, snippets   []string            // of the snippets the first is the account's, the second the admin's own, the third Sue's
}

// furnish fills an account through the API. The same calls for every house, so that ids are all that differs.
func furnish(t *testing.T, a *account, word string) *house {
	t.Helper()
	h := &house{account: a, word: word, inboxes: map[string]string{}, channels: map[string]string{}, agents: map[string]string{}, clients: map[string]*client{}}
	a.admin.must(t, "accountUpdate", "", vars{"name": h.say("Account")})
	h.people(t)
	h.setUp(t)
	h.talk(t)
	h.bin(t)
	h.files(t)
	h.words(t)
	return h
}

// say marks a text.
func (h *house) say(text string) string { return text + " " + h.word }

func (h *house) people(t *testing.T) {
	h.support, h.sales = h.team(t, h.say("Support")), h.team(t, h.say("Sales"))
	for _, p := range []struct {
		name, team string
		role       desk.Role
	}{
		{"sue", h.support, desk.RoleAgent}, {"sal", h.sales, desk.RoleAgent}, {"reed", h.support, desk.RoleReadOnly},
		{"gone", h.support, desk.RoleAgent}, {"bot", h.support, desk.RoleIntegration},
	} {
		h.agents[p.name], h.clients[p.name] = h.agent(t, p.name+h.word, p.role, p.team)
	}
	h.admin.must(t, "agentUpdate", "", vars{"agentId": h.agents["gone"], "active": false})
	for i := range 3 {
		h.admin.must(t, "apiTokenCreate", "", vars{"name": h.say(fmt.Sprint("Token ", i)), "agentId": h.agents["sue"], "scopes": []string{"READ"}})
	}
}

func (h *house) setUp(t *testing.T) {
	h.status = h.pipeline(t, h.say("Pipeline"), h.say("New"), h.say("Waiting"), "!"+h.say("Closed"), "!"+h.say("Spam"))
	for i := range 2 {
		h.spare = h.pipeline(t, h.say(fmt.Sprint("Spare ", i)), h.say("Todo"), "!"+h.say("Done"))
	}
	for name, team := range map[string]string{"Support": h.support, "Sales": h.sales} {
		h.inboxes[name], h.channels[name] = h.inbox(t, h.say(name), vars{
			"teamIds": []string{team}, "followUpPolicy": "REOPEN_TICKET", "followUpStatusId": h.status[h.say("New")]})
	}
	for _, typ := range []string{"TEXT", "NUMBER", "BOOLEAN", "DATE", "DATETIME", "OPTION", "OPTIONS", "AGENT"} {
		in := vars{"key": "my" + typ, "label": h.say(typ), "type": typ, "description": h.say("A property")}
		if typ == "OPTION" || typ == "OPTIONS" {
			in["options"] = []vars{{"value": "a", "label": h.say("A")}, {"value": "b", "label": h.say("B")}}
		}
		h.property = h.admin.must(t, "propertyDefinitionCreate", "propertyDefinition { id }", in).str("propertyDefinition.id")
	}
	h.admin.must(t, "ticketDetailLayoutSet", "", vars{"propertyKeys": []string{"name", "myTEXT"}, "scope": "ACCOUNT"})
	h.admin.must(t, "ticketDetailLayoutSet", "", vars{"propertyKeys": []string{"name", "myAGENT"}})
}

func (h *house) talk(t *testing.T) {
	h.contact = "known" + h.word + "@contact.test"
	h.contactID = h.admin.must(t, "contactUpsert", "contact { id }", vars{"email": h.contact, "name": h.say("Known"), "phone": "+49 30 1234", "externalId": h.say("crm")}).str("contact.id")
	for i := range 9 {
		h.open = append(h.open, h.hear(t, "Support", fmt.Sprint("open", i)))
	}
	for i := range 4 {
		h.salesOpen = append(h.salesOpen, h.hear(t, "Sales", fmt.Sprint("sales", i)))
	}
	for i := range 5 {
		h.ticketed = append(h.ticketed, h.hear(t, "Support", fmt.Sprint("ticketed", i)))
	}
	h.salesTicketed = h.hear(t, "Sales", "mine")
	for _, c := range append(h.ticketed[:4:4], h.salesTicketed) {
		h.tickets = append(h.tickets, h.admin.must(t, "ticketCreate", "ticket { id }", vars{
			"conversationId": c, "name": h.say("Ticket"), "ownerId": h.agents["sue"], "statusId": h.status[h.say("New")],
			"properties": []vars{{"key": "myTEXT", "value": vars{"string": h.say("Room")}}, {"key": "myAGENT", "value": vars{"string": h.agents["sue"]}}},
		}).str("ticket.id"))
	}
	h.admin.must(t, "ticketAddConversation", "", vars{"ticketId": h.tickets[0], "conversationId": h.ticketed[4]})
	h.mixed = h.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": h.hear(t, "Sales", "mixed"), "name": "Mixed"}).str("ticket.id")
	h.admin.must(t, "ticketAddConversation", "", vars{"ticketId": h.mixed, "conversationId": h.hear(t, "Support", "mixed")})
	h.clients["sue"].must(t, "conversationAssign", "", vars{"conversationId": h.open[0], "ownerId": h.agents["sue"]})
	h.clients["sal"].must(t, "conversationAssign", "", vars{"conversationId": h.salesOpen[0], "ownerId": h.agents["sal"]})
	h.clients["sue"].must(t, "conversationClose", "", vars{"conversationId": h.open[1]})
	h.clients["sue"].must(t, "commentCreate", "", vars{"conversationId": h.open[0], "text": h.say("A comment")})
	for _, c := range append(h.open[:2:2], h.salesOpen[0]) {
		h.messages = append(h.messages, h.admin.must(t, "messageSend", "message { id }", vars{"conversationId": c, "text": h.say("An answer")}).str("message.id"))
	}
}

// hear brings a message into an inbox, and gives its conversation.
func (h *house) hear(t *testing.T, inbox, thread string) string {
	t.Helper()
	email := fmt.Sprintf("%s%s@contact.test", thread, h.word)
	return h.receive(t, h.channels[inbox], h.say(thread), email, h.say("Hello from "+inbox))
}

// files uploads some, and sends one of them.
func (h *house) files(t *testing.T) {
	h.uploads = map[string][]string{}
	for name, c := range map[string]*client{"": h.admin, "sal": h.clients["sal"]} {
		for range 5 {
			p := c.must(t, "attachmentCreate", "attachment { id } uploadUrl", vars{"fileName": h.say("file"), "contentType": "text/plain", "size": 1})
			if got := h.server.status(t, "PUT", p.str("uploadUrl"), []byte("x")); got != 204 {
				t.Fatalf("uploading answered %d", got)
			}
			h.uploads[name] = append(h.uploads[name], p.str("attachment.id"))
		}
	}
	h.admin.must(t, "messageSend", "", vars{"conversationId": h.open[0], "text": h.say("A file from Support"), "attachmentIds": h.uploads[""][:1]})
}

// words makes labels and snippets.
func (h *house) words(t *testing.T) {
	for i := range 8 {
		h.labels = append(h.labels, h.admin.must(t, "labelCreate", "label { id }", vars{"name": h.say(fmt.Sprint("Label ", i)), "color": "#1f9d55", "description": h.say("For some")}).str("label.id"))
	}
	h.admin.must(t, "conversationAssign", "", vars{"conversationId": h.ticketed[0], "ownerId": h.agents["sue"]})
	h.admin.must(t, "conversationAssign", "", vars{"conversationId": h.salesTicketed, "ownerId": h.agents["sal"]})
	for _, c := range append(h.open[:3:3], h.salesOpen[0], h.ticketed[0], h.salesTicketed) {
		h.admin.must(t, "conversationLabelsSet", "", vars{"conversationId": c, "labelIds": h.labels[:2]})
	}
	for i, by := range []*client{h.admin, h.admin, h.clients["sue"]} {
		in := vars{"name": h.say(fmt.Sprint("Snippet ", i)), "shortcut": fmt.Sprint("s", i), "text": h.say("Hello {{contact.name|you}}"), "html": h.say("<p>Hello</p>")}
		if i == 0 {
			in["scope"] = "ACCOUNT"
		}
		h.snippets = append(h.snippets, by.must(t, "snippetCreate", "snippet { id }", in).str("snippet.id"))
	}
	for i := range 3 {
		for scope, more := range map[string]vars{"ACCOUNT": {}, "TEAM": {"teamId": h.support}, "PERSONAL": {}} {
			in := vars{"name": h.say(fmt.Sprint("View ", i)), "scope": scope, "where": vars{"subject": vars{"contains": h.say("open")}}}
			for k, v := range more {
				in[k] = v
			}
			id := h.admin.must(t, "inboxViewCreate", "view { id }", in).str("view.id")
			if scope == "ACCOUNT" {
				h.saved = append(h.saved, id)
			}
		}
	}
	for i := range 4 {
		h.admin.must(t, "snippetCreate", "", vars{"name": h.say(fmt.Sprint("More ", i)), "text": h.say("Good bye")})
	}
}

// reached is all that somebody reaches, and the files they have uploaded: nothing leads to those before they are sent.
func (h *house) reached(t *testing.T, name string) *found {
	t.Helper()
	c := h.clients[name]
	if name == "" {
		c = h.admin
	}
	f := crawl(t, c)
	for _, id := range h.uploads[name] {
		f.add("Attachment", id)
	}
	return f
}

func (h *house) bin(t *testing.T) {
	for i := range 3 {
		c := h.hear(t, "Support", fmt.Sprint("trashed", i))
		if i > 0 {
			h.trashedTicket = h.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": c, "name": h.say("Trashed")}).str("ticket.id")
		}
		h.admin.must(t, "conversationTrash", "", vars{"conversationId": c})
		h.trashed = append(h.trashed, c)
	}
	for i := range 2 {
		c := h.hear(t, "Sales", fmt.Sprint("salestrashed", i))
		if i > 0 {
			h.admin.must(t, "ticketCreate", "", vars{"conversationId": c, "name": "Trashed by Sales"})
		}
		h.admin.must(t, "conversationTrash", "", vars{"conversationId": c})
	}
}
