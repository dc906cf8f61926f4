package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph"
)

// naughty are strings that break programs (minimaxir/big-list-of-naughty-strings). They are data for tests, beside
// the repository and not in it.
func naughty(t testing.TB) []string {
	t.Helper()
	path, err := filepath.Abs("../../shared/data/protocol/blns.json")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("the naughty strings are missing: put the folder shared beside the clone, so that %s is there (%v)", path, err)
	}
	var all []string
	if err := json.Unmarshal(raw, &all); err != nil || len(all) != 515 {
		t.Fatalf("%s has %d strings: %v", path, len(all), err)
	}
	return all
}

// scribe writes texts into every place that takes some.
type scribe struct {
	ledger *ledger
	*house
	sender
	own  *found
	once map[string]bool // mutations that can't be done twice to the same record
}

// newScribe writes in an account of its own.
func newScribe(t *testing.T) *scribe {
	t.Helper()
	e := newEstate(t)
	return e.scribe(t, e.ours)
}

func (e *estate) scribe(t *testing.T, h *house) *scribe {
	t.Helper()
	w := &scribe{ledger: e.ledger, house: h, own: e.reached[h], once: map[string]bool{}}
	// A token that the walk does not know, and so does not end.
	c := h.clientOf(t, "ada@"+h.slug+".test")
	w.sender = sender{schema: graph.Schema(), as: c, shape: shape{schema: graph.Schema(), lean: true}}
	return w
}

// fleeting are mutations whose texts go nowhere: they keep no answer by its key, and a token is taken over websockets only.
var fleeting = []string{"presenceSet", "sessionRefresh"}

// texts are all places of mutations that take text.
func (w *scribe) texts() []slot {
	return slices.DeleteFunc(onlyOf("Mutation", slots(w.schema, scalar("String"))), func(s slot) bool { return slices.Contains(fleeting, s.field.Name) })
}

// keyFor is the property that a slot's value belongs to, when it is one.
func keyFor(s slot) string {
	switch leaf := s.leaf(); {
	case leaf.name == "list", leaf.in == "PropertyWhere" && strings.HasPrefix(leaf.name, "has"):
		return "myOPTIONS"
	case leaf.in == "PropertyWhere" && strings.HasSuffix(leaf.name, "erThan"):
		return "myDATETIME"
	case leaf.in == "PropertyWhere" && (strings.HasPrefix(leaf.name, "g") || strings.HasPrefix(leaf.name, "l")):
		return "myNUMBER"
	}
	return "myTEXT"
}

// base finds a call of the slot's field that is taken with a harmless text. What can't be done twice is only tried: the
// call says dryRun then.
func (w *scribe) base(t testing.TB, s slot) *base {
	t.Helper()
	for _, rich := range []bool{false, true} {
		b := &base{crafter: crafter{schema: w.schema, own: w.own.ids, key: keyFor(s), rich: rich, dryRun: true}}
		if !w.fit(t, s, b) {
			continue
		}
		if filters(s) { // there are too many places in one to keep a view for each
			return b
		}
		if s.leaf().name == "idempotencyKey" || !w.canTry(s) { // a dry run keeps no key
			b.dryRun = false
			return b
		}
		if b.dryRun = w.once[s.field.Name]; b.dryRun || w.takes(t, s, b) && w.takes(t, s, b) { //nolint:staticcheck // taken twice: the second call is a call, too
			return b
		}
		w.once[s.field.Name] = true
		if b.dryRun = true; w.fit(t, s, b) {
			return b
		}
	}
	t.Errorf("%s: no call could be built that takes a text; teach crafter.go how", s)
	return nil
}

// filters says whether a place is in a filter, which a mutation keeps.
func filters(s slot) bool {
	return slices.ContainsFunc(s.path, func(p step) bool { return p.name == "where" })
}

// canTry says whether a mutation can be tried without doing it.
func (w *scribe) canTry(s slot) bool {
	return w.schema.Types[s.path[0].typ.Name()].Fields.ForName("dryRun") != nil
}

func (w *scribe) fit(t testing.TB, s slot, b *base) bool {
	b.choice = nil
	b.args(s, "")
	sizes := []int{}
	for _, h := range b.holes {
		sizes = append(sizes, len(h))
	}
	for b.enum = range 8 {
		for _, b.choice = range choices(sizes, 60/(1+b.enum*4)) {
			if w.takes(t, s, b) {
				return true
			}
		}
	}
	return false
}

// write sends texts to a place.
func (w *scribe) write(t testing.TB, s slot, b *base, texts ...string) []told {
	t.Helper()
	var calls []call
	for _, text := range texts {
		calls = append(calls, b.with(s, fill(s, text)))
	}
	w.depth = w.deep(s)
	return w.sendAll(t, calls)
}

// deep is how deep in the answer a text shows: of what is inside something else, one deeper.
func (w *scribe) deep(s slot) int {
	for _, p := range s.path[1:] {
		if w.schema.Types[p.typ.Name()].Kind == ast.InputObject {
			return 2
		}
	}
	return 1
}

func (w *scribe) takes(t testing.TB, s slot, b *base) bool {
	a := w.write(t, s, b, b.text(s.leaf()))[0]
	return a.code() == "" && len(a.errors) == 0
}

// leaves are all strings of an answer, but for those of its errors.
func leaves(v any, into map[string]bool) map[string]bool {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if k != "errors" {
				leaves(x, into)
			}
		}
	case []any:
		for _, x := range v {
			leaves(x, into)
		}
	case string:
		into[v] = true
	}
	return into
}

// kept is how a text comes back from a field of that name: as it was sent, but for addresses and numbers, which are
// brought into the form in which they are compared. Not shown: it can't be read back.
func kept(s slot, text string) (back string, shown bool) {
	switch s.leaf().name {
	case "idempotencyKey":
		return "", false
	case "externalId":
		if s.field.Name == "messageDeliveryReport" { // the first one stays
			return "", false
		}
	case "email":
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
	return text, text != "" || s.leaf().typ.NonNull
}

// codes are all codes that a refusal may have.
func (w *scribe) codes() []string {
	var all []string
	for _, v := range w.schema.Types["ErrorCode"].EnumValues {
		all = append(all, v.Name)
	}
	return all
}

// typed says whether an answer is a refusal that clients can understand.
func (w *scribe) typed(a told) bool {
	c := a.code()
	if len(a.errors) > 0 {
		return c != "" && c != "INTERNAL_ERROR"
	}
	return slices.Contains(w.codes(), c)
}
