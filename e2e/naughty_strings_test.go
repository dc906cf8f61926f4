package e2e

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"deskwire/desk"
)

// frequentTexts are the fields that people write most: every naughty string goes through each of
// their places, several at once.
var frequentTexts = []struct {
	mutation string
	places   []string
	depth    int // of the answer in which all of them show
}{
	{"messageReceive", []string{"text", "html", "subject"}, 1},
	{"commentCreate", []string{"text"}, 1},
	{"ticketUpdate", []string{"name", "properties"}, 2},
	{"contactUpsert", []string{"name"}, 1},
	{"agentUpdate", []string{"name"}, 1},
}

// sampleSize is how many of the strings go through each other slot: others through each.
const sampleSize = 6

const leastTextPlaces = 75

// TestNaughtyStrings sends strings that break programs through every place that takes text. Each
// comes back unchanged, at once and when it is read again, or is refused with a code.
func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	all, fx := naughtyStrings(t), newFixtures(t)
	t.Run("frequent", func(t *testing.T) {
		t.Parallel()
		fx.textWriterFor(t, fx.ours).checkFrequent(t, all)
	})
	t.Run("everywhere", func(t *testing.T) {
		t.Parallel()
		w, n := fx.textWriterFor(t, fx.others), textCounts{}
		for i, place := range w.textSlots() {
			w.writeAndReadBack(t, place, sampleFrom(all, i, sampleSize), &n)
		}
		t.Log(n)
		if n.places < leastTextPlaces {
			t.Errorf("only %d places take text", n.places)
		}
	})
}

func (w *textWriter) checkFrequent(t *testing.T, all []string) {
	t.Helper()
	n := textCounts{}
	for i := range frequentTexts {
		w.writeFrequentTexts(t, i, all, &n)
	}
	t.Log(n)
}

type textCounts struct{ places, sent, back, refused int }

func (n textCounts) String() string {
	return fmt.Sprintf("%d texts through %d places: %d came back, %d were refused", n.sent, n.places, n.back, n.refused)
}

// sampleFrom is about so many of all, evenly spread: others from each start.
func sampleFrom[T any](all []T, from, size int) (some []T) {
	step := max(1, len(all)/size)
	for i := from % step; i < len(all); i += step {
		some = append(some, all[i])
	}
	return some
}

// slotNamed finds a slot by its name.
func (w *textWriter) slotNamed(name string) inputSlot {
	all := w.textSlots()
	return all[slices.IndexFunc(all, func(s inputSlot) bool { return s.String() == name })]
}

// writeFrequentTexts sends each string once through each field of a frequently used mutation.
func (w *textWriter) writeFrequentTexts(t *testing.T, i int, all []string, n *textCounts) {
	l := frequentTexts[i]
	s := w.slotNamed("Mutation." + l.mutation + "(input." + l.places[0] + ")")
	b := w.findBase(t, s)
	if b == nil {
		return
	}
	n.places += len(l.places)
	textAt := func(i, place int) string { return all[(i+place*len(all)/3)%len(all)] }
	var calls []fieldCall
	for i := range all {
		c := b.withValue(s, nil)
		for j, place := range l.places {
			c.args["input"].(vars)[place] = fieldValue(place, textAt(i, j))
		}
		calls = append(calls, c)
	}
	stays := map[string]string{}
	w.depth = l.depth
	for i, o := range w.sendAll(t, calls) {
		for j := range l.places {
			text := withoutUnseen(l.mutation, l.places[j], textAt(i, j))
			if w.cameBack(t, s, text, o, n) && text != "" {
				stays[recordWithText(o.value, text)] = text
			}
		}
	}
	w.readAgain(t, s, stays)
}

// fieldValue is a text as a field of that name takes it.
func fieldValue(place, text string) any {
	if place == "properties" {
		return []vars{{"key": "myTEXT", "value": vars{"string": text}}}
	}
	return text
}

// writeAndReadBack sends texts through one slot, and reads them again.
func (w *textWriter) writeAndReadBack(t *testing.T, s inputSlot, texts []string, n *textCounts) {
	b := w.findBase(t, s)
	if b == nil {
		return
	}
	n.places++
	stays := map[string]string{} // what is to be read again, by id
	for i, o := range w.writeTexts(t, s, b, texts...) {
		back, shown := normalized(s, texts[i])
		if !shown {
			back = ""
		}
		if !w.cameBack(t, s, back, o, n) || b.dryRun || back == "" {
			continue
		}
		id := recordWithText(o.value, back)
		for known := range stays { // another record may have the same text by chance: it is the one of the text before that has it now
			if recordHasText(o.value, known, back) {
				id = known
			}
		}
		if id != "" {
			stays[id] = back
		}
	}
	w.readAgain(t, s, stays)
}

// cameBack says whether a text was taken, and wants to see it then; "" is not looked for.
func (w *textWriter) cameBack(t *testing.T, s inputSlot, text string, o outcome, n *textCounts) bool {
	t.Helper()
	n.sent++
	if o.code() != "" || len(o.errors) > 0 {
		n.refused++
		if !w.hasKnownCode(o) {
			t.Errorf("%s with %q was refused without a code: %s", s, text, o.comparable())
		}
		return false
	}
	n.back++
	if text != "" && !stringsIn(o.value, map[string]bool{})[text] {
		t.Errorf("%s with %q came back as %s", s, text, o.comparable())
	}
	return true
}

// recordHasText says whether a record in an answer has a text somewhere.
func recordHasText(v any, id, text string) bool {
	switch v := v.(type) {
	case map[string]any:
		if v["id"] == id {
			return stringsIn(v, map[string]bool{})[text]
		}
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), func(x any) bool { return recordHasText(x, id, text) })
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return recordHasText(x, id, text) })
	}
	return false
}

// recordWithText is the id of the record that has a text among its own fields.
func recordWithText(v any, text string) string {
	switch v := v.(type) {
	case map[string]any:
		own := false
		for _, k := range slices.Sorted(maps.Keys(v)) {
			own = own || v[k] == text
			if id := recordWithText(v[k], text); id != "" {
				return id
			}
		}
		if id, ok := v["id"].(string); ok && (own || stringsIn(v, map[string]bool{})[text]) {
			return id
		}
	case []any:
		for _, x := range v {
			if id := recordWithText(x, text); id != "" {
				return id
			}
		}
	}
	return ""
}

// readAgain reads what was written, by another road than that of the mutation.
func (w *textWriter) readAgain(t *testing.T, s inputSlot, stays map[string]string) {
	t.Helper()
	q := "query($ids: [ID!]!) { nodes(ids: $ids) { " + selectionBuilder{schema: w.schema, withoutConnections: true}.allFields("Node", 0) + " } }"
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(stays)), 50) {
		for i, n := range w.client.do(t, q, vars{"ids": ids}).at(".").list("nodes") {
			if n.v == nil || !stringsIn(n.v, map[string]bool{})[stays[ids[i]]] {
				t.Errorf("%s: %q was read again as %v", s, stays[ids[i]], n.v)
			}
		}
	}
}

// TestNaughtyFilters looks for naughty strings: each is found under its own name, and breaks no
// filter.
func TestNaughtyFilters(t *testing.T) {
	t.Parallel()
	checkNameFilters(t, naughtyStrings(t))
}

func checkNameFilters(t *testing.T, all []string) {
	t.Helper()
	w := newTextWriter(t)
	named := w.createContacts(t, all)
	names := slices.Sorted(maps.Keys(named))
	w.findContactsBy(t, "eq", names, named)
	for i, how := range []string{"in", "startsWith", "contains"} {
		w.findContactsBy(t, how, sampleFrom(names, i, sampleSize), named)
	}
}

// findContactsBy looks for names, and wants each to be found.
func (w *textWriter) findContactsBy(t *testing.T, how string, names []string, ids map[string]string) {
	t.Helper()
	for some := range slices.Chunk(names, 20) {
		q, v := "", vars{}
		for i, name := range some {
			q += fmt.Sprintf(" a%d: contacts(first: 50, where: $w%d) { nodes { id } }", i, i)
			v[fmt.Sprintf("w%d", i)] = vars{"name": vars{how: name}}
		}
		a := w.client.do(t, "query("+documentVariables(len(some), "w", "ContactWhere")+") {"+q+" }", v)
		for i, name := range some {
			found := a.at(fmt.Sprintf("a%d", i)).list("nodes")
			if len(found) < 50 && !slices.ContainsFunc(found, func(n node) bool { return n.str("id") == ids[name] }) {
				t.Errorf("a contact called %q is not found by %s", name, how)
			}
		}
	}
}

func documentVariables(n int, name, typ string) string {
	s := ""
	for i := range n {
		s += fmt.Sprintf(" $%s%d: %s", name, i, typ)
	}
	return s
}

// createContacts makes a contact of each name that can be one.
func (w *textWriter) createContacts(t *testing.T, names []string) map[string]string {
	t.Helper()
	s := w.slotNamed("Mutation.contactUpsert(input.name)")
	b := w.findBase(t, s)
	ids := map[string]string{}
	for i, o := range w.writeTexts(t, s, b, names...) {
		if o.code() == "" && names[i] != "" {
			ids[names[i]] = (node{o.value}).str("contact.id")
		}
	}
	lines := 0
	for _, name := range names {
		if _, err := desk.SingleLine(name, desk.MaxName); err == nil {
			lines++
		}
	}
	if len(ids) < lines-20 || lines < len(names)*8/10 {
		t.Errorf("only %d of %d names were taken, and %d are single lines", len(ids), len(names), lines)
	}
	return ids
}
