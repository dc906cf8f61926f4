package write

import (
	"context"

	"deskwire/desk"
)

// CreatePipeline makes a pipeline with its statuses, behind the others.
func (t *Tx) CreatePipeline(ctx context.Context, name string, statuses []desk.StatusInput) error {
	all, err := t.pipelines(ctx)
	if err != nil {
		return err
	}
	t.out.Pipeline, err = desk.NewPipeline(t.Act, name, len(all), statuses)
	return err
}

// lockPipeline loads a pipeline with all its statuses. Who changes it has the lock of the
// configuration.
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

// pipelines loads all pipelines in their order, under the lock of the configuration: two calls
// can't take the same position, or the last two.
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
