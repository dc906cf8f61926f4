/** Whatever stands in a thread. */
export interface Entry {
  readonly id: string;
}

/** The part of a thread that is there by now. */
export interface Thread<E extends Entry> {
  readonly entries: readonly E[];
  /** Where the part before begins; null: this is the beginning. */
  readonly before: string | null;
}

/** The newest part of a thread, as a live payload carries it. */
export interface Window<E extends Entry> {
  readonly entries: readonly E[];
  readonly before: string | null;
}

/**
 * Puts the newest part over what is there: older entries that were loaded before stay. Where the two have nothing in common, more
 * has come than the window holds, and what is older is asked for again when somebody scrolls there.
 */
export function overlay<E extends Entry>(thread: Thread<E>, window: Window<E>): Thread<E> {
  const first = window.entries[0];
  const at = first ? thread.entries.findIndex((e) => e.id === first.id) : -1;
  if (at <= 0) return window;
  return { entries: [...thread.entries.slice(0, at), ...window.entries], before: thread.before };
}

/** Puts an older part in front. */
export function prepend<E extends Entry>(thread: Thread<E>, older: Window<E>): Thread<E> {
  const known = new Set(thread.entries.map((e) => e.id));
  return { entries: [...older.entries.filter((e) => !known.has(e.id)), ...thread.entries], before: older.before };
}
