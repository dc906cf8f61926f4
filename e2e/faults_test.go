package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/desk"
	graphserver "deskwire/graph/server"
)

// logCapture keeps what a server logs; errors are expected here.
type logCapture struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logCapture) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// errorLines are the error lines with a request's id.
func (l *logCapture) errorLines(id string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []string
	for _, line := range strings.Split(l.text.String(), "\n") {
		if strings.Contains(line, `"request":"`+id+`"`) && strings.Contains(line, `"level":"ERROR"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// startFaulty starts a server whose errors the test causes and captures.
func startFaulty(t *testing.T) (*account, *logCapture, sqlConn) {
	t.Helper()
	s, logged := &server{dsn: dbtest.DSN(t)}, &logCapture{}
	var err error
	if s.store, err = db.Open(context.Background(), s.dsn, db.Options{Now: s.now, MaxConns: 4}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	log := slog.New(slog.NewJSONHandler(logged, nil))
	auth, err := graphserver.NewAuthenticator(s.store, graphserver.Identity{}, log)
	if err != nil {
		t.Fatal(err)
	}
	h := graphserver.NewHandler(graphserver.Config{Store: s.store, Auth: auth, BaseURL: "http://desk.test", Log: log})
	t.Cleanup(h.Close)
	s.Server = httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.newAccount(t, desk.PlanStarter, time.Now()), logged, s.sqlConn(t)
}

// internalWords are words that may stand in the log and in no answer.
var internalWords = []string{"SQL", "sql", "select", "SELECT", "relation", "column", "pgx", "pool", "postgres", "dial", "socket", "/tmp", ".go:", "goroutine", "messages", "constraint", "deskwire", "test_"}

// TestFaultsStayInside: what goes wrong inside is told with a request id and nothing else; under
// that id the log has all of it.
func TestFaultsStayInside(t *testing.T) {
	t.Parallel()
	read := `{ conversations { nodes { id messages { nodes { text } } } } }`
	for name, c := range map[string]struct {
		harm   func(*testing.T, *account, sqlConn)
		query  string
		status int
		inLog  string
		data   bool
	}{
		"a table is gone, reading":   {dropTable("messages"), read, 200, `relation \"messages\" does not exist`, true},
		"a table is gone, writing":   {dropTable("contacts"), `mutation { contactUpsert(input: {email: "a@contact.test"}) { errors { code } } }`, 200, `relation \"contacts\" does not exist`, true},
		"the log is gone":            {dropTable("log_epoch"), read, 500, `relation \"log_epoch\" does not exist`, false},
		"tokens can't be looked up":  {dropTable("tokens"), read, 500, `relation \"tokens\" does not exist`, false},
		"the connections are closed": {func(_ *testing.T, a *account, _ sqlConn) { _ = a.store.Close() }, read, 500, "closed pool", false},
		"a rule of the database":     {addFailingConstraint, `mutation { teamCreate(input: {name: "T"}) { errors { code } } }`, 200, "never_any_team", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, logged, conn := startFaulty(t)
			a.createOneConversation(t)
			c.harm(t, a, conn)
			resp, raw := a.sendQuery(t, c.query)
			var got answer
			if err := json.Unmarshal([]byte(raw), &got); err != nil || len(got.Errors) == 0 {
				t.Fatalf("answered %d %s", resp.StatusCode, raw)
			}
			e, id := got.Errors[0].Extensions, resp.Header.Get("X-Request-Id")
			if resp.StatusCode != c.status || e["code"] != "INTERNAL_ERROR" || (got.Data != nil || strings.Contains(raw, `"data":null`)) != c.data {
				t.Errorf("answered %d %s", resp.StatusCode, raw)
			}
			if id == "" || e["requestId"] != id {
				t.Errorf("the id is %q in the header and %v in the answer", id, e["requestId"])
			}
			for _, word := range internalWords {
				if strings.Contains(got.withoutLocations(), word) {
					t.Errorf("the answer tells of %q: %s", word, raw)
				}
			}
			if said := logged.errorLines(id); !strings.Contains(said, c.inLog) {
				t.Errorf("the log has %q under %s, and should have %q", said, id, c.inLog)
			}
		})
	}
}

// withoutLocations is an answer without the words of the document: what is at fault, and where it
// stands.
func (a *answer) withoutLocations() string {
	said := ""
	for _, e := range a.Errors {
		said += e.Message + fmt.Sprint(e.Extensions)
	}
	return said + fmt.Sprint(a.Data, a.Extensions)
}

func dropTable(table string) func(*testing.T, *account, sqlConn) {
	return func(t *testing.T, _ *account, conn sqlConn) {
		if _, err := conn.Exec(context.Background(), "ALTER TABLE "+table+" RENAME TO gone"); err != nil {
			t.Fatal(err)
		}
	}
}

func addFailingConstraint(t *testing.T, _ *account, conn sqlConn) {
	if _, err := conn.Exec(context.Background(), "ALTER TABLE teams ADD CONSTRAINT never_any_team CHECK (false)"); err != nil {
		t.Fatal(err)
	}
}

func (a *account) createOneConversation(t *testing.T) {
	t.Helper()
	_, channel := a.createInbox(t, "Support", nil)
	a.receiveMessage(t, channel, "one", "pia@contact.test", "Hello")
}

// sendQuery sends a query and gives the whole answer, headers too.
func (a *account) sendQuery(t *testing.T, query string) (*http.Response, string) {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"query": query})
	return a.sendBody(t, body, "application/json")
}

func (a *account) sendBody(t *testing.T, body []byte, contentType string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, a.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Authorization", "Bearer "+a.admin.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(raw)
}

// TestBadBodies: bytes that are no text, and JSON that is none, are refused before anything is read
// from them, and not repeated.
func TestBadBodies(t *testing.T) {
	t.Parallel()
	fx := newFixtures(t)
	acc := fx.ours
	send := func(text string) string {
		return `{"query":"mutation($i: CommentCreateInput!) { commentCreate(input: $i) { errors { code } } }","variables":{"i":{"conversationId":"` + acc.open[0] + `","text":"` + text + `"}}}`
	}
	fx.requireUnchanged(t, "", "bodies that can't be read", func() {
		for _, body := range []string{
			send("zqx\xff"), send("zqx\xc3"), send("zqx\xed\xa0\x80"), send("zqx\xc0\x80"), send(`zqx\ud800`), send(`zqx\udc00`), send(`\udc00\ud800zqx`), send(`\ud83d zqx \ude00`),
			send("zqx\n"), send("zqx\x00"), send(`zqx\u0000`), send(`zqx\x41`), strings.Replace(send("zqx"), "}}}", "}}", 1), send("zqx") + "}", "[" + send("zqx") + "]", "", " ", "null", "[]", `"zqx"`, "\xef\xbb\xbf" + send("zqx"),
			`{"query":["zqx"]}`, `{"query":5}`, `{"query":"{ viewer { id } }","variables":["zqx"]}`, `{"query":"{ viewer { id } }","variables":"zqx"}`, `{"variables":{}}`,
			strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), send(strings.Repeat("x", 1<<20)),
		} {
			resp, raw := acc.sendBody(t, []byte(body), "application/json")
			var got answer
			err := json.Unmarshal([]byte(raw), &got)
			refusedByRule := strings.Contains(raw, "INVALID_TEXT")
			if err != nil || resp.StatusCode >= 500 || !refusedByRule && (len(got.Errors) == 0 || got.Errors[0].Extensions["code"] == nil || len(got.Data) > 0) {
				t.Errorf("%.80q was answered %d %.300s", body, resp.StatusCode, raw)
			}
			if strings.Contains(raw, "zqx") {
				t.Errorf("%.80q was repeated: %.300s", body, raw)
			}
		}
		for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin1"} {
			if resp, raw := acc.sendBody(t, []byte(send("zqx")), contentType); resp.StatusCode != http.StatusUnsupportedMediaType {
				t.Errorf("%q was answered %d %s", contentType, resp.StatusCode, raw)
			}
		}
	})
	if resp, raw := acc.sendBody(t, []byte(send(`\ud83d\ude00`)), "application/json"); resp.StatusCode != 200 || strings.Contains(raw, "code\"") {
		t.Errorf("a whole character by its halves was answered %d %s", resp.StatusCode, raw)
	}
}
