package write

import (
	"context"
	"slices"
	"strconv"

	"deskwire/db/pg"
	"deskwire/desk"
)

// InboxSettings says what to change of an inbox; its references are not looked up yet.
type InboxSettings struct {
	Name              *string
	FollowUp          *desk.FollowUpPolicy
	FollowUpDays      *int
	TeamIDs           *[]desk.ID
	SetFollowUpStatus bool
	FollowUpStatusID  *desk.ID
}

func (t *Tx) inboxPatch(ctx context.Context, in InboxSettings) (p desk.InboxPatch, err error) {
	p = desk.InboxPatch{Name: in.Name, FollowUp: in.FollowUp, FollowUpDays: in.FollowUpDays, SetFollowUpStatus: in.SetFollowUpStatus}
	if in.TeamIDs != nil {
		ids, err := t.checkIDs(ctx, "teams", *in.TeamIDs, "team", "teamIds")
		if err != nil {
			return p, err
		}
		p.TeamIDs = &ids
	}
	if in.FollowUpStatusID != nil {
		p.FollowUpStatus, err = t.findStatus(ctx, *in.FollowUpStatusID, "followUpStatusId")
	}
	return p, err
}

// CreateInbox makes an inbox.
func (t *Tx) CreateInbox(ctx context.Context, name string, w desk.Workspace, in InboxSettings) error {
	p, err := t.inboxPatch(ctx, in)
	if err != nil {
		return err
	}
	t.out.Inbox, err = desk.NewInbox(t.Act, name, w, p)
	return err
}

// UpdateInbox changes an inbox.
func (t *Tx) UpdateInbox(ctx context.Context, id desk.ID, expected *int, in InboxSettings) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	i, err := findRecord[desk.Inbox](ctx, t, id, "inbox", "inboxId")
	if err != nil {
		return err
	}
	if !t.Act.By.SeesInbox(id) {
		return desk.NotFound("inbox", "inboxId")
	}
	if err := desk.Expect(i, expected); err != nil {
		return err
	}
	if i.TeamIDs, err = t.linkedIDs(ctx, "inbox_teams", "team_id", "inbox_id", id); err != nil {
		return err
	}
	p, err := t.inboxPatch(ctx, in)
	if err != nil {
		return err
	}
	t.out.Inbox = i
	return i.Update(t.Act, p)
}

// CreateChannel adds a channel to an inbox.
func (t *Tx) CreateChannel(ctx context.Context, inboxID desk.ID, kind desk.ChannelKind, name string, th *desk.Threading) error {
	inbox, err := t.findInbox(ctx, inboxID, "inboxId")
	if err != nil {
		return err
	}
	t.out.Channel, err = desk.NewChannel(t.Act, inbox, kind, name, th)
	return err
}

// UpdateChannel changes a channel.
func (t *Tx) UpdateChannel(ctx context.Context, id desk.ID, expected *int, name *string, th *desk.Threading) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	ch, err := findRecord[desk.Channel](ctx, t, id, "channel", "channelId")
	if err != nil {
		return err
	}
	if !t.Act.By.SeesInbox(ch.InboxID) {
		return desk.NotFound("channel", "channelId")
	}
	if err := desk.Expect(ch, expected); err != nil {
		return err
	}
	t.out.Channel = ch
	return ch.Update(t.Act, name, th)
}

// CreatePipeline makes a pipeline with its statuses, behind the others.
func (t *Tx) CreatePipeline(ctx context.Context, name string, statuses []desk.StatusInput) error {
	all, err := t.pipelines(ctx)
	if err != nil {
		return err
	}
	t.out.Pipeline, err = desk.NewPipeline(t.Act, name, len(all), statuses)
	return err
}

// lockPipeline loads a pipeline with all its statuses. Who changes it has the turn of the set-up.
func (t *Tx) lockPipeline(ctx context.Context, id desk.ID, path ...string) (*desk.Pipeline, error) {
	p, err := findRecord[desk.Pipeline](ctx, t, id, "pipeline", path...)
	if err != nil {
		return nil, err
	}
	err = t.NewSelect().Model(&p.Statuses).Where("account_id = ? AND pipeline_id = ?", p.AccountID, p.ID).
		OrderExpr("position, id").Scan(ctx)
	return p, err
}

// UpdatePipeline renames a pipeline or moves it.
func (t *Tx) UpdatePipeline(ctx context.Context, id desk.ID, expected *int, name *string, position *int) error {
	all, err := t.pipelines(ctx)
	if err != nil {
		return err
	}
	p, err := t.lockPipeline(ctx, id, "pipelineId")
	if err != nil {
		return err
	}
	if err := desk.Expect(p, expected); err != nil {
		return err
	}
	t.out.Pipeline = p
	return p.Update(t.Act, name, position, all)
}

// pipelines loads all pipelines in their order, in the turn of the set-up: two calls can't take the same place, or the last two.
func (t *Tx) pipelines(ctx context.Context) (all []*desk.Pipeline, err error) {
	if err := t.lockConfig(ctx); err != nil {
		return nil, err
	}
	err = t.NewSelect().Model(&all).Where("account_id = ?", t.Act.By.Account.ID).OrderExpr("position, id").Scan(ctx)
	return all, err
}

// ArchivePipeline takes a pipeline out of use.
func (t *Tx) ArchivePipeline(ctx context.Context, id desk.ID, expected *int) error {
	all, err := t.pipelines(ctx)
	if err != nil {
		return err
	}
	left := 0
	for _, o := range all {
		if o.ID != id && o.ArchivedAt == nil {
			left++
		}
	}
	p, err := t.lockPipeline(ctx, id, "pipelineId")
	if err != nil {
		return err
	}
	if err := desk.Expect(p, expected); err != nil {
		return err
	}
	t.out.Pipeline = p
	return p.Archive(t.Act, left)
}

// CreateStatus adds a status to a pipeline.
func (t *Tx) CreateStatus(ctx context.Context, pipelineID desk.ID, in desk.StatusInput, position *int) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	p, err := t.lockPipeline(ctx, pipelineID, "pipelineId")
	if err != nil {
		return err
	}
	t.out.Pipeline = p
	t.out.Status, err = p.AddStatus(t.Act, in, position)
	return err
}

// changeStatus runs one rule on a status of its pipeline.
func (t *Tx) changeStatus(ctx context.Context, id desk.ID, expected *int, rule func(*desk.Pipeline, *desk.TicketStatus) error) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	s, err := t.findStatus(ctx, id, "statusId")
	if err != nil {
		return err
	}
	p, err := t.lockPipeline(ctx, s.PipelineID, "statusId")
	if err != nil {
		return err
	}
	for _, s := range p.Statuses {
		if s.ID == id {
			if err := desk.Expect(s, expected); err != nil {
				return err
			}
			t.out.Pipeline, t.out.Status = p, s
			return rule(p, s)
		}
	}
	return errConflict
}

// UpdateStatus renames a status or moves it.
func (t *Tx) UpdateStatus(ctx context.Context, id desk.ID, expected *int, name *string, position *int) error {
	return t.changeStatus(ctx, id, expected, func(p *desk.Pipeline, s *desk.TicketStatus) error {
		return p.UpdateStatus(t.Act, s, name, position)
	})
}

// ArchiveStatus takes a status out of use.
func (t *Tx) ArchiveStatus(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeStatus(ctx, id, expected, func(p *desk.Pipeline, s *desk.TicketStatus) error {
		return p.ArchiveStatus(t.Act, s)
	})
}

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

// findFreeSlot is a column that no property of the account has yet; nil when there is none, and for lists.
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

// SetLayout chooses the properties that the details panel shows (R13), or takes a choice back when keys is nil.
func (t *Tx) SetLayout(ctx context.Context, scope desk.LayoutScope, keys []string, expected *int) error {
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

// findLayout takes the layout's turn and loads it; one that nobody has chosen has version 0.
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
