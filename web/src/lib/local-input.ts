// A moment in an `<input type="datetime-local">`, in the viewer's zone. Opening such a field and leaving it must give the same moment.

const pad = (n: number, width = 2): string => String(n).padStart(width, "0");

/** A moment as the field writes it, with its seconds and their parts where it has some; "" where the field can't show it. */
export function toLocalInput(iso: string): string {
  const at = new Date(iso);
  const year = at.getFullYear();
  if (!(year >= 1 && year <= 9999)) return "";
  const parts = at.getMilliseconds();
  const seconds = at.getSeconds() || parts ? ":" + pad(at.getSeconds()) : "";
  return `${pad(year, 4)}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}${seconds}${parts ? "." + pad(parts, 3) : ""}`;
}

/**
 * The moment that the field says. At the end of summer an hour comes twice; then it is the one of the two that the field showed
 * before.
 */
export function fromLocalInput(text: string, before: string | null = null): string {
  const first = new Date(text).toISOString();
  const was = before === null ? NaN : new Date(before).getTime();
  if (Number.isNaN(was)) return first;
  const offset = Date.parse(toLocalInput(before!) + "Z") - was;
  const other = new Date(Date.parse(text + "Z") - offset);
  return !Number.isNaN(other.getTime()) && toLocalInput(other.toISOString()) === toLocalInput(first) ? other.toISOString() : first;
}

/** The steps of the field that fit what it shows. */
export const stepOf = (text: string): number | undefined => (text.includes(".") ? 0.001 : text.length > 16 ? 1 : undefined);
