package write

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// SetLayout chooses the properties that the details panel shows (R13), or takes a choice back when
// keys is nil.
func (t *Tx) SetLayout(ctx context.Context, scope desk.LayoutScope, keys []string, expected *int) error {
	if scope == desk.LayoutAccount {
		if err := t.Act.By.CheckAdmin(); err != nil {
			return err
		}
	}
	l, err := t.findLayout(ctx, scope)
	if err != nil {
		return err
	}
	if err := desk.Expect(l, expected); err != nil {
		return err
	}
	var defs []*desk.PropertyDefinition
	if err := t.NewSelect().Model(&defs).Where("account_id = ? AND archived_at IS NULL", l.AccountID).Scan(ctx); err != nil {
		return err
	}
	if err := l.Set(t.Act, keys, defs); err != nil || l.Chosen() {
		t.out.Layout = l
		return err
	}
	// The answer is what applies in its place.
	behind := []*desk.PropertyLayout{}
	if scope == desk.LayoutMine {
		of, err := t.findLayout(ctx, desk.LayoutAccount)
		if err != nil {
			return err
		}
		if of.Chosen() {
			behind = append(behind, of)
		}
	}
	t.out.Layout = desk.InForce(t.Act.By, behind)
	return nil
}

// findLayout locks the layout and loads it; one that nobody has chosen has version 0.
func (t *Tx) findLayout(ctx context.Context, scope desk.LayoutScope) (*desk.PropertyLayout, error) {
	l := &desk.PropertyLayout{AccountID: t.Act.By.Account.ID, OwnerID: t.Act.By.Account.ID, Scope: scope}
	if scope == desk.LayoutMine {
		if t.Act.By.Agent == nil {
			return nil, desk.NotFound("agent")
		}
		l.OwnerID = t.Act.By.Agent.ID
	}
	t.lockConfigShared()
	if err := t.lock(ctx, "layout", l.OwnerID); err != nil {
		return nil, err
	}
	there, err := pg.Found(t.NewSelect().Model(l).WherePK().Scan(ctx))
	if there && l.PropertyKeys == nil { // as an empty array is read
		l.PropertyKeys = []string{}
	}
	return l, err
}
