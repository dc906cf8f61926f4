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

// TestVisibility tries, as an agent of Sales, the ids of what is in Support's inbox in every field and input
// that takes an id. What they may not see is answered as if it did not exist, and stays as it is.
func TestVisibility(t *testing.T) {
	t.Parallel()
	l := newEstate(t)
	h, all, own := l.ours, l.reached[l.ours], l.bySal
	hidden := all.without(own)
	for _, typ := range []string{"Conversation", "Ticket", "IncomingMessage", "OutgoingMessage", "InternalComment", "Inbox", "Channel",
		"TrashGroup", "Event", "ApiToken", "PropertyValue", "Attachment"} {
		if len(hidden.ids[typ]) == 0 {
			t.Errorf("no %s is hidden from Sales: the test has nothing to try", typ)
		}
	}
	if n := len(hidden.all()); n < leastHiddenRecords {
		t.Errorf("only %d records are hidden", n)
	}
	signs := secretsOf(t, hidden, "from Support")
	for _, raw := range own.raws {
		if got := signs.in(raw); len(got) > 0 {
			t.Errorf("an agent of Sales reads signs of what is hidden from them, %q:\n%s", got, raw)
		}
	}
	p := newProver(t, h.clientOf(t, "sal@"+h.slug+".test"), own, hidden)
	p.look = lookingFor(t, signs)
	p.forbidden = true
	var keys []string
	for typ, ids := range hidden.ids {
		for _, id := range ids {
			if typ != "Viewer" && typ != "PropertyLayout" { // they carry an agent's key
				keys = append(keys, keyOf(t, id))
			}
		}
	}
	before := l.rowsAbout(t, keys)
	p.proveAll(t, outsideGroups, leastVisiblePositions)
	if p.tried < leastHiddenCombinations {
		t.Errorf("only %d combinations were tried", p.tried)
	}
	sameRows(t, "trying the ids of what is hidden", before, l.rowsAbout(t, keys))
}

// outsideGroups leaves out most groups of filters: the wall is the same in each.
func outsideGroups(all []slot) []slot {
	return slices.DeleteFunc(all, func(s slot) bool {
		return slices.ContainsFunc(s.path, func(p step) bool { return p.name == "and" || p.name == "or" })
	})
}
