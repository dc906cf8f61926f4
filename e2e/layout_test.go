package e2e

import (
	"strings"
	"testing"
	"time"

	"deskwire/desk"
)

// TestLayoutTakenBack: what an agent chose to see can be given back to the account's default, and
// that to the product's (D11).
func TestLayoutTakenBack(t *testing.T) {
	t.Parallel()
	a := start(t).newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
	_, ben := a.createAgent(t, "ben", desk.RoleAgent)
	shown := func(l node) string {
		keys := []string{}
		for _, p := range l.list("properties") {
			keys = append(keys, p.str("key"))
		}
		return l.str("scope") + " " + strings.Join(keys, ",")
	}
	const layout = "{ scope version properties { key } }"
	const beginning = "ACCOUNT name,status,pipeline,priority,owner,contact,createdAt,lastActivityAt"
	mine := func(keys any, more vars) vars {
		in := vars{"propertyKeys": keys}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	for i, step := range []struct {
		by    *client
		input vars
		code  string
		says  string // what the payload shows
		now   string // what ben sees then
	}{
		{ben, mine(nil, nil), "", beginning, beginning},
		{a.admin, mine([]string{"owner"}, vars{"scope": "ACCOUNT", "expectedVersion": 0}), "", "ACCOUNT owner", "ACCOUNT owner"},
		{ben, mine([]string{"name"}, vars{"expectedVersion": 1}), "VERSION_CONFLICT", " ", "ACCOUNT owner"},
		{ben, mine([]string{"name"}, vars{"dryRun": true}), "", "MINE name", "ACCOUNT owner"},
		{ben, mine([]string{"name"}, vars{"expectedVersion": 0}), "", "MINE name", "MINE name"},
		{ben, mine([]string{}, vars{"expectedVersion": 1}), "", "MINE ", "MINE "},
		{ben, mine([]string{}, vars{"expectedVersion": 2}), "", "MINE ", "MINE "},
		{ben, vars{}, "INVALID_INPUT", " ", "MINE "},
		{ben, mine(nil, vars{"expectedVersion": 1}), "VERSION_CONFLICT", " ", "MINE "},
		{ben, mine(nil, vars{"dryRun": true}), "", "ACCOUNT owner", "MINE "},
		{ben, mine(nil, vars{"expectedVersion": 2}), "", "ACCOUNT owner", "ACCOUNT owner"},
		{ben, mine(nil, vars{"scope": "ACCOUNT"}), "FORBIDDEN", " ", "ACCOUNT owner"},
		{ben, mine([]string{"name"}, nil), "", "MINE name", "MINE name"},
		{a.admin, mine(nil, vars{"scope": "ACCOUNT", "expectedVersion": 1}), "", beginning, "MINE name"},
		{ben, mine(nil, nil), "", beginning, beginning},
	} {
		p := step.by.mutate(t, "ticketDetailLayoutSet", "layout "+layout, step.input)
		if got := shown(p.at("layout")); errorCode(p) != step.code || got != step.says {
			t.Errorf("step %d: %q %q, not %q %q", i, errorCode(p), got, step.code, step.says)
		}
		if got := shown(ben.do(t, "{ viewer { ticketDetailLayout "+layout+" } }", nil).at("viewer.ticketDetailLayout")); got != step.now {
			t.Errorf("step %d: ben sees %q, not %q", i, got, step.now)
		}
	}
}
