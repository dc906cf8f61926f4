import { graphql } from "./graphql";

const ticketState = graphql(`
  fragment TicketState on Ticket { id version closedAt priority name status { id name state } pipeline { id name } owner { id name } }
`);
const conversationState = graphql(`
  fragment ConversationState on Conversation { id version status owner { id name } viewerCanClose viewerCanReopen }
`);
const effect = graphql(`fragment EffectFields on Effect { rule kind count node { __typename id } }`);

export const MessageSend = graphql(
  `mutation MessageSend($input: MessageSendInput!) { messageSend(input: $input) { message { id } errors { code message path } } }`,
);
export const CommentCreate = graphql(
  `mutation CommentCreate($input: CommentCreateInput!) { commentCreate(input: $input) { comment { id } errors { code message path } } }`,
);
export const AttachmentCreate = graphql(
  `mutation AttachmentCreate($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { attachment { id fileName size } uploadUrl errors { code message path } } }`,
);
export const AgentTimeZone = graphql(
  `mutation AgentTimeZone($input: AgentUpdateInput!) { agentUpdate(input: $input) { agent { id timeZone version } errors { code message path } } }`,
);
export const ConversationAssign = graphql(
  `mutation ConversationAssign($input: ConversationAssignInput!) {
    conversationAssign(input: $input) { conversation { ...ConversationState } ticket { ...TicketState } errors { code message path } }
  }`,
  [conversationState, ticketState],
);
export const ConversationClose = graphql(
  `mutation ConversationClose($input: ConversationCloseInput!) { conversationClose(input: $input) { conversation { ...ConversationState } errors { code message path } } }`,
  [conversationState],
);
export const ConversationReopen = graphql(
  `mutation ConversationReopen($input: ConversationReopenInput!) { conversationReopen(input: $input) { conversation { ...ConversationState } errors { code message path } } }`,
  [conversationState],
);
export const ConversationMove = graphql(
  `mutation ConversationMove($input: ConversationMoveInput!) { conversationMove(input: $input) { conversation { id inbox { id name workspace } } errors { code message path } } }`,
);
export const ConversationMarkRead = graphql(
  `mutation ConversationMarkRead($input: ConversationMarkReadInput!) { conversationMarkRead(input: $input) { conversation { id unreadCount } errors { code message path } } }`,
);
export const ConversationMarkUnread = graphql(
  `mutation ConversationMarkUnread($input: ConversationMarkUnreadInput!) { conversationMarkUnread(input: $input) { conversation { id unreadCount } errors { code message path } } }`,
);
export const ConversationTrash = graphql(
  `mutation ConversationTrash($input: ConversationTrashInput!) {
    conversationTrash(input: $input) {
      conversation { id number subject preview contact { id name } }
      ticket { id number name }
      conversations { id number subject preview contact { id name } }
      trashGroup { id purgeAt }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,
  [effect],
);
export const ConversationRestore = graphql(
  `mutation ConversationRestore($input: ConversationRestoreInput!) {
    conversationRestore(input: $input) { conversation { id trashedAt } effects { ...EffectFields } errors { code message path } }
  }`,
  [effect],
);
export const TicketCreate = graphql(
  `mutation TicketCreate($input: TicketCreateInput!) {
    ticketCreate(input: $input) { ticket { id } conversation { id ticket { id } } effects { ...EffectFields } errors { code message path } }
  }`,
  [effect],
);
export const TicketUpdate = graphql(
  `mutation TicketUpdate($input: TicketUpdateInput!, $keys: [String!]) {
    ticketUpdate(input: $input) { ticket { id name priority version properties(keys: $keys) { id value displayValue list } } errors { code message path } }
  }`,
);
export const TicketStatusSet = graphql(
  `mutation TicketStatusSet($input: TicketStatusSetInput!) {
    ticketStatusSet(input: $input) {
      ticket { ...TicketState }
      conversations { ...ConversationState }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,
  [ticketState, conversationState, effect],
);
export const TicketAssign = graphql(
  `mutation TicketAssign($input: TicketAssignInput!) { ticketAssign(input: $input) { ticket { ...TicketState } errors { code message path } } }`,
  [ticketState],
);
export const TicketTrash = graphql(
  `mutation TicketTrash($input: TicketTrashInput!) {
    ticketTrash(input: $input) {
      ticket { id number name }
      conversations { id number subject preview contact { id name } }
      trashGroup { id purgeAt }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,
  [effect],
);
export const TicketRestore = graphql(
  `mutation TicketRestore($input: TicketRestoreInput!) { ticketRestore(input: $input) { ticket { id trashedAt } effects { ...EffectFields } errors { code message path } } }`,
  [effect],
);
export const LayoutSet = graphql(
  `mutation LayoutSet($input: TicketDetailLayoutSetInput!) {
    ticketDetailLayoutSet(input: $input) { layout { id scope version properties { id key label } } errors { code message path } }
  }`,
);
export const ContactUpdate = graphql(
  `mutation ContactUpdate($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id name email phone externalId version } errors { code message path } } }`,
);
export const PresenceSet = graphql(`mutation PresenceSet($input: PresenceSetInput!) { presenceSet(input: $input) { errors { code } } }`);
export const InboxViewCreate = graphql(
  `mutation InboxViewCreate($input: InboxViewCreateInput!) { inboxViewCreate(input: $input) { view { id name position version } errors { code message path } } }`,
);
export const InboxViewUpdate = graphql(
  `mutation InboxViewUpdate($input: InboxViewUpdateInput!) { inboxViewUpdate(input: $input) { view { id name version } errors { code message path } } }`,
);
export const InboxViewDelete = graphql(
  `mutation InboxViewDelete($input: InboxViewDeleteInput!) { inboxViewDelete(input: $input) { view { id } errors { code message path } } }`,
);
export const InboxViewReorder = graphql(
  `mutation InboxViewReorder($input: InboxViewReorderInput!) { inboxViewReorder(input: $input) { views { id position version } errors { code message path } } }`,
);
