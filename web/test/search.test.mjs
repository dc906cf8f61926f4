// Searching: what is found, how it is opened, and that the address has it.
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { ask, browser, expected, faults, go, person, receive, until, url } from "./browser.mjs";

const ada = "ada@demo.test";
// A word that a server that has seen these tests before has not seen. Letters alone: what has a digit in it has no endings.
const word = "w" + Array.from(String(Date.now()), (digit) => "bcdfghklmp"[digit]).join("");
after(() => browser.close());
afterEach(async () => {
  await Promise.all(browser.contexts().map((c) => c.close()));
  assert.deepEqual(faults.splice(0), []);
});

const field = (page) => page.getByRole("searchbox");
const hits = (page) => page.locator("[data-hit]");
const hit = (page, id) => page.locator(`[data-hit="${id}"]`);
const tab = (page, name) => page.getByRole("tab", { name: new RegExp("^" + name) });
const marks = (page) => page.locator("[data-hit] mark").allTextContents();
const query = (page) => new URL(page.url()).searchParams.get("q");

/** Types what to look for, and waits until it is what is shown. */
async function look(page, words, count) {
  await field(page).fill(words);
  await until(`${count} for ${words}`, async () => query(page) === words && (await hits(page).count()) === count && !(await page.locator("[aria-busy=true]").count()));
}

test("words are found while they are typed, and marked", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "find-1", subject: `A ${word}lamp for the hut`, text: "It flickers <b>all night</b>, and the neighbours complain about it" });
  const two = await receive(ada, { thread: "find-2", subject: "Another thing", text: `${"We have waited for quite some time. ".repeat(3)}The ${word}lamp is broken` });
  const page = await person(ada);
  await page.keyboard.press("/");
  assert.ok(await field(page).evaluate((e) => e === document.activeElement), "the slash goes to the field");
  await page.keyboard.type(`${word}lam`);
  await page.keyboard.type("ps", { delay: 30 });
  await until("both, whatever the ending", async () => (await hits(page).count()) === 2);
  assert.deepEqual(await marks(page), [`${word}lamp`, `${word}lamp`]);
  assert.match(await hit(page, two.id).textContent(), new RegExp(`Another thing.*…[^…]{0,30}${word}lamp is broken`, "s"), "the excerpt begins near the hit");
  assert.equal(await tab(page, "Conversations").getAttribute("aria-selected"), "true");
  await until("how many", async () => /2$/.test(await tab(page, "Conversations").textContent()));
  await until("it is said", async () => (await page.getByRole("status").allTextContents()).includes("Conversations: 2 found"));

  await hit(page, one.id).click();
  await page.locator("[data-entry=IncomingMessage]").getByText("flickers").waitFor();
  assert.equal(await hit(page, one.id).getAttribute("aria-current"), "true");
  await page.reload();
  await until("the same after a reload", async () => (await hits(page).count()) === 2 && (await field(page).inputValue()) === `${word}lamps`);
  await ask(ada, "mutation($id: ID!) { conversationClose(input: {conversationId: $id}) { errors { message } } }", { id: one.id });
  await until("closed in the results, too", () => hit(page, one.id).getByText("Closed").isVisible());
  await page.goBack();
  await until("back at the results", async () => (await hits(page).count()) === 2 && !page.url().includes("cnv_"));
  await page.goBack();
  await until("back at the list", async () => (await hits(page).count()) === 0 && (await page.locator("[data-row]").count()) > 0);
  assert.equal(await field(page).inputValue(), "");
  await page.goForward();
  await until("and the results again", async () => (await hits(page).count()) === 2);
  await field(page).fill(`#${two.number}`);
  await until("a number finds its conversation", async () => (await hits(page).first().getAttribute("data-hit")) === two.id);
  await page.keyboard.press("Escape");
  await until("Escape clears", async () => (await field(page).inputValue()) === "" && query(page) === null && (await hits(page).count()) === 0);
  assert.ok(await page.locator("[data-row]").first().isVisible(), "the list is there");
});

test("what strangers write is text, also where it is marked", { timeout: 60_000 }, async () => {
  const evil = `<img src=x onerror="window.evil=1"> ${word}evil <script>window.evil=1</script> <a href="javascript:window.evil=1">here</a> &lt;b&gt;`;
  const { id } = await receive(ada, { thread: "evil", subject: evil, text: evil, name: `<i>${word}evil</i>` });
  const page = await person(ada);
  await look(page, `${word}evil`, 1);
  assert.equal(await page.locator("[data-hit] :is(img, script, i, b, a)").count(), 0);
  assert.equal(await page.locator(`a[data-hit="${id}"]`).count(), 1);
  assert.ok((await marks(page)).every((m) => m === `${word}evil`));
  assert.equal(await page.evaluate(() => window.evil), undefined);
  await go(page, "/search?q=%00&in=%3Cb%3E&filter=__proto__");
  await page.getByText("Type words of messages", { exact: false }).waitFor();
  for (const words of ["%", "\\", "'\"", "<b>", "(((", "-", "or or", `${"x".repeat(500)}`, "a\u0007b", "👨‍👩‍👧‍👦", "   "]) {
    await field(page).fill(words);
    await until(`${words.slice(0, 9)} is answered`, async () => (query(page) ?? "") === (await field(page).inputValue()) && !(await page.locator("[aria-busy=true]").count()));
    assert.equal(await page.getByText("The search has failed").count(), 0, words.slice(0, 9));
  }
});

test("tickets and contacts, by mouse and by keyboard", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "kinds", subject: `About ${word}kinds`, text: "All of them", name: `Rosa ${word}kinds`, contact: `rosa.${word}@example.test` });
  const ticket = (await ask(ada, "mutation($in: TicketCreateInput!) { ticketCreate(input: $in) { ticket { id } errors { message } } }", { in: { conversationId: one.id, name: `Repair the ${word}kinds` } })).ticketCreate.ticket.id;
  const page = await person(ada);
  await look(page, `${word}kinds`, 1);
  for (const kind of ["Conversations", "Tickets", "Contacts"]) await until(`one of ${kind}`, async () => /1$/.test(await tab(page, kind).textContent()));

  await tab(page, "Tickets").click();
  await hit(page, ticket).waitFor();
  assert.deepEqual(await marks(page), [`${word}kinds`]);
  await hit(page, ticket).click();
  await page.getByRole("heading", { name: `Repair the ${word}kinds` }).first().waitFor();
  await page.goBack();
  await hit(page, ticket).waitFor();
  assert.equal(await tab(page, "Tickets").getAttribute("aria-selected"), "true", "the tab is in the address");

  await tab(page, "Tickets").focus();
  await page.keyboard.press("ArrowRight");
  await until("the contact", () => page.getByRole("tabpanel", { name: /^Contacts/ }).locator("[data-hit]").isVisible());
  assert.ok(await tab(page, "Contacts").evaluate((e) => e === document.activeElement), "the focus goes along");
  await page.keyboard.press("Tab");
  assert.ok(await hits(page).first().evaluate((e) => e === document.activeElement), "Tab goes into the results");
  await look(page, `rosa.${word}`, 1);
  assert.deepEqual(await marks(page), [`rosa.${word}`], "an address by its beginning");
  await page.keyboard.press("ArrowDown");
  assert.ok(await hits(page).first().evaluate((e) => e === document.activeElement), "the arrow goes down to them");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: `Rosa ${word}kinds` }).waitFor();
  assert.match(page.url(), /\/contacts\/con_/);
  await page.keyboard.press("/");
  await until("the slash goes to the search from everywhere", async () => page.url().endsWith("/search") && (await field(page).evaluate((e) => e === document.activeElement)));
});

test("many are fetched page by page, each once, and few are drawn", { timeout: 110_000 }, async () => {
  for (let i = 0; i < 60; i++) await receive(ada, { thread: `many-${i}`, subject: `Number ${i}`, text: `One of many ${word}many` });
  const page = await person(ada);
  const asked = [];
  page.on("request", (r) => /query FindConversations/.test(r.postData() ?? "") && asked.push(r.postDataJSON().variables.after));
  expected.push(/Failed to load resource/);
  let broken = true;
  await page.route("**/graphql", (route) => (broken && /query FindConversations/.test(route.request().postData()) && route.request().postDataJSON().variables.after ? route.abort() : route.fallback()));
  await field(page).fill(`${word}many`);
  await until("the count", async () => /60$/.test(await tab(page, "Conversations").textContent()));
  await page.getByTestId("list").hover();
  await until("the next page can't be had", async () => {
    await page.mouse.wheel(0, 400);
    return page.getByRole("button", { name: "Try again" }).isVisible();
  });
  for (let i = 0; i < 10; i++) await page.mouse.wheel(0, i % 2 ? 400 : -400);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const tried = asked.length;
  assert.equal(tried, 2, "the first page, and the second one once, until somebody asks again");
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  const seen = new Set();
  await page.mouse.wheel(0, -9_000);
  await until("the last one", async () => {
    for (const id of await hits(page).evaluateAll((all) => all.map((e) => e.dataset.hit))) seen.add(id);
    assert.ok((await hits(page).count()) < 40, "few rows in the DOM");
    await page.mouse.wheel(0, 400);
    return seen.size === 60;
  });
  assert.equal(asked.length, tried + 2, `${asked}`); // the second one again, and the third one
  assert.equal(new Set(asked).size, 3, "each page once, but for the one that failed");
  expected.length = 0;

  const scrolled = () => page.getByTestId("list").evaluate((e) => e.scrollTop);
  let at = await scrolled();
  await until("the last turn of the wheel has been taken", async () => {
    const before = at;
    await page.waitForTimeout(100);
    return (at = await scrolled()) === before;
  });
  await go(page, "/trash");
  await page.getByRole("heading", { name: "Trash" }).first().waitFor();
  await page.goBack();
  await until("as it was left", async () => (await scrolled()) === at && (await hits(page).count()) > 5);
  await until("the first page alone is asked for again", () => asked.length === tried + 3);
  assert.equal(asked.at(-1), null);

  await field(page).focus();
  for (let i = 0; i < 30; i++) await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.closest("[data-index]")?.dataset.index !== undefined), true, "the arrows go on through what was not drawn");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.locator("[data-entry=IncomingMessage]").getByText(`${word}many`).waitFor();
  const first = page.url();
  await page.keyboard.press("j");
  await until("the next one, and the same search", async () => page.url() !== first && query(page) === `${word}many`);
});

test("a search is narrowed, and what has nothing says what to do", { timeout: 60_000 }, async () => {
  const [one, two] = [await receive(ada, { thread: "narrow-1", subject: `${word}narrow`, text: "One" }), await receive(ada, { thread: "narrow-2", subject: `${word}narrow`, text: "Two" })];
  await ask(ada, "mutation($id: ID!) { conversationClose(input: {conversationId: $id}) { errors { message } } }", { id: two.id });
  const { inboxViews } = await ask(ada, "{ inboxViews(scope: [SYSTEM]) { id kind name inbox { id name } } }");
  const open = inboxViews.find((v) => v.kind === "OPEN" && v.inbox.id === one.inbox.id);
  const page = await person(ada);
  await go(page, `/views/${open.id}`);
  await look(page, `${word}narrow`, 2);
  await page.getByLabel(`Only in ${open.inbox.name} › Open`).check();
  await until("the open one", async () => (await hits(page).count()) === 1 && (await hit(page, one.id).count()) === 1);
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("menuitemradio", { name: "Closed" }).click();
  await page.getByText("No conversation was found").waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Search everything" }).click();
  await until("both", async () => (await hits(page).count()) === 2);
  await field(page).fill(`${word}nowhere`);
  await page.getByText("Try fewer words").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Type a command" }).fill(`${word}narrow`);
  await page.getByRole("option", { name: /narrow · / }).first().waitFor();
  await page.getByRole("option", { name: "Search for" }).click();
  await until("everywhere", async () => page.url().startsWith(`${url}/search?q=${word}narrow`) && (await hits(page).count()) === 2);
});

test("a search that fails says so, and can be tried again", { timeout: 60_000 }, async () => {
  const { id } = await receive(ada, { thread: "fails", subject: `${word}fails`, text: "Once" });
  const page = await person(ada);
  expected.push(/Failed to load resource/);
  let broken = true;
  await page.route("**/graphql", (route) => (broken && /query Find/.test(route.request().postData() ?? "") ? route.abort() : route.fallback()));
  await field(page).fill(`${word}fails`);
  await page.getByText("The search has failed").waitFor();
  await page.getByText("The server could not be reached", { exact: false }).first().waitFor();
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await hit(page, id).waitFor();
  expected.length = 0;
});

test("in French, with a name from right to left, on a small screen in the dark", { timeout: 60_000 }, async () => {
  const { id } = await receive(ada, { thread: "rtl", subject: `الخيمة ${word}rtl 🏕️`, text: "مرحبا، وصلت الخيمة ممزقة", name: "ليلى حسن" });
  const page = await person(ada, { locale: "fr-FR", colorScheme: "dark", viewport: { width: 390, height: 844 } });
  await look(page, `${word}rtl`, 1);
  const row = hit(page, id);
  assert.equal(await row.getByText("الخيمة", { exact: false }).first().evaluate((e) => getComputedStyle(e.closest("[dir]")).direction), "rtl");
  assert.equal(await tab(page, "Conversations").getAttribute("aria-selected"), "true");
  const { width } = await row.boundingBox();
  assert.ok(width <= 390 && (await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, "nothing is wider than the screen");
  await row.click();
  await page.locator("[data-entry=IncomingMessage]").waitFor();
  await page.getByRole("button", { name: "Retour" }).click();
  await until("back at the results", async () => (await row.isVisible()) && query(page) === `${word}rtl`);
});
