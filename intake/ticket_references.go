package intake

import (
	"context"
	"slices"
	"strings"

	"deskwire/db/write"
	"deskwire/desk"
)

// ticketTargets is where tickets go: what is known so far of the pipeline and the properties.
type ticketTargets struct {
	pipeline   *desk.Pipeline
	properties map[string]*desk.PropertyDefinition
}

// prepareTicket finds or makes the pipeline with the ticket's status, and the properties with their
// options.
func (im *Importer) prepareTicket(ctx context.Context, s *importedRecord) error {
	if im.tickets.findStatus(s.Ticket.Status) == nil {
		err := im.makeOnce(ctx, func(ctx context.Context, t *write.Tx) error { return im.makeStatus(ctx, t, s.Ticket.Status) })
		if err != nil {
			return err
		}
	}
	s.status, s.first = im.tickets.findStatus(s.Ticket.Status), im.tickets.pipeline.First(desk.StateOpen)
	s.properties = nil
	for _, p := range s.Ticket.Properties {
		if len(p.Values) == 0 {
			continue
		}
		if !im.tickets.hasOptions(p) {
			err := im.makeOnce(ctx, func(ctx context.Context, t *write.Tx) error { return im.makeProperty(ctx, t, p) })
			if err != nil {
				return err
			}
		}
		s.properties = append(s.properties, im.tickets.propertyInput(p))
	}
	return nil
}

func (tp *ticketTargets) findStatus(in desk.StatusInput) *desk.TicketStatus {
	if tp.pipeline == nil {
		return nil
	}
	for _, s := range tp.pipeline.Statuses {
		if s.Name == in.Name && s.State == in.State && s.ArchivedAt == nil {
			return s
		}
	}
	return nil
}

// makeStatus makes the format's pipeline, and in it a status that the format did not foresee.
func (im *Importer) makeStatus(ctx context.Context, t *write.Tx, in desk.StatusInput) error {
	p, err := t.FindPipeline(ctx, im.Format.Pipeline)
	if err != nil {
		return err
	}
	if p == nil {
		if err := t.CreatePipeline(ctx, im.Format.Pipeline, im.Format.Statuses); err != nil {
			return err
		}
		p = t.Outcome().Pipeline
		if err := saveStep(ctx, t); err != nil {
			return err
		}
	}
	if im.tickets.pipeline = p; im.tickets.findStatus(in) != nil {
		return nil
	}
	if err := t.CreateStatus(ctx, p.ID, in, nil); err != nil {
		return err
	}
	im.tickets.pipeline = t.Outcome().Pipeline
	return nil
}

func (tp *ticketTargets) hasOptions(p Property) bool {
	d := tp.properties[p.Key]
	return d != nil && len(missingOptions(d, p)) == 0
}

// missingOptions are the values that the property has no option for yet.
func missingOptions(d *desk.PropertyDefinition, p Property) (out []desk.PropertyOption) {
	if d.Type != desk.TypeOption && d.Type != desk.TypeOptions {
		return nil
	}
	for _, v := range p.Values {
		has := func(o desk.PropertyOption) bool { return o.Value == v }
		if !slices.ContainsFunc(d.Options, has) && !slices.ContainsFunc(out, has) {
			out = append(out, desk.PropertyOption{Value: v, Label: v})
		}
	}
	return out
}

// makeProperty finds or makes a property, and gives it the options that it lacks.
func (im *Importer) makeProperty(ctx context.Context, t *write.Tx, p Property) error {
	d, err := t.FindProperty(ctx, p.Key)
	if err != nil {
		return err
	}
	if d == nil {
		d = &desk.PropertyDefinition{Type: p.Type}
		err = t.CreateProperty(ctx, p.Key, p.Label, "Made for an import.", p.Type, missingOptions(d, p))
	} else if more := missingOptions(d, p); len(more) > 0 {
		options := append(slices.Clone(d.Options), more...)
		err = t.UpdateProperty(ctx, d.Ref(), nil, nil, nil, &options)
	} else {
		t.Outcome().PropertyDefinition = d
	}
	if err != nil {
		return err
	}
	if im.tickets.properties == nil {
		im.tickets.properties = map[string]*desk.PropertyDefinition{}
	}
	im.tickets.properties[p.Key] = t.Outcome().PropertyDefinition
	return nil
}

// propertyInput writes a value for the type that the property has, which may be another one than
// the format's.
func (tp *ticketTargets) propertyInput(p Property) desk.PropertyInput {
	if tp.properties[p.Key].Type == desk.TypeOptions {
		return desk.PropertyInput{Key: p.Key, List: &p.Values}
	}
	one := strings.Join(p.Values, ", ")
	return desk.PropertyInput{Key: p.Key, String: &one}
}
