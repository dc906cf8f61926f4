package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
	"deskwire/graph"
)

// TestEndedTokens: a token that was revoked, has expired, or whose agent was deactivated opens
// nothing, and tells nobody why.
func TestEndedTokens(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	id, full := a.createAgent(t, "ben", desk.RoleAgent)
	make := func(more vars) (string, *client) {
		p := full.must(t, "apiTokenCreate", "apiToken { id } secret", withField(more, "name", "T"))
		return p.str("apiToken.id"), &client{url: s.URL, token: p.str("secret")}
	}
	_, good := make(vars{})
	revokedID, revoked := make(vars{})
	_, expired := make(vars{"expiresAt": s.now().Add(time.Hour).UTC().Format(desk.TimeFormat)})
	for name, c := range map[string]*client{"good": good, "revoked": revoked, "expired": expired} {
		if status, _ := c.tryToken(t); status != http.StatusOK {
			t.Fatalf("the %s token does not open before its end: %d", name, status)
		}
	}
	full.must(t, "apiTokenRevoke", "apiToken { revokedAt }", vars{"apiTokenId": revokedID})
	s.advanceClock(2 * time.Hour)
	answers := map[string]string{}
	for name, c := range map[string]*client{
		"revoked": revoked, "expired": expired, "unknown": {url: s.URL, token: "dw_" + strings.Repeat("A", 43)},
		"nonsense": {url: s.URL, token: "x"}, "longer": {url: s.URL, token: good.token + "A"}, "cut": {url: s.URL, token: good.token[:40]},
	} {
		answers[name] = c.requireRefused(t, name)
	}
	if status, _ := good.tryToken(t); status != http.StatusOK {
		t.Errorf("a good token answered %d", status)
	}
	a.admin.must(t, "agentUpdate", "", vars{"agentId": id, "active": false})
	answers["deactivated"] = good.requireRefused(t, "deactivated")
	for name, message := range answers {
		if message != answers["unknown"] {
			t.Errorf("a token that is %s is answered %q, an unknown one %q", name, message, answers["unknown"])
		}
	}
	a.admin.must(t, "agentUpdate", "", vars{"agentId": id, "active": true})
	if status, _ := good.tryToken(t); status != http.StatusOK {
		t.Error("an agent who was activated again is not let in")
	}
}

// tryToken sends a query with the client's token and gives the status and the answer.
func (c *client) tryToken(t testing.TB) (int, *answer) {
	t.Helper()
	a, err := c.tryQuery("{ viewer { id } }", nil)
	if err != nil {
		t.Fatal(err)
	}
	return a.Status, a
}

// requireRefused wants the token to be refused, and gives the message.
func (c *client) requireRefused(t testing.TB, name string) string {
	t.Helper()
	status, a := c.tryToken(t)
	if status != http.StatusUnauthorized || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "UNAUTHENTICATED" || a.Data != nil {
		t.Errorf("a token that is %s answered %d %s", name, status, a.Raw)
		return ""
	}
	return a.Errors[0].Message
}

// TestSecretIsShownOnce: no answer but the first and no row has the secret of a token.
func TestSecretIsShownOnce(t *testing.T) {
	t.Parallel()
	rows := startWithRows(t)
	a := rows.newAccount(t, desk.PlanStarter, time.Now())
	p := a.admin.must(t, "apiTokenCreate", selectionBuilder{schema: graph.Schema(), first: 5}.allFields("ApiTokenCreatePayload", 1), vars{"name": "T"})
	secret := p.str("secret")
	if len(secret) < 40 {
		t.Fatalf("the secret is %q", secret)
	}
	if in := rows.tablesWithText(t, secret); len(in) > 0 {
		t.Errorf("the secret stands in %v", in)
	}
	var hashed bool
	err := rows.sql.QueryRow(context.Background(), "SELECT EXISTS (SELECT FROM tokens WHERE hash = sha256($1::text::bytea))", secret).Scan(&hashed)
	if err != nil || !hashed {
		t.Errorf("its hash is not there: %v", err)
	}
	for _, raw := range crawlReachable(t, a.admin).rawAnswers {
		if strings.Contains(raw, secret) {
			t.Errorf("the secret is shown again: %s", raw)
		}
	}
}

// TestWhoAsks_isNeverWhoTheyWere: a request is run for who its token stood for last, and none is
// answered for them when that has changed.
func TestWhoAsks_isNeverWhoTheyWere(t *testing.T) {
	t.Parallel()
	s := start(t)
	a, conn := s.newAccount(t, desk.PlanStarter, time.Now()), s.sqlConn(t)
	team := a.createTeam(t, "Care")
	_, channel := a.createInbox(t, "Care", vars{"teamIds": []string{team}})
	conversation := a.receiveMessage(t, channel, "one", "somebody@example.com", "Hello")
	asks := map[string]func(*client) (*answer, error){
		"rows": func(c *client) (*answer, error) {
			return c.tryQuery("{ conversations(first: 1) { nodes { id } } }", nil)
		},
		"nothing":      func(c *client) (*answer, error) { return c.tryQuery("{ __typename }", nil) },
		"the schema":   func(c *client) (*answer, error) { return c.tryQuery("{ __schema { queryType { name } } }", nil) },
		"nonsense":     func(c *client) (*answer, error) { return c.tryQuery("{ nonsense }", nil) },
		"who they are": func(c *client) (*answer, error) { return c.tryQuery("{ viewer { agent { name } } }", nil) },
		"a change": func(c *client) (*answer, error) {
			return c.tryMutate("conversationMarkRead", "conversation { id }", vars{"conversationId": conversation})
		},
		"a change that reads nothing": func(c *client) (*answer, error) { return c.tryMutate("apiTokenCreate", "secret", vars{"name": "T"}) },
		"a stream": func(c *client) (*answer, error) {
			return c.firstPayload("subscription($id: ID!) { conversationLive(id: $id) { conversation { id } } }", vars{"id": conversation})
		},
	}
	const theirs = " WHERE hash = sha256($1::text::bytea)"
	for name, change := range map[string]struct {
		sql  string            // the server is told nothing of it
		says map[string]string // what is to be in the answers; nil: the token opens nothing
	}{
		"revoked":     {sql: "UPDATE tokens SET revoked_at = now()" + theirs},
		"gone":        {sql: "DELETE FROM tokens" + theirs},
		"expired":     {sql: "UPDATE tokens SET expires_at = now() - interval '1 minute'" + theirs},
		"deactivated": {sql: "UPDATE agents SET deactivated_at = now() WHERE id = (SELECT agent_id FROM tokens" + theirs + ")"},
		"of no team": {"DELETE FROM team_members WHERE agent_id = (SELECT agent_id FROM tokens" + theirs + ")",
			map[string]string{"rows": `"nodes":[]`, "a change": "NOT_FOUND", "nothing": "Query", "nonsense": "VALIDATION"}},
		"of less scope": {"UPDATE tokens SET scopes = '{READ}'" + theirs, map[string]string{"a change": "FORBIDDEN", "rows": conversation, "a stream": conversation}},
		"renamed":       {"UPDATE agents SET name = 'New name' WHERE id = (SELECT agent_id FROM tokens" + theirs + ")", map[string]string{"who they are": "New name", "rows": conversation}},
	} {
		for what, ask := range asks {
			id, c := a.createAgent(t, strings.ReplaceAll(name+"."+what, " ", "-"), desk.RoleAgent, team)
			for range 2 { // they are known after the first time
				if got, err := ask(c); err != nil || got.Status == http.StatusUnauthorized {
					t.Fatalf("%s, %s: at first: %+v %v", name, what, got, err)
				}
			}
			if _, err := conn.Exec(t.Context(), change.sql, c.token); err != nil {
				t.Fatal(err)
			}
			ref, err := desk.ParseRef(id)
			if err != nil {
				t.Fatal(err)
			}
			const theirTokens = "SELECT count(*) FROM tokens WHERE agent_id = $1::text::uuid"
			before := conn.queryInt(t, theirTokens, ref.ID.String())
			got, err := ask(c)
			if n := conn.queryInt(t, theirTokens, ref.ID.String()); change.says == nil && n != before {
				t.Errorf("%s, %s: they have made %d tokens", name, what, n-before)
			}
			switch {
			case err != nil && change.says != nil:
				t.Fatal(err)
			case change.says == nil && (got.Status != http.StatusUnauthorized || got.Data != nil):
				t.Errorf("%s, %s: %d %s", name, what, got.Status, got.Raw)
			case change.says != nil && (got.Status == http.StatusUnauthorized || !strings.Contains(got.Raw, change.says[what])):
				t.Errorf("%s, %s: %d %s", name, what, got.Status, got.Raw)
			}
		}
	}
}
