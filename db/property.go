package db

import (
	"context"

	"deskwire/desk"
)

// PropertyDefinitions are the properties of tickets: the built-in ones first, then the account's own by
// key, archived ones too.
func (r *Reader) PropertyDefinitions(ctx context.Context) ([]*desk.PropertyDefinition, error) {
	own, err := cached(r, func(c *configCache) *cachedList[desk.PropertyDefinition] { return &c.definitions }, func() ([]*desk.PropertyDefinition, error) {
		return rows[desk.PropertyDefinition](ctx, r, "SELECT * FROM property_definitions WHERE account_id = ? ORDER BY key", r.by.Account.ID)
	})
	return append(desk.BuiltInProperties(r.by.Account), own...), err
}

// Layouts are the layouts that concern the actor: their own, and the account's default, as far as somebody has chosen.
func (r *Reader) Layouts(ctx context.Context) ([]*desk.PropertyLayout, error) {
	owners := []desk.ID{r.by.Account.ID}
	if r.by.Agent != nil {
		owners = append(owners, r.by.Agent.ID)
	}
	return rows[desk.PropertyLayout](ctx, r, "SELECT * FROM property_layouts WHERE account_id = ? AND owner_id = ANY(?::uuid[])",
		r.by.Account.ID, uuidArray(owners))
}
