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

// caller is somebody of a role, with a token of some scopes.
type caller struct {
	*client
	role         desk.Role
	scopes       []desk.Scope
	ownToken     string // another token of theirs
	foreignToken string // a token of somebody else
}

func (by caller) String() string { return fmt.Sprintf("%s with the scopes %v", by.role, by.scopes) }

var agentByRole = map[desk.Role]string{desk.RoleAdmin: "", desk.RoleAgent: "sue", desk.RoleReadOnly: "reed", desk.RoleIntegration: "bot"}

// callersWith is everybody: each role with each of the scopes.
func (acc *accountFixture) callersWith(t *testing.T, sets ...[]desk.Scope) []caller {
	t.Helper()
	var all []caller
	for _, role := range []desk.Role{desk.RoleAdmin, desk.RoleAgent, desk.RoleReadOnly, desk.RoleIntegration} {
		email := "ada@" + acc.slug + ".test"
		if name := agentByRole[role]; name != "" {
			email = name + acc.marker + "@" + acc.slug + ".test"
		}
		full := acc.clientOf(t, email)
		for _, scopes := range sets {
			by := caller{client: acc.clientOf(t, email, scopes...), role: role, scopes: scopes}
			by.ownToken = full.must(t, "apiTokenCreate", "apiToken { id }", vars{"name": "Spare"}).str("apiToken.id")
			by.foreignToken = acc.admin.must(t, "apiTokenCreate", "apiToken { id }", vars{"name": "Another", "agentId": acc.agents["sal"]}).str("apiToken.id")
			all = append(all, by)
		}
	}
	return all
}

// refusalCode is the code that a mutation is refused with; only that is asked for, so it needs no
// scope READ.
func (c *client) refusalCode(t testing.TB, mutation string, input vars) string {
	t.Helper()
	a, err := c.tryQuery(fmt.Sprintf("mutation($input: %sInput!) { %s(input: $input) { errors { code message } } }", capitalize(mutation), mutation), vars{"input": input})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Errors) > 0 {
		t.Errorf("%s %v answered %s", mutation, input, a.Raw)
		return "?"
	}
	return errorCode(a.at(mutation))
}

// TestMutationPermissions holds every mutation against who may do it: each role, with tokens of
// each scope.
func TestMutationPermissions(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	crowd := acc.callersWith(t, nil, []desk.Scope{desk.ScopeRead}, []desk.Scope{desk.ScopeWrite}, []desk.Scope{desk.ScopeChannel},
		[]desk.Scope{desk.ScopeAdmin}, []desk.Scope{desk.ScopeRead, desk.ScopeChannel}, []desk.Scope{desk.ScopeWrite, desk.ScopeAdmin})
	done := map[string]bool{"apiTokenRevoke": true, "presenceSet": true, "sessionRefresh": true}
	for _, by := range crowd {
		for _, d := range acc.mutationCases(t) {
			done[d.mutation] = true
			acc.checkMutation(t, by, d)
		}
		acc.checkMutation(t, by, mutationCase{"apiTokenRevoke", mayManageTokens, vars{"apiTokenId": by.ownToken}})
		acc.checkForeignTokens(t, by)
		acc.checkConnectionMutations(t, by)
	}
	for _, f := range graph.Schema().Mutation.Fields {
		if !strings.HasPrefix(f.Name, "__") && !done[f.Name] {
			t.Errorf("nobody has said who may %s: add it to mutationCases", f.Name)
		}
	}
	t.Logf("%d mutations, %d kinds of people", len(done), len(crowd))
}

func (acc *accountFixture) checkMutation(t *testing.T, by caller, d mutationCase) {
	t.Helper()
	want := ""
	if !d.may(by.role, by.scopes) {
		want = "FORBIDDEN"
	}
	if got := by.refusalCode(t, d.mutation, d.input); got != want {
		t.Errorf("%s %v by %s was answered %q, not %q", d.mutation, d.input, by, got, want)
	}
}

// checkForeignTokens deals with the tokens of somebody else: admins may, for the others they are
// not there.
func (acc *accountFixture) checkForeignTokens(t *testing.T, by caller) {
	t.Helper()
	want := "NOT_FOUND"
	if mayAdminister(by.role, by.scopes) {
		want = ""
	}
	if got := by.refusalCode(t, "apiTokenRevoke", vars{"apiTokenId": by.foreignToken}); got != want {
		t.Errorf("ending somebody else's token by %s was answered %q, not %q", by, got, want)
	}
	if want != "" {
		want = "FORBIDDEN"
	}
	if got := by.refusalCode(t, "apiTokenCreate", vars{"name": "T", "agentId": acc.agents["sal"], "scopes": []string{"ADMIN"}}); got != want {
		t.Errorf("making a token for somebody else by %s was answered %q, not %q", by, got, want)
	}
}

// checkConnectionMutations deals with what is meant for connections. Who is at a conversation must
// be able to see it, and a plain request has no connection whose token could be another one.
func (acc *accountFixture) checkConnectionMutations(t *testing.T, by caller) {
	t.Helper()
	a, err := by.tryQuery(`mutation($input: PresenceSetInput!) { presenceSet(input: $input) { errors { code } } }`, vars{"input": vars{"conversationId": acc.open[2], "state": "VIEWING"}})
	if err != nil {
		t.Fatal(err)
	}
	refused := len(a.Errors) > 0 && a.Errors[0].Extensions["code"] == "FORBIDDEN"
	if may := hasScope(by.scopes, desk.ScopeRead); refused == may || may && (len(a.Errors) > 0 || errorCode(a.at("presenceSet")) != "") || !may && a.Data["presenceSet"] != nil {
		t.Errorf("presenceSet by %s was answered %s", by, a.Raw)
	}
	if got := by.refusalCode(t, "sessionRefresh", vars{"token": by.token}); got != "INVALID_INPUT" {
		t.Errorf("sessionRefresh by %s was answered %q", by, got)
	}
}

// TestReadPermissions: a token without the scope READ asks no query and follows nothing, and a
// mutation shows it no more than what it changed.
func TestReadPermissions(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).theirs
	for _, by := range acc.callersWith(t, nil, []desk.Scope{desk.ScopeRead}, []desk.Scope{desk.ScopeWrite}, []desk.Scope{desk.ScopeChannel}, []desk.Scope{desk.ScopeAdmin}) {
		may := hasScope(by.scopes, desk.ScopeRead)
		for _, f := range slices.Concat(graph.Schema().Query.Fields, graph.Schema().Subscription.Fields) {
			sel := selectionBuilder{schema: graph.Schema(), first: 5}.selectField(f, f.Name, 0)
			if sel == "" {
				continue
			}
			kind := "query"
			if graph.Schema().Subscription.Fields.ForName(f.Name) == f {
				kind = "subscription"
			}
			a, err := by.tryQuery(kind+" { "+sel+" }", nil)
			if err != nil {
				t.Fatal(err)
			}
			refused := len(a.Errors) > 0 && a.Errors[0].Extensions["code"] == "FORBIDDEN"
			if refused == may || !may && len(a.Data) > 0 {
				t.Errorf("%s by %s was answered %s", f.Name, by, a.Raw)
			}
		}
		if !may && mayWrite(by.role, by.scopes) {
			by.checkPayloadWithoutRead(t, acc)
		}
	}
}

func (by caller) checkPayloadWithoutRead(t *testing.T, acc *accountFixture) {
	t.Helper()
	a, err := by.tryMutate("commentCreate", "comment { text } conversation { id contact { email } messages(first: 5) { nodes { text } } }",
		vars{"conversationId": acc.open[0], "text": "mine"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(a.Raw, "FORBIDDEN") || strings.Contains(a.Raw, foreignMarker) {
		t.Errorf("a mutation by %s showed %s", by, a.Raw)
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
