import { createLiveClient, type ExpiringToken } from "deskwire-client";

declare function token(): Promise<ExpiringToken>; // of yours: a token that is valid now

export const live = createLiveClient({ url: "wss://desk.example/graphql", token, refreshBefore: 60_000 });

export async function authorized(to: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers);
  headers.set("Authorization", "Bearer " + (await token()).token);
  return fetch(to, { ...init, headers });
}
