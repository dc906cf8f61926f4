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
    await p.getByRole("button", { name: /^(Filter|Unread|Without a ticket|Open)$/ }).click();
    await p.getByRole("menuitem", { name: item }).or(p.getByRole("menuitemradio", { name: item })).click();
  };
  const named = async (p, name) => {
    await p.getByRole("dialog").getByLabel("Name").fill(name);
    await p.keyboard.press("Enter");
    await until(name, () => link(p, name).isVisible());
  };

  const remove = async (p) => {
    await menu(p, "Delete the view");
    await p.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  };

  await t.test("what a filter leaves is saved for everybody", async () => {
    await go(a, `/views/${open}`);
    await menu(a, "Unread");
    await until("the unread", () => row(a, first.id).isVisible());
    await menu(a, "Save as a view");
    await a.getByLabel("For whom").selectOption({ label: "For everybody" });
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
    await a.getByLabel("For whom").selectOption({ label: "For everybody" });
    await named(a, "Another one");
    const names = () => a.getByRole("navigation").locator("section").last().getByRole("link").evaluateAll((all) => all.map((l) => l.textContent.replace(/\d+$/, "")));
    assert.deepEqual(await names(), ["Unread mail", "Another one"]);
    await until("its list", async () => (await a.getByRole("heading", { name: "Another one" }).count()) > 0);
    await menu(a, "Move the view up");
    await until("the other order", async () => (await names())[0] === "Another one");
    await remove(a);
    await until("it is gone", async () => (await link(a, "Another one").count()) === 0);
    await link(a, "Unread mail").click();
    await remove(a);
    for (const p of [a, b]) await until("no saved view", async () => (await link(p, "Unread mail").count()) === 0);
  });

  await t.test("a team has its own, which its members change and others do not see", async () => {
    await go(b, `/views/${open}`);
    await menu(b, "Unread");
    assert.match(b.url(), /filter=unread$/, "the filter is in the address");
    await menu(b, "Save as a view");
    const whose = b.getByLabel("For whom");
    await until("his team, and not everybody", async () => (await whose.locator("option").allTextContents()).join() === "For me,For the team Support");
    await whose.selectOption({ label: "For the team Support" });
    await named(b, "Support’s unread");
    await until("its list", () => row(b, first.id).isVisible());
    assert.match(await b.locator("header", { has: b.getByRole("heading", { name: "Support’s unread" }) }).textContent(), /Support’s unreadSupport/);
    await until("an admin has it, too", () => link(a, "Support’s unread").isVisible());
    const c = await person("cleo@demo.test");
    assert.equal(await link(c, "Support’s unread").count(), 0, "another team has not");
    await c.context().close();

    await menu(b, "Without a ticket");
    await until("narrowed", () => row(b, first.id).isVisible());
    await menu(b, "Keep the filter in this view");
    await b.getByRole("dialog").getByText("It is shared: Support.").waitFor();
    await b.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await until("the filter is a part of it", async () => !b.url().includes("filter"));
    await ask(ada, "mutation($in: TicketCreateInput!) { ticketCreate(input: $in) { errors { message } } }", { in: { conversationId: first.id, name: "For a view" } });
    await until("who gets a ticket leaves", async () => !(await row(b, first.id).isVisible()));
    await remove(b);
    for (const p of [a, b]) await until("it is gone", async () => (await link(p, "Support’s unread").count()) === 0);
  });

  await t.test("what is searched for is saved as far as a view can look for it", async () => {
    const third = await receive(ada, { thread: "views-3", text: "What it says", subject: `A kettle-${first.id.slice(-6)} boils` });
    await go(a, `/search?q=${encodeURIComponent(`"kettle-${first.id.slice(-6)}" boils -water`)}`);
    await until("found", () => row(a, third.id).isVisible());
    await menu(a, "Open");
    await menu(a, "Save as a view");
    await a.getByText("A view looks for these words in the subject", { exact: false }).waitFor();
    await named(a, "Kettles");
    await until("its list", async () => /\/views\/viw_/.test(a.url()) && (await row(a, third.id).isVisible()) && (await a.locator("[data-row]").count()) === 1);
    await ask(ada, "mutation($id: ID!) { conversationClose(input: {conversationId: $id}) { errors { message } } }", { id: third.id });
    await until("closed ones are not in it", async () => !(await row(a, third.id).isVisible()));
    await remove(a);
    await until("it is gone", async () => (await link(a, "Kettles").count()) === 0);
  });

  await t.test("a name that the server refuses stays to be mended", async () => {
    await go(a, `/views/${open}`);
    await menu(a, "Save as a view");
    await a.getByRole("dialog").getByLabel("Name").fill("é⛺".repeat(50));
    await a.keyboard.press("Enter");
    await until("what is wrong", () => a.locator("[data-trouble]").isVisible());
    await named(a, "Short");
    await until("it is there", () => a.getByRole("heading", { name: "Short", level: 2 }).isVisible());
    await remove(a);
    await until("it is gone", async () => (await link(a, "Short").count()) === 0);
  });
  assert.deepEqual(faults, []);
});

test("a view that looks at the time is read once, and stays where the reader is", { timeout: 60_000 }, async () => {
  const data = await ask(ada, `mutation { inboxViewCreate(input: {name: "Of late", scope: PERSONAL, where: {lastActivityAt: {newerThan: "3650d"}}}) { view { id } errors { message } } }`);
  const view = data.inboxViewCreate.view.id;
  const page = await person(ada);
  const minute = () => Math.floor(Date.now() / 60_000);
  // In a run that goes over a full minute the list may be read once more.
  for (let tries = 0; ; tries++) {
    assert.ok(tries < 3);
    const began = minute();
    await go(page, "/trash");
    const before = page.lists;
    await go(page, `/views/${view}`);
    await page.locator("[data-row]").first().waitFor();
    for (const text of ["one", "two", "three"]) {
      const one = await receive(ada, { thread: `clock ${text} ${tries}`, text });
      await until("its row", async () => (await page.locator("[data-row]").first().getAttribute("data-row")) === one.id);
    }
    if (minute() !== began) continue;
    assert.equal(page.lists - before, 1);
    break;
  }
  const list = page.getByTestId("list");
  await list.evaluate((l) => (l.scrollTop = 400));
  const asked = page.lists;
  await ask(ada, "mutation($id: ID!) { inboxViewUpdate(input: {viewId: $id, where: {lastActivityAt: {newerThan: \"3649d\"}}}) { errors { message } } }", { id: view }); // a RESYNC
  await until("it is read anew", () => page.lists > asked && page.lists === page.listsAnswered);
  assert.ok((await list.evaluate((l) => l.scrollTop)) > 300, "the reader stays where they are");
  await ask(ada, "mutation($id: ID!) { inboxViewDelete(input: {viewId: $id}) { errors { message } } }", { id: view });
  assert.deepEqual(faults, []);
});
