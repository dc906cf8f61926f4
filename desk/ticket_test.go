package desk

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func setStatus(key string) func(*world, *Act) error {
	return func(w *world, a *Act) error { return w.cs.SetStatus(a, w.status[key]) }
}

// statusPlays holds every way from one status to another. They are played in the
// inbox, in the help desk (D13), and by the server itself (D14).
var statusPlays = []play{
	{
		name: "R21/closing an open ticket closes its conversation", ticket: "new", convs: "open", do: setStatus("closed"),
		after: "t:closed c1:closed",
		told: `R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now
			+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED`,
	},
	{
		name: "R21/closing an open ticket closes all its conversations", ticket: "waiting @ada", convs: "open @ben, open, open @cleo", do: setStatus("done"),
		after: "t:done@ada c1:closed@ben c2:closed c3:closed@cleo",
		told: `R21 TICKET_STATUS_CHANGED t: status waiting>done, closedAt nil>now
			+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED
			+ R21 CONVERSATION_CLOSED c2: status OPEN>CLOSED
			+ R21 CONVERSATION_CLOSED c3: status OPEN>CLOSED`,
	},
	{
		name: "R21/conversations that are closed already are left alone", ticket: "new", convs: "closed, open", do: setStatus("closed"),
		after: "t:closed c1:closed c2:closed",
		told: `R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now
			+ R21 CONVERSATION_CLOSED c2: status OPEN>CLOSED`,
		check: func(t *testing.T, w *world, _ *Act, _ error) {
			if !w.c(1).ClosedAt.Equal(w.before) || !w.c(2).ClosedAt.Equal(w.now) {
				t.Errorf("closed at %v and %v", w.c(1).ClosedAt, w.c(2).ClosedAt)
			}
		},
	},
	{
		name: "R21/where all conversations are closed only the ticket closes", ticket: "new", convs: "closed, closed", do: setStatus("closed"),
		after: "t:closed c1:closed c2:closed",
		told:  "R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now",
	},
	{
		name: "R21/a closed status of another pipeline does it, too", ticket: "new", convs: "open", do: setStatus("shelved"),
		after: "t:shelved c1:closed",
		told: `R21 TICKET_STATUS_CHANGED t: pipeline pipeline>second, status new>shelved, closedAt nil>now
			+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED`,
	},
	{
		name: "D19/closing the ticket leaves a conversation in the trash as it is", ticket: "new", convs: "open trashed, open", do: setStatus("closed"),
		after: "t:closed c1:open(earlier) c2:closed",
		told: `R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now
			+ R21 CONVERSATION_CLOSED c2: status OPEN>CLOSED`,
	},
	{
		name: "D15/the cascade reaches what the agent may not see, and counts it", ticket: "new", convs: "open, open hidden, open hidden, closed hidden", do: setStatus("closed"),
		after: "t:closed c1:closed c2:closed c3:closed c4:closed",
		told: `R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now
			+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED
			+ R21 CONVERSATION_CLOSED c2: status OPEN>CLOSED
			+ R21 CONVERSATION_CLOSED c3: status OPEN>CLOSED`,
		effects: `+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED
			+ R21 CONVERSATION_CLOSED hidden x2`,
	},
	{
		name: "D15/an admin sees them all", by: "ada", ticket: "new", convs: "open, open hidden", do: setStatus("closed"),
		after: "t:closed c1:closed c2:closed",
		told: `R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now
			+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED
			+ R21 CONVERSATION_CLOSED c2: status OPEN>CLOSED`,
	},
	{
		name: "R23/reopening a ticket that has exactly one conversation reopens it", ticket: "closed", convs: "closed", do: setStatus("new"),
		after: "t:new c1:open",
		told: `R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil
			+ R23 CONVERSATION_REOPENED c1: status CLOSED>OPEN`,
	},
	{
		name: "R22/any other open status reopens a closed ticket", ticket: "done", convs: "closed", do: setStatus("waiting"),
		after: "t:waiting c1:open",
		told: `R22 TICKET_STATUS_CHANGED t: status done>waiting, closedAt before>nil
			+ R23 CONVERSATION_REOPENED c1: status CLOSED>OPEN`,
	},
	{
		name: "R22/an open status of another pipeline reopens it, too", ticket: "closed", convs: "closed, closed", do: setStatus("triage"),
		after: "t:triage c1:closed c2:closed",
		told:  "R22 TICKET_STATUS_CHANGED t: pipeline pipeline>second, status closed>triage, closedAt before>nil",
	},
	{
		name: "R22/a ticket without a conversation outside the trash reopens alone", ticket: "closed", convs: "closed trashed", do: setStatus("new"),
		after: "t:new c1:closed(earlier)",
		told:  "R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil",
	},
	{
		name: "R23/its conversation may be open already", ticket: "closed", convs: "open", do: setStatus("new"),
		after: "t:new c1:open",
		told:  "R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil",
	},
	{
		name: "R24/reopening a ticket that has two conversations reopens none", ticket: "closed", convs: "closed, closed", do: setStatus("new"),
		after: "t:new c1:closed c2:closed",
		told:  "R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil",
	},
	{
		name: "R24/nor does one with three", ticket: "closed", convs: "closed, closed, closed", do: setStatus("new"),
		after: "t:new c1:closed c2:closed c3:closed",
		told:  "R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil",
	},
	{
		name: "D5/what counts is outside the trash: one", ticket: "closed", convs: "closed trashed, closed, closed trashed", do: setStatus("new"),
		after: "t:new c1:closed(earlier) c2:open c3:closed(earlier)",
		told: `R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil
			+ R23 CONVERSATION_REOPENED c2: status CLOSED>OPEN`,
	},
	{
		name: "D5/what counts is outside the trash: two", ticket: "closed", convs: "closed trashed, closed, closed", do: setStatus("new"),
		after: "t:new c1:closed(earlier) c2:closed c3:closed",
		told:  "R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil",
	},
	{
		name: "D5/an open conversation counts as well", ticket: "closed", convs: "open, closed", do: setStatus("new"),
		after: "t:new c1:open c2:closed",
		told:  "R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil",
	},
	{
		name: "D15/a hidden conversation counts for R24", ticket: "closed", convs: "closed, closed hidden", do: setStatus("new"),
		after: "t:new c1:closed c2:closed",
		told:  "R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil",
	},
	{
		name: "D15/R23 reopens a hidden conversation", ticket: "closed", convs: "closed hidden, closed trashed", do: setStatus("new"),
		after: "t:new c1:open c2:closed(earlier)",
		told: `R22 TICKET_STATUS_CHANGED t: status closed>new, closedAt before>nil
			+ R23 CONVERSATION_REOPENED c1: status CLOSED>OPEN`,
		effects: "+ R23 CONVERSATION_REOPENED hidden x1",
	},
	{
		name: "R30/from open to open nothing else changes", ticket: "new", convs: "open, closed", do: setStatus("waiting"),
		after: "t:waiting c1:open c2:closed",
		told:  "TICKET_STATUS_CHANGED t: status new>waiting",
	},
	{
		name: "R30/from open to open with one closed conversation", ticket: "new", convs: "closed", do: setStatus("triage"),
		after: "t:triage c1:closed",
		told:  "TICKET_STATUS_CHANGED t: pipeline pipeline>second, status new>triage",
	},
	{
		name: "R30/from closed to closed nothing else changes, not even the time of closing", ticket: "closed", convs: "open, closed", do: setStatus("done"),
		after: "t:done c1:open c2:closed",
		told:  "TICKET_STATUS_CHANGED t: status closed>done",
	},
	{name: "R30/the open status that it has already", ticket: "new", convs: "open, closed", do: setStatus("new"), after: "t:new c1:open c2:closed"},
	{name: "R30/the closed status that it has already leaves an open conversation open", ticket: "closed", convs: "open", do: setStatus("closed"), after: "t:closed c1:open"},
	{name: "R30/the status that it has may be archived by now", ticket: "old", convs: "open", do: setStatus("old"), after: "t:old c1:open"},
	{
		name: "R22/a ticket leaves an archived closed status", ticket: "oldClosed", convs: "closed", do: setStatus("new"),
		after: "t:new c1:open",
		told: `R22 TICKET_STATUS_CHANGED t: status oldClosed>new, closedAt before>nil
			+ R23 CONVERSATION_REOPENED c1: status CLOSED>OPEN`,
	},
	{name: "R22/an archived open status is refused", ticket: "closed", convs: "closed", do: setStatus("old"), refused: CodeStatusArchived, path: "statusId"},
	{
		name: "R21/a status of an archived pipeline is refused to tickets of others", ticket: "new", convs: "open", do: setStatus("closed"),
		in: func(w *world) {
			w.status["closed"].PipelineArchived, w.status["closed"].PipelineID = true, w.id(KindPipeline, "gone")
		},
		refused: CodeStatusArchived, path: "statusId",
	},
	{
		name: "R21/a ticket of an archived pipeline goes through it", ticket: "new", convs: "closed", do: setStatus("closed"),
		in: func(w *world) { w.status["closed"].PipelineArchived = true }, told: "R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now",
	},
	{name: "R21/an archived closed status is refused", ticket: "new", convs: "open", do: setStatus("oldClosed"), refused: CodeStatusArchived, path: "statusId"},
}

func TestTicketStatus(t *testing.T) { run(t, statusPlays) }

func TestTicketOwner(t *testing.T) {
	assign := func(owner string) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.cs.Assign(a, w.agents[owner]) }
	}
	run(t, []play{
		{
			name: "R18/the conversations of a ticket keep their owners", ticket: "new @ada", convs: "open @ben, open, open @ada", do: assign("cleo"),
			after: "t:new@cleo c1:open@ben c2:open c3:open@ada", told: "R18 TICKET_ASSIGNED t: owner ada>cleo",
		},
		{
			name: "R18/also when nobody owns it any more", ticket: "new @ada", convs: "open @ada", do: assign("nobody"),
			after: "t:new c1:open@ada", told: "R18 TICKET_ASSIGNED t: owner ada>nil",
		},
		{
			name: "R18/also when it had no owner", ticket: "closed", convs: "closed", do: assign("bot"),
			after: "t:closed@bot c1:closed", told: "R18 TICKET_ASSIGNED t: owner nil>bot",
		},
		{name: "R18/the owner that it has already", ticket: "new @ben", convs: "open", do: assign("ben"), after: "t:new@ben c1:open"},
		{name: "R18/nobody, as before", ticket: "new", convs: "open @ben", do: assign("nobody"), after: "t:new c1:open@ben"},
		{name: "R18/an owner who may only read", ticket: "new", convs: "open", do: assign("rio"), refused: CodeOwnerCannotOwn, path: "ownerId"},
		{name: "R18/an owner who is deactivated", ticket: "new", convs: "open", do: assign("gone"), refused: CodeOwnerCannotOwn, path: "ownerId"},
	})
}

func TestTicketCreate(t *testing.T) {
	create := func(change func(w *world, d *TicketDraft)) func(*world, *Act) error {
		return func(w *world, a *Act) error {
			d := TicketDraft{Name: "Printer", Status: w.status["new"], Number: 7}
			if change != nil {
				change(w, &d)
			}
			return w.cs.CreateTicket(a, w.c(1), d, w.defs)
		}
	}
	const told = "R4 TICKET_CREATED new-tkt\nR4 CONVERSATION_TICKET_ADDED c1: ticket nil>new-tkt"
	property := func(key, value string) func(w *world, d *TicketDraft) {
		return func(_ *world, d *TicketDraft) {
			d.Properties = []PropertyInput{{Key: "size", String: new("1")}, {Key: key, String: &value}}
		}
	}
	run(t, []play{
		{
			name: "R4/an incoming conversation gets a ticket", convs: "open unread @ben", after: "t:new c1:open@ben", told: told, do: create(nil),
			check: func(t *testing.T, w *world, a *Act, _ error) {
				tk := w.cs.Ticket
				if tk.ContactID != w.contact.ID || tk.Number != 7 || !tk.CreatedAt.Equal(w.now) || !tk.LastActivityAt.Equal(w.now) || tk.Version != 0 {
					t.Errorf("made %+v", tk)
				}
				if *w.c(1).TicketID != tk.ID || *a.Events[1].TicketID != tk.ID {
					t.Error("the conversation does not know its ticket")
				}
				want := "number nil>7, name nil>Printer, pipeline nil>pipeline, status nil>new, contact nil>contact, workspace nil>INBOX"
				if got := w.changes(a.Events[0].Changes); got != want {
					t.Errorf("told %s, want %s", got, want)
				}
			},
		},
		{
			name: "R4/with all that a ticket can have", convs: "open @ben", in: watchProperty, told: told, after: "t:waiting@cleo c1:open@ben",
			do: create(func(w *world, d *TicketDraft) {
				property("size", "2.5")(w, d)
				d.Status, d.Owner, d.Priority = w.status["waiting"], w.agents["cleo"], new(PriorityHigh)
			}),
			check: func(t *testing.T, w *world, a *Act, _ error) {
				if got := w.changes(a.Events[0].Changes); !strings.HasSuffix(got, "properties.size nil>2.5") || !strings.Contains(got, "priority nil>HIGH, owner nil>cleo") {
					t.Errorf("told %s", got)
				}
				if w.cs.Ticket.Properties["size"] != json.Number("2.5") {
					t.Errorf("kept %v", w.cs.Ticket.Properties)
				}
			},
		},
		{name: "D9/a closed conversation stays closed, and the ticket open", convs: "closed", after: "t:new c1:closed", told: told, do: create(nil)},
		{
			name: "R21/a ticket made in a closed status closes its conversation", convs: "open", after: "t:closed c1:closed",
			told: told + "\n+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED",
			do:   create(func(w *world, d *TicketDraft) { d.Status = w.status["closed"] }),
		},
		{
			name: "D9/a ticket made closed on a closed conversation", convs: "closed", after: "t:closed c1:closed", told: told,
			do: create(func(w *world, d *TicketDraft) { d.Status = w.status["closed"] }),
		},
		{
			name: "D16/a conversation that an agent started may have a ticket, too", told: "CONVERSATION_STARTED new-cnv\nR4 TICKET_CREATED new-tkt\nR4 CONVERSATION_TICKET_ADDED new-cnv: ticket nil>new-tkt",
			do: func(w *world, a *Act) error {
				c := NewConversation(a, w.channel, w.support, w.contact.ID, 1, "", nil)
				w.cs.Conversations = []*Conversation{c}
				if err := c.Start(a, w.agents["ben"]); err != nil {
					return err
				}
				return create(nil)(w, a)
			},
		},
		{
			name: "R5/a second ticket is refused, and the first one shown", ticket: "closed", convs: "closed", do: create(nil),
			refused: CodeConversationHasTicket, path: "conversationId", check: mustShowTicket,
		},
		{name: "D19/a conversation in the trash gets no ticket", convs: "open trashed", do: create(nil), refused: CodeInTrash},
		{name: "R4/a ticket needs a name", convs: "open", do: create(func(_ *world, d *TicketDraft) { d.Name = " \n" }), refused: CodeInvalidInput, path: "name"},
		{name: "R4/a name of 1000 bytes is the longest", convs: "open", told: told, do: create(func(_ *world, d *TicketDraft) { d.Name = strings.Repeat("x", 1000) })},
		{name: "R4/a name of 1001 bytes is too long", convs: "open", do: create(func(_ *world, d *TicketDraft) { d.Name = strings.Repeat("x", 1001) }), refused: CodeTextTooLong, path: "name"},
		{name: "R4/an archived status is refused", convs: "open", do: create(func(w *world, d *TicketDraft) { d.Status = w.status["old"] }), refused: CodeStatusArchived, path: "statusId"},
		{name: "R4/an owner who may only read is refused", convs: "open", do: create(func(w *world, d *TicketDraft) { d.Owner = w.agents["rio"] }), refused: CodeOwnerCannotOwn, path: "ownerId"},
		{name: "R4/a value that its property refuses", convs: "open", in: watchProperty, do: create(property("size", "big")), refused: CodePropertyInvalid, path: "properties/1/value"},
		{name: "R4/an unknown property", convs: "open", in: watchProperty, do: create(property("colour", "red")), refused: CodePropertyUnknown, path: "properties/1/value"},
		{name: "D18/a computed property can't be written at birth either", convs: "open", in: watchProperty, do: create(property("closedAt", "2026-01-01")), refused: CodePropertyReadOnly, path: "properties/1/value"},
		{name: "D18/a status that is not known is refused at birth", convs: "open", in: watchProperty, do: create(property("status", "unknown")), refused: CodeNotFound, path: "properties/1/value"},
	})
}

func mustShowTicket(t *testing.T, w *world, _ *Act, err error) {
	t.Helper()
	if e := refusal(err); e.Current == nil || e.Current.Ref().Kind != KindTicket {
		t.Errorf("shows %v", e.Current)
	}
}

func TestTicketConversations(t *testing.T) {
	loose := func(spec string) func(w *world) {
		return func(w *world) {
			w.loose = w.conversation("loose", spec)
			w.watch(w.loose)
		}
	}
	add := func(w *world, a *Act) error { return w.cs.AddConversation(a, w.loose, nil) }
	const told = "R7 CONVERSATION_TICKET_ADDED loose: ticket nil>t\nR7 TICKET_CONVERSATION_ADDED t:"
	run(t, []play{
		{
			name: "R7/a ticket gets one more conversation", ticket: "new", convs: "open", in: loose("open"), do: add, told: told, after: "t:new c1:open c2:open",
			check: func(t *testing.T, w *world, a *Act, _ error) {
				if !w.cs.Ticket.LastActivityAt.Equal(w.now) || len(a.Active()) != 1 || len(a.Touched()) != 2 {
					t.Errorf("active %v, touched %v", a.Active(), a.Touched())
				}
				if e := a.Events[1]; e.ConversationID != nil || e.InboxID != nil || len(e.Changes) != 0 || *e.TicketID != w.cs.Ticket.ID {
					t.Errorf("D15: the ticket's event says more than that of the conversation may: %+v", e)
				}
			},
		},
		{name: "R7/of another contact, with another owner", ticket: "new @ada", convs: "open @ada", do: add, told: told, after: "t:new@ada c1:open@ada c2:open@ben", in: func(w *world) {
			loose("open @ben")(w)
			w.loose.ContactID = w.id(KindContact, "stranger")
		}},
		{name: "D9/an open conversation on a closed ticket stays open, and the ticket closed", ticket: "closed", convs: "closed", in: loose("open"), do: add, told: told, after: "t:closed c1:closed c2:open"},
		{name: "D9/a closed conversation on an open ticket", ticket: "new", convs: "open", in: loose("closed"), do: add, told: told, after: "t:new c1:open c2:closed"},
		{name: "D9/a closed conversation on a closed ticket", ticket: "closed", convs: "closed", in: loose("closed"), do: add, told: told, after: "t:closed c1:closed c2:closed"},
		{name: "D20/adding moves neither to another workspace", ticket: "new", convs: "open", in: loose("open helpdesk"), do: add, told: told, after: "t:new c1:open c2:open/helpdesk"},
		{
			name: "R5/a conversation with another ticket is refused, and its ticket shown", ticket: "new", convs: "open", in: func(w *world) {
				loose("open")(w)
				w.loose.TicketID = new(w.id(KindTicket, "other"))
			},
			do:      func(w *world, a *Act) error { return w.cs.AddConversation(a, w.loose, &Ticket{ID: *w.loose.TicketID}) },
			refused: CodeConversationHasTicket, path: "conversationId", check: mustShowTicket,
		},
		{
			name: "R5/the ticket's own conversation is refused", ticket: "new", convs: "open",
			do:      func(w *world, a *Act) error { return w.cs.AddConversation(a, w.c(1), w.cs.Ticket) },
			refused: CodeConversationHasTicket, path: "conversationId", check: mustShowTicket,
		},
		{
			name: "R6/a conversation whose ticket is not at hand keeps it all the same", ticket: "new", convs: "open", in: func(w *world) {
				loose("open")(w)
				w.loose.TicketID = new(w.id(KindTicket, "other"))
			},
			do: add, refused: CodeConversationHasTicket, check: func(t *testing.T, _ *world, _ *Act, err error) {
				if c := refusal(err).Current; c != nil {
					t.Errorf("shows %v", c)
				}
			},
		},
		{name: "D19/a conversation in the trash is not added", ticket: "new", convs: "open", in: loose("open trashed"), do: add, refused: CodeInTrash},
		{name: "D19/nothing is added to a ticket in the trash", ticket: "new trashed", convs: "open trashed", in: loose("open"), do: add, refused: CodeInTrash},
	})
}

// Whatever is done, a conversation that has a ticket keeps that one.
func TestTicketIsForEver(t *testing.T) {
	for _, m := range mutations {
		if m.name == "ticketCreate" || m.name == "making an account" {
			continue
		}
		t.Run(fmt.Sprintf("R6/%s does not part a conversation from its ticket", m.name), func(t *testing.T) {
			w := m.prepared()
			if err := m.do(w, w.act("server")); err != nil {
				t.Fatal(err)
			}
			for _, c := range w.cs.Conversations {
				if c.TicketID == nil || *c.TicketID != w.cs.Ticket.ID {
					t.Errorf("it has the ticket %v", c.TicketID)
				}
			}
		})
	}
}
