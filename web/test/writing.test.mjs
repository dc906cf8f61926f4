// What is written: where it goes, and where it never does.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { browser, editor, expected, faults, open, person, receive, tokens, until } from "./browser.mjs";

const ada = "ada@demo.test";
const ben = "ben@demo.test";
after(() => browser.close());

const says = (page, text) => page.getByRole("region", { name: "Conversation" }).getByText(text, { exact: true }).isVisible();
const tab = (page, name) => page.getByRole("button", { name, exact: true }).click();
const chip = (page, name) => page.getByRole("button", { name: `Remove ${name}` });
const file = (name) => ({ name, mimeType: "text/plain", buffer: Buffer.from("text of " + name) });
const attach = (page, name) => page.locator("section input[type=file]").setInputFiles(file(name));

/** Holds the next call of a mutation until the test lets it go on or fail. */
async function hold(page, mutation) {
  let heard, end;
  const asked = new Promise((resolve) => (heard = resolve));
  const ending = new Promise((resolve) => (end = resolve));
  let over = false;
  await page.route("**/graphql", async (route) => {
    if (over || !route.request().postData()?.includes(`mutation ${mutation}`)) return route.fallback();
    over = true;
    heard();
    await route[await ending]();
  });
  return async (how) => {
    await asked;
    end(how);
  };
}

test("what is for colleagues stays with them", { timeout: 90_000 }, async () => {
  const one = await receive(ada, { thread: "for-colleagues", text: "Where is it?" });
  const page = await person(ada);
  await open(page, one.id);
  await until("it is there", () => says(page, "Where is it?"));
  expected.push(/ERR_FAILED/);

  await tab(page, "Comment");
  await editor(page).fill("SECRET: this customer lies");
  await attach(page, "secret.txt");
  await chip(page, "secret.txt").waitFor();
  let end = await hold(page, "CommentCreate");
  await page.getByRole("button", { name: "Add comment" }).click();
  await tab(page, "Reply");
  await page.keyboard.type("Dear Pia");
  await end("abort");
  await page.getByText("The comment was not added.", { exact: false }).waitFor();
  assert.equal(await editor(page).inputValue(), "Dear Pia");
  assert.equal(await chip(page, "secret.txt").count(), 0);
  await page.keyboard.press("Control+z");
  assert.ok(!(await editor(page).inputValue()).includes("SECRET"), "what is undone is this field's");
  await editor(page).fill("Dear Pia");
  await tab(page, "Comment");
  assert.equal(await editor(page).inputValue(), "SECRET: this customer lies");
  await chip(page, "secret.txt").waitFor();

  // What is written ahead stays, beside a message that fails.
  await tab(page, "Reply");
  end = await hold(page, "MessageSend");
  await page.keyboard.press("Control+Enter");
  await page.keyboard.type("And one thing more");
  await attach(page, "more.txt");
  await chip(page, "more.txt").waitFor();
  await end("abort");
  const unsent = page.getByRole("list", { name: "Not sent" });
  await unsent.getByText("Dear Pia").waitFor();
  assert.equal(await editor(page).inputValue(), "And one thing more");
  end = await hold(page, "MessageSend");
  await unsent.getByRole("button", { name: "Try again" }).click();
  await editor(page).press("Control+End");
  await page.keyboard.type(", Pia");
  await end("continue");
  await until("it is sent", () => says(page, "Dear Pia"));
  await until("it is told no more", async () => (await unsent.count()) === 0);
  assert.equal(await editor(page).inputValue(), "And one thing more, Pia");
  await chip(page, "more.txt").waitFor();
  assert.equal(await page.locator("[data-entry=OutgoingMessage]").getByText("SECRET").count(), 0);
  assert.deepEqual(faults, []);
});

test("what fails while another conversation is open leads back to its own", { timeout: 60_000 }, async () => {
  const [one, other] = [await receive(ada, { thread: "left", text: "A question" }), await receive(ada, { thread: "gone-to", text: "Another question" })];
  const page = await person(ada);
  await open(page, one.id);
  await until("it is there", () => says(page, "A question"));
  expected.push(/ERR_FAILED/);
  await editor(page).fill("An answer that fails");
  const end = await hold(page, "MessageSend");
  await page.keyboard.press("Control+Enter");
  await open(page, other.id);
  await until("the other one is there", () => says(page, "Another question"));
  await end("abort");
  await page.getByRole("status").getByRole("button", { name: "Go there" }).click();
  await until("it is in the editor of its conversation", async () => (await says(page, "A question")) && (await editor(page).inputValue()) === "An answer that fails");
});

test("a draft is its author's, and its window's", { timeout: 90_000 }, async () => {
  const one = await receive(ada, { thread: "whose-draft", text: "Whose is it?" });
  const page = await person(ada);
  await open(page, one.id);
  await until("it is there", () => says(page, "Whose is it?"));
  await editor(page).fill("Of the first window");

  const other = await page.context().newPage();
  await other.goto(page.url());
  await until("begun in one window, it goes on in another", async () => (await editor(other).inputValue()) === "Of the first window");
  await editor(other).fill("Of the second window");
  await editor(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(", sent");
  await page.keyboard.press("Control+Enter");
  await until("it is sent", () => says(page, "Of the first window, sent"));
  await other.reload();
  await until("the other one is as it was", async () => (await editor(other).inputValue()) === "Of the second window");
  await other.close();

  await tab(page, "Comment");
  await editor(page).fill("Between Ada and her browser");
  await page.evaluate((token) => (location.hash = "token=" + token), tokens[ben]);
  await page.getByRole("button", { name: "Use the token of the address" }).click();
  await page.getByRole("button", { name: "Your account" }).getByText("Ben Okonkwo").waitFor();
  await until("his own editors", () => says(page, "Whose is it?"));
  for (const name of ["Comment", "Reply"]) {
    await tab(page, name);
    assert.equal(await editor(page).inputValue(), "", name);
  }
  await page.evaluate((token) => (location.hash = "token=" + token), tokens[ada]);
  await page.getByRole("button", { name: "Use the token of the address" }).click();
  await until("hers are there when she comes back", async () => {
    await tab(page, "Comment");
    return (await editor(page).inputValue()) === "Between Ada and her browser";
  });
  assert.deepEqual(faults, []);
});
