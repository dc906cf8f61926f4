import{c as e,o as t,t as n,u as r}from"./jsx-runtime-DZxaKAnt.js";import{C as i,M as a,O as o,S as s,n as c,t as l}from"./graphql-BwqHAQ-0.js";import{t as u}from"./icon-D6Xs_6gs.js";import{i as d,r as f,u as p}from"./parts-w0S3KMpx.js";import{n as m}from"./toast-00zpjawZ.js";var h=r(e()),g=h.createContext({}),ee=g.Provider;g.Consumer,g.displayName=`UrqlContext`;var _=()=>h.useContext(g),te={fetching:!1,stale:!1,hasNext:!1,error:void 0,data:void 0,extensions:void 0,operation:void 0},ne=(e,t)=>e===t||!(!e||!t||e.key!==t.key),v=(e,t)=>{var n={...e,...t,data:t.data!==void 0||t.error?t.data:e.data,fetching:!!t.fetching,stale:!!t.stale,error:t.fetching?e.error:t.error};return((e,t)=>{for(var n in e)if(!(n in t))return!0;for(var r in t)if(r===`operation`?!ne(e[r],t[r]):e[r]!==t[r])return!0;return!1})(e,n)?n:e},re=(e,t)=>{for(var n=0,r=t.length;n<r;n++)if(e[n]!==t[n])return!0;return!1},y=!1;function b(e,t){if(!y||t===void 0)try{return y=!0,e(t)}finally{y=!1}else Promise.resolve(t).then(e)}function ie(e,t){var n=h.useRef(void 0);return h.useMemo((()=>{var r=c(e,t);return n.current!==void 0&&n.current.key===r.key?n.current:(n.current=r,r)}),[e,t])}var x=e=>{if(!e._react){var t=new Set,n=new Map;e.operations$&&o((e=>{e.kind===`teardown`&&t.has(e.key)&&(t.delete(e.key),n.delete(e.key))}))(e.operations$),e._react={get:e=>n.get(e),set(e,r){t.delete(e),n.set(e,r)},clear(e){t.delete(e),n.delete(e)},dispose(e){t.add(e)}}}return e._react},ae=(e,t)=>t&&t.suspense!==void 0?!!t.suspense:e.suspense;function S(e){var t=_(),n=x(t),r=ae(t,e.context),c=ie(e.query,e.variables),l=h.useMemo((()=>{if(e.pause)return null;var a=t.executeQuery(c,{requestPolicy:e.requestPolicy,...e.context});return r?i((e=>{n.set(c.key,e)}))(a):a}),[n,t,c,r,e.pause,e.requestPolicy,e.context]),u=h.useCallback(((e,t)=>{if(!e)return{fetching:!1};var r=n.get(c.key);if(!r){var i,l,u=o((e=>{r=e,i&&i(r)}))(s((()=>{l&&!r&&(n.get(c.key)===l&&n.clear(c.key),i&&i(void 0))}))(a((()=>t&&!i||!r||`hasNext`in r&&r.hasNext))(e)));if(r==null&&t)throw l=new Promise((e=>{i=e})),n.set(c.key,l),l;u.unsubscribe()}else if(t&&r!=null&&`then`in r){var d=r,f=()=>{n.get(c.key)===d&&n.clear(c.key)};throw d.then(f,f),r}if(t&&r!=null&&!(`then`in r)&&r.error){var p=r;queueMicrotask((()=>{n.get(c.key)===p&&n.clear(c.key)}))}return r||{fetching:!0}}),[n,c]),d=[t,c,e.requestPolicy,e.context,e.pause],[f,p]=h.useState((()=>[l,v(te,b((()=>u(l,r)))),d])),m=f[1];l!==f[0]&&re(f[2],d)&&p([l,m=v(f[1],b((()=>u(l,r)))),d]),h.useEffect((()=>{var e=f[0],t=f[2][1],r=!1,i=e=>{r=!0,b(p,(t=>{var n=v(t[1],e);return t[1]===n?t:[t[0],n,t[2]]}))};if(e){var a=o(i)(s((()=>{i({fetching:!1})}))(e));return r||i({fetching:!0}),()=>{n.dispose(t.key),a.unsubscribe()}}i({fetching:!1})}),[n,f[0],f[2][1]]);var g=h.useCallback((a=>{var o={requestPolicy:e.requestPolicy,...e.context,...a};b(p,(e=>[r?i((e=>{n.set(c.key,e)}))(t.executeQuery(c,o)):t.executeQuery(c,o),e[1],d]))}),[t,n,c,r,e.requestPolicy,e.context,e.pause]);return[m,g]}var C=`connecting`,w=new Set,oe=()=>C;function se(e){return w.add(e),()=>w.delete(e)}function ce(e){if(e!==C){C=e;for(let e of w)e()}}var T=l(`fragment AgentFields on Agent { id name email role deactivatedAt version }`),E=l(`
  fragment RowFields on Conversation {
    id number subject preview status lastActivityAt unreadCount trashedAt
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
`),le=l(`fragment AttachmentFields on Attachment { id fileName contentType size url }`),j=l(`
    fragment EntryFields on TimelineEntry {
      __typename
      ... on IncomingMessage { id text createdAt contact { id name email } attachments { ...AttachmentFields } conversation { id number } }
      ... on OutgoingMessage { id text createdAt agent { id name } delivery { state detail deliveredAt } attachments { ...AttachmentFields } conversation { id number } }
      ... on InternalComment { id text createdAt agent { id name } attachments { ...AttachmentFields } conversation { id number } }
      ... on Event { id kind occurredAt rule isEffect entityId actor { id name } changes { field old new } }
    }
  `,[le]),M=l(`
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
  `,[A,k,j]),N=l(`
    fragment FrameFields on Viewer {
      id
      scopes
      agent { ...AgentFields }
      account { id name slug plan ticketHome trashKeepDays version viewerCanAdminister }
      inboxes { id name workspace }
      ticketDetailLayout { id scope version properties { id key label } }
    }
  `,[T]),ue=l(`
    query Frame {
      viewer { ...FrameFields }
      agents { ...AgentFields }
      pipelines { id name position statuses { id name state position pipeline { id } } }
    }
  `,[N,T]),de=l(`query Views { inboxViews { id kind name scope where orderBy version viewerCanUpdate team { id name } inbox { id name } count countIsCapped } }`),fe=l(`subscription FrameLive($after: String) { viewerLive(after: $after) { reason viewer { ...FrameFields } } }`,[N]),pe=l(`
  subscription ViewsChanged($after: String) {
    events(where: { kind: [INBOX_VIEW_CREATED, INBOX_VIEW_UPDATED, INBOX_VIEW_DELETED] }, after: $after) { reason events { id } }
  }
`),me=l(`
  subscription ViewCount($view: ID!, $after: String) {
    inboxViewLive(viewId: $view, after: $after) { reason view { id name where orderBy version count countIsCapped } }
  }
`),he=l(`query ViewPage($view: ID!, $after: String) {
    inboxView(id: $view) { id name conversations(first: 50, after: $after) { nodes { ...RowFields } pageInfo { hasNextPage endCursor } } }
  }`,[E]),P=l(`subscription ViewLive($view: ID!, $after: String) {
    inboxViewLive(viewId: $view, after: $after) {
      reason left
      entered { ...RowFields }
      moved { ...RowFields }
      changed { ...RowFields }
    }
  }`,[E]),F=l(`query Matches($where: ConversationWhere!, $after: String) {
    conversations(first: 50, after: $after, where: $where) { nodes { ...RowFields } pageInfo { hasNextPage endCursor } }
  }`,[E]),I=l(`query Conversation($id: ID!) { conversation(id: $id) { ...ConversationFields } }`,[M]),L=l(`subscription ConversationLive($id: ID!, $after: String) {
    conversationLive(id: $id, after: $after) {
      reason
      events { id kind occurredAt actor { id name } }
      conversation { ...ConversationFields }
    }
  }`,[M]),R=l(`query Older($id: ID!, $before: String!) {
    conversation(id: $id) { id timeline(last: 40, before: $before) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } } }
  }`,[j]),ge=l(`
  subscription Presence($id: ID!) { conversationPresence(conversationId: $id) { reason viewers { agent { id name } state sinceAt } } }
`),z=l(`
    fragment RecordFields on Ticket {
      ...TicketFields
      properties { ...PropertyFields }
      timeline(last: 60) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } }
    }
  `,[k,D,j]),_e=l(`query OlderOfTicket($id: ID!, $before: String!) {
    ticket(id: $id) { id timeline(last: 60, before: $before) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } } }
  }`,[j]),ve=l(`query Ticket($id: ID!) { ticket(id: $id) { ...RecordFields } }`,[z]),ye=l(`subscription TicketLive($id: ID!, $after: String) { ticketLive(id: $id, after: $after) { reason ticket { ...RecordFields } } }`,[z]),be=l(`query Contact($id: ID!) { contact(id: $id) { ...ContactFields tickets(first: 20) { nodes { id number name lastActivityAt status { id name state } } } } }`,[A]),xe=l(`query Definitions { propertyDefinitions { ...DefinitionFields } }`,[O]),Se=l(`
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
`),B=l(`
  subscription Happenings($where: EventWhere, $after: String) { events(where: $where, after: $after) { reason events { id kind entityId } } }
`),V=new Set,H=new Set;function U(){for(let e of H)e()}function Ce(e){V.has(e)||(V.add(e),U())}function W(e){V.delete(e)&&U()}var we=()=>V.size>0;function Te(e){return H.add(e),()=>H.delete(e)}function Ee(){let e=[...V];V.clear(),U();for(let t of e)t.tryAgain()}function G(e){return e.extensions?.eventCursor??null}var K=2e3,De=6e4;function q(e,t,n){let r=_(),i=(0,h.useRef)(n);(0,h.useEffect)(()=>{i.current=n});let a=t&&JSON.stringify(t);(0,h.useEffect)(()=>{if(a===null)return;let t=()=>{},n=K,o,s={tryAgain:()=>c()},c=()=>{clearTimeout(o),t();let l=r.subscription(e,JSON.parse(a)).subscribe(e=>{let t=e.data&&Object.values(e.data).find(e=>e&&typeof e==`object`);e.error&&!t&&(Ce(s),clearTimeout(o),o=setTimeout(c,n),n=Math.min(2*n,De)),t&&(n=K,W(s),i.current(t))});t=()=>l.unsubscribe()};return c(),()=>{clearTimeout(o),W(s),t()}},[r,e,a])}function Oe(e,t,n,r,i){let[a]=S({query:e,variables:t}),[o,s]=(0,h.useState)(null),[c,l]=(0,h.useState)(!1),u=a.data!==void 0&&!a.fetching;return(0,h.useEffect)(()=>{u&&s(e=>e??{after:G(a)})},[u,a]),q(n,o&&{...r,after:o.after},e=>{l(e.reason===`REVOKED`),i?.(e)}),{data:a.data,failed:!!a.error&&!a.data,revoked:c}}var J=``,Y=0;function X(){document.title=Y>0?`(${Y}) ${J}`:J}function ke(e){J=e,X()}function Z(e){Y=e,X()}var Q=n(),$=(0,h.createContext)(null);function Ae(){let e=(0,h.useContext)($);if(!e)throw Error(`outside of Frame`);return e}var je=[`AGENT_CREATED`,`AGENT_UPDATED`,`INBOX_CREATED`,`INBOX_UPDATED`,`PIPELINE_CREATED`,`PIPELINE_UPDATED`,`PIPELINE_ARCHIVED`,`TICKET_STATUS_CREATED`,`TICKET_STATUS_UPDATED`,`TICKET_STATUS_ARCHIVED`];function Me({children:e}){let[n,r]=S({query:ue}),[i,a]=(0,h.useState)(null);return(0,h.useEffect)(()=>{n.data&&a(e=>e??G(n))},[n]),q(fe,i===null?null:{after:i},()=>{}),q(B,i===null?null:{where:{kind:[...je]},after:i},e=>{(e.reason===`RESYNC`||e.events.length)&&r({requestPolicy:`network-only`})}),n.data?(0,Q.jsx)($,{value:n.data,children:(0,Q.jsxs)(`div`,{className:`flex h-full flex-col`,children:[(0,Q.jsx)(Fe,{}),(0,Q.jsx)(Pe,{}),i!==null&&(0,Q.jsx)(Ne,{after:i}),(0,Q.jsx)(`div`,{className:`min-h-0 flex-1`,children:e})]})}):n.error?(0,Q.jsxs)(d,{icon:`wifi`,title:t.errors.load,children:[(0,Q.jsx)(`p`,{children:t.errors.network}),(0,Q.jsx)(f,{className:`mt-3`,onClick:()=>r({requestPolicy:`network-only`}),children:t.retry})]}):(0,Q.jsx)(p,{})}function Ne({after:e}){let t=(0,h.useRef)(0);return q(B,{where:{kind:[`MESSAGE_RECEIVED`]},after:e},({events:e})=>{document.hasFocus()||Z(t.current+=e.length)}),(0,h.useEffect)(()=>{let e=()=>Z(t.current=0);return addEventListener(`focus`,e),()=>{removeEventListener(`focus`,e),e()}},[]),null}function Pe(){let e=(0,h.useSyncExternalStore)(Te,we);return(0,Q.jsx)(`div`,{role:`status`,children:e&&(0,Q.jsxs)(`p`,{className:`flex flex-wrap items-center justify-center gap-2 bg-warm-soft px-4 py-1 text-sm font-medium text-warm`,children:[(0,Q.jsx)(u,{name:`alert`}),t.connection.refused,(0,Q.jsx)(f,{onClick:Ee,children:t.retry})]})})}function Fe(){let e=(0,h.useSyncExternalStore)(se,oe),[n,r]=(0,h.useState)(!1),i=(0,h.useRef)(!1);return(0,h.useEffect)(()=>{if(e!==`lost`){r(!1),i.current&&m.say(t.connection.back),i.current=!1;return}let n=setTimeout(()=>{i.current=!0,r(!0)},600);return()=>clearTimeout(n)},[e]),(0,Q.jsx)(`div`,{role:`status`,children:n&&(0,Q.jsxs)(`p`,{className:`flex items-center justify-center gap-2 bg-warm-soft px-4 py-1.5 text-sm font-medium text-warm`,children:[(0,Q.jsx)(u,{name:`wifi`}),t.connection.lost]})})}export{pe as C,ee as D,ce as E,_ as O,de as S,O as T,ve as _,Oe as a,P as b,L as c,B as d,F as f,ye as g,ge as h,G as i,S as k,I as l,_e as m,Ae as n,q as o,R as p,ke as r,be as s,Me as t,xe as u,Se as v,T as w,he as x,me as y};