// Snippets: made in the settings, found in the editor by a slash and a few letters, filled in for the conversation.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, editor, faults, go, open, person, receive, until } from "./browser.mjs";

const ada = "ada@demo.test";
const ben = "ben@demo.test";
const mark = Date.now().toString(36);
after(() => browser.close());

test("snippets", { timeout: 110_000 }, async (t) => {
  const one = await receive(ada, { thread: "snippets", text: "Where is my money?", subject: "Refund", name: "Pia Lang" });
  const a = await person(ada);
  const b = await person(ben);
  const item = (p, name) => p.locator(`[data-snippet="${name}"]`);
  const options = (p) => p.getByRole("listbox", { name: "Snippets" }).getByRole("option");
  const make = async (p, { name, shortcut, text, scope }) => {
    await p.getByRole("button", { name: "New snippet" }).click();
    const form = p.getByRole("form", { name: "New snippet" });
    await form.getByLabel("Name", { exact: true }).fill(name);
    if (shortcut) await form.getByLabel("Shortcut").fill(shortcut);
    await form.getByLabel("Text", { exact: true }).fill(text);
    if (scope) await form.getByLabel("For whom").selectOption(scope);
    await form.getByRole("button", { name: "Insert agent.name" }).click();
    await form.getByRole("button", { name: "Create" }).click();
    await until(name, () => item(p, name).isVisible());
  };
  const refund = `Refund ${mark}`;
  const call = `Call back ${mark}`;

  await t.test("are made for everybody by admins, and for themselves by all", async () => {
    for (const p of [a, b]) await go(p, "/settings/snippets");
    await make(a, { name: refund, shortcut: `r${mark}`, scope: "ACCOUNT", text: "Dear {{contact.name}},\nyour money is on its way.\n" });
    await until("Ben sees it at once, and may not change it", async () => (await item(b, refund).isVisible()) && (await item(b, refund).getByRole("button").count()) === 0);
    await make(b, { name: call, text: "We call you at {{contact.phone}}, {{contact.name|dear customer}}. " });
    assert.equal(await b.getByLabel("For whom").count(), 0);
    assert.equal(await item(a, call).count(), 0, "what is Ben's is his alone");
  });

  await t.test("are found by their shortcut and filled in, all by keyboard", async () => {
    for (const p of [a, b]) await open(p, one.id);
    for (const p of [a, b]) await p.locator("[data-entry]").getByText("Where is my money?").waitFor();
    await a.keyboard.press("r");
    await until("the editor has the focus", () => editor(a).evaluate((e) => e === document.activeElement));
    await a.keyboard.type(`Hello! /r${mark}`);
    await until("one is found", async () => (await options(a).count()) === 1 && (await options(a).getByText("your money is on its way").isVisible()));
    assert.equal(await editor(a).getAttribute("aria-activedescendant"), await options(a).first().getAttribute("id"));
    await a.keyboard.press("Enter");
    const filled = "Hello! Dear Pia Lang,\nyour money is on its way.\nAda Byrne";
    await until("filled in", async () => (await editor(a).inputValue()) === filled && (await options(a).count()) === 0);
    await a.keyboard.press("Control+z");
    await until("undone", async () => (await editor(a).inputValue()) === `Hello! /r${mark}`);
    await a.keyboard.press("Control+Shift+z");
    await a.keyboard.press("Control+Enter");
    await until("sent, for both", async () => (await a.locator("[data-entry=OutgoingMessage]").getByText("Dear Pia Lang,").isVisible()) && (await b.locator("[data-entry=OutgoingMessage]").getByText("Dear Pia Lang,").isVisible()));
  });

  await t.test("whoever goes on typing is not held up where none fits", async () => {
    await a.keyboard.type("/nothing-like-this");
    await a.keyboard.press("Enter");
    await a.keyboard.type("next");
    await until("and what fits none stays", async () => (await editor(a).inputValue()) === "/nothing-like-this\nnext");
    await editor(a).fill("");
  });

  await t.test("a comment takes them too, by the button; what could not be filled in is said", async () => {
    await b.keyboard.press("c");
    await b.getByRole("button", { name: "Insert a snippet" }).click();
    await until("all of them", async () => (await options(b).count()) >= 2);
    await b.keyboard.type("call ba"); // a space ends it
    await until("it is a text then", async () => (await options(b).count()) === 0);
    await editor(b).fill("");
    await b.getByRole("button", { name: "Insert a snippet" }).click();
    await b.keyboard.type("back");
    await options(b).getByText(call).click();
    await until("filled in", async () => (await editor(b).inputValue()) === "We call you at , Pia Lang. Ben Okonkwo");
    await b.getByRole("status").getByText("Nothing to fill in for contact.phone").waitFor();
    await b.getByRole("button", { name: "Add comment" }).click();
    await until("there", () => a.locator("[data-entry=InternalComment]").getByText("We call you at").isVisible());
  });

  await t.test("Escape leaves the slash alone, and a slash inside of a word is none", async () => {
    await editor(a).focus();
    await a.keyboard.type("and/or /re");
    await until("the list", () => options(a).first().isVisible());
    await a.keyboard.press("Escape");
    await until("no list", async () => (await options(a).count()) === 0);
    await a.keyboard.type("f");
    assert.equal(await editor(a).inputValue(), "and/or /ref");
    assert.equal(await options(a).count(), 0);
    assert.equal(await editor(a).evaluate((e) => e === document.activeElement), true, "one goes on writing");
    await editor(a).fill("");
  });

  await t.test("are changed and deleted in their place", async () => {
    for (const p of [a, b]) await go(p, "/settings/snippets");
    await a.getByLabel("Find a snippet…").fill(refund);
    await until("found", async () => (await a.locator("[data-snippet]").count()) === 1);
    await a.getByRole("button", { name: `Edit ${refund}` }).click();
    await a.getByRole("form").locator("textarea").fill("It is paid.");
    await a.getByRole("form").getByLabel("Shortcut").fill("not good");
    await a.getByRole("form").getByRole("button", { name: "Save" }).click();
    assert.equal(await a.getByRole("form").getByLabel("Shortcut").evaluate((i) => i.validity.valid), false);
    await a.getByRole("form").getByLabel("Shortcut").fill(`paid${mark}`);
    await a.getByRole("form").getByRole("button", { name: "Save" }).click();
    await until("changed for Ben", async () => (await item(b, refund).getByText("It is paid.").isVisible()) && (await item(b, refund).getByText(`/paid${mark}`).isVisible()));
    await a.getByRole("button", { name: `Delete ${refund}` }).click();
    await b.getByRole("button", { name: `Delete ${call}` }).click();
    await until("gone", async () => (await item(b, refund).count()) + (await item(b, call).count()) + (await item(a, refund).count()) === 0);
  });
  assert.deepEqual(faults, []);
});
