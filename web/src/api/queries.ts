import { conversationFields, contactFields, entryFields, agentFields, definitionFields, propertyFields, rowFields, ticketFields } from "./fragments";
import { graphql } from "./graphql";

/** What every screen needs to know: who looks, and how the account is set up. */
const frameFields = graphql(
  `
    fragment FrameFields on Viewer {
      id
      scopes
      agent { ...AgentFields timeZone }
      account { id name slug plan ticketHome trashKeepDays version viewerCanAdminister }
      inboxes { id name workspace }
      ticketDetailLayout { id scope version properties { id key label } }
    }
  `,
  [agentFields],
);

export const Frame = graphql(
  `
    query Frame {
      viewer { ...FrameFields }
      agents { ...AgentFields }
      pipelines { id name position statuses { id name state position pipeline { id } } }
    }
  `,
  [frameFields, agentFields],
);

export const Views = graphql(`query Views { inboxViews { id kind name scope where orderBy version viewerCanUpdate team { id name } inbox { id name } count countIsCapped } }`);

export const FrameLive = graphql(`subscription FrameLive($after: String) { viewerLive(after: $after) { reason viewer { ...FrameFields } } }`, [frameFields]);

/** Says that somebody has saved, changed or deleted a view. */
export const ViewsChanged = graphql(`
  subscription ViewsChanged($after: String) {
    events(where: { kind: [INBOX_VIEW_CREATED, INBOX_VIEW_UPDATED, INBOX_VIEW_DELETED] }, after: $after) { reason events { id } }
  }
`);

export const ViewCount = graphql(`
  subscription ViewCount($view: ID!, $after: String) {
    inboxViewLive(viewId: $view, after: $after) { reason view { id name where orderBy version count countIsCapped } }
  }
`);

export const ViewPage = graphql(
  `query ViewPage($view: ID!, $after: String) {
    inboxView(id: $view) { id name conversations(first: 50, after: $after) { nodes { ...RowFields } pageInfo { hasNextPage endCursor } } }
  }`,
  [rowFields],
);

export const ViewLive = graphql(
  `subscription ViewLive($view: ID!, $after: String) {
    inboxViewLive(viewId: $view, after: $after) {
      reason left
      entered { ...RowFields }
      moved { ...RowFields }
      changed { ...RowFields }
    }
  }`,
  [rowFields],
);

export const Matches = graphql(
  `query Matches($where: ConversationWhere!, $after: String) {
    conversations(first: 50, after: $after, where: $where) { nodes { ...RowFields } pageInfo { hasNextPage endCursor } }
  }`,
  [rowFields],
);

export const RowQuery = graphql(`query RowOf($id: ID!) { conversation(id: $id) { ...RowFields } }`, [rowFields]);

export const ConversationQuery = graphql(`query Conversation($id: ID!) { conversation(id: $id) { ...ConversationFields } }`, [conversationFields]);

export const ConversationLive = graphql(
  `subscription ConversationLive($id: ID!, $after: String) {
    conversationLive(id: $id, after: $after) {
      reason
      events { id kind occurredAt actor { id name } }
      conversation { ...ConversationFields }
    }
  }`,
  [conversationFields],
);

export const Older = graphql(
  `query Older($id: ID!, $before: String!) {
    conversation(id: $id) { id timeline(last: 40, before: $before) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } } }
  }`,
  [entryFields],
);

export const Presence = graphql(`
  subscription Presence($id: ID!) { conversationPresence(conversationId: $id) { reason viewers { agent { id name } state sinceAt } } }
`);

const recordFields = graphql(
  `
    fragment RecordFields on Ticket {
      ...TicketFields
      properties { ...PropertyFields }
      timeline(last: 60) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } }
    }
  `,
  [ticketFields, propertyFields, entryFields],
);

export const OlderOfTicket = graphql(
  `query OlderOfTicket($id: ID!, $before: String!) {
    ticket(id: $id) { id timeline(last: 60, before: $before) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } } }
  }`,
  [entryFields],
);

export const TicketQuery = graphql(`query Ticket($id: ID!) { ticket(id: $id) { ...RecordFields } }`, [recordFields]);
export const TicketLive = graphql(
  `subscription TicketLive($id: ID!, $after: String) { ticketLive(id: $id, after: $after) { reason ticket { ...RecordFields } } }`,
  [recordFields],
);

export const ContactQuery = graphql(
  `query Contact($id: ID!) { contact(id: $id) { ...ContactFields tickets(first: 20) { nodes { id number name lastActivityAt status { id name state } } } } }`,
  [contactFields],
);

export const Definitions = graphql(`query Definitions { propertyDefinitions { ...DefinitionFields } }`, [definitionFields]);

export const Trash = graphql(`
  query Trash($after: String) {
    trash(first: 25, after: $after) {
      nodes {
        id trashedAt purgeAt restoredAt
        trashedBy { id name }
        root { __typename ... on Ticket { id number name viewerCanRestore } ... on Conversation { id number subject preview viewerCanRestore contact { id name } } }
        records { __typename ... on Ticket { id number name } ... on Conversation { id number subject preview contact { id name } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** What happens, for the screens that have no subscription of their own. */
export const Happenings = graphql(`
  subscription Happenings($where: EventWhere, $after: String) { events(where: $where, after: $after) { reason events { id kind entityId } } }
`);
