package read

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// PropertyDefinitions are the properties of tickets: the built-in ones first, then the account's
// own by key, archived ones too.
func (r *Reader) PropertyDefinitions(ctx context.Context) ([]*desk.PropertyDefinition, error) {
	own, err := cachedRows(r, func(c *configCache) *cachedList[desk.PropertyDefinition] { return &c.definitions }, func() ([]*desk.PropertyDefinition, error) {
		return pg.Query[desk.PropertyDefinition](ctx, r, "SELECT * FROM property_definitions WHERE account_id = ? ORDER BY key", r.actor.Account.ID)
	})
	return append(desk.BuiltInProperties(r.actor.Account), own...), err
}

// Layouts are the layouts that concern the actor: their own, and the account's default, as far as
// somebody has chosen.
func (r *Reader) Layouts(ctx context.Context) ([]*desk.PropertyLayout, error) {
	owners := []desk.ID{r.actor.Account.ID}
	if r.actor.Agent != nil {
		owners = append(owners, r.actor.Agent.ID)
	}
	return pg.Query[desk.PropertyLayout](ctx, r, "SELECT * FROM property_layouts WHERE account_id = ? AND owner_id = ?",
		r.actor.Account.ID, pg.OneOf(owners))
}
