package e2e

import (
	"slices"
	"strings"
	"testing"

	"deskwire/graph"
)

// Fewer than these mean that the walk has lost something.
const (
	leastQueryPositions    = 200
	leastMutationPositions = 60
	leastCombinations      = 5000

	leastSubscriptionPositions = 15
)

// TestAccountIsolation tries the ids of another account in every field and input that takes one.
// The answer is that for an id that does not exist, nothing of the other account shows, and none of
// its rows changes.
func TestAccountIsolation(t *testing.T) {
	t.Parallel()
	fx := newFixtures(t)
	reached := fx.reachable[fx.theirs]
	hidden := newSecrets(t, reached, foreignMarker, fx.theirs.slug+".")
	id := databaseKey(t, fx.theirs.accountID(t))
	combinations := 0
	fx.requireUnchanged(t, id, "trying the ids of another account", func() {
		t.Run("all", func(t *testing.T) {
			for _, part := range []struct {
				name   string
				by     *accountFixture
				choose func([]inputSlot) []inputSlot
				least  int
			}{
				{"queries", fx.ours, func(all []inputSlot) []inputSlot {
					return someFilterGroups(slotsNotOf("Subscription", slotsNotOf("Mutation", all)))
				}, leastQueryPositions},
				{"subscriptions", fx.ours, func(all []inputSlot) []inputSlot { return withoutFilterGroups(slotsOf("Subscription", all)) }, leastSubscriptionPositions},
				{"mutations", fx.others, func(all []inputSlot) []inputSlot { return slotsOf("Mutation", all) }, leastMutationPositions},
			} {
				p := fx.proberFor(t, part.by, reached)
				t.Cleanup(func() { combinations += p.tried })
				t.Run(part.name, func(t *testing.T) {
					t.Parallel()
					p.inspect = inspectFor(t, hidden)
					p.probeAll(t, part.choose, part.least)
				})
			}
		})
	})
	if combinations < leastCombinations {
		t.Errorf("only %d combinations were tried", combinations)
	}
}

func inspectFor(t testing.TB, hidden secrets) func(query, raw string) {
	return func(query, raw string) {
		if signs := hidden.leakedIn(raw); len(signs) > 0 {
			t.Errorf("%s\nwas answered with signs of what is hidden, %q:\n%s", query, signs, raw)
		}
	}
}

// proberFor gives a prober for the admin of an account, with a token that the walk does not know,
// and so does not revoke.
func (fx *fixtures) proberFor(t *testing.T, acc *accountFixture, theirs *reachable) *idProber {
	t.Helper()
	return newIDProber(t, acc.clientOf(t, "ada@"+acc.slug+".test"), fx.reachable[acc], theirs)
}

// probeAll walks the schema.
func (p *idProber) probeAll(t *testing.T, choose func([]inputSlot) []inputSlot, least int) {
	ids := choose(inputSlots(p.schema, hasTypeName("ID")))
	slices.SortStableFunc(ids, func(a, b inputSlot) int { return probeOrder(a) - probeOrder(b) })
	for _, s := range ids {
		p.probe(t, s)
	}
	for _, s := range choose(inputSlots(p.schema, hasTypeName("String"))) {
		switch {
		case isCursor(s):
			p.probeCursors(t, s)
		case isPropertyValue(s):
			p.probeProperties(t, s)
		}
	}
	t.Logf("%d fields, %d positions, %d combinations", len(p.fields), p.positions, p.tried)
	if p.positions < least {
		t.Errorf("only %d positions were tried", p.positions)
	}
}

// probeOrder puts first what later calls learn from, and last what takes records out of use.
func probeOrder(s inputSlot) int {
	switch {
	case strings.HasSuffix(s.field.Name, "Revoke"), strings.HasSuffix(s.field.Name, "Archive"):
		return 3
	case inFilterGroup(s):
		return 2
	case s.parent.Name != "Query":
		return 1
	}
	return 0
}

// isPropertyValue says whether a slot is the value of a property.
func isPropertyValue(s inputSlot) bool {
	return slices.ContainsFunc(s.path, func(p pathStep) bool { return p.name == "value" && isProperty(graph.Schema(), p.inputType) })
}
