package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"deskwire/db/dbtest"
	"deskwire/db/read"
	"deskwire/desk"
)

// queryAfter sends a query with a cursor that the client knows of.
func (c *client) queryAfter(t *testing.T, query, after string) *answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "extensions": map[string]any{"after": after}})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, c.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return c.sendRequest(t, req)
}

// queryAfterByGet is queryAfter by GET.
func (c *client) queryAfterByGet(t *testing.T, query, after string) *answer {
	t.Helper()
	extensions, _ := json.Marshal(map[string]any{"after": after})
	req, err := http.NewRequest(http.MethodGet, c.url+"/graphql?"+url.Values{"query": {query}, "extensions": {string(extensions)}}.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.sendRequest(t, req)
}

func (c *client) sendRequest(t *testing.T, req *http.Request) *answer {
	t.Helper()
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	a := &answer{Status: resp.StatusCode}
	text, _ := io.ReadAll(resp.Body)
	if a.Raw = string(text); json.Unmarshal(text, a) != nil {
		t.Fatalf("%d: %s", resp.StatusCode, text)
	}
	return a
}

// A replica that stands still: who knows nothing newer is shown how it was, with the cursor of
// then, and nobody else is.
func TestReplica_thatStandsStill(t *testing.T) {
	t.Parallel()
	dsn, standby := dbtest.DSN(t), dbtest.NewStandby(t)
	s := startWith(t, dsn, serverOptions{replica: read.Replica{DSN: standby.DSN(dsn), Wait: 30 * time.Millisecond, Lag: time.Hour, Log: slog.New(slog.DiscardHandler)}})
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Support", nil)
	_, ben := a.createAgent(t, "ben", desk.RoleAdmin)
	id := a.receiveMessage(t, channel, "t", "pia@example.test", "Hello")
	query := `{ conversation(id: "` + id + `") { status } }`
	status := func(a *answer) string { return a.at("conversation").str("status") }
	eventually(t, "the replica to be read from", func() bool {
		before, _ := s.store.ReplicaStats()
		a := ben.do(t, query, nil)
		now, _ := s.store.ReplicaStats()
		return now.Replica > before.Replica && !a.at(".").isNull("conversation")
	})
	standby.Execute(t, "SELECT pg_wal_replay_pause()")
	closed := a.admin.do(t, `mutation { conversationClose(input: {conversationId: "`+id+`"}) { conversation { status } errors { code } } }`, nil)
	cursor, _ := closed.Extensions["eventCursor"].(string)
	old := ben.do(t, query, nil)
	if status(old) != "OPEN" {
		t.Errorf("the replica that stands still shows %s", old.Raw)
	}
	then, _ := old.Extensions["eventCursor"].(string)
	wire := ben.dial(t)
	for name, a := range map[string]*answer{
		"after, by POST": ben.queryAfter(t, query, cursor), "after, by GET": ben.queryAfterByGet(t, query, cursor),
		"resumeAfter, by websocket": wire.resume(query, nil, cursor).next(), "the one who wrote": a.admin.do(t, query, nil),
		"the one who wrote, by websocket": a.admin.dial(t).subscribe(query, nil).next(),
	} {
		if status(a) != "CLOSED" {
			t.Errorf("%s: %s", name, a.Raw)
		}
	}
	if got := status(wire.subscribe(query, nil).next()); got != "OPEN" {
		t.Errorf("without a cursor the websocket shows %s", got)
	}
	// What is followed is read from the primary, and going on from the old cursor leaves nothing
	// out.
	follow := wire.subscribe(`subscription { conversationLive(id: "`+id+`", after: "`+then+`") { reason conversation { status } } }`, nil)
	if p := follow.next().at("conversationLive"); p.str("reason") != "CHANGE" || p.str("conversation.status") != "CLOSED" {
		t.Errorf("after the old cursor comes %v", p)
	}
	events := ben.do(t, `{ events(since: "`+then+`", where: {kind: [CONVERSATION_CLOSED]}) { nodes { kind } } }`, nil)
	if n := len(events.at("events").list("nodes")); n != 1 {
		t.Errorf("since the old cursor are %d events", n)
	}
	checkReplicaMetrics(t, s)
	checkRevoked(t, a, ben)
}

func checkReplicaMetrics(t *testing.T, s *server) {
	t.Helper()
	resp, err := http.Get(s.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, _ := io.ReadAll(resp.Body)
	for _, want := range []string{"deskwire_replica_used 1", `deskwire_replica_queries_total{from="replica"}`, `deskwire_replica_queries_total{from="primary"}`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// checkRevoked has a token revoked while the replica does not know.
func checkRevoked(t *testing.T, a *account, ben *client) {
	t.Helper()
	for _, token := range ben.do(t, "{ viewer { apiTokens { id } } }", nil).at("viewer").list("apiTokens") {
		ben.must(t, "apiTokenRevoke", "apiToken { id }", vars{"apiTokenId": token.str("id")})
	}
	if got, err := ben.tryQuery("{ viewer { id } }", nil); err != nil || got.Status != http.StatusUnauthorized {
		t.Errorf("a token that was revoked is answered with %+v, %v", got, err)
	}
}
