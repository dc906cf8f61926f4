package server

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	"deskwire/graph"
)

// Visibility decides what may be shared in the fan-out. Fields whose value is the same for all
// viewers who see the same inboxes and have the same rights, by their type; "*" is all fields of a
// type, and "!name" is one that is not. Whatever is not named here counts as the viewer's own, so
// forgetting one costs speed and leaks nothing.
var impersonal = map[string]string{
	"Subscription": "*", "LivePayload": "*", "ConversationLivePayload": "*", "TicketLivePayload": "*", "InboxViewLivePayload": "*", "ConversationPresencePayload": "*", "Presence": "*",
	"InboxView": "* !viewerCanUpdate", "Account": "*", "Agent": "*", "Team": "*", "Inbox": "*", "Channel": "*", "Contact": "*",
	"Conversation": "*", "IncomingMessage": "* !attachments", "OutgoingMessage": "* !attachments", "InternalComment": "*", "Delivery": "*",
	"Message": "*", "Ticket": "* !detailProperties", "PropertyValue": "*", "PropertyDefinition": "*", "PropertyOption": "*",
	"Label": "*", "Pipeline": "*", "TicketStatus": "*", "Event": "* !entity", "FieldChange": "*", "TrashGroup": "* !root !records", "TrashImpact": "*",
	"PageInfo": "*", "ConversationConnection": "*", "ConversationEdge": "*", "TicketConnection": "*", "TicketEdge": "*",
	"MessageConnection": "*", "MessageEdge": "*", "TimelineConnection": "*", "TimelineEdge": "*", "TimelineEntry": "*",
}

func isImpersonal(typ, field string) bool {
	if field == "__typename" {
		return true
	}
	words := strings.Fields(impersonal[typ])
	return slices.Contains(words, "*") && !slices.Contains(words, "!"+field)
}

// isPersonal says whether what a subscription shows depends on who asks, beside what they may see.
func isPersonal(op *graphql.OperationContext, root graphql.CollectedField) bool {
	switch root.Name {
	case "viewerLive", "events": // the log also tells of what is one's own
		return true
	case "inboxViewLive":
		id, _ := root.ArgumentMap(op.Variables)["viewId"].(string)
		ref, err := desk.ParseRef(id)
		// What a saved view shows may be somebody's own, and its filter may say so at any time.
		if v := desk.InboxViewOf(ref); err != nil || v == nil || v.Kind == desk.ViewMine {
			return true
		}
	}
	if given, err := json.Marshal(op.Variables); err != nil || strings.Contains(op.RawQuery+string(given), "isViewer") {
		return true // a filter that asks for the one who asks
	}
	return graph.Selects(op.Operation.SelectionSet, map[string]bool{}, func(f *ast.Field) bool {
		return f.ObjectDefinition == nil || !isImpersonal(f.ObjectDefinition.Name, f.Name)
	})
}

// isVolatile says whether a subscription shows what no event tells.
func isVolatile(op *graphql.OperationContext) bool {
	return graph.Selects(op.Operation.SelectionSet, map[string]bool{}, func(f *ast.Field) bool {
		return f.Definition != nil && f.Definition.Type.Name() == "Presence"
	})
}
