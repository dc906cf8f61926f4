package e2e

import (
	"fmt"
	"testing"

	"deskwire/desk"
)

// accountFixture is an account with some of everything, and a marker that stands in all its texts.
type accountFixture struct {
	*account
	marker               string
	sales, support       string // teams
	inboxes, channels    map[string]string
	status, unusedStatus map[string]string // of the first pipeline, and of the last, which nothing uses; "" is the pipeline
	property             string            // the last one made
	agents               map[string]string
	clients              map[string]*client
	contact, contactID   string
	open, salesOpen      []string // conversations without a ticket
	ticketed, tickets    []string // conversations of Support with their tickets
	salesTicketed        string   // a conversation of Sales with a ticket
	mixed                string   // a ticket with a conversation in either inbox
	trashed              []string // conversations; the first one without a ticket
	trashedTicket        string
	messages             []string
	uploads              map[string][]string // files, by who made them; "" is the admin
	views                []string            // views of the account
	labels, snippets     []string            // of the snippets the first is the account's, the second the admin's own, the third Sue's
}

// populate fills an account through the API. Each account gets the same calls, so that ids are all
// that differs.
func populate(t *testing.T, a *account, word string) *accountFixture {
	t.Helper()
	acc := &accountFixture{account: a, marker: word, inboxes: map[string]string{}, channels: map[string]string{}, agents: map[string]string{}, clients: map[string]*client{}}
	a.admin.must(t, "accountUpdate", "", vars{"name": acc.mark("Account")})
	acc.createAgents(t)
	acc.createConfiguration(t)
	acc.createConversations(t)
	acc.fillTrash(t)
	acc.uploadFiles(t)
	acc.createLabelsAndViews(t)
	return acc
}

// mark adds the account's marker to a text.
func (acc *accountFixture) mark(text string) string { return text + " " + acc.marker }

func (acc *accountFixture) createAgents(t *testing.T) {
	acc.support, acc.sales = acc.createTeam(t, acc.mark("Support")), acc.createTeam(t, acc.mark("Sales"))
	for _, p := range []struct {
		name, team string
		role       desk.Role
	}{
		{"sue", acc.support, desk.RoleAgent}, {"sal", acc.sales, desk.RoleAgent}, {"reed", acc.support, desk.RoleReadOnly},
		{"gone", acc.support, desk.RoleAgent}, {"bot", acc.support, desk.RoleIntegration},
	} {
		acc.agents[p.name], acc.clients[p.name] = acc.createAgent(t, p.name+acc.marker, p.role, p.team)
	}
	acc.admin.must(t, "agentUpdate", "", vars{"agentId": acc.agents["gone"], "active": false})
	for i := range 3 {
		acc.admin.must(t, "apiTokenCreate", "", vars{"name": acc.mark(fmt.Sprint("Token ", i)), "agentId": acc.agents["sue"], "scopes": []string{"READ"}})
	}
}

func (acc *accountFixture) createConfiguration(t *testing.T) {
	acc.status = acc.createPipeline(t, acc.mark("Pipeline"), acc.mark("New"), acc.mark("Waiting"), "!"+acc.mark("Closed"), "!"+acc.mark("Spam"))
	for i := range 2 {
		acc.unusedStatus = acc.createPipeline(t, acc.mark(fmt.Sprint("Spare ", i)), acc.mark("Todo"), "!"+acc.mark("Done"))
	}
	for name, team := range map[string]string{"Support": acc.support, "Sales": acc.sales} {
		acc.inboxes[name], acc.channels[name] = acc.createInbox(t, acc.mark(name), vars{
			"teamIds": []string{team}, "followUpPolicy": "REOPEN_TICKET", "followUpStatusId": acc.status[acc.mark("New")]})
	}
	for _, typ := range []string{"TEXT", "NUMBER", "BOOLEAN", "DATE", "DATETIME", "OPTION", "OPTIONS", "AGENT"} {
		in := vars{"key": "my" + typ, "label": acc.mark(typ), "type": typ, "description": acc.mark("A property")}
		if typ == "OPTION" || typ == "OPTIONS" {
			in["options"] = []vars{{"value": "a", "label": acc.mark("A")}, {"value": "b", "label": acc.mark("B")}}
		}
		acc.property = acc.admin.must(t, "propertyDefinitionCreate", "propertyDefinition { id }", in).str("propertyDefinition.id")
	}
	acc.admin.must(t, "ticketDetailLayoutSet", "", vars{"propertyKeys": []string{"name", "myTEXT"}, "scope": "ACCOUNT"})
	acc.admin.must(t, "ticketDetailLayoutSet", "", vars{"propertyKeys": []string{"name", "myAGENT"}})
}

func (acc *accountFixture) createConversations(t *testing.T) {
	acc.contact = "known" + acc.marker + "@contact.test"
	acc.contactID = acc.admin.must(t, "contactUpsert", "contact { id }", vars{"email": acc.contact, "name": acc.mark("Known"), "phone": "+49 30 1234", "externalId": acc.mark("crm")}).str("contact.id")
	for i := range 9 {
		acc.open = append(acc.open, acc.receiveIn(t, "Support", fmt.Sprint("open", i)))
	}
	for i := range 4 {
		acc.salesOpen = append(acc.salesOpen, acc.receiveIn(t, "Sales", fmt.Sprint("sales", i)))
	}
	for i := range 5 {
		acc.ticketed = append(acc.ticketed, acc.receiveIn(t, "Support", fmt.Sprint("ticketed", i)))
	}
	acc.salesTicketed = acc.receiveIn(t, "Sales", "mine")
	for _, c := range append(acc.ticketed[:4:4], acc.salesTicketed) {
		acc.tickets = append(acc.tickets, acc.admin.must(t, "ticketCreate", "ticket { id }", vars{
			"conversationId": c, "name": acc.mark("Ticket"), "ownerId": acc.agents["sue"], "statusId": acc.status[acc.mark("New")],
			"properties": []vars{{"key": "myTEXT", "value": vars{"string": acc.mark("Room")}}, {"key": "myAGENT", "value": vars{"string": acc.agents["sue"]}}},
		}).str("ticket.id"))
	}
	acc.admin.must(t, "ticketAddConversation", "", vars{"ticketId": acc.tickets[0], "conversationId": acc.ticketed[4]})
	acc.mixed = acc.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": acc.receiveIn(t, "Sales", "mixed"), "name": "Mixed"}).str("ticket.id")
	acc.admin.must(t, "ticketAddConversation", "", vars{"ticketId": acc.mixed, "conversationId": acc.receiveIn(t, "Support", "mixed")})
	acc.clients["sue"].must(t, "conversationAssign", "", vars{"conversationId": acc.open[0], "ownerId": acc.agents["sue"]})
	acc.clients["sal"].must(t, "conversationAssign", "", vars{"conversationId": acc.salesOpen[0], "ownerId": acc.agents["sal"]})
	acc.clients["sue"].must(t, "conversationClose", "", vars{"conversationId": acc.open[1]})
	acc.clients["sue"].must(t, "commentCreate", "", vars{"conversationId": acc.open[0], "text": acc.mark("A comment")})
	for _, c := range append(acc.open[:2:2], acc.salesOpen[0]) {
		acc.messages = append(acc.messages, acc.admin.must(t, "messageSend", "message { id }", vars{"conversationId": c, "text": acc.mark("An answer")}).str("message.id"))
	}
}

// receiveIn brings a message into an inbox, and gives its conversation.
func (acc *accountFixture) receiveIn(t *testing.T, inbox, thread string) string {
	t.Helper()
	email := fmt.Sprintf("%s%s@contact.test", thread, acc.marker)
	return acc.receiveMessage(t, acc.channels[inbox], acc.mark(thread), email, acc.mark("Hello from "+inbox))
}

// uploadFiles uploads some, and sends one of them.
func (acc *accountFixture) uploadFiles(t *testing.T) {
	acc.uploads = map[string][]string{}
	for name, c := range map[string]*client{"": acc.admin, "sal": acc.clients["sal"]} {
		for range 5 {
			p := c.must(t, "attachmentCreate", "attachment { id } uploadUrl", vars{"fileName": acc.mark("file"), "contentType": "text/plain", "size": 1})
			if got := acc.server.requestStatus(t, "PUT", p.str("uploadUrl"), []byte("x")); got != 204 {
				t.Fatalf("uploading answered %d", got)
			}
			acc.uploads[name] = append(acc.uploads[name], p.str("attachment.id"))
		}
	}
	acc.admin.must(t, "messageSend", "", vars{"conversationId": acc.open[0], "text": acc.mark("A file from Support"), "attachmentIds": acc.uploads[""][:1]})
}

// createLabelsAndViews makes labels and snippets.
func (acc *accountFixture) createLabelsAndViews(t *testing.T) {
	for i := range 8 {
		acc.labels = append(acc.labels, acc.admin.must(t, "labelCreate", "label { id }", vars{"name": acc.mark(fmt.Sprint("Label ", i)), "color": "#1f9d55", "description": acc.mark("For some")}).str("label.id"))
	}
	acc.admin.must(t, "conversationAssign", "", vars{"conversationId": acc.ticketed[0], "ownerId": acc.agents["sue"]})
	acc.admin.must(t, "conversationAssign", "", vars{"conversationId": acc.salesTicketed, "ownerId": acc.agents["sal"]})
	for _, c := range append(acc.open[:3:3], acc.salesOpen[0], acc.ticketed[0], acc.salesTicketed) {
		acc.admin.must(t, "conversationLabelsSet", "", vars{"conversationId": c, "labelIds": acc.labels[:2]})
	}
	for i, by := range []*client{acc.admin, acc.admin, acc.clients["sue"]} {
		in := vars{"name": acc.mark(fmt.Sprint("Snippet ", i)), "shortcut": fmt.Sprint("s", i), "text": acc.mark("Hello {{contact.name|you}}"), "html": acc.mark("<p>Hello</p>")}
		if i == 0 {
			in["scope"] = "ACCOUNT"
		}
		acc.snippets = append(acc.snippets, by.must(t, "snippetCreate", "snippet { id }", in).str("snippet.id"))
	}
	for i := range 3 {
		for scope, more := range map[string]vars{"ACCOUNT": {}, "TEAM": {"teamId": acc.support}, "PERSONAL": {}} {
			in := vars{"name": acc.mark(fmt.Sprint("View ", i)), "scope": scope, "where": vars{"subject": vars{"contains": acc.mark("open")}}}
			for k, v := range more {
				in[k] = v
			}
			id := acc.admin.must(t, "inboxViewCreate", "view { id }", in).str("view.id")
			if scope == "ACCOUNT" {
				acc.views = append(acc.views, id)
			}
		}
	}
	for i := range 4 {
		acc.admin.must(t, "snippetCreate", "", vars{"name": acc.mark(fmt.Sprint("More ", i)), "text": acc.mark("Good bye")})
	}
}

// crawlAs gives all that somebody can reach, and the files they have uploaded: nothing leads to
// those before they are sent.
func (acc *accountFixture) crawlAs(t *testing.T, name string) *reachable {
	t.Helper()
	c := acc.clients[name]
	if name == "" {
		c = acc.admin
	}
	r := crawlReachable(t, c)
	for _, id := range acc.uploads[name] {
		r.addID("Attachment", id)
	}
	return r
}

func (acc *accountFixture) fillTrash(t *testing.T) {
	for i := range 3 {
		c := acc.receiveIn(t, "Support", fmt.Sprint("trashed", i))
		if i > 0 {
			acc.trashedTicket = acc.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": c, "name": acc.mark("Trashed")}).str("ticket.id")
		}
		acc.admin.must(t, "conversationTrash", "", vars{"conversationId": c})
		acc.trashed = append(acc.trashed, c)
	}
	for i := range 2 {
		c := acc.receiveIn(t, "Sales", fmt.Sprint("salestrashed", i))
		if i > 0 {
			acc.admin.must(t, "ticketCreate", "", vars{"conversationId": c, "name": "Trashed by Sales"})
		}
		acc.admin.must(t, "conversationTrash", "", vars{"conversationId": c})
	}
}
