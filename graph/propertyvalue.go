package graph

import (
	"context"

	"deskwire/desk"
	"deskwire/graph/model"
)

// propertyValues are a ticket's values of the properties with these keys, without those that do not
// exist.
func (l *loaders) propertyValues(ctx context.Context, t *desk.Ticket, keys []string) ([]*model.PropertyValue, error) {
	defs, err := l.definitionsOf(ctx, keys)
	return model.NewPropertyValues(t, defs), err
}

// definitionsOf are the properties with these keys, in their order, without those that do not
// exist.
func (l *loaders) definitionsOf(ctx context.Context, keys []string) ([]*desk.PropertyDefinition, error) {
	all, err := l.definitions.allRows(ctx)
	byKey := map[string]*desk.PropertyDefinition{}
	for _, d := range all {
		byKey[d.Key] = d
	}
	defs := []*desk.PropertyDefinition{}
	for _, k := range keys {
		if d := byKey[k]; d != nil {
			defs = append(defs, d)
		}
	}
	return defs, err
}

// withoutArchived leaves archived properties out.
func withoutArchived(defs []*desk.PropertyDefinition) []*desk.PropertyDefinition {
	used := []*desk.PropertyDefinition{}
	for _, d := range defs {
		if d.ArchivedAt == nil {
			used = append(used, d)
		}
	}
	return used
}

// errNoKeys asks for what only null may leave open: a client that forgot the keys means no removal.
var errNoKeys = desk.Refuse(desk.CodeInvalidInput, "Send the keys of the properties to show as a list, or null to withdraw the choice.").At("propertyKeys")

// layoutInForce is the layout of the details panel that applies to the actor (D11).
func (l *loaders) layoutInForce(ctx context.Context) (*desk.PropertyLayout, error) {
	chosen, err := l.layouts.allRows(ctx)
	return desk.InForce(l.by, append(chosen[:len(chosen):len(chosen)], l.layouts.overrides...)), err
}

// detailValues are what the details panel shows (R12, R13).
func (l *loaders) detailValues(ctx context.Context, t *desk.Ticket) ([]*model.PropertyValue, error) {
	layout, err := l.layoutInForce(ctx)
	if err != nil {
		return nil, err
	}
	defs, err := l.definitionsOf(ctx, layout.PropertyKeys)
	return model.NewPropertyValues(t, withoutArchived(defs)), err
}

// maxKeys is how many properties can be asked for by their keys.
const maxKeys = 100

// valuesAskedFor are the values with these keys, archived ones too; without keys all that are in
// use.
func (l *loaders) valuesAskedFor(ctx context.Context, t *desk.Ticket, keys []string) ([]*model.PropertyValue, error) {
	if len(keys) > maxKeys {
		return nil, desk.Refuse(desk.CodeInvalidInput, "A call can name at most %d keys.", maxKeys).At("keys")
	}
	if keys != nil {
		return l.propertyValues(ctx, t, keys)
	}
	defs, err := l.definitions.allRows(ctx)
	return model.NewPropertyValues(t, withoutArchived(defs)), err
}

// displayValue is a value as people read it. What it names comes from small lists that the response
// has anyway; contacts are read for all tickets of the scope.
func (l *loaders) displayValue(ctx context.Context, v *model.PropertyValue) (*string, error) {
	switch v.Definition.Type {
	case desk.TypeOption, desk.TypeOptions:
		return v.Definition.Labels(v.Value, v.List), nil
	case desk.TypeStatus, desk.TypePipeline, desk.TypeAgent, desk.TypeContact:
		return l.displayName(ctx, v)
	}
	return v.Value, nil
}

func (l *loaders) displayName(ctx context.Context, v *model.PropertyValue) (*string, error) {
	if v.Value == nil {
		return nil, nil
	}
	ref, err := desk.ParseRef(*v.Value)
	if err != nil {
		return nil, nil
	}
	switch ref.Kind {
	case desk.KindStatus:
		return nameIfFound(l.statusByID(ctx, ref.ID))(func(s *desk.TicketStatus) string { return s.Name })
	case desk.KindPipeline:
		return nameIfFound(l.pipelines.byKey(ctx, ref.ID))(func(p *desk.Pipeline) string { return p.Name })
	case desk.KindAgent:
		return nameIfFound(l.agents.byKey(ctx, ref.ID))(func(a *desk.Agent) string { return a.Name })
	}
	contact := func(t *desk.Ticket) (desk.ID, bool) { return t.ContactID, true }
	return nameIfFound(loadRelated(ctx, l.contacts, v.Ticket, contact))((*desk.Contact).Called)
}

// nameIfFound gives the name of what was found, or nothing.
func nameIfFound[V any](v *V, err error) func(func(*V) string) (*string, error) {
	return func(name func(*V) string) (*string, error) {
		if v == nil || err != nil {
			return nil, err
		}
		n := name(v)
		return &n, nil
	}
}
