package read

import "testing"

// A word in quotes is that word, and no operator.
func TestParseSearch_or(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]int{
		`foo or bar`: 2, `foo OR bar or baz`: 3, `foo "or" bar`: 1, `foo "OR" bar`: 1, `"foo" or "bar"`: 2, `foo -or bar`: 1, `foo -"or" bar`: 1, `or foo`: 1, `foo or`: 1, `"or" or "or"`: 2,
	} {
		if got := len(parseSearch(query)); got != want {
			t.Errorf("%s has %d alternatives, not %d", query, got, want)
		}
	}
}
