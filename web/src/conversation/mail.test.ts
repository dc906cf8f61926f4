import { describe, expect, test, vi } from "vitest";
import { readableMail } from "./mail";

// The ranges of this DOM know the window's own document only.
class Parser {
  parseFromString(html: string): Document {
    document.body.innerHTML = html;
    return document;
  }
}
vi.stubGlobal("DOMParser", Parser);

const shown = (html: string, text = "another text", known: readonly string[] = []) => {
  const mail = readableMail(html, text, "older", (line) => known.includes(line));
  if (!mail) return null;
  const body = document.createElement("body");
  body.innerHTML = mail.body;
  return body;
};

describe("what plain text says as well", () => {
  test.each([
    ["words in blocks", "<div>Hello,<br>no tent yet.</div><p>Pia</p>", "Hello,\nno tent yet.\n\nPia"],
    ["words that a word processor has made black", '<p style="color: #000000; text-align: left">No tent</p>', "No tent"],
    ["an address as its own link", 'See <a href="https://x.test/">https://x.test</a>', "See https://x.test"],
    ["an older message below", "<p>Yes.</p><div>On 1.2.2020 at 10:00, Ada wrote:</div><blockquote><b>Do</b> you?</blockquote>", "Yes.\n\nOn 1.2.2020 at 10:00, Ada wrote:\n> Do you?"],
  ])("%s is shown as text", (_, html, text) => expect(readableMail(html, text, "older")).toBeNull());

  test.each([
    ["bold words", "<p>No <b>tent</b></p>", "No tent"],
    ["a list", "<ul><li>One</li></ul>", "One"],
    ["a link with other words", '<a href="https://x.test/1">the order</a>', "the order"],
    ["a colour", '<p>I ask?</p><p style="color: #cc0000">You answer.</p>', "I ask?\n\nYou answer."],
    ["a background", '<p style="background-color: #ffff00">Yes</p>', "Yes"],
    ["bold words by a style", '<p><span style="font-weight: 700">Yes</span></p>', "Yes"],
    ["another text", "<p>What counts</p>", "This mail needs HTML."],
  ])("%s are shown as they are", (_, html, text) => expect(readableMail(html, text, "older")).not.toBeNull());
});

test("no style reaches the frame, whose content policy would refuse it", () => {
  const mail = readableMail('<p style="color: #cc0000">a style=&#34;b&#34;</p>', "a", "older")!;
  expect(mail.body).toBe('<p data-style="color: #cc0000">a style="b"</p>');
});

test("links lead to whole addresses in another tab, and nowhere else", () => {
  const body = shown('<a href="https://x.test/a">a</a><a href="/settings">b</a><a href="#top">c</a><a href="javascript:x()">d</a><a href="mailto:pia@x.test">e</a>')!;
  expect([...body.querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual(["https://x.test/a", null, null, null, "mailto:pia@x.test"]);
  for (const a of body.querySelectorAll("a[href]")) {
    expect(a.getAttribute("target")).toBe("_blank");
    expect(a.getAttribute("rel")).toContain("noopener");
  }
});

test("pictures from elsewhere are counted, and their words stand in their place", () => {
  const mail = readableMail('<p>Hi</p><img src="https://x.test/logo.png" alt="Our logo"><img src="https://x.test/p.gif" width="1"><img src="/files/1"><img src="data:image/png;base64,AA==">', "Hi", "older")!;
  expect(mail.pictures).toBe(3);
  expect(mail.body).not.toContain("x.test");
  expect(mail.body).not.toContain("/files/1");
  expect(mail.body).toContain("Our logo");
  expect(mail.body).toContain("data:image/png");
});

describe("older messages are folded, and the author's words are not", () => {
  const parts = (html: string, known: readonly string[] = []) => {
    const body = shown(html, "another text", known)!;
    const details = body.querySelector("details");
    const folded = details?.textContent.replace("…", "").replace(/\s+/g, " ").trim();
    details?.remove();
    return [body.textContent.replace(/\s+/g, " ").trim(), folded, body.querySelectorAll("blockquote, hr").length];
  };
  test("below who wrote them, inside of other blocks", () => {
    expect(parts("<div><div><b>Yes</b></div><div><br><div>On 1.2.2020 at 10:00, Ada wrote:<br></div><blockquote><p>Do you?</p></blockquote></div></div>")).toEqual(["Yes", "On 1.2.2020 at 10:00, Ada wrote:Do you?", 0]);
  });
  const outlook = "<p><i>Yes</i></p><hr><p><b>From:</b> Ada<br><b>Sent:</b> Monday<br><b>To:</b> Pia<br><b>Subject:</b> Tent</p><p>Do you have the green tent by now?</p>";
  test("below their headers and a line, where they are known", () => {
    expect(parts(outlook, ["Do you have the green tent by now?"])).toEqual(["Yes", "From: AdaSent: MondayTo: PiaSubject: TentDo you have the green tent by now?", 0]);
  });
  test("but not below headers alone", () => expect(parts(outlook)[1]).toBeUndefined());
  test("between the author's words", () => {
    expect(parts("<p><b>Hi</b></p><blockquote><p>Do you?</p><p>Now?</p></blockquote><p>Yes</p>")).toEqual(["HiYes", "Do you?Now?", 0]);
  });
  test("but not where the author answers point by point", () => {
    expect(parts("<blockquote>Do you?<br>Now?</blockquote><p><b>Yes</b></p><blockquote>Sure?<br>Now?</blockquote><p>No</p>")[1]).toBeUndefined();
  });
});
