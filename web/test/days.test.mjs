// Days are the viewer's: the page tells where its window is, and a list can be narrowed by days.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, expected, faults, go, person, receive, until } from "./browser.mjs";

const ada = "ada@demo.test";
after(() => browser.close());

const zoneOf = async (email) => (await ask(email, "{ viewer { agent { timeZone } } }")).viewer.agent.timeZone;
const row = (page, id) => page.locator(`[data-row="${id}"]`);
const chips = (page) => page.locator("[data-filter]");

/** Narrows the list that is shown by a span of one of its times. */
async function narrow(page, time, span) {
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("menuitem", { name: time, exact: true }).click();
  await page.getByRole("menuitemradio", { name: span, exact: true }).click();
  await until("the menu is gone", async () => (await page.getByRole("menu").count()) === 0);
}

test("the page tells in which time zone its window is, and follows a change", { timeout: 60_000 }, async () => {
  const ben = "ben@demo.test";
  for (const timezoneId of ["Pacific/Kiritimati", "Asia/Tokyo"]) {
    const page = await person(ben, { timezoneId });
    assert.equal(await zoneOf(ben), timezoneId, "told before any list is there");
    await page.context().close();
  }
  const page = await person(ben, { timezoneId: undefined });
  const clock = await page.context().newCDPSession(page);
  const time = page.locator("[data-row] time").first();
  const titles = new Set([await time.getAttribute("title")]);
  for (const timezoneId of ["America/St_Johns", "Pacific/Chatham", "Asia/Dubai"]) { // none is where this runs
    await clock.send("Emulation.setTimezoneOverride", { timezoneId });
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await until(`it is told: ${timezoneId}`, async () => (await zoneOf(ben)) === timezoneId);
    await until("times are shown as they are there", async () => {
      const title = await time.getAttribute("title");
      return !titles.has(title) && titles.add(title);
    });
  }
  assert.deepEqual(faults, []);
});

test("a server that does not take the zone stops nobody", { timeout: 60_000 }, async () => {
  expected.push(/ERR_FAILED/);
  const page = await person(ada);
  await page.route("**/graphql", (route) => (route.request().postData()?.includes("mutation AgentTimeZone") ? route.abort() : route.fallback()));
  await ask(ada, "mutation($in: AgentUpdateInput!) { agentUpdate(input: $in) { errors { message } } }", {
    in: { agentId: (await ask(ada, "{ viewer { agent { id } } }")).viewer.agent.id, timeZone: "Europe/Rome" },
  });
  await page.reload();
  await page.locator("[data-row]").first().waitFor();
  assert.equal(await page.locator("[data-trouble]").count(), 0);
  expected.length = 0;
  assert.deepEqual(faults, []);
});

test("a list is narrowed by days, which are those of the window", { timeout: 90_000 }, async () => {
  const one = await receive(ada, { thread: "days", text: "Just now", subject: "Of today" });
  const { inboxViews } = await ask(ada, "{ inboxViews(scope: [SYSTEM]) { id kind inbox { id } } }");
  const [open, closed] = ["OPEN", "CLOSED"].map((kind) => inboxViews.find((v) => v.kind === kind && v.inbox.id === one.inbox.id).id);
  for (const timezoneId of ["Pacific/Pago_Pago", "Pacific/Kiritimati"]) {
    const page = await person(ada, { timezoneId });
    await go(page, `/views/${open}`);
    await narrow(page, "Last activity", "Today");
    await until("what came today", () => row(page, one.id).isVisible());
    assert.deepEqual(await chips(page).allTextContents(), ["Last activity: today"]);
    await narrow(page, "Last activity", "Yesterday");
    await until("nothing of today", async () => (await row(page, one.id).count()) === 0);
    const { conversations } = await ask(ada, "query($w: ConversationWhere!) { conversations(where: $w) { totalCount } }", { w: { inboxId: { eq: one.inbox.id }, status: ["OPEN"], lastActivityAt: { on: "YESTERDAY" } } });
    if (conversations.totalCount) await until("all of yesterday", async () => (await page.getByTestId("list").locator("ul").evaluate((u) => Math.round(parseFloat(u.style.height) / 84))) === Math.min(51, conversations.totalCount));
    else await page.getByText("No conversation matches").waitFor();
    await page.context().close();
  }

  const page = await person(ada);
  await go(page, `/views/${open}`);
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  assert.equal(await page.getByRole("menuitem", { name: "Closed", exact: true }).count(), 0, "what is open has not been closed");
  await page.keyboard.press("Escape");
  await until("the menu is gone", async () => (await page.getByRole("menu").count()) === 0);
  await narrow(page, "Started", "More than 7 days ago");
  await until("nothing of today", async () => (await row(page, one.id).count()) === 0);
  await go(page, `/views/${closed}`);
  await narrow(page, "Closed", "This month");
  assert.match(page.url(), /days=closedAt\.thisMonth/);
  await ask(ada, "mutation($id: ID!) { conversationClose(input: {conversationId: $id}) { errors { message } } }", { id: one.id });
  await until("it was closed just now", () => row(page, one.id).isVisible());
  await page.getByRole("button", { name: "Take off the filter “Closed: this month”" }).click();
  await until("all of them", async () => !page.url().includes("days") && (await chips(page).count()) === 0 && (await row(page, one.id).isVisible()));
  await ask(ada, "mutation($id: ID!) { conversationReopen(input: {conversationId: $id}) { errors { message } } }", { id: one.id });
  assert.deepEqual(faults, []);
});

test("days are kept in a saved view, beside another filter", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "days-saved", text: "Just now", subject: "Unread of today" });
  const { inboxViews } = await ask(ada, "{ inboxViews(scope: [SYSTEM]) { id kind inbox { id } } }");
  const page = await person(ada);
  await go(page, `/views/${inboxViews.find((v) => v.kind === "OPEN" && v.inbox.id === one.inbox.id).id}`);
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("menuitemradio", { name: "Unread" }).click();
  await narrow(page, "Started", "This week");
  assert.deepEqual(await chips(page).allTextContents(), ["Unread", "Started: this week"]);
  await until("it is there", () => row(page, one.id).isVisible());
  await page.reload();
  await until("the same after a reload", async () => (await chips(page).count()) === 2 && (await row(page, one.id).isVisible()));
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("menuitem", { name: "Save as a view" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("New this week");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "New this week", level: 2 }).waitFor();
  const saved = (await ask(ada, "{ inboxViews(scope: [PERSONAL]) { id name where } }")).inboxViews.find((v) => v.name === "New this week");
  assert.match(JSON.stringify(saved.where), /"createdAt":\{"on":"THIS_WEEK"\}/);
  await until("its list", () => row(page, one.id).isVisible());
  const two = await receive(ada, { thread: "days-saved-2", text: "And now", subject: "Unread of today, too" });
  await until("it is kept right", () => row(page, two.id).isVisible());
  await ask(ada, "mutation($id: ID!) { inboxViewDelete(input: {viewId: $id}) { errors { message } } }", { id: saved.id });
  assert.deepEqual(faults, []);
});

test("a search is narrowed by days, for tickets as well", { timeout: 60_000 }, async () => {
  const word = "w" + Array.from(String(Date.now()), (digit) => "bcdfghklmp"[digit]).join("");
  const { id } = await receive(ada, { thread: "days-search", subject: `${word} of today`, text: "Found" });
  await ask(ada, "mutation($in: TicketCreateInput!) { ticketCreate(input: $in) { errors { message } } }", { in: { conversationId: id, name: `${word} ticket` } });
  const page = await person(ada);
  await go(page, `/search?q=${word}`);
  await row(page, id).waitFor();
  await narrow(page, "Started", "Yesterday");
  await page.getByText("No conversation was found").waitFor();
  await page.getByRole("tab", { name: /^Tickets/ }).click();
  await page.getByText("No ticket was found").waitFor();
  await narrow(page, "Started", "Today");
  await until("the ticket", async () => (await page.locator("[data-hit]").count()) === 1);
  await page.getByRole("tab", { name: /^Contacts/ }).click();
  await until("contacts have no days", async () => (await chips(page).count()) === 0);
  assert.deepEqual(faults, []);
});
