package desk

import (
	"reflect"
	"strings"
	"testing"
)

// TestStandingValues: what a ticket has already may be sent back, and stands in the way of nothing,
// whatever has become of its option, its property, its agent or its limit.
func TestStandingValues(t *testing.T) {
	gone := PropertyOption{"gone", "Gone"}
	for _, c := range []struct {
		name   string
		change func(w *world)
		in     []PropertyInput
		want   any // of the first key; nil: refused
	}{
		{"an option that is gone, with another", nil, []PropertyInput{{Key: "colours", List: &[]string{"red", "gone", "blue"}}}, []any{"red", "gone", "blue"}},
		{"an option that is gone, alone", nil, []PropertyInput{{Key: "colours", List: &[]string{"gone"}}}, []any{"gone"}},
		{"an option that is gone goes", nil, []PropertyInput{{Key: "colours", List: &[]string{"blue"}}}, []any{"blue"}},
		{"an option that never was", nil, []PropertyInput{{Key: "colours", List: &[]string{"gone", "never"}}}, nil},
		{"one option that is gone", nil, []PropertyInput{{Key: "colour", String: new("gone")}, {Key: "note", String: new("n")}}, "gone"},
		{"another option that is gone", func(w *world) { delete(w.cs.Ticket.Properties, "colour") }, []PropertyInput{{Key: "colour", String: new("gone")}}, nil},
		{"a value of an archived property", func(w *world) { w.defs = w.defs[1:] }, []PropertyInput{{Key: "note", String: new("old")}, {Key: "paid", String: new("true")}}, "old"},
		{"another value of an archived property", func(w *world) { w.defs = w.defs[1:] }, []PropertyInput{{Key: "note", String: new("new")}}, nil},
		{"a text longer than today's limit", func(w *world) { w.cs.Ticket.Properties["note"] = strings.Repeat("x", maxPropertyText+1) },
			[]PropertyInput{{Key: "note", String: new(strings.Repeat("x", maxPropertyText+1))}}, strings.Repeat("x", maxPropertyText+1)},
		{"a longer text still", func(w *world) { w.cs.Ticket.Properties["note"] = strings.Repeat("x", maxPropertyText+1) },
			[]PropertyInput{{Key: "note", String: new(strings.Repeat("x", maxPropertyText+2))}}, nil},
		{"an agent who is no more", func(w *world) { w.cs.Ticket.Properties["helper"] = "agt_lost" }, []PropertyInput{{Key: "helper", String: new("agt_lost")}}, "agt_lost"},
		{"a date of another form", func(w *world) { w.cs.Ticket.Properties["day"] = "31.3.2026" }, []PropertyInput{{Key: "day", String: new("31.3.2026")}}, "31.3.2026"},
	} {
		t.Run("R16/"+c.name, func(t *testing.T) {
			w := newWorld()
			properties(w)
			w.put("new", "open")
			w.cs.Ticket.Properties = Values{"note": "old", "colour": gone.Value, "colours": []any{"red", gone.Value}}
			if c.change != nil {
				c.change(w)
			}
			err := w.cs.Update(w.act("ben"), TicketPatch{Properties: c.in}, w.defs)
			if got := w.cs.Ticket.Properties[c.in[0].Key]; (err == nil) != (c.want != nil) || err == nil && !reflect.DeepEqual(got, c.want) {
				t.Errorf("kept %v, %v, want %v", got, err, c.want)
			}
		})
	}
}

// TestStandingOwners: who owns something may be sent back, also when they could not be given it
// now.
func TestStandingOwners(t *testing.T) {
	w := newWorld()
	w.put("new", "open")
	gone := w.agents["gone"]
	w.cs.Ticket.OwnerID, w.c(1).OwnerID = &gone.ID, &gone.ID
	if err := w.cs.Assign(w.act("ben"), gone); err != nil {
		t.Errorf("the ticket: %v", err)
	}
	if err := w.cs.AssignConversation(w.act("ben"), w.c(1), gone); err != nil {
		t.Errorf("the conversation: %v", err)
	}
	ref := gone.Ref().String()
	p := TicketPatch{Owner: map[string]*Agent{ref: gone}, Properties: []PropertyInput{{Key: "owner", String: &ref}, {Key: "name", String: new("Renamed")}}}
	if err := w.cs.Update(w.act("ben"), p, w.defs); err != nil || w.cs.Ticket.Name != "Renamed" {
		t.Errorf("among other properties: %v", err)
	}
	// What the conversation has, its ticket has not: it is not given to somebody who is gone.
	w.cs.Ticket.OwnerID = &w.agents["ben"].ID
	a := w.act("ben")
	if err := w.cs.AssignConversation(a, w.c(1), gone); err != nil || len(a.Events) > 0 || *w.cs.Ticket.OwnerID == gone.ID {
		t.Errorf("the ticket's owner is %v, %v", w.cs.Ticket.OwnerID, err)
	}
	if err := w.cs.Assign(w.act("ben"), gone); refusal(err).Code != CodeOwnerCannotOwn {
		t.Errorf("a new owner who is gone: %v", err)
	}
}

// TestStandingConfiguration: of the account's own records, too, what stays as it is was good enough
// when it came.
func TestStandingConfiguration(t *testing.T) {
	w := newWorld()
	many := make([]PropertyOption, MaxOptions+1)
	for i := range many {
		many[i] = PropertyOption{strings.Repeat("o", i%150+1) + strings.Repeat("p", i/150), "Label"}
	}
	d := &PropertyDefinition{Key: "k", Label: "K", Type: TypeOption, Options: many, Version: 1}
	if err := d.Update(w.act("ada"), new("Other"), nil, nil); err != nil {
		t.Errorf("a label beside too many options: %v", err)
	}
	l := &PropertyLayout{Scope: LayoutMine, PropertyKeys: []string{"archived", "name"}, Version: 1}
	if err := l.Set(w.act("ben"), []string{"name", "archived", "status"}, nil); err != nil {
		t.Errorf("a layout with an archived property: %v", err)
	}
	if err := l.Set(w.act("ben"), []string{"name", "never"}, nil); err == nil {
		t.Error("a layout has taken a property that never was")
	}
	archived := &TicketStatus{ID: w.id("", ""), State: StateOpen, ArchivedAt: &w.now}
	i := &Inbox{Name: "I", FollowUp: ReopenTicket, FollowUpStatusID: &archived.ID, FollowUpDays: 5000, Version: 1}
	if err := i.Update(w.act("ada"), InboxPatch{Name: new("J"), SetFollowUpStatus: true, FollowUpStatus: archived}); err != nil || i.Name != "J" {
		t.Errorf("an inbox with an archived status and many days: %v", err)
	}
	i.FollowUpStatusID = nil
	if err := i.Update(w.act("ada"), InboxPatch{SetFollowUpStatus: true, FollowUpStatus: archived}); err == nil {
		t.Error("an inbox has taken an archived status")
	}
	c := &Contact{Name: "Two\nlines", Email: new("not an address"), Phone: new("12"), Version: 1}
	if err := c.Update(w.act("ben"), ContactPatch{SetName: true, SetEmail: true, SetPhone: true, ContactInput: ContactInput{Name: &c.Name, Email: c.Email, Phone: new("+49 30 1234")}}); err != nil || *c.Phone != "+49301234" {
		t.Errorf("a contact of other rules: %v", err)
	}
	if err := c.Update(w.act("ben"), ContactPatch{SetEmail: true, ContactInput: ContactInput{Email: new("no address either")}}); err == nil {
		t.Error("a contact has taken what is no address")
	}
}
