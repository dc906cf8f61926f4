package db_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// What a mutation refers to is read under its lock: while somebody changes it, the mutation waits,
// and then it is refused, or does as the change says.
func TestReferencesAreReadUnderTheirLock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	for _, c := range references {
		w.newAccount(c.name)
		w.populate(3, 1, 1)
		w.exec("INSERT INTO account_counters VALUES ($1, 'conversation', 1000), ($1, 'ticket', 1000)", w.account.ID)
		w.exec("UPDATE conversations SET trash_group_id = NULL, trashed_at = NULL WHERE account_id = $1", w.account.ID)
		w.exec("UPDATE tickets SET trash_group_id = NULL, trashed_at = NULL, status_id = $2, closed_at = NULL WHERE account_id = $1", w.account.ID, w.open)
		r := &referred{world: w, T: t, conversation: w.conversations[len(w.conversations)-1].ID, ticket: w.tickets[0].ID}
		r.furnish()
		if got := r.meet(c.change, c.refer); got != c.want {
			t.Errorf("%s: answered %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAnAdminIsLeft lets two admins take each other's role away at the same moment.
func TestAnAdminIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	eve := w.actor("Eve", desk.RoleAdmin)
	r := &referred{world: w, T: t}
	off, agent := false, desk.RoleAgent
	first := func(ctx context.Context, t *write.Tx) error {
		return t.UpdateAgent(ctx, eve.Agent.ID, nil, desk.AgentPatch{Role: &agent}, nil)
	}
	r.by = eve
	second := func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.UpdateAgent(ctx, r.admin.Agent.ID, nil, desk.AgentPatch{Active: &off}, nil)
	}
	if got := r.meet(func(ctx context.Context, t *write.Tx, _ *referred) error { return first(ctx, t) }, second); got != desk.CodeLastAdmin {
		t.Errorf("the second one is answered %q", got)
	}
}

// A contact who gets another address while a mutation that knows them by the old one waits is not
// who is meant.
func TestContactsAreKnownUnderTheirLock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	const known = "old@contact.test"
	calls := map[string]func(context.Context, *write.Tx) error{
		"upsert": func(ctx context.Context, t *write.Tx) error {
			return t.UpsertContact(ctx, desk.ContactInput{Email: new(known), Name: new("Somebody")})
		},
		"learn": func(ctx context.Context, t *write.Tx) error {
			_, err := t.LearnContact(ctx, desk.ContactInput{Email: new(known), Name: new("Somebody"), Phone: new("+49301")})
			return err
		},
		"receive": func(ctx context.Context, t *write.Tx) error {
			return t.ReceiveMessage(ctx, write.ReceiveMessage{ChannelID: w.channels[0], ExternalID: "x", Content: desk.Content{Text: "Hello"},
				Contact: desk.ContactInput{Email: new(known), Name: new("Somebody"), Phone: new("+49301")}})
		},
		"start": func(ctx context.Context, t *write.Tx) error {
			return t.StartConversation(ctx, write.StartConversation{ChannelID: w.channels[0],
				Contact: &desk.ContactInput{Email: new(known), Name: new("Somebody"), Phone: new("+49301")}})
		},
	}
	for name, call := range calls {
		w.newAccount(name)
		r := &referred{world: w, T: t}
		moved := r.must(func(ctx context.Context, t *write.Tx) error {
			return t.UpsertContact(ctx, desk.ContactInput{Email: new(known)})
		}).Contact
		got := r.meet(func(ctx context.Context, t *write.Tx, _ *referred) error {
			return t.UpdateContact(ctx, moved.ID, nil, desk.ContactPatch{SetEmail: true, ContactInput: desk.ContactInput{Email: new("new@contact.test")}})
		}, func(ctx context.Context, t *write.Tx, _ *referred) error { return call(ctx, t) })
		var names string
		must(t, w.sql.QueryRow(ctx, "SELECT string_agg(email || ' ' || name, ', ' ORDER BY email) FROM contacts WHERE account_id = $1", w.account.ID).Scan(&names))
		if got != "" || names != "new@contact.test , old@contact.test Somebody" {
			t.Errorf("%s: refused with %q; the contacts are %s", name, got, names)
		}
	}
}

// A message that waits for a conversation which is closed or trashed in that moment goes where its
// thread goes on.
func TestThreadsAreFoundUnderTheirLock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	for name, change := range map[string]func(context.Context, *write.Tx, desk.ID) error{
		"closed": func(ctx context.Context, t *write.Tx, id desk.ID) error { return t.CloseConversation(ctx, id, nil) },
		"trashed": func(ctx context.Context, t *write.Tx, id desk.ID) error {
			return t.TrashConversation(ctx, id, nil, false)
		},
	} {
		w.newAccount(name)
		r := &referred{world: w, T: t}
		var both []desk.ID
		for range 2 {
			both = append(both, r.must(func(ctx context.Context, t *write.Tx) error {
				return t.StartConversation(ctx, write.StartConversation{ChannelID: w.channels[0], ThreadKey: new("thread"),
					Contact: &desk.ContactInput{Email: new("a@contact.test")}})
			}).Conversation.ID)
		}
		got := r.meet(func(ctx context.Context, t *write.Tx, _ *referred) error { return change(ctx, t, both[1]) },
			func(ctx context.Context, t *write.Tx, r *referred) error {
				err := t.ReceiveMessage(ctx, write.ReceiveMessage{ChannelID: w.channels[0], ExternalID: "x", ThreadKey: new("thread"),
					Contact: desk.ContactInput{Email: new("a@contact.test")}, Content: desk.Content{Text: "Hello"}})
				if err == nil {
					r.conversation = t.Outcome().Conversation.ID
				}
				return err
			})
		if got != "" || r.conversation != both[0] {
			t.Errorf("the newest one is %s: refused with %q; the message went to the open one: %v", name, got, r.conversation == both[0])
		}
	}
}

// references are pairs of a mutation that changes the configuration and one that refers to it.
var references = []struct {
	name          string
	change, refer func(context.Context, *write.Tx, *referred) error
	want          desk.ErrorCode
}{
	{"owner of a conversation", leaves, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.AssignConversation(ctx, r.unowned, nil, &r.ann.Agent.ID)
	}, desk.CodeOwnerCannotOwn},
	{"owner of a ticket", leaves, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.AssignTicket(ctx, r.ticket, nil, &r.ann.Agent.ID)
	}, desk.CodeOwnerCannotOwn},
	{"owner of a new ticket", leaves, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.CreateTicket(ctx, write.CreateTicket{ConversationID: r.conversation, Name: "New", Owner: desk.OwnerInput{Set: true, ID: &r.ann.Agent.ID}})
	}, desk.CodeOwnerCannotOwn},
	{"owner of a new conversation", leaves, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.StartConversation(ctx, write.StartConversation{ChannelID: r.channels[0], ContactID: &r.contacts[0].ID, Owner: desk.OwnerInput{Set: true, ID: &r.ann.Agent.ID}})
	}, desk.CodeOwnerCannotOwn},
	{"owner that a new ticket inherits", leaves, func(ctx context.Context, t *write.Tx, r *referred) error {
		err := t.CreateTicket(ctx, write.CreateTicket{ConversationID: r.conversation, Name: "New"})
		if err == nil && t.Outcome().Ticket.OwnerID != nil {
			err = desk.Refuse("AN_OWNER", "It is given to who has left.")
		}
		return err
	}, ""},
	{"owner as a property", leaves, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.UpdateTicket(ctx, r.ticket, nil, desk.TicketPatch{Properties: []desk.PropertyInput{{Key: "owner", String: new(r.ann.Agent.Ref().String())}}})
	}, desk.CodeOwnerCannotOwn},
	{"agent of a token", leaves, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.CreateToken(ctx, &r.ann.Agent.ID, "Token", nil, nil)
	}, desk.CodeInvalidInput},
	{"status", archived, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.SetTicketStatus(ctx, r.ticket, nil, r.status)
	}, desk.CodeStatusArchived},
	{"status of a new ticket", archived, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.CreateTicket(ctx, write.CreateTicket{ConversationID: r.conversation, Name: "New", StatusID: &r.status})
	}, desk.CodeStatusArchived},
	{"status as a property", archived, func(ctx context.Context, t *write.Tx, r *referred) error {
		s := desk.Ref{Kind: desk.KindStatus, ID: r.status}.String()
		return t.UpdateTicket(ctx, r.ticket, nil, desk.TicketPatch{Properties: []desk.PropertyInput{{Key: "status", String: &s}}})
	}, desk.CodeStatusArchived},
	{"status of a follow-up", archived, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.UpdateInbox(ctx, r.inboxes[0], nil, write.InboxSettings{SetFollowUpStatus: true, FollowUpStatusID: &r.status})
	}, desk.CodeInvalidInput},
	{"pipeline", func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.ArchivePipeline(ctx, r.second, nil)
	}, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.SetTicketStatus(ctx, r.ticket, nil, r.status)
	}, desk.CodeStatusArchived},
	{"property", func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.ArchiveProperty(ctx, desk.Ref{Kind: desk.KindProperty, ID: r.property}, nil)
	}, func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.UpdateTicket(ctx, r.ticket, nil, desk.TicketPatch{Properties: []desk.PropertyInput{{Key: "size", String: new("L")}}})
	}, desk.CodePropertyUnknown},
	{"property of a layout", func(ctx context.Context, t *write.Tx, r *referred) error {
		return t.ArchiveProperty(ctx, desk.Ref{Kind: desk.KindProperty, ID: r.property}, nil)
	}, func(ctx context.Context, t *write.Tx, _ *referred) error {
		return t.SetLayout(ctx, desk.LayoutMine, []string{"size"}, nil)
	}, desk.CodePropertyUnknown},
	{"channel", func(ctx context.Context, t *write.Tx, r *referred) error {
		th := desk.ThreadByContact
		return t.UpdateChannel(ctx, r.channels[0], nil, nil, &th)
	}, func(ctx context.Context, t *write.Tx, r *referred) error {
		before := t.Outcome()
		for _, external := range []string{"one", "two"} { // both go into one conversation now
			err := t.ReceiveMessage(ctx, write.ReceiveMessage{ChannelID: r.channels[0], ExternalID: external,
				Contact: desk.ContactInput{Email: new("new@contact.test")}, Content: desk.Content{Text: "Hello"}})
			if err != nil {
				return err
			}
			if external == "one" {
				r.conversation = before.Conversation.ID
				if err := t.Then(ctx, t.By(), time.Now()); err != nil {
					return err
				}
			}
		}
		if t.Outcome().Conversation.ID != r.conversation {
			return desk.Refuse("TWO_CONVERSATIONS", "The channel was read before its lock.")
		}
		return nil
	}, ""},
}

func leaves(ctx context.Context, t *write.Tx, r *referred) error {
	off := false
	return t.UpdateAgent(ctx, r.ann.Agent.ID, nil, desk.AgentPatch{Active: &off}, nil)
}

func archived(ctx context.Context, t *write.Tx, r *referred) error {
	return t.ArchiveStatus(ctx, r.status, nil)
}

// referred is an account with what is referred to.
type referred struct {
	*world
	*testing.T
	by                   *desk.Actor // of the mutation that refers; nil: the admin
	conversation, ticket desk.ID     // Ann owns the conversation
	unowned              desk.ID     // a conversation that nobody owns
	second, status       desk.ID     // a pipeline beside the first, and its second open status
	property             desk.ID
}

func (r *referred) furnish() {
	r.Helper()
	r.exec("UPDATE conversations SET owner_id = $1 WHERE id = $2", r.ann.Agent.ID, r.conversation)
	r.unowned = r.conversations[0].ID
	r.exec("UPDATE conversations SET owner_id = NULL WHERE id = $1", r.unowned)
	out := r.must(func(ctx context.Context, t *write.Tx) error {
		return t.CreatePipeline(ctx, "Second", []desk.StatusInput{{Name: "Todo", State: desk.StateOpen}, {Name: "Next", State: desk.StateOpen}, {Name: "Done", State: desk.StateClosed}})
	})
	r.second, r.status = out.Pipeline.ID, out.Pipeline.Statuses[1].ID
	r.property = r.must(func(ctx context.Context, t *write.Tx) error {
		return t.CreateProperty(ctx, "size", "Size", "", desk.TypeText, nil)
	}).PropertyDefinition.ID
}

func (r *referred) must(do func(context.Context, *write.Tx) error) *write.Outcome {
	r.Helper()
	out, err := r.store.Write(ctx, write.Write{By: read.Authenticated(r.admin), Mutation: "test"}, do)
	must(r.T, err)
	return out
}

// meet begins the change, lets the other one come while it is not yet committed, and answers how
// that is refused.
func (r *referred) meet(change, refer func(context.Context, *write.Tx, *referred) error) desk.ErrorCode {
	r.Helper()
	changed, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := r.store.Write(ctx, write.Write{By: read.Authenticated(r.admin), Mutation: "change"}, func(ctx context.Context, t *write.Tx) error {
			err := change(ctx, t, r)
			close(changed)
			<-goOn
			return err
		})
		done <- err
	}()
	<-changed
	answer, by := make(chan error, 1), r.by
	if by == nil {
		by = r.admin
	}
	go func() {
		_, err := r.store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "refer"}, func(ctx context.Context, t *write.Tx) error { return refer(ctx, t, r) })
		answer <- err
	}()
	early := r.waits(answer)
	close(goOn)
	must(r.T, <-done)
	if early {
		r.Error("the one did not wait for the other")
		return ""
	}
	err := <-answer
	var refused *desk.Error
	if err != nil && !errors.As(err, &refused) {
		r.Fatal(err)
	}
	if refused == nil {
		return ""
	}
	return refused.Code
}

// waits watches until a mutation waits for its lock. It answers true when one is done without.
func (r *referred) waits(answer chan error) bool {
	r.Helper()
	for {
		var n int
		must(r.T, r.sql.QueryRow(ctx, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&n))
		if n > 0 {
			return false
		}
		select {
		case err := <-answer:
			r.Logf("answered at once: %v", err)
			return true
		case <-time.After(time.Millisecond):
		}
	}
}
