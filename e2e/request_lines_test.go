package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"deskwire/db/dbtest"
	"deskwire/desk"
	graphserver "deskwire/graph/server"
)

// loggedServer is a server whose log a test reads.
type loggedServer struct {
	*account
	log                  *lineLog
	benID, tokenID       string
	ben                  *client
	inbox, channel, conv string
}

func startLogged(t *testing.T, configure func(*graphserver.Config)) *loggedServer {
	t.Helper()
	l := &loggedServer{log: &lineLog{}}
	l.account = startWith(t, dbtest.DSN(t), serverOptions{log: l.log, configure: configure}).newAccount(t, desk.PlanStarter, time.Now())
	team := l.createTeam(t, "Care")
	l.inbox, l.channel = l.createInbox(t, "Care", vars{"teamIds": []string{team}})
	l.conv = l.receiveMessage(t, l.channel, "one", "pia@contact.test", "Hello")
	l.benID, l.ben = l.createAgent(t, "ben", desk.RoleAgent, team)
	p := l.ben.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "T"})
	l.tokenID, l.ben = p.str("apiToken.id"), &client{url: l.URL, token: p.str("secret")}
	return l
}

// named waits for the line of an operation.
func (l *loggedServer) named(t *testing.T, message, operation string) map[string]any {
	t.Helper()
	return l.log.waitForLine(t, message, func(line map[string]any) bool { return line["operation"] == operation })
}

// requireLine wants a line to say these, and who has asked.
func (l *loggedServer) requireLine(t *testing.T, line, want map[string]any) {
	t.Helper()
	for name, v := range map[string]any{"address": "127.0.0.1", "account": l.slug, "agent": l.benID, "token": l.tokenID} {
		if _, given := want[name]; !given {
			want[name] = v
		}
	}
	for name, v := range want {
		if line[name] != v {
			t.Errorf("%s is %v, want %v, in %v", name, line[name], v, line)
		}
	}
	if id, _ := line["request"].(string); id == "" {
		t.Errorf("there is no request id in %v", line)
	}
}

// TestRequestLines: the line of a request says who asked from where, for what, and what became of
// it, whatever that was.
func TestRequestLines(t *testing.T) {
	t.Parallel()
	l := startLogged(t, func(cfg *graphserver.Config) { cfg.ProxyHeader = "X-Real-Ip" })
	ask := func(query string, v vars) {
		t.Helper()
		s := l.ben.request(t, "application/graphql-response+json", query, v, nil, "X-Real-Ip", "203.0.113.9", "X-Request-Id", "mine-1")
		defer s.cancel()
		_, _ = io.Copy(io.Discard, s.resp.Body)
	}
	ask("query Good { viewer { agent { name } } }", nil)
	ask("mutation Change($text: String!) { commentCreate(input: {conversationId: \""+l.conv+"\", text: $text}) { comment { id } errors { code } } }", vars{"text": "a secret text"})
	ask("query Wrong { conversations(first: 1000) { nodes { id } } }", nil)
	ask("query Nonsense { nonsense }", nil)
	ask("{ viewer", nil)
	for operation, want := range map[string]map[string]any{
		"Good":   {"type": "query", "status": 200.0, "method": "POST", "path": "/graphql"},
		"Change": {"type": "mutation", "status": 200.0},
		"Wrong":  {"type": "query", "codes": "INVALID_INPUT"},
	} {
		line := l.named(t, "request", operation)
		want["address"], want["request"] = "203.0.113.9", "mine-1"
		l.requireLine(t, line, want)
		if took, _ := line["ms"].(float64); took <= 0 || took > 60_000 {
			t.Errorf("it took %v ms", line["ms"])
		}
	}
	for _, code := range []string{"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"} {
		line := l.log.waitForLine(t, "request", func(line map[string]any) bool { return line["codes"] == code })
		l.requireLine(t, line, map[string]any{"address": "203.0.113.9", "status": 400.0})
	}
	if status, _ := (&client{url: l.URL, token: "dw_none"}).tryToken(t); status != http.StatusUnauthorized {
		t.Error(status)
	}
	line := l.log.waitForLine(t, "request", func(line map[string]any) bool { return line["codes"] == "UNAUTHENTICATED" })
	if line["account"] != nil || line["agent"] != nil || line["status"] != 401.0 {
		t.Errorf("who is not known is %v", line)
	}
	l.requireNothingSecret(t, "a secret text")
}

func (l *loggedServer) requireNothingSecret(t *testing.T, more ...string) {
	t.Helper()
	for _, secret := range append(more, l.ben.token, l.admin.token) {
		if strings.Contains(l.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

const follow = "subscription Follow($id: ID!) { conversationLive(id: $id) { reason conversation { id } } }"

// TestRequestLines_overWebsockets: so it is with each operation over a connection. A subscription
// has a line when it begins, and one that says why it ended.
func TestRequestLines_overWebsockets(t *testing.T) {
	t.Parallel()
	l := startLogged(t, nil)
	ws := l.ben.dial(t)
	ws.subscribe("query Good { viewer { agent { name } } }", nil).next()
	ws.subscribe("mutation Change($text: String!) { commentCreate(input: {conversationId: \""+l.conv+"\", text: $text}) { comment { id } errors { code } } }", vars{"text": "a secret text"}).next()
	ws.subscribe("query Wrong { conversations(first: 1000) { nodes { id } } }", nil)
	ws.subscribe("{ nonsense }", nil)
	ws.subscribe("", nil)
	for operation, want := range map[string]map[string]any{
		"Good": {"type": "query"}, "Change": {"type": "mutation"}, "Wrong": {"type": "query", "codes": "INVALID_INPUT"},
	} {
		want["over"] = "websocket"
		line := l.named(t, "operation", operation)
		l.requireLine(t, line, want)
		if took, _ := line["ms"].(float64); took <= 0 {
			t.Errorf("it took %v ms", line["ms"])
		}
	}
	for _, code := range []string{"GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST"} {
		l.requireLine(t, l.log.waitForLine(t, "operation", func(line map[string]any) bool { return line["codes"] == code }), map[string]any{"over": "websocket"})
	}
	for why, end := range map[string]func(*socketClient, *subscription){
		"completed by the client": func(_ *socketClient, f *subscription) { f.complete() },
		"the client left":         func(ws *socketClient, _ *subscription) { _ = ws.conn.Close() },
		"4409 Subscriber for 1 already exists": func(ws *socketClient, f *subscription) {
			ws.sendRaw(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":"{ viewer { id } }"}}`, f.id))
		},
	} {
		ws := l.ben.dial(t)
		f := ws.subscribe(follow, vars{"id": l.conv})
		f.next()
		l.requireLine(t, l.named(t, "subscription begins", "Follow"), map[string]any{"type": "subscription", "over": "websocket"})
		end(ws, f)
		line := l.log.waitForLine(t, "subscription ends", func(line map[string]any) bool { return line["why"] == why })
		l.requireLine(t, line, map[string]any{"operation": "Follow", "type": "subscription", "over": "websocket"})
	}
	ws = l.ben.dial(t)
	ws.subscribe(follow, vars{"id": l.conv}).next()
	l.admin.must(t, "apiTokenRevoke", "", vars{"apiTokenId": l.tokenID})
	l.log.waitForLine(t, "subscription ends", func(line map[string]any) bool { return line["why"] == "4403 The token has expired or was revoked" })
	if begun, ended := len(l.log.withMessage("subscription begins")), len(l.log.withMessage("subscription ends")); begun != ended || begun != 4 {
		t.Errorf("%d subscriptions began, and %d ended", begun, ended)
	}
	l.requireNothingSecret(t, "a secret text")
}

// TestRequestLines_ofStreams: and with streams, whose request ends with them.
func TestRequestLines_ofStreams(t *testing.T) {
	t.Parallel()
	l := startLogged(t, nil)
	for over, open := range map[string]func() *stream{
		"sse": func() *stream { return l.ben.eventSource(t, follow, vars{"id": l.conv}, "") },
		"multipart": func() *stream {
			return l.ben.open(t, "multipart/mixed;subscriptionSpec=1.0", follow, vars{"id": l.conv}, nil)
		},
	} {
		is := func(line map[string]any) bool { return line["over"] == over }
		s := open()
		s.next()
		l.requireLine(t, l.log.waitForLine(t, "subscription begins", is), map[string]any{"operation": "Follow", "type": "subscription"})
		s.disconnect()
		l.requireLine(t, l.log.waitForLine(t, "subscription ends", is), map[string]any{"operation": "Follow", "why": "the client left"})
	}
	s := l.ben.eventSource(t, follow, vars{"id": l.conv}, "")
	s.next()
	l.admin.must(t, "apiTokenRevoke", "", vars{"apiTokenId": l.tokenID})
	l.log.waitForLine(t, "subscription ends", func(line map[string]any) bool { return line["why"] == "the token has expired or was revoked" })
	s.requireEnd(liveTimeout)
	l.requireLine(t, l.named(t, "request", "Follow"), map[string]any{"type": "subscription", "status": 200.0})
	l.requireNothingSecret(t)
}
