import { expect, it } from "vitest";
import { overlay, prepend, type Thread } from "./thread";

const part = (ids: string, before: string | null = null): Thread<{ id: string }> => ({ entries: [...ids].map((id) => ({ id })), before });
const text = (t: Thread<{ id: string }>) => t.entries.map((e) => e.id).join("");

it("shows what came, and keeps what was loaded before", () => {
  const l = overlay(part("abcd", "0"), part("cde", "c"));
  expect(text(l)).toBe("abcde");
  expect(l.before).toBe("0");
});

it("has the window alone while nothing older was loaded", () => {
  expect(overlay(part("cde", "c"), part("cdef", "c"))).toEqual(part("cdef", "c"));
});

it("shows an entry as it is now", () => {
  const sent = { entries: [{ id: "a", state: "QUEUED" }], before: null };
  const arrived = { entries: [{ id: "a", state: "DELIVERED" }], before: null };
  expect(overlay(sent, arrived)).toEqual(arrived);
});

it("begins anew where more has come than the window holds", () => {
  expect(overlay(part("abc"), part("xyz", "x"))).toEqual(part("xyz", "x"));
});

it("puts older entries in front, each once", () => {
  const l = prepend(part("cd", "c"), part("abc", null));
  expect(text(l)).toBe("abcd");
  expect(l.before).toBe(null);
});
