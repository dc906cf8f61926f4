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

// sight is somebody whose sight of an inbox comes and goes, and all that they follow.
type sight struct {
	*account
	team, other                                  string
	inbox, away                                  string
	channel                                      string
	id, ticket, view                             string
	agent                                        string
	gus                                          *client
	wire                                         *wire
	conversation, tickets, views, viewer, events *feed
}

func newSight(t *testing.T, s *server, role desk.Role) *sight {
	t.Helper()
	a := &sight{account: s.newAccount(t, desk.PlanStarter, time.Now())}
	a.team, a.other = a.account.team(t, "Support team"), a.account.team(t, "Other team")
	a.inbox, a.channel = a.account.inbox(t, "Support", vars{"teamIds": []string{a.team}})
	a.away, _ = a.account.inbox(t, "Away", nil)
	a.pipeline(t, "Support", "New", "!Closed")
	a.id = a.receive(t, a.channel, "thread", "pia@contact.test", "Hello")
	a.ticket = a.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": a.id, "name": "Question"}).str("ticket.id")
	a.view = a.admin.do(t, "query($id: ID!) { inboxViews(inboxId: $id) { id } }", vars{"id": a.inbox}).at("inboxViews").str("0.id")
	a.agent, a.gus = a.account.agent(t, "gus", role, a.team)
	a.wire = a.gus.dial(t)
	a.conversation, a.tickets = a.wire.subscribe(conversationLive, vars{"id": a.id}), a.wire.subscribe(ticketLive, vars{"id": a.ticket})
	a.views, a.viewer, a.events = a.wire.subscribe(inboxViewLive, vars{"id": a.view}), a.wire.subscribe(viewerLive, nil), a.wire.subscribe(eventsLive, nil)
	for _, f := range a.feeds() {
		f.get()
	}
	return a
}

func (a *sight) feeds() map[string]*feed {
	return map[string]*feed{"conversationLive": a.conversation, "ticketLive": a.tickets, "inboxViewLive": a.views, "viewerLive": a.viewer, "events": a.events}
}

// losses are the ways to lose sight, and to gain it again.
var losses = []struct {
	name       string
	role       desk.Role
	moved      bool // only the conversation goes
	lose, gain func(*testing.T, *sight)
}{
	{"taken off the team", desk.RoleAgent, false,
		func(t *testing.T, a *sight) { a.change(t, "teamUpdate", "teamId", a.team, "memberIds", []string{}) },
		func(t *testing.T, a *sight) {
			a.change(t, "teamUpdate", "teamId", a.team, "memberIds", []string{a.agent})
		}},
	{"the inbox gets other teams", desk.RoleAgent, false,
		func(t *testing.T, a *sight) {
			a.change(t, "inboxUpdate", "inboxId", a.inbox, "teamIds", []string{a.other})
		},
		func(t *testing.T, a *sight) {
			a.change(t, "inboxUpdate", "inboxId", a.inbox, "teamIds", []string{a.team})
		}},
	{"another role", desk.RoleAdmin, false,
		func(t *testing.T, a *sight) {
			a.change(t, "teamUpdate", "teamId", a.team, "memberIds", []string{})
			a.change(t, "agentUpdate", "agentId", a.agent, "role", desk.RoleAgent)
		},
		func(t *testing.T, a *sight) { a.change(t, "agentUpdate", "agentId", a.agent, "role", desk.RoleAdmin) }},
	{"the conversation moves", desk.RoleAgent, true,
		func(t *testing.T, a *sight) {
			a.change(t, "conversationMove", "conversationId", a.id, "inboxId", a.away)
		},
		func(t *testing.T, a *sight) {
			a.change(t, "conversationMove", "conversationId", a.id, "inboxId", a.inbox)
		}},
}

func (a *sight) change(t *testing.T, mutation, of, id, field string, to any) {
	t.Helper()
	a.admin.must(t, mutation, "", vars{of: id, field: to})
}

// whisper changes all that is hidden, with texts that must be told to nobody else.
func (a *sight) whisper(t *testing.T) {
	t.Helper()
	a.receive(t, a.channel, "thread", "pia@contact.test", "SECRET message")
	a.admin.must(t, "messageSend", "", vars{"conversationId": a.id, "text": "SECRET answer"})
	a.admin.must(t, "ticketUpdate", "", vars{"ticketId": a.ticket, "name": "SECRET ticket"})
	a.admin.must(t, "commentCreate", "", vars{"conversationId": a.id, "text": "SECRET comment"})
}

// TestLive_rights: who loses sight of something is told so with the next payload and hears nothing more of it, and who gains
// sight again is shown it.
func TestLive_rights(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range losses {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newSight(t, s, c.role)
			c.lose(t, a)
			a.whisper(t)
			revoked := func(n node) bool {
				return n.str("reason") == "REVOKED" && n.isNull("conversation") && n.isNull("ticket") && n.isNull("view")
			}
			next := map[string]*answer{
				"conversationLive": a.conversation.until("REVOKED", func(p *answer) bool { return revoked(p.at("conversationLive")) }),
				"ticketLive":       a.tickets.until("REVOKED", func(p *answer) bool { return revoked(p.at("ticketLive")) }),
			}
			if c.moved {
				next["inboxViewLive"] = a.views.until("left", func(p *answer) bool { return strings.Contains(p.Raw, `"left":["`+a.id) })
			} else {
				next["inboxViewLive"] = a.views.until("REVOKED", func(p *answer) bool { return revoked(p.at("inboxViewLive")) })
				a.viewer.until("an inbox less", func(p *answer) bool { return len(p.at("viewerLive.viewer").list("inboxes")) == 0 })
			}
			for range 2 { // once more, when all that came before has been told
				for _, f := range []*feed{a.conversation, a.tickets, a.views} {
					for i, p := range f.silence() {
						next[fmt.Sprint(f.id, " ", i)] = p
					}
				}
				a.admin.must(t, "commentCreate", "", vars{"conversationId": a.id, "text": "SECRET comment"})
			}
			for _, f := range []*feed{a.conversation, a.tickets, a.views} {
				f.quiet()
			}
			a.nothingOf(t, next)
			c.gain(t, a)
			a.conversation.until("the conversation", func(p *answer) bool { return p.at("conversationLive.conversation").str("id") == a.id })
			a.tickets.until("the ticket", func(p *answer) bool { return p.at("ticketLive.ticket").str("name") == "SECRET ticket" })
			if c.moved {
				a.views.until("entered", func(p *answer) bool { return p.at("inboxViewLive.entered").str("0.id") == a.id })
			} else {
				a.views.until("the view", func(p *answer) bool { return p.at("inboxViewLive.view.conversations.nodes").str("0.id") == a.id })
				a.viewer.until("the inbox", func(p *answer) bool { return len(p.at("viewerLive.viewer").list("inboxes")) > 0 })
			}
			a.receive(t, a.channel, "thread", "pia@contact.test", "Hello again")
			a.events.until("what happens now", func(p *answer) bool {
				return strings.Contains(p.Raw, "MESSAGE_RECEIVED") && strings.Contains(p.Raw, a.id)
			})
		})
	}
}

// nothingOf looks for signs of what is hidden in all that has come.
func (a *sight) nothingOf(t *testing.T, last map[string]*answer) {
	t.Helper()
	look := func(name, raw string) {
		if strings.Contains(raw, "SECRET") {
			t.Errorf("%s tells what is hidden: %s", name, raw)
		}
	}
	for name, p := range last {
		look(name, p.Raw)
	}
	for name, f := range a.feeds() {
		for range len(f.payloads) {
			look(name, (<-f.payloads).Raw)
		}
		if len(f.errs) > 0 {
			t.Errorf("%s ended: %s", name, <-f.errs)
		}
	}
}

// TestLive_own: what is about oneself is shown as it is now, though one may do what one could before.
func TestLive_own(t *testing.T) {
	t.Parallel()
	a := newSight(t, start(t), desk.RoleAgent)
	a.change(t, "agentUpdate", "agentId", a.agent, "name", "Gustav")
	a.viewer.until("the new name", func(p *answer) bool { return p.at("viewerLive.viewer.agent").str("name") == "Gustav" })
	a.change(t, "teamUpdate", "teamId", a.other, "memberIds", []string{a.agent})
	a.viewer.until("the new team", func(p *answer) bool { return len(p.at("viewerLive.viewer").list("teams")) == 2 })
	a.change(t, "teamUpdate", "teamId", a.other, "name", "Another name")
	a.viewer.until("its new name", func(p *answer) bool { return strings.Contains(p.Raw, "Another name") })
	a.change(t, "inboxUpdate", "inboxId", a.inbox, "name", "Helpers")
	a.viewer.until("the inbox's new name", func(p *answer) bool { return strings.Contains(p.Raw, "Helpers") })
}

// TestLive_ownIsNotShared: where people of one class are shown different things, each is shown their own.
func TestLive_ownIsNotShared(t *testing.T) {
	t.Parallel()
	a := newSight(t, start(t), desk.RoleAgent)
	hal, other := a.account.agent(t, "hal", desk.RoleAgent, a.team)
	const panel = `subscription($id: ID!) { ticketLive(id: $id) { ticket { id name detailProperties { key } } } }`
	const tokens = `subscription { viewerLive { viewer { apiTokens { name } ticketDetailLayout { scope properties { key } } } } }`
	keys := func(list []node) (all []string) {
		for _, p := range list {
			all = append(all, p.str("key"))
		}
		return all
	}
	first, second := a.wire.subscribe(panel, vars{"id": a.ticket}), other.dial(t)
	theirs, mine := second.subscribe(panel, vars{"id": a.ticket}), a.wire.subscribe(tokens, nil)
	for _, f := range []*feed{first, theirs, mine} {
		f.get()
	}
	a.gus.must(t, "ticketDetailLayoutSet", "", vars{"propertyKeys": []string{"priority"}, "scope": "MINE"})
	first.until("one's own panel", func(p *answer) bool {
		return slices.Equal(keys(p.at("ticketLive.ticket").list("detailProperties")), []string{"priority"})
	})
	mine.until("one's own layout", func(p *answer) bool { return p.at("viewerLive.viewer.ticketDetailLayout").str("scope") == "MINE" })
	a.gus.must(t, "apiTokenCreate", "", vars{"name": "Another"})
	mine.until("the new token", func(p *answer) bool { return strings.Contains(p.Raw, `"Another"`) })
	a.change(t, "ticketUpdate", "ticketId", a.ticket, "name", "The last")
	p := theirs.until("the ticket's name", func(p *answer) bool { return p.at("ticketLive.ticket").str("name") == "The last" })
	if got := keys(p.at("ticketLive.ticket").list("detailProperties")); slices.Equal(got, []string{"priority"}) {
		t.Errorf("%s is shown the panel of another one", hal)
	}
}

// TestLive_tokensEnd: a connection ends with its token, and its client is told to come with another one.
func TestLive_tokensEnd(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range []struct {
		name   string
		within time.Duration
		end    func(*testing.T, *sight, string)
		expiry time.Duration
	}{
		{"revoked", time.Second, func(t *testing.T, a *sight, token string) {
			a.gus.must(t, "apiTokenRevoke", "", vars{"apiTokenId": token})
		}, 0},
		{"deactivated", time.Second, func(t *testing.T, a *sight, _ string) {
			a.change(t, "agentUpdate", "agentId", a.agent, "active", false)
		}, 0},
		{"expired", 4 * time.Second, func(*testing.T, *sight, string) {}, 2500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newSight(t, s, desk.RoleAgent)
			in := vars{"name": "T"}
			if c.expiry > 0 {
				in["expiresAt"] = time.Now().Add(c.expiry).UTC().Format(desk.TimeFormat)
			}
			p := a.gus.must(t, "apiTokenCreate", "apiToken { id } secret", in)
			w := (&client{url: a.URL, token: p.str("secret")}).dial(t)
			f := w.subscribe(conversationLive, vars{"id": a.id})
			f.get()
			c.end(t, a, p.str("apiToken.id"))
			began := time.Now()
			select {
			case <-w.ended:
			case <-time.After(c.within):
				t.Fatalf("still connected after %v", time.Since(began))
			}
			var closed *websocket.CloseError
			if !errors.As(w.err, &closed) || closed.Code != 4403 {
				t.Errorf("ended with %v", w.err)
			}
		})
	}
}
