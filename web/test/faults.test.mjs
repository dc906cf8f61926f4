// What goes wrong in real life: the server goes away, the network does, the token ends, two answer at once.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, askTest, browser, editor, expected, faults, open, person, receive, status, tokens, until } from "./browser.mjs";

const ada = "ada@demo.test";
const ben = "ben@demo.test";
after(() => browser.close());

const lost = (page) => page.getByText("The connection is gone.", { exact: false });
const says = (page, text) => page.getByRole("region", { name: "Conversation" }).getByText(text, { exact: true }).isVisible();

test("two agents answer at once", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "at-once", text: "Who is first?" });
  const [a, b] = [await person(ada), await person(ben)];
  for (const p of [a, b]) await open(p, one.id);
  for (const p of [a, b]) await until("it is there", () => says(p, "Who is first?"));
  await editor(b).fill("I am slow");
  await editor(a).fill("I am first");
  await a.getByRole("button", { name: "Send", exact: true }).click();
  await until("the warning", () => b.getByRole("alert").getByText("Ada Byrne answered while you were writing.", { exact: false }).isVisible());
  assert.equal(await editor(b).inputValue(), "I am slow");
  await b.getByRole("button", { name: "Send anyway" }).click();
  for (const p of [a, b]) await until("both answers", async () => (await says(p, "I am first")) && (await says(p, "I am slow")));
  assert.deepEqual(faults, []);
});

test("offline and online again", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "offline", text: "Before" });
  const page = await person(ada);
  await open(page, one.id);
  await until("it is there", () => says(page, "Before"));
  expected.push(/ERR_INTERNET_DISCONNECTED|WebSocket connection/);
  await editor(page).fill("Typed before");
  await page.context().setOffline(true);
  await page.evaluate(() => window.dispatchEvent(new Event("offline")));
  await editor(page).fill("Typed without a network");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await until("a plain message", () => page.getByText("The server could not be reached.", { exact: false }).first().isVisible());
  await until("the text is back", async () => (await editor(page).inputValue()) === "Typed without a network");
  await receive(ada, { thread: "offline", text: "Meanwhile" });
  await page.context().setOffline(false);
  await until("what was missed", () => says(page, "Meanwhile"), 20_000);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await until("it is sent", async () => (await page.locator("[data-entry=OutgoingMessage]").getByText("Typed without a network").count()) === 1);
  assert.deepEqual(faults, []);
});

test("the server is killed and started again under an open page", { timeout: 90_000 }, async () => {
  const one = await receive(ada, { thread: "killed", text: "Before the kill" });
  const page = await person(ada);
  await open(page, one.id);
  await until("it is there", () => says(page, "Before the kill"));
  await editor(page).fill("A draft that stays");
  expected.push(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection|503/);
  await askTest("kill");
  await lost(page).waitFor();
  await askTest("start");
  await receive(ada, { thread: "killed", text: "After the kill" });
  await until("it goes on", () => says(page, "After the kill"), 30_000);
  await until("it says so", async () => !(await lost(page).isVisible()));
  assert.equal(await editor(page).inputValue(), "A draft that stays");
  await page.reload();
  await until("the draft survives a reload", async () => (await editor(page).inputValue()) === "A draft that stays");
  assert.deepEqual(faults, []);
});

test("a token ends, and another one goes on", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "token", text: "Still there?" });
  const { apiTokenCreate } = await ask(ada, `mutation { apiTokenCreate(input: {name: "short"}) { secret apiToken { id } errors { message } } }`);
  const page = await person(ada, { token: apiTokenCreate.secret });
  await open(page, one.id);
  await until("it is there", () => says(page, "Still there?"));
  await editor(page).fill("Half an answer");
  expected.push(/401|WebSocket/);
  await ask(ada, "mutation($id: ID!) { apiTokenRevoke(input: {apiTokenId: $id}) { errors { message } } }", { id: apiTokenCreate.apiToken.id });
  await page.getByText("Your token has ended.", { exact: false }).waitFor();
  await page.getByLabel("API token").fill("nonsense");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("This token is not good.", { exact: false }).waitFor();
  await page.getByLabel("API token").fill(tokens[ada]);
  await page.getByRole("button", { name: "Sign in" }).click();
  await until("the same place, with what was typed", async () => (await says(page, "Still there?")) && (await editor(page).inputValue()) === "Half an answer");
  assert.equal(await status(page).count(), 0);
  assert.deepEqual(faults, []);
});

test("a token in an address does not switch who is signed in without a question", { timeout: 60_000 }, async () => {
  const page = await person(ada);
  await page.evaluate((token) => (location.hash = "token=" + token), tokens[ben]);
  await page.getByRole("button", { name: "Stay signed in as Ada Byrne" }).click();
  await until("still Ada", () => page.getByRole("button", { name: "Your account" }).getByText("Ada Byrne").isVisible());
  assert.equal(new URL(page.url()).hash, "");
});
