package e2e

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// letters are what people write most: every naughty string goes through each of their places, several at once.
var letters = []struct {
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

// everyNth of the strings goes through each other place, beginning elsewhere in each.
const everyNth = 41

const leastTextPlaces = 75

// TestNaughtyStrings sends strings that break programs through every place that takes text. Each comes back
// unchanged, at once and when it is read again, or is refused with a code.
func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	all, e := naughty(t), newEstate(t)
	t.Run("letters", func(t *testing.T) {
		t.Parallel()
		w, n := e.scribe(t, e.ours), tally{}
		for i := range letters {
			w.letter(t, i, all, &n)
		}
		t.Log(n)
	})
	t.Run("everywhere", func(t *testing.T) {
		t.Parallel()
		w, n := e.scribe(t, e.others), tally{}
		for i, place := range w.texts() {
			w.through(t, place, nth(all, i), &n)
		}
		t.Log(n)
		if n.places < leastTextPlaces {
			t.Errorf("only %d places take text", n.places)
		}
	})
}

type tally struct{ places, sent, back, refused int }

func (n tally) String() string {
	return fmt.Sprintf("%d texts through %d places: %d came back, %d were refused", n.sent, n.places, n.back, n.refused)
}

func nth(all []string, from int) []string {
	var some []string
	for i := from % everyNth; i < len(all); i += everyNth {
		some = append(some, all[i])
	}
	return some
}

// place finds a place by its name.
func (w *scribe) place(name string) slot {
	all := w.texts()
	return all[slices.IndexFunc(all, func(s slot) bool { return s.String() == name })]
}

// letter sends each string once through each place of a letter.
func (w *scribe) letter(t *testing.T, i int, all []string, n *tally) {
	l := letters[i]
	s := w.place("Mutation." + l.mutation + "(input." + l.places[0] + ")")
	b := w.base(t, s)
	if b == nil {
		return
	}
	n.places += len(l.places)
	var calls []call
	for i := range all {
		c := b.with(s, nil)
		for j, place := range l.places {
			c.args["input"].(vars)[place] = asPlace(place, all[(i+171*j)%len(all)])
		}
		calls = append(calls, c)
	}
	stays := map[string]string{}
	w.depth = l.depth
	for i, a := range w.sendAll(t, calls) {
		for j := range l.places {
			text := all[(i+171*j)%len(all)]
			if w.cameBack(t, s, text, a, n) && text != "" {
				stays[holder(a.value, text)] = text
			}
		}
	}
	w.readAgain(t, s, stays)
}

// asPlace is a text as a field of that name takes it.
func asPlace(place, text string) any {
	if place == "properties" {
		return []vars{{"key": "myTEXT", "value": vars{"string": text}}}
	}
	return text
}

// through sends texts through one place, and reads them again.
func (w *scribe) through(t *testing.T, s slot, texts []string, n *tally) {
	b := w.base(t, s)
	if b == nil {
		return
	}
	n.places++
	stays := map[string]string{} // what is to be read again, by id
	for i, a := range w.write(t, s, b, texts...) {
		back, shown := kept(s, texts[i])
		if !shown {
			back = ""
		}
		if !w.cameBack(t, s, back, a, n) || b.dryRun || back == "" {
			continue
		}
		id := holder(a.value, back)
		for known := range stays { // another record may have the same text by chance: it is the one of the text before that has it now
			if holds(a.value, known, back) {
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
func (w *scribe) cameBack(t *testing.T, s slot, text string, a told, n *tally) bool {
	t.Helper()
	n.sent++
	if a.code() != "" || len(a.errors) > 0 {
		n.refused++
		if !w.typed(a) {
			t.Errorf("%s with %q was refused without a code: %s", s, text, a.plain())
		}
		return false
	}
	n.back++
	if text != "" && !leaves(a.value, map[string]bool{})[text] {
		t.Errorf("%s with %q came back as %s", s, text, a.plain())
	}
	return true
}

// holds says whether a record in an answer has a text somewhere.
func holds(v any, id, text string) bool {
	switch v := v.(type) {
	case map[string]any:
		if v["id"] == id {
			return leaves(v, map[string]bool{})[text]
		}
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), func(x any) bool { return holds(x, id, text) })
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return holds(x, id, text) })
	}
	return false
}

// holder is the id of the record that has a text among its own fields.
func holder(v any, text string) string {
	switch v := v.(type) {
	case map[string]any:
		own := false
		for _, k := range slices.Sorted(maps.Keys(v)) {
			own = own || v[k] == text
			if id := holder(v[k], text); id != "" {
				return id
			}
		}
		if id, ok := v["id"].(string); ok && (own || leaves(v, map[string]bool{})[text]) {
			return id
		}
	case []any:
		for _, x := range v {
			if id := holder(x, text); id != "" {
				return id
			}
		}
	}
	return ""
}

// readAgain reads what was written, by another road than that of the mutation.
func (w *scribe) readAgain(t *testing.T, s slot, stays map[string]string) {
	t.Helper()
	q := "query($ids: [ID!]!) { nodes(ids: $ids) { " + shape{schema: w.schema, lean: true}.all("Node", 0) + " } }"
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(stays)), 50) {
		for i, n := range w.as.do(t, q, vars{"ids": ids}).at(".").list("nodes") {
			if n.v == nil || !leaves(n.v, map[string]bool{})[stays[ids[i]]] {
				t.Errorf("%s: %q was read again as %v", s, stays[ids[i]], n.v)
			}
		}
	}
}

// TestNaughtyFilters looks for naughty strings: each is found under its own name, and breaks no filter.
func TestNaughtyFilters(t *testing.T) {
	t.Parallel()
	w := newScribe(t)
	named := w.named(t, naughty(t))
	names := slices.Sorted(maps.Keys(named))
	w.found(t, "eq", names, named)
	for i, how := range []string{"in", "startsWith", "contains"} {
		w.found(t, how, nth(names, i), named)
	}
}

// found looks for names, and wants each to be found.
func (w *scribe) found(t *testing.T, how string, names []string, ids map[string]string) {
	t.Helper()
	for some := range slices.Chunk(names, 20) {
		q, v := "", vars{}
		for i, name := range some {
			q += fmt.Sprintf(" a%d: contacts(first: 50, where: $w%d) { nodes { id } }", i, i)
			v[fmt.Sprintf("w%d", i)] = vars{"name": vars{how: name}}
		}
		a := w.as.do(t, "query("+params(len(some), "w", "ContactWhere")+") {"+q+" }", v)
		for i, name := range some {
			found := a.at(fmt.Sprintf("a%d", i)).list("nodes")
			if len(found) < 50 && !slices.ContainsFunc(found, func(n node) bool { return n.str("id") == ids[name] }) {
				t.Errorf("a contact called %q is not found by %s", name, how)
			}
		}
	}
}

func params(n int, name, typ string) string {
	s := ""
	for i := range n {
		s += fmt.Sprintf(" $%s%d: %s", name, i, typ)
	}
	return s
}

// named makes a contact of each name that can be one.
func (w *scribe) named(t *testing.T, names []string) map[string]string {
	t.Helper()
	s := w.place("Mutation.contactUpsert(input.name)")
	b := w.base(t, s)
	ids := map[string]string{}
	for i, a := range w.write(t, s, b, names...) {
		if a.code() == "" && names[i] != "" {
			ids[names[i]] = (node{a.value}).str("contact.id")
		}
	}
	if len(ids) < 495 {
		t.Errorf("only %d of %d names were taken", len(ids), len(names))
	}
	return ids
}
