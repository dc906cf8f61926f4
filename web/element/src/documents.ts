import { graphql, type FragmentOf, type ResultOf } from "./graphql";

const propertyFields = graphql(`
  fragment PropertyFields on PropertyValue {
    id key value displayValue list viewerCanUpdate
    definition { key label type readOnly builtIn options { value label } }
  }
`);

const ticketFields = graphql(
  `
    fragment TicketFields on Ticket {
      id name recordUrl trashedAt
      status { id state }
      cardProperties { ...PropertyFields }
      detailProperties { ...PropertyFields }
    }
  `,
  [propertyFields],
);

/** All that the sidebar shows of a conversation, for as long as it is shown. */
export const SidebarLive = graphql(
  `
    subscription Sidebar($id: ID!) {
      conversationLive(id: $id) {
        reason
        conversation {
          id number status trashedAt viewerCanAssign viewerCanCreateTicket
          owner { id name }
          contact { id name email phone externalId conversations(first: 20) { nodes { id number subject preview status lastActivityAt } } }
          ticket { ...TicketFields }
        }
      }
    }
  `,
  [ticketFields],
);

/** How the account is set up: what can be chosen. */
export const SidebarSetup = graphql(`
  query SidebarSetup {
    viewer { account { ticketHome } ticketDetailLayout { scope properties { key } } }
    agents { id name deactivatedAt }
    pipelines { id statuses { id name } }
    propertyDefinitions { key label builtIn }
  }
`);

export const Assign = graphql(`mutation SidebarAssign($input: ConversationAssignInput!) { answer: conversationAssign(input: $input) { errors { message } } }`);
export const AssignTicket = graphql(`mutation SidebarAssignTicket($input: TicketAssignInput!) { answer: ticketAssign(input: $input) { errors { message } } }`);
export const SetStatus = graphql(`mutation SidebarSetStatus($input: TicketStatusSetInput!) { answer: ticketStatusSet(input: $input) { errors { message } } }`);
export const Update = graphql(`mutation SidebarUpdate($input: TicketUpdateInput!) { answer: ticketUpdate(input: $input) { errors { message } } }`);
export const Create = graphql(`mutation SidebarCreate($input: TicketCreateInput!) { answer: ticketCreate(input: $input) { errors { message } } }`);
export const SetLayout = graphql(`mutation SidebarChoose($input: TicketDetailLayoutSetInput!) { answer: ticketDetailLayoutSet(input: $input) { errors { message } } }`);

export type Conversation = NonNullable<ResultOf<typeof SidebarLive>["conversationLive"]["conversation"]>;
export type Ticket = FragmentOf<typeof ticketFields>;
export type Property = FragmentOf<typeof propertyFields>;
export type Setup = ResultOf<typeof SidebarSetup>;
