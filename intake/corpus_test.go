//go:build corpus

package intake

import (
	"os"
	"path/filepath"
	"testing"
)

// corpusFile reads a file of the real data. CORPUS is where they lie: make test-corpus sets it.
func corpusFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(os.Getenv("CORPUS"), name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCorpus_tweets(t *testing.T) {
	t.Parallel()
	newStarter(t).checkTweets(corpusFile(t, "dialogues/support_tweets_dev.jsonl"), 525)
}

func TestCorpus_issues(t *testing.T) {
	t.Parallel()
	newStarter(t).checkIssues(corpusFile(t, "tickets/jira_ecosystem_issues.jsonl"), 76, 15)
}

func TestCorpus_contactsAndChats(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		format  *Format
		name    string
		records int
	}{
		{&contacts, "contacts/contacts.csv", 25},
		{&abcd, "dialogues/abcd_sample.jsonl", 3},
	} {
		p, file := newStarter(t), corpusFile(t, tc.name)
		if sum, want := p.run(tc.format, file), (Result{Added: tc.records}); sum != want {
			t.Errorf("%s: got %+v, want %+v", tc.name, sum, want)
		}
		before := p.contents()
		if sum, want := p.run(tc.format, file), (Result{There: tc.records}); sum != want || p.contents() != before {
			t.Errorf("%s again: got %+v, want %+v and no change", tc.name, sum, want)
		}
	}
}
