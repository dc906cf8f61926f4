package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func trashConversation(confirmed bool) func(*world, *Act) error {
	return func(w *world, a *Act) (err error) {
		w.group, err = w.cs.TrashConversation(a, w.c(1), confirmed)
		return err
	}
}

func trashTicket(confirmed bool) func(*world, *Act) error {
	return func(w *world, a *Act) (err error) {
		w.group, err = w.cs.TrashTicket(a, confirmed)
		return err
	}
}

// grouped checks what the trashing says of itself, and that all members know it.
func grouped(root Kind, by string, members int) func(*testing.T, *world, *Act, error) {
	return func(t *testing.T, w *world, _ *Act, _ error) {
		g, rootID := w.group, w.c(1).ID
		if root == KindTicket {
			rootID = w.cs.Ticket.ID
		}
		if g.RootKind != root || g.RootID != rootID || !g.TrashedAt.Equal(w.now) || g.RestoredAt != nil || g.AccountID != w.account.ID {
			t.Errorf("the group is %+v", g)
		}
		if (g.TrashedByID == nil) != (by == "server") || g.TrashedByID != nil && *g.TrashedByID != w.agents[by].ID {
			t.Errorf("trashed by %v, want %s", g.TrashedByID, by)
		}
		n := 0
		for _, c := range w.cs.Conversations {
			if c.InTrash() && *c.TrashGroupID == g.ID && c.TrashedAt.Equal(w.now) {
				n++
			}
		}
		if n != members {
			t.Errorf("%d conversations are in the group, want %d", n, members)
		}
	}
}

func TestTrash(t *testing.T) {
	run(t, []play{
		{
			name: "R28/a conversation takes its ticket along, without asking", ticket: "new @ben", convs: "open @ben", do: trashConversation(false), after: "t:new@ben(new-trg) c1:open@ben(new-trg)",
			told: `R28 CONVERSATION_TRASHED c1: trashGroup nil>new-trg
				+ R28 TICKET_TRASHED t: trashGroup nil>new-trg`,
			check: grouped(KindConversation, "ben", 1),
		},
		{
			name: "R28/then R29 takes the siblings too, of whatever status", ticket: "closed", convs: "closed, open, closed", do: trashConversation(true),
			after: "t:closed(new-trg) c1:closed(new-trg) c2:open(new-trg) c3:closed(new-trg)",
			told: `R28 CONVERSATION_TRASHED c1: trashGroup nil>new-trg
				+ R28 TICKET_TRASHED t: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c2: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c3: trashGroup nil>new-trg`,
			check: grouped(KindConversation, "ben", 3),
		},
		{name: "R28/a conversation without a ticket goes alone", convs: "open", do: trashConversation(false), after: "c1:open(new-trg)", told: "R28 CONVERSATION_TRASHED c1: trashGroup nil>new-trg", check: grouped(KindConversation, "ben", 1)},
		{
			name: "R29/a ticket takes its conversation along, without asking", ticket: "new", convs: "open", do: trashTicket(false), after: "t:new(new-trg) c1:open(new-trg)",
			told: `R29 TICKET_TRASHED t: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c1: trashGroup nil>new-trg`,
			check: grouped(KindTicket, "ben", 1),
		},
		{
			name: "D2/all of a ticket's conversations go", ticket: "new", convs: "open, closed, open", do: trashTicket(true), after: "t:new(new-trg) c1:open(new-trg) c2:closed(new-trg) c3:open(new-trg)",
			told: `R29 TICKET_TRASHED t: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c1: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c2: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c3: trashGroup nil>new-trg`,
			check: grouped(KindTicket, "ben", 3),
		},
		{
			name: "R29/by the server", by: "server", ticket: "new", convs: "open", do: trashTicket(false),
			told: `R29 TICKET_TRASHED t: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c1: trashGroup nil>new-trg`,
			check: grouped(KindTicket, "server", 1),
		},
		{
			name: "D3/what is in the trash before keeps its own group", ticket: "new", convs: "open, open trashed", do: trashTicket(false), after: "t:new(new-trg) c1:open(new-trg) c2:open(earlier)",
			told: `R29 TICKET_TRASHED t: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c1: trashGroup nil>new-trg`,
			check: grouped(KindTicket, "ben", 1),
		},
		{
			name: "D15/hidden conversations go along, and are counted", ticket: "new", convs: "open, open hidden, closed hidden", do: trashConversation(true), after: "t:new(new-trg) c1:open(new-trg) c2:open(new-trg) c3:closed(new-trg)",
			told: `R28 CONVERSATION_TRASHED c1: trashGroup nil>new-trg
				+ R28 TICKET_TRASHED t: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c2: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED c3: trashGroup nil>new-trg`,
			effects: `+ R28 TICKET_TRASHED t: trashGroup nil>new-trg
				+ R29 CONVERSATION_TRASHED hidden x2`,
		},
		{name: "D17/what is deleted is in the trash, and all there", ticket: "closed", convs: "closed @ben unread", do: trashConversation(false), after: "t:closed(new-trg) c1:closed@ben(new-trg)", told: `
			R28 CONVERSATION_TRASHED c1: trashGroup nil>new-trg
			+ R28 TICKET_TRASHED t: trashGroup nil>new-trg`, check: func(t *testing.T, w *world, _ *Act, _ error) {
			c, tk := w.c(1), w.cs.Ticket
			c.takeFromTrash()
			tk.takeFromTrash()
			if c.UnreadCount != 2 || !c.ClosedAt.Equal(w.before) || *c.TicketID != tk.ID || tk.Name != "Printer" || !tk.ClosedAt.Equal(w.before) {
				t.Error("trashing has changed more than the place")
			}
		}},
	})
}

func TestTrashConfirm(t *testing.T) {
	lists := func(hidden int, names ...string) func(*testing.T, *world, *Act, error) {
		return func(t *testing.T, w *world, _ *Act, err error) {
			e, got := refusal(err), []string{}
			for _, r := range e.WouldTrash {
				got = append(got, w.name(r.Ref().String()))
			}
			if !slices.Equal(got, names) || e.Hidden != hidden {
				t.Errorf("would trash %v and %d hidden, want %v and %d", got, e.Hidden, names, hidden)
			}
			if n := fmt.Sprintf("%d conversations", w.live()); !strings.Contains(e.Message, n) {
				t.Errorf("says %q, want %s", e.Message, n)
			}
		}
	}
	const no, at = CodeConfirmCascade, "confirmCascade"
	run(t, []play{
		{name: "D1/a conversation with a sibling", ticket: "new", convs: "open, closed", do: trashConversation(false), refused: no, path: at, check: lists(0, "t", "c2")},
		{name: "D1/a ticket with two conversations", ticket: "new", convs: "open, closed", do: trashTicket(false), refused: no, path: at, check: lists(0, "c1", "c2")},
		{name: "D1/a sibling that the agent may not see is counted", ticket: "new", convs: "open, open hidden, closed hidden, open", do: trashConversation(false), refused: no, path: at, check: lists(2, "t", "c4")},
		{name: "D1/a ticket with hidden conversations", ticket: "new", convs: "open, open hidden", do: trashTicket(false), refused: no, path: at, check: lists(1, "c1")},
		{name: "D1/what is in the trash already is not asked about", ticket: "new", convs: "open, open trashed, open", do: trashConversation(false), refused: no, path: at, check: lists(0, "t", "c3")},
		{
			name: "D1/with a sibling in the trash there is nothing to confirm", ticket: "new", convs: "open, open trashed", do: trashConversation(false), after: "t:new(new-trg) c1:open(new-trg) c2:open(earlier)",
			told: `R28 CONVERSATION_TRASHED c1: trashGroup nil>new-trg
				+ R28 TICKET_TRASHED t: trashGroup nil>new-trg`,
		},
	})
	for _, c := range []struct {
		name, ticket, convs string
		seen, hidden        int
		must                bool
	}{
		{"D1/impact of a conversation alone", "", "open", 1, 0, false},
		{"D1/impact of a ticket with one conversation", "new", "closed", 1, 0, false},
		{"D1/impact of two", "new", "closed, open", 2, 0, true},
		{"D1/impact of two with one hidden", "new", "closed, open hidden", 1, 1, true},
		{"D1/impact of one beside the trash", "new", "closed, open trashed", 1, 0, false},
		{"D1/impact of nothing", "new trashed", "closed trashed", 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.put(c.ticket, c.convs)
			i := w.cs.TrashImpact(w.actor("ben"))
			if len(i.Conversations) != c.seen || i.Hidden != c.hidden || i.MustConfirm != c.must {
				t.Errorf("got %+v", i)
			}
		})
	}
}

func (w *world) live() int { return len(w.cs.outsideTrash()) }

func TestRestore(t *testing.T) {
	conversation := func(w *world, a *Act) error {
		g, err := w.cs.RestoreConversation(a, w.c(1))
		return wantGroup(w, g, err)
	}
	ticket := func(w *world, a *Act) error {
		g, err := w.cs.RestoreTicket(a)
		return wantGroup(w, g, err)
	}
	run(t, []play{
		{
			name: "D3/a conversation brings back exactly what its trashing took, as it was", ticket: "closed trashed @ada", convs: "open trashed, closed trashed @ben", do: conversation,
			after: "t:closed@ada c1:open c2:closed@ben",
			told: `D3 CONVERSATION_RESTORED c1: trashGroup earlier>nil
				+ D3 TICKET_RESTORED t: trashGroup earlier>nil
				+ D3 CONVERSATION_RESTORED c2: trashGroup earlier>nil`,
		},
		{
			name: "D3/a ticket brings back exactly what its trashing took", ticket: "new trashed", convs: "open trashed, closed trashed", do: ticket,
			after: "t:new c1:open c2:closed",
			told: `D3 TICKET_RESTORED t: trashGroup earlier>nil
				+ D3 CONVERSATION_RESTORED c1: trashGroup earlier>nil
				+ D3 CONVERSATION_RESTORED c2: trashGroup earlier>nil`,
		},
		{
			name: "D3/what was in the trash before stays there", ticket: "new trashed", convs: "open trashed, open trashed2", do: ticket,
			after: "t:new c1:open c2:open(other)",
			told: `D3 TICKET_RESTORED t: trashGroup earlier>nil
				+ D3 CONVERSATION_RESTORED c1: trashGroup earlier>nil`,
		},
		{
			name: "D3/of another group than its ticket it comes back alone", ticket: "new trashed", convs: "open trashed2, open trashed",
			do: func(w *world, a *Act) (err error) {
				_, err = w.cs.RestoreConversation(a, w.c(1))
				return err
			},
			after: "t:new(earlier) c1:open c2:open(earlier)", told: "D3 CONVERSATION_RESTORED c1: trashGroup other>nil",
		},
		{name: "D3/a conversation without a ticket", convs: "closed trashed", do: conversation, after: "c1:closed", told: "D3 CONVERSATION_RESTORED c1: trashGroup earlier>nil"},
		{
			name: "D15/hidden ones come back as well, and are counted", ticket: "new trashed", convs: "open trashed, open trashed hidden", do: conversation, after: "t:new c1:open c2:open",
			told: `D3 CONVERSATION_RESTORED c1: trashGroup earlier>nil
				+ D3 TICKET_RESTORED t: trashGroup earlier>nil
				+ D3 CONVERSATION_RESTORED c2: trashGroup earlier>nil`,
			effects: "+ D3 TICKET_RESTORED t: trashGroup earlier>nil\n+ D3 CONVERSATION_RESTORED hidden x1",
		},
		{name: "D3/a conversation that is not in the trash", ticket: "new", convs: "open", do: conversation, refused: CodeNotInTrash},
		{name: "D3/a ticket that is not in the trash", ticket: "new", convs: "open", do: ticket, refused: CodeNotInTrash},
	})
	for _, root := range []string{"conversation", "ticket"} {
		t.Run("D3/there and back is as before, from the "+root, func(t *testing.T) {
			w := newWorld()
			w.put("closed @ada", "open @ben, closed hidden, open trashed, closed")
			snapshot, into, back := w.snapshot(), trashConversation(true), ticket
			if root == "ticket" {
				into, back = trashTicket(true), conversation
			}
			if err := into(w, w.act("ben")); err != nil {
				t.Fatal(err)
			}
			if err := back(w, w.act("ben")); err != nil {
				t.Fatal(err)
			}
			w.cs.Ticket.LastActivityAt = w.before // that it was in the trash is an activity
			if got := w.snapshot(); got != snapshot {
				t.Errorf("got %s\nwant %s", got, snapshot)
			}
		})
	}
}

func wantGroup(w *world, got ID, err error) error {
	if err == nil && got != w.group.ID {
		return fmt.Errorf("restored the group %s", got)
	}
	return err
}

// While in the trash a record is read-only, for everything but restoring.
func TestTrashIsReadOnly(t *testing.T) {
	for _, m := range mutations {
		if m.on == "" {
			continue
		}
		t.Run("D19/"+m.name, func(t *testing.T) {
			w := m.prepared(func(w *world) {
				w.c(1).moveToTrash(w.oldGroup())
				if w.cs.Ticket != nil {
					w.cs.Ticket.moveToTrash(w.oldGroup())
				}
			})
			a, snapshot := w.act("ada"), w.snapshot()
			mustRefuse(t, m.do(w, a), CodeInTrash, "")
			w.mustBeUntouched(t, a, snapshot)
		})
	}
}

func TestPurge(t *testing.T) {
	w := newWorld()
	w.put("new", "open")
	t.Run("D4/the trash keeps 30 days by default", func(t *testing.T) {
		g := &TrashGroup{TrashedAt: w.now}
		if got := g.PurgeAt(&Account{TrashKeepDays: DefaultTrashKeepDays}); !got.Equal(w.now.AddDate(0, 0, 30)) {
			t.Errorf("purges at %s", got)
		}
	})
	t.Run("D4/or what the account says", func(t *testing.T) {
		if got := (&TrashGroup{TrashedAt: w.now}).PurgeAt(&Account{TrashKeepDays: 1}); !got.Equal(w.now.AddDate(0, 0, 1)) {
			t.Errorf("purges at %s", got)
		}
	})
	t.Run("D4/a purge is recorded", func(t *testing.T) {
		a, g := w.act("server"), w.oldGroup()
		g.Purge(a, []string{w.c(1).Ref().String(), w.cs.Ticket.Ref().String()})
		e := a.Events[0]
		if e.Kind != TrashPurged || e.Rule != "D4" || e.EntityRef() != g.Ref() || e.ActorID != nil || e.Effect || len(a.Touched()) != 0 {
			t.Errorf("told %+v", e)
		}
		if len(e.Changes) != 1 || e.Changes[0].New != nil || w.name(*e.Changes[0].Old) != "[c1,t]" {
			t.Errorf("told %+v", e.Changes)
		}
	})
}

func TestAccount(t *testing.T) {
	update := func(name *string, days *int) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.account.Update(a, name, days, nil) }
	}
	watch := func(w *world) { w.watch(w.account) }
	run(t, []play{
		{name: "D4/how long the trash keeps is the account's setting", by: "ada", in: watch, do: update(nil, new(7)), told: "ACCOUNT_UPDATED account: trashKeepDays 30>7"},
		{name: "D4/a day is the shortest", by: "ada", in: watch, do: update(nil, new(1)), told: "ACCOUNT_UPDATED account: trashKeepDays 30>1"},
		{name: "D4/ten years are the longest", by: "ada", in: watch, do: update(nil, new(MaxTrashKeepDays)), told: "ACCOUNT_UPDATED account: trashKeepDays 30>3650"},
		{name: "D4/no days", by: "ada", in: watch, do: update(new("Other"), new(0)), refused: CodeInvalidInput, path: "trashKeepDays"},
		{name: "D4/more than ten years", by: "ada", in: watch, do: update(nil, new(MaxTrashKeepDays+1)), refused: CodeInvalidInput, path: "trashKeepDays"},
		{name: "D4/the same again", by: "ada", in: watch, do: update(new("Demo"), new(30))},
		{name: "account/a name", by: "ada", in: watch, do: update(new("Other"), nil), told: "ACCOUNT_UPDATED account: name Demo>Other"},
		{name: "account/an empty name", by: "ada", in: watch, do: update(new(""), new(7)), refused: CodeInvalidInput, path: "name"},
	})
	for _, slug := range []string{"a", "demo", "a-1", strings.Repeat("a", 63)} {
		t.Run("account/made with the slug "+slug, func(t *testing.T) {
			w := newWorld()
			*w.account = Account{ID: w.account.ID}
			a := w.act("server")
			got, err := NewAccount(a, slug, "Demo", PlanFree)
			if err != nil || got != w.account || got.Slug != slug || got.TrashKeepDays != DefaultTrashKeepDays || !got.CreatedAt.Equal(w.now) || w.told(a) != "ACCOUNT_CREATED account" {
				t.Errorf("made %+v, told %q, %v", got, w.told(a), err)
			}
		})
	}
	t.Run("account/refused without a name", func(t *testing.T) {
		w := newWorld()
		a, snapshot := w.act("server"), w.snapshot()
		_, err := NewAccount(a, "other", " ", PlanFree)
		mustRefuse(t, err, CodeInvalidInput, "name")
		w.mustBeUntouched(t, a, snapshot)
	})
	for _, slug := range []string{"", "1a", "-a", "A", "a_b", "a b", "ä", strings.Repeat("a", 64), "a\n"} {
		t.Run(fmt.Sprintf("account/refused with the slug %q", slug), func(t *testing.T) {
			w := newWorld()
			a, snapshot := w.act("server"), w.snapshot()
			_, err := NewAccount(a, slug, "Demo", PlanFree)
			mustRefuse(t, err, CodeInvalidInput, "slug")
			w.mustBeUntouched(t, a, snapshot)
		})
	}
}
