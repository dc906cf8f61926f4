// GraphiQL in a real browser: under its policy, with no request to anywhere else and nothing in the console.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, receive, tokens, until, url } from "./browser.mjs";

const ada = "ada@demo.test";
after(() => browser.close());

async function explorer(fragment = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.faults = [];
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && page.faults.push(m.text()));
  page.on("pageerror", (e) => page.faults.push(e.stack));
  page.on("request", (r) => r.url().startsWith(url) || page.faults.push(`a request to ${r.url()}`));
  await page.goto(`${url}/graphiql${fragment}`);
  page.answer = () => page.locator(".result-window").innerText();
  page.execute = page.getByRole("button", { name: /Execute query|Stop query/ });
  page.pick = (name) => page.locator(".graphiql-tab").getByText(name, { exact: true }).click();
  await page.execute.waitFor();
  // The editors of the query, the variables, the headers and the answer come by and by; before, nothing is there to be sent.
  await until("the editors", async () => (await page.locator(".CodeMirror").count()) >= 4);
  await until("the query", async () => /query|subscription/.test(await page.locator(".graphiql-query-editor").innerText()));
  return page;
}

const picture = (page, name) => process.env.PICTURES && page.screenshot({ path: `${process.env.PICTURES}/${name}.png` });

for (const colorScheme of ["light", "dark"]) {
  test(`a query and a subscription, with the token of the demo, ${colorScheme}`, { timeout: 90_000 }, async () => {
    const page = await explorer("", { colorScheme });
    await page.execute.click();
    await until("the answer", async () => /"name": "Ada Byrne"/.test(await page.answer()));
    await page.getByRole("button", { name: /Documentation Explorer/ }).click();
    await page.getByText("Root Types").waitFor();
    await picture(page, `explorer-${colorScheme}`);

    await page.pick("Happenings");
    await page.execute.click();
    await until("the snapshot", async () => /"reason": "SNAPSHOT"/.test(await page.answer()));
    await receive(ada, { thread: `explorer ${colorScheme}`, text: "Is anybody there?" });
    await until("what happens", async () => /MESSAGE_RECEIVED/.test(await page.answer()));
    await page.execute.click(); // stops it
    await receive(ada, { thread: `explorer ${colorScheme} later`, text: "And now?" });
    await page.pick("Inbox");
    await page.execute.click();
    await until("queries go on", async () => /"subject"/.test(await page.answer()));
    await page.getByRole("button", { name: "Show History" }).click();
    for (const dialog of ["Open short keys dialog", "Open settings dialog"]) {
      await page.getByRole("button", { name: dialog }).click();
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test("a token of the address, and a wrong one", { timeout: 60_000 }, async () => {
  const page = await explorer(`#token=${tokens["ben@demo.test"]}`);
  assert.equal(new URL(page.url()).hash, "");
  await page.execute.click();
  await until("it is Ben's", async () => /"name": "Ben Okonkwo"/.test(await page.answer()));
  assert.deepEqual(page.faults, []);
  await page.context().close();

  const wrong = await explorer("#token=nonsense");
  await wrong.pick("Happenings");
  await wrong.execute.click();
  await until("a subscription says so", async () => /token/i.test(await wrong.answer()));
  await wrong.context().close();
  assert.ok((await ask(ada, "{ viewer { id } }")).viewer.id);
});
