//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db/dbtest"
	"deskwire/graph"
	"deskwire/graph/guard"
)

const (
	repository     = ".."
	documentedHost = "127.0.0.1:8080"
	documentedDSN  = "postgres://deskwire@db/deskwire"
)

// TestDocumentation runs the snippets of README.md and docs/*.md on a server with the demo, as a
// reader would: the shell blocks of a document one after the other, in one bash, at the root of the
// repository. Nothing may fail, no answer may have an error that the document does not show, and
// what it shows must be what comes.
//
// A block below `<!-- not run: the reason -->` is not run; `make` targets and settings that it
// names must still exist.
func TestDocumentation(t *testing.T) {
	program := buildProgram(t)
	program.env = append(program.env, "CORS_ORIGINS=", "NATS_URL=", "GRAPHIQL=")
	server := program.start(t)
	reader := &docReader{
		root: mirrorRepository(t, program.binary), program: program, token: program.token(t, "ada@demo.test"),
		url: server.url, host: strings.TrimPrefix(server.url, "http://"),
	}
	for i, name := range guides(t) {
		doc := parseDocument(t, name)
		if i == 0 { // the README, whose reader goes on to the guides with the same shell
			reader.prelude = doc.definitions(t)
		}
		t.Run(name, func(t *testing.T) {
			reader.runShell(t, doc)
			reader.runGraphQL(t, doc)
			doc.checkSkipped(t)
		})
	}
	server.checkLog(t)
}

// guides are the README and the documents that it leads its reader to, in this order, but for those
// about the code.
func guides(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"README.md"}
	for _, found := range regexp.MustCompile(`\]\((docs/[a-z]+\.md)\)`).FindAllStringSubmatch(string(text), -1) {
		if !slices.Contains(names, found[1]) && !slices.Contains(aboutTheCode, found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}

var aboutTheCode = []string{"docs/rules.md", "docs/decisions.md", "docs/style.md"}

// docBlock is a fenced block of a document.
type docBlock struct {
	language, text string
	line           int
	skipped        string   // the reason why it is not run
	shown          []string // the answer that stands below it
	shownLine      int
}

type document struct {
	name   string
	blocks []*docBlock
}

var skipMark = regexp.MustCompile(`^<!-- not run: (.+) -->$`)

// parseDocument reads the fenced blocks. A block of json or text belongs to the one before: it
// shows what that answers.
func parseDocument(t *testing.T, name string) *document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	doc, open, before := &document{name: name}, (*docBlock)(nil), ""
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case open == nil && strings.HasPrefix(line, "```"):
			open = &docBlock{language: strings.TrimPrefix(line, "```"), line: i + 1}
			if mark := skipMark.FindStringSubmatch(before); mark != nil {
				open.skipped = mark[1]
			}
		case open != nil && line == "```":
			doc.add(t, open)
			open, before = nil, ""
		case open != nil:
			open.text += line + "\n"
		case strings.TrimSpace(line) != "":
			before = line
		}
	}
	if open != nil {
		t.Errorf("%s:%d: the block does not end", name, open.line)
	}
	return doc
}

func (d *document) add(t *testing.T, b *docBlock) {
	t.Helper()
	switch b.language {
	case "sh", "graphql", "html":
		d.blocks = append(d.blocks, b)
	case "sql": // dbtest.Roles runs it
	case "json", "text":
		if len(d.blocks) == 0 {
			t.Fatalf("%s:%d: this shows what nothing answers", d.name, b.line)
		}
		last := d.blocks[len(d.blocks)-1]
		last.shown, last.shownLine = shownAnswers(b), b.line
	default:
		t.Errorf("%s:%d: a block of %q, which nothing tests: use sh, graphql, html, json, sql or text", d.name, b.line, b.language)
	}
}

// shownAnswers are the answers that a block shows: the whole of json, or the data lines of a
// stream.
func shownAnswers(b *docBlock) []string {
	if b.language == "json" {
		return []string{b.text}
	}
	var all []string
	for line := range strings.Lines(b.text) {
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			all = append(all, data)
		}
	}
	return all
}

// definitions are the token and the function gql, as the README has them; what it does with them
// follows.
func (d *document) definitions(t *testing.T) string {
	t.Helper()
	for _, b := range d.blocks {
		if definitions, _, found := strings.Cut(b.text, "\n}\n"); found && strings.Contains(definitions, "gql() {") {
			return definitions + "\n}\n"
		}
	}
	t.Fatalf("%s does not define gql", d.name)
	return ""
}

// checkSkipped sees to it that a block which is not run still names what there is.
func (d *document) checkSkipped(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(repository, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	settings, err := os.ReadFile(filepath.Join(repository, "docs/settings.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range d.blocks {
		if b.skipped == "" {
			continue
		}
		for _, target := range regexp.MustCompile(`\bmake ([a-z-]+)`).FindAllStringSubmatch(b.text, -1) {
			if !regexp.MustCompile(`(?m)^` + target[1] + `:`).Match(makefile) {
				t.Errorf("%s:%d: there is no make %s", d.name, b.line, target[1])
			}
		}
		for _, setting := range regexp.MustCompile(`\b([A-Z][A-Z_]{2,})=`).FindAllStringSubmatch(b.text, -1) {
			if !bytes.Contains(settings, []byte("`"+setting[1]+"`")) {
				t.Errorf("%s:%d: there is no setting %s", d.name, b.line, setting[1])
			}
		}
	}
}

// docReader is somebody who has started the demo and pastes what a document says.
type docReader struct {
	*program
	root, url, host, token string
	prelude                string // what the README defines for all guides
}

// mirrorRepository is a folder that looks like the root of the repository after `make run`, and
// into which a snippet may write.
func mirrorRepository(t *testing.T, binary string) string {
	t.Helper()
	dir := t.TempDir()
	source, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "bin" && e.Name() != ".git" {
			err = errors.Join(err, os.Symlink(filepath.Join(source, e.Name()), filepath.Join(dir, e.Name())))
		}
	}
	err = errors.Join(err, os.Mkdir(filepath.Join(dir, "bin"), 0o755), os.Symlink(binary, filepath.Join(dir, "bin", "deskwire")))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// runShell runs the shell blocks of a document and looks at what they print.
func (r *docReader) runShell(t *testing.T, doc *document) {
	var script strings.Builder
	results := t.TempDir()
	begin := func(n int) string { return filepath.Join(results, strconv.Itoa(n)) }
	fmt.Fprintf(&script, "set -euo pipefail\nexec >%s 2>&1\n", begin(-1))
	if doc.name != "README.md" {
		script.WriteString(r.prelude)
	}
	var run []*docBlock
	for _, b := range doc.blocks {
		if b.language == "sh" && b.skipped == "" {
			fmt.Fprintf(&script, "exec >%s.out 2>%s.err\n%s\n: >%s.done\n", begin(len(run)), begin(len(run)), b.text, begin(len(run)))
			run = append(run, b)
		}
	}
	if len(run) == 0 {
		return
	}
	r.bash(t, doc, script.String())
	for i, b := range run {
		out, _ := os.ReadFile(begin(i) + ".out")
		said, _ := os.ReadFile(begin(i) + ".err")
		where := fmt.Sprintf("%s:%d", doc.name, b.line)
		if _, err := os.Stat(begin(i) + ".done"); err != nil {
			t.Fatalf("%s: a command of this block failed, or of what stands before it\n%s%s", where, out, said)
		}
		if complaints := regexp.MustCompile(`(?m)^.*(\bTerminated\b|level=INFO).*\n`).ReplaceAllString(string(said), ""); complaints != "" {
			t.Errorf("%s: it says on stderr\n%s", where, complaints)
		}
		compareAnswers(t, doc, b, answersIn(string(out)))
	}
}

// bash runs a script as the reader of a document. What the document expects at the usual address is
// asked at the address of this test; a document that starts a server has one of its own, on an
// empty database.
func (r *docReader) bash(t *testing.T, doc *document, script string) {
	t.Helper()
	host := r.host
	if strings.Contains(script, "bin/deskwire serve") {
		host = freeAddress(t)
		script = strings.ReplaceAll(script, documentedDSN, "'"+dbtest.DSN(t)+"'")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	patient := strings.NewReplacer(documentedHost, host, "sleep 1", "sleep 3", "--max-time 2", "--max-time 5") // the machine is busy
	c := exec.CommandContext(ctx, "bash", "-c", patient.Replace(script))
	c.Dir = r.root
	c.Env = append(r.command().Env, "ADDR="+host)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what it leaves running goes with it
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	err := c.Run()
	_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
	if ctx.Err() != nil || said.Len() > 0 {
		t.Errorf("%s: %v\n%s", doc.name, err, said.String())
	}
}

// answersIn are the lines of JSON, and of a stream of events.
func answersIn(out string) (answers []any) {
	for line := range strings.Lines(out) {
		var answer map[string]any
		if json.Unmarshal([]byte(strings.TrimPrefix(line, "data: ")), &answer) == nil {
			answers = append(answers, answer)
		}
	}
	return answers
}

// runGraphQL validates the documents in GraphQL, and asks those that need no variables.
func (r *docReader) runGraphQL(t *testing.T, doc *document) {
	for _, b := range doc.blocks {
		if b.language != "graphql" {
			continue
		}
		query, errs := gqlparser.LoadQueryWithRules(graph.Schema(), b.text, nil)
		if errs != nil {
			t.Errorf("%s:%d: %v", doc.name, b.line, errs)
			continue
		}
		if op := query.Operations[0]; b.skipped != "" || op.Operation == ast.Subscription || len(op.VariableDefinitions) > 0 {
			if b.shown != nil {
				t.Errorf("%s:%d: this shows the answer to what is not asked", doc.name, b.shownLine)
			}
			continue
		}
		compareAnswers(t, doc, b, []any{r.post(t, b.text)})
	}
}

func (r *docReader) post(t *testing.T, query string) (answer map[string]any) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// compareAnswers compares what came with what the document shows: a stream in its order, else the
// last answer. Errors may come where they are shown.
func compareAnswers(t *testing.T, doc *document, b *docBlock, answers []any) {
	t.Helper()
	if !showsErrors(b.shown) {
		for _, answer := range answers {
			if found := errorsIn(answer); found != nil {
				t.Errorf("%s:%d: it answers with %v", doc.name, b.line, found)
			}
		}
	}
	if len(b.shown) > 1 {
		answers = slices.DeleteFunc(answers, func(a any) bool { return !isPayload(a) })
	}
	if len(answers) < len(b.shown) {
		t.Errorf("%s:%d: %d answers are shown, and %d came: %v", doc.name, b.shownLine, len(b.shown), len(answers), answers)
		return
	}
	for i, shown := range b.shown {
		want, err := parseShown(shown)
		if err != nil {
			t.Errorf("%s:%d: this is no JSON: %v", doc.name, b.shownLine, err)
			continue
		}
		got := answers[len(answers)-1]
		if len(b.shown) > 1 {
			got = answers[i]
		}
		if difference := compareShown("", want, got); difference != "" {
			whole, _ := json.Marshal(got)
			t.Errorf("%s:%d: %s\nthe answer was %s", doc.name, b.shownLine, difference, whole)
		}
	}
}

// isPayload says whether an answer came by a subscription: only these have no cost.
func isPayload(answer any) bool {
	extensions, _ := answer.(map[string]any)["extensions"].(map[string]any)
	return extensions != nil && extensions["cost"] == nil
}

func showsErrors(shown []string) bool {
	return slices.ContainsFunc(shown, func(s string) bool {
		answer, err := parseShown(s)
		return err == nil && errorsIn(answer) != nil
	})
}

// errorsIn finds a list of errors that is not empty, at the top of an answer or in a payload.
func errorsIn(answer any) any {
	switch v := answer.(type) {
	case map[string]any:
		for name, member := range v {
			if list, _ := member.([]any); name == "errors" && len(list) > 0 {
				return list
			}
			if found := errorsIn(member); found != nil {
				return found
			}
		}
	case []any:
		for _, member := range v {
			if found := errorsIn(member); found != nil {
				return found
			}
		}
	}
	return nil
}

// leftOut stands where a document leaves something out of an answer, written as "…".
const leftOut = "…"

// parseShown reads JSON in which "…" stands for more members of an object or a list, or for the
// rest of a text.
func parseShown(text string) (shown any, err error) {
	inText := regexp.MustCompile(`"(?:[^"\\]|\\.)*"|…`)
	text = inText.ReplaceAllStringFunc(text, func(found string) string {
		if found == leftOut {
			return `"…"`
		}
		return found
	})
	// In an object the mark needs a value.
	text = regexp.MustCompile(`([{,]\s*)"…"(\s*})`).ReplaceAllString(text, `$1"…": 0$2`)
	err = json.Unmarshal([]byte(text), &shown)
	return shown, err
}

// compareShown says in which way an answer is not what a document shows; "" where it is.
func compareShown(path string, shown, got any) string {
	switch want := shown.(type) {
	case map[string]any:
		return compareObject(path, want, got)
	case []any:
		return compareList(path, want, got)
	case string:
		if text, ok := got.(string); !ok || !sameText(path, want, text) {
			return fmt.Sprintf("%s is shown as %q, and is %v", path, want, got)
		}
	default:
		if !reflect.DeepEqual(shown, got) {
			return fmt.Sprintf("%s is shown as %v, and is %v", path, shown, got)
		}
	}
	return ""
}

func compareObject(path string, want map[string]any, got any) string {
	have, ok := got.(map[string]any)
	if !ok {
		return fmt.Sprintf("%s is shown as an object, and is %v", path, got)
	}
	_, more := want[leftOut]
	for name, member := range want {
		there, ok := have[name]
		if name == leftOut {
			continue
		}
		if !ok {
			return fmt.Sprintf("%s.%s is shown, and did not come", path, name)
		}
		if difference := compareShown(path+"."+name, member, there); difference != "" {
			return difference
		}
	}
	for name := range have {
		if _, ok := want[name]; !ok && !more && (path != "" || name != "extensions") {
			return fmt.Sprintf("%s.%s came, and is not shown", path, name)
		}
	}
	return ""
}

func compareList(path string, want []any, got any) string {
	have, ok := got.([]any)
	if !ok {
		return fmt.Sprintf("%s is shown as a list, and is %v", path, got)
	}
	more := len(want) > 0 && want[len(want)-1] == leftOut
	if more {
		want = want[:len(want)-1]
	}
	if len(have) < len(want) || len(have) > len(want) && !more {
		return fmt.Sprintf("%s is shown with %d members, and has %d", path, len(want), len(have))
	}
	for i, member := range want {
		if difference := compareShown(fmt.Sprintf("%s[%d]", path, i), member, have[i]); difference != "" {
			return difference
		}
	}
	return ""
}

// varying is what differs from one demo to another: ids, times, addresses, cursors and ids of
// requests.
var varying = regexp.MustCompile(`^([a-z]{3}_[0-9a-z]{26}|\d{4}-\d\d-\d\dT.*Z|https?://.*|[0-9A-Za-z+/=_-]{24,})$`)

// sameText compares a text that is shown with the one that came. Messages are for people, and may
// be worded anew.
func sameText(path, want, got string) bool {
	switch {
	case strings.HasSuffix(path, ".message"):
		return got != ""
	case varying.MatchString(want):
		return varying.MatchString(got)
	case strings.HasSuffix(want, leftOut):
		return strings.HasPrefix(got, strings.TrimSuffix(want, leftOut))
	}
	return want == got
}

// TestLinksOfDocuments follows the links that lead from one file of the repository to another, and
// to the headings in them.
func TestLinksOfDocuments(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, file := range markdownFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(withoutBlocks(string(text)), -1) {
			path, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(path, "://") || strings.HasPrefix(path, "mailto:") {
				continue
			}
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			content, err := os.ReadFile(target)
			if err != nil && !errors.Is(err, syscall.EISDIR) {
				t.Errorf("%s leads to %s, which is not there", file, found[1])
			} else if anchor != "" && !slices.Contains(anchorsOf(string(content)), anchor) {
				t.Errorf("%s leads to %s, and there is no such heading", file, found[1])
			}
		}
	}
}

// markdownFiles are those of the repository, without what was fetched or built.
func markdownFiles(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(repository, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(e.Name(), ".") && path != repository
		if e.IsDir() && (hidden || slices.Contains([]string{"bin", "node_modules", "dist", "build", "testdata"}, e.Name())) {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			files = append(files, path)
		}
		return nil
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	return files
}

func withoutBlocks(text string) string {
	return regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
}

// anchorsOf are what GitHub calls the headings of a document.
func anchorsOf(text string) (anchors []string) {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(withoutBlocks(text), -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		anchors = append(anchors, strings.ReplaceAll(name, " ", "-"))
	}
	return anchors
}

// TestLimitsInGuide: the table of limits in docs/production.md has every limit, with its default.
func TestLimitsInGuide(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(repository, "docs/production.md"))
	if err != nil {
		t.Fatal(err)
	}
	limits := reflect.ValueOf(guard.Default())
	for i := range limits.NumField() {
		name := strings.ToLower(limits.Type().Field(i).Name)
		if row := fmt.Sprintf("| `%s` | %d |", name, limits.Field(i).Int()); !strings.Contains(string(text), row) {
			t.Errorf("docs/production.md has no row that begins with %s", row)
		}
	}
}

// TestComparatorsInGuide: the tables of docs/querying.md have each comparator with all that it
// takes.
func TestComparatorsInGuide(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(repository, "docs/querying.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, definition := range graph.Schema().Types {
		if !strings.HasSuffix(name, "Comparator") && name != "PropertyWhere" {
			continue
		}
		_, row, _ := strings.Cut(string(text), "| `"+name+"` |")
		row, _, _ = strings.Cut(row, "\n")
		for _, field := range definition.Fields {
			if !strings.Contains(row, "`"+field.Name+"`") {
				t.Errorf("docs/querying.md does not say in a row of its own that %s takes %s", name, field.Name)
			}
		}
	}
}

// TestErrorCodesInGuide: docs/errors.md names every code.
func TestErrorCodesInGuide(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(repository, "docs/errors.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, enum := range []string{"ErrorCode", "RequestErrorCode"} {
		for _, v := range graph.Schema().Types[enum].EnumValues {
			if !strings.Contains(string(text), "`"+v.Name+"`") {
				t.Errorf("docs/errors.md says nothing of %s", v.Name)
			}
		}
	}
}
