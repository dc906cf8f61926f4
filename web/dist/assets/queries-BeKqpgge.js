import{c as e,u as t}from"./jsx-runtime-BJRcU_0y.js";import{C as n,M as r,O as i,S as a,n as o,t as s}from"./graphql-BwqHAQ-0.js";var c=t(e()),l=c.createContext({}),u=l.Provider;l.Consumer,l.displayName=`UrqlContext`;var d=()=>c.useContext(l),f={fetching:!1,stale:!1,hasNext:!1,error:void 0,data:void 0,extensions:void 0,operation:void 0},p=(e,t)=>e===t||!(!e||!t||e.key!==t.key),m=(e,t)=>{var n={...e,...t,data:t.data!==void 0||t.error?t.data:e.data,fetching:!!t.fetching,stale:!!t.stale,error:t.fetching?e.error:t.error};return((e,t)=>{for(var n in e)if(!(n in t))return!0;for(var r in t)if(r===`operation`?!p(e[r],t[r]):e[r]!==t[r])return!0;return!1})(e,n)?n:e},h=(e,t)=>{for(var n=0,r=t.length;n<r;n++)if(e[n]!==t[n])return!0;return!1},g=!1;function _(e,t){if(!g||t===void 0)try{return g=!0,e(t)}finally{g=!1}else Promise.resolve(t).then(e)}function v(e,t){var n=c.useRef(void 0);return c.useMemo((()=>{var r=o(e,t);return n.current!==void 0&&n.current.key===r.key?n.current:(n.current=r,r)}),[e,t])}var y=e=>{if(!e._react){var t=new Set,n=new Map;e.operations$&&i((e=>{e.kind===`teardown`&&t.has(e.key)&&(t.delete(e.key),n.delete(e.key))}))(e.operations$),e._react={get:e=>n.get(e),set(e,r){t.delete(e),n.set(e,r)},clear(e){t.delete(e),n.delete(e)},dispose(e){t.add(e)}}}return e._react},b=(e,t)=>t&&t.suspense!==void 0?!!t.suspense:e.suspense;function x(e){var t=d(),o=y(t),s=b(t,e.context),l=v(e.query,e.variables),u=c.useMemo((()=>{if(e.pause)return null;var r=t.executeQuery(l,{requestPolicy:e.requestPolicy,...e.context});return s?n((e=>{o.set(l.key,e)}))(r):r}),[o,t,l,s,e.pause,e.requestPolicy,e.context]),p=c.useCallback(((e,t)=>{if(!e)return{fetching:!1};var n=o.get(l.key);if(!n){var s,c,u=i((e=>{n=e,s&&s(n)}))(a((()=>{c&&!n&&(o.get(l.key)===c&&o.clear(l.key),s&&s(void 0))}))(r((()=>t&&!s||!n||`hasNext`in n&&n.hasNext))(e)));if(n==null&&t)throw c=new Promise((e=>{s=e})),o.set(l.key,c),c;u.unsubscribe()}else if(t&&n!=null&&`then`in n){var d=n,f=()=>{o.get(l.key)===d&&o.clear(l.key)};throw d.then(f,f),n}if(t&&n!=null&&!(`then`in n)&&n.error){var p=n;queueMicrotask((()=>{o.get(l.key)===p&&o.clear(l.key)}))}return n||{fetching:!0}}),[o,l]),g=[t,l,e.requestPolicy,e.context,e.pause],[x,S]=c.useState((()=>[u,m(f,_((()=>p(u,s)))),g])),C=x[1];u!==x[0]&&h(x[2],g)&&S([u,C=m(x[1],_((()=>p(u,s)))),g]),c.useEffect((()=>{var e=x[0],t=x[2][1],n=!1,r=e=>{n=!0,_(S,(t=>{var n=m(t[1],e);return t[1]===n?t:[t[0],n,t[2]]}))};if(e){var s=i(r)(a((()=>{r({fetching:!1})}))(e));return n||r({fetching:!0}),()=>{o.dispose(t.key),s.unsubscribe()}}r({fetching:!1})}),[o,x[0],x[2][1]]);var w=c.useCallback((r=>{var i={requestPolicy:e.requestPolicy,...e.context,...r};_(S,(e=>[s?n((e=>{o.set(l.key,e)}))(t.executeQuery(l,i)):t.executeQuery(l,i),e[1],g]))}),[t,o,l,s,e.requestPolicy,e.context,e.pause]);return[C,w]}var S=s(`fragment AgentFields on Agent { id name email role deactivatedAt version }`),C=s(`
  fragment RowFields on Conversation {
    id number subject preview status lastActivityAt unreadCount trashedAt
    inbox { id }
    contact { id name email phone }
    owner { id name }
    ticket { id name status { id name state } }
  }
`),w=s(`
  fragment PropertyFields on PropertyValue {
    id key value displayValue list viewerCanUpdate
    definition { id key label description type readOnly builtIn options { value label } }
  }
`),T=s(`
  fragment DefinitionFields on PropertyDefinition { id key label description type readOnly builtIn archivedAt version options { value label } }
`),E=s(`
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
  `,[w]),D=s(`
  fragment ContactFields on Contact {
    id name email phone externalId createdAt version viewerCanUpdate
    conversations(first: 20) { nodes { id number subject preview status lastActivityAt inbox { id name } ticket { id name } } }
  }
`),O=s(`fragment AttachmentFields on Attachment { id fileName contentType size url }`),k=s(`
    fragment EntryFields on TimelineEntry {
      __typename
      ... on IncomingMessage { id text createdAt contact { id name email } attachments { ...AttachmentFields } conversation { id number } }
      ... on OutgoingMessage { id text createdAt agent { id name } delivery { state detail deliveredAt } attachments { ...AttachmentFields } conversation { id number } }
      ... on InternalComment { id text createdAt agent { id name } attachments { ...AttachmentFields } conversation { id number } }
      ... on Event { id kind occurredAt rule isEffect entityId actor { id name } changes { field old new } }
    }
  `,[O]),A=s(`
    fragment ConversationFields on Conversation {
      id number subject preview status workspace unreadCount lastActivityAt trashedAt version
      viewerCanReply viewerCanAssign viewerCanClose viewerCanReopen viewerCanMove viewerCanCreateTicket viewerCanTrash viewerCanRestore
      inbox { id name workspace }
      channel { id kind name }
      owner { id name }
      trashGroup { id purgeAt }
      contact { ...ContactFields }
      ticket { ...TicketFields }
      timeline(last: 40) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } }
    }
  `,[D,E,k]),j=s(`
    fragment FrameFields on Viewer {
      id
      scopes
      agent { ...AgentFields }
      account { id name slug plan ticketHome trashKeepDays version viewerCanAdminister }
      inboxes { id name workspace }
      ticketDetailLayout { id scope version properties { id key label } }
    }
  `,[S]),M=s(`
    query Frame {
      viewer { ...FrameFields }
      agents { ...AgentFields }
      pipelines { id name position statuses { id name state position pipeline { id } } }
    }
  `,[j,S]),N=s(`query Views { inboxViews { id kind name scope where orderBy version viewerCanUpdate team { id name } inbox { id name } count countIsCapped } }`),P=s(`subscription FrameLive($after: String) { viewerLive(after: $after) { reason viewer { ...FrameFields } } }`,[j]),F=s(`
  subscription ViewsChanged($after: String) {
    events(where: { kind: [INBOX_VIEW_CREATED, INBOX_VIEW_UPDATED, INBOX_VIEW_DELETED] }, after: $after) { reason events { id } }
  }
`),I=s(`
  subscription ViewCount($view: ID!, $after: String) {
    inboxViewLive(viewId: $view, after: $after) { reason view { id name where orderBy version count countIsCapped } }
  }
`),L=s(`query ViewPage($view: ID!, $after: String) {
    inboxView(id: $view) { id name conversations(first: 50, after: $after) { nodes { ...RowFields } pageInfo { hasNextPage endCursor } } }
  }`,[C]),R=s(`subscription ViewLive($view: ID!, $after: String) {
    inboxViewLive(viewId: $view, after: $after) {
      reason left
      entered { ...RowFields }
      moved { ...RowFields }
      changed { ...RowFields }
    }
  }`,[C]),z=s(`query Matches($where: ConversationWhere!, $after: String) {
    conversations(first: 50, after: $after, where: $where) { nodes { ...RowFields } pageInfo { hasNextPage endCursor } }
  }`,[C]),B=s(`query Conversation($id: ID!) { conversation(id: $id) { ...ConversationFields } }`,[A]),V=s(`subscription ConversationLive($id: ID!, $after: String) {
    conversationLive(id: $id, after: $after) {
      reason
      events { id kind occurredAt actor { id name } }
      conversation { ...ConversationFields }
    }
  }`,[A]),H=s(`query Older($id: ID!, $before: String!) {
    conversation(id: $id) { id timeline(last: 40, before: $before) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } } }
  }`,[k]),U=s(`
  subscription Presence($id: ID!) { conversationPresence(conversationId: $id) { reason viewers { agent { id name } state sinceAt } } }
`),W=s(`
    fragment RecordFields on Ticket {
      ...TicketFields
      properties { ...PropertyFields }
      timeline(last: 60) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } }
    }
  `,[E,w,k]),G=s(`query OlderOfTicket($id: ID!, $before: String!) {
    ticket(id: $id) { id timeline(last: 60, before: $before) { nodes { ...EntryFields } pageInfo { hasPreviousPage startCursor } } }
  }`,[k]),K=s(`query Ticket($id: ID!) { ticket(id: $id) { ...RecordFields } }`,[W]),q=s(`subscription TicketLive($id: ID!, $after: String) { ticketLive(id: $id, after: $after) { reason ticket { ...RecordFields } } }`,[W]),J=s(`query Contact($id: ID!) { contact(id: $id) { ...ContactFields tickets(first: 20) { nodes { id number name lastActivityAt status { id name state } } } } }`,[D]),Y=s(`query Definitions { propertyDefinitions { ...DefinitionFields } }`,[T]),X=s(`
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
`),Z=s(`
  subscription Happenings($where: EventWhere, $after: String) { events(where: $where, after: $after) { reason events { id kind entityId } } }
`);export{d as C,u as S,L as _,M as a,S as b,z as c,U as d,q as f,R as g,I as h,Y as i,H as l,X as m,V as n,P as o,K as p,B as r,Z as s,J as t,G as u,N as v,x as w,T as x,F as y};