package e2e

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// mainTexts are what people write most: they take every naughty string. The other places take some each.
var mainTexts = []string{
	"Mutation.messageReceive(input.text)", "Mutation.messageReceive(input.html)", "Mutation.messageReceive(input.subject)",
	"Mutation.commentCreate(input.text)", "Mutation.ticketUpdate(input.name)", "Mutation.contactUpsert(input.name)",
	"Mutation.ticketUpdate(input.properties.value.string)", "Mutation.agentUpdate(input.name)",
}

// everyNth of the strings goes through a place that is not a main one, beginning elsewhere in each.
const everyNth = 21

// TestNaughtyStrings sends strings that break programs through every place that takes text. Each comes back
// unchanged, at once and when it is read again, or is refused with a code.
func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	all, s := naughty(t), start(t)
	parts := 3
	places := 0
	for part := range parts {
		w := newScribe(t, s)
		texts := w.texts()
		places = len(texts)
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			n := tally{}
			for i, place := range texts {
				if i%parts != part {
					continue
				}
				some := all
				if !slices.Contains(mainTexts, place.String()) {
					some = nth(all, i)
				}
				w.through(t, place, some, &n)
			}
			t.Logf("%d texts through %d places: %d came back, %d were refused", n.sent, n.places, n.back, n.refused)
		})
	}
	if places < 75 {
		t.Errorf("only %d places take text", places)
	}
}

type tally struct{ places, sent, back, refused int }

func nth(all []string, from int) []string {
	var some []string
	for i := from % everyNth; i < len(all); i += everyNth {
		some = append(some, all[i])
	}
	return some
}

// through sends texts through one place, and reads them again.
func (w *scribe) through(t *testing.T, s slot, texts []string, n *tally) {
	b := w.base(t, s)
	if b == nil {
		return
	}
	n.places++
	calls := make([]call, len(texts))
	for i, text := range texts {
		calls[i] = b.with(s, fill(s, text))
	}
	stays := map[string]string{} // what is to be read again, by id
	for i, a := range w.sendAll(t, calls) {
		n.sent++
		if a.code() != "" || len(a.errors) > 0 {
			n.refused++
			if !w.typed(a) {
				t.Errorf("%s with %q was refused without a code: %s", s, texts[i], a.plain())
			}
			continue
		}
		n.back++
		back, shown := kept(s, texts[i])
		if !shown {
			continue
		}
		if !leaves(a.value, map[string]bool{})[back] {
			t.Errorf("%s with %q came back as %s", s, texts[i], a.plain())
		}
		if id := holder(a.value, back); id != "" && !b.dryRun {
			stays[id] = back
		}
	}
	w.readAgain(t, s, stays)
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
	w := newScribe(t, start(t))
	named := w.named(t, naughty(t))
	for _, how := range []string{"eq", "in", "startsWith", "contains"} {
		for some := range slices.Chunk(slices.Sorted(maps.Keys(named)), 20) {
			q, v := "", vars{}
			for i, name := range some {
				q += fmt.Sprintf(" a%d: contacts(first: 100, where: $w%d) { nodes { id } }", i, i)
				v[fmt.Sprintf("w%d", i)] = vars{"name": vars{how: name}}
			}
			a := w.as.do(t, "query("+params(len(some), "w", "ContactWhere")+") {"+q+" }", v)
			for i, name := range some {
				if found := a.at(fmt.Sprintf("a%d", i)).list("nodes"); len(found) < 100 && !slices.ContainsFunc(found, func(n node) bool { return n.str("id") == named[name] }) {
					t.Errorf("a contact called %q is not found by %s", name, how)
				}
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
	i := slices.IndexFunc(w.texts(), func(s slot) bool { return s.String() == "Mutation.contactUpsert(input.name)" })
	s := w.texts()[i]
	b := w.base(t, s)
	var calls []call
	for _, name := range names {
		calls = append(calls, b.with(s, name))
	}
	ids := map[string]string{}
	for i, a := range w.sendAll(t, calls) {
		if a.code() == "" && names[i] != "" {
			ids[names[i]] = (node{a.value}).str("contact.id")
		}
	}
	if len(ids) < 500 {
		t.Errorf("only %d of %d names were taken", len(ids), len(names))
	}
	return ids
}
