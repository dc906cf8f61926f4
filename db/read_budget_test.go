package db_test

import (
	"errors"
	"testing"

	"deskwire/db"
	"deskwire/db/pg"
	"deskwire/db/read"
)

// The reads of one budget end where it ends, and take nothing with them.
func TestBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	read := func(r *read.Reader) error {
		_, err := r.PropertyDefinitions(ctx)
		return err
	}
	budget := pg.NewBudget(20_000, nil)
	within := w.store.ReaderFor(w.admin).Within(budget)
	reads := 0
	var err error
	for ; err == nil && reads < 1000; reads++ {
		err = read(within)
	}
	if !errors.Is(err, pg.ErrBudgetSpent) || !budget.Spent() || reads < 2 {
		t.Errorf("%d reads, then %v", reads, err)
	}
	if err := read(within); !errors.Is(err, pg.ErrBudgetSpent) {
		t.Errorf("spent: %v", err)
	}
	if err := read(w.store.ReaderFor(w.admin)); err != nil {
		t.Errorf("without a budget: %v", err)
	}
}
