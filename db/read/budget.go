package read

import "deskwire/db/pg"

// Budget is how many bytes may still be used for something. A [Reader] takes from one what its
// statements bring.
type Budget = pg.Budget

// NewBudget makes a budget of that many bytes.
func NewBudget(bytes int64) *Budget { return pg.NewBudget(bytes) }

// ErrBudgetSpent ends a read that would bring more bytes than its budget has.
var ErrBudgetSpent = pg.ErrBudgetSpent
