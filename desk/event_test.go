package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestExpect(t *testing.T) {
	for _, c := range []struct {
		name     string
		expected *int
		ok       bool
	}{
		{"nothing expected", nil, true}, {"the present version", new(3), true}, {"an older one", new(2), false},
		{"a newer one", new(4), false}, {"none", new(0), false}, {"less than none", new(-3), false},
	} {
		t.Run("version/"+c.name, func(t *testing.T) {
			w := newWorld()
			w.put("new", "open")
			err := Expect(w.cs.Ticket, c.expected)
			if c.ok {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			mustRefuse(t, err, CodeVersionConflict, "expectedVersion")
			if e := refusal(err); e.Current != Record(w.cs.Ticket) || !strings.Contains(e.Message, "version 3") {
				t.Errorf("shows %v, says %s", e.Current, e.Message)
			}
		})
	}
	w := newWorld()
	records := []Record{
		w.account, w.agents["ben"], &Team{Version: 1}, &Token{Version: 1}, w.support, w.channel, w.contact, w.conversation("c", "open"),
		&Message{Version: 1}, &Ticket{Version: 1}, w.pipeline, w.status["new"], &PropertyDefinition{Version: 1}, &PropertyLayout{Version: 1},
	}
	for _, r := range records {
		t.Run(fmt.Sprintf("version/every saving of a %T counts", r), func(t *testing.T) {
			before := VersionOf(r)
			if got := NextVersion(r); got != before+1 || VersionOf(r) != got || Expect(r, &before) == nil || Expect(r, &got) != nil {
				t.Errorf("%d, then %d", before, got)
			}
		})
	}
}

// The server, an import or a job goes the same way as the API: the same rules, the same events.
func TestOnePath(t *testing.T) {
	for _, p := range statusPlays {
		p.name, p.by, p.effects = "D14/by the server: "+p.name, "server", ""
		run(t, []play{p})
	}
}

func TestEffects(t *testing.T) {
	w := newWorld()
	w.put("new", "open, open hidden, open hidden, open hidden")
	a := w.act("ben")
	a.recordChange(w.c(1), ConversationClosed, "R25", func() { w.c(1).closeNow(&Act{Now: w.now}) })
	for i, rule := range []string{"R29", "R21", "R29"} {
		c := w.c(i + 2)
		a.recordEffect(c, ConversationClosed, rule, func() { c.closeNow(&Act{Now: w.now}) })
	}
	a.recordEffect(w.c(4), ConversationReopened, "R29", w.c(4).reopenNow)
	a.recordEffect(w.cs.Ticket, TicketAssigned, "R17", func() { w.cs.Ticket.OwnerID = &w.agents["ben"].ID })
	a.recordEffect(w.cs.Ticket, TicketAssigned, "R17", func() {})
	t.Run("D15/what is asked for is no effect, what is hidden is counted by rule and kind", func(t *testing.T) {
		want := `+ R17 TICKET_ASSIGNED t: owner nil>ben
			+ R21 CONVERSATION_CLOSED hidden x1
			+ R29 CONVERSATION_CLOSED hidden x2
			+ R29 CONVERSATION_REOPENED hidden x1`
		if got := w.effects(a); got != unindent(want) {
			t.Errorf("got\n%s", got)
		}
	})
	t.Run("D15/a hidden effect has no changes either", func(t *testing.T) {
		for _, e := range a.Effects() {
			if e.Node == (Ref{}) && e.Changes != nil {
				t.Errorf("shows %v", e.Changes)
			}
		}
	})
	t.Run("event/a record is saved once, in the order of first events", func(t *testing.T) {
		want := []Record{w.c(1), w.c(2), w.c(3), w.c(4), w.cs.Ticket}
		if !slices.Equal(a.Touched(), want) {
			t.Errorf("touched %v", a.Touched())
		}
	})
	t.Run("event/no effects are an empty list", func(t *testing.T) {
		if got := w.act("ben").Effects(); got == nil || len(got) != 0 {
			t.Errorf("got %v", got)
		}
	})
	t.Run("event/a change says whether there was one", func(t *testing.T) {
		c := w.act("ben")
		if c.recordChange(w.c(1), ConversationClosed, "", func() {}) || !c.recordChange(w.c(1), ConversationReopened, "", w.c(1).reopenNow) {
			t.Error("no")
		}
	})
}

func TestEventForm(t *testing.T) {
	berlin := time.Date(2026, 3, 31, 14, 0, 0, 123456789, time.FixedZone("", 2*60*60))
	if got := *timeField("at", &berlin).value; got != "2026-03-31T12:00:00.123Z" {
		t.Errorf("a time is written %s", got)
	}
	e := &Event{ID: someIDs[3], EntityKind: KindTicket, EntityID: someIDs[1]}
	if e.Ref() != (Ref{Kind: KindEvent, ID: someIDs[3]}) || e.EntityRef() != (Ref{Kind: KindTicket, ID: someIDs[1]}) {
		t.Errorf("%s, %s", e.Ref(), e.EntityRef())
	}
	for _, c := range []struct {
		name   string
		change Change
		want   string
	}{
		{"null is nil, not empty", changesBetween([]field{{"f", nil}}, []field{textField("f", "")})[0], "f nil>"},
		{"and back", changesBetween([]field{textField("f", "")}, []field{{"f", nil}})[0], "f >nil"},
	} {
		t.Run("event/"+c.name, func(t *testing.T) {
			say := func(s *string) string {
				if s == nil {
					return "nil"
				}
				return *s
			}
			if got := c.change.Field + " " + say(c.change.Old) + ">" + say(c.change.New); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

// Where something came from is no business of those who don't see that inbox.
func TestChangesSeenBy(t *testing.T) {
	shown, hidden := Ref{Kind: KindInbox, ID: someIDs[0]}.String(), Ref{Kind: KindInbox, ID: someIDs[1]}.String()
	e := &Event{Changes: []Change{{"inbox", &hidden, &shown}, {"subject", &hidden, &shown}, {"status", nil, nil}}}
	admin := &Actor{Agent: &Agent{Role: RoleAdmin}}
	member := &Actor{Agent: &Agent{Role: RoleAgent}, Inboxes: []ID{someIDs[0]}}
	for _, c := range []struct {
		name string
		by   *Actor
		want *string
	}{{"an admin", admin, &hidden}, {"a member of the other inbox alone", member, nil}} {
		t.Run("log/the former inbox, seen by "+c.name, func(t *testing.T) {
			got := e.ChangesSeenBy(c.by)
			if got[0].Old != c.want || got[0].New != &shown || got[2].Old != nil {
				t.Errorf("got %+v", got[0])
			}
			if e.Changes[0].Old != &hidden {
				t.Error("the event itself was changed")
			}
		})
	}
}

func TestError(t *testing.T) {
	err := fmt.Errorf("wrapped: %w", Refuse(CodeNotFound, "There is no %s.", "such thing").At("value").At("properties", "1"))
	e := refusal(err)
	if got := strings.Join(e.Path, "/"); got != "properties/1/value" || e.Error() != "NOT_FOUND: There is no such thing." {
		t.Errorf("%s at %s", e, got)
	}
	if e := NotFound("ticket", "ticketId"); e.Code != CodeNotFound || strings.Join(e.Path, "/") != "ticketId" || !strings.Contains(e.Message, "ticket") {
		t.Errorf("got %+v", e)
	}
	plain := errors.New("disk full")
	if got := atProperty(plain, 1); !errors.Is(got, plain) {
		t.Errorf("got %v", got)
	}
}

// Whatever is in a list can be told from the list's own signs.
func TestListsInTheLog(t *testing.T) {
	for want, in := range map[string][]string{`[]`: nil, `["a"]`: {"a"}, `["a,b","c"]`: {"a,b", "c"}, `["[]","\""]`: {"[]", `"`}} {
		t.Run("log/the list "+want, func(t *testing.T) {
			if got := *listField("l", in).value; got != want {
				t.Errorf("got %s", got)
			}
			if got := *valueText(Values{"k": anySlice(in)}, "k"); got != want {
				t.Errorf("as a value %s", got)
			}
		})
	}
}

func anySlice(in []string) []any {
	out := []any{}
	for _, s := range in {
		out = append(out, s)
	}
	return out
}
