// Every screen, light and dark, wide and narrow: nothing that axe-core finds, and all of it by keyboard.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { ask, browser, editor, expected, faults, go, open, person, receive, until, url } from "./browser.mjs";

const ada = "ada@demo.test";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
after(() => browser.close());

/** What axe-core finds, on all screens of one test. */
let problems = [];

async function look(page, screen) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => (a.effect.getTiming().iterations === Infinity ? undefined : a.finished.catch(() => {})))));
  await page.evaluate(axe);
  // All that darkness changes is the colours.
  const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const rules = dark ? { runOnly: ["color-contrast"] } : {};
  const { violations } = await page.evaluate((r) => window.axe.run(document, { resultTypes: ["violations"], ...r }), rules);
  const found = violations.flatMap((v) => v.nodes.map((n) => `${screen}: ${v.id} ${n.target.join(" ")} ${n.failureSummary.split("\n").slice(1, 2)}`));
  problems.push(...found, ...(await page.evaluate(tooWide)).map((what) => `${screen}: wider than its place: ${what}`));
}

/** What has to be scrolled sideways: the whole, or a part of it that is there to be scrolled downwards. */
function tooWide() {
  const parts = [document.documentElement, ...document.querySelectorAll("main .overflow-y-auto, [role=dialog] .overflow-y-auto")];
  return parts.filter((e) => e.scrollWidth > e.clientWidth).map((e) => `${e.tagName} ${e.className} ${e.scrollWidth}`);
}

async function screens() {
  const labels = (await ask(ada, "{ labels { id name } }")).labels.filter((l) => l.name === "For eyes").map((l) => l.id);
  if (!labels.length) labels.push((await ask(ada, `mutation { labelCreate(input: { name: "For eyes", color: "#ffff00" }) { label { id } errors { message } } }`)).labelCreate.label.id);
  const { snippets } = await ask(ada, "{ snippets { nodes { name } } }");
  if (!snippets.nodes.length) await ask(ada, `mutation { snippetCreate(input: { name: "Thanks", shortcut: "ty", text: "Thank you, {{contact.name}}." }) { errors { message } } }`);
  const one = await receive(ada, { thread: "axe", text: "Look at https://example.test/this.", subject: "For all eyes" });
  const { ticket, conversation, contact } = (await ask(ada, `{ tickets(first: 1) { nodes { id contact { id } conversations(first: 1) { nodes { id } } } } }`)).tickets.nodes.map((n) => ({ ticket: n.id, conversation: n.conversations.nodes[0].id, contact: n.contact.id }))[0];
  await ask(ada, "mutation($in: ConversationLabelsSetInput!) { conversationLabelsSet(input: $in) { errors { message } } }", { in: { conversationId: one.id, labelIds: labels } });
  return { one, ticket, conversation, contact };
}

/** All that a search shows, and the dialog that saves it. */
async function searches(page) {
  await go(page, "/search");
  await page.getByText("Type words of messages", { exact: false }).waitFor();
  await look(page, "the search");
  for (const [kind, words] of [["conversations", "eyes"], ["tickets", "tent"], ["contacts", "pia"]]) {
    await go(page, `/search?q=${words}&in=${kind}`);
    await page.locator("[data-hit]").first().waitFor();
    await look(page, `what is found, ${kind}`);
  }
  await go(page, "/search?q=nothinglikethis");
  await page.getByText("No conversation was found").waitFor();
  await look(page, "nothing found");
  await page.getByRole("button", { name: "Filter" }).click();
  await look(page, "the filters");
  await page.getByRole("menuitem", { name: "Save as a view" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("A name");
  await look(page, "saving a view");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

const settings = [["pipelines", "Support"], ["properties", "Properties"], ["labels", "Labels"], ["snippets", "Snippets"], ["inboxes", "Sales"], ["teams", "Members"], ["tokens", "Tokens"], ["account", "Pinewood Outdoor"]].map(
  ([tab, heading]) => [`/settings/${tab}`, heading],
);

const wait = (page, name) => page.getByRole("heading", { name }).first().waitFor();

// All that a narrow screen shows in the dark has been seen by then: the same things in the same colours.
for (const [colorScheme, ...viewports] of [["light", { width: 1440, height: 900 }, { width: 390, height: 844 }], ["dark", { width: 1440, height: 900 }]]) {
  for (const viewport of viewports) {
    test(`no violation, ${colorScheme}, ${viewport.width} px`, { timeout: 110_000 }, async () => {
      problems = [];
      const { one, ticket, conversation, contact } = await screens();
      const page = await person(ada, { colorScheme, viewport });
      const wide = viewport.width > 1000;
      await look(page, "the list");
      await open(page, conversation);
      await page.locator("[data-entry]").first().waitFor();
      await look(page, "a conversation with a ticket");
      if (!wide) await page.getByRole("button", { name: "Show the details" }).click();
      await page.getByRole("button", { name: "Show more" }).first().click();
      await page.getByRole("heading", { name: "Ticket details" }).waitFor();
      await look(page, "the details");
      await page.getByRole("button", { name: "Edit the shown properties" }).click();
      await page.getByTestId("shown").waitFor();
      await look(page, "the shown properties");
      for (let i = 0; i < 3; i++) await page.keyboard.press("Escape");
      await open(page, one.id);
      await until("it opens", () => page.getByText("For all eyes").first().isVisible());
      await page.getByRole("button", { name: "Choose labels" }).click();
      await page.getByRole("dialog").getByRole("option", { name: "For eyes" }).waitFor();
      await look(page, "the labels");
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Insert a snippet" }).click();
      await page.getByRole("listbox", { name: "Snippets" }).getByRole("option").first().waitFor();
      await look(page, "the snippets");
      await editor(page).fill("");
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Mark as unread" }).waitFor();
      await look(page, "a menu");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Type a command" }).waitFor();
      await look(page, "the commands");
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await searches(page);
      for (const [path, heading] of [[`/tickets/${ticket}`, "Timeline"], [`/contacts/${contact}`, "Tickets"], ["/trash", "Trash"], ...settings]) {
        await go(page, path);
        await wait(page, heading);
        await look(page, path);
      }
      assert.deepEqual(problems, []);
      assert.deepEqual(faults, []);
      await page.context().close();
    });
  }
}

test("the way in has no violation either", { timeout: 60_000 }, async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.getByLabel("API token").waitFor();
  problems = [];
  await look(page, "the sign-in");
  assert.deepEqual(problems, []);
});

test("a day's work by keyboard", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "keys", text: "No mouse here", subject: "By keyboard" });
  const page = await person(ada);
  const { inboxViews } = await ask(ada, "{ inboxViews { id kind inbox { id } } }");
  await go(page, `/views/${inboxViews.find((v) => v.kind === "OPEN" && v.inbox.id === one.inbox.id).id}`);
  await page.locator(`[data-row="${one.id}"]`).waitFor();
  await page.keyboard.press("j");
  await until("the first one", () => page.getByText("No mouse here").last().isVisible());
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await until("back at it", () => page.locator(`[data-row="${one.id}"][aria-current]`).isVisible());
  await page.locator("[data-entry=IncomingMessage]").getByText("No mouse here").waitFor();
  await page.keyboard.press("r");
  await until("the editor has the focus", () => editor(page).evaluate((e) => e === document.activeElement));
  await page.keyboard.type("jkec are letters here");
  await page.keyboard.press("Control+Enter");
  await until("sent", () => page.locator("[data-entry=OutgoingMessage]").getByText("jkec are letters here").isVisible());
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await until("closed, and out of the list", async () => (await page.locator(`[data-row="${one.id}"]`).count()) === 0);
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Type a command" }).waitFor();
  await page.keyboard.type("trash");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await until("it went there", () => page.url().endsWith("/trash") || page.getByRole("heading", { name: "Move to the trash?" }).isVisible());
  expected.length = 0;
  assert.deepEqual(faults, []);
});
