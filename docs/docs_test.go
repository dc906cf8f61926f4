// Package docs keeps what the papers of this repository promise: the rule book and the code name
// the same rules, the papers name nothing that is not there, words have one meaning,
// and comments end at column 100.
//
// The tests read the sources as text and as syntax. They run no code of the product.
package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"
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

// TestRulesAreInTheBook: every rule that the code names has its words in rules.md, every rule that
// is built has a test that names it, and one that is not built is named nowhere.
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

// TestDependenciesHaveReasons: every module that the code requires stands in decisions.md with its
// reason.
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

// papers are the texts whose names are checked, each with the folder that its paths may start from.
var papers = map[string]string{
	"ARCHITECTURE.md": "", "CONTRIBUTING.md": "", "docs/decisions.md": "docs", "docs/style.md": "docs", "web/README.md": "web",
}

var (
	fenced     = regexp.MustCompile("(?ms)^```.*?^```$")
	quoted     = regexp.MustCompile("`([^`\n]+)`")
	identifier = regexp.MustCompile(`^@?[A-Za-z]\w*(\.\w+)*$`)
	makeTarget = regexp.MustCompile(`^make ([a-z-]+)$`)
	described  = regexp.MustCompile(`(?s)""".*?"""|"[^"\n]*"|#[^\n]*`)
	word       = regexp.MustCompile(`@?[A-Za-z_]\w*`)
)

// TestPapersNameWhatIsThere: a file, a function, a type, a field or a command that a paper quotes
// exists.
func TestPapersNameWhatIsThere(t *testing.T) {
	t.Parallel()
	known := namesOf(t)
	makefile := readPaper(t, "Makefile")
	for paper, folder := range papers {
		text := fenced.ReplaceAllString(readPaper(t, paper), "")
		for _, match := range quoted.FindAllStringSubmatch(text, -1) {
			name := match[1]
			target := makeTarget.FindStringSubmatch(name)
			switch {
			case target != nil:
				if !strings.Contains(makefile, "\n"+target[1]+":") {
					t.Errorf("%s: there is no `%s`", paper, name)
				}
			case strings.Contains(name, " ") || strings.HasPrefix(name, "/"): // a command, an address
			case identifier.MatchString(name) && (known[name] || allKnown(known, strings.Split(name, "."))):
			case ruleID.MatchString(name) || matches(name) || matches(folder+"/"+name):
			default:
				t.Errorf("%s names `%s`, which is not there", paper, name)
			}
		}
	}
}

// allKnown says whether a way through the schema, such as viewer.apiTokens, has known names only.
func allKnown(known map[string]bool, names []string) bool {
	return len(names) > 1 && !slices.ContainsFunc(names, func(name string) bool { return !known["schema "+name] })
}

// matches says whether a path from the root leads to something; <noun> stands for any name.
func matches(path string) bool {
	found, err := filepath.Glob(filepath.Join("..", regexp.MustCompile(`<\w+>`).ReplaceAllString(path, "*")))
	return err == nil && len(found) > 0
}

// namesOf are the names that Go files declare (name, type.method, type.field, package.name), the
// words of the schema, and the names of folders and settings.
func namesOf(t *testing.T) map[string]bool {
	t.Helper()
	known, embedded := map[string]bool{}, map[string][]string{}
	for _, file := range readSources(t) {
		for _, folder := range strings.Split(filepath.ToSlash(filepath.Dir(file.path)), "/") {
			known[folder] = true
		}
		switch {
		case strings.HasSuffix(file.path, ".graphqls"):
			for _, name := range word.FindAllString(described.ReplaceAllString(file.text, ""), -1) {
				known[name], known["schema "+name] = true, true
			}
		case strings.HasSuffix(file.path, ".sql"):
			for _, name := range regexp.MustCompile(`\w+_\w+`).FindAllString(file.text, -1) { // tables and columns
				known[name] = true
			}
		case strings.HasSuffix(file.path, ".go"):
			for _, d := range declarationsOf(t, file) {
				known[d.name] = true
				known[d.pkg+"."+d.name] = true
				known[d.owner+"."+d.name] = true
				if d.kind == "embedded" {
					embedded[d.owner] = append(embedded[d.owner], d.name)
				}
			}
			for _, setting := range regexp.MustCompile(`env:"([A-Z_]+)"`).FindAllStringSubmatch(file.text, -1) {
				known[setting[1]] = true
			}
		}
	}
	for name := range maps.Clone(known) { // methods and fields of what is embedded, such as Store.Write
		owner, member, _ := strings.Cut(name, ".")
		for outer, inner := range embedded {
			if member != "" && slices.Contains(inner, owner) {
				known[outer+"."+member] = true
			}
		}
	}
	return known
}

// declaration is a function, a method, a type, a field, a constant or a variable of a package.
type declaration struct {
	pkg, owner, name string // owner is the type of a method or a field
	kind             string
	line             int
}

var declared sync.Map // by path

// declarationsOf reads what a Go file declares.
func declarationsOf(t *testing.T, file source) (all []declaration) {
	t.Helper()
	if found, ok := declared.Load(file.path); ok {
		return found.([]declaration)
	}
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, file.path, file.text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	add := func(owner, kind string, names ...*ast.Ident) {
		for _, name := range names {
			all = append(all, declaration{pkg: tree.Name.Name, owner: owner, name: name.Name, kind: kind, line: files.Position(name.Pos()).Line})
		}
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			add(receiverOf(d), "func", d.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					add("", "value", spec.Names...)
				case *ast.TypeSpec:
					add("", "type", spec.Name)
					if members := membersOf(spec.Type); members != nil {
						for _, member := range members.List {
							add(spec.Name.Name, "field", member.Names...)
							if len(member.Names) == 0 {
								add(spec.Name.Name, "embedded", embeddedIn(member.Type))
							}
						}
					}
				}
			}
		}
	}
	declared.Store(file.path, all)
	return all
}

// receiverOf is the name of a method's type.
func receiverOf(f *ast.FuncDecl) (name string) {
	if f.Recv == nil {
		return ""
	}
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return name == ""
	})
	return name
}

// embeddedIn is the name of an embedded type, without its package.
func embeddedIn(e ast.Expr) (name *ast.Ident) {
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			name = id
		}
		return true
	})
	return name
}

// membersOf are the fields of a struct or the methods of an interface.
func membersOf(e ast.Expr) *ast.FieldList {
	switch e := e.(type) {
	case *ast.StructType:
		return e.Fields
	case *ast.InterfaceType:
		return e.Methods
	}
	return nil
}

// TestMapHasEveryPackage: the map of ARCHITECTURE.md names folders and files that exist, and every
// package.
func TestMapHasEveryPackage(t *testing.T) {
	t.Parallel()
	drawn := regexp.MustCompile("(?s)\n## The map\n.*?```\n(.*?)```").FindStringSubmatch(readPaper(t, "ARCHITECTURE.md"))
	if drawn == nil {
		t.Fatal("ARCHITECTURE.md has no map")
	}
	onMap := map[string]bool{"": true, "docs": true}
	var way []string
	for _, row := range regexp.MustCompile(`(?m)^((?:  )*)([\w.]+/?)(?:  | *$)`).FindAllStringSubmatch(drawn[1], -1) {
		if depth := len(row[1]) / 2; depth <= len(way) { // deeper are lines that go on
			way = append(way[:depth:depth], strings.TrimSuffix(row[2], "/"))
			path := strings.Join(way, "/")
			onMap[path] = true
			if !matches(path) {
				t.Errorf("the map has %s, which is not there", path)
			}
		}
	}
	for _, file := range readSources(t) {
		folder, _ := filepath.Split(file.path)
		folder = strings.TrimSuffix(folder, "/")
		// Tools in folders of their own, such as generators, are told of where they are used.
		isTool := strings.Contains(file.text, "\npackage main\n") || strings.HasPrefix(file.text, "package main\n")
		if strings.HasSuffix(file.path, ".go") && !file.isTest() && !isTool && !onMap[folder] {
			t.Errorf("the map does not have the package %s", folder)
			onMap[folder] = true
		}
	}
}

// TestPackageCommentsLinkToWhatIsThere: a package has one comment, and its [Links] lead to
// declarations of that package.
func TestPackageCommentsLinkToWhatIsThere(t *testing.T) {
	t.Parallel()
	comments, names := map[string][]string{}, map[string]map[string]bool{}
	for _, file := range readSources(t) {
		if !strings.HasSuffix(file.path, ".go") || file.isTest() {
			continue
		}
		folder := filepath.Dir(file.path)
		if names[folder] == nil {
			names[folder] = map[string]bool{}
		}
		for _, d := range declarationsOf(t, file) {
			names[folder][strings.TrimPrefix(d.owner+"."+d.name, ".")] = true
		}
		if comment := regexp.MustCompile(`(?ms)^((?://[^\n]*\n)+)package `).FindStringSubmatch(file.text); comment != nil && strings.Contains(comment[1], "// Package ") {
			comments[folder] = append(comments[folder], comment[1])
		}
	}
	for folder, all := range comments {
		if len(all) != 1 {
			t.Errorf("%s has %d package comments", folder, len(all))
		}
		for _, link := range regexp.MustCompile(`\[\*?([A-Z][\w.]*)\]`).FindAllStringSubmatch(strings.Join(all, ""), -1) {
			if !names[folder][link[1]] {
				t.Errorf("the comment of %s links to %s, which is not there", folder, link[1])
			}
		}
	}
}

// homes are words of the machinery, each with the package whose functions, methods, types and files
// may have it in their names; with two, where one hands to the other what it names.
var homes = map[string][]string{
	"admission": {"graph/server"}, "limiter": {"graph/server"}, "refund": {"graph/server"}, "renderer": {"graph/server"}, "shed": {"graph/server"},
	"broadcast": {"live"}, "coalesce": {"live"}, "fan": {"live"}, "flight": {"live"}, "invalidates": {"live"}, "merger": {"live"},
	"codec": {"db/pg"}, "prepared": {"db/pg"}, "retrier": {"db/pg"},
	"image": {"db/read"}, "projection": {"db/read", "graph"}, "speculation": {"db/read"}, "speculative": {"db/read"},
	"dependency": {"live", "graph"}, "dependencies": {"live", "graph"},
	"headroom": {"heap"}, "partition": {"db/eventlog"}, "turn": {"graph/socket"}, "unify": {"graph"}, "utterance": {"intake"},
}

// banned are words that no function, method, type or file has in its name: each has meant too many
// things.
var banned = []string{"approach", "door", "follower", "following", "guess", "kin", "lane", "look", "place", "places", "settle", "stand"}

// TestWordsHaveOneMeaning: a word of the machinery is declared in its package alone, and a banned
// word in none.
func TestWordsHaveOneMeaning(t *testing.T) {
	t.Parallel()
	used := map[string]bool{} // word and package
	for _, file := range readSources(t) {
		if !strings.HasSuffix(file.path, ".go") || file.isTest() || strings.HasPrefix(file.path, "bench/") {
			continue
		}
		folder := strings.TrimSuffix(filepath.ToSlash(filepath.Dir(file.path)), "/")
		check := func(line int, what, name string) {
			for _, part := range wordsOf(name) {
				home, known := homes[part]
				switch {
				case slices.Contains(banned, part):
					t.Errorf("%s:%d: %s %s has the word %q, which has meant too many things: see docs/style.md", file.path, line, what, name, part)
				case known && !slices.Contains(home, folder):
					t.Errorf("%s:%d: %s %s has the word %q, which is a word of %s", file.path, line, what, name, part, strings.Join(home, " and "))
				}
				used[part+" "+folder] = true
			}
		}
		check(1, "the file", strings.TrimSuffix(filepath.Base(file.path), ".go"))
		for _, d := range declarationsOf(t, file) {
			if d.kind == "func" || d.kind == "type" {
				check(d.line, "the "+d.kind, d.name)
			}
		}
	}
	for word, home := range homes {
		for _, folder := range home {
			if !used[word+" "+folder] {
				t.Errorf("%s declares nothing with the word %q any more", folder, word)
			}
		}
	}
}

// wordsOf are the words of a name, in small letters: readHTTPBody has read, http and body.
func wordsOf(name string) (words []string) {
	letters := []rune(strings.Trim(name, "_"))
	began := 0
	for i, r := range letters {
		last := i == len(letters)-1
		begins := unicode.IsUpper(r) && i > 0 && (unicode.IsLower(letters[i-1]) || !last && unicode.IsLower(letters[i+1]))
		if begins || r == '_' || r == '.' {
			words = append(words, string(letters[began:i]))
			began = i
		}
	}
	words = append(words, string(letters[began:]))
	for i, w := range words {
		words[i] = strings.ToLower(strings.Trim(w, "_."))
	}
	return words
}

func TestWordsOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"readHTTPBody": "read http body", "Tx": "tx", "parseURL": "parse url", "write_ticket": "write ticket", "look": "look"} {
		if got := strings.Join(wordsOf(name), " "); got != want {
			t.Errorf("%s has the words %q, not %q", name, got, want)
		}
	}
}

// widest is the last column of a comment; a tab counts four.
const widest = 100

var (
	commentLine = regexp.MustCompile(`^\t* *// ?\S+ \S`)
	directive   = regexp.MustCompile(`^\t* *//(nolint|go:)`)
)

// TestCommentsAreNotTooWide: lines of comments end at column 100. A line that can't be broken may
// be longer.
func TestCommentsAreNotTooWide(t *testing.T) {
	t.Parallel()
	for _, file := range readSources(t) {
		if !strings.HasSuffix(file.path, ".go") || strings.HasSuffix(file.path, ".resolvers.go") { // gqlgen breaks those by its own rules
			continue
		}
		for i, line := range strings.Split(file.text, "\n") {
			if commentLine.MatchString(line) && !directive.MatchString(line) {
				if width := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")); width > widest {
					t.Errorf("%s:%d: the comment is %d columns wide", file.path, i+1, width)
				}
			}
		}
	}
}
