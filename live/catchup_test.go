package live

import (
	"testing"
	"time"

	"deskwire/desk"
)

// readAt hands over what is new, by a reading that began then.
func (w *world) readAt(asked time.Time) {
	w.mu.Lock()
	b := desk.Batch{Before: w.read, Cursor: w.cursor(), Asked: asked}
	b.Events = w.between(b.Before, b.Cursor)
	w.read = b.Cursor
	w.mu.Unlock()
	w.hub.TakeBatch(b)
}

// TestHub_newcomerIsUpToDate: what was done before somebody subscribes is in the first payload, and
// not told again after it.
func TestHub_newcomerIsUpToDate(t *testing.T) {
	t.Parallel()
	nudges := make(chan struct{}, 100)
	w := newWorld(t, Options{WakeTail: func() { nudges <- struct{}{} }})
	before := time.Now()
	w.readAt(before)
	w.change(1) // nobody has read of it yet
	s := w.follow(w.ask(1, 0), newSink(t), nil)
	<-nudges
	w.readAt(before) // it had begun already
	<-nudges         // so another one is asked for
	if b, n := s.last(); n > 0 {
		t.Fatalf("a payload came before the log was read: %+v", b)
	}
	w.readAt(time.Now())
	if b := s.payloads(1); b.Reason != Snapshot || b.Value != 1 {
		t.Fatalf("the first payload is %+v", b)
	}
	s.settled()
	w.change(1)
	w.readAt(time.Now())
	if b := s.payloads(2); b.Reason != Change || b.Value != 2 || len(b.Events) != 1 {
		t.Errorf("the second payload is %+v, want the second change alone", b)
	}
}

// TestHub_newcomerIsNotHeldUp: where nobody reads the log, a newcomer gets what there is.
func TestHub_newcomerIsNotHeldUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.readAt(time.Now())
	s := w.follow(w.ask(1, 0), newSink(t), nil)
	if b := s.payloads(1); b.Reason != Snapshot {
		t.Errorf("the first payload is %+v", b)
	}
}
