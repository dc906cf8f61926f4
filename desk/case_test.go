package desk

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every case with up to three conversations, from every status to every other, against R21 to
// R24, R30 and D5 said once more in a few lines.
func TestEveryTransition(t *testing.T) {
	kinds := []string{"open", "closed", "open trashed", "closed trashed"}
	var all [][]string
	for _, a := range kinds {
		all = append(all, []string{a})
		for _, b := range kinds {
			all = append(all, []string{a, b})
			for _, c := range kinds {
				all = append(all, []string{a, b, c})
			}
		}
	}
	statuses := []string{"new", "waiting", "closed", "done"}
	closed := func(s string) bool { return s == "closed" || s == "done" }
	for _, from := range statuses {
		for _, to := range statuses {
			rule := "R30"
			switch {
			case closed(to) && !closed(from):
				rule = "R21"
			case closed(from) && !closed(to):
				rule = "R22"
			}
			t.Run(fmt.Sprintf("%s/all cases from %s to %s", rule, from, to), func(t *testing.T) {
				for _, convs := range all {
					w := newWorld()
					w.put(from, strings.Join(convs, ","))
					if err := w.cs.SetStatus(w.act("ben"), w.status[to]); err != nil {
						t.Fatal(err)
					}
					if got, want := w.state(), expected(rule, to, convs); got != want {
						t.Errorf("%v: got %s, want %s", convs, got, want)
					}
				}
			})
		}
	}
}

func expected(rule, to string, convs []string) string {
	live := 0
	for _, c := range convs {
		if !strings.Contains(c, "trashed") {
			live++
		}
	}
	out := "t:" + to
	for i, c := range convs {
		s, trash, _ := strings.Cut(c, " ")
		trashed := trash != ""
		switch {
		case trashed:
		case rule == "R21":
			s = "closed"
		case rule == "R22" && live == 1:
			s = "open"
		}
		if trashed {
			s += "(earlier)"
		}
		out += fmt.Sprintf(" c%d:%s", i+1, s)
	}
	return out
}

// walk is a random sequence of mutations over one case and a few conversations beside it.
type walk struct {
	*world
	*rand.Rand
	spare   []*Conversation // without a ticket
	tickets map[ID]ID       // which ticket a conversation got, for ever
}

func pick[T any](w *walk, from []T) T { return from[w.IntN(len(from))] }

// steps are the mutations, with whatever arguments come.
var steps = []func(w *walk, a *Act) error{
	func(w *walk, a *Act) error {
		cs, c := w.any()
		owner := w.agents[pick(w, []string{"ada", "ben", "cleo", "bot", "rio", "nobody"})]
		err := cs.AssignConversation(a, c, owner)
		if err == nil && cs.Ticket != nil && !sameID(cs.Ticket.OwnerID, c.OwnerID) {
			return fmt.Errorf("R17: the ticket's owner is %v, the conversation's %v", cs.Ticket.OwnerID, c.OwnerID)
		}
		return err
	},
	func(w *walk, a *Act) error { cs, c := w.any(); return cs.CloseConversation(a, c) },
	func(w *walk, a *Act) error { cs, c := w.any(); return cs.ReopenConversation(a, c) },
	func(w *walk, a *Act) error {
		cs, c := w.any()
		return cs.MoveConversation(a, c, pick(w, []*Inbox{w.support, w.hidden, w.helpdesk}))
	},
	func(w *walk, a *Act) error { _, c := w.any(); return c.MarkRead(a, 0) },
	func(w *walk, a *Act) error { _, c := w.any(); return c.MarkUnread(a) },
	func(w *walk, a *Act) error {
		cs, c := w.any()
		_, err := cs.Send(a, c, Content{Text: pick(w, []string{"Hello", ""})})
		return err
	},
	func(w *walk, a *Act) error {
		cs, c := w.any()
		_, err := cs.Comment(a, c, Content{Text: "Note"})
		return err
	},
	func(w *walk, a *Act) error {
		cs, c := w.any()
		if c.InTrash() {
			return nil // db starts a new conversation then
		}
		w.support.FollowUp = pick(w, []FollowUpPolicy{KeepTicketClosed, ReopenTicket, NewConversationAfter})
		cs.Receive(a, c, Inbound{ExternalID: "x", ContactID: w.contact.ID, Content: Content{Text: "Hi"}}, w.support, w.status["waiting"])
		return nil
	},
	createTicket,
	func(w *walk, a *Act) error {
		if w.cs.Ticket == nil || len(w.spare) == 0 {
			return nil
		}
		err := w.cs.AddConversation(a, w.spare[0], nil)
		if err == nil {
			w.spare = w.spare[1:]
		}
		return err
	},
	func(w *walk, a *Act) error {
		if w.cs.Ticket == nil {
			return nil
		}
		return w.cs.SetStatus(a, w.anyStatus())
	},
	func(w *walk, a *Act) error {
		if w.cs.Ticket == nil {
			return nil
		}
		return w.cs.Assign(a, w.agents[pick(w, []string{"ada", "cleo", "gone", "nobody"})])
	},
	func(w *walk, a *Act) error {
		if w.cs.Ticket == nil {
			return nil
		}
		p := w.patch("owner", pick(w, []string{"ben", "cleo", "rio"}))
		if w.IntN(3) > 0 {
			p = w.patch("status", w.anyStatus().Name)
		}
		p.Name = new(pick(w, []string{"Printer", "Scanner", ""}))
		return w.cs.Update(a, p, w.defs)
	},
	func(w *walk, a *Act) error {
		if w.cs.Ticket == nil {
			return nil
		}
		values := []PropertyInput{{Key: "size", String: new(pick(w, []string{"1", "2", "big"}))}, {Key: "note", Clear: w.IntN(2) == 0, String: new("x")}}
		return w.cs.Update(a, TicketPatch{SetPriority: true, Priority: new(pick(w, Priorities)), Properties: values}, w.defs)
	},
	func(w *walk, a *Act) error {
		cs, c := w.any()
		_, err := cs.TrashConversation(a, c, w.IntN(2) == 0)
		return err
	},
	func(w *walk, a *Act) error {
		if w.cs.Ticket == nil {
			return nil
		}
		_, err := w.cs.TrashTicket(a, w.IntN(2) == 0)
		return err
	},
	restoreConversation,
	func(w *walk, a *Act) error {
		if w.cs.Ticket == nil {
			return nil
		}
		_, err := w.cs.RestoreTicket(a)
		return err
	},
}

func createTicket(w *walk, a *Act) error {
	d := TicketDraft{Name: "Printer", Status: w.anyStatus(), Owner: w.agents[pick(w, []string{"ben", "rio", "nobody"})]}
	return w.cs.CreateTicket(a, pick(w, w.cs.Conversations), d, nil)
}

func restoreConversation(w *walk, a *Act) error {
	cs, c := w.any()
	_, err := cs.RestoreConversation(a, c)
	return err
}

// next is some step, but a walk without a ticket, or in the trash, does not last.
func (w *walk) next() func(*walk, *Act) error {
	switch n := w.IntN(4); {
	case n > 0 && w.c(1).InTrash():
		return restoreConversation
	case n > 1 && w.cs.Ticket == nil:
		return createTicket
	}
	return pick(w, steps)
}

// any is some conversation, of the case or beside it.
func (w *walk) any() (*Case, *Conversation) {
	if len(w.spare) > 0 && w.IntN(4) == 0 {
		c := pick(w, w.spare)
		return &Case{Conversations: []*Conversation{c}}, c
	}
	return w.cs, pick(w, w.cs.Conversations)
}

func (w *walk) anyStatus() *TicketStatus {
	return w.status[pick(w, []string{"new", "waiting", "old", "closed", "done", "triage", "shelved"})]
}

func sameID(a, b *ID) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

func TestRandomWalks(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprintf("R30/after any %d steps every rule still holds, walk %d", 40, seed), func(t *testing.T) {
			w := newWalk(seed)
			facts := w.facts()
			for range 40 {
				w.now = w.now.Add(time.Minute)
				w.step(t, facts)
				if t.Failed() {
					return
				}
			}
		})
	}
}

func newWalk(seed uint64) *walk {
	w := &walk{world: newWorld(), Rand: rand.New(rand.NewPCG(seed, 1)), tickets: map[ID]ID{}}
	pick(w, kinds()).apply(w.world)
	properties(w.world)
	w.add(pick(w, []string{"open", "closed", "open hidden", "open helpdesk"}))
	for i := range 3 {
		c := w.conversation(fmt.Sprintf("s%d", i), pick(w, []string{"open", "closed", "open hidden"}))
		w.spare = append(w.spare, c)
		w.watch(c)
	}
	return w
}

func (w *walk) step(t *testing.T, facts map[Ref]map[string]string) {
	a, snapshot := w.act(pick(w, []string{"ada", "ada", "ben", "ben", "ben", "bot", "server", "rio"})), w.snapshot()
	before := w.state()
	err := w.next()(w, a)
	switch {
	case refusal(err).Code != "":
		w.mustBeUntouched(t, a, snapshot)
	case err != nil:
		t.Error(err)
	default:
		w.mustReplay(t, a, facts)
		w.mustHold(t, a)
	}
	if t.Failed() {
		t.Logf("from %s to %s by\n%s", before, w.state(), w.told(a))
	}
}

// mustHold checks what must be so after every step.
func (w *walk) mustHold(t *testing.T, a *Act) {
	cascade := slices.ContainsFunc(a.Events, func(e *Event) bool { return e.Rule == "R21" })
	for _, c := range w.cs.Conversations {
		if cascade && !c.InTrash() && c.Status == ConversationStatusOpen {
			t.Error("R21: a conversation is open still")
		}
		if had, ok := w.tickets[c.ID]; ok && (c.TicketID == nil || *c.TicketID != had) {
			t.Errorf("R6: a conversation had the ticket %s, and has %v", had, c.TicketID)
		}
		if c.TicketID != nil {
			w.tickets[c.ID] = *c.TicketID
		}
		if tk := w.cs.Ticket; tk != nil && !sameID(tk.TrashGroupID, c.TrashGroupID) {
			t.Errorf("R28, R29: a ticket is in the trash with %v, its conversation with %v", tk.TrashGroupID, c.TrashGroupID)
		}
	}
	effects, counted := 0, 0
	for _, e := range a.Events {
		if e.Effect {
			effects++
		}
	}
	for _, e := range a.Effects() {
		counted += e.Count
		if c := w.cs.Conversation(e.Node.As(KindConversation)); c != nil && !a.By.SeesInbox(c.InboxID) {
			t.Errorf("D15: %s is shown", e.Node)
		}
	}
	if effects != counted {
		t.Errorf("D15: %d effects, and %d told", effects, counted)
	}
}
