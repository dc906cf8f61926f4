// Generate writes notices/THIRD-PARTY-NOTICES.txt. It needs the Go modules and the page's
// node_modules: make notices sees to both.
package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// component is something of others that Deskwire contains.
type component struct {
	name, version string
	texts         []string // of its licence and notices
}

func (c component) title() string { return titleMark + c.name + " " + c.version }

// titleMark begins the line of each component, by which the test finds them.
const titleMark = "* "

const (
	output       = "notices/THIRD-PARTY-NOTICES.txt"
	rule         = "\n====================================================================================================\n"
	introduction = `Third-party notices

Deskwire contains software of others, under these licences: Go, the Go modules that are linked
into the program, and the npm packages of the pages that it serves.
`
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// write collects the notices of the repository at a folder.
func write(root string) error {
	modules, err := linkedModules(root)
	if err != nil {
		return err
	}
	packages, err := servedPackages(root)
	if err != nil {
		return err
	}
	for i := range packages {
		if packages[i].texts, err = packageTexts(filepath.Join(root, page), packages[i].name); err != nil {
			return err
		}
	}
	text, err := render(append(modules, packages...))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, output), []byte(text), 0o644)
}

// render names all components, and gives each text once, below all that come with it.
func render(all []component) (string, error) {
	slices.SortFunc(all, func(a, b component) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.version, b.version))
	})
	titles, order := map[string][]string{}, []string{}
	for _, c := range all {
		joined := strings.TrimSpace(strings.Join(c.texts, "\n\n"))
		if joined == "" {
			return "", fmt.Errorf("%s %s has no licence: look for it, and see standardTexts", c.name, c.version)
		}
		if titles[joined] == nil {
			order = append(order, joined)
		}
		if title := c.title(); !slices.Contains(titles[joined], title) {
			titles[joined] = append(titles[joined], title)
		}
	}
	var b strings.Builder
	b.WriteString(introduction)
	for _, text := range order {
		fmt.Fprintf(&b, "%s%s\n\n%s\n", rule, strings.Join(titles[text], "\n"), text)
	}
	return b.String(), nil
}

// licenceFiles reads the licences and notices that stand in a folder.
func licenceFiles(folder string) (texts []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		is := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
		source := strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".js")
		if e.IsDir() || source || !is("licen") && !is("copying") && !is("notice") && !is("patents") && !is("unlicense") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, strings.TrimSpace(plain(string(b))))
	}
	return texts, nil
}

// plain has one kind of line end, no blanks at the end of lines, and no line that could be taken
// for a component's.
func plain(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		if line = strings.TrimRight(line, " \t\f"); strings.HasPrefix(line, titleMark) {
			line = " " + line
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}
