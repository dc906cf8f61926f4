//go:build unix

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// killScenarios are the ways in which the program is killed, one round each.
var killScenarios = []struct {
	name string
	by   func(t *testing.T, r *runningProgram)
}{
	{"server", func(_ *testing.T, r *runningProgram) { r.kill() }},
	{"server and Postgres", func(t *testing.T, r *runningProgram) { r.killPostgres(t); r.kill() }},
	{"Postgres", func(t *testing.T, r *runningProgram) {
		r.killPostgres(t)
		if code := r.waitForExit(t); code != 1 || !strings.Contains(r.log.String(), "the private Postgres stopped unexpectedly") {
			t.Errorf("without its Postgres the server ended with %d:\n%s", code, r.log)
		}
	}},
	{"server again", func(_ *testing.T, r *runningProgram) { r.kill() }},
	{"server and Postgres at once", func(_ *testing.T, r *runningProgram) {
		pid := r.postmaster()
		go r.kill()
		_ = syscall.Kill(pid, syscall.SIGKILL)
		<-r.exited
	}},
}

func (r *runningProgram) killPostgres(t *testing.T) {
	if pid := r.postmaster(); pid == 0 {
		t.Error("there is no Postgres to kill")
	} else if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

// TestKill kills the real program in the middle of a burst of mutations, again and again. What was
// answered is there; what was not is wholly there or not at all, and asking again with the same key
// gives one result.
func TestKill(t *testing.T) {
	p := buildProgram(t)
	r := p.start(t)
	t.Logf("first start: %s", r.took.Round(time.Millisecond))
	k := &killTest{dsn: p.dsn(t)}
	k.tokens = slices.Repeat([]string{p.token(t, "ada@demo.test"), p.token(t, "ben@demo.test")}, 4)
	k.findSetup(t, r)
	for i, d := range killScenarios {
		tries := k.sendUntilDeath(t, r, func() { d.by(t, r) })
		r.checkLog(t)
		r = p.start(t)
		k.checkMutations(t, r, fmt.Sprintf("round %d, kill -9 of the %s", i+1, d.name), tries)
	}
	k.shutDown(t, r, os.Interrupt)
	r = p.start(t)
	t.Logf("warm start: %s", r.took.Round(time.Millisecond))
	if !r.ready() {
		t.Error("it is started and not ready")
	}
	k.shutDown(t, r, syscall.SIGTERM)
}

type killTest struct {
	dsn             string
	tokens          []string // one for each client
	channel, closed string
	serial          atomic.Int64
}

func (k *killTest) findSetup(t *testing.T, r *runningProgram) {
	c := &client{url: r.url, token: k.tokens[1]} // Ben sees Support only
	a := c.do(t, "{ inboxes { channels { id kind } } pipelines { statuses { id state } } }", nil)
	for _, ch := range a.at("inboxes").list("0.channels") {
		if ch.str("kind") == "API" {
			k.channel = ch.str("id")
		}
	}
	for _, s := range a.at("pipelines").list("0.statuses") {
		if s.str("state") == "CLOSED" {
			k.closed = s.str("id")
		}
	}
	if k.channel == "" || k.closed == "" {
		t.Fatalf("the demo has no API channel or no closed status: %s", a.Raw)
	}
}

// shutDown ends the program gracefully, and its Postgres with it.
func (k *killTest) shutDown(t *testing.T, r *runningProgram, s os.Signal) {
	t.Helper()
	pid := r.postmaster()
	if err := r.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	if code := r.waitForExit(t); code != 0 {
		t.Errorf("after %s it ended with %d:\n%s", s, code, r.log)
	}
	if pid == 0 || r.postmaster() != 0 || syscall.Kill(pid, 0) == nil {
		t.Errorf("after %s its Postgres %d still runs", s, pid)
	}
	r.checkLog(t)
}

// sentMutation is one mutation that was sent.
type sentMutation struct {
	name, selection      string
	input                vars
	sender               int
	marker               string // its key, and what it writes
	conversation, ticket string
	answer               node
	answered             bool
}

// sendUntilDeath lets all clients send until the program dies, which it does by and by.
func (k *killTest) sendUntilDeath(t *testing.T, r *runningProgram, die func()) []*sentMutation {
	all := make([][]*sentMutation, len(k.tokens))
	var answered atomic.Int64
	var wg sync.WaitGroup
	for i := range k.tokens {
		wg.Go(func() {
			for story := range k.mutationSequence(i) {
				all[i] = append(all[i], story)
				if !story.send(r.url, k.tokens[i]) {
					return
				}
				answered.Add(1)
			}
		})
	}
	enough := int64(30 + rand.IntN(50))
	eventually(t, "the burst to be in the middle", func() bool { return answered.Load() >= enough })
	die()
	wg.Wait()
	return slices.Concat(all...)
}

// mutationSequence is what a client sends, without end: a message, a ticket of it, an answer, a new
// name, and it is closed.
func (k *killTest) mutationSequence(client int) func(yield func(*sentMutation) bool) {
	return func(yield func(*sentMutation) bool) {
		var conversation, ticket string
		step := func(name, selection string, input vars) *sentMutation {
			marker := fmt.Sprintf("%s %d of %d", name, k.serial.Add(1), client)
			input["idempotencyKey"] = marker
			for field, v := range input {
				if v == "?" {
					input[field] = marker
				}
			}
			return &sentMutation{name: name, selection: selection, input: input, sender: client, marker: marker, conversation: conversation, ticket: ticket}
		}
		for {
			conversation, ticket = "", ""
			m := step("messageReceive", "message { id } contact { id } "+conversationState, vars{"channelId": k.channel, "externalId": "?", "threadKey": "?", "text": "?"})
			m.input["contact"] = vars{"externalId": m.marker}
			if !yield(m) {
				return
			}
			conversation = m.answer.str("conversation.id")
			if m = step("ticketCreate", conversationState+ticketState, vars{"conversationId": conversation, "name": "?"}); !yield(m) {
				return
			}
			ticket = m.answer.str("ticket.id")
			if !yield(step("messageSend", "message { id } "+conversationState, vars{"conversationId": conversation, "text": "?"})) ||
				!yield(step("ticketUpdate", ticketState, vars{"ticketId": ticket, "name": "?", "priority": "HIGH"})) ||
				!yield(step("ticketStatusSet", ticketState+"conversations { id status version }", vars{"ticketId": ticket, "statusId": k.closed})) {
				return
			}
		}
	}
}

// send says whether it was answered.
func (m *sentMutation) send(url, token string) bool {
	a, err := (&client{url: url, token: token}).tryMutate(m.name, m.selection, m.input)
	if err != nil || len(a.Errors) > 0 {
		return false
	}
	m.answer, m.answered = a.at(m.name), true
	return true
}

// traceQueries are all that a mutation leaves behind, one count each. $1 is its marker, $2 the
// conversation, $3 the ticket.
var traceQueries = map[string][]string{
	"messageReceive": {
		"FROM messages WHERE external_id = $1", "FROM conversations WHERE thread_key = $1", "FROM contacts WHERE external_id = $1",
		"FROM conversation_activity a JOIN conversations c ON c.id = a.conversation_id WHERE c.thread_key = $1 AND a.unread_count <= 1",
		"FROM events e JOIN messages m ON m.id = e.entity_id WHERE m.external_id = $1 AND e.kind = 'MESSAGE_RECEIVED'",
		"FROM events e JOIN conversations c ON c.id = e.entity_id WHERE c.thread_key = $1 AND e.kind = 'CONVERSATION_STARTED'",
		"FROM events e JOIN contacts c ON c.id = e.entity_id WHERE c.external_id = $1 AND e.kind = 'CONTACT_CREATED'",
	},
	"ticketCreate": {
		"FROM conversations c WHERE c.id = $2 AND c.ticket_id IS NOT NULL",
		"FROM ticket_activity a JOIN conversations c ON c.ticket_id = a.ticket_id WHERE c.id = $2",
		`FROM events e WHERE e.kind = 'TICKET_CREATED' AND e.changes @> jsonb_build_array(jsonb_build_object('field', 'name', 'new', $1::text))`,
		"FROM events e WHERE e.kind = 'CONVERSATION_TICKET_ADDED' AND e.entity_id = $2",
	},
	"messageSend": {
		"FROM messages m WHERE m.text = $1", "FROM conversation_activity a WHERE a.conversation_id = $2 AND a.preview = $1 AND a.unread_count = 0",
		"FROM events e JOIN messages m ON m.id = e.entity_id WHERE m.text = $1 AND e.kind = 'MESSAGE_SENT'",
	},
	"ticketUpdate": {
		"FROM tickets WHERE name = $1 AND priority = 'HIGH'",
		`FROM events e WHERE e.kind = 'TICKET_UPDATED' AND e.changes @> jsonb_build_array(jsonb_build_object('field', 'name', 'new', $1::text))`,
	},
	"ticketStatusSet": {
		"FROM tickets WHERE id = $3 AND closed_at IS NOT NULL", "FROM conversations WHERE id = $2 AND status = 'CLOSED' AND closed_at IS NOT NULL",
		"FROM events e WHERE e.kind = 'TICKET_STATUS_CHANGED' AND e.entity_id = $3", "FROM events e WHERE e.kind = 'CONVERSATION_CLOSED' AND e.entity_id = $2",
	},
}

// countTraces counts the traces of a mutation.
func (m *sentMutation) countTraces(t *testing.T, conn sqlConn) (counts []int) {
	t.Helper()
	const known = "WITH named AS (SELECT $1::text, $2::uuid, $3::uuid) SELECT ARRAY["
	var parts []string
	for _, trace := range append(traceQueries[m.name], "FROM idempotency_keys WHERE key = $1") {
		parts = append(parts, "(SELECT count(*)::int "+trace+")")
	}
	var ids [2]any
	for i, id := range []string{m.conversation, m.ticket} {
		if id != "" {
			ids[i] = databaseKey(t, id)
		}
	}
	if err := conn.QueryRow(context.Background(), known+strings.Join(parts, ", ")+"]", m.marker, ids[0], ids[1]).Scan(&counts); err != nil {
		t.Fatal(err)
	}
	return counts
}

func allEqual(counts []int, want int) bool {
	return !slices.ContainsFunc(counts, func(n int) bool { return n != want })
}

// checkMutations looks for the traces of all that was sent, after the program was started again.
func (k *killTest) checkMutations(t *testing.T, r *runningProgram, round string, tries []*sentMutation) {
	t.Helper()
	conn := connectSQL(t, k.dsn)
	answered, committed := 0, 0
	for _, m := range tries {
		counts := m.countTraces(t, conn)
		switch {
		case m.answered && errorCode(m.answer) != "":
			t.Errorf("%s: %s was refused: %v", round, m.marker, m.answer.v)
		case m.answered && !allEqual(counts, 1):
			t.Errorf("%s: %s was answered and is not wholly there: %v", round, m.marker, counts)
		case !allEqual(counts, 1) && !allEqual(counts, 0):
			t.Errorf("%s: %s was not answered and is half there: %v", round, m.marker, counts)
		case m.answered:
			answered++
		case counts[0] == 1:
			committed++
		}
		k.repeatMutation(t, r, round, m)
		if counts := m.countTraces(t, conn); !allEqual(counts, 1) {
			t.Errorf("%s: %s was sent again and left %v", round, m.marker, counts)
		}
	}
	conn.requireIntegrity(t)
	t.Logf("%s: %d answered, %d not, of which %d were there; back in %s", round, answered, len(tries)-answered, committed, r.took.Round(time.Millisecond))
	if answered == 0 || answered == len(tries) {
		t.Errorf("%s: that was not in the middle", round)
	}
}

// repeatMutation sends it once more, twice if need be: each answer is that of the one time that it
// happened.
func (k *killTest) repeatMutation(t *testing.T, r *runningProgram, round string, m *sentMutation) {
	t.Helper()
	if !m.answered && (!m.send(r.url, k.tokens[m.sender]) || errorCode(m.answer) != "") {
		t.Errorf("%s: %s was sent again and answered %v", round, m.marker, m.answer.v)
		return
	}
	first := m.answer
	if !m.send(r.url, k.tokens[m.sender]) || !reflect.DeepEqual(first.v, m.answer.v) {
		t.Errorf("%s: %s was answered\n%v\nand then\n%v", round, m.marker, first.v, m.answer.v)
	}
}
