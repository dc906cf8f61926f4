import { describe, expect, test } from "vitest";
import { isolated, isolating, fileNameParts } from "./bidi";

describe("words in a sentence", () => {
  test.each([
    ["of one direction stay as they are", "Ada Byrne", "Ada Byrne"],
    ["in other scripts as well", "Жанна 山田 👩‍🚀", "Жанна 山田 👩‍🚀"],
    ["in Hebrew are isolated", "ליאור", "\u2068ליאור\u2069"],
    ["in Arabic are isolated", "ليلى حسن", "\u2068ليلى حسن\u2069"],
    ["in Adlam are isolated", "𞤢𞤣𞤤𞤢𞤥", "\u2068𞤢𞤣𞤤𞤢𞤥\u2069"],
    ["lose an override", "Ada\u202Egnp.exe", "\u2068Adagnp.exe\u2069"],
    ["lose what was never opened", "Ada\u2069\u202C", "\u2068Ada\u2069"],
    ["get closed what they open", "a\u2067b", "\u2068a\u2067b\u2069\u2069"],
    ["keep what is whole", "a\u2067b\u2069c", "\u2068a\u2067b\u2069c\u2069"],
    ["with a mark alone are isolated", "\u200FAda", "\u2068\u200FAda\u2069"],
  ])("%s", (_, text, shown) => expect(isolated(text)).toBe(shown));

  test("that are isolated twice are so once more, and closed", () => expect(isolated(isolated("ליאור"))).toBe("\u2068\u2068ליאור\u2069\u2069"));

  test("all texts isolate what they are given", () => {
    const texts = isolating({ plain: "Save", said: (name: string, n: number) => `${name}: ${n}`, deep: { list: [["K", "keys"]], by: (who: string) => `by ${who}` } });
    expect(texts.said("ليلى", 3)).toBe("\u2068ليلى\u2069: 3");
    expect(texts.deep.by("Ada")).toBe("by Ada");
    expect(texts).toMatchObject({ plain: "Save", deep: { list: [["K", "keys"]] } });
  });
});

test.each([
  ["invoice.pdf", "invoice", ".pdf"],
  ["invoice\u202Efdp.exe", "invoicefdp", ".exe"],
  ["invoice\u2067fdp\u2069.exe", "invoicefdp", ".exe"],
  ["\u200Fתמונה.png", "תמונה", ".png"],
  ["archive.tar.gz", "archive.tar", ".gz"],
  ["invoice.pdf                      .exe", "invoice.pdf                      ", ".exe"],
  ["invoice.pdf.exe     ", "invoice.pdf", ".exe"],
  ["README", "README", ""],
  [".profile", ".profile", ""],
  ["what. a name", "what. a name", ""],
  ["", "", ""],
])("the file %j shows what it is", (name, stem, ending) => expect(fileNameParts(name)).toEqual({ stem, ending }));

test("long names are cut in time", () => {
  for (const part of [" ", ".", "a", ". ", "\u202E"]) expect(fileNameParts(part.repeat(100_000)).ending).toBe("");
});
