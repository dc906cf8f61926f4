package graph

import "deskwire/desk"

// permissions says what a mutation needs of whoever calls it, whatever it is called with. It is
// asked before anything is looked up, so that nobody learns by a refusal, by the record of a
// version conflict or by a repeated key what they may not do anything with. What depends on the
// record or on the scope of a setting, desk decides. A mutation that is not listed is done by
// nobody.
var permissions = map[string]func(*desk.Actor) error{
	"accountUpdate": (*desk.Actor).CheckAdmin,

	"agentCreate":    (*desk.Actor).CheckAdmin,
	"agentUpdate":    (*desk.Actor).CheckAdmin, // but for agents' own time zones
	"teamCreate":     (*desk.Actor).CheckAdmin,
	"teamUpdate":     (*desk.Actor).CheckAdmin,
	"apiTokenCreate": (*desk.Actor).CheckMakeTokens,
	"apiTokenRevoke": anyCaller, // a token may revoke itself

	"inboxCreate":   (*desk.Actor).CheckAdmin,
	"inboxUpdate":   (*desk.Actor).CheckAdmin,
	"channelCreate": (*desk.Actor).CheckAdmin,
	"channelUpdate": (*desk.Actor).CheckAdmin,

	"pipelineCreate":      (*desk.Actor).CheckAdmin,
	"pipelineUpdate":      (*desk.Actor).CheckAdmin,
	"pipelineArchive":     (*desk.Actor).CheckAdmin,
	"ticketStatusCreate":  (*desk.Actor).CheckAdmin,
	"ticketStatusUpdate":  (*desk.Actor).CheckAdmin,
	"ticketStatusArchive": (*desk.Actor).CheckAdmin,

	"propertyDefinitionCreate":  (*desk.Actor).CheckAdmin,
	"propertyDefinitionUpdate":  (*desk.Actor).CheckAdmin,
	"propertyDefinitionArchive": (*desk.Actor).CheckAdmin,
	"ticketDetailLayoutSet":     anyCaller, // everybody has a layout of their own; the account's is the admins'

	"labelCreate":              (*desk.Actor).CheckAdmin,
	"labelUpdate":              (*desk.Actor).CheckAdmin,
	"labelArchive":             (*desk.Actor).CheckAdmin,
	"conversationLabelsSet":    (*desk.Actor).CheckWrite,
	"conversationLabelsAdd":    (*desk.Actor).CheckWrite,
	"conversationLabelsRemove": (*desk.Actor).CheckWrite,

	// Those of the account are the admins'.
	"snippetCreate":    (*desk.Actor).CheckWriteOrAdmin,
	"snippetUpdate":    (*desk.Actor).CheckWriteOrAdmin,
	"snippetDelete":    (*desk.Actor).CheckWriteOrAdmin,
	"inboxViewCreate":  (*desk.Actor).CheckWriteOrAdmin,
	"inboxViewUpdate":  (*desk.Actor).CheckWriteOrAdmin,
	"inboxViewDelete":  (*desk.Actor).CheckWriteOrAdmin,
	"inboxViewReorder": (*desk.Actor).CheckWriteOrAdmin,

	"contactUpsert":         (*desk.Actor).CheckReceive,
	"contactUpdate":         (*desk.Actor).CheckWrite,
	"attachmentCreate":      (*desk.Actor).CheckReceive,
	"messageReceive":        (*desk.Actor).CheckReceive,
	"messageDeliveryReport": (*desk.Actor).CheckReceive,
	"messageSend":           (*desk.Actor).CheckWrite,
	"commentCreate":         (*desk.Actor).CheckWrite,

	"conversationStart":      (*desk.Actor).CheckWrite,
	"conversationAssign":     (*desk.Actor).CheckWrite,
	"conversationClose":      (*desk.Actor).CheckWrite,
	"conversationReopen":     (*desk.Actor).CheckWrite,
	"conversationMove":       (*desk.Actor).CheckWrite,
	"conversationMarkRead":   (*desk.Actor).CheckWrite,
	"conversationMarkUnread": (*desk.Actor).CheckWrite,
	"conversationTrash":      (*desk.Actor).CheckWrite,
	"conversationRestore":    (*desk.Actor).CheckWrite,

	"ticketCreate":          (*desk.Actor).CheckWrite,
	"ticketAddConversation": (*desk.Actor).CheckWrite,
	"ticketUpdate":          (*desk.Actor).CheckWrite,
	"ticketStatusSet":       (*desk.Actor).CheckWrite,
	"ticketAssign":          (*desk.Actor).CheckWrite,
	"ticketTrash":           (*desk.Actor).CheckWrite,
	"ticketRestore":         (*desk.Actor).CheckWrite,
}

func anyCaller(*desk.Actor) error { return nil }

// permissionOf is what a mutation needs of its caller.
func permissionOf(mutation string) func(*desk.Actor) error {
	if p := permissions[mutation]; p != nil {
		return p
	}
	return func(*desk.Actor) error {
		return desk.Refuse(desk.CodeForbidden, "Nobody may call %s.", mutation)
	}
}
