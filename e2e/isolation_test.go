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

// TestAccountIsolation tries the ids of another account in every field and input that takes one. The answer is
// that for an id that does not exist, nothing of the other account shows, and none of its rows changes.
func TestAccountIsolation(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	reached := e.reached[e.theirs]
	hidden := secretsOf(t, reached, theirWord, e.theirs.slug+".")
	id := keyOf(t, e.theirs.accountID(t))
	combinations := 0
	e.unchanged(t, id, "trying the ids of another account", func() {
		t.Run("all", func(t *testing.T) {
			for _, part := range []struct {
				name   string
				by     *house
				choose func([]slot) []slot
				least  int
			}{
				{"queries", e.ours, func(all []slot) []slot { return notOf("Subscription", notOf("Mutation", all)) }, leastQueryPositions},
				{"subscriptions", e.ours, func(all []slot) []slot { return outsideGroups(onlyOf("Subscription", all)) }, leastSubscriptionPositions},
				{"mutations", e.others, func(all []slot) []slot { return onlyOf("Mutation", all) }, leastMutationPositions},
			} {
				p := e.prover(t, part.by, reached)
				t.Cleanup(func() { combinations += p.tried })
				t.Run(part.name, func(t *testing.T) {
					t.Parallel()
					p.look = lookingFor(t, hidden)
					p.proveAll(t, part.choose, part.least)
				})
			}
		})
	})
	if combinations < leastCombinations {
		t.Errorf("only %d combinations were tried", combinations)
	}
}

func lookingFor(t testing.TB, hidden secrets) func(query, raw string) {
	return func(query, raw string) {
		if signs := hidden.in(raw); len(signs) > 0 {
			t.Errorf("%s\nwas answered with signs of what is hidden, %q:\n%s", query, signs, raw)
		}
	}
}

// prover is for the admin of an account, with a token that the walk does not know, and so does not end.
func (e *estate) prover(t *testing.T, h *house, theirs *found) *prover {
	t.Helper()
	return newProver(t, h.clientOf(t, "ada@"+h.slug+".test"), e.reached[h], theirs)
}

// proveAll walks the schema.
func (p *prover) proveAll(t *testing.T, choose func([]slot) []slot, least int) {
	ids := choose(slots(p.schema, scalar("ID")))
	slices.SortStableFunc(ids, func(a, b slot) int { return turn(a) - turn(b) })
	for _, s := range ids {
		p.prove(t, s)
	}
	for _, s := range choose(slots(p.schema, scalar("String"))) {
		switch {
		case isCursor(s):
			p.proveCursors(t, s)
		case isValue(s):
			p.proveProperties(t, s)
		}
	}
	t.Logf("%d fields, %d positions, %d combinations", len(p.fields), p.positions, p.tried)
	if p.positions < least {
		t.Errorf("only %d positions were tried", p.positions)
	}
}

// turn puts first what later calls learn from, and last what takes records out of use.
func turn(s slot) int {
	switch {
	case strings.HasSuffix(s.field.Name, "Revoke"), strings.HasSuffix(s.field.Name, "Archive"):
		return 3
	case grouped(s):
		return 2
	case s.parent.Name != "Query":
		return 1
	}
	return 0
}

// isValue says whether a slot is the value of a property.
func isValue(s slot) bool {
	return slices.ContainsFunc(s.path, func(p step) bool { return p.name == "value" && isProperty(graph.Schema(), p.in) })
}
