import { describe, expect, test } from "vitest";
import { quotedPart } from "./quote";

/** What is left to see of a text. */
function own(text: string): string {
  const lines = text.split("\n");
  const part = quotedPart(lines);
  return (part ? [...lines.slice(0, part.from), "…", ...lines.slice(part.to)] : lines).filter((l) => l.trim()).join("|");
}

describe("older messages are folded", () => {
  test.each([
    ["after who wrote them", "Thanks!\n\nOn Tue, Apr 11, 2017 at 10:07 PM Pia <pia@x.test> wrote:\n> Hello\n> you", "Thanks!|…"],
    ["where that takes two lines", "Thanks!\n\nOn Fri, May 6, 2011 at 6:03 PM, Pia Lang from the far North\n<pia@x.test> wrote:\n\n> Hello", "Thanks!|…"],
    ["where nothing marks them", "Hi\n\nOn Jan 27, 2015 at 12:42, Pia wrote:\n\nDear Ada,\nhello\n\nPia", "Hi|…"],
    ["in other languages", "Danke\n\nAm 26.06.2014 um 14:41 schrieb Pia:\n> Hallo", "Danke|…"],
    ["in languages that are not known here", "Kiitos\n\n26.6.2014 14.41 Pia kirjoitti:\n> Hei", "Kiitos|…"],
    ["below their headers", "See below.\n\nFrom: Pia\nSent: Friday, 23 March 2012\nTo: Ada\nSubject: Tent\n\nHello", "See below.|…"],
    ["below a rule", "Yes.\n-----Original Message-----\nHello", "Yes.|…"],
    ["with no word about them", "Yes.\n> Do you?\n> Really?", "Yes.|…"],
    ["between the words of the author", "Hi,\nOn 04/19/2011 07:10 AM, Pia wrote:\n> Do you?\n> Really?\n\nYes. Ada", "Hi,|…|Yes. Ada"],
  ])("%s", (_, text, seen) => expect(own(text)).toBe(seen));
});

describe("nothing is folded", () => {
  test.each([
    ["of a plain text", "Hello,\nI wrote: nothing came.\nPia"],
    ["of one line with a mark", "Visit us\n>>> http://x.test <<<\nsoon"],
    ["where the author answers point by point", "> Do you?\n> Now?\nYes.\n> Really?\n> Sure?\nNo."],
    ["of what is all there is", "On 04/19/2011 07:10 AM, Pia wrote:\n> Do you?\n> Really?"],
    ["of what somebody forwards", "Look:\n---------- Forwarded message ---------\nFrom: Pia\nDate: Tue\nSubject: Tent\nTo: Ada\n\nHello"],
    ["where the author's words share the line", "yes On Wed, Apr 4, 2012 at 3:59 PM, pia@x.test wrote:\n> Hi"],
    ["of a form with fields", "From: Berlin\nTo: Paris\nI want a ticket."],
  ])("%s", (_, text) => expect(own(text)).toBe(text.split("\n").filter((l) => l.trim()).join("|")));
});

// It ends within 60 s on a busy machine, too: five, the default, were too few beside the other tests.
test("it takes no time for long lines and many of them", () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `On 1.1.2020 ${"wrote ".repeat(10)}${i}`);
  expect(quotedPart(lines)).toBeNull();
}, 60_000);
