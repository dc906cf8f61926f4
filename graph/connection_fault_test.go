package graph

import (
	"context"
	"errors"
	"testing"

	"deskwire/db/read"
	"deskwire/desk"
)

// TestUnified_ofPagesThatFail: where a page could not be read, that is told, and nobody looks into
// it.
func TestUnified_ofPagesThatFail(t *testing.T) {
	fault := errors.New("the database is away")
	pages := unified(func(context.Context, []desk.ID) (map[desk.ID]*read.Page[*desk.Contact], error) {
		return map[desk.ID]*read.Page[*desk.Contact]{{1}: nil}, fault
	}, func([]*desk.Contact) {})
	if found, err := pages(t.Context(), []desk.ID{{1}}); !errors.Is(err, fault) || found != nil {
		t.Errorf("it gave %v, %v", found, err)
	}
}
