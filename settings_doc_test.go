package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

const settingsGuide = "docs/settings.md"

var writeGuide = flag.Bool("write-guide", false, "put what --help says into the rows of "+settingsGuide)

// TestSettingsGuide: the guide has a row for each setting and for each flag of a command, with its
// default and what --help says of it. Where the rows stand, and what is written between them, is
// free. Once a row is there, go test . -run TestSettingsGuide -write-guide keeps it up to date.
func TestSettingsGuide(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(settingsGuide)
	if err != nil {
		t.Fatal(err)
	}
	wanted, lines := settingRows(t), strings.Split(string(text), "\n")
	found := map[string]bool{}
	for i, line := range lines {
		name, isRow := rowName(line)
		if !isRow {
			continue
		}
		row, known := wanted[name]
		switch {
		case !known:
			t.Errorf("%s:%d: there is no %s", settingsGuide, i+1, name)
		case *writeGuide:
			lines[i] = row
		case line != row:
			t.Errorf("%s:%d: this row should be\n%s", settingsGuide, i+1, row)
		}
		found[name] = true
	}
	for name, row := range wanted {
		if !found[name] {
			t.Errorf("%s lacks this row:\n%s", settingsGuide, row)
		}
	}
	if *writeGuide {
		if err := os.WriteFile(settingsGuide, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// rowName is the name in the first cell of a row.
func rowName(line string) (name string, isRow bool) {
	rest, isRow := strings.CutPrefix(line, "| `")
	name, _, _ = strings.Cut(rest, "` |")
	return name, isRow
}

// settingRows are the rows that the guide should have, by name.
func settingRows(t *testing.T) map[string]string {
	t.Helper()
	parser, err := kong.New(&commandLine{}, kong.Vars{"dataDir": "`deskwire` in the folder for data of this user"}, formatNames)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	add := func(name string, flag *kong.Flag) {
		byDefault := ""
		if flag.Default != "" {
			byDefault = "`" + flag.Default + "`"
		}
		rows[name] = fmt.Sprintf("| `%s` | %s | %s |", name, byDefault, flag.Help)
	}
	for _, flag := range parser.Model.Flags {
		if len(flag.Envs) > 0 { // not --help
			add(flag.Envs[0], flag)
		}
	}
	for _, command := range parser.Model.Children {
		for _, flag := range command.Flags {
			add("deskwire "+command.Name+" --"+flag.Name, flag)
		}
	}
	return rows
}
