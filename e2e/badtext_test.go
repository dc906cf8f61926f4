package e2e

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestTextsThatCantBeKept: U+0000, which the database can't hold, is refused wherever text goes in. A text of exactly as
// many bytes as the schema says is taken, and one more is refused.
func TestTextsThatCantBeKept(t *testing.T) {
	t.Parallel()
	w := newScribe(t)
	places := w.bases(t)
	w.ledger.unchanged(t, "", "a text with U+0000, or too long", func() {
		for _, p := range places {
			w.noNUL(t, p)
			w.tooLong(t, p)
		}
		for _, s := range w.queryTexts() {
			if s.parent.Name != "Subscription" || !isCursor(s) { // those show how things stand; see TestCursors
				w.nothingForNUL(t, s)
			}
		}
	})
	limited := 0
	for _, p := range places {
		if w.fits(t, p) {
			limited++
		}
	}
	t.Logf("%d places, %d of them with a limit", len(places), limited)
	if len(places) < leastTextPlaces || limited < 90 {
		t.Error("the walk has lost places")
	}
}

// good is a place with a call that is taken.
type good struct {
	slot
	*base
}

// bases finds a call that is taken for each place, before anything is measured. Keys come last: to use one, what can be
// done only once is done.
func (w *scribe) bases(t *testing.T) []good {
	t.Helper()
	var places, keys []good
	for _, s := range w.texts() {
		b := w.base(t, s)
		switch {
		case b == nil:
		case s.leaf().name == "idempotencyKey":
			keys = append(keys, good{s, b})
		default:
			places = append(places, good{s, b})
		}
	}
	return append(places, keys...)
}

func (w *scribe) noNUL(t *testing.T, p good) {
	t.Helper()
	texts := []string{"\x00", "a\x00b", p.text(p.leaf()) + "\x00"}
	for i, a := range w.write(t, p.slot, p.base, texts...) {
		if a.code() == "" || !w.typed(a) {
			t.Errorf("%s took %q: %s", p.slot, texts[i], a.plain())
		}
	}
}

// nothingForNUL: a query may leave the text out of account or refuse it. It finds nothing for it.
func (w *scribe) nothingForNUL(t *testing.T, s slot) {
	t.Helper()
	b := &base{crafter: crafter{schema: w.schema, own: w.own.ids, since: w.beginning(t)}, at: w.spot(s)}
	a := w.write(t, s, b, "a\x00b")[0]
	if a.code() != "" && !w.typed(a) || a.code() == "" && strings.Contains(a.plain(), `"id"`) {
		t.Errorf("%s with U+0000 answered %s", s, a.plain())
	}
}

// queryTexts are the places of queries that take text, without the groups of filters.
func (w *scribe) queryTexts() []slot {
	return slices.DeleteFunc(notOf("Mutation", slots(w.schema, scalar("String"))), grouped)
}

// spot is a node from which a field can be asked for; "" for the root.
func (w *scribe) spot(s slot) string {
	if slices.Contains(roots, s.parent.Name) {
		return ""
	}
	return w.own.ids[s.parent.Name][0]
}

var atMost = regexp.MustCompile(`[Aa]t most ([\d,]+)( bytes| kB)?`)

// limit is the most bytes that a description allows; 0 when it names none.
func limit(s slot) int {
	if filters(s) { // it is limited as a whole
		return 0
	}
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
var unlimited = []string{"email", "phone", "string", "list", "propertyKeys", "key", "color"}

// fits sends a text that is just not too long. It says whether the place has a limit.
func (w *scribe) fits(t *testing.T, p good) bool {
	t.Helper()
	n := limit(p.slot)
	if n == 0 {
		if !filters(p.slot) && !slices.Contains(unlimited, p.leaf().name) {
			t.Errorf("the description of %s says no limit", p.slot)
		}
		return false
	}
	text := long(p.slot, n)
	a := w.write(t, p.slot, p.base, text)[0]
	if c := a.code(); c != "" && !(p.leaf().name == "idempotencyKey" && w.typed(a)) { // what can be done once has been done
		t.Errorf("%s with %d bytes answered %s", p.slot, n, c)
	} else if back, shown := kept(p.slot, text); shown && !leaves(a.value, map[string]bool{})[back] {
		t.Errorf("%s with %d bytes did not come back", p.slot, n)
	}
	return true
}

func (w *scribe) tooLong(t *testing.T, p good) {
	t.Helper()
	n := limit(p.slot)
	if n == 0 {
		return
	}
	c := w.write(t, p.slot, p.base, long(p.slot, n+1))[0].code()
	if c != "TEXT_TOO_LONG" && !(p.leaf().name == "key" && c == "INVALID_INPUT") {
		t.Errorf("%s with %d bytes answered %q", p.slot, n+1, c)
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
