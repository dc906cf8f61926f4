package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
	"deskwire/graph"
)

// who is somebody of a role, with a token of some scopes.
type who struct {
	*client
	role    desk.Role
	scopes  []desk.Scope
	spare   string // another token of theirs
	another string // a token of somebody else
}

func (w who) String() string { return fmt.Sprintf("%s with the scopes %v", w.role, w.scopes) }

var agentOf = map[desk.Role]string{desk.RoleAdmin: "", desk.RoleAgent: "sue", desk.RoleReadOnly: "reed", desk.RoleIntegration: "bot"}

// crowd is everybody: each role with each of the scopes.
func (h *house) crowd(t *testing.T, sets ...[]desk.Scope) []who {
	t.Helper()
	var all []who
	for _, role := range []desk.Role{desk.RoleAdmin, desk.RoleAgent, desk.RoleReadOnly, desk.RoleIntegration} {
		email := "ada@" + h.slug + ".test"
		if name := agentOf[role]; name != "" {
			email = name + h.word + "@" + h.slug + ".test"
		}
		full := h.clientOf(t, email)
		for _, scopes := range sets {
			w := who{client: h.clientOf(t, email, scopes...), role: role, scopes: scopes}
			w.spare = full.must(t, "apiTokenCreate", "apiToken { id }", vars{"name": "Spare"}).str("apiToken.id")
			w.another = h.admin.must(t, "apiTokenCreate", "apiToken { id }", vars{"name": "Another", "agentId": h.agents["sal"]}).str("apiToken.id")
			all = append(all, w)
		}
	}
	return all
}

// verdict is the code that a mutation is refused with; only that is asked for, so it needs no scope READ.
func (c *client) verdict(t testing.TB, mutation string, input vars) string {
	t.Helper()
	a, err := c.try(fmt.Sprintf("mutation($input: %sInput!) { %s(input: $input) { errors { code message } } }", title(mutation), mutation), vars{"input": input})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Errors) > 0 {
		t.Errorf("%s %v answered %s", mutation, input, a.Raw)
		return "?"
	}
	return code(a.at(mutation))
}

// TestWhoMay holds every mutation against who may do it: each role, with tokens of each scope.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	h := newEstate(t).ours
	crowd := h.crowd(t, nil, []desk.Scope{desk.ScopeRead}, []desk.Scope{desk.ScopeWrite}, []desk.Scope{desk.ScopeChannel},
		[]desk.Scope{desk.ScopeAdmin}, []desk.Scope{desk.ScopeRead, desk.ScopeChannel}, []desk.Scope{desk.ScopeWrite, desk.ScopeAdmin})
	done := map[string]bool{"apiTokenRevoke": true, "presenceSet": true, "sessionRefresh": true}
	for _, w := range crowd {
		for _, d := range h.errands(t) {
			done[d.mutation] = true
			h.judge(t, w, d)
		}
		h.judge(t, w, errand{"apiTokenRevoke", owners, vars{"apiTokenId": w.spare}})
		h.judgeStranger(t, w)
		h.judgeConnected(t, w)
	}
	for _, f := range graph.Schema().Mutation.Fields {
		if !strings.HasPrefix(f.Name, "__") && !done[f.Name] {
			t.Errorf("nobody has said who may %s: add it to errands", f.Name)
		}
	}
	t.Logf("%d mutations, %d kinds of people", len(done), len(crowd))
}

func (h *house) judge(t *testing.T, w who, d errand) {
	t.Helper()
	want := ""
	if !d.may(w.role, w.scopes) {
		want = "FORBIDDEN"
	}
	if got := w.verdict(t, d.mutation, d.input); got != want {
		t.Errorf("%s %v by %s was answered %q, not %q", d.mutation, d.input, w, got, want)
	}
}

// judgeStranger deals with the tokens of somebody else: admins may, for the others they are not there.
func (h *house) judgeStranger(t *testing.T, w who) {
	t.Helper()
	want := "NOT_FOUND"
	if admins(w.role, w.scopes) {
		want = ""
	}
	if got := w.verdict(t, "apiTokenRevoke", vars{"apiTokenId": w.another}); got != want {
		t.Errorf("ending somebody else's token by %s was answered %q, not %q", w, got, want)
	}
	if want != "" {
		want = "FORBIDDEN"
	}
	if got := w.verdict(t, "apiTokenCreate", vars{"name": "T", "agentId": h.agents["sal"], "scopes": []string{"ADMIN"}}); got != want {
		t.Errorf("making a token for somebody else by %s was answered %q, not %q", w, got, want)
	}
}

// judgeConnected deals with what is meant for connections. Who is at a conversation must be able to see it, and a plain
// request has no connection whose token could be another one.
func (h *house) judgeConnected(t *testing.T, w who) {
	t.Helper()
	a, err := w.try(`mutation($input: PresenceSetInput!) { presenceSet(input: $input) { errors { code } } }`, vars{"input": vars{"conversationId": h.open[2], "state": "VIEWING"}})
	if err != nil {
		t.Fatal(err)
	}
	refused := len(a.Errors) > 0 && a.Errors[0].Extensions["code"] == "FORBIDDEN"
	if may := scoped(w.scopes, desk.ScopeRead); refused == may || may && (len(a.Errors) > 0 || code(a.at("presenceSet")) != "") || !may && a.Data["presenceSet"] != nil {
		t.Errorf("presenceSet by %s was answered %s", w, a.Raw)
	}
	if got := w.verdict(t, "sessionRefresh", vars{"token": w.token}); got != "INVALID_INPUT" {
		t.Errorf("sessionRefresh by %s was answered %q", w, got)
	}
}

// TestWhoMayRead: a token without the scope READ asks no query and follows nothing, and a mutation shows it no more than what it changed.
func TestWhoMayRead(t *testing.T) {
	t.Parallel()
	h := newEstate(t).theirs
	for _, w := range h.crowd(t, nil, []desk.Scope{desk.ScopeRead}, []desk.Scope{desk.ScopeWrite}, []desk.Scope{desk.ScopeChannel}, []desk.Scope{desk.ScopeAdmin}) {
		may := scoped(w.scopes, desk.ScopeRead)
		for _, f := range slices.Concat(graph.Schema().Query.Fields, graph.Schema().Subscription.Fields) {
			sel := shape{schema: graph.Schema(), first: 5}.field(f, f.Name, 0)
			if sel == "" {
				continue
			}
			kind := "query"
			if graph.Schema().Subscription.Fields.ForName(f.Name) == f {
				kind = "subscription"
			}
			a, err := w.try(kind+" { "+sel+" }", nil)
			if err != nil {
				t.Fatal(err)
			}
			refused := len(a.Errors) > 0 && a.Errors[0].Extensions["code"] == "FORBIDDEN"
			if refused == may || !may && len(a.Data) > 0 {
				t.Errorf("%s by %s was answered %s", f.Name, w, a.Raw)
			}
		}
		if !may && workers(w.role, w.scopes) {
			w.seesOnlyItsOwn(t, h)
		}
	}
}

func (w who) seesOnlyItsOwn(t *testing.T, h *house) {
	t.Helper()
	a, err := w.tryMutate("commentCreate", "comment { text } conversation { id contact { email } messages(first: 5) { nodes { text } } }",
		vars{"conversationId": h.open[0], "text": "mine"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(a.Raw, "FORBIDDEN") || strings.Contains(a.Raw, theirWord) {
		t.Errorf("a mutation by %s showed %s", w, a.Raw)
	}
}

// TestScopesNarrow: no token can make one that may do more than itself.
func TestScopesAreKept(t *testing.T) {
	t.Parallel()
	a := start(t).newAccount(t, desk.PlanStarter, time.Now())
	want := []string{"CHANNEL", "READ"}
	id := a.admin.must(t, "apiTokenCreate", "apiToken { id }", vars{"name": "T", "scopes": want}).str("apiToken.id")
	var got []string
	for _, s := range a.admin.do(t, "query($id: ID!) { node(id: $id) { ... on ApiToken { scopes } } }", vars{"id": id}).at("node").list("scopes") {
		got = append(got, s.v.(string))
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("a token with the scopes %v has %v", want, got)
	}
}
