package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"deskwire/db/dbtest"
	"deskwire/desk"
)

// What ends somebody's rights at one server ends what they can do over an open websocket of another
// one, whether or not that one can read the log.

const upsertOverSocket = `mutation($input: ContactUpsertInput!) { contactUpsert(input: $input) { contact { id } errors { code } } }`

// ask runs a query or a mutation over the websocket. Nil: it was refused at the top, or the
// connection has ended.
func (ws *socketClient) ask(query string, v vars) *answer {
	ws.t.Helper()
	f := ws.subscribe(query, v)
	select {
	case a := <-f.payloads:
		if len(a.Errors) > 0 {
			return nil
		}
		return a
	case <-f.errors:
	case <-ws.ended:
	case <-time.After(liveTimeout):
		ws.t.Fatal("there was no answer")
	}
	return nil
}

// rightsEnds are ways to lose the right to write.
var rightsEnds = map[string]func(t *testing.T, rt *rightsTest, token string){
	"revoked": func(t *testing.T, rt *rightsTest, token string) {
		rt.gus.must(t, "apiTokenRevoke", "", vars{"apiTokenId": token})
	},
	"deactivated": func(t *testing.T, rt *rightsTest, _ string) {
		rt.change(t, "agentUpdate", "agentId", rt.agent, "active", false)
	},
	"read only": func(t *testing.T, rt *rightsTest, _ string) {
		rt.change(t, "agentUpdate", "agentId", rt.agent, "role", "READ_ONLY")
	},
}

// TestEndedRights_atAnotherServer: once the end of a right was answered at one server, nothing is
// done by it at another one.
func TestEndedRights_atAnotherServer(t *testing.T) {
	t.Parallel()
	here := start(t)
	there := startOn(t, here.dsn)
	for name, end := range rightsEnds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for round := range 8 {
				rt := newRightsTest(t, here, desk.RoleAgent)
				p := rt.gus.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "T"})
				ws := (&client{url: there.URL, token: p.str("secret")}).dial(t)
				contact := func(name string) vars {
					return vars{"input": vars{"email": fmt.Sprintf("%s-%d@late.test", name, round), "name": name}}
				}
				if a := ws.ask(upsertOverSocket, contact("before")); a == nil || a.at("contactUpsert").isNull("contact") {
					t.Fatalf("before it ended: %v", a)
				}
				end(t, rt, p.str("apiToken.id"))
				if a := ws.ask(upsertOverSocket, contact("after")); a != nil && !a.at("contactUpsert").isNull("contact") {
					t.Fatalf("round %d: it was done: %s", round, a.Raw)
				}
			}
		})
	}
}

// TestChangedRights_withoutReadScope: a token that may not read keeps its websocket when rights
// change, and loses it with its own end.
func TestChangedRights_withoutReadScope(t *testing.T) {
	t.Parallel()
	s := start(t)
	rt := newRightsTest(t, s, desk.RoleAgent)
	p := rt.gus.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "Writes", "scopes": []string{"WRITE"}})
	ws := (&client{url: s.URL, token: p.str("secret")}).dial(t)
	contact := func(name string) vars { return vars{"input": vars{"email": name + "@writes.test", "name": name}} }
	for _, role := range []string{"ADMIN", "AGENT"} {
		rt.change(t, "agentUpdate", "agentId", rt.agent, "role", role)
		rt.viewer.next()
		if a := ws.ask(upsertOverSocket, contact("after-"+strings.ToLower(role))); a == nil || a.at("contactUpsert").isNull("contact") {
			t.Fatalf("when the agent has become %s: %v, %v", role, a, ws.err)
		}
	}
	rt.gus.must(t, "apiTokenRevoke", "", vars{"apiTokenId": p.str("apiToken.id")})
	select {
	case <-ws.ended:
	case <-time.After(liveTimeout):
		t.Error("the connection of a revoked token stays open")
	}
}

// TestEndedRights_withoutTheLog: the log's connection stands still. What was revoked is over all
// the same: for mutations, queries and new subscriptions; and the server says what is wrong with
// it.
func TestEndedRights_withoutTheLog(t *testing.T) {
	t.Parallel()
	s := start(t)
	rt := newRightsTest(t, s, desk.RoleAgent)
	p := rt.gus.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "T"})
	mine := &client{url: s.URL, token: p.str("secret")}
	writing, reading, following, still := mine.dial(t), mine.dial(t), mine.dial(t), rt.gus.dial(t)
	if writing.ask(`{ viewer { id } }`, nil) == nil {
		t.Fatal("the token is not good")
	}
	standing := tailBackend(t, s.dsn)
	if err := syscall.Kill(standing, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	goOn := func() { _ = syscall.Kill(standing, syscall.SIGCONT) }
	t.Cleanup(goOn)
	rt.gus.must(t, "apiTokenRevoke", "", vars{"apiTokenId": p.str("apiToken.id")})
	if a := writing.ask(upsertOverSocket, vars{"input": vars{"email": "late@late.test"}}); a != nil {
		t.Errorf("a mutation was done: %s", a.Raw)
	}
	if a := reading.ask(`{ viewer { id } }`, nil); a != nil {
		t.Errorf("a query was answered: %s", a.Raw)
	}
	if still.ask(`{ viewer { id } }`, nil) == nil {
		t.Error("somebody else's query was refused")
	}
	eventually(t, "the log is old", func() bool { return logAge(t, s) > 2.2 })
	f := following.subscribe(conversationLive, vars{"id": rt.id})
	select {
	case a := <-f.payloads:
		t.Errorf("a subscription was served: %s", a.Raw)
	case <-f.errors:
	case <-following.ended:
	case <-time.After(liveTimeout):
		t.Error("the connection of a revoked token stays open")
	}
	eventually(t, "the server is not ready", func() bool { return status(t, s, "/readyz") == http.StatusServiceUnavailable })
	goOn()
	eventually(t, "the server is ready", func() bool { return status(t, s, "/readyz") == http.StatusOK })
}

// TestEndedRights_whileWaiting: a mutation that waits for a record when its token is revoked is not
// done any more, over HTTP nor over a websocket, nor is one behind it in the same document.
func TestEndedRights_whileWaiting(t *testing.T) {
	t.Parallel()
	s := start(t)
	acc := populate(t, s.newAccount(t, desk.PlanStarter, time.Now()), "waiting")
	look, ticket := s.sqlConn(t), acc.tickets[0]
	const rename = `mutation($id: ID!) { a: ticketUpdate(input: {ticketId: $id, name: "Late"}) { ticket { id } errors { code } } b: ticketUpdate(input: {ticketId: $id, name: "Later"}) { ticket { id } errors { code } } }`
	for name, ask := range map[string]func(c *client, ws *socketClient) *answer{
		"HTTP":      func(c *client, _ *socketClient) *answer { a, _ := c.tryQuery(rename, vars{"id": ticket}); return a },
		"websocket": func(_ *client, ws *socketClient) *answer { return ws.ask(rename, vars{"id": ticket}) },
	} {
		p := acc.admin.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "T"})
		mine := &client{url: s.URL, token: p.str("secret")}
		mine.do(t, `{ viewer { id } }`, nil)
		ws := mine.dial(t)
		release := (&idempotencyTest{accountFixture: acc, conn: s.sqlConn(t)}).lockTicket(t, ticket)
		answered := make(chan *answer, 1)
		go func() { answered <- ask(mine, ws) }()
		waitForLocks(t, look, 1)
		acc.admin.must(t, "apiTokenRevoke", "", vars{"apiTokenId": p.str("apiToken.id")})
		revoked := time.Now()
		eventually(t, "the end of what may still be done", func() bool { return time.Since(revoked) > 50*time.Millisecond })
		release()
		if a := <-answered; a != nil && len(a.Errors) == 0 {
			for _, field := range []string{"a", "b"} {
				if !a.at(field).isNull("ticket") {
					t.Errorf("%s: %s was done: %s", name, field, a.Raw)
				}
			}
		}
		if is := acc.admin.do(t, "query($id: ID!) { ticket(id: $id) { name } }", vars{"id": ticket}).at("ticket").str("name"); strings.HasPrefix(is, "Late") {
			t.Errorf("%s: the ticket is named %q", name, is)
		}
	}
}

// tailBackend is the process that reads the log for the server of a database.
func tailBackend(t *testing.T, dsn string) (pid int) {
	t.Helper()
	eventually(t, "the log is read", func() bool {
		found := dbtest.QueryTexts(t, dsn, `SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_current_snapshot()%' AND pid <> pg_backend_pid()`)
		if len(found) != 1 {
			return false
		}
		pid, _ = strconv.Atoi(found[0])
		return true
	})
	return pid
}

func logAge(t *testing.T, s *server) float64 {
	t.Helper()
	resp, err := http.Get(s.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "\ndeskwire_log_read_seconds_ago ")
	value, _, _ := strings.Cut(after, "\n")
	age, err := strconv.ParseFloat(value, 64)
	if err != nil {
		t.Fatal(err)
	}
	return age
}

func status(t *testing.T, s *server, path string) int {
	t.Helper()
	resp, err := http.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}
