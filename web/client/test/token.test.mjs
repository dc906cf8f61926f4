import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { change, connect, desk, endWith, sleep, tokenUntil, until, Wire } from "./desk.mjs";

const good = process.env.DESKWIRE_TOKEN;
const query = "subscription { viewerLive { reason } }";

/** Follows, and keeps the reasons of payloads and of the end. */
function follow(client, payload = { query }) {
  const seen = { reasons: [], failures: [] };
  client.subscribe(payload, {
    next: ({ data }) => seen.reasons.push(Object.values(data)[0].reason),
    error: (reason) => seen.failures.push(reason),
    complete: () => {},
  });
  return seen;
}

describe("a token", { concurrency: true }, () => {
  test("a refused token is not hammered with, and a good one is taken when there is one", async (t) => {
    let token = "nonsense";
    let asked = 0;
    const { wire, live } = await connect(t, { token: async () => (asked++, token), firstPause: undefined, longestPause: undefined });
    const seen = follow(live);
    await sleep(2_000);
    assert.ok(wire.connections < 5, `${wire.connections} connections in 2 s`);
    await until("a second attempt, with a token of its own", () => asked > 1);
    token = good;
    await until("the first payload", () => seen.reasons.length);
    assert.deepEqual(seen, { reasons: ["SNAPSHOT"], failures: [] });
  });

  test("pauses grow, and differ", async (t) => {
    const { wire, live } = await connect(t, { token: () => "nonsense", firstPause: 100, longestPause: 400 });
    const at = [];
    live.on("opened", () => at.push(Date.now()));
    follow(live);
    await until("eight attempts", () => wire.connections >= 8);
    const pauses = at.slice(1).map((time, i) => time - at[i]);
    for (const [i, pause] of pauses.entries()) assert.ok(pause >= Math.min(400, 100 * 2 ** i) / 2 - 5, `pauses: ${pauses}`);
    assert.ok(new Set(pauses).size > 2, `pauses: ${pauses}`);
  });

  test("a token that can't be had now is asked for again", async (t) => {
    let asked = 0;
    const { live } = await connect(t, {
      async token() {
        if (++asked < 3) throw new Error("the provider is away");
        return good;
      },
    });
    const seen = follow(live);
    await until("the first payload", () => seen.reasons.length);
    assert.deepEqual(seen, { reasons: ["SNAPSHOT"], failures: [] });
    assert.equal(asked, 3);
  });

  test("a server that can't be reached is tried again", async (t) => {
    const { wire, live } = await connect(t);
    wire.close();
    const seen = follow(live);
    await sleep(300);
    endWith(t, await new Wire().open(wire.port), live);
    await until("the first payload", () => seen.reasons.length);
    assert.deepEqual(seen, { reasons: ["SNAPSHOT"], failures: [] });
  });

  for (const [what, code, options, payload] of [
    ["nobody is signed in", 4401, { token: () => null }],
    ["the query is empty", undefined, {}, { query: "" }],
  ]) {
    test(`when ${what}, every subscription is told, once`, async (t) => {
      const { wire, live } = await connect(t, options);
      const seen = [follow(live, payload), follow(live, payload)];
      await until("the end", () => seen.every((s) => s.failures.length));
      await sleep(500);
      assert.deepEqual(seen.map((s) => s.failures.map((f) => f.code)), [[code], [code]]);
      assert.equal(wire.connections, 1);
    });
  }

  test("a connection gets a new token before the old one ends, and stays open", async (t) => {
    const d = await desk();
    const ends = Date.now() + 8_000;
    const tokens = [await tokenUntil(ends), "nonsense", good];
    let asked = 0;
    const token = () => tokens[Math.min(asked++, tokens.length - 1)];
    const { wire, live } = await connect(t, { token, refreshBefore: 5_000 });
    const query = `subscription($id: ID!) { ticketLive(id: $id) { reason } }`;
    const seen = follow(live, { query, variables: { id: d.ticketId } });
    await until("the end of the first token", () => Date.now() > ends + 500);
    await change("ticketUpdate", { ticketId: d.ticketId, name: "Later" });
    await until("the change", () => seen.reasons.length > 1);
    assert.deepEqual(seen, { reasons: ["SNAPSHOT", "CHANGE"], failures: [] });
    assert.equal(wire.connections, 1);
    assert.equal(asked, 3, "the one that is refused is followed by another one");
  });

  test("without that the client comes back with a new token, and misses nothing", async (t) => {
    const d = await desk();
    const tokens = [await tokenUntil(Date.now() + 2_000), good];
    const { wire, live } = await connect(t, { token: () => tokens.length > 1 ? tokens.shift() : tokens[0] });
    const codes = [];
    live.on("closed", ({ code }) => codes.push(code));
    const query = `subscription($id: ID!) { ticketLive(id: $id) { reason } }`;
    const seen = follow(live, { query, variables: { id: d.ticketId } });
    await until("another connection", () => wire.connections === 2);
    await change("ticketUpdate", { ticketId: d.ticketId, name: "Later" });
    await until("the change", () => seen.reasons.length > 1);
    assert.deepEqual(seen, { reasons: ["SNAPSHOT", "CHANGE"], failures: [] });
    assert.deepEqual(codes, [4403]);
  });
});
