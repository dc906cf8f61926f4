package desk

import (
	"strings"
	"testing"
)

func TestConversationOwner(t *testing.T) {
	assign := func(owner string) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.cs.AssignConversation(a, w.c(1), w.agents[owner]) }
	}
	run(t, []play{
		{
			name: "R17/the ticket gets the conversation's owner", ticket: "new @ada", convs: "open @ben", do: assign("cleo"), after: "t:new@cleo c1:open@cleo",
			told: "R17 CONVERSATION_ASSIGNED c1: owner ben>cleo\n+ R17 TICKET_ASSIGNED t: owner ada>cleo",
		},
		{
			name: "R17/also from nobody, and when both are closed", ticket: "closed", convs: "closed", do: assign("ada"), after: "t:closed@ada c1:closed@ada",
			told: "R17 CONVERSATION_ASSIGNED c1: owner nil>ada\n+ R17 TICKET_ASSIGNED t: owner nil>ada",
		},
		{
			name: "R17/a ticket that has this owner already is not told of", ticket: "new @cleo", convs: "open @ben", do: assign("cleo"), after: "t:new@cleo c1:open@cleo",
			told: "R17 CONVERSATION_ASSIGNED c1: owner ben>cleo",
		},
		{
			name: "R17/assigned again, the ticket follows again", ticket: "new @ada", convs: "open @ben", do: assign("ben"), after: "t:new@ben c1:open@ben",
			told: "+ R17 TICKET_ASSIGNED t: owner ada>ben",
		},
		{name: "R17/where both have this owner nothing happens", ticket: "new @ben", convs: "open @ben", do: assign("ben"), after: "t:new@ben c1:open@ben"},
		{name: "R17/without a ticket it is the conversation alone", convs: "open", do: assign("ben"), after: "c1:open@ben", told: "R17 CONVERSATION_ASSIGNED c1: owner nil>ben"},
		{
			name: "D6/nobody propagates, too", ticket: "new @ada", convs: "open @ben", do: assign("nobody"), after: "t:new c1:open",
			told: "R17 CONVERSATION_ASSIGNED c1: owner ben>nil\n+ R17 TICKET_ASSIGNED t: owner ada>nil",
		},
		{
			name: "D7/siblings keep their owners", ticket: "new @ben", convs: "open @ben, open @ada, open", do: assign("cleo"), after: "t:new@cleo c1:open@cleo c2:open@ada c3:open",
			told: "R17 CONVERSATION_ASSIGNED c1: owner ben>cleo\n+ R17 TICKET_ASSIGNED t: owner ben>cleo",
		},
		{
			name: "D7/of two different owners the ticket has the last one", ticket: "new", convs: "open, open", after: "t:new@cleo c1:open@ben c2:open@cleo",
			do: func(w *world, a *Act) error {
				if err := assign("ben")(w, a); err != nil {
					return err
				}
				return w.cs.AssignConversation(a, w.c(2), w.agents["cleo"])
			},
			told: `R17 CONVERSATION_ASSIGNED c1: owner nil>ben
				+ R17 TICKET_ASSIGNED t: owner nil>ben
				R17 CONVERSATION_ASSIGNED c2: owner nil>cleo
				+ R17 TICKET_ASSIGNED t: owner ben>cleo`,
		},
		{name: "R17/an owner who may only read", ticket: "new @ada", convs: "open @ben", do: assign("rio"), refused: CodeOwnerCannotOwn, path: "ownerId"},
		{name: "R17/an owner who is deactivated", ticket: "new @ada", convs: "open @ben", do: assign("gone"), refused: CodeOwnerCannotOwn, path: "ownerId"},
	})
}

func TestConversationStatus(t *testing.T) {
	closing := func(w *world, a *Act) error { return w.cs.CloseConversation(a, w.c(1)) }
	reopening := func(w *world, a *Act) error { return w.cs.ReopenConversation(a, w.c(1)) }
	closed, reopened := "R25 CONVERSATION_CLOSED c1: status OPEN>CLOSED", "R30 CONVERSATION_REOPENED c1: status CLOSED>OPEN"
	run(t, []play{
		{name: "R25/a conversation without a ticket closes", convs: "open", do: closing, after: "c1:closed", told: closed},
		{name: "R25/only the selected conversation closes", ticket: "new", convs: "open, open, closed", do: closing, after: "t:new c1:closed c2:open c3:closed", told: closed},
		{name: "R26/its ticket stays open", ticket: "waiting @ben", convs: "open @ben", do: closing, after: "t:waiting@ben c1:closed@ben", told: closed},
		{name: "R27/the ticket's other conversations stay open", ticket: "new", convs: "open, open, open hidden", do: closing, after: "t:new c1:closed c2:open c3:open", told: closed},
		{name: "R27/even when it is the last one that closes", ticket: "new", convs: "open, closed", do: closing, after: "t:new c1:closed c2:closed", told: closed},
		{name: "R25/of a closed ticket", ticket: "closed", convs: "open", do: closing, after: "t:closed c1:closed", told: closed},
		{name: "R25/closed already, and closed when it was", ticket: "new", convs: "closed, open", do: closing, after: "t:new c1:closed c2:open"},
		{name: "R30/reopening a conversation leaves its closed ticket closed", ticket: "closed", convs: "closed", do: reopening, after: "t:closed c1:open", told: reopened},
		{name: "R30/and the ticket's other conversations", ticket: "closed", convs: "closed, closed", do: reopening, after: "t:closed c1:open c2:closed", told: reopened},
		{name: "R30/reopening a conversation of an open ticket", ticket: "new", convs: "closed, closed", do: reopening, after: "t:new c1:open c2:closed", told: reopened},
		{name: "R30/reopening a conversation without a ticket", convs: "closed", do: reopening, after: "c1:open", told: reopened},
		{name: "R30/open already", ticket: "closed", convs: "open", do: reopening, after: "t:closed c1:open"},
		{name: "R20/the ticket can be closed, its conversation with it", ticket: "new", convs: "open", do: setStatus("closed"), after: "t:closed c1:closed", told: `
			R21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now
			+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED`},
		{name: "R20/the conversation alone can be closed", ticket: "new", convs: "open", do: closing, after: "t:new c1:closed", told: closed},
		{
			name: "R20/first the conversation, then the ticket", ticket: "new", convs: "open", after: "t:closed c1:closed",
			do: func(w *world, a *Act) error {
				if err := closing(w, a); err != nil {
					return err
				}
				return setStatus("closed")(w, a)
			},
			told: closed + "\nR21 TICKET_STATUS_CHANGED t: status new>closed, closedAt nil>now",
		},
	})
}

func TestConversationMove(t *testing.T) {
	move := func(inbox func(w *world) *Inbox) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.cs.MoveConversation(a, w.c(1), inbox(w)) }
	}
	helpdesk := func(w *world) *Inbox { return w.helpdesk }
	hidden := func(w *world) *Inbox { return w.hidden }
	support := func(w *world) *Inbox { return w.support }
	run(t, []play{
		{
			name: "D20/to the help desk the ticket goes along, the siblings stay", ticket: "new", convs: "open, open", do: move(helpdesk), after: "t:new/helpdesk c1:open/helpdesk c2:open",
			told: `D20 CONVERSATION_MOVED c1: workspace INBOX>HELP_DESK, inbox support>helpdesk
				+ D20 TICKET_MOVED t: workspace INBOX>HELP_DESK`,
		},
		{
			name: "D20/and back again", ticket: "closed helpdesk", convs: "closed helpdesk, open helpdesk", do: move(support), after: "t:closed c1:closed c2:open/helpdesk",
			told: `D20 CONVERSATION_MOVED c1: workspace HELP_DESK>INBOX, inbox helpdesk>support
				+ D20 TICKET_MOVED t: workspace HELP_DESK>INBOX`,
		},
		{
			name: "D20/to an inbox of the same workspace it goes alone", by: "ada", ticket: "new", convs: "open, open", do: move(hidden), after: "t:new c1:open c2:open",
			told: "D20 CONVERSATION_MOVED c1: inbox support>hidden",
		},
		{
			name: "D20/within the same workspace the ticket stays even in the other one", by: "ada", ticket: "new helpdesk", convs: "open", do: move(hidden), after: "t:new/helpdesk c1:open",
			told: "D20 CONVERSATION_MOVED c1: inbox support>hidden",
		},
		{
			name: "D20/a ticket that is there already is not told of", ticket: "new helpdesk", convs: "open", do: move(helpdesk), after: "t:new/helpdesk c1:open/helpdesk",
			told: "D20 CONVERSATION_MOVED c1: workspace INBOX>HELP_DESK, inbox support>helpdesk",
		},
		{name: "D20/without a ticket", convs: "open", do: move(helpdesk), after: "c1:open/helpdesk", told: "D20 CONVERSATION_MOVED c1: workspace INBOX>HELP_DESK, inbox support>helpdesk"},
		{name: "D20/to the inbox that it is in, from where R3 had moved it", ticket: "new helpdesk", convs: "open helpdesk", in: func(w *world) { w.c(1).InboxID = w.support.ID }, do: move(support), after: "t:new/helpdesk c1:open/helpdesk"},
		{name: "D20/to the inbox that it is in", ticket: "new", convs: "open", do: move(support), after: "t:new c1:open"},
	})
}

func TestConversationRead(t *testing.T) {
	read := func(w *world, a *Act) error { return w.c(1).MarkRead(a, 0) }
	unread := func(w *world, a *Act) error { return w.c(1).MarkUnread(a) }
	active := func(t *testing.T, w *world, a *Act, _ error) {
		if len(a.Active()) != 1 || !w.c(1).LastActivityAt.Equal(w.before) {
			t.Errorf("active %v, last activity %v", a.Active(), w.c(1).LastActivityAt)
		}
	}
	run(t, []play{
		{name: "unread/marked read", convs: "open unread", do: read, told: "CONVERSATION_READ c1: unreadCount 2>0", check: active},
		{name: "unread/read already", convs: "open", do: read},
		{name: "unread/marked unread", convs: "closed", do: unread, told: "CONVERSATION_UNREAD c1: unreadCount 0>1", check: active},
		{name: "unread/unread already keeps its count", convs: "open unread", do: unread},
	})
}

func TestConversationStart(t *testing.T) {
	w := newWorld()
	a := w.act("ben")
	c := NewConversation(a, w.channel, w.helpdesk, w.contact.ID, 9, "Subject", new("thread"))
	if err := c.Start(a, w.agents["cleo"]); err != nil {
		t.Fatal(err)
	}
	want := "number nil>9, subject nil>Subject, status nil>OPEN, workspace nil>HELP_DESK, inbox nil>helpdesk, channel nil>channel, " +
		"contact nil>contact, owner nil>cleo, unreadCount nil>0"
	if got := w.changes(a.Events[0].Changes); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
	if !c.LastActivityAt.Equal(w.now) || len(a.Active()) != 1 || len(a.Touched()) != 1 || c.InTrash() {
		t.Errorf("made %+v", c)
	}
	c = NewConversation(w.act("ben"), w.channel, w.support, w.contact.ID, 10, "", nil)
	a = w.act("ben")
	mustRefuse(t, c.Start(a, w.agents["gone"]), CodeOwnerCannotOwn, "ownerId")
	if len(a.Events) > 0 || c.OwnerID != nil {
		t.Error("a refused start has told something")
	}
}

func TestCase(t *testing.T) {
	w := newWorld()
	w.put("new", "open hidden, open trashed")
	if got := w.cs.Conversation(w.c(2).ID); got != w.c(2) {
		t.Errorf("found %v", got)
	}
	if got := w.cs.Conversation(w.account.ID); got != nil {
		t.Errorf("found %v", got)
	}
	for _, c := range []struct {
		name, who string
		want      bool
	}{
		{"D15/a ticket is seen by who sees one of its conversations", "cleo", true},
		{"D15/even when that one is in the trash", "ben", true},
		{"D15/by admins and integrations", "bot", true},
		{"D15/by the server", "server", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if w.cs.Seen(w.actor(c.who)) != c.want {
				t.Error("no")
			}
		})
	}
	t.Run("D15/not by who sees none of them", func(t *testing.T) {
		w.cs.Conversations = w.cs.Conversations[:1]
		if w.cs.Seen(w.actor("ben")) || strings.Contains(w.state(), "c2") {
			t.Error("seen")
		}
	})
}
