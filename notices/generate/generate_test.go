package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"deskwire/notices"
)

// The notices have everything that is linked into the program and that the pages may contain, in
// its version, with a licence; and nothing else.
func TestNoticesAreComplete(t *testing.T) {
	t.Parallel()
	modules, err := linkedModules("../..")
	if err != nil {
		t.Fatal(err)
	}
	packages, err := servedPackages("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(modules) < 30 || len(packages) < 50 {
		t.Errorf("only %d modules and %d packages were found", len(modules), len(packages))
	}
	noted := licencesByTitle(t, notices.Text())
	for _, c := range append(modules, packages...) {
		text, there := noted[c.title()]
		if !there {
			t.Errorf("%s %s is not noted: run make notices", c.name, c.version)
			continue
		}
		delete(noted, c.title())
		for _, own := range c.texts {
			if !strings.Contains(text, own) {
				t.Errorf("a text of %s %s is not noted: run make notices", c.name, c.version)
			}
		}
	}
	for _, title := range slices.Sorted(maps.Keys(noted)) {
		t.Errorf("%q is no part of Deskwire: run make notices", title)
	}
}

// licencesByTitle takes the notices apart.
func licencesByTitle(t *testing.T, text string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, section := range strings.Split(text, rule)[1:] {
		titles, licence, _ := strings.Cut(section, "\n\n")
		if lower := strings.ToLower(licence); !strings.Contains(lower, "licen") && !strings.Contains(lower, "permi") || !strings.Contains(lower, "copyright") && !strings.Contains(lower, "public domain") {
			t.Errorf("this is no licence of %s:\n%s", titles, licence)
		}
		for title := range strings.SplitSeq(titles, "\n") {
			found[title] = licence
		}
	}
	return found
}

// A component without a licence is refused, and one text stands once for all that come with it.
func TestRender(t *testing.T) {
	t.Parallel()
	if _, err := render([]component{{"a", "v1", nil}}); err == nil || !strings.Contains(err.Error(), "a v1 has no licence") {
		t.Errorf("without a licence: %v", err)
	}
	got, err := render([]component{{"b", "v2", []string{"Copyright, licence"}}, {"a", "v1", []string{"Copyright, licence"}}, {"c", "v3", []string{"Another\n* licence, Copyright"}}})
	if err != nil {
		t.Fatal(err)
	}
	if want := introduction + rule + "* a v1\n* b v2\n\nCopyright, licence\n" + rule + "* c v3\n\nAnother\n* licence, Copyright\n"; got != want {
		t.Errorf("got %q", got)
	}
}
