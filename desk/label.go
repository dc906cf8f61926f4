package desk

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Label is a word of the account that conversations are marked with.
type Label struct {
	AccountID   ID `bun:",pk"`
	ID          ID `bun:",pk"`
	Name        string
	Color       string // #rrggbb
	Description string
	ArchivedAt  *time.Time
	Version     int
	CreatedAt   time.Time
}

// MaxLabels bounds the labels of an account that are in use, MaxLabelsOfOne those of one
// conversation.
const (
	MaxLabels      = 1000
	MaxLabelsOfOne = 50
	maxLabelText   = 1000
)

// Ref is the label's public id.
func (l *Label) Ref() Ref { return Ref{Kind: KindLabel, ID: l.ID} }

func (l *Label) revision() *int { return &l.Version }

func (l *Label) fields() []field {
	return []field{textField("name", l.Name), textField("color", l.Color), textField("description", l.Description), timeField("archivedAt", l.ArchivedAt)}
}

// LabelPatch says what to change of a label; nil keeps.
type LabelPatch struct{ Name, Color, Description *string }

// DefaultLabelColor is the colour of a label that was given none.
const DefaultLabelColor = "#8a94a6"

// NewLabel makes a label. Existing counts those in use.
func NewLabel(act *Act, p LabelPatch, existing int) (*Label, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	if existing >= MaxLabels {
		return nil, Refuse(CodeLimitReached, "An account can have at most %d labels in use. Archive some first.", MaxLabels)
	}
	l := &Label{AccountID: act.By.Account.ID, ID: act.NewID(), Color: DefaultLabelColor, CreatedAt: act.Now}
	if err := l.applyLabelPatch(p); err != nil {
		return nil, err
	}
	act.recordCreated(l, LabelCreated, "")
	return l, nil
}

var color = regexp.MustCompile(`^#[0-9a-f]{6}$`)

func (l *Label) applyLabelPatch(p LabelPatch) (err error) {
	if p.Name != nil {
		if l.Name, err = SingleLine(*p.Name, MaxName, "name"); err != nil {
			return err
		}
	}
	if p.Color != nil {
		if l.Color = strings.ToLower(*p.Color); !color.MatchString(l.Color) {
			return Refuse(CodeInvalidInput, "Write the color as # and six hexadecimal digits, such as #1f9d55.").At("color")
		}
	}
	if p.Description != nil {
		l.Description, err = Text(*p.Description, maxLabelText, "description")
	}
	return err
}

// Update changes how a label is called and looks.
func (l *Label) Update(act *Act, p LabelPatch) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	draft := *l
	if err := draft.applyLabelPatch(p); err != nil {
		return err
	}
	act.recordChange(l, LabelUpdated, "", func() { *l = draft })
	return nil
}

// Archive takes a label out of use. Conversations that have it keep it, and its name is free again.
func (l *Label) Archive(act *Act) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	act.recordChange(l, LabelArchived, "", func() {
		if l.ArchivedAt == nil {
			l.ArchivedAt = &act.Now
		}
	})
	return nil
}

// Relabel gives a conversation exactly these labels. Those that are archived can stay and can't be
// added.
func (c *Conversation) Relabel(act *Act, labels []*Label) error {
	if err := act.By.CheckWrite(); err != nil {
		return err
	}
	if err := refuseInTrash(c.InTrash(), "conversation"); err != nil {
		return err
	}
	if len(labels) > max(MaxLabelsOfOne, len(c.LabelIDs)) {
		return Refuse(CodeLimitReached, "A conversation can have at most %d labels. Remove some first.", MaxLabelsOfOne).At("labelIds")
	}
	ids := make([]ID, len(labels))
	for i, l := range labels {
		if l.ArchivedAt != nil && !slices.Contains(c.LabelIDs, l.ID) {
			return Refuse(CodeInvalidInput, "The label %q is archived. Choose another one.", l.Name).At("labelIds")
		}
		ids[i] = l.ID
	}
	slices.SortFunc(ids, func(a, b ID) int { return bytes.Compare(a[:], b[:]) })
	act.recordChange(c, ConversationLabeled, "", func() { c.LabelIDs = slices.Compact(ids) })
	return nil
}

// labelsField is none for a conversation without any, and for one whose labels the mutation has not
// read.
func (c *Conversation) labelsField() field {
	if len(c.LabelIDs) == 0 {
		return field{name: "labels"}
	}
	return listField("labels", refTexts(KindLabel, c.LabelIDs))
}
