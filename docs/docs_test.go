// Package docs keeps what the papers of this repository promise: the rule book and the code name the
// same rules, the papers name nothing that is not there, and the habits of style.md are kept.
//
// The tests read the sources as text and as syntax. They run no code of the product.
package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// source is one hand-written file; its path is relative to the root of the repository.
type source struct {
	path, text string
}

func (s source) isTest() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.HasSuffix(s.path, ".test.ts") || strings.HasSuffix(s.path, ".test.mjs")
}

// skipped are folders that hold nothing hand-written.
var skipped = []string{"node_modules", "dist", "bin", "build", "generated"}

var isGenerated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT`)

// sources reads all hand-written files, once for all tests.
var sources = sync.OnceValues(func() ([]source, error) {
	kinds := []string{".go", ".graphqls", ".sql", ".ts", ".tsx", ".mjs"}
	var all []source
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != ".." && (slices.Contains(skipped, name) || strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		if entry.IsDir() || !slices.Contains(kinds, filepath.Ext(name)) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !isGenerated.Match(text[:min(len(text), 600)]) {
			all = append(all, source{path: filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator))), text: string(text)})
		}
		return nil
	})
	return all, err
})

func readSources(t *testing.T) []source {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d files are read: the tests of habits would prove nothing", len(all))
	}
	return all
}

func readPaper(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	ruleRow = regexp.MustCompile(`(?m)^\| ([RDBUGM][1-9][0-9]?) \|`)
	ruleID  = regexp.MustCompile(`\b[RDBUGM][1-9][0-9]?\b`)
	drawing = regexp.MustCompile(`"[Mm][0-9][^"]*"`) // paths of icons begin like the ids of merging
)

// TestRulesAreInTheBook: every rule that the code names has its words in rules.md, every rule that is
// built has a test that names it, and one that is not built is named nowhere.
func TestRulesAreInTheBook(t *testing.T) {
	t.Parallel()
	built, planned, found := strings.Cut(readPaper(t, "docs/rules.md"), "\n# Decided, not built yet\n")
	if !found {
		t.Fatal("rules.md does not say any more which rules are not built")
	}
	untested := map[string]bool{}
	for _, row := range ruleRow.FindAllStringSubmatch(built, -1) {
		untested[row[1]] = true
	}
	known := len(untested)
	if known < 50 {
		t.Fatalf("rules.md has only %d rules", known)
	}
	inBook := func(id string) bool { return strings.Contains(built, "\n| "+id+" |") }
	for _, file := range readSources(t) {
		text := file.text
		if strings.HasPrefix(file.path, "web/") {
			text = drawing.ReplaceAllString(text, "")
		}
		for _, id := range ruleID.FindAllString(text, -1) {
			switch {
			case strings.Contains(planned, "\n| "+id+" |"):
				t.Errorf("%s names %s, which rules.md calls not built yet: move it up", file.path, id)
			case !inBook(id):
				t.Errorf("%s names %s, which rules.md does not know", file.path, id)
			case file.isTest():
				delete(untested, id)
			}
		}
	}
	for id := range untested {
		t.Errorf("no test names %s", id)
	}
}

// TestDependenciesHaveReasons: every module that the code requires stands in decisions.md with its reason.
func TestDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	_, table, found := strings.Cut(readPaper(t, "docs/decisions.md"), "\n## Dependencies\n")
	if !found {
		t.Fatal("decisions.md has no dependencies")
	}
	required := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(readPaper(t, "go.mod"), -1)
	if len(required) < 10 {
		t.Fatalf("go.mod requires only %d modules", len(required))
	}
	version := regexp.MustCompile(`/v[0-9]+$`)
	for _, module := range required {
		path := strings.Split(version.ReplaceAllString(module[1], ""), "/")
		if name := path[len(path)-1]; !regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(table) {
			t.Errorf("decisions.md gives no reason for %s", module[1])
		}
	}
}
