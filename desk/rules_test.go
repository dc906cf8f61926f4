package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// elsewhere are the rules that desk does not decide, with the reason.
var elsewhere = map[string]string{
	"R8":  "a list and a query: graph",
	"R10": "what the sidebar query selects: graph",
	"R11": "the card as the schema shows it: graph; its fixed set is R14 and D12",
	"R12": "the details panel as the schema shows it: graph; what it shows is R13 and D11",
	"R15": "the address of a ticket's record: graph",
}

// Every rule that desk decides is named by a test and by the code.
func TestEveryRuleIsNamed(t *testing.T) {
	tested, coded := map[string]bool{}, map[string]bool{}
	for _, m := range regexp.MustCompile(`"([RD]\d+)/`).FindAllStringSubmatch(read(t, true), -1) {
		tested[m[1]] = true
	}
	for _, id := range regexp.MustCompile(`\b[RD]\d+\b`).FindAllString(read(t, false), -1) {
		coded[id] = true
	}
	for _, series := range []struct {
		letter string
		last   int
	}{{"R", 30}, {"D", 20}} {
		for n := 1; n <= series.last; n++ {
			id := fmt.Sprintf("%s%d", series.letter, n)
			if tested[id] == (elsewhere[id] != "") {
				t.Errorf("%s is tested here: %v, and elsewhere: %q", id, tested[id], elsewhere[id])
			}
			if tested[id] && !coded[id] {
				t.Errorf("%s is not named in the code", id)
			}
		}
	}
}

// read gives the package's tests, or its code.
func read(t *testing.T, tests bool) string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") != tests {
			continue
		}
		text, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}
