// A real Chromium, and people who sign in with it. Given by the environment: CHROMIUM, DESKWIRE_URL, TOKENS (by email), and CONTROL,
// where the test that runs this listens.
import { connect } from "node:net";
import { chromium } from "playwright-core";

export const url = process.env.DESKWIRE_URL;
export const tokens = JSON.parse(process.env.TOKENS);

// As root Chromium has no sandbox, and everything that would call home is off.
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });

/** What no screen may cause: errors in the console, exceptions, requests to anywhere else. Tests add what they cause on purpose to `expected`. */
export const faults = [];
export const expected = [];

function watch(page, who) {
  const fault = (text) => expected.some((e) => e.test(text)) || faults.push(`${who}: ${text}`);
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && fault(`console: ${m.text()} ${m.location().url}`));
  page.on("pageerror", (e) => fault(`exception: ${e.stack}`));
  page.on("request", (r) => /^(data:|blob:)/.test(r.url()) || r.url().startsWith(url) || fault(`a request to ${r.url()}`));
  const ofList = (r) => /query (ViewPage|Matches)/.test(r.postData() ?? "");
  page.lists = page.listsAnswered = 0;
  page.on("request", (r) => ofList(r) && page.lists++);
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (r) => ofList(r) && page.listsAnswered++);
}

/** Somebody at a window of their own. */
export async function person(email, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", timezoneId: "Europe/Paris", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  watch(page, email);
  context.on("page", (p) => (p.setDefaultTimeout(15_000), watch(p, email)));
  await page.goto(`${url}/#token=${options.token ?? tokens[email]}`);
  await page.locator("[data-row]").first().waitFor();
  return page;
}

/** What an integration or another client does, over HTTP. */
export async function ask(email, query, variables = {}) {
  const answer = await fetch(url + "/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${tokens[email] ?? email}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  const refused = data && Object.values(data).flatMap((v) => v?.errors ?? []);
  if (errors || refused?.length) throw new Error(JSON.stringify(errors ?? refused));
  return data;
}

let messages = 0;
const run = Date.now().toString(36); // a server that has seen these tests before is as good as a new one

/** A contact writes: by the API channel of the first inbox that has one. */
export async function receive(email, { thread, text, html, name = "Pia Lang", contact = `pia.${run}@example.test`, subject = "" }) {
  const { inboxes } = await ask(email, "{ inboxes { id channels { id kind } } }");
  const channelId = inboxes.flatMap((i) => i.channels).find((c) => c.kind === "API").id;
  const data = await ask(
    email,
    `mutation($in: MessageReceiveInput!) { messageReceive(input: $in) { conversation { id number inbox { id } } errors { message } } }`,
    { in: { channelId, externalId: `${run}-${++messages}`, threadKey: `${run}-${thread}`, text, html, subject, contact: { email: contact, name } } },
  );
  return data.messageReceive.conversation;
}

export const open = (page, conversation) => go(page, `/conversations/${conversation}`);

/** Goes to a place inside the page, as a link would. */
export async function go(page, path) {
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}

/** Waits until a question about the page is answered as expected. */
export async function until(what, check, wait = 10_000) {
  const end = Date.now() + wait;
  let last;
  for (;;) {
    try {
      if (await check()) return;
      last = undefined;
    } catch (e) {
      last = e;
    }
    if (Date.now() > end) throw new Error(`never: ${what}${last ? ": " + last.message : ""}`);
    await new Promise((r) => setTimeout(r, 25));
  }
}

export const editor = (page) => page.locator("textarea").first();
export const status = (page) => page.locator("select[aria-label='Status of the ticket']").first();
export const owner = (page) => page.locator("select[aria-label='Owner of the conversation']").first();
export const chosen = (select) => select.evaluate((s) => s.selectedOptions[0].textContent);
export const badge = (page) => page.locator("header h2").locator("xpath=./span[last()]/span");

/** A list whose rows have grips: their keys in order, and where the middle of one is. */
export const ordered = (grips) => ({
  keys: () => grips.evaluateAll((all) => all.map((g) => g.dataset.grip)),
  middle: async (i) => {
    const { x, y, width, height } = await grips.nth(i).boundingBox();
    return { x: x + width / 2, y: y + height / 2 };
  },
});

/** Drags from one place to another as hands do: in many small steps. */
export async function dragging(page, hasTouch) {
  const steps = (from, to) => Array.from({ length: 12 }, (_, i) => ({ x: from.x + ((to.x - from.x) * (i + 1)) / 12, y: from.y + ((to.y - from.y) * (i + 1)) / 12 }));
  if (!hasTouch) {
    return async (from, to) => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      for (const { x, y } of steps(from, to)) await page.mouse.move(x, y);
      await page.mouse.up();
    };
  }
  const finger = await page.context().newCDPSession(page);
  return async (from, to) => {
    const touch = (type, at) => finger.send("Input.dispatchTouchEvent", { type, touchPoints: at ? [at] : [] });
    await touch("touchStart", from);
    for (const at of steps(from, to)) await touch("touchMove", at);
    await touch("touchEnd");
  };
}

/** Has the test that started this do something to the server, and waits until it is done. */
export function askTest(what) {
  const [host, port] = process.env.CONTROL.split(":");
  return new Promise((resolve, reject) => {
    const line = connect(Number(port), host, () => line.write(what + "\n"));
    line.on("error", reject);
    line.on("data", () => resolve(line.end()));
  });
}
