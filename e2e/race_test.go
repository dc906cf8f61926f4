package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"deskwire/db/dbtest"
	"deskwire/desk"
)

const (
	racers  = 20 // clients
	strides = 30 // mutations of each
)

// TestRace lets 20 clients work on the same three tickets, their conversations and contacts at
// once: close, reopen, assign, move, trash, restore, write. No deadlock, no half cascade; every
// answer is true of the version that it shows, every change that was answered is in the log once,
// and the log alone gives the state.
func TestRace(t *testing.T) {
	dbtest.DSN(t) // starts Postgres, whose keeper is no leak
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before, dbtest.Pooled()) })
	s := start(t)
	race := newRace(t, s)
	prologue := len(replayLog(t, race.admin).cascades)
	began := time.Now()
	answers := race.run(t)
	race.logSummary(t, answers, time.Since(began))

	h := replayLog(t, race.admin)
	h.compare(race.admin)
	checkAnswers(t, h, answers)
	checkClaimed(t, h.cascades[prologue:])
	s.sqlConn(t).requireIntegrity(t)
	s.requireNoDeadlock(t)
}

// ticketRace is an account with the records that the clients contend for.
type ticketRace struct {
	*account
	clients                      []*client
	agents                       []string // ids, by client
	inboxes                      []string
	channel                      string
	statuses                     []string
	tickets                      []string
	conversations, withoutTicket []string
	threads                      []string // of all conversations
	contacts                     []string

	mu       sync.Mutex
	received []vars // what was brought in, to be brought in again
	sent     []string
}

func newRace(t *testing.T, s *server) *ticketRace {
	race := &ticketRace{account: s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))}
	status := race.createPipeline(t, "Support", "New", "Waiting", "!Closed", "!Spam")
	for _, name := range []string{"New", "Waiting", "Closed", "Spam"} {
		race.statuses = append(race.statuses, status[name])
	}
	team := race.createTeam(t, "All")
	support, channel := race.createInbox(t, "Support", vars{"teamIds": []string{team}, "followUpPolicy": "REOPEN_TICKET", "followUpStatusId": status["Waiting"]})
	sales, _ := race.createInbox(t, "Sales", vars{"teamIds": []string{team}})
	helpDesk, _ := race.createInbox(t, "Desk", vars{"teamIds": []string{team}, "workspace": "HELP_DESK"})
	race.inboxes, race.channel = []string{support, sales, helpDesk}, channel
	race.createClients(t, team)
	for i := range 3 {
		race.createTicket(t, i)
	}
	return race
}

// createClients spreads the clients over five agents who see everything.
func (race *ticketRace) createClients(t *testing.T, team string) {
	ids := []string{race.admin.do(t, "{ viewer { agent { id } } }", nil).at("viewer").str("agent.id")}
	people := []*client{race.admin}
	for _, name := range []string{"ben", "cleo", "dora", "emil"} {
		id, c := race.createAgent(t, name, desk.RoleAgent, team)
		ids, people = append(ids, id), append(people, c)
	}
	for i := range racers {
		race.clients, race.agents = append(race.clients, people[i%len(people)]), append(race.agents, ids[i%len(people)])
	}
}

// createTicket makes a ticket with three conversations, one with each contact, and two
// conversations beside it.
func (race *ticketRace) createTicket(t *testing.T, i int) {
	var made []string
	for j := range 5 {
		thread := fmt.Sprintf("thread %d %d", i, j)
		made = append(made, race.receiveMessage(t, race.channel, thread, contactEmail(j%3), "Hello"))
		race.threads = append(race.threads, thread)
	}
	ticket := race.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": made[0], "name": fmt.Sprint("Ticket ", i)}).str("ticket.id")
	for _, c := range made[1:3] {
		race.admin.must(t, "ticketAddConversation", "", vars{"ticketId": ticket, "conversationId": c})
	}
	race.tickets, race.conversations, race.withoutTicket = append(race.tickets, ticket), append(race.conversations, made[:3]...), append(race.withoutTicket, made[3:]...)
	race.contacts = append(race.contacts, race.admin.do(t, "query($id: ID!) { conversation(id: $id) { contact { id } } }", vars{"id": made[i]}).at("conversation").str("contact.id"))
}

func contactEmail(i int) string { return fmt.Sprintf("contact%d@contact.test", i) }

// raceMutation is one mutation and its answer.
type raceMutation struct {
	mutation, actor, marker string
	input                   vars
	payload                 node
}

func (race *ticketRace) run(t *testing.T) []raceMutation {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	all := make([][]raceMutation, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			w := &raceClient{ticketRace: race, index: i, random: rand.New(rand.NewPCG(seed, uint64(i))), seenVersions: map[string]int{}}
			for n := range strides {
				m, err := w.step(n)
				if err != nil {
					t.Error(err)
					return
				}
				all[i] = append(all[i], m)
			}
		})
	}
	wg.Wait()
	return slices.Concat(all...)
}

// raceClient is one of the clients.
type raceClient struct {
	*ticketRace
	index        int
	random       *rand.Rand
	seenVersions map[string]int // versions that it has been shown
}

func pickOne[T any](w *raceClient, of []T) T { return of[w.random.IntN(len(of))] }

// raceMoves are the mutations that a client picks from, weighted by how often each is listed.
var raceMoves = []func(*raceClient, string) (string, string, vars){
	(*raceClient).close, (*raceClient).close, (*raceClient).close, (*raceClient).reopen, (*raceClient).reopen, (*raceClient).assign, (*raceClient).assign,
	(*raceClient).move, (*raceClient).move, (*raceClient).trash, (*raceClient).restore, (*raceClient).restore, (*raceClient).restore, (*raceClient).read,
	(*raceClient).status, (*raceClient).status, (*raceClient).status, (*raceClient).status, (*raceClient).assignTicket, (*raceClient).assignTicket,
	(*raceClient).trashTicket, (*raceClient).restoreTicket, (*raceClient).restoreTicket, (*raceClient).restoreTicket, (*raceClient).update, (*raceClient).update,
	(*raceClient).add, (*raceClient).create, (*raceClient).receive, (*raceClient).receive, (*raceClient).receive, (*raceClient).receive, (*raceClient).receive,
	(*raceClient).receiveAgain, (*raceClient).send, (*raceClient).send, (*raceClient).comment, (*raceClient).report, (*raceClient).rename,
}

// step does one of them. Now and then it says which version it takes the record to be at.
func (w *raceClient) step(n int) (raceMutation, error) {
	marker := fmt.Sprintf("%d.%d", w.index, n)
	name, selection, input := pickOne(w, raceMoves)(w, marker)
	for _, id := range []string{"conversationId", "ticketId"} {
		v, seen := w.seenVersions[fmt.Sprint(input[id])]
		if seen && w.random.IntN(5) == 0 && !slices.Contains(withoutVersion, name) {
			input["expectedVersion"] = v
			break
		}
	}
	a, err := w.clients[w.index].tryMutate(name, selection, input)
	if err != nil || len(a.Errors) > 0 {
		return raceMutation{}, fmt.Errorf("%s %v: %v: %w", name, input, a, err)
	}
	m := raceMutation{name, w.agents[w.index], marker, input, a.at(name)}
	maps.Copy(w.seenVersions, m.shownVersions())
	return m, nil
}

var withoutVersion = []string{"messageSend", "commentCreate", "conversationMarkRead", "conversationMarkUnread", "ticketCreate", "ticketAddConversation"}

func (w *raceClient) conversation() string {
	return pickOne(w, append(w.conversations, w.withoutTicket...))
}

func (w *raceClient) owner() any {
	if w.random.IntN(4) == 0 {
		return nil
	}
	return pickOne(w, w.agents)
}

const caseShown = conversationShown + ticketShown + siblingsShown

func (w *raceClient) close(string) (string, string, vars) {
	return "conversationClose", caseShown, vars{"conversationId": w.conversation()}
}

func (w *raceClient) reopen(string) (string, string, vars) {
	return "conversationReopen", caseShown, vars{"conversationId": w.conversation()}
}

func (w *raceClient) assign(string) (string, string, vars) {
	return "conversationAssign", caseShown, vars{"conversationId": w.conversation(), "ownerId": w.owner()}
}

func (w *raceClient) move(string) (string, string, vars) {
	return "conversationMove", caseShown, vars{"conversationId": w.conversation(), "inboxId": pickOne(w, w.inboxes)}
}

func (w *raceClient) trash(string) (string, string, vars) {
	return "conversationTrash", caseShown, vars{"conversationId": w.conversation(), "confirmCascade": true}
}

func (w *raceClient) restore(string) (string, string, vars) {
	return "conversationRestore", caseShown, vars{"conversationId": w.conversation()}
}

func (w *raceClient) read(string) (string, string, vars) {
	return pickOne(w, []string{"conversationMarkRead", "conversationMarkUnread"}), conversationShown, vars{"conversationId": w.conversation()}
}

const ticketCaseShown = ticketShown + siblingsShown

func (w *raceClient) status(string) (string, string, vars) {
	return "ticketStatusSet", ticketCaseShown, vars{"ticketId": pickOne(w, w.tickets), "statusId": pickOne(w, w.statuses)}
}

func (w *raceClient) assignTicket(string) (string, string, vars) {
	return "ticketAssign", ticketCaseShown, vars{"ticketId": pickOne(w, w.tickets), "ownerId": w.owner()}
}

func (w *raceClient) trashTicket(string) (string, string, vars) {
	return "ticketTrash", ticketCaseShown, vars{"ticketId": pickOne(w, w.tickets), "confirmCascade": true}
}

func (w *raceClient) restoreTicket(string) (string, string, vars) {
	return "ticketRestore", ticketCaseShown, vars{"ticketId": pickOne(w, w.tickets)}
}

func (w *raceClient) update(marker string) (string, string, vars) {
	return "ticketUpdate", ticketCaseShown, vars{"ticketId": pickOne(w, w.tickets), "name": "Named by " + marker, "priority": pickOne(w, desk.Priorities)}
}

func (w *raceClient) add(string) (string, string, vars) {
	return "ticketAddConversation", caseShown, vars{"ticketId": pickOne(w, w.tickets), "conversationId": pickOne(w, w.withoutTicket)}
}

func (w *raceClient) create(marker string) (string, string, vars) {
	return "ticketCreate", caseShown, vars{"conversationId": w.conversation(), "name": "Made by " + marker}
}

// receive is a contact who writes into a thread, and now and then tells more of themselves.
func (w *raceClient) receive(marker string) (string, string, vars) {
	i := w.random.IntN(len(w.threads))
	contact := vars{"email": contactEmail(i % 5 % 3)}
	switch w.random.IntN(6) {
	case 0:
		contact["phone"] = fmt.Sprintf("+49 %d", 1000+i%5%3)
	case 1:
		contact["externalId"] = fmt.Sprint("crm ", i%5%3)
	case 2:
		contact["name"] = "I am " + marker
	}
	in := vars{"channelId": w.channel, "externalId": "written " + marker, "threadKey": w.threads[i], "contact": contact, "text": "Text " + marker}
	if w.random.IntN(6) == 0 {
		delete(in, "threadKey") // then it goes to the contact's open conversation, or starts one
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.received = append(w.received, in)
	return "messageReceive", conversationShown + ticketShown + contactShown + "duplicate message { id }", maps.Clone(in)
}

// receiveAgain is a channel that brings in what it, or another, has brought in already or is
// bringing in now.
func (w *raceClient) receiveAgain(marker string) (string, string, vars) {
	w.mu.Lock()
	received := slices.Clone(w.received)
	w.mu.Unlock()
	if len(received) == 0 {
		return w.receive(marker)
	}
	return "messageReceive", conversationShown + ticketShown + contactShown + "duplicate message { id }", maps.Clone(pickOne(w, received))
}

func (w *raceClient) send(marker string) (string, string, vars) {
	return "messageSend", conversationShown + "message { id }", vars{"conversationId": w.conversation(), "text": "Answer " + marker}
}

func (w *raceClient) comment(marker string) (string, string, vars) {
	return "commentCreate", conversationShown + "comment { id }", vars{"conversationId": w.conversation(), "text": "Note " + marker}
}

func (w *raceClient) report(marker string) (string, string, vars) {
	w.mu.Lock()
	sent := slices.Clone(w.sent)
	w.mu.Unlock()
	if len(sent) == 0 {
		return w.send(marker)
	}
	return "messageDeliveryReport", "message { id }", vars{"messageId": pickOne(w, sent), "state": pickOne(w, []string{"SENT", "FAILED", "DELIVERED"}), "detail": marker}
}

func (w *raceClient) rename(marker string) (string, string, vars) {
	return "contactUpdate", contactShown, vars{"contactId": pickOne(w, w.contacts), "name": pickOne(w, []string{"", "Renamed by " + marker})}
}

// records are the records that a payload shows.
func (m *raceMutation) records() (all []node) {
	for _, part := range []string{"conversation", "ticket", "contact"} {
		if !m.payload.isNull(part) {
			all = append(all, m.payload.at(part))
		}
	}
	return append(all, m.payload.list("conversations")...)
}

func (m *raceMutation) shownVersions() map[string]int {
	versions := map[string]int{}
	for _, n := range m.records() {
		versions[n.str("id")] = n.num("version")
	}
	return versions
}

// logSummary logs how many answers there were, by code.
func (race *ticketRace) logSummary(t *testing.T, answers []raceMutation, took time.Duration) {
	codes := map[string]int{}
	for _, m := range answers {
		codes[errorCode(m.payload)]++
	}
	accepted := codes[""]
	delete(codes, "")
	t.Logf("%d mutations by %d clients in %s: %.0f a second; %d accepted, refused: %v",
		len(answers), racers, took.Round(time.Millisecond), float64(len(answers))/took.Seconds(), accepted, codes)
	if len(answers) != racers*strides || accepted < len(answers)/3 {
		t.Error("that was no race")
	}
	expected := []string{"RECORD_IN_TRASH", "RECORD_NOT_IN_TRASH", "CONVERSATION_HAS_TICKET", "VERSION_CONFLICT", "DELIVERY_NOT_REPORTABLE"}
	for c := range codes {
		if !slices.Contains(expected, c) {
			t.Errorf("%d mutations were refused with %s", codes[c], c)
		}
	}
}

// checkAnswers holds every answer against the log: what it shows of a record is what the record was
// at that version, and what it did is there.
func checkAnswers(t *testing.T, h *history, answers []raceMutation) {
	for _, m := range answers {
		if errorCode(m.payload) != "" {
			continue
		}
		var mine *cascade
		for _, n := range m.records() {
			v, past := n.num("version"), h.versions[n.str("id")]
			if v < 1 || v > len(past) {
				t.Errorf("%s answered with version %d of %s, and the log knows of %d", m.mutation, v, n.str("id"), len(past))
				continue
			}
			if d := difference(n, past[v-1].after); d != "" {
				t.Errorf("%s %v answered with %s at version %d, of which %s", m.mutation, m.input, n.str("id"), v, d)
			}
			if by := past[v-1].cascade; mine == nil && by.couldAnswer(&m) {
				mine = by
			}
		}
		if told := h.byMessage[m.messageID()]; told != nil && !m.payload.boolean("duplicate") {
			mine = told
		}
		checkAnswer(t, h, &m, mine)
	}
}

// couldAnswer says whether an answer may be that of the cascade: it shows every record at the
// version that the cascade made.
func (c *cascade) couldAnswer(m *raceMutation) bool {
	shown := m.shownVersions()
	for id, v := range c.versions {
		if shownFields[id[:3]] != nil && shown[id] != v {
			return false
		}
	}
	return c.mutation == m.mutation && c.actor == m.actor && c.effects() == effectsTold(m.payload)
}

func (m *raceMutation) messageID() string {
	return m.payload.str("message.id") + m.payload.str("comment.id")
}

// alwaysChange are mutations that change something or are refused, and so have an event of their
// own.
var alwaysChange = []string{
	"ticketUpdate", "ticketCreate", "ticketAddConversation", "ticketTrash", "ticketRestore", "conversationTrash", "conversationRestore",
	"messageSend", "messageReceive", "commentCreate",
}

func checkAnswer(t *testing.T, h *history, m *raceMutation, mine *cascade) {
	if m.payload.boolean("duplicate") {
		if h.byMessage[m.messageID()] == nil || effectsTold(m.payload) != "" {
			t.Errorf("a message that was brought in again: %v", m.payload.v)
		}
		return
	}
	if mine == nil {
		if slices.Contains(alwaysChange, m.mutation) || effectsTold(m.payload) != "" {
			t.Errorf("%s %v was answered with %v and is not in the log", m.mutation, m.input, m.payload.v)
		}
		return
	}
	if slices.Contains(alwaysChange, m.mutation) {
		if mine.answers++; mine.answers > 1 || mine.mutation != m.mutation || mine.effects() != effectsTold(m.payload) {
			t.Errorf("%s %v was answered with %v; in the log is %s with the effects %s, answered %d times",
				m.mutation, m.input, m.payload.v, mine, mine.effects(), mine.answers)
		}
	} else {
		mine.answers++
	}
	if v, ok := m.input["expectedVersion"].(int); ok {
		id := fmt.Sprint(m.input["ticketId"], m.input["conversationId"])
		if now := m.shownVersions()[strings.ReplaceAll(id, "<nil>", "")]; now != v && now != v+1 {
			t.Errorf("%s of version %d made version %d", m.mutation, v, now)
		}
	}
}

// checkClaimed finds changes in the log that nobody was told of.
func checkClaimed(t *testing.T, cascades []*cascade) {
	silent := []string{"conversationMarkRead", "conversationMarkUnread", "messageDeliveryReport"} // make no version that the answer shows
	for _, c := range cascades {
		if c.answers == 0 && !slices.Contains(silent, c.mutation) {
			t.Errorf("nobody was told of %s: %v", c, c.events)
		}
	}
}
