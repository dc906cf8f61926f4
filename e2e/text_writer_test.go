package e2e

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	"deskwire/graph"
)

// naughtyStrings are strings that break programs: each is for one thing that a careless one trips
// over.
func naughtyStrings(t testing.TB) []string { return readStrings(t, "testdata/naughty_strings.json") }

func readStrings(t testing.TB, file string) (all []string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return all
}

// textWriter writes texts into every input slot that takes some.
type textWriter struct {
	rows *rowInspector
	*accountFixture
	callSender
	own          *reachable
	unrepeatable map[string]bool // mutations that can't be done twice to the same record
}

// newTextWriter gives a writer with fixtures of its own.
func newTextWriter(t *testing.T) *textWriter {
	t.Helper()
	fx := newFixtures(t)
	return fx.textWriterFor(t, fx.ours)
}

func (fx *fixtures) textWriterFor(t *testing.T, acc *accountFixture) *textWriter {
	t.Helper()
	w := &textWriter{rows: fx.rowInspector, accountFixture: acc, own: fx.reachable[acc], unrepeatable: map[string]bool{}}
	// A token that the walk does not know, and so does not revoke.
	c := acc.clientOf(t, "ada@"+acc.slug+".test")
	w.callSender = callSender{schema: graph.Schema(), client: c, selections: selectionBuilder{schema: graph.Schema(), withoutConnections: true}}
	return w
}

// transientMutations are mutations whose texts are stored nowhere: they keep no answer by its key,
// and a token is taken over websockets only.
var transientMutations = []string{"presenceSet", "sessionRefresh"}

// textSlots are all slots of mutations that take text.
func (w *textWriter) textSlots() []inputSlot {
	return slices.DeleteFunc(slotsOf("Mutation", inputSlots(w.schema, hasTypeName("String"))), func(s inputSlot) bool { return slices.Contains(transientMutations, s.field.Name) })
}

// propertyKeyFor is the property that a slot's value belongs to, when it is one.
func propertyKeyFor(s inputSlot) string {
	switch leaf := s.lastStep(); {
	case leaf.name == "list", leaf.inputType == "PropertyWhere" && strings.HasPrefix(leaf.name, "has"):
		return "myOPTIONS"
	case leaf.inputType == "PropertyWhere" && strings.HasSuffix(leaf.name, "erThan"):
		return "myDATETIME"
	case leaf.inputType == "PropertyWhere" && (strings.HasPrefix(leaf.name, "g") || strings.HasPrefix(leaf.name, "l")):
		return "myNUMBER"
	}
	return "myTEXT"
}

// findBase finds a call of the slot's field that is taken with a harmless text. What can't be done
// twice is only tried: the call says dryRun then.
func (w *textWriter) findBase(t testing.TB, s inputSlot) *baseCall {
	t.Helper()
	for _, rich := range []bool{false, true} {
		b := &baseCall{inputBuilder: inputBuilder{schema: w.schema, own: w.own.ids, key: propertyKeyFor(s), fillOptional: rich, dryRun: true}}
		if !w.fitText(t, s, b) {
			continue
		}
		if inFilter(s) { // there are too many places in one to keep a view for each
			return b
		}
		if s.lastStep().name == "idempotencyKey" || !w.hasDryRun(s) { // a dry run keeps no key
			b.dryRun = false
			return b
		}
		if b.dryRun = w.unrepeatable[s.field.Name]; b.dryRun || w.accepts(t, s, b) && w.accepts(t, s, b) { //nolint:staticcheck // taken twice: the second call is a call, too
			return b
		}
		w.unrepeatable[s.field.Name] = true
		if b.dryRun = true; w.fitText(t, s, b) {
			return b
		}
	}
	t.Errorf("%s: no call could be built that takes a text; teach inputBuilder (input_builder_test.go) how", s)
	return nil
}

// inFilter says whether a slot is in a filter, which a mutation keeps.
func inFilter(s inputSlot) bool {
	return slices.ContainsFunc(s.path, func(p pathStep) bool { return p.name == "where" })
}

// hasDryRun says whether a mutation can be tried without doing it.
func (w *textWriter) hasDryRun(s inputSlot) bool {
	return w.schema.Types[s.path[0].typ.Name()].Fields.ForName("dryRun") != nil
}

func (w *textWriter) fitText(t testing.TB, s inputSlot, b *baseCall) bool {
	b.choice = nil
	b.arguments(s, "")
	sizes := []int{}
	for _, h := range b.neededIDs {
		sizes = append(sizes, len(h))
	}
	for b.enum = range 8 {
		for _, b.choice = range combinations(sizes, 60/(1+b.enum*4)) {
			if w.accepts(t, s, b) {
				return true
			}
		}
	}
	return false
}

// writeTexts sends texts to a slot.
func (w *textWriter) writeTexts(t testing.TB, s inputSlot, b *baseCall, texts ...string) []outcome {
	t.Helper()
	var calls []fieldCall
	for _, text := range texts {
		calls = append(calls, b.withValue(s, slotValue(s, text)))
	}
	w.depth = w.echoDepth(s)
	return w.sendAll(t, calls)
}

// echoDepth is how deep in the payload a text is shown: of what is inside something else, one
// deeper.
func (w *textWriter) echoDepth(s inputSlot) int {
	for _, p := range s.path[1:] {
		if w.schema.Types[p.typ.Name()].Kind == ast.InputObject {
			return 2
		}
	}
	return 1
}

func (w *textWriter) accepts(t testing.TB, s inputSlot, b *baseCall) bool {
	o := w.writeTexts(t, s, b, b.sampleText(s.lastStep()))[0]
	return o.code() == "" && len(o.errors) == 0
}

// stringsIn are all strings of an answer except those of its errors.
func stringsIn(v any, into map[string]bool) map[string]bool {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if k != "errors" {
				stringsIn(x, into)
			}
		}
	case []any:
		for _, x := range v {
			stringsIn(x, into)
		}
	case string:
		into[v] = true
	}
	return into
}

// normalized is the form in which a text comes back from a field of that name: as it was sent, but
// for addresses and numbers, which are brought into the form in which they are compared. Not shown:
// it can't be read back.
func normalized(s inputSlot, text string) (back string, shown bool) {
	if s.field.Name == "messageReceive" && (s.lastStep().name == "email" || s.lastStep().name == "phone") {
		return "", false // read as well as can be
	}
	text = withoutUnseen(s.field.Name, s.lastStep().name, text)
	switch s.lastStep().name {
	case "idempotencyKey":
		return "", false
	case "externalId":
		if s.field.Name == "messageDeliveryReport" { // the first one stays
			return "", false
		}
	case "email":
		if address, err := desk.Email(text); err == nil {
			return address, true
		}
		return strings.ToLower(strings.TrimSpace(text)), true
	case "shortcut", "color":
		return strings.ToLower(text), text != ""
	case "phone":
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' {
				return r
			}
			return -1
		}, text)
		return digits, true
	}
	return text, text != "" || s.lastStep().typ.NonNull
}

// withoutUnseen is a text as a field of that name keeps it: names of files without what turns them,
// and what a channel brings in mended.
func withoutUnseen(mutation, field, text string) string {
	m := &desk.Mending{}
	switch {
	case mutation == "messageReceive" && (field == "subject" || field == "name"):
		return m.Line(text, desk.MaxSubject)
	case mutation == "messageReceive" && (field == "externalId" || field == "threadKey"):
		return m.Key(text)
	case mutation == "messageReceive" && (field == "text" || field == "html"):
		return m.Text(text, desk.MaxHTML)
	case field == "fileName":
		return strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "", "\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "").Replace(text)
	}
	return text
}

// errorCodes are all codes that a refusal may have.
func (w *textWriter) errorCodes() []string {
	var all []string
	for _, v := range w.schema.Types["ErrorCode"].EnumValues {
		all = append(all, v.Name)
	}
	return all
}

// hasKnownCode says whether an answer is a refusal that clients can understand.
func (w *textWriter) hasKnownCode(o outcome) bool {
	c := o.code()
	if len(o.errors) > 0 {
		return c != "" && c != "INTERNAL_ERROR"
	}
	return slices.Contains(w.errorCodes(), c)
}
