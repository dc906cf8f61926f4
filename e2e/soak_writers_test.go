//go:build unix

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// What is not a thread is one record too, for all who change it.
const (
	setUpRecord  = "the set-up"
	numberRecord = "the numbers of conversations"
)

// sentAgain are the codes after which a client sends the same again, with the same key.
var sentAgain = map[string]bool{
	"UNAVAILABLE": true, "RECORD_BUSY": true, "OVERLOADED": true, "OUTCOME_UNKNOWN": true, "REQUEST_TIMEOUT": true, "IDEMPOTENCY_IN_PROGRESS": true,
	"TOO_MANY_OPERATIONS": true, "SERVER_RESTARTS": true, noAnswer: true,
}

// noAnswer stands for a connection that broke, or a server that says nothing.
const noAnswer = "no answer"

// refusals are what a rule may say to what is sent here.
var refusals = []string{"RECORD_IN_TRASH", "RECORD_NOT_IN_TRASH"}

// soakWriter is somebody who sends one mutation after the other, each again and again until it is
// answered.
type soakWriter struct {
	*soak
	number int
	http   *http.Client
	server int // that it sends to, as long as that answers
	sent   int
	record string // of the mutation on its way; "" for none. Guarded by soak.mu, as server is.
}

func (s *soak) newWriter(i int) *soakWriter {
	// A little longer than the server's own patience, as clients wait.
	return &soakWriter{soak: s, number: i, server: i % len(s.servers), http: &http.Client{Timeout: 6 * time.Second, Transport: &http.Transport{}}}
}

func (w *soakWriter) writeUntil(ctx context.Context) {
	for ctx.Err() == nil {
		if rand.IntN(50) == 0 {
			w.goElsewhere()
		}
		w.sent++
		w.send(w.next(fmt.Sprintf("writer %d, mutation %d", w.number, w.sent)))
	}
}

// next is what is done next. The key stands in what it writes, if it writes a text.
func (w *soakWriter) next(key string) *soakMutation {
	i := rand.IntN(len(w.threads))
	thread := w.threads[i]
	m := &soakMutation{record: thread.name, key: key, input: vars{"idempotencyKey": key, "conversationId": thread.conversation}}
	switch n := rand.IntN(40); {
	case n == 0:
		m.name, m.record, m.writes, m.input = "teamUpdate", setUpRecord, aName, vars{"teamId": w.setUp.team, "name": key}
	case n <= 2:
		m.name, m.record, m.writes = "messageReceive", numberRecord, aText
		m.input = vars{"channelId": w.setUp.newChannel, "externalId": key, "contact": vars{"externalId": key}, "text": key}
	case n <= 8:
		m.name, m.writes, m.input = "contactUpsert", aName, vars{"email": thread.email, "name": key}
	case n <= 14 && thread.ticket != "":
		m.name, m.writes, m.input = "ticketUpdate", aName, vars{"ticketId": thread.ticket, "name": key}
	case n <= 24 && i%4 >= 2:
		m.name, m.writes = "messageReceive", aText
		m.input = vars{"channelId": w.setUp.channel, "externalId": key, "threadKey": thread.name, "contact": vars{"email": thread.email}, "text": key}
	case n <= 27:
		m.name, m.input["labelIds"] = "conversationLabelsAdd", []string{w.setUp.label}
	case n <= 30:
		m.name, m.input["labelIds"] = "conversationLabelsRemove", []string{w.setUp.label}
	case n <= 33 && i%4 < 2:
		w.changeState(m, i, thread)
	case n%2 == 0:
		m.name, m.writes, m.input["text"] = "messageSend", aText, key
	default:
		m.name, m.writes, m.input["text"] = "commentCreate", aText, key
	}
	m.input["idempotencyKey"] = key
	return m
}

// changeState closes, opens, trashes and restores. Who writes in from outside does not come here,
// as that might begin new conversations.
func (w *soakWriter) changeState(m *soakMutation, i int, thread *soakThread) {
	switch rand.IntN(3) {
	case 0:
		m.name = "conversationClose"
	case 1:
		m.name = "conversationReopen"
	default:
		if i%4 == 0 {
			m.name, m.input = "ticketStatusSet", vars{"ticketId": thread.ticket, "statusId": pickRandom([]string{w.setUp.open, w.setUp.closed})}
		} else if m.name = "conversationRestore"; rand.IntN(3) == 0 {
			m.name, m.input["confirmCascade"] = "conversationTrash", true
		}
	}
}

// send sends a mutation until it is answered, and notes how long that took.
func (w *soakWriter) send(m *soakMutation) {
	m.sent = time.Now()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		code := w.sendOnce(m)
		switch {
		case code == "":
			w.ledger.acknowledge(m)
			return
		case slices.Contains(refusals, code):
			return
		case !sentAgain[code]:
			w.t.Errorf("%s was answered %s", m, code)
			return
		case time.Since(m.sent) > time.Minute:
			w.t.Errorf("%s was not answered in a minute; last: %s", m, code)
			return
		}
		w.goElsewhere()
		time.Sleep(pause) // as a client does
	}
}

func (w *soakWriter) sendOnce(m *soakMutation) (code string) {
	w.mu.Lock()
	w.record = m.record
	c := &client{url: w.servers[w.server].url, token: w.token, http: w.http}
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.record = ""
	}()
	a, err := c.tryMutate(m.name, "", m.input)
	switch {
	case err != nil:
		return noAnswer
	case len(a.Errors) > 0:
		code, _ = a.Errors[0].Extensions["code"].(string)
		if code == "INTERNAL_ERROR" || code == "" {
			code = a.Raw
		}
		return code
	}
	return errorCode(a.at(m.name))
}

// goElsewhere takes the next server, as a load balancer does with one that does not answer.
func (w *soakWriter) goElsewhere() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.server = (w.server + 1) % len(w.servers)
}

// onTheirWay are the records of mutations that one server works on; those of all for -1.
func (s *soak) onTheirWay(server int) (records []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.writers {
		if w.record != "" && (server < 0 || w.server == server) {
			records = append(records, w.record)
		}
	}
	return records
}
