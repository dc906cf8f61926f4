import{t as e}from"./graphql-BwqHAQ-0.js";var t=e(`fragment Parts on TextPart { text isHit }`),n=e(`fragment ConversationHitFields on ConversationHit {
    conversation { id number status lastActivityAt unreadCount contact { id name email phone } inbox { id name } ticket { id status { id state name } } }
    subject { ...Parts } excerpt { ...Parts }
  }`,[t]),r=e(`fragment TicketHitFields on TicketHit { ticket { id number lastActivityAt status { id name state } contact { id name email phone } } name { ...Parts } }`,[t]),i=e(`fragment ContactHitFields on ContactHit {
    contact { id name email phone createdAt } name { ...Parts } email { ...Parts } phone { ...Parts } externalId { ...Parts }
  }`,[t]),a=e(`query FindConversations($query: String!, $where: ConversationWhere, $after: String) {
    search(query: $query) { id conversations(first: 25, where: $where, after: $after) { nodes { ...ConversationHitFields } pageInfo { hasNextPage endCursor } } }
  }`,[n]),o=e(`query FindTickets($query: String!, $where: TicketWhere, $after: String) {
    search(query: $query) { id tickets(first: 25, where: $where, after: $after) { nodes { ...TicketHitFields } pageInfo { hasNextPage endCursor } } }
  }`,[r]),s=e(`query FindContacts($query: String!, $after: String) {
    search(query: $query) { id contacts(first: 25, after: $after) { nodes { ...ContactHitFields } pageInfo { hasNextPage endCursor } } }
  }`,[i]),c=e(`
  query FindCounts($query: String!, $conversations: ConversationWhere, $tickets: TicketWhere) {
    search(query: $query) {
      id
      conversations(first: 0, where: $conversations) { totalCount totalCountIsCapped }
      tickets(first: 0, where: $tickets) { totalCount totalCountIsCapped }
      contacts(first: 0) { totalCount totalCountIsCapped }
    }
  }
`),l=e(`
  query FindBest($query: String!) {
    search(query: $query) {
      id
      conversations(first: 5) { nodes { conversation { id number subject preview contact { id name email phone } } } }
      tickets(first: 5) { nodes { ticket { id number name } } }
      contacts(first: 5) { nodes { contact { id name email phone } } }
    }
  }
`);export{o as a,c as i,s as n,a as r,l as t};