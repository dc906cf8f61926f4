//go:build unix

package e2e

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// soakMutation is one that was sent, maybe several times with the same key.
type soakMutation struct {
	name, record, key string
	writes            soakTrace
	input             vars
	sent, answered    time.Time
}

// soakTrace is what tells how often a mutation was done, beside its key: its key stands in it.
type soakTrace int

const (
	aKey  soakTrace = iota // nothing else
	aText                  // a message or comment, and the event of it
	aName                  // an event of a new name
)

func (m *soakMutation) String() string { return fmt.Sprintf("%s of %s (%s)", m.name, m.record, m.key) }

// hold is a time in which a fault holds records, or everything.
type hold struct {
	records  []string
	all      bool
	from, to time.Time
}

// ledger notes what was acknowledged.
type ledger struct {
	acknowledged atomic.Int64

	mu    sync.Mutex
	round []*soakMutation
	holds []*hold

	// Of all rounds; only the test itself looks.
	began                       time.Time
	all                         []*soakMutation
	lost, doubled, missed, gone int
	longest                     longestWait
	longestOf                   map[string]time.Duration // by faults
	forgiven                    hold                     // what was done then is gone with a snapshot
}

type longestWait struct {
	wait time.Duration
	what string
}

func (l *ledger) beginRound() {
	l.mu.Lock()
	defer l.mu.Unlock()
	// Events have the time of the server in milliseconds.
	l.round, l.holds, l.forgiven, l.began = nil, nil, hold{}, time.Now().Add(-time.Second)
}

func (l *ledger) acknowledge(m *soakMutation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m.answered, m.input = time.Now(), nil
	l.round = append(l.round, m)
	l.acknowledged.Add(1)
}

// hold notes that a fault holds some records from now on; without any, that it holds everything.
// The function that it gives ends that.
func (l *ledger) hold(records ...string) (release func()) {
	return l.holdSince(time.Now(), records...)
}

func (l *ledger) holdSince(from time.Time, records ...string) (release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := &hold{records: records, all: len(records) == 0, from: from}
	l.holds = append(l.holds, h)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		h.to = time.Now()
	}
}

// freeWait is how long a mutation took without the time in which a fault held its record.
func (l *ledger) freeWait(m *soakMutation) time.Duration {
	wait := m.answered.Sub(m.sent)
	for _, h := range l.holds {
		from, to := h.from, h.to
		if !h.all && !slices.Contains(h.records, m.record) {
			continue
		}
		if from.Before(m.sent) {
			from = m.sent
		}
		if to.After(m.answered) {
			to = m.answered
		}
		wait -= max(0, to.Sub(from))
	}
	return wait
}

// endRound counts the waits of a round. Nobody writes any more.
func (l *ledger) endRound(t *testing.T, fault string) {
	if l.longestOf == nil {
		l.longestOf = map[string]time.Duration{}
	}
	for _, m := range l.round {
		wait := l.freeWait(m)
		l.longestOf[fault] = max(l.longestOf[fault], wait)
		if wait > l.longest.wait {
			l.longest = longestWait{wait, m.name + " during: " + fault}
		}
		if wait > longestFreeWait {
			t.Errorf("%s: %s took %v, %v of it while nothing held it", fault, m, m.answered.Sub(m.sent), wait)
		}
	}
}

// verify looks for what was acknowledged in this round.
func (l *ledger) verify(t *testing.T, conn sqlConn, after string) {
	t.Helper()
	counts := countSoakTraces(t, conn, l.round, l.began)
	l.round = slices.DeleteFunc(l.round, func(m *soakMutation) bool {
		gone := counts.keys[m.key] == 0 && m.answered.After(l.forgiven.from) && m.answered.Before(l.forgiven.to)
		if gone {
			l.gone++
			l.acknowledged.Add(-1)
		}
		return gone
	})
	l.compare(t, l.round, counts, "after "+after)
	l.all = append(l.all, l.round...)
}

// verifyAll looks for all that was ever acknowledged.
func (l *ledger) verifyAll(t *testing.T, conn sqlConn) {
	t.Helper()
	l.compare(t, l.all, countSoakTraces(t, conn, l.all, time.Time{}), "in the end")
}

func (l *ledger) compare(t *testing.T, all []*soakMutation, counts soakTraces, when string) {
	t.Helper()
	for _, m := range all {
		found := []int{counts.keys[m.key]}
		switch m.writes {
		case aText:
			found = append(found, counts.texts[m.key], counts.events[m.key])
		case aName:
			found = append(found, counts.names[m.key])
		}
		if allEqual(found, 1) {
			continue
		}
		if slices.Max(found) > 1 {
			l.doubled++
		} else {
			l.lost++
		}
		if l.doubled+l.lost < 20 {
			t.Errorf("%s: %s, sent %v and acknowledged %v, has left %v", when, m, m.sent, m.answered, found)
		}
	}
}

// soakTraces are how often keys are found: as such, in texts, in events of texts, and in new names.
type soakTraces struct{ keys, texts, events, names map[string]int }

// countSoakTraces counts what mutations have left since a time, in a few statements for all.
func countSoakTraces(t *testing.T, conn sqlConn, all []*soakMutation, since time.Time) soakTraces {
	t.Helper()
	var keys []string
	for _, m := range all {
		keys = append(keys, m.key)
	}
	count := func(sql string, args ...any) map[string]int {
		t.Helper()
		rows, err := conn.Query(context.Background(), sql, append([]any{keys}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		found := map[string]int{}
		for rows.Next() {
			var key string
			var n int
			if err := rows.Scan(&key, &n); err != nil {
				t.Fatal(err)
			}
			found[key] = n
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return found
	}
	return soakTraces{
		keys:  count("SELECT key, count(*) FROM idempotency_keys WHERE key = ANY($1) GROUP BY key"),
		texts: count("SELECT text, count(*) FROM messages WHERE text = ANY($1) GROUP BY text"),
		events: count(`SELECT m.text, count(*) FROM messages AS m JOIN events AS e ON e.account_id = m.account_id AND e.entity_id = m.id
			AND e.kind IN ('MESSAGE_RECEIVED', 'MESSAGE_SENT', 'COMMENT_CREATED') WHERE m.text = ANY($1) AND e.at >= $2 GROUP BY m.text`, since),
		names: count(`SELECT c->>'new', count(*) FROM events AS e, jsonb_array_elements(e.changes) AS c
			WHERE e.at >= $2 AND c->>'field' = 'name' AND c->>'new' = ANY($1) GROUP BY c->>'new'`, since),
	}
}

// forgive notes that what was acknowledged since a time was put back.
func (l *ledger) forgive(since time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forgiven = hold{from: since, to: time.Now()}
}
