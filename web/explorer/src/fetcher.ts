import type { Fetcher } from "@graphiql/toolkit";
import { createLiveClient } from "deskwire-client";
import { getOperationAST, parse } from "graphql";

type Params = Parameters<Fetcher>[0];

/**
 * How things are asked: subscriptions over a websocket with the same Authorization as all else, which goes over HTTP. GraphiQL asks for
 * the schema before it has headers, so that is asked with the first token.
 */
export const fetcherWith = (token: string): Fetcher => (params, options) => {
  const headers = new Headers(options?.headers as Record<string, string> | undefined);
  if (token && params.operationName === "IntrospectionQuery" && !headers.has("Authorization")) headers.set("Authorization", `Bearer ${token}`);
  const { operation, ...asked } = { operation: undefined, ...params, ...operationOf(params) };
  return operation === "subscription" ? follow(asked, headers) : ask(asked, headers);
};

/** What is meant to be run. What GraphiQL says of it may still be about the tab that was left a moment ago. */
function operationOf({ query, operationName }: Params) {
  try {
    const document = parse(query);
    const meant = getOperationAST(document, operationName) ?? getOperationAST(document);
    return { operation: meant?.operation, operationName: meant?.name?.value };
  } catch {
    return {}; // the server says what is wrong with it
  }
}

async function ask({ query, variables, operationName }: Params, headers: Headers) {
  headers.set("Content-Type", "application/json");
  headers.set("Accept", "application/json");
  return (await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables, operationName }) })).json();
}

/** A connection for each subscription, since each may have a token of its own. A wrong one ends it: it stays wrong. */
function follow({ query, variables, operationName }: Params, headers: Headers): AsyncIterableIterator<any> {
  const token = headers.get("Authorization")?.replace(/^Bearer /i, "") ?? null;
  const live = createLiveClient({ url: location.origin.replace("http", "ws") + "/graphql", token: () => token });
  const refused = new Promise<never>((_, reject) => {
    live.on("closed", (event) => (event as CloseEvent).code === 4403 && reject(event));
  });
  const loop = live.iterate({ query, variables, operationName });
  const stop = async () => {
    await loop.return?.();
    await Promise.resolve(live.dispose()).catch(() => {}); // there may be no connection
    return { done: true as const, value: undefined };
  };
  const failed = async (reason: unknown) => {
    await stop();
    throw Array.isArray(reason) ? { errors: reason } : new Error((reason as CloseEvent).reason || "The connection was refused.");
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => Promise.race([loop.next(), refused]).catch(failed),
    return: stop,
  };
}
