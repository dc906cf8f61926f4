package write

import (
	"context"
	"slices"
	"strconv"

	"deskwire/desk"
)

// CreateProperty makes a custom property.
func (t *Tx) CreateProperty(ctx context.Context, key, label, description string, pt desk.PropertyType, options []desk.PropertyOption) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	n, err := t.NewSelect().Model((*desk.PropertyDefinition)(nil)).Where("account_id = ?", t.Act.By.Account.ID).Count(ctx)
	if err != nil {
		return err
	}
	d, err := desk.NewProperty(t.Act, key, label, description, pt, options, int(n))
	if err != nil {
		return err
	}
	t.out.PropertyDefinition = d
	d.Slot, err = t.findFreeSlot(ctx, pt)
	return err
}

// The columns for values of properties, by how they are compared.
const textSlots, numberSlots = 16, 8

// findFreeSlot is a column that no property of the account has yet; nil when there is none, and for
// lists.
func (t *Tx) findFreeSlot(ctx context.Context, pt desk.PropertyType) (*string, error) {
	letter, n := "t", textSlots
	switch pt {
	case desk.TypeOptions:
		return nil, nil
	case desk.TypeNumber:
		letter, n = "n", numberSlots
	}
	var taken []string
	err := t.NewSelect().Model((*desk.PropertyDefinition)(nil)).Column("slot").Where("account_id = ? AND slot IS NOT NULL", t.Act.By.Account.ID).Scan(ctx, &taken)
	for i := range n {
		if slot := letter + strconv.Itoa(i+1); err == nil && !slices.Contains(taken, slot) {
			return &slot, nil
		}
	}
	return nil, err
}

// changeProperty runs one rule on a property, built in or not.
func (t *Tx) changeProperty(ctx context.Context, ref desk.Ref, expected *int, rule func(*desk.PropertyDefinition) error) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	d, err := t.lockProperty(ctx, ref)
	if err != nil {
		return err
	}
	if err := desk.Expect(d, expected); err != nil {
		return err
	}
	t.out.PropertyDefinition = d
	return rule(d)
}

func (t *Tx) lockProperty(ctx context.Context, ref desk.Ref) (*desk.PropertyDefinition, error) {
	account := t.Act.By.Account
	if ref.Kind == desk.KindProperty && ref.ID == account.ID {
		for _, d := range desk.BuiltInProperties(account) {
			if d.Key == ref.Part {
				return d, nil
			}
		}
	}
	return findRecord[desk.PropertyDefinition](ctx, t, ref.As(desk.KindProperty), "property", "propertyDefinitionId")
}

// UpdateProperty changes how a property is called and which options it has.
func (t *Tx) UpdateProperty(ctx context.Context, ref desk.Ref, expected *int, label, description *string, options *[]desk.PropertyOption) error {
	return t.changeProperty(ctx, ref, expected, func(d *desk.PropertyDefinition) error {
		return d.Update(t.Act, label, description, options)
	})
}

// ArchiveProperty takes a property out of use.
func (t *Tx) ArchiveProperty(ctx context.Context, ref desk.Ref, expected *int) error {
	return t.changeProperty(ctx, ref, expected, func(d *desk.PropertyDefinition) error { return d.Archive(t.Act) })
}
