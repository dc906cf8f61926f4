//go:build corpus

package mailhtml

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCorpus_mails is TestText_mails for real mails. CORPUS is where they lie: make
// test-corpus sets it.
func TestCorpus_mails(t *testing.T) {
	checkMails(t, filepath.Join(os.Getenv("CORPUS"), "mail"), 40)
}
