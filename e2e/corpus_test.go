//go:build corpus

package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// corpusStrings are five hundred strings that others have tripped over. CORPUS is where the real
// data lie: make test-corpus sets it.
func corpusStrings(t *testing.T) []string {
	t.Helper()
	all := readStrings(t, filepath.Join(os.Getenv("CORPUS"), "protocol/blns.json"))
	if len(all) != 515 {
		t.Errorf("there are %d strings", len(all))
	}
	return all
}

func TestCorpus_strings(t *testing.T) {
	t.Parallel()
	newTextWriter(t).checkFrequent(t, corpusStrings(t))
}

func TestCorpus_filters(t *testing.T) {
	t.Parallel()
	checkNameFilters(t, corpusStrings(t))
}
