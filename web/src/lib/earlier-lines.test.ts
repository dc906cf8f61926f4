import { expect, test } from "vitest";
import { EarlierLines } from "./earlier-lines";

const message = (id: string, createdAt: string, text: string) => ({ id, createdAt, text });

test("a line is known from the message that says it first, for what comes later", () => {
  const lines = new EarlierLines();
  lines.add([message("b", "2026-02", "Your tent has left us.\nAda"), message("a", "2026-01", "Where is my tent?\n\n  Pia  ")]);
  lines.add([message("c", "2026-03", "> Where  is my\ttent?\nIt is here")]);
  expect(["> > Where is my tent?", "Pia", "Your tent has left us."].map((l) => lines.has(l, "2026-03"))).toEqual([true, true, true]);
  expect(lines.has("Your tent has left us.", "2026-02")).toBe(false);
  expect(lines.has("Where is my tent?", "2026-01")).toBe(false);
  expect(lines.has("It is here", "2026-03")).toBe(false);
  for (const nothing of ["", ">", "  "]) expect(lines.has(nothing, "2026-03")).toBe(false);
});

test("a part of a thread that is loaded later counts as well, and each message once", () => {
  const lines = new EarlierLines();
  lines.add([message("b", "2026-02", "Hello")]);
  lines.add([message("b", "2026-01", "Hello")]);
  expect(lines.has("Hello", "2026-02")).toBe(false);
  lines.add([message("a", "2026-01", "Hello")]);
  expect(lines.has("Hello", "2026-02")).toBe(true);
});

test("endless texts are looked at in part", () => {
  const lines = new EarlierLines();
  const numbers = [...Array(2_001).keys()];
  lines.add(numbers.slice(0, 60).map((n) => message(`m${n}`, "2026-01", numbers.map((i) => `line ${i} of ${n}`).join("\n"))));
  expect([lines.has("line 0 of 0", "2026-02"), lines.has("line 1999 of 0", "2026-02"), lines.has("line 2000 of 0", "2026-02"), lines.has("line 0 of 59", "2026-02")]).toEqual([true, true, false, false]);
  lines.add([message("long", "2026-01", "x".repeat(1_000_000))]);
  expect(lines.has("x".repeat(1_000_000), "2026-02")).toBe(false);
}, 30_000);
