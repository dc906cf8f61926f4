package desk

import (
	"fmt"
	"testing"
)

// A flag is true exactly when its mutation would do something.
func TestFlags(t *testing.T) {
	conversation := func(may func(*Conversation, *Actor) bool) func(*world, *Act) bool {
		return func(w *world, a *Act) bool { return may(w.c(1), a.By) }
	}
	flags := map[string]func(*world, *Act) bool{
		"messageSend":            conversation((*Conversation).MayReply),
		"commentCreate":          conversation((*Conversation).MayReply),
		"conversationAssign":     conversation((*Conversation).MayAssign),
		"conversationMove":       conversation((*Conversation).MayMove),
		"conversationClose":      conversation((*Conversation).MayClose),
		"conversationReopen":     conversation((*Conversation).MayReopen),
		"conversationTrash":      conversation((*Conversation).MayTrash),
		"conversationRestore":    conversation((*Conversation).MayRestore),
		"ticketCreate":           conversation((*Conversation).MayGetTicket),
		"contactUpdate":          func(w *world, a *Act) bool { return w.contact.MayUpdate(a.By) },
		"ticketUpdate of a name": func(w *world, a *Act) bool { return w.cs.Ticket.MayManage(a.By, a.Gate) },
		"ticketAssign":           func(w *world, a *Act) bool { return w.cs.Ticket.MayManage(a.By, a.Gate) },
		"ticketTrash":            func(w *world, a *Act) bool { return w.cs.Ticket.MayManage(a.By, a.Gate) },
		"ticketRestore":          func(w *world, a *Act) bool { return w.cs.Ticket.MayRestore(a.By, a.Gate) },
	}
	trash := func(w *world) {
		w.c(1).moveToTrash(w.oldGroup())
		if w.cs.Ticket != nil {
			w.cs.Ticket.moveToTrash(w.oldGroup())
		}
	}
	states := []struct {
		rule, name string
		in         func(w *world)
	}{
		{"may", "as it stands", func(*world) {}},
		{"D19", "in the trash", trash},
		{"D19", "out of the trash", func(w *world) {
			w.c(1).takeFromTrash()
			if w.cs.Ticket != nil {
				w.cs.Ticket.takeFromTrash()
			}
		}},
		{"R25", "closed", func(w *world) { w.c(1).closeNow(&Act{Now: w.before}) }},
		{"R30", "open", func(w *world) { w.c(1).reopenNow() }},
		{"D13", "in an account of R2", gated.apply},
		{"D13", "in the trash of an account of R2", func(w *world) {
			trash(w)
			gated.apply(w)
		}},
	}
	for _, m := range mutations {
		flag := flags[m.name]
		if flag == nil {
			continue
		}
		delete(flags, m.name)
		for _, s := range states {
			for _, who := range []string{"server", "ada", "ben", "ben READ", "rio", "bot CHANNEL"} {
				t.Run(fmt.Sprintf("%s/%s by %s, %s", s.rule, m.name, who, s.name), func(t *testing.T) {
					w := m.prepared(s.in)
					a := w.act(who)
					may := flag(w, a)
					err := m.do(w, a)
					if does := err == nil && len(a.Events) > 0; may != does {
						t.Errorf("the flag says %v, and it does %v: %v", may, does, err)
					}
				})
			}
		}
	}
	if len(flags) > 0 {
		t.Errorf("no such mutations: %v", flags)
	}
	t.Run("R5/a second ticket is not offered", func(t *testing.T) {
		w := newWorld()
		w.put("new", "open")
		if w.c(1).MayGetTicket(w.actor("ada")) {
			t.Error("it is")
		}
	})
	for _, d := range append(BuiltInProperties(newWorld().account), &PropertyDefinition{Key: "size"}, &PropertyDefinition{Key: "old", ArchivedAt: new(newWorld().now)}) {
		want := !d.ReadOnly && d.ArchivedAt == nil
		t.Run(fmt.Sprintf("D18/%s is offered for editing: %v", d.Key, want), func(t *testing.T) {
			w := newWorld()
			w.put("new", "open")
			if w.cs.Ticket.MaySet(w.actor("ben"), w.gate, d) != want || w.cs.Ticket.MaySet(w.actor("rio"), w.gate, d) {
				t.Error("no")
			}
		})
	}
}
