// The shown properties of the page, put into another order by hand.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, browser, dragging, ordered, faults, open, person, receive, until } from "./browser.mjs";

const ada = "ada@demo.test";
after(() => browser.close());

for (const hasTouch of [false, true]) {
  test(`the shown properties are ordered by dragging, ${hasTouch ? "by touch on a small screen" : "by mouse"}`, { timeout: 60_000 }, async () => {
    const one = await receive(ada, { thread: `order ${hasTouch}`, text: "It rattles", subject: "A noise" });
    await ask(ada, "mutation($in: TicketCreateInput!) { ticketCreate(input: $in) { errors { message } } }", { in: { conversationId: one.id, name: "Rattling tent" } });
    const page = await person(ada, hasTouch ? { hasTouch, viewport: { width: 390, height: 844 } } : {});
    await open(page, one.id);
    await page.locator("[data-entry]").first().waitFor();
    if (hasTouch) await page.getByRole("button", { name: "Show the details" }).click();
    await page.getByRole("button", { name: "Show more" }).first().click();
    await page.getByRole("button", { name: "Edit the shown properties" }).click();
    const grips = page.getByTestId("shown").locator("[data-grip]");
    await grips.first().waitFor();
    await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished)));
    const { keys, middle } = ordered(grips);
    const before = await keys();
    const drag = await dragging(page, hasTouch);
    await drag(await middle(0), await middle(2));
    const after = [before[1], before[2], before[0], ...before.slice(3)];
    await until("the first one is third", async () => (await keys()).join() === after.join());
    await page.getByRole("status").getByText("3", { exact: false }).first().waitFor({ state: "attached" });
    await drag(await middle(2), await middle(0));
    await until("and first again", async () => (await keys()).join() === before.join());
    await drag(await middle(1), { ...(await middle(1)), y: 1_000 });
    await until("the second one is last", async () => (await keys()).at(-1) === before[1]);
    assert.deepEqual(faults, []);
    await page.context().close();
  });
}
