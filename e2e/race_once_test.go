package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"deskwire/desk"
)

// What many clients ask for at once, and one may get.

// callAtOnce lets all of them do it in the same moment, and gives the answers in their order.
func callAtOnce(t testing.TB, n int, do func(i int) (string, *client, string, vars)) []node {
	t.Helper()
	answers, begin := make([]node, n), make(chan struct{})
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			name, c, selection, input := do(i)
			ready.Done()
			<-begin
			a, err := c.tryMutate(name, selection, input)
			if err != nil || len(a.Errors) > 0 {
				t.Errorf("%s %v: %v %v", name, input, a, err)
				return
			}
			answers[i] = a.at(name)
		})
	}
	ready.Wait()
	close(begin)
	done.Wait()
	return answers
}

// countDistinct counts the values that answers show there.
func countDistinct(answers []node, path string) map[string]int {
	values := map[string]int{}
	for _, a := range answers {
		values[fmt.Sprint(a.at(path).v)]++
	}
	return values
}

type raceSetup struct {
	*account
	channel string
	clients []*client
}

func newRaceSetup(t *testing.T, s *server) *raceSetup {
	rs := &raceSetup{account: s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))}
	rs.createPipeline(t, "Support", "New", "!Closed")
	team := rs.createTeam(t, "Support")
	_, rs.channel = rs.createInbox(t, "Support", vars{"teamIds": []string{team}})
	people := []*client{rs.admin}
	for _, name := range []string{"ben", "cleo"} {
		_, p := rs.createAgent(t, name, desk.RoleAgent, team)
		people = append(people, p)
	}
	for i := range racers {
		rs.clients = append(rs.clients, people[i%len(people)])
	}
	return rs
}

func (rs *raceSetup) createTicket(t *testing.T, thread string) (conversation, ticket string) {
	conversation = rs.receiveMessage(t, rs.channel, thread, thread+"@contact.test", "Hello")
	return conversation, rs.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": conversation, "name": "Ticket"}).str("ticket.id")
}

// TestRaceOnce is one server for all that can be had once.
func TestRaceOnce(t *testing.T) {
	s := start(t)
	rs := newRaceSetup(t, s)
	t.Run("no update is lost with expectedVersion", rs.lostUpdates)
	t.Run("a message is taken once", rs.oneMessage)
	t.Run("a thread begins once", rs.oneThread)
	t.Run("a contact becomes known once", rs.oneContact)
	t.Run("a contact learns from all", rs.mergedContact)
	t.Run("R5 a conversation gets one ticket", rs.oneTicket)
	t.Run("R5 a conversation joins one ticket", rs.oneTicketPerConversation)
	t.Run("names are given once", rs.oneName)
	t.Run("a first layout", rs.firstLayout)
	t.Run("the last of its kind stays", rs.lastStatusOfState)
	replayLog(t, rs.admin).compare(rs.admin)
	s.sqlConn(t).requireIntegrity(t)
	s.requireNoDeadlock(t)
}

// lostUpdates lets everybody count up the same property and add to the same name, on what they have
// read.
func (rs *raceSetup) lostUpdates(t *testing.T) {
	const clients, times = 8, 4
	rs.admin.must(t, "propertyDefinitionCreate", "propertyDefinition { id }", vars{"key": "count", "label": "Count", "type": "NUMBER"})
	_, ticket := rs.createTicket(t, "counted")
	var wg sync.WaitGroup
	var conflicts [clients]int
	for i := range clients {
		wg.Go(func() {
			for n := 0; n < times; {
				switch again, err := countUp(rs.clients[i], ticket, fmt.Sprintf("/%d.%d", i, n)); {
				case err != nil:
					t.Error(err)
					return
				case again:
					conflicts[i]++
				default:
					n++
				}
			}
		})
	}
	wg.Wait()
	tk := rs.admin.do(t, readCount, vars{"id": ticket}).at("ticket")
	if got := tk.str("properties.0.value"); got != strconv.Itoa(clients*times) {
		t.Errorf("it was counted up to %s, and %d times", got, clients*times)
	}
	if steps := strings.Split(tk.str("name"), "/"); len(steps) != clients*times+1 || len(slices.Compact(slices.Sorted(slices.Values(steps)))) != len(steps) {
		t.Errorf("not everybody is in the name: %s", tk.str("name"))
	}
	if v := tk.num("version"); v != clients*times+1 {
		t.Errorf("it is at version %d", v)
	}
	all := 0
	for _, n := range conflicts {
		all += n
	}
	t.Logf("%d updates, %d conflicts", clients*times, all)
	if all == 0 {
		t.Error("nobody met anybody")
	}
}

const readCount = `query($id: ID!) { ticket(id: $id) { name version properties(keys: ["count"]) { value } } }`

// countUp reads and writes, and says whether somebody was faster.
func countUp(c *client, ticket, mark string) (again bool, err error) {
	a, err := c.tryQuery(readCount, vars{"id": ticket})
	if err != nil {
		return false, err
	}
	tk := a.at("ticket")
	n, _ := strconv.Atoi(tk.str("properties.0.value"))
	a, err = c.tryMutate("ticketUpdate", "ticket { version }", vars{
		"ticketId": ticket, "name": tk.str("name") + mark, "expectedVersion": tk.num("version"),
		"properties": []vars{{"key": "count", "value": vars{"string": strconv.Itoa(n + 1)}}},
	})
	if err != nil {
		return false, err
	}
	p := a.at("ticketUpdate")
	switch got := errorCode(p); {
	case got == "VERSION_CONFLICT":
		return true, nil
	case got != "" || p.num("ticket.version") != tk.num("version")+1:
		return false, fmt.Errorf("version %d, updated: %s", tk.num("version"), a.Raw)
	}
	return false, nil
}

func (rs *raceSetup) receiveInput(external string, contact vars, more vars) vars {
	in := vars{"channelId": rs.channel, "externalId": external, "contact": contact, "subject": "Subject", "text": "Text"}
	maps.Copy(in, more)
	return in
}

const receivedShown = "duplicate message { id } conversation { id number unreadCount } contact { id }"

// oneMessage brings the same message in from everywhere: into a thread that is there, one that is
// not, and none.
func (rs *raceSetup) oneMessage(t *testing.T) {
	rs.receiveMessage(t, rs.channel, "known thread", "known@contact.test", "Hello")
	for i, in := range []vars{
		rs.receiveInput("one 0", vars{"email": "known@contact.test"}, vars{"threadKey": "known thread"}),
		rs.receiveInput("one 1", vars{"email": "unheard@contact.test", "name": "Una"}, vars{"threadKey": "unheard of"}),
		rs.receiveInput("one 2", vars{"email": "other@contact.test"}, nil),
		rs.receiveInput("one 3", vars{"email": "known@contact.test", "phone": "+49 555"}, nil),
		rs.receiveInput("one 4", vars{"email": "known@contact.test"}, vars{"attachmentIds": []string{rs.uploadFile(t)}}),
	} {
		answers := callAtOnce(t, racers, func(i int) (string, *client, string, vars) {
			by := rs.clients[i]
			if in["attachmentIds"] != nil {
				by = rs.admin // who made the file
			}
			return "messageReceive", by, receivedShown, in
		})
		for _, path := range []string{"message.id", "conversation.id", "contact.id"} {
			if ids := countDistinct(answers, path); len(ids) != 1 {
				t.Errorf("message %d: different %s: %v", i, path, ids)
			}
		}
		if d := countDistinct(answers, "duplicate"); d["false"] != 1 || d["true"] != racers-1 {
			t.Errorf("message %d: duplicates: %v", i, d)
		}
	}
}

// oneThread begins a thread with different messages at once, of one contact and of many.
func (rs *raceSetup) oneThread(t *testing.T) {
	for thread, from := range map[string]func(i int) string{
		"of one":  func(int) string { return "begins@contact.test" },
		"of many": func(i int) string { return fmt.Sprintf("begins%d@contact.test", i) },
	} {
		answers := callAtOnce(t, racers, func(i int) (string, *client, string, vars) {
			in := rs.receiveInput(fmt.Sprintf("%s %d", thread, i), vars{"email": from(i)}, vars{"threadKey": thread})
			return "messageReceive", rs.clients[i], receivedShown, in
		})
		ids := countDistinct(answers, "conversation.id")
		if len(ids) != 1 || len(countDistinct(answers, "message.id")) != racers || len(countDistinct(answers, "conversation.unreadCount")) != racers {
			t.Errorf("a thread %s: conversations %v, unread counts %v", thread, ids, countDistinct(answers, "conversation.unreadCount"))
		}
	}
}

// oneContact lets an unknown contact write into many threads at once; numbers have no gaps then
// either.
func (rs *raceSetup) oneContact(t *testing.T) {
	answers := callAtOnce(t, racers, func(i int) (string, *client, string, vars) {
		in := rs.receiveInput(fmt.Sprint("contact ", i), vars{"email": "New@Contact.test", "phone": "+49 777"}, vars{"threadKey": fmt.Sprint("contact ", i)})
		return "messageReceive", rs.clients[i], receivedShown, in
	})
	if ids := countDistinct(answers, "contact.id"); len(ids) != 1 {
		t.Errorf("contacts: %v", ids)
	}
	if n := len(countDistinct(answers, "conversation.number")); n != racers {
		t.Errorf("%d different numbers of %d conversations", n, racers)
	}
	upserted := callAtOnce(t, racers, func(i int) (string, *client, string, vars) {
		return "contactUpsert", rs.clients[i], "contact { id }", vars{"email": "upserted@contact.test", "name": fmt.Sprint("Name ", i)}
	})
	if ids := countDistinct(upserted, "contact.id"); len(ids) != 1 {
		t.Errorf("upserted contacts: %v", ids)
	}
}

// mergedContact lets messages tell different things of one contact at once: all of it is known
// then.
func (rs *raceSetup) mergedContact(t *testing.T) {
	rs.receiveMessage(t, rs.channel, "learning", "learning@contact.test", "Hello")
	parts := []vars{{"phone": "+49 888"}, {"externalId": "crm 888"}, {"name": "Lea"}}
	callAtOnce(t, racers, func(i int) (string, *client, string, vars) {
		who := maps.Clone(parts[i%len(parts)])
		who["email"] = "learning@contact.test"
		return "messageReceive", rs.clients[i], receivedShown, rs.receiveInput(fmt.Sprint("learning ", i), who, vars{"threadKey": fmt.Sprint("learning ", i)})
	})
	p := rs.admin.must(t, "contactUpsert", contactShown, vars{"email": "learning@contact.test"}).at("contact")
	if got := p.str("phone") + " " + p.str("externalId") + " " + p.str("name"); got != "+49888 crm 888 Lea" {
		t.Errorf("it is known as %q", got)
	}
}

func (rs *raceSetup) oneTicket(t *testing.T) {
	conversation := rs.receiveMessage(t, rs.channel, "wants a ticket", "wants@contact.test", "Hello")
	answers := callAtOnce(t, racers, func(i int) (string, *client, string, vars) {
		selection := "ticket { id } errors { ... on ConversationHasTicketError { ticket { id } } }"
		return "ticketCreate", rs.clients[i], selection, vars{"conversationId": conversation, "name": fmt.Sprint("By ", i)}
	})
	won, refused := "", 0
	for _, a := range answers {
		if errorCode(a) == "CONVERSATION_HAS_TICKET" {
			refused++
		} else {
			won = a.str("ticket.id")
		}
	}
	if refused != racers-1 || won == "" {
		t.Fatalf("%d of %d were refused", refused, racers)
	}
	for _, a := range answers {
		if errorCode(a) != "" && a.str("errors.0.ticket.id") != won {
			t.Errorf("it has the ticket %s, not %v", won, a.at("errors").v)
		}
	}
}

// oneTicketPerConversation lets two tickets and a new one ask for the same conversation.
func (rs *raceSetup) oneTicketPerConversation(t *testing.T) {
	_, first := rs.createTicket(t, "first")
	_, second := rs.createTicket(t, "second")
	for n := range 4 {
		conversation := rs.receiveMessage(t, rs.channel, fmt.Sprint("joins ", n), "joins@contact.test", "Hello")
		answers := callAtOnce(t, racers, func(i int) (string, *client, string, vars) {
			switch i % 3 {
			case 0:
				return "ticketCreate", rs.clients[i], "ticket { id }", vars{"conversationId": conversation, "name": "Third"}
			case 1:
				return "ticketAddConversation", rs.clients[i], "ticket { id }", vars{"ticketId": first, "conversationId": conversation}
			}
			return "ticketAddConversation", rs.clients[i], "ticket { id }", vars{"ticketId": second, "conversationId": conversation}
		})
		codes := countDistinct(answers, "errors.0.code")
		if codes["<nil>"] != 1 || codes["CONVERSATION_HAS_TICKET"] != racers-1 {
			t.Errorf("answered: %v", codes)
		}
	}
}

// oneName gives a unique name to one of those who ask for it.
func (rs *raceSetup) oneName(t *testing.T) {
	for name, input := range map[string]vars{
		"agentCreate":              {"email": "wanted@agent.test", "name": "Wanted", "role": "AGENT"},
		"teamCreate":               {"name": "Wanted"},
		"inboxCreate":              {"name": "Wanted"},
		"propertyDefinitionCreate": {"key": "wanted", "label": "Wanted", "type": "TEXT"},
	} {
		answers := callAtOnce(t, racers/2, func(int) (string, *client, string, vars) { return name, rs.admin, "", input })
		if codes := countDistinct(answers, "errors.0.code"); codes["<nil>"] != 1 || codes["ALREADY_EXISTS"] != racers/2-1 {
			t.Errorf("%s: %v", name, codes)
		}
	}
}

func (rs *raceSetup) firstLayout(t *testing.T) {
	answers := callAtOnce(t, racers, func(i int) (string, *client, string, vars) {
		return "ticketDetailLayoutSet", rs.clients[i], "layout { id }", vars{"propertyKeys": []string{"name", []string{"owner", "priority"}[i%2]}}
	})
	if codes := countDistinct(answers, "errors.0.code"); codes["<nil>"] != racers {
		t.Errorf("answered: %v", codes)
	}
}

// lastStatusOfState archives all statuses of a pipeline at once: one of each state stays.
func (rs *raceSetup) lastStatusOfState(t *testing.T) {
	statuses := rs.createPipeline(t, "Doomed", "One", "Two", "Three", "!Four", "!Five")
	delete(statuses, "")
	ids := slices.Sorted(maps.Values(statuses))
	answers := callAtOnce(t, len(ids), func(i int) (string, *client, string, vars) {
		return "ticketStatusArchive", rs.admin, "", vars{"statusId": ids[i]}
	})
	if codes := countDistinct(answers, "errors.0.code"); codes["<nil>"] != 3 || codes["LAST_STATUS_OF_STATE"] != 2 {
		t.Errorf("answered: %v", codes)
	}
}
