package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestMessageReceive(t *testing.T) {
	receive := func(policy FollowUpPolicy, to string) func(*world, *Act) error {
		return func(w *world, a *Act) error {
			w.support.FollowUp = policy
			w.message = w.cs.Receive(a, w.c(1), Inbound{ExternalID: "ext", ContactID: w.contact.ID, SentAt: &w.before, Content: Content{Text: "Hi  there"}}, w.support, w.status[to])
			return nil
		}
	}
	const got, reopened = "MESSAGE_RECEIVED new-msg", "\n+ D8 CONVERSATION_REOPENED c1: status CLOSED>OPEN"
	run(t, []play{
		{
			name: "D8/a message to an open conversation changes no status", by: "bot", ticket: "new", convs: "open unread", do: receive(ReopenTicket, "waiting"), after: "t:new c1:open", told: got,
			check: func(t *testing.T, w *world, a *Act, _ error) {
				c, m := w.c(1), w.message
				if c.UnreadCount != 3 || c.Preview != "Hi there" || !c.LastActivityAt.Equal(w.now) || !w.cs.Ticket.LastActivityAt.Equal(w.now) || len(a.Active()) != 2 {
					t.Errorf("conversation %+v, ticket %+v", c, w.cs.Ticket)
				}
				if m.Kind != Incoming || *m.ContactID != w.contact.ID || m.AgentID != nil || *m.ExternalID != "ext" || m.SentAt != &w.before || m.Delivery != nil || m.Text != "Hi  there" {
					t.Errorf("made %+v", m)
				}
				if got := w.changes(a.Events[0].Changes); got != "kind nil>INCOMING, conversation nil>c1, externalId nil>ext" {
					t.Errorf("told %s", got)
				}
			},
		},
		{name: "D8/a closed conversation without a ticket reopens", by: "bot", convs: "closed", do: receive(KeepTicketClosed, "nothing"), after: "c1:open", told: got + reopened},
		{name: "D8/KEEP_TICKET_CLOSED reopens the conversation alone", by: "bot", ticket: "closed", convs: "closed, closed", do: receive(KeepTicketClosed, "waiting"), after: "t:closed c1:open c2:closed", told: got + reopened},
		{
			name: "D8/REOPEN_TICKET puts the ticket into the status, the other conversations stay", by: "bot", ticket: "closed", convs: "closed, closed, open", do: receive(ReopenTicket, "waiting"),
			after: "t:waiting c1:open c2:closed c3:open", told: got + reopened + "\n+ D8 TICKET_STATUS_CHANGED t: status closed>waiting, closedAt before>nil",
		},
		{
			name: "D8/REOPEN_TICKET to a status of another pipeline", by: "bot", ticket: "done", convs: "closed", do: receive(ReopenTicket, "triage"),
			after: "t:triage c1:open", told: got + reopened + "\n+ D8 TICKET_STATUS_CHANGED t: pipeline pipeline>second, status done>triage, closedAt before>nil",
		},
		{name: "D8/REOPEN_TICKET without a status keeps it closed", by: "bot", ticket: "closed", convs: "closed", do: receive(ReopenTicket, "nothing"), after: "t:closed c1:open", told: got + reopened},
		{name: "D8/REOPEN_TICKET leaves an open ticket in its status", by: "bot", ticket: "new", convs: "closed", do: receive(ReopenTicket, "waiting"), after: "t:new c1:open", told: got + reopened},
		{name: "D8/NEW_CONVERSATION_AFTER, within its days, keeps the ticket closed", by: "bot", ticket: "closed", convs: "closed", do: receive(NewConversationAfter, "waiting"), after: "t:closed c1:open", told: got + reopened},
		{name: "R30/a message to an open conversation of a closed ticket reopens nothing", by: "bot", ticket: "closed", convs: "open, closed", do: receive(ReopenTicket, "waiting"), after: "t:closed c1:open c2:closed", told: got},
		{
			name: "D15/who brings the message in but may not see the inbox hears a number", by: "ben CHANNEL", ticket: "closed", convs: "closed hidden", do: receive(ReopenTicket, "waiting"), after: "t:waiting c1:open",
			told:    got + reopened + "\n+ D8 TICKET_STATUS_CHANGED t: status closed>waiting, closedAt before>nil",
			effects: "+ D8 TICKET_STATUS_CHANGED t: status closed>waiting, closedAt before>nil\n+ D8 CONVERSATION_REOPENED hidden x1",
		},
	})
	days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	for _, c := range []struct {
		name   string
		policy FollowUpPolicy
		after  time.Duration // of closing; negative: still open
		want   bool
	}{
		{"D8/NEW_CONVERSATION_AFTER 7 days: after six", NewConversationAfter, days(6), false},
		{"D8/NEW_CONVERSATION_AFTER 7 days: after exactly seven", NewConversationAfter, days(7), false},
		{"D8/NEW_CONVERSATION_AFTER 7 days: a moment later", NewConversationAfter, days(7) + 1, true},
		{"D8/NEW_CONVERSATION_AFTER 7 days: while it is open", NewConversationAfter, -1, false},
		{"D8/KEEP_TICKET_CLOSED never starts a new conversation", KeepTicketClosed, days(700), false},
		{"D8/REOPEN_TICKET never starts a new conversation", ReopenTicket, days(700), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			i, cv := &Inbox{FollowUp: c.policy, FollowUpDays: 7}, w.conversation("c", "open")
			if c.after >= 0 {
				cv.closeNow(&Act{Now: w.now.Add(-c.after)})
			}
			if got := i.StartsNew(cv, w.now); got != c.want {
				t.Errorf("starts a new one: %v", got)
			}
		})
	}
}

func TestMessageSend(t *testing.T) {
	send := func(in Content) func(*world, *Act) error {
		return func(w *world, a *Act) (err error) {
			w.message, err = w.cs.Send(a, w.c(1), in)
			return err
		}
	}
	comment := func(text string) func(*world, *Act) error {
		return func(w *world, a *Act) (err error) {
			w.message, err = w.cs.Comment(a, w.c(1), Content{Text: text})
			return err
		}
	}
	takeSent := func(external string) func(*world, *Act) error {
		return func(w *world, a *Act) (err error) {
			w.message, err = w.cs.TakeSent(a, w.c(1), external, Content{Text: "Hello"})
			return err
		}
	}
	stands := func(unread int, kind MessageKind) func(*testing.T, *world, *Act, error) {
		return func(t *testing.T, w *world, a *Act, _ error) {
			c, m := w.c(1), w.message
			if c.UnreadCount != unread || c.Preview != Preview(m.Text) || !c.LastActivityAt.Equal(w.now) || !w.cs.Ticket.LastActivityAt.Equal(w.now) || len(a.Active()) != 2 {
				t.Errorf("conversation %+v", c)
			}
			if m.Kind != kind || *m.AgentID != w.agents["ben"].ID || m.ContactID != nil || m.ConversationID != c.ID || m.ChannelID != c.ChannelID || m.InboxID != c.InboxID {
				t.Errorf("made %+v", m)
			}
			if (kind == Outgoing) != (m.Delivery != nil) {
				t.Errorf("delivery %v", m.Delivery)
			}
		}
	}
	const sent = "MESSAGE_SENT new-msg"
	run(t, []play{
		{name: "R19/an answer waits for its channel, and what was unread is read", ticket: "new", convs: "open unread", do: send(Content{Text: "Hello"}), after: "t:new c1:open", told: sent, check: func(t *testing.T, w *world, a *Act, err error) {
			stands(0, Outgoing)(t, w, a, err)
			if *w.message.Delivery != DeliveryQueued || w.message.DeliveredAt != nil {
				t.Errorf("made %+v", w.message)
			}
		}},
		{name: "R19/an answer leaves closed what is closed, and the owners as they are", ticket: "closed @ada", convs: "closed @cleo", do: send(Content{Text: "Hello"}), after: "t:closed@ada c1:closed@cleo", told: sent, check: stands(0, Outgoing)},
		{name: "R19/an answer may be a picture alone", ticket: "new", convs: "open", do: send(Content{HTML: new("<img src=x>"), Shows: true}), told: sent, check: stands(0, Outgoing)},
		{name: "R19/an answer says something", convs: "open", do: send(Content{HTML: new("")}), refused: CodeInvalidInput, path: "text"},
		{name: "R19/the longest text", convs: "open", do: send(Content{Text: strings.Repeat("x", MaxText)}), told: sent},
		{name: "R19/a text that is too long", convs: "open", do: send(Content{Text: strings.Repeat("x", MaxText+1)}), refused: CodeTextTooLong, path: "text"},
		{name: "R19/HTML that says nothing", convs: "open", do: send(Content{Text: " ", HTML: new("<p></p>")}), refused: CodeInvalidInput, path: "text"},
		{name: "R19/HTML that is too long", convs: "open", do: send(Content{Text: "x", HTML: new(strings.Repeat("x", MaxHTML+1))}), refused: CodeTextTooLong, path: "html"},
		{name: "R19/text with NUL", convs: "open", do: send(Content{Text: "a\x00b"}), refused: CodeInvalidText, path: "text"},
		{name: "R19/HTML that is not UTF-8", convs: "open", do: send(Content{Text: "x", HTML: new("\xff")}), refused: CodeInvalidText, path: "html"},
		{name: "R19/by the server, nobody wrote it", by: "server", convs: "open", do: send(Content{Text: "Hello"}), told: sent, check: func(t *testing.T, w *world, _ *Act, _ error) {
			if w.message.AgentID != nil {
				t.Errorf("made %+v", w.message)
			}
		}},
		{name: "comment/leaves unread what is unread, and everything in its status", ticket: "closed", convs: "closed unread", do: comment("Note"), after: "t:closed c1:closed", told: "COMMENT_CREATED new-msg", check: stands(2, Comment)},
		{name: "comment/says something", convs: "open", do: comment(""), refused: CodeInvalidInput, path: "text"},
		{name: "D14/an answer that an import brings was delivered long ago", ticket: "new", convs: "open unread", do: takeSent("ext"), told: sent, check: func(t *testing.T, w *world, a *Act, err error) {
			stands(0, Outgoing)(t, w, a, err)
			if *w.message.Delivery != DeliveryDelivered || !w.message.DeliveredAt.Equal(w.now) || *w.message.ExternalID != "ext" {
				t.Errorf("made %+v", w.message)
			}
		}},
		{name: "D14/it has an id", convs: "open", do: takeSent(" "), refused: CodeInvalidInput, path: "externalId"},
		{name: "D14/which is not too long", convs: "open", do: takeSent(strings.Repeat("x", MaxKey+1)), refused: CodeTextTooLong, path: "externalId"},
	})
}

func TestMessageDelivery(t *testing.T) {
	message := func(kind MessageKind, state *DeliveryState) func(w *world) {
		return func(w *world) {
			w.message = w.sent()
			w.message.Kind, w.message.Delivery = kind, state
			w.watch(w.message)
		}
	}
	report := func(state DeliveryState, detail, external *string) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.message.ReportDelivery(a, w.c(1), state, detail, external) }
	}
	delivered := func(at bool) func(*testing.T, *world, *Act, error) {
		return func(t *testing.T, w *world, _ *Act, _ error) {
			if got := w.message.DeliveredAt; (got != nil) != at || at && !got.Equal(w.now) {
				t.Errorf("delivered at %v", got)
			}
		}
	}
	run(t, []play{
		{name: "delivery/sent", by: "bot CHANNEL", convs: "open", in: message(Outgoing, new(DeliveryQueued)), do: report(DeliverySent, nil, new("ext")), told: "MESSAGE_DELIVERY_REPORTED m: delivery QUEUED>SENT, externalId nil>ext", check: delivered(false)},
		{name: "delivery/delivered", by: "bot", convs: "closed", in: message(Outgoing, new(DeliverySent)), do: report(DeliveryDelivered, nil, nil), told: "MESSAGE_DELIVERY_REPORTED m: delivery SENT>DELIVERED", check: delivered(true)},
		{name: "delivery/failed, in the channel's words", by: "bot", convs: "open", in: message(Outgoing, new(DeliverySent)), do: report(DeliveryFailed, new("full"), nil), told: "MESSAGE_DELIVERY_REPORTED m: delivery SENT>FAILED, deliveryDetail nil>full", check: delivered(false)},
		{name: "delivery/delivered after all", by: "bot", convs: "open", in: func(w *world) {
			message(Outgoing, new(DeliverySent))(w)
			w.message.DeliveryDetail, w.message.ExternalID = new("greylisted"), new("first")
		}, do: report(DeliveryDelivered, nil, new("second")), told: "MESSAGE_DELIVERY_REPORTED m: delivery SENT>DELIVERED, deliveryDetail greylisted>nil", check: delivered(true)},
		{name: "delivery/a report that was overtaken still tells the first id", by: "bot", convs: "open", in: message(Outgoing, new(DeliveryDelivered)), do: report(DeliverySent, new("late"), new("ext")), told: "MESSAGE_DELIVERY_REPORTED m: externalId nil>ext"},
		{name: "delivery/the same again, with more words", by: "bot", convs: "open", in: message(Outgoing, new(DeliveryFailed)), do: report(DeliveryFailed, new("full"), nil), told: "MESSAGE_DELIVERY_REPORTED m: deliveryDetail nil>full", check: delivered(false)},
		{name: "delivery/the same again, with none", by: "bot", convs: "open", in: func(w *world) {
			message(Outgoing, new(DeliveryFailed))(w)
			w.message.DeliveryDetail = new("full")
		}, do: report(DeliveryFailed, nil, nil)},
		{name: "D19/delivery/not in the trash", by: "bot", convs: "open trashed", in: message(Outgoing, new(DeliverySent)), do: report(DeliveryFailed, nil, nil), refused: CodeInTrash},
		{name: "delivery/told twice", by: "bot", convs: "open", in: message(Outgoing, new(DeliverySent)), do: report(DeliverySent, new(""), nil)},
		{name: "delivery/what is delivered stays so", by: "bot", convs: "open", in: message(Outgoing, new(DeliveryDelivered)), do: report(DeliveryFailed, nil, nil), refused: CodeDeliveryNotPossible, path: "state"},
		{name: "delivery/what came in is not delivered", by: "bot", convs: "open", in: message(Incoming, nil), do: report(DeliveryDelivered, nil, nil), refused: CodeDeliveryNotPossible, path: "messageId"},
		{name: "delivery/a comment is not delivered", by: "bot", convs: "open", in: message(Comment, nil), do: report(DeliveryDelivered, nil, nil), refused: CodeDeliveryNotPossible, path: "messageId"},
		{name: "delivery/a detail with NUL", by: "bot", convs: "open", in: message(Outgoing, new(DeliverySent)), do: report(DeliveryFailed, new("\x00"), nil), refused: CodeInvalidText, path: "detail"},
		{name: "delivery/an id that is too long", by: "bot", convs: "open", in: message(Outgoing, new(DeliverySent)), do: report(DeliveryFailed, nil, new(strings.Repeat("x", MaxKey+1))), refused: CodeTextTooLong, path: "externalId"},
	})
}

// Reports arrive in any order; a message never goes back.
func TestDeliveryOrder(t *testing.T) {
	states := []DeliveryState{DeliveryQueued, DeliverySent, DeliveryDelivered, DeliveryFailed}
	const refused = ""
	for was, next := range map[DeliveryState][4]DeliveryState{ // after a report of each state, in that order
		DeliveryQueued:    {DeliveryQueued, DeliverySent, DeliveryDelivered, DeliveryFailed},
		DeliverySent:      {DeliverySent, DeliverySent, DeliveryDelivered, DeliveryFailed},
		DeliveryDelivered: {DeliveryDelivered, DeliveryDelivered, DeliveryDelivered, refused},
		DeliveryFailed:    {DeliveryFailed, DeliveryFailed, refused, DeliveryFailed},
	} {
		for i, reported := range states {
			t.Run(fmt.Sprintf("delivery/%s, then %s", was, reported), func(t *testing.T) {
				w := newWorld()
				w.put("new", "open")
				w.message = w.sent()
				w.message.Kind, w.message.Delivery, w.message.DeliveredAt = Outgoing, new(was), nil
				if was == DeliveryDelivered {
					w.message.DeliveredAt = &w.before
				}
				a := w.act("bot")
				err := w.message.ReportDelivery(a, w.c(1), reported, nil, nil)
				if next[i] == refused {
					mustRefuse(t, err, CodeDeliveryNotPossible, "state")
					next[i] = was
				} else if err != nil {
					t.Fatal(err)
				}
				if got := *w.message.Delivery; got != next[i] || (len(a.Events) > 0) != (got != was) || (w.message.DeliveredAt != nil) != (got == DeliveryDelivered) {
					t.Errorf("it is %s with %d events, delivered at %v", got, len(a.Events), w.message.DeliveredAt)
				}
				if len(a.Events) > 0 && *a.Events[0].TicketID != w.cs.Ticket.ID {
					t.Error("the event does not name the ticket")
				}
			})
		}
	}
}
