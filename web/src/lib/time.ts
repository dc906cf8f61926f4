import { useEffect, useSyncExternalStore } from "react";
import { language } from "../text";

const minute = 60_000;
const day = 86_400_000;

// Making a formatter is slow, and a list shows hundreds of times.
const made = new Map<string, Intl.DateTimeFormat>();
function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  const key = language() + JSON.stringify(options);
  let formatter = made.get(key);
  if (!formatter) made.set(key, (formatter = new Intl.DateTimeFormat(language(), options)));
  return formatter.format(at);
}

/** Formatters know the time zone that they were made in. */
export const forgetFormats = (): void => made.clear();

const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** A short time for a list, in the viewer's zone: minutes, then the hour of today, the day of this week, the date. */
export function shortTime(iso: string, now = Date.now()): string {
  const at = new Date(iso);
  const past = now - at.getTime();
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "narrow" });
  if (past < minute) return relative.format(0, "second");
  if (past < 60 * minute) return relative.format(-Math.floor(past / minute), "minute");
  const days = Math.round((midnight(new Date(now)) - midnight(at)) / day);
  if (days <= 0) return format(at, { hour: "numeric", minute: "2-digit" });
  if (days === 1) return relative.format(-1, "day");
  if (days < 7) return format(at, { weekday: "short" });
  if (at.getFullYear() === new Date(now).getFullYear()) return format(at, { day: "numeric", month: "short" });
  return format(at, { day: "numeric", month: "short", year: "numeric" });
}

export const fullTime = (iso: string): string => format(new Date(iso), { dateStyle: "long", timeStyle: "short" });
export const clockTime = (iso: string): string => format(new Date(iso), { hour: "numeric", minute: "2-digit" });
export const mediumTime = (iso: string): string => format(new Date(iso), { dateStyle: "medium", timeStyle: "short" });

/** A day that has no zone, such as `2026-03-31`. */
export const plainDay = (text: string): string => format(new Date(text + "T00:00:00Z"), { dateStyle: "medium", timeZone: "UTC" });

/** The day of a thread that an entry belongs to, as a heading. */
export const dayOf = (iso: string): string => format(new Date(iso), { weekday: "long", day: "numeric", month: "long", year: "numeric" });

// One clock for all that is relative.
let now = Date.now();
const listeners = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, 30_000);

export function useNow(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => now,
  );
}

const quarter = 15 * minute;

/** Calls at each full quarter of an hour: no clock of the world begins its day at another moment. */
export function useQuarters(call: (() => unknown) | undefined): void {
  useEffect(() => {
    if (!call) return;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      timer = setTimeout(() => (call(), wait()), quarter - (Date.now() % quarter) + 1_000);
    };
    wait();
    return () => clearTimeout(timer);
  }, [call]);
}
