package e2e

import (
	"slices"
	"testing"
)

const (
	leastHiddenRecords      = 100
	leastHiddenCombinations = 3000
	leastVisiblePositions   = 170
)

// TestVisibility tries, as an agent of Sales, the ids of what is in Support's inbox in every field
// and input that takes an id. What they may not see is answered as if it did not exist, and stays
// as it is.
func TestVisibility(t *testing.T) {
	t.Parallel()
	fx := newFixtures(t)
	acc, all, own := fx.ours, fx.reachable[fx.ours], fx.reachableBySal
	hidden := all.minus(own)
	for _, typ := range []string{"Conversation", "Ticket", "IncomingMessage", "OutgoingMessage", "InternalComment", "Inbox", "Channel",
		"TrashGroup", "Event", "ApiToken", "PropertyValue", "Attachment"} {
		if len(hidden.ids[typ]) == 0 {
			t.Errorf("no %s is hidden from Sales: the test has nothing to try", typ)
		}
	}
	if n := len(hidden.allIDs()); n < leastHiddenRecords {
		t.Errorf("only %d records are hidden", n)
	}
	signs := newSecrets(t, hidden, "from Support")
	for _, raw := range own.rawAnswers {
		if got := signs.leakedIn(raw); len(got) > 0 {
			t.Errorf("an agent of Sales reads signs of what is hidden from them, %q:\n%s", got, raw)
		}
	}
	p := newIDProber(t, acc.clientOf(t, "sal@"+acc.slug+".test"), own, hidden)
	p.inspect = inspectFor(t, signs)
	p.forbidden = true
	var keys []string
	for typ, ids := range hidden.ids {
		for _, id := range ids {
			if typ != "Viewer" && typ != "PropertyLayout" { // they carry an agent's key
				keys = append(keys, databaseKey(t, id))
			}
		}
	}
	before := fx.checksumsAbout(t, keys)
	p.probeAll(t, withoutFilterGroups, leastVisiblePositions)
	if p.tried < leastHiddenCombinations {
		t.Errorf("only %d combinations were tried", p.tried)
	}
	compareRows(t, "trying the ids of what is hidden", before, fx.checksumsAbout(t, keys))
}

// withoutFilterGroups leaves out most groups of filters: the wall is the same in each.
func withoutFilterGroups(all []inputSlot) []inputSlot {
	return slices.DeleteFunc(all, func(s inputSlot) bool {
		return slices.ContainsFunc(s.path, func(p pathStep) bool { return p.name == "and" || p.name == "or" })
	})
}
