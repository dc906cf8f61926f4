import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { commandOf } from "../lib/ime";
import { t } from "../text";
import { Button, EmptyState, Skeleton } from "../ui/parts";

/** The part of a list that is there by now, and how it goes on. */
export interface Paged<R extends { readonly id: string }> {
  readonly rows: readonly R[];
  /** Where the next page begins; null: nothing comes after. */
  readonly next: string | null;
  readonly loading: boolean;
  readonly failed: boolean;
  /** Fetches the next page, unless one is on its way or there is none. */
  readonly more: () => void;
  readonly again: () => void;
}

interface RowsProps<R extends { readonly id: string }> {
  readonly list: Paged<R>;
  readonly label: string;
  readonly height: number;
  readonly selected?: string;
  /** What the list is of, where who comes back to it shall find it scrolled as it was. */
  readonly place?: string;
  /** Says why the list could not be had, and what to do; absent: that it could not. */
  readonly trouble?: ReactNode;
  readonly empty: ReactNode;
  /** One row, as one link. */
  readonly children: (row: R) => ReactNode;
}

const offsets = new Map<string, number>();

/** The rows that are in sight, however many there are. The arrow keys go from one to the next. */
export function Rows<R extends { readonly id: string }>({ list, label, height, selected, place, trouble, empty, children }: RowsProps<R>) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: list.rows.length + (list.next === null ? 0 : 1),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (i) => list.rows[i]?.id ?? "more",
    overscan: 6,
    initialOffset: () => (place && offsets.get(place)) || 0,
  });
  useEffect(() => () => void (place && offsets.set(place, rows.scrollOffset ?? 0)), [place, rows]);
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= list.rows.length - 15) list.more();
  }, [last, list]);
  useStayInPlace(list.rows, height, scroller);
  const index = list.rows.findIndex((r) => r.id === selected);
  const reveal = useRef(rows.scrollToIndex);
  reveal.current = rows.scrollToIndex;
  useEffect(() => {
    if (index >= 0) reveal.current(index, { align: "auto" });
    // Only another choice scrolls: a row that moves does not take the list along.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selected, index >= 0]);

  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[commandOf(event) ?? ""];
    const here = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!by || !here) return;
    event.preventDefault();
    // What the virtualiser draws beyond what is in sight is always more than one row.
    scroller.current?.querySelector<HTMLElement>(`[data-index="${Number(here.dataset.index) + by}"] a`)?.focus();
  };

  if (list.failed && !list.rows.length) {
    return (
      trouble ?? (
        <EmptyState icon="alert" title={t.list.failed}>
          <Button className="mt-3" onClick={list.again}>
            {t.retry}
          </Button>
        </EmptyState>
      )
    );
  }
  if (!list.rows.length) return list.loading ? <Skeleton rows={9} /> : empty;
  return (
    <div ref={scroller} data-testid="list" className="h-full overflow-y-auto overscroll-contain">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the links in it have the focus */}
      <ul aria-label={label} onKeyDown={pressed} className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map((item) => {
          const row = list.rows[item.index];
          return (
            <li key={item.key} data-index={item.index} className="absolute inset-x-0 top-0" style={{ height, transform: `translateY(${item.start}px)` }}>
              {row ? (
                children(row)
              ) : (
                <p className="flex h-full items-center justify-center text-sm text-muted">{list.failed ? <Button onClick={list.again}>{t.retry}</Button> : t.list.more}</p>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Rows that come in above what is being looked at do not push it away. */
function useStayInPlace(rows: readonly { readonly id: string }[], height: number, scroller: React.RefObject<HTMLDivElement | null>): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const was = before.current;
    before.current = rows;
    const box = scroller.current;
    if (!box || box.scrollTop < height || was === rows) return;
    const at = Math.floor(box.scrollTop / height);
    const held = was[at];
    const now = held ? rows.findIndex((r) => r.id === held.id) : -1;
    if (now >= 0 && now !== at && Math.abs(now - at) < 20) box.scrollTop += (now - at) * height;
  }, [rows, height, scroller]);
}
