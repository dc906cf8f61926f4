// Ten thousand conversations: the list stays small and smooth. The figures are printed; what is asserted does not hang on the machine.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, faults, go, person, receive, until } from "./browser.mjs";

const ada = "ada@crowd.test";
after(() => browser.close());

test("ten thousand conversations", { timeout: 110_000 }, async (t) => {
  const page = await person(ada);
  const other = await person(ada);
  const { inboxViews } = await ask(ada, "{ inboxViews { id kind inbox { channels { kind } } conversations(first: 0) { totalCount } } }");
  const view = inboxViews.find((v) => v.kind === "OPEN" && v.inbox.channels.some((c) => c.kind === "API"));
  assert.equal(view.conversations.totalCount, 10_000); // it counts no further
  await go(page, `/views/${view.id}`);
  const began = Date.now();
  await page.reload({ waitUntil: "commit" });
  await page.locator("[data-row]").first().waitFor();
  t.diagnostic(`list visible after ${Date.now() - began} ms`);

  const rows = () => page.locator("[data-row]").count();
  assert.ok((await rows()) < 100, "rows in the DOM");
  await page.evaluate(() => {
    window.long = [];
    new PerformanceObserver((list) => list.getEntries().forEach((e) => window.long.push(Math.round(e.duration)))).observe({ type: "longtask" });
  });
  const list = page.getByTestId("list");
  await list.hover();
  const seen = new Set();
  let most = 0;
  for (let i = 0; i < 150; i++) {
    await page.mouse.wheel(0, 1500);
    if (i % 10 === 0) {
      most = Math.max(most, await rows());
      for (const id of await page.locator("[data-row]").evaluateAll((all) => all.map((e) => e.dataset.row))) seen.add(id);
    }
    await page.waitForTimeout(16);
  }
  const loaded = await list.evaluate((e) => Math.round(e.scrollHeight / 84));
  const long = await page.evaluate(() => window.long);
  t.diagnostic(`scrolled through ${loaded} rows, at most ${most} in the DOM, tasks over 50 ms: ${JSON.stringify(long)}`);
  assert.ok(loaded > 500 && seen.size > 100, `${loaded} loaded`);
  assert.ok(most < 100, `${most} rows in the DOM`);

  const top = await list.evaluate((e) => ((e.scrollTop = 0), e.querySelector("li")?.textContent));
  await until("the top, and all pages that were asked for", async () => page.lists === page.listsAnswered && (await list.evaluate((e) => e.querySelector("li").textContent)) !== top);
  const asked = page.lists;
  const one = await receive(ada, { thread: "new-1", text: "A new one on top", subject: "Just now" });
  await until("the new row, in its place", async () => (await page.locator("[data-row]").first().getAttribute("data-row")) === one.id);

  for (const p of [page, other]) await go(p, `/views/${view.id}/${one.id}`); // beside the same list
  const entries = (p) => p.locator("[data-entry=InternalComment]").count();
  const took = [];
  for (let i = 0; i < 15; i++) {
    const had = await entries(other);
    const at = Date.now();
    const arrived = other.waitForFunction((n) => document.querySelectorAll("[data-entry=InternalComment]").length > n, had, { polling: "raf" }).then(() => Date.now() - at);
    await ask(ada, "mutation($id: ID!, $text: String!) { commentCreate(input: {conversationId: $id, text: $text}) { errors { message } } }", { id: one.id, text: "Note " + i });
    took.push(await arrived);
  }
  took.sort((x, y) => x - y);
  t.diagnostic(`a change on another screen: ${took[7]} ms at the median, ${took.at(-1)} ms at most`);
  assert.equal(page.lists, asked, "no event makes the list ask again");
  assert.deepEqual(faults, []);
});

test("more views than one connection may follow", { timeout: 110_000 }, async () => {
  const created = []; // one after the other: a server sheds a hundred mutations at once
  for (let i = 0; i < 110; i++) {
    const input = { name: `Of many ${i}`, scope: i < 60 ? "PERSONAL" : "ACCOUNT", where: { number: { eq: i + 1 } } };
    created.push(await ask(ada, `mutation($in: InboxViewCreateInput!) { inboxViewCreate(input: $in) { view { id } errors { message } } }`, { in: input }));
  }
  const one = await receive(ada, { thread: "of-many", text: "Is anybody there?" });
  const page = await person(ada);
  let followed = 0; // at once, over this connection
  let most = 0;
  let refuse = null; // an operation that is refused, as a server does that has enough of them
  const ended = new Set();
  await page.routeWebSocket("**/graphql", (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      const message = JSON.parse(text);
      if (message.type === "subscribe" && message.payload.query.includes("ConversationLive") && refuse === "next") {
        refuse = "refused";
        return socket.send(JSON.stringify({ id: message.id, type: "error", payload: [{ message: "Too many.", extensions: { code: "TOO_MANY_OPERATIONS" } }] }));
      }
      if (message.type === "subscribe" && message.payload.query.includes("subscription")) most = Math.max(most, ++followed);
      if (message.type === "complete" && !ended.has(message.id)) followed--;
      server.send(text);
    });
    server.onMessage((text) => {
      const message = JSON.parse(text);
      if (["complete", "error"].includes(message.type)) ended.add(message.id);
      socket.send(text);
    });
  });
  refuse = "next";
  await page.goto(`${new URL(page.url()).origin}/conversations/${one.id}`);
  const region = page.getByRole("region", { name: "Conversation" });
  await region.getByText("Is anybody there?").waitFor();
  const old = page.getByText("Some of what you see may be old", { exact: false });
  await old.waitFor();
  await page.getByRole("status").filter({ has: old }).getByRole("button", { name: "Try again" }).click();
  await until("it is followed again", async () => (await old.count()) === 0);
  await receive(ada, { thread: "of-many", text: "Hello?" });
  await region.getByText("Hello?").waitFor();
  assert.equal(refuse, "refused");
  await page.getByRole("link", { name: "Of many 109" }).scrollIntoViewIfNeeded();
  assert.ok(most > 5 && most < 80, `${most} are followed at once`);
  for (const c of created) {
    await ask(ada, "mutation($id: ID!) { inboxViewDelete(input: {viewId: $id}) { errors { message } } }", { id: c.inboxViewCreate.view.id });
  }
  assert.deepEqual(faults, []);
});
