package read

import "deskwire/db/pg"

// Budget is how many bytes may still be used for something. A [Reader] takes from one what its
// statements bring.
type Budget = pg.Budget

// NewBudget makes a budget of that many bytes. Grow is asked for each of them whether the process
// has room for it; nil: it always has.
func NewBudget(bytes int64, grow func(bytes int) bool) *Budget { return pg.NewBudget(bytes, grow) }

// ErrBudgetSpent ends a read that would bring more bytes than its budget has.
var ErrBudgetSpent = pg.ErrBudgetSpent
