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

// maker makes the rows in the order of time, some thousand conversations at once.
type maker struct {
	*setUp
	Options
	ctx   context.Context
	fill  *db.Fill
	r     *rand.Rand
	words *vocabulary

	contacts []desk.ID
	tickets  []*ticket
	waiting  later     // messages that come after the conversations made so far
	eventsAt time.Time // from when on the log is kept

	messages, events int
}

// batch is how many conversations are made at once.
const batch = 5_000

func newMaker(s *setUp, o Options) *maker {
	r := newRandom(o.Random, "rows")
	return &maker{setUp: s, Options: o, r: r, words: newVocabulary(r), eventsAt: o.Until.Add(-o.Span / 100)}
}

func (m *maker) run() error {
	if err := m.makeContacts(); err != nil {
		return err
	}
	for first := 0; first < m.Conversations; first += batch {
		if err := m.makeBatch(first, min(first+batch, m.Conversations)); err != nil {
			return err
		}
	}
	return m.finish()
}

// moment is when the conversation with that number began: the account grows, so later ones stand closer together.
func (m *maker) moment(n, of int) time.Time {
	part := math.Pow(float64(n+1)/float64(of), 0.8)
	return m.Until.Add(-m.Span).Add(time.Duration(part * float64(m.Span))).Truncate(time.Millisecond)
}

// id makes a UUIDv7 of that time.
func (m *maker) id(at time.Time) (id desk.ID) {
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|m.r.Uint64()&0xfff)
	binary.BigEndian.PutUint64(id[8:], m.r.Uint64()&(1<<62-1)|1<<63)
	id[6] |= 0x70
	return id
}

// soon is a time after another one, this long on average, and not in the future.
func (m *maker) soon(after time.Time, average time.Duration) time.Time {
	at := after.Add(time.Duration(m.r.ExpFloat64() * float64(average))).Truncate(time.Millisecond)
	if at.After(m.Until) {
		return m.Until
	}
	return at
}

func (m *maker) chance(p float64) bool { return m.r.Float64() < p }

func anyOf[T any](m *maker, of []T) T { return of[m.r.IntN(len(of))] }

// mostlyFirst takes the first ones far more often than the last ones.
func mostlyFirst[T any](m *maker, of []T) T {
	return of[int(math.Pow(m.r.Float64(), 2.3)*float64(len(of)))]
}

func (m *maker) makeBatch(first, end int) error {
	made := make([]*conversation, 0, end-first)
	before := len(m.tickets)
	for n := first; n < end; n++ {
		c := m.conversation(n)
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
	if err := m.writeEvents(m.happened(made, m.tickets[before:])); err != nil {
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

// finish writes what could only be known at the end.
func (m *maker) finish() error {
	if err := m.writeMessages(m.Until.Add(time.Hour)); err != nil {
		return err
	}
	if err := m.copyAll("ticket_activity", "ticket_id last_activity_at", each(m.tickets, func(t *ticket) []any {
		return []any{raw(t.id), t.lastAt}
	})); err != nil {
		return err
	}
	counters := [][]any{{"conversation", m.Conversations}}
	if len(m.tickets) > 0 {
		counters = append(counters, []any{"ticket", len(m.tickets)})
	}
	return m.copyAll("account_counters", "noun last", func(yield func([]any) bool) {
		for _, c := range counters {
			if !yield(c) {
				return
			}
		}
	})
}

func (m *maker) copyAll(table, columns string, rows iter.Seq[[]any]) error {
	return m.fill.Copy(m.ctx, table, columns, rows)
}

// each makes a row of each.
func each[T any](all []T, row func(T) []any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, x := range all {
			if !yield(row(x)) {
				return
			}
		}
	}
}

// raw is an id as COPY takes it.
func raw(id desk.ID) [16]byte { return id }

func rawOrNull(id *desk.ID) any {
	if id == nil {
		return nil
	}
	return raw(*id)
}

// later is a heap of messages by time.
type later []*message

func (h later) Len() int { return len(h) }
func (h later) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return string(h[i].id[:]) < string(h[j].id[:])
}
func (h later) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push is for package heap.
func (h *later) Push(x any) { *h = append(*h, x.(*message)) }

// Pop is for package heap.
func (h *later) Pop() any {
	all := *h
	last := all[len(all)-1]
	all[len(all)-1] = nil
	*h = all[:len(all)-1]
	return last
}
