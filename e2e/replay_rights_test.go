package e2e

import (
	"fmt"
	"testing"

	"deskwire/desk"
)

// TestReplayWithTodaysEyes: a key that is used again shows what its caller may see now, and not
// what they saw when they used it first.
func TestReplayWithTodaysEyes(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	sal := acc.clients["sal"]
	hidden := acc.receiveIn(t, "Sales", "replayed")
	ticket := acc.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": hidden, "name": "Replayed"}).str("ticket.id")
	const conversation = "conversation { id subject preview contact { id } } ticket { id name }"
	calls := []struct {
		mutation, selection string
		input               vars
	}{
		{"messageSend", "message { id text } conversation { id subject contact { id } }", vars{"conversationId": hidden, "text": "An answer"}},
		{"commentCreate", "comment { id text } conversation { id subject }", vars{"conversationId": hidden, "text": "A note"}},
		{"conversationAssign", conversation, vars{"conversationId": hidden, "ownerId": acc.agents["sal"]}},
		{"conversationMarkUnread", "conversation { id subject }", vars{"conversationId": hidden}},
		{"ticketUpdate", "ticket { id name properties { value } }", vars{"ticketId": ticket, "name": "Replayed again"}},
		{"ticketStatusSet", "ticket { id } conversations { id subject }", vars{"ticketId": ticket, "statusId": acc.status[acc.mark("Closed")]}},
		{"messageReceive", "message { id text } conversation { id subject } contact { id } ticket { id }",
			vars{"channelId": acc.channels["Sales"], "externalId": "again", "threadKey": acc.mark("replayed"), "contact": vars{"email": "replayed@contact.test"}, "text": "Hi"}},
		{"conversationTrash", "conversation { id subject } ticket { id } trashGroup { id }", vars{"conversationId": hidden}},
		{"conversationRestore", "conversation { id subject } ticket { id }", vars{"conversationId": hidden}},
	}
	for i := range calls {
		calls[i].input = withValue(calls[i].input, "idempotencyKey", fmt.Sprint("eyes ", i))
		sal.must(t, calls[i].mutation, calls[i].selection, calls[i].input)
	}
	acc.admin.must(t, "conversationMove", "", vars{"conversationId": hidden, "inboxId": acc.inboxes["Support"]})
	for _, c := range calls {
		p := sal.must(t, c.mutation, c.selection, c.input)
		for _, name := range []string{"message", "comment", "conversation", "ticket", "contact", "trashGroup"} {
			if v, asked := p.v.(map[string]any)[name]; asked && v != nil {
				t.Errorf("%s again shows the %s: %v", c.mutation, name, v)
			}
		}
		if len(p.list("conversations")) > 0 {
			t.Errorf("%s again shows conversations: %v", c.mutation, p.v)
		}
		for _, e := range p.list("effects") {
			if !e.isNull("node") || len(e.list("changes")) > 0 || e.num("count") < 1 {
				t.Errorf("%s again shows the effect %v", c.mutation, e.v)
			}
		}
	}
	acc.admin.must(t, "conversationMove", "", vars{"conversationId": hidden, "inboxId": acc.inboxes["Sales"]})
	if p := sal.must(t, calls[0].mutation, calls[0].selection, calls[0].input); p.str("message.text") != "An answer" {
		t.Errorf("back in sight it shows %v", p.v)
	}
}

// TestReplayOfTeamViews: who has left a team is not shown its views by a key.
func TestReplayOfTeamViews(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	sal := acc.clients["sal"]
	input := vars{"name": "Of Sales", "teamId": acc.sales, "idempotencyKey": "view"}
	id := sal.must(t, "inboxViewCreate", "view { id }", input).str("view.id")
	order := vars{"viewIds": []string{id}, "idempotencyKey": "order"}
	sal.must(t, "inboxViewReorder", "views { id name }", order)
	acc.admin.must(t, "teamUpdate", "", vars{"teamId": acc.sales, "memberIds": []string{}})
	if p := sal.must(t, "inboxViewCreate", "view { id name }", input); !p.isNull("view") {
		t.Errorf("the view is shown: %v", p.v)
	}
	if p := sal.must(t, "inboxViewReorder", "views { id name }", order); len(p.list("views")) > 0 {
		t.Errorf("the views are shown: %v", p.v)
	}
}

// TestReplayWithOtherTokens: the answer to a key goes to who could make the call now, and shows
// what that token may read.
func TestReplayWithOtherTokens(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	ada := "ada@" + acc.slug + ".test"
	type call struct {
		mutation, selection string
		input               vars
		needs               desk.Scope
	}
	for i, c := range []call{
		{"ticketUpdate", "ticket { id name properties { value } }", vars{"ticketId": acc.tickets[0], "name": "Renamed"}, desk.ScopeWrite},
		{"conversationAssign", "conversation { id subject preview } ticket { id name }", vars{"conversationId": acc.open[0], "ownerId": nil}, desk.ScopeWrite},
		{"messageSend", "message { id text }", vars{"conversationId": acc.open[0], "text": "Sent"}, desk.ScopeWrite},
		{"labelUpdate", "label { id name }", vars{"labelId": acc.labels[0], "name": "Relabelled"}, desk.ScopeAdmin},
		{"accountUpdate", "account { id name }", vars{"name": "Called anew"}, desk.ScopeAdmin},
		{"agentUpdate", "agent { id name }", vars{"agentId": acc.agents["sal"], "name": "Sal"}, desk.ScopeAdmin},
	} {
		input := withValue(c.input, "idempotencyKey", fmt.Sprint("tokens ", i))
		acc.admin.must(t, c.mutation, c.selection, input)
		for _, scopes := range scopeSets[1:] {
			other := acc.clientOf(t, ada, scopes...)
			if !hasScope(scopes, c.needs) {
				if got := other.refusalCode(t, c.mutation, input); got != "FORBIDDEN" {
					t.Errorf("%s again with %v was answered %q", c.mutation, scopes, got)
				}
				continue
			}
			a, err := other.tryMutate(c.mutation, c.selection, input)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "FORBIDDEN" {
				t.Errorf("%s again with %v showed %s", c.mutation, scopes, a.Raw)
			}
		}
	}
	// Who is no admin any more does not get the answers of when they were.
	_, demoted := acc.createAgent(t, "demoted", desk.RoleAdmin)
	input := vars{"name": "By the demoted", "idempotencyKey": "demoted"}
	demoted.must(t, "teamCreate", "team { id name }", input)
	acc.admin.must(t, "agentUpdate", "", vars{"agentId": demoted.do(t, "{ viewer { agent { id } } }", nil).at("viewer.agent").str("id"), "role": "AGENT"})
	if got := errorCode(demoted.mutate(t, "teamCreate", "team { id name }", input)); got != "FORBIDDEN" {
		t.Errorf("the demoted was answered %q", got)
	}
}
