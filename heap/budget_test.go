package heap

import (
	"sync"
	"testing"
)

// TestBudget: what is refused takes nothing, the small find room where the large have taken all of
// theirs, and each use has its own share.
func TestBudget(t *testing.T) {
	t.Parallel()
	const mega = 1 << 20
	b := NewBudget(64 * mega) // 32 for answers, of which 4 are for the small
	large, small := b.Hold(Answers), b.Hold(Answers)
	for _, step := range []struct {
		what  string
		of    *Holding
		bytes int
		want  bool
		held  int64
	}{
		{"all that is for the large", large, 28 * mega, true, 28 * mega},
		{"one byte more", large, 1, false, 28 * mega},
		{"a small one beside it", small, smallHolding, true, 28*mega + smallHolding},
		{"one that stays small no longer", small, 1, false, 28*mega + smallHolding},
		{"nothing", large, 0, true, 28*mega + smallHolding},
	} {
		if got := step.of.Grow(step.bytes); got != step.want || b.Held(Answers) != step.held {
			t.Errorf("%s: %v, and %d bytes are held", step.what, got, b.Held(Answers))
		}
	}
	if !b.Hold(Messages).Grow(14*mega) || !b.Hold(Transfers).Grow(14*mega) {
		t.Error("one use has taken the share of another one")
	}
	large.Shrink(10 * mega)
	large.Shrink(20 * mega) // it has less
	if small.Release(); b.Held(Answers) != 10*mega || !small.Grow(18*mega) {
		t.Errorf("%d bytes are held when most was given back", b.Held(Answers))
	}
	small.Release()
	small.Release()
	if large.Release(); b.Held(Answers) != 0 {
		t.Errorf("%d bytes are held when all was given back", b.Held(Answers))
	}
	var none *Holding
	if none.Release(); !none.Grow(1 << 40) {
		t.Error("what has no budget is bounded")
	}
}

func TestBudget_many(t *testing.T) {
	t.Parallel()
	b := NewBudget(1 << 20)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			h := b.Hold(Messages)
			for i := range 1000 {
				if h.Grow(i); b.Held(Messages) > 1<<18 {
					t.Error("more is held than may be")
				}
				h.Release()
			}
		})
	}
	all.Wait()
	if n := b.Held(Messages); n != 0 {
		t.Errorf("%d bytes are held by nobody", n)
	}
}
