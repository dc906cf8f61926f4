// Saved views: made from what the list shows, kept right for all who have them, renamed, ordered and deleted.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, faults, go, person, receive, until } from "./browser.mjs";

const ada = "ada@demo.test";
const ben = "ben@demo.test";
after(() => browser.close());

test("saved views", { timeout: 110_000 }, async (t) => {
  const first = await receive(ada, { thread: "views-1", text: "Is this kept?", subject: "For a view" });
  const { inboxViews } = await ask(ada, "{ inboxViews(scope: [SYSTEM]) { id kind inbox { id } } }");
  const open = inboxViews.find((v) => v.kind === "OPEN" && v.inbox.id === first.inbox.id).id;
  const a = await person(ada);
  const b = await person(ben);
  const link = (p, name) => p.getByRole("navigation").getByRole("link", { name: new RegExp("^" + name) });
  const count = async (p, name) => Number(await link(p, name).locator("[data-count]").textContent());
  const row = (p, id) => p.locator(`[data-row="${id}"]`);
  const menu = async (p, item) => {
    await p.getByRole("button", { name: /^(Filter|Unread)$/ }).click();
    await p.getByRole("menuitem", { name: item }).or(p.getByRole("menuitemradio", { name: item })).click();
  };
  const named = async (p, name) => {
    await p.getByRole("dialog").getByLabel("Name").fill(name);
    await p.keyboard.press("Enter");
    await until(name, () => link(p, name).isVisible());
  };

  await t.test("what a filter leaves is saved for everybody", async () => {
    await go(a, `/views/${open}`);
    await menu(a, "Unread");
    await until("the unread", () => row(a, first.id).isVisible());
    await menu(a, "Save as a view");
    await a.getByLabel("For whom").selectOption("ACCOUNT");
    await named(a, "To be read");
    await until("its list", async () => /\/views\/viw_/.test(a.url()) && (await row(a, first.id).isVisible()));
    await go(b, new URL(a.url()).pathname);
    await until("Ben has it too", async () => (await link(b, "To be read").isVisible()) && (await row(b, first.id).isVisible()));
  });

  await t.test("its list and its count are kept right", async () => {
    const before = await count(b, "To be read");
    const second = await receive(ada, { thread: "views-2", text: "And this?", subject: "For a view too" });
    for (const p of [a, b]) await until("the new one", async () => (await row(p, second.id).isVisible()) && (await count(p, "To be read")) === before + 1);
    await ask(ada, "mutation($id: ID!) { conversationMarkRead(input: {conversationId: $id}) { errors { message } } }", { id: second.id });
    for (const p of [a, b]) await until("it is read", async () => !(await row(p, second.id).isVisible()) && (await count(p, "To be read")) === before);
  });

  await t.test("another name, another place, and gone", async () => {
    await menu(a, "Rename the view");
    await named(a, "Unread mail");
    await until("the new name, for Ben", () => link(b, "Unread mail").isVisible());
    await menu(a, "Save as a view");
    await a.getByLabel("For whom").selectOption("ACCOUNT");
    await named(a, "Another one");
    const names = () => a.getByRole("navigation").locator("section").last().getByRole("link").evaluateAll((all) => all.map((l) => l.textContent.replace(/\d+$/, "")));
    assert.deepEqual(await names(), ["Unread mail", "Another one"]);
    await until("its list", async () => (await a.getByRole("heading", { name: "Another one" }).count()) > 0);
    await menu(a, "Move the view up");
    await until("the other order", async () => (await names())[0] === "Another one");
    await menu(a, "Delete the view");
    await until("it is gone", async () => (await link(a, "Another one").count()) === 0);
    await link(a, "Unread mail").click();
    await menu(a, "Delete the view");
    for (const p of [a, b]) await until("no saved view", async () => (await link(p, "Unread mail").count()) === 0);
  });
  assert.deepEqual(faults, []);
});
