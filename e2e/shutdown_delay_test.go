//go:build unix

package e2e

import (
	"net/http"
	"syscall"
	"testing"
)

// TestShutdownDelay: a server that is to stop says so at /readyz first, and works on until
// balancers have noticed.
func TestShutdownDelay(t *testing.T) {
	p := buildProgram(t)
	p.env = []string{"SHUTDOWN_DELAY=4s"}
	r := p.start(t)
	ada := &client{url: r.url, token: p.token(t, "ada@demo.test")}
	ws := ada.dial(t)
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is not ready", func() bool { return !r.ready() })
	resp, err := http.Get(r.url + "/readyz")
	if err != nil {
		t.Fatalf("the listener is closed already: %v", err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d", resp.StatusCode)
	}
	if name := ada.do(t, `{ viewer { agent { name } } }`, nil).at("viewer").str("agent.name"); name == "" {
		t.Error("a request was not answered")
	}
	if ws.ask(`{ viewer { id } }`, nil) == nil || ada.dial(t).ask(`{ viewer { id } }`, nil) == nil {
		t.Error("a websocket was not answered")
	}
	waitForGoingAway(t, ws)
	if code := r.waitForExit(t); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, r.log)
	}
	r.checkLog(t)
}
