import { test } from "node:test";
import { getIntrospectionQuery } from "graphql";
import { urqlClient } from "../build/recipes/urql.js";
import { documents, followPage, noComplaints } from "./caches.mjs";
import { ask, authorized, graphql, until } from "./desk.mjs";

test("urql with graphcache", async (t) => {
  const silent = noComplaints(t);
  await followPage(t, async (live, variables) => {
    const { data: schema } = await ask(getIntrospectionQuery({ descriptions: false }));
    const client = urqlClient(graphql, authorized, live, schema);
    let data;
    const watching = client.query(documents.page, variables).subscribe((result) => (data = result.data));
    t.after(() => watching.unsubscribe());
    await until("the page", () => data);
    return {
      shown: () => data,
      follow(name, variables, sink) {
        const following = client.subscription(documents[name], variables).subscribe((result) =>
          result.error ? sink.error(result.error) : sink.next(result.data),
        );
        t.after(() => following.unsubscribe());
      },
    };
  });
  silent();
});
