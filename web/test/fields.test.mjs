// Fields that are opened and left, while somebody else changes what they show.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, faults, go, person, receive, until } from "./browser.mjs";

const ada = "ada@demo.test";
after(() => browser.close());
const run = Date.now().toString(36);
const key = (name) => `${name}_${run}`;

/** A ticket with a property of each type that is typed or ticked. */
async function prepare() {
  const one = await receive(ada, { thread: "fields", text: "Where is it?" });
  const { ticketCreate } = await ask(ada, "mutation($in: TicketCreateInput!) { ticketCreate(input: $in) { ticket { id } errors { message } } }", { in: { conversationId: one.id, name: "Fields" } });
  const options = ["a", "b", "c"].map((value) => ({ value, label: value }));
  for (const type of ["TEXT", "NUMBER", "DATETIME", "OPTIONS"]) {
    const input = { key: key(type.toLowerCase()), label: `${type} ${run}`, type, ...(type === "OPTIONS" ? { options } : {}) };
    await ask(ada, "mutation($in: PropertyDefinitionCreateInput!) { propertyDefinitionCreate(input: $in) { errors { message } } }", { in: input });
  }
  const id = ticketCreate.ticket.id;
  const set = (name, value) => ask(ada, "mutation($in: TicketUpdateInput!) { ticketUpdate(input: $in) { errors { message } } }", { in: { ticketId: id, properties: [{ key: key(name), value }] } });
  const now = async (name) => (await ask(ada, "query($id: ID!) { ticket(id: $id) { properties { key value list } } }", { id })).ticket.properties.find((p) => p.key === key(name));
  return { id, set, now };
}

test("who opens a field and leaves it has changed nothing", { timeout: 110_000 }, async (t) => {
  const { id, set, now } = await prepare();
  await set("text", { string: "one" });
  await set("datetime", { string: "2026-03-31T15:04:05.250Z" });
  await set("number", { string: "12" });
  await set("options", { list: ["a"] });
  const page = await person(ada);
  let sent = 0;
  page.on("request", (r) => r.postData()?.includes("mutation TicketUpdate") && sent++);
  await go(page, `/tickets/${id}`);
  const field = (name) => page.locator(`[data-property=${key(name)}]`);
  const begin = async (name) => {
    await field(name).getByRole("button").click();
    await field(name).locator("input, textarea").first().waitFor();
  };
  const leave = async (name) => {
    await field(name).locator("input, textarea").blur();
    await field(name).getByRole("button").waitFor();
  };

  await t.test("also when a colleague changed the value meanwhile", async () => {
    await begin("text");
    await set("text", { string: "two" });
    await leave("text");
    await field("text").getByText("two").waitFor();
    assert.equal(sent, 0);
    assert.equal((await now("text")).value, "two");
  });

  await t.test("whatever the field can't write as it is", async () => {
    await set("text", { string: "first\nsecond " });
    await field("text").getByText("first").waitFor();
    for (const name of ["datetime", "text", "number"]) {
      await begin(name);
      await leave(name);
    }
    await set("datetime", { string: "2026-10-25T01:30:00.000Z" }); // the second 2:30 of that night in Paris
    await field("datetime").getByText("25 Oct 2026", { exact: false }).or(field("datetime").getByText("Oct 25, 2026", { exact: false })).waitFor();
    await begin("datetime");
    await leave("datetime");
    assert.equal(sent, 0);
  });

  await t.test("a number may be written with blanks, and only ticks are sent of a list", async () => {
    await begin("number");
    await field("number").locator("input").fill(" 1 250 ");
    await page.keyboard.press("Enter");
    await until("the number", async () => (await now("number")).value === "1250");
    await begin("options");
    await set("options", { list: ["a", "b"] });
    await field("options").getByLabel("c", { exact: true }).check();
    await field("options").getByRole("button", { name: "Save" }).click();
    await until("both", async () => (await now("options")).list.join() === "a,b,c");
    assert.equal(sent, 2);
  });

  await t.test("a name that a colleague changes does not replace what is typed", async () => {
    const label = async (input, name = "labelUpdate") => (await ask(ada, `mutation($in: Label${name === "labelCreate" ? "Create" : "Update"}Input!) { ${name}(input: $in) { label { id } errors { message } } }`, { in: input }))[name].label;
    const made = await label({ name: `Old ${run}` }, "labelCreate");
    await go(page, "/settings/labels");
    const item = page.locator(`[data-setting="Old ${run}"]`).getByLabel("Name", { exact: false });
    await item.focus();
    await page.keyboard.press("End");
    await page.keyboard.type(" and mine");
    const handle = await item.elementHandle();
    await label({ labelId: made.id, name: `Theirs ${run}` });
    await page.locator(`[data-setting="Theirs ${run}"]`).waitFor();
    assert.equal(await handle.inputValue(), `Old ${run} and mine`);
    await page.keyboard.press("Enter");
    await page.locator(`[data-setting="Old ${run} and mine"]`).waitFor();
  });
  assert.deepEqual(faults, []);
});
