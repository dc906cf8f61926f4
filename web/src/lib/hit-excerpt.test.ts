import { expect, test } from "vitest";
import { excerptAroundHit } from "./hit-excerpt";

const said = (text: string) => text.split("|").map((part, i) => ({ text: part, isHit: i % 2 === 1 }));
const read = (parts: readonly { text: string; isHit: boolean }[]) => parts.map((p) => (p.isHit ? `[${p.text}]` : p.text)).join("");

test.each([
  ["the |tent| is torn", "the [tent] is torn"],
  ["no hit at all, however long the text may be that is shown here", "no hit at all, however long the text may be that is shown here"],
  ["It was raining when we came, and so the |tent| is torn", "… we came, and so the [tent] is torn"],
  ["Eine-sehr-lange-Kette-ohne-jede-Luecke-vor-dem-|Zelt|", "… [Zelt]"],
  ["Une famille 👨‍👩‍👧‍👦 part en voyage avec la |tente|", "… part en voyage avec la [tente]"],
  ["|tent|", "[tent]"],
  ["", ""],
])("%s", (text, shown) => expect(read(excerptAroundHit(said(text)))).toBe(shown));
