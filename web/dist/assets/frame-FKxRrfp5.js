import{d as e,o as t,p as n,t as r}from"./jsx-runtime-wP1FqxhI.js";import{C as i,M as a,O as o,S as s,n as c,t as l}from"./graphql-BwqHAQ-0.js";import{t as u}from"./icon-Y-LdjYvY.js";import{g as d,i as f,r as p,u as m}from"./parts-DdxBtXdk.js";import{n as h}from"./toast-CCGvvaSY.js";var g=n(e()),_=g.createContext({}),ee=_.Provider;_.Consumer,_.displayName=`UrqlContext`;var v=()=>g.useContext(_),te={fetching:!1,stale:!1,hasNext:!1,error:void 0,data:void 0,extensions:void 0,operation:void 0},ne=(e,t)=>e===t||!(!e||!t||e.key!==t.key),y=(e,t)=>{var n={...e,...t,data:t.data!==void 0||t.error?t.data:e.data,fetching:!!t.fetching,stale:!!t.stale,error:t.fetching?e.error:t.error};return((e,t)=>{for(var n in e)if(!(n in t))return!0;for(var r in t)if(r===`operation`?!ne(e[r],t[r]):e[r]!==t[r])return!0;return!1})(e,n)?n:e},re=(e,t)=>{for(var n=0,r=t.length;n<r;n++)if(e[n]!==t[n])return!0;return!1},b=!1;function x(e,t){if(!b||t===void 0)try{return b=!0,e(t)}finally{b=!1}else Promise.resolve(t).then(e)}function ie(e,t){var n=g.useRef(void 0);return g.useMemo((()=>{var r=c(e,t);return n.current!==void 0&&n.current.key===r.key?n.current:(n.current=r,r)}),[e,t])}var ae=e=>{if(!e._react){var t=new Set,n=new Map;e.operations$&&o((e=>{e.kind===`teardown`&&t.has(e.key)&&(t.delete(e.key),n.delete(e.key))}))(e.operations$),e._react={get:e=>n.get(e),set(e,r){t.delete(e),n.set(e,r)},clear(e){t.delete(e),n.delete(e)},dispose(e){t.add(e)}}}return e._react},oe=(e,t)=>t&&t.suspense!==void 0?!!t.suspense:e.suspense;function S(e){var t=v(),n=ae(t),r=oe(t,e.context),c=ie(e.query,e.variables),l=g.useMemo((()=>{if(e.pause)return null;var a=t.executeQuery(c,{requestPolicy:e.requestPolicy,...e.context});return r?i((e=>{n.set(c.key,e)}))(a):a}),[n,t,c,r,e.pause,e.requestPolicy,e.context]),u=g.useCallback(((e,t)=>{if(!e)return{fetching:!1};var r=n.get(c.key);if(!r){var i,l,u=o((e=>{r=e,i&&i(r)}))(s((()=>{l&&!r&&(n.get(c.key)===l&&n.clear(c.key),i&&i(void 0))}))(a((()=>t&&!i||!r||`hasNext`in r&&r.hasNext))(e)));if(r==null&&t)throw l=new Promise((e=>{i=e})),n.set(c.key,l),l;u.unsubscribe()}else if(t&&r!=null&&`then`in r){var d=r,f=()=>{n.get(c.key)===d&&n.clear(c.key)};throw d.then(f,f),r}if(t&&r!=null&&!(`then`in r)&&r.error){var p=r;queueMicrotask((()=>{n.get(c.key)===p&&n.clear(c.key)}))}return r||{fetching:!0}}),[n,c]),d=[t,c,e.requestPolicy,e.context,e.pause],[f,p]=g.useState((()=>[l,y(te,x((()=>u(l,r)))),d])),m=f[1];l!==f[0]&&re(f[2],d)&&p([l,m=y(f[1],x((()=>u(l,r)))),d]),g.useEffect((()=>{var e=f[0],t=f[2][1],r=!1,i=e=>{r=!0,x(p,(t=>{var n=y(t[1],e);return t[1]===n?t:[t[0],n,t[2]]}))};if(e){var a=o(i)(s((()=>{i({fetching:!1})}))(e));return r||i({fetching:!0}),()=>{n.dispose(t.key),a.unsubscribe()}}i({fetching:!1})}),[n,f[0],f[2][1]]);var h=g.useCallback((a=>{var o={requestPolicy:e.requestPolicy,...e.context,...a};x(p,(e=>[r?i((e=>{n.set(c.key,e)}))(t.executeQuery(c,o)):t.executeQuery(c,o),e[1],d]))}),[t,n,c,r,e.requestPolicy,e.context,e.pause]);return[m,h]}var C=`connecting`,w=new Set,se=()=>C;function ce(e){return w.add(e),()=>w.delete(e)}function le(e){if(e!==C){C=e;for(let e of w)e()}}var T=l(`fragment AgentFields on Agent { id name email role deactivatedAt version }`),E=l(`
  fragment RowFields on Conversation {
    id number subject preview status createdAt lastActivityAt closedAt unreadCount trashedAt
    inbox { id }
    contact { id name email phone }
    owner { id name }
    ticket { id name status { id name state } }
    labels { id name color }
  }
`),D=l(`
  fragment PropertyFields on PropertyValue {
    id key value displayValue list viewerCanUpdate
    definition { id key label description type readOnly builtIn options { value label } }
  }
`),O=l(`
  fragment DefinitionFields on PropertyDefinition { id key label description type readOnly builtIn archivedAt version options { value label } }
`),k=l(`
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
  `,[D]),A=l(`
  fragment ContactFields on Contact {
    id name email phone externalId createdAt version viewerCanUpdate
    conversations(first: 20) { nodes { id number subject preview status lastActivityAt inbox { id name } ticket { id name } } }
  }
`),ue=l(`fragment AttachmentFields on Attachment { id fileName contentType size url }`),j=l(`
    fragment EntryFields on TimelineEntry {
      __typename
      ... on IncomingMessage { id text createdAt contact { id name email } attachments { ...AttachmentFields } conversation { id number } }
      ... on OutgoingMessage { id text createdAt agent { id name } delivery { state detail deliveredAt } attachments { ...AttachmentFields } conversation { id number } }
      ... on InternalComment { id text createdAt agent { id name } attachments { ...AttachmentFields } conversation { id number } }
      ... on Event { id kind occurredAt rule isEffect entityId actor { id name } changes { field old new } }
    }
  `,[ue]),de=l(`
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
  `,[A,k,j]),M=l(`
    fragment FrameFields on Viewer {
      id
      scopes
      agent { ...AgentFields timeZone }
      account { id name slug plan ticketHome trashKeepDays version viewerCanAdminister }
      inboxes { id name workspace }
      ticketDetailLayout { id scope version properties { id key label } }
    }
  `,[T]),fe=l(`
    query Frame {
      viewer { ...FrameFields }
      agents { ...AgentFields }
      pipelines { id name position statuses { id name state position pipeline { id } } }
    }
  `,[M,T]),N=l(`query Views { inboxViews { id kind name scope where orderBy version viewerCanUpdate team { id name } inbox { id name } count countIsCapped } }`),pe=l(`subscription FrameLive($after: String) { viewerLive(after: $after) { reason viewer { ...FrameFields } } }`,[M]),me=l(`
  subscription ViewsChanged($after: String) {
    events(where: { kind: [INBOX_VIEW_CREATED, INBOX_VIEW_UPDATED, INBOX_VIEW_DELETED] }, after: $after) { reason events { id } }
  }
`),he=l(`
  subscription ViewCount($view: ID!, $after: String) {
    inboxViewLive(viewId: $view, after: $after) { reason view { id name where orderBy version count countIsCapped } }
  }
`),ge=l(`query ViewPage($view: ID!, $after: String) {
    inboxView(id: $view) { id name conversations(first: 50, after: $after) { nodes { ...RowFields } pageInfo { hasNextPage endCursor } } }
  }`,[E]),_e=l(`subscription ViewLive($view: ID!, $after: String) {
    inboxViewLive(viewId: $view, after: $after) {
      reason left
      entered { ...RowFields }
      moved { ...RowFields }
      changed { ...RowFields }
    }
  }`,[E]),ve=l(`query Matches($where: ConversationWhere!, $after: String) {
    conversations(first: 50, after: $after, where: $where) { nodes { ...RowFields } pageInfo { hasNextPage endCursor } }
  }`,[E]),ye=l(`query RowOf($id: ID!) { conversation(id: $id) { ...RowFields } }`,[E]),be=l(`query Conversation($id: ID!) { conversation(id: $id) { ...ConversationFields } }`,[de]),xe=l(`subscription ConversationLive($id: ID!, $after: String) {
    conversationLive(id: $id, after: $after) {
      reason
      events { id kind occurredAt actor { id name } }
      conversation { ...ConversationFields }
    }
  }`,[de]),Se=l(`query Older($id: ID!, $before: String!) {
    conversation(id: $id) { id timeline(last: 40, before: $before) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } } }
  }`,[j]),Ce=l(`
  subscription Presence($id: ID!) { conversationPresence(conversationId: $id) { reason viewers { agent { id name } state sinceAt } } }
`),P=l(`
    fragment RecordFields on Ticket {
      ...TicketFields
      properties { ...PropertyFields }
      timeline(last: 60) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } }
    }
  `,[k,D,j]),we=l(`query OlderOfTicket($id: ID!, $before: String!) {
    ticket(id: $id) { id timeline(last: 60, before: $before) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } } }
  }`,[j]),Te=l(`query Ticket($id: ID!) { ticket(id: $id) { ...RecordFields } }`,[P]),Ee=l(`subscription TicketLive($id: ID!, $after: String) { ticketLive(id: $id, after: $after) { reason ticket { ...RecordFields } } }`,[P]),De=l(`query Contact($id: ID!) { contact(id: $id) { ...ContactFields tickets(first: 20) { nodes { id number name lastActivityAt status { id name state } } } } }`,[A]),Oe=l(`query Definitions { propertyDefinitions { ...DefinitionFields } }`,[O]),ke=l(`
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
`),F=l(`
  subscription Happenings($where: EventWhere, $after: String) { events(where: $where, after: $after) { reason events { id kind entityId } } }
`),I=new Set,L=new Set;function R(){for(let e of L)e()}function Ae(e){I.has(e)||(I.add(e),R())}function z(e){I.delete(e)&&R()}var je=()=>I.size>0;function Me(e){return L.add(e),()=>L.delete(e)}function Ne(){let e=[...I];I.clear(),R();for(let t of e)t.tryAgain()}function B(e){return e.extensions?.eventCursor??null}var Pe=2e3,Fe=6e4;function V(e,t,n){let r=v(),i=(0,g.useRef)(n);(0,g.useEffect)(()=>{i.current=n});let a=t&&JSON.stringify(t);(0,g.useEffect)(()=>{if(a===null)return;let t=()=>{},n=Pe,o,s={tryAgain:()=>c()},c=()=>{clearTimeout(o),t();let l=r.subscription(e,JSON.parse(a)).subscribe(e=>{let t=e.data&&Object.values(e.data).find(e=>e&&typeof e==`object`);e.error&&!t&&(Ae(s),clearTimeout(o),o=setTimeout(c,n),n=Math.min(2*n,Fe)),t&&(n=Pe,z(s),i.current(t))});t=()=>l.unsubscribe()};return c(),()=>{clearTimeout(o),z(s),t()}},[r,e,a])}function Ie(e,t,n,r,i){let[a]=S({query:e,variables:t}),[o,s]=(0,g.useState)(null),[c,l]=(0,g.useState)(!1),u=a.data!==void 0&&!a.fetching;return(0,g.useEffect)(()=>{u&&s(e=>e??{after:B(a)})},[u,a]),V(n,o&&{...r,after:o.after},e=>{l(e.reason===`REVOKED`),i?.(e)}),{data:a.data,failed:!!a.error&&!a.data,revoked:c}}var H=``,U=0;function W(){document.title=U>0?`(${U}) ${H}`:H}function Le(e){H=e,W()}function G(e){U=e,W()}function K(e){return t.refusals[e.code]??e.message}function q(e){if(e.networkError)return{code:`NETWORK`,message:t.errors.network};let n=e.graphQLErrors[0];return{code:String(n?.extensions.code??`INTERNAL_ERROR`),message:n?.message??t.errors.unknown}}var Re=e=>K(q(e));function J(){let e=v();return(0,g.useCallback)(async(t,n,r={})=>{let i=await e.mutation(t,n).toPromise(),a=i.data?Object.values(i.data).find(e=>e&&typeof e==`object`):void 0,o=i.error?q(i.error):a?.errors[0]??null;return o?(r.quiet||h.trouble(K(o)),{done:null,refused:o}):{done:a,refused:null}},[e])}var Y=l(`
  fragment TicketState on Ticket { id version closedAt priority name status { id name state } pipeline { id name } owner { id name } }
`),X=l(`
  fragment ConversationState on Conversation { id version status owner { id name } viewerCanClose viewerCanReopen }
`),Z=l(`fragment EffectFields on Effect { rule kind count node { __typename id } }`),ze=l(`mutation MessageSend($input: MessageSendInput!) { messageSend(input: $input) { message { id } errors { code message path } } }`),Be=l(`mutation CommentCreate($input: CommentCreateInput!) { commentCreate(input: $input) { comment { id } errors { code message path } } }`),Ve=l(`mutation AttachmentCreate($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { attachment { id fileName size } uploadUrl errors { code message path } } }`),He=l(`mutation AgentTimeZone($input: AgentUpdateInput!) { agentUpdate(input: $input) { agent { id timeZone version } errors { code message path } } }`),Ue=l(`mutation ConversationAssign($input: ConversationAssignInput!) {
    conversationAssign(input: $input) { conversation { ...ConversationState } ticket { ...TicketState } errors { code message path } }
  }`,[X,Y]),We=l(`mutation ConversationClose($input: ConversationCloseInput!) { conversationClose(input: $input) { conversation { ...ConversationState } errors { code message path } } }`,[X]),Ge=l(`mutation ConversationReopen($input: ConversationReopenInput!) { conversationReopen(input: $input) { conversation { ...ConversationState } errors { code message path } } }`,[X]),Ke=l(`mutation ConversationMove($input: ConversationMoveInput!) { conversationMove(input: $input) { conversation { id inbox { id name workspace } } errors { code message path } } }`),qe=l(`mutation ConversationMarkRead($input: ConversationMarkReadInput!) { conversationMarkRead(input: $input) { conversation { id unreadCount } errors { code message path } } }`),Je=l(`mutation ConversationMarkUnread($input: ConversationMarkUnreadInput!) { conversationMarkUnread(input: $input) { conversation { id unreadCount } errors { code message path } } }`),Ye=l(`mutation ConversationTrash($input: ConversationTrashInput!) {
    conversationTrash(input: $input) {
      conversation { id number subject preview contact { id name } }
      ticket { id number name }
      conversations { id number subject preview contact { id name } }
      trashGroup { id purgeAt }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[Z]),Xe=l(`mutation ConversationRestore($input: ConversationRestoreInput!) {
    conversationRestore(input: $input) { conversation { id trashedAt } effects { ...EffectFields } errors { code message path } }
  }`,[Z]),Ze=l(`mutation TicketCreate($input: TicketCreateInput!) {
    ticketCreate(input: $input) { ticket { id } conversation { id ticket { id } } effects { ...EffectFields } errors { code message path } }
  }`,[Z]),Qe=l(`mutation TicketUpdate($input: TicketUpdateInput!, $keys: [String!]) {
    ticketUpdate(input: $input) { ticket { id name priority version properties(keys: $keys) { id value displayValue list } } errors { code message path } }
  }`),$e=l(`mutation TicketStatusSet($input: TicketStatusSetInput!) {
    ticketStatusSet(input: $input) {
      ticket { ...TicketState }
      conversations { ...ConversationState }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[Y,X,Z]),et=l(`mutation TicketAssign($input: TicketAssignInput!) { ticketAssign(input: $input) { ticket { ...TicketState } errors { code message path } } }`,[Y]),tt=l(`mutation TicketTrash($input: TicketTrashInput!) {
    ticketTrash(input: $input) {
      ticket { id number name }
      conversations { id number subject preview contact { id name } }
      trashGroup { id purgeAt }
      effects { ...EffectFields }
      errors { code message path }
    }
  }`,[Z]),nt=l(`mutation TicketRestore($input: TicketRestoreInput!) { ticketRestore(input: $input) { ticket { id trashedAt } effects { ...EffectFields } errors { code message path } } }`,[Z]),rt=l(`mutation LayoutSet($input: TicketDetailLayoutSetInput!) {
    ticketDetailLayoutSet(input: $input) { layout { id scope version properties { id key label } } errors { code message path } }
  }`),it=l(`mutation ContactUpdate($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id name email phone externalId version } errors { code message path } } }`),at=l(`mutation PresenceSet($input: PresenceSetInput!) { presenceSet(input: $input) { errors { code } } }`),ot=l(`mutation InboxViewCreate($input: InboxViewCreateInput!) { inboxViewCreate(input: $input) { view { id name position version } errors { code message path } } }`),st=l(`mutation InboxViewUpdate($input: InboxViewUpdateInput!) { inboxViewUpdate(input: $input) { view { id name version } errors { code message path } } }`),ct=l(`mutation InboxViewDelete($input: InboxViewDeleteInput!) { inboxViewDelete(input: $input) { view { id } errors { code message path } } }`),lt=l(`mutation InboxViewReorder($input: InboxViewReorderInput!) { inboxViewReorder(input: $input) { views { id position version } errors { code message path } } }`);function Q(){let e=new Intl.DateTimeFormat().resolvedOptions().timeZone;return e&&e!==`Etc/Unknown`?e:null}var ut=2e3;function dt(e){let t=J(),[n,r]=(0,g.useState)(Q),[i,a]=(0,g.useState)(!1),o=(0,g.useRef)(e),s=(0,g.useRef)(null),c=e!==void 0;(0,g.useEffect)(()=>{o.current=e});let l=(0,g.useCallback)(async()=>{let e=o.current,n=Q();if(e&&n&&n!==e.timeZone&&n!==s.current){let r=t(He,{input:{agentId:e.id,timeZone:n}},{quiet:!0}).then(e=>{e.refused&&e.refused.code!==`NETWORK`&&(s.current=n)});await Promise.race([r,new Promise(e=>setTimeout(e,ut))])}r(e=>(e!==n&&d(),n)),a(!0)},[t]);return(0,g.useEffect)(()=>{if(!c)return;l();let e=()=>document.visibilityState===`visible`&&void l();return addEventListener(`focus`,e),document.addEventListener(`visibilitychange`,e),()=>{removeEventListener(`focus`,e),document.removeEventListener(`visibilitychange`,e)}},[c,l]),{zone:n,settled:i}}var $=r(),ft=(0,g.createContext)(null);function pt(){let e=(0,g.useContext)(ft);if(!e)throw Error(`outside of Frame`);return e}var mt=[`AGENT_CREATED`,`AGENT_UPDATED`,`INBOX_CREATED`,`INBOX_UPDATED`,`PIPELINE_CREATED`,`PIPELINE_UPDATED`,`PIPELINE_ARCHIVED`,`TICKET_STATUS_CREATED`,`TICKET_STATUS_UPDATED`,`TICKET_STATUS_ARCHIVED`];function ht({children:e}){let[n,r]=S({query:fe}),[i,a]=(0,g.useState)(null);(0,g.useEffect)(()=>{n.data&&a(e=>e??B(n))},[n]),V(pe,i===null?null:{after:i},()=>{}),V(F,i===null?null:{where:{kind:[...mt]},after:i},e=>{(e.reason===`RESYNC`||e.events.length)&&r({requestPolicy:`network-only`})});let{zone:o,settled:s}=dt(n.data?.viewer.agent);return gt(o),n.data&&!s?(0,$.jsx)(m,{}):n.data?(0,$.jsx)(ft,{value:n.data,children:(0,$.jsxs)(`div`,{className:`flex h-full flex-col`,children:[(0,$.jsx)(yt,{}),(0,$.jsx)(vt,{}),i!==null&&(0,$.jsx)(_t,{after:i}),(0,$.jsx)(`div`,{className:`min-h-0 flex-1`,children:(0,$.jsx)(g.Fragment,{children:e},o)})]})}):n.error?(0,$.jsxs)(f,{icon:`wifi`,title:t.errors.load,children:[(0,$.jsx)(`p`,{children:t.errors.network}),(0,$.jsx)(p,{className:`mt-3`,onClick:()=>r({requestPolicy:`network-only`}),children:t.retry})]}):(0,$.jsx)(m,{})}function gt(e){let t=v(),n=(0,g.useRef)(e);(0,g.useEffect)(()=>{n.current!==e&&(n.current=e,t.query(N,{},{requestPolicy:`network-only`}).toPromise())},[t,e])}function _t({after:e}){let t=(0,g.useRef)(0);return V(F,{where:{kind:[`MESSAGE_RECEIVED`]},after:e},({events:e})=>{document.hasFocus()||G(t.current+=e.length)}),(0,g.useEffect)(()=>{let e=()=>G(t.current=0);return addEventListener(`focus`,e),()=>{removeEventListener(`focus`,e),e()}},[]),null}function vt(){let e=(0,g.useSyncExternalStore)(Me,je);return(0,$.jsx)(`div`,{role:`status`,children:e&&(0,$.jsxs)(`p`,{className:`flex flex-wrap items-center justify-center gap-2 bg-warm-soft px-4 py-1 text-sm font-medium text-warm`,children:[(0,$.jsx)(u,{name:`alert`}),t.connection.refused,(0,$.jsx)(p,{onClick:Ne,children:t.retry})]})})}function yt(){let e=(0,g.useSyncExternalStore)(ce,se),[n,r]=(0,g.useState)(!1),i=(0,g.useRef)(!1);return(0,g.useEffect)(()=>{if(e!==`lost`){r(!1),i.current&&h.say(t.connection.back),i.current=!1;return}let n=setTimeout(()=>{i.current=!0,r(!0)},600);return()=>clearTimeout(n)},[e]),(0,$.jsx)(`div`,{role:`status`,children:n&&(0,$.jsxs)(`p`,{className:`flex items-center justify-center gap-2 bg-warm-soft px-4 py-1.5 text-sm font-medium text-warm`,children:[(0,$.jsx)(u,{name:`wifi`}),t.connection.lost]})})}export{O as $,Le as A,Se as B,nt as C,Re as D,Qe as E,xe as F,Te as G,Ce as H,be as I,_e as J,ke as K,Oe as L,Ie as M,V as N,K as O,De as P,T as Q,F as R,Ze as S,tt as T,ye as U,we as V,Ee as W,N as X,ge as Y,me as Z,st as _,it as a,at as b,qe as c,Ge as d,le as et,Xe as f,lt as g,ct as h,Be as i,B as j,J as k,Je as l,ot as m,pt as n,v as nt,Ue as o,Ye as p,he as q,Ve as r,S as rt,We as s,ht as t,ee as tt,Ke as u,rt as v,$e as w,et as x,ze as y,ve as z};