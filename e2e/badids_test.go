package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
)

// malformed are ids that this server has never made, one of them like a good one in all but its spelling.
func malformed(good string) []any {
	zero := desk.Ref{Kind: desk.Kind(good[:3])}.String()
	return []any{
		"", " ", "x", "1", 1, -1, "null", "undefined", good[:4], good[4:], good[:3] + "-" + good[4:], strings.ToUpper(good), good + "0", good + "_", good + "_name",
		good[:len(good)-1], " " + good, good + "\n", good + "\x00", zero, "xyz" + good[3:], "cnv_" + strings.Repeat("z", 26), "cnv_" + strings.Repeat("i", 26), "tkt_'; DROP TABLE tickets; --",
		"../../etc/passwd", "💥", strings.Repeat("a", 100_000), keyOfRef(good), strings.Replace(good, "0", "o", 1),
	}
}

// echo is how an id comes back, in JSON, that was sent: what can't be one, as none.
func echo(id any) string {
	ref, err := desk.ParseRef(fmt.Sprint(id))
	if err != nil {
		ref = desk.Ref{}
	}
	quoted, _ := json.Marshal(ref.String())
	return strings.Trim(string(quoted), `"`)
}

func keyOfRef(id string) string {
	ref, _ := desk.ParseRef(id)
	return ref.ID.String()
}

// TestMalformedIDs: what can't be an id is answered like one that does not exist, wherever an id goes in.
func TestMalformedIDs(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	p := e.prover(t, e.ours, &found{ids: map[string][]string{}})
	bases := map[*slot]*base{}
	for _, s := range slots(p.schema, scalar("ID")) {
		if grouped(s) {
			continue
		}
		if b := p.control(t, s, ""); b != nil && b.good != "" {
			bases[&s] = b
		} else {
			t.Errorf("%s: no call could be built", s)
		}
	}
	tried := 0
	e.unchanged(t, "", "malformed ids", func() {
		for s, b := range bases {
			bad := malformed(b.good)
			none := missing(t, b.good)
			calls := []call{b.with(*s, fill(*s, none))}
			for _, id := range bad {
				calls = append(calls, b.with(*s, wrap(s.leaf().typ, id)))
			}
			answers := p.sendAll(t, calls)
			for i, a := range answers[1:] {
				tried++
				if a.without(echo(bad[i])) != answers[0].without(none) {
					t.Errorf("%s with %.60q was answered\n%swith one that does not exist\n%s", s, fmt.Sprint(bad[i]), a.plain(), answers[0].plain())
				}
			}
		}
	})
	t.Logf("%d malformed ids in %d places", tried, len(bases))
	if len(bases) < 80 || tried < 2000 {
		t.Error("too few were tried")
	}
}

// TestListLimits: a list of as many elements as its description says is not refused for its length, and one more is, wherever
// a list goes in. 251 elements break nothing.
func TestListLimits(t *testing.T) {
	t.Parallel()
	w := newScribe(t)
	all := slices.DeleteFunc(slots(w.schema, func(*ast.Definition) bool { return true }), func(s slot) bool { return !s.listed() })
	limited := 0
	w.ledger.unchanged(t, "", "lists that are too long", func() {
		for _, s := range all {
			if n := w.most(s); n > 0 {
				limited++
				w.longList(t, s, n+1)
			}
		}
	})
	for _, s := range all {
		if grouped(s) {
			continue
		}
		for _, count := range []int{0, 251, w.most(s)} {
			w.list(t, s, count)
		}
	}
	t.Logf("%d lists, %d of them with a limit", len(all), limited)
	if len(all) < 100 || limited < 90 {
		t.Error("the walk has lost lists")
	}
}

// most is how many elements a list takes, as its description says, or its filter's; 0 when nothing says it.
func (w *scribe) most(s slot) int {
	if m := atMost.FindStringSubmatch(s.leaf().said); m != nil && m[2] == "" {
		n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		return n
	}
	if s.parent.Name != "Mutation" {
		return 100
	}
	return 0
}

// elsewhere are limits that show only with records that are there: twenty-one files are counted in package desk.
var elsewhere = []string{"attachmentIds"}

func (w *scribe) longList(t *testing.T, s slot, count int) {
	t.Helper()
	a := w.list(t, s, count)
	if said := a.plain(); a.code() == "" || !strings.Contains(said, fmt.Sprint(count-1)) && !slices.Contains(elsewhere, s.leaf().name) {
		t.Errorf("%s with %d elements is not refused for its length: %.300s", s, count, said)
	}
}

// list sends a list of different elements.
func (w *scribe) list(t *testing.T, s slot, count int) told {
	t.Helper()
	b := &base{crafter: crafter{schema: w.schema, own: w.own.ids, key: keyFor(s), dryRun: true}, at: w.spot(s)}
	for b.enum = range 7 { // of properties, one that has options
		if s.field.Name != "propertyDefinitionCreate" || w.schema.Types["PropertyType"].EnumValues[b.enum].Name == "OPTION" {
			break
		}
	}
	list := []any{}
	for range count {
		list = append(list, w.element(t, b, s))
	}
	a := w.send(t, []call{b.with(s, list)})[0]
	if a.code() != "" && !w.typed(a) {
		t.Errorf("%s with %d elements answered %s", s, count, a.plain())
	}
	if count == w.most(s) && strings.Contains(a.plain(), fmt.Sprint("at most ", count)) {
		t.Errorf("%s with %d elements is refused: %.300s", s, count, a.plain())
	}
	return a
}

// element is one that the list could hold but for its length.
func (w *scribe) element(t *testing.T, b *base, s slot) any {
	last := s.leaf()
	last.typ = last.typ.Elem
	switch d := w.schema.Types[last.typ.Name()]; {
	case d.Name == "ID":
		return missing(t, b.candidates(s.path)[0])
	case d.Fields.ForName("and") != nil:
		return vars{}
	case d.Name == "Int":
		return int(serial.Add(1))
	}
	return b.sample([]step{last})
}
