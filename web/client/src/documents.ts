// Written by scripts/documents.mjs from documents/*.graphql.
import type { TypedDocument } from "./typed.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A note among agents. */
export type CommentCreateInput = {
  /** Files that were uploaded for it, at most 20. See attachmentCreate. */
  attachmentIds?: Array<string> | null | undefined;
  /** The conversation. */
  conversationId: string;
  /** Makes a retry safe: the same key gives the first answer again for 7 days. At most 512 bytes. */
  idempotencyKey?: string | null | undefined;
  /** What it says, at most 256 kB. It may be empty when there is a file. */
  text: string;
};

/** What conversationAssign needs. */
export type ConversationAssignInput = {
  /** The conversation. */
  conversationId: string;
  /** True: answers what would happen, and changes nothing. */
  dryRun?: boolean | null | undefined;
  /** Refuse if the conversation is not at this version. */
  expectedVersion?: number | null | undefined;
  /** Makes a retry safe: the same key gives the first answer again for 7 days. At most 512 bytes. */
  idempotencyKey?: string | null | undefined;
  /** The new owner; null: nobody, absent: the present one stays. */
  ownerId?: string | null | undefined;
};

/** What conversationClose needs. */
export type ConversationCloseInput = {
  /** The conversation. */
  conversationId: string;
  /** True: answers what would happen, and changes nothing. */
  dryRun?: boolean | null | undefined;
  /** Refuse if the conversation is not at this version. */
  expectedVersion?: number | null | undefined;
  /** Makes a retry safe: the same key gives the first answer again for 7 days. At most 512 bytes. */
  idempotencyKey?: string | null | undefined;
};

/** What conversationReopen needs. */
export type ConversationReopenInput = {
  /** The conversation. */
  conversationId: string;
  /** True: answers what would happen, and changes nothing. */
  dryRun?: boolean | null | undefined;
  /** Refuse if the conversation is not at this version. */
  expectedVersion?: number | null | undefined;
  /** Makes a retry safe: the same key gives the first answer again for 7 days. At most 512 bytes. */
  idempotencyKey?: string | null | undefined;
};

/** Whether a conversation is being worked on. */
export type ConversationStatus =
  /** It is not; it reopens when the contact writes again (D8). */
  | 'CLOSED'
  /** It is. */
  | 'OPEN';

/** How far an outgoing message has come: from QUEUED over SENT to one of two ends, DELIVERED or FAILED. It never goes back. */
export type DeliveryState =
  /** It has arrived. */
  | 'DELIVERED'
  /** It could not be sent, or came back. */
  | 'FAILED'
  /** It waits for its channel. */
  | 'QUEUED'
  /** The channel has sent it. */
  | 'SENT';

/** Why a mutation was refused. */
export type ErrorCode =
  /** Something with this name, key or address is there already. */
  | 'ALREADY_EXISTS'
  /** More would go to the trash than one conversation and its ticket; confirm with `confirmCascade: true` (D1). */
  | 'CASCADE_NOT_CONFIRMED'
  /** A contact needs an email, a phone number or an external id. */
  | 'CONTACT_NOT_IDENTIFIED'
  /** A conversation has at most one ticket (R5, R6). */
  | 'CONVERSATION_HAS_TICKET'
  /** No delivery can be reported for this message, or it has come to the other end already: delivered, or failed. */
  | 'DELIVERY_NOT_REPORTABLE'
  /** Your role or your token does not allow it. */
  | 'FORBIDDEN'
  /** The first call with this idempotency key is still running; ask again in a moment. */
  | 'IDEMPOTENCY_IN_PROGRESS'
  /** The idempotency key was used for the same mutation with other arguments. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** A value is out of its range or does not fit with the others. */
  | 'INVALID_INPUT'
  /** Text that can't be kept: not UTF-8, or with U+0000 in it. */
  | 'INVALID_TEXT'
  /** The last active admin of the account can't be deactivated or get another role. */
  | 'LAST_ADMIN'
  /** The last open or the last closed status of a pipeline can't go. */
  | 'LAST_STATUS_OF_STATE'
  /** The account has as many of these as it may. */
  | 'LIMIT_REACHED'
  /** There is no such record, or you may not see it: the two are the same answer. */
  | 'NOT_FOUND'
  /** This agent can't own records: deactivated, or READ_ONLY. */
  | 'OWNER_NOT_ALLOWED'
  /** The value does not fit the property's type. */
  | 'PROPERTY_INVALID'
  /** The property is computed, or built in, and can't be changed (D18). */
  | 'PROPERTY_READ_ONLY'
  /** There is no property with this key. */
  | 'PROPERTY_UNKNOWN'
  /** What is in the trash is read-only; restore it first (D19). */
  | 'RECORD_IN_TRASH'
  /** Only what is in the trash can be restored. */
  | 'RECORD_NOT_IN_TRASH'
  /** The status, or its pipeline, is archived; tickets can't be put into it. */
  | 'STATUS_ARCHIVED'
  /** Text longer than the limit that its argument names. */
  | 'TEXT_TOO_LONG'
  /** The account's tickets are managed in the help desk, and this one still sits in the inbox (R2, D13). */
  | 'TICKETS_MOVED_TO_HELP_DESK'
  /** `expectedVersion` is not the present version. */
  | 'VERSION_CONFLICT';

/** What can happen. Effects use the same words. */
export type EventKind =
  /** The account was made, with its first admin. */
  | 'ACCOUNT_CREATED'
  /** The account's settings changed. */
  | 'ACCOUNT_UPDATED'
  /** An agent was added. */
  | 'AGENT_CREATED'
  /** An agent changed. */
  | 'AGENT_UPDATED'
  /** An API token was made. */
  | 'API_TOKEN_CREATED'
  /** An API token was ended. */
  | 'API_TOKEN_REVOKED'
  /** A file was announced. */
  | 'ATTACHMENT_CREATED'
  /** A message took a file. */
  | 'ATTACHMENT_SENT'
  /** The bytes of a file came. */
  | 'ATTACHMENT_UPLOADED'
  /** A channel was added. */
  | 'CHANNEL_CREATED'
  /** A channel changed. */
  | 'CHANNEL_UPDATED'
  /** An agent left a note. */
  | 'COMMENT_CREATED'
  /** A contact came to be known. */
  | 'CONTACT_CREATED'
  /** A contact changed. */
  | 'CONTACT_UPDATED'
  /** A conversation got another owner, or none. */
  | 'CONVERSATION_ASSIGNED'
  /** A conversation was closed. */
  | 'CONVERSATION_CLOSED'
  /** A conversation got other labels. */
  | 'CONVERSATION_LABELED'
  /** A conversation went to another inbox or workspace. */
  | 'CONVERSATION_MOVED'
  /** A conversation was marked as read. */
  | 'CONVERSATION_READ'
  /** A conversation was opened again. */
  | 'CONVERSATION_REOPENED'
  /** A conversation came back from the trash. */
  | 'CONVERSATION_RESTORED'
  /** A conversation began. */
  | 'CONVERSATION_STARTED'
  /** A conversation got its ticket. */
  | 'CONVERSATION_TICKET_ADDED'
  /** A conversation went to the trash. */
  | 'CONVERSATION_TRASHED'
  /** A conversation was marked as unread. */
  | 'CONVERSATION_UNREAD'
  /** An inbox was made. */
  | 'INBOX_CREATED'
  /** An inbox changed. */
  | 'INBOX_UPDATED'
  /** A view was saved. */
  | 'INBOX_VIEW_CREATED'
  /** A saved view was taken away. */
  | 'INBOX_VIEW_DELETED'
  /** A saved view changed. */
  | 'INBOX_VIEW_UPDATED'
  /** A label was taken out of use. */
  | 'LABEL_ARCHIVED'
  /** A label was made. */
  | 'LABEL_CREATED'
  /** A label changed. */
  | 'LABEL_UPDATED'
  /** A channel said how far an answer has come. */
  | 'MESSAGE_DELIVERY_REPORTED'
  /** A contact wrote. */
  | 'MESSAGE_RECEIVED'
  /** An agent answered. */
  | 'MESSAGE_SENT'
  /** A pipeline was taken out of use. */
  | 'PIPELINE_ARCHIVED'
  /** A pipeline was made. */
  | 'PIPELINE_CREATED'
  /** A pipeline changed. */
  | 'PIPELINE_UPDATED'
  /** A property of tickets was taken out of use. */
  | 'PROPERTY_DEFINITION_ARCHIVED'
  /** A property of tickets was made. */
  | 'PROPERTY_DEFINITION_CREATED'
  /** A property of tickets changed. */
  | 'PROPERTY_DEFINITION_UPDATED'
  /** A snippet was made. */
  | 'SNIPPET_CREATED'
  /** A snippet was taken away. */
  | 'SNIPPET_DELETED'
  /** A snippet changed. */
  | 'SNIPPET_UPDATED'
  /** A team was made. */
  | 'TEAM_CREATED'
  /** A team changed. */
  | 'TEAM_UPDATED'
  /** A ticket got another owner, or none. */
  | 'TICKET_ASSIGNED'
  /** A ticket got one more conversation. Which one, the event CONVERSATION_TICKET_ADDED tells those who see it. */
  | 'TICKET_CONVERSATION_ADDED'
  /** A ticket was made. */
  | 'TICKET_CREATED'
  /** Somebody chose the properties that the details panel shows. */
  | 'TICKET_DETAIL_LAYOUT_SET'
  /** A ticket went to another workspace. */
  | 'TICKET_MOVED'
  /** A ticket came back from the trash. */
  | 'TICKET_RESTORED'
  /** A status was taken out of use. */
  | 'TICKET_STATUS_ARCHIVED'
  /** A ticket got another status. */
  | 'TICKET_STATUS_CHANGED'
  /** A status was added to a pipeline. */
  | 'TICKET_STATUS_CREATED'
  /** A status of a pipeline changed. */
  | 'TICKET_STATUS_UPDATED'
  /** A ticket went to the trash. */
  | 'TICKET_TRASHED'
  /** A ticket's details changed. */
  | 'TICKET_UPDATED'
  /** Things in the trash were removed for good. */
  | 'TRASH_PURGED';

/** What a view shows. */
export type InboxViewKind =
  /** Closed conversations. */
  | 'CLOSED'
  /** Your own open conversations. */
  | 'MINE'
  /** Open conversations. */
  | 'OPEN'
  /** What its `where` says. */
  | 'SAVED'
  /** Open conversations without an owner. */
  | 'UNASSIGNED';

/** Why a live payload comes. */
export type LiveReason =
  /** Something happened, once or often. After a resumption: all that was missed, in one. */
  | 'CHANGE'
  /** How things stand. What was missed can't be told: it is longer ago than the server keeps, or too much, or the cursor is not of this server. Throw away what you have of it. */
  | 'RESYNC'
  /** It is gone, or not yours to see any more. What you have of it is to be thrown away. */
  | 'REVOKED'
  /** The first one: how things stand. */
  | 'SNAPSHOT';

/** An answer to the contact. */
export type MessageSendInput = {
  /** Files that were uploaded for it, at most 20. See attachmentCreate. */
  attachmentIds?: Array<string> | null | undefined;
  /** The conversation. */
  conversationId: string;
  /** The same as HTML, at most 512 kB. */
  html?: string | null | undefined;
  /** Makes a retry safe: the same key gives the first answer again for 7 days. At most 512 bytes. */
  idempotencyKey?: string | null | undefined;
  /** What it says, at most 256 kB. When only HTML is there, the text is made from it. Text, HTML that says or shows something, or a file must be there. */
  text?: string | null | undefined;
};

/** What an agent is doing at a conversation. */
export type PresenceState =
  /** Writing an internal comment. */
  | 'TYPING_COMMENT'
  /** Writing an answer to the contact. */
  | 'TYPING_REPLY'
  /** Looking at it. */
  | 'VIEWING';

/** The type of a property's values, and how they are written. */
export type PropertyType =
  /** The id of an agent. */
  | 'AGENT'
  /** `true` or `false`. */
  | 'BOOLEAN'
  /** The id of a contact; built in. */
  | 'CONTACT'
  /** A day, such as `2026-03-31`. */
  | 'DATE'
  /** A moment, such as `2026-03-31T15:04:05.000Z`. */
  | 'DATETIME'
  /**
   * A decimal number, such as `-3.5`, kept exactly: at most 38 digits when it is written out without an exponent. It
   * comes back written out, without zeros that say nothing: `1e3` as `1000`, `2.50` as `2.5`, `-0` as `0`.
   */
  | 'NUMBER'
  /** One of the options, by its value. */
  | 'OPTION'
  /** Several of the options, as a list of their values. */
  | 'OPTIONS'
  /** The id of a pipeline; built in. */
  | 'PIPELINE'
  /** The id of a ticket status; built in. */
  | 'STATUS'
  /** Text, at most 64 kB. */
  | 'TEXT';

/** A value: one string as the property's type writes it, or a list of strings for OPTIONS. */
export type PropertyValueInput =
  {   /** A list of strings, at most 500. */
  list: Array<string>; string?: never; }
  |  { list?: never;   /** One string. */
  string: string; };

/** What ticketCreate needs. */
export type TicketCreateInput = {
  /** The conversation. */
  conversationId: string;
  /** True: answers what would happen, and changes nothing. */
  dryRun?: boolean | null | undefined;
  /** Makes a retry safe: the same key gives the first answer again for 7 days. At most 512 bytes. */
  idempotencyKey?: string | null | undefined;
  /** The ticket's name, at most 1,000 bytes. */
  name: string;
  /** The owner; absent: the conversation's, null: nobody. */
  ownerId?: string | null | undefined;
  /** The priority; null: none. */
  priority?: TicketPriority | null | undefined;
  /** Values of properties by key, at most 250. */
  properties?: Array<TicketPropertyInput> | null | undefined;
  /** The status; absent: the first open one of the first pipeline. */
  statusId?: string | null | undefined;
};

/** How urgent a ticket is. */
export type TicketPriority =
  /** Before others. */
  | 'HIGH'
  /** Whenever there is time. */
  | 'LOW'
  /** As usual. */
  | 'MEDIUM'
  /** Now. */
  | 'URGENT';

/** The value of one property of a ticket. */
export type TicketPropertyInput = {
  /** The property's key. */
  key: string;
  /** The value; null or absent clears it. */
  value?: PropertyValueInput | null | undefined;
};

/** What ticketStatusSet needs. */
export type TicketStatusSetInput = {
  /** True: answers what would happen, and changes nothing. */
  dryRun?: boolean | null | undefined;
  /** Refuse if the ticket is not at this version. */
  expectedVersion?: number | null | undefined;
  /** Makes a retry safe: the same key gives the first answer again for 7 days. At most 512 bytes. */
  idempotencyKey?: string | null | undefined;
  /** The status, of any pipeline. */
  statusId: string;
  /** The ticket. */
  ticketId: string;
};

/** Whether tickets in a status are being worked on. */
export type TicketStatusState =
  /** They are not. */
  | 'CLOSED'
  /** They are. */
  | 'OPEN';

/** What ticketUpdate needs. */
export type TicketUpdateInput = {
  /** True: answers what would happen, and changes nothing. */
  dryRun?: boolean | null | undefined;
  /** Refuse if the ticket is not at this version. */
  expectedVersion?: number | null | undefined;
  /** Makes a retry safe: the same key gives the first answer again for 7 days. At most 512 bytes. */
  idempotencyKey?: string | null | undefined;
  /** The ticket's name, at most 1,000 bytes. */
  name?: string | null | undefined;
  /** The priority; null: none. */
  priority?: TicketPriority | null | undefined;
  /** Values of properties by key, at most 250. */
  properties?: Array<TicketPropertyInput> | null | undefined;
  /** The ticket. */
  ticketId: string;
};

/** What a token may do, below what its agent's role allows. */
export type TokenScope =
  /** Changing the account's set-up, for tokens of admins. */
  | 'ADMIN'
  /** messageReceive, messageDeliveryReport and contactUpsert. */
  | 'CHANNEL'
  /** Queries. */
  | 'READ'
  /** Working on conversations, tickets and contacts. */
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
