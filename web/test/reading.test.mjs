// What messages say, whatever strangers write, and who has read them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, faults, open, person, receive, until } from "./browser.mjs";

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
