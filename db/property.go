package db

import (
	"context"

	"deskwire/desk"
)

// PropertyDefinitions are the properties of tickets: the built-in ones first, then the account's own by
// key, archived ones too.
func (s *Store) PropertyDefinitions(ctx context.Context, by *desk.Actor) ([]*desk.PropertyDefinition, error) {
	own, err := setUp(ctx, func(u *setup) *kept[desk.PropertyDefinition] { return &u.definitions }, func() ([]*desk.PropertyDefinition, error) {
		return rows[desk.PropertyDefinition](ctx, s, "SELECT * FROM property_definitions WHERE account_id = ? ORDER BY key", by.Account.ID)
	})
	return append(desk.BuiltInProperties(by.Account), own...), err
}

// Layouts are the layouts that concern the actor: their own, and the account's default, as far as somebody has chosen.
func (s *Store) Layouts(ctx context.Context, by *desk.Actor) ([]*desk.PropertyLayout, error) {
	owners := []desk.ID{by.Account.ID}
	if by.Agent != nil {
		owners = append(owners, by.Agent.ID)
	}
	return rows[desk.PropertyLayout](ctx, s, "SELECT * FROM property_layouts WHERE account_id = ? AND owner_id = ANY(?::uuid[])",
		by.Account.ID, uuidArray(owners))
}
