import { agentFields, definitionFields } from "../api/fragments";
import { graphql } from "../api/graphql";

// What the settings show and change. Each mutation answers with little: the screen asks anew when something has happened.
export const Pipelines = graphql(`
  query AdminPipelines { pipelines { id name position version statuses { id name state position version } } }
`);
export const Inboxes = graphql(`
  query AdminInboxes {
    inboxes { id name workspace followUpPolicy followUpDays version teams { id name } channels { id name kind } }
    teams { id name }
  }
`);
export const Teams = graphql(`query AdminTeams { teams { id name version members { id name } } agents { ...AgentFields } }`, [agentFields]);
export const Properties = graphql(`query AdminProperties { propertyDefinitions { ...DefinitionFields } }`, [definitionFields]);
export const Tokens = graphql(`query AdminTokens { viewer { id apiTokens { id name createdAt expiresAt revokedAt lastUsedAt } } }`);

export const PipelineCreate = graphql(`mutation PipelineCreate($input: PipelineCreateInput!) { pipelineCreate(input: $input) { pipeline { id } errors { code message path } } }`);
export const PipelineUpdate = graphql(`mutation PipelineUpdate($input: PipelineUpdateInput!) { pipelineUpdate(input: $input) { pipeline { id name version } errors { code message path } } }`);
export const PipelineArchive = graphql(`mutation PipelineArchive($input: PipelineArchiveInput!) { pipelineArchive(input: $input) { pipeline { id version } errors { code message path } } }`);
export const StatusCreate = graphql(`mutation StatusCreate($input: TicketStatusCreateInput!) { ticketStatusCreate(input: $input) { status { id } errors { code message path } } }`);
export const StatusUpdate = graphql(`mutation StatusUpdate($input: TicketStatusUpdateInput!) { ticketStatusUpdate(input: $input) { status { id name version } errors { code message path } } }`);
export const StatusArchive = graphql(`mutation StatusArchive($input: TicketStatusArchiveInput!) { ticketStatusArchive(input: $input) { status { id version } errors { code message path } } }`);
export const PropertyCreate = graphql(`mutation PropertyCreate($input: PropertyDefinitionCreateInput!) { propertyDefinitionCreate(input: $input) { propertyDefinition { id } errors { code message path } } }`);
export const PropertyUpdate = graphql(`mutation PropertyUpdate($input: PropertyDefinitionUpdateInput!) { propertyDefinitionUpdate(input: $input) { propertyDefinition { id version } errors { code message path } } }`);
export const PropertyArchive = graphql(`mutation PropertyArchive($input: PropertyDefinitionArchiveInput!) { propertyDefinitionArchive(input: $input) { propertyDefinition { id archivedAt version } errors { code message path } } }`);
export const InboxCreate = graphql(`mutation InboxCreate($input: InboxCreateInput!) { inboxCreate(input: $input) { inbox { id } errors { code message path } } }`);
export const InboxUpdate = graphql(`mutation InboxUpdate($input: InboxUpdateInput!) { inboxUpdate(input: $input) { inbox { id version } errors { code message path } } }`);
export const ChannelCreate = graphql(`mutation ChannelCreate($input: ChannelCreateInput!) { channelCreate(input: $input) { channel { id } errors { code message path } } }`);
export const TeamCreate = graphql(`mutation TeamCreate($input: TeamCreateInput!) { teamCreate(input: $input) { team { id } errors { code message path } } }`);
export const TeamUpdate = graphql(`mutation TeamUpdate($input: TeamUpdateInput!) { teamUpdate(input: $input) { team { id version } errors { code message path } } }`);
export const AgentCreate = graphql(`mutation AgentCreate($input: AgentCreateInput!) { agentCreate(input: $input) { agent { id } errors { code message path } } }`);
export const AgentUpdate = graphql(`mutation AgentUpdate($input: AgentUpdateInput!) { agentUpdate(input: $input) { agent { id version } errors { code message path } } }`);
export const TokenCreate = graphql(`mutation TokenCreate($input: ApiTokenCreateInput!) { apiTokenCreate(input: $input) { apiToken { id } secret errors { code message path } } }`);
export const TokenRevoke = graphql(`mutation TokenRevoke($input: ApiTokenRevokeInput!) { apiTokenRevoke(input: $input) { apiToken { id revokedAt } errors { code message path } } }`);
export const AccountUpdate = graphql(`mutation AccountUpdate($input: AccountUpdateInput!) { accountUpdate(input: $input) { account { id name trashKeepDays version } errors { code message path } } }`);

export const Snippets = graphql(`
  query AdminSnippets($where: SnippetWhere) {
    snippets(first: 100, where: $where) { nodes { id name shortcut text html scope version viewerCanUpdate } pageInfo { hasNextPage } }
  }
`);
export const Labels = graphql(`query AdminLabels { labels { id name color description version } }`);
export const LabelCreate = graphql(`mutation LabelCreate($input: LabelCreateInput!) { labelCreate(input: $input) { label { id } errors { code message path } } }`);
export const LabelUpdate = graphql(`mutation LabelUpdate($input: LabelUpdateInput!) { labelUpdate(input: $input) { label { id name color version } errors { code message path } } }`);
export const LabelArchive = graphql(`mutation LabelArchive($input: LabelArchiveInput!) { labelArchive(input: $input) { label { id version } errors { code message path } } }`);
export const SnippetCreate = graphql(`mutation SnippetCreate($input: SnippetCreateInput!) { snippetCreate(input: $input) { snippet { id } errors { code message path } } }`);
export const SnippetUpdate = graphql(`mutation SnippetUpdate($input: SnippetUpdateInput!) { snippetUpdate(input: $input) { snippet { id version } errors { code message path } } }`);
export const SnippetDelete = graphql(`mutation SnippetDelete($input: SnippetDeleteInput!) { snippetDelete(input: $input) { snippet { id } errors { code message path } } }`);
