import { follow, payloadOf } from "deskwire-client";
import { Sidebar, SidebarLive, type SidebarQuery } from "deskwire-client/documents";
import type { Client, ExecutionResult } from "graphql-ws";

/** Shows a sidebar and keeps it right; the function that it gives ends that. */
export async function sidebar(
  url: string,
  authorized: typeof fetch,
  live: Client,
  conversationId: string,
  show: (conversation: SidebarQuery["conversation"]) => void,
): Promise<() => void> {
  const headers = { "Content-Type": "application/json" };
  const answer = await authorized(url, { method: "POST", headers, body: JSON.stringify(payloadOf(Sidebar, { conversationId })) });
  const { data, extensions } = (await answer.json()) as ExecutionResult<SidebarQuery>;
  show(data?.conversation ?? null);
  return follow(live, SidebarLive, { conversationId, after: extensions?.["eventCursor"] as string }, {
    next: ({ data }) => data && show(data.conversationLive.conversation),
    error: (reason) => console.error(reason),
    complete: () => {},
  });
}
