import assert from "node:assert/strict";
import { test } from "node:test";
import { startAfter } from "deskwire-client";
import { ask, authorized, change, connect, desk, graphql, sidebar, sleep, until, untilSame } from "./desk.mjs";

const query = `query($id: ID!) { conversation(id: $id) { ${sidebar} } }`;
const live = `subscription($id: ID!) { conversationLive(id: $id) { reason conversation { ${sidebar} } } }`;
const log = "subscription { events { reason events { id } } }";

function record(client, payload, field) {
  const payloads = [];
  const failures = [];
  const stop = client.subscribe(payload, {
    next: ({ data, errors }) => (errors ? failures.push(...errors) : payloads.push(data[field])),
    error: (reason) => failures.push(reason),
    complete: () => failures.push("completed"),
  });
  return { payloads, failures, stop };
}

test("200 changes over a wire that is cut at random are all seen, and nothing is sent twice", async (t) => {
  const d = await desk();
  const steady = await connect(t);
  const all = record(steady.live, { query: log }, "events");
  const { wire, live: client } = await connect(t);
  const variables = { id: d.conversationId };
  const seen = record(client, { query: live, variables }, "conversationLive");
  const told = [];
  const loop = client.iterate({ query: log });
  const reading = (async () => {
    for await (const { data } of loop) told.push(data.events);
  })();
  await until("the first payloads", () => seen.payloads.length && told.length && all.payloads.length);

  await wire.cutDuring((n) => d.happen(n), { times: 200, connections: 11 });

  await untilSame("the last payload is not what a query shows", () => seen.payloads.at(-1).conversation, async () => (await ask(query, variables)).data.conversation);
  const ids = (payloads) => payloads.flatMap((p) => p.events.map((e) => e.id));
  await untilSame("the log as told over the cut wire", () => ids(told), () => ids(all.payloads));
  assert.ok(ids(told).length > 200, `${ids(told).length} events`);
  for (const [name, payloads] of Object.entries({ conversation: seen.payloads, log: told })) {
    assert.deepEqual(payloads.slice(1).filter((p) => p.reason !== "CHANGE"), [], name);
  }
  assert.deepEqual([...seen.failures, ...all.failures], []);
  await loop.return();
  await reading;
  assert.equal(steady.wire.connections, 1);
});

test("a subscription begins where a query ended", async (t) => {
  const d = await desk();
  const variables = { id: d.conversationId };
  const answer = await ask(query, variables);
  await change("ticketUpdate", { ticketId: d.ticketId, name: "Between" });
  const { live: client } = await connect(t);
  const payload = Object.freeze({ query: live, variables, extensions: Object.freeze({ mine: 1 }) });
  const seen = record(client, startAfter(answer, payload), "conversationLive");
  await until("what happened between", () => seen.payloads.length);
  assert.equal(seen.payloads[0].reason, "CHANGE");
  assert.equal(seen.payloads[0].conversation.ticket.name, "Between");
  for (const nothing of [null, undefined, {}, { extensions: null }, { extensions: {} }]) assert.equal(startAfter(nothing, payload), payload);
  const { extensions } = startAfter({ extensions: { eventCursor: "c" } }, payload);
  assert.deepEqual(extensions, { mine: 1, resumeAfter: "c" });
});

test("a payload that was given is not changed, and can be given again", async (t) => {
  const d = await desk();
  const { live: client } = await connect(t);
  const payload = { query: live, variables: { id: d.conversationId } };
  const before = structuredClone(payload);
  for (let i = 0; i < 2; i++) {
    const seen = record(client, payload, "conversationLive");
    await until("the first payload", () => seen.payloads.length);
    assert.equal(seen.payloads[0].reason, "SNAPSHOT");
    seen.stop();
  }
  assert.deepEqual(payload, before);
});

test("a loop ends with its subscription, and with its error", async (t) => {
  const { live: client } = await connect(t);
  const loop = client.iterate({ query: log });
  await loop.next();
  const waiting = loop.next();
  await loop.return();
  assert.deepEqual(await waiting, { done: true, value: undefined });
  assert.deepEqual(await loop.next(), { done: true, value: undefined });

  const answers = [];
  for await (const { data } of client.iterate({ query: "{ viewer { __typename } }" })) answers.push(data.viewer);
  assert.deepEqual(answers, [{ __typename: "Viewer" }]);
  await assert.rejects(async () => {
    for await (const _ of client.iterate({ query: "subscription { nonsense }" }));
  }, (reason) => reason[0].extensions.code !== undefined);
});

test("a connection that dies in silence is noticed", async (t) => {
  const d = await desk();
  const { wire, live: client } = await connect(t, { keepAlive: 100, pongWithin: 300 });
  const seen = record(client, { query: live, variables: { id: d.conversationId } }, "conversationLive");
  await until("the first payload", () => seen.payloads.length);
  await sleep(1_000); // some pings and pongs
  assert.equal(wire.connections, 1);
  wire.freeze();
  await change("ticketUpdate", { ticketId: d.ticketId, name: "In silence" });
  await until("what happened in silence", () => seen.payloads.at(-1).conversation.ticket.name === "In silence");
  assert.equal(seen.payloads.at(-1).reason, "CHANGE");
  assert.equal(wire.connections, 2);
});
