import{c as e,s as t,u as n}from"./icon-CqEchC5I.js";import{S as r,T as i}from"./frame-BRpbCUd8.js";import{n as a}from"./toast-BHW-rA7Y.js";var o=n(e(),1);function s(e){return t.refusals[e.code]??e.message}function c(e){if(e.networkError)return{code:`NETWORK`,message:t.errors.network};let n=e.graphQLErrors[0];return{code:String(n?.extensions.code??`INTERNAL_ERROR`),message:n?.message??t.errors.unknown}}function l(){let e=i();return(0,o.useCallback)(async(t,n,r={})=>{let i=await e.mutation(t,n).toPromise(),o=i.data?Object.values(i.data).find(e=>e&&typeof e==`object`):void 0,l=i.error?c(i.error):o?.errors[0]??null;return l?(r.quiet||a.trouble(s(l)),{done:null,refused:l}):{done:o,refused:null}},[e])}var u=r(`
  fragment TicketState on Ticket { id version closedAt priority name status { id name state } pipeline { id name } owner { id name } }
`),d=r(`
  fragment ConversationState on Conversation { id version status owner { id name } viewerCanClose viewerCanReopen }
`),f=r(`fragment EffectFields on Effect { rule kind count node { __typename id } }`),p=r(`mutation MessageSend($input: MessageSendInput!) { messageSend(input: $input) { message { id } errors { code message path } } }`),m=r(`mutation CommentCreate($input: CommentCreateInput!) { commentCreate(input: $input) { comment { id } errors { code message path } } }`),h=r(`mutation AttachmentCreate($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { attachment { id fileName size } uploadUrl errors { code message path } } }`),g=r(`mutation ConversationAssign($input: ConversationAssignInput!) {
    conversationAssign(input: $input) { conversation { ...ConversationState } ticket { ...TicketState } errors { code message path } }
  }`,[d,u]),_=r(`mutation ConversationClose($input: ConversationCloseInput!) { conversationClose(input: $input) { conversation { ...ConversationState } errors { code message path } } }`,[d]),v=r(`mutation ConversationReopen($input: ConversationReopenInput!) { conversationReopen(input: $input) { conversation { ...ConversationState } errors { code message path } } }`,[d]),y=r(`mutation ConversationMove($input: ConversationMoveInput!) { conversationMove(input: $input) { conversation { id inbox { id name workspace } } errors { code message path } } }`),b=r(`mutation ConversationMarkRead($input: ConversationMarkReadInput!) { conversationMarkRead(input: $input) { conversation { id unreadCount } errors { code message path } } }`),x=r(`mutation ConversationMarkUnread($input: ConversationMarkUnreadInput!) { conversationMarkUnread(input: $input) { conversation { id unreadCount } errors { code message path } } }`),S=r(`mutation ConversationTrash($input: ConversationTrashInput!) {
    conversationTrash(input: $input) {
      conversation { id number subject preview contact { id name } }
      ticket { id number name }
      conversations { id number subject preview contact { id name } }
      trashGroup { id purgeAt }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[f]),C=r(`mutation ConversationRestore($input: ConversationRestoreInput!) {
    conversationRestore(input: $input) { conversation { id trashedAt } effects { ...EffectFields } errors { code message path } }
  }`,[f]),w=r(`mutation TicketCreate($input: TicketCreateInput!) {
    ticketCreate(input: $input) { ticket { id } conversation { id ticket { id } } effects { ...EffectFields } errors { code message path } }
  }`,[f]),T=r(`mutation TicketUpdate($input: TicketUpdateInput!, $keys: [String!]) {
    ticketUpdate(input: $input) { ticket { id name priority version properties(keys: $keys) { id value displayValue list } } errors { code message path } }
  }`),E=r(`mutation TicketStatusSet($input: TicketStatusSetInput!) {
    ticketStatusSet(input: $input) {
      ticket { ...TicketState }
      conversations { ...ConversationState }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[u,d,f]),D=r(`mutation TicketAssign($input: TicketAssignInput!) { ticketAssign(input: $input) { ticket { ...TicketState } errors { code message path } } }`,[u]),O=r(`mutation TicketTrash($input: TicketTrashInput!) {
    ticketTrash(input: $input) {
      ticket { id number name }
      conversations { id number subject preview contact { id name } }
      trashGroup { id purgeAt }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[f]),k=r(`mutation TicketRestore($input: TicketRestoreInput!) { ticketRestore(input: $input) { ticket { id trashedAt } effects { ...EffectFields } errors { code message path } } }`,[f]),A=r(`mutation LayoutSet($input: TicketDetailLayoutSetInput!) {
    ticketDetailLayoutSet(input: $input) { layout { id scope version properties { id key label } } errors { code message path } }
  }`),j=r(`mutation ContactUpdate($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id name email phone externalId version } errors { code message path } } }`),M=r(`mutation PresenceSet($input: PresenceSetInput!) { presenceSet(input: $input) { errors { code } } }`);export{k as _,_ as a,T as b,y as c,S as d,A as f,w as g,D as h,g as i,v as l,M as m,m as n,b as o,p,j as r,x as s,h as t,C as u,E as v,l as x,O as y};