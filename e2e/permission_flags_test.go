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

// permissionFlag is a viewerCan… flag and the mutations that it speaks of. Where the flag is false
// because there is nothing to do any more, noOp says so: the mutation is not refused then, it does
// nothing.
type permissionFlag struct {
	typ, flag string
	mutations func(acc *accountFixture, id string) map[string]vars
	noOp      func(record node) bool
}

func singleMutation(mutation string, input vars) map[string]vars {
	return map[string]vars{mutation: input}
}

// permissionFlags has every flag of the schema.
var permissionFlags = []permissionFlag{
	{"Account", "viewerCanAdminister", func(*accountFixture, string) map[string]vars {
		return singleMutation("accountUpdate", vars{"name": "Acme"})
	}, nil},
	{"Contact", "viewerCanUpdate", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("contactUpdate", vars{"contactId": id, "name": "Pia"})
	}, nil},
	{"Conversation", "viewerCanReply", func(_ *accountFixture, id string) map[string]vars {
		return map[string]vars{
			"messageSend": {"conversationId": id, "text": "Hi"}, "commentCreate": {"conversationId": id, "text": "Hi"},
			"conversationMarkRead": {"conversationId": id}, "conversationMarkUnread": {"conversationId": id},
		}
	}, nil},
	{"Conversation", "viewerCanAssign", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("conversationAssign", vars{"conversationId": id, "ownerId": nil, "dryRun": true})
	}, nil},
	{"Conversation", "viewerCanClose", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("conversationClose", vars{"conversationId": id, "dryRun": true})
	}, func(c node) bool { return c.str("status") == "CLOSED" }},
	{"Conversation", "viewerCanReopen", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("conversationReopen", vars{"conversationId": id, "dryRun": true})
	}, func(c node) bool { return c.str("status") == "OPEN" }},
	{"Conversation", "viewerCanMove", func(acc *accountFixture, id string) map[string]vars {
		return singleMutation("conversationMove", vars{"conversationId": id, "inboxId": acc.inboxes["Support"], "dryRun": true})
	}, nil},
	{"Conversation", "viewerCanCreateTicket", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("ticketCreate", vars{"conversationId": id, "name": "T", "dryRun": true})
	}, nil},
	{"Conversation", "viewerCanTrash", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("conversationTrash", vars{"conversationId": id, "confirmCascade": true, "dryRun": true})
	}, nil},
	{"Conversation", "viewerCanRestore", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("conversationRestore", vars{"conversationId": id, "dryRun": true})
	}, nil},
	{"Ticket", "viewerCanUpdate", func(acc *accountFixture, id string) map[string]vars {
		return map[string]vars{
			"ticketUpdate": {"ticketId": id, "name": "T", "dryRun": true}, "ticketAssign": {"ticketId": id, "dryRun": true},
			"ticketStatusSet": {"ticketId": id, "statusId": acc.status[acc.mark("Closed")], "dryRun": true},
		}
	}, nil},
	{"Ticket", "viewerCanAddConversation", func(acc *accountFixture, id string) map[string]vars {
		return singleMutation("ticketAddConversation", vars{"ticketId": id, "conversationId": acc.open[3], "dryRun": true})
	}, nil},
	{"Ticket", "viewerCanTrash", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("ticketTrash", vars{"ticketId": id, "confirmCascade": true, "dryRun": true})
	}, nil},
	{"Ticket", "viewerCanRestore", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("ticketRestore", vars{"ticketId": id, "dryRun": true})
	}, nil},
	{"InboxView", "viewerCanUpdate", func(_ *accountFixture, id string) map[string]vars {
		return map[string]vars{"inboxViewUpdate": {"viewId": id, "name": "V"}, "inboxViewDelete": {"viewId": id, "dryRun": true}}
	}, nil},
	{"Snippet", "viewerCanUpdate", func(_ *accountFixture, id string) map[string]vars {
		return singleMutation("snippetUpdate", vars{"snippetId": id, "text": "Hello"})
	}, nil},
	{"PropertyValue", "viewerCanUpdate", func(acc *accountFixture, id string) map[string]vars {
		ref, _ := desk.ParseRef(id)
		ticket := desk.Ref{Kind: desk.KindTicket, ID: ref.ID}
		return singleMutation("ticketUpdate", vars{"ticketId": ticket.String(), "properties": []vars{{"key": ref.Part, "value": acc.validPropertyValue(ref.Part)}}, "dryRun": true})
	}, nil},
}

// validPropertyValue is a good value of a property.
func (acc *accountFixture) validPropertyValue(key string) vars {
	switch key {
	case "status":
		return vars{"string": acc.status[acc.mark("New")]}
	case "owner", "myAGENT":
		return vars{"string": acc.agents["sue"]}
	case "myOPTIONS":
		return vars{"list": []string{"a"}}
	}
	return vars{"string": map[string]string{
		"priority": "HIGH", "myNUMBER": "1", "myBOOLEAN": "true", "myDATE": "2026-01-02", "myDATETIME": "2026-01-02T03:04:05Z", "myOPTION": "a",
	}[key] + map[bool]string{true: "x"}[key == "name" || key == "myTEXT"]}
}

// TestPermissionFlags_sayWhatMutationsAnswer: every viewerCan… says what the mutations then answer,
// for every role and scope and for records in every state.
func TestPermissionFlags_sayWhatMutationsAnswer(t *testing.T) {
	t.Parallel()
	fx := newFixtures(t)
	for gated, acc := range map[bool]*accountFixture{false: fx.ours, true: fx.others} {
		if gated { // its tickets were made before, and still sit in the inbox (D13)
			_, err := fx.sql.Exec(context.Background(), "UPDATE accounts SET plan = 'PROFESSIONAL', created_at = '2025-01-01' WHERE slug = $1", acc.slug)
			if err != nil {
				t.Fatal(err)
			}
		}
		t.Run(fmt.Sprintf("gated %v", gated), func(t *testing.T) { acc.checkFlags(t) })
	}
}

func (acc *accountFixture) checkFlags(t *testing.T) {
	t.Parallel()
	read := desk.ScopeRead
	crowd := acc.callersWith(t, nil, []desk.Scope{read}, []desk.Scope{read, desk.ScopeWrite}, []desk.Scope{read, desk.ScopeChannel, desk.ScopeAdmin})
	said := map[bool]int{}
	for typ, ids := range acc.recordsInEveryState(t) {
		for _, id := range ids {
			for _, by := range crowd {
				record := by.readFlags(t, typ, id)
				for _, p := range permissionFlags {
					if p.typ == typ {
						said[acc.checkFlag(t, by, p, id, record)]++
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

// TestPermissionFlags_areAllChecked: a new flag is to be held against its mutations.
func TestPermissionFlags_areAllChecked(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, p := range permissionFlags {
		known[p.typ+"."+p.flag] = true
	}
	for _, d := range graph.Schema().Types {
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "viewerCan") && !known[d.Name+"."+f.Name] {
				t.Errorf("nobody has said which mutations %s.%s speaks of: add it to permissionFlags", d.Name, f.Name)
			}
		}
	}
}

// recordsInEveryState are records of each type that has flags, that the agent of Support sees.
func (acc *accountFixture) recordsInEveryState(t *testing.T) map[string][]string {
	t.Helper()
	var values []string
	q := "query($id: ID!) { ticket(id: $id) { properties { id } } }"
	for ticket, most := range map[string]int{acc.tickets[0]: 100, acc.trashedTicket: 2} {
		all := acc.admin.do(t, q, vars{"id": ticket}).at("ticket").list("properties")
		for _, v := range all[:min(len(all), most)] {
			values = append(values, v.str("id"))
		}
	}
	return map[string][]string{
		"Account":       {acc.accountID(t)},
		"Contact":       {acc.contactID},
		"Conversation":  {acc.open[0], acc.open[1], acc.ticketed[0], acc.trashed[0], acc.trashed[1]},
		"Ticket":        {acc.tickets[0], acc.mixed, acc.trashedTicket},
		"PropertyValue": values,
		"Snippet":       {acc.snippets[0]},
		"InboxView":     {acc.views[0]},
	}
}

// readFlags are all flags of a record, and what else tells its state.
func (by caller) readFlags(t *testing.T, typ, id string) node {
	t.Helper()
	fields := map[string]string{"Conversation": "status "}[typ]
	for _, p := range permissionFlags {
		if p.typ == typ {
			fields += p.flag + " "
		}
	}
	record := by.do(t, fmt.Sprintf("query($id: ID!) { node(id: $id) { ... on %s { %s } } }", typ, fields), vars{"id": id}).at("node")
	if record.v == nil {
		t.Errorf("%s does not see %s", by, id)
	}
	return record
}

// checkFlag runs the mutations that a flag speaks of and compares the answers with it.
func (acc *accountFixture) checkFlag(t *testing.T, by caller, p permissionFlag, id string, record node) (said bool) {
	t.Helper()
	said = record.boolean(p.flag)
	errands := p.mutations(acc, id)
	for _, mutation := range slices.Sorted(maps.Keys(errands)) {
		refused := by.refusalCode(t, mutation, errands[mutation])
		idle := p.noOp != nil && p.noOp(record) && refused == ""
		if said == (refused != "") && !idle || said && idle {
			t.Errorf("%s.%s of %s is %v for %s, and %s answered %q", p.typ, p.flag, id, said, by, mutation, refused)
		}
	}
	return said
}
