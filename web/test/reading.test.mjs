// What messages say, whatever strangers write, and who has read them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, editor, faults, go, open, person, receive, until } from "./browser.mjs";

const ada = "ada@demo.test";
const ben = "ben@demo.test";
after(() => browser.close());

test("unread by hand stays so under a colleague's open page, until somebody goes there", { timeout: 90_000 }, async () => {
  const one = await receive(ada, { thread: "unread", text: "Read me" });
  const kinds = async () => (await ask(ada, "query($id: ID!) { conversation(id: $id) { unreadCount timeline(last: 60) { nodes { __typename ... on Event { kind } } } } }", { id: one.id })).conversation;
  const page = await person(ada);
  const other = await person(ben);
  for (const p of [page, other]) {
    await open(p, one.id);
    await p.getByRole("region", { name: "Conversation" }).getByText("Read me").waitFor();
  }
  await until("somebody has read it", async () => (await kinds()).unreadCount === 0);
  await page.keyboard.press("u");
  await until("it is unread", async () => (await kinds()).unreadCount > 0);
  // What comes to both pages after it has brought the news as well.
  await ask(ada, "mutation($id: ID!) { commentCreate(input: {conversationId: $id, text: \"A note behind it\"}) { errors { message } } }", { id: one.id });
  for (const p of [page, other]) await p.getByRole("region", { name: "Conversation" }).getByText("A note behind it").waitFor();
  assert.ok((await kinds()).unreadCount > 0, "it stays unread");
  await receive(ada, { thread: "unread", text: "One more" });
  await until("who looks on has read it", async () => (await kinds()).unreadCount === 0);
  assert.deepEqual(faults, []);
});

test("a message that comes in while one goes to a conversation stays unread", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "between", text: "The first one" });
  const page = await person(ada);
  await page.evaluate(() => (document.hasFocus = () => false)); // what comes later is not looked at
  const told = [];
  await page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("mutation ConversationMarkRead")) return route.fallback();
    told.push(route.request().postDataJSON().variables.input);
    await receive(ada, { thread: "between", text: "The second one" });
    return route.fallback();
  });
  await open(page, one.id);
  await page.getByRole("region", { name: "Conversation" }).getByText("The second one").waitFor();
  const state = async () => (await ask(ada, "query($id: ID!) { conversation(id: $id) { unreadCount messages(first: 5) { nodes { id } } } }", { id: one.id })).conversation;
  await until("one is read, and one is not", async () => (await state()).unreadCount === 1);
  assert.deepEqual(told, [{ conversationId: one.id, upToMessageId: (await state()).messages.nodes[0].id }]);
  await until("the page says so", async () => (await page.locator("[data-row] .sr-only", { hasText: "1 unread message" }).count()) > 0);

  await page.unroute("**/graphql");
  await page.evaluate(() => {
    dispatchEvent(new Event("blur"));
    setTimeout(() => dispatchEvent(new Event("focus")), 50);
  });
  await until("who comes to the window has read it", async () => (await state()).unreadCount === 0);
  assert.deepEqual(faults, []);
});

test("who reads what is unread keeps it in the list until they leave it", { timeout: 90_000 }, async () => {
  const { inboxViews } = await ask(ada, "{ inboxViews(scope: [SYSTEM]) { id kind inbox { id } } }");
  const [older, newer] = [await receive(ada, { thread: "kept-1", text: "Read me first", subject: "Kept 1" }), await receive(ada, { thread: "kept-2", text: "Read me second", subject: "Kept 2" })];
  const view = inboxViews.find((v) => v.kind === "OPEN" && v.inbox.id === older.inbox.id).id;
  const where = { inboxId: { eq: older.inbox.id }, status: ["OPEN"], unread: true };
  const { inboxViewCreate } = await ask(ada, "mutation($in: InboxViewCreateInput!) { inboxViewCreate(input: $in) { view { id } errors { message } } }", { in: { name: "To read", scope: "PERSONAL", where } });
  const unread = async (id) => (await ask(ada, "query($id: ID!) { conversation(id: $id) { unreadCount } }", { id })).conversation.unreadCount;
  const page = await person(ada);
  const row = (id) => page.locator(`[data-row="${id}"]`);
  const bold = (id) => row(id).locator("bdi").first().evaluate((e) => Number(getComputedStyle(e).fontWeight) >= 600);

  for (const place of [`/views/${view}?filter=unread`, `/views/${inboxViewCreate.view.id}`]) {
    for (const { id } of [older, newer]) if (!(await unread(id))) await ask(ada, "mutation($id: ID!) { conversationMarkUnread(input: {conversationId: $id}) { errors { message } } }", { id });
    await go(page, place);
    for (const { id } of [older, newer]) await until("both", () => row(id).isVisible());
    await row(newer.id).click();
    await until("it is read", async () => (await unread(newer.id)) === 0);
    await until("its row is there, and says so", async () => !(await bold(newer.id)));
    await page.evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve))));
    assert.ok(await row(newer.id).isVisible());
    await page.keyboard.press("j");
    await until("the next one is open, and what was read has gone", async () => (await row(older.id).getAttribute("aria-current")) === "true" && (await row(newer.id).count()) === 0);
    await until("it is read as well", async () => (await unread(older.id)) === 0 && (await row(older.id).count()) === 1 && !(await bold(older.id)));
    await receive(ada, { thread: "kept-3", text: "Another one", subject: "Kept 3" });
    await until("the list goes on", () => page.locator("[data-row]").getByText("Kept 3").isVisible());
    assert.ok(await row(older.id).isVisible());
    await ask(ada, "mutation($id: ID!) { conversationClose(input: {conversationId: $id}) { errors { message } } }", { id: older.id });
    await until("what is closed goes", async () => (await row(older.id).count()) === 0);
    await ask(ada, "mutation($id: ID!) { conversationReopen(input: {conversationId: $id}) { errors { message } } }", { id: older.id });
    await go(page, `/views/${view}`);
    await until("the whole view", async () => (await row(newer.id).count()) === 1);
  }
  await ask(ada, "mutation($id: ID!) { inboxViewDelete(input: {viewId: $id}) { errors { message } } }", { id: inboxViewCreate.view.id });
  assert.deepEqual(faults, []);
});

test("what is written from right to left turns nothing else round", { timeout: 60_000 }, async () => {
  const name = "ליאור כהן";
  const one = await receive(ada, { thread: "turned", name, contact: "lior@example.test", subject: "الخيمة ممزقة (2)", text: "Hello, see below.\nשלום, הגיע קרוע (1).\nThank you, and please take all the time that you need for it." });
  const { ticketCreate } = await ask(ada, "mutation($in: TicketCreateInput!) { ticketCreate(input: $in) { ticket { id } errors { message } } }", { in: { conversationId: one.id, name: "אוהל קרוע (3)" } });
  const page = await person(ada);
  await open(page, one.id);
  const region = page.getByRole("region", { name: "Conversation" });
  const said = region.locator("[data-entry=IncomingMessage] p[dir=auto]").first();
  await said.waitFor();
  const edges = () => said.evaluate((p) => {
    const box = p.getBoundingClientRect();
    const text = p.firstChild;
    const range = document.createRange();
    return ["Hello", "שלום", "Thank"].map((word) => {
      range.setStart(text, text.data.indexOf(word));
      range.setEnd(text, text.data.indexOf(word) + word.length);
      const own = range.getBoundingClientRect();
      return own.left - box.left < 2 ? "left" : box.right - own.right < 2 ? "right" : "between";
    });
  });
  await until("the second line begins at the right, the two around it at the left", async () => (await edges()).join() === "left,right,left");
  assert.match(await editor(page).getAttribute("aria-label"), /\u2068ליאור כהן\u2069…$/, "a name in a sentence is isolated");
  await go(page, `/tickets/${ticketCreate.ticket.id}`);
  await page.getByRole("heading", { name: "אוהל קרוע (3)" }).first().waitFor();
  assert.match(await page.title(), /^(\(\d+\) )?\u2068אוהל קרוע \(3\)\u2069 · Deskwire$/);

  await open(page, one.id);
  await page.locator("section input[type=file]").setInputFiles([{ name: "invoice\u202Efdp.exe", mimeType: "text/plain", buffer: Buffer.from("x") }, { name: `${"תמונה ".repeat(20)}.png`, mimeType: "text/plain", buffer: Buffer.from("x") }]);
  await page.getByRole("button", { name: /^Remove .*png/ }).waitFor();
  const files = page.locator("section li > span > span[dir=ltr]");
  await until("both files", async () => (await files.count()) === 2);
  for (const ending of [".exe", ".png"]) {
    const shown = files.filter({ hasText: ending });
    const places = await shown.evaluate((f) => [...f.children].map((e) => ({ text: e.textContent, left: e.getBoundingClientRect().left, right: e.getBoundingClientRect().right })));
    assert.equal(places.at(-1).text, ending);
    assert.ok(places[0].right <= places[1].left + 1 && places[1].right <= (await shown.evaluate((f) => f.closest("li").getBoundingClientRect().right)), "its ending stands whole at its end");
    assert.doesNotMatch(places[0].text, /[\u202A-\u202E]/);
  }
  assert.deepEqual(faults, []);
});

test("what a message repeats of its thread is folded, and no more", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "repeats", text: "Nobody was at home when the driver came." });
  await receive(ada, { thread: "repeats", text: "Hello,\nOn 12 March 2026 at 14:05 your driver wrote:\nNobody was at home when the driver came.\nBut I was there all day." });
  const page = await person(ada);
  await open(page, one.id);
  const last = page.locator("[data-entry=IncomingMessage]").last();
  await last.getByText("But I was there all day.").waitFor();
  await last.locator("summary").waitFor();
  assert.equal(await last.getByText("your driver wrote:", { exact: false }).isVisible(), false);
  await last.locator("summary").click();
  assert.ok(await last.getByText("Nobody was at home", { exact: false }).isVisible());
  assert.deepEqual(faults, []);
});

test("the title tells what came while nobody was at the window", { timeout: 60_000 }, async () => {
  const page = await person(ada);
  const plain = await page.title();
  await page.evaluate(() => (document.hasFocus = () => false)); // a browser that is tested gives every page the focus
  await receive(ada, { thread: "told", text: "Are you there?" });
  await until("it is told", async () => (await page.title()) === `(1) ${plain}`);
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  assert.equal(await page.title(), plain);
  assert.deepEqual(faults, []);
});

test("no text of a stranger hides its words or holds the page up", { timeout: 90_000 }, async () => {
  const name = "W".repeat(190);
  const one = await receive(ada, { thread: "strange", name, contact: "strange@example.test", text: "Please send my parcel again:\nFrom: Hamburg\nTo: Lyon\nDate: 3 May 2026\nIt was lost by https://x.test/Tent_(camping)。" });
  await receive(ada, { thread: "strange", contact: "strange@example.test", text: Array.from({ length: 40_000 }, () => "to: a").join("\n") });
  await receive(ada, { thread: "strange", contact: "strange@example.test", text: `${" ".repeat(200_000)}The end` });
  const page = await person(ada);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await open(page, one.id);
    const region = page.getByRole("region", { name: "Conversation" });
    await region.getByText("It was lost by", { exact: false }).waitFor();
    await region.getByRole("link", { name: "https://x.test/Tent_(camping)", exact: true }).waitFor();
    assert.ok(await region.evaluate((r) => r.scrollWidth <= r.clientWidth), `nothing runs out at ${width}`);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/strange-${width}.png` });
  }
  assert.deepEqual(faults, []);
});
