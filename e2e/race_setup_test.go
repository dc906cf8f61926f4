package e2e

import (
	"fmt"
	"testing"
	"time"

	"deskwire/desk"
)

// TestRaceSetUp lets admins take agents and statuses out of use in the moment in which others refer
// to them. In the order of the log nothing is ever given to an agent who has left, or put into a
// status that is archived, and an account has an active admin at every moment.
func TestRaceSetUp(t *testing.T) {
	t.Parallel()
	s := start(t)
	rs := &raceSetup{account: s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))}
	status := rs.createPipeline(t, "Support", "New", "!Closed")
	team := rs.createTeam(t, "Support")
	_, rs.channel = rs.createInbox(t, "Support", vars{"teamIds": []string{team}})
	conversation, ticket := rs.createTicket(t, "first")
	ben, _ := rs.createAgent(t, "ben", desk.RoleAgent, team)
	for round := range 12 {
		doomed := rs.admin.must(t, "ticketStatusCreate", "status { id }", vars{"pipelineId": status[""], "name": fmt.Sprint("Doomed ", round), "state": "OPEN"}).str("status.id")
		loose := rs.receiveMessage(t, rs.channel, fmt.Sprint("loose ", round), "loose@contact.test", "Hello")
		rs.admin.must(t, "conversationAssign", "", vars{"conversationId": loose, "ownerId": ben})
		callAtOnce(t, 8, func(i int) (string, *client, string, vars) {
			switch i {
			case 0:
				return "agentUpdate", rs.admin, "", vars{"agentId": ben, "active": false}
			case 1:
				return "ticketStatusArchive", rs.admin, "", vars{"statusId": doomed}
			case 2:
				return "ticketStatusSet", rs.admin, "", vars{"ticketId": ticket, "statusId": doomed}
			case 3:
				return "ticketCreate", rs.admin, "", vars{"conversationId": loose, "name": "Ben's, if he is there", "statusId": doomed}
			case 4:
				return "ticketAssign", rs.admin, "", vars{"ticketId": ticket, "ownerId": ben}
			case 5:
				return "ticketUpdate", rs.admin, "", vars{"ticketId": ticket, "properties": []vars{{"key": "owner", "value": vars{"string": ben}}}}
			case 6:
				return "conversationStart", rs.admin, "", vars{"channelId": rs.channel, "contact": vars{"email": "new@contact.test"}, "ownerId": ben}
			}
			return "conversationAssign", rs.admin, "", vars{"conversationId": conversation, "ownerId": ben}
		})
		rs.admin.must(t, "agentUpdate", "", vars{"agentId": ben, "active": true})
		for _, record := range []string{"ticketAssign ticketId " + ticket, "conversationAssign conversationId " + conversation} {
			var mutation, key, id string
			_, _ = fmt.Sscan(record, &mutation, &key, &id)
			rs.admin.must(t, mutation, "", vars{key: id, "ownerId": nil})
		}
		rs.admin.must(t, "ticketStatusSet", "", vars{"ticketId": ticket, "statusId": status["New"]})
	}
	rs.lastAdmin(t)
	checkReferences(t, wholeLog(t, rs.admin))
	s.requireNoDeadlock(t)
}

// lastAdmin lets two admins take the role from each other at once; the one who is left gives it
// back.
func (rs *raceSetup) lastAdmin(t *testing.T) {
	me := rs.admin.do(t, "{ viewer { agent { id } } }", nil).at("viewer.agent").str("id")
	eve, byEve := rs.createAgent(t, "eve", desk.RoleAdmin)
	for range 6 {
		answers := callAtOnce(t, 2, func(i int) (string, *client, string, vars) {
			if i == 0 {
				return "agentUpdate", rs.admin, "", vars{"agentId": eve, "role": "AGENT"}
			}
			return "agentUpdate", byEve, "", vars{"agentId": me, "role": "AGENT"}
		})
		left, lost := rs.admin, vars{"agentId": eve, "role": "ADMIN"}
		if errorCode(answers[0]) != "" {
			left, lost = byEve, vars{"agentId": me, "role": "ADMIN"}
		}
		left.must(t, "agentUpdate", "", lost)
	}
}

// checkReferences plays the log and looks at what is referred to, as it stood then.
func checkReferences(t *testing.T, log []node) {
	t.Helper()
	gone, admins, references := map[string]bool{}, map[string]bool{}, 0
	role := map[string]string{}
	for _, e := range log {
		id := e.str("entityId")
		for _, ch := range e.list("changes") {
			to := ch.str("new")
			switch ch.str("field") {
			case "deactivatedAt", "archivedAt":
				gone[id] = to != ""
			case "role":
				role[id] = to
			case "owner", "status":
				if references++; gone[to] {
					t.Errorf("%s gives %s to %s, which is out of use since an earlier event", e.str("mutation"), id, to)
				}
			}
		}
		if id[:3] == "agt" {
			admins[id] = role[id] == "ADMIN" && !gone[id]
			left := 0
			for _, is := range admins {
				if is {
					left++
				}
			}
			if left == 0 {
				t.Errorf("%s leaves the account without an active admin", e.str("mutation"))
			}
		}
	}
	if references < 20 {
		t.Errorf("the log tells of %d references only", references)
	}
}
