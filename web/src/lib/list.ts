/** What a row of the list has to have to be kept in its place. */
export interface ListRow {
  readonly id: string;
  readonly lastActivityAt: string;
}

/** What a live payload says about a list. */
export interface ListChange<R extends ListRow> {
  readonly entered: readonly R[];
  readonly left: readonly string[];
  readonly moved: readonly R[];
  readonly changed: readonly R[];
}

/** The part of the list that is there by now. */
export interface ListState<R extends ListRow> {
  readonly rows: readonly R[];
  /** Where the next page begins; null: nothing comes after. */
  readonly next: string | null;
  /** When a live change came to a row, by its id, to mark it gently. */
  readonly changedAt: ReadonlyMap<string, number>;
}

export const emptyList = { rows: [], next: null, changedAt: new Map() } as const;

/** The newest first; the same order as the server's for all rows of different times. */
function place<R extends ListRow>(rows: readonly R[], row: R): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.lastActivityAt > row.lastActivityAt) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Puts one more page behind what is there. What a live change has brought meanwhile is newer than the page, so it stays; what
 * has left meanwhile does not come back.
 */
export function addPage<R extends ListRow>(list: ListState<R>, page: readonly R[], next: string | null, left: ReadonlySet<string>): ListState<R> {
  const known = new Set(list.rows.map((r) => r.id));
  return { ...list, rows: [...list.rows, ...page.filter((r) => !known.has(r.id) && !left.has(r.id))], next };
}

/** Does what a live payload says, without asking the server again. `keep` leaves out what a filter does not want. */
export function applyChange<R extends ListRow>(list: ListState<R>, change: ListChange<R>, now: number, keep: (row: R) => boolean = () => true): ListState<R> {
  const placed = [...change.entered, ...change.moved];
  const fresh = new Map([...placed, ...change.changed].map((r) => [r.id, r]));
  const gone = new Set([...change.left, ...placed.map((r) => r.id), ...change.changed.filter((r) => !keep(r)).map((r) => r.id)]);
  const rows = list.rows.filter((r) => !gone.has(r.id)).map((r) => fresh.get(r.id) ?? r);
  const changedAt = new Map([...list.changedAt].filter(([, at]) => now - at < 5_000));
  for (const row of placed) {
    if (!keep(row)) continue;
    const at = place(rows, row);
    // What belongs behind the last loaded row comes with its page.
    if (at === rows.length && list.next !== null) continue;
    rows.splice(at, 0, row);
  }
  for (const row of fresh.values()) changedAt.set(row.id, now);
  return { rows, next: list.next, changedAt };
}
