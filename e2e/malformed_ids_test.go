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

// malformedIDs are ids that this server has never made, one of them like a good one in all but its
// spelling.
func malformedIDs(good string) []any {
	zero := desk.Ref{Kind: desk.Kind(good[:3])}.String()
	return []any{
		"", " ", "x", "1", 1, -1, "null", "undefined", good[:4], good[4:], good[:3] + "-" + good[4:], strings.ToUpper(good), good + "0", good + "_", good + "_name",
		good[:len(good)-1], " " + good, good + "\n", good + "\x00", zero, "xyz" + good[3:], "cnv_" + strings.Repeat("z", 26), "cnv_" + strings.Repeat("i", 26), "tkt_'; DROP TABLE tickets; --",
		"../../etc/passwd", "💥", strings.Repeat("a", 100_000), uuidOf(good), strings.Replace(good, "0", "o", 1),
	}
}

// echoedID is how an id comes back, in JSON, that was sent: what can't be one, as none.
func echoedID(id any) string {
	ref, err := desk.ParseRef(fmt.Sprint(id))
	if err != nil {
		ref = desk.Ref{}
	}
	quoted, _ := json.Marshal(ref.String())
	return strings.Trim(string(quoted), `"`)
}

func uuidOf(id string) string {
	ref, _ := desk.ParseRef(id)
	return ref.ID.String()
}

// TestMalformedIDs: what can't be an id is answered like one that does not exist, wherever an id
// goes in.
func TestMalformedIDs(t *testing.T) {
	t.Parallel()
	fx := newFixtures(t)
	p := fx.proberFor(t, fx.ours, &reachable{ids: map[string][]string{}})
	var places []slotWithBase
	for _, s := range inputSlots(p.schema, hasTypeName("ID")) {
		if inFilterGroup(s) {
			continue
		}
		if b := p.findControl(t, s, ""); b != nil && b.validValue != "" {
			places = append(places, slotWithBase{s, b})
		} else {
			t.Errorf("%s: no call could be built", s)
		}
	}
	tried := 0
	fx.requireUnchanged(t, "", "malformed ids", func() {
		for i, place := range places {
			s, b := place.inputSlot, place.baseCall
			bad := sampleFrom(malformedIDs(b.validValue), i, 10)
			none := nonexistentID(t, b.validValue)
			calls := []fieldCall{b.withValue(s, slotValue(s, none))}
			for _, id := range bad {
				calls = append(calls, b.withValue(s, wrapInLists(s.lastStep().typ, id)))
			}
			answers := p.sendAll(t, calls)
			for i, o := range answers[1:] {
				tried++
				if o.comparableWithout(echoedID(bad[i])) != answers[0].comparableWithout(none) {
					t.Errorf("%s with %.60q was answered\n%swith one that does not exist\n%s", s, fmt.Sprint(bad[i]), o.comparable(), answers[0].comparable())
				}
			}
		}
	})
	t.Logf("%d malformed ids in %d places", tried, len(places))
	if len(places) < 80 || tried < 2000 {
		t.Error("too few were tried")
	}
}

// TestListLimits: a list of as many elements as its description says is not refused for its length,
// and one more is, wherever a list goes in. 251 elements break nothing.
func TestListLimits(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	all := slices.DeleteFunc(inputSlots(w.schema, func(*ast.Definition) bool { return true }), func(s inputSlot) bool { return !s.takesList() })
	limited := 0
	w.rows.requireUnchanged(t, "", "lists that are too long", func() {
		for _, s := range someFilterGroups(slices.Clone(all)) {
			if n := w.maxListLength(s); n > 0 {
				limited++
				w.checkListLimit(t, s, n+1)
			}
		}
	})
	for _, s := range all {
		if inFilterGroup(s) {
			continue
		}
		for _, count := range []int{0, 251, w.maxListLength(s)} {
			w.sendList(t, s, count)
		}
	}
	t.Logf("%d lists, %d of them with a limit", len(all), limited)
	if len(all) < 100 || limited < 90 {
		t.Error("the walk has lost lists")
	}
}

// maxListLength is how many elements a list takes, as its description says, or its filter's; 0 when
// nothing says it.
func (w *textWriter) maxListLength(s inputSlot) int {
	if m := limitText.FindStringSubmatch(s.lastStep().description); m != nil && m[2] == "" {
		n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		return n
	}
	if s.parent.Name != "Mutation" {
		return 100
	}
	return 0
}

// checkedElsewhere are limits that show only with records that are there: twenty-one files are
// counted in package desk.
var checkedElsewhere = []string{"attachmentIds"}

func (w *textWriter) checkListLimit(t *testing.T, s inputSlot, count int) {
	t.Helper()
	o := w.sendList(t, s, count)
	if said := o.comparable(); o.code() == "" || !strings.Contains(said, fmt.Sprint(count-1)) && !slices.Contains(checkedElsewhere, s.lastStep().name) {
		t.Errorf("%s with %d elements is not refused for its length: %.300s", s, count, said)
	}
}

// sendList sends a list of different elements.
func (w *textWriter) sendList(t *testing.T, s inputSlot, count int) outcome {
	t.Helper()
	b := &baseCall{inputBuilder: inputBuilder{schema: w.schema, own: w.own.ids, key: propertyKeyFor(s), dryRun: true}, at: w.firstNode(s)}
	for b.enum = range 7 { // of properties, one that has options
		if s.field.Name != "propertyDefinitionCreate" || w.schema.Types["PropertyType"].EnumValues[b.enum].Name == "OPTION" {
			break
		}
	}
	list := []any{}
	for range count {
		list = append(list, w.listElement(t, b, s))
	}
	o := w.sendBatch(t, []fieldCall{b.withValue(s, list)})[0]
	if o.code() != "" && !w.hasKnownCode(o) {
		t.Errorf("%s with %d elements answered %s", s, count, o.comparable())
	}
	if count == w.maxListLength(s) && strings.Contains(o.comparable(), fmt.Sprint("at most ", count)) {
		t.Errorf("%s with %d elements is refused: %.300s", s, count, o.comparable())
	}
	return o
}

// listElement is one that the list could hold but for its length.
func (w *textWriter) listElement(t *testing.T, b *baseCall, s inputSlot) any {
	last := s.lastStep()
	last.typ = last.typ.Elem
	switch d := w.schema.Types[last.typ.Name()]; {
	case d.Name == "ID":
		return nonexistentID(t, b.candidateIDs(s.path)[0])
	case d.Fields.ForName("and") != nil:
		return vars{}
	case d.Name == "Int":
		return int(sampleCounter.Add(1))
	}
	return b.sampleValue([]pathStep{last})
}
