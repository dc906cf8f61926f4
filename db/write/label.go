package write

import (
	"context"
	"slices"

	"deskwire/db/pg"
	"deskwire/desk"
)

// CreateLabel makes a label.
func (t *Tx) CreateLabel(ctx context.Context, p desk.LabelPatch) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	n, err := t.NewSelect().Model((*desk.Label)(nil)).Where("account_id = ? AND archived_at IS NULL", t.Act.By.Account.ID).Count(ctx)
	if err != nil {
		return err
	}
	t.out.Label, err = desk.NewLabel(t.Act, p, int(n))
	return err
}

func (t *Tx) changeLabel(ctx context.Context, id desk.ID, expected *int, rule func(*desk.Label) error) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	l, err := findRecord[desk.Label](ctx, t, id, "label", "labelId")
	if err != nil {
		return err
	}
	if err := desk.Expect(l, expected); err != nil {
		return err
	}
	t.out.Label = l
	return rule(l)
}

// UpdateLabel changes how a label is called and looks.
func (t *Tx) UpdateLabel(ctx context.Context, id desk.ID, expected *int, p desk.LabelPatch) error {
	return t.changeLabel(ctx, id, expected, func(l *desk.Label) error { return l.Update(t.Act, p) })
}

// ArchiveLabel takes a label out of use.
func (t *Tx) ArchiveLabel(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeLabel(ctx, id, expected, func(l *desk.Label) error { return l.Archive(t.Act) })
}

// Labeling says what to do with labels of a conversation.
type Labeling string

// The ways of labelling.
const (
	SetLabels    Labeling = "set" // exactly these
	AddLabels    Labeling = "add"
	RemoveLabels Labeling = "remove"
)

// LabelConversation sets, adds or removes labels of a conversation.
func (t *Tx) LabelConversation(ctx context.Context, how Labeling, id desk.ID, expected *int, labels []desk.ID) error {
	t.lockConfigShared()
	if len(labels) > desk.MaxLabelsOfOne {
		return desk.Refuse(desk.CodeLimitReached, "A conversation can have at most %d labels. Remove some first.", desk.MaxLabelsOfOne).At("labelIds")
	}
	labels, err := t.checkIDs(ctx, "labels", labels, "label", "labelIds")
	if err != nil {
		return err
	}
	return t.changeConversation(ctx, id, expected, func(_ *desk.Case, c *desk.Conversation) error {
		had, err := t.linkedIDs(ctx, "conversation_labels", "label_id", "conversation_id", id)
		if err != nil {
			return err
		}
		c.LabelIDs = append([]desk.ID{}, had...)
		switch how {
		case AddLabels:
			labels = append(labels, had...)
		case RemoveLabels:
			labels = slices.DeleteFunc(append([]desk.ID{}, had...), func(l desk.ID) bool { return slices.Contains(labels, l) })
		}
		var all []*desk.Label
		if err := t.NewSelect().Model(&all).Where("account_id = ? AND id = ?", c.AccountID, pg.OneOf(labels)).Scan(ctx); err != nil {
			return err
		}
		return c.Relabel(t.Act, all)
	})
}
