import{t as e}from"./graphql-BwqHAQ-0.js";var t=e(`
  fragment TicketState on Ticket { id version closedAt priority name status { id name state } pipeline { id name } owner { id name } }
`),n=e(`
  fragment ConversationState on Conversation { id version status owner { id name } viewerCanClose viewerCanReopen }
`),r=e(`fragment EffectFields on Effect { rule kind count node { __typename id } }`),i=e(`mutation MessageSend($input: MessageSendInput!) { messageSend(input: $input) { message { id } errors { code message path } } }`),a=e(`mutation CommentCreate($input: CommentCreateInput!) { commentCreate(input: $input) { comment { id } errors { code message path } } }`),o=e(`mutation AttachmentCreate($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { attachment { id fileName size } uploadUrl errors { code message path } } }`),s=e(`mutation ConversationAssign($input: ConversationAssignInput!) {
    conversationAssign(input: $input) { conversation { ...ConversationState } ticket { ...TicketState } errors { code message path } }
  }`,[n,t]),c=e(`mutation ConversationClose($input: ConversationCloseInput!) { conversationClose(input: $input) { conversation { ...ConversationState } errors { code message path } } }`,[n]),l=e(`mutation ConversationReopen($input: ConversationReopenInput!) { conversationReopen(input: $input) { conversation { ...ConversationState } errors { code message path } } }`,[n]),u=e(`mutation ConversationMove($input: ConversationMoveInput!) { conversationMove(input: $input) { conversation { id inbox { id name workspace } } errors { code message path } } }`),d=e(`mutation ConversationMarkRead($input: ConversationMarkReadInput!) { conversationMarkRead(input: $input) { conversation { id unreadCount } errors { code message path } } }`),f=e(`mutation ConversationMarkUnread($input: ConversationMarkUnreadInput!) { conversationMarkUnread(input: $input) { conversation { id unreadCount } errors { code message path } } }`),p=e(`mutation ConversationTrash($input: ConversationTrashInput!) {
    conversationTrash(input: $input) {
      conversation { id number subject preview contact { id name } }
      ticket { id number name }
      conversations { id number subject preview contact { id name } }
      trashGroup { id purgeAt }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[r]),m=e(`mutation ConversationRestore($input: ConversationRestoreInput!) {
    conversationRestore(input: $input) { conversation { id trashedAt } effects { ...EffectFields } errors { code message path } }
  }`,[r]),h=e(`mutation TicketCreate($input: TicketCreateInput!) {
    ticketCreate(input: $input) { ticket { id } conversation { id ticket { id } } effects { ...EffectFields } errors { code message path } }
  }`,[r]),g=e(`mutation TicketUpdate($input: TicketUpdateInput!, $keys: [String!]) {
    ticketUpdate(input: $input) { ticket { id name priority version properties(keys: $keys) { id value displayValue list } } errors { code message path } }
  }`),_=e(`mutation TicketStatusSet($input: TicketStatusSetInput!) {
    ticketStatusSet(input: $input) {
      ticket { ...TicketState }
      conversations { ...ConversationState }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[t,n,r]),v=e(`mutation TicketAssign($input: TicketAssignInput!) { ticketAssign(input: $input) { ticket { ...TicketState } errors { code message path } } }`,[t]),y=e(`mutation TicketTrash($input: TicketTrashInput!) {
    ticketTrash(input: $input) {
      ticket { id number name }
      conversations { id number subject preview contact { id name } }
      trashGroup { id purgeAt }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[r]),b=e(`mutation TicketRestore($input: TicketRestoreInput!) { ticketRestore(input: $input) { ticket { id trashedAt } effects { ...EffectFields } errors { code message path } } }`,[r]),x=e(`mutation LayoutSet($input: TicketDetailLayoutSetInput!) {
    ticketDetailLayoutSet(input: $input) { layout { id scope version properties { id key label } } errors { code message path } }
  }`),S=e(`mutation ContactUpdate($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id name email phone externalId version } errors { code message path } } }`),C=e(`mutation PresenceSet($input: PresenceSetInput!) { presenceSet(input: $input) { errors { code } } }`),w=e(`mutation InboxViewCreate($input: InboxViewCreateInput!) { inboxViewCreate(input: $input) { view { id name position version } errors { code message path } } }`),T=e(`mutation InboxViewUpdate($input: InboxViewUpdateInput!) { inboxViewUpdate(input: $input) { view { id name version } errors { code message path } } }`),E=e(`mutation InboxViewDelete($input: InboxViewDeleteInput!) { inboxViewDelete(input: $input) { view { id } errors { code message path } } }`),D=e(`mutation InboxViewReorder($input: InboxViewReorderInput!) { inboxViewReorder(input: $input) { views { id position version } errors { code message path } } }`);export{y as C,_ as S,i as _,c as a,h as b,u as c,p as d,w as f,x as g,T as h,s as i,l,D as m,a as n,d as o,E as p,S as r,f as s,o as t,m as u,C as v,g as w,b as x,v as y};