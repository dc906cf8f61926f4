package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"deskwire/desk"
	"deskwire/graph"
)

// prover tries ids that somebody may not know in every slot, and wants the answers of ids that do not exist.
type prover struct {
	sender
	own, theirs *found
	definitions []node          // of properties
	forbidden   bool            // a call that is refused for the role counts as one that was built
	fields      map[string]bool // that were tried
	positions   int
	tried       int
}

// newProver proves for a client who has reached `own` and may not see a sign of `theirs`.
func newProver(t testing.TB, c *client, own, theirs *found, hidden secrets) *prover {
	p := &prover{own: own, theirs: theirs, fields: map[string]bool{}}
	p.sender = sender{schema: graph.Schema(), as: c, depth: 1, look: func(query, raw string) {
		if signs := hidden.in(raw); len(signs) > 0 {
			t.Errorf("%s\nwas answered with signs of what is hidden, %q:\n%s", query, signs, raw)
		}
	}}
	p.definitions = c.do(t, "{ propertyDefinitions { key type readOnly } }", nil).at(".").list("propertyDefinitions")
	return p
}

// prove tries one slot.
func (p *prover) prove(t testing.TB, s slot) {
	t.Helper()
	base := p.control(t, s, "")
	if base == nil {
		t.Errorf("%s: no call could be built that takes one of our own ids; teach crafter.go how", s)
		return
	}
	p.substitute(t, s, base)
}

// proveProperties tries ids as values of every property that has some.
func (p *prover) proveProperties(t testing.TB, s slot) {
	t.Helper()
	for _, d := range p.definitions {
		if !slices.Contains([]string{"AGENT", "STATUS", "PIPELINE", "CONTACT"}, d.str("type")) {
			continue
		}
		base := p.control(t, s, d.str("key"))
		if base == nil {
			t.Errorf("%s: no value of the property %s was taken, nor refused as read-only", s, d.str("key"))
			continue
		}
		p.substitute(t, s, base)
	}
}

// base is a call that the server takes, with the slot still to be filled.
type base struct {
	crafter
	at   string
	good string // what stood in the slot
}

func (b *base) with(s slot, value any) call {
	args := b.args(s, value)
	return call{s, b.at, args}
}

// control finds a call of which an own id in the slot decides: a query that answers otherwise than for an
// id that does not exist, a mutation that is not refused.
func (p *prover) control(t testing.TB, s slot, key string) *base {
	t.Helper()
	for _, rich := range []bool{false, true} {
		for _, at := range p.places(s) {
			b := &base{crafter: crafter{schema: p.schema, own: p.own.ids, key: key, rich: rich}, at: at}
			b.dryRun = s.parent.Name == "Mutation"
			b.args(s, "")
			sizes := []int{}
			for _, h := range b.holes {
				sizes = append(sizes, len(h))
			}
			if p.fit(t, s, b, sizes) {
				b.dryRun = false
				return b
			}
		}
	}
	return nil
}

// places are nodes from which the field can be asked for.
func (p *prover) places(s slot) []string {
	if s.parent.Name == "Query" || s.parent.Name == "Mutation" {
		return []string{""}
	}
	return few(p.own.ids[s.parent.Name], 40)
}

func (p *prover) fit(t testing.TB, s slot, b *base, sizes []int) bool {
	good := b.candidates(s.path)
	if guess(p.schema, s.path) != "" {
		good = append(good[:len(good):len(good)], b.everything()...)
	}
	if s.parent.Name != "Mutation" {
		for _, b.choice = range choices(sizes, 50) {
			if b.good = p.telling(t, s, b, good); b.good != "" {
				return true
			}
		}
		return false
	}
	for _, c := range choices(append([]int{len(good)}, sizes...), 800) {
		b.good, b.choice = good[c[0]], c[1:]
		a := p.send(t, []call{b.with(s, fill(s, b.good))})[0]
		if p.taken(s, b, a) {
			return true
		}
	}
	return false
}

// telling gives an own id that a query answers otherwise than one that does not exist.
func (p *prover) telling(t testing.TB, s slot, b *base, good []string) string {
	calls := []call{}
	for _, id := range good {
		calls = append(calls, b.with(s, fill(s, id)), b.with(s, fill(s, missing(t, id))))
	}
	answers := p.sendAll(t, calls)
	for i, id := range good {
		if answers[2*i].plain() != answers[2*i+1].plain() {
			return id
		}
	}
	return ""
}

// taken says whether a mutation took an own id, or refused it for what has nothing to do with whose it is.
func (p *prover) taken(s slot, b *base, a told) bool {
	code := a.code()
	switch {
	case code == "", p.forbidden && code == "FORBIDDEN":
		return true
	case b.key != "" && s.listed(): // ids come one at a time
		return code == "PROPERTY_INVALID" || code == "PROPERTY_READ_ONLY"
	case b.key != "":
		return code == "PROPERTY_READ_ONLY"
	}
	return false
}

// fill is a value for a slot with one id in it.
func fill(s slot, id string) any { return wrap(s.leaf().typ, id) }

// missing is an id like this one that does not exist.
func missing(t testing.TB, id string) string {
	ref, err := desk.ParseRef(id)
	if err != nil {
		t.Fatal(err)
	}
	ref.ID = desk.ID(uuid.Must(uuid.NewV7()))
	return ref.String()
}

// substitute puts their ids into the slot, and ids that do not exist, and compares.
func (p *prover) substitute(t testing.TB, s slot, b *base) {
	t.Helper()
	p.fields[s.parent.Name+"."+s.field.Name] = true
	p.positions++
	var calls []call
	var ids [][2]string
	for _, theirs := range p.try(s, b) {
		none := missing(t, theirs)
		ids = append(ids, [2]string{theirs, none})
		calls = append(calls, b.with(s, fill(s, theirs)), b.with(s, fill(s, none)))
	}
	answers := p.sendAll(t, calls)
	for i, id := range ids {
		p.same(t, s, b, id, answers[2*i], answers[2*i+1])
	}
	if s.listed() {
		p.substituteLists(t, s, b)
	}
}

// try are the ids to be tried: all of the type that the slot takes, and some of each other type. Inside
// and, or and not, which lead to the same code, some of all.
func (p *prover) try(s slot, b *base) []string {
	kind := ""
	for typ, ids := range p.own.ids {
		if slices.Contains(ids, b.good) {
			kind = typ
		}
	}
	var ids []string
	for _, typ := range slices.Sorted(maps.Keys(p.theirs.ids)) {
		n := 2
		switch grouped := len(s.path) > 1 && timesIn(s.path, s.path[0].typ.Name()) > 1; {
		case typ == kind && !grouped:
			n = 100
		case grouped && typ != kind:
			n = 0
		}
		ids = append(ids, few(p.theirs.ids[typ], n)...)
	}
	return ids
}

func (p *prover) same(t testing.TB, s slot, b *base, id [2]string, theirs, none told) {
	t.Helper()
	p.tried++
	got := strings.ReplaceAll(theirs.plain(), id[0], "<id>")
	want := strings.ReplaceAll(none.plain(), id[1], "<id>")
	if got != want {
		t.Errorf("%s%s with the id %s, which is not ours to know, was answered\n%swith one that does not exist\n%s", s, about(b), id[0], got, want)
	}
	if s.parent.Name == "Mutation" && theirs.code() == "" {
		t.Errorf("%s%s took the id %s, which is not ours to know", s, about(b), id[0])
	}
}

func about(b *base) string {
	if b.key == "" {
		return ""
	}
	return fmt.Sprintf(" of the property %s", b.key)
}

// substituteLists tries their ids all at once, and one beside an own one.
func (p *prover) substituteLists(t testing.TB, s slot, b *base) {
	t.Helper()
	var theirs, none []any
	for _, id := range few(p.theirs.all(), 90) {
		theirs, none = append(theirs, id), append(none, missing(t, id))
	}
	mixed := few(p.try(s, b), 1)[0]
	if s.leaf().typ.Elem.Elem != nil {
		t.Fatalf("%s is a list of lists: teach prover.go", s)
	}
	a := p.sendAll(t, []call{
		b.with(s, theirs), b.with(s, none),
		b.with(s, []any{b.good, mixed}), b.with(s, []any{b.good, missing(t, mixed)}),
	})
	p.same(t, s, b, [2]string{}, a[0], a[1])
	p.same(t, s, b, [2]string{}, a[2], a[3])
}

// proveCursors goes on from cursors that somebody else was given: whatever the answer is, it shows nothing of theirs.
func (p *prover) proveCursors(t testing.TB, s slot) {
	t.Helper()
	places := p.places(s)
	if len(places) == 0 {
		t.Errorf("%s can't be reached", s)
		return
	}
	b := &base{crafter: crafter{schema: p.schema, own: p.own.ids}, at: places[0]}
	p.fields[s.parent.Name+"."+s.field.Name] = true
	p.positions++
	var calls []call
	for _, c := range few(p.theirs.cursors, 60) {
		calls = append(calls, b.with(s, c))
	}
	for i, a := range p.sendAll(t, calls) {
		p.tried++
		if c := a.code(); c != "" && c != "INVALID_INPUT" {
			t.Errorf("%s with the cursor %s answered %s", s, calls[i].args[s.path[0].name], c)
		}
	}
}

// isCursor says whether a slot takes a place in a list or in the log.
func isCursor(s slot) bool {
	return s.parent.Name != "Mutation" && slices.Contains([]string{"after", "before", "since"}, s.leaf().name)
}
