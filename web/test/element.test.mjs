// The sidebar in a plain page of another origin, in a real browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, afterEach, test } from "node:test";
import { ask, askTest, browser, dragging, ordered, receive, tokens, until, url } from "./browser.mjs";

const ada = "ada@demo.test";
const html = readFileSync(new URL("../../examples/sidebar.html", import.meta.url));
const guide = readFileSync(new URL("../../docs/embedding.md", import.meta.url), "utf8");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What the guide's page is made of: the lines that it gives to be copied, with a conversation and a token in their places. */
const copied = (conversation, token) =>
  guide.match(/^```html\n(.*?)^```$/ms)[1].replace("http://127.0.0.1:8080", url).replace("cnv_…", conversation).replace("token=\"…\"", `token="${token}"`);

/** Serves the example, and the guide's page, at an origin that the server lets in and at one that it does not. */
function host(port) {
  const server = createServer((request, answer) => {
    const asked = new URL(request.url, "http://host").searchParams;
    const page = request.url.startsWith("/guide") ? "<!doctype html>\n" + copied(asked.get("conversation"), tokens[ada]) : html;
    // The guide's page has the policy that the guide asks for, and no more.
    const policy = request.url.startsWith("/guide") ? { "Content-Security-Policy": `default-src 'none'; script-src ${url}; connect-src ${url.replace("http", "ws")}` } : {};
    answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...policy }).end(page);
  });
  after(() => (server.closeAllConnections(), server.close()));
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`)));
}
const friend = await host(Number(new URL(process.env.EMBED_ORIGIN).port));
const stranger = await host(0);
after(() => browser.close());
afterEach(() => Promise.all(browser.contexts().map((c) => c.close())));

/** Opens the example; everything that a console shows is kept, and every request that goes elsewhere. */
async function embed(conversation, { at = friend, token = tokens[ada], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 1000 }, locale: "en-GB", timezoneId: "Europe/Paris", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.faults = [];
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && page.faults.push(m.text()));
  page.on("pageerror", (e) => page.faults.push(e.stack));
  page.on("request", (r) => [url, friend, stranger, "data:"].some((o) => r.url().startsWith(o)) || page.faults.push(`a request to ${r.url()}`));
  await page.goto(`${at}/sidebar.html?server=${encodeURIComponent(url)}&conversation=${conversation}#token=${token}`);
  page.bar = page.locator("deskwire-sidebar");
  page.value = (key) => page.bar.locator(`[data-key=${key}]`);
  return page;
}

/** A conversation with a ticket. */
async function withTicket(thread) {
  const one = await receive(ada, { thread, text: "It rattles", subject: "A noise", name: "Pia Lang", contact: `${thread.replaceAll(" ", ".")}@example.test` });
  const data = await ask(ada, `mutation($in: TicketCreateInput!) { ticketCreate(input: $in) { ticket { id status { id } } errors { message } } }`, { in: { conversationId: one.id, name: "Rattling tent" } });
  return { ...one, ticket: data.ticketCreate.ticket };
}

const rename = (ticket, name) => ask(ada, `mutation($in: TicketUpdateInput!) { ticketUpdate(input: $in) { errors { message } } }`, { in: { ticketId: ticket.id, name } });

async function violations(page) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {}))));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run("deskwire-sidebar", { resultTypes: ["violations"] }));
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id} ${n.target.join(" ")} ${n.failureSummary}`));
}

async function picture(page, name) {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png` });
}

test("what happens in the inbox is shown, and the other way round", { timeout: 60_000 }, async () => {
  const { id, ticket } = await withTicket("embed");
  const page = await embed(id);
  await page.bar.getByText("Rattling tent").waitFor();
  assert.equal(await page.bar.locator("[data-card] dt").count(), 6);
  await page.bar.getByText("Pia Lang").waitFor();

  await rename(ticket, "Rattling tent, again");
  await page.bar.getByText("Rattling tent, again").waitFor();
  await page.bar.getByLabel("Owner of the conversation").selectOption({ label: "Ben Okonkwo" });
  await until("the ticket has that owner too", async () => (await page.value("owner").textContent()) === "Ben Okonkwo");
  const { conversation } = await ask(ada, "query($id: ID!) { conversation(id: $id) { owner { name } ticket { owner { name } } } }", { id });
  assert.deepEqual(conversation, { owner: { name: "Ben Okonkwo" }, ticket: { owner: { name: "Ben Okonkwo" } } });
  assert.deepEqual(page.faults, []);
});

test("the lines of the guide show it in a page with the policy of the guide", { timeout: 60_000 }, async () => {
  const { id } = await withTicket("guide");
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${friend}/guide?conversation=${id}`);
  await page.locator("deskwire-sidebar").getByText("Rattling tent").waitFor({ timeout: 15_000 });
});

test("who opens a field and leaves it has changed nothing", { timeout: 60_000 }, async () => {
  const { id, ticket } = await withTicket("left");
  const page = await embed(id);
  const set = (value) => ask(ada, `mutation($in: TicketUpdateInput!) { ticketUpdate(input: $in) { errors { message } } }`, { in: { ticketId: ticket.id, properties: [{ key: "orderNumber", value: { string: value } }] } });
  const order = async () => (await ask(ada, "query($id: ID!) { ticket(id: $id) { properties { key value } } }", { id: ticket.id })).ticket.properties.find((p) => p.key === "orderNumber").value;
  await set("PW-1\nin two parcels");
  await page.bar.getByRole("button", { name: "Show more" }).click();
  await page.value("orderNumber").getByRole("button").click();
  await page.value("orderNumber").locator("[data-editor]").blur();
  await page.value("orderNumber").getByRole("button").waitFor();
  assert.equal(await order(), "PW-1\nin two parcels");
  await set("PW-1\nin one parcel");
  await page.value("orderNumber").getByText("in one parcel").waitFor();
  await page.value("orderNumber").getByRole("button").click();
  await set("PW-2");
  await page.value("orderNumber").locator("[data-editor]").blur();
  await page.value("orderNumber").getByText("PW-2").waitFor();
  // What is sent comes in order, so that nothing else is on its way once this is there.
  await page.value("priority").getByRole("combobox").selectOption({ label: "Urgent" });
  await until("the priority", async () => (await ask(ada, "query($id: ID!) { ticket(id: $id) { priority } }", { id: ticket.id })).ticket.priority === "URGENT");
  assert.equal(await order(), "PW-2");
  assert.deepEqual(page.faults, []);
});

test("details are edited in place, by keyboard, and chosen", { timeout: 60_000 }, async () => {
  const { id, ticket } = await withTicket("details");
  const page = await embed(id);
  const now = async () => (await ask(ada, "query($id: ID!) { ticket(id: $id) { priority status { name } properties { key value } } conversation(id: \"" + id + "\") { status } }", { id: ticket.id }));
  const valueOf = async (key) => (await now()).ticket.properties.find((p) => p.key === key)?.value;
  await page.bar.getByRole("button", { name: "Show more" }).focus();
  await page.keyboard.press("Enter");
  await until("the focus follows", () => page.evaluate(() => document.querySelector("deskwire-sidebar").shadowRoot.activeElement?.id === "title"));
  await page.value("priority").getByRole("combobox").selectOption({ label: "Urgent" });
  await until("the priority", async () => (await now()).ticket.priority === "URGENT");
  await page.value("orderNumber").getByRole("button").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("PW-7");
  await rename(ticket, "While somebody types");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.keyboard.type("PW-77");
  await page.keyboard.press("Enter");
  await until("the order", async () => (await valueOf("orderNumber")) === "PW-77");
  await until("the focus is back", () => page.evaluate(() => document.querySelector("deskwire-sidebar").shadowRoot.activeElement?.part.contains("value")));
  assert.deepEqual(await violations(page), []);
  await picture(page, "element-details");

  await page.bar.getByRole("button", { name: "Edit the shown properties" }).click();
  await page.bar.getByRole("checkbox", { name: "Pipeline" }).check();
  await page.bar.getByRole("button", { name: "Move Priority up" }).click();
  assert.deepEqual(await violations(page), []);
  await picture(page, "element-layout");
  await page.bar.getByRole("button", { name: "Save", exact: true }).click();
  await page.value("pipeline").waitFor();
  assert.deepEqual((await page.bar.locator("[data-panel] dd").evaluateAll((all) => all.map((d) => d.dataset.key))).slice(0, 2), ["priority", "status"]);
  await page.bar.getByRole("button", { name: "Edit the shown properties" }).click();
  await page.bar.getByRole("button", { name: "Use the account's choice" }).click();
  await page.bar.getByText("This is your account's choice.").waitFor();

  await page.value("status").getByRole("combobox").selectOption({ label: "Closed" });
  await until("closed, and its conversation with it", async () => (await now()).conversation.status === "CLOSED");
  await page.bar.getByRole("heading").focus();
  await page.keyboard.press("Escape");
  await until("back where it was opened", () => page.evaluate(() => document.querySelector("deskwire-sidebar").shadowRoot.activeElement?.id === "more"));
  assert.deepEqual(page.faults, []);
});

for (const hasTouch of [false, true]) {
  test(`the shown properties are ordered by dragging, ${hasTouch ? "by touch" : "by mouse"}`, { timeout: 60_000 }, async () => {
    const { id } = await withTicket(`drag ${hasTouch}`);
    const page = await embed(id, { hasTouch, viewport: { width: 390, height: 844 } });
    await page.bar.getByRole("button", { name: "Show more" }).click();
    await page.bar.getByRole("button", { name: "Edit the shown properties" }).click();
    const grips = page.bar.locator("[data-grip]");
    const { keys, middle } = ordered(grips);
    const before = await keys();
    const drag = await dragging(page, hasTouch);
    await drag(await middle(0), await middle(2));
    await until("the first one is third", async () => (await keys()).join() === [before[1], before[2], before[0], ...before.slice(3)].join());
    assert.equal(await page.evaluate(() => scrollY), 0, "the page has not moved");
    await drag(await middle(before.length - 1), { ...(await middle(0)), y: (await middle(0)).y - 40 });
    const last = [before.at(-1), before[1], before[2], before[0], ...before.slice(3, -1)];
    await until("the last one is first", async () => (await keys()).join() === last.join());
    assert.equal(await page.bar.locator(".dragged").count(), 0, "it is let go");
    assert.match(await page.bar.locator("[data-panel] [role=status]").textContent(), /: 1$/, "its place is said");
    assert.deepEqual(await violations(page), []);
    await picture(page, `element-drag-${hasTouch}`);
    await page.bar.getByRole("button", { name: "Save", exact: true }).click();
    const details = () => page.bar.locator("[data-panel] dd").evaluateAll((all) => all.map((d) => d.dataset.key));
    await until("the details in that order", async () => (await details()).join() === last.join());
    await page.bar.getByRole("button", { name: "Edit the shown properties" }).click();
    await page.bar.getByRole("button", { name: "Use the account's choice" }).click();
    await page.bar.getByText("This is your account's choice.").waitFor();
    assert.deepEqual(page.faults, []);
  });
}

test("a ticket is created, and a refusal is said", { timeout: 60_000 }, async () => {
  const { id } = await receive(ada, { thread: "create", text: "No ticket yet", subject: "New" });
  const page = await embed(id);
  await page.bar.getByLabel("Name of the ticket").fill("x".repeat(1_001));
  await page.bar.getByRole("button", { name: "Create ticket" }).click();
  await page.bar.getByRole("alert").waitFor();
  await page.bar.getByLabel("Name of the ticket").fill("From outside ⛺");
  await page.keyboard.press("Enter");
  await page.bar.locator("[data-card]").getByText("From outside ⛺").waitFor();
  assert.equal(await page.bar.getByRole("alert").count(), 0);
  assert.deepEqual(page.faults, []);
});

test("the server is killed and started again", { timeout: 90_000 }, async () => {
  const { id, ticket } = await withTicket("restart");
  const page = await embed(id);
  await page.bar.getByText("Rattling tent").waitFor();
  await askTest("kill");
  await page.bar.getByText("The connection is gone.", { exact: false }).waitFor();
  assert.equal(await page.bar.getByText("Rattling tent").count(), 1, "what is known stays");
  await askTest("start");
  await rename(ticket, "After the kill");
  await page.bar.getByText("After the kill").waitFor({ timeout: 40_000 });
  await until("it says so", async () => !(await page.bar.getByText("The connection is gone.", { exact: false }).isVisible()));
});

test("a wrong token shows nothing and is told; another one goes on", { timeout: 60_000 }, async () => {
  const { id } = await withTicket("token");
  const page = await embed(id, { token: "nonsense" });
  await page.bar.getByText("The token is missing, wrong or has ended.").waitFor();
  await page.getByText("The sidebar needs another token.").waitFor();
  assert.equal(await page.bar.locator("[data-card]").count(), 0);
  await page.bar.evaluate((bar, token) => (bar.token = token), tokens[ada]);
  await page.bar.getByText("Rattling tent").waitFor();

  const { apiTokenCreate: short } = await ask(ada, `mutation { apiTokenCreate(input: {name: "short"}) { secret apiToken { id } errors { message } } }`);
  await page.bar.evaluate((bar, all) => (bar.getToken = () => all.shift()), [short.secret, tokens[ada]]);
  await page.bar.getByText("Rattling tent").waitFor();
  await ask(ada, "mutation($id: ID!) { apiTokenRevoke(input: {apiTokenId: $id}) { errors { message } } }", { id: short.apiToken.id });
  await page.bar.getByText("The token is missing, wrong or has ended.").waitFor();
  await until("the next token goes on", async () => (await page.bar.locator("[data-card]").count()) === 1 && !(await page.bar.getByText("The token is missing", { exact: false }).isVisible()));
});

test("another conversation, one that is not there, and no conversation any more", { timeout: 60_000 }, async () => {
  const [{ id }, other] = [await withTicket("first"), await receive(ada, { thread: "second", text: "Another one", subject: "Second", contact: "first@example.test" })];
  const page = await embed(id);
  await page.bar.getByText("Rattling tent").waitFor();
  const opened = await page.bar.evaluate((bar) => new Promise((resolve) => {
    bar.addEventListener("deskwire-open", (e) => (e.preventDefault(), resolve(e.detail)), { once: true });
    bar.shadowRoot.querySelector("[part~=past] a").click();
  }));
  assert.equal(opened.kind, "conversation");
  assert.equal(opened.href, `${url}/conversations/${opened.id}`);
  await page.bar.evaluate((bar, next) => bar.setAttribute("conversation", next), other.id);
  await page.bar.getByText("No ticket yet").waitFor();
  await page.bar.evaluate((bar, next) => bar.setAttribute("conversation", next), other.id.slice(0, -4) + "0000");
  await page.bar.getByText("This conversation is gone, or you may not see it.").waitFor();
  await page.bar.evaluate((bar) => bar.remove());
  assert.deepEqual(page.faults, []);
});

test("a page that CORS_ORIGINS does not name gets nothing", { timeout: 60_000 }, async () => {
  const { id } = await withTicket("stranger");
  const page = await embed(id, { at: stranger });
  await page.getByText("does its CORS_ORIGINS name", { exact: false }).waitFor();
  assert.equal(await page.bar.evaluate((bar) => bar.shadowRoot), null);
  const refused = await page.evaluate((to) => new Promise((resolve) => (new WebSocket(to.replace("http", "ws") + "/graphql", "graphql-transport-ws").onclose = (e) => resolve(e.code))), url);
  assert.equal(refused, 1006);
});

for (const colorScheme of ["light", "dark"]) {
  for (const locale of ["en-GB", "fr-FR"]) {
    test(`no violation, ${colorScheme}, ${locale}`, { timeout: 60_000 }, async () => {
      const { id } = await withTicket(`axe ${colorScheme} ${locale}`);
      const page = await embed(id, { colorScheme, viewport: { width: locale === "fr-FR" ? 390 : 1000, height: 1100 } });
      await page.bar.evaluate((bar, lang) => (bar.lang = lang), locale);
      await page.bar.getByText(locale === "fr-FR" ? "Afficher plus" : "Show more").waitFor();
      assert.deepEqual(await violations(page), []);
      await picture(page, `element-${colorScheme}-${locale}`);
      const accent = await page.bar.evaluate((bar) => getComputedStyle(bar.shadowRoot.querySelector("[data-card]")).borderStyle);
      assert.equal(accent, "dashed", "the page themes a part");
      assert.deepEqual(page.faults, []);
    });
  }
}
