package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
	"deskwire/seed"
)

// viewTest is an account with six conversations, and tickets on two of them.
type viewTest struct {
	*account
	inbox, channel, other, otherChannel string
	status                              map[string]string
	ids, tickets                        []string
}

func newViewTest(t *testing.T) *viewTest {
	t.Helper()
	v := &viewTest{account: start(t).newAccount(t, desk.PlanStarter, time.Now())}
	v.inbox, v.channel = v.account.createInbox(t, "Support", nil)
	v.other, v.otherChannel = v.account.createInbox(t, "Sales", nil)
	v.status = v.createPipeline(t, "Support", "New", "Waiting", "!Closed")
	v.admin.must(t, "propertyDefinitionCreate", "", vars{"key": "size", "label": "Size", "type": "NUMBER"})
	for i := range 6 {
		v.ids = append(v.ids, v.receiveMessage(t, []string{v.channel, v.otherChannel}[i%2], fmt.Sprint("thread", i), fmt.Sprintf("c%d@contact.test", i), "Hello"))
	}
	for _, id := range v.ids[:2] {
		v.tickets = append(v.tickets, v.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": id, "name": "Question"}).str("ticket.id"))
	}
	return v
}

func (v *viewTest) createView(t *testing.T, c *client, in vars) string {
	t.Helper()
	return c.must(t, "inboxViewCreate", "view { id }", in).str("view.id")
}

const viewShown = "id kind scope name position where orderBy count unreadCount countIsCapped unreadCountIsCapped conversations(first: 50) { totalCount nodes { id } }"

func (v *viewTest) readView(t *testing.T, c *client, id string) node {
	t.Helper()
	return c.do(t, "query($id: ID!) { inboxView(id: $id) { "+viewShown+" } }", vars{"id": id}).at("inboxView")
}

// TestInboxViews: views are saved, changed, ordered and deleted by whoever may, show what their
// filter says, and count it.
func TestInboxViews(t *testing.T) {
	t.Parallel()
	v := newViewTest(t)
	where := vars{"status": []string{"OPEN"}, "ticket": vars{"properties": []vars{{"key": "size", "gte": "10"}}}}
	id := v.createView(t, v.admin, vars{"name": "Large", "scope": "ACCOUNT", "where": where, "orderBy": vars{"field": "NUMBER", "direction": "DESC"}})
	for i, size := range []string{"9.5", "10"} {
		v.admin.must(t, "ticketUpdate", "", vars{"ticketId": v.tickets[i], "properties": []vars{{"key": "size", "value": vars{"string": size}}}})
	}
	got := v.readView(t, v.admin, id)
	if got.num("count") != 1 || got.num("unreadCount") != 1 || got.num("conversations.totalCount") != 1 || got.str("conversations.nodes.0.id") != v.ids[1] || got.str("kind") != "SAVED" {
		t.Errorf("it shows %v", got.v)
	}
	kept, _ := json.Marshal(got.at("where").v)
	if want := `{"status":["OPEN"],"ticket":{"properties":[{"gte":"10","key":"size"}]}}`; string(kept) != want {
		t.Errorf("it keeps %s", kept)
	}
	again := v.admin.must(t, "inboxViewUpdate", "view { where version }", vars{"viewId": id, "where": got.at("where").v}) // what it keeps can be sent back
	if again.num("view.version") != 1 {
		t.Errorf("the same filter is a change: %v", again.v)
	}
	v.admin.must(t, "inboxViewUpdate", "", vars{"viewId": id, "where": nil, "orderBy": nil})
	if got := v.readView(t, v.admin, id); got.num("count") != 6 || got.str("conversations.nodes.0.id") != v.ids[5] || !got.isNull("orderBy") {
		t.Errorf("without a filter it shows %v", got.v)
	}
	names := func(c *client) (out []string) {
		for _, n := range c.do(t, "{ inboxViews(scope: [ACCOUNT, TEAM, PERSONAL]) { name } }", nil).at(".").list("inboxViews") {
			out = append(out, n.str("name"))
		}
		return out
	}
	second := v.createView(t, v.admin, vars{"name": "Second", "scope": "ACCOUNT"})
	third := v.createView(t, v.admin, vars{"name": "Third", "scope": "ACCOUNT"})
	p := v.admin.must(t, "inboxViewReorder", "views { id position }", vars{"viewIds": []string{third, id}})
	if p.str("views.0.id") != third || p.str("views.1.id") != id || p.str("views.2.id") != second || p.num("views.2.position") != 2 {
		t.Errorf("reordered: %v", p.v)
	}
	v.admin.must(t, "inboxViewDelete", "", vars{"viewId": second})
	if got := names(v.admin); !slices.Equal(got, []string{"Third", "Large"}) {
		t.Errorf("there are %v", got)
	}
}

// TestInboxViews_rights: a team's views are its members', and one's own are nobody else's. Nobody
// sees more by a view than without it.
func TestInboxViews_rights(t *testing.T) {
	t.Parallel()
	v := newViewTest(t)
	team := v.createTeam(t, "Support")
	v.admin.must(t, "inboxUpdate", "", vars{"inboxId": v.inbox, "teamIds": []string{team}})
	_, ben := v.createAgent(t, "ben", desk.RoleAgent, team)
	_, cleo := v.createAgent(t, "cleo", desk.RoleAgent)
	_, rio := v.createAgent(t, "rio", desk.RoleReadOnly, team)
	shared := v.createView(t, v.admin, vars{"name": "All", "scope": "ACCOUNT"})
	teams := v.createView(t, ben, vars{"name": "Ours", "scope": "TEAM", "teamId": team})
	own := v.createView(t, ben, vars{"name": "Mine", "where": vars{"ownerId": vars{"isViewer": true}}})
	for _, c := range []struct {
		who  *client
		id   string
		want string // of inboxViewUpdate; "unseen" where it is null
	}{
		{v.admin, shared, ""}, {ben, shared, "FORBIDDEN"}, {rio, shared, "FORBIDDEN"}, {v.admin, teams, ""}, {ben, teams, ""}, {rio, teams, "FORBIDDEN"},
		{cleo, teams, "unseen"}, {ben, own, ""}, {v.admin, own, "unseen"}, {cleo, own, "unseen"},
	} {
		got := errorCode(c.who.mutate(t, "inboxViewUpdate", "", vars{"viewId": c.id, "name": "N"}))
		if want := strings.ReplaceAll(c.want, "unseen", "NOT_FOUND"); got != want {
			t.Errorf("updating %s: %q, not %q", c.id, got, want)
		}
		if seen := v.readView(t, c.who, c.id).v != nil; seen != (c.want != "unseen") {
			t.Errorf("%s is seen: %v", c.id, seen)
		}
	}
	for in, want := range map[*vars]string{
		{"name": "x", "scope": "TEAM", "teamId": team}: "FORBIDDEN", {"name": "x", "scope": "ACCOUNT"}: "FORBIDDEN", {"name": "x", "scope": "TEAM"}: "INVALID_INPUT",
		{"name": "x", "scope": "SYSTEM"}: "INVALID_INPUT", {"name": "x", "scope": "PERSONAL", "teamId": team}: "INVALID_INPUT", {"name": "x", "teamId": team}: "FORBIDDEN", {"name": " "}: "INVALID_INPUT", {"name": "x"}: "",
		{"name": "x", "where": vars{"ticket": vars{"properties": []vars{{"key": "nope", "isNull": true}}}}}: "PROPERTY_UNKNOWN",
		{"name": "x", "where": vars{"ticket": vars{"contact": vars{"name": vars{"eq": "x"}}}}}:              "INVALID_INPUT",
		{"name": "x", "where": vars{"inboxId": vars{"isViewer": true}}}:                                     "INVALID_INPUT",
	} {
		if got := errorCode(cleo.mutate(t, "inboxViewCreate", "", *in)); got != want {
			t.Errorf("cleo saves %v: %q, not %q", *in, got, want)
		}
	}
	// What a view names must be there, and seen by who saves it.
	for i, c := range []struct {
		who   *client
		where vars
		path  string
	}{
		{ben, vars{"inboxId": vars{"eq": v.inbox}, "ticket": vars{"id": vars{"eq": v.tickets[0]}}}, ""},
		{ben, vars{"or": []vars{{"unread": true}, {"inboxId": vars{"in": []string{v.inbox, v.other}}}}}, "where.or.1.inboxId.in.1"},
		{ben, vars{"ticket": vars{"id": vars{"eq": v.tickets[1]}}}, "where.ticket.id.eq"},
		{v.admin, vars{"ticket": vars{"id": vars{"eq": v.tickets[1]}}}, ""},
		{v.admin, vars{"channelId": vars{"eq": v.inbox}}, "where.channelId.eq"},
		{v.admin, vars{"not": vars{"labelId": vars{"eq": "nonsense"}}}, "where.not.labelId.eq"},
	} {
		p := c.who.mutate(t, "inboxViewCreate", "", vars{"name": "x", "where": c.where, "dryRun": true})
		if at, _ := json.Marshal(p.at("errors.0.path").v); c.path != "" && (errorCode(p) != "NOT_FOUND" || string(at) != `["`+strings.ReplaceAll(c.path, ".", `","`)+`"]`) || c.path == "" && errorCode(p) != "" {
			t.Errorf("%d: %v", i, p.v)
		}
	}
	if got := v.readView(t, ben, shared); got.num("count") != 3 || got.num("conversations.totalCount") != 3 {
		t.Errorf("ben sees %v", got.v)
	}
	if got := v.readView(t, cleo, shared); got.num("count") != 0 {
		t.Errorf("cleo sees %v", got.v)
	}
	p := ben.mutate(t, "inboxViewReorder", "", vars{"viewIds": []string{own, teams}})
	if errorCode(p) != "INVALID_INPUT" || p.str("errors.0.path.1") != "1" {
		t.Errorf("views of two owners in one order: %v", p.v)
	}
	standing := v.admin.do(t, "{ inboxViews(scope: [SYSTEM]) { id } }", nil).at(".").list("inboxViews")[0].str("id")
	if got := errorCode(v.admin.mutate(t, "inboxViewUpdate", "", vars{"viewId": standing, "name": "x"})); got != "NOT_FOUND" {
		t.Errorf("a standing view: %q", got)
	}
	// Who is told of whose views.
	for who, want := range map[*client]int{v.admin: 4, ben: 6, cleo: 2} {
		all := who.do(t, "{ events(where: {kind: [INBOX_VIEW_CREATED, INBOX_VIEW_UPDATED]}, first: 100) { nodes { entityId } } }", nil).at("events").list("nodes")
		if len(all) < want-1 || slices.ContainsFunc(all, func(e node) bool { return e.str("entityId") == own && who != ben }) {
			t.Errorf("%d events of views", len(all))
		}
	}
}

// TestInboxViews_live: whoever follows a saved view is told who entered and left, moved and
// changed, also by what happens to the ticket or the contact, and what it counts.
func TestInboxViews_live(t *testing.T) {
	t.Parallel()
	v := newViewTest(t)
	label := v.admin.must(t, "labelCreate", "label { id }", vars{"name": "Hot"}).str("label.id")
	id := v.createView(t, v.admin, vars{"name": "Hot", "scope": "ACCOUNT", "where": vars{"or": []vars{
		{"ticket": vars{"properties": []vars{{"key": "size", "gt": "5"}}}}, {"labelId": vars{"eq": label}}, {"contact": vars{"name": vars{"startsWith": "VIP"}}},
	}}})
	f := v.admin.dial(t).subscribe(`subscription($id: ID!) { inboxViewLive(viewId: $id) { reason view { id count unreadCount conversations(first: 10) { nodes { id subject } } }
		entered { id } left moved { id } changed { id } } }`, vars{"id": id})
	if p := f.next().at("inboxViewLive"); p.str("reason") != "SNAPSHOT" || p.num("view.count") != 0 {
		t.Fatalf("it begins with %v", p.v)
	}
	told := func(what, list string, want string, count int) {
		t.Helper()
		f.until(what, func(a *answer) bool {
			p := a.at("inboxViewLive")
			var got []string
			for _, l := range []string{"entered", "left", "moved", "changed"} {
				for _, n := range p.list(l) {
					c, bare := n.v.(string)
					if !bare {
						c = n.str("id")
					}
					got = append(got, l+" "+c)
				}
			}
			if len(got) > 0 && !slices.Equal(got, []string{list + " " + want}) {
				t.Errorf("%s: %v", what, got)
			}
			return len(got) > 0 && p.num("view.count") == count
		})
	}
	size := func(ticket int, size any) {
		t.Helper()
		value := any(nil)
		if size != nil {
			value = vars{"string": size}
		}
		v.admin.must(t, "ticketUpdate", "", vars{"ticketId": v.tickets[ticket], "properties": []vars{{"key": "size", "value": value}}})
	}
	size(0, "7.5")
	told("a larger ticket", "entered", v.ids[0], 1)
	size(0, "8")
	told("still large", "changed", v.ids[0], 1)
	v.admin.must(t, "conversationLabelsAdd", "", vars{"conversationId": v.ids[3], "labelIds": []string{label}})
	told("a label", "entered", v.ids[3], 2)
	v.receiveMessage(t, v.otherChannel, "thread3", "c3@contact.test", "Again")
	told("a message", "moved", v.ids[3], 2)
	v.admin.must(t, "conversationMarkRead", "", vars{"conversationId": v.ids[3]})
	told("read", "changed", v.ids[3], 2)
	size(0, nil)
	told("no size any more", "left", v.ids[0], 1)
	contact := v.admin.do(t, "query($id: ID!) { conversation(id: $id) { contact { id } } }", vars{"id": v.ids[4]}).at("conversation").str("contact.id")
	v.admin.must(t, "contactUpdate", "", vars{"contactId": contact, "name": "vip Pia"})
	told("a contact's name", "entered", v.ids[4], 2)
	v.admin.must(t, "contactUpdate", "", vars{"contactId": contact, "name": "Pia"})
	told("another name", "left", v.ids[4], 1)
	v.admin.must(t, "conversationTrash", "", vars{"conversationId": v.ids[3]})
	told("the trash", "left", v.ids[3], 0)
	v.admin.must(t, "conversationRestore", "", vars{"conversationId": v.ids[3]})
	told("back again", "entered", v.ids[3], 1)

	v.admin.must(t, "inboxViewUpdate", "", vars{"viewId": id, "where": vars{"number": vars{"lte": 2}}})
	f.until("another filter", func(a *answer) bool {
		p := a.at("inboxViewLive")
		return p.str("reason") == "RESYNC" && p.num("view.count") == 2
	})
	v.admin.must(t, "inboxViewUpdate", "", vars{"viewId": id, "name": "Few"})
	f.until("another name", func(a *answer) bool { return a.at("inboxViewLive").num("view.count") == 2 })
	v.admin.must(t, "inboxViewDelete", "", vars{"viewId": id})
	f.until("it is gone", func(a *answer) bool { return a.at("inboxViewLive").str("reason") == "REVOKED" })
}

// TestInboxViews_liveTeam: who is taken off a team loses its views while they are followed, and
// nobody else does.
func TestInboxViews_liveTeam(t *testing.T) {
	t.Parallel()
	v := newViewTest(t)
	team := v.createTeam(t, "Support")
	v.admin.must(t, "inboxUpdate", "", vars{"inboxId": v.inbox, "teamIds": []string{team}})
	benID, ben := v.createAgent(t, "ben", desk.RoleAgent, team)
	id := v.createView(t, ben, vars{"name": "Ours", "teamId": team})
	const query = "subscription($id: ID!) { inboxViewLive(viewId: $id) { reason view { scope count } } }"
	mine, admins := ben.dial(t).subscribe(query, vars{"id": id}), v.admin.dial(t).subscribe(query, vars{"id": id})
	if a, b := mine.next().at("inboxViewLive"), admins.next().at("inboxViewLive"); a.str("view.scope") != "TEAM" || a.num("view.count") != 3 || b.num("view.count") != 6 {
		t.Fatalf("ben follows %v, the admin %v", a.v, b.v)
	}
	v.admin.must(t, "teamUpdate", "", vars{"teamId": team, "memberIds": []string{}})
	mine.until("ben is in the team no more", func(a *answer) bool {
		return a.at("inboxViewLive").str("reason") == "REVOKED" && a.at("inboxViewLive").isNull("view")
	})
	v.receiveMessage(t, v.channel, "new", "new@contact.test", "Hello")
	admins.until("the admin follows on", func(a *answer) bool { return a.at("inboxViewLive").num("view.count") == 7 })
	v.admin.must(t, "teamUpdate", "", vars{"teamId": team, "memberIds": []string{benID}})
	mine.until("and in it again", func(a *answer) bool { return a.at("inboxViewLive").num("view.count") == 4 })
}

// TestViewsCountWhatTheyList: the standing views of a seeded account, and what moves between them,
// the trash included.
func TestViewsCountWhatTheyList(t *testing.T) {
	t.Parallel()
	s := start(t)
	if _, err := seed.FillAccount(t.Context(), s.store, seedOptions("made", 600, 7)); err != nil {
		t.Fatal(err)
	}
	ada := (&account{server: s, slug: "made"}).clientOf(t, "ada@made.test")
	const lists = `id kind inbox { id } count countIsCapped unreadCount unreadCountIsCapped conversations(first: 3) { totalCount nodes { id version } }`
	some := map[string]string{} // a conversation of each kind of view
	check := func(after string) {
		t.Helper()
		for _, v := range ada.do(t, "{ inboxViews { "+lists+" } }", nil).at(".").list("inboxViews") {
			filter := map[string]vars{
				"OPEN": {"status": []string{"OPEN"}}, "CLOSED": {"status": []string{"CLOSED"}}, "UNASSIGNED": {"status": []string{"OPEN"}, "ownerId": vars{"isNull": true}},
				"MINE": {"status": []string{"OPEN"}, "ownerId": vars{"isViewer": true}},
			}[v.str("kind")]
			filter["inboxId"], filter["unread"] = vars{"eq": v.str("inbox.id")}, true
			unread := ada.do(t, "query($w: ConversationWhere) { conversations(where: $w) { totalCount } }", vars{"w": filter}).at("conversations").num("totalCount")
			all := v.num("conversations.totalCount")
			if v.num("count") != min(all, 100) || v.num("unreadCount") != min(unread, 100) || v.boolean("countIsCapped") != (all > 100) || v.boolean("unreadCountIsCapped") != (unread > 100) {
				t.Errorf("after %s, %s counts %d and %d unread, and lists %d and %d", after, v.str("id"), v.num("count"), v.num("unreadCount"), all, unread)
			}
			if all > 0 && some[v.str("kind")] == "" {
				some[v.str("kind")] = v.str("conversations.nodes.0.id")
			}
		}
	}
	check("seeding")
	ada.must(t, "conversationTrash", "conversation { id }", vars{"conversationId": some["UNASSIGNED"], "confirmCascade": true})
	check("a move to the trash")
	ada.must(t, "conversationRestore", "conversation { id }", vars{"conversationId": some["UNASSIGNED"]})
	check("its way back")
	ada.must(t, "conversationMarkUnread", "conversation { id }", vars{"conversationId": some["CLOSED"]})
	ada.must(t, "conversationAssign", "conversation { id }", vars{"conversationId": some["OPEN"], "ownerId": ada.do(t, "{ viewer { agent { id } } }", nil).at("viewer").str("agent.id")})
	check("a mark and another owner")
	ada.must(t, "conversationClose", "conversation { id }", vars{"conversationId": some["MINE"]})
	check("a closing")
}
