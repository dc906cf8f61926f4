import { expect, it } from "vitest";
import { linksIn } from "./links";

const links = (text: string) => linksIn(text).filter((p) => p.isLink).map((p) => p.text);

it.each([
  ["See https://x.test/Tent_(camping).", "https://x.test/Tent_(camping)"],
  ["(see https://x.test/a)", "https://x.test/a"],
  ["(see https://x.test/Tent_(camping))", "https://x.test/Tent_(camping)"],
  ["[https://x.test/a[1]]", "https://x.test/a[1]"],
  ["请看https://x.test/路径。谢谢", "https://x.test/路径"],
  ["https://x.test/a，https", "https://x.test/a"],
  ["« https://x.test/a»", "https://x.test/a"],
  ["**https://x.test/a**", "https://x.test/a"],
  ["'https://x.test/a'", "https://x.test/a"],
  ["HTTPS://X.TEST/A", "HTTPS://X.TEST/A"],
  ["https://x.test/?q=a,b;c!", "https://x.test/?q=a,b;c"],
  ["https://x.test/a/...", "https://x.test/a/"],
  ["“https://x.test/a”", "https://x.test/a"],
  ["https://x.test/it's_(a)_b*c", "https://x.test/it's_(a)_b*c"],
  ["https://x.test/（注）", "https://x.test/"],
  ["https://x.test/\u202emoc.knab//:sptth", "https://x.test/"],
  ["https://x.test/a\u2066b\u2069", "https://x.test/a"],
  ["https://x.test/a\u200bb", "https://x.test/a"],
  ["https://x.test/a\u0000b", "https://x.test/a"],
])("finds the address in %s", (text, address) => expect(links(text)).toEqual([address]));

it.each(["https://", "https://.", "http:///", "xhttp:/a", "ftp://x.test", "https://)"])("finds none in %s", (text) => expect(links(text)).toEqual([]));

it("leaves nothing of a text out", () => {
  for (const text of ["", "a", "https://x.test", "a https://x.test/b. c http://y.test) https:// d"]) expect(linksIn(text).map((p) => p.text).join("")).toBe(text);
  expect(links("a https://x.test/b. c http://y.test)")).toEqual(["https://x.test/b", "http://y.test"]);
});

it.each([["brackets", ")"], ["marks", "."], ["opened brackets", "("], ["beginnings", "http://"], ["beginnings and marks", "http://."]])("reads a long address of %s", (_, part) => {
  const text = "https://x.test/" + part.repeat(240_000 / part.length);
  expect(linksIn(text).map((p) => p.text).join("")).toBe(text);
});
