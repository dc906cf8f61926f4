import { describe, expect, test } from "vitest";
import { matchingSnippets, slashAt } from "./slash";

describe("a slash that begins a word asks for a snippet", () => {
  test.each([
    ["alone", "/", 1, { from: 0, to: 1, words: "" }],
    ["with the beginning of a name", "Dear Pia,\n/ref", 14, { from: 10, to: 14, words: "ref" }],
    ["in the middle of a text", "a /re b", 5, { from: 2, to: 5, words: "re" }],
    ["with other letters", "/été", 4, { from: 0, to: 4, words: "été" }],
  ])("%s", (_, text, caret, slash) => expect(slashAt(text, caret)).toEqual(slash));

  test.each([
    ["inside of a word", "and/or", 6],
    ["in an address", "https://x.test/a", 16],
    ["of a path", "/usr/bin", 8],
    ["after a space", "/ref und", 8],
    ["behind the caret", "/ref", 0],
  ])("but not %s", (_, text, caret) => expect(slashAt(text, caret)).toBeNull());
});

test("what fits, the best ones first", () => {
  const all = [{ name: "A refund", shortcut: null }, { name: "Zebra", shortcut: "refund2" }, { name: "Money back", shortcut: "refund" }, { name: "All refunds", shortcut: "all" }, { name: "Hello", shortcut: "hi" }];
  expect(matchingSnippets(all, "Refund").map((s) => s.name)).toEqual(["Money back", "Zebra", "A refund", "All refunds"]);
  expect(matchingSnippets(all, "").map((s) => s.name)).toEqual(["A refund", "All refunds", "Hello", "Money back", "Zebra"]);
});
