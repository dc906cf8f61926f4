package desk

import (
	"slices"
	"strings"
	"testing"
)

func TestInForce(t *testing.T) {
	t.Run("D11/the agent's own choice, else the account's, else the default", func(t *testing.T) {
		w := newWorld()
		of := func(scope LayoutScope, owner ID, keys ...string) *PropertyLayout {
			return &PropertyLayout{AccountID: w.account.ID, OwnerID: owner, Scope: scope, PropertyKeys: keys}
		}
		account, mine, theirs := of(LayoutAccount, w.account.ID, "size"), of(LayoutMine, w.agents["ben"].ID), of(LayoutMine, w.agents["cleo"].ID, "note")
		for _, c := range []struct {
			by     string
			chosen []*PropertyLayout
			want   *PropertyLayout // nil: the default
		}{
			{"ben", nil, nil},
			{"ben", []*PropertyLayout{theirs}, nil},
			{"ben", []*PropertyLayout{account, theirs}, account},
			{"ben", []*PropertyLayout{account, mine, theirs}, mine},
			{"ben", []*PropertyLayout{mine, account}, mine},
			{"ben", []*PropertyLayout{theirs, mine}, mine},
			{"server", []*PropertyLayout{mine, account}, account},
		} {
			got := InForce(w.actor(c.by), c.chosen)
			if c.want == nil && (got.Scope != LayoutAccount || !slices.Equal(got.PropertyKeys, DefaultDetailKeys) || got.OwnerID != w.account.ID) || c.want != nil && got != c.want {
				t.Errorf("for %s of %v: %+v", c.by, c.chosen, got)
			}
		}
	})
}

func TestTicketValue(t *testing.T) {
	w := newWorld()
	properties(w)
	w.put("closed @ben", "closed")
	w.cs.Ticket.Priority = new(PriorityHigh)
	w.cs.Ticket.LastActivityAt = w.now
	w.cs.Ticket.Properties = Values{"note": "x", "size": 1e21, "paid": false, "colours": []any{"red", "blue"}}
	want := map[string]string{
		"name": "Printer", "status": "closed", "pipeline": "pipeline", "priority": "HIGH", "owner": "ben", "createdAt": "before", "lastActivityAt": "now",
		"closedAt": "before", "number": "1", "contact": "contact", "note": "x", "size": "1000000000000000000000", "paid": "false", "colours": "red,blue",
	}
	for _, d := range append(BuiltInProperties(w.account), w.defs...) {
		t.Run("R16/the value of "+d.Key+" as it is written", func(t *testing.T) {
			one, many := w.cs.Ticket.Value(d)
			got := strings.Join(many, ",")
			if one != nil {
				got = w.name(*one)
			}
			if got != want[d.Key] {
				t.Errorf("got %q, want %q", got, want[d.Key])
			}
		})
	}
	if one, many := w.cs.Ticket.Value(&PropertyDefinition{BuiltIn: true, Key: "weight"}); one != nil || many != nil {
		t.Errorf("got %v, %v", one, many)
	}
}

func TestTicketValueOfNothing(t *testing.T) {
	w := newWorld()
	properties(w)
	w.put("new", "open")
	for _, d := range append(BuiltInProperties(w.account), w.defs...) {
		if !d.BuiltIn || slices.Contains([]string{"priority", "owner", "closedAt"}, d.Key) {
			t.Run("R16/no value of "+d.Key, func(t *testing.T) {
				if one, many := w.cs.Ticket.Value(d); one != nil || many != nil {
					t.Errorf("got %v, %v", one, many)
				}
			})
		}
	}
}

func TestLabels(t *testing.T) {
	d := &PropertyDefinition{Options: []PropertyOption{{"red", "Red"}, {"blue", "Dark blue"}}}
	for _, c := range []struct {
		name string
		one  *string
		many []string
		want string // "": none
	}{
		{name: "nothing"}, {name: "an empty list", many: []string{}},
		{name: "one", one: new("blue"), want: "Dark blue"},
		{name: "several", many: []string{"blue", "red"}, want: "Dark blue, Red"},
		{name: "one that is gone", many: []string{"red", "green"}, want: "Red, green"},
	} {
		t.Run("definition/labels of "+c.name, func(t *testing.T) {
			got := d.Labels(c.one, c.many)
			if (got == nil) != (c.want == "") || got != nil && *got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
