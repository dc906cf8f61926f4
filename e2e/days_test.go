package e2e

import (
	"testing"
	"time"

	"deskwire/desk"
)

// "Today" is the viewer's: two who look at one view see different days, each in their zone, and a
// live list moves on at their midnight.
func TestDaysOfTheViewer(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Support", nil)
	a.receiveMessage(t, channel, "one", "zoe@x.test", "hello")
	agent := a.admin.do(t, "{ viewer { agent { id timeZone } } }", nil).at("viewer.agent")
	if !agent.isNull("timeZone") {
		t.Errorf("the zone of a new agent is %q", agent.str("timeZone"))
	}
	conn := s.sqlConn(t)
	at := func(moment string) {
		if _, err := conn.Exec(t.Context(), "UPDATE conversation_activity SET last_activity_at = $1::timestamptz", moment); err != nil {
			t.Fatal(err)
		}
	}
	count := func(days string) int {
		return a.admin.do(t, "query($w: ConversationWhere) { conversations(where: $w) { totalCount } }", vars{"w": vars{"lastActivityAt": vars{"on": days}}}).at("conversations").num("totalCount")
	}
	now := s.now().UTC()
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC"} {
		if got := a.admin.must(t, "agentUpdate", "agent { timeZone }", vars{"agentId": agent.str("id"), "timeZone": zone}).str("agent.timeZone"); got != zone {
			t.Fatalf("the zone is %q, want %q", got, zone)
		}
		in, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		first, behind := desk.Today.Bounds(now, in)
		from, to := desk.DayBegins(first, in), desk.DayBegins(behind, in)
		for moment, want := range map[time.Time][3]int{
			from: {0, 1, 0}, to.Add(-time.Second): {0, 1, 0}, from.Add(-time.Second): {1, 0, 0}, to: {0, 0, 1},
		} {
			at(moment.UTC().Format(time.RFC3339))
			if got := [3]int{count("YESTERDAY"), count("TODAY"), count("TOMORROW")}; got != want {
				t.Errorf("in %s, %s is in %v of yesterday, today and tomorrow, want %v", zone, moment, got, want)
			}
		}
	}
	a.admin.refused(t, "agentUpdate", vars{"agentId": agent.str("id"), "timeZone": "Mars/Olympus"}, "INVALID_INPUT")
	_, ben := a.createAgent(t, "ben", desk.RoleAgent)
	mine := ben.do(t, "{ viewer { agent { id } } }", nil).at("viewer.agent").str("id")
	ben.must(t, "agentUpdate", "agent { timeZone }", vars{"agentId": mine, "timeZone": "Europe/Berlin"})
	ben.refused(t, "agentUpdate", vars{"agentId": agent.str("id"), "timeZone": "Europe/Berlin"}, "FORBIDDEN")
	ben.refused(t, "agentUpdate", vars{"agentId": mine, "timeZone": "Europe/Berlin", "role": "ADMIN"}, "FORBIDDEN")
}
