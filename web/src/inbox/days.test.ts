import { describe, expect, test } from "vitest";
import { conditionOfDays, dayFields, dayFilterName, dayFilterOf, spanGroups, withinDays, type SpanName } from "./days";

// The tests run in Berlin.
const at = (text: string) => new Date(text);
const fits = (span: SpanName, time: string, now: string) => withinDays({ field: "createdAt", span }, at(time).toISOString(), at(now));

describe("days of the viewer's calendar", () => {
  test.each<[SpanName, string, string, string]>([
    ["today", "2026-03-04T15:00", "2026-03-04T00:00", "2026-03-04T23:59:59"],
    ["yesterday", "2026-03-01T00:30", "2026-02-28T00:00", "2026-02-28T23:59:59"],
    ["thisWeek", "2026-03-04T15:00", "2026-03-02T00:00", "2026-03-08T23:59:59"],
    ["thisWeek", "2026-03-01T23:59", "2026-02-23T00:00", "2026-03-01T23:59:59"], // a Sunday ends its week
    ["thisWeek", "2026-03-02T00:00", "2026-03-02T00:00", "2026-03-08T23:59:59"],
    ["lastWeek", "2026-01-01T12:00", "2025-12-22T00:00", "2025-12-28T23:59:59"],
    ["thisMonth", "2028-02-15T12:00", "2028-02-01T00:00", "2028-02-29T23:59:59"],
    ["lastMonth", "2026-01-31T12:00", "2025-12-01T00:00", "2025-12-31T23:59:59"],
    ["lastMonth", "2026-03-31T12:00", "2026-02-01T00:00", "2026-02-28T23:59:59"],
    ["today", "2026-03-29T12:00", "2026-03-29T00:00", "2026-03-29T23:59:59"], // clocks go forward
    ["yesterday", "2026-10-26T00:00", "2026-10-25T00:00", "2026-10-25T23:59:59"], // and back
  ])("%s, on %s, is from %s to %s", (span, now, from, to) => {
    expect([fits(span, from, now), fits(span, to, now)]).toEqual([true, true]);
    const outside = [at(from).getTime() - 1, at(to).getTime() + 1_000].map((time) => withinDays({ field: "createdAt", span }, new Date(time).toISOString(), at(now)));
    expect(outside).toEqual([false, false]);
  });

  test("what has no time fits nothing", () => {
    for (const span of spanGroups.flat()) expect(withinDays({ field: "closedAt", span }, null, new Date())).toBe(false);
  });
});

test.each<[SpanName, number]>([["olderThanDay", 1], ["olderThan3Days", 3], ["olderThan7Days", 7], ["olderThan30Days", 30]])("%s counts back from the full minute", (span, days) => {
  const now = "2026-03-30T12:00:59Z"; // clocks went forward the day before: a day is 24 hours here
  const limit = Date.parse("2026-03-30T12:00:00Z") - days * 86_400_000;
  expect(fits(span, new Date(limit - 1).toISOString(), now)).toBe(true);
  expect(fits(span, new Date(limit).toISOString(), now)).toBe(false);
});

test("every filter has an address, and the server is asked for it", () => {
  for (const field of dayFields) for (const span of spanGroups.flat()) expect(dayFilterOf(dayFilterName({ field, span }))).toEqual({ field, span });
  expect(conditionOfDays({ field: "closedAt", span: "lastWeek" })).toEqual({ closedAt: { on: "LAST_WEEK" } });
  expect(conditionOfDays({ field: "lastActivityAt", span: "olderThan7Days" })).toEqual({ lastActivityAt: { olderThan: "7d" } });
});

test.each([null, "", "today", "closedAt", "closedAt.", "closedAt.never", "id.today", "closedAt.today.x", "__proto__.toString", "createdAt.constructor"])("%s is no filter", (name) => {
  expect(dayFilterOf(name)).toBeNull();
});
