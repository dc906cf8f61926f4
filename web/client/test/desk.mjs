// What all tests share: a desk on the real server, and a wire to it that breaks.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { createLiveClient } from "deskwire-client";

const { DESKWIRE_URL: server, DESKWIRE_TOKEN: adminToken } = process.env;
assert.ok(server && adminToken, "set DESKWIRE_URL and DESKWIRE_TOKEN to those of a server: go test ./e2e -run TestTypeScriptClient does");
globalThis.WebSocket ??= WebSocket; // every browser has it, and Node from version 22 on

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const graphql = server + "/graphql";

export async function authorized(to, init) {
  const headers = new Headers(init?.headers);
  headers.set("Authorization", "Bearer " + adminToken);
  return fetch(to, { ...init, headers });
}

/** Asks over plain HTTP. */
export async function ask(query, variables) {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ query, variables }) };
  const answer = await (await authorized(graphql, init)).json();
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer;
}

/** The server's schema, alone in a folder that ends with the test. */
export async function schemaFile(t) {
  const dir = await mkdtemp(join(tmpdir(), "schema-"));
  t.after(() => rm(dir, { recursive: true }));
  const file = join(dir, "schema.graphql");
  await writeFile(file, await (await fetch(server + "/schema.graphqls")).text());
  return file;
}

/** Runs a mutation that must not be refused. */
export async function change(name, input, selection = "") {
  const type = name[0].toUpperCase() + name.slice(1) + "Input";
  const { data } = await ask(`mutation($input: ${type}!) { ${name}(input: $input) { ${selection} errors { message } } }`, { input });
  assert.deepEqual(data[name].errors, [], name);
  return data[name];
}

/** Makes a token that ends at a time. */
export async function tokenUntil(expiresAt) {
  const { secret } = await change("apiTokenCreate", { name: "short", expiresAt: new Date(expiresAt).toISOString() }, "secret");
  return { token: secret, expiresAt };
}

/** Waits until something is true, and gives it. */
export async function until(what, check, patience = 15_000) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) {
    const is = await check();
    if (is) return is;
  }
  assert.fail("never: " + what);
}

/** Waits until two things are the same. */
export async function untilSame(what, one, other, patience = 15_000) {
  let a, b;
  for (const end = Date.now() + patience; Date.now() < end; await sleep(50)) {
    [a, b] = [bare(await one()), bare(await other())];
    try {
      return assert.deepEqual(a, b);
    } catch {}
  }
  assert.deepEqual(a, b, what);
}

// Caches add type names.
const bare = (data) => JSON.parse(JSON.stringify(data ?? null, (key, value) => (/^__/.test(key) ? undefined : value)));

/** A way to the server whose connections can be cut, or stop in silence. */
export class Wire {
  connections = 0;
  #pairs = new Set();
  #refusing = false;
  #listener = net.createServer((near) => {
    if (this.#refusing) return void near.resetAndDestroy();
    this.connections++;
    const far = net.connect(new URL(server).port, new URL(server).hostname);
    const pair = { near, far };
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const s of [near, far]) s.on("error", end).on("close", end);
    near.pipe(far);
    far.pipe(near);
  });

  async open(port = 0) {
    await new Promise((resolve) => this.#listener.listen(port, "127.0.0.1", resolve));
    this.port = this.#listener.address().port;
    this.url = `ws://127.0.0.1:${this.port}/graphql`;
    return this;
  }

  cut() {
    for (const { near } of this.#pairs) near.resetAndDestroy();
  }

  /** Whether nobody is let in, as when there is no network. */
  refuse(all) {
    this.#refusing = all;
  }

  /** Connections stay open, and nothing comes through any more. */
  freeze() {
    for (const { near, far } of this.#pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.resume();
      far.resume();
    }
  }

  close() {
    this.cut();
    this.#listener.close();
  }

  /** Cuts at random while something happens again and again: so often at least, so many connections at least, and until enough was seen. */
  async cutDuring(happen, { times, connections, enough = () => true }) {
    let going = true;
    const cutting = (async () => {
      for (; going; this.cut()) await sleep(20 + Math.random() * 200);
    })();
    try {
      for (let i = 0; i < times || this.connections < connections || !enough(); i++) await happen(i);
    } finally {
      going = false;
      await cutting;
    }
  }
}

/** A client over a wire that closes with the test. */
export async function connect(t, options = {}) {
  const wire = await new Wire().open();
  const live = createLiveClient({ url: wire.url, token: () => adminToken, firstPause: 20, longestPause: 200, ...options });
  endWith(t, wire, live);
  return { wire, live };
}

export function endWith(t, wire, live) {
  t.after(() => {
    live.dispose()?.catch(() => {}); // there may be no connection
    wire.close();
  });
}

/** What an agent looks at: a view of the inbox, and beside it the sidebar of a conversation. */
export const view = `id name conversations(first: 10) { nodes { id number subject status unreadCount preview owner { id name } ticket { id name status { id name } } } }`;
export const sidebar = `id number subject status unreadCount lastActivityAt version owner { id name }
  ticket { id number name status { id name state } priority owner { id name } cardProperties { id key displayValue } conversations(first: 5) { nodes { id status } } }
  contact { id name email conversations(first: 5) { nodes { id number subject status } } }
  messages(last: 5) { nodes { __typename ... on IncomingMessage { id text } ... on OutgoingMessage { id text } ... on InternalComment { id text } } }`;

let desks = 0;

/** An inbox with some conversations, one of them with a ticket. */
export async function desk() {
  const name = `Support ${process.pid}-${++desks}`;
  const { inbox } = await change("inboxCreate", { name }, "inbox { id }");
  const { channel } = await change("channelCreate", { inboxId: inbox.id, kind: "API", name }, "channel { id }");
  const statuses = [["New", "OPEN"], ["Waiting", "OPEN"], ["Closed", "CLOSED"]].map(([name, state]) => ({ name, state }));
  const { pipeline } = await change("pipelineCreate", { name, statuses }, "pipeline { statuses { id } }");
  const { data } = await ask(`query($inboxId: ID) { inboxViews(inboxId: $inboxId) { id kind } viewer { agent { id } } }`, { inboxId: inbox.id });
  const d = new Desk();
  Object.assign(d, { name, channelId: channel.id, statuses: pipeline.statuses.map((s) => s.id), agentId: data.viewer.agent.id });
  d.viewId = data.inboxViews.find((v) => v.kind === "OPEN").id;
  for (const thread of ["one", "two", "three"]) d.conversationId = await d.receive(thread);
  const { ticket } = await change("ticketCreate", { conversationId: d.conversationId, name: "Question" }, "ticket { id contact { id } }");
  return Object.assign(d, { ticketId: ticket.id, contactId: ticket.contact.id });
}

class Desk {
  #said = 0;

  async receive(thread) {
    const said = ++this.#said;
    const input = { channelId: this.channelId, externalId: "m" + said, threadKey: thread, subject: "About " + thread, text: "Message " + said };
    const email = `${this.name.replace(" ", "-")}@contact.test`;
    return (await change("messageReceive", { ...input, contact: { email } }, "conversation { id }")).conversation.id;
  }

  /** Does one of the things that happen in an inbox. */
  async happen(n) {
    const { conversationId, ticketId, contactId, statuses } = this;
    const things = [
      () => this.receive("three"),
      () => this.receive("two"),
      () => this.receive("thread " + n),
      () => change("ticketUpdate", { ticketId, name: "Question " + n }),
      () => change("ticketStatusSet", { ticketId, statusId: statuses[Math.trunc(Math.random() * statuses.length)] }),
      () => change("conversationAssign", { conversationId, ownerId: Math.random() < 0.5 ? this.agentId : null }),
      () => change("contactUpdate", { contactId, name: "Pia " + n }),
      () => change("commentCreate", { conversationId, text: "Comment " + n }),
      () => change("conversationMarkRead", { conversationId }),
    ];
    await things[n % things.length]();
  }
}
