package e2e

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestTexts_thatCannotBeStored: U+0000, which the database can't hold, is refused wherever text
// goes in. A text of exactly as many bytes as the schema says is taken, and one more is refused.
func TestTexts_thatCannotBeStored(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	places := w.findBases(t)
	w.rows.requireUnchanged(t, "", "a text with U+0000, or too long", func() {
		for _, p := range places {
			if isMended(p.inputSlot) {
				continue
			}
			w.refusesNUL(t, p)
			w.refusesTooLong(t, p)
		}
		for _, s := range w.queryTextSlots() {
			if s.parent.Name != "Subscription" || !isCursor(s) { // those show how things stand; see TestCursors
				w.findsNothingForNUL(t, s)
			}
		}
	})
	limited := 0
	for _, p := range places {
		if !isMended(p.inputSlot) && w.acceptsLongest(t, p) {
			limited++
		}
	}
	t.Logf("%d places, %d of them with a limit", len(places), limited)
	if len(places) < leastTextPlaces || limited < 90 {
		t.Error("the walk has lost places")
	}
}

// isMended says whether what can't be kept is mended there: see TestReceiveMends.
func isMended(s inputSlot) bool {
	return s.field.Name == "messageReceive" && s.lastStep().name != "idempotencyKey"
}

// slotWithBase is a slot with a call that is taken.
type slotWithBase struct {
	inputSlot
	*baseCall
}

// findBases finds a call that is taken for each place, before anything is measured. Keys come last:
// to use one, what can be done only once is done.
func (w *textWriter) findBases(t *testing.T) []slotWithBase {
	t.Helper()
	var places, keys []slotWithBase
	for _, s := range w.textSlots() {
		b := w.findBase(t, s)
		switch {
		case b == nil:
		case s.lastStep().name == "idempotencyKey":
			keys = append(keys, slotWithBase{s, b})
		default:
			places = append(places, slotWithBase{s, b})
		}
	}
	return append(places, keys...)
}

func (w *textWriter) refusesNUL(t *testing.T, p slotWithBase) {
	t.Helper()
	texts := []string{"\x00", "a\x00b", p.sampleText(p.lastStep()) + "\x00"}
	for i, o := range w.writeTexts(t, p.inputSlot, p.baseCall, texts...) {
		if o.code() == "" || !w.hasKnownCode(o) {
			t.Errorf("%s took %q: %s", p.inputSlot, texts[i], o.comparable())
		}
	}
}

// findsNothingForNUL: a query may leave the text out of account or refuse it. It finds nothing for
// it.
func (w *textWriter) findsNothingForNUL(t *testing.T, s inputSlot) {
	t.Helper()
	b := &baseCall{inputBuilder: inputBuilder{schema: w.schema, own: w.own.ids, afterCursor: w.logStart(t)}, at: w.firstNode(s)}
	o := w.writeTexts(t, s, b, "a\x00b")[0]
	if o.code() != "" && !w.hasKnownCode(o) || o.code() == "" && strings.Contains(o.comparable(), `"id"`) {
		t.Errorf("%s with U+0000 answered %s", s, o.comparable())
	}
}

// queryTextSlots are the slots of queries that take text, without the groups of filters.
func (w *textWriter) queryTextSlots() []inputSlot {
	return slices.DeleteFunc(slotsNotOf("Mutation", inputSlots(w.schema, hasTypeName("String"))), inFilterGroup)
}

// firstNode is a node from which a field can be asked for; "" for the root.
func (w *textWriter) firstNode(s inputSlot) string {
	if slices.Contains(rootTypes, s.parent.Name) {
		return ""
	}
	return w.own.ids[s.parent.Name][0]
}

var limitText = regexp.MustCompile(`[Aa]t\s+most\s+([\d,]+)\s*(bytes|KiB)?`)

// byteLimit is the most bytes that a description allows; 0 when it names none.
func byteLimit(s inputSlot) int {
	if inFilter(s) { // it is limited as a whole
		return 0
	}
	m := limitText.FindStringSubmatch(s.lastStep().description)
	if m == nil || s.takesList() {
		return 0
	}
	n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	if m[2] == "KiB" {
		n <<= 10
	}
	return n
}

// unlimitedNames are the slots whose description names no limit: what may stand there is said
// elsewhere.
var unlimitedNames = []string{"email", "phone", "string", "list", "propertyKeys", "key", "color", "timeZone"}

// acceptsLongest sends a text that is just not too long. It says whether the place has a limit.
func (w *textWriter) acceptsLongest(t *testing.T, p slotWithBase) bool {
	t.Helper()
	n := byteLimit(p.inputSlot)
	if n == 0 {
		if !inFilter(p.inputSlot) && !slices.Contains(unlimitedNames, p.lastStep().name) {
			t.Errorf("the description of %s says no limit", p.inputSlot)
		}
		return false
	}
	text := longText(p.inputSlot, n)
	o := w.writeTexts(t, p.inputSlot, p.baseCall, text)[0]
	if c := o.code(); c != "" && !(p.lastStep().name == "idempotencyKey" && w.hasKnownCode(o)) { // what can be done once has been done
		t.Errorf("%s with %d bytes answered %s", p.inputSlot, n, c)
	} else if back, shown := normalized(p.inputSlot, text); shown && !stringsIn(o.value, map[string]bool{})[back] {
		t.Errorf("%s with %d bytes did not come back", p.inputSlot, n)
	}
	return true
}

func (w *textWriter) refusesTooLong(t *testing.T, p slotWithBase) {
	t.Helper()
	n := byteLimit(p.inputSlot)
	if n == 0 {
		return
	}
	c := w.writeTexts(t, p.inputSlot, p.baseCall, longText(p.inputSlot, n+1))[0].code()
	if c != "TEXT_TOO_LONG" && !(p.lastStep().name == "key" && c == "INVALID_INPUT") {
		t.Errorf("%s with %d bytes answered %q", p.inputSlot, n+1, c)
	}
}

// longText is a text of n bytes that the place could take but for its length. Letters of two bytes
// show that bytes are counted.
func longText(s inputSlot, n int) string {
	fresh := strconv.FormatInt(sampleCounter.Add(1), 36)
	switch s.lastStep().name {
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
