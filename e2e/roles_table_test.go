package e2e

import (
	"fmt"
	"slices"
	"testing"

	"deskwire/desk"
)

// right says whether a role with a token of these scopes may do something; no scopes are all.
type right func(role desk.Role, scopes []desk.Scope) bool

func scoped(scopes []desk.Scope, any ...desk.Scope) bool {
	return len(scopes) == 0 || slices.ContainsFunc(any, func(s desk.Scope) bool { return slices.Contains(scopes, s) })
}

// admins change the account's set-up.
func admins(r desk.Role, s []desk.Scope) bool {
	return r == desk.RoleAdmin && scoped(s, desk.ScopeAdmin)
}

// workers work on conversations, tickets and contacts.
func workers(r desk.Role, s []desk.Scope) bool {
	return r != desk.RoleReadOnly && scoped(s, desk.ScopeWrite)
}

// carriers bring things in; whoever works may do that, too.
func carriers(r desk.Role, s []desk.Scope) bool {
	return r != desk.RoleReadOnly && scoped(s, desk.ScopeWrite, desk.ScopeChannel)
}

// owners deal with their own tokens. A token that can't do everything must have the scope ADMIN, or it could give itself more.
func owners(_ desk.Role, s []desk.Scope) bool { return scoped(s, desk.ScopeAdmin) }

func everybody(desk.Role, []desk.Scope) bool { return true }

// errand is a mutation that is good in every way but for who may do it. It can be done again and again.
type errand struct {
	mutation string
	may      right
	input    vars
}

// errands has every mutation of the schema.
func (h *house) errands(t testing.TB) []errand {
	t.Helper()
	fresh := func(what string) string { return fmt.Sprint(what, serial.Add(1)) }
	c, tk, dry := h.open[2], h.tickets[1], true
	return []errand{
		{"accountUpdate", admins, vars{"name": "Acme"}},
		{"agentCreate", admins, vars{"email": fresh("a") + "@acme.test", "name": "A", "role": "AGENT"}},
		{"agentUpdate", admins, vars{"agentId": h.agents["bot"], "name": "Bot"}},
		{"teamCreate", admins, vars{"name": fresh("Team")}},
		{"teamUpdate", admins, vars{"teamId": h.sales}},
		{"apiTokenCreate", owners, vars{"name": "T", "scopes": []string{"ADMIN"}}},
		{"inboxCreate", admins, vars{"name": fresh("Inbox")}},
		{"inboxUpdate", admins, vars{"inboxId": h.inboxes["Support"]}},
		{"channelCreate", admins, vars{"inboxId": h.inboxes["Support"], "kind": "CHAT", "name": "Chat"}},
		{"channelUpdate", admins, vars{"channelId": h.channels["Support"], "name": "API"}},
		{"pipelineCreate", admins, vars{"name": fresh("P"), "statuses": []vars{{"name": "N", "state": "OPEN"}, {"name": "C", "state": "CLOSED"}}}},
		{"pipelineUpdate", admins, vars{"pipelineId": h.status[""], "name": "P"}},
		{"pipelineArchive", admins, vars{"pipelineId": h.spare[""]}},
		{"ticketStatusCreate", admins, vars{"pipelineId": h.status[""], "name": fresh("S"), "state": "OPEN"}},
		{"ticketStatusUpdate", admins, vars{"statusId": h.status[h.say("New")], "position": 0}},
		{"ticketStatusArchive", admins, vars{"statusId": h.status[h.say("Spam")]}},
		{"propertyDefinitionCreate", admins, vars{"key": fresh("k"), "label": "K", "type": "TEXT"}},
		{"propertyDefinitionUpdate", admins, vars{"propertyDefinitionId": h.property, "label": "Text"}},
		{"propertyDefinitionArchive", admins, vars{"propertyDefinitionId": h.property}},
		{"ticketDetailLayoutSet", everybody, vars{"propertyKeys": []string{"name"}}},
		{"ticketDetailLayoutSet", admins, vars{"propertyKeys": []string{"name"}, "scope": "ACCOUNT"}},
		{"labelCreate", admins, vars{"name": fresh("Label")}},
		{"labelUpdate", admins, vars{"labelId": h.labels[0], "color": "#000000"}},
		{"labelArchive", admins, vars{"labelId": h.labels[7]}},
		{"conversationLabelsSet", workers, vars{"conversationId": c, "labelIds": h.labels[:1], "dryRun": dry}},
		{"conversationLabelsAdd", workers, vars{"conversationId": c, "labelIds": h.labels[:1], "dryRun": dry}},
		{"conversationLabelsRemove", workers, vars{"conversationId": c, "labelIds": h.labels[:1], "dryRun": dry}},
		{"snippetCreate", workers, vars{"name": "S", "text": "Hello"}},
		{"snippetCreate", admins, vars{"name": "S", "text": "Hello", "scope": "ACCOUNT"}},
		{"snippetUpdate", admins, vars{"snippetId": h.snippets[0], "text": "Hello"}},
		{"snippetDelete", admins, vars{"snippetId": h.admin.must(t, "snippetCreate", "snippet { id }", vars{"name": "Spare", "text": "Hi", "scope": "ACCOUNT"}).str("snippet.id")}},
		{"inboxViewCreate", workers, vars{"name": "V", "where": vars{"ownerId": vars{"isViewer": true}}}},
		{"inboxViewCreate", admins, vars{"name": "V", "scope": "ACCOUNT"}},
		{"inboxViewUpdate", admins, vars{"viewId": h.saved[0], "name": "V"}},
		{"inboxViewReorder", admins, vars{"viewIds": h.saved[:1]}},
		{"inboxViewDelete", admins, vars{"viewId": h.saved[0], "dryRun": dry}},
		{"contactUpsert", carriers, vars{"email": fresh("c") + "@contact.test"}},
		{"contactUpsert", carriers, vars{"email": h.contact, "name": "Known"}},
		{"contactUpdate", workers, vars{"contactId": h.contactID, "name": "Known"}},
		{"attachmentCreate", carriers, vars{"fileName": "f", "contentType": "text/plain", "size": 1}},
		{"messageReceive", carriers, vars{"channelId": h.channels["Support"], "externalId": fresh("x"), "contact": vars{"email": h.contact}, "text": "Hi", "dryRun": dry}},
		{"messageSend", workers, vars{"conversationId": c, "text": "Hi"}},
		{"messageDeliveryReport", carriers, vars{"messageId": h.messages[0], "state": "DELIVERED"}},
		{"commentCreate", workers, vars{"conversationId": c, "text": "Hi"}},
		{"conversationStart", workers, vars{"channelId": h.channels["Support"], "contact": vars{"email": h.contact}, "ownerId": nil}},
		{"conversationAssign", workers, vars{"conversationId": c, "ownerId": h.agents["sue"], "dryRun": dry}},
		{"conversationClose", workers, vars{"conversationId": c, "dryRun": dry}},
		{"conversationReopen", workers, vars{"conversationId": c, "dryRun": dry}},
		{"conversationMove", workers, vars{"conversationId": c, "inboxId": h.inboxes["Support"], "dryRun": dry}},
		{"conversationMarkRead", workers, vars{"conversationId": c}},
		{"conversationMarkUnread", workers, vars{"conversationId": c}},
		{"conversationTrash", workers, vars{"conversationId": c, "dryRun": dry}},
		{"conversationRestore", workers, vars{"conversationId": h.trashed[0], "dryRun": dry}},
		{"ticketCreate", workers, vars{"conversationId": c, "name": "T", "dryRun": dry}},
		{"ticketAddConversation", workers, vars{"ticketId": tk, "conversationId": c, "dryRun": dry}},
		{"ticketUpdate", workers, vars{"ticketId": tk, "name": "T", "dryRun": dry}},
		{"ticketStatusSet", workers, vars{"ticketId": tk, "statusId": h.status[h.say("Closed")], "dryRun": dry}},
		{"ticketAssign", workers, vars{"ticketId": tk, "ownerId": nil, "dryRun": dry}},
		{"ticketTrash", workers, vars{"ticketId": tk, "dryRun": dry}},
		{"ticketRestore", workers, vars{"ticketId": h.trashedTicket, "dryRun": dry}},
	}
}
