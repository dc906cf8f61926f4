package desk

import (
	"slices"
	"time"
)

// StatusState says whether tickets in a status are being worked on.
type StatusState string

// The states of a status.
const (
	StateOpen   StatusState = "OPEN"
	StateClosed StatusState = "CLOSED"
)

// TicketStatus is a step of a pipeline. Its state never changes, so a closed ticket stays closed.
type TicketStatus struct {
	AccountID  ID `bun:",pk"`
	ID         ID `bun:",pk"`
	PipelineID ID
	Name       string
	State      StatusState
	Position   int // from 0, within the pipeline
	ArchivedAt *time.Time
	Version    int
	CreatedAt  time.Time

	// Its pipeline is out of use: only the tickets that are in it may still go through it.
	PipelineArchived bool `bun:",scanonly"`
}

// Ref is the status's public id.
func (s *TicketStatus) Ref() Ref { return Ref{Kind: KindStatus, ID: s.ID} }

func (s *TicketStatus) revision() *int { return &s.Version }

func (s *TicketStatus) fields() []field {
	return []field{
		refField("pipeline", KindPipeline, s.PipelineID), textField("name", s.Name), textField("state", string(s.State)),
		numberField("position", s.Position), timeField("archivedAt", s.ArchivedAt),
	}
}

// Pipeline is an ordered set of statuses that tickets go through.
type Pipeline struct {
	AccountID  ID `bun:",pk"`
	ID         ID `bun:",pk"`
	Name       string
	Position   int // from 0; the first one is the default
	ArchivedAt *time.Time
	Version    int
	CreatedAt  time.Time

	Statuses []*TicketStatus `bun:"-"` // all of them, archived ones too, by position
}

// Ref is the pipeline's public id.
func (p *Pipeline) Ref() Ref { return Ref{Kind: KindPipeline, ID: p.ID} }

func (p *Pipeline) revision() *int { return &p.Version }

func (p *Pipeline) fields() []field {
	return []field{textField("name", p.Name), numberField("position", p.Position), timeField("archivedAt", p.ArchivedAt)}
}

// MaxStatuses bounds a pipeline, MaxPipelines an account: both are read whole.
const (
	MaxStatuses  = 100
	MaxPipelines = 100
)

// StatusInput is a status to be made.
type StatusInput struct {
	Name  string
	State StatusState
}

// NewPipeline makes a pipeline with its statuses: at least one open and one closed.
func NewPipeline(act *Act, name string, position int, in []StatusInput) (*Pipeline, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	name, err := SingleLine(name, MaxName, "name")
	if err != nil {
		return nil, err
	}
	if position >= MaxPipelines {
		return nil, Refuse(CodeLimitReached, "An account can have at most %d pipelines, including archived ones.", MaxPipelines)
	}
	p := &Pipeline{AccountID: act.By.Account.ID, ID: act.NewID(), Name: name, Position: position, CreatedAt: act.Now}
	act.recordCreated(p, PipelineCreated, "")
	for _, s := range in {
		if _, err := p.AddStatus(act, s, nil); err != nil {
			return nil, err
		}
	}
	if p.First(StateOpen) == nil || p.First(StateClosed) == nil {
		return nil, Refuse(CodeLastStatus, "A pipeline needs at least one open and one closed status.").At("statuses")
	}
	return p, nil
}

// First is the first status of that state that is not archived, or nil.
func (p *Pipeline) First(state StatusState) *TicketStatus {
	for _, s := range p.Statuses {
		if s.State == state && s.ArchivedAt == nil {
			return s
		}
	}
	return nil
}

// Update renames the pipeline or moves it among all of the account, given in their order. Absent
// values stay.
func (p *Pipeline) Update(act *Act, name *string, position *int, all []*Pipeline) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	if name != nil {
		if err := p.Rename(act, *name); err != nil {
			return err
		}
	}
	if position == nil {
		return nil
	}
	next := slices.DeleteFunc(slices.Clone(all), func(o *Pipeline) bool { return o.ID == p.ID })
	next = slices.Insert(next, min(max(*position, 0), len(next)), p)
	for i, o := range next {
		act.recordChange(o, PipelineUpdated, "", func() { o.Position = i })
	}
	return nil
}

// Rename gives the pipeline another name.
func (p *Pipeline) Rename(act *Act, name string) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	name, err := SingleLine(name, MaxName, "name")
	if err != nil {
		return err
	}
	act.recordChange(p, PipelineUpdated, "", func() { p.Name = name })
	return nil
}

// Archive takes the pipeline out of use. Tickets that are in it stay; another one must be left.
func (p *Pipeline) Archive(act *Act, left int) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	if p.ArchivedAt == nil && left == 0 {
		return Refuse(CodeLimitReached, "This is the last pipeline in use. Create another one first.")
	}
	act.recordChange(p, PipelineArchived, "", func() {
		if p.ArchivedAt == nil {
			p.ArchivedAt = &act.Now
		}
	})
	return nil
}

// AddStatus puts a new status at a position, by default at the end.
func (p *Pipeline) AddStatus(act *Act, in StatusInput, position *int) (*TicketStatus, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	name, err := SingleLine(in.Name, MaxName, "name")
	if err != nil {
		return nil, err
	}
	if len(p.Statuses) >= MaxStatuses {
		return nil, Refuse(CodeLimitReached, "A pipeline can have at most %d statuses, including archived ones.", MaxStatuses)
	}
	s := &TicketStatus{
		AccountID: p.AccountID, ID: act.NewID(), PipelineID: p.ID, Name: name, State: in.State,
		Position: len(p.Statuses), CreatedAt: act.Now,
	}
	p.Statuses = append(p.Statuses, s)
	act.recordCreated(s, StatusCreated, "")
	if position != nil {
		p.moveStatus(act, s, *position)
	}
	return s, nil
}

// UpdateStatus renames a status or moves it. Absent values stay.
func (p *Pipeline) UpdateStatus(act *Act, s *TicketStatus, name *string, position *int) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	if name != nil {
		n, err := SingleLine(*name, MaxName, "name")
		if err != nil {
			return err
		}
		act.recordChange(s, StatusUpdated, "", func() { s.Name = n })
	}
	if position != nil {
		p.moveStatus(act, s, *position)
	}
	return nil
}

func (p *Pipeline) moveStatus(act *Act, s *TicketStatus, to int) {
	next := make([]*TicketStatus, 0, len(p.Statuses))
	for _, o := range p.Statuses {
		if o != s {
			next = append(next, o)
		}
	}
	to = min(max(to, 0), len(next))
	next = append(next[:to:to], append([]*TicketStatus{s}, next[to:]...)...)
	for i, o := range next {
		act.recordChange(o, StatusUpdated, "", func() { o.Position = i })
	}
	p.Statuses = next
}

// ArchiveStatus takes a status out of use. Tickets that have it keep it; the last
// open and the last closed status of a pipeline can't go.
func (p *Pipeline) ArchiveStatus(act *Act, s *TicketStatus) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	if s.ArchivedAt != nil {
		return nil
	}
	others := 0
	for _, o := range p.Statuses {
		if o != s && o.State == s.State && o.ArchivedAt == nil {
			others++
		}
	}
	if others == 0 {
		return Refuse(CodeLastStatus, "This is the last %s status of the pipeline. Add another one first.", s.State)
	}
	act.recordChange(s, StatusArchived, "", func() { s.ArchivedAt = &act.Now })
	return nil
}
