package write

import (
	"context"
	"errors"
	"testing"
	"time"
)

// Who waits for a turn and goes away is told nothing; who has waited as long as they could is told
// that the record is busy.
func TestBulkheads_giveUp(t *testing.T) {
	t.Parallel()
	b := newBulkheads(1)
	if !b.tryEnter("ticket") || b.tryEnter("ticket") {
		t.Fatal("one has room, and not two")
	}
	gone, leave := context.WithCancel(context.Background())
	leave()
	if err := b.enter(gone, "ticket"); !errors.Is(err, context.Canceled) || errors.Is(err, ErrBusy) {
		t.Errorf("who has gone is told %v", err)
	}
	late, end := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer end()
	if err := b.enter(late, "ticket"); !errors.Is(err, ErrBusy) {
		t.Errorf("who can't wait any longer is told %v", err)
	}
	if n := len(b.of["ticket"].waiting); n != 0 {
		t.Errorf("%d stand in the queue still", n)
	}
}
