import { graphql, type FragmentOf } from "./graphql";

export const agentFields = graphql(`fragment AgentFields on Agent { id name email role deactivatedAt version }`);

export const rowFields = graphql(`
  fragment RowFields on Conversation {
    id number subject preview status createdAt lastActivityAt closedAt unreadCount trashedAt
    inbox { id }
    contact { id name email phone }
    owner { id name }
    ticket { id name status { id name state } }
    labels { id name color }
  }
`);

export const propertyFields = graphql(`
  fragment PropertyFields on PropertyValue {
    id key value displayValue list viewerCanUpdate
    definition { id key label description type readOnly builtIn options { value label } }
  }
`);

export const definitionFields = graphql(`
  fragment DefinitionFields on PropertyDefinition { id key label description type readOnly builtIn archivedAt version options { value label } }
`);

/** The ticket with its card, its panel and its conversations: what the sidebar and the record show. */
export const ticketFields = graphql(
  `
    fragment TicketFields on Ticket {
      id number name recordUrl priority workspace createdAt closedAt lastActivityAt trashedAt version
      viewerCanUpdate viewerCanTrash viewerCanRestore
      status { id name state }
      pipeline { id name }
      owner { id name }
      contact { id name email phone }
      cardProperties { ...PropertyFields }
      detailProperties { ...PropertyFields }
      conversations(first: 50) { nodes { id number subject status lastActivityAt trashedAt } }
    }
  `,
  [propertyFields],
);

export const contactFields = graphql(`
  fragment ContactFields on Contact {
    id name email phone externalId createdAt version viewerCanUpdate
    conversations(first: 20) { nodes { id number subject preview status lastActivityAt inbox { id name } ticket { id name } } }
  }
`);

const attachmentFields = graphql(`fragment AttachmentFields on Attachment { id fileName contentType size url }`);

export const entryFields = graphql(
  `
    fragment EntryFields on TimelineEntry {
      __typename
      ... on IncomingMessage { id text createdAt contact { id name email } attachments { ...AttachmentFields } conversation { id number } }
      ... on OutgoingMessage { id text createdAt agent { id name } delivery { state detail deliveredAt } attachments { ...AttachmentFields } conversation { id number } }
      ... on InternalComment { id text createdAt agent { id name } attachments { ...AttachmentFields } conversation { id number } }
      ... on Event { id kind occurredAt rule isEffect entityId actor { id name } changes { field old new } }
    }
  `,
  [attachmentFields],
);

export const conversationFields = graphql(
  `
    fragment ConversationFields on Conversation {
      id number subject preview status workspace unreadCount lastActivityAt trashedAt version
      viewerCanReply viewerCanAssign viewerCanClose viewerCanReopen viewerCanMove viewerCanCreateTicket viewerCanTrash viewerCanRestore
      inbox { id name workspace }
      channel { id kind name }
      owner { id name }
      labels { id name color }
      trashGroup { id purgeAt }
      contact { ...ContactFields }
      ticket { ...TicketFields }
      timeline(last: 40) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } }
    }
  `,
  [contactFields, ticketFields, entryFields],
);

export type Row = FragmentOf<typeof rowFields>;
export type Property = FragmentOf<typeof propertyFields>;
export type Definition = FragmentOf<typeof definitionFields>;
export type Ticket = FragmentOf<typeof ticketFields>;
export type Contact = FragmentOf<typeof contactFields>;
export type Conversation = FragmentOf<typeof conversationFields>;
export type TimelineEntry = FragmentOf<typeof entryFields>;
