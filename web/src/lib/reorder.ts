/** The list with the item at `from` moved to `to`. */
export function moveItem<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const at = Math.max(0, Math.min(list.length - 1, to));
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(at, 0, list[from]!);
}

/** Where a row that is dragged belongs while the pointer is at this height: once it fits there, so that rows of different heights do not swap to and fro. */
export function dropIndex(rows: readonly { readonly top: number; readonly bottom: number }[], from: number, y: number): number {
  const { top, bottom } = rows[from]!;
  const height = bottom - top;
  if (y < top) {
    const at = Math.max(0, rows.findLastIndex((row) => row.top <= y));
    return y < rows[at]!.top + height ? at : at + 1;
  }
  if (y <= bottom) return from;
  const at = rows.findIndex((row) => row.bottom >= y);
  if (at < 0) return rows.length - 1;
  return y > rows[at]!.bottom - height ? at : at - 1;
}
