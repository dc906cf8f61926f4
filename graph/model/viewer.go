package model

import "deskwire/desk"

// Viewer is who asks.
type Viewer struct{ *desk.Actor }

// Ref is the viewer's public id.
func (v *Viewer) Ref() desk.Ref { return desk.Ref{Kind: desk.KindViewer, ID: v.Agent.ID} }

// PropertyValue is the value of one property of one ticket.
type PropertyValue struct {
	Ticket     *desk.Ticket
	Definition *desk.PropertyDefinition
	Value      *string
	List       []string
}

// Ref is the value's public id: the same for the same ticket and property.
func (v *PropertyValue) Ref() desk.Ref {
	return desk.Ref{Kind: desk.KindPropertyValue, ID: v.Ticket.ID, Part: v.Definition.Key}
}

// NewPropertyValues are the ticket's values of these properties.
func NewPropertyValues(t *desk.Ticket, defs []*desk.PropertyDefinition) []*PropertyValue {
	values := make([]*PropertyValue, len(defs))
	for i, d := range defs {
		one, many := t.Value(d)
		values[i] = &PropertyValue{Ticket: t, Definition: d, Value: one, List: append([]string{}, many...)}
	}
	return values
}
