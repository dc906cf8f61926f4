//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const pageDir = "../web"

// pageModules fails where the page can't be tested.
func pageModules(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(pageDir, "node_modules", ".package-lock.json")); err != nil {
		t.Fatal("what the page is tested with is not there: run make page-modules, which needs Node 20 or newer with npm")
	}
}

// TestPageLogic runs the tests of what the page works out by itself.
func TestPageLogic(t *testing.T) {
	t.Parallel()
	pageModules(t)
	inNode(t, pageDir, []string{"TZ=Europe/Berlin"}, "node_modules/vitest/vitest.mjs", "run", "--reporter=dot")
}

// TestPage works with the page as people do: in a real browser, on the program as it is built, with
// its demo.
func TestPage(t *testing.T) {
	t.Parallel()
	pageModules(t)
	chromium, err := exec.Command("../scripts/chromium.sh").Output()
	if err != nil {
		t.Fatalf("no Chromium: run scripts/chromium.sh, which installs it or says how (%v)", err)
	}
	p := buildProgram(t)
	embed := "http://" + freeAddress(t)
	p.env = append(p.env, "ADDR="+freeAddress(t), "CORS_ORIGINS="+embed) // the same address after a restart
	b := &browserTest{T: t, server: p.start(t), chromium: strings.TrimSpace(string(chromium)), embed: embed}
	b.seedCrowd()
	b.tokens = map[string]string{
		"ada@demo.test": p.token(t, "ada@demo.test"), "ben@demo.test": p.token(t, "ben@demo.test"), "cleo@demo.test": p.token(t, "cleo@demo.test"),
		"gil@gated.test": p.tokenIn(t, "gated", "gil@gated.test"), "ada@crowd.test": p.tokenIn(t, "crowd", "ada@crowd.test"),
	}
	files, err := filepath.Glob(filepath.Join(pageDir, "test", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".test.mjs"), func(t *testing.T) { b.runScript(t, "test/"+name) })
	}
	b.server.checkLog(t)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// tokenIn is a token of an agent of any account.
func (p *program) tokenIn(t *testing.T, account, email string) string {
	t.Helper()
	out, err := p.command("token", "--account", account, "--email", email).Output()
	if err != nil {
		t.Fatalf("deskwire token: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// browserTest is a server and a browser that tests its page.
type browserTest struct {
	*testing.T
	server   *runningProgram
	chromium string
	tokens   map[string]string // by email
	embed    string            // the origin of a page that may embed the sidebar
}

// moveAllToOneList puts all conversations of an account into the open ones of the inbox with the
// API channel. After so many changes by hand Postgres has to look at its tables before it plans
// well.
const moveAllToOneList = `UPDATE conversations c SET inbox_id = i.inbox_id, workspace = 'INBOX', status = 'OPEN', closed_at = NULL
	FROM channels i JOIN accounts a ON a.id = i.account_id AND a.slug = 'crowd' WHERE i.kind = 'API' AND c.account_id = a.id; ANALYZE`

// seedCrowd seeds an account in which one list has ten thousand conversations.
func (b *browserTest) seedCrowd() {
	b.Helper()
	if out, err := b.server.command("seed", "--conversations", "10500", "--account", "crowd").CombinedOutput(); err != nil {
		b.Fatalf("deskwire seed: %v\n%s", err, out)
	}
	if _, err := connectSQL(b.T, b.server.dsn(b.T)).Exec(context.Background(), moveAllToOneList); err != nil {
		b.Fatal(err)
	}
}

// runScript runs a script, which may ask for things to be done to the server, and must end well.
func (b *browserTest) runScript(t *testing.T, script string) {
	tokens, err := json.Marshal(b.tokens)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "node", "--test", "--test-reporter=spec", "--test-reporter-destination=stderr", script)
	c.Dir = pageDir
	c.Env = append(os.Environ(), "CHROMIUM="+b.chromium, "DESKWIRE_URL="+b.server.url, "TOKENS="+string(tokens), "CONTROL="+b.controlAddress(t), "EMBED_ORIGIN="+b.embed)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, tail(said.String(), 20_000))
	}
	for line := range strings.Lines(said.String()) {
		if strings.Contains(line, "ℹ") && !strings.Contains(line, " 0\n") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// controlAddress is an address at which a script asks for the server to be killed and started
// again, a word a line.
func (b *browserTest) controlAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.runCommand(conn)
		}
	}()
	return l.Addr().String()
}

func (b *browserTest) runCommand(conn net.Conn) {
	defer conn.Close()
	word, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return
	}
	switch strings.TrimSpace(word) {
	case "kill":
		b.server.kill()
	case "start":
		b.server = b.server.program.start(b.T)
	}
	fmt.Fprintln(conn, "done")
}
