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
  /** The row that is open and does not belong here any more: it stays until somebody leaves it. */
  readonly retained: string | null;
}

export const emptyList = { rows: [], next: null, changedAt: new Map(), retained: null } as const;

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

/** What a list asks of a row, and which row is open. */
export interface Holding<R extends ListRow> {
  /** Leaves out what a filter does not want. */
  readonly keep?: (row: R) => boolean;
  readonly open?: string;
}

/**
 * Does what a live payload says, without asking the server again. The row that is open stays where it is when it belongs here no
 * more: who reads what is unread reads it to its end.
 */
export function applyChange<R extends ListRow>(list: ListState<R>, change: ListChange<R>, now: number, { keep = () => true, open }: Holding<R> = {}): ListState<R> {
  const held = open !== undefined && list.rows.some((r) => r.id === open) ? open : null;
  const placed = [...change.entered, ...change.moved];
  const fresh = new Map([...placed, ...change.changed].map((r) => [r.id, r]));
  const left = change.left.filter((id) => !placed.some((r) => r.id === id));
  const unwanted = new Set([...left, ...[...fresh.values()].filter((r) => !keep(r)).map((r) => r.id)]);
  const gone = new Set([...[...unwanted].filter((id) => id !== held), ...placed.map((r) => r.id)]);
  const rows = list.rows.filter((r) => !gone.has(r.id)).map((r) => fresh.get(r.id) ?? r);
  const changedAt = new Map([...list.changedAt].filter(([, at]) => now - at < 5_000));
  for (const row of placed) {
    if (row.id === held || !unwanted.has(row.id)) insert(rows, row, list.next);
  }
  for (const row of fresh.values()) changedAt.set(row.id, now);
  const retained = held !== null && unwanted.has(held) ? held : held !== null && fresh.has(held) ? null : list.retained;
  return { rows, next: list.next, changedAt, retained };
}

/** Puts a row into its place. What belongs behind the last loaded row comes with its page. */
function insert<R extends ListRow>(rows: R[], row: R, next: string | null): void {
  const at = place(rows, row);
  if (at < rows.length || next === null) rows.splice(at, 0, row);
}

/** Lets the row go that was kept while it was open. */
export function releaseRow<R extends ListRow>(list: ListState<R>): ListState<R> {
  if (list.retained === null) return list;
  return { ...list, rows: list.rows.filter((r) => r.id !== list.retained), retained: null };
}

/** A list that was read anew, with the row that is open still in it. */
export function retainRow<R extends ListRow>(list: ListState<R>, before: ListState<R>, open: string | undefined): ListState<R> {
  const row = before.rows.find((r) => r.id === open);
  if (!row || list.rows.some((r) => r.id === open)) return list;
  const rows = [...list.rows];
  rows.splice(place(rows, row), 0, row);
  return { ...list, rows, retained: row.id };
}

/** Shows the row that is kept as it is by now; null: it is not to be kept. */
export function renewRetained<R extends ListRow>(list: ListState<R>, row: R | null): ListState<R> {
  if (!row) return releaseRow(list);
  return row.id === list.retained ? { ...list, rows: list.rows.map((r) => (r.id === row.id ? row : r)) } : list;
}
