import { cacheExchange, type CacheExchangeOpts } from "@urql/exchange-graphcache";
import type { Client as LiveClient } from "graphql-ws";
import { Client, fetchExchange, subscriptionExchange } from "urql";

type Schema = NonNullable<CacheExchangeOpts["schema"]>;

export function urqlClient(url: string, authorized: typeof fetch, live: LiveClient, schema: Schema): Client {
  return new Client({
    url,
    fetch: authorized,
    preferGetMethod: false,
    exchanges: [
      cacheExchange({ schema }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: live.subscribe({ ...request, query: request.query! }, sink) }),
        }),
      }),
    ],
  });
}
