package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"deskwire/desk"
)

// world is a log as Postgres keeps it, with records that it tells of: transactions get their
// numbers before they commit, and commit in any order.
type world struct {
	t   testing.TB
	hub *Hub

	mu      sync.Mutex
	epoch   string
	next    uint64          // number of the next transaction
	high    uint64          // one more than the latest that has ended
	open    map[uint64]bool // on their way
	events  []*desk.Event   // as committed
	records map[desk.ID]*record
	read    desk.Cursor // how far the hub has been told
	gone    bool        // what was missed is not told any more
	breaks  func() bool // whether the next payload can't be made
	made    map[string]int
}

// record is something that changes, and that shows another one.
type record struct {
	value int
	shows desk.ID
}

// body is a payload of the world's asks.
type body struct {
	Class  int
	Reason Reason
	Value  int    // of the record
	Shows  string // the record that it shows
	Other  int    // that one's value
	Events []string
}

func newWorld(t testing.TB, o Options) *world {
	w := &world{t: t, epoch: "one", next: 10, high: 10, open: map[uint64]bool{}, records: map[desk.ID]*record{}, made: map[string]int{}}
	o.MissedEvents, o.Log = w.missed, slog.New(slog.DiscardHandler)
	w.hub = NewHub(o)
	t.Cleanup(w.hub.Close)
	w.read = w.cursor()
	w.hub.StartAt(w.read)
	return w
}

func id(n int) desk.ID { return desk.ID{15: byte(n), 14: byte(n >> 8)} }

var tenant = id(250)

// cursor is where the log stands. Call it locked, or alone.
func (w *world) cursor() desk.Cursor {
	c := desk.Cursor{Epoch: w.epoch, Max: w.high}
	for x := range w.open {
		if x < w.high {
			c.Open = append(c.Open, x)
		}
	}
	slices.Sort(c.Open)
	return c
}

func (w *world) here() desk.Cursor {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cursor()
}

// begin begins a transaction.
func (w *world) begin() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.next
	w.next++
	w.open[x] = true
	return x
}

// commit ends it with a change of the record, or with none.
func (w *world) commit(x uint64, kind desk.Kind, rec desk.ID, shows desk.ID) *desk.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.open, x)
	w.high = max(w.high, x+1)
	if kind == "" {
		return nil
	}
	e := &desk.Event{AccountID: tenant, ID: desk.ID{0: 1, 8: byte(x >> 8), 9: byte(x)}, EntityKind: kind, EntityID: rec, Xid: x}
	w.events = append(w.events, e)
	r := w.record(rec)
	r.value++
	if !shows.IsZero() {
		r.shows = shows
	}
	return e
}

func (w *world) record(rec desk.ID) *record {
	if w.records[rec] == nil {
		w.records[rec] = &record{}
	}
	return w.records[rec]
}

// change is a transaction of one event, told to nobody yet.
func (w *world) change(rec int) *desk.Event {
	return w.commit(w.begin(), desk.KindConversation, id(rec), desk.ID{})
}

// between are the events of one place of the log and not of the other one, in the order of the log.
func (w *world) between(after, until desk.Cursor) (events []*desk.Event) {
	for _, e := range w.events {
		if until.Has(e.Xid) && !after.Has(e.Xid) {
			events = append(events, e)
		}
	}
	slices.SortFunc(events, func(a, b *desk.Event) int { return int(a.Xid) - int(b.Xid) })
	return events
}

// tell hands what is new to the hub.
func (w *world) tell() {
	w.mu.Lock()
	b := desk.Batch{Before: w.read, Cursor: w.cursor()}
	b.Events = w.between(b.Before, b.Cursor)
	w.read = b.Cursor
	w.mu.Unlock()
	w.hub.TakeBatch(b)
}

// restore puts the log back: it counts anew, with the epoch that it had or with another one.
func (w *world) restore(epoch string) {
	w.mu.Lock()
	w.epoch, w.events, w.open, w.next, w.high = epoch, nil, map[uint64]bool{}, 10, 10
	b := desk.Batch{Before: w.read, Cursor: w.cursor(), Anew: true}
	w.read = b.Cursor
	w.mu.Unlock()
	w.hub.TakeBatch(b)
}

func (w *world) missed(_ context.Context, _ desk.ID, after, until desk.Cursor, _ time.Time) ([]*desk.Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone || after.Epoch != until.Epoch {
		return nil, desk.ErrGone
	}
	return w.between(after, until), nil
}

var errBroken = errors.New("live: the world is broken")

// ask follows a record.
func (w *world) ask(rec, class int) *Query {
	a := &Query{Key: fmt.Sprintf("record %d class %d", rec, class), Account: tenant, Source: rec}
	a.Render = func(_ context.Context, t RenderRequest) (Rendered, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.made[a.Key+fmt.Sprint(" ", t.Tick)]++
		if w.breaks != nil && w.breaks() {
			return Rendered{}, errBroken
		}
		r := w.record(id(rec))
		deps := []Dependency{{Kind: desk.KindConversation, ID: id(rec)}}
		b := body{Class: class, Reason: t.Reason, Value: r.value, Events: names(t.Events)}
		if !r.shows.IsZero() {
			deps = append(deps, Dependency{Kind: desk.KindTicket, ID: r.shows})
			b.Shows, b.Other = r.shows.String(), w.record(r.shows).value
		}
		return Rendered{Body: b.text(), Deps: deps}, nil
	}
	return a
}

// askLog follows the log, in pages of this many events.
func (w *world) askLog(class, page int) *Query {
	a := &Query{Key: fmt.Sprintf("log class %d", class), Account: tenant, Source: -1, Log: true}
	a.Render = func(_ context.Context, t RenderRequest) (Rendered, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.breaks != nil && w.breaks() {
			return Rendered{}, errBroken
		}
		if t.Reason != Change {
			return Rendered{Body: body{Class: class, Reason: t.Reason}.text(), Cursor: t.Cursor}, nil
		}
		if t.After.Epoch != t.Cursor.Epoch {
			return Rendered{}, desk.ErrGone
		}
		events, at := w.between(t.After, t.Cursor), t.Cursor
		if len(events) > page {
			events = events[:page]
			at = t.After.UpTo(events[page-1].Xid, t.Cursor)
		}
		if len(events) == 0 {
			return Rendered{Cursor: at}, nil
		}
		return Rendered{Body: body{Class: class, Reason: t.Reason, Events: names(events)}.text(), Cursor: at}, nil
	}
	return a
}

func (b body) text() []byte {
	text, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return text
}

func names(events []*desk.Event) (ids []string) {
	for _, e := range events {
		ids = append(ids, e.ID.String())
	}
	return ids
}

// sink remembers what it gets.
type sink struct {
	t   testing.TB
	sub *Subscription

	mu      sync.Mutex
	room    int // how many payloads it takes before it is full; negative: any number
	full    bool
	got     []body
	cursors []desk.Cursor
	refused string
	ended   bool
	late    int // payloads after the end
	hold    chan struct{}
	held    atomic.Bool
}

func newSink(t testing.TB) *sink { return &sink{t: t, room: -1} }

func (s *sink) Deliver(d *Delivery) bool {
	if s.hold != nil {
		s.held.Store(true)
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		s.late++
	}
	if s.room == 0 {
		s.full = true
		return false
	}
	s.room--
	var b body
	if text := d.Buf[Headroom : Headroom+len(d.Body)]; !strings.HasPrefix(string(text), "{") || json.Unmarshal(text, &b) != nil {
		s.t.Errorf("delivered %q", text)
	}
	s.got, s.cursors = append(s.got, b), append(s.cursors, d.Cursor)
	return true
}

func (s *sink) Refuse(body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = string(body)
}

func (s *sink) Ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.room != 0
}

// empty makes room, and wakes the subscription if it has found none.
func (s *sink) empty(room int) {
	s.mu.Lock()
	s.room = room
	wake := s.full && room != 0
	s.full = s.full && !wake
	s.mu.Unlock()
	if wake {
		s.sub.SinkReady()
	}
}

func (s *sink) end() {
	s.sub.Unsubscribe()
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
}

func (s *sink) last() (b body, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.got) > 0 {
		b = s.got[len(s.got)-1]
	}
	return b, len(s.got)
}

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

func waitFor(t testing.TB, what string, yes func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !yes(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// payloads waits for that many, and gives the last one.
func (s *sink) payloads(n int) body {
	s.t.Helper()
	waitFor(s.t, fmt.Sprintf("payload %d", n), func() bool { _, have := s.last(); return have >= n })
	b, have := s.last()
	if have > n {
		s.t.Fatalf("%d payloads, want %d: %+v", have, n, s.got)
	}
	return b
}
