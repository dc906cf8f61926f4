package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"deskwire/desk"
)

// labelTest is an account with two labels and two conversations.
type labelTest struct {
	*account
	channel     string
	bug, urgent string
	ids         []string
}

func newLabelled(t *testing.T) *labelTest {
	t.Helper()
	lt := &labelTest{account: start(t).newAccount(t, desk.PlanStarter, time.Now())}
	_, lt.channel = lt.createInbox(t, "Support", nil)
	for i := range 2 {
		lt.ids = append(lt.ids, lt.receiveMessage(t, lt.channel, fmt.Sprint("thread", i), fmt.Sprintf("c%d@contact.test", i), "Hello"))
	}
	lt.bug = lt.createLabel(t, "Bug")
	lt.urgent = lt.createLabel(t, "Urgent")
	return lt
}

func (lt *labelTest) createLabel(t *testing.T, name string) string {
	t.Helper()
	return lt.admin.must(t, "labelCreate", "label { id }", vars{"name": name, "color": "#FF0000"}).str("label.id")
}

func namesOf(in []node) (out []string) {
	for _, n := range in {
		out = append(out, n.str("name"))
	}
	return out
}

// TestLabels: they are set, added and taken off, found by filters, told by the log, and stay where
// they are when they are archived.
func TestLabels(t *testing.T) {
	t.Parallel()
	lt := newLabelled(t)
	const shown = "conversation { id version labels { name color } } eventCursor"
	p := lt.admin.must(t, "conversationLabelsSet", shown, vars{"conversationId": lt.ids[0], "labelIds": []string{lt.urgent, lt.bug, lt.bug}})
	if got := namesOf(p.list("conversation.labels")); !slices.Equal(got, []string{"Bug", "Urgent"}) || p.str("conversation.labels.0.color") != "#ff0000" {
		t.Fatalf("set: %v", p.v)
	}
	tried := lt.admin.must(t, "conversationLabelsRemove", shown, vars{"conversationId": lt.ids[0], "labelIds": []string{lt.bug}, "dryRun": true})
	if got := namesOf(tried.list("conversation.labels")); !slices.Equal(got, []string{"Urgent"}) {
		t.Errorf("tried: %v", tried.v)
	}
	lt.admin.must(t, "conversationLabelsRemove", "", vars{"conversationId": lt.ids[0], "labelIds": []string{lt.urgent}})
	lt.admin.must(t, "conversationLabelsAdd", "", vars{"conversationId": lt.ids[1], "labelIds": []string{lt.urgent}})
	find := func(where vars) []string {
		t.Helper()
		var ids []string
		for _, c := range lt.admin.do(t, "query($w: ConversationWhere) { conversations(where: $w, orderBy: {field: NUMBER}) { totalCount nodes { id } } }", vars{"w": where}).at("conversations").list("nodes") {
			ids = append(ids, c.str("id"))
		}
		return ids
	}
	for _, c := range []struct {
		where vars
		want  []string
	}{
		{vars{"labelId": vars{"eq": lt.bug}}, lt.ids[:1]},
		{vars{"labelId": vars{"in": []string{lt.bug, lt.urgent}}}, lt.ids},
		{vars{"labelId": vars{"isNull": true}}, nil},
		{vars{"not": vars{"labelId": vars{"eq": lt.bug}}}, lt.ids[1:]},
		{vars{"labelId": vars{"eq": lt.ids[0]}}, nil},
	} {
		if got := find(c.where); !slices.Equal(got, c.want) {
			t.Errorf("%v finds %v", c.where, got)
		}
	}
	events := lt.admin.do(t, `query($since: String) { events(since: $since, where: {kind: [CONVERSATION_LABELED]}) { nodes { entityId changes { field old new } } } }`, vars{"since": p.str("eventCursor")}).at("events").list("nodes")
	if len(events) != 3 || events[1].str("changes.0.new") != fmt.Sprintf("[%q]", lt.bug) || events[2].str("changes.0.old") != "" { // the cursor is never younger than its answer
		t.Errorf("the log tells %v", events)
	}

	// Archived: it stays where it is, is not given out anew, and its name is free.
	lt.admin.must(t, "labelArchive", "label { archivedAt }", vars{"labelId": lt.bug})
	if got := errorCode(lt.admin.mutate(t, "conversationLabelsAdd", "", vars{"conversationId": lt.ids[1], "labelIds": []string{lt.bug}})); got != "INVALID_INPUT" {
		t.Errorf("adding an archived label: %q", got)
	}
	lt.createLabel(t, "bug")
	if got := errorCode(lt.admin.mutate(t, "labelCreate", "", vars{"name": "BUG"})); got != "ALREADY_EXISTS" {
		t.Errorf("a label of the same name: %q", got)
	}
	a := lt.admin.do(t, "query($id: ID!) { labels { name } all: labels(includeArchived: true) { name } conversation(id: $id) { labels { name archivedAt } } }", vars{"id": lt.ids[0]})
	if len(a.at(".").list("labels")) != 2 || len(a.at(".").list("all")) != 3 || a.at("conversation").isNull("labels.0.archivedAt") {
		t.Errorf("%s", a.Raw)
	}
}

// TestLabels_live: who follows a conversation is told of its labels, and of a label's new name.
func TestLabels_live(t *testing.T) {
	t.Parallel()
	lt := newLabelled(t)
	f := lt.admin.dial(t).subscribe("subscription($id: ID!) { conversationLive(id: $id) { events { kind } conversation { id labels { id name } } } }", vars{"id": lt.ids[0]})
	f.next()
	shows := func(what string, want ...string) {
		t.Helper()
		f.until(what, func(p *answer) bool {
			return slices.Equal(namesOf(p.at("conversationLive.conversation").list("labels")), want)
		})
	}
	lt.admin.must(t, "conversationLabelsAdd", "", vars{"conversationId": lt.ids[0], "labelIds": []string{lt.bug}})
	shows("the label", "Bug")
	lt.admin.must(t, "labelUpdate", "", vars{"labelId": lt.bug, "name": "Defect"})
	shows("its new name", "Defect")
	lt.admin.must(t, "conversationLabelsSet", "", vars{"conversationId": lt.ids[0], "labelIds": []string{}})
	shows("no label")
}

// TestSnippets: everybody has their own and the account's, finds them by name and shortcut, and
// fills them for a conversation.
func TestSnippets(t *testing.T) {
	t.Parallel()
	lt := newLabelled(t)
	inbox, _ := lt.createInbox(t, "Sales", nil)
	_ = inbox
	_, ben := lt.createAgent(t, "ben", desk.RoleAgent)
	in := vars{"name": "Greeting", "shortcut": "Hi", "text": "Hello {{contact.email}}, this is {{agent.name}}. {{ticket.number|No ticket}}", "html": "<b>{{conversation.subject|<i>none</i>}}</b>"}
	mine := lt.admin.must(t, "snippetCreate", "snippet { id scope shortcut agent { email } viewerCanUpdate }", in)
	if mine.str("snippet.scope") != "PERSONAL" || mine.str("snippet.shortcut") != "hi" || !mine.boolean("snippet.viewerCanUpdate") {
		t.Fatalf("%v", mine.v)
	}
	for who, want := range map[*client]string{lt.admin: "ALREADY_EXISTS", ben: ""} { // a shortcut is one's own
		if got := errorCode(who.mutate(t, "snippetCreate", "", in)); got != want {
			t.Errorf("the same shortcut again: %q", got)
		}
	}
	in["scope"] = "ACCOUNT"
	if got := errorCode(ben.mutate(t, "snippetCreate", "", in)); got != "FORBIDDEN" {
		t.Errorf("an agent made one for the account: %q", got)
	}
	shared := lt.admin.must(t, "snippetCreate", "snippet { id }", in).str("snippet.id")
	find := func(who *client, where vars) int {
		return who.do(t, "query($w: SnippetWhere) { snippets(where: $w) { totalCount } }", vars{"w": where}).at("snippets").num("totalCount")
	}
	for where, want := range map[*vars]int{
		nil: 2, {"shortcut": vars{"startsWith": "H"}}: 2, {"name": vars{"contains": "greet"}}: 2, {"scope": []string{"ACCOUNT"}}: 1, {"shortcut": vars{"eq": "hello"}}: 0,
	} {
		var w vars
		if where != nil {
			w = *where
		}
		if got := find(ben, w); got != want {
			t.Errorf("%v finds %d", w, got)
		}
	}
	a := lt.admin.do(t, "query($s: ID!, $c: ID!) { node(id: $s) { ... on Snippet { filled(conversationId: $c) { text html missingVariables } } } }", vars{"s": mine.str("snippet.id"), "c": lt.ids[0]})
	if got := a.at("node").str("filled.text"); got != "Hello c0@contact.test, this is ada. No ticket" && got != "Hello c0@contact.test, this is Ada. No ticket" {
		t.Errorf("filled: %s", a.Raw)
	}
	if ben.do(t, "query($s: ID!) { node(id: $s) { id } }", vars{"s": mine.str("snippet.id")}).at(".").isNull("node") == false {
		t.Error("another one's snippet can be read")
	}
	if got := errorCode(ben.mutate(t, "snippetUpdate", "", vars{"snippetId": mine.str("snippet.id"), "text": "x"})); got != "NOT_FOUND" {
		t.Errorf("another one's snippet: %q", got)
	}
	lt.admin.must(t, "snippetUpdate", "", vars{"snippetId": shared, "shortcut": nil, "text": "Good day"})
	lt.admin.must(t, "snippetDelete", "", vars{"snippetId": shared})
	if find(ben, nil) != 1 || errorCode(lt.admin.mutate(t, "snippetDelete", "", vars{"snippetId": shared})) != "NOT_FOUND" {
		t.Error("it is there after it was deleted")
	}
	// Nobody is told of another one's snippets; all are told of the account's.
	for who, want := range map[*client]int{lt.admin: 4, ben: 4} {
		if n := who.do(t, "{ events(where: {kind: [SNIPPET_CREATED, SNIPPET_UPDATED, SNIPPET_DELETED]}) { totalCount } }", nil).at("events").num("totalCount"); n != want {
			t.Errorf("%d events of snippets, not %d", n, want)
		}
	}
}
