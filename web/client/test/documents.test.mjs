// The typed documents: written from the server's schema, and each run against it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Kind, parse, validate, buildSchema } from "graphql";
import { follow, payloadOf, textOf } from "deskwire-client";
import * as documents from "deskwire-client/documents";
import { sidebar } from "../build/recipes/documents.js";
import { documents as write } from "../scripts/documents.mjs";
import { ask, authorized, change, connect, desk, graphql, schemaFile, until } from "./desk.mjs";

const kindOf = (document) => document.definitions[0].operation;

test("they are what graphql-codegen writes for the server's schema", async (t) => {
  const written = await write(await schemaFile(t));
  assert.equal(written, await readFile(new URL("../src/documents.ts", import.meta.url), "utf8"), "run: make documents");
});

test("a document is what its text says, for whoever reads the one or the other", async () => {
  const schema = buildSchema(await (await authorized(graphql.replace("/graphql", "/schema.graphqls"))).text());
  for (const [name, document] of Object.entries(documents)) {
    const { definitions } = parse(textOf(document), { noLocation: true });
    assert.deepEqual(JSON.parse(JSON.stringify(document.definitions)), JSON.parse(JSON.stringify(definitions)), name);
    assert.deepEqual(validate(schema, document), [], name);
  }
  assert.throws(() => textOf({ kind: Kind.DOCUMENT, definitions: [] }), /no text/);
});

test("each of them runs", async (t) => {
  const d = await desk();
  const { live } = await connect(t);
  const { conversationId, ticketId, viewId, agentId } = d;
  const other = await d.receive("without a ticket");
  const variables = {
    InboxViews: {}, InboxPage: { viewId }, Sidebar: { conversationId }, Thread: { conversationId },
    Reply: { input: { conversationId, text: "An answer" } }, Comment: { input: { conversationId, text: "A comment" } },
    CloseConversation: { input: { conversationId } }, ReopenConversation: { input: { conversationId } },
    AssignConversation: { input: { conversationId, ownerId: agentId } }, CreateTicket: { input: { conversationId: other, name: "Second" } },
    UpdateTicket: { input: { ticketId, name: "Renamed", priority: "HIGH" } }, SetTicketStatus: { input: { ticketId, statusId: d.statuses[2] } },
    InboxPageLive: { viewId }, SidebarLive: { conversationId }, ThreadLive: { conversationId }, TicketLive: { ticketId }, ViewerLive: {}, Presence: { conversationId },
  };
  assert.deepEqual(Object.keys(variables).sort(), Object.keys(documents).sort());
  for (const [name, document] of Object.entries(documents)) {
    if (kindOf(document) === "subscription") continue;
    const { data } = await ask(textOf(document), variables[name]);
    const [answer] = Object.values(data);
    assert.ok(answer, name);
    if (kindOf(document) === "mutation") assert.deepEqual(answer.errors, [], name);
  }
  const seen = {};
  for (const [name, document] of Object.entries(documents)) {
    if (kindOf(document) !== "subscription") continue;
    follow(live, document, variables[name], { next: (result) => (seen[name] = result), error: (reason) => assert.fail(`${name}: ${JSON.stringify(reason)}`), complete: () => {} });
    await until(name, () => seen[name]);
    assert.equal(seen[name].errors, undefined, name);
    assert.equal(Object.values(seen[name].data)[0].reason, "SNAPSHOT", name);
  }
  assert.equal(seen.TicketLive.data.ticketLive.ticket.status.state, "CLOSED");
  await change("ticketUpdate", { ticketId, name: "Renamed again" });
  await until("the change", () => seen.TicketLive.data.ticketLive.ticket.name === "Renamed again" && seen.SidebarLive.data.conversationLive.conversation.ticket.name === "Renamed again");
});

test("the recipe shows a sidebar and keeps it right", async (t) => {
  const d = await desk();
  const { live } = await connect(t);
  const shown = [];
  const end = await sidebar(graphql, authorized, live, d.conversationId, (conversation) => shown.push(conversation));
  assert.equal(shown[0].ticket.name, "Question");
  await change("ticketUpdate", { ticketId: d.ticketId, name: "Answer" });
  await until("the change", () => shown.at(-1).ticket.name === "Answer");
  assert.equal(shown.length, 2, "it goes on from the query, without a snapshot");
  end();
  assert.deepEqual(payloadOf(documents.Sidebar, { conversationId: "c" }).variables, { conversationId: "c" });
});
