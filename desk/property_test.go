package desk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// properties gives the world one property of every type.
func properties(w *world) {
	options := []PropertyOption{{"red", "Red"}, {"green", "Green"}, {"blue", "Blue"}}
	for _, d := range []PropertyDefinition{
		{Key: "note", Type: TypeText}, {Key: "size", Type: TypeNumber}, {Key: "paid", Type: TypeBoolean}, {Key: "day", Type: TypeDate},
		{Key: "moment", Type: TypeDateTime}, {Key: "colour", Type: TypeOption, Options: options}, {Key: "colours", Type: TypeOptions, Options: options},
		{Key: "helper", Type: TypeAgent},
	} {
		d.AccountID, d.ID, d.Label, d.Version = w.account.ID, w.id(KindProperty, d.Key), strings.ToUpper(d.Key), 1
		w.defs = append(w.defs, &d)
	}
}

func update(p TicketPatch) func(*world, *Act) error {
	return func(w *world, a *Act) error { return w.cs.Update(a, p, w.defs) }
}

func write(key, value string) func(*world, *Act) error {
	return update(TicketPatch{Properties: []PropertyInput{{Key: key, String: &value}}})
}

func clearing(key string) func(*world, *Act) error {
	return update(TicketPatch{Properties: []PropertyInput{{Key: key, Clear: true}}})
}

func TestTicketUpdate(t *testing.T) {
	valued := func(w *world) {
		properties(w)
		w.cs.Ticket.Properties = Values{"note": "old", "size": 1.5, "colours": []any{"red"}}
		w.cs.Ticket.Priority = new(PriorityLow)
	}
	owner, status := func(name string) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.cs.Update(a, w.patch("owner", name), w.defs) }
	}, func(name string) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.cs.Update(a, w.patch("status", name), w.defs) }
	}
	// together names a change that is fine and, behind it, one of another patch.
	together := func(key, name string) func(*world, *Act) error {
		return func(w *world, a *Act) error {
			p := w.patch(key, name)
			p.Name, p.Properties = new("Scanner"), append([]PropertyInput{{Key: "note", String: new("new")}}, p.Properties...)
			return w.cs.Update(a, p, w.defs)
		}
	}
	run(t, []play{
		{name: "R16/the name", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{Name: new("Scanner")}), after: "t:new c1:open", told: "R16 TICKET_UPDATED t: name Printer>Scanner"},
		{name: "R16/the name as a property", ticket: "new", convs: "open", in: valued, do: write("name", "Scanner"), told: "R16 TICKET_UPDATED t: name Printer>Scanner"},
		{name: "R16/the priority", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{SetPriority: true, Priority: new(PriorityUrgent)}), told: "R16 TICKET_UPDATED t: priority LOW>URGENT"},
		{name: "R16/no priority", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{SetPriority: true}), told: "R16 TICKET_UPDATED t: priority LOW>nil"},
		{name: "R16/the priority as a property", ticket: "new", convs: "open", in: valued, do: write("priority", "HIGH"), told: "R16 TICKET_UPDATED t: priority LOW>HIGH"},
		{name: "R16/no priority as a property", ticket: "new", convs: "open", in: valued, do: clearing("priority"), told: "R16 TICKET_UPDATED t: priority LOW>nil"},
		{name: "R16/a property of the account's own", ticket: "new", convs: "open", in: valued, do: write("note", "new\nlines"), told: "R16 TICKET_UPDATED t: properties.note old>new\nlines"},
		{name: "R16/a first value", ticket: "closed", convs: "closed", in: valued, do: write("paid", "true"), after: "t:closed c1:closed", told: "R16 TICKET_UPDATED t: properties.paid nil>true"},
		{name: "R16/a value that is taken away", ticket: "new", convs: "open", in: valued, do: clearing("colours"), told: `R16 TICKET_UPDATED t: properties.colours [red]>nil`},
		{name: "R16/several values, told in the order of their keys", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{Properties: []PropertyInput{
			{Key: "size", String: new("3")}, {Key: "paid", String: new("true")}, {Key: "note", Clear: true}, {Key: "day", String: new("2026-03-31")}, {Key: "moment", String: new("2026-03-31T12:00:00Z")}}}),
			told: "R16 TICKET_UPDATED t: properties.day nil>2026-03-31, properties.moment nil>now, properties.note old>nil, properties.paid nil>true, properties.size 1.5>3"},
		{name: "R16/a ticket without any values yet", ticket: "new", convs: "open", in: func(w *world) {
			properties(w)
			w.cs.Ticket.Properties = nil
		}, do: write("size", "2"), told: "R16 TICKET_UPDATED t: properties.size nil>2"},
		{
			name: "R9/the details and the status in one call, each by its rule", ticket: "new", convs: "open, open", in: valued, after: "t:closed c1:closed c2:closed",
			do: together("status", "closed"),
			told: `R16 TICKET_UPDATED t: name Printer>Scanner, properties.note old>new
				R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now
				+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED
				+ R21 CONVERSATION_CLOSED c2: status OPEN>CLOSED`,
			check: func(t *testing.T, _ *world, a *Act, _ error) {
				if len(a.Touched()) != 3 {
					t.Errorf("touched %v", a.Touched())
				}
			},
		},
		{
			name: "R9/the status and the owner in one call", ticket: "new", convs: "open @ben", in: valued, after: "t:closed@cleo c1:closed@ben",
			do: func(w *world, a *Act) error {
				p, owner := w.patch("status", "closed"), w.patch("owner", "cleo")
				p.Owner, p.Properties = owner.Owner, append(owner.Properties, p.Properties...)
				return w.cs.Update(a, p, w.defs)
			},
			told: `R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now
				+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED
				R18 TICKET_ASSIGNED t: owner nil>cleo`,
		},
		{name: "R9/the status alone", ticket: "closed", convs: "closed", in: valued, do: status("waiting"), after: "t:waiting c1:open", told: `
			R22 TICKET_STATUS_CHANGED t: status closed>waiting, closedAt before>nil
			+ R23 CONVERSATION_REOPENED c1: status CLOSED>OPEN`},
		{name: "R18/the owner as a property", ticket: "new @ben", convs: "open @ben", in: valued, do: owner("cleo"), after: "t:new@cleo c1:open@ben", told: "R18 TICKET_ASSIGNED t: owner ben>cleo"},
		{name: "R18/no owner as a property", ticket: "new @ben", convs: "open @ben", in: valued, do: clearing("owner"), after: "t:new c1:open@ben", told: "R18 TICKET_ASSIGNED t: owner ben>nil"},
		{name: "R16/of a property that is named twice the last value counts", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{Properties: []PropertyInput{
			{Key: "note", String: new("one")}, {Key: "owner", Clear: true}, {Key: "note", String: new("two")}}}), told: "R16 TICKET_UPDATED t: properties.note old>two"},
		{name: "R16/what is so already", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{Name: new("Printer"), SetPriority: true, Priority: new(PriorityLow), Properties: []PropertyInput{
			{Key: "size", String: new("1.50")}, {Key: "colours", List: &[]string{"red"}}, {Key: "paid", Clear: true}}})},
		{name: "R16/nothing", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{})},

		{name: "R16/an empty name", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{Name: new(" ")}), refused: CodeInvalidInput, path: "name"},
		{name: "R16/the longest name", ticket: "new", convs: "open", in: func(w *world) { w.cs.Ticket.Name = strings.Repeat("x", 1000) }, do: update(TicketPatch{Name: new(strings.Repeat("x", 1000))})},
		{name: "R16/a name that is too long", ticket: "new", convs: "open", do: update(TicketPatch{Name: new(strings.Repeat("x", 1001))}), refused: CodeTextTooLong, path: "name"},
		{name: "R16/a name as a property that is too long", ticket: "new", convs: "open", do: write("name", strings.Repeat("x", 1001)), refused: CodeTextTooLong, path: "properties/0/value"},
		{name: "R16/a name that is no string", ticket: "new", convs: "open", in: valued, do: clearing("name"), refused: CodePropertyInvalid, path: "properties/0/value"},
		{name: "R16/an empty name as a property", ticket: "new", convs: "open", in: valued, do: write("name", ""), refused: CodeInvalidInput, path: "properties/0/value"},
		{name: "R16/an unknown priority", ticket: "new", convs: "open", in: valued, do: write("priority", "high"), refused: CodePropertyInvalid, path: "properties/0/value"},
		{name: "R16/a priority that is a list", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{Properties: []PropertyInput{{Key: "priority", List: &[]string{"LOW"}}}}), refused: CodePropertyInvalid},
		{name: "R16/an unknown property", ticket: "new", convs: "open", in: valued, do: write("Size", "1"), refused: CodePropertyUnknown, path: "properties/0/value"},
		{name: "R16/clearing an unknown property", ticket: "new", convs: "open", in: valued, do: clearing("weight"), refused: CodePropertyUnknown},
		{name: "R16/all of it happens, or nothing: a bad value", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{Name: new("Scanner"), Properties: []PropertyInput{
			{Key: "note", String: new("new")}, {Key: "size", String: new("big")}}}), refused: CodePropertyInvalid, path: "properties/1/value"},
		{name: "R16/all of it happens, or nothing: an archived status", ticket: "new", convs: "open", in: valued, do: together("status", "old"), refused: CodeStatusArchived, path: "properties/1/value"},
		{name: "R16/all of it happens, or nothing: an owner who can't own", ticket: "new", convs: "open", in: valued, do: together("owner", "rio"), refused: CodeOwnerCannotOwn, path: "properties/1/value"},
		{name: "R16/a status that is not there", ticket: "new", convs: "open", in: valued, do: write("status", "closed"), refused: CodeNotFound, path: "properties/0/value"},
		{name: "R16/an owner who is not there", ticket: "new", convs: "open", in: valued, do: write("owner", "ben"), refused: CodeNotFound, path: "properties/0/value"},
		{name: "R16/a ticket has a status", ticket: "new", convs: "open", in: valued, do: clearing("status"), refused: CodePropertyInvalid, path: "properties/0/value"},
		{name: "R16/a list of owners", ticket: "new", convs: "open", in: valued, do: update(TicketPatch{Properties: []PropertyInput{{Key: "owner", List: &[]string{"a"}}}}), refused: CodePropertyInvalid},
	})
	for _, d := range BuiltInProperties(newWorld().account) {
		writable := slices.Contains([]string{"name", "status", "priority", "owner"}, d.Key)
		if d.ReadOnly == writable {
			t.Errorf("D18/%s is read-only: %v", d.Key, d.ReadOnly)
		}
		if d.ReadOnly {
			run(t, []play{
				{name: "D18/" + d.Key + " is computed and can't be written", ticket: "new", convs: "open", in: valued, do: write(d.Key, "1"), refused: CodePropertyReadOnly, path: "properties/0/value"},
				{name: "D18/" + d.Key + " is computed and can't be cleared", ticket: "new", convs: "open", in: valued, do: clearing(d.Key), refused: CodePropertyReadOnly, path: "properties/0/value"},
			})
		}
	}
}

// Each type of property: what is taken, as which value, and what is not.
func TestPropertyValues(t *testing.T) {
	text := strings.Repeat("x", maxPropertyText)
	for _, c := range []struct {
		key  string
		in   string
		want any // nil: refused
	}{
		{"note", "", cleared}, {"note", "two\nlines é", "two\nlines é"}, {"note", text, text}, {"note", text + "x", nil}, {"note", "a\x00", nil}, {"note", "\xc3", nil},
		{"size", "12", json.Number("12")}, {"size", "-3.50", json.Number("-3.5")}, {"size", "12345678901234567890", json.Number("12345678901234567890")},
		{"size", "", cleared}, {"size", "\ufeff", cleared}, {"size", " \u00a0\t", cleared}, {"size", " 1\u00a0", json.Number("1")}, {"size", "1 000", nil}, {"size", "1,5", nil}, {"size", "1.5.2", nil}, {"size", "NaN", nil}, {"size", "Inf", nil}, {"size", "-infinity", nil},
		{"size", "1e400", nil}, {"size", "twelve", nil},
		{"paid", "true", true}, {"paid", "false", false}, {"paid", "", cleared}, {"paid", " \u00a0\t", cleared}, {"paid", "TRUE", nil}, {"paid", "1", nil}, {"paid", "yes", nil},
		{"day", "2026-03-31", "2026-03-31"}, {"day", "2024-02-29", "2024-02-29"}, {"day", "0001-01-01", "0001-01-01"}, {"day", "9999-12-31", "9999-12-31"},
		{"day", "", cleared}, {"day", " \u00a0\t", cleared}, {"day", "2026-02-29", nil}, {"day", "2026-3-31", nil}, {"day", "31.03.2026", nil}, {"day", "2026-13-01", nil}, {"day", "0000-01-01", nil},
		{"day", "12026-01-01", nil}, {"day", "-001-01-01", nil}, {"day", "2026-03-31T00:00:00Z", nil}, {"day", "2026-03-31 ", "2026-03-31"}, {"paid", " true", true}, {"helper", "gone\n", "gone"},
		{"moment", "2026-03-31T15:04:05Z", "2026-03-31T15:04:05.000Z"}, {"moment", "2026-03-31T15:04:05.678Z", "2026-03-31T15:04:05.678Z"},
		{"moment", "2026-03-31T01:04:05+02:00", "2026-03-30T23:04:05.000Z"}, {"moment", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
		{"moment", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"},
		{"moment", "", cleared}, {"moment", " \u00a0\t", cleared}, {"moment", "2026-03-31", nil}, {"moment", "2026-03-31 15:04:05", nil}, {"moment", "2026-03-31T15:04:05", nil}, {"moment", "2026-03-31T25:04:05Z", nil},
		{"moment", "2026-02-30T15:04:05Z", nil}, {"moment", "0001-01-01T00:00:00+14:00", nil}, {"moment", "9999-12-31T23:59:59-01:00", nil}, {"moment", "0000-06-01T00:00:00Z", nil},
		{"colour", "red", "red"}, {"colour", "blue", "blue"}, {"colour", "Red", nil}, {"colour", "", cleared}, {"colour", " \u00a0\t", cleared}, {"colour", "red,blue", nil},
		{"helper", "gone", "gone"}, {"helper", "stranger", nil}, {"helper", "", cleared}, {"helper", " \u00a0\t", cleared},
		{"colours", "red", nil},
	} {
		ok := "takes"
		if c.want == nil {
			ok = "refuses"
		}
		t.Run(fmt.Sprintf("R16/%s %s %.40q", c.key, ok, c.in), func(t *testing.T) {
			w := newWorld()
			properties(w)
			w.put("new", "open")
			in := PropertyInput{Key: c.key, String: &c.in, Agents: map[string]*Agent{"gone": w.agents["gone"]}}
			w.mustKeep(t, in, c.want)
		})
	}
	for _, c := range []struct {
		name string
		in   PropertyInput
		want any
	}{
		{"colours takes a list", PropertyInput{Key: "colours", List: &[]string{"blue", "red"}}, []any{"blue", "red"}},
		{"colours takes a value once", PropertyInput{Key: "colours", List: &[]string{"red", "red"}}, []any{"red"}},
		{"colours takes no value", PropertyInput{Key: "colours", List: &[]string{}}, cleared},
		{"colours refuses one that is no option", PropertyInput{Key: "colours", List: &[]string{"red", strings.Repeat("é", 99)}}, nil},
		{"colours refuses another", PropertyInput{Key: "colours", List: &[]string{"pink"}}, nil},
		{"colour refuses a list", PropertyInput{Key: "colour", List: &[]string{"red"}}, nil},
		{"note refuses a list", PropertyInput{Key: "note", List: &[]string{"red"}}, nil},
	} {
		t.Run("R16/"+c.name, func(t *testing.T) {
			w := newWorld()
			properties(w)
			w.put("new", "open")
			w.mustKeep(t, c.in, c.want)
		})
	}
	t.Run("R16/a type that can't be written", func(t *testing.T) {
		w := newWorld()
		w.put("new", "open")
		w.defs = Definitions{{Key: "odd", Label: "Odd", Type: TypeContact}}
		w.mustKeep(t, PropertyInput{Key: "odd", String: new("x")}, nil)
	})
}

// mustKeep writes a value, and reads it as clients do and after a way through JSON.
// cleared is what a ticket has of a property for which nothing was typed.
const cleared notTyped = 0

type notTyped int

func (w *world) mustKeep(t *testing.T, in PropertyInput, want any) {
	t.Helper()
	a, snapshot := w.act("ben"), w.snapshot()
	err := w.cs.Update(a, TicketPatch{Properties: []PropertyInput{in}}, w.defs)
	if want == nil {
		if code := refusal(err).Code; code != CodePropertyInvalid && code != CodeInvalidText && code != CodeTextTooLong {
			t.Fatalf("got %v", err)
		}
		mustRefuse(t, err, refusal(err).Code, "properties/0/value")
		w.mustBeUntouched(t, a, snapshot)
		return
	}
	if want == cleared {
		if _, kept := w.cs.Ticket.Properties[in.Key]; err != nil || kept {
			t.Fatalf("kept %#v, %v, want no value", w.cs.Ticket.Properties[in.Key], err)
		}
		return
	}
	if got := w.cs.Ticket.Properties[in.Key]; err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("kept %#v, %v, want %#v", got, err, want)
	}
	row, _ := json.Marshal(w.cs.Ticket.Properties)
	var back Values
	if err := json.Unmarshal(row, &back); err != nil || !reflect.DeepEqual(back, w.cs.Ticket.Properties) {
		t.Errorf("through JSON %#v, %v", back, err)
	}
	// What is read can be written again, and is the same.
	d := w.defs.Key(in.Key)
	one, many := d.Format(back[in.Key])
	again := PropertyInput{Key: in.Key, String: one, Agents: in.Agents}
	if d.Type == TypeOptions {
		again.List = &many
	}
	a = w.act("ben")
	if err := w.cs.Update(a, TicketPatch{Properties: []PropertyInput{again}}, w.defs); err != nil || len(a.Events) != 0 {
		t.Errorf("written again: %v, told %q", err, w.told(a))
	}
}

func TestPropertyDefinition(t *testing.T) {
	colours := []PropertyOption{{"red", "Red"}, {"blue", "Blue"}}
	many := make([]PropertyOption, MaxOptions+1)
	for i := range many {
		many[i] = PropertyOption{Value: fmt.Sprint(i), Label: "x"}
	}
	type input struct {
		key, label, description string
		typ                     PropertyType
		options                 []PropertyOption
		existing                int
	}
	for _, c := range []struct {
		name string
		in   input
		code ErrorCode // "": taken
		path string
	}{
		{name: "a number", in: input{"size", "Size", "How big.", TypeNumber, nil, 499}},
		{name: "a choice", in: input{"colour_1B", "Colour", "", TypeOption, colours, 0}},
		{name: "several choices, at most", in: input{"k", "Colours", "", TypeOptions, many[:MaxOptions], 0}},
		{name: "the longest key", in: input{strings.Repeat("k", 64), "K", "", TypeText, nil, 0}},
		{name: "a key that is too long", in: input{strings.Repeat("k", 65), "K", "", TypeText, nil, 0}, code: CodeInvalidInput, path: "key"},
		{name: "an empty key", in: input{"", "K", "", TypeText, nil, 0}, code: CodeInvalidInput, path: "key"},
		{name: "a key with a capital", in: input{"Key", "K", "", TypeText, nil, 0}, code: CodeInvalidInput, path: "key"},
		{name: "a key with a dot", in: input{"a.b", "K", "", TypeText, nil, 0}, code: CodeInvalidInput, path: "key"},
		{name: "a key with a line break", in: input{"a\n", "K", "", TypeText, nil, 0}, code: CodeInvalidInput, path: "key"},
		{name: "a key that is built in", in: input{"closedAt", "K", "", TypeText, nil, 0}, code: CodeAlreadyExists, path: "key"},
		{name: "a type that is built in", in: input{"k", "K", "", TypeStatus, nil, 0}, code: CodeInvalidInput, path: "type"},
		{name: "one too many", in: input{"k", "K", "", TypeText, nil, 500}, code: CodeLimitReached},
		{name: "no label", in: input{"k", " ", "", TypeText, nil, 0}, code: CodeInvalidInput, path: "label"},
		{name: "a label that is too long", in: input{"k", strings.Repeat("x", 201), "", TypeText, nil, 0}, code: CodeTextTooLong, path: "label"},
		{name: "a description with NUL", in: input{"k", "K", "\x00", TypeText, nil, 0}, code: CodeInvalidText, path: "description"},
		{name: "options for a text", in: input{"k", "K", "", TypeText, colours, 0}, code: CodeInvalidInput, path: "options"},
		{name: "no options for a choice", in: input{"k", "K", "", TypeOption, nil, 0}, code: CodeInvalidInput, path: "options"},
		{name: "too many options", in: input{"k", "K", "", TypeOption, many, 0}, code: CodeLimitReached, path: "options"},
		{name: "an option twice", in: input{"k", "K", "", TypeOption, append(slices.Clone(colours), colours[0]), 0}, code: CodeInvalidInput, path: "options/2/value"},
		{name: "an empty option", in: input{"k", "K", "", TypeOption, []PropertyOption{{"", "x"}}, 0}, code: CodeInvalidInput, path: "options/0/value"},
		{name: "an option without a label", in: input{"k", "K", "", TypeOption, []PropertyOption{{"x", ""}}, 0}, code: CodeInvalidInput, path: "options/0/label"},
	} {
		t.Run("definition/"+c.name, func(t *testing.T) {
			w := newWorld()
			a := w.act("ada")
			d, err := NewProperty(a, c.in.key, c.in.label, c.in.description, c.in.typ, c.in.options, c.in.existing)
			if c.code != "" {
				mustRefuse(t, err, c.code, c.path)
				w.mustBeUntouched(t, a, w.snapshot())
				return
			}
			if err != nil || d.Key != c.in.key || d.Type != c.in.typ || w.told(a) != "PROPERTY_DEFINITION_CREATED new-prd" {
				t.Errorf("made %+v, %v, told %q", d, err, w.told(a))
			}
			w.mustReplay(t, a, map[Ref]map[string]string{})
		})
	}
	var d *PropertyDefinition
	of := func(typ PropertyType, options ...PropertyOption) func(w *world) {
		return func(w *world) {
			d = &PropertyDefinition{AccountID: w.account.ID, ID: w.id(KindProperty, "d"), Key: "k", Label: "K", Type: typ, Options: options, Version: 1}
			w.watch(d)
		}
	}
	change := func(label, description *string, options *[]PropertyOption) func(*world, *Act) error {
		return func(_ *world, a *Act) error { return d.Update(a, label, description, options) }
	}
	archive := func(_ *world, a *Act) error { return d.Archive(a) }
	run(t, []play{
		{name: "definition/renamed", by: "ada", in: of(TypeText), do: change(new("L"), new("Why."), nil), told: `PROPERTY_DEFINITION_UPDATED d: label K>L, description "">Why.`},
		{name: "definition/other options", by: "ada", in: of(TypeOption, colours...), do: change(nil, nil, &[]PropertyOption{{"red", "Rot"}}),
			told: `PROPERTY_DEFINITION_UPDATED d: options [{"value":"red","label":"Red"},{"value":"blue","label":"Blue"}]>[{"value":"red","label":"Rot"}]`},
		{name: "definition/unchanged", by: "ada", in: of(TypeOption, colours...), do: change(new("K"), new(""), &colours)},
		{name: "definition/the last option stays", by: "ada", in: of(TypeOption, colours...), do: change(new("L"), nil, &[]PropertyOption{}), refused: CodeInvalidInput, path: "options"},
		{name: "definition/archived", by: "ada", in: of(TypeText), do: archive, told: "PROPERTY_DEFINITION_ARCHIVED d: archivedAt nil>now"},
		{name: "definition/archived already", by: "ada", in: func(w *world) {
			of(TypeText)(w)
			d.ArchivedAt = &w.before
		}, do: archive},
		{name: "D18/a built-in property is not renamed", by: "ada", in: func(w *world) { d = BuiltInProperties(w.account)[0] }, do: change(new("L"), nil, nil), refused: CodePropertyReadOnly},
		{name: "D18/a built-in property is not archived", by: "ada", in: func(w *world) { d = BuiltInProperties(w.account)[0] }, do: archive, refused: CodePropertyReadOnly},
	})
	t.Run("definition/no options are no options, listed or not", func(t *testing.T) {
		w := newWorld()
		of(TypeText)(w)
		a := w.act("ada")
		if err := d.Update(a, nil, nil, &[]PropertyOption{}); err != nil || len(a.Events) != 0 {
			t.Errorf("told %q, %v", w.told(a), err)
		}
	})
}
