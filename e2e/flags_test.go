package e2e

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"deskwire/desk"
	"deskwire/graph"
)

// promise is a viewerCan… flag and the mutations that it speaks of. Where the flag is false because there is nothing to do
// any more, idle says so: the mutation is not refused then, it does nothing.
type promise struct {
	typ, flag string
	errands   func(h *house, id string) map[string]vars
	idle      func(record node) bool
}

func just(mutation string, input vars) map[string]vars { return map[string]vars{mutation: input} }

// promises has every flag of the schema.
var promises = []promise{
	{"Account", "viewerCanAdminister", func(*house, string) map[string]vars { return just("accountUpdate", vars{"name": "Acme"}) }, nil},
	{"Contact", "viewerCanUpdate", func(_ *house, id string) map[string]vars {
		return just("contactUpdate", vars{"contactId": id, "name": "Pia"})
	}, nil},
	{"Conversation", "viewerCanReply", func(_ *house, id string) map[string]vars {
		return map[string]vars{
			"messageSend": {"conversationId": id, "text": "Hi"}, "commentCreate": {"conversationId": id, "text": "Hi"},
			"conversationMarkRead": {"conversationId": id}, "conversationMarkUnread": {"conversationId": id},
		}
	}, nil},
	{"Conversation", "viewerCanAssign", func(_ *house, id string) map[string]vars {
		return just("conversationAssign", vars{"conversationId": id, "ownerId": nil, "dryRun": true})
	}, nil},
	{"Conversation", "viewerCanClose", func(_ *house, id string) map[string]vars {
		return just("conversationClose", vars{"conversationId": id, "dryRun": true})
	}, func(c node) bool { return c.str("status") == "CLOSED" }},
	{"Conversation", "viewerCanReopen", func(_ *house, id string) map[string]vars {
		return just("conversationReopen", vars{"conversationId": id, "dryRun": true})
	}, func(c node) bool { return c.str("status") == "OPEN" }},
	{"Conversation", "viewerCanMove", func(h *house, id string) map[string]vars {
		return just("conversationMove", vars{"conversationId": id, "inboxId": h.inboxes["Support"], "dryRun": true})
	}, nil},
	{"Conversation", "viewerCanCreateTicket", func(_ *house, id string) map[string]vars {
		return just("ticketCreate", vars{"conversationId": id, "name": "T", "dryRun": true})
	}, nil},
	{"Conversation", "viewerCanTrash", func(_ *house, id string) map[string]vars {
		return just("conversationTrash", vars{"conversationId": id, "confirmCascade": true, "dryRun": true})
	}, nil},
	{"Conversation", "viewerCanRestore", func(_ *house, id string) map[string]vars {
		return just("conversationRestore", vars{"conversationId": id, "dryRun": true})
	}, nil},
	{"Ticket", "viewerCanUpdate", func(h *house, id string) map[string]vars {
		return map[string]vars{
			"ticketUpdate": {"ticketId": id, "name": "T", "dryRun": true}, "ticketAssign": {"ticketId": id, "dryRun": true},
			"ticketStatusSet": {"ticketId": id, "statusId": h.status[h.say("Closed")], "dryRun": true},
		}
	}, nil},
	{"Ticket", "viewerCanAddConversation", func(h *house, id string) map[string]vars {
		return just("ticketAddConversation", vars{"ticketId": id, "conversationId": h.open[3], "dryRun": true})
	}, nil},
	{"Ticket", "viewerCanTrash", func(_ *house, id string) map[string]vars {
		return just("ticketTrash", vars{"ticketId": id, "confirmCascade": true, "dryRun": true})
	}, nil},
	{"Ticket", "viewerCanRestore", func(_ *house, id string) map[string]vars {
		return just("ticketRestore", vars{"ticketId": id, "dryRun": true})
	}, nil},
	{"InboxView", "viewerCanUpdate", func(_ *house, id string) map[string]vars {
		return map[string]vars{"inboxViewUpdate": {"viewId": id, "name": "V"}, "inboxViewDelete": {"viewId": id, "dryRun": true}}
	}, nil},
	{"Snippet", "viewerCanUpdate", func(_ *house, id string) map[string]vars {
		return just("snippetUpdate", vars{"snippetId": id, "text": "Hello"})
	}, nil},
	{"PropertyValue", "viewerCanUpdate", func(h *house, id string) map[string]vars {
		ref, _ := desk.ParseRef(id)
		ticket := desk.Ref{Kind: desk.KindTicket, ID: ref.ID}
		return just("ticketUpdate", vars{"ticketId": ticket.String(), "properties": []vars{{"key": ref.Part, "value": h.valueOf(ref.Part)}}, "dryRun": true})
	}, nil},
}

// valueOf is a good value of a property.
func (h *house) valueOf(key string) vars {
	switch key {
	case "status":
		return vars{"string": h.status[h.say("New")]}
	case "owner", "myAGENT":
		return vars{"string": h.agents["sue"]}
	case "myOPTIONS":
		return vars{"list": []string{"a"}}
	}
	return vars{"string": map[string]string{
		"priority": "HIGH", "myNUMBER": "1", "myBOOLEAN": "true", "myDATE": "2026-01-02", "myDATETIME": "2026-01-02T03:04:05Z", "myOPTION": "a",
	}[key] + map[bool]string{true: "x"}[key == "name" || key == "myTEXT"]}
}

// TestFlagsKeepTheirPromise: every viewerCan… says what the mutations then answer, for every role and scope and for
// records in every state.
func TestFlagsKeepTheirPromise(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	for gated, h := range map[bool]*house{false: e.ours, true: e.others} {
		if gated { // its tickets were made before, and still sit in the inbox (D13)
			_, err := e.sql.Exec(context.Background(), "UPDATE accounts SET plan = 'PROFESSIONAL', created_at = '2025-01-01' WHERE slug = $1", h.slug)
			if err != nil {
				t.Fatal(err)
			}
		}
		t.Run(fmt.Sprintf("gated %v", gated), func(t *testing.T) { h.keepsPromises(t) })
	}
}

func (h *house) keepsPromises(t *testing.T) {
	t.Parallel()
	read := desk.ScopeRead
	crowd := h.crowd(t, nil, []desk.Scope{read}, []desk.Scope{read, desk.ScopeWrite}, []desk.Scope{read, desk.ScopeChannel, desk.ScopeAdmin})
	said := map[bool]int{}
	for typ, ids := range h.inEveryState(t) {
		for _, id := range ids {
			for _, w := range crowd {
				record := w.flags(t, typ, id)
				for _, p := range promises {
					if p.typ == typ {
						said[h.keeps(t, w, p, id, record)]++
					}
				}
			}
		}
	}
	t.Logf("%d times yes, %d times no", said[true], said[false])
	if said[true] < 60 || said[false] < 500 {
		t.Error("the flags were asked too seldom")
	}
}

// TestEveryFlagIsAPromise: a new flag is to be held against its mutations.
func TestEveryFlagIsAPromise(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, p := range promises {
		known[p.typ+"."+p.flag] = true
	}
	for _, d := range graph.Schema().Types {
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "viewerCan") && !known[d.Name+"."+f.Name] {
				t.Errorf("nobody has said what %s.%s promises: add it to promises", d.Name, f.Name)
			}
		}
	}
}

// inEveryState are records of each type that has flags, that the agent of Support sees.
func (h *house) inEveryState(t *testing.T) map[string][]string {
	t.Helper()
	var values []string
	q := "query($id: ID!) { ticket(id: $id) { properties { id } } }"
	for ticket, most := range map[string]int{h.tickets[0]: 100, h.trashedTicket: 2} {
		all := h.admin.do(t, q, vars{"id": ticket}).at("ticket").list("properties")
		for _, v := range all[:min(len(all), most)] {
			values = append(values, v.str("id"))
		}
	}
	return map[string][]string{
		"Account":       {h.accountID(t)},
		"Contact":       {h.contactID},
		"Conversation":  {h.open[0], h.open[1], h.ticketed[0], h.trashed[0], h.trashed[1]},
		"Ticket":        {h.tickets[0], h.mixed, h.trashedTicket},
		"PropertyValue": values,
		"Snippet":       {h.snippets[0]},
		"InboxView":     {h.saved[0]},
	}
}

// flags are all flags of a record, and what else tells its state.
func (w who) flags(t *testing.T, typ, id string) node {
	t.Helper()
	fields := map[string]string{"Conversation": "status "}[typ]
	for _, p := range promises {
		if p.typ == typ {
			fields += p.flag + " "
		}
	}
	record := w.do(t, fmt.Sprintf("query($id: ID!) { node(id: $id) { ... on %s { %s } } }", typ, fields), vars{"id": id}).at("node")
	if record.v == nil {
		t.Errorf("%s does not see %s", w, id)
	}
	return record
}

// keeps does what a flag speaks of.
func (h *house) keeps(t *testing.T, w who, p promise, id string, record node) (said bool) {
	t.Helper()
	said = record.truth(p.flag)
	errands := p.errands(h, id)
	for _, mutation := range slices.Sorted(maps.Keys(errands)) {
		refused := w.verdict(t, mutation, errands[mutation])
		idle := p.idle != nil && p.idle(record) && refused == ""
		if said == (refused != "") && !idle || said && idle {
			t.Errorf("%s.%s of %s is %v for %s, and %s answered %q", p.typ, p.flag, id, said, w, mutation, refused)
		}
	}
	return said
}
