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

// TestRace lets 20 clients work on the same three tickets, their conversations and contacts at once: close,
// reopen, assign, move, trash, restore, write. No deadlock, no half cascade; every answer is true of the
// version that it shows, every change that was answered is in the log once, and the log alone gives the state.
func TestRace(t *testing.T) {
	dbtest.DSN(t) // starts Postgres, whose keeper is no leak
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before, dbtest.Pooled()) })
	s := start(t)
	r := newRace(t, s)
	prologue := len(played(t, r.admin).cascades)
	began := time.Now()
	answers := r.run(t)
	r.sum(t, answers, time.Since(began))

	h := played(t, r.admin)
	h.compare(r.admin)
	checkAnswers(t, h, answers)
	checkClaimed(t, h.cascades[prologue:])
	s.byHand(t).whole(t)
	s.noDeadlock(t)
}

// race is what they race for.
type race struct {
	*account
	clients              []*client
	agents               []string // ids, by client
	inboxes              []string
	channel              string
	statuses             []string
	tickets              []string
	conversations, loose []string
	threads              []string // of all conversations
	contacts             []string

	mu       sync.Mutex
	received []vars // what was brought in, to be brought in again
	sent     []string
}

func newRace(t *testing.T, s *server) *race {
	r := &race{account: s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))}
	status := r.pipeline(t, "Support", "New", "Waiting", "!Closed", "!Spam")
	for _, name := range []string{"New", "Waiting", "Closed", "Spam"} {
		r.statuses = append(r.statuses, status[name])
	}
	team := r.team(t, "All")
	support, channel := r.inbox(t, "Support", vars{"teamIds": []string{team}, "followUpPolicy": "REOPEN_TICKET", "followUpStatusId": status["Waiting"]})
	sales, _ := r.inbox(t, "Sales", vars{"teamIds": []string{team}})
	helpDesk, _ := r.inbox(t, "Desk", vars{"teamIds": []string{team}, "workspace": "HELP_DESK"})
	r.inboxes, r.channel = []string{support, sales, helpDesk}, channel
	r.hire(t, team)
	for i := range 3 {
		r.furnish(t, i)
	}
	return r
}

// hire spreads the clients over five people who see everything.
func (r *race) hire(t *testing.T, team string) {
	ids := []string{r.admin.do(t, "{ viewer { agent { id } } }", nil).at("viewer").str("agent.id")}
	people := []*client{r.admin}
	for _, name := range []string{"ben", "cleo", "dora", "emil"} {
		id, c := r.agent(t, name, desk.RoleAgent, team)
		ids, people = append(ids, id), append(people, c)
	}
	for i := range racers {
		r.clients, r.agents = append(r.clients, people[i%len(people)]), append(r.agents, ids[i%len(people)])
	}
}

// furnish makes a ticket with three conversations, one with each contact, and two conversations beside it.
func (r *race) furnish(t *testing.T, i int) {
	var made []string
	for j := range 5 {
		thread := fmt.Sprintf("thread %d %d", i, j)
		made = append(made, r.receive(t, r.channel, thread, email(j%3), "Hello"))
		r.threads = append(r.threads, thread)
	}
	ticket := r.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": made[0], "name": fmt.Sprint("Ticket ", i)}).str("ticket.id")
	for _, c := range made[1:3] {
		r.admin.must(t, "ticketAddConversation", "", vars{"ticketId": ticket, "conversationId": c})
	}
	r.tickets, r.conversations, r.loose = append(r.tickets, ticket), append(r.conversations, made[:3]...), append(r.loose, made[3:]...)
	r.contacts = append(r.contacts, r.admin.do(t, "query($id: ID!) { conversation(id: $id) { contact { id } } }", vars{"id": made[i]}).at("conversation").str("contact.id"))
}

func email(i int) string { return fmt.Sprintf("contact%d@contact.test", i) }

// deed is one mutation and its answer.
type deed struct {
	mutation, actor, marker string
	input                   vars
	payload                 node
}

func (r *race) run(t *testing.T) []deed {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	all := make([][]deed, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			w := &racer{race: r, me: i, rand: rand.New(rand.NewPCG(seed, uint64(i))), seen: map[string]int{}}
			for n := range strides {
				st, err := w.step(n)
				if err != nil {
					t.Error(err)
					return
				}
				all[i] = append(all[i], st)
			}
		})
	}
	wg.Wait()
	return slices.Concat(all...)
}

// racer is one client.
type racer struct {
	*race
	me   int
	rand *rand.Rand
	seen map[string]int // versions that it has been shown
}

func one[T any](w *racer, of []T) T { return of[w.rand.IntN(len(of))] }

// moves are what a client does, each as often as it stands here.
var moves = []func(*racer, string) (string, string, vars){
	(*racer).close, (*racer).close, (*racer).close, (*racer).reopen, (*racer).reopen, (*racer).assign, (*racer).assign,
	(*racer).move, (*racer).move, (*racer).trash, (*racer).restore, (*racer).restore, (*racer).restore, (*racer).read,
	(*racer).status, (*racer).status, (*racer).status, (*racer).status, (*racer).assignTicket, (*racer).assignTicket,
	(*racer).trashTicket, (*racer).restoreTicket, (*racer).restoreTicket, (*racer).restoreTicket, (*racer).update, (*racer).update,
	(*racer).add, (*racer).create, (*racer).write, (*racer).write, (*racer).write, (*racer).write, (*racer).write,
	(*racer).again, (*racer).send, (*racer).send, (*racer).comment, (*racer).report, (*racer).rename,
}

// step does one of them. Now and then it says which version it takes the record to be at.
func (w *racer) step(n int) (deed, error) {
	marker := fmt.Sprintf("%d.%d", w.me, n)
	name, selection, input := one(w, moves)(w, marker)
	for _, id := range []string{"conversationId", "ticketId"} {
		v, seen := w.seen[fmt.Sprint(input[id])]
		if seen && w.rand.IntN(5) == 0 && !slices.Contains(unversioned, name) {
			input["expectedVersion"] = v
			break
		}
	}
	a, err := w.clients[w.me].tryMutate(name, selection, input)
	if err != nil || len(a.Errors) > 0 {
		return deed{}, fmt.Errorf("%s %v: %v: %w", name, input, a, err)
	}
	st := deed{name, w.agents[w.me], marker, input, a.at(name)}
	maps.Copy(w.seen, st.shown())
	return st, nil
}

var unversioned = []string{"messageSend", "commentCreate", "conversationMarkRead", "conversationMarkUnread", "ticketCreate", "ticketAddConversation"}

func (w *racer) conversation() string { return one(w, append(w.conversations, w.loose...)) }

func (w *racer) owner() any {
	if w.rand.IntN(4) == 0 {
		return nil
	}
	return one(w, w.agents)
}

const caseShown = conversationShown + ticketShown + siblingsShown

func (w *racer) close(string) (string, string, vars) {
	return "conversationClose", caseShown, vars{"conversationId": w.conversation()}
}

func (w *racer) reopen(string) (string, string, vars) {
	return "conversationReopen", caseShown, vars{"conversationId": w.conversation()}
}

func (w *racer) assign(string) (string, string, vars) {
	return "conversationAssign", caseShown, vars{"conversationId": w.conversation(), "ownerId": w.owner()}
}

func (w *racer) move(string) (string, string, vars) {
	return "conversationMove", caseShown, vars{"conversationId": w.conversation(), "inboxId": one(w, w.inboxes)}
}

func (w *racer) trash(string) (string, string, vars) {
	return "conversationTrash", caseShown, vars{"conversationId": w.conversation(), "confirmCascade": true}
}

func (w *racer) restore(string) (string, string, vars) {
	return "conversationRestore", caseShown, vars{"conversationId": w.conversation()}
}

func (w *racer) read(string) (string, string, vars) {
	return one(w, []string{"conversationMarkRead", "conversationMarkUnread"}), conversationShown, vars{"conversationId": w.conversation()}
}

const ticketCaseShown = ticketShown + siblingsShown

func (w *racer) status(string) (string, string, vars) {
	return "ticketStatusSet", ticketCaseShown, vars{"ticketId": one(w, w.tickets), "statusId": one(w, w.statuses)}
}

func (w *racer) assignTicket(string) (string, string, vars) {
	return "ticketAssign", ticketCaseShown, vars{"ticketId": one(w, w.tickets), "ownerId": w.owner()}
}

func (w *racer) trashTicket(string) (string, string, vars) {
	return "ticketTrash", ticketCaseShown, vars{"ticketId": one(w, w.tickets), "confirmCascade": true}
}

func (w *racer) restoreTicket(string) (string, string, vars) {
	return "ticketRestore", ticketCaseShown, vars{"ticketId": one(w, w.tickets)}
}

func (w *racer) update(marker string) (string, string, vars) {
	return "ticketUpdate", ticketCaseShown, vars{"ticketId": one(w, w.tickets), "name": "Named by " + marker, "priority": one(w, desk.Priorities)}
}

func (w *racer) add(string) (string, string, vars) {
	return "ticketAddConversation", caseShown, vars{"ticketId": one(w, w.tickets), "conversationId": one(w, w.loose)}
}

func (w *racer) create(marker string) (string, string, vars) {
	return "ticketCreate", caseShown, vars{"conversationId": w.conversation(), "name": "Made by " + marker}
}

// write is a contact who writes into a thread, and now and then tells more of themselves.
func (w *racer) write(marker string) (string, string, vars) {
	i := w.rand.IntN(len(w.threads))
	contact := vars{"email": email(i % 5 % 3)}
	switch w.rand.IntN(6) {
	case 0:
		contact["phone"] = fmt.Sprintf("+49 %d", 1000+i%5%3)
	case 1:
		contact["externalId"] = fmt.Sprint("crm ", i%5%3)
	case 2:
		contact["name"] = "I am " + marker
	}
	in := vars{"channelId": w.channel, "externalId": "written " + marker, "threadKey": w.threads[i], "contact": contact, "text": "Text " + marker}
	if w.rand.IntN(6) == 0 {
		delete(in, "threadKey") // then it goes to the contact's open conversation, or starts one
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.received = append(w.received, in)
	return "messageReceive", conversationShown + ticketShown + contactShown + "duplicate message { id }", maps.Clone(in)
}

// again is a channel that brings in what it, or another, has brought in already or is bringing in now.
func (w *racer) again(marker string) (string, string, vars) {
	w.mu.Lock()
	received := slices.Clone(w.received)
	w.mu.Unlock()
	if len(received) == 0 {
		return w.write(marker)
	}
	return "messageReceive", conversationShown + ticketShown + contactShown + "duplicate message { id }", maps.Clone(one(w, received))
}

func (w *racer) send(marker string) (string, string, vars) {
	return "messageSend", conversationShown + "message { id }", vars{"conversationId": w.conversation(), "text": "Answer " + marker}
}

func (w *racer) comment(marker string) (string, string, vars) {
	return "commentCreate", conversationShown + "comment { id }", vars{"conversationId": w.conversation(), "text": "Note " + marker}
}

func (w *racer) report(marker string) (string, string, vars) {
	w.mu.Lock()
	sent := slices.Clone(w.sent)
	w.mu.Unlock()
	if len(sent) == 0 {
		return w.send(marker)
	}
	return "messageDeliveryReport", "message { id }", vars{"messageId": one(w, sent), "state": one(w, []string{"SENT", "FAILED", "DELIVERED"}), "detail": marker}
}

func (w *racer) rename(marker string) (string, string, vars) {
	return "contactUpdate", contactShown, vars{"contactId": one(w, w.contacts), "name": one(w, []string{"", "Renamed by " + marker})}
}

// records are the records that a payload shows.
func (st *deed) records() (all []node) {
	for _, part := range []string{"conversation", "ticket", "contact"} {
		if !st.payload.isNull(part) {
			all = append(all, st.payload.at(part))
		}
	}
	return append(all, st.payload.list("conversations")...)
}

func (st *deed) shown() map[string]int {
	versions := map[string]int{}
	for _, n := range st.records() {
		versions[n.str("id")] = n.num("version")
	}
	return versions
}

// sum tells what the race was like.
func (r *race) sum(t *testing.T, answers []deed, took time.Duration) {
	codes := map[string]int{}
	for _, st := range answers {
		codes[code(st.payload)]++
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

// checkAnswers holds every answer against the log: what it shows of a record is what the record was at
// that version, and what it did is there.
func checkAnswers(t *testing.T, h *history, answers []deed) {
	for _, st := range answers {
		if code(st.payload) != "" {
			continue
		}
		var mine *cascade
		for _, n := range st.records() {
			v, past := n.num("version"), h.versions[n.str("id")]
			if v < 1 || v > len(past) {
				t.Errorf("%s answered with version %d of %s, and the log knows of %d", st.mutation, v, n.str("id"), len(past))
				continue
			}
			if d := differs(n, past[v-1].after); d != "" {
				t.Errorf("%s %v answered with %s at version %d, of which %s", st.mutation, st.input, n.str("id"), v, d)
			}
			if by := past[v-1].by; mine == nil && by.could(&st) {
				mine = by
			}
		}
		if told := h.told[st.message()]; told != nil && !st.payload.truth("duplicate") {
			mine = told
		}
		checkAnswer(t, h, &st, mine)
	}
}

// could says whether an answer may be that of the cascade: it shows every record at the version that the cascade made.
func (c *cascade) could(st *deed) bool {
	shown := st.shown()
	for id, v := range c.touched {
		if shownFields[id[:3]] != nil && shown[id] != v {
			return false
		}
	}
	return c.mutation == st.mutation && c.actor == st.actor && c.effects() == effectsTold(st.payload)
}

func (st *deed) message() string {
	return st.payload.str("message.id") + st.payload.str("comment.id")
}

// alwaysChange are mutations that change something or are refused, and so have an event of their own.
var alwaysChange = []string{
	"ticketUpdate", "ticketCreate", "ticketAddConversation", "ticketTrash", "ticketRestore", "conversationTrash", "conversationRestore",
	"messageSend", "messageReceive", "commentCreate",
}

func checkAnswer(t *testing.T, h *history, st *deed, mine *cascade) {
	if st.payload.truth("duplicate") {
		if h.told[st.message()] == nil || effectsTold(st.payload) != "" {
			t.Errorf("a message that was brought in again: %v", st.payload.v)
		}
		return
	}
	if mine == nil {
		if slices.Contains(alwaysChange, st.mutation) || effectsTold(st.payload) != "" {
			t.Errorf("%s %v was answered with %v and is not in the log", st.mutation, st.input, st.payload.v)
		}
		return
	}
	if slices.Contains(alwaysChange, st.mutation) {
		if mine.answers++; mine.answers > 1 || mine.mutation != st.mutation || mine.effects() != effectsTold(st.payload) {
			t.Errorf("%s %v was answered with %v; in the log is %s with the effects %s, answered %d times",
				st.mutation, st.input, st.payload.v, mine, mine.effects(), mine.answers)
		}
	} else {
		mine.answers++
	}
	if v, ok := st.input["expectedVersion"].(int); ok {
		id := fmt.Sprint(st.input["ticketId"], st.input["conversationId"])
		if now := st.shown()[strings.ReplaceAll(id, "<nil>", "")]; now != v && now != v+1 {
			t.Errorf("%s of version %d made version %d", st.mutation, v, now)
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
