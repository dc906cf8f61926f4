package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
	"deskwire/graph"
)

// theirWord stands in every text of the account that must stay unseen.
const theirWord = "zqxsecret"

// Fewer than these mean that the walk has lost something.
const (
	leastQueryPositions    = 200
	leastMutationPositions = 60
	leastCombinations      = 5000
)

// TestAccountIsolation tries the ids of another account in every field and input that takes one. The answer is
// that for an id that does not exist, nothing of the other account shows, and none of its rows changes.
func TestAccountIsolation(t *testing.T) {
	t.Parallel()
	l := startLedger(t)
	theirs := furnish(t, l.newAccount(t, desk.PlanStarter, time.Now()), theirWord)
	reached := theirs.reached(t, theirs.admin)
	hidden := secretsOf(t, reached, theirWord, theirs.slug+".")
	id := keyOf(t, theirs.accountID(t))
	combinations := 0
	l.unchanged(t, id, "trying the ids of another account", func() {
		t.Run("all", func(t *testing.T) {
			for _, part := range []struct {
				name   string
				choose func([]slot) []slot
				least  int
			}{
				{"queries", func(all []slot) []slot { return notOf("Mutation", all) }, leastQueryPositions},
				{"mutations", func(all []slot) []slot { return onlyOf("Mutation", all) }, leastMutationPositions},
			} {
				p := ownProver(t, l, reached)
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

// ownProver is for an account of its own, so that what one part changes is nothing to the other.
func ownProver(t *testing.T, l *ledger, theirs *found) *prover {
	t.Helper()
	h := furnish(t, l.newAccount(t, desk.PlanStarter, time.Now()), "ours")
	own := h.reached(t, h.admin)
	// A token that the walk does not know, and so does not end.
	return newProver(t, h.clientOf(t, "ada@"+h.slug+".test"), own, theirs)
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
