package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestNUL: U+0000, which the database can't hold, is refused wherever text goes in, and nothing is changed.
func TestNUL(t *testing.T) {
	t.Parallel()
	l := startLedger(t)
	w := newScribe(t, l.server)
	bases := w.bases(t, w.texts())
	l.unchanged(t, "", "sending U+0000", func() {
		for s, b := range bases {
			for _, text := range []string{"\x00", "a\x00b", b.text(s.leaf()) + "\x00"} {
				a := w.send(t, []call{b.with(*s, fill(*s, text))})[0]
				if a.code() == "" || !w.typed(a) {
					t.Errorf("%s took %q: %s", s, text, a.plain())
				}
			}
		}
		for _, s := range w.queryTexts() {
			b := &base{crafter: crafter{schema: w.schema, own: w.own.ids}, at: w.spot(s)}
			a := w.send(t, []call{b.with(s, fill(s, "a\x00b"))})[0]
			if a.code() != "" && !w.typed(a) {
				t.Errorf("%s with U+0000 answered %s", s, a.plain())
			}
			if a.code() == "" && strings.Contains(a.plain(), `"id"`) {
				t.Errorf("%s found something for a text with U+0000: %s", s, a.plain())
			}
		}
	})
	if len(bases) < leastTextPlaces {
		t.Errorf("only %d places take text", len(bases))
	}
}

// bases finds a call that is taken for each place, before anything is measured.
func (w *scribe) bases(t *testing.T, all []slot) map[*slot]*base {
	t.Helper()
	bases := map[*slot]*base{}
	for _, s := range all {
		if b := w.base(t, s); b != nil {
			bases[&s] = b
		}
	}
	w.depth = 1
	return bases
}

// queryTexts are the places of queries that take text, without the groups of filters.
func (w *scribe) queryTexts() []slot {
	return slices.DeleteFunc(notOf("Mutation", slots(w.schema, scalar("String"))), grouped)
}

// spot is a node from which a field can be asked for; "" for the root.
func (w *scribe) spot(s slot) string {
	if s.parent.Name == "Query" || s.parent.Name == "Mutation" {
		return ""
	}
	return w.own.ids[s.parent.Name][0]
}

var atMost = regexp.MustCompile(`at most ([\d,]+)( bytes| kB)?`)

// limit is the most bytes that a description allows; 0 when it names none.
func limit(s slot) int {
	m := atMost.FindStringSubmatch(s.leaf().said)
	if m == nil || s.listed() {
		return 0
	}
	n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	if m[2] == " kB" {
		n <<= 10
	}
	return n
}

// unlimited are the places whose description names no limit: what may stand there is said elsewhere.
var unlimited = []string{"email", "phone", "string", "list", "propertyKeys", "key"}

// TestTextLimits: a text of exactly as many bytes as the schema says is taken, and one more is refused.
func TestTextLimits(t *testing.T) {
	t.Parallel()
	l := startLedger(t)
	w := newScribe(t, l.server)
	tried := 0
	for s, b := range w.bases(t, w.texts()) {
		n := limit(*s)
		if n == 0 {
			if !slices.Contains(unlimited, s.leaf().name) {
				t.Errorf("the description of %s says no limit", s)
			}
			continue
		}
		tried++
		w.fits(t, *s, b, n)
		l.unchanged(t, "", fmt.Sprintf("a text too long for %s", s), func() { w.tooLong(t, *s, b, n+1) })
	}
	if tried < 65 {
		t.Errorf("only %d places name a limit", tried)
	}
}

func (w *scribe) fits(t *testing.T, s slot, b *base, n int) {
	t.Helper()
	text := long(s, n)
	a := w.send(t, []call{b.with(s, fill(s, text))})[0]
	if c := a.code(); c != "" && !(s.leaf().name == "idempotencyKey" && w.typed(a)) { // what can be done once has been done
		t.Errorf("%s with %d bytes answered %s", s, n, c)
	} else if back, shown := kept(s, text); shown && !leaves(a.value, map[string]bool{})[back] {
		t.Errorf("%s with %d bytes did not come back", s, n)
	}
}

func (w *scribe) tooLong(t *testing.T, s slot, b *base, n int) {
	t.Helper()
	a := w.send(t, []call{b.with(s, fill(s, long(s, n)))})[0]
	if want := "TEXT_TOO_LONG"; a.code() != want && !(s.leaf().name == "key" && a.code() == "INVALID_INPUT") {
		t.Errorf("%s with %d bytes answered %q", s, n, a.code())
	}
}

// long is a text of n bytes that the place could take but for its length. Letters of two bytes show that bytes are counted.
func long(s slot, n int) string {
	fresh := strconv.FormatInt(serial.Add(1), 36)
	switch s.leaf().name {
	case "email":
		return fresh + strings.Repeat("a", n-len(fresh)-len("@b.test")) + "@b.test"
	case "key":
		return "k" + fresh + strings.Repeat("a", n-len(fresh)-1)
	case "contentType":
		return "text/" + strings.Repeat("a", n-len("text/"))
	}
	text := fresh + strings.Repeat("é", (n-len(fresh))/2)
	return text + strings.Repeat("x", n-len(text))
}

// most is how many elements a list takes, as its description says; 0 when it says nothing.
func most(s slot) int {
	m := atMost.FindStringSubmatch(s.leaf().said)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	return n
}
