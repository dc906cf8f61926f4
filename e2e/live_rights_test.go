package e2e

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"deskwire/desk"
)

const (
	ticketLive = `subscription($id: ID!) { ticketLive(id: $id) { cursor reason ticketId events { kind changes { old new } } ticket { id name owner { name }
		conversations(first: 5) { nodes { id subject messages(last: 3) { nodes { id ... on IncomingMessage { text } } } } } } } }`
	inboxViewLive = `subscription($id: ID!) { inboxViewLive(viewId: $id) { cursor reason viewId events { kind changes { old new } } view { id inbox { name } conversations(first: 20) { nodes { ...c } } }
		entered { ...c } left moved { ...c } changed { ...c } } } fragment c on Conversation { id subject preview status owner { name } ticket { id name } }`
	viewerLive = `subscription { viewerLive { cursor reason events { kind changes { old new } } viewer { id agent { id name role } teams { id name } inboxes { id name } } } }`
	eventsLive = `subscription { events { cursor reason events { id kind entityId changes { old new } entity { id } } } }`
)

// rightsTest is an agent whose access to an inbox is taken away and given back, with all their
// subscriptions.
type rightsTest struct {
	*account
	team, otherTeam                              string
	inbox, otherInbox                            string
	channel                                      string
	id, ticket, view                             string
	agent                                        string
	gus                                          *client
	wire                                         *socketClient
	conversation, tickets, views, viewer, events *subscription
}

func newRightsTest(t *testing.T, s *server, role desk.Role) *rightsTest {
	t.Helper()
	rt := &rightsTest{account: s.newAccount(t, desk.PlanStarter, time.Now())}
	rt.team, rt.otherTeam = rt.account.createTeam(t, "Support team"), rt.account.createTeam(t, "Other team")
	rt.inbox, rt.channel = rt.account.createInbox(t, "Support", vars{"teamIds": []string{rt.team}})
	rt.otherInbox, _ = rt.account.createInbox(t, "Away", nil)
	rt.createPipeline(t, "Support", "New", "!Closed")
	rt.id = rt.receiveMessage(t, rt.channel, "thread", "pia@contact.test", "Hello")
	rt.ticket = rt.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": rt.id, "name": "Question"}).str("ticket.id")
	rt.view = rt.admin.do(t, "query($id: ID!) { inboxViews(inboxId: $id) { id } }", vars{"id": rt.inbox}).at("inboxViews").str("0.id")
	rt.agent, rt.gus = rt.account.createAgent(t, "gus", role, rt.team)
	rt.wire = rt.gus.dial(t)
	rt.conversation, rt.tickets = rt.wire.subscribe(conversationLive, vars{"id": rt.id}), rt.wire.subscribe(ticketLive, vars{"id": rt.ticket})
	rt.views, rt.viewer, rt.events = rt.wire.subscribe(inboxViewLive, vars{"id": rt.view}), rt.wire.subscribe(viewerLive, nil), rt.wire.subscribe(eventsLive, nil)
	for _, f := range rt.subscriptions() {
		f.next()
	}
	return rt
}

func (rt *rightsTest) subscriptions() map[string]*subscription {
	return map[string]*subscription{"conversationLive": rt.conversation, "ticketLive": rt.tickets, "inboxViewLive": rt.views, "viewerLive": rt.viewer, "events": rt.events}
}

// rightsChanges are the ways to lose access to the inbox, and to regain it.
var rightsChanges = []struct {
	name       string
	role       desk.Role
	moved      bool // only the conversation goes
	lose, gain func(*testing.T, *rightsTest)
}{
	{"taken off the team", desk.RoleAgent, false,
		func(t *testing.T, rt *rightsTest) {
			rt.change(t, "teamUpdate", "teamId", rt.team, "memberIds", []string{})
		},
		func(t *testing.T, rt *rightsTest) {
			rt.change(t, "teamUpdate", "teamId", rt.team, "memberIds", []string{rt.agent})
		}},
	{"the inbox gets other teams", desk.RoleAgent, false,
		func(t *testing.T, rt *rightsTest) {
			rt.change(t, "inboxUpdate", "inboxId", rt.inbox, "teamIds", []string{rt.otherTeam})
		},
		func(t *testing.T, rt *rightsTest) {
			rt.change(t, "inboxUpdate", "inboxId", rt.inbox, "teamIds", []string{rt.team})
		}},
	{"another role", desk.RoleAdmin, false,
		func(t *testing.T, rt *rightsTest) {
			rt.change(t, "teamUpdate", "teamId", rt.team, "memberIds", []string{})
			rt.change(t, "agentUpdate", "agentId", rt.agent, "role", desk.RoleAgent)
		},
		func(t *testing.T, rt *rightsTest) {
			rt.change(t, "agentUpdate", "agentId", rt.agent, "role", desk.RoleAdmin)
		}},
	{"the conversation moves", desk.RoleAgent, true,
		func(t *testing.T, rt *rightsTest) {
			rt.change(t, "conversationMove", "conversationId", rt.id, "inboxId", rt.otherInbox)
		},
		func(t *testing.T, rt *rightsTest) {
			rt.change(t, "conversationMove", "conversationId", rt.id, "inboxId", rt.inbox)
		}},
}

func (rt *rightsTest) change(t *testing.T, mutation, of, id, field string, to any) {
	t.Helper()
	rt.admin.must(t, mutation, "", vars{of: id, field: to})
}

// changeHiddenRecords changes all that is hidden, with texts that must be told to nobody else.
func (rt *rightsTest) changeHiddenRecords(t *testing.T) {
	t.Helper()
	rt.receiveMessage(t, rt.channel, "thread", "pia@contact.test", "SECRET message")
	rt.admin.must(t, "messageSend", "", vars{"conversationId": rt.id, "text": "SECRET answer"})
	rt.admin.must(t, "ticketUpdate", "", vars{"ticketId": rt.ticket, "name": "SECRET ticket"})
	rt.admin.must(t, "commentCreate", "", vars{"conversationId": rt.id, "text": "SECRET comment"})
}

// TestLive_rights: who loses sight of something is told so with the next payload and hears nothing
// more of it, and who gains sight again is shown it.
func TestLive_rights(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range rightsChanges {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rt := newRightsTest(t, s, c.role)
			c.lose(t, rt)
			rt.changeHiddenRecords(t)
			revoked := func(n node) bool {
				return n.str("reason") == "REVOKED" && n.isNull("conversation") && n.isNull("ticket") && n.isNull("view")
			}
			next := map[string]*answer{
				"conversationLive": rt.conversation.until("REVOKED", func(p *answer) bool { return revoked(p.at("conversationLive")) }),
				"ticketLive":       rt.tickets.until("REVOKED", func(p *answer) bool { return revoked(p.at("ticketLive")) }),
			}
			if c.moved {
				next["inboxViewLive"] = rt.views.until("left", func(p *answer) bool { return strings.Contains(p.Raw, `"left":["`+rt.id) })
			} else {
				next["inboxViewLive"] = rt.views.until("REVOKED", func(p *answer) bool { return revoked(p.at("inboxViewLive")) })
				rt.viewer.until("an inbox less", func(p *answer) bool { return len(p.at("viewerLive.viewer").list("inboxes")) == 0 })
			}
			for range 2 { // once more, when all that came before has been told
				for _, f := range []*subscription{rt.conversation, rt.tickets, rt.views} {
					for i, p := range f.drainUntilSilent() {
						next[fmt.Sprint(f.id, " ", i)] = p
					}
				}
				rt.admin.must(t, "commentCreate", "", vars{"conversationId": rt.id, "text": "SECRET comment"})
			}
			for _, f := range []*subscription{rt.conversation, rt.tickets, rt.views} {
				f.requireSilence()
			}
			rt.requireNothingHidden(t, next)
			c.gain(t, rt)
			rt.conversation.until("the conversation", func(p *answer) bool { return p.at("conversationLive.conversation").str("id") == rt.id })
			rt.tickets.until("the ticket", func(p *answer) bool { return p.at("ticketLive.ticket").str("name") == "SECRET ticket" })
			if c.moved {
				rt.views.until("entered", func(p *answer) bool { return p.at("inboxViewLive.entered").str("0.id") == rt.id })
			} else {
				rt.views.until("the view", func(p *answer) bool { return p.at("inboxViewLive.view.conversations.nodes").str("0.id") == rt.id })
				rt.viewer.until("the inbox", func(p *answer) bool { return len(p.at("viewerLive.viewer").list("inboxes")) > 0 })
			}
			rt.receiveMessage(t, rt.channel, "thread", "pia@contact.test", "Hello again")
			rt.events.until("what happens now", func(p *answer) bool {
				return strings.Contains(p.Raw, "MESSAGE_RECEIVED") && strings.Contains(p.Raw, rt.id)
			})
		})
	}
}

// requireNothingHidden looks for signs of hidden records in all payloads.
func (rt *rightsTest) requireNothingHidden(t *testing.T, last map[string]*answer) {
	t.Helper()
	look := func(name, raw string) {
		if strings.Contains(raw, "SECRET") {
			t.Errorf("%s tells what is hidden: %s", name, raw)
		}
	}
	for name, p := range last {
		look(name, p.Raw)
	}
	for name, f := range rt.subscriptions() {
		for range len(f.payloads) {
			look(name, (<-f.payloads).Raw)
		}
		if len(f.errors) > 0 {
			t.Errorf("%s ended: %s", name, <-f.errors)
		}
	}
}

// TestLive_own: what is about oneself is shown as it is now, though one may do what one could
// before.
func TestLive_own(t *testing.T) {
	t.Parallel()
	rt := newRightsTest(t, start(t), desk.RoleAgent)
	rt.change(t, "agentUpdate", "agentId", rt.agent, "name", "Gustav")
	rt.viewer.until("the new name", func(p *answer) bool { return p.at("viewerLive.viewer.agent").str("name") == "Gustav" })
	rt.change(t, "teamUpdate", "teamId", rt.otherTeam, "memberIds", []string{rt.agent})
	rt.viewer.until("the new team", func(p *answer) bool { return len(p.at("viewerLive.viewer").list("teams")) == 2 })
	rt.change(t, "teamUpdate", "teamId", rt.otherTeam, "name", "Another name")
	rt.viewer.until("its new name", func(p *answer) bool { return strings.Contains(p.Raw, "Another name") })
	rt.change(t, "inboxUpdate", "inboxId", rt.inbox, "name", "Helpers")
	rt.viewer.until("the inbox's new name", func(p *answer) bool { return strings.Contains(p.Raw, "Helpers") })
}

// TestLive_ownIsNotShared: where people of one class are shown different things, each is shown
// their own.
func TestLive_ownIsNotShared(t *testing.T) {
	t.Parallel()
	rt := newRightsTest(t, start(t), desk.RoleAgent)
	hal, other := rt.account.createAgent(t, "hal", desk.RoleAgent, rt.team)
	const panel = `subscription($id: ID!) { ticketLive(id: $id) { ticket { id name detailProperties { key } } } }`
	const tokens = `subscription { viewerLive { viewer { apiTokens { name } ticketDetailLayout { scope properties { key } } } } }`
	keys := func(list []node) (all []string) {
		for _, p := range list {
			all = append(all, p.str("key"))
		}
		return all
	}
	first, second := rt.wire.subscribe(panel, vars{"id": rt.ticket}), other.dial(t)
	theirs, mine := second.subscribe(panel, vars{"id": rt.ticket}), rt.wire.subscribe(tokens, nil)
	for _, f := range []*subscription{first, theirs, mine} {
		f.next()
	}
	rt.gus.must(t, "ticketDetailLayoutSet", "", vars{"propertyKeys": []string{"priority"}, "scope": "MINE"})
	first.until("one's own panel", func(p *answer) bool {
		return slices.Equal(keys(p.at("ticketLive.ticket").list("detailProperties")), []string{"priority"})
	})
	mine.until("one's own layout", func(p *answer) bool { return p.at("viewerLive.viewer.ticketDetailLayout").str("scope") == "MINE" })
	rt.gus.must(t, "apiTokenCreate", "", vars{"name": "Another"})
	mine.until("the new token", func(p *answer) bool { return strings.Contains(p.Raw, `"Another"`) })
	rt.change(t, "ticketUpdate", "ticketId", rt.ticket, "name", "The last")
	p := theirs.until("the ticket's name", func(p *answer) bool { return p.at("ticketLive.ticket").str("name") == "The last" })
	if got := keys(p.at("ticketLive.ticket").list("detailProperties")); slices.Equal(got, []string{"priority"}) {
		t.Errorf("%s is shown the panel of another one", hal)
	}
}

// TestLive_tokensEnd: a connection ends with its token, and its client is told to come with another
// one.
func TestLive_tokensEnd(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range []struct {
		name   string
		within time.Duration
		end    func(*testing.T, *rightsTest, string)
		expiry time.Duration
	}{
		{"revoked", time.Second, func(t *testing.T, rt *rightsTest, token string) {
			rt.gus.must(t, "apiTokenRevoke", "", vars{"apiTokenId": token})
		}, 0},
		{"deactivated", time.Second, func(t *testing.T, rt *rightsTest, _ string) {
			rt.change(t, "agentUpdate", "agentId", rt.agent, "active", false)
		}, 0},
		{"expired", 4 * time.Second, func(*testing.T, *rightsTest, string) {}, 2500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rt := newRightsTest(t, s, desk.RoleAgent)
			in := vars{"name": "T"}
			if c.expiry > 0 {
				in["expiresAt"] = time.Now().Add(c.expiry).UTC().Format(desk.TimeFormat)
			}
			p := rt.gus.must(t, "apiTokenCreate", "apiToken { id } secret", in)
			ws := (&client{url: rt.URL, token: p.str("secret")}).dial(t)
			f := ws.subscribe(conversationLive, vars{"id": rt.id})
			f.next()
			c.end(t, rt, p.str("apiToken.id"))
			began := time.Now()
			select {
			case <-ws.ended:
			case <-time.After(c.within):
				t.Fatalf("still connected after %v", time.Since(began))
			}
			var closed *websocket.CloseError
			if !errors.As(ws.err, &closed) || closed.Code != 4403 {
				t.Errorf("ended with %v", ws.err)
			}
		})
	}
}
