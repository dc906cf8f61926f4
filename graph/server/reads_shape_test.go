package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
)

// idsIn lists every id of an answer.
func idsIn(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			if s, ok := x.(string); ok && name == "id" {
				into[s] = true
			}
			idsIn(x, into)
		}
	case []any:
		for _, x := range v {
			idsIn(x, into)
		}
	}
}

const everything = `{
	account { id } viewer { id agent { id } teams { id } inboxes { id } ticketDetailLayout { id properties { id } } apiTokens { id agent { id } } }
	agents { id } teams { id members { id } } inboxes { id channels { id inbox { id } } teams { id } followUpStatus { id } }
	pipelines { id statuses { id pipeline { id } } } propertyDefinitions { id }
	contacts { nodes { id } } trash { nodes { id root { id } records { id } trashedBy { id } } }
	conversations { nodes { id messages { nodes { id } } ticket { id properties { id } } contact { id } } }
	events(first: 50) { nodes { id entityId entity { id } actor { id } } }
}`

// Every id that the API gives out can be resolved, and nobody of another account resolves any.
func TestNode_resolvesEveryID(t *testing.T) {
	o := newOffice(t)
	c := o.receive(0, "a@x.test", "1")
	o.ticket(c, "T")
	o.do(o.admin, `mutation($c: ID!) { messageSend(input: {conversationId: $c, text: "x"}) { errors { message } } commentCreate(input: {conversationId: $c, text: "x"}) { errors { message } }
		apiTokenCreate(input: {name: "T"}) { errors { message } } ticketDetailLayoutSet(input: {propertyKeys: ["name"], scope: MINE}) { errors { message } } }`, vars{"c": c})
	o.do(o.admin, `mutation($c: ID!) { conversationTrash(input: {conversationId: $c}) { errors { message } } }`, vars{"c": o.receive(1, "b@x.test", "2")})
	o.agent("Ann", desk.RoleAgent, o.inboxes[0])

	ids := map[string]bool{}
	idsIn(o.do(o.admin, everything, nil), ids)
	kinds, all := map[string]bool{}, []string{}
	for id := range ids {
		kinds[id[:3]] = true
		all = append(all, id)
		data := o.do(o.admin, `query($id: ID!) { node(id: $id) { id __typename } }`, vars{"id": id})
		if str(data, "node", "id") != id {
			t.Errorf("%s resolves to %v", id, data)
		}
	}
	for _, k := range []string{"acc", "vwr", "agt", "tea", "inb", "chn", "con", "cnv", "msg", "tkt", "pip", "sts", "prd", "prv", "lay", "trg", "evt", "tok"} {
		if !kinds[k] {
			t.Errorf("no id of kind %s was tried", k)
		}
	}
	other := newOffice(t).admin // of another database; what matters is that it is another account
	for batch := range slices.Chunk(all, 100) {
		data := o.do(o.admin, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": batch})
		for i, id := range batch {
			if str(data, "nodes", i, "id") != id {
				t.Errorf("nodes gives %v for %s", dig(data, "nodes", i), id)
			}
		}
		data = o.do(other, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": batch})
		for i, n := range dig(data, "nodes").([]any) {
			if n != nil {
				t.Errorf("%s resolves in another account", batch[i])
			}
		}
	}
	data := o.do(o.admin, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": []string{c, "nonsense", c, "tkt_" + c[4:], ""}})
	if str(data, "nodes", 0, "id") != c || str(data, "nodes", 2, "id") != c || dig(data, "nodes", 1) != nil || dig(data, "nodes", 3) != nil || length(data, "nodes") != 5 {
		t.Errorf("nodes gives %v", data)
	}
	if _, errs, _ := o.ask(o.admin, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": make([]string, 101)}); len(errs) == 0 || errs[0].Extensions["code"] != "INVALID_INPUT" {
		t.Errorf("101 ids: %v", errs)
	}
}

// A dry run shows its records as they would be, wherever they are reached, and changes nothing.
func TestDryRun_showsWhatWouldBe(t *testing.T) {
	o := newOffice(t)
	a, b := o.receive(0, "a@x.test", "1"), o.receive(0, "a@x.test", "2")
	ticket := o.ticket(a, "T")
	o.join(ticket, b)
	done := str(o.do(o.admin, `{ pipelines { statuses { id state } } }`, nil), "pipelines", 0, "statuses", 1, "id")
	const payload = `ticket { status { state } cardProperties { key value } contact { conversations { nodes { status ticket { status { state } } } } } conversations { nodes { status ticket { closedAt } } } }
		conversations { status ticket { status { state } } } effects { kind node { ... on Conversation { status } } }`
	p := o.do(o.admin, `mutation($t: ID!, $s: ID!) { ticketStatusSet(input: {ticketId: $t, statusId: $s, dryRun: true}) { `+payload+` } }`, vars{"t": ticket, "s": done})
	p = dig(p, "ticketStatusSet").(map[string]any)
	for name, got := range map[string]any{
		"ticket":                        dig(p, "ticket", "status", "state"),
		"conversations of the contact":  dig(p, "ticket", "contact", "conversations", "nodes", 0, "status"),
		"the ticket of those":           dig(p, "ticket", "contact", "conversations", "nodes", 0, "ticket", "status", "state"),
		"conversations of the ticket":   dig(p, "ticket", "conversations", "nodes", 1, "status"),
		"conversations that changed":    dig(p, "conversations", 1, "status"),
		"the ticket of what changed":    dig(p, "conversations", 1, "ticket", "status", "state"),
		"what the effects happened to":  dig(p, "effects", 0, "node", "status"),
		"what the effects happened to ": dig(p, "effects", 1, "node", "status"),
	} {
		if got != "CLOSED" {
			t.Errorf("%s: %v", name, got)
		}
	}
	if n := o.do(o.admin, `query($t: ID!) { ticket(id: $t) { status { state } conversations { nodes { status } } } }`, vars{"t": ticket}); str(n, "ticket", "status", "state") != "OPEN" || str(n, "ticket", "conversations", "nodes", 0, "status") != "OPEN" {
		t.Errorf("the dry run changed something: %v", n)
	}
	p = o.do(o.admin, `mutation($t: ID!) { ticketTrash(input: {ticketId: $t, confirmCascade: true, dryRun: true}) {
		trashGroup { root { id } records { id ... on Conversation { trashedAt trashGroup { id } } } } conversations { trashGroup { trashedBy { name } } } } }`, vars{"t": ticket})
	if length(p, "ticketTrash", "trashGroup", "records") != 3 || str(p, "ticketTrash", "conversations", 1, "trashGroup", "trashedBy", "name") != "Ada" {
		t.Errorf("the group that would be: %v", p)
	}
}

// Each mutation of a request shows what it has changed, not what another one has read.
func TestMutations_readAnew(t *testing.T) {
	o := newOffice(t)
	c := o.receive(0, "a@x.test", "1")
	p := o.do(o.admin, `mutation($c: ID!) {
		a: conversationClose(input: {conversationId: $c}) { conversation { status contact { conversations { nodes { status } } } } }
		b: conversationReopen(input: {conversationId: $c}) { conversation { status contact { conversations { nodes { status } } } } }
		c: agentCreate(input: {email: "n@x.test", name: "New", role: AGENT}) { agent { name } }
		d: conversationAssign(input: {conversationId: $c}) { conversation { version owner { name } } } }`, vars{"c": c})
	for _, f := range [][2]string{{"a", "CLOSED"}, {"b", "OPEN"}} {
		if str(p, f[0], "conversation", "status") != f[1] || str(p, f[0], "conversation", "contact", "conversations", "nodes", 0, "status") != f[1] {
			t.Errorf("%s: %v", f[0], p[f[0]])
		}
	}
}

// flag is a viewerCan… of a record, and the mutation that it speaks of. The flag also wants the
// record to be such that the mutation would do something.
type flag struct {
	name     string
	mutation string // of $id, $other and $inbox
	and      string // a condition on the record's fields
}

var conversationFlags = []flag{
	{"viewerCanReply", `commentCreate(input: {conversationId: $id, text: "x"})`, ""},
	{"viewerCanAssign", `conversationAssign(input: {conversationId: $id, dryRun: true})`, ""},
	{"viewerCanClose", `conversationClose(input: {conversationId: $id, dryRun: true})`, "OPEN"},
	{"viewerCanReopen", `conversationReopen(input: {conversationId: $id, dryRun: true})`, "CLOSED"},
	{"viewerCanMove", `conversationMove(input: {conversationId: $id, inboxId: $inbox, dryRun: true})`, ""},
	{"viewerCanCreateTicket", `ticketCreate(input: {conversationId: $id, name: "T", dryRun: true})`, ""},
	{"viewerCanTrash", `conversationTrash(input: {conversationId: $id, confirmCascade: true, dryRun: true})`, ""},
	{"viewerCanRestore", `conversationRestore(input: {conversationId: $id, dryRun: true})`, ""},
}

var ticketFlags = []flag{
	{"viewerCanUpdate", `ticketUpdate(input: {ticketId: $id, name: "N", dryRun: true})`, ""},
	{"viewerCanUpdate", `ticketAssign(input: {ticketId: $id, dryRun: true})`, ""},
	{"viewerCanAddConversation", `ticketAddConversation(input: {ticketId: $id, conversationId: $other, dryRun: true})`, ""},
	{"viewerCanTrash", `ticketTrash(input: {ticketId: $id, confirmCascade: true, dryRun: true})`, ""},
	{"viewerCanRestore", `ticketRestore(input: {ticketId: $id, dryRun: true})`, ""},
	{"name", `ticketUpdate(input: {ticketId: $id, properties: [{key: "name", value: {string: "x"}}], dryRun: true})`, ""},
	{"owner", `ticketUpdate(input: {ticketId: $id, properties: [{key: "owner"}], dryRun: true})`, ""},
	{"color", `ticketUpdate(input: {ticketId: $id, properties: [{key: "color", value: {string: "x"}}], dryRun: true})`, ""},
	{"number", `ticketUpdate(input: {ticketId: $id, properties: [{key: "number", value: {string: "1"}}], dryRun: true})`, ""},
	{"createdAt", `ticketUpdate(input: {ticketId: $id, properties: [{key: "createdAt", value: {string: "2026-01-01T00:00:00Z"}}], dryRun: true})`, ""},
}

func (o *office) agrees(by *desk.Actor, noun, id, other string, flags []flag, told map[string]any, status string, seen map[bool]int) {
	o.t.Helper()
	for _, f := range flags {
		may, _ := told[f.name].(bool)
		doc := `mutation($id: ID!, $other: ID!, $inbox: ID!) { m: ` + f.mutation + ` { errors { code } } n: conversationMarkRead(input: {conversationId: $other}) { errors { code } }
			i: inboxUpdate(input: {inboxId: $inbox}) { errors { code } } }`
		p := o.do(by, doc, vars{"id": id, "other": other, "inbox": o.inboxes[0]})
		would := length(p, "m", "errors") == 0 && (f.and == "" || f.and == status)
		if seen[may]++; may != would {
			o.t.Errorf("%s, %s of a %s says %t, the mutation answers %v", by.Agent.Name, f.name, noun, may, dig(p, "m"))
		}
	}
}

func TestFlags_agreeWithTheMutations(t *testing.T) {
	o := newOffice(t)
	conversations := []string{}
	for i := range 7 {
		conversations = append(conversations, o.receive(0, "a@x.test", fmt.Sprint(i)))
	}
	free, tickets := conversations[6], []string{}
	for _, i := range []int{1, 3, 5} {
		tickets = append(tickets, o.ticket(conversations[i], "T"))
	}
	o.do(o.admin, `mutation($a: ID!, $b: ID!, $c: ID!, $d: ID!) { a: conversationClose(input: {conversationId: $a}) { errors { code } } b: conversationClose(input: {conversationId: $b}) { errors { code } }
		c: conversationTrash(input: {conversationId: $c}) { errors { code } } d: conversationTrash(input: {conversationId: $d}) { errors { code } } }`,
		vars{"a": conversations[2], "b": conversations[3], "c": conversations[4], "d": conversations[5]})
	actors := []*desk.Actor{o.admin}
	for name, role := range map[string]desk.Role{"Ann": desk.RoleAgent, "Ron": desk.RoleReadOnly, "Bot": desk.RoleIntegration} {
		actors = append(actors, o.agent(name, role, o.inboxes[0]))
	}
	seen := map[bool]int{}
	for _, gated := range []bool{false, true} {
		for _, by := range actors {
			if o.t.Failed() {
				return
			}
			a := *by.Account
			if gated { // as if the account had been moved to a plan whose tickets live in the help desk (R2, D13)
				a.Plan, a.CreatedAt = desk.PlanProfessional, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			who := *by
			who.Account = &a
			// The inbox is open to the last team only; what is asked here is not who sees it.
			who.Inboxes = nil
			for _, i := range o.inboxes {
				ref, _ := desk.ParseRef(i)
				who.Inboxes = append(who.Inboxes, ref.ID)
			}
			for _, id := range conversations {
				var names []string
				for _, f := range conversationFlags {
					names = append(names, f.name)
				}
				told := o.do(&who, `query($id: ID!) { conversation(id: $id) { status `+strings.Join(names, " ")+` } }`, vars{"id": id})
				record := dig(told, "conversation").(map[string]any)
				o.agrees(&who, "conversation", id, free, conversationFlags, record, str(record, "status"), seen)
			}
			for _, id := range tickets {
				told := o.do(&who, `query($id: ID!) { ticket(id: $id) { viewerCanUpdate viewerCanAddConversation viewerCanTrash viewerCanRestore properties { key viewerCanUpdate } } }`, vars{"id": id})
				record := dig(told, "ticket").(map[string]any)
				for _, p := range record["properties"].([]any) {
					record[str(p, "key")] = dig(p, "viewerCanUpdate")
				}
				o.agrees(&who, "ticket", id, free, ticketFlags, record, "", seen)
			}
		}
	}
	t.Logf("%d flags were true, %d false", seen[true], seen[false])
	if seen[true] < 100 || seen[false] < 100 {
		t.Error("too little was tried")
	}
}

func TestChannel_ofAConversationThatHasMoved(t *testing.T) {
	o := newOffice(t)
	ben := o.agent("Ben", desk.RoleAgent, o.inboxes[1])
	c := o.receive(0, "a@x.test", "1")
	if data := o.do(ben, `query($c: ID!, $ch: ID!, $i: ID!) { conversation(id: $c) { id } channel: node(id: $ch) { id } inbox: node(id: $i) { id } inboxes { name } }`,
		vars{"c": c, "ch": o.channels[0], "i": o.inboxes[0]}); dig(data, "conversation") != nil || dig(data, "channel") != nil || dig(data, "inbox") != nil || length(data, "inboxes") != 1 {
		t.Errorf("Ben sees %v", data)
	}
	o.do(o.admin, `mutation($c: ID!, $i: ID!) { conversationMove(input: {conversationId: $c, inboxId: $i}) { errors { code } } }`, vars{"c": c, "i": o.inboxes[1]})
	data := o.do(ben, `query($c: ID!, $ch: ID!) { conversation(id: $c) { inbox { name } channel { name inbox { name } } } node(id: $ch) { id } }`, vars{"c": c, "ch": o.channels[0]})
	if str(data, "conversation", "inbox", "name") != "Sales" || str(data, "conversation", "channel", "name") != "API" || dig(data, "conversation", "channel", "inbox") != nil || dig(data, "node") != nil {
		t.Errorf("Ben sees %v", data)
	}
}

func TestScopes_whatAMutationMayShow(t *testing.T) {
	o := newOffice(t)
	o.receive(0, "a@x.test", "1")
	channel := *o.admin
	channel.Scopes = []desk.Scope{desk.ScopeChannel}
	const receive = `mutation($ch: ID!, $x: String!, $from: String!) { messageReceive(input: {channelId: $ch, externalId: $x, contact: {email: $from}, text: "Hi"}) { errors { code }
		conversation { id subject %s } contact { id } message { text } } }`
	if p := o.do(&channel, fmt.Sprintf(receive, ""), vars{"ch": o.channels[0], "x": "2", "from": "b@x.test"}); str(p, "messageReceive", "message", "text") != "Hi" {
		t.Errorf("its own records are not shown: %v", p)
	}
	data, errs, _ := o.ask(&channel, fmt.Sprintf(receive, "contact { conversations { nodes { subject } } }"), vars{"ch": o.channels[0], "x": "3", "from": "a@x.test"})
	if len(errs) != 1 || errs[0].Extensions["code"] != "FORBIDDEN" || dig(data, "messageReceive", "conversation") != nil {
		t.Errorf("other records are shown: %v %v", data, errs)
	}
	if _, errs, _ := o.ask(&channel, `{ account { name } }`, nil); len(errs) != 1 || errs[0].Extensions["code"] != "FORBIDDEN" {
		t.Errorf("a query is answered: %v", errs)
	}
}

func TestProperties_valuesAndLayouts(t *testing.T) {
	o := newOffice(t)
	ann := o.agent("Ann", desk.RoleAgent, o.inboxes[0])
	for key, more := range map[string]string{"when": "type: DATETIME", "n": "type: NUMBER", "yes": "type: BOOLEAN", "who": "type: AGENT", "many": `type: OPTIONS, options: [{value: "a", label: "A"}, {value: "b", label: "B"}]`} {
		o.do(o.admin, fmt.Sprintf(`mutation { propertyDefinitionCreate(input: {key: %q, label: "L", %s}) { errors { message } } }`, key, more), nil)
	}
	ticket := o.ticket(o.receive(0, "a@x.test", "1"), "The name")
	o.do(o.admin, `mutation($t: ID!, $who: String!, $owner: ID!) { ticketUpdate(input: {ticketId: $t, priority: HIGH, properties: [{key: "when", value: {string: "2026-03-31T17:04:05+02:00"}}, {key: "n", value: {string: "-3.50"}},
		{key: "yes", value: {string: "true"}}, {key: "who", value: {string: $who}}, {key: "many", value: {list: ["b", "a"]}}]}) { errors { message path } } ticketAssign(input: {ticketId: $t, ownerId: $owner}) { errors { message } } }`,
		vars{"t": ticket, "who": ann.Agent.Ref().String(), "owner": ann.Agent.Ref().String()})
	data := o.do(o.admin, `query($t: ID!) { ticket(id: $t) { recordUrl status { id } pipeline { id } contact { id } createdAt lastActivityAt
		properties { key value list agent { name } } some: properties(keys: ["size", "nothing", "name"]) { key value } cardProperties { key } detailProperties { key } } }`, vars{"t": ticket})
	tk := dig(data, "ticket").(map[string]any)
	values := map[string]any{}
	for _, p := range tk["properties"].([]any) {
		values[str(p, "key")] = p
	}
	for key, want := range map[string]any{
		"name": "The name", "status": dig(tk, "status", "id"), "pipeline": dig(tk, "pipeline", "id"), "priority": "HIGH", "owner": ann.Agent.Ref().String(),
		"createdAt": tk["createdAt"], "lastActivityAt": tk["lastActivityAt"], "closedAt": nil, "number": "1", "contact": dig(tk, "contact", "id"),
		"when": "2026-03-31T15:04:05.000Z", "n": "-3.5", "yes": "true", "who": ann.Agent.Ref().String(), "many": nil, "color": "red", "size": nil,
	} {
		if got := dig(values[key], "value"); got != want {
			t.Errorf("%s is %v, not %v", key, got, want)
		}
	}
	if length(values["many"], "list") != 2 || str(values["many"], "list", 0) != "b" || length(values["n"], "list") != 0 || str(values["owner"], "agent", "name") != "Ann" || str(values["who"], "agent", "name") != "Ann" {
		t.Errorf("lists and agents: %v", values)
	}
	if str(tk, "recordUrl") != "http://desk.test/tickets/"+ticket || str(tk, "some", 0, "key") != "size" || str(tk, "some", 1, "value") != "The name" || length(tk, "some") != 2 {
		t.Errorf("%v", tk)
	}
	o.expectKeys(o.admin, ticket, "cardProperties", desk.CardKeys)
	o.expectKeys(ann, ticket, "detailProperties", desk.DefaultDetailKeys)
	set := func(by *desk.Actor, scope string, keys ...string) {
		o.do(by, `mutation($k: [String!]!, $s: LayoutScope!) { ticketDetailLayoutSet(input: {propertyKeys: $k, scope: $s}) { layout { id } errors { message } } }`, vars{"k": keys, "s": scope})
	}
	set(o.admin, "ACCOUNT", "size", "name")
	o.expectKeys(ann, ticket, "detailProperties", []string{"size", "name"})
	set(ann, "MINE", "color", "size")
	o.expectKeys(ann, ticket, "detailProperties", []string{"color", "size"})
	o.expectKeys(o.admin, ticket, "detailProperties", []string{"size", "name"})
	for _, d := range dig(o.do(o.admin, `{ propertyDefinitions { id key } }`, nil), "propertyDefinitions").([]any) {
		if str(d, "key") == "size" {
			o.do(o.admin, `mutation($d: ID!) { propertyDefinitionArchive(input: {propertyDefinitionId: $d}) { errors { message } } }`, vars{"d": str(d, "id")})
		}
	}
	o.expectKeys(ann, ticket, "detailProperties", []string{"color"})
	layout := o.do(ann, `{ viewer { ticketDetailLayout { scope properties { key } } } }`, nil)
	if str(layout, "viewer", "ticketDetailLayout", "scope") != "MINE" || length(layout, "viewer", "ticketDetailLayout", "properties") != 1 {
		t.Errorf("%v", layout)
	}
}

func (o *office) expectKeys(by *desk.Actor, ticket, list string, want []string) {
	o.t.Helper()
	got := []string{}
	for _, p := range dig(o.do(by, `query($t: ID!) { ticket(id: $t) { list: `+list+` { key } } }`, vars{"t": ticket}), "ticket", "list").([]any) {
		got = append(got, str(p, "key"))
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("%s sees %v in %s, not %v", by.Agent.Name, got, list, want)
	}
}

// The records that a refusal shows are read together, too.
func TestRefusal_readsTogether(t *testing.T) {
	o := newOffice(t)
	ticket := o.ticket(o.receive(0, "c0@x.test", "0"), "T")
	for i := range 8 {
		o.join(ticket, o.receive(i%2, fmt.Sprintf("c%d@x.test", i), fmt.Sprint("more", i)))
	}
	data, errs, sent := o.ask(o.admin, `mutation($t: ID!) { ticketTrash(input: {ticketId: $t}) { errors { code ... on CascadeNotConfirmedError { hiddenCount
		wouldTrash { ... on Conversation { contact { name } messages(last: 1) { nodes { text conversation { subject } } } } } } } } }`, vars{"t": ticket})
	would := dig(data, "ticketTrash", "errors", 0, "wouldTrash")
	if len(errs) > 0 || length(would) != 9 || str(would, 8, "contact", "name") == "" {
		t.Fatalf("%v %v", data, errs)
	}
	for _, table := range []string{"FROM contacts", "FROM messages"} {
		if n := strings.Count(strings.Join(sent, "\n"), table); n != 1 {
			t.Errorf("%d statements %s\n%s", n, table, heads(sent))
		}
	}
}
