import assert from "node:assert/strict";
import { test } from "node:test";
import { createLiveClient } from "deskwire-client";
import { change, connect, desk, sleep, until, Wire } from "./desk.mjs";

const live = "subscription($id: ID!) { conversationLive(id: $id) { reason conversation { ticket { name } } } }";

/** What a browser says, in Node: its global object has no events of its own. */
function browserEvents(t) {
  const events = new EventTarget();
  Object.assign(globalThis, { addEventListener: events.addEventListener.bind(events), removeEventListener: events.removeEventListener.bind(events) });
  const page = Object.assign(new EventTarget(), { visibilityState: "hidden" });
  globalThis.document = page;
  t.after(() => {
    delete globalThis.addEventListener;
    delete globalThis.removeEventListener;
    delete globalThis.document;
  });
  return { online: () => events.dispatchEvent(new Event("online")), look: () => ((page.visibilityState = "visible"), page.dispatchEvent(new Event("visibilitychange"))) };
}

function follow(client, id) {
  const payloads = [];
  client.subscribe({ query: live, variables: { id } }, { next: ({ data }) => payloads.push(data.conversationLive), error: (e) => payloads.push(e), complete() {} });
  return payloads;
}

for (const sign of ["online", "look"]) {
  test(`it comes back at once when the network does: ${sign}`, async (t) => {
    const d = await desk();
    const browser = browserEvents(t);
    const { wire, live: client } = await connect(t, { firstPause: 1_000, longestPause: 60_000 });
    const payloads = follow(client, d.conversationId);
    await until("the first payload", () => payloads.length);
    wire.refuse(true);
    wire.cut();
    await sleep(4_000); // attempts that fail, with pauses that grow
    await change("ticketUpdate", { ticketId: d.ticketId, name: `Missed, ${sign}` });
    wire.refuse(false);
    const back = Date.now();
    browser[sign]();
    await until("what was missed", () => payloads.at(-1).conversation?.ticket.name === `Missed, ${sign}`);
    assert.ok(Date.now() - back < 2_000, `it took ${Date.now() - back} ms`);
    assert.equal(payloads.at(-1).reason, "CHANGE");
  });
}

test("a connection of before the network went is not waited for", async (t) => {
  const d = await desk();
  const browser = browserEvents(t);
  const { wire, live: client } = await connect(t);
  const payloads = follow(client, d.conversationId);
  await until("the first payload", () => payloads.length);
  wire.freeze();
  await change("ticketUpdate", { ticketId: d.ticketId, name: "Not heard" });
  browser.online();
  await until("what was missed", () => payloads.at(-1).conversation?.ticket.name === "Not heard");
});

test("a client can be made where there is no WebSocket, and says so when it is to connect", async (t) => {
  const wire = await new Wire().open();
  t.after(() => wire.close());
  const had = globalThis.WebSocket;
  delete globalThis.WebSocket;
  t.after(() => had && (globalThis.WebSocket = had));
  const client = createLiveClient({ url: wire.url, token: () => process.env.DESKWIRE_TOKEN });
  const failed = await new Promise((resolve) => client.subscribe({ query: "subscription { events { reason } }" }, { next() {}, error: resolve, complete() {} }));
  assert.match(failed.message, /webSocketImpl/);
});
