import { expect, it } from "vitest";
import { plainDay, shortTime } from "./time";

const now = new Date(2026, 2, 31, 15, 0).getTime();
const ago = (ms: number) => new Date(now - ms).toISOString();
const hour = 3_600_000;

it("says how long ago it was, in fewer words the longer it is", () => {
  expect(shortTime(ago(1_000), now)).toBe("now");
  expect(shortTime(ago(5 * 60_000), now)).toBe("5m ago");
  expect(shortTime(ago(2 * hour), now)).toMatch(/^1:00/);
  expect(shortTime(ago(24 * hour), now)).toBe("yesterday");
  expect(shortTime(ago(3 * 24 * hour), now)).toBe("Sat");
  expect(shortTime(ago(40 * 24 * hour), now)).toBe("Feb 19");
  expect(shortTime(ago(400 * 24 * hour), now)).toBe("Feb 24, 2025");
});

it("knows that last night was yesterday", () => {
  const morning = new Date(2026, 2, 31, 8, 0).getTime();
  expect(shortTime(new Date(morning - 10 * hour).toISOString(), morning)).toBe("yesterday");
});

it("shows a plain day as that day, in every zone", () => {
  expect(plainDay("2026-03-31")).toBe("Mar 31, 2026");
});
