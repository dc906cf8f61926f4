package seed

import (
	"container/heap"
	"context"
	"encoding/binary"
	"iter"
	"math"
	"math/rand/v2"
	"time"

	"deskwire/db"
	"deskwire/desk"
)

// generator makes the rows in the order of time, some thousand conversations at once.
type generator struct {
	*accountSetup
	Options
	ctx   context.Context
	fill  *db.Fill
	r     *rand.Rand
	words *vocabulary

	contacts []desk.ID
	tickets  []*ticket
	waiting  messageHeap // messages that come after the conversations made so far
	eventsAt time.Time   // from when on the log is kept

	messages, events int
}

// batchSize is how many conversations are made at once.
const batchSize = 5_000

func newGenerator(s *accountSetup, o Options) *generator {
	r := newRandom(o.Random, "rows")
	return &generator{accountSetup: s, Options: o, r: r, words: newVocabulary(r), eventsAt: o.Until.Add(-o.Span / 100)}
}

func (m *generator) generate() error {
	if err := m.writeContacts(); err != nil {
		return err
	}
	for first := 0; first < m.Conversations; first += batchSize {
		if err := m.makeBatch(first, min(first+batchSize, m.Conversations)); err != nil {
			return err
		}
	}
	return m.writeTotals()
}

// startOf is when the conversation with that number began: the account grows, so later ones stand
// closer together.
func (m *generator) startOf(n, of int) time.Time {
	part := math.Pow(float64(n+1)/float64(of), 0.8)
	return m.Until.Add(-m.Span).Add(time.Duration(part * float64(m.Span))).Truncate(time.Millisecond)
}

// idAt makes a UUIDv7 of that time.
func (m *generator) idAt(at time.Time) (id desk.ID) {
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|m.r.Uint64()&0xfff)
	binary.BigEndian.PutUint64(id[8:], m.r.Uint64()&(1<<62-1)|1<<63)
	id[6] |= 0x70
	return id
}

// timeAfter is a time after another one, this long on average, and not in the future.
func (m *generator) timeAfter(after time.Time, average time.Duration) time.Time {
	at := after.Add(time.Duration(m.r.ExpFloat64() * float64(average))).Truncate(time.Millisecond)
	if at.After(m.Until) {
		return m.Until
	}
	return at
}

func (m *generator) happens(p float64) bool { return m.r.Float64() < p }

func pickAny[T any](m *generator, of []T) T { return of[m.r.IntN(len(of))] }

// pickSkewed takes the first ones far more often than the last ones.
func pickSkewed[T any](m *generator, of []T) T {
	return of[int(math.Pow(m.r.Float64(), 2.3)*float64(len(of)))]
}

func (m *generator) makeBatch(first, end int) error {
	made := make([]*conversation, 0, end-first)
	before := len(m.tickets)
	for n := first; n < end; n++ {
		c := m.newConversation(n)
		made = append(made, c)
		for _, msg := range c.messages {
			heap.Push(&m.waiting, msg)
		}
	}
	if err := m.writeCases(made, m.tickets[before:]); err != nil {
		return err
	}
	if err := m.writeMessages(made[len(made)-1].createdAt); err != nil {
		return err
	}
	if err := m.writeEvents(m.eventsOf(made, m.tickets[before:])); err != nil {
		return err
	}
	for _, t := range m.tickets[before:] {
		t.first, t.values = nil, nil // the rest is needed to the end
	}
	if m.Done != nil {
		m.Done(end)
	}
	return nil
}

// writeTotals writes what could only be known at the end.
func (m *generator) writeTotals() error {
	if err := m.writeMessages(m.Until.Add(time.Hour)); err != nil {
		return err
	}
	if err := m.copyRows("ticket_activity", "ticket_id last_activity_at", rowsOf(m.tickets, func(t *ticket) []any {
		return []any{rawID(t.id), t.lastAt}
	})); err != nil {
		return err
	}
	counters := [][]any{{"conversation", m.Conversations}}
	if len(m.tickets) > 0 {
		counters = append(counters, []any{"ticket", len(m.tickets)})
	}
	return m.copyRows("account_counters", "noun last", func(yield func([]any) bool) {
		for _, c := range counters {
			if !yield(c) {
				return
			}
		}
	})
}

func (m *generator) copyRows(table, columns string, rows iter.Seq[[]any]) error {
	return m.fill.Copy(m.ctx, table, columns, rows)
}

// rowsOf makes a row of each item.
func rowsOf[T any](all []T, row func(T) []any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, x := range all {
			if !yield(row(x)) {
				return
			}
		}
	}
}

// rawID is an id as COPY takes it.
func rawID(id desk.ID) [16]byte { return id }

func rawIDOrNull(id *desk.ID) any {
	if id == nil {
		return nil
	}
	return rawID(*id)
}

// messageHeap is a heap of messages by time.
type messageHeap []*message

func (h messageHeap) Len() int { return len(h) }
func (h messageHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return string(h[i].id[:]) < string(h[j].id[:])
}
func (h messageHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push is for package heap.
func (h *messageHeap) Push(x any) { *h = append(*h, x.(*message)) }

// Pop is for package heap.
func (h *messageHeap) Pop() any {
	all := *h
	last := all[len(all)-1]
	all[len(all)-1] = nil
	*h = all[:len(all)-1]
	return last
}
