package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
)

// TestTypeScriptClient builds web/client and has its tests run in Node, each file on a server of
// its own.
func TestTypeScriptClient(t *testing.T) {
	t.Parallel()
	const dir = "../web/client"
	if _, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json")); err != nil {
		t.Fatal("what the client is built with is not there: run make client, which needs npm")
	}
	for _, project := range []string{"tsconfig.json", "tsconfig.recipes.json"} {
		inNode(t, dir, nil, "node_modules/typescript/bin/tsc", "-p", project)
	}
	files, err := filepath.Glob(filepath.Join(dir, "test", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".test.mjs"), func(t *testing.T) {
			t.Parallel()
			s := start(t)
			a := s.newAccount(t, desk.PlanStarter, time.Now())
			inNode(t, dir, []string{"DESKWIRE_URL=" + s.URL, "DESKWIRE_TOKEN=" + a.admin.token}, "--test-reporter=spec", "--test-timeout=60000", "--test", "test/"+name)
		})
	}
}

// inNode runs a script, which must end well.
func inNode(t *testing.T, dir string, env []string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "node", args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("node %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
