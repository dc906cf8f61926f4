import { cacheExchange } from "@urql/exchange-graphcache";
import { createLiveClient } from "deskwire-client";
import type { Client as LiveClient } from "graphql-ws";
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { setConnection } from "./connection";
import { currentSession, signOut } from "./session";

export interface Api {
  readonly client: Client;
  readonly live: LiveClient;
}

/** Everything that the page asks and follows goes through here, as the agent of this token. */
export function openApi(token: string): Api {
  const live = createLiveClient({
    url: location.origin.replace(/^http/, "ws") + "/graphql",
    token: () => currentSession().token,
    longestPause: 5_000,
    lazyCloseTimeout: 2_000, // going from one screen to the next is no reason to connect anew
    on: {
      connected: () => setConnection("live"),
      closed: (event) => {
        setConnection("lost");
        // The token may have ended. What is asked over HTTP says so for certain.
        if ([4401, 4403].includes((event as CloseEvent).code)) void authorized("/graphql?query=%7B__typename%7D").catch(() => {});
      },
    },
  });

  async function authorized(to: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const headers = new Headers(init?.headers);
    headers.set("Authorization", "Bearer " + token);
    const answer = await fetch(to, { ...init, headers });
    if (answer.status === 401 && currentSession().token === token) signOut(true);
    return answer;
  }

  const client = new Client({
    url: "/graphql",
    fetch: authorized,
    preferGetMethod: false,
    exchanges: [
      cacheExchange({ keys: withoutKeys }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: live.subscribe({ ...request, query: request.query! }, sink) }),
        }),
      }),
    ],
  });
  return { client, live };
}

// What has no id belongs to the record that it hangs off.
const none = () => null;
const hits = ["ConversationHit", "TicketHit", "ContactHit"];
const withoutKeys = Object.fromEntries(
  [
    "Delivery", "Presence", "TrashImpact", "PropertyOption", "Effect", "FieldChange", "PageInfo", "TextPart",
    ...["Conversation", "Timeline", "Ticket", "Contact", "Message", "Event", "TrashGroup", "Snippet", ...hits].flatMap((n) => [n + "Connection", n + "Edge"]),
    ...hits,
    ...["Conversation", "Ticket", "InboxView", "Viewer", "Events"].map((n) => n + "LivePayload"), "ConversationPresencePayload",
  ].map((name) => [name, none]),
);
