package e2e

import (
	"fmt"
	"slices"
	"testing"

	"deskwire/desk"
)

// permission says whether a role with a token of these scopes may do something; no scopes are all.
type permission func(role desk.Role, scopes []desk.Scope) bool

func hasScope(scopes []desk.Scope, any ...desk.Scope) bool {
	return len(scopes) == 0 || slices.ContainsFunc(any, func(s desk.Scope) bool { return slices.Contains(scopes, s) })
}

// mayAdminister: admins change the account's set-up.
func mayAdminister(r desk.Role, s []desk.Scope) bool {
	return r == desk.RoleAdmin && hasScope(s, desk.ScopeAdmin)
}

// mayWrite: all roles but read-only work on conversations, tickets and contacts.
func mayWrite(r desk.Role, s []desk.Scope) bool {
	return r != desk.RoleReadOnly && hasScope(s, desk.ScopeWrite)
}

// mayDeliver: channels bring things in; who may write may do that, too.
func mayDeliver(r desk.Role, s []desk.Scope) bool {
	return r != desk.RoleReadOnly && hasScope(s, desk.ScopeWrite, desk.ScopeChannel)
}

// mayManageTokens: people manage their own tokens. A token that can't do everything must have the
// scope ADMIN, or it could give itself more.
func mayManageTokens(_ desk.Role, s []desk.Scope) bool { return hasScope(s, desk.ScopeAdmin) }

func anyone(desk.Role, []desk.Scope) bool { return true }

// mutationCase is a valid mutation and who may do it. It can be done again and again.
type mutationCase struct {
	mutation string
	may      permission
	input    vars
}

// mutationCases has every mutation of the schema.
func (acc *accountFixture) mutationCases(t testing.TB) []mutationCase {
	t.Helper()
	fresh := func(what string) string { return fmt.Sprint(what, sampleCounter.Add(1)) }
	c, tk, dry := acc.open[2], acc.tickets[1], true
	return []mutationCase{
		{"accountUpdate", mayAdminister, vars{"name": "Acme"}},
		{"agentCreate", mayAdminister, vars{"email": fresh("a") + "@acme.test", "name": "A", "role": "AGENT"}},
		{"agentUpdate", mayAdminister, vars{"agentId": acc.agents["bot"], "name": "Bot"}},
		{"teamCreate", mayAdminister, vars{"name": fresh("Team")}},
		{"teamUpdate", mayAdminister, vars{"teamId": acc.sales}},
		{"apiTokenCreate", mayManageTokens, vars{"name": "T", "scopes": []string{"ADMIN"}}},
		{"inboxCreate", mayAdminister, vars{"name": fresh("Inbox")}},
		{"inboxUpdate", mayAdminister, vars{"inboxId": acc.inboxes["Support"]}},
		{"channelCreate", mayAdminister, vars{"inboxId": acc.inboxes["Support"], "kind": "CHAT", "name": "Chat"}},
		{"channelUpdate", mayAdminister, vars{"channelId": acc.channels["Support"], "name": "API"}},
		{"pipelineCreate", mayAdminister, vars{"name": fresh("P"), "statuses": []vars{{"name": "N", "state": "OPEN"}, {"name": "C", "state": "CLOSED"}}}},
		{"pipelineUpdate", mayAdminister, vars{"pipelineId": acc.status[""], "name": "P"}},
		{"pipelineArchive", mayAdminister, vars{"pipelineId": acc.unusedStatus[""]}},
		{"ticketStatusCreate", mayAdminister, vars{"pipelineId": acc.status[""], "name": fresh("S"), "state": "OPEN"}},
		{"ticketStatusUpdate", mayAdminister, vars{"statusId": acc.status[acc.mark("New")], "position": 0}},
		{"ticketStatusArchive", mayAdminister, vars{"statusId": acc.status[acc.mark("Spam")]}},
		{"propertyDefinitionCreate", mayAdminister, vars{"key": fresh("k"), "label": "K", "type": "TEXT"}},
		{"propertyDefinitionUpdate", mayAdminister, vars{"propertyDefinitionId": acc.property, "label": "Text"}},
		{"propertyDefinitionArchive", mayAdminister, vars{"propertyDefinitionId": acc.property}},
		{"ticketDetailLayoutSet", anyone, vars{"propertyKeys": []string{"name"}}},
		{"ticketDetailLayoutSet", mayAdminister, vars{"propertyKeys": []string{"name"}, "scope": "ACCOUNT"}},
		{"labelCreate", mayAdminister, vars{"name": fresh("Label")}},
		{"labelUpdate", mayAdminister, vars{"labelId": acc.labels[0], "color": "#000000"}},
		{"labelArchive", mayAdminister, vars{"labelId": acc.labels[7]}},
		{"conversationLabelsSet", mayWrite, vars{"conversationId": c, "labelIds": acc.labels[:1], "dryRun": dry}},
		{"conversationLabelsAdd", mayWrite, vars{"conversationId": c, "labelIds": acc.labels[:1], "dryRun": dry}},
		{"conversationLabelsRemove", mayWrite, vars{"conversationId": c, "labelIds": acc.labels[:1], "dryRun": dry}},
		{"snippetCreate", mayWrite, vars{"name": "S", "text": "Hello"}},
		{"snippetCreate", mayAdminister, vars{"name": "S", "text": "Hello", "scope": "ACCOUNT"}},
		{"snippetUpdate", mayAdminister, vars{"snippetId": acc.snippets[0], "text": "Hello"}},
		{"snippetDelete", mayAdminister, vars{"snippetId": acc.admin.must(t, "snippetCreate", "snippet { id }", vars{"name": "Spare", "text": "Hi", "scope": "ACCOUNT"}).str("snippet.id")}},
		{"inboxViewCreate", mayWrite, vars{"name": "V", "where": vars{"ownerId": vars{"isViewer": true}}}},
		{"inboxViewCreate", mayAdminister, vars{"name": "V", "scope": "ACCOUNT"}},
		{"inboxViewUpdate", mayAdminister, vars{"viewId": acc.views[0], "name": "V"}},
		{"inboxViewReorder", mayAdminister, vars{"viewIds": acc.views[:1]}},
		{"inboxViewDelete", mayAdminister, vars{"viewId": acc.views[0], "dryRun": dry}},
		{"contactUpsert", mayDeliver, vars{"email": fresh("c") + "@contact.test"}},
		{"contactUpsert", mayDeliver, vars{"email": acc.contact, "name": "Known"}},
		{"contactUpdate", mayWrite, vars{"contactId": acc.contactID, "name": "Known"}},
		{"attachmentCreate", mayDeliver, vars{"fileName": "f", "contentType": "text/plain", "size": 1}},
		{"messageReceive", mayDeliver, vars{"channelId": acc.channels["Support"], "externalId": fresh("x"), "contact": vars{"email": acc.contact}, "text": "Hi", "dryRun": dry}},
		{"messageSend", mayWrite, vars{"conversationId": c, "text": "Hi"}},
		{"messageDeliveryReport", mayDeliver, vars{"messageId": acc.messages[0], "state": "DELIVERED"}},
		{"commentCreate", mayWrite, vars{"conversationId": c, "text": "Hi"}},
		{"conversationStart", mayWrite, vars{"channelId": acc.channels["Support"], "contact": vars{"email": acc.contact}, "ownerId": nil}},
		{"conversationAssign", mayWrite, vars{"conversationId": c, "ownerId": acc.agents["sue"], "dryRun": dry}},
		{"conversationClose", mayWrite, vars{"conversationId": c, "dryRun": dry}},
		{"conversationReopen", mayWrite, vars{"conversationId": c, "dryRun": dry}},
		{"conversationMove", mayWrite, vars{"conversationId": c, "inboxId": acc.inboxes["Support"], "dryRun": dry}},
		{"conversationMarkRead", mayWrite, vars{"conversationId": c}},
		{"conversationMarkUnread", mayWrite, vars{"conversationId": c}},
		{"conversationTrash", mayWrite, vars{"conversationId": c, "dryRun": dry}},
		{"conversationRestore", mayWrite, vars{"conversationId": acc.trashed[0], "dryRun": dry}},
		{"ticketCreate", mayWrite, vars{"conversationId": c, "name": "T", "dryRun": dry}},
		{"ticketAddConversation", mayWrite, vars{"ticketId": tk, "conversationId": c, "dryRun": dry}},
		{"ticketUpdate", mayWrite, vars{"ticketId": tk, "name": "T", "dryRun": dry}},
		{"ticketStatusSet", mayWrite, vars{"ticketId": tk, "statusId": acc.status[acc.mark("Closed")], "dryRun": dry}},
		{"ticketAssign", mayWrite, vars{"ticketId": tk, "ownerId": nil, "dryRun": dry}},
		{"ticketTrash", mayWrite, vars{"ticketId": tk, "dryRun": dry}},
		{"ticketRestore", mayWrite, vars{"ticketId": acc.trashedTicket, "dryRun": dry}},
	}
}
