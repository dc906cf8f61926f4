import type { Client, Sink } from "graphql-ws";
import { Environment, Network, Observable, RecordSource, Store, type GraphQLResponse } from "relay-runtime";

export function relayEnvironment(url: string, authorized: typeof fetch, live: Client): Environment {
  return new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(
      async ({ text }, variables) => {
        const headers = { "Content-Type": "application/json" };
        const answer = await authorized(url, { method: "POST", headers, body: JSON.stringify({ query: text, variables }) });
        return answer.json();
      },
      ({ text }, variables) =>
        Observable.create<GraphQLResponse>((sink) => live.subscribe({ query: text!, variables }, sink as Sink<any>)),
    ),
  });
}
