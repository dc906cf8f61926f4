package heap

import "sync"

// Budget bounds the bytes that a server holds for others at once. Whoever is slow, and there may be
// thousands of them, makes others hold what they send or read; when the budget is spent, that is
// refused instead of taking the memory that everybody needs.
//
// Each use has a share of its own, so that one kind of flood leaves the others alone. The last part
// of a share is for holdings that are small: those who hold much can't keep out the many who ask
// for little.
type Budget struct {
	mu   sync.Mutex
	uses [useCount]useTotal
}

// Use is what bytes are held for.
type Use int

// The uses.
const (
	Messages  Use = iota // requests and messages, from their first byte until they have been handled
	Answers              // what answers are made of, and answers until they have been read
	Transfers            // pieces of files on their way

	useCount = iota
)

func (u Use) String() string { return [useCount]string{"messages", "answers", "transfers"}[u] }

// useTotal is how things stand with a use, in bytes.
type useTotal struct{ most, held int64 }

const (
	// reservedPart of a share is kept for small holdings.
	reservedPart = 8
	// smallHolding is the most that a holding may have to count as small: that of an ordinary
	// screen, as it is read and as it is answered.
	smallHolding = 512 << 10
)

// DefaultBudget lets an answer of the largest size be made, or two of half of it, while others are
// slow to read a few large ones: it takes three quarters of the share of answers.
const DefaultBudget = 256 << 20

// NewBudget makes a budget of that many bytes: half for answers, a quarter for messages and a
// quarter for transfers.
func NewBudget(bytes int64) *Budget {
	b := &Budget{}
	b.uses[Messages].most, b.uses[Answers].most, b.uses[Transfers].most = bytes/4, bytes/2, bytes/4
	return b
}

// Held is how many bytes are held for a use.
func (b *Budget) Held(use Use) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.uses[use].held
}

// Hold begins a holding, of nothing yet. It is to be released.
func (b *Budget) Hold(use Use) *Holding { return &Holding{budget: b, use: use} }

// Holding is what is held for one of the others. It may grow from several goroutines. A nil holding
// is not bounded.
type Holding struct {
	budget *Budget
	use    Use
	bytes  int64 // under the budget's lock
}

// Grow takes that many bytes more. False: the budget is spent, and nothing was taken.
func (h *Holding) Grow(bytes int) bool {
	if h == nil || bytes <= 0 {
		return true
	}
	h.budget.mu.Lock()
	defer h.budget.mu.Unlock()
	n, of := int64(bytes), &h.budget.uses[h.use]
	most := of.most
	if h.bytes+n > smallHolding {
		most -= most / reservedPart
	}
	if of.held+n > most {
		return false
	}
	of.held, h.bytes = of.held+n, h.bytes+n
	return true
}

// Shrink gives back all but so many bytes.
func (h *Holding) Shrink(bytes int) {
	if h == nil {
		return
	}
	h.budget.mu.Lock()
	defer h.budget.mu.Unlock()
	if back := h.bytes - int64(bytes); back > 0 {
		h.budget.uses[h.use].held -= back
		h.bytes -= back
	}
}

// Release gives all of it back. The holding may be used again.
func (h *Holding) Release() { h.Shrink(0) }
