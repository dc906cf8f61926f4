package desk

import "strings"

// Value gives the ticket's value of a property in the form it is written in: one string, or a list
// for OPTIONS. Ids are public ids.
func (t *Ticket) Value(d *PropertyDefinition) (one *string, many []string) {
	if !d.BuiltIn {
		return d.Format(t.Properties[d.Key])
	}
	created, active := moment("createdAt", &t.CreatedAt), moment("lastActivityAt", &t.LastActivityAt)
	for _, f := range append(t.fields(), created, active) {
		if f.name == d.Key {
			return f.value, nil
		}
	}
	return nil, nil
}

// InForce says which layout applies to an actor: their own choice, else the account's, else what
// everybody begins with (D11).
func InForce(by *Actor, chosen []*PropertyLayout) *PropertyLayout {
	applies := &PropertyLayout{
		AccountID: by.Account.ID, OwnerID: by.Account.ID, Scope: LayoutAccount, PropertyKeys: DefaultDetailKeys,
	}
	for _, l := range chosen {
		mine := by.Agent != nil && l.Scope == LayoutMine && l.OwnerID == by.Agent.ID
		if mine || l.Scope == LayoutAccount && applies.Scope == LayoutAccount {
			applies = l
		}
	}
	return applies
}

// Labels are the labels of the options that a value names, with commas. An option that is gone shows
// its value.
func (d *PropertyDefinition) Labels(one *string, many []string) *string {
	if one != nil {
		many = []string{*one}
	}
	if len(many) == 0 {
		return nil
	}
	labels := make([]string, len(many))
	for i, v := range many {
		labels[i] = v
		for _, o := range d.Options {
			if o.Value == v {
				labels[i] = o.Label
			}
		}
	}
	all := strings.Join(labels, ", ")
	return &all
}
