package desk

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestTicketValue(t *testing.T) {
	w := newWorld()
	properties(w)
	w.put("closed @ben", "closed")
	w.cs.Ticket.Priority = new(PriorityHigh)
	w.cs.Ticket.LastActivityAt = w.now
	w.cs.Ticket.Properties = Values{"note": "x", "size": json.Number("1000000000000000000000"), "paid": false, "colours": []any{"red", "blue"}}
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
