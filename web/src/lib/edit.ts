import { fromLocalInput } from "./local-input";

/** What was typed for a property, as a value that can be sent; null clears. `before` is the value that the field showed at its start. */
export function valueOfTyped(type: string, typed: string, before: string | null): string | null {
  if (type === "NUMBER") return withoutBlanks(typed) || null;
  if (typed === "") return null;
  return type === "DATETIME" ? fromLocalInput(typed, before) : typed;
}

/** A number without what people put around it and between its thousands: 1 250 000. */
const withoutBlanks = (typed: string): string => typed.trim().replace(/(?<=\d)\s(?=\d{3}(?!\d))/g, "");

/**
 * A list after somebody has ticked some of it: what they ticked and unticked since it was `shown` is done to the list as it is `now`. So
 * what a colleague ticked meanwhile stays.
 */
export function ticked(shown: readonly string[], chosen: readonly string[], now: readonly string[]): readonly string[] {
  const kept = now.filter((v) => chosen.includes(v) || !shown.includes(v));
  return [...kept, ...chosen.filter((v) => !shown.includes(v) && !now.includes(v))];
}
