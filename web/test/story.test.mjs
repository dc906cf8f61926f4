// The story of the article, with two agents at two windows: each step is asserted on both.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, badge, browser, chosen, editor, faults, go, open, owner, person, receive, status, until } from "./browser.mjs";

const ada = "ada@demo.test";
const ben = "ben@demo.test";
after(() => browser.close());

const both = async (pages, what, check, wait) => {
  for (const [name, page] of Object.entries(pages)) await until(`${what}, for ${name}`, () => check(page), wait);
};
const says = (page, text) => page.getByRole("region", { name: "Conversation" }).getByText(text, { exact: true }).isVisible();
const row = (page, id) => page.locator(`[data-row="${id}"]`);

test("the story", { timeout: 110_000 }, async (t) => {
  const first = await receive(ada, { thread: "story-1", text: "My parcel never came 📦", subject: "Where is my parcel?" });
  await ask(ada, "mutation { ticketDetailLayoutSet(input: {propertyKeys: null}) { errors { message } } }");
  const pages = { ada: await person(ada), ben: await person(ben) };
  const { ada: a, ben: b } = pages;
  const views = (await ask(ada, "{ inboxViews { id kind inbox { id } } }")).inboxViews.filter((v) => v.inbox.id === first.inbox.id);
  const viewOf = (kind) => `/views/${views.find((v) => v.kind === kind).id}`;
  const openBoth = async (id) => {
    for (const p of [a, b]) await go(p, `${viewOf("OPEN")}/${id}`);
    await both(pages, "the conversation opens", (p) => p.locator("[data-entry]").first().isVisible());
  };

  await t.test("picking a conversation opens it (R8), with its context (R10)", async () => {
    for (const p of [a, b]) await go(p, viewOf("OPEN"));
    for (const p of [a, b]) await row(p, first.id).click();
    await both(pages, "the text", (p) => says(p, "My parcel never came 📦"));
    await both(pages, "the contact", (p) => p.getByRole("link", { name: "Pia Lang", exact: true }).isVisible());
    await both(pages, "no ticket yet", (p) => p.getByText("No ticket yet").first().isVisible());
  });

  await t.test("each sees that the other is here, and is writing", async () => {
    await both(pages, "who is here", (p) => p.locator("[data-others]").isVisible());
    await editor(a).pressSequentially("One");
    await until("Ada is writing", () => b.getByText("Ada Byrne is writing an answer…").isVisible());
    await editor(a).fill("");
  });

  await t.test("a reply answers the contact (R19), a comment is for the team", async () => {
    await a.keyboard.press("Escape");
    await a.keyboard.press("r");
    await a.keyboard.type("We are looking for it.");
    await a.keyboard.press("Control+Enter");
    await both(pages, "the reply", (p) => p.locator("[data-entry=OutgoingMessage]").getByText("We are looking for it.").isVisible());
    await both(pages, "its delivery", (p) => p.locator("[data-delivery=QUEUED]").last().isVisible());
    await b.keyboard.press("c");
    await b.keyboard.type("The carrier lost two of these לדוגמה");
    await b.getByRole("button", { name: "Add comment" }).click();
    await both(pages, "the comment", (p) => p.locator("[data-entry=InternalComment]").getByText("The carrier lost two of these לדוגמה").isVisible());
  });

  await t.test("the contact answers, and it is there without a reload", async () => {
    await receive(ada, { thread: "story-1", text: "Any news?" });
    await both(pages, "the answer", (p) => says(p, "Any news?"));
  });

  await t.test("a conversation gets its ticket (R4)", async () => {
    await a.getByRole("button", { name: "Create ticket" }).click();
    await a.getByRole("textbox", { name: "Name" }).fill("Lost parcel");
    await a.getByRole("dialog").getByRole("button", { name: "Create ticket" }).click();
    await both(pages, "the card (R11)", (p) => p.getByTestId("card").first().getByText("Lost parcel").isVisible());
    await both(pages, "the name on top (R15)", (p) => p.locator("header h2 a").getByText("Lost parcel").isVisible());
  });

  const { conversation } = await ask(ada, "query($id: ID!) { conversation(id: $id) { ticket { id recordUrl } } }", { id: first.id });
  const ticket = conversation.ticket;

  await t.test("the name leads to the ticket's record in another tab (R15)", async () => {
    const [record] = await Promise.all([a.context().waitForEvent("page"), a.locator("header h2 a").click()]);
    assert.equal(new URL(record.url()).pathname, new URL(ticket.recordUrl).pathname);
    await record.getByRole("heading", { name: "Lost parcel" }).waitFor();
    await record.getByRole("heading", { name: "Timeline" }).waitFor();
    await record.close();
  });

  await t.test("the card can't be changed from here (R14)", async () => {
    await both(pages, "the same card", async (p) => (await p.locator("[data-card]").evaluateAll((all) => all.map((e) => e.dataset.card).join())) === "status,pipeline,priority,owner,createdAt,lastActivityAt");
    assert.equal(await a.getByTestId("card").locator("button, input, select").count(), 0);
  });

  await t.test("properties are edited in place (R9, R12, R16)", async () => {
    for (const p of [a, b]) await p.getByRole("button", { name: "Show more" }).click();
    await a.getByRole("button", { name: "Edit Order number" }).click();
    await a.getByRole("textbox", { name: "Order number" }).fill("PW-1 🧾");
    await a.keyboard.press("Enter");
    await both(pages, "the text", (p) => p.locator("[data-property=orderNumber]").getByText("PW-1 🧾").isVisible());
    await b.getByRole("combobox", { name: "Priority" }).selectOption("URGENT");
    await both(pages, "the priority, in the panel", async (p) => (await chosen(p.getByRole("combobox", { name: "Priority" }))) === "Urgent");
    await both(pages, "the priority, on the card", async (p) => (await p.locator("[data-card=priority]").first().textContent()) === "Urgent");
    await a.getByRole("button", { name: "Edit Refund" }).click();
    await a.getByRole("textbox", { name: "Refund" }).fill("much");
    await a.keyboard.press("Enter");
    await until("a plain message", () => a.getByRole("status").getByText(/number/i).first().isVisible());
    await until("the value is taken back", async () => !(await a.locator("[data-property=refund]").getByText("much").isVisible()));
  });

  await t.test("who looks chooses the shown properties (R13), by keyboard", async () => {
    await a.getByRole("button", { name: "Edit the shown properties" }).click();
    await a.getByRole("button", { name: "Show Causes" }).click();
    for (let i = 0; i < 9; i++) await a.getByRole("button", { name: "Move Causes up" }).press("ArrowUp");
    await a.getByRole("button", { name: "Hide Product" }).click();
    await a.getByRole("button", { name: "Save for me" }).click();
    await until("mine", async () => {
      const keys = await a.locator("[data-property]").evaluateAll((all) => all.map((e) => e.dataset.property));
      return keys[0] === "causes" && !keys.includes("product");
    });
    await until("Ben keeps the account's", () => b.locator("[data-property=product]").isVisible());
    for (const p of [a, b]) await p.keyboard.press("Escape");
    await both(pages, "the panel is closed", async (p) => (await p.getByRole("dialog").count()) === 0);
  });

  await t.test("the owner of a conversation is the owner of its ticket (R17), not the other way (R18)", async () => {
    await owner(a).selectOption({ label: "Ben Okonkwo" });
    await both(pages, "the conversation's owner", async (p) => (await chosen(owner(p))).startsWith("Ben Okonkwo"));
    await both(pages, "the ticket's owner", async (p) => (await p.locator("[data-card=owner]").first().textContent()).includes("Ben Okonkwo"));
    await a.getByRole("button", { name: "Show more" }).click();
    await a.getByRole("combobox", { name: "Owner", exact: true }).selectOption({ label: "Cleo Marchetti" });
    await both(pages, "the ticket's owner", async (p) => (await p.locator("[data-card=owner]").first().textContent()).includes("Cleo Marchetti"));
    await both(pages, "the conversation keeps its own", async (p) => (await chosen(owner(p))).startsWith("Ben Okonkwo"));
    await a.keyboard.press("Escape");
    await a.getByRole("dialog").waitFor({ state: "detached" });
  });

  const second = await receive(ada, { thread: "story-2", text: "The same parcel again", subject: "Still waiting" });
  await ask(ada, "mutation($in: TicketAddConversationInput!) { ticketAddConversation(input: $in) { errors { message } } }", { in: { ticketId: ticket.id, conversationId: second.id } });
  const is = (word) => async (p) => (await badge(p).textContent()) === word;

  await t.test("closing the ticket closes all its conversations (R20, R21), and reopening reopens none of several (R22, R24)", async () => {
    await both(pages, "both in the list", (p) => row(p, second.id).isVisible());
    await status(a).selectOption({ label: "Closed" });
    await both(pages, "the conversation is closed", is("Closed"));
    await both(pages, "both leave the list", async (p) => (await row(p, first.id).count()) === 0 && (await row(p, second.id).count()) === 0);
    await both(pages, "the rule is told", (p) => p.locator("[data-entry=CONVERSATION_CLOSED]").getByText("by rule R21").isVisible());
    await both(pages, "the ticket is closed", async (p) => (await chosen(status(p))) === "Closed");
    await status(b).selectOption({ label: "Waiting on us" });
    await both(pages, "the ticket is open", async (p) => (await chosen(status(p))) === "Waiting on us");
    await both(pages, "the conversation stays closed", is("Closed"));
  });

  await t.test("closing a conversation closes it alone (R25 to R27)", async () => {
    for (const id of [first.id, second.id]) await ask(ada, "mutation($id: ID!) { conversationReopen(input: {conversationId: $id}) { errors { message } } }", { id });
    await both(pages, "both are back in the list", async (p) => (await row(p, first.id).count()) === 1 && (await row(p, second.id).count()) === 1);
    await a.getByRole("button", { name: "More actions" }).click();
    await a.getByRole("menuitem", { name: "Close conversation" }).click();
    await both(pages, "it is closed", is("Closed"));
    await both(pages, "its ticket is open", async (p) => (await chosen(status(p))) === "Waiting on us");
    await both(pages, "the other one is open", async (p) => (await row(p, second.id).count()) === 1 && (await row(p, first.id).count()) === 0);
    await a.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await both(pages, "undone", is("Open"));
  });

  await t.test("the trash takes all of it (R28, R29), says so before, and gives it back (D3)", async () => {
    await a.getByRole("button", { name: "More actions" }).click();
    await a.getByRole("menuitem", { name: "Move to trash…" }).click();
    await a.getByTestId("along").getByText("Lost parcel").waitFor();
    await a.getByTestId("along").getByText(/Still waiting/).waitFor();
    assert.equal(await row(b, second.id).count(), 1, "nothing has happened yet");
    await a.getByRole("button", { name: "Move to trash", exact: true }).click();
    await both(pages, "both leave the list", async (p) => (await row(p, first.id).count()) === 0 && (await row(p, second.id).count()) === 0);
    await both(pages, "it says that it is in the trash", (p) => p.getByText(/^In the trash\./).isVisible());
    await go(b, "/trash");
    await b.locator("[data-group]").filter({ hasText: "Lost parcel" }).getByRole("button", { name: "Restore" }).click();
    await until("the trash is told", async () => (await b.locator("[data-group]").filter({ hasText: "Lost parcel" }).count()) === 0);
    await until("Ada has it back", async () => (await row(a, first.id).count()) === 1 && (await row(a, second.id).count()) === 1 && is("Open")(a));
  });

  await t.test("a ticket of one conversation takes it along when it reopens (R23)", async () => {
    const only = await receive(ada, { thread: "story-3", text: "Only this one", subject: "Alone" });
    await openBoth(only.id);
    await b.getByRole("button", { name: "Create ticket" }).click();
    await b.getByRole("dialog").getByRole("button", { name: "Create ticket" }).click();
    await both(pages, "the ticket", (p) => status(p).isVisible());
    await status(a).selectOption({ label: "Closed" });
    await both(pages, "closed", is("Closed"));
    // What follows the ticket and what follows the conversation may come one after the other.
    await both(pages, "the ticket is closed", async (p) => (await chosen(status(p))) === "Closed");
    await status(b).selectOption({ label: "New" });
    await both(pages, "open again", is("Open"));
  });

  await t.test("a move to another inbox, a filter, a search", async () => {
    const one = await receive(ada, { thread: "story-4", text: "Wrong place", subject: "A needle of a subject" });
    for (const p of [a, b]) await go(p, viewOf("OPEN"));
    await both(pages, "in the list", (p) => row(p, one.id).isVisible());
    await both(pages, "unread is bold", (p) => row(p, one.id).getByText("A needle of a subject").evaluate((e) => Number(getComputedStyle(e).fontWeight) >= 600));
    await a.getByRole("button", { name: "Filter" }).click();
    await a.getByRole("menuitemradio", { name: "With a ticket" }).click();
    await until("the filter", async () => (await row(a, one.id).count()) === 0 && (await row(a, first.id).count()) === 1);
    await until("the menu is gone", async () => (await a.getByRole("menu").count()) === 0); // it takes the keys as long as it is there
    await a.keyboard.press("/");
    await a.getByRole("searchbox").fill("needle of");
    await until("found", () => row(a, one.id).isVisible());
    await row(a, one.id).click();
    await a.getByRole("button", { name: "More actions" }).click();
    await a.getByRole("menuitem", { name: "Move to inbox" }).click();
    await a.getByRole("menuitem", { name: "Sales" }).click();
    await until("it left Ben's inbox", async () => (await row(b, one.id).count()) === 0);
  });

  await t.test("the list is never asked again because of an event", () => {
    assert.ok(b.lists <= 8, `${b.lists} requests of lists, one for each list that was opened`);
  });
  assert.deepEqual(faults, []);
});

test("an account of R3 says what will happen, and it does", { timeout: 60_000 }, async () => {
  const gil = "gil@gated.test";
  const page = await person(gil);
  const one = await receive(gil, { thread: "gated", text: "A question", subject: "Opening hours" });
  await open(page, one.id);
  await page.getByRole("button", { name: "Create ticket" }).click();
  await page.getByText("The ticket and this conversation will move there together.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Create ticket" }).click();
  await page.getByRole("status").getByText("in the help desk now").waitFor();
  const { conversation } = await ask(gil, "query($id: ID!) { conversation(id: $id) { workspace ticket { workspace } } }", { id: one.id });
  assert.deepEqual(conversation, { workspace: "HELP_DESK", ticket: { workspace: "HELP_DESK" } });
  await until("the card", () => page.getByTestId("card").first().isVisible());
  assert.deepEqual(faults, []);
});
