import { graphql } from "../api/graphql";

const parts = graphql(`fragment Parts on TextPart { text isHit }`);

const conversationHit = graphql(
  `fragment ConversationHitFields on ConversationHit {
    conversation { id number status lastActivityAt unreadCount contact { id name email phone } inbox { id name } ticket { id status { id state name } } }
    subject { ...Parts } excerpt { ...Parts }
  }`,
  [parts],
);
const ticketHit = graphql(
  `fragment TicketHitFields on TicketHit { ticket { id number lastActivityAt status { id name state } contact { id name email phone } } name { ...Parts } }`,
  [parts],
);
const contactHit = graphql(
  `fragment ContactHitFields on ContactHit {
    contact { id name email phone createdAt } name { ...Parts } email { ...Parts } phone { ...Parts } externalId { ...Parts }
  }`,
  [parts],
);

export const FindConversations = graphql(
  `query FindConversations($query: String!, $where: ConversationWhere, $after: String) {
    search(query: $query) { id conversations(first: 25, where: $where, after: $after) { nodes { ...ConversationHitFields } pageInfo { hasNextPage endCursor } } }
  }`,
  [conversationHit],
);
export const FindTickets = graphql(
  `query FindTickets($query: String!, $where: TicketWhere, $after: String) {
    search(query: $query) { id tickets(first: 25, where: $where, after: $after) { nodes { ...TicketHitFields } pageInfo { hasNextPage endCursor } } }
  }`,
  [ticketHit],
);
export const FindContacts = graphql(
  `query FindContacts($query: String!, $after: String) {
    search(query: $query) { id contacts(first: 25, after: $after) { nodes { ...ContactHitFields } pageInfo { hasNextPage endCursor } } }
  }`,
  [contactHit],
);

/** How much there is of each, for the tabs. */
export const FindCounts = graphql(`
  query FindCounts($query: String!, $conversations: ConversationWhere, $tickets: TicketWhere) {
    search(query: $query) {
      id
      conversations(first: 0, where: $conversations) { totalCount totalCountIsCapped }
      tickets(first: 0, where: $tickets) { totalCount totalCountIsCapped }
      contacts(first: 0) { totalCount totalCountIsCapped }
    }
  }
`);

/** The best of each, for the list of commands. */
export const FindBest = graphql(`
  query FindBest($query: String!) {
    search(query: $query) {
      id
      conversations(first: 5) { nodes { conversation { id number subject preview contact { id name email phone } } } }
      tickets(first: 5) { nodes { ticket { id number name } } }
      contacts(first: 5) { nodes { contact { id name email phone } } }
    }
  }
`);
