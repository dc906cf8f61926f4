// What is the same for all clients with a cache: a watched page, two subscriptions, and no word about the cache.
import assert from "node:assert/strict";
import { ask, connect, desk, sidebar, until, untilSame, view } from "./desk.mjs";

export const documents = {
  page: `query PageQuery($viewId: ID!, $id: ID!) { inboxView(id: $viewId) { ${view} } conversation(id: $id) { ${sidebar} } }`,
  view: `subscription ViewSubscription($viewId: ID!) { inboxViewLive(viewId: $viewId) { reason view { ${view} } } }`,
  conversation: `subscription ConversationSubscription($id: ID!) { conversationLive(id: $id) { reason conversation { ${sidebar} } } }`,
};

/**
 * Follows a page while its connection is cut at random. `open` begins to watch the page and gives, when it is there: `shown`,
 * what the cache shows of it at the moment, and `follow(name, variables, sink)`, which begins a subscription.
 */
export async function followPage(t, open) {
  const d = await desk();
  const { wire, live } = await connect(t);
  const variables = { viewId: d.viewId, id: d.conversationId };
  const page = await open(live, variables);
  const fresh = async () => (await ask(documents.page, variables)).data;
  await untilSame("the first page", page.shown, fresh);

  const reasons = { view: [], conversation: [] };
  const failures = [];
  for (const [name, field] of [["view", "inboxViewLive"], ["conversation", "conversationLive"]]) {
    const only = name === "view" ? { viewId: d.viewId } : { id: d.conversationId };
    page.follow(name, only, { next: (data) => reasons[name].push(data[field].reason), error: (reason) => failures.push(reason) });
  }
  await until("the first payloads", () => reasons.view.length && reasons.conversation.length);
  const enough = () => Object.values(reasons).every((all) => all.length > 5); // changes of one break come as one
  await wire.cutDuring((n) => d.happen(n), { times: 60, connections: 6, enough });

  await untilSame("what the cache shows is not what a query shows", page.shown, fresh);
  assert.deepEqual(failures, []);
  for (const [name, all] of Object.entries(reasons)) {
    assert.equal(all[0], "SNAPSHOT", name);
    assert.ok(all.slice(1).every((reason) => reason === "CHANGE"), `${name}: ${all}`);
  }
}

/** Fails a test when something is written to the console: a cache complains there. */
export function noComplaints(t) {
  const said = [];
  for (const how of ["warn", "error"]) t.mock.method(console, how, (...words) => said.push(words.join(" ")));
  return () => assert.deepEqual(said, []);
}
