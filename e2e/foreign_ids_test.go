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

// idProber tries ids that somebody may not know in every slot (insecure direct object references),
// and wants the answers of ids that do not exist.
type idProber struct {
	callSender
	own, theirs *reachable
	definitions []node // of properties
	forbidden   bool   // a call that is refused for the role counts as one that was built

	known     map[string]*baseCall // calls that were built, by field and path
	nodeTypes map[string]string    // of the ids that names stand for, as far as they were learnt
	lastNodes map[string]string    // nodes of a type that a call could be made from

	fields    map[string]bool // that were tried
	positions int
	tried     int
}

// newIDProber makes a prober for a client who can reach `own` and may not see a sign of `theirs`.
func newIDProber(t testing.TB, c *client, own, theirs *reachable) *idProber {
	p := &idProber{own: own, theirs: theirs, fields: map[string]bool{}, known: map[string]*baseCall{}, nodeTypes: map[string]string{}, lastNodes: map[string]string{}}
	p.callSender = callSender{schema: graph.Schema(), client: c, selections: selectionBuilder{schema: graph.Schema(), first: 5}, depth: 1}
	p.definitions = c.do(t, "{ propertyDefinitions { key type readOnly } }", nil).at(".").list("propertyDefinitions")
	return p
}

// probe tries one slot.
func (p *idProber) probe(t testing.TB, s inputSlot) {
	t.Helper()
	base := p.findControl(t, s, "")
	if base == nil {
		t.Errorf("%s: no call could be built that takes one of our own ids; teach inputBuilder (input_builder_test.go) how", s)
		return
	}
	p.substituteIDs(t, s, base)
}

// probeProperties tries ids as values of every property that has some.
func (p *idProber) probeProperties(t testing.TB, s inputSlot) {
	t.Helper()
	for _, d := range p.definitions {
		kind := map[string]string{"AGENT": "Agent", "STATUS": "TicketStatus", "PIPELINE": "Pipeline", "CONTACT": "Contact"}[d.str("type")]
		if kind == "" {
			continue
		}
		p.nodeTypes[idName(s)] = kind
		base := p.findControl(t, s, d.str("key"))
		if base == nil {
			t.Errorf("%s: no value of the property %s was taken, nor refused as read-only", s, d.str("key"))
			continue
		}
		p.substituteIDs(t, s, base)
	}
}

// baseCall is a call that the server takes, with the slot still to be filled.
type baseCall struct {
	inputBuilder
	at         string
	validValue string // what stood in the slot
}

func (b *baseCall) withValue(s inputSlot, value any) fieldCall {
	args := b.arguments(s, value)
	return fieldCall{s, b.at, args}
}

// findControl finds a call of which an own id in the slot decides: a query that answers otherwise
// than for an id that does not exist, a mutation that is not refused.
func (p *idProber) findControl(t testing.TB, s inputSlot, key string) *baseCall {
	t.Helper()
	name := nameWithoutGroups(s)
	if b := p.known[name]; b != nil && key == "" && p.distinguishableID(t, s, b, []string{b.validValue}) != "" {
		return b
	}
	for _, wide := range []bool{false, true} {
		for _, rich := range []bool{false, true} {
			for _, from := range p.callOrigins(t, s) {
				b := &baseCall{inputBuilder: inputBuilder{schema: p.schema, own: p.own.ids, key: key, fillOptional: rich, afterCursor: from.since}, at: from.at}
				b.dryRun = s.parent.Name == "Mutation"
				if p.fitQuery(t, s, b, p.likelyIDs(s, b, wide)) {
					b.dryRun = false
					p.known[name], p.nodeTypes[idName(s)], p.lastNodes[s.parent.Name] = b, p.typeOfOwn(b.validValue), from.at
					return b
				}
			}
		}
	}
	return nil
}

// likelyIDs are own ids for the slot: those that the names speak for, or any.
func (p *idProber) likelyIDs(s inputSlot, b *baseCall, wide bool) []string {
	switch kind := p.nodeTypes[idName(s)]; {
	case wide:
		return b.someOfEveryType()
	case kind != "":
		return firstAndLast(p.own.ids[kind], 14)
	}
	return b.candidateIDs(s.path)
}

func (p *idProber) typeOfOwn(own string) string {
	for typ, ids := range p.own.ids {
		if slices.Contains(ids, own) {
			return typ
		}
	}
	return ""
}

// idName is the name in a path that tells what its id is of.
func idName(s inputSlot) string {
	for i := len(s.path) - 1; i >= 0; i-- {
		if name := s.path[i].name; strings.HasSuffix(name, "Id") || strings.HasSuffix(name, "Ids") {
			return name
		}
	}
	return s.String()
}

// inFilterGroup says whether a slot is inside and, or or not: in an input that holds its own kind.
func inFilterGroup(s inputSlot) bool { return countType(s.path, s.path[0].typ.Name()) > 1 }

// someFilterGroups keeps every eighth of the slots within groups of filters: each group takes the
// same inputs.
func someFilterGroups(all []inputSlot) []inputSlot {
	grouped := 0
	return slices.DeleteFunc(all, func(s inputSlot) bool {
		if !inFilterGroup(s) {
			return false
		}
		grouped++
		return grouped%8 != 0
	})
}

// nameWithoutGroups names a slot without the groups that it is in.
func nameWithoutGroups(s inputSlot) string {
	path := slices.Clone(s.path[:1])
	for _, p := range s.path[1:] {
		if p.typ.Name() != path[0].typ.Name() {
			path = append(path, p)
		}
	}
	return inputSlot{s.parent, s.field, path}.String()
}

// callOrigin is where a call is made from: a node, or for a subscription a place in the log.
type callOrigin struct{ at, since string }

// callOrigins: a subscription begins with how things stand, or tells what has happened since the
// beginning of the log.
func (p *idProber) callOrigins(t testing.TB, s inputSlot) (all []callOrigin) {
	t.Helper()
	for _, at := range p.callNodes(s) {
		all = append(all, callOrigin{at: at})
	}
	if s.parent.Name == "Subscription" {
		all = append(all, callOrigin{since: p.logStart(t)})
	}
	return all
}

// callNodes are nodes from which the field can be asked for.
func (p *idProber) callNodes(s inputSlot) []string {
	if slices.Contains(rootTypes, s.parent.Name) {
		return []string{""}
	}
	spots := firstAndLast(p.own.ids[s.parent.Name], 40)
	if last := p.lastNodes[s.parent.Name]; last != "" {
		spots = append([]string{last}, spots...)
	}
	return spots
}

// fitQuery looks for ids that make the call a good one.
func (p *idProber) fitQuery(t testing.TB, s inputSlot, b *baseCall, good []string) bool {
	b.choice = nil
	b.arguments(s, "")
	sizes := []int{}
	for _, h := range b.neededIDs {
		sizes = append(sizes, len(h))
	}
	if s.parent.Name == "Mutation" {
		return p.fitMutation(t, s, b, good, sizes)
	}
	for _, b.choice = range combinations(sizes, 50) {
		if b.validValue = p.distinguishableID(t, s, b, good); b.validValue != "" {
			return true
		}
	}
	return false
}

func (p *idProber) fitMutation(t testing.TB, s inputSlot, b *baseCall, good []string, sizes []int) bool {
	for _, c := range combinations(append([]int{len(good)}, sizes...), 250) {
		b.validValue, b.choice = good[c[0]], c[1:]
		if p.accepted(s, b, p.sendBatch(t, []fieldCall{b.withValue(s, slotValue(s, b.validValue))})[0]) {
			return true
		}
	}
	return false
}

// distinguishableID gives an own id that a query answers otherwise than one that does not exist.
func (p *idProber) distinguishableID(t testing.TB, s inputSlot, b *baseCall, good []string) string {
	if s.parent.Name == "Mutation" || len(good) == 0 {
		return ""
	}
	none := nonexistentID(t, good[0])
	calls := []fieldCall{b.withValue(s, slotValue(s, none))}
	for _, id := range good {
		calls = append(calls, b.withValue(s, slotValue(s, id)))
	}
	answers := p.sendAll(t, calls)
	for i, id := range good {
		if answers[0].comparableWithout(none) != answers[i+1].comparableWithout(id) {
			return id
		}
	}
	return ""
}

// accepted says whether a mutation took an own id, or refused it for what has nothing to do with
// whose it is.
func (p *idProber) accepted(s inputSlot, b *baseCall, o outcome) bool {
	code := o.code()
	switch {
	case code == "", p.forbidden && code == "FORBIDDEN":
		return true
	case b.key != "" && s.takesList(): // ids come one at a time
		return code == "PROPERTY_INVALID" || code == "PROPERTY_READ_ONLY"
	case b.key != "":
		return code == "PROPERTY_READ_ONLY"
	}
	return false
}

// slotValue is a value for a slot with one id in it.
func slotValue(s inputSlot, id string) any { return wrapInLists(s.lastStep().typ, id) }

// nonexistentID is an id like this one that does not exist.
func nonexistentID(t testing.TB, id string) string {
	ref, err := desk.ParseRef(id)
	if err != nil {
		t.Fatal(err)
	}
	ref.ID = desk.ID(uuid.Must(uuid.NewV7()))
	return ref.String()
}

// substituteIDs puts their ids into the slot, and for each type an id that does not exist, and
// compares.
func (p *idProber) substituteIDs(t testing.TB, s inputSlot, b *baseCall) {
	t.Helper()
	p.fields[s.parent.Name+"."+s.field.Name] = true
	p.positions++
	var calls []fieldCall
	var ids []string
	none := map[string]int{} // the call with an id that does not exist, by type
	for nth, typ := range slices.Sorted(maps.Keys(p.theirs.ids)) {
		theirs := firstAndLast(p.theirs.ids[typ], p.sampleSize(s, b, typ, nth))
		if len(theirs) == 0 {
			continue
		}
		none[typ] = len(ids)
		for _, id := range append([]string{nonexistentID(t, theirs[0])}, theirs...) {
			ids = append(ids, id)
			calls = append(calls, b.withValue(s, slotValue(s, id)))
		}
	}
	answers := p.sendAll(t, calls)
	typ := -1
	for i, id := range ids {
		if slices.Contains(slices.Collect(maps.Values(none)), i) {
			typ = i
			continue
		}
		p.compareOutcomes(t, s, b, [2]string{id, ids[typ]}, [2]fieldCall{calls[i], calls[typ]}, answers[i], answers[typ])
	}
	if s.takesList() {
		p.substituteLists(t, s, b)
	}
}

// sampleSize says how many of their ids of a type are tried: all where a record is looked up, some
// of the type that the slot takes, one of a quarter of the other types, others for each slot.
// Inside and, or and not, which lead to the same code, a few.
func (p *idProber) sampleSize(s inputSlot, b *baseCall, typ string, nth int) int {
	switch takes := p.typeOfOwn(b.validValue) == typ; {
	case s.parent.Name == "Query" && len(s.path) == 1, s.parent.Name == "Subscription" && len(s.path) == 1 && takes:
		return 1000
	case takes && inFilterGroup(s):
		return 3
	case takes:
		return 8
	case inFilterGroup(s) || (p.positions+nth)%4 > 0:
		return 0
	}
	return 1
}

// comparableWithout is the comparable answer without an id that was sent.
func (o outcome) comparableWithout(id string) string {
	if id == "" {
		return o.comparable()
	}
	return strings.ReplaceAll(o.comparable(), id, "<id>")
}

func (p *idProber) compareOutcomes(t testing.TB, s inputSlot, b *baseCall, id [2]string, sent [2]fieldCall, theirs, none outcome) {
	t.Helper()
	p.tried++
	got, want := theirs.comparableWithout(id[0]), none.comparableWithout(id[1])
	if got != want && s.parent.Name == "Subscription" { // one of them may have been silent for being slow
		got, want = p.resendPatiently(t, sent[0]).comparableWithout(id[0]), p.resendPatiently(t, sent[1]).comparableWithout(id[1])
	}
	if got != want {
		got, want = firstDifference(got, want)
		t.Errorf("%s%s with the id %s, which is not ours to know, was answered\n%s\nwith one that does not exist\n%s", s, propertySuffix(b), id[0], got, want)
	}
	if s.parent.Name == "Mutation" && theirs.code() == "" {
		t.Errorf("%s%s took the id %s, which is not ours to know", s, propertySuffix(b), id[0])
	}
}

// resendPatiently asks once more for what a subscription tells.
func (p *idProber) resendPatiently(t testing.TB, call fieldCall) outcome {
	t.Helper()
	slow := p.callSender
	slow.client = &client{url: p.client.url, token: p.client.token, patience: liveTimeout}
	return slow.sendBatch(t, []fieldCall{call})[0]
}

// firstDifference is where two long answers begin to differ, with what is around it.
func firstDifference(a, b string) (string, string) {
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	around := func(s string) string {
		return fmt.Sprintf("%d bytes: …%s", len(s), s[max(0, same-300):min(len(s), same+300)])
	}
	return around(a), around(b)
}

func propertySuffix(b *baseCall) string {
	if b.key == "" {
		return ""
	}
	return fmt.Sprintf(" of the property %s", b.key)
}

// substituteLists tries their ids all at once, and one beside an own one.
func (p *idProber) substituteLists(t testing.TB, s inputSlot, b *baseCall) {
	t.Helper()
	var theirs, none []any
	for _, id := range firstAndLast(p.theirs.allIDs(), 90) {
		theirs, none = append(theirs, id), append(none, nonexistentID(t, id))
	}
	mixed := append(p.theirs.ids[p.typeOfOwn(b.validValue)], p.theirs.allIDs()...)[0]
	if s.lastStep().typ.Elem.Elem != nil {
		t.Fatalf("%s is a list of lists: teach idProber.substituteLists how", s)
	}
	calls := []fieldCall{
		b.withValue(s, theirs), b.withValue(s, none),
		b.withValue(s, []any{b.validValue, mixed}), b.withValue(s, []any{b.validValue, nonexistentID(t, mixed)}),
	}
	a := p.sendAll(t, calls)
	p.compareOutcomes(t, s, b, [2]string{}, [2]fieldCall(calls[:2]), a[0], a[1])
	p.compareOutcomes(t, s, b, [2]string{}, [2]fieldCall(calls[2:]), a[2], a[3])
}

// probeCursors goes on from cursors that somebody else was given: whatever the answer is, it shows
// nothing of theirs.
func (p *idProber) probeCursors(t testing.TB, s inputSlot) {
	t.Helper()
	places := p.callNodes(s)
	if len(places) == 0 {
		t.Errorf("%s can't be reached", s)
		return
	}
	b := &baseCall{inputBuilder: inputBuilder{schema: p.schema, own: p.own.ids}, at: places[0]}
	p.fields[s.parent.Name+"."+s.field.Name] = true
	p.positions++
	var calls []fieldCall
	for _, c := range firstAndLast(p.theirs.cursors, 60) {
		calls = append(calls, b.withValue(s, c))
	}
	for i, o := range p.sendAll(t, calls) {
		p.tried++
		if c := o.code(); c != "" && c != "INVALID_INPUT" {
			t.Errorf("%s with the cursor %s answered %s", s, calls[i].args[s.path[0].name], c)
		}
	}
}

// isCursor says whether a slot takes a place in a list or in the log.
func isCursor(s inputSlot) bool {
	return s.parent.Name != "Mutation" && slices.Contains([]string{"after", "before", "since"}, s.lastStep().name)
}
