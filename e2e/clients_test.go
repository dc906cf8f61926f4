package e2e

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"deskwire/desk"
)

var installing sync.Mutex

// installClients gives a folder with the scripts of clients/ and the libraries that they use. It is
// kept, by what is in the lock file.
func installClients(t *testing.T) string {
	t.Helper()
	installing.Lock()
	defer installing.Unlock()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Fatal("the libraries of browsers need Node 20 or newer with npm: install it to try them")
	}
	files, err := filepath.Glob("clients/*")
	if err != nil {
		t.Fatal(err)
	}
	content := map[string][]byte{}
	for _, f := range files {
		if content[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := filepath.Abs(fmt.Sprintf("../bin/clients-%x", sha256.Sum256(content["package-lock.json"])))
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range content {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules/.package-lock.json")); err == nil { // npm writes it last
		return dir
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return dir
}

// runClient starts a script; each line that it tells comes through the channel.
func runClient(t *testing.T, dir, script string, args ...string) <-chan node {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", append([]string{script}, args...)...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines, ended := make(chan node, 1000), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			var v map[string]any
			if err := json.Unmarshal(s.Bytes(), &v); err != nil {
				t.Errorf("%s told %q", script, s.Text())
			}
			lines <- node{v}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		_ = cmd.Wait()
	})
	return lines
}

// TestClientsOfStreams: the real graphql-sse and the real Apollo Client follow, come back after a
// break with all that they missed, and are told when their token is gone.
func TestClientsOfStreams(t *testing.T) {
	t.Parallel()
	dir := installClients(t)
	// What each tells in the end: graphql-sse the status, Apollo Client the code of the answer.
	for script, refused := range map[string]string{"sse.mjs": "401", "apollo.mjs": "UNAUTHENTICATED"} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			a := s.newAccount(t, desk.PlanStarter, time.Now())
			_, channel := a.createInbox(t, "Support", nil)
			id := a.receiveMessage(t, channel, "thread", "pia@contact.test", "Hello")
			token := a.admin.must(t, "apiTokenCreate", "secret apiToken { id }", vars{"name": "of a client"})
			front := httptest.NewServer(s.Config.Handler) // of its own: it will be cut
			t.Cleanup(front.Close)
			lines := runClient(t, dir, script, front.URL+"/graphql", token.str("secret"), id)
			until := func(what string, is func(node) bool) {
				t.Helper()
				for {
					select {
					case line, more := <-lines:
						if !more || !line.isNull("complete") {
							t.Fatalf("before %s: %v, %v", what, line.v, more)
						}
						if is(line) {
							return
						}
					case <-time.After(30 * time.Second):
						t.Fatalf("never: %s", what)
					}
				}
			}
			until("a query is answered", func(n node) bool { return n.str("query.viewer.agent.name") == "Ada" })
			if script == "sse.mjs" {
				until("a bad document is refused in words", func(n node) bool { return n.str("invalid") == "GRAPHQL_VALIDATION_FAILED" })
			}
			payload := func(path, want string) func(node) bool {
				return func(n node) bool { return n.str("next.conversationLive."+path) == want }
			}
			until("the snapshot", payload("reason", "SNAPSHOT"))
			a.admin.must(t, "conversationClose", "conversation { id }", vars{"conversationId": id})
			until("it is closed", payload("conversation.status", "CLOSED"))

			front.CloseClientConnections()
			a.receiveMessage(t, channel, "thread", "pia@contact.test", "Are you there?")
			until("what was missed", func(n node) bool {
				if payload("reason", "SNAPSHOT")(n) {
					t.Fatal("it begins anew instead of going on")
				}
				return payload("conversation.messages.nodes.0.text", "Are you there?")(n)
			})
			a.admin.must(t, "apiTokenRevoke", "apiToken { id }", vars{"apiTokenId": token.str("apiToken.id")})
			if script == "apollo.mjs" {
				until("the stream says why it ends", func(n node) bool { return n.str("retry") == "UNAUTHENTICATED" })
			}
			until("the token is refused", func(n node) bool { return n.str("error") == refused })
		})
	}
}

// TestAuditsOfGraphQLOverHTTP: graphql-http's audits, all of them, by the package itself.
func TestAuditsOfGraphQLOverHTTP(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	fine := 0
	for line := range runClient(t, installClients(t), "audits.mjs", s.URL+"/graphql", a.admin.token) {
		if fine++; line.str("status") != "ok" {
			t.Errorf("%s %s: %s %s", line.str("audit"), line.str("name"), line.str("status"), line.str("reason"))
		}
	}
	if fine != 61 {
		t.Errorf("%d audits, and not 61", fine)
	}
}
