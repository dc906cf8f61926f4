package e2e

import (
	"os"
	"path/filepath"
	"testing"
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
