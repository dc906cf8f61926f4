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
    ["in other languages", "Danke\n\nAm 26.06.2014 um 14:41 schrieb Pia:\n> Hallo", "Danke|…"],
    ["in languages that are not known here", "Kiitos\n\n26.6.2014 14.41 Pia kirjoitti:\n> Hei", "Kiitos|…"],
    ["with no word about them", "Yes.\n> Do you?\n> Really?", "Yes.|…"],
    ["below a rule and marks", "Yes.\n-----Original Message-----\n> Hello", "Yes.|…"],
    ["between the words of the author", "Hi,\nOn 04/19/2011 07:10 AM, Pia wrote:\n> Do you?\n> Really?\n\nYes. Ada", "Hi,|…|Yes. Ada"],
  ])("%s", (_, text, seen) => expect(own(text)).toBe(seen));
});

describe("what an earlier message says", () => {
  const earlier = new Set(["Nobody at home.", "We come again on Friday.", "Dear Pia,", "your tent has left us.", "Ada", "Hello,", "Where is my green tent?", "Thank you."]);
  const shown = (text: string) => {
    const lines = text.split("\n");
    const part = quotedPart(lines, (line) => earlier.has(line.replace(/^[\s>]+/, "")));
    return (part ? [...lines.slice(0, part.from), "…", ...lines.slice(part.to)] : lines).filter((l) => l.trim()).join("|");
  };
  const said = "On Jan 27, 2015 at 12:42, Ada <ada@x.test> wrote:";
  test.each([
    ["is folded after a sentence that people write too", "Hello,\nOn 12 March 2026 at 14:05 your driver wrote:\nNobody at home.\n\nWe come again on Friday.", "Hello,|…"],
    ["and no more than that", "Hello,\nOn 12 March 2026 at 14:05 your driver wrote:\nNobody at home.\nWe come again on Friday.\nBut I was at home all day. Please refund me.", "Hello,|…|But I was at home all day. Please refund me."],
    ["is folded below a head without an address", "See below.\nFrom: Ada\nDate: Friday\nTo: Pia\n\nDear Pia,\nyour tent has left us.\nIt has not.", "See below.|…|It has not."],
    ["is folded up to the author's words below it", `Hi\n${said}\n\nDear Pia,\nyour tent has left us.\nAda\n\nIt has not come.`, "Hi|…|It has not come."],
    ["is folded with what is older still", `Hi\n${said}\n\nDear Pia,\nyour tent has left us.\n\nFrom: Pia <pia@x.test>\nDate: Monday\nTo: Ada\n\nWhere is my green tent?`, "Hi|…"],
    ["is folded below a rule", "Yes.\n-----Original Message-----\nFrom: Ada\nSent: Monday\nTo: Pia\nSubject: Tent\n\nDear Pia,\nyour tent has left us.", "Yes.|…"],
    ["is folded without what is not known", `Hi\n${said}\n\nDear Pia,\nyour tent has left us.\n\nFrom: Pia <pia@x.test>\nDate: Monday\nTo: Ada\n\nI want my money back.`, "Hi|…|From: Pia <pia@x.test>|Date: Monday|To: Ada|I want my money back."],
    ["is folded where it is broken into other lines", `Hi\n${said}\n\nDear Pia,\nyour tent has\nleft us.\nAda`, "Hi|…"],
    ["is not folded where the author's words stand in it", `Hi\n${said}\nDear Pia,\nyour tent has left us.\nIt has not!\nAda`, `Hi|${said}|Dear Pia,|your tent has left us.|It has not!|Ada`],
    ["is not folded where it is a greeting that many messages have", "New enquiry\n\nFrom: Pia <pia@x.test>\nTo: support\nSubject: Tent\n\nHello,\nMy tent is broken.\nThank you.", "New enquiry|From: Pia <pia@x.test>|To: support|Subject: Tent|Hello,|My tent is broken.|Thank you."],
    ["is not folded where nothing says that it is quoted", "Dear Pia,\nyour tent has left us.", "Dear Pia,|your tent has left us."],
  ])("%s", (_, text, seen) => expect(shown(text)).toBe(seen));
});

describe("nothing is folded", () => {
  test.each([
    ["of a plain text", "Hello,\nI wrote: nothing came.\nPia"],
    ["of one line with a mark", "Visit us\n>>> http://x.test <<<\nsoon"],
    ["where the author answers point by point", "> Do you?\n> Now?\nYes.\n> Really?\n> Sure?\nNo."],
    ["of what is all there is", "On 04/19/2011 07:10 AM, Pia wrote:\n> Do you?\n> Really?"],
    ["of what somebody forwards", "Look:\n---------- Forwarded message ---------\nFrom: Pia\nDate: Tue\nSubject: Tent\nTo: Ada\n\nHello"],
    ["where the author's words share the line", "yes On Wed, Apr 4, 2012 at 3:59 PM, pia@x.test wrote:\n> Hi"],
    ["of a form that says from where and to where", "Please send my parcel again:\nFrom: Hamburg\nTo: Lyon\nDate: 3 May 2026\nIt was lost. I need it by Friday."],
    ["of a form with all the fields of a mail", "My trip:\nFrom: Hamburg\nDate: 3 May 2026\nTo: Lyon\nSubject: one suitcase\n\nPlease find it."],
    ["of a form in another language", "Bitte umbuchen:\nVon: Berlin\nAn: Wien\nDatum: 3.5.2026\nEs eilt."],
    ["of a form whose address is the traveller's", "Book this:\nFrom: Hamburg\nTo: Lyon\nDate: 3 May 2026\nContact: pia@x.test\nThank you."],
    ["where somebody tells what another one wrote", "Hello,\nOn 12 March 2026 at 14:05 your driver wrote:\nNobody at home.\nBut I was at home all day. Please refund me."],
    ["where somebody tells it with an address", "Hello,\nOn 12 March 2026 at 14:05 driver@x.test wrote:\nNobody at home.\nBut I was at home all day."],
    ["where somebody tells it in German", "Hallo,\nam 12.3.2026 um 14:05 schrieb Ihr Fahrer:\nNiemand da.\nIch war aber da."],
    ["where somebody tells it in French", "Bonjour,\nLe 12/03/2026 à 14:05, votre livreur a écrit :\nPersonne.\nJ'étais là."],
    ["of a form with the fields of another program", "Parcel claim:\nFrom: Hamburg\nTo: Lyon\nSent: 3 May 2026\nSubject: one suitcase\nIt was lost. Please refund me."],
    ["of a form of a website", "New enquiry from the website\n\nFrom: Pia <pia@x.test>\nTo: support\nSubject: Tent\n\nMy tent is broken, please help."],
    ["of a form of a website in German", "Neue Anfrage\n\nVon: Pia <pia@x.test>\nAn: Hilfe\nGesendet: heute\nBetreff: Zelt\n\nMein Zelt ist kaputt."],
    ["where somebody tells it as a mail program does", "Hello,\nOn 12 March 2026 at 14:05 Driver <driver@x.test> wrote:\nNobody at home.\nBut I was at home all day."],
    ["where somebody tells it in two lines", "Hello,\nOn 12 March 2026 at 14:05 Driver\n<driver@x.test> wrote:\nNobody at home."],
    ["below a rule of the author's own", "Dear team,\n** My neighbour wrote **\nthe parcel was left outside\nand I want my money back."],
    ["below a rule that mail programs write", "Hi\n-----Original Message-----\nYour order is on its way.\n\nNo it is not. Refund me please."],
    ["of a form above something that is marked", "Claim:\nFrom: Hamburg\nTo: Lyon\nDate: 3 May 2026\nIt is lost."],
    ["of a form with fields", "From: Berlin\nTo: Paris\nI want a ticket."],
  ])("%s", (_, text) => expect(own(text)).toBe(text.split("\n").filter((l) => l.trim()).join("|")));
});

describe("the work grows with the text and no faster", () => {
  const many = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i));

  /** Counts how often a line is looked at. */
  function looks(lines: readonly string[], known: (line: string) => boolean): number {
    let count = 0;
    const watched = new Proxy(lines, {
      get(target, name, receiver) {
        if (typeof name === "string" && /^\d+$/.test(name)) count++;
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    quotedPart(watched, known);
    return count / lines.length;
  }

  test.each([
    ["heads without an end", () => "to: a"], ["senders", () => "from: a"], ["senders with addresses", (i: number) => (i % 2 ? "from: a@b.test" : "x")],
    ["letters", () => "a"], ["nothing", () => ""], ["blanks", () => "     "], ["a mark now and then", (i: number) => (i % 2 ? "> a" : "b")], ["marks", () => "> a"],
    ["introductions", () => "On 1.1.2020 Pia wrote:"], ["introductions that are sure", (i: number) => (i % 3 ? "" : "On 1.1.2020 Pia <p@x.test> wrote")],
    ["broken introductions", (i: number) => (i % 2 ? "wrote" : "1.1.2020")], ["heads between blanks", (i: number) => (i % 50 ? "" : "to: a")], ["rules", () => "-----"],
    ["long introductions", () => `On 1.1.2020 ${"wrote ".repeat(10)}`],
  ])("%s", (_, line) => {
    const few = looks(many(400, line), () => false);
    expect(looks(many(40_000, line), () => false)).toBeLessThan(few * 1.5 + 1);
    for (const known of [() => true, (text: string) => text.length % 2 === 0]) expect(looks(many(4_000, line), known)).toBeLessThan(looks(many(400, line), known) * 1.5 + 1);
  }, 30_000);

  test.each([["dashes", "-"], ["blanks", " "], ["marks", ">"], ["blanks and dashes", " -"], ["the word", "wrote "], ["dates", "1.1.2020 "], ["addresses", "<a@b"]])("one long line of %s", (_, part) => {
    expect(quotedPart([part.repeat(240_000 / part.length), "a", part.repeat(1000) + ":"])).toBeNull();
  });
});
