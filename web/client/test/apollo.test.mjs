import { test } from "node:test";
import { gql } from "@apollo/client";
import { apolloClient } from "../build/recipes/apollo.js";
import { documents, followPage, noComplaints } from "./caches.mjs";
import { authorized, graphql, until } from "./desk.mjs";

test("Apollo Client", async (t) => {
  const silent = noComplaints(t);
  await followPage(t, async (live, variables) => {
    const client = apolloClient(graphql, authorized, live);
    let data;
    const watching = client.watchQuery({ query: gql(documents.page), variables }).subscribe((result) => (data = result.data));
    t.after(() => (watching.unsubscribe(), client.stop()));
    await until("the page", () => data);
    return {
      shown: () => data,
      follow(name, variables, sink) {
        const following = client.subscribe({ query: gql(documents[name]), variables }).subscribe({
          next: (result) => (result.error ? sink.error(result.error) : sink.next(result.data)),
          error: sink.error,
        });
        t.after(() => following.unsubscribe());
      },
    };
  });
  silent();
});
