// Written by scripts/documents.mjs from documents/*.graphql.
import type { TypedDocument } from "./typed.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The internal comment to add. */
export type CommentCreateInput = {
  /** The ids of uploaded files, at most 20. See `attachmentCreate`. */
  attachmentIds?: Array<string> | null | undefined;
  /** The id of the conversation, which begins with `cnv_`. */
  conversationId: string;
  /**
   * A key that makes retries safe, at most 512 bytes. Within 7 days, another call by you with the same
   * key and arguments returns the first response and changes nothing.
   */
  idempotencyKey?: string | null | undefined;
  /** The content as plain text, at most 256 KiB. It may be empty if there is a file. */
  text: string;
};

/** The conversation to assign, and its new owner. */
export type ConversationAssignInput = {
  /** The id of the conversation, which begins with `cnv_`. */
  conversationId: string;
  /** True returns what would happen and changes nothing. `idempotencyKey` is ignored then. */
  dryRun?: boolean | null | undefined;
  /** Refuses the change with VERSION_CONFLICT if the conversation has another `version`. */
  expectedVersion?: number | null | undefined;
  /**
   * A key that makes retries safe, at most 512 bytes. Within 7 days, another call by you with the same
   * key and arguments returns the first response and changes nothing.
   */
  idempotencyKey?: string | null | undefined;
  /** The id of the new owner. Null means nobody; if absent, the owner stays. */
  ownerId?: string | null | undefined;
};

/** The conversation to close. */
export type ConversationCloseInput = {
  /** The id of the conversation, which begins with `cnv_`. */
  conversationId: string;
  /** True returns what would happen and changes nothing. `idempotencyKey` is ignored then. */
  dryRun?: boolean | null | undefined;
  /** Refuses the change with VERSION_CONFLICT if the conversation has another `version`. */
  expectedVersion?: number | null | undefined;
  /**
   * A key that makes retries safe, at most 512 bytes. Within 7 days, another call by you with the same
   * key and arguments returns the first response and changes nothing.
   */
  idempotencyKey?: string | null | undefined;
};

/** The conversation to reopen. */
export type ConversationReopenInput = {
  /** The id of the conversation, which begins with `cnv_`. */
  conversationId: string;
  /** True returns what would happen and changes nothing. `idempotencyKey` is ignored then. */
  dryRun?: boolean | null | undefined;
  /** Refuses the change with VERSION_CONFLICT if the conversation has another `version`. */
  expectedVersion?: number | null | undefined;
  /**
   * A key that makes retries safe, at most 512 bytes. Within 7 days, another call by you with the same
   * key and arguments returns the first response and changes nothing.
   */
  idempotencyKey?: string | null | undefined;
};

/** Whether a conversation is being worked on. */
export type ConversationStatus =
  /** Done. It reopens when the contact writes again, see FollowUpPolicy. */
  | 'CLOSED'
  /** Being worked on. */
  | 'OPEN';

/**
 * The state of a delivery. It goes from QUEUED to SENT and ends with DELIVERED or FAILED. It never
 * goes back.
 */
export type DeliveryState =
  /** The message has arrived. */
  | 'DELIVERED'
  /** The message could not be sent, or it was returned. */
  | 'FAILED'
  /** The message waits for its channel to take it. */
  | 'QUEUED'
  /** The channel has sent the message. */
  | 'SENT';

/**
 * The reasons why a mutation can be refused. The description of Mutation lists the codes that every
 * mutation may have; each mutation names its further ones.
 */
export type ErrorCode =
  /** Another record already has this name, key or address. */
  | 'ALREADY_EXISTS'
  /**
   * More than one conversation and its ticket would go to the trash. Confirm with `confirmCascade:
   * true`.
   */
  | 'CASCADE_NOT_CONFIRMED'
  /** A contact needs an email address, a phone number or an external id. */
  | 'CONTACT_NOT_IDENTIFIED'
  /** The conversation already has a ticket, and it can have only one. */
  | 'CONVERSATION_HAS_TICKET'
  /**
   * The message is not an outgoing one, or it has already reached the opposite final state, DELIVERED
   * or FAILED.
   */
  | 'DELIVERY_NOT_REPORTABLE'
  /** Your role or the scopes of your token do not allow this. */
  | 'FORBIDDEN'
  /** The first call with this idempotency key is still running. Try again in a moment. */
  | 'IDEMPOTENCY_IN_PROGRESS'
  /** You have used this idempotency key for the same mutation with other arguments. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** A value is out of range, or contradicts another value. */
  | 'INVALID_INPUT'
  /** The text cannot be stored: it is not UTF-8, or it contains the character U+0000. */
  | 'INVALID_TEXT'
  /**
   * The account needs an active admin, so the last one can be neither deactivated nor given another
   * role.
   */
  | 'LAST_ADMIN'
  /** A pipeline needs at least one open and one closed status, and this would leave it without. */
  | 'LAST_STATUS_OF_STATE'
  /** The account, the record or the call has as many of these as it may. */
  | 'LIMIT_REACHED'
  /** The record does not exist, or you cannot see it. The two cases get the same error on purpose. */
  | 'NOT_FOUND'
  /** The agent cannot own records, because they are deactivated or have the role READ_ONLY. */
  | 'OWNER_NOT_ALLOWED'
  /** The value does not match the type of the property. */
  | 'PROPERTY_INVALID'
  /** The property is built-in or computed, and cannot be changed. */
  | 'PROPERTY_READ_ONLY'
  /** There is no property with this key. */
  | 'PROPERTY_UNKNOWN'
  /** The record is in the trash and therefore read-only. Restore it first. */
  | 'RECORD_IN_TRASH'
  /** The record is not in the trash, so it cannot be restored. */
  | 'RECORD_NOT_IN_TRASH'
  /** The status or its pipeline is archived, and takes no more tickets. */
  | 'STATUS_ARCHIVED'
  /** The text is longer than the limit in the description of its argument. */
  | 'TEXT_TOO_LONG'
  /**
   * The account manages its tickets in the help desk, and this ticket is still in the inbox. See
   * `Account.ticketHome`.
   */
  | 'TICKETS_MOVED_TO_HELP_DESK'
  /** `expectedVersion` is not the current version of the record. */
  | 'VERSION_CONFLICT';

/** What can happen to a record. Events and effects use the same words. */
export type EventKind =
  /** An account was created, with its first admin. */
  | 'ACCOUNT_CREATED'
  /** The settings of the account changed. */
  | 'ACCOUNT_UPDATED'
  /** An agent was created. */
  | 'AGENT_CREATED'
  /** An agent was changed. */
  | 'AGENT_UPDATED'
  /** An API token was created. */
  | 'API_TOKEN_CREATED'
  /** An API token was revoked. */
  | 'API_TOKEN_REVOKED'
  /** An attachment was created, without its bytes. */
  | 'ATTACHMENT_CREATED'
  /** An attachment became part of a message. */
  | 'ATTACHMENT_SENT'
  /** The bytes of an attachment were uploaded. */
  | 'ATTACHMENT_UPLOADED'
  /** A channel was created. */
  | 'CHANNEL_CREATED'
  /** A channel was changed. */
  | 'CHANNEL_UPDATED'
  /** An agent wrote an internal comment. */
  | 'COMMENT_CREATED'
  /** A contact was created. */
  | 'CONTACT_CREATED'
  /** A contact was changed. */
  | 'CONTACT_UPDATED'
  /** A conversation got another owner, or none. */
  | 'CONVERSATION_ASSIGNED'
  /** A conversation was closed. */
  | 'CONVERSATION_CLOSED'
  /** The labels of a conversation changed. */
  | 'CONVERSATION_LABELED'
  /** A conversation moved to another inbox or workspace. */
  | 'CONVERSATION_MOVED'
  /** A conversation was marked as read. */
  | 'CONVERSATION_READ'
  /** A conversation was reopened. */
  | 'CONVERSATION_REOPENED'
  /** A conversation was restored from the trash. */
  | 'CONVERSATION_RESTORED'
  /** A new conversation with a contact started. */
  | 'CONVERSATION_STARTED'
  /** A conversation got its ticket. */
  | 'CONVERSATION_TICKET_ADDED'
  /** A conversation was moved to the trash. */
  | 'CONVERSATION_TRASHED'
  /** A conversation was marked as unread. */
  | 'CONVERSATION_UNREAD'
  /** An inbox was created. */
  | 'INBOX_CREATED'
  /** An inbox was changed. */
  | 'INBOX_UPDATED'
  /** A view was saved. */
  | 'INBOX_VIEW_CREATED'
  /** A saved view was deleted. */
  | 'INBOX_VIEW_DELETED'
  /** A saved view was changed. */
  | 'INBOX_VIEW_UPDATED'
  /** A label was archived. */
  | 'LABEL_ARCHIVED'
  /** A label was created. */
  | 'LABEL_CREATED'
  /** A label was changed. */
  | 'LABEL_UPDATED'
  /** A channel reported the delivery of an outgoing message. */
  | 'MESSAGE_DELIVERY_REPORTED'
  /** A contact sent a message. */
  | 'MESSAGE_RECEIVED'
  /** An agent sent a message to the contact. */
  | 'MESSAGE_SENT'
  /** A pipeline was archived. */
  | 'PIPELINE_ARCHIVED'
  /** A pipeline was created. */
  | 'PIPELINE_CREATED'
  /** A pipeline was renamed or moved. */
  | 'PIPELINE_UPDATED'
  /** A property of tickets was archived. */
  | 'PROPERTY_DEFINITION_ARCHIVED'
  /** A property of tickets was created. */
  | 'PROPERTY_DEFINITION_CREATED'
  /** A property of tickets was changed. */
  | 'PROPERTY_DEFINITION_UPDATED'
  /** A snippet was created. */
  | 'SNIPPET_CREATED'
  /** A snippet was deleted. */
  | 'SNIPPET_DELETED'
  /** A snippet was changed. */
  | 'SNIPPET_UPDATED'
  /** A team was created. */
  | 'TEAM_CREATED'
  /** A team was changed. */
  | 'TEAM_UPDATED'
  /** A ticket got another owner, or none. */
  | 'TICKET_ASSIGNED'
  /**
   * A ticket got another conversation. The event does not name it; CONVERSATION_TICKET_ADDED does, for
   * those who can see it.
   */
  | 'TICKET_CONVERSATION_ADDED'
  /** A ticket was created. */
  | 'TICKET_CREATED'
  /** Someone chose the properties that the details panel shows. */
  | 'TICKET_DETAIL_LAYOUT_SET'
  /** A ticket moved to another workspace. */
  | 'TICKET_MOVED'
  /** A ticket was restored from the trash. */
  | 'TICKET_RESTORED'
  /** A status was archived. */
  | 'TICKET_STATUS_ARCHIVED'
  /** A ticket got another status. */
  | 'TICKET_STATUS_CHANGED'
  /** A status was added to a pipeline. */
  | 'TICKET_STATUS_CREATED'
  /** A status was renamed or moved in its pipeline. */
  | 'TICKET_STATUS_UPDATED'
  /** A ticket was moved to the trash. */
  | 'TICKET_TRASHED'
  /** The details of a ticket changed. */
  | 'TICKET_UPDATED'
  /** Records in the trash were deleted permanently. */
  | 'TRASH_PURGED';

/** Which conversations a view shows. */
export type InboxViewKind =
  /** The closed conversations of an inbox. */
  | 'CLOSED'
  /** The open conversations of an inbox that you own. */
  | 'MINE'
  /** The open conversations of an inbox. */
  | 'OPEN'
  /** The conversations that match the `where` of the view. */
  | 'SAVED'
  /** The open conversations of an inbox that have no owner. */
  | 'UNASSIGNED';

/** Why a live payload was sent. */
export type LiveReason =
  /**
   * Something happened, once or several times. After resuming, one such payload covers everything that
   * was missed.
   */
  | 'CHANGE'
  /**
   * The payload shows the current state, but not what was missed: that was too long ago or too much,
   * or the cursor belongs to another database. Discard what you have of it.
   */
  | 'RESYNC'
  /** The record is gone, or you can no longer see it. Discard what you have of it. */
  | 'REVOKED'
  /** It is the first payload and shows the current state. */
  | 'SNAPSHOT';

/** The message to send. It needs text, HTML with visible content, or a file. */
export type MessageSendInput = {
  /** The ids of uploaded files, at most 20. See `attachmentCreate`. */
  attachmentIds?: Array<string> | null | undefined;
  /** The id of the conversation, which begins with `cnv_`. */
  conversationId: string;
  /** The content as HTML, at most 512 KiB. */
  html?: string | null | undefined;
  /**
   * A key that makes retries safe, at most 512 bytes. Within 7 days, another call by you with the same
   * key and arguments returns the first response and changes nothing.
   */
  idempotencyKey?: string | null | undefined;
  /** The content as plain text, at most 256 KiB. If there is only HTML, the text is derived from it. */
  text?: string | null | undefined;
};

/** What an agent is doing at a conversation. */
export type PresenceState =
  /** Writing an internal comment. */
  | 'TYPING_COMMENT'
  /** Writing a message to the contact. */
  | 'TYPING_REPLY'
  /** Looking at the conversation. */
  | 'VIEWING';

/** The type of a property, and how its values are written. */
export type PropertyType =
  /** The id of an agent, which begins with `agt_`. */
  | 'AGENT'
  /** A truth value, `true` or `false`. */
  | 'BOOLEAN'
  /** The id of a contact. Only the built-in property has this type. */
  | 'CONTACT'
  /** A day, such as `2026-03-31`. */
  | 'DATE'
  /** A moment, such as `2026-03-31T15:04:05.000Z`. */
  | 'DATETIME'
  /**
   * A decimal number such as `-3.5`, stored exactly, with at most 38 digits when written without an
   * exponent. It is returned without an exponent and without redundant zeros: `1e3` as `1000`, `2.50`
   * as `2.5`, `-0` as `0`.
   */
  | 'NUMBER'
  /** One of the options, by its value. */
  | 'OPTION'
  /** Any number of the options, as a list of their values. */
  | 'OPTIONS'
  /** The id of a pipeline. Only the built-in property has this type. */
  | 'PIPELINE'
  /** The id of a ticket status. Only the built-in property has this type. */
  | 'STATUS'
  /** Text, at most 64 KiB. */
  | 'TEXT';

/** A value: a string as the type of the property is written, or a list of strings for OPTIONS. */
export type PropertyValueInput =
  {   /** The chosen options of an OPTIONS property, at most 500. */
  list: Array<string>; string?: never; }
  |  { list?: never;   /** The value of a property of any type except OPTIONS. */
  string: string; };

/** The ticket to create, and its conversation. */
export type TicketCreateInput = {
  /** The id of the conversation, which must not have a ticket. */
  conversationId: string;
  /** True returns what would happen and changes nothing. `idempotencyKey` is ignored then. */
  dryRun?: boolean | null | undefined;
  /**
   * A key that makes retries safe, at most 512 bytes. Within 7 days, another call by you with the same
   * key and arguments returns the first response and changes nothing.
   */
  idempotencyKey?: string | null | undefined;
  /** The name of the ticket, at most 1,000 bytes. */
  name: string;
  /** The id of the owner. If absent, the owner of the conversation; if null, nobody. */
  ownerId?: string | null | undefined;
  /** How urgent the ticket is. If null or absent, it has no priority. */
  priority?: TicketPriority | null | undefined;
  /** The values to set by property key, at most 250. */
  properties?: Array<TicketPropertyInput> | null | undefined;
  /** The id of the status. If absent, the first open status of the first pipeline. */
  statusId?: string | null | undefined;
};

/** How urgent a ticket is. */
export type TicketPriority =
  /** To be handled before other tickets. */
  | 'HIGH'
  /** Can wait until there is time. */
  | 'LOW'
  /** As urgent as most tickets. */
  | 'MEDIUM'
  /** To be handled at once. */
  | 'URGENT';

/** A value for one property of a ticket. */
export type TicketPropertyInput = {
  /** The key of the property to set. */
  key: string;
  /** The new value. Null or absent clears it. */
  value?: PropertyValueInput | null | undefined;
};

/** The ticket, and its new status. */
export type TicketStatusSetInput = {
  /** True returns what would happen and changes nothing. `idempotencyKey` is ignored then. */
  dryRun?: boolean | null | undefined;
  /** Refuses the change with VERSION_CONFLICT if the ticket has another `version`. */
  expectedVersion?: number | null | undefined;
  /**
   * A key that makes retries safe, at most 512 bytes. Within 7 days, another call by you with the same
   * key and arguments returns the first response and changes nothing.
   */
  idempotencyKey?: string | null | undefined;
  /** The id of the new status, which may belong to any pipeline. */
  statusId: string;
  /** The id of the ticket, which begins with `tkt_`. */
  ticketId: string;
};

/** Whether tickets with a status are being worked on. */
export type TicketStatusState =
  /** Tickets with this status are done. */
  | 'CLOSED'
  /** Tickets with this status are being worked on. */
  | 'OPEN';

/** What to change about a ticket. Absent fields keep their values. */
export type TicketUpdateInput = {
  /** True returns what would happen and changes nothing. `idempotencyKey` is ignored then. */
  dryRun?: boolean | null | undefined;
  /** Refuses the change with VERSION_CONFLICT if the ticket has another `version`. */
  expectedVersion?: number | null | undefined;
  /**
   * A key that makes retries safe, at most 512 bytes. Within 7 days, another call by you with the same
   * key and arguments returns the first response and changes nothing.
   */
  idempotencyKey?: string | null | undefined;
  /** The name of the ticket, at most 1,000 bytes. */
  name?: string | null | undefined;
  /** How urgent the ticket is. Null clears it. */
  priority?: TicketPriority | null | undefined;
  /** The values to set by property key, at most 250. */
  properties?: Array<TicketPropertyInput> | null | undefined;
  /** The id of the ticket, which begins with `tkt_`. */
  ticketId: string;
};

/** A right that a token has. A scope never allows more than the agent's role does. */
export type TokenScope =
  /** Changes to the account's configuration, if the agent is an admin. */
  | 'ADMIN'
  /**
   * What a channel needs: `messageReceive`, `messageDeliveryReport`, `contactUpsert` and
   * `attachmentCreate`.
   */
  | 'CHANNEL'
  /**
   * Queries and subscriptions. A token without it is shown of the records of a mutation their `id`,
   * `number`, `version` and `createdAt`, and all of those that the mutation has made.
   */
  | 'READ'
  /** Work on conversations, tickets and contacts. */
  | 'WRITE';

export type AgentNameFragment = { id: string, name: string };

export type ConversationRowFragment = { id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string, unreadCount: number, inbox: { id: string, name: string }, contact: { id: string, name: string, email: string | null, phone: string | null }, owner: { id: string, name: string } | null, ticket: { id: string, name: string, status: { id: string, name: string, state: TicketStatusState } } | null };

export type PropertyFragment = { id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } };

export type TicketDetailsFragment = { id: string, number: number, name: string, recordUrl: string, priority: TicketPriority | null, createdAt: string, closedAt: string | null, lastActivityAt: string, version: number, viewerCanUpdate: boolean, status: { id: string, name: string, state: TicketStatusState }, pipeline: { id: string, name: string }, owner: { id: string, name: string } | null, cardProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, detailProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, conversations: { nodes: Array<{ id: string, number: number, subject: string, status: ConversationStatus }> } };

export type SidebarDetailsFragment = { id: string, number: number, subject: string, status: ConversationStatus, lastActivityAt: string, version: number, viewerCanReply: boolean, viewerCanAssign: boolean, viewerCanClose: boolean, viewerCanReopen: boolean, viewerCanCreateTicket: boolean, owner: { id: string, name: string } | null, contact: { id: string, name: string, email: string | null, phone: string | null, conversations: { nodes: Array<{ id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string }> } }, ticket: { id: string, number: number, name: string, recordUrl: string, priority: TicketPriority | null, createdAt: string, closedAt: string | null, lastActivityAt: string, version: number, viewerCanUpdate: boolean, status: { id: string, name: string, state: TicketStatusState }, pipeline: { id: string, name: string }, owner: { id: string, name: string } | null, cardProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, detailProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, conversations: { nodes: Array<{ id: string, number: number, subject: string, status: ConversationStatus }> } } | null };

type Entry_Event_Fragment = { __typename: 'Event', id: string, kind: EventKind, occurredAt: string, actor: { id: string, name: string } | null, changes: Array<{ field: string, old: string | null, new: string | null }> };

type Entry_IncomingMessage_Fragment = { __typename: 'IncomingMessage', id: string, text: string, createdAt: string, contact: { id: string, name: string }, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> };

type Entry_InternalComment_Fragment = { __typename: 'InternalComment', id: string, text: string, createdAt: string, agent: { id: string, name: string } | null, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> };

type Entry_OutgoingMessage_Fragment = { __typename: 'OutgoingMessage', id: string, text: string, createdAt: string, agent: { id: string, name: string } | null, delivery: { state: DeliveryState, detail: string | null }, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> };

export type EntryFragment =
  | Entry_Event_Fragment
  | Entry_IncomingMessage_Fragment
  | Entry_InternalComment_Fragment
  | Entry_OutgoingMessage_Fragment
;

export type ThreadPageFragment = { id: string, timeline: { nodes: Array<
      | { __typename: 'Event', id: string, kind: EventKind, occurredAt: string, actor: { id: string, name: string } | null, changes: Array<{ field: string, old: string | null, new: string | null }> }
      | { __typename: 'IncomingMessage', id: string, text: string, createdAt: string, contact: { id: string, name: string }, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
      | { __typename: 'InternalComment', id: string, text: string, createdAt: string, agent: { id: string, name: string } | null, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
      | { __typename: 'OutgoingMessage', id: string, text: string, createdAt: string, agent: { id: string, name: string } | null, delivery: { state: DeliveryState, detail: string | null }, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
    >, pageInfo: { hasPreviousPage: boolean, startCursor: string | null } } };

export type HappenedFragment = { rule: string, kind: EventKind, count: number, node:
    | { __typename: 'Account', id: string }
    | { __typename: 'Agent', id: string }
    | { __typename: 'ApiToken', id: string }
    | { __typename: 'Attachment', id: string }
    | { __typename: 'Channel', id: string }
    | { __typename: 'Contact', id: string }
    | { __typename: 'Conversation', id: string }
    | { __typename: 'Event', id: string }
    | { __typename: 'Inbox', id: string }
    | { __typename: 'InboxView', id: string }
    | { __typename: 'IncomingMessage', id: string }
    | { __typename: 'InternalComment', id: string }
    | { __typename: 'Label', id: string }
    | { __typename: 'OutgoingMessage', id: string }
    | { __typename: 'Pipeline', id: string }
    | { __typename: 'PropertyDefinition', id: string }
    | { __typename: 'PropertyLayout', id: string }
    | { __typename: 'PropertyValue', id: string }
    | { __typename: 'Search', id: string }
    | { __typename: 'Snippet', id: string }
    | { __typename: 'Team', id: string }
    | { __typename: 'Ticket', id: string }
    | { __typename: 'TicketStatus', id: string }
    | { __typename: 'TrashGroup', id: string }
    | { __typename: 'Viewer', id: string }
   | null };

export type ReplyMutationVariables = Exact<{
  input: MessageSendInput;
}>;


export type ReplyMutation = { messageSend: { eventCursor: string | null, message: { id: string } | null, conversation: { id: string, status: ConversationStatus } | null, errors: Array<
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type CommentMutationVariables = Exact<{
  input: CommentCreateInput;
}>;


export type CommentMutation = { commentCreate: { eventCursor: string | null, comment: { id: string } | null, errors: Array<
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type CloseConversationMutationVariables = Exact<{
  input: ConversationCloseInput;
}>;


export type CloseConversationMutation = { conversationClose: { eventCursor: string | null, conversation: { id: string, status: ConversationStatus, version: number } | null, effects: Array<{ rule: string, kind: EventKind, count: number, node:
        | { __typename: 'Account', id: string }
        | { __typename: 'Agent', id: string }
        | { __typename: 'ApiToken', id: string }
        | { __typename: 'Attachment', id: string }
        | { __typename: 'Channel', id: string }
        | { __typename: 'Contact', id: string }
        | { __typename: 'Conversation', id: string }
        | { __typename: 'Event', id: string }
        | { __typename: 'Inbox', id: string }
        | { __typename: 'InboxView', id: string }
        | { __typename: 'IncomingMessage', id: string }
        | { __typename: 'InternalComment', id: string }
        | { __typename: 'Label', id: string }
        | { __typename: 'OutgoingMessage', id: string }
        | { __typename: 'Pipeline', id: string }
        | { __typename: 'PropertyDefinition', id: string }
        | { __typename: 'PropertyLayout', id: string }
        | { __typename: 'PropertyValue', id: string }
        | { __typename: 'Search', id: string }
        | { __typename: 'Snippet', id: string }
        | { __typename: 'Team', id: string }
        | { __typename: 'Ticket', id: string }
        | { __typename: 'TicketStatus', id: string }
        | { __typename: 'TrashGroup', id: string }
        | { __typename: 'Viewer', id: string }
       | null }>, errors: Array<
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type ReopenConversationMutationVariables = Exact<{
  input: ConversationReopenInput;
}>;


export type ReopenConversationMutation = { conversationReopen: { eventCursor: string | null, conversation: { id: string, status: ConversationStatus, version: number } | null, effects: Array<{ rule: string, kind: EventKind, count: number, node:
        | { __typename: 'Account', id: string }
        | { __typename: 'Agent', id: string }
        | { __typename: 'ApiToken', id: string }
        | { __typename: 'Attachment', id: string }
        | { __typename: 'Channel', id: string }
        | { __typename: 'Contact', id: string }
        | { __typename: 'Conversation', id: string }
        | { __typename: 'Event', id: string }
        | { __typename: 'Inbox', id: string }
        | { __typename: 'InboxView', id: string }
        | { __typename: 'IncomingMessage', id: string }
        | { __typename: 'InternalComment', id: string }
        | { __typename: 'Label', id: string }
        | { __typename: 'OutgoingMessage', id: string }
        | { __typename: 'Pipeline', id: string }
        | { __typename: 'PropertyDefinition', id: string }
        | { __typename: 'PropertyLayout', id: string }
        | { __typename: 'PropertyValue', id: string }
        | { __typename: 'Search', id: string }
        | { __typename: 'Snippet', id: string }
        | { __typename: 'Team', id: string }
        | { __typename: 'Ticket', id: string }
        | { __typename: 'TicketStatus', id: string }
        | { __typename: 'TrashGroup', id: string }
        | { __typename: 'Viewer', id: string }
       | null }>, errors: Array<
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type AssignConversationMutationVariables = Exact<{
  input: ConversationAssignInput;
}>;


export type AssignConversationMutation = { conversationAssign: { eventCursor: string | null, conversation: { id: string, version: number, owner: { id: string, name: string } | null } | null, ticket: { id: string, version: number, owner: { id: string, name: string } | null } | null, effects: Array<{ rule: string, kind: EventKind, count: number, node:
        | { __typename: 'Account', id: string }
        | { __typename: 'Agent', id: string }
        | { __typename: 'ApiToken', id: string }
        | { __typename: 'Attachment', id: string }
        | { __typename: 'Channel', id: string }
        | { __typename: 'Contact', id: string }
        | { __typename: 'Conversation', id: string }
        | { __typename: 'Event', id: string }
        | { __typename: 'Inbox', id: string }
        | { __typename: 'InboxView', id: string }
        | { __typename: 'IncomingMessage', id: string }
        | { __typename: 'InternalComment', id: string }
        | { __typename: 'Label', id: string }
        | { __typename: 'OutgoingMessage', id: string }
        | { __typename: 'Pipeline', id: string }
        | { __typename: 'PropertyDefinition', id: string }
        | { __typename: 'PropertyLayout', id: string }
        | { __typename: 'PropertyValue', id: string }
        | { __typename: 'Search', id: string }
        | { __typename: 'Snippet', id: string }
        | { __typename: 'Team', id: string }
        | { __typename: 'Ticket', id: string }
        | { __typename: 'TicketStatus', id: string }
        | { __typename: 'TrashGroup', id: string }
        | { __typename: 'Viewer', id: string }
       | null }>, errors: Array<
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type CreateTicketMutationVariables = Exact<{
  input: TicketCreateInput;
}>;


export type CreateTicketMutation = { ticketCreate: { eventCursor: string | null, ticket: { id: string } | null, conversation: { id: string, ticket: { id: string } | null } | null, effects: Array<{ rule: string, kind: EventKind, count: number, node:
        | { __typename: 'Account', id: string }
        | { __typename: 'Agent', id: string }
        | { __typename: 'ApiToken', id: string }
        | { __typename: 'Attachment', id: string }
        | { __typename: 'Channel', id: string }
        | { __typename: 'Contact', id: string }
        | { __typename: 'Conversation', id: string }
        | { __typename: 'Event', id: string }
        | { __typename: 'Inbox', id: string }
        | { __typename: 'InboxView', id: string }
        | { __typename: 'IncomingMessage', id: string }
        | { __typename: 'InternalComment', id: string }
        | { __typename: 'Label', id: string }
        | { __typename: 'OutgoingMessage', id: string }
        | { __typename: 'Pipeline', id: string }
        | { __typename: 'PropertyDefinition', id: string }
        | { __typename: 'PropertyLayout', id: string }
        | { __typename: 'PropertyValue', id: string }
        | { __typename: 'Search', id: string }
        | { __typename: 'Snippet', id: string }
        | { __typename: 'Team', id: string }
        | { __typename: 'Ticket', id: string }
        | { __typename: 'TicketStatus', id: string }
        | { __typename: 'TrashGroup', id: string }
        | { __typename: 'Viewer', id: string }
       | null }>, errors: Array<
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type UpdateTicketMutationVariables = Exact<{
  input: TicketUpdateInput;
}>;


export type UpdateTicketMutation = { ticketUpdate: { eventCursor: string | null, ticket: { id: string, name: string, priority: TicketPriority | null, version: number, properties: Array<{ id: string, value: string | null, displayValue: string | null, list: Array<string> }> } | null, errors: Array<
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type SetTicketStatusMutationVariables = Exact<{
  input: TicketStatusSetInput;
}>;


export type SetTicketStatusMutation = { ticketStatusSet: { eventCursor: string | null, ticket: { id: string, version: number, status: { id: string, name: string, state: TicketStatusState } } | null, conversations: Array<{ id: string, status: ConversationStatus }>, effects: Array<{ rule: string, kind: EventKind, count: number, node:
        | { __typename: 'Account', id: string }
        | { __typename: 'Agent', id: string }
        | { __typename: 'ApiToken', id: string }
        | { __typename: 'Attachment', id: string }
        | { __typename: 'Channel', id: string }
        | { __typename: 'Contact', id: string }
        | { __typename: 'Conversation', id: string }
        | { __typename: 'Event', id: string }
        | { __typename: 'Inbox', id: string }
        | { __typename: 'InboxView', id: string }
        | { __typename: 'IncomingMessage', id: string }
        | { __typename: 'InternalComment', id: string }
        | { __typename: 'Label', id: string }
        | { __typename: 'OutgoingMessage', id: string }
        | { __typename: 'Pipeline', id: string }
        | { __typename: 'PropertyDefinition', id: string }
        | { __typename: 'PropertyLayout', id: string }
        | { __typename: 'PropertyValue', id: string }
        | { __typename: 'Search', id: string }
        | { __typename: 'Snippet', id: string }
        | { __typename: 'Team', id: string }
        | { __typename: 'Ticket', id: string }
        | { __typename: 'TicketStatus', id: string }
        | { __typename: 'TrashGroup', id: string }
        | { __typename: 'Viewer', id: string }
       | null }>, errors: Array<
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
      | { code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type InboxViewsQueryVariables = Exact<{ [key: string]: never; }>;


export type InboxViewsQuery = { inboxViews: Array<{ id: string, kind: InboxViewKind, name: string, inbox: { id: string, name: string } | null, conversations: { totalCount: number, totalCountIsCapped: boolean } }> };

export type InboxPageQueryVariables = Exact<{
  viewId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type InboxPageQuery = { inboxView: { id: string, name: string, conversations: { nodes: Array<{ id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string, unreadCount: number, inbox: { id: string, name: string }, contact: { id: string, name: string, email: string | null, phone: string | null }, owner: { id: string, name: string } | null, ticket: { id: string, name: string, status: { id: string, name: string, state: TicketStatusState } } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type SidebarQueryVariables = Exact<{
  conversationId: string;
}>;


export type SidebarQuery = { conversation: { id: string, number: number, subject: string, status: ConversationStatus, lastActivityAt: string, version: number, viewerCanReply: boolean, viewerCanAssign: boolean, viewerCanClose: boolean, viewerCanReopen: boolean, viewerCanCreateTicket: boolean, owner: { id: string, name: string } | null, contact: { id: string, name: string, email: string | null, phone: string | null, conversations: { nodes: Array<{ id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string }> } }, ticket: { id: string, number: number, name: string, recordUrl: string, priority: TicketPriority | null, createdAt: string, closedAt: string | null, lastActivityAt: string, version: number, viewerCanUpdate: boolean, status: { id: string, name: string, state: TicketStatusState }, pipeline: { id: string, name: string }, owner: { id: string, name: string } | null, cardProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, detailProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, conversations: { nodes: Array<{ id: string, number: number, subject: string, status: ConversationStatus }> } } | null } | null };

export type ThreadQueryVariables = Exact<{
  conversationId: string;
  before?: string | null | undefined;
}>;


export type ThreadQuery = { conversation: { id: string, timeline: { nodes: Array<
        | { __typename: 'Event', id: string, kind: EventKind, occurredAt: string, actor: { id: string, name: string } | null, changes: Array<{ field: string, old: string | null, new: string | null }> }
        | { __typename: 'IncomingMessage', id: string, text: string, createdAt: string, contact: { id: string, name: string }, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
        | { __typename: 'InternalComment', id: string, text: string, createdAt: string, agent: { id: string, name: string } | null, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
        | { __typename: 'OutgoingMessage', id: string, text: string, createdAt: string, agent: { id: string, name: string } | null, delivery: { state: DeliveryState, detail: string | null }, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
      >, pageInfo: { hasPreviousPage: boolean, startCursor: string | null } } } | null };

export type InboxPageLiveSubscriptionVariables = Exact<{
  viewId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type InboxPageLiveSubscription = { inboxViewLive: { cursor: string, reason: LiveReason, left: Array<string>, entered: Array<{ id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string, unreadCount: number, inbox: { id: string, name: string }, contact: { id: string, name: string, email: string | null, phone: string | null }, owner: { id: string, name: string } | null, ticket: { id: string, name: string, status: { id: string, name: string, state: TicketStatusState } } | null }>, moved: Array<{ id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string, unreadCount: number, inbox: { id: string, name: string }, contact: { id: string, name: string, email: string | null, phone: string | null }, owner: { id: string, name: string } | null, ticket: { id: string, name: string, status: { id: string, name: string, state: TicketStatusState } } | null }>, changed: Array<{ id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string, unreadCount: number, inbox: { id: string, name: string }, contact: { id: string, name: string, email: string | null, phone: string | null }, owner: { id: string, name: string } | null, ticket: { id: string, name: string, status: { id: string, name: string, state: TicketStatusState } } | null }>, view: { id: string, name: string, conversations: { nodes: Array<{ id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string, unreadCount: number, inbox: { id: string, name: string }, contact: { id: string, name: string, email: string | null, phone: string | null }, owner: { id: string, name: string } | null, ticket: { id: string, name: string, status: { id: string, name: string, state: TicketStatusState } } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null } };

export type SidebarLiveSubscriptionVariables = Exact<{
  conversationId: string;
  after?: string | null | undefined;
}>;


export type SidebarLiveSubscription = { conversationLive: { cursor: string, reason: LiveReason, events: Array<{ id: string, kind: EventKind }>, conversation: { id: string, number: number, subject: string, status: ConversationStatus, lastActivityAt: string, version: number, viewerCanReply: boolean, viewerCanAssign: boolean, viewerCanClose: boolean, viewerCanReopen: boolean, viewerCanCreateTicket: boolean, owner: { id: string, name: string } | null, contact: { id: string, name: string, email: string | null, phone: string | null, conversations: { nodes: Array<{ id: string, number: number, subject: string, preview: string, status: ConversationStatus, lastActivityAt: string }> } }, ticket: { id: string, number: number, name: string, recordUrl: string, priority: TicketPriority | null, createdAt: string, closedAt: string | null, lastActivityAt: string, version: number, viewerCanUpdate: boolean, status: { id: string, name: string, state: TicketStatusState }, pipeline: { id: string, name: string }, owner: { id: string, name: string } | null, cardProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, detailProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, conversations: { nodes: Array<{ id: string, number: number, subject: string, status: ConversationStatus }> } } | null } | null } };

export type ThreadLiveSubscriptionVariables = Exact<{
  conversationId: string;
  before?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ThreadLiveSubscription = { conversationLive: { cursor: string, reason: LiveReason, conversation: { id: string, timeline: { nodes: Array<
          | { __typename: 'Event', id: string, kind: EventKind, occurredAt: string, actor: { id: string, name: string } | null, changes: Array<{ field: string, old: string | null, new: string | null }> }
          | { __typename: 'IncomingMessage', id: string, text: string, createdAt: string, contact: { id: string, name: string }, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
          | { __typename: 'InternalComment', id: string, text: string, createdAt: string, agent: { id: string, name: string } | null, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
          | { __typename: 'OutgoingMessage', id: string, text: string, createdAt: string, agent: { id: string, name: string } | null, delivery: { state: DeliveryState, detail: string | null }, attachments: Array<{ id: string, fileName: string, contentType: string, size: number, url: string | null }> }
        >, pageInfo: { hasPreviousPage: boolean, startCursor: string | null } } } | null } };

export type TicketLiveSubscriptionVariables = Exact<{
  ticketId: string;
  after?: string | null | undefined;
}>;


export type TicketLiveSubscription = { ticketLive: { cursor: string, reason: LiveReason, events: Array<{ id: string, kind: EventKind }>, ticket: { id: string, number: number, name: string, recordUrl: string, priority: TicketPriority | null, createdAt: string, closedAt: string | null, lastActivityAt: string, version: number, viewerCanUpdate: boolean, status: { id: string, name: string, state: TicketStatusState }, pipeline: { id: string, name: string }, owner: { id: string, name: string } | null, cardProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, detailProperties: Array<{ id: string, key: string, value: string | null, displayValue: string | null, list: Array<string>, viewerCanUpdate: boolean, definition: { id: string, key: string, label: string, type: PropertyType, readOnly: boolean, builtIn: boolean, options: Array<{ value: string, label: string }> } }>, conversations: { nodes: Array<{ id: string, number: number, subject: string, status: ConversationStatus }> } } | null } };

export type ViewerLiveSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ViewerLiveSubscription = { viewerLive: { cursor: string, reason: LiveReason, viewer: { id: string, scopes: Array<TokenScope>, agent: { id: string, name: string }, inboxes: Array<{ id: string, name: string }> } | null } };

export type PresenceSubscriptionVariables = Exact<{
  conversationId: string;
}>;


export type PresenceSubscription = { conversationPresence: { cursor: string, reason: LiveReason, viewers: Array<{ state: PresenceState, sinceAt: string, agent: { id: string, name: string } }> } };

const fragmentHappened = {"kind":"FragmentDefinition","name":{"kind":"Name","value":"Happened"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Effect"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rule"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"kind"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"count"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]}]}}]}};

const fragmentThreadPage = {"kind":"FragmentDefinition","name":{"kind":"Name","value":"ThreadPage"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Conversation"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Entry"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"startCursor"},"arguments":[],"directives":[]}]}}]}}]}};

const fragmentEntry = {"kind":"FragmentDefinition","name":{"kind":"Name","value":"Entry"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TimelineEntry"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"},"arguments":[],"directives":[]},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"IncomingMessage"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"text"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"createdAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"contact"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"attachments"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"fileName"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"contentType"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"size"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[],"directives":[]}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OutgoingMessage"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"text"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"createdAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"agent"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"delivery"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"detail"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"attachments"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"fileName"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"contentType"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"size"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[],"directives":[]}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InternalComment"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"text"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"createdAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"agent"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"attachments"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"fileName"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"contentType"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"size"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[],"directives":[]}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"kind"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"actor"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"old"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"new"},"arguments":[],"directives":[]}]}}]}}]}};

const fragmentSidebarDetails = {"kind":"FragmentDefinition","name":{"kind":"Name","value":"SidebarDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Conversation"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"number"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"subject"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"lastActivityAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"version"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewerCanReply"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewerCanAssign"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewerCanClose"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewerCanReopen"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewerCanCreateTicket"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"owner"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"contact"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"email"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"phone"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"conversations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"25"}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"number"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"subject"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"preview"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"lastActivityAt"},"arguments":[],"directives":[]}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"ticket"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TicketDetails"},"directives":[]}]}}]}};

const fragmentTicketDetails = {"kind":"FragmentDefinition","name":{"kind":"Name","value":"TicketDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Ticket"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"number"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"recordUrl"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"priority"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"createdAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"closedAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"lastActivityAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"version"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewerCanUpdate"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"state"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"pipeline"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"cardProperties"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Property"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"detailProperties"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Property"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"conversations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"25"}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"number"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"subject"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[]}]}}]}}]}};

const fragmentProperty = {"kind":"FragmentDefinition","name":{"kind":"Name","value":"Property"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PropertyValue"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"key"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"value"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"displayValue"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"list"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewerCanUpdate"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"definition"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"key"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"label"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"type"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"readOnly"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"builtIn"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"options"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"label"},"arguments":[],"directives":[]}]}}]}}]}};

const fragmentConversationRow = {"kind":"FragmentDefinition","name":{"kind":"Name","value":"ConversationRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Conversation"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"number"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"subject"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"preview"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"lastActivityAt"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"unreadCount"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"inbox"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"contact"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"email"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"phone"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"ticket"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"state"},"arguments":[],"directives":[]}]}}]}}]}};

const fragmentAgentName = {"kind":"FragmentDefinition","name":{"kind":"Name","value":"AgentName"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]}]}};

/** The mutation `Reply`. */
export const Reply: TypedDocument<ReplyMutation, ReplyMutationVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Reply"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"MessageSendInput"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"messageSend"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"path"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"},"arguments":[],"directives":[]}]}}]}}], loc: {"start":0,"end":139,"source":{"body":"mutation Reply($input:MessageSendInput!){messageSend(input:$input){message{id}conversation{id status}errors{code message path}eventCursor}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The mutation `Comment`. */
export const Comment: TypedDocument<CommentMutation, CommentMutationVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Comment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CommentCreateInput"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"commentCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"comment"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"path"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"},"arguments":[],"directives":[]}]}}]}}], loc: {"start":0,"end":122,"source":{"body":"mutation Comment($input:CommentCreateInput!){commentCreate(input:$input){comment{id}errors{code message path}eventCursor}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The mutation `CloseConversation`. */
export const CloseConversation: TypedDocument<CloseConversationMutation, CloseConversationMutationVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CloseConversation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ConversationCloseInput"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversationClose"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"version"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"effects"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Happened"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"path"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"},"arguments":[],"directives":[]}]}}]}}, fragmentHappened], loc: {"start":0,"end":244,"source":{"body":"mutation CloseConversation($input:ConversationCloseInput!){conversationClose(input:$input){conversation{id status version}effects{...Happened}errors{code message path}eventCursor}}fragment Happened on Effect{rule kind count node{__typename id}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The mutation `ReopenConversation`. */
export const ReopenConversation: TypedDocument<ReopenConversationMutation, ReopenConversationMutationVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReopenConversation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ConversationReopenInput"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversationReopen"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"version"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"effects"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Happened"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"path"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"},"arguments":[],"directives":[]}]}}]}}, fragmentHappened], loc: {"start":0,"end":247,"source":{"body":"mutation ReopenConversation($input:ConversationReopenInput!){conversationReopen(input:$input){conversation{id status version}effects{...Happened}errors{code message path}eventCursor}}fragment Happened on Effect{rule kind count node{__typename id}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The mutation `AssignConversation`. */
export const AssignConversation: TypedDocument<AssignConversationMutation, AssignConversationMutationVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AssignConversation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ConversationAssignInput"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversationAssign"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"version"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"owner"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"ticket"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"version"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"owner"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"effects"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Happened"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"path"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"},"arguments":[],"directives":[]}]}}]}}, fragmentAgentName, fragmentHappened], loc: {"start":0,"end":334,"source":{"body":"mutation AssignConversation($input:ConversationAssignInput!){conversationAssign(input:$input){conversation{id version owner{...AgentName}}ticket{id version owner{...AgentName}}effects{...Happened}errors{code message path}eventCursor}}fragment AgentName on Agent{id name}fragment Happened on Effect{rule kind count node{__typename id}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The mutation `CreateTicket`. */
export const CreateTicket: TypedDocument<CreateTicketMutation, CreateTicketMutationVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateTicket"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TicketCreateInput"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ticketCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ticket"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"ticket"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"effects"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Happened"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"path"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"},"arguments":[],"directives":[]}]}}]}}, fragmentHappened], loc: {"start":0,"end":235,"source":{"body":"mutation CreateTicket($input:TicketCreateInput!){ticketCreate(input:$input){ticket{id}conversation{id ticket{id}}effects{...Happened}errors{code message path}eventCursor}}fragment Happened on Effect{rule kind count node{__typename id}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The mutation `UpdateTicket`. */
export const UpdateTicket: TypedDocument<UpdateTicketMutation, UpdateTicketMutationVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateTicket"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TicketUpdateInput"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ticketUpdate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ticket"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"priority"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"version"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"properties"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"value"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"displayValue"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"list"},"arguments":[],"directives":[]}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"path"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"},"arguments":[],"directives":[]}]}}]}}], loc: {"start":0,"end":185,"source":{"body":"mutation UpdateTicket($input:TicketUpdateInput!){ticketUpdate(input:$input){ticket{id name priority version properties{id value displayValue list}}errors{code message path}eventCursor}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The mutation `SetTicketStatus`. */
export const SetTicketStatus: TypedDocument<SetTicketStatusMutation, SetTicketStatusMutationVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetTicketStatus"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TicketStatusSetInput"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ticketStatusSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ticket"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"version"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"state"},"arguments":[],"directives":[]}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"conversations"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"status"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"effects"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Happened"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"message"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"path"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"},"arguments":[],"directives":[]}]}}]}}, fragmentHappened], loc: {"start":0,"end":271,"source":{"body":"mutation SetTicketStatus($input:TicketStatusSetInput!){ticketStatusSet(input:$input){ticket{id version status{id name state}}conversations{id status}effects{...Happened}errors{code message path}eventCursor}}fragment Happened on Effect{rule kind count node{__typename id}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The query `InboxViews`. */
export const InboxViews: TypedDocument<InboxViewsQuery, InboxViewsQueryVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"InboxViews"},"variableDefinitions":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inboxViews"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"kind"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"inbox"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"conversations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"0"}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"totalCountIsCapped"},"arguments":[],"directives":[]}]}}]}}]}}], loc: {"start":0,"end":110,"source":{"body":"query InboxViews{inboxViews{id kind name inbox{id name}conversations(first:0){totalCount totalCountIsCapped}}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The query `InboxPage`. */
export const InboxPage: TypedDocument<InboxPageQuery, InboxPageQueryVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"InboxPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"viewId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"25"},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inboxView"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"viewId"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"conversations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ConversationRow"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"endCursor"},"arguments":[],"directives":[]}]}}]}}]}}]}}, fragmentConversationRow, fragmentAgentName], loc: {"start":0,"end":421,"source":{"body":"query InboxPage($viewId:ID!$first:Int=25$after:String){inboxView(id:$viewId){id name conversations(first:$first after:$after){nodes{...ConversationRow}pageInfo{hasNextPage endCursor}}}}fragment ConversationRow on Conversation{id number subject preview status lastActivityAt unreadCount inbox{id name}contact{id name email phone}owner{...AgentName}ticket{id name status{id name state}}}fragment AgentName on Agent{id name}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The query `Sidebar`. */
export const Sidebar: TypedDocument<SidebarQuery, SidebarQueryVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Sidebar"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SidebarDetails"},"directives":[]}]}}]}}, fragmentSidebarDetails, fragmentAgentName, fragmentTicketDetails, fragmentProperty], loc: {"start":0,"end":892,"source":{"body":"query Sidebar($conversationId:ID!){conversation(id:$conversationId){...SidebarDetails}}fragment SidebarDetails on Conversation{id number subject status lastActivityAt version viewerCanReply viewerCanAssign viewerCanClose viewerCanReopen viewerCanCreateTicket owner{...AgentName}contact{id name email phone conversations(first:25){nodes{id number subject preview status lastActivityAt}}}ticket{...TicketDetails}}fragment AgentName on Agent{id name}fragment TicketDetails on Ticket{id number name recordUrl priority createdAt closedAt lastActivityAt version viewerCanUpdate status{id name state}pipeline{id name}owner{...AgentName}cardProperties{...Property}detailProperties{...Property}conversations(first:25){nodes{id number subject status}}}fragment Property on PropertyValue{id key value displayValue list viewerCanUpdate definition{id key label type readOnly builtIn options{value label}}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The query `Thread`. */
export const Thread: TypedDocument<ThreadQuery, ThreadQueryVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Thread"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ThreadPage"},"directives":[]}]}}]}}, fragmentThreadPage, fragmentEntry, fragmentAgentName], loc: {"start":0,"end":709,"source":{"body":"query Thread($conversationId:ID!$before:String){conversation(id:$conversationId){...ThreadPage}}fragment ThreadPage on Conversation{id timeline(last:50 before:$before){nodes{...Entry}pageInfo{hasPreviousPage startCursor}}}fragment Entry on TimelineEntry{__typename ...on IncomingMessage{id text createdAt contact{id name}attachments{id fileName contentType size url}}...on OutgoingMessage{id text createdAt agent{...AgentName}delivery{state detail}attachments{id fileName contentType size url}}...on InternalComment{id text createdAt agent{...AgentName}attachments{id fileName contentType size url}}...on Event{id kind occurredAt actor{...AgentName}changes{field old new}}}fragment AgentName on Agent{id name}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The subscription `InboxPageLive`. */
export const InboxPageLive: TypedDocument<InboxPageLiveSubscription, InboxPageLiveSubscriptionVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"InboxPageLive"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"viewId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"25"},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inboxViewLive"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"viewId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"viewId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"reason"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"left"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"entered"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ConversationRow"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"moved"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ConversationRow"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"changed"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ConversationRow"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"view"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"conversations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ConversationRow"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"endCursor"},"arguments":[],"directives":[]}]}}]}}]}}]}}]}}, fragmentConversationRow, fragmentAgentName], loc: {"start":0,"end":544,"source":{"body":"subscription InboxPageLive($viewId:ID!$first:Int=25$after:String){inboxViewLive(viewId:$viewId after:$after){cursor reason left entered{...ConversationRow}moved{...ConversationRow}changed{...ConversationRow}view{id name conversations(first:$first){nodes{...ConversationRow}pageInfo{hasNextPage endCursor}}}}}fragment ConversationRow on Conversation{id number subject preview status lastActivityAt unreadCount inbox{id name}contact{id name email phone}owner{...AgentName}ticket{id name status{id name state}}}fragment AgentName on Agent{id name}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The subscription `SidebarLive`. */
export const SidebarLive: TypedDocument<SidebarLiveSubscription, SidebarLiveSubscriptionVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"SidebarLive"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversationLive"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"reason"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"kind"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SidebarDetails"},"directives":[]}]}}]}}]}}, fragmentSidebarDetails, fragmentAgentName, fragmentTicketDetails, fragmentProperty], loc: {"start":0,"end":976,"source":{"body":"subscription SidebarLive($conversationId:ID!$after:String){conversationLive(id:$conversationId after:$after){cursor reason events{id kind}conversation{...SidebarDetails}}}fragment SidebarDetails on Conversation{id number subject status lastActivityAt version viewerCanReply viewerCanAssign viewerCanClose viewerCanReopen viewerCanCreateTicket owner{...AgentName}contact{id name email phone conversations(first:25){nodes{id number subject preview status lastActivityAt}}}ticket{...TicketDetails}}fragment AgentName on Agent{id name}fragment TicketDetails on Ticket{id number name recordUrl priority createdAt closedAt lastActivityAt version viewerCanUpdate status{id name state}pipeline{id name}owner{...AgentName}cardProperties{...Property}detailProperties{...Property}conversations(first:25){nodes{id number subject status}}}fragment Property on PropertyValue{id key value displayValue list viewerCanUpdate definition{id key label type readOnly builtIn options{value label}}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The subscription `ThreadLive`. */
export const ThreadLive: TypedDocument<ThreadLiveSubscription, ThreadLiveSubscriptionVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ThreadLive"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversationLive"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"reason"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ThreadPage"},"directives":[]}]}}]}}]}}, fragmentThreadPage, fragmentEntry, fragmentAgentName], loc: {"start":0,"end":778,"source":{"body":"subscription ThreadLive($conversationId:ID!$before:String$after:String){conversationLive(id:$conversationId after:$after){cursor reason conversation{...ThreadPage}}}fragment ThreadPage on Conversation{id timeline(last:50 before:$before){nodes{...Entry}pageInfo{hasPreviousPage startCursor}}}fragment Entry on TimelineEntry{__typename ...on IncomingMessage{id text createdAt contact{id name}attachments{id fileName contentType size url}}...on OutgoingMessage{id text createdAt agent{...AgentName}delivery{state detail}attachments{id fileName contentType size url}}...on InternalComment{id text createdAt agent{...AgentName}attachments{id fileName contentType size url}}...on Event{id kind occurredAt actor{...AgentName}changes{field old new}}}fragment AgentName on Agent{id name}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The subscription `TicketLive`. */
export const TicketLive: TypedDocument<TicketLiveSubscription, TicketLiveSubscriptionVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"TicketLive"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ticketId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"directives":[]},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ticketLive"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ticketId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"reason"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"kind"},"arguments":[],"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"ticket"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TicketDetails"},"directives":[]}]}}]}}]}}, fragmentTicketDetails, fragmentAgentName, fragmentProperty], loc: {"start":0,"end":626,"source":{"body":"subscription TicketLive($ticketId:ID!$after:String){ticketLive(id:$ticketId after:$after){cursor reason events{id kind}ticket{...TicketDetails}}}fragment TicketDetails on Ticket{id number name recordUrl priority createdAt closedAt lastActivityAt version viewerCanUpdate status{id name state}pipeline{id name}owner{...AgentName}cardProperties{...Property}detailProperties{...Property}conversations(first:25){nodes{id number subject status}}}fragment AgentName on Agent{id name}fragment Property on PropertyValue{id key value displayValue list viewerCanUpdate definition{id key label type readOnly builtIn options{value label}}}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The subscription `ViewerLive`. */
export const ViewerLive: TypedDocument<ViewerLiveSubscription, ViewerLiveSubscriptionVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ViewerLive"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewerLive"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"reason"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewer"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"scopes"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"agent"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"inboxes"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"name"},"arguments":[],"directives":[]}]}}]}}]}}]}}, fragmentAgentName], loc: {"start":0,"end":169,"source":{"body":"subscription ViewerLive($after:String){viewerLive(after:$after){cursor reason viewer{id scopes agent{...AgentName}inboxes{id name}}}}fragment AgentName on Agent{id name}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;

/** The subscription `Presence`. */
export const Presence: TypedDocument<PresenceSubscription, PresenceSubscriptionVariables> = { kind: "Document", definitions: [{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Presence"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"directives":[]}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversationPresence"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"conversationId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"conversationId"}}}],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"reason"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"viewers"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agent"},"arguments":[],"directives":[],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentName"},"directives":[]}]}},{"kind":"Field","name":{"kind":"Name","value":"state"},"arguments":[],"directives":[]},{"kind":"Field","name":{"kind":"Name","value":"sinceAt"},"arguments":[],"directives":[]}]}}]}}]}}, fragmentAgentName], loc: {"start":0,"end":189,"source":{"body":"subscription Presence($conversationId:ID!){conversationPresence(conversationId:$conversationId){cursor reason viewers{agent{...AgentName}state sinceAt}}}fragment AgentName on Agent{id name}","name":"GraphQL request","locationOffset":{"line":1,"column":1}}} } as never;
