// Filters by the days of the viewer's calendar, and by how long ago something was.

import type { Kind } from "./filters";

export const dayFields = ["lastActivityAt", "createdAt", "closedAt"] as const;
/** A time that a conversation has, and a ticket as well. */
export type DayField = (typeof dayFields)[number];

interface Span {
  /** As the server is asked. */
  readonly where: { readonly on: "TODAY" | "YESTERDAY" | "THIS_WEEK" | "LAST_WEEK" | "THIS_MONTH" | "LAST_MONTH" } | { readonly olderThan: string };
  /** From when up to when, for who looks at the clock now. A date is written as its year, month and day. */
  readonly bounds: (now: Date) => { readonly from?: Date; readonly behind: Date };
}

const date = (now: Date, months: number, days: number): Date => new Date(now.getFullYear(), now.getMonth() + months, days);
const day = (now: Date, by: number): Date => date(now, 0, now.getDate() + by);
const monday = (now: Date, weeks: number): Date => day(now, 7 * weeks - ((now.getDay() + 6) % 7));
const ago = (now: Date, days: number): Date => new Date(Math.floor(now.getTime() / 60_000) * 60_000 - days * 86_400_000);

export const spans = {
  today: { where: { on: "TODAY" }, bounds: (now) => ({ from: day(now, 0), behind: day(now, 1) }) },
  yesterday: { where: { on: "YESTERDAY" }, bounds: (now) => ({ from: day(now, -1), behind: day(now, 0) }) },
  thisWeek: { where: { on: "THIS_WEEK" }, bounds: (now) => ({ from: monday(now, 0), behind: monday(now, 1) }) },
  lastWeek: { where: { on: "LAST_WEEK" }, bounds: (now) => ({ from: monday(now, -1), behind: monday(now, 0) }) },
  thisMonth: { where: { on: "THIS_MONTH" }, bounds: (now) => ({ from: date(now, 0, 1), behind: date(now, 1, 1) }) },
  lastMonth: { where: { on: "LAST_MONTH" }, bounds: (now) => ({ from: date(now, -1, 1), behind: date(now, 0, 1) }) },
  olderThanDay: { where: { olderThan: "1d" }, bounds: (now) => ({ behind: ago(now, 1) }) },
  olderThan3Days: { where: { olderThan: "3d" }, bounds: (now) => ({ behind: ago(now, 3) }) },
  olderThan7Days: { where: { olderThan: "7d" }, bounds: (now) => ({ behind: ago(now, 7) }) },
  olderThan30Days: { where: { olderThan: "30d" }, bounds: (now) => ({ behind: ago(now, 30) }) },
} as const satisfies Record<string, Span>;
export type SpanName = keyof typeof spans;

const names = Object.keys(spans) as SpanName[];
/** Days of the calendar, and then what is longer ago. */
export const spanGroups: readonly (readonly SpanName[])[] = [names.filter((n) => "on" in spans[n].where), names.filter((n) => "olderThan" in spans[n].where)];

export interface DayFilter {
  readonly field: DayField;
  readonly span: SpanName;
}

/** Of what there is a time: contacts are asked for by words alone. */
export const hasDays = (kind: Kind): boolean => kind !== "contacts";

/** A filter as a part of an address: `closedAt.lastWeek`. */
export const dayFilterName = ({ field, span }: DayFilter): string => `${field}.${span}`;

export function dayFilterOf(name: string | null): DayFilter | null {
  const [field, span, ...more] = name?.split(".") ?? [];
  const known = { field: dayFields.find((f) => f === field), span: names.find((s) => s === span) };
  return known.field && known.span && !more.length ? { field: known.field, span: known.span } : null;
}

/** A filter as the server is asked, for conversations and for tickets. */
export const conditionOfDays = ({ field, span }: DayFilter): { readonly [F in DayField]?: Span["where"] } => ({ [field]: spans[span].where });

/** Does a time fit a filter, for who looks at the clock now? */
export function withinDays({ span }: DayFilter, time: string | null, now: Date): boolean {
  if (time === null) return false;
  const { from, behind }: ReturnType<Span["bounds"]> = spans[span].bounds(now);
  const at = new Date(time);
  return (!from || at >= from) && at < behind;
}
