// Labels: made in the settings or where they are missed, put on and taken off by keyboard, seen by all at once.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, faults, go, person, receive, until } from "./browser.mjs";

const ada = "ada@demo.test";
const ben = "ben@demo.test";
const mark = Date.now().toString(36);
after(() => browser.close());

test("labels", { timeout: 110_000 }, async (t) => {
  const one = await receive(ada, { thread: "labels", text: "The bill is wrong", subject: "Bill" });
  const { inboxViews } = await ask(ada, "{ inboxViews { id kind inbox { id } } }");
  const view = `/views/${inboxViews.find((v) => v.kind === "OPEN" && v.inbox?.id === one.inbox.id).id}`;
  const a = await person(ada);
  const b = await person(ben);
  const [billing, urgent] = [`Billing ${mark}`, `Urgent ${mark}`];
  const setting = (p, name) => p.locator(`[data-setting="${name}"]`);
  const onTop = (p, name) => p.locator("main header").locator(`[data-label="${name}"]`);
  const inRow = (p, name) => p.locator(`[data-row="${one.id}"]`).locator(`[data-label="${name}"]`);
  const find = (p) => p.getByRole("combobox", { name: "Find a label" });
  const both = async (what, check) => {
    for (const p of [a, b]) await until(what, () => check(p));
  };
  const choose = async (p, words) => {
    await p.keyboard.press("l");
    await find(p).waitFor();
    await p.keyboard.type(words);
    await p.getByRole("option").filter({ hasText: words }).first().waitFor();
    await p.keyboard.press("Enter");
  };
  const leave = async (p) => {
    await p.keyboard.press("Escape");
    await p.getByRole("dialog").waitFor({ state: "detached" });
  };

  await t.test("are made by admins; others see them", async () => {
    for (const p of [a, b]) await go(p, "/settings/labels");
    await a.getByRole("button", { name: "New label" }).click();
    await a.getByRole("form").getByLabel("Name").fill(billing);
    await a.getByRole("form").getByLabel("Color").fill("#1f9d55");
    await a.getByRole("form").getByRole("button", { name: "Create" }).click();
    await both("it is there", (p) => setting(p, billing).isVisible());
    assert.equal(await setting(b, billing).getByRole("textbox").count(), 0);
    assert.equal(await b.getByRole("button", { name: "New label" }).count(), 0);
  });

  await t.test("are put on a conversation by keyboard, and seen on top and in the list by all", async () => {
    for (const p of [a, b]) {
      await go(p, `${view}/${one.id}`);
      await p.locator("[data-entry]").getByText("The bill is wrong").waitFor();
    }
    await choose(b, billing);
    await both("on top", (p) => onTop(p, billing).isVisible());
    await both("in the list", (p) => inRow(p, billing).isVisible());
    assert.equal(await inRow(a, billing).locator("span").first().evaluate((e) => getComputedStyle(e).backgroundColor), "rgb(31, 157, 85)");
    assert.equal(await b.getByRole("option", { name: billing }).getAttribute("aria-selected"), "true", "it stays open for others");
    await leave(b);
    await until("the thread tells it", () => a.locator("[data-entry=CONVERSATION_LABELED]").getByText("changed the labels").isVisible());
  });

  await t.test("that are missing are made where they are missed, by admins", async () => {
    await b.keyboard.press("l");
    await find(b).fill(urgent);
    await b.getByRole("dialog").getByText("Nothing found").waitFor();
    await leave(b);
    await a.keyboard.press("l");
    await find(a).fill(urgent);
    await a.getByRole("option", { name: `Make the label “${urgent}”` }).click();
    await both("on top", (p) => onTop(p, urgent).isVisible());
    await both("the row says that there are more", (p) => p.locator(`[data-row="${one.id}"]`).getByText("and 1 more label").isVisible());
    await leave(a);
  });

  await t.test("get a view of their own", async () => {
    await go(b, "/settings/labels");
    await b.getByRole("button", { name: `Make a view: ${billing}` }).click();
    const link = b.getByRole("navigation").getByRole("link", { name: new RegExp("^" + billing) });
    await until("the view counts", async () => (await link.locator("[data-count]").textContent()) === "1");
    await link.click();
    await until("its list", () => inRow(b, billing).isVisible());
  });

  await t.test("are taken off, also what the view asks for: it leaves the list", async () => {
    await choose(a, billing);
    await until("off the top", async () => (await onTop(a, billing).count()) === 0);
    await leave(a);
    await until("it left the view", async () => (await b.locator(`[data-row="${one.id}"]`).count()) === 0);
    await until("the row", async () => (await inRow(a, billing).count()) === 0 && (await inRow(a, urgent).isVisible()));
  });

  await t.test("are renamed and archived in their place; a conversation keeps an archived one until it is taken off", async () => {
    await go(b, `${view}/${one.id}`);
    await go(a, "/settings/labels");
    const name = setting(a, urgent).getByRole("textbox", { name: `Name: ${urgent}` });
    await name.fill(`${urgent}!`);
    await name.press("Enter");
    await until("its new name", () => setting(a, `${urgent}!`).isVisible());
    await a.getByRole("button", { name: `Archive ${urgent}!` }).click();
    await until("archived", async () => (await setting(a, `${urgent}!`).count()) === 0);
    await go(a, `${view}/${one.id}`);
    await until("it is still there", () => onTop(a, `${urgent}!`).isVisible());
    await choose(a, `${urgent}!`);
    await until("until it is taken off", async () => (await onTop(a, `${urgent}!`).count()) === 0);
    await leave(a);
  });

  const mine = (await ask(ben, "{ inboxViews(scope: [PERSONAL]) { id name } }")).inboxViews.find((v) => v.name === billing);
  await ask(ben, "mutation($id: ID!) { inboxViewDelete(input: { viewId: $id }) { errors { message } } }", { id: mine.id });
  assert.deepEqual(faults, []);
});
