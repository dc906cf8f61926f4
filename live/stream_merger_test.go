package live

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"deskwire/desk"
)

// fakeLog is a log in memory. Its cursors are opaque as the real ones are, and two that show the
// same differ in spelling.
type fakeLog struct {
	sync.Mutex
	events   []*desk.Event
	readings int
	down     bool
	fuse     int // the how-manieth reading from now fails; 0 is none
}

func (l *fakeLog) commit(n int) {
	l.Lock()
	defer l.Unlock()
	for range n {
		var id desk.ID
		binary.BigEndian.PutUint64(id[8:], uint64(len(l.events)+1))
		l.events = append(l.events, &desk.Event{ID: id, Mutation: "m" + strconv.Itoa(len(l.events))})
	}
}

func (l *fakeLog) read(ctx context.Context, cursor desk.Cursor) (desk.Batch, error) {
	l.Lock()
	defer l.Unlock()
	if l.fuse--; l.down || l.fuse == 0 {
		return desk.Batch{}, errors.New("the database is away")
	}
	l.readings++
	b := desk.Batch{Before: cursor, Cursor: fakeCursor(fmt.Sprintf("%d/%d", len(l.events), l.readings))}
	if cursor.IsZero() {
		return b, ctx.Err()
	}
	var at int
	if _, err := fmt.Sscanf(cursor.Epoch, "%d/", &at); err != nil || at > len(l.events) {
		return desk.Batch{}, desk.Refuse(desk.CodeInvalidInput, "not a cursor")
	}
	b.Events = slices.Clone(l.events[at:])
	return b, ctx.Err()
}

func fakeCursor(text string) desk.Cursor { return desk.Cursor{Epoch: text} }

// taker checks what a Tail gives.
type taker struct {
	sync.Mutex
	ids    []desk.ID
	cursor desk.Cursor
	broken string
}

func (k *taker) take(b desk.Batch) {
	k.Lock()
	defer k.Unlock()
	if !k.cursor.IsZero() && !b.Before.Equal(k.cursor) {
		k.broken = fmt.Sprintf("a batch follows %v, the last one ended at %v", b.Before, k.cursor)
	}
	k.cursor = b.Cursor
	for _, e := range b.Events {
		k.ids = append(k.ids, e.ID)
	}
}

// missing says what is wrong with what was taken, or "".
func (k *taker) missing(want []desk.ID) string {
	k.Lock()
	defer k.Unlock()
	for i, id := range want {
		if i >= len(k.ids) {
			return fmt.Sprintf("%d of %d events came", len(k.ids), len(want))
		}
		if k.ids[i] != id {
			return fmt.Sprintf("event %d is %s, not %s", i, k.ids[i], id)
		}
	}
	if len(k.ids) > len(want) {
		return fmt.Sprintf("%d events came, of %d", len(k.ids), len(want))
	}
	return k.broken
}

func (l *fakeLog) ids() []desk.ID {
	l.Lock()
	defer l.Unlock()
	out := make([]desk.ID, len(l.events))
	for i, e := range l.events {
		out[i] = e.ID
	}
	return out
}

// A stream that loses, repeats and mixes up batches of several leaders, and a database that is away
// at times: still each event is taken once and in order.
func TestStreamMergerTakesEachEventOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		log, k := &fakeLog{}, &taker{}
		f := newStreamMerger(log.read, k.take, quiet)
		if err := f.findStart(ctx, desk.Cursor{}); err != nil {
			t.Fatal(err)
		}
		var stream []desk.Batch
		leaders := make([]desk.Batch, 3) // where each stands
		done := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
			if f.streamCursor.IsZero() {
				return
			}
			var at, stream int // the invariants of the merger
			_, _ = fmt.Sscanf(f.cursor.Epoch, "%d/", &at)
			_, _ = fmt.Sscanf(f.streamCursor.Epoch, "%d/", &stream)
			for _, e := range log.events[min(at, stream):at] {
				if _, ok := f.expected[e.ID]; !ok {
					t.Fatalf("event %s lies between the stream and the cursor, and is not expected", e.ID)
				}
			}
			if at < stream {
				t.Fatalf("the cursor is behind the stream: %d, %d", at, stream)
			}
		}
		hear := func(i int) {
			b := stream[i]
			done(f.takeStreamed(ctx, &b))
		}
		t.Repeat(map[string]func(*rapid.T){
			"commit": func(t *rapid.T) { log.commit(rapid.IntRange(1, 3).Draw(t, "n")) },
			"leader publishes": func(t *rapid.T) {
				i := rapid.IntRange(0, len(leaders)-1).Draw(t, "leader")
				b, err := log.read(ctx, leaders[i].Cursor)
				if err != nil || len(b.Events) == 0 && !leaders[i].Cursor.IsZero() {
					return
				}
				if leaders[i] = b; len(b.Events) > 0 {
					stream = append(stream, b)
				}
			},
			"leader is born": func(t *rapid.T) { leaders[rapid.IntRange(0, len(leaders)-1).Draw(t, "leader")] = desk.Batch{} },
			"hear the last": func(*rapid.T) {
				if len(stream) > 0 {
					hear(len(stream) - 1)
				}
			},
			"hear any": func(t *rapid.T) {
				if len(stream) > 0 {
					hear(rapid.IntRange(0, len(stream)-1).Draw(t, "batch"))
				}
			},
			"look":                 func(*rapid.T) { _, err := f.readLog(ctx); done(err) },
			"database goes":        func(*rapid.T) { log.down = true },
			"database comes":       func(*rapid.T) { log.down = false },
			"a reading fails":      func(t *rapid.T) { log.fuse = rapid.IntRange(1, 3).Draw(t, "fuse") },
			"database comes again": func(*rapid.T) { log.down = false },
		})
		log.down, log.fuse = false, 0
		_, err := f.readLog(ctx)
		done(err)
		if wrong := k.missing(log.ids()); wrong != "" {
			t.Fatal(wrong)
		}
	})
}

// In step, the stream alone suffices: that is what the leader is for.
func TestStreamMergerInStepDoesNotRead(t *testing.T) {
	ctx := context.Background()
	log, k := &fakeLog{}, &taker{}
	f := newStreamMerger(log.read, k.take, quiet)
	if err := f.findStart(ctx, desk.Cursor{}); err != nil {
		t.Fatal(err)
	}
	leader, _ := log.read(ctx, desk.Cursor{})
	readings := 0
	for range 20 {
		log.commit(2)
		leader, _ = log.read(ctx, leader.Cursor)
		b := leader
		before := log.readings
		if err := f.takeStreamed(ctx, &b); err != nil {
			t.Fatal(err)
		}
		readings += log.readings - before
	}
	if wrong := k.missing(log.ids()); wrong != "" {
		t.Fatal(wrong)
	}
	if readings != 2 { // to get in step
		t.Fatalf("%d readings, want 2", readings)
	}
}

// A batch of another database is no reason to stop, and nothing of it is taken; a refused cursor of
// one's own is.
func TestStreamMergerTellsRefusals(t *testing.T) {
	ctx := context.Background()
	log, k := &fakeLog{}, &taker{}
	f := newStreamMerger(log.read, k.take, quiet)
	if err := f.findStart(ctx, desk.Cursor{}); err != nil {
		t.Fatal(err)
	}
	log.commit(1)
	foreign := desk.Batch{Before: fakeCursor("x"), Cursor: fakeCursor("foreign"), Events: []*desk.Event{{ID: desk.ID{9}}}}
	if err := f.takeStreamed(ctx, &foreign); err != nil || !f.readDirectly {
		t.Fatalf("a foreign batch: %v, direct %v", err, f.readDirectly)
	}
	if _, err := f.readLog(ctx); err != nil {
		t.Fatal(err)
	}
	if wrong := k.missing(log.ids()); wrong != "" {
		t.Fatal(wrong)
	}
	f.cursor = fakeCursor("none")
	if _, err := f.readLog(ctx); !isRefused(err) {
		t.Fatalf("a cursor that is none: %v", err)
	}
}

// A long batch travels in parts and comes out as it went in, or not at all.
func TestPartsOfABatch(t *testing.T) {
	t.Parallel()
	long := desk.Batch{Before: fakeCursor("a"), Cursor: fakeCursor("b")}
	text := strings.Repeat("ä", 50<<10)
	for i := range 12 {
		long.Events = append(long.Events, &desk.Event{ID: desk.ID{byte(i)}, Changes: []desk.Change{{Field: "text", New: &text}}})
	}
	parts := encode(t, splitBatch(long))
	if len(parts) < 3 {
		t.Fatalf("%d parts", len(parts))
	}
	for _, p := range parts {
		if len(p) > 1<<20 {
			t.Fatalf("a part of %d bytes: NATS takes 1 MiB", len(p))
		}
	}
	whole := func(parts ...[]byte) (n int) {
		var j partAssembler
		for _, p := range parts {
			if b, _ := j.assemble(p); b != nil {
				if !b.Before.Equal(fakeCursor("a")) || !b.Cursor.Equal(fakeCursor("b")) || len(b.Events) != len(long.Events) || *b.Events[11].Changes[0].New != text {
					t.Fatal("the batch came out as another one")
				}
				n++
			}
		}
		return n
	}
	other := encode(t, splitBatch(desk.Batch{Before: fakeCursor("a"), Cursor: fakeCursor("c"), Events: long.Events}))
	for name, c := range map[string]struct {
		parts [][]byte
		want  int
	}{
		"all":           {parts, 1},
		"twice":         {slices.Concat(parts, parts), 1 + 1},
		"one missing":   {slices.Delete(slices.Clone(parts), 1, 2), 0},
		"begun and all": {slices.Concat(parts[:2], parts), 1},
		"mixed":         {slices.Concat(parts[:1], other[1:]), 0},
		"noise":         {slices.Concat(parts[:1], [][]byte{[]byte("noise")}, parts[1:]), 0},
	} {
		if got := whole(c.parts...); got != c.want {
			t.Errorf("%s: %d batches, want %d", name, got, c.want)
		}
	}
}
