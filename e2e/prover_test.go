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
	definitions []node // of properties
	forbidden   bool   // a call that is refused for the role counts as one that was built

	known map[string]*base  // calls that were built, by field and path
	kinds map[string]string // of the ids that names stand for, as far as they were learnt
	spots map[string]string // nodes of a type that a call could be made from

	fields    map[string]bool // that were tried
	positions int
	tried     int
}

// newProver proves for a client who has reached `own` and may not see a sign of `theirs`.
func newProver(t testing.TB, c *client, own, theirs *found) *prover {
	p := &prover{own: own, theirs: theirs, fields: map[string]bool{}, known: map[string]*base{}, kinds: map[string]string{}, spots: map[string]string{}}
	p.sender = sender{schema: graph.Schema(), as: c, shape: shape{schema: graph.Schema(), first: 5}, depth: 1}
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
		kind := map[string]string{"AGENT": "Agent", "STATUS": "TicketStatus", "PIPELINE": "Pipeline", "CONTACT": "Contact"}[d.str("type")]
		if kind == "" {
			continue
		}
		p.kinds[noun(s)] = kind
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
	name := ungrouped(s)
	if b := p.known[name]; b != nil && key == "" && p.telling(t, s, b, []string{b.good}) != "" {
		return b
	}
	for _, wide := range []bool{false, true} {
		for _, rich := range []bool{false, true} {
			for _, from := range p.origins(t, s) {
				b := &base{crafter: crafter{schema: p.schema, own: p.own.ids, key: key, rich: rich, since: from.since}, at: from.at}
				b.dryRun = s.parent.Name == "Mutation"
				if p.fit(t, s, b, p.hopeful(s, b, wide)) {
					b.dryRun = false
					p.known[name], p.kinds[noun(s)], p.spots[s.parent.Name] = b, p.kindOf(b.good), from.at
					return b
				}
			}
		}
	}
	return nil
}

// hopeful are own ids for the slot: those that the names speak for, or any.
func (p *prover) hopeful(s slot, b *base, wide bool) []string {
	switch kind := p.kinds[noun(s)]; {
	case wide:
		return b.everything()
	case kind != "":
		return few(p.own.ids[kind], 14)
	}
	return b.candidates(s.path)
}

func (p *prover) kindOf(own string) string {
	for typ, ids := range p.own.ids {
		if slices.Contains(ids, own) {
			return typ
		}
	}
	return ""
}

// noun is the name in a path that tells what its id is of.
func noun(s slot) string {
	for i := len(s.path) - 1; i >= 0; i-- {
		if name := s.path[i].name; strings.HasSuffix(name, "Id") || strings.HasSuffix(name, "Ids") {
			return name
		}
	}
	return s.String()
}

// grouped says whether a slot is inside and, or or not: in an input that holds its own kind.
func grouped(s slot) bool { return timesIn(s.path, s.path[0].typ.Name()) > 1 }

// ungrouped names a slot without the groups that it is in.
func ungrouped(s slot) string {
	path := slices.Clone(s.path[:1])
	for _, p := range s.path[1:] {
		if p.typ.Name() != path[0].typ.Name() {
			path = append(path, p)
		}
	}
	return slot{s.parent, s.field, path}.String()
}

// origin is where a call is made from: a node, or for a subscription a place in the log.
type origin struct{ at, since string }

// origins: a subscription begins with how things stand, or tells what has happened since the beginning of the log.
func (p *prover) origins(t testing.TB, s slot) (all []origin) {
	t.Helper()
	for _, at := range p.places(s) {
		all = append(all, origin{at: at})
	}
	if s.parent.Name == "Subscription" {
		all = append(all, origin{since: p.beginning(t)})
	}
	return all
}

// places are nodes from which the field can be asked for.
func (p *prover) places(s slot) []string {
	if slices.Contains(roots, s.parent.Name) {
		return []string{""}
	}
	spots := few(p.own.ids[s.parent.Name], 40)
	if last := p.spots[s.parent.Name]; last != "" {
		spots = append([]string{last}, spots...)
	}
	return spots
}

// fit looks for ids that make the call a good one.
func (p *prover) fit(t testing.TB, s slot, b *base, good []string) bool {
	b.choice = nil
	b.args(s, "")
	sizes := []int{}
	for _, h := range b.holes {
		sizes = append(sizes, len(h))
	}
	if s.parent.Name == "Mutation" {
		return p.fitMutation(t, s, b, good, sizes)
	}
	for _, b.choice = range choices(sizes, 50) {
		if b.good = p.telling(t, s, b, good); b.good != "" {
			return true
		}
	}
	return false
}

func (p *prover) fitMutation(t testing.TB, s slot, b *base, good []string, sizes []int) bool {
	for _, c := range choices(append([]int{len(good)}, sizes...), 250) {
		b.good, b.choice = good[c[0]], c[1:]
		if p.taken(s, b, p.send(t, []call{b.with(s, fill(s, b.good))})[0]) {
			return true
		}
	}
	return false
}

// telling gives an own id that a query answers otherwise than one that does not exist.
func (p *prover) telling(t testing.TB, s slot, b *base, good []string) string {
	if s.parent.Name == "Mutation" || len(good) == 0 {
		return ""
	}
	none := missing(t, good[0])
	calls := []call{b.with(s, fill(s, none))}
	for _, id := range good {
		calls = append(calls, b.with(s, fill(s, id)))
	}
	answers := p.sendAll(t, calls)
	for i, id := range good {
		if answers[0].without(none) != answers[i+1].without(id) {
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

// substitute puts their ids into the slot, and for each type an id that does not exist, and compares.
func (p *prover) substitute(t testing.TB, s slot, b *base) {
	t.Helper()
	p.fields[s.parent.Name+"."+s.field.Name] = true
	p.positions++
	var calls []call
	var ids []string
	none := map[string]int{} // the call with an id that does not exist, by type
	for _, typ := range slices.Sorted(maps.Keys(p.theirs.ids)) {
		theirs := few(p.theirs.ids[typ], p.many(s, b, typ))
		if len(theirs) == 0 {
			continue
		}
		none[typ] = len(ids)
		for _, id := range append([]string{missing(t, theirs[0])}, theirs...) {
			ids = append(ids, id)
			calls = append(calls, b.with(s, fill(s, id)))
		}
	}
	answers := p.sendAll(t, calls)
	typ := -1
	for i, id := range ids {
		if slices.Contains(slices.Collect(maps.Values(none)), i) {
			typ = i
			continue
		}
		p.same(t, s, b, [2]string{id, ids[typ]}, answers[i], answers[typ])
	}
	if s.listed() {
		p.substituteLists(t, s, b)
	}
}

// many says how many of their ids of a type are tried: all where a record is looked up, many of the type that
// the slot takes, some of each other type. Inside and, or and not, which lead to the same code, a few.
func (p *prover) many(s slot, b *base, typ string) int {
	switch takes := p.kindOf(b.good) == typ; {
	case s.parent.Name == "Query" && len(s.path) == 1, s.parent.Name == "Subscription" && len(s.path) == 1 && takes:
		return 1000
	case takes && grouped(s):
		return 3
	case takes:
		return 16
	case grouped(s):
		return 0
	}
	return 1
}

// without is the plain answer without an id that was sent.
func (a told) without(id string) string {
	if id == "" {
		return a.plain()
	}
	return strings.ReplaceAll(a.plain(), id, "<id>")
}

func (p *prover) same(t testing.TB, s slot, b *base, id [2]string, theirs, none told) {
	t.Helper()
	p.tried++
	got, want := theirs.without(id[0]), none.without(id[1])
	if got != want && s.parent.Name == "Subscription" && id[0] != "" { // one of them may have been silent for being slow
		got, want = p.patiently(t, s, b, id[0]).without(id[0]), p.patiently(t, s, b, id[1]).without(id[1])
	}
	if got != want {
		got, want = parting(got, want)
		t.Errorf("%s%s with the id %s, which is not ours to know, was answered\n%s\nwith one that does not exist\n%s", s, about(b), id[0], got, want)
	}
	if s.parent.Name == "Mutation" && theirs.code() == "" {
		t.Errorf("%s%s took the id %s, which is not ours to know", s, about(b), id[0])
	}
}

// patiently asks once more for what a subscription with this id tells.
func (p *prover) patiently(t testing.TB, s slot, b *base, id string) told {
	t.Helper()
	slow := p.sender
	slow.as = &client{url: p.as.url, token: p.as.token, patience: livePatience}
	return slow.send(t, []call{b.with(s, fill(s, id))})[0]
}

// parting is where two long answers part, with what is around it.
func parting(a, b string) (string, string) {
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	around := func(s string) string {
		return fmt.Sprintf("%d bytes: …%s", len(s), s[max(0, same-300):min(len(s), same+300)])
	}
	return around(a), around(b)
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
	mixed := append(p.theirs.ids[p.kindOf(b.good)], p.theirs.all()...)[0]
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
