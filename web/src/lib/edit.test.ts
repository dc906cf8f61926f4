import { describe, expect, it } from "vitest";
import { ticked, valueOfTyped } from "./edit";
import { fromLocalInput, stepOf, toLocalInput } from "./local-input";

// The tests run in Europe/Berlin: its clocks show 2:30 twice on 25 October 2026, and not at all on 29 March.
describe("a moment comes back as it was", () => {
  it.each([
    "2026-03-31T15:04:00.000Z", "2026-03-31T15:04:05.000Z", "2026-03-31T15:04:05.250Z", "2026-03-31T15:04:00.007Z", "2026-12-31T23:59:59.999Z",
    "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z", "2026-10-25T01:30:17.000Z", "2026-03-29T01:30:00.000Z", "0800-01-01T12:00:00.000Z", "1889-05-05T05:05:05.000Z",
  ])("%s", (iso) => expect(fromLocalInput(toLocalInput(iso), iso)).toBe(iso));
});

it("keeps to the hour that was shown where an hour comes twice", () => {
  expect(fromLocalInput("2026-10-25T02:45", "2026-10-25T01:30:00.000Z")).toBe("2026-10-25T01:45:00.000Z");
  expect(fromLocalInput("2026-10-25T02:45", "2026-10-25T00:30:00.000Z")).toBe("2026-10-25T00:45:00.000Z");
  expect(fromLocalInput("2026-07-01T10:00", "2026-10-25T01:30:00.000Z")).toBe("2026-07-01T08:00:00.000Z");
  expect(fromLocalInput("2026-01-01T10:00")).toBe("2026-01-01T09:00:00.000Z");
  expect(fromLocalInput("2026-03-29T02:30", "2026-03-28T01:00:00.000Z")).toBe("2026-03-29T01:30:00.000Z"); // there is no such time
});

it("shows nothing where the field can't, and steps as fine as what it shows", () => {
  for (const iso of ["nonsense", "", "+012026-01-01T00:00:00.000Z", "-000400-01-01T00:00:00.000Z"]) expect(toLocalInput(iso)).toBe("");
  expect(["2026-03-31T15:04:00Z", "2026-03-31T15:04:05Z", "2026-03-31T15:04:05.25Z"].map((iso) => stepOf(toLocalInput(iso)))).toEqual([undefined, 1, 0.001]);
});

it("sends a number without the blanks that people write", () => {
  const typed = (text: string) => valueOfTyped("NUMBER", text, null);
  expect([" 12 ", "\u00a012\t", "1 250", "1 250 000.5", "1\u202f250\u202f000", "-3.5", "", "   "].map(typed)).toEqual(["12", "12", "1250", "1250000.5", "1250000", "-3.5", null, null]);
  expect(["1 2", "12 5000", "a 100"].map(typed)).toEqual(["1 2", "12 5000", "a 100"]); // the server says what is wrong with these
});

it("sends other texts as they are", () => {
  expect(valueOfTyped("TEXT", " a  b\n", null)).toBe(" a  b\n");
  expect(valueOfTyped("TEXT", "", null)).toBe(null);
  expect(valueOfTyped("DATE", "2026-03-31", null)).toBe("2026-03-31");
});

it("does to a list what was ticked, and nothing else", () => {
  expect(ticked(["a"], ["a"], ["a", "b"])).toEqual(["a", "b"]); // a colleague ticked b
  expect(ticked(["a"], ["a", "c"], ["a", "b"])).toEqual(["a", "b", "c"]);
  expect(ticked(["a", "b"], ["b"], ["a", "b"])).toEqual(["b"]);
  expect(ticked(["a", "b"], ["a"], ["a"])).toEqual(["a"]); // both unticked b
  expect(ticked(["a"], ["a", "b"], ["a", "b"])).toEqual(["a", "b"]); // both ticked it
  expect(ticked(["a", "b"], ["a", "b"], ["b"])).toEqual(["b"]); // a colleague unticked a
});
