package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"deskwire/db/dbtest"
	"deskwire/desk"
	graphserver "deskwire/graph/server"
)

// startHasty serves with little patience for who sends slowly.
func startHasty(t *testing.T) (*server, *account, string) {
	t.Helper()
	s := start(t)
	hasty := httptest.NewUnstartedServer(s.Config.Handler)
	hasty.Config.ReadTimeout = 200 * time.Millisecond
	hasty.Start()
	t.Cleanup(hasty.Close)
	return s, s.newAccount(t, desk.PlanStarter, time.Now()), hasty.Listener.Addr().String()
}

// sendPart sends the beginning of a request, and reads what is answered while the rest does not
// come.
func sendPart(t *testing.T, address, part string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(liveTimeout))
	if _, err := conn.Write([]byte(part)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer func() { _ = resp.Body.Close() }()
	text := new(strings.Builder)
	if _, err := bufio.NewReader(resp.Body).WriteTo(text); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, text.String()
}

// TestSlowBody: who sends too slowly is told so, whatever they send, and it counts as no fault of
// the server.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	s, a, address := startHasty(t)
	head := func(more string) string {
		return "POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n" + more + "Authorization: Bearer " + a.admin.token + "\r\n\r\n"
	}
	for name, part := range map[string]string{
		"no byte":         head("Content-Length: 100\r\n"),
		"some bytes":      head("Content-Length: 100\r\n") + `{"query":"{ vie`,
		"most of much":    head("Content-Length: 900000\r\n") + `{"query":"` + strings.Repeat(" ", 300_000),
		"in chunks":       head("Transfer-Encoding: chunked\r\n") + "5\r\n{\"que\r\n",
		"for a stream":    head("Accept: text/event-stream\r\nContent-Length: 100\r\n") + "{",
		"for the newer":   head("Accept: application/graphql-response+json\r\nContent-Length: 100\r\n") + "{",
		"with gzip taken": head("Accept-Encoding: gzip\r\nContent-Length: 100\r\n") + "{",
	} {
		for range 2 { // a token that came before is looked up in another way
			status, body := sendPart(t, address, part)
			if status != http.StatusRequestTimeout || !strings.Contains(body, `"REQUEST_TIMEOUT"`) {
				t.Errorf("%s was answered %d %s", name, status, body)
			}
		}
	}
	if status, _ := sendPart(t, address, strings.Replace(head("Content-Length: 100\r\n"), a.admin.token, "dw_wrong", 1)); status != http.StatusUnauthorized {
		t.Errorf("a wrong token was answered %d", status)
	}
	_, metrics := s.request(t, "GET", "http://desk.test/metrics", nil)
	if strings.Contains(metrics, `status="5`) || !strings.Contains(metrics, `deskwire_http_requests_total{path="/graphql",status="408"} 14`) {
		t.Errorf("the metrics have a fault, or not what was slow:\n%s", metrics)
	}
}

// TestSlowUpload: a file that comes too slowly is refused as such, nothing of it is kept, and it
// can be sent again.
func TestSlowUpload(t *testing.T) {
	t.Parallel()
	s := startWith(t, dbtest.DSN(t), serverOptions{configure: func(cfg *graphserver.Config) { cfg.PieceWait = 200 * time.Millisecond }})
	a, address := s.newAccount(t, desk.PlanStarter, time.Now()), s.Listener.Addr().String()
	conn := connectSQL(t, s.dsn)
	content := pattern(200_000)
	id, put := a.announce(t, len(content))
	head := "PUT " + strings.TrimPrefix(put, "http://desk.test") + " HTTP/1.1\r\nHost: test\r\n"
	for name, part := range map[string]string{
		"no byte":          head + "Content-Length: 200000\r\n\r\n",
		"some bytes":       head + "Content-Length: 200000\r\n\r\n" + string(content[:100]),
		"a whole piece":    head + "Content-Length: 200000\r\n\r\n" + string(content[:64<<10]),
		"all but one byte": head + "Content-Length: 200000\r\n\r\n" + string(content[:199_999]),
		"in chunks":        head + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + string(content[:100_000]) + "\r\n",
		"half of a chunk":  head + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + string(content[:50_000]),
	} {
		if status, body := sendPart(t, address, part); status != http.StatusRequestTimeout || !strings.Contains(body, "too slowly") {
			t.Errorf("%s was answered %d %s", name, status, body)
		}
		if n := conn.queryInt(t, "SELECT count(*) FROM attachment_pieces WHERE attachment_id = $1", databaseKey(t, id)); n != 0 {
			t.Errorf("of %s %d pieces are kept", name, n)
		}
	}
	trickle, err := net.Dial("tcp", address) // a byte now and then is no piece
	if err != nil {
		t.Fatal(err)
	}
	_, err = trickle.Write([]byte(head + "Content-Length: 200000\r\n\r\n"))
	for end := time.Now().Add(liveTimeout); err == nil && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		_, err = trickle.Write(content[:1])
	}
	if err == nil {
		t.Error("who sends a byte now and then may go on")
	}
	_ = trickle.Close()
	if status := s.requestStatus(t, "PUT", put, content); status != http.StatusNoContent {
		t.Errorf("at last it was answered %d", status)
	}
	if _, metrics := s.request(t, "GET", "http://desk.test/metrics", nil); strings.Contains(metrics, `path="/files",status="5`) || !strings.Contains(metrics, `path="/files",status="408"} 7`) {
		t.Errorf("the metrics have a fault, or not what was slow:\n%s", metrics)
	}
}

// TestGoneClient: who does not wait for the answer is no fault of the server either.
func TestGoneClient(t *testing.T) {
	t.Parallel()
	g := newLimitedServer(t)
	release := g.holdUpContacts(t)
	body := `{"query":"{ contacts { totalCount } }"}`
	for range 3 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(g.admin.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: %d\r\nAuthorization: Bearer %s\r\n\r\n%s",
			len(body), g.admin.token, body); err != nil {
			t.Fatal(err)
		}
		g.waitForMetric(t, "deskwire_operations_running 1")
		_ = conn.Close()
		g.waitForMetric(t, "deskwire_operations_running 0")
	}
	release()
	if metrics := g.metrics(t); strings.Contains(metrics, `path="/graphql",status="5`) {
		t.Errorf("the metrics have a fault:\n%s", metrics)
	}
}

func (g *limitedServer) metrics(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	g.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

// waitForMetric waits until a line stands in the metrics.
func (g *limitedServer) waitForMetric(t *testing.T, line string) {
	t.Helper()
	for end := time.Now().Add(liveTimeout); !strings.Contains(g.metrics(t), "\n"+line+"\n"); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the metrics never had %s:\n%s", line, g.metrics(t))
		}
	}
}
