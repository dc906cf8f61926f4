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

// deaths are how the program is killed, one round each.
var deaths = []struct {
	name string
	by   func(t *testing.T, r *running)
}{
	{"server", func(_ *testing.T, r *running) { r.kill() }},
	{"server and Postgres", func(t *testing.T, r *running) { r.killPostgres(t); r.kill() }},
	{"Postgres", func(t *testing.T, r *running) {
		r.killPostgres(t)
		if code := r.ends(t); code != 1 || !strings.Contains(r.log.String(), "the private Postgres ended by itself") {
			t.Errorf("without its Postgres the server ended with %d:\n%s", code, r.log)
		}
	}},
	{"server again", func(_ *testing.T, r *running) { r.kill() }},
	{"server and Postgres at once", func(_ *testing.T, r *running) {
		pid := r.postmaster()
		go r.kill()
		_ = syscall.Kill(pid, syscall.SIGKILL)
		<-r.exited
	}},
}

func (r *running) killPostgres(t *testing.T) {
	if pid := r.postmaster(); pid == 0 {
		t.Error("there is no Postgres to kill")
	} else if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

// TestKill kills the real program in the middle of a burst of mutations, again and again. What was answered is
// there; what was not is wholly there or not at all, and asking again with the same key gives one result.
func TestKill(t *testing.T) {
	p := build(t)
	r := p.start(t)
	t.Logf("first start: %s", r.took.Round(time.Millisecond))
	k := &killed{dsn: p.dsn(t)}
	k.tokens = slices.Repeat([]string{p.token(t, "ada@demo.test"), p.token(t, "ben@demo.test")}, 4)
	k.look(t, r)
	for i, d := range deaths {
		tries := k.burst(t, r, func() { d.by(t, r) })
		r.sound(t)
		r = p.start(t)
		k.judge(t, r, fmt.Sprintf("round %d, kill -9 of the %s", i+1, d.name), tries)
	}
	k.interrupt(t, r, os.Interrupt)
	r = p.start(t)
	t.Logf("warm start: %s", r.took.Round(time.Millisecond))
	if !r.ready() {
		t.Error("it is started and not ready")
	}
	k.interrupt(t, r, syscall.SIGTERM)
}

type killed struct {
	dsn             string
	tokens          []string // one for each client
	channel, closed string
	serial          atomic.Int64
}

func (k *killed) look(t *testing.T, r *running) {
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

// interrupt ends the program the proper way, and its Postgres with it.
func (k *killed) interrupt(t *testing.T, r *running, s os.Signal) {
	t.Helper()
	pid := r.postmaster()
	if err := r.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	if code := r.ends(t); code != 0 {
		t.Errorf("after %s it ended with %d:\n%s", s, code, r.log)
	}
	if pid == 0 || r.postmaster() != 0 || syscall.Kill(pid, 0) == nil {
		t.Errorf("after %s its Postgres %d still runs", s, pid)
	}
	r.sound(t)
}

// try is one mutation that was sent.
type try struct {
	name, selection      string
	input                vars
	client               int
	marker               string // its key, and what it writes
	conversation, ticket string
	answer               node
	answered             bool
}

// burst lets all clients send until the program dies, which it does by and by.
func (k *killed) burst(t *testing.T, r *running, die func()) []*try {
	all := make([][]*try, len(k.tokens))
	var answered atomic.Int64
	var wg sync.WaitGroup
	for i := range k.tokens {
		wg.Go(func() {
			for story := range k.stories(i) {
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

// stories is what a client sends, without end: a message, a ticket of it, an answer, a new name, and it is closed.
func (k *killed) stories(client int) func(yield func(*try) bool) {
	return func(yield func(*try) bool) {
		var conversation, ticket string
		step := func(name, selection string, input vars) *try {
			marker := fmt.Sprintf("%s %d of %d", name, k.serial.Add(1), client)
			input["idempotencyKey"] = marker
			for field, v := range input {
				if v == "?" {
					input[field] = marker
				}
			}
			return &try{name: name, selection: selection, input: input, client: client, marker: marker, conversation: conversation, ticket: ticket}
		}
		for {
			conversation, ticket = "", ""
			s := step("messageReceive", "message { id } contact { id } "+conversationState, vars{"channelId": k.channel, "externalId": "?", "threadKey": "?", "text": "?"})
			s.input["contact"] = vars{"externalId": s.marker}
			if !yield(s) {
				return
			}
			conversation = s.answer.str("conversation.id")
			if s = step("ticketCreate", conversationState+ticketState, vars{"conversationId": conversation, "name": "?"}); !yield(s) {
				return
			}
			ticket = s.answer.str("ticket.id")
			if !yield(step("messageSend", "message { id } "+conversationState, vars{"conversationId": conversation, "text": "?"})) ||
				!yield(step("ticketUpdate", ticketState, vars{"ticketId": ticket, "name": "?", "priority": "HIGH"})) ||
				!yield(step("ticketStatusSet", ticketState+"conversations { id status version }", vars{"ticketId": ticket, "statusId": k.closed})) {
				return
			}
		}
	}
}

// send says whether it was answered.
func (s *try) send(url, token string) bool {
	a, err := (&client{url: url, token: token}).tryMutate(s.name, s.selection, s.input)
	if err != nil || len(a.Errors) > 0 {
		return false
	}
	s.answer, s.answered = a.at(s.name), true
	return true
}

// traces are all that a mutation leaves behind, one count each. $1 is its marker, $2 the conversation, $3 the ticket.
var traces = map[string][]string{
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

// left counts the traces of a mutation.
func (s *try) left(t *testing.T, hand byHand) (counts []int) {
	t.Helper()
	const known = "WITH named AS (SELECT $1::text, $2::uuid, $3::uuid) SELECT ARRAY["
	var parts []string
	for _, trace := range append(traces[s.name], "FROM idempotency_keys WHERE key = $1") {
		parts = append(parts, "(SELECT count(*)::int "+trace+")")
	}
	var ids [2]any
	for i, id := range []string{s.conversation, s.ticket} {
		if id != "" {
			ids[i] = keyOf(t, id)
		}
	}
	if err := hand.QueryRow(context.Background(), known+strings.Join(parts, ", ")+"]", s.marker, ids[0], ids[1]).Scan(&counts); err != nil {
		t.Fatal(err)
	}
	return counts
}

func allAre(counts []int, want int) bool {
	return !slices.ContainsFunc(counts, func(n int) bool { return n != want })
}

// judge looks for all that was sent, after the program has come back.
func (k *killed) judge(t *testing.T, r *running, round string, tries []*try) {
	t.Helper()
	hand := connect(t, k.dsn)
	answered, committed := 0, 0
	for _, s := range tries {
		counts := s.left(t, hand)
		switch {
		case s.answered && code(s.answer) != "":
			t.Errorf("%s: %s was refused: %v", round, s.marker, s.answer.v)
		case s.answered && !allAre(counts, 1):
			t.Errorf("%s: %s was answered and is not wholly there: %v", round, s.marker, counts)
		case !allAre(counts, 1) && !allAre(counts, 0):
			t.Errorf("%s: %s was not answered and is half there: %v", round, s.marker, counts)
		case s.answered:
			answered++
		case counts[0] == 1:
			committed++
		}
		k.again(t, r, round, s)
		if counts := s.left(t, hand); !allAre(counts, 1) {
			t.Errorf("%s: %s was sent again and left %v", round, s.marker, counts)
		}
	}
	hand.whole(t)
	t.Logf("%s: %d answered, %d not, of which %d were there; back in %s", round, answered, len(tries)-answered, committed, r.took.Round(time.Millisecond))
	if answered == 0 || answered == len(tries) {
		t.Errorf("%s: that was not in the middle", round)
	}
}

// again sends it once more, twice if need be: each answer is that of the one time that it happened.
func (k *killed) again(t *testing.T, r *running, round string, s *try) {
	t.Helper()
	if !s.answered && (!s.send(r.url, k.tokens[s.client]) || code(s.answer) != "") {
		t.Errorf("%s: %s was sent again and answered %v", round, s.marker, s.answer.v)
		return
	}
	first := s.answer
	if !s.send(r.url, k.tokens[s.client]) || !reflect.DeepEqual(first.v, s.answer.v) {
		t.Errorf("%s: %s was answered\n%v\nand then\n%v", round, s.marker, first.v, s.answer.v)
	}
}
