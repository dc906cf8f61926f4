package e2e

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"deskwire/desk"
)

// modelSteps counts what the model test has done, for the record.
var modelSteps atomic.Int64

// TestModel drives the real server and the reference model through the same random
// mutations, by several agents, and compares answers, effects and the whole state after each.
func TestModel(t *testing.T) {
	t.Parallel()
	s := start(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(t, rt, s)
		rt.Repeat(map[string]func(*rapid.T){
			"receive": m.receive, "assign": m.assign, "close": m.close, "reopen": m.reopen, "move": m.move,
			"markRead": m.markRead, "send": m.send, "trash": m.trash, "restore": m.restore,
			"ticketCreate": m.ticketCreate, "ticketAdd": m.ticketAdd, "status": m.status, "status2": m.status,
			"ticketAssign": m.ticketAssign, "ticketUpdate": m.ticketUpdate, "ticketTrash": m.ticketTrash,
			"ticketRestore": m.ticketRestore, "wait": m.advanceDays,
			"": m.compare,
		})
		m.replay(rt)
	})
	t.Logf("%d steps", modelSteps.Load())
}

type model struct {
	*referenceModel
	t        testing.TB
	account  *account
	agents   []*refAgent
	clients  map[*refAgent]*client
	channels map[string]string // by inbox
	inboxIDs []string
	statuses []string
	owners   []string
}

func newModel(t testing.TB, rt *rapid.T, s *server) *model {
	plan, created := desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	w := &referenceModel{
		conversations: map[string]*refConversation{}, tickets: map[string]*refTicket{},
		inboxes: map[string]*refInbox{}, closedStatus: map[string]bool{},
	}
	if w.gated = rapid.Bool().Draw(rt, "gated"); w.gated {
		plan, created = desk.PlanProfessional, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	m := &model{referenceModel: w, t: t, account: s.newAccount(t, plan, created), clients: map[*refAgent]*client{}, channels: map[string]string{}}
	m.createSetup()
	for range 3 {
		m.receive(rt)
	}
	return m
}

func (m *model) createSetup() {
	t := m.t
	first := m.account.createPipeline(t, "Support", "New", "Waiting", "!Closed", "!Spam")
	second := m.account.createPipeline(t, "Other", "Todo", "!Done")
	for _, p := range []map[string]string{first, second} {
		for _, name := range slices.Sorted(maps.Keys(p)) {
			if name != "" {
				m.statuses = append(m.statuses, p[name])
				m.closedStatus[p[name]] = slices.Contains([]string{"Closed", "Spam", "Done"}, name)
			}
		}
	}
	m.firstOpen = first["Waiting"]
	support, sales := m.account.createTeam(t, "Support"), m.account.createTeam(t, "Sales")
	for _, in := range []struct {
		name string
		ref  refInbox
		more vars
	}{
		{"Support", refInbox{workspace: "INBOX", policy: "KEEP_TICKET_CLOSED"}, vars{"teamIds": []string{support}}},
		{"Sales", refInbox{workspace: "INBOX", policy: "REOPEN_TICKET"}, vars{"teamIds": []string{sales}, "followUpPolicy": "REOPEN_TICKET", "followUpStatusId": m.firstOpen}},
		{"Desk", refInbox{workspace: "HELP_DESK", policy: "NEW_CONVERSATION_AFTER", days: 3}, vars{
			"workspace": "HELP_DESK", "teamIds": []string{support, sales}, "followUpPolicy": "NEW_CONVERSATION_AFTER", "followUpDays": 3}},
	} {
		id, channel := m.account.createInbox(t, in.name, in.more)
		ref := in.ref
		ref.id = id
		m.inboxes[id], m.channels[id] = &ref, channel
		m.inboxIDs = append(m.inboxIDs, id)
	}
	m.createAgents(support, sales)
}

func (m *model) createAgents(support, sales string) {
	ada := &refAgent{id: m.account.admin.do(m.t, "{ viewer { agent { id } } }", nil).at("viewer.agent").str("id")}
	m.agents, m.clients[ada] = []*refAgent{ada}, m.account.admin
	for _, p := range []struct {
		name, team string
		role       desk.Role
		inboxes    []string
	}{
		{"ben", support, desk.RoleAgent, []string{m.inboxIDs[0], m.inboxIDs[2]}},
		{"cleo", sales, desk.RoleAgent, []string{m.inboxIDs[1], m.inboxIDs[2]}},
		{"rita", support, desk.RoleReadOnly, []string{m.inboxIDs[0], m.inboxIDs[2]}},
	} {
		id, c := m.account.createAgent(m.t, p.name, p.role, p.team)
		a := &refAgent{id: id, inboxes: p.inboxes, reads: p.role == desk.RoleReadOnly}
		m.agents, m.clients[a] = append(m.agents, a), c
	}
	m.owners = []string{"", m.agents[0].id, m.agents[1].id, m.agents[2].id}
}

// randomAgent picks who acts next: mostly those who may.
func (m *model) randomAgent(rt *rapid.T) *refAgent {
	return m.agents[rapid.SampledFrom([]int{0, 0, 1, 1, 2, 2, 3}).Draw(rt, "agent")]
}

func pickKey[V any](rt *rapid.T, from map[string]V, what string) string {
	if len(from) == 0 {
		rt.Skip("none yet")
	}
	return rapid.SampledFrom(slices.Sorted(maps.Keys(from))).Draw(rt, what)
}

// run does one mutation on both sides and compares code and effects. Now and then it is asked
// as a dry run first, with a stale version, or twice with one key.
func (m *model) run(rt *rapid.T, mutation, selection string, input vars, expect func() string) node {
	modelSteps.Add(1)
	by := m.randomAgent(rt)
	c := m.clients[by]
	way := rapid.SampledFrom([]string{"plain", "plain", "plain", "dry", "stale", "key"}).Draw(rt, "way")
	var rehearsed string
	switch way {
	case "dry":
		rehearsed = summary(c.mutate(m.t, mutation, selection, withField(input, "dryRun", true)))
		m.compare(rt)
	case "stale":
		got := errorCode(c.mutate(m.t, mutation, selection, withField(input, "expectedVersion", 999_999)))
		if !slices.Contains([]string{"VERSION_CONFLICT", "FORBIDDEN", "NOT_FOUND"}, got) {
			rt.Fatalf("%s with a version of the future answered %q", mutation, got)
		}
		m.compare(rt)
	case "key":
		input = withField(input, "idempotencyKey", fmt.Sprintf("key %d", modelSteps.Load()))
	}
	m.startMutation(by)
	want := expect()
	p := c.mutate(m.t, mutation, selection, input)
	if got := errorCode(p); got != want {
		rt.Fatalf("%s %v by %s: refused with %q, the rules say %q", mutation, input, by.id, got, want)
	}
	if got := sortedEffects(p); want == "" && got != m.effectsText() {
		rt.Fatalf("%s %v by %s had the effects\n%s\nthe rules say\n%s", mutation, input, by.id, got, m.effectsText())
	}
	if way == "dry" && mutation != "ticketCreate" && rehearsed != summary(p) {
		rt.Fatalf("%s: the dry run said\n%s\nand then it was\n%s", mutation, rehearsed, summary(p))
	}
	if way == "key" && want == "" {
		if again := c.mutate(m.t, mutation, selection, input); summary(again) != summary(p) {
			rt.Fatalf("%s again with the same key: %s\nat first: %s", mutation, summary(again), summary(p))
		}
	}
	return p
}

func withField(in vars, key string, value any) vars {
	out := vars{key: value}
	for k, v := range in {
		out[k] = v
	}
	return out
}

// summary is a payload without what differs from call to call.
func summary(p node) string { return errorCode(p) + "\n" + sortedEffects(p) }

func sortedEffects(p node) string {
	var all []string
	for _, e := range p.list("effects") {
		who := e.str("node.id")
		if who == "" {
			who = fmt.Sprintf("hidden×%d", e.num("count"))
		}
		all = append(all, e.str("rule")+" "+e.str("kind")+" "+who)
	}
	sort.Strings(all)
	return strings.Join(all, "\n")
}

func (m *model) receive(rt *rapid.T) {
	modelSteps.Add(1)
	inbox := rapid.SampledFrom(m.inboxIDs).Draw(rt, "inbox")
	thread := inbox + " " + rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "thread")
	m.startMutation(m.agents[0])
	into := m.threadOf(inbox, thread)
	p := m.account.admin.must(m.t, "messageReceive", "conversation { id }", vars{
		"channelId": m.channels[inbox], "externalId": fmt.Sprintf("x%d", modelSteps.Load()), "threadKey": thread,
		"contact": vars{"email": "pia@contact.test"}, "subject": "Hello", "text": "I have a question",
	})
	id := p.str("conversation.id")
	if into == nil {
		if m.conversations[id] != nil {
			rt.Fatalf("a message that begins a thread went to %s", id)
		}
		into = &refConversation{id: id, inbox: inbox, workspace: m.inboxes[inbox].workspace, status: "OPEN", thread: thread}
		m.conversations[id] = into
	} else if into.id != id {
		rt.Fatalf("the message went to %s, the rules say %s", id, into.id)
	}
	m.referenceModel.receive(into)
	if got := sortedEffects(p); got != m.effectsText() {
		rt.Fatalf("receiving had the effects\n%s\nthe rules say\n%s", got, m.effectsText())
	}
}

func ownerInput(id string) any {
	if id == "" {
		return nil
	}
	return id
}

func (m *model) assign(rt *rapid.T) {
	c, o := pickKey(rt, m.conversations, "conversation"), rapid.SampledFrom(m.owners).Draw(rt, "owner")
	m.run(rt, "conversationAssign", "conversation { id }", vars{"conversationId": c, "ownerId": ownerInput(o)}, func() string { return m.assignConversation(c, o) })
}

func (m *model) close(rt *rapid.T) {
	c := pickKey(rt, m.conversations, "conversation")
	m.run(rt, "conversationClose", "conversation { id }", vars{"conversationId": c}, func() string { return m.closeConversation(c) })
}

func (m *model) reopen(rt *rapid.T) {
	c := pickKey(rt, m.conversations, "conversation")
	m.run(rt, "conversationReopen", "conversation { id }", vars{"conversationId": c}, func() string { return m.reopenConversation(c) })
}

func (m *model) move(rt *rapid.T) {
	c, to := pickKey(rt, m.conversations, "conversation"), rapid.SampledFrom(m.inboxIDs).Draw(rt, "to")
	m.run(rt, "conversationMove", "conversation { id }", vars{"conversationId": c, "inboxId": to}, func() string { return m.moveConversation(c, to) })
}

func (m *model) markRead(rt *rapid.T) {
	modelSteps.Add(1)
	c, unread, by := pickKey(rt, m.conversations, "conversation"), rapid.Bool().Draw(rt, "unread"), m.randomAgent(rt)
	m.startMutation(by)
	name := map[bool]string{false: "conversationMarkRead", true: "conversationMarkUnread"}[unread]
	if want, got := m.referenceModel.markRead(c, unread), errorCode(m.clients[by].mutate(m.t, name, "conversation { id }", vars{"conversationId": c})); got != want {
		rt.Fatalf("%s: refused with %q, the rules say %q", name, got, want)
	}
}

func (m *model) send(rt *rapid.T) {
	modelSteps.Add(1)
	c, by := pickKey(rt, m.conversations, "conversation"), m.randomAgent(rt)
	m.startMutation(by)
	ref, want := m.conversation(c)
	p := m.clients[by].mutate(m.t, "messageSend", "message { delivery { state } }", vars{"conversationId": c, "text": "An answer"})
	if got := errorCode(p); got != want {
		rt.Fatalf("messageSend: refused with %q, the rules say %q", got, want)
	}
	if want == "" {
		ref.unread = 0
		if p.str("message.delivery.state") != "QUEUED" {
			rt.Fatalf("a sent message is %v", p)
		}
	}
}

func (m *model) trash(rt *rapid.T) {
	c, sure := pickKey(rt, m.conversations, "conversation"), rapid.Bool().Draw(rt, "confirm")
	m.run(rt, "conversationTrash", "conversation { id }", vars{"conversationId": c, "confirmCascade": sure}, func() string { return m.trashConversation(c, sure) })
}

func (m *model) restore(rt *rapid.T) {
	c := pickKey(rt, m.conversations, "conversation")
	m.run(rt, "conversationRestore", "conversation { id }", vars{"conversationId": c}, func() string { return m.restoreConversation(c) })
}

func (m *model) ticketCreate(rt *rapid.T) {
	modelSteps.Add(1)
	c, status, by := pickKey(rt, m.conversations, "conversation"), rapid.SampledFrom(m.statuses).Draw(rt, "status"), m.randomAgent(rt)
	m.startMutation(by)
	want := m.mayCreateTicket(c)
	p := m.clients[by].mutate(m.t, "ticketCreate", "ticket { id }", vars{"conversationId": c, "name": "A ticket", "statusId": status})
	if got := errorCode(p); got != want {
		rt.Fatalf("ticketCreate: refused with %q, the rules say %q", got, want)
	}
	if want != "" {
		return
	}
	m.createTicket(c, p.str("ticket.id"), "A ticket", status)
	if got := sortedEffects(p); got != m.effectsText() {
		rt.Fatalf("ticketCreate had the effects\n%s\nthe rules say\n%s", got, m.effectsText())
	}
}

func (m *model) ticketAdd(rt *rapid.T) {
	k, c := pickKey(rt, m.tickets, "ticket"), pickKey(rt, m.conversations, "conversation")
	m.run(rt, "ticketAddConversation", "ticket { id }", vars{"ticketId": k, "conversationId": c}, func() string { return m.addConversation(k, c) })
}

func (m *model) status(rt *rapid.T) {
	k, s := pickKey(rt, m.tickets, "ticket"), rapid.SampledFrom(m.statuses).Draw(rt, "status")
	m.run(rt, "ticketStatusSet", "ticket { id }", vars{"ticketId": k, "statusId": s}, func() string { return m.setStatus(k, s) })
}

func (m *model) ticketAssign(rt *rapid.T) {
	k, o := pickKey(rt, m.tickets, "ticket"), rapid.SampledFrom(m.owners).Draw(rt, "owner")
	m.run(rt, "ticketAssign", "ticket { id }", vars{"ticketId": k, "ownerId": ownerInput(o)}, func() string { return m.assignTicket(k, o) })
}

func (m *model) ticketUpdate(rt *rapid.T) {
	k := pickKey(rt, m.tickets, "ticket")
	name, priority := rapid.SampledFrom([]string{"One", "Two", "Three"}).Draw(rt, "name"), rapid.SampledFrom([]string{"LOW", "HIGH"}).Draw(rt, "priority")
	m.run(rt, "ticketUpdate", "ticket { id }", vars{"ticketId": k, "name": name, "priority": priority}, func() string { return m.updateTicket(k, name, priority) })
}

func (m *model) ticketTrash(rt *rapid.T) {
	k, sure := pickKey(rt, m.tickets, "ticket"), rapid.Bool().Draw(rt, "confirm")
	m.run(rt, "ticketTrash", "ticket { id }", vars{"ticketId": k, "confirmCascade": sure}, func() string { return m.trashTicket(k, sure) })
}

func (m *model) ticketRestore(rt *rapid.T) {
	k := pickKey(rt, m.tickets, "ticket")
	m.run(rt, "ticketRestore", "ticket { id }", vars{"ticketId": k}, func() string { return m.restoreTicket(k) })
}

// advanceDays lets days go by, for NEW_CONVERSATION_AFTER.
func (m *model) advanceDays(rt *rapid.T) {
	days := time.Duration(rapid.IntRange(1, 4).Draw(rt, "days")) * 24 * time.Hour
	m.account.advanceClock(days)
	m.now = m.now.Add(days)
}

const stateQuery = `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
	... on Conversation { status workspace unreadCount trashedAt closedAt inbox { id } owner { id } ticket { id } }
	... on Ticket { name workspace priority closedAt trashedAt step: status { id state } owner { id }
		conversations(first: 100) { nodes { id } } } } }`

// compare holds the server's whole state against the reference model, as an admin sees it.
func (m *model) compare(rt *rapid.T) {
	ids := append(slices.Sorted(maps.Keys(m.conversations)), slices.Sorted(maps.Keys(m.tickets))...)
	for batch := range slices.Chunk(ids, 100) {
		for _, n := range m.account.admin.do(m.t, stateQuery, vars{"ids": batch}).at("nodes").list(".") {
			m.compareOne(rt, n)
		}
	}
	m.compareLists(rt)
}

func (m *model) compareOne(rt *rapid.T, n node) {
	var got, want string
	if c := m.conversations[n.str("id")]; c != nil {
		got = fmt.Sprintf("%s %s inbox=%s owner=%s ticket=%s trash=%t unread=%d", n.str("status"), n.str("workspace"), n.str("inbox.id"),
			n.str("owner.id"), n.str("ticket.id"), !n.isNull("trashedAt"), n.num("unreadCount"))
		want = fmt.Sprintf("%s %s inbox=%s owner=%s ticket=%s trash=%t unread=%d", c.status, c.workspace, c.inbox, c.owner, c.ticket, c.group != "", c.unread)
		if (n.str("status") == "CLOSED") == n.isNull("closedAt") {
			rt.Fatalf("conversation %s is %s with closedAt %v", c.id, n.str("status"), n.at("closedAt").v)
		}
	} else if t := m.tickets[n.str("id")]; t != nil {
		got = fmt.Sprintf("%q %s %s closed=%t owner=%s priority=%s trash=%t %s", n.str("name"), n.str("step.id"), n.str("workspace"), !n.isNull("closedAt"),
			n.str("owner.id"), n.str("priority"), !n.isNull("trashedAt"), idsOf(n.list("conversations.nodes")))
		want = fmt.Sprintf("%q %s %s closed=%t owner=%s priority=%s trash=%t %s", t.name, t.status, t.workspace, t.closed, t.owner, t.priority, t.group != "", m.idsOf(t))
		if (n.str("step.state") == "CLOSED") == n.isNull("closedAt") {
			rt.Fatalf("ticket %s is %s with closedAt %v", t.id, n.str("step.state"), n.at("closedAt").v)
		}
	} else {
		rt.Fatalf("a record is gone: %v", n.v)
	}
	if got != want {
		rt.Fatalf("%s is\n%s\nthe rules say\n%s", n.str("id"), got, want)
	}
}

func (m *model) idsOf(t *refTicket) string {
	var ids []string
	for _, c := range m.conversationsOf(t.id) {
		ids = append(ids, c.id)
	}
	return strings.Join(ids, ",")
}

func idsOf(ns []node) string {
	var ids []string
	for _, n := range ns {
		ids = append(ids, n.str("id"))
	}
	sort.Strings(ids)
	return strings.Join(ids, ",")
}

// compareLists checks what lists show: nothing that is in the trash, and the trash all that is.
func (m *model) compareLists(rt *rapid.T) {
	a := m.account.admin.do(m.t, `{ conversations(first: 100) { nodes { id } totalCount } tickets(first: 100) { nodes { id } totalCount }
		trash(first: 100) { nodes { records { id } } } }`, nil)
	var conversations, tickets, trashed []string
	for id, c := range m.conversations {
		if c.group == "" {
			conversations = append(conversations, id)
		} else {
			trashed = append(trashed, id)
		}
	}
	for id, t := range m.tickets {
		if t.group == "" {
			tickets = append(tickets, id)
		} else {
			trashed = append(trashed, id)
		}
	}
	var binned []node
	for _, g := range a.at("trash.nodes").list(".") {
		binned = append(binned, g.list("records")...)
	}
	for _, l := range []struct {
		name, got string
		want      []string
	}{
		{"conversations", idsOf(a.at("conversations.nodes").list(".")), conversations},
		{"tickets", idsOf(a.at("tickets.nodes").list(".")), tickets},
		{"trash", idsOf(binned), trashed},
	} {
		sort.Strings(l.want)
		if l.got != strings.Join(l.want, ",") {
			rt.Fatalf("the list of %s has\n%s\nthe rules say\n%s", l.name, l.got, strings.Join(l.want, ","))
		}
	}
	if n := a.at("conversations").num("totalCount"); n != len(conversations) {
		rt.Fatalf("totalCount is %d of %d conversations", n, len(conversations))
	}
}
